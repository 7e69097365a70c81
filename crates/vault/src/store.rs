//! The open vault: its folder, its lock, its rows. One process to a vault. Every change is one transaction that renews
//! the head and is synced before it returns; blobs are removed only after the transaction that forgets them.

use crate::blob::{self, BlobReader, BlobWriter, RawWriter};
use crate::commit::{Commit, Done};
use crate::generation::Generation;
use crate::head::{self, Head, Sum};
use crate::index::Index;
use crate::intake::Intake;
use crate::recovery::SheetMade;
use crate::refs::{BlobRef, FileRef, RawRef};
use crate::ring::{KEY_FILE, Ring};
use crate::rows::{Entry, Finding, Looked, Rows};
use crate::sealed::{open_small, seal_to};
use crate::settings::Settings;
use crate::snapshot::Kept;
use crate::table::DATABASE;
use crate::verify::Unread;
use crate::{Error, check, disk};
use age::x25519;
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior, params};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

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

/// What unlocking gives.
pub struct Unlocked {
    /// The open vault.
    pub vault: Vault,
    /// Every valid record, in order; none where an index was made of them.
    pub entries: Vec<Entry>,
    /// What is not as it should be.
    pub findings: Vec<Finding>,
}

/// An open vault. Dropping it locks it.
pub struct Vault {
    pub(crate) folder: PathBuf,
    pub(crate) ring: Ring,
    pub(crate) db: Connection,
    /// What the next commit goes on from.
    pub(crate) head: Head,
    /// Rows that are there and do not count: foreign, unreadable or put back.
    pub(crate) apart: BTreeSet<u64>,
    /// By which records are listed and found; vaults that are only kept have none.
    pub(crate) index: Option<Index>,
    pub(crate) snapshot: Option<Kept>,
    /// Records that were removed since the vault was opened.
    pub(crate) removals: u64,
    /// How far the rows were compared with the head, when a snapshot spared reading them.
    pub(crate) unread: Option<Unread>,
    /// The record of the last copy that was made, and when.
    pub(crate) backup: Option<(u64, Timestamp)>,
    pub(crate) settings: Settings,
    pub(crate) sheet: Option<SheetMade>,
    /// How far sealing again came, when it was stopped.
    pub(crate) again: Option<(u64, u64)>,
    /// The record by which this copy of a vault knows that it is one.
    pub(crate) copied: Option<u64>,
    /// The hashes of identities, by name.
    pub(crate) identities: BTreeMap<String, String>,
    /// What was opened or written last: whoever writes a report keeps it again and again.
    pub(crate) looked_at: RefCell<Option<Looked>>,
    leftovers: Leftovers,
    // A commit failed, and whether it counts could not be read.
    pub(crate) unsure: bool,
    // Held until the vault is dropped.
    pub(crate) lock: File,
}

/// Files that a transaction forgot and that the disk did not let go yet.
struct Leftovers {
    blobs: PathBuf,
    names: Vec<String>,
}

impl Leftovers {
    fn try_again(&mut self) {
        self.names.retain(|name| unlink(&self.blobs, name).is_err());
    }
}

impl Drop for Leftovers {
    // No later commit will try again, and no other vault knows what was forgotten.
    fn drop(&mut self) {
        self.try_again();
    }
}

/// The vault's recipient: it seals, and opens nothing.
#[derive(Clone)]
pub struct Sealer(pub(crate) x25519::Recipient);

