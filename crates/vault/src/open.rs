//! Making a vault and opening one: the lock, the keys, the table, in this order.

use crate::again::AGAIN;
use crate::backup::{self, BACKUP, COPIED};
use crate::change::Recovered;
use crate::head::{self, Head};
use crate::identities::IDENTITY;
use crate::index::{Index, Projection};
use crate::intake::Intake;
use crate::record::Opener;
use crate::recovery::SHEET;
use crate::refs;
use crate::ring::{KeyFile, Ring};
use crate::rows::{self, Entry, Finding, Rows};
use crate::settings::{IDLE, LISTED};
use crate::snapshot::{self, Kept, Loaded, SNAPSHOT};
use crate::store::{BLOBS, IDENTITIES, Unlocked, Vault, VaultKind, exists};
use crate::table::{self, DATABASE, FORMAT, connect};
use crate::verify::Unread;
use crate::{Error, LOG_N, disk, migrate};
use age::secrecy::SecretString;
use age::x25519;
use jiff::Timestamp;
use rusqlite::Connection;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
        let unlock = x25519::Identity::generate();
        let ring = Ring::generate(kind, unlock.to_public())?;
        let rows = Rows::empty(&ring);
        let mut vault = Self::over(folder, lock, ring, table::begin(folder)?, rows);
        vault.commit(Timestamp::UNIX_EPOCH, |_| Ok(()))?;
        // The table comes whole, under its name, before the keys: without key.age there is no vault, with it there is all.
        vault.db = Connection::open_in_memory()?;
        table::place(folder)?;
        vault.ring.write(folder, &[])?;
        let key = KeyFile::Passphrase.seal(passphrase, log_n, &unlock)?;
        disk::replace(folder, KeyFile::Passphrase.name(), &key)?;
        vault.db = connect(&folder.join(DATABASE))?;
        Ok(vault)
    }

    /// Opens the vault in `folder` and reads every record. See [`Keys::open`].
    ///
    /// # Errors
    /// Those of [`Self::keys`] and [`Keys::open`].
    pub fn unlock(folder: &Path, passphrase: SecretString) -> Result<Unlocked, Error> {
        Self::keys(folder, passphrase)?.open()
    }

    /// Opens the keys of the vault in `folder`. Takes about a second and 256 MiB.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::InUse`], [`Error::WrongPassphrase`], [`Error::KeyFile`], [`Error::Newer`].
    pub fn keys(folder: &Path, passphrase: SecretString) -> Result<Keys, Error> {
        let lock = lock_existing(folder)?;
        let by = KeyFile::Passphrase.open(folder, passphrase)?;
        Ok(Keys {
            ring: Ring::open(folder, &by)?,
            folder: folder.to_owned(),
            lock,
        })
    }

    /// Opens the vault in `folder` with the code of its printed sheet. It gives the vault once a new passphrase is set.
    ///
    /// # Errors
    /// As [`Self::keys`]; [`Error::NoSheet`], [`Error::WrongCode`].
    pub fn recover(folder: &Path, code: SecretString) -> Result<Recovered, Error> {
        let lock = lock_existing(folder)?;
        if !folder.join(KeyFile::Recovery.name()).exists() {
            return Err(Error::NoSheet);
        }
        let by = KeyFile::Recovery.open(folder, code)?;
        // A sheet that was replaced by a newer one opens its own file and no ring.
        let ring = Ring::open(folder, &by).map_err(|e| match e {
            Error::KeyFile => Error::WrongCode,
            other => other,
        })?;
        Ok(Recovered(Keys {
            folder: folder.to_owned(),
            lock,
            ring,
        }))
    }
}

/// The opened keys of a vault that is held.
pub struct Keys {
    pub(crate) folder: PathBuf,
    pub(crate) lock: File,
    pub(crate) ring: Ring,
}

impl Keys {
    /// Whose vault it is.
    #[must_use]
    pub fn kind(&self) -> VaultKind {
        self.ring.kind
    }

    /// Opens the vault and reads every record. One of an older format is brought to this one first: the new table is made
    /// beside it and takes its place in one step.
    ///
    /// # Errors
    /// [`Error::Newer`], [`Error::Database`]. Damage to single records is a [`Finding`], not an error.
    pub fn open(self) -> Result<Unlocked, Error> {
        let Self { folder, lock, ring } = self;
        let db = table_of(&folder, &ring)?;
        let mut rows = rows::read_all(&db, &ring)?;
        let (entries, mut findings) = (
            std::mem::take(&mut rows.entries),
            std::mem::take(&mut rows.findings),
        );
        let mut vault = Vault::over(&folder, lock, ring, db, rows);
        vault.begin()?;
        let named: Vec<(u64, String)> = entries
            .iter()
            .flat_map(|e| {
                let names = refs::files(&e.body).into_iter();
                names.map(|f| (e.seq, f.name().to_owned()))
            })
            .collect();
        vault.check_files(&named, &mut findings)?;
        let entries = entries.into_iter().filter_map(|e| vault.own(e)).collect();
        Ok(Unlocked {
            vault,
            entries,
            findings,
        })
    }

