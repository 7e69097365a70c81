//! What the index of an open vault is asked.

use crate::Error;
use crate::index::{Find, Hit, Index, Projection};
use crate::record::{Opened, Opener};
use crate::rows::{self, Entry};
use crate::store::Vault;
use sha2::{Digest, Sha256};
use std::sync::Arc;

impl Vault {
    /// Gives a vault that was just made its index. Others get theirs by [`crate::Keys::open_with`].
    ///
    /// # Errors
    /// [`Error::InUse`] when there are records already.
    pub fn begin_index(&mut self, projection: &'static dyn Projection) -> Result<(), Error> {
        if self.head.live > 0 {
            return Err(Error::InUse);
        }
        self.index = Some(Index::new(projection)?);
        Ok(())
    }

    /// One record, its row looked at anew.
    ///
    /// # Errors
    /// [`Error::Record`] when it is not there or not ours any more; those of the disk.
    pub fn entry(&self, seq: u64) -> Result<Arc<Entry>, Error> {
        let sealed = rows::sealed(&self.db, seq)?
            .filter(|_| !self.apart.contains(&seq))
            .ok_or(Error::Record)?;
        let hash: [u8; 32] = Sha256::digest(&sealed).into();
        if let Some((of, entry)) = &*self.looked_at.borrow()
            && (*of, entry.seq) == (hash, seq)
        {
            return Ok(Arc::clone(entry));
        }
        let Opened::Ours(line) = Opener::new(&self.ring)?.record(seq, &sealed) else {
            return Err(Error::Record);
        };
        let entry = Arc::new(Entry::from(line));
        *self.looked_at.borrow_mut() = Some((hash, Arc::clone(&entry)));
        Ok(entry)
    }

    /// The numbers of all records of a kind, in order.
    ///
    /// # Errors
    /// [`Error::Internal`] for a vault that was opened without an index.
    pub fn of_kind(&self, kind: &str) -> Result<Vec<u64>, Error> {
        self.index()?.of_kind(kind)
    }

    /// The number of the record of this kind and id; the newest, should there be two.
    ///
    /// # Errors
    /// As [`Self::of_kind`].
    pub fn by_id(&self, kind: &str, id: &str) -> Result<Option<u64>, Error> {
        self.index()?.by_id(kind, id)
    }

    /// The numbers of the records of a kind that their room did not understand: it gave them no id.
    ///
    /// # Errors
    /// As [`Self::of_kind`].
    pub fn without_id(&self, kind: &str) -> Result<Vec<u64>, Error> {
        self.index()?.without_id(kind)
    }

    /// The numbers of the records of a kind that belong to `group`, in order.
    ///
    /// # Errors
    /// As [`Self::of_kind`].
    pub fn in_group(&self, kind: &str, group: &str) -> Result<Vec<u64>, Error> {
        self.index()?.in_group(kind, group)
    }

    /// The numbers of the records of a kind that carry a mark, in order.
    ///
    /// # Errors
    /// As [`Self::of_kind`].
    pub fn marked(&self, kind: &str, name: &str, value: &str) -> Result<Vec<u64>, Error> {
        self.index()?.marked(kind, name, value)
    }

    /// How many records are as asked for, and those of one page.
    ///
    /// # Errors
    /// As [`Self::of_kind`].
    pub fn find(&self, find: &Find<'_>) -> Result<(u64, Vec<Hit>), Error> {
        self.index()?.find(find)
    }

    fn index(&self) -> Result<&Index, Error> {
        self.index.as_ref().ok_or(Error::Internal)
    }
}
