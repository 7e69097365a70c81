//! What a passphrase costs is always the same, and never chosen by timing the computer: under load, with too little memory,
//! and on a computer on which age's own measure would refuse the vault.

use crate::scenario::Bench;
use crate::shim;
use chronicle_tests::{Cli, Ran, script};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

#[test]
fn the_work_factor_is_18_also_under_load() {
    let bench = Bench::prepare();
    let place = bench.place("load", false);
    let vault = place.join("vault");
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..BUSY {
            scope.spawn(|| {
                while !ended.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let created = Ran::of(&mut bench.person.cli(&vault, "create", &[]));
        let sheet = Ran::of(&mut tools(&bench, &vault, "sheet", &["--unpractised"]));
        ended.store(true, Ordering::Relaxed);
        let _ = (created.ok(), sheet.ok());
    });
    for name in ["key.age", "recovery.age"] {
        assert_eq!(work_factor(&vault.join(name)), "18", "{name}");
    }
    // The planted fault: what another program chose is seen.
    assert_eq!(work_factor(&bench.base.join("key.age")), "10");

    // A computer that seems slow makes age choose less for itself, and refuse more: the vault opens all the same.
    let (place, log) = (place.clone(), bench.at("slow.log"));
    let mut check = tools(&bench, &vault, "check", &[]);
    bench.shim.arm(&mut check, &place, &log);
    shim::slowly(&mut check);
    let _ = Ran::of(&mut check).ok();
    // The planted fault: a reader with age's own limit is refused on the same computer.
    let passphrase = bench.at("passphrase");
    let refused = script("open.py", |command| {
        bench
            .shim
            .arm(command.arg(&vault).arg(&passphrase), &place, &log);
        shim::slowly(command);
        command
    });
    let told = String::from_utf8(refused.stdout).unwrap();
    assert!(
        told.contains("refused") && told.to_lowercase().contains("work"),
        "{told}"
    );
    let opens = script("open.py", |command| command.arg(&vault).arg(&passphrase));
    assert_eq!(
        opens.status.code(),
        Some(0),
        "and on this one it is not: {opens:?}"
    );
    too_little_memory(&bench, &vault);
}

// Refused by a sentence, and nothing is broken; with enough of it everything goes on.
fn too_little_memory(bench: &Bench, vault: &Path) {
    let before = std::fs::read(vault.join("vault.db")).unwrap();
    for verb in ["check", "sheet", "backup"] {
        let args = match verb {
            "sheet" => vec!["--unpractised".to_owned()],
            "backup" => vec![bench.at("copy").display().to_string()],
            _ => Vec::new(),
        };
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        limited(&tools(bench, vault, verb, &args), TOO_LITTLE).refused("not enough free memory");
    }
    assert!(!bench.at("copy").exists());
    assert_eq!(std::fs::read(vault.join("vault.db")).unwrap(), before);
    let fresh = bench.at("fresh");
    let create = bench.person.cli(&fresh, "create", &[]);
    limited(&create, TOO_LITTLE).refused("not enough free memory");
    assert!(!chronicle_vault::exists(&fresh));
    let _ = limited(&create, ENOUGH).ok();
    let _ = limited(&tools(bench, &fresh, "check", &[]), ENOUGH).ok();
}

fn tools(bench: &Bench, vault: &Path, verb: &str, args: &[&str]) -> Command {
    let cli = Cli {
        side: "vault",
        vault: vault.to_owned(),
        passphrase: bench.at("passphrase"),
    };
    cli.command(verb, args)
}

// With so many KiB of memory that it may name.
fn limited(command: &Command, kib: u32) -> Ran {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("ulimit -v {kib}; exec \"$0\" \"$@\"")]);
    shell
        .arg(command.get_program())
        .args(command.get_args())
        .env("LANG", "C");
    Ran::of(&mut shell)
}

fn work_factor(file: &Path) -> String {
    let bytes = std::fs::read(file).unwrap();
    let header = String::from_utf8_lossy(&bytes[..100]).into_owned();
    let stanza = header.lines().nth(1).unwrap().to_owned();
    assert!(stanza.starts_with("-> scrypt "), "{stanza}");
    stanza.split(' ').nth(3).unwrap().to_owned()
}

const BUSY: usize = 4;
const TOO_LITTLE: u32 = 250_000;
const ENOUGH: u32 = 600_000;
