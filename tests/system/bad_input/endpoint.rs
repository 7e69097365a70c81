//! Two processes at one vault; tokens that were revoked, a full disk and damaged bundles at the endpoint.

use super::NONE;
use chronicle_tests::{Cli, Scene, found_organisation, random_file, words_of};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn one_process_to_a_vault() {
    let scene = Scene::begin();
    let incident = scene.add(&[]);
    let mut scene = scene;
    scene.endpoint.kill();
    scene.send(&incident);
    let before = scene.journal.json("list", NONE);
    let mut sync = scene.journal.start("sync", NONE);
    let said = chronicle_tests::Lines::of(sync.stderr.take().unwrap());
    let line = said.wait_for(
        "The server does not answer",
        std::time::Duration::from_secs(60),
    );
    assert!(line.starts_with("Пример e.V.: "), "{line}");
    scene
        .journal
        .run("list", NONE)
        .refused("It is already open");
    sync.kill().unwrap();
    let _ = sync.wait().unwrap();

    let once = scene.journal.run("sync", &["--once"]);
    assert_eq!(once.code, Some(3), "{}", once.stderr);
    assert_eq!(once.stderr.lines().count(), 1, "{}", once.stderr);
    assert_eq!(scene.journal.json("list", NONE), before);
    scene.endpoint.serve();
    let _ = scene.journal.run("sync", NONE).ok();
    assert_eq!(scene.delivery()["stage"], "stored");
}

#[test]
fn a_revoked_token_and_a_revoked_capability() {
    let mut scene = Scene::begin();
    let incident = scene.add(&[]);
    let token = std::fs::read_to_string(scene.at("first.token")).unwrap();
    revoke(&scene, &token);
    scene.send(&incident);
    let before = scene.journal.json("list", NONE)["incidents"][0]["id"].clone();
    let ran = scene.journal.run("sync", NONE);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(
        ran.stderr
            .contains("The server does not accept this token."),
        "{}",
        ran.stderr
    );
    let delivery = scene.delivery();
    assert_eq!(
        (&delivery["stage"], &delivery["problem"]["code"]),
        (&"stopped".into(), &"token-refused".into())
    );
    assert_eq!(
        scene.journal.json("list", NONE)["incidents"][0]["id"],
        before
    );

    // A second reporter, whose capability is taken away after the first delivery.
    let second = Cli {
        side: "journal",
        vault: scene.at("second"),
        passphrase: scene.journal.passphrase.clone(),
    };
    second.make();
    scene.journal = second;
    scene.organisation = scene.join("second", &scene.words.clone());
    let first = scene.add(&[]);
    scene.send(&first);
    let _ = scene.journal.run("sync", NONE).ok();
    let list = scene.endpoint.run(&["token", "list"]);
    let capability = list
        .ok()
        .lines()
        .find(|l| l.contains("capability") && l.contains("reporter"))
        .unwrap();
    let hash = capability.split_whitespace().nth(1).unwrap();
    let _ = scene.endpoint.run(&["token", "revoke", hash]).ok();
    let more = scene.add(&[]);
    scene.send(&more);
    let ran = scene.journal.run("sync", NONE);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("withdrawn your permission"),
        "{}",
        ran.stderr
    );
    let all = scene.journal.json("status", NONE);
    let stages: Vec<&str> = all["deliveries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["stage"].as_str().unwrap())
        .collect();
    assert!(
        stages.contains(&"stored") && stages.contains(&"stopped") && stages.len() == 2,
        "{all}"
    );
}

