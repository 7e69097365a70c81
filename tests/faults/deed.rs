//! What is killed: each deed is one process over a copy of a prepared vault, with what it may change and what says that it
//! is done.

use crate::look::passphrase;
use crate::scenario::{Bench, Scenario, copy};
use chronicle_journal::{Journal, secret};
use chronicle_passphrase::RecoveryCode;
use chronicle_tests::{Cli, Ran};
use jiff::Timestamp;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One deed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    /// A change of what is kept.
    Change(Scenario),
    /// Everything is sealed again.
    SealAgain,
    /// A copy is made.
    Backup,
    /// The passphrase is changed, by the library with a cheap one or by the shipped command line.
    Passphrase(By),
    /// A sheet takes the place of another.
    Sheet(By),
    /// The sheet is made invalid.
    ForgetSheet,
    /// The sheet opens the vault, and a new passphrase is set.
    Recover(By),
    /// Planted: a draft is replaced by two changes.
    PlantedHalves,
    /// Planted: what is not kept yet is said to be.
    PlantedTold,
}

/// Who does what costs a second of scrypt each time, and 256 MiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// The library, with a work factor of 2^10.
    Library,
    /// The shipped command line, with its own.
    Shipped,
}

/// The prepared vaults, and the secrets of one that has them all.
pub struct Prepared {
    /// The vault without a sheet, and everything else.
    pub bench: Bench,
    /// The same after a change of keys, with a sheet.
    pub keyed: PathBuf,
    /// The file with the passphrase that takes the place of the other.
    pub second: PathBuf,
    /// The file with the code of the sheet.
    pub code: PathBuf,
    /// The file with the code that takes its place.
    pub new_code: PathBuf,
}

impl Deed {
    /// Those that are killed, the slow ones apart.
    pub const ALL: [Self; 14] = [
        Self::Change(Scenario::Create),
        Self::Change(Scenario::Add),
        Self::Change(Scenario::AddEvidence),
        Self::Change(Scenario::Attach),
        Self::Change(Scenario::Edit),
        Self::Change(Scenario::Delete),
        Self::Change(Scenario::Send),
        Self::Change(Scenario::Unlock),
        Self::SealAgain,
        Self::Backup,
        Self::Passphrase(By::Library),
        Self::Sheet(By::Library),
        Self::ForgetSheet,
        Self::Recover(By::Library),
    ];
    /// Those that take seconds.
    pub const SLOW: [Self; 4] = [
        Self::Change(Scenario::CreateShipped),
        Self::Passphrase(By::Shipped),
        Self::Sheet(By::Shipped),
        Self::Recover(By::Shipped),
    ];

    /// Whether there is no vault before it.
    pub fn begins(self) -> bool {
        matches!(self, Self::Change(scenario) if scenario.begins())
    }

    /// Whether it changes what opens the vault, and nothing that is kept.
    pub fn keys(self) -> bool {
        matches!(
            self,
            Self::Passphrase(_) | Self::Sheet(_) | Self::ForgetSheet | Self::Recover(_)
        )
    }

    /// Whether it begins with the vault that has a sheet.
    pub fn keyed(self) -> bool {
        self.keys() || self == Self::SealAgain
    }

    /// Its process over the vault in `place`.
    pub fn command(self, all: &Prepared, place: &Path) -> Command {
        let (vault, person) = (place.join("vault"), &all.bench.person);
        let path = |path: &Path| path.to_str().unwrap().to_owned();
        let (second, code, new_code) = (path(&all.second), path(&all.code), path(&all.new_code));
        let verb = |verb: &str, args: &[&str]| all.vault(&vault, &person.passphrase, verb, args);
        match self {
            Self::Change(scenario) => scenario.command(&all.bench, &vault),
            Self::SealAgain => verb("seal-again", &[]),
            Self::Backup => verb("backup", &[&path(&place.join("copy"))]),
            Self::Passphrase(By::Shipped) => {
                verb("passphrase", &["--new-passphrase-file", &second])
            }
            Self::Passphrase(By::Library) => person.step("passphrase", &vault, &[&second]),
            Self::Sheet(By::Shipped) => verb("sheet", &["--unpractised"]),
            Self::Sheet(By::Library) => person.step("sheet", &vault, &[&new_code]),
            Self::ForgetSheet => verb("forget-sheet", &[]),
            Self::Recover(By::Shipped) => recover(&vault, &all.code, &all.second),
            Self::Recover(By::Library) => person.step("recover", &vault, &[&code, &second]),
            Self::PlantedHalves => person.step("edit-in-halves", &vault, &[&all.bench.kept]),
            Self::PlantedTold => person.step("told-first", &vault, &[]),
        }
    }

    /// Whether the process said that it is done. A sheet's code is printed before it counts.
    pub fn told(self, ran: &Ran) -> bool {
        let whole = !ran.stdout.is_empty() && serde_json::from_str::<Value>(&ran.stdout).is_ok();
        ran.code == Some(0) || (whole && self != Self::Sheet(By::Shipped))
    }
}

impl Prepared {
    /// Prepares everything.
    pub fn new() -> Self {
        let bench = Bench::prepare();
        let keyed = bench.at("keyed");
        copy(&bench.base, &keyed);
        let write = |name: &str, text: &str| {
            let path = bench.at(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let draw = || RecoveryCode::generate().unwrap().words().join(" ");
        let (code, new_code) = (write("code", &draw()), write("new-code", &draw()));
        let second = write("second", "window harvest plural ostrich canyon");
        let mut journal = Journal::unlock(&keyed, &passphrase()).unwrap();
        let vault = journal.vault();
        let now = Timestamp::UNIX_EPOCH;
        vault
            .change_with(secret(&passphrase()), now, LOG_N)
            .unwrap();
        vault.keep_sheet_with(secret_in(&code), now, LOG_N).unwrap();
        drop(journal);
        Self {
            bench,
            keyed,
            second,
            code,
            new_code,
        }
    }

    /// A new folder `name` with a copy of the vault that `deed` begins with.
    pub fn place(&self, deed: Deed, name: &str) -> PathBuf {
        let place = self.bench.place(name, !deed.begins() && !deed.keyed());
        if deed.keyed() {
            copy(&self.keyed, &place.join("vault"));
        }
        place
    }

    /// A verb of the shipped command line for any vault, with `--json`.
    pub fn vault(&self, vault: &Path, passphrase: &Path, verb: &str, args: &[&str]) -> Command {
        cli("vault", vault, passphrase, verb, args)
    }
}

/// A verb of the shipped command line, with `--json`.
pub fn cli(side: &'static str, vault: &Path, pass: &Path, verb: &str, args: &[&str]) -> Command {
    let cli = Cli {
        side,
        vault: vault.to_owned(),
        passphrase: pass.to_owned(),
    };
    let mut command = cli.command(verb, args);
    command.arg("--json");
    command
}

/// `vault recover` of the shipped command line, with `--json`.
pub fn recover(vault: &Path, code: &Path, new: &Path) -> Command {
    let mut command = Command::new(chronicle_tests::binary("chronicle-cli"));
    command
        .env("LANG", "C")
        .args(["--json", "vault", "recover", "--vault"]);
    command.arg(vault).arg("--code-file").arg(code);
    command.arg("--new-passphrase-file").arg(new);
    command
}

/// The secret that a file holds.
pub fn secret_in(file: &Path) -> chronicle_vault::secrecy::SecretString {
    std::fs::read_to_string(file)
        .unwrap()
        .trim()
        .to_owned()
        .into()
}

const LOG_N: u8 = 10;
