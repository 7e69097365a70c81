//! No lock-in: Debian's `age`, `sqlite3` and `tar` and the passphrase open a vault and a bundle. Debian's age is older than the
//! hybrid recipients; for the bundle, npm's takes its place.

use chronicle_tests::{PASSPHRASE, Scene, jpeg, root, tool};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

#[test]
fn a_vault_and_a_bundle_open_without_chronicle() {
    for (name, package) in [
        ("age", "age"),
        ("sqlite3", "sqlite3"),
        ("tar", "tar"),
        ("script", "bsdutils"),
        ("node", "nodejs"),
    ] {
        tool(name, package);
    }
    let mut scene = Scene::found_shipped();
    let picture = scene.at("двор.jpg");
    jpeg(&picture);
    scene.organisation = scene.join("first", &scene.words.clone());
    let incident = scene.add(std::slice::from_ref(&picture));
    let before = blobs(&scene.journal.vault);
    scene.send(&incident);
    let bundle: Vec<PathBuf> = blobs(&scene.journal.vault)
        .difference(&before)
        .cloned()
        .collect();
    assert_eq!(bundle.len(), 1, "sealing adds one blob, the bundle");

    let mut expected = chronicle_report::Draft::example()
        .what
        .narrative
        .into_bytes();
    expected.push(b'\n');
    expected.extend(std::fs::read(&picture).unwrap());
    let printed = open(&scene, &[&scene.journal.vault]);
    assert!(
        printed == expected,
        "the vault gave {} bytes, not {}",
        printed.len(),
        expected.len()
    );
    let printed = open(&scene, &[&scene.desk.vault, &bundle[0]]);
    assert!(
        printed == expected,
        "the bundle gave {} bytes, not {}",
        printed.len(),
        expected.len()
    );

    // In the first piece of what age seals, where the report is.
    chronicle_tests::flip_a_byte(&bundle[0], 16 * 1024);
    assert!(
        open(&scene, &[&scene.desk.vault, &bundle[0]]) != expected,
        "a flipped byte went unnoticed"
    );
}

fn blobs(vault: &Path) -> BTreeSet<PathBuf> {
    std::fs::read_dir(vault.join("blobs"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect()
}

// age asks on the terminal only, so the script gets one of its own.
fn open(scene: &Scene, args: &[&Path]) -> Vec<u8> {
    let (out, lone) = (scene.at("printed"), scene.at("tools"));
    std::fs::create_dir_all(&lone).unwrap();
    let quoted = |path: &Path| format!("'{}'", path.display());
    let script = root().join("tests/stock_tools.sh");
    let args: Vec<String> = args.iter().map(|path| quoted(path)).collect();
    let line = format!(
        "sh {} {} > {}",
        quoted(&script),
        args.join(" "),
        quoted(&out)
    );
    let mut terminal = Command::new("script")
        .args(["--quiet", "--return", "--command", &line, "/dev/null"])
        .env("TMPDIR", &lone)
        .env(
            "NEWER_AGE",
            format!("node {}", root().join("tests/opener/age.mjs").display()),
        )
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("script runs");
    let mut keyboard = terminal.stdin.take().unwrap();
    keyboard
        .write_all(format!("{PASSPHRASE}\n").as_bytes())
        .unwrap();
    let _ = terminal.wait().unwrap();
    drop(keyboard);
    assert_eq!(
        std::fs::read_dir(&lone).unwrap().count(),
        0,
        "the script leaves nothing open behind"
    );
    std::fs::read(out).unwrap()
}
