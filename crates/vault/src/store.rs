//! The open vault: its folder, its lock, its rows. One process to a vault. Every change is one transaction that renews
//! the head and is synced before it returns; blobs are removed only after the transaction that forgets them.

use crate::blob::{self, BlobReader, BlobRef, BlobWriter, Named, RawRef, RawWriter};
use crate::commit::Commit;
use crate::head::{self, Head, Sum};
use crate::intake::Intake;
use crate::keys::{KEY_FILE, Ring, open_small, seal_to};
use crate::record::{self, Line, Opened};
use crate::{Error, LOG_N, disk};
use age::secrecy::SecretString;
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior, params};
use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Whose vault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VaultKind {
    /// The reporter's.
    Journal,
    /// The caseworker's.
    Desk,
}

impl VaultKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Journal => "journal",
            Self::Desk => "desk",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::Journal, Self::Desk]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// One record as it was committed.
pub struct Entry {
    /// Its number; never used again.
    pub seq: u64,
    /// When it was committed, by the device's clock.
    pub at: Timestamp,
    /// What kind of event. A kind that is not known is kept and passed over.
    pub kind: String,
    /// The event.
    pub body: serde_json::Value,
}

/// Something that is not as it should be; the rest stays usable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A record without a valid MAC: somebody else wrote it. Not acted on.
    Foreign(u64),
    /// A record that does not open.
    Unreadable(u64),
    /// Records were removed, put back or altered behind the vault's back.
    HeadDiffers {
        /// Live records, by the head; `None` when the head itself is foreign or unreadable.
        expected: Option<u64>,
        /// Valid records found.
        found: u64,
    },
}

/// What unlocking gives.
pub struct Unlocked {
    /// The open vault.
    pub vault: Vault,
    /// Every valid record, in order.
    pub entries: Vec<Entry>,
    /// What is not as it should be.
    pub findings: Vec<Finding>,
}

/// An open vault. Dropping it locks it.
pub struct Vault {
    folder: PathBuf,
    ring: Ring,
    db: Connection,
    seq: u64,
    live: u64,
    sum: Sum,
    // Forgotten by a transaction, and the disk did not let them go yet.
    leftovers: Vec<String>,
    // A commit failed, and whether it counts could not be read.
    unsure: bool,
    // Held until the vault is dropped.
    _lock: File,
}

/// The vault's recipient: it seals, and opens nothing.
#[derive(Clone)]
pub struct Sealer(age::x25519::Recipient);

impl Sealer {
    /// Seals a text that the vault opens again with [`Vault::unseal`]. Nothing is written to the disk.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub fn seal(&self, text: &[u8]) -> Result<Vec<u8>, Error> {
        seal_to(&self.0, text)
    }
}

/// Whether there is a vault in `folder`, or what is left of one whose `key.age` is gone: records, blobs or identities.
/// An interrupted creation is none.
#[must_use]
pub fn exists(folder: &Path) -> bool {
    let filled = |name: &str| {
        std::fs::read_dir(folder.join(name)).is_ok_and(|items| {
            items
                .flatten()
                .any(|i| i.path().extension().is_none_or(|e| e != "part"))
        })
    };
    folder.join(KEY_FILE).exists() || filled(BLOBS) || filled(IDENTITIES) || has_records(folder)
}

// A table that cannot be read may hold everything.
fn has_records(folder: &Path) -> bool {
    let path = folder.join(DATABASE);
    path.exists()
        && Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)
            .and_then(|db| {
                db.query_row("SELECT EXISTS (SELECT 1 FROM record)", [], |row| row.get(0))
            })
            .unwrap_or(true)
}

impl Vault {
    /// Makes a vault in `folder` (made when missing). The work factor is [`LOG_N`].
    ///
    /// # Errors
    /// [`Error::Exists`], [`Error::ReadOnly`], [`Error::Full`] and the like.
    pub fn create(folder: &Path, kind: VaultKind, passphrase: SecretString) -> Result<Self, Error> {
        Self::create_with(folder, kind, passphrase, LOG_N)
    }

