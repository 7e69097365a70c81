//! How a journal and a desk stand with the endpoint: a token that is spent at once, one that somebody else spent, an onion
//! service without Tor, a desk that was shut out, an endpoint that was set back; and a report of which one file is damaged.

use super::NONE;
use chronicle_tests::{Cli, Scene, flip_a_byte, found_organisation, random_file, words_of};
use std::path::Path;

#[test]
fn a_token_is_spent_at_the_first_sync_and_then_nobody_is_contacted_for_nothing() {
    let mut scene = Scene::begin();
    assert_eq!(state_of(&scene, "token", "reporter"), "new");
    let _ = scene.journal.run("sync", NONE).ok();
    assert_eq!(state_of(&scene, "token", "reporter"), "used");
    scene.endpoint.kill();
    let _ = scene.journal.run("sync", NONE).ok();
}

#[test]
fn an_invitation_that_somebody_else_used_is_told_without_a_report() {
    let mut scene = Scene::begin();
    let thief = reporter(&scene, "thief");
    let invitation = scene.at("first.invitation").display().to_string();
    let _ = thief
        .run("join", &[&*invitation, "--words", &scene.words])
        .ok();
    let _ = thief.run("sync", NONE).ok();

    let words = "This invitation was used already, and not by this journal.";
    let told = |scene: &Scene| {
        let ran = scene.journal.run("sync", NONE);
        assert_eq!(ran.code, Some(1), "{}{}", ran.stdout, ran.stderr);
        assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    };
    told(&scene);
    scene.endpoint.kill();
    told(&scene);
    let all = scene.journal.json("organisations", NONE);
    let problem = &all["organisations"][0]["problem"];
    assert_eq!(problem["code"], "invitation-used", "{all}");
    let text = scene.journal.run("organisations", NONE);
    assert!(text.ok().contains(words), "{}", text.stdout);
}

#[test]
fn an_onion_service_waits_for_tor() {
    let scene = Scene::begin();
    let desk = Cli {
        side: "desk",
        vault: scene.at("onion-desk"),
        passphrase: scene.desk.passphrase.clone(),
    };
    desk.make();
    let address = format!("http://{}.onion", "a".repeat(56));
    let (key, offline) = (scene.endpoint.receipt_key(), scene.at("onion-offline"));
    found_organisation(&desk, &address, &key, &offline);
    let token = scene.write("onion.token", &scene.endpoint.token("reporter"));
    let (token, out) = (token.display().to_string(), scene.at("onion.invitation"));
    let out = out.display().to_string();
    let _ = desk
        .run("invite", &["--token-file", &token, "--out", &out])
        .ok();
    let journal = reporter(&scene, "hidden");
    let words = words_of(&desk.json("organisation", NONE));
    let joined = journal.run("join", &[&*out, "--words", &words]);
    let waits = || {
        let ran = journal.run("sync", NONE);
        assert_eq!(ran.code, Some(3), "{}{}", ran.stdout, ran.stderr);
        assert!(ran.stderr.contains("through Tor"), "{}", ran.stderr);
    };
    waits();
    let _ = scene.add(&[]);
    let report = scene.at("report.json").display().to_string();
    let added = journal.run("add", &["--report", &report]);
    let _ = journal.run("send", &[added.ok(), "--to", joined.ok()]).ok();
    for _ in 0..2 {
        waits();
        let status = journal.json("status", NONE);
        assert_eq!(status["deliveries"][0]["stage"], "waiting", "{status}");
    }
}

#[test]
fn a_desk_that_was_shut_out_is_not_told_that_nothing_is_new() {
    let scene = Scene::begin();
    let _ = scene.desk.run("fetch", NONE).ok();
    let hash = hash_of(&scene, "capability", "caseworker");
    let _ = scene.endpoint.run(&["token", "revoke", &hash]).ok();
    let refused = "The server does not know this desk";
    scene.desk.run("fetch", NONE).refused(refused);
    // With a new token it goes on.
    let token = scene.write("again.token", &scene.endpoint.token("caseworker"));
    let token = token.display().to_string();
    let _ = scene.desk.run("connect", &["--token-file", &token]).ok();
    let _ = scene.desk.run("fetch", NONE).ok();
}

