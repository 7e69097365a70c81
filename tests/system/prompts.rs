//! Secrets that are typed: asked for twice when they are new, never shown, never taken from anywhere else.

use chronicle_tests::{PASSPHRASE, binary, folder, tool};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

#[test]
fn a_passphrase_is_asked_for_twice_and_never_shown() {
    tool("script", "bsdutils");
    let folder = folder();
    let vault = folder.path().join("vault");
    let (code, shown) = typed(&vault, "create", &[PASSPHRASE, "another one altogether"]);
    assert_eq!(code, Some(1), "{shown}");
    assert!(
        shown.contains("The two are not the same.") && !vault.exists(),
        "{shown}"
    );
    let (code, shown) = typed(&vault, "create", &[PASSPHRASE, PASSPHRASE]);
    assert_eq!(code, Some(0), "{shown}");
    assert!(
        shown.contains("New passphrase:") && shown.contains("The same once more:"),
        "{shown}"
    );
    assert!(
        !shown.contains("gravel"),
        "the passphrase was shown: {shown}"
    );
    let (code, shown) = typed(&vault, "list", &[PASSPHRASE]);
    assert_eq!(code, Some(0), "{shown}");
    assert!(
        !shown.contains("gravel"),
        "the passphrase was shown: {shown}"
    );
}

#[test]
fn standard_input_gives_one_secret_only() {
    let ran = chronicle_tests::Ran::of(
        Command::new(binary("chronicle-cli"))
            .args([
                "desk",
                "invite",
                "--vault",
                "nowhere",
                "--passphrase-file",
                "-",
                "--token-file",
                "-",
                "--out",
                "x",
            ])
            .stdin(Stdio::null()),
    );
    assert_eq!(
        (ran.code, ran.stdout.as_str()),
        (Some(2), ""),
        "{}",
        ran.stderr
    );
}

// Each answer is typed once its question stands on the terminal.
fn typed(vault: &Path, verb: &str, answers: &[&str]) -> (Option<i32>, String) {
    let cli = binary("chronicle-cli");
    let line = format!(
        "'{}' --locale en journal {verb} --vault '{}'",
        cli.display(),
        vault.display()
    );
    let mut terminal = Command::new("script")
        .args(["--quiet", "--return", "--command", &line, "/dev/null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("script runs");
    let (mut keyboard, mut screen) = (
        terminal.stdin.take().unwrap(),
        terminal.stdout.take().unwrap(),
    );
    let (mut shown, mut byte) = (Vec::new(), [0]);
    let mut answers = answers.iter();
    while screen.read(&mut byte).unwrap() == 1 {
        shown.push(byte[0]);
        if shown.ends_with(b": ")
            && let Some(answer) = answers.next()
        {
            keyboard
                .write_all(format!("{answer}\n").as_bytes())
                .unwrap();
        }
    }
    let code = terminal.wait().unwrap().code();
    drop(keyboard);
    (code, String::from_utf8(shown).unwrap())
}
