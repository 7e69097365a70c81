//! Running a binary to its end, and looking at what it said.

use crate::binary;
use chronicle_desk::Desk;
use chronicle_journal::Journal;
use chronicle_passphrase::Passphrase;
use serde_json::Value;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// How a program ended.
#[derive(Debug)]
pub struct Ran {
    /// Its exit status; `None` after a signal.
    pub code: Option<i32>,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

impl Ran {
    /// Runs a command to its end.
    #[must_use]
    pub fn of(command: &mut Command) -> Self {
        let output = command
            .output()
            .unwrap_or_else(|e| panic!("{command:?}: {e}"));
        let text = |bytes| String::from_utf8(bytes).expect("what is printed is UTF-8");
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// The standard output, trimmed, of a program that ended well.
    #[must_use]
    pub fn ok(&self) -> &str {
        assert_eq!(
            self.code,
            Some(0),
            "stdout: {}\nstderr: {}",
            self.stdout,
            self.stderr
        );
        self.stdout.trim()
    }

    /// The JSON document of a program that ended well.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(self.ok()).unwrap_or_else(|e| panic!("no JSON ({e}): {}", self.stdout))
    }

    /// Asserts exit status 1, an empty standard output, and one clear line on standard error that has `words` in it.
    pub fn refused(&self, words: &str) {
        assert_eq!(
            self.code,
            Some(1),
            "stdout: {}\nstderr: {}",
            self.stdout,
            self.stderr
        );
        assert_eq!(
            self.stdout, "",
            "nothing is printed as if it were an answer"
        );
        let lines: Vec<&str> = self.stderr.lines().collect();
        assert!(
            lines.len() == 1 && lines[0].contains(words),
            "one line with {words:?} was expected:\n{}",
            self.stderr
        );
        assert!(
            !lines[0].contains("[error-"),
            "a sentence is missing: {}",
            lines[0]
        );
    }
}

/// The command line over one vault.
pub struct Cli {
    /// `journal` or `desk`.
    pub side: &'static str,
    /// The vault's folder.
    pub vault: PathBuf,
    /// The file with its passphrase.
    pub passphrase: PathBuf,
}

impl Cli {
    /// Runs a verb to its end.
    #[must_use]
    pub fn run<A: AsRef<OsStr>>(&self, verb: &str, args: &[A]) -> Ran {
        Ran::of(&mut self.command(verb, args))
    }

    /// Runs a verb that must end well, with `--json`.
    #[must_use]
    pub fn json<A: AsRef<OsStr>>(&self, verb: &str, args: &[A]) -> Value {
        Ran::of(self.command(verb, args).arg("--json")).json()
    }

    /// Starts a verb.
    #[must_use]
    pub fn start<A: AsRef<OsStr>>(&self, verb: &str, args: &[A]) -> Child {
        self.command(verb, args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command line starts")
    }

    /// The command of a verb.
    #[must_use]
    pub fn command<A: AsRef<OsStr>>(&self, verb: &str, args: &[A]) -> Command {
        let mut command = bare();
        command
            .args([self.side, verb, "--vault"])
            .arg(&self.vault)
            .arg("--passphrase-file")
            .arg(&self.passphrase);
        command.args(args);
        command
    }

    /// Makes the vault by the library, with a key derivation that costs nothing, for whatever is not about that: everything
    /// else is as the shipped program makes it, which opens it.
    pub fn make(&self) {
        let secret = std::fs::read_to_string(&self.passphrase).expect("the passphrase file");
        let secret = Passphrase::new(secret.trim_end_matches('\n')).expect("a passphrase");
        match self.side {
            "journal" => {
                drop(Journal::create_with(&self.vault, &secret, LOG_N).expect("a journal"))
            }
            "desk" => drop(Desk::create_with(&self.vault, &secret, LOG_N).expect("a desk")),
            side => panic!("no vault is a {side}"),
        }
    }

    /// The same vault with another passphrase file.
    #[must_use]
    pub fn with_passphrase(&self, file: &Path) -> Self {
        Self {
            side: self.side,
            vault: self.vault.clone(),
            passphrase: file.to_owned(),
        }
    }
}

/// The work factor of vaults that are made for tests.
const LOG_N: u8 = 10;

/// The command line in an environment that says nothing.
pub(crate) fn bare() -> Command {
    let mut command = Command::new(binary("chronicle-cli"));
    for name in ["LC_ALL", "LC_MESSAGES", "LANGUAGE"] {
        command.env_remove(name);
    }
    command
        .env("LANG", "C")
        .env("TZ", "Europe/Vilnius")
        .stdin(Stdio::null());
    command
}
