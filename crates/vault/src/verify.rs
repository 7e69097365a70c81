//! Comparing every row with the head after a snapshot spared reading them: in small steps, between which the vault is used
//! as ever. No row is opened for it; only when the sum differs, each of them is, to name what is wrong.

use crate::head::{self, Sum};
use crate::rows::{self, Finding};
use crate::store::Vault;
use crate::{Commit, Error};
use jiff::Timestamp;

/// How far the rows were added up.
#[derive(Default)]
pub(crate) struct Unread {
    next: u64,
    sum: Sum,
    live: u64,
}

impl Unread {
    /// What was added up already and is no longer there.
    pub(crate) fn forget(&mut self, removed: &[(u64, Sum)]) {
        for (_, term) in removed.iter().filter(|(seq, _)| *seq < self.next) {
            self.sum.subtract(*term);
            self.live -= 1;
        }
    }
}

impl Vault {
    /// Compares some more rows with the head. Gives `None` while there are more; at the end what is not as it should be.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn verify_some(&mut self, at: Timestamp) -> Result<Option<Vec<Finding>>, Error> {
        let Some(unread) = &mut self.unread else {
            return Ok(Some(Vec::new()));
        };
        let newest = self.ring.newest()?;
        let seen = {
            let mut rows = self.db.prepare_cached(
                "SELECT seq, sealed FROM record WHERE seq >= ?1 ORDER BY seq LIMIT ?2",
            )?;
            let mut rows = rows.query([unread.next, STEP])?;
            let mut seen = 0;
            while let Some(row) = rows.next()? {
                let (seq, sealed): (u64, Vec<u8>) = (row.get(0)?, row.get(1)?);
                unread.sum.add(head::term(newest, seq, &sealed));
                unread.live += 1;
                unread.next = seq + 1;
                seen += 1;
            }
            seen
        };
        if seen == STEP {
            return Ok(None);
        }
        let whole = (unread.live, unread.sum) == (self.head.live, self.head.sum);
        self.unread = None;
        if whole {
            return Ok(Some(Vec::new()));
        }
        self.read_again(at).map(Some)
    }

    /// As [`Self::verify_some`], to the end.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn verify_all(&mut self, at: Timestamp) -> Result<Vec<Finding>, Error> {
        loop {
            if let Some(findings) = self.verify_some(at)? {
                return Ok(findings);
            }
        }
    }

    // What is wrong is named, the index keeps what is right, and the snapshot that knew no better goes.
    fn read_again(&mut self, at: Timestamp) -> Result<Vec<Finding>, Error> {
        let read = rows::read_all(&self.db, &self.ring)?;
        (self.head, self.apart) = (read.head, read.apart);
        let valid: std::collections::BTreeSet<u64> = read.entries.iter().map(|e| e.seq).collect();
        if let Some(index) = &mut self.index {
            for seq in index.seqs()? {
                if !valid.contains(&seq) {
                    index.remove(seq)?;
                }
            }
        }
        self.commit(at, |c: &mut Commit<'_>| c.drop_snapshot().map(|_| ()))?;
        Ok(read.findings)
    }
}

/// Rows of one step: a few milliseconds.
const STEP: u64 = 2000;