    /// As [`Self::create`], with a work factor of its own; for tests and campaigns, no binary calls it.
    ///
    /// # Errors
    /// As [`Self::create`].
    #[doc(hidden)]
    pub fn create_with(
        folder: &Path,
        kind: VaultKind,
        passphrase: SecretString,
        log_n: u8,
    ) -> Result<Self, Error> {
        disk::make_folder(folder)?;
        if exists(folder) {
            return Err(Error::Exists);
        }
        let lock = take_lock(folder)?;
        // Another process may have come first.
        if exists(folder) {
            return Err(Error::Exists);
        }
        disk::make_folder(&folder.join(BLOBS))?;
        let ring = Ring::generate(kind)?;
        let part = folder.join(format!("{DATABASE}.part"));
        let part_journal = folder.join(format!("{DATABASE}.part-journal"));
        disk::remove(&part)?;
        disk::remove(&part_journal)?;
        disk::create_new(&part)?.flush()?;
        let db = connect(&part)?;
        db.execute_batch(SCHEMA)?;
        let mut vault = Self {
            folder: folder.to_owned(),
            ring,
            db,
            seq: 0,
            live: 0,
            sum: Sum::default(),
            leftovers: Vec::new(),
            unsure: false,
            _lock: lock,
        };
        vault.commit(Timestamp::UNIX_EPOCH, |_| Ok(()))?;
        // The table comes whole, under its name, before the keys: without key.age there is no vault, with it there is all.
        vault.db = Connection::open_in_memory()?;
        disk::remove(&part_journal)?;
        std::fs::rename(&part, folder.join(DATABASE))?;
        disk::sync_folder(folder)?;
        vault.ring.write(folder, passphrase, log_n)?;
        vault.db = connect(&folder.join(DATABASE))?;
        Ok(vault)
    }

    /// Opens the vault in `folder` and reads every record.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::InUse`], [`Error::WrongPassphrase`], [`Error::KeyFile`], [`Error::Newer`],
    /// [`Error::Database`]. Damage to single records is a [`Finding`], not an error.
    pub fn unlock(folder: &Path, passphrase: SecretString) -> Result<Unlocked, Error> {
        if !exists(folder) {
            return Err(Error::Missing);
        }
        let lock = take_lock(folder)?;
        let ring = Ring::open(folder, passphrase)?;
        let db = connect(&folder.join(DATABASE))?;
        let version: u32 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        match version {
            FORMAT => {}
            0 => return Err(Error::Database),
            _ => return Err(Error::Newer),
        }
        sweep(&folder.join(BLOBS))?;
        let mut vault = Self {
            folder: folder.to_owned(),
            ring,
            db,
            seq: 0,
            live: 0,
            sum: Sum::default(),
            leftovers: Vec::new(),
            unsure: false,
            _lock: lock,
        };
        let (entries, findings) = vault.read_all()?;
        Ok(Unlocked {
            vault,
            entries,
            findings,
        })
    }

    /// Whose vault it is.
    #[must_use]
    pub fn kind(&self) -> VaultKind {
        self.ring.kind
    }

