//! What the shipped programs seal and sign passes a second reader, which was written from the documents alone; and the short
//! form of an invitation brings a person as far as the long one.

use chronicle_tests::{Cli, PASSPHRASE, Scene, flip_a_byte, jpeg, script};
use chronicle_vault::secrecy::SecretString;
use chronicle_vault::{Unlocked, Vault};
use chronicle_wire::Hash;
use serde_json::Value;
use std::fs::File;
use std::path::{Path, PathBuf};

fn told(name: &str, args: &[&Path]) -> Value {
    let output = script(name, |command| command.args(args));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let told: Value = serde_json::from_slice(&output.stdout).expect(&said);
    assert_eq!(output.status.success(), told["result"] == "ok", "{told}");
    told
}

// The desk's own identity, as an age file's text.
fn identity(scene: &Scene) -> PathBuf {
    let secret = SecretString::from(PASSPHRASE.to_owned());
    let vault = &scene.desk.vault;
    let Unlocked { vault: open, .. } = Vault::unlock(vault, secret).unwrap();
    let names = std::fs::read_dir(vault.join("identities")).unwrap();
    let all: Vec<String> = names
        .map(|item| {
            let name = item.unwrap().file_name().into_string().unwrap();
            let name = name.trim_end_matches(".age");
            String::from_utf8(open.identity(name).unwrap().to_vec()).unwrap()
        })
        .collect();
    assert_eq!(all.len(), 1);
    scene.write("identity", &all.concat())
}

#[test]
fn a_delivered_bundle_and_its_receipt_pass_by_the_documents_alone() {
    let scene = Scene::begin();
    let picture = scene.at("двор.jpg");
    jpeg(&picture);
    let incident = scene.add(std::slice::from_ref(&picture));
    scene.send(&incident);
    let none: &[&str] = &[];
    let _ = scene.journal.run("sync", none).ok();

    let blobs = std::fs::read_dir(scene.journal.vault.join("blobs")).unwrap();
    let bundle = blobs
        .map(|item| item.unwrap().path())
        .max_by_key(|path| path.metadata().unwrap().len())
        .unwrap();
    let hash = Hash::of_reader(File::open(&bundle).unwrap()).unwrap();
    let (profile, identity) = (scene.at("profile.json"), identity(&scene));
    let read = told("bundle.py", &[&bundle, &profile, &identity]);
    assert_eq!(read["result"], "ok", "{read}");
    let original = Hash::of_reader(File::open(&picture).unwrap()).unwrap();
    assert!(read.to_string().contains(&original.to_string()), "{read}");

    let receipt = scene.endpoint.data.join(format!("objects/receipt/{hash}"));
    let size = bundle.metadata().unwrap().len().to_string();
    let today = jiff::Zoned::now().date().to_string();
    let (sum, other) = (hash.to_string(), original.to_string());
    let judge = |sum: &str, sealed: &str| {
        let args = [Path::new(sum), Path::new(&size), Path::new(sealed)];
        told(
            "receipt.py",
            &[&[receipt.as_path(), &profile], &args[..]].concat(),
        )
    };
    assert_eq!(judge(&sum, &today)["result"], "ok");
    assert_eq!(judge(&other, &today)["result"], "receipt");
    assert_eq!(judge(&sum, "2199-01-01")["result"], "receipt-day");

    let copy = scene.at("flipped.age");
    std::fs::copy(&bundle, &copy).unwrap();
    flip_a_byte(&copy, 100_000);
    assert_ne!(
        told("bundle.py", &[&copy, &profile, &identity])["result"],
        "ok"
    );
}

#[test]
fn a_short_invitation_is_as_good_as_a_long_one() {
    let mut scene = Scene::begin();
    let token = scene.write("short.token", &scene.endpoint.token("reporter"));
    let (short, token) = (scene.at("short"), token.display().to_string());
    let out = short.display().to_string();
    let args = ["--short", "--token-file", &token, "--out", &out];
    let _ = scene.desk.run("invite", &args).ok();
    let text = std::fs::read_to_string(&short).unwrap();
    assert!(text.len() <= 600 && text.starts_with("CHRONICLE-INVITATION-1:"));
    let second = Cli {
        vault: scene.at("second"),
        passphrase: scene.journal.passphrase.clone(),
        ..scene.journal
    };
    second.make();
    // Where nobody answers it is kept, and nothing is lost.
    scene.endpoint.kill();
    let words = scene.words.clone();
    let join = |words: &str| second.run("join", &[out.as_str(), "--words", words]);
    assert!(join(&words).stderr.contains("Nobody answers"));
    scene.endpoint.serve();
    assert_ne!(
        join("abandon abandon abandon abandon abandon abandon").code,
        Some(0)
    );
    assert_eq!(join(&words).ok(), scene.organisation);
    let all = second.json("organisations", &[] as &[&str]);
    assert_eq!(all["organisations"][0]["name"], "Пример e.V.");
}
