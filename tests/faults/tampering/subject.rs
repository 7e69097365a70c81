//! The vaults that are tampered with, and the truth about them. One is small; one is large enough to have a snapshot of its
//! index. Both have everything that a vault can hold.

use crate::scenario::memory;
use chronicle_tests::{PASSPHRASE, Table};
use chronicle_vault::secrecy::SecretString;
use chronicle_vault::{BlobRef, Document, Entry, Error, Projection, Vault, VaultKind, in_record};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A vault, and what is in it.
pub struct Subject {
    /// Where it lies. It is never changed.
    pub base: PathBuf,
    /// The same before its last record was written.
    pub before: PathBuf,
    /// The kind and the body of every record that a room wrote.
    pub truth: BTreeMap<u64, (String, Value)>,
    /// Every file in `blobs/`, with the record that names it and what it is.
    pub files: BTreeMap<String, (u64, What)>,
    /// The desk's identities.
    pub identities: BTreeMap<String, Vec<u8>>,
    /// Every number that has a row.
    pub rows: Vec<u64>,
    /// The highest number ever used.
    pub last: u64,
    /// A record that its owner removed: its number and its row.
    pub removed: (u64, Vec<u8>),
    /// An earlier head.
    pub old_head: Vec<u8>,
    // Removed when dropped.
    folder: tempfile::TempDir,
}

/// What a file in `blobs/` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Evidence.
    Evidence,
    /// A bundle.
    Bundle,
    /// A snapshot of the index.
    Snapshot,
}

impl Subject {
    /// One with a few records.
    pub fn small() -> Self {
        Self::make(0)
    }

    /// One with a thousand more, and a snapshot.
    pub fn large() -> Self {
        Self::make(1000)
    }

    fn make(more: u64) -> Self {
        let folder = memory();
        let (base, before) = (folder.path().join("base"), folder.path().join("before"));
        let first = SecretString::from("an earlier passphrase".to_owned());
        let vault = Vault::create_with(&base, VaultKind::Desk, first, LOG_N).unwrap();
        let mut maker = Maker {
            vault,
            truth: BTreeMap::new(),
            files: BTreeMap::new(),
        };
        maker.notes(4);
        maker.evidence(10);
        maker.vault.keep_sheet_with(code(), now(), LOG_N).unwrap();
        maker.vault.change_with(passphrase(), now(), LOG_N).unwrap();
        maker.notes(3);
        maker.evidence(70_000);
        maker.evidence(300_000);
        maker.bundle();
        let number = maker
            .vault
            .commit(now(), |c| c.append("note", &json!({ "word": "removed" })))
            .unwrap();
        // The table of an open vault is locked.
        drop(maker.vault);
        let row = Table::of(&base).rows("record").pop().unwrap();
        assert_eq!(row.0, number);
        let (_, old_head) = Table::of(&base).rows("head").remove(0);
        maker.vault = Vault::unlock(&base, passphrase()).unwrap().vault;
        maker.vault.commit(now(), |c| c.remove(number)).unwrap();
        maker.notes(more);
        let identities = ["one", "another"].map(|text| {
            let kept = maker.vault.keep_identity(text.as_bytes()).unwrap();
            maker
                .vault
                .commit(now(), |c| c.name_identity(&kept))
                .unwrap();
            (kept.name().to_owned(), text.as_bytes().to_vec())
        });
        if more > 0 {
            maker = maker.snapshot(&base);
        }
        maker.notes(1);
        let Maker {
            vault,
            truth,
            files,
        } = maker;
        let locked = vault.lock().unwrap();
        for text in ["receipt", "progress"] {
            locked.spool(text.as_bytes()).unwrap();
        }
        drop(locked);
        crate::scenario::copy(&base, &before);
        let vault = Vault::unlock(&base, passphrase()).unwrap().vault;
        let mut maker = Maker {
            vault,
            truth,
            files,
        };
        maker.notes(1);
        let Maker {
            vault,
            truth,
            files,
        } = maker;
        drop(vault);
        std::fs::write(base.join("blobs").join(PART), b"unfinished").unwrap();
        let rows: Vec<u64> = Table::of(&base)
            .rows("record")
            .iter()
            .map(|(n, _)| *n)
            .collect();
        Self {
            last: *rows.last().unwrap(),
            base,
            before,
            truth,
            files,
            identities: identities.into_iter().collect(),
            rows,
            removed: row,
            old_head,
            folder,
        }
    }