    /// The vault's random id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.ring.vault
    }

    /// One transaction: what `change` appends and removes counts together, synced, or not at all.
    ///
    /// # Errors
    /// Those of `change`, and those of the disk; nothing has changed then, unless the disk does not even tell: from then on
    /// nothing is committed or discarded until the vault is unlocked again. A forgotten file that the disk does not let go
    /// is no error: what forgot it is durable; it is tried again with the next commit, and when the vault is dropped.
    pub fn commit<T>(
        &mut self,
        at: Timestamp,
        change: impl FnOnce(&mut Commit<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.unsure {
            return Err(Error::Io(std::io::ErrorKind::Other));
        }
        let mut commit = Commit {
            tx: self
                .db
                .transaction_with_behavior(TransactionBehavior::Immediate)?,
            ring: &self.ring,
            at,
            seq: self.seq,
            live: self.live,
            sum: self.sum,
            forget: Vec::new(),
        };
        let value = change(&mut commit)?;
        let (seq, live, sum) = (commit.seq, commit.live, commit.sum);
        let forget = std::mem::take(&mut commit.forget);
        let head = Head {
            vault: self.ring.vault.clone(),
            seq,
            live,
            sum: sum.text(),
        };
        let sealed = head::seal(&self.ring, &head)?;
        if let Err(error) = commit.end(&sealed) {
            match self.counts(&sealed) {
                Ok(true) => {}
                Ok(false) => return Err(error),
                Err(_) => {
                    self.unsure = true;
                    return Err(error);
                }
            }
        }
        (self.seq, self.live, self.sum) = (seq, live, sum);
        let blobs = self.folder.join(BLOBS);
        self.leftovers.extend(forget);
        self.leftovers.retain(|name| unlink(&blobs, name).is_err());
        Ok(value)
    }

    /// Begins a blob.
    ///
    /// # Errors
    /// [`Error::Full`], [`Error::ReadOnly`].
    pub fn new_blob(&self) -> Result<BlobWriter, Error> {
        BlobWriter::create(&self.folder.join(BLOBS))
    }

    /// Seals and keeps a file that is sealed to others: `seal` writes it, and its reference comes back once it is durable.
    /// The record that names it must be committed by the caller; until then [`Self::discard_raw`] removes it.
    ///
    /// # Errors
    /// Those of `seal` and of the disk; nothing is left behind then.
    pub fn new_raw<E: From<Error>>(
        &self,
        seal: impl FnOnce(&mut RawWriter) -> Result<(), E>,
    ) -> Result<RawRef, E> {
        let mut writer = RawWriter::create(&self.folder.join(BLOBS))?;
        seal(&mut writer)?;
        Ok(writer.finish()?)
    }

    /// A place where blobs can be begun from another thread, while the vault stays with its own.
    #[must_use]
    pub fn intake(&self) -> Intake {
        Intake {
            blobs: self.folder.join(BLOBS),
        }
    }

    /// Removes a finished blob that no record names.
    ///
    /// # Errors
    /// Those of the disk; also while it is not known whether a record names it.
    pub fn discard(&self, blob: &BlobRef) -> Result<(), Error> {
        self.discard_named(blob)
    }

    /// Removes a finished raw file that no record names.
    ///
    /// # Errors
    /// As [`Self::discard`].
    pub fn discard_raw(&self, raw: &RawRef) -> Result<(), Error> {
        self.discard_named(raw)
    }

    fn discard_named(&self, file: &impl Named) -> Result<(), Error> {
        if self.unsure {
            return Err(Error::Io(std::io::ErrorKind::Other));
        }
        unlink(&self.folder.join(BLOBS), file.name())
    }

    /// Opens a blob's content.
    ///
    /// # Errors
    /// [`Error::Blob`] when it is missing or does not open.
    pub fn open_blob(&self, blob: &BlobRef) -> Result<BlobReader, Error> {
        BlobReader::open(&self.folder.join(BLOBS), blob)
    }

    /// Opens a raw file as it lies (ciphertext).
    ///
    /// # Errors
    /// [`Error::Blob`] when it is missing or of another size.
    pub fn open_raw(&self, raw: &RawRef) -> Result<File, Error> {
        blob::open_raw(&self.folder.join(BLOBS), raw)
    }

    /// Reads a blob to its end and compares size and SHA-256 with its record.
    ///
    /// # Errors
    /// [`Error::Blob`] when anything differs.
    pub fn verify_blob(&self, blob: &BlobRef) -> Result<(), Error> {
        use sha2::Digest;
        let mut reader = self.open_blob(blob)?;
        let (mut hash, mut buffer) = (sha2::Sha256::new(), blob::buffer());
        loop {
            let got = reader.read(&mut buffer).map_err(|_| Error::Blob)?;
            if got == 0 {
                break;
            }
            hash.update(buffer.get(..got).unwrap_or_default());
        }
        if hex::encode(hash.finalize()) == blob.sha256() {
            Ok(())
        } else {
            Err(Error::Blob)
        }
    }

    /// Bytes that the disk still has room for.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn room(&self) -> Result<u64, Error> {
        disk::room(&self.folder)
    }

    /// Keeps an organisation's identity file (desk only) as an age file of its own; gives its name.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn keep_identity(&self, plaintext: &[u8]) -> Result<String, Error> {
        let folder = self.folder.join(IDENTITIES);
        disk::make_folder(&folder)?;
        disk::sync_folder(&self.folder)?;
        let name = disk::random_name()?;
        let sealed = seal_to(&self.ring.newest()?.identity.to_public(), plaintext)?;
        disk::replace(&folder, &format!("{name}.age"), &sealed)?;
        Ok(name)
    }

    /// Opens an identity that [`Self::keep_identity`] kept.
    ///
    /// # Errors
    /// [`Error::KeyFile`] when it is missing or does not open.
    pub fn identity(&self, name: &str) -> Result<zeroize::Zeroizing<Vec<u8>>, Error> {
        let path =
            blob::path_of(&self.folder.join(IDENTITIES), name).map_err(|_| Error::KeyFile)?;
        let sealed = std::fs::read(path.with_extension("age")).map_err(|_| Error::KeyFile)?;
        self.unseal(&sealed)
    }

    /// Names of whole blobs that none of `known` names. They are listed, never removed by themselves.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn strays(&self, blobs: &[&BlobRef], raws: &[&RawRef]) -> Result<Vec<String>, Error> {
        let known: HashSet<&str> = blobs
            .iter()
            .map(|b| b.name())
            .chain(raws.iter().map(|r| r.name()))
            .collect();
        let mut strays = Vec::new();
        for item in std::fs::read_dir(self.folder.join(BLOBS))? {
            let name = item?.file_name().to_string_lossy().into_owned();
            if !known.contains(name.as_str()) && !name.ends_with(".part") {
                strays.push(name);
            }
        }
        Ok(strays)
    }

    /// What seals a text to this vault from outside, also while it is locked.
    ///
    /// # Errors
    /// [`Error::KeyFile`].
    pub fn sealer(&self) -> Result<Sealer, Error> {
        Ok(Sealer(self.ring.newest()?.identity.to_public()))
    }

    /// Opens what [`Sealer::seal`] sealed.
    ///
    /// # Errors
    /// [`Error::KeyFile`] when it is another vault's.
    pub fn unseal(&self, sealed: &[u8]) -> Result<zeroize::Zeroizing<Vec<u8>>, Error> {
        let identities: Vec<&dyn age::Identity> = self
            .ring
            .generations()
            .map(|g| &g.identity as &dyn age::Identity)
            .collect();
        open_small(sealed, &identities).map_err(|_| Error::KeyFile)
    }

    // What makes a transaction count may be done when a later step fails: then it is made durable, not denied, since
    // whoever hears that it failed removes the files that it names. The sealed head is never twice the same.
    fn counts(&self, sealed: &[u8]) -> Result<bool, Error> {
        let kept: Option<Vec<u8>> = self
            .db
            .query_row("SELECT sealed FROM head WHERE id = 1", [], |row| row.get(0))
            .optional()?;
        if kept.as_deref() != Some(sealed) {
            return Ok(false);
        }
        // The same again: a whole transaction, synced.
        self.db
            .execute("UPDATE head SET sealed = ?1 WHERE id = 1", params![sealed])?;
        Ok(true)
    }

    fn read_all(&mut self) -> Result<(Vec<Entry>, Vec<Finding>), Error> {
        let (mut entries, mut findings) = (Vec::new(), Vec::new());
        let mut sum = Sum::default();
        let mut rows = self
            .db
            .prepare("SELECT seq, sealed FROM record ORDER BY seq")?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let seq: u64 = row.get(0)?;
            let sealed: Vec<u8> = row.get(1)?;
            match record::open_record(&self.ring, seq, &sealed) {
                Opened::Ours(Line { at, kind, body, .. }) => {
                    sum.add(head::term(&self.ring, seq, &sealed)?);
                    entries.push(Entry {
                        seq,
                        at,
                        kind,
                        body,
                    });
                }
                Opened::Foreign => findings.push(Finding::Foreign(seq)),
                Opened::Unreadable => findings.push(Finding::Unreadable(seq)),
            }
            self.seq = self.seq.max(seq);
        }
        let sealed: Option<Vec<u8>> = self
            .db
            .query_row("SELECT sealed FROM head WHERE id = 1", [], |r| r.get(0))
            .optional()?;
        let found = entries.len() as u64;
        let head = sealed.and_then(|sealed| head::open(&self.ring, &sealed));
        match head {
            Some(head) if head.live == found && head.sum == sum.text() => {
                self.seq = self.seq.max(head.seq)
            }
            Some(head) => {
                self.seq = self.seq.max(head.seq);
                findings.push(Finding::HeadDiffers {
                    expected: Some(head.live),
                    found,
                });
            }
            None => findings.push(Finding::HeadDiffers {
                expected: None,
                found,
            }),
        }
        // The next commit vouches for what is valid now: a finding is told once, at the unlock that saw it first,
        // and again only while damaged rows remain.
        (self.live, self.sum) = (found, sum);
        Ok((entries, findings))
    }
}

