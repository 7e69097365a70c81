//! The store fails at the n-th write, for every n: no receipt without all bytes, an honest answer, and the delivery
//! succeeds once the store is well again.

use crate::client::Answer;
use crate::failing::{Failing, Fault};
use crate::scene::{PIECE, Person, SIZE, Scene, bundle, quick};
use chronicle_endpoint::Store;
use chronicle_wire::Hash;

// A whole delivery, until the first refusal.
async fn attempt(person: &Person, bytes: &[u8]) -> (Option<String>, Option<Answer>) {
    let begun = person.begin(bytes).await;
    if begun.status != 201 {
        return (None, Some(begun));
    }
    let path = begun.header("location").unwrap().to_owned();
    for (index, piece) in bytes.chunks(PIECE).enumerate() {
        let sent = person.patch(&path, (index * PIECE) as u64, piece).await;
        if sent.status != 204 {
            return (Some(path), Some(sent));
        }
    }
    (Some(path), None)
}

// If there is a receipt, everything that it speaks of is there.
fn check(scene: &Scene, bytes: &[u8]) {
    let sha256 = Hash::of(bytes);
    if !scene.object(&format!("receipt/{sha256}")).exists() {
        return;
    }
    let manifest = std::fs::read(scene.object(&format!("bundle/{sha256}"))).expect("its manifest");
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    let upload = manifest["upload"].as_str().unwrap();
    let mut kept = Vec::new();
    for name in scene
        .objects(&format!("up/{upload}"))
        .iter()
        .filter(|n| n.starts_with('p'))
    {
        kept.extend(std::fs::read(scene.object(&format!("up/{upload}/{name}"))).unwrap());
    }
    assert!(kept == bytes, "all its bytes");
    let logged = scene.objects("log").iter().any(|name| {
        let object = std::fs::read_to_string(scene.object(&format!("log/{name}"))).unwrap();
        object.contains(&sha256.to_string())
    });
    assert!(logged, "its place in the log");
}

async fn every_write(fault: Fault, expected: (u16, &str)) {
    let scene = Scene::new().await;
    let failing = Failing::new(&scene.object(""));
    let line = scene.line_over(Store::over(failing.clone()), quick()).await;
    let mut writes = 0;
    loop {
        // A person of its own each time: forgetting the token is one of the writes.
        let (person, bytes) = (scene.reporter(&line).await, bundle(writes));
        failing.after(usize::try_from(writes).unwrap(), fault);
        let (path, refusal) = attempt(&person, &bytes).await;
        check(&scene, &bytes);
        if let Some(refusal) = &refusal {
            assert_eq!(
                (refusal.status, refusal.code().as_str()),
                expected,
                "write {writes}"
            );
        }
        if fault == Fault::Full && refusal.is_some() {
            let early = person.receipt(&bytes).await;
            assert!(
                [200, 404, 507].contains(&early.status),
                "write {writes}: {early:?}"
            );
            check(&scene, &bytes);
        }
        failing.heal();
        let path = match path {
            Some(path) => path,
            None => person.upload(&bytes).await,
        };
        assert!(person.head(&path).await.offset() <= SIZE as u64);
        scene.verify(&person.resume(&path, &bytes).await, &bytes);
        check(&scene, &bytes);
        if refusal.is_none() {
            break;
        }
        writes += 1;
    }
    // slot, new, open, three pieces, end, manifest, log, receipt, and two to forget the token.
    assert_eq!(writes, 12, "every write failed once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_nothing_and_says_so() {
    every_write(Fault::Full, (507, "endpoint-full")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_whose_answer_is_lost_loses_and_doubles_nothing() {
    every_write(Fault::Unanswered, (500, "endpoint-failed")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_survives_a_full_disk() {
    let scene = Scene::new().await;
    let failing = Failing::new(&scene.object(""));
    let line = scene.line_over(Store::over(failing.clone()), quick()).await;
    for fault in [Fault::Full, Fault::Unanswered] {
        for writes in 0..2 {
            let token = scene
                .token(chronicle_endpoint::access::Role::Reporter)
                .await;
            let person = Person::at(&line);
            failing.after(writes, fault);
            assert!([500, 507].contains(&person.exchange(&token).await.status));
            failing.heal();
            assert_eq!(
                person.exchange(&token).await.status,
                200,
                "the same capability again"
            );
            assert_eq!(
                Person::at(&line).exchange(&token).await.code(),
                "token-used"
            );
        }
    }
}
