//! A vault of every released format opens for ever, with everything that was in it. The vaults in `tests/golden/` were
//! made by the program of their time; beside them lies what it said about them.

use chronicle_tests::{Cli, root};
use serde_json::Value;
use std::fs::Permissions;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

// What depends on the day on which it is asked.
const OF_TODAY: &[&str] = &["urgency", "current", "notices", "warnings"];

/// The formats of which there are golden vaults.
pub fn formats() -> Vec<String> {
    let items = std::fs::read_dir(root().join("tests/golden")).unwrap();
    let mut formats: Vec<String> = items
        .map(|item| item.unwrap().file_name().into_string().unwrap())
        .collect();
    formats.sort();
    formats
}

/// A copy of a golden vault, to be used in `folder`.
pub fn opened(format: &str, side: &'static str, folder: &Path) -> Cli {
    let golden = root().join("tests/golden").join(format);
    let vault = folder.join(side);
    std::fs::create_dir_all(folder).unwrap();
    copy(&golden.join(side), &vault);
    Cli {
        side,
        vault,
        passphrase: golden.join(format!("{side}.pass")),
    }
}

/// Copies a vault as the program made it: private.
pub fn copy(from: &Path, to: &Path) {
    std::fs::DirBuilder::new().mode(0o700).create(to).unwrap();
    for item in std::fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let to = to.join(item.file_name());
        if item.path().is_dir() {
            copy(&item.path(), &to);
        } else {
            std::fs::copy(item.path(), &to).unwrap();
            std::fs::set_permissions(to, Permissions::from_mode(0o600)).unwrap();
        }
    }
}

fn said(format: &str, name: &str) -> Value {
    let path = root().join(format!("tests/golden/{format}/said/{name}.json"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

// Where `now` does not say what was `said`. More than was said then is no difference.
fn lost(said: &Value, now: &Value, at: &str, found: &mut Vec<String>) {
    match (said, now) {
        (Value::Object(then), Value::Object(now)) => {
            for (name, value) in then {
                if !OF_TODAY.contains(&name.as_str()) {
                    let now = now.get(name).unwrap_or(&Value::Null);
                    lost(value, now, &format!("{at}.{name}"), found);
                }
            }
        }
        (Value::Array(then), Value::Array(now)) if then.len() == now.len() => {
            for (i, (then, now)) in then.iter().zip(now).enumerate() {
                lost(then, now, &format!("{at}[{i}]"), found);
            }
        }
        (then, now) if then == now => {}
        (then, now) => found.push(format!("{at}: {then} is now {now}")),
    }
}

fn same(format: &str, name: &str, now: &Value) {
    let mut found = Vec::new();
    let then = said(format, name);
    lost(&then, now, name, &mut found);
    assert!(found.is_empty(), "{}", found.join("\n"));
    // The planted failure: had something been lost, it would have been seen.
    let mut altered = now.to_string();
    let id = then
        .to_string()
        .split("\"id\":\"")
        .nth(1)
        .map(|s| s[..8].to_owned());
    if let Some(id) = id {
        altered = altered.replace(&id, "00000000");
        lost(
            &then,
            &serde_json::from_str(&altered).unwrap(),
            name,
            &mut found,
        );
        assert!(!found.is_empty(), "{name}: a changed id goes unnoticed");
    }
}

#[test]
fn a_journal_of_format_1_opens_with_everything_in_it() {
    let dir = chronicle_tests::folder();
    let journal = opened("1", "journal", dir.path());
    let none: &[&str] = &[];
    same("1", "list", &journal.json("list", none));
    for (file, name) in [("first", "note.txt"), ("second-shown", "Фото дома.jpg")] {
        let id = said("1", file)["id"].as_str().unwrap().to_owned();
        let shown = journal.json("show", &[&id]);
        same("1", file, &shown);
        assert_eq!(shown["evidence"][0]["name"], name);
    }
    same("1", "status", &journal.json("status", none));
    same("1", "organisations", &journal.json("organisations", none));
    check(&journal);
}

#[test]
fn a_desk_of_format_1_opens_with_everything_in_it() {
    let dir = chronicle_tests::folder();
    let desk = opened("1", "desk", dir.path());
    let none: &[&str] = &[];
    same("1", "desk-organisation", &desk.json("organisation", none));
    same("1", "desk-list", &desk.json("list", none));
    let report = said("1", "desk-report");
    let id = report["id"].as_str().unwrap();
    same("1", "desk-report", &desk.json("show", &[id]));
    let saved = dir.path().join("saved");
    let _ = desk
        .run("save", &[id, "--out", &saved.display().to_string()])
        .ok();
    let note = root().join("tests/golden/1/said/note.txt");
    assert_eq!(
        chronicle_tests::same_bytes(&saved.join("0001.txt"), &note),
        None
    );
    check(&desk);
}

fn check(cli: &Cli) {
    let vault = Cli {
        side: "vault",
        vault: cli.vault.clone(),
        passphrase: cli.passphrase.clone(),
    };
    let checked = vault.json("check", &["--read-data"]);
    assert_eq!(checked["findings"], serde_json::json!([]));
    assert!(checked["records"].as_u64().unwrap() >= 3);
    // It was brought to the newest format, and nothing of that is left over.
    let names: Vec<String> = std::fs::read_dir(&cli.vault)
        .unwrap()
        .map(|i| i.unwrap().file_name().into_string().unwrap())
        .filter(|n| n.contains(".part"))
        .collect();
    assert!(names.is_empty(), "{names:?}");
}