impl Drop for Vault {
    // No later commit will try again, and no other vault knows what was forgotten.
    fn drop(&mut self) {
        let blobs = self.folder.join(BLOBS);
        self.leftovers.retain(|name| unlink(&blobs, name).is_err());
    }
}

fn take_lock(folder: &Path) -> Result<File, Error> {
    let path = folder.join("lock");
    let file = match disk::create_new(&path) {
        Ok(file) => file,
        Err(Error::Io(std::io::ErrorKind::AlreadyExists)) => {
            File::options().write(true).open(&path)?
        }
        Err(e) => return Err(e),
    };
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(Error::InUse),
        Err(std::fs::TryLockError::Error(e)) => Err(e.into()),
    }
}

pub(crate) fn unlink(blobs: &Path, name: &str) -> Result<(), Error> {
    match std::fs::remove_file(blob::path_of(blobs, name)?) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e.into()),
        _ => disk::sync_folder(blobs),
    }
}

fn connect(path: &Path) -> Result<Connection, Error> {
    let db = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    db.execute_batch(
        "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = EXTRA; PRAGMA secure_delete = ON;
         PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON;
         PRAGMA foreign_keys = OFF;",
    )?;
    Ok(db)
}

// Only what was never finished is swept: a whole blob that no record names may be the last copy of something.
fn sweep(blobs: &Path) -> Result<(), Error> {
    for item in std::fs::read_dir(blobs)? {
        let path = item?.path();
        if path.extension().is_some_and(|e| e == "part") && path.is_file() {
            std::fs::remove_file(path)?;
        }
    }
    disk::sync_folder(blobs)
}

const BLOBS: &str = "blobs";
const IDENTITIES: &str = "identities";
const DATABASE: &str = "vault.db";
const FORMAT: u32 = 1;
const SCHEMA: &str = "
    PRAGMA application_id = 0x43485256; PRAGMA user_version = 1;
    CREATE TABLE record (seq INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
    CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 1), sealed BLOB NOT NULL) STRICT;
    CREATE TABLE spool (n INTEGER PRIMARY KEY AUTOINCREMENT, sealed BLOB NOT NULL) STRICT;";

#[cfg(test)]
mod tests;
