//! What caseworkers read: the log, dense and chained whoever wrote it, and bundles by ranges, byte for byte.

use crate::scene::{SIZE, Scene, bundle};
use chronicle_endpoint::Data;
use chronicle_endpoint::access::Role;
use chronicle_wire::Hash;
use chronicle_wire::organisation::Credentials;
use chronicle_wire::route::LogBatch;

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_dense_and_chained_over_two_endpoints() {
    let scene = Scene::new().await;
    let (here, there) = (scene.line().await, scene.line().await);
    let desk = scene.person(&here, Role::Caseworker).await;
    let end = desk.get("/v1/log/0").await;
    assert_eq!((end.status, end.body.len()), (204, 0), "not yet");
    let mut people = Vec::new();
    for seed in 0..12 {
        let line = if seed % 2 == 0 { &here } else { &there };
        people.push((scene.reporter(line).await, bundle(seed)));
    }
    let tasks = people
        .into_iter()
        .map(|(person, bytes)| tokio::spawn(async move { (person.deliver(&bytes).await, bytes) }));
    let mut sent = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        let (receipt, bytes) = task.await.unwrap();
        scene.verify(&receipt, &bytes);
        sent.push(Hash::of(&bytes));
    }

    let (mut logged, mut previous) = (Vec::new(), Hash([0; 32]));
    for number in 0..12 {
        let object = desk.get(&format!("/v1/log/{number}")).await;
        assert_eq!(object.header("content-type"), Some("application/json"));
        let batch: LogBatch = serde_json::from_slice(&object.body).unwrap();
        assert_eq!((batch.number, batch.previous), (number, previous));
        previous = Hash::of(&object.body);
        for entry in batch.entries {
            assert_eq!(
                (entry.size, entry.day),
                (SIZE as u64, crate::scene::today())
            );
            logged.push(entry.sha256);
        }
        let same = desk.moved(&there).get(&format!("/v1/log/{number}")).await;
        assert_eq!(same, object, "whoever is asked");
    }
    sent.sort_unstable();
    logged.sort_unstable();
    assert_eq!(logged, sent, "each once");
    assert_eq!(desk.get("/v1/log/12").await, end, "past the end");
    assert_eq!(desk.get("/v1/log/x").await.code(), "not-found");

    let third = scene.line().await;
    let late = scene.reporter(&third).await;
    scene.verify(&late.deliver(&bundle(99)).await, &bundle(99));
    let batch: LogBatch = serde_json::from_slice(&desk.get("/v1/log/12").await.body).unwrap();
    assert_eq!(
        (batch.number, batch.previous),
        (12, previous),
        "also after a start"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ranges_give_exactly_their_bytes() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let (person, desk) = (
        scene.reporter(&line).await,
        scene.person(&line, Role::Caseworker).await,
    );
    // Pieces that end anywhere, and more than one step of the stream.
    let mut bytes = bundle(1);
    bytes.resize(4 << 20, 0x5a);
    let path = person.upload(&bytes).await;
    let mut offset = 0;
    for size in [1, 99_999, 1 << 20, (1 << 20) + 1, 3 << 20] {
        let to = bytes.len().min(offset + size);
        assert_eq!(
            person
                .patch(&path, offset as u64, &bytes[offset..to])
                .await
                .status,
            204
        );
        offset = to;
    }
    scene.verify(&person.receipt(&bytes).await, &bytes);

    let path = format!("/v1/bundle/{}", Hash::of(&bytes));
    let whole = desk.get(&path).await;
    assert_eq!(
        (whole.status, whole.header("content-length")),
        (200, Some("4194304"))
    );
    assert!(whole.body == bytes);
    let last = bytes.len() - 1;
    let ends = [
        0,
        1,
        99_999,
        100_000,
        1 << 20,
        (1 << 20) + 100_000,
        2_197_153,
        last,
    ];
    for from in ends {
        for to in ends.into_iter().filter(|to| *to >= from) {
            let part = desk
                .ask(
                    "GET",
                    &path,
                    &[("Range", &format!("bytes={from}-{to}"))],
                    b"",
                )
                .await;
            assert_eq!(part.status, 206);
            let said = format!("bytes {from}-{to}/{}", bytes.len());
            assert_eq!(part.header("content-range"), Some(said.as_str()));
            assert!(part.body == bytes[from..=to], "{said}");
        }
    }
    let open = desk
        .ask("GET", &path, &[("Range", "bytes=4194300-")], b"")
        .await;
    assert_eq!(open.body, bytes[4_194_300..]);
    let beyond = desk
        .ask("GET", &path, &[("Range", "bytes=4194300-99999999")], b"")
        .await;
    assert_eq!(
        beyond.header("content-range"),
        Some("bytes 4194300-4194303/4194304")
    );
    for bad in [
        "bytes=5-4",
        "bytes=4194304-",
        "bytes=-5",
        "bytes=0-1,3-4",
        "items=0-1",
        "bytes=+1-2",
        "bytes=a-b",
    ] {
        let answer = desk.ask("GET", &path, &[("Range", bad)], b"").await;
        assert_eq!(answer.code(), "bad-request", "{bad}");
    }
    let unknown = format!("/v1/bundle/{}", Hash::of(b"other"));
    assert_eq!(desk.get(&unknown).await.code(), "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_profile_is_given_to_anybody() {
    let mut scene = Scene::new().await;
    let line = scene.line().await;
    for version in [1, 2, 11] {
        scene.founded.body.version = version;
        scene.data().install(&scene.founded.file()).await.unwrap();
        let answer = crate::client::send(line.address, "GET", "/v1/profile", &[], b"").await;
        assert_eq!(answer.status, 200);
        let read: Credentials = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(read, scene.founded.credentials());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_profile_bytes_wait_for_it() {
    let scene = Scene::new().await;
    let profile = scene.object(&format!("profile/{:010}{:020}", 1, 1));
    let kept = std::fs::read_to_string(&profile).unwrap();
    std::fs::remove_file(&profile).unwrap();
    let line = scene.line().await;
    let (person, bytes) = (scene.reporter(&line).await, bundle(1));
    assert_eq!(person.get("/v1/profile").await.code(), "no-profile");
    let path = person.upload(&bytes).await;
    assert_eq!(person.patch(&path, 0, &bytes).await.code(), "no-profile");
    assert_eq!(person.receipt(&bytes).await.code(), "no-profile");
    let data: Data = scene.data();
    data.install(&kept).await.unwrap();
    scene.verify(&person.receipt(&bytes).await, &bytes);
}
