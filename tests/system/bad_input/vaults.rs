//! Passphrases, damaged vaults, report files and attachments.

use super::NONE;
use chronicle_tests::{Cli, PASSPHRASE, Scene};
use std::path::{Path, PathBuf};

#[test]
fn vaults_and_reports() {
    let scene = Scene::found(|_| None);
    let incident = scene.add(&[scene.write("note.txt", "A note.")]);
    let before = scene.journal.json("list", NONE);
    assert_eq!(before["incidents"][0]["id"], incident.as_str());

    let wrong = scene.write("wrong", &format!("{PASSPHRASE} \n"));
    scene
        .journal
        .with_passphrase(&wrong)
        .run("list", NONE)
        .refused("This passphrase does not open it.");
    scene
        .journal
        .with_passphrase(&scene.at("nowhere"))
        .run("list", NONE)
        .refused("nowhere: The file with the secret");
    scene
        .journal
        .run("create", NONE)
        .refused("There is already a journal or a desk in this folder.");
    other(&scene.journal, "desk")
        .run("list", NONE)
        .refused("journal");
    let nowhere = Cli {
        side: "journal",
        vault: scene.at("empty"),
        passphrase: scene.journal.passphrase.clone(),
    };
    nowhere
        .run("list", NONE)
        .refused("There is no journal or desk in this folder.");
    nowhere
        .with_passphrase(&scene.write("weak", "password2024\n"))
        .run("create", NONE)
        .refused("too easy to guess");
    assert!(
        !nowhere.vault.join("key.age").exists(),
        "a weak passphrase makes no vault"
    );

    truncated_key_file(&scene.journal);
    reports(&scene);
    attachments(&scene);
    scene
        .journal
        .run("show", &["0123456789abcdef0123456789abcdef"])
        .refused("no longer here");
    assert_eq!(
        scene.journal.json("list", NONE),
        before,
        "nothing was lost, nothing was left half"
    );
}

fn truncated_key_file(journal: &Cli) {
    for name in ["key.age", "ring.age"] {
        let path = journal.vault.join(name);
        let whole = std::fs::read(&path).unwrap();
        for length in [whole.len() / 2, 10, 0] {
            std::fs::write(&path, &whole[..length]).unwrap();
            journal
                .run("list", NONE)
                .refused("The file with the keys is damaged or was cut short.");
        }
        std::fs::write(&path, &whole).unwrap();
    }
}

fn reports(scene: &Scene) {
    let refused = |content: &str, lines: &[&str]| {
        let report = scene.write("bad.json", content);
        let ran = scene.journal.run("add", &[Path::new("--report"), &report]);
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (Some(1), ""),
            "{}",
            ran.stderr
        );
        let said: Vec<&str> = ran.stderr.lines().collect();
        assert_eq!(said.len(), lines.len(), "{}", ran.stderr);
        assert!(
            said.iter()
                .zip(lines)
                .all(|(said, words)| said.contains(words)),
            "{}",
            ran.stderr
        );
    };
    let broken = r#"{"what": {"types": [{"code": "phy.dragon"}, {"code": "fam.unicorn"}]}, "when": {"edtf": "2026-13-40"}}"#;
    refused(broken, &["phy.dragon", "fam.unicorn", "when.edtf"]);
    refused(r#"{"when": {"edtf": "yesterday"}}"#, &["when.edtf"]);
    refused(r#"{"what": 7}"#, &["what"]);
    refused("not json", &["1"]);
    refused(
        "{\"what\": {\"narrative\": \"a\", \"narrative\": \"b\"}}",
        &["narrative"],
    );
}

fn attachments(scene: &Scene) {
    let add = |report: &Path, files: &[PathBuf]| {
        let mut args = vec![PathBuf::from("--report"), report.to_owned()];
        args.extend(
            files
                .iter()
                .flat_map(|file| [PathBuf::from("--attach"), file.clone()]),
        );
        scene.journal.run("add", &args)
    };
    let good = scene.write("good.json", r#"{"what": {"narrative": "A note."}}"#);
    let note = scene.at("note.txt");
    add(&good, &[note.clone(), scene.at("nowhere.jpg")])
        .refused("nowhere.jpg: This file could not be read.");
    add(&good, &[note.clone(), PathBuf::from("/dev/zero")])
        .refused("/dev/zero: This file could not be read.");
    add(&good, std::slice::from_ref(&scene.journal.vault)).refused("This file could not be read.");
    let large = scene.at("large.bin");
    std::fs::File::create(&large)
        .unwrap()
        .set_len((2 << 30) + 1)
        .unwrap();
    add(&good, &[note.clone(), large.clone()]).refused("larger than 2 GB");
    std::fs::File::options()
        .write(true)
        .open(&large)
        .unwrap()
        .set_len(3 << 29)
        .unwrap();
    add(&good, &[large.clone(), large.clone(), large.clone()]).refused("larger than 4 GB");
    let described = scene.write(
        "described.json",
        r#"{"evidence": [{"original_name": "photo.jpg", "caption": "Two men"}]}"#,
    );
    add(&described, &[note]).refused("photo.jpg: The report describes this file");
}

fn other(cli: &Cli, side: &'static str) -> Cli {
    Cli {
        side,
        vault: cli.vault.clone(),
        passphrase: cli.passphrase.clone(),
    }
}