    /// The files of a kind, by name.
    pub fn of(&self, what: What) -> Vec<&str> {
        let files = self.files.iter().filter(|(_, (_, is))| *is == what);
        files.map(|(name, _)| name.as_str()).collect()
    }

    /// A new copy named `name`.
    pub fn copy(&self, name: &str) -> PathBuf {
        self.copy_of(&self.base, name)
    }

    /// A new copy of another folder, beside this one's.
    pub fn copy_of(&self, from: &Path, name: &str) -> PathBuf {
        let place = self.folder.path().join(name);
        let _ = std::fs::remove_dir_all(&place);
        crate::scenario::copy(from, &place);
        place
    }
}

struct Maker {
    vault: Vault,
    truth: BTreeMap<u64, (String, Value)>,
    files: BTreeMap<String, (u64, What)>,
}

impl Maker {
    // All in one transaction.
    fn notes(&mut self, count: u64) {
        let truth = &mut self.truth;
        let append = |c: &mut chronicle_vault::Commit<'_>| {
            (0..count).try_for_each(|i| {
                let body = json!({ "word": format!("note {i} of {count}") });
                let seq = c.append("note", &body)?;
                truth.insert(seq, ("note".to_owned(), body));
                Ok(())
            })
        };
        self.vault.commit(now(), append).unwrap();
    }

    fn evidence(&mut self, size: usize) {
        let mut writer = self.vault.new_blob().unwrap();
        writer.write_all(&content(size)).unwrap();
        let blob = writer.finish().unwrap();
        let body = json!({ "file": written(&blob) });
        let name = body["file"]["blob"].as_str().unwrap().to_owned();
        let seq = self
            .vault
            .commit(now(), |c| c.append("evidence", &body))
            .unwrap();
        self.truth.insert(seq, ("evidence".to_owned(), body));
        self.files.insert(name, (seq, What::Evidence));
    }

    fn bundle(&mut self) {
        let raw = self
            .vault
            .new_raw(|out| -> Result<(), Error> { Ok(out.write_all(&content(9000))?) });
        let body = json!({ "file": raw.unwrap() });
        let name = body["file"]["bundle"].as_str().unwrap().to_owned();
        let seq = self
            .vault
            .commit(now(), |c| c.append("bundle", &body))
            .unwrap();
        self.truth.insert(seq, ("bundle".to_owned(), body));
        self.files.insert(name, (seq, What::Bundle));
    }

    fn snapshot(self, base: &Path) -> Self {
        let Self {
            vault,
            truth,
            mut files,
        } = self;
        drop(vault);
        let keys = Vault::keys(base, passphrase()).unwrap();
        let mut vault = keys.open_with(&Notes, &mut |_| {}).unwrap().vault;
        let image = vault.image().unwrap().expect("large enough");
        let blob = image.write().unwrap();
        let name = written(&blob)["blob"].as_str().unwrap().to_owned();
        vault.keep_snapshot(&image, blob, now()).unwrap();
        let seq = vault.of_kind("vault.snapshot").unwrap().pop().unwrap();
        files.insert(name, (seq, What::Snapshot));
        Self {
            vault,
            truth,
            files,
        }
    }
}

/// By which the index is made.
pub struct Notes;

impl Projection for Notes {
    fn kind(&self) -> VaultKind {
        VaultKind::Desk
    }

    fn version(&self) -> u32 {
        1
    }

    fn document(&self, entry: &Entry) -> Document {
        Document {
            row: entry.body.to_string(),
            ..Document::default()
        }
    }

    fn text(&self, _: &Entry) -> String {
        String::new()
    }
}

fn written(blob: &BlobRef) -> Value {
    in_record::serialize(blob, serde_json::value::Serializer).unwrap()
}

/// What a file of this size holds.
pub fn content(size: usize) -> Vec<u8> {
    (0..size).map(|i| (i * 7 % 251) as u8).collect()
}

/// The passphrase of both.
pub fn passphrase() -> SecretString {
    SecretString::from(PASSPHRASE.to_owned())
}

/// The code of their sheets.
pub fn code() -> SecretString {
    SecretString::from("code of the sheet".to_owned())
}

/// The time of day in every case.
pub fn now() -> jiff::Timestamp {
    "2026-03-14T12:00:00Z".parse().unwrap()
}

/// A file that was begun and never finished.
pub const PART: &str = "0123456789abcdef0123456789abcdef.part";
/// scrypt's work factor, a cheap one.
pub const LOG_N: u8 = 10;