impl Sealer {
    /// Seals a text that the vault opens again with [`Vault::unseal`]. Nothing is written to the disk.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub fn seal(&self, text: &[u8]) -> Result<Vec<u8>, Error> {
        seal_to(&[&self.0], text)
    }

    /// The recipient, in age's text form. It is to be kept in memory only: who knows it can write what looks like entries
    /// of the spool.
    #[must_use]
    pub fn recipient(&self) -> zeroize::Zeroizing<String> {
        zeroize::Zeroizing::new(self.0.to_string())
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
    pub(crate) fn over(folder: &Path, lock: File, ring: Ring, db: Connection, rows: Rows) -> Self {
        Self {
            folder: folder.to_owned(),
            ring,
            db,
            head: rows.head,
            apart: rows.apart,
            index: None,
            snapshot: None,
            removals: 0,
            unread: None,
            backup: None,
            settings: Settings::default(),
            sheet: None,
            again: None,
            copied: None,
            identities: BTreeMap::new(),
            looked_at: RefCell::default(),
            leftovers: Leftovers {
                blobs: folder.join(BLOBS),
                names: Vec::new(),
            },
            unsure: false,
            lock,
        }
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
            apart: &self.apart,
            at,
            index: self.index.as_ref(),
            done: Done {
                head: self.head.clone(),
                snapshot: self.snapshot.clone(),
                ..Done::default()
            },
        };
        let value = change(&mut commit)?;
        let done = std::mem::take(&mut commit.done);
        let sealed = head::seal(&self.ring, &done.head)?;
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
        (self.head, self.snapshot) = (done.head, done.snapshot);
        if done.last.is_some() {
            *self.looked_at.get_mut() = done.last;
        }
        for identity in done.identities {
            self.vouch(identity);
        }
        for seq in done.gone {
            self.apart.remove(&seq);
        }
        self.follow(done.added, &done.removed);
        self.leftovers.names.extend(done.forget);
        self.leftovers.try_again();
        Ok(value)
    }

    // What makes a transaction count may be done when a later step fails: then it is made durable, not denied, since
    // whoever hears that it failed removes the files that it names. The sealed head is never twice the same.
    pub(crate) fn counts(&self, sealed: &[u8]) -> Result<bool, Error> {
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

    /// A person has taken note of what was found wrong with the records as a whole: it is not told again.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn take_note(&mut self, at: Timestamp) -> Result<(), Error> {
        self.commit(at, |c| {
            c.done.head.doubts.clear();
            Ok(())
        })
    }

    /// Whether this is a copy that was not used yet. Its user begins new chains, and says so by [`Vault::begin_as_copy`].
    #[must_use]
    pub fn is_new_copy(&self) -> bool {
        self.copied.is_some()
    }

    /// As [`Vault::commit`], for the change with which a copy begins a life of its own: it is a new copy no longer.
    ///
    /// # Errors
    /// Those of `change`, and those of the disk.
    pub fn begin_as_copy<T>(
        &mut self,
        at: Timestamp,
        change: impl FnOnce(&mut Commit<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mark = self.copied;
        let done = self.commit(at, |c| {
            mark.map_or(Ok(()), |seq| c.remove(seq))?;
            change(c)
        })?;
        self.copied = None;
        Ok(done)
    }

    /// Whether the system keeps this vault's keys out of swap and dumps.
    #[must_use]
    pub fn keys_are_locked(&self) -> bool {
        self.ring.generations().iter().all(Generation::is_locked)
    }

    // The index goes along with what is durable. One that cannot is no index: every question to it fails from then on.
    fn follow(&mut self, added: Vec<Arc<Entry>>, removed: &[(u64, Sum)]) {
        self.removals += removed.len() as u64;
        if let Some(unread) = &mut self.unread {
            unread.forget(removed);
        }
        let Some(index) = &mut self.index else {
            return;
        };
        let followed = index.batch(|index| {
            removed.iter().try_for_each(|(seq, _)| index.remove(*seq))?;
            added.into_iter().try_for_each(|entry| index.add(entry))
        });
        if followed.is_err() {
            self.index = None;
        }
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
        self.discard_named(&blob.name)
    }

    /// Removes a finished raw file that no record names.
    ///
    /// # Errors
    /// As [`Self::discard`].
    pub fn discard_raw(&self, raw: &RawRef) -> Result<(), Error> {
        self.discard_named(&raw.name)
    }

    pub(crate) fn discard_named(&self, name: &str) -> Result<(), Error> {
        if self.unsure {
            return Err(Error::Io(std::io::ErrorKind::Other));
        }
        unlink(&self.folder.join(BLOBS), name)
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
        check::verify(&self.intake(), &FileRef::Blob(blob.clone()), &mut |_| true)
    }

    /// Bytes that the files of this vault have on the disk.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn bytes_of_files(&self) -> Result<u64, Error> {
        std::fs::read_dir(self.folder.join(BLOBS))?
            .map(|item| Ok(item?.metadata()?.len()))
            .sum()
    }

    /// Bytes that the disk still has room for.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn room(&self) -> Result<u64, Error> {
        disk::room(&self.folder)
    }

    /// What seals a text to this vault from outside, also while it is locked.
    ///
    /// # Errors
    /// [`Error::KeyFile`].
    pub fn sealer(&self) -> Result<Sealer, Error> {
        Ok(Sealer(self.ring.newest()?.recipient().clone()))
    }

    /// Opens what [`Sealer::seal`] sealed.
    ///
    /// # Errors
    /// [`Error::KeyFile`] when it is another vault's.
    pub fn unseal(&self, sealed: &[u8]) -> Result<zeroize::Zeroizing<Vec<u8>>, Error> {
        let identities = self.ring.identities()?;
        let identities: Vec<&dyn age::Identity> =
            identities.iter().map(|i| i as &dyn age::Identity).collect();
        open_small(sealed, &identities).map_err(|_| Error::KeyFile)
    }
}

pub(crate) fn unlink(blobs: &Path, name: &str) -> Result<(), Error> {
    match std::fs::remove_file(blob::path_of(blobs, name)?) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e.into()),
        _ => disk::sync_folder(blobs),
    }
}

pub(crate) const BLOBS: &str = "blobs";
pub(crate) const IDENTITIES: &str = "identities";
