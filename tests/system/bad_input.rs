//! Bad input gets one clear line, the right exit status, and loses nothing: what was listed before is listed after.

use chronicle_tests::{Cli, PASSPHRASE, Ran, Scene, found_organisation, random_file, words_of};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

const NONE: &[&str] = &[];

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
    add(&good, &[scene.journal.vault.clone()]).refused("This file could not be read.");
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

#[test]
fn invitations_and_words() {
    let mut scene = Scene::found(|_| None);
    let invitation = scene.invitation("first");
    let text = std::fs::read_to_string(&invitation).unwrap();

    let letter = text.len() / 2;
    let other = if text.as_bytes()[letter] == b'A' {
        "B"
    } else {
        "A"
    };
    let _ = scene.write(
        "letter",
        &format!("{}{other}{}", &text[..letter], &text[letter + 1..]),
    );
    join(&scene, "letter", &scene.words)
        .refused("This is not an invitation, or part of it is missing.");
    let _ = scene.write("half", &text[..letter]);
    join(&scene, "half", &scene.words)
        .refused("This is not an invitation, or part of it is missing.");
    let _ = scene.write("forged", &forged(&scene, &text));
    join(&scene, "forged", &scene.words).refused("The signature");
    join(&scene, "nowhere", &scene.words).refused("nowhere: This file could not be read.");

    let words: Vec<&str> = scene.words.split(' ').collect();
    join(&scene, "first.invitation", &words[..5].join(" ")).refused("Six words are needed.");
    let misheard = [&words[..3], &["chronikle"], &words[4..]]
        .concat()
        .join(" ");
    join(&scene, "first.invitation", &misheard).refused("chronikle: ");
    let swapped = [words[1], words[0], words[2], words[3], words[4], words[5]].join(" ");
    join(&scene, "first.invitation", &swapped)
        .refused("These words do not belong to this invitation.");
    assert_eq!(
        scene.journal.json("organisations", NONE)["organisations"]
            .as_array()
            .map(Vec::len),
        Some(0)
    );

    let id = join(&scene, "first.invitation", &scene.words.to_uppercase());
    scene.organisation = id.ok().to_owned();
    join(&scene, "first.invitation", &scene.words).refused("You already know this organisation.");
    let before = scene.journal.json("organisations", NONE);
    let incident = scene.add(&[]);
    scene
        .journal
        .run("send", &[incident.as_str(), "--to", "Nobody"])
        .refused("There is no such organisation here.");
    let part = ["--leave-out", "photo"];
    scene
        .journal
        .run(
            "send",
            &[&[incident.as_str(), "--to", &scene.organisation], &part[..]].concat(),
        )
        .refused("no longer here");
    let empty = scene.write("empty.json", "{}");
    let empty = scene
        .journal
        .run("add", &[Path::new("--report"), &empty])
        .ok()
        .to_owned();
    scene
        .journal
        .run("send", &[empty.as_str(), "--to", &scene.organisation])
        .refused("Something is still missing");
    scene.send(&incident);
    scene
        .journal
        .run("send", &[incident.as_str(), "--to", &scene.organisation])
        .refused("sent");
    assert_eq!(scene.delivery()["stage"], "waiting");
    assert_eq!(scene.journal.json("organisations", NONE), before);
}

fn join(scene: &Scene, name: &str, words: &str) -> Ran {
    scene.journal.run(
        "join",
        &[&*scene.at(name).display().to_string(), "--words", words],
    )
}

// Whole by its own check, but the profile was changed after it was signed.
fn forged(scene: &Scene, text: &str) -> String {
    let (block, out) = (scene.write("block", text), scene.at("forged.out"));
    let script = r#"
import base64, hashlib, sys
lines = open(sys.argv[1]).read().split("\n")
begin, end = lines[0], lines[-2]
body = base64.b64decode("".join(lines[1:-2])).decode()
assert "127.0.0.1" in body
body = body.replace("127.0.0.1", "127.0.0.9").encode()
letters = base64.b64encode(body).decode()
end = end[:len("-----END CHRONICLE INVITATION")] + " " + hashlib.sha256(body).hexdigest()[:8] + "-----"
open(sys.argv[2], "w").write("\n".join([begin, letters, end, ""]))
"#;
    chronicle_tests::tool("python3", "python3");
    let _ = Ran::of(
        Command::new("python3")
            .args(["-c", script])
            .arg(block)
            .arg(&out),
    )
    .ok();
    std::fs::read_to_string(out).unwrap()
}

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
    let _ = second.run("create", NONE).ok();
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
    assert_eq!(reasons, ["bundle-not-for-us", "wrong-bytes"], "{inbox}");
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
    let _ = desk.run("create", NONE).ok();
    let _ = journal.run("create", NONE).ok();
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
}

fn other(cli: &Cli, side: &'static str) -> Cli {
    Cli {
        side,
        vault: cli.vault.clone(),
        passphrase: cli.passphrase.clone(),
    }
}
