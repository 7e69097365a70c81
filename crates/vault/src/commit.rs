//! A transaction under way: records are appended and removed, the sum of the head goes along, and blobs are forgotten
//! only once everything is durable.

use crate::Error;
use crate::blob::{BlobRef, Named, RawRef};
use crate::head::{self, Sum};
use crate::keys::Ring;
use crate::record::{self, Line};
use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

/// A transaction under way.
pub struct Commit<'a> {
    pub(crate) tx: rusqlite::Transaction<'a>,
    pub(crate) ring: &'a Ring,
    pub(crate) at: Timestamp,
    pub(crate) seq: u64,
    pub(crate) live: u64,
    pub(crate) sum: Sum,
    pub(crate) forget: Vec<String>,
}

impl Commit<'_> {
    /// Appends one event; gives its number.
    ///
    /// # Errors
    /// Those of the disk, and [`Error::Internal`] for a body that is no JSON.
    pub fn append(&mut self, kind: &str, body: &impl serde::Serialize) -> Result<u64, Error> {
        let seq = self.seq + 1;
        let line = Line {
            vault: self.ring.vault.clone(),
            seq,
            at: self.at,
            kind: kind.to_owned(),
            body: serde_json::to_value(body)?,
        };
        let text = zeroize::Zeroizing::new(serde_json::to_string(&line)?);
        let sealed = record::seal(self.ring, record::PURPOSE, &text)?;
        self.tx.execute(
            "INSERT INTO record (seq, sealed) VALUES (?1, ?2)",
            params![seq, sealed],
        )?;
        self.sum.add(head::term(self.ring, seq, &sealed)?);
        self.seq = seq;
        self.live += 1;
        Ok(seq)
    }

    /// Removes a record. A number that is not there is passed over.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn remove(&mut self, seq: u64) -> Result<(), Error> {
        let sealed: Option<Vec<u8>> = self
            .tx
            .query_row("SELECT sealed FROM record WHERE seq = ?1", [seq], |row| {
                row.get(0)
            })
            .optional()?;
        if let Some(sealed) = sealed {
            self.tx
                .execute("DELETE FROM record WHERE seq = ?1", [seq])?;
            self.sum.subtract(head::term(self.ring, seq, &sealed)?);
            self.live -= 1;
        }
        Ok(())
    }

    /// Writes the head and ends the transaction.
    pub(crate) fn end(self, head: &[u8]) -> Result<(), Error> {
        self.tx.execute(
            "INSERT OR REPLACE INTO head (id, sealed) VALUES (1, ?1)",
            params![head],
        )?;
        Ok(self.tx.commit()?)
    }

    /// Unlinks a blob once this transaction is durable.
    pub fn forget(&mut self, blob: &BlobRef) {
        self.forget.push(blob.name().to_owned());
    }

    /// Unlinks a raw file once this transaction is durable.
    pub fn forget_raw(&mut self, raw: &RawRef) {
        self.forget.push(raw.name().to_owned());
    }
}
