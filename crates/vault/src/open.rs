//! Making a vault and opening one: the lock, the keys, the table, in this order.

use crate::backup::{BACKUP, COPIED};
use crate::change::Recovered;
use crate::refs;
use crate::ring::{KeyFile, Ring};
use crate::rows::{self, Rows};
use crate::store::{BLOBS, Unlocked, Vault, VaultKind, exists};
use crate::table::{self, DATABASE, FORMAT, connect};
use crate::{Error, LOG_N, disk, migrate};
use age::secrecy::SecretString;
use age::x25519;
use jiff::Timestamp;
use std::fs::File;
use std::path::Path;

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
        vault.db = rusqlite::Connection::open_in_memory()?;
        table::place(folder)?;
        vault.ring.write(folder, &[])?;
        let key = KeyFile::Passphrase.seal(passphrase, log_n, &unlock)?;
        disk::replace(folder, KeyFile::Passphrase.name(), &key)?;
        vault.db = connect(&folder.join(DATABASE))?;
        Ok(vault)
    }

    /// Opens the vault in `folder` and reads every record. One of an older format is brought to this one first: the new
    /// table is made beside it and takes its place in one step.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::InUse`], [`Error::WrongPassphrase`], [`Error::KeyFile`], [`Error::Newer`],
    /// [`Error::Database`]. Damage to single records is a [`crate::Finding`], not an error.
    pub fn unlock(folder: &Path, passphrase: SecretString) -> Result<Unlocked, Error> {
        let lock = lock_existing(folder)?;
        let by = KeyFile::Passphrase.open(folder, passphrase)?;
        let ring = Ring::open(folder, &by)?;
        Self::open(folder, lock, ring)
    }

    /// Opens the vault in `folder` with the code of its printed sheet. It gives the vault once a new passphrase is set.
    ///
    /// # Errors
    /// As [`Self::unlock`]; [`Error::NoSheet`], [`Error::WrongCode`].
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
        Ok(Recovered {
            folder: folder.to_owned(),
            lock,
            ring,
        })
    }

    pub(crate) fn open(folder: &Path, lock: File, ring: Ring) -> Result<Unlocked, Error> {
        let mut db = connect(&folder.join(DATABASE))?;
        if table::format(&db)? < FORMAT {
            drop(db);
            db = migrate::to_newest(folder, &ring)?;
        }
        disk::sweep(&folder.join(BLOBS))?;
        let mut rows = rows::read_all(&db, &ring)?;
        let (entries, mut findings) = (
            std::mem::take(&mut rows.entries),
            std::mem::take(&mut rows.findings),
        );
        let mut vault = Self::over(folder, lock, ring, db, rows);
        if vault.ring.changing {
            // On a disk that refuses this, the vault is as good as before, and the next unlock tries again.
            let _ = vault.settle();
        }
        let named: Vec<_> = entries
            .iter()
            .flat_map(|e| refs::files(&e.body).into_iter().map(|f| (e.seq, f)))
            .collect();
        vault.check_files(&named, &mut findings)?;
        // Its own records are none of the rooms' business.
        let entries = entries
            .into_iter()
            .filter(|entry| {
                match entry.kind.as_str() {
                    BACKUP => vault.backup = Some((entry.seq, entry.at)),
                    COPIED => vault.copied = Some(entry.seq),
                    _ => return true,
                }
                false
            })
            .collect();
        Ok(Unlocked {
            vault,
            entries,
            findings,
        })
    }
}

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