#[test]
fn a_token_of_the_other_role_is_refused_and_not_spent() {
    let scene = Scene::begin();
    let file = |name: &str, role| {
        let path = scene.write(name, &scene.endpoint.token(role));
        path.display().to_string()
    };
    let reporter = file("reporter.token", "reporter");
    let caseworker = file("caseworker.token", "caseworker");
    let out = scene.at("wrong.txt").display().to_string();
    let before = scene.endpoint.run(&["token", "list"]).ok().to_owned();
    let refused = "This token is meant for someone else.";
    scene
        .desk
        .run("connect", &["--token-file", &reporter])
        .refused(refused);
    scene
        .desk
        .run("invite", &["--token-file", &caseworker, "--out", &out])
        .refused(refused);
    assert!(!Path::new(&out).exists());
    assert_eq!(scene.endpoint.run(&["token", "list"]).ok(), before);
    let _ = scene
        .desk
        .run("invite", &["--token-file", &reporter, "--out", &out])
        .ok();
    let _ = scene
        .desk
        .run("connect", &["--token-file", &caseworker])
        .ok();
}

fn revoke(scene: &Scene, token: &str) {
    use std::io::Write;
    let mut command = Command::new(chronicle_tests::binary("chronicle-endpoint"));
    command
        .args(["token", "revoke", "-", "--data"])
        .arg(&scene.endpoint.data)
        .stdin(std::process::Stdio::piped());
    let mut child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(token.as_bytes())
        .unwrap();
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_full_disk_at_the_endpoint() {
    chronicle_tests::tool("unshare", "util-linux");
    let mut scene = Scene::begin();
    let first = scene.add(&[]);
    scene.send(&first);
    let _ = scene.journal.run("sync", NONE).ok();
    let recording = scene.at("recording.bin");
    random_file(&recording, 6 << 20);
    let incident = scene.add(std::slice::from_ref(&recording));
    scene.send(&incident);
    scene.endpoint.kill();
    let before = scene.journal.json("list", NONE);

    // The same endpoint on a disk of 3 MiB, in a mount namespace of its own.
    let line = r#"set -e; cp -a "$DATA" "$SEED"; mount -t tmpfs -o size=3m tmpfs "$DATA"; cp -a "$SEED"/. "$DATA"/; exec "$SERVER" serve --reserve-mib 0 --listen "$LISTEN" --data "$DATA""#;
    let mut small = Command::new("unshare");
    small.args(["--map-root-user", "--mount", "sh", "-c", line]);
    small
        .env("DATA", &scene.endpoint.data)
        .env("SEED", scene.at("seed"));
    small.env("SERVER", chronicle_tests::binary("chronicle-endpoint"));
    small.env("LISTEN", format!("127.0.0.1:{}", scene.endpoint.port));
    scene.endpoint.serve_by(&mut small);
    let ran = scene.journal.run("sync", &["--once"]);
    assert_eq!(ran.code, Some(3), "{}\n{}", ran.stdout, ran.stderr);
    assert!(
        ran.stderr.contains("The server has no room left."),
        "{}",
        ran.stderr
    );
    scene.endpoint.kill();

    scene.endpoint.serve();
    let _ = scene.journal.run("sync", NONE).ok();
    let after = scene.journal.json("list", NONE);
    let all = after["incidents"].as_array().unwrap();
    assert!(
        all.iter().all(|i| i["deliveries"][0]["stage"] == "stored"),
        "with room it goes by itself: {after}"
    );
    let ids = |list: &Value| {
        list["incidents"]
            .as_array()
            .unwrap()
            .iter()
            .map(|i| i["id"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&after), ids(&before));
    assert_eq!(scene.desk.json("fetch", NONE)["new_reports"], 2);
}

#[test]
fn a_damaged_and_a_foreign_bundle_stop_nothing() {
    let mut scene = Scene::begin();
    let damaged = scene.add(&[]);
    scene.send(&damaged);
    let _ = scene.journal.run("sync", NONE).ok();
    let whole = cut_in_half(&scene.endpoint.data);
    foreign(&scene);
    let good = scene.add(&[scene.write("note.txt", "A note.")]);
    scene.send(&good);
    let _ = scene.journal.run("sync", NONE).ok();

    let fetched = scene.desk.json("fetch", NONE);
    assert_eq!(
        (&fetched["new_reports"], &fetched["quarantined"]),
        (&1.into(), &2.into()),
        "{fetched}"
    );
    let inbox = scene.desk.json("list", NONE);
    assert_eq!(
        inbox["reports"][0]["files"], 1,
        "the good one arrived: {inbox}"
    );
    let mut reasons: Vec<&str> = inbox["quarantine"]
        .as_array()
        .unwrap()
        .iter()
        .map(reason)
        .collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["bundle-not-for-us", "fetch-cut"], "{inbox}");
    let text = scene.desk.run("list", NONE);
    assert!(
        text.ok().contains("The parcel is sealed to someone else."),
        "{}",
        text.stdout
    );
    scene.endpoint.kill();
    scene
        .desk
        .run("fetch", NONE)
        .refused("The server does not answer.");
    assert_eq!(scene.desk.json("list", NONE), inbox, "nothing was lost");

    whole
        .iter()
        .for_each(|(path, bytes)| std::fs::write(path, bytes).unwrap());
    scene.endpoint.serve();
    assert_eq!(
        scene.desk.json("fetch", NONE)["new_reports"],
        1,
        "what was not given is asked for again"
    );
    let inbox = scene.desk.json("list", NONE);
    assert_eq!(
        (
            inbox["reports"].as_array().unwrap().len(),
            inbox["quarantine"].as_array().unwrap().len()
        ),
        (2, 1)
    );
}

fn reason(line: &Value) -> &str {
    line["reason"]["code"].as_str().unwrap()
}

// Every piece of the one bundle that is stored loses its second half; gives what they were.
fn cut_in_half(data: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut whole = Vec::new();
    for upload in std::fs::read_dir(data.join("objects/up")).unwrap() {
        for piece in std::fs::read_dir(upload.unwrap().path())
            .unwrap()
            .map(|p| p.unwrap())
        {
            let name = piece.file_name().to_string_lossy().into_owned();
            if name
                .strip_prefix('p')
                .is_some_and(|at| at.bytes().all(|b| b.is_ascii_digit()))
            {
                let bytes = std::fs::read(piece.path()).unwrap();
                std::fs::write(piece.path(), &bytes[..bytes.len() / 2]).unwrap();
                whole.push((piece.path(), bytes));
            }
        }
    }
    assert!(!whole.is_empty(), "no piece was found");
    whole
}

// A bundle that is sealed to another organisation, brought to this endpoint.
fn foreign(scene: &Scene) {
    let cli = |side, name: &str| Cli {
        side,
        vault: scene.at(name),
        passphrase: scene.journal.passphrase.clone(),
    };
    let (desk, journal) = (cli("desk", "other-desk"), cli("journal", "other-journal"));
    desk.make();
    journal.make();
    found_organisation(
        &desk,
        &scene.endpoint.address(),
        &scene.endpoint.receipt_key(),
        &scene.at("other-offline"),
    );
    let token = scene.write("other.token", &scene.endpoint.token("reporter"));
    let invitation = scene.at("other.invitation");
    let _ = desk
        .run(
            "invite",
            &[
                Path::new("--token-file"),
                &token,
                Path::new("--out"),
                &invitation,
            ],
        )
        .ok();
    let words = words_of(&desk.json("organisation", NONE));
    let id = journal.run(
        "join",
        &[&*invitation.display().to_string(), "--words", &words],
    );
    let report = scene.at("report.json");
    let incident = journal
        .run("add", &[Path::new("--report"), &report])
        .ok()
        .to_owned();
    let _ = journal
        .run("send", &[incident.as_str(), "--to", id.ok()])
        .ok();
    // The endpoint signs for its own organisation, so this journal gets no receipt that it believes.
    let ran = journal.run("sync", &["--once"]);
    assert_eq!(ran.code, Some(3), "{}{}", ran.stdout, ran.stderr);
    assert_ne!(
        journal.json("status", NONE)["deliveries"][0]["stage"],
        "stored"
    );
    // Nor the profile that is served there; and that stays noted.
    let all = journal.json("organisations", NONE);
    let problem = &all["organisations"][0]["problem"]["code"];
    assert_eq!(problem, "profile-refused", "{all}");
}
