//! A transaction under way: records are appended and removed, the sum of the head goes along, and blobs are forgotten
//! only once everything is durable.

use crate::Error;
use crate::head::{self, Head, Sum};
use crate::identities::NewIdentity;
use crate::index::Index;
use crate::record::{self, Line};
use crate::refs::{BlobRef, RawRef};
use crate::ring::Ring;
use crate::rows::{self, Entry, Looked};
use crate::snapshot::Kept;
use jiff::Timestamp;
use rusqlite::params;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A transaction under way.
pub struct Commit<'a> {
    pub(crate) tx: rusqlite::Transaction<'a>,
    pub(crate) ring: &'a Ring,
    pub(crate) apart: &'a BTreeSet<u64>,
    pub(crate) at: Timestamp,
    pub(crate) index: Option<&'a Index>,
    pub(crate) done: Done,
}

/// What a transaction leaves once it is durable.
#[derive(Default)]
pub(crate) struct Done {
    pub(crate) head: Head,
    pub(crate) snapshot: Option<Kept>,
    /// What was appended, for the index.
    pub(crate) added: Vec<Arc<Entry>>,
    /// The last of them, and the hash of its row.
    pub(crate) last: Option<Looked>,
    /// What was removed, with its term.
    pub(crate) removed: Vec<(u64, Sum)>,
    /// Identities that are vouched for from now on.
    pub(crate) identities: Vec<NewIdentity>,
    /// Files to be unlinked.
    pub(crate) forget: Vec<String>,
    /// Rows that did not count, and are gone now.
    pub(crate) gone: Vec<u64>,
}

impl Commit<'_> {
    /// Appends one event; gives its number.
    ///
    /// # Errors
    /// Those of the disk, and [`Error::Internal`] for a body that is no JSON.
    pub fn append(&mut self, kind: &str, body: &impl serde::Serialize) -> Result<u64, Error> {
        let seq = self.done.head.seq + 1;
        let line = Line {
            vault: self.ring.vault.clone(),
            seq,
            at: self.at,
            kind: kind.to_owned(),
            body: serde_json::to_value(body)?,
        };
        let text = zeroize::Zeroizing::new(serde_json::to_string(&line)?);
        let sealed = record::seal(self.ring, record::PURPOSE, &text)?;
        self.tx
            .prepare_cached("INSERT INTO record (seq, sealed) VALUES (?1, ?2)")?
            .execute(params![seq, sealed])?;
        let hash: [u8; 32] = Sha256::digest(&sealed).into();
        self.done
            .head
            .sum
            .add(head::term_of(self.ring.newest()?, seq, hash));
        self.done.head.numbers = self.done.head.numbers.wrapping_add(seq);
        self.done.head.seq = seq;
        self.done.head.live += 1;
        if self.index.is_some() {
            let entry = Arc::new(Entry::from(line));
            self.done.last = Some((hash, Arc::clone(&entry)));
            self.done.added.push(entry);
        }
        Ok(seq)
    }

    /// Removes a record. A number that is not there is passed over.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn remove(&mut self, seq: u64) -> Result<(), Error> {
        match self.take(seq)? {
            Some(term) => self.uncover(seq, term),
            None => Ok(()),
        }
    }

    /// Removes a record; gives its term when it counted.
    pub(crate) fn take(&mut self, seq: u64) -> Result<Option<Sum>, Error> {
        let Some(sealed) = rows::sealed(&self.tx, seq)? else {
            return Ok(None);
        };
        self.tx
            .prepare_cached("DELETE FROM record WHERE seq = ?1")?
            .execute([seq])?;
        if self.apart.contains(&seq) {
            self.done.gone.push(seq);
            return Ok(None);
        }
        let term = head::term(self.ring.newest()?, seq, &sealed);
        self.done.head.sum.subtract(term);
        self.done.head.numbers = self.done.head.numbers.wrapping_sub(seq);
        self.done.head.live -= 1;
        self.done.removed.push((seq, term));
        Ok(Some(term))
    }

    /// Writes the head and ends the transaction.
    pub(crate) fn end(self, head: &[u8]) -> Result<(), Error> {
        self.tx
            .prepare_cached("INSERT OR REPLACE INTO head (id, sealed) VALUES (1, ?1)")?
            .execute(params![head])?;
        Ok(self.tx.commit()?)
    }

    /// Unlinks a blob once this transaction is durable.
    pub fn forget(&mut self, blob: &BlobRef) {
        self.done.forget.push(blob.name.clone());
    }

    /// Unlinks a raw file once this transaction is durable.
    pub fn forget_raw(&mut self, raw: &RawRef) {
        self.done.forget.push(raw.name.clone());
    }
}
