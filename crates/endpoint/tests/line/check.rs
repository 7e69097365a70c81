//! `check` finds every kind of damage, and nothing where nothing is wrong.

use crate::scene::{Founded, Line, Person, Scene, bundle, quick};
use chronicle_endpoint::access::Role;
use chronicle_wire::{Hash, ReadKey, SigningKey, StoredReceipt};
use std::path::PathBuf;

struct House {
    scene: Scene,
    line: Line,
    bundles: Vec<Vec<u8>>,
}

impl House {
    // Three bundles, one of them of several pieces, and a message.
    async fn new() -> Self {
        let scene = Scene::new().await;
        let line = scene.line().await;
        let person = scene.reporter(&line).await;
        let bundles = vec![bundle(1), bundle(2), bundle(3)];
        for one in &bundles {
            scene.verify(&person.deliver(one).await, one);
        }
        let desk: Person = scene.person(&line, Role::Caseworker).await;
        let mailbox = ReadKey::draw().unwrap().mailbox();
        let path = format!("/v1/mailbox/{mailbox}");
        assert_eq!(desk.ask("POST", &path, &[], &bundle(4)).await.status, 201);
        Self {
            scene,
            line,
            bundles,
        }
    }

    async fn findings(&self) -> Vec<(&'static str, String)> {
        let checked = self.scene.endpoint(quick()).check().await.unwrap();
        checked
            .findings
            .into_iter()
            .map(|f| (f.code, f.name))
            .collect()
    }

    fn hash(&self, at: usize) -> String {
        Hash::of(&self.bundles[at]).to_string()
    }

    fn pieces(&self, at: usize) -> Vec<PathBuf> {
        let manifest =
            std::fs::read(self.scene.object(&format!("bundle/{}", self.hash(at)))).unwrap();
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
        let folder = self
            .scene
            .object(&format!("up/{}", manifest["upload"].as_str().unwrap()));
        let all = std::fs::read_dir(folder)
            .unwrap()
            .map(|f| f.unwrap().path());
        let mut all: Vec<_> = all
            .filter(|f| f.file_name().unwrap().to_str().unwrap().starts_with('p'))
            .collect();
        all.sort();
        all
    }
}

fn flip(path: &PathBuf, at: usize) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[at] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn each_damage_is_told_by_its_name() {
    let house = House::new().await;
    assert_eq!(house.findings().await, vec![]);
    let (zero, one, two) = (house.hash(0), house.hash(1), house.hash(2));
    let object = |name: String| house.scene.object(&name);
    let broken = |name: &str| vec![("bundle-broken", name.to_owned())];

    let piece = house.pieces(0).pop().unwrap();
    let whole = std::fs::read(&piece).unwrap();
    for at in [0, whole.len() / 2, whole.len() - 1] {
        flip(&piece, at);
        assert_eq!(house.findings().await, broken(&zero), "byte {at}");
        flip(&piece, at);
    }
    std::fs::write(&piece, &whole[1..]).unwrap();
    assert_eq!(house.findings().await, broken(&zero));
    std::fs::remove_file(&piece).unwrap();
    assert_eq!(house.findings().await, broken(&zero));
    std::fs::write(&piece, &whole).unwrap();

    // A receipt of another bundle, by another key, cut, and none.
    let receipt = object(format!("receipt/{one}"));
    let right = std::fs::read(&receipt).unwrap();
    let stranger = StoredReceipt::sign(
        house.scene.founded.profile().organisation(),
        Hash::of(&house.bundles[1]),
        house.bundles[1].len() as u64,
        crate::scene::today(),
        &SigningKey::draw().unwrap(),
    );
    let wrong = [
        std::fs::read(object(format!("receipt/{two}"))).unwrap(),
        serde_json::to_vec(&stranger).unwrap(),
        right[..right.len() - 1].to_vec(),
    ];
    for wrong in wrong {
        std::fs::write(&receipt, wrong).unwrap();
        assert_eq!(
            house.findings().await,
            vec![("receipt-broken", one.clone())]
        );
    }
    std::fs::remove_file(&receipt).unwrap();
    assert_eq!(
        house.findings().await,
        vec![("receipt-missing", one.clone())]
    );
    std::fs::write(&receipt, right).unwrap();

    let manifest = object(format!("bundle/{two}"));
    let right = std::fs::read(&manifest).unwrap();
    std::fs::write(&manifest, "{}").unwrap();
    assert_eq!(house.findings().await, broken(&two));
    std::fs::remove_file(&manifest).unwrap();
    assert_eq!(
        house.findings().await,
        vec![("bundle-missing", two.clone())]
    );
    std::fs::write(&manifest, right).unwrap();
    assert_eq!(house.findings().await, vec![]);
    drop(house.line);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_the_profile_and_the_mailboxes_are_looked_at() {
    let house = House::new().await;
    let log: Vec<String> = house.scene.objects("log");
    let object = |at: usize| house.scene.object(&format!("log/{}", log[at]));
    let last = std::fs::read(object(2)).unwrap();
    std::fs::remove_file(object(2)).unwrap();
    assert_eq!(
        house.findings().await,
        vec![("not-logged", house.hash(2))],
        "set back by one"
    );
    std::fs::write(object(2), &last).unwrap();
    let middle = std::fs::read(object(1)).unwrap();
    std::fs::remove_file(object(1)).unwrap();
    let found = house.findings().await;
    assert!(
        found.contains(&("log-gap", format!("log/{}", log[2]))),
        "{found:?}"
    );
    // Changed so that it still can be read: the next one no longer follows it.
    let text = String::from_utf8(middle.clone()).unwrap();
    std::fs::write(object(1), text.replace("2026-02-03", "2026-02-04")).unwrap();
    assert_eq!(
        house.findings().await,
        vec![("log-broken", format!("log/{}", log[2]))]
    );
    std::fs::write(object(1), &middle).unwrap();

    let name = house.scene.objects("profile").remove(0);
    let profile = house.scene.object(&format!("profile/{name}"));
    let right = std::fs::read(&profile).unwrap();
    std::fs::write(
        &profile,
        Founded::naming(SigningKey::draw().unwrap().public()).file(),
    )
    .unwrap();
    let found = house.findings().await;
    assert_eq!(
        found
            .iter()
            .filter(|(code, _)| *code == "receipt-broken")
            .count(),
        3,
        "{found:?}"
    );
    std::fs::write(&profile, "{").unwrap();
    let found = house.findings().await;
    assert!(
        found.contains(&("profile-broken", format!("profile/{name}"))),
        "{found:?}"
    );
    std::fs::write(&profile, right).unwrap();

    let mailbox = house.scene.objects("mailbox").remove(0);
    let message = house.scene.objects(&format!("mailbox/{mailbox}")).remove(0);
    let message = format!("mailbox/{mailbox}/{message}");
    flip(&house.scene.object(&message), 1000);
    assert_eq!(house.findings().await, vec![("message-broken", message)]);
}