    /// Opens the vault with an index of its records: from a snapshot where one fits, else from every record. `progress` is
    /// told how many were read.
    ///
    /// # Errors
    /// As [`Self::open`]; [`Error::OtherKind`] when the projection is for vaults of the other kind.
    pub fn open_with(
        self,
        projection: &'static dyn Projection,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Unlocked, Error> {
        if projection.kind() != self.kind() {
            return Err(Error::OtherKind);
        }
        if let Some((loaded, head, db)) = self.try_snapshot(projection)? {
            let Self { folder, lock, ring } = self;
            let rows = Rows {
                head,
                ..Rows::empty(&ring)
            };
            let mut vault = Vault::over(&folder, lock, ring, db, rows);
            vault.unread = Some(Unread::default());
            vault.snapshot = Some(loaded.kept);
            for kind in [BACKUP, IDLE, LISTED, SHEET, AGAIN, IDENTITY] {
                for seq in loaded.index.of_kind(kind)? {
                    let entry = vault.entry(seq)?;
                    vault.own(Entry::clone(&entry));
                }
            }
            for seq in loaded.index.of_kind(COPIED)? {
                vault.copied = Some(seq);
            }
            let mut findings = Vec::new();
            vault.check_files(&loaded.index.files()?, &mut findings)?;
            findings.extend(vault.head.doubts.iter().cloned().map(Finding::Doubt));
            vault.index = Some(loaded.index);
            return Ok(Unlocked {
                vault,
                entries: Vec::new(),
                findings,
            });
        }
        let Self { folder, lock, ring } = self;
        let db = table_of(&folder, &ring)?;
        let mut index = Index::new(projection)?;
        let (mut own, mut read) = (Vec::new(), 0);
        let mut rows = None;
        index.batch(|index| {
            let each = &mut |entry: Entry| {
                if Vault::is_own(&entry.kind) {
                    own.push(entry.clone());
                }
                index.add(Arc::new(entry))?;
                read += 1;
                progress(read);
                Ok(())
            };
            rows = Some(rows::read_each(&db, &ring, each)?);
            Ok(())
        })?;
        let mut rows = rows.ok_or(Error::Internal)?;
        let mut findings = std::mem::take(&mut rows.findings);
        for seq in &rows.apart {
            index.remove(*seq)?;
        }
        let mut vault = Vault::over(&folder, lock, ring, db, rows);
        for entry in own {
            vault.own(entry);
        }
        vault.begin()?;
        vault.check_files(&index.files()?, &mut findings)?;
        vault.index = Some(index);
        Ok(Unlocked {
            vault,
            entries: Vec::new(),
            findings,
        })
    }

    fn try_snapshot(
        &self,
        projection: &'static dyn Projection,
    ) -> Result<Option<(Loaded, Head, Connection)>, Error> {
        let db = connect(&self.folder.join(DATABASE))?;
        if self.ring.changing || table::format(&db)? < FORMAT {
            return Ok(None);
        }
        let opener = Opener::new(&self.ring)?;
        let Some((head, newest)) = head::read(&db, &self.ring, &opener)? else {
            return Ok(None);
        };
        sweep(&self.folder)?;
        let intake = Intake {
            blobs: self.folder.join(BLOBS),
        };
        let loaded = snapshot::load(&db, &opener, &head, &intake, projection, newest)?;
        Ok(loaded.map(|loaded| (loaded, head, db)))
    }
}

impl Vault {
    /// What is left undone by an earlier change of keys is done.
    fn begin(&mut self) -> Result<(), Error> {
        if self.ring.changing {
            // On a disk that refuses this, the vault is as good as before, and the next unlock tries again.
            let _ = self.settle();
        }
        Ok(())
    }

    fn is_own(kind: &str) -> bool {
        [
            BACKUP, COPIED, IDLE, LISTED, SHEET, AGAIN, IDENTITY, SNAPSHOT,
        ]
        .contains(&kind)
    }

    /// Takes in what is the vault's own; gives back what is its room's.
    fn own(&mut self, entry: Entry) -> Option<Entry> {
        match entry.kind.as_str() {
            BACKUP => self.backup = Some((entry.seq, entry.at)),
            COPIED => self.copied = Some(entry.seq),
            IDLE | LISTED => self.take_setting(&entry),
            SHEET => self.take_sheet(entry),
            AGAIN => self.take_again(&entry),
            IDENTITY => self.take_identity(&entry),
            SNAPSHOT => self.snapshot = Kept::read(entry.seq, entry.body),
            _ => return Some(entry),
        }
        None
    }
}

fn table_of(folder: &Path, ring: &Ring) -> Result<Connection, Error> {
    let mut db = connect(&folder.join(DATABASE))?;
    if table::format(&db)? < FORMAT {
        drop(db);
        db = migrate::to_newest(folder, ring)?;
    }
    sweep(folder)?;
    Ok(db)
}

// What a process that was killed had begun and never finished.
fn sweep(folder: &Path) -> Result<(), Error> {
    disk::sweep(&folder.join(BLOBS))?;
    if folder.join(IDENTITIES).is_dir() {
        disk::sweep(&folder.join(IDENTITIES))?;
    }
    disk::sweep_named(folder, UNFINISHED);
    Ok(())
}

/// Everything in a vault's folder itself that is written under another name first.
const UNFINISHED: &[&str] = &[
    "key.age.part",
    "recovery.age.part",
    "ring.age.part",
    table::PART,
    table::PART_JOURNAL,
    backup::UNDER_WAY,
];

fn lock_existing(folder: &Path) -> Result<File, Error> {
    if exists(folder) {
        take_lock(folder)
    } else {
        Err(Error::Missing)
    }
}

pub(crate) fn take_lock(folder: &Path) -> Result<File, Error> {
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
