//! The changes that are tried: each one process over a copy of one prepared vault. Everything lies in memory: what a disk
//! does is played, and no disk is waited for.

use crate::house::House;
use crate::look::passphrase;
use crate::shim::Shim;
use chronicle_journal::{Journal, take_in};
use chronicle_report::Draft;
use chronicle_tests::{Cli, PASSPHRASE, binary};
use chronicle_words::{Locale, Words};
use jiff::Zoned;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scenario {
    /// A vault is made, by the library with a cheap passphrase.
    Create,
    /// A vault is made by the shipped command line, which takes a second each time.
    CreateShipped,
    /// An incident is added.
    Add,
    /// An incident is added with a file.
    AddEvidence,
    /// A file is added to an incident.
    Attach,
    /// A draft is replaced.
    Edit,
    /// An incident is deleted with its evidence and what waits.
    Delete,
    /// A report is sealed and queued.
    Send,
    /// A vault is unlocked in which an unfinished file was left.
    Unlock,
}

/// Where everything lies, and what the changes need.
pub struct Bench {
    /// The shim.
    pub shim: Shim,
    /// The files of the person.
    pub person: Person,
    /// The prepared vault: a sent incident with evidence, and one that waits to be edited and sent.
    pub base: PathBuf,
    sent: String,
    /// The one that waits.
    pub kept: String,
    organisation: String,
    // Removed when dropped.
    folder: tempfile::TempDir,
}

/// What lies outside the vault.
#[derive(Clone)]
pub struct Person {
    /// The file with the passphrase of every vault here.
    pub passphrase: PathBuf,
    report: PathBuf,
    file: PathBuf,
}

impl Scenario {
    /// All of them that are cheap enough for every number.
    pub const ALL: [Self; 8] = [
        Self::Create,
        Self::Add,
        Self::AddEvidence,
        Self::Attach,
        Self::Edit,
        Self::Delete,
        Self::Send,
        Self::Unlock,
    ];

    /// Whether there is no vault before it.
    pub fn begins(self) -> bool {
        matches!(self, Self::Create | Self::CreateShipped)
    }

    /// Its process over a vault.
    pub fn command(self, bench: &Bench, vault: &Path) -> Command {
        let person = &bench.person;
        match self {
            Self::Create => person.step("create", vault, &[]),
            Self::CreateShipped => person.cli(vault, "create", &[]),
            Self::Add => person.add(vault, false),
            Self::AddEvidence => person.add(vault, true),
            Self::Attach => person.attach(vault, &bench.kept),
            Self::Edit => person.step("edit", vault, &[&bench.kept, "Another text."]),
            Self::Delete => person.cli(vault, "delete", &[&bench.sent]),
            Self::Send => person.cli(vault, "send", &[&bench.kept, "--to", &bench.organisation]),
            Self::Unlock => person.cli(vault, "list", &[]),
        }
    }
}

impl Person {
    /// Makes what lies outside the vault.
    pub fn new(folder: &Path) -> Self {
        let person = Self {
            passphrase: folder.join("passphrase"),
            report: folder.join("report.json"),
            file: folder.join("file.bin"),
        };
        std::fs::write(&person.passphrase, PASSPHRASE).unwrap();
        std::fs::write(&person.report, Draft::example().to_json()).unwrap();
        // More than one buffer of a blob's writer, so that its writing takes more than one call.
        let content: Vec<u8> = (0..75_000u32).flat_map(u32::to_le_bytes).collect();
        std::fs::write(&person.file, content).unwrap();
        person
    }

    /// A verb of the shipped command line.
    pub fn cli(&self, vault: &Path, verb: &str, args: &[&str]) -> Command {
        let cli = Cli {
            side: "journal",
            vault: vault.to_owned(),
            passphrase: self.passphrase.clone(),
        };
        let mut command = cli.command(verb, args);
        command.arg("--json");
        command
    }

    /// Adds the report, with or without the file.
    pub fn add(&self, vault: &Path, evidence: bool) -> Command {
        let mut command = self.cli(vault, "add", &[]);
        command.arg("--report").arg(&self.report);
        if evidence {
            command.arg("--attach").arg(&self.file);
        }
        command
    }

    /// Adds the file to an incident.
    pub fn attach(&self, vault: &Path, incident: &str) -> Command {
        self.step("attach", vault, &[incident, self.file.to_str().unwrap()])
    }

    /// A change that the shipped command line has no verb for.
    pub fn step(&self, name: &str, vault: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_journal-step"));
        command.arg(name).arg(vault).arg(&self.passphrase);
        command.args(args).env("TZ", "Europe/Vilnius");
        command
    }
}

impl Bench {
    /// Prepares everything.
    pub fn prepare() -> Self {
        let _ = binary("chronicle-cli");
        let folder = memory();
        let base = folder.path().join("base");
        let now: Zoned = "2026-03-14T12:04:00+02:00[Europe/Vilnius]".parse().unwrap();
        let mut journal = Journal::create_with(&base, &passphrase(), 10).unwrap();
        let house = House::found("House");
        let words: Vec<&str> = house.words.iter().map(String::as_str).collect();
        let joined = journal.join(&house.invitation, &words, &now).unwrap();
        let person = Person::new(folder.path());
        let mut save = || {
            let id = journal.save(None, Draft::example(), &now).unwrap().id;
            let file = std::fs::File::open(&person.report).unwrap();
            let taken = take_in(&journal.intake(), file, "first", &mut |_| true).unwrap();
            let _ = journal.attach(&id, taken, &now).unwrap();
            id
        };
        let (sent, kept) = (save(), save());
        let organisation = journal.find_organisation(&joined.id).unwrap();
        let _ = journal
            .send(&sent, organisation, &[], &Words::new(Locale::En), &now)
            .unwrap();
        drop(journal);
        let left = base.join("blobs").join(format!("{}.part", "0".repeat(32)));
        std::fs::write(&left, b"left").unwrap();
        std::fs::set_permissions(&left, Permissions::from_mode(0o600)).unwrap();
        Self {
            shim: Shim::build(folder.path(), false),
            person,
            base,
            sent,
            kept,
            organisation: joined.id,
            folder,
        }
    }

    /// A path beside the prepared vault.
    pub fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A new folder `name` with a copy of the prepared vault in it, or without one.
    pub fn place(&self, name: &str, with_vault: bool) -> PathBuf {
        let place = self.at(name);
        let _ = std::fs::remove_dir_all(&place);
        std::fs::create_dir(&place).unwrap();
        if with_vault {
            copy(&self.base, &place.join("vault"));
        }
        place
    }
}

/// A folder in memory.
pub fn memory() -> tempfile::TempDir {
    let place = Path::new("/dev/shm");
    assert!(
        place.is_dir(),
        "/dev/shm is missing: mount -t tmpfs tmpfs /dev/shm"
    );
    tempfile::Builder::new()
        .prefix("chronicle-faults-")
        .tempdir_in(place)
        .expect("a folder in memory")
}

/// Copies a folder with what is in it, and who may read it.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    let mode = std::fs::metadata(from).unwrap().permissions();
    std::fs::set_permissions(to, mode).unwrap();
    for item in std::fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let target = to.join(item.file_name());
        if item.file_type().unwrap().is_dir() {
            copy(&item.path(), &target);
        } else {
            std::fs::copy(item.path(), target).unwrap();
        }
    }
}
