//! A locked vault: its folder, its recipient, and its lock. It hands out ciphertext and takes in what a courier brings,
//! sealed; it opens nothing. What is spooled here counts for no more than bytes from the network: whoever unlocks looks
//! at each entry as if a stranger had sent it.

use crate::intake::Intake;
use crate::open::take_lock;
use crate::sealed::seal_to;
use crate::store::{BLOBS, Sealer, Vault, exists};
use crate::table::{DATABASE, connect};
use crate::{Commit, Error};
use age::x25519;
use rusqlite::params;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use zeroize::Zeroizing;

/// A locked vault that this process still holds.
pub struct Locked {
    folder: PathBuf,
    sealer: Sealer,
    // Held until this is dropped.
    _lock: File,
}

/// An entry of the spool, as it was opened after the unlock.
pub struct Spooled {
    /// Names it for [`Commit::unspool`].
    pub n: u64,
    /// What was spooled; `None` when it does not open.
    pub text: Option<Zeroizing<Vec<u8>>>,
}

impl Locked {
    /// The same after the process was replaced: `recipient` is what [`Sealer::recipient`] gave before.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::InUse`] when another process was quicker, [`Error::KeyFile`] for no recipient.
    pub fn again(folder: &Path, recipient: &str) -> Result<Self, Error> {
        if !exists(folder) {
            return Err(Error::Missing);
        }
        let recipient = x25519::Recipient::from_str(recipient).map_err(|_| Error::KeyFile)?;
        Ok(Self {
            folder: folder.to_owned(),
            sealer: Sealer(recipient),
            _lock: take_lock(folder)?,
        })
    }

    /// The vault's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What seals a text to this vault.
    #[must_use]
    pub fn sealer(&self) -> Sealer {
        self.sealer.clone()
    }

    /// Where the ciphertext lies.
    #[must_use]
    pub fn intake(&self) -> Intake {
        Intake {
            blobs: self.folder.join(BLOBS),
        }
    }

    /// Keeps `text` for the next unlock: one transaction, synced.
    ///
    /// # Errors
    /// [`Error::Full`] also for more than [`SPOOL_ROWS`] entries or a text above [`SPOOL_BYTES`]; those of the disk.
    pub fn spool(&self, text: &[u8]) -> Result<(), Error> {
        if text.len() > SPOOL_BYTES {
            return Err(Error::Full);
        }
        let db = connect(&self.folder.join(DATABASE))?;
        let rows: u64 = db.query_row("SELECT count(*) FROM spool", [], |row| row.get(0))?;
        if rows >= SPOOL_ROWS {
            return Err(Error::Full);
        }
        let sealed = seal_to(&[&self.sealer.0], text)?;
        db.execute("INSERT INTO spool (sealed) VALUES (?1)", params![sealed])?;
        Ok(())
    }
}

impl Vault {
    /// Drops the keys; what stays is the folder, its recipient and its lock.
    ///
    /// # Errors
    /// [`Error::KeyFile`]; the vault is dropped then as well.
    pub fn lock(self) -> Result<Locked, Error> {
        Ok(Locked {
            sealer: self.sealer()?,
            folder: self.folder,
            _lock: self.lock,
        })
    }

    /// What was spooled while the vault was locked, in order; never more than [`SPOOL_ROWS`]. It is to be looked at like
    /// bytes from the network, and removed with [`Commit::unspool`].
    ///
    /// # Errors
    /// Those of the disk.
    pub fn spooled(&self) -> Result<Vec<Spooled>, Error> {
        let mut rows = self.db.prepare(
            "SELECT n, CASE WHEN length(sealed) <= ?2 THEN sealed END FROM spool ORDER BY n LIMIT ?1",
        )?;
        let mut rows = rows.query(params![SPOOL_ROWS, SPOOL_BYTES * 2 + 4096])?;
        let mut spooled = Vec::new();
        while let Some(row) = rows.next()? {
            let sealed: Option<Vec<u8>> = row.get(1)?;
            spooled.push(Spooled {
                n: row.get(0)?,
                text: sealed.and_then(|sealed| self.unseal(&sealed).ok()),
            });
        }
        Ok(spooled)
    }
}

impl Commit<'_> {
    /// Removes an entry of the spool.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn unspool(&mut self, n: u64) -> Result<(), Error> {
        self.tx.execute("DELETE FROM spool WHERE n = ?1", [n])?;
        Ok(())
    }
}

/// Entries that the spool holds at most.
pub const SPOOL_ROWS: u64 = 1000;
/// Bytes of one entry at most.
pub const SPOOL_BYTES: usize = 256 * 1024;
