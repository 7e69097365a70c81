//! What lies on the disk is its owner's alone, whatever the system would give to others: also what a killed process leaves.

use crate::scenario::{Bench, Scenario};
use crate::shim::{self, Kind};
use chronicle_tests::{Cli, Ran};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

#[test]
fn everything_is_private_even_where_new_files_would_be_for_all() {
    let bench = Bench::prepare();
    let (mut seen, mut tried, mut killed) = (0, 0, 0);
    for scenario in Scenario::ALL {
        let (place, log) = (
            bench.place("clean", !scenario.begins()),
            bench.at("clean.log"),
        );
        let _ = std::fs::remove_file(&log);
        let mut command = for_all(&scenario.command(&bench, &place.join("vault")));
        let _ = Ran::of(bench.shim.arm(&mut command, &place, &log)).ok();
        let calls = shim::read(&log, false).len();
        seen += private(&place.join("vault")).unwrap();
        for at in (1..calls).step_by(calls / POINTS + 1) {
            let place = bench.place("killed", !scenario.begins());
            let mut command = for_all(&scenario.command(&bench, &place.join("vault")));
            shim::plan(&mut command, at, Kind::Die);
            let ran = Ran::of(bench.shim.arm(&mut command, &place, &log));
            // From one run to the next there may be a few calls less.
            killed += usize::from(ran.code.is_none());
            tried += 1;
            seen +=
                private(&place.join("vault")).unwrap_or_else(|e| panic!("{scenario:?} {at}: {e}"));
        }
    }
    assert!(killed * 4 > tried * 3, "{killed} of {tried} were killed");
    // Key files, a copy, and the other kind of vault, by the verbs of the shipped command line.
    let place = bench.place("verbs", true);
    let vault = |verb: &str, args: &[&Path]| {
        let cli = Cli {
            side: "vault",
            vault: place.join("vault"),
            passphrase: bench.at("passphrase"),
        };
        let _ = Ran::of(&mut for_all(&cli.command(verb, args))).ok();
    };
    let (copy, new) = (place.join("copy"), bench.at("new"));
    std::fs::write(&new, "window harvest plural ostrich canyon").unwrap();
    vault("backup", &[&copy]);
    vault("sheet", &[Path::new("--unpractised")]);
    vault("seal-again", &[]);
    vault("passphrase", &[Path::new("--new-passphrase-file"), &new]);
    seen += private(&place.join("vault")).unwrap() + private(&copy).unwrap();
    println!("{seen} files and folders, each private");
    // The planted fault: one file that others may read.
    let one = copy.join("vault.db");
    std::fs::set_permissions(&one, PermissionsExt::from_mode(0o640)).unwrap();
    assert!(private(&copy).is_err_and(|e| e.contains("vault.db")));
}

/// The same command where every new file would be readable and writable for all.
pub fn for_all(command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", "umask 000; exec \"$0\" \"$@\""]);
    shell.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

/// How many files and folders there are, each private; or which one is not. Nothing there is private too.
pub fn private(folder: &Path) -> Result<usize, String> {
    if !folder.exists() {
        return Ok(0);
    }
    let (mut stack, mut seen) = (vec![folder.to_owned()], 0);
    while let Some(path) = stack.pop() {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o7777;
        if mode != if path.is_dir() { 0o700 } else { 0o600 } {
            return Err(format!("{} has the mode {mode:o}", path.display()));
        }
        seen += 1;
        if path.is_dir() {
            stack.extend(std::fs::read_dir(path).unwrap().map(|i| i.unwrap().path()));
        }
    }
    Ok(seen)
}

const POINTS: usize = 4;
