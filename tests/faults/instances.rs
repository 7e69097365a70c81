//! Two processes over one vault: the second is refused by a sentence, changes nothing, and may come once the first has gone.

use crate::look::passphrase;
use crate::scenario::Bench;
use chronicle_journal::Journal;
use chronicle_tests::{Cli, Ran, binary};
use chronicle_vault::{Error, Vault};
use std::path::Path;
use std::process::{Command, Stdio};

#[test]
fn a_second_instance_is_refused_whichever_it_is() {
    let bench = Bench::prepare();
    let place = bench.place("held", true);
    let vault = place.join("vault");
    let secret = || chronicle_journal::secret(&passphrase());
    let new = bench.at("new");
    std::fs::write(&new, "window harvest plural ostrich canyon").unwrap();
    let code = bench.at("code");
    std::fs::write(
        &code,
        chronicle_passphrase::RecoveryCode::generate()
            .unwrap()
            .words()
            .join(" "),
    )
    .unwrap();
    let tools = |verb: &str, args: &[&Path]| {
        let cli = Cli {
            side: "vault",
            vault: vault.clone(),
            passphrase: bench.at("passphrase"),
        };
        cli.command(verb, args)
    };
    let mut recover = Command::new(binary("chronicle-cli"));
    recover.args(["vault", "recover", "--vault"]).arg(&vault);
    recover.arg("--code-file").arg(&code);
    recover
        .arg("--new-passphrase-file")
        .arg(&new)
        .env("LANG", "C");
    let held = Journal::unlock(&vault, &passphrase()).unwrap();
    let before = std::fs::read(vault.join("vault.db")).unwrap();
    let open = "already open";
    for (verb, args) in [
        ("list", &[][..]),
        ("organisations", &[]),
        ("status", &[]),
        ("sync", &["--once"]),
        ("show", &["0"]),
        ("delete", &["0"]),
        ("send", &["0", "--to", "House"]),
    ] {
        Ran::of(&mut bench.person.cli(&vault, verb, args)).refused(open);
    }
    Ran::of(&mut bench.person.add(&vault, true)).refused(open);
    for (verb, args) in [
        ("check", &[][..]),
        ("sheet", &[Path::new("--unpractised")]),
        ("seal-again", &[]),
        ("forget-sheet", &[]),
        ("take-note", &[]),
        ("backup", &[&bench.at("copy")]),
        ("passphrase", &[Path::new("--new-passphrase-file"), &new]),
    ] {
        Ran::of(&mut tools(verb, args)).refused(open);
    }
    Ran::of(&mut recover).refused(open);
    Ran::of(&mut bench.person.cli(&vault, "create", &[])).refused("already");
    assert!(matches!(Vault::unlock(&vault, secret()), Err(Error::InUse)));
    assert!(matches!(
        Vault::recover(&vault, secret()),
        Err(Error::InUse)
    ));
    assert!(!bench.at("copy").exists());
    assert_eq!(std::fs::read(vault.join("vault.db")).unwrap(), before);
    drop(held);
    let _ = Ran::of(&mut bench.person.cli(&vault, "list", &[])).ok();

    // Three of the command line at once: whichever comes first holds it.
    let place = bench.place("together", false);
    let vault = place.join("vault");
    let _ = Ran::of(&mut bench.person.cli(&vault, "create", &[])).ok();
    let start = |_| {
        let mut command = bench.person.cli(&vault, "list", &[]);
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let together: Vec<_> = (0..3).map(start).collect();
    // Each of them holds it for the second that its passphrase takes.
    let ended = together
        .into_iter()
        .map(|child| child.wait_with_output().unwrap());
    let ended: Vec<(Option<i32>, String)> = ended
        .map(|o| (o.status.code(), String::from_utf8(o.stderr).unwrap()))
        .collect();
    let well = ended
        .iter()
        .filter(|(code, said)| *code == Some(0) && said.is_empty())
        .count();
    let refused = ended
        .iter()
        .filter(|(code, said)| *code == Some(1) && said.contains(open))
        .count();
    assert_eq!((well, refused), (1, 2), "{ended:?}");
    let _ = Ran::of(&mut bench.person.cli(&vault, "list", &[])).ok();
}
