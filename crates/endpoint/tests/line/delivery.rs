//! Finishing: a receipt speaks of what is durable, once; a finish that was left is completed by whoever comes next.

use crate::client::Answer;
use crate::failing::{Failing, Fault};
use crate::scene::{PIECE, Person, SIZE, Scene, bundle, header, moment, quick, until};
use chronicle_endpoint::{Limits, Store};
use chronicle_wire::Hash;

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bundle_again_gets_the_same_receipt_and_is_kept_once() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let (person, other) = (scene.reporter(&line).await, scene.reporter(&line).await);
    let bytes = bundle(1);
    let receipt = person.deliver(&bytes).await;
    scene.verify(&receipt, &bytes);
    let next_day = scene.line_at(scene.store(), quick(), || {
        moment() + jiff::Span::new().hours(24)
    });
    let next_day = next_day.await;
    for again in [&person, &other.moved(&next_day)] {
        let path = again.upload(&bytes).await;
        assert_eq!(again.resume(&path, &bytes).await, receipt);
        let id = path.rsplit('/').next().unwrap();
        assert_eq!(
            scene.objects(&format!("up/{id}")),
            ["end", "new"],
            "its bytes are not kept twice"
        );
    }
    assert_eq!(other.receipt(&bytes).await, receipt);
    assert_eq!(scene.objects("log").len(), 1);
    assert!(open(&scene).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn impatient_askers_do_not_make_one_endpoint_finish_twice() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let person = scene.reporter(&line).await;
    let mut bytes = bundle(1);
    bytes.resize(16 << 20, 3);
    let path = person.upload(&bytes).await;
    let last = bytes.len() - 10;
    let sent = person.patch_with(&path, 0, &[], &bytes[..last]).await;
    assert_eq!(sent.status, 204);
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (person, bytes) = (person.clone(), bytes.clone());
        asking.spawn(async move {
            loop {
                match person.receipt(&bytes).await.status {
                    200 => return,
                    202 | 404 => {}
                    other => panic!("{other}"),
                }
            }
        });
    }
    let sent = person.patch(&path, last as u64, &bytes[last..]).await;
    assert_eq!(sent.status, 204);
    asking.join_all().await;
    assert_eq!(scene.objects("log").len(), 1);
    scene.verify(&person.receipt(&bytes).await, &bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_bundle_is_refused_and_leaves_no_receipt() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let person = scene.reporter(&line).await;
    let filled = |start: Vec<u8>| {
        let mut bytes = start;
        bytes.resize(SIZE, b'x');
        bytes
    };
    let cut = header("X25519")[..500].to_vec();
    for bytes in [
        vec![b'x'; SIZE],
        vec![0; SIZE],
        filled(header("scrypt")),
        filled(cut),
    ] {
        let path = person.upload(&bytes).await;
        person.patch(&path, 0, &bytes[..PIECE]).await;
        let last = person.patch(&path, PIECE as u64, &bytes[PIECE..]).await;
        assert_eq!(last.code(), "bundle-refused");
        assert_eq!(
            person.receipt(&bytes).await.code(),
            "bundle-refused",
            "also when asked later"
        );
        assert_eq!(person.head(&path).await.status, 410);
        let id = path.rsplit('/').next().unwrap();
        assert_eq!(scene.objects(&format!("up/{id}")), ["end", "new"]);
    }
    assert_eq!(
        (scene.objects("receipt").len(), scene.objects("log").len()),
        (0, 0)
    );
    assert!(open(&scene).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_for_either_type_of_recipient_arrives() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let person = scene.reporter(&line).await;
    let mut bytes = header("mlkem768x25519");
    bytes.resize(SIZE, b'x');
    scene.verify(&person.deliver(&bytes).await, &bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_announced_is_refused_until_it_is_begun_again() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let (person, other) = (scene.reporter(&line).await, scene.reporter(&line).await);
    let (bytes, damaged) = (bundle(1), bundle(2));
    let path = person.upload(&bytes).await;
    let sent = person.patch(&path, 0, &damaged).await;
    assert_eq!((sent.status, sent.code()), (422, "bundle-refused".into()));
    assert_eq!(person.receipt(&bytes).await.code(), "bundle-refused");
    assert_eq!(person.receipt(&damaged).await.code(), "not-found");
    assert_eq!(
        other.receipt(&bytes).await.code(),
        "not-found",
        "nobody else is told"
    );
    assert!(scene.objects("receipt").is_empty());

    let path = person.upload(&bytes).await;
    assert_eq!(
        person.receipt(&bytes).await.code(),
        "not-found",
        "begun again"
    );
    scene.verify(&person.resume(&path, &bytes).await, &bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stock_client_that_announces_nothing_is_served() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let (person, bytes) = (scene.reporter(&line).await, bundle(1));
    let begun = person
        .ask("POST", "/v1/upload", &[("Upload-Length", "262144")], b"")
        .await;
    let path = begun.header("location").unwrap();
    assert_eq!(person.patch_with(path, 0, &[], &bytes).await.status, 204);
    scene.verify(&person.receipt(&bytes).await, &bytes);
}

// All bytes are there and `end` says finished; the process died before the manifest.
async fn left(scene: &Scene, person: &Person, bytes: &[u8]) -> String {
    let failing = Failing::new(&scene.object(""));
    let broken = scene.line_over(Store::over(failing.clone()), quick()).await;
    let person = person.moved(&broken);
    let path = person.upload(bytes).await;
    assert_eq!(person.patch(&path, 0, &bytes[..PIECE]).await.status, 204);
    failing.after(2, Fault::Full);
    assert_eq!(
        person
            .patch(&path, PIECE as u64, &bytes[PIECE..])
            .await
            .code(),
        "endpoint-full"
    );
    let id = path.rsplit('/').next().unwrap();
    assert_eq!(
        std::fs::read(scene.object(&format!("up/{id}/end"))).unwrap(),
        b"finished"
    );
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finish_that_was_left_is_completed_by_asking_for_the_receipt() {
    let scene = Scene::new().await;
    let other = scene.line().await;
    let (person, bytes) = (scene.reporter(&other).await, bundle(1));
    let path = left(&scene, &person, &bytes).await;
    assert!(scene.objects("receipt").is_empty());
    assert_eq!(person.head(&path).await.offset(), SIZE as u64);
    scene.verify(&person.receipt(&bytes).await, &bytes);
    assert!(open(&scene).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finish_that_was_left_is_completed_by_the_next_start() {
    let scene = Scene::new().await;
    let first = scene.line().await;
    let (person, bytes) = (scene.reporter(&first).await, bundle(1));
    drop(first);
    left(&scene, &person, &bytes).await;
    let receipt = scene.object(&format!("receipt/{}", Hash::of(&bytes)));
    assert!(!receipt.exists());
    let next = scene.line().await;
    until("the receipt is there without being asked for", || {
        receipt.exists()
    })
    .await;
    scene.verify(&person.moved(&next).receipt(&bytes).await, &bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_copy_whose_removal_was_interrupted_blocks_nobody() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let (person, bytes) = (scene.reporter(&line).await, bundle(1));
    scene.verify(&person.deliver(&bytes).await, &bytes);
    let path = left(&scene, &person, &bytes).await;
    let id = path.rsplit('/').next().unwrap();
    std::fs::remove_file(scene.object(&format!("up/{id}/p{PIECE:020}"))).unwrap();
    let _next = scene.line().await;
    until("nothing is open any more", || open(&scene).is_empty()).await;
    assert_eq!(scene.objects(&format!("up/{id}")), ["end", "new"]);
    scene.verify(&person.receipt(&bytes).await, &bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn ending_and_finishing_at_once_have_one_outcome() {
    let scene = Scene::new().await;
    let (here, there) = (scene.line().await, scene.line().await);
    let person = scene.reporter(&here).await;
    let other = person.moved(&there);
    for seed in 0..8 {
        let bytes = bundle(seed);
        let path = person.upload(&bytes).await;
        person.patch(&path, 0, &bytes[..SIZE - 100]).await;
        let last = person.patch(&path, SIZE as u64 - 100, &bytes[SIZE - 100..]);
        let end = async {
            tokio::time::sleep(std::time::Duration::from_millis(2 * seed)).await;
            other.ask("DELETE", &path, &[], b"").await
        };
        let (last, end): (Answer, Answer) = tokio::join!(last, end);
        let receipt = person.receipt(&bytes).await;
        match end.status {
            204 => {
                assert_eq!(receipt.status, 404, "ended: {last:?}");
                assert_eq!(last.status, 410);
                assert!(
                    !scene
                        .object(&format!("bundle/{}", Hash::of(&bytes)))
                        .exists()
                );
            }
            410 => {
                assert_eq!(last.status, 204, "finished");
                scene.verify(&receipt, &bytes);
            }
            other => panic!("{other}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_end_14_days_after_the_last_piece() {
    let scene = Scene::new().await;
    let long_ago = scene.line_at(scene.store(), quick(), || {
        "2020-01-01T00:00:00Z".parse().unwrap()
    });
    let long_ago = long_ago.await;
    let person = Person::at(&long_ago);
    assert_eq!(
        person
            .exchange(
                &scene
                    .token(chronicle_endpoint::access::Role::Reporter)
                    .await
            )
            .await
            .status,
        200
    );
    let path = person.upload(&bundle(1)).await;
    assert_eq!(person.patch(&path, 0, b"age").await.status, 204);
    drop(long_ago);

    let now = scene
        .line_at(scene.store(), Limits { ..quick() }, jiff::Timestamp::now)
        .await;
    let later = scene.line_at(scene.store(), quick(), || {
        jiff::Timestamp::now() + jiff::Span::new().hours(14 * 24)
    });
    let later = later.await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(
        person.moved(&now).head(&path).await.offset(),
        3,
        "the piece is from today"
    );
    drop(later);
    let end = scene.line_at(scene.store(), quick(), || {
        jiff::Timestamp::now() + jiff::Span::new().hours(15 * 24)
    });
    let _end = end.await;
    until("it has ended", || open(&scene).is_empty()).await;
    assert_eq!(person.moved(&now).head(&path).await.status, 410);
}

fn open(scene: &Scene) -> Vec<String> {
    let people = scene.objects("open");
    people
        .iter()
        .flat_map(|person| scene.objects(&format!("open/{person}")))
        .collect()
}