#[test]
fn an_endpoint_that_was_set_back_is_told_and_read_on() {
    let mut scene = Scene::begin();
    deliver(&scene);
    let backup = scene.at("backup");
    copy(&scene.endpoint.data, &backup);
    deliver(&scene);
    assert_eq!(scene.desk.json("fetch", NONE)["new_reports"], 2);

    scene.endpoint.kill();
    std::fs::remove_dir_all(&scene.endpoint.data).unwrap();
    copy(&backup, &scene.endpoint.data);
    scene.endpoint.serve();
    deliver(&scene);
    let ran = scene.desk.run("fetch", NONE);
    assert_eq!(ran.code, Some(1), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("One new report."), "{}", ran.stdout);
    for words in [
        "The server was set back",
        "ask those who sent something since",
    ] {
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
    let list = scene.desk.run("list", NONE);
    assert!(list.ok().contains("The server was set back"), "noted");
    deliver(&scene);
    assert_eq!(scene.desk.json("fetch", NONE)["new_reports"], 1);
    let list = scene.desk.json("list", NONE);
    assert_eq!(list["reports"].as_array().unwrap().len(), 4, "none twice");
}

#[test]
fn a_renewed_profile_is_taken_over_by_endpoint_and_journal() {
    let scene = Scene::begin();
    let (out, known) = (
        scene.at("second.json"),
        scene.desk.json("organisation", NONE),
    );
    let write = || {
        scene
            .desk
            .run("profile", &[Path::new("--renew"), Path::new("--out"), &out])
    };
    let _ = write().ok();
    let renewed = scene.desk.json("organisation", NONE);
    assert_eq!(
        (&known["profile_version"], &renewed["profile_version"]),
        (&1.into(), &2.into())
    );
    assert_eq!(known["words"], renewed["words"]);
    write().refused("already");
    assert_eq!(
        scene.desk.json("organisation", NONE)["profile_version"],
        2,
        "none is signed for nothing"
    );

    let before = scene.at("profile.json").display().to_string();
    let second = out.display().to_string();
    let _ = scene.endpoint.run(&["profile", &second]).ok();
    assert_ne!(
        scene.endpoint.run(&["profile", &before]).code,
        Some(0),
        "the older one"
    );
    deliver(&scene);
    assert_eq!(scene.desk.json("fetch", NONE)["new_reports"], 1);
    let all = scene.journal.json("organisations", NONE);
    assert_eq!(
        all["organisations"][0]["problem"],
        serde_json::Value::Null,
        "{all}"
    );
}

#[test]
fn a_report_with_one_damaged_file_is_saved_but_for_that_file() {
    let scene = Scene::begin();
    let files = [("a.bin", 1000), ("b.bin", 400_000)].map(|(name, size)| {
        let path = scene.at(name);
        random_file(&path, size);
        path
    });
    scene.send(&scene.add(&files));
    let _ = scene.journal.run("sync", NONE).ok();
    let _ = scene.desk.run("fetch", NONE).ok();
    let id = scene.desk.json("list", NONE)["reports"][0]["id"].clone();
    let id = id.as_str().unwrap();
    let shown = scene.desk.run("show", &[id]);
    assert!(!shown.ok().contains("not verified"), "{}", shown.stdout);

    let blobs = std::fs::read_dir(scene.at("desk/blobs")).unwrap();
    let largest = blobs.map(|b| b.unwrap().path()).max_by_key(|p| size_of(p));
    flip_a_byte(&largest.unwrap(), 200_000);
    let shown = scene.desk.run("show", &[id]);
    let line = "Each part is what the sender listed: not verified";
    assert!(shown.ok().contains(line), "{}", shown.stdout);
    let out = scene.at("saved");
    for _ in 0..2 {
        let args = [Path::new(id), Path::new("--out"), &out];
        let ran = scene.desk.run("save", &args);
        assert_eq!(ran.code, Some(1), "{}{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.contains("0001.bin"), "{}", ran.stdout);
        let said = "0002.bin: This file is damaged on the disk.";
        assert!(ran.stderr.starts_with(said), "{}", ran.stderr);
        assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    }
    assert!(out.join("report.json").exists() && !out.join("0002.bin").exists());
    assert_eq!(
        chronicle_tests::same_bytes(&files[0], &out.join("0001.bin")),
        None
    );
}

fn reporter(scene: &Scene, name: &str) -> Cli {
    let journal = Cli {
        side: "journal",
        vault: scene.at(name),
        passphrase: scene.journal.passphrase.clone(),
    };
    journal.make();
    journal
}

fn deliver(scene: &Scene) {
    scene.send(&scene.add(&[]));
    let _ = scene.journal.run("sync", NONE).ok();
}

fn listed(scene: &Scene, what: &str, role: &str) -> Vec<String> {
    let list = scene.endpoint.run(&["token", "list"]);
    let line = list
        .ok()
        .lines()
        .find(|l| l.contains(what) && l.contains(role));
    let line = line.expect("a line of the list");
    line.split_whitespace().map(str::to_owned).collect()
}

fn hash_of(scene: &Scene, what: &str, role: &str) -> String {
    listed(scene, what, role)[1].clone()
}

fn state_of(scene: &Scene, what: &str, role: &str) -> String {
    listed(scene, what, role).pop().unwrap()
}

fn size_of(path: &Path) -> u64 {
    std::fs::metadata(path).unwrap().len()
}

fn copy(from: &Path, to: &Path) {
    let done = std::process::Command::new("cp")
        .arg("-a")
        .args([from, to])
        .status();
    assert!(done.unwrap().success());
}
