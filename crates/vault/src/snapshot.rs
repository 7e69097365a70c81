//! A snapshot of the index: a file of the vault like any other, named by a record of its own, so that unlocking a large
//! vault does not open every record. It fits as long as the records that it covers are the ones the head vouches for;
//! whatever does not fit is passed over, and the index is made from the records. Deleting anything a person wrote drops it
//! in the same transaction.

use crate::head::{self, Sum};
use crate::index::{Index, Projection};
use crate::intake::Intake;
use crate::record::{Opened, Opener};
use crate::refs::{BlobRef, in_record};
use crate::rows::{self, Entry};
use crate::store::Vault;
use crate::{Commit, Error, head::Head};
use jiff::Timestamp;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::sync::Arc;
use zeroize::Zeroizing;

/// The record of a snapshot.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// The record's own number.
    #[serde(skip)]
    pub(crate) seq: u64,
    /// Whether it was what the head vouches for when the vault was opened.
    #[serde(skip)]
    pub(crate) fits: bool,
    #[serde(with = "in_record")]
    pub(crate) file: BlobRef,
    /// It covers the records up to this number.
    upto: u64,
    /// The sum of their terms.
    covers: Sum,
    /// Records without words that went since.
    gone: Vec<u64>,
    /// The projection's version, and the program's.
    version: u32,
    build: String,
}

impl Kept {
    /// Reads a record's body. Whether it fits is not known then.
    pub(crate) fn read(seq: u64, body: serde_json::Value) -> Option<Self> {
        let kept = serde_json::from_value::<Self>(body).ok()?;
        Some(Self { seq, ..kept })
    }
}

/// The index at one moment, to be written where the vault need not be held.
pub struct Image {
    bytes: Zeroizing<Vec<u8>>,
    upto: u64,
    covers: Sum,
    version: u32,
    /// How often words were removed before it was taken.
    removals: u64,
    intake: Intake,
}

impl Image {
    /// Seals the image as a file of the vault. It counts once [`Vault::keep_snapshot`] named it.
    ///
    /// # Errors
    /// Those of the disk; nothing is left then.
    pub fn write(&self) -> Result<BlobRef, Error> {
        let mut out = self.intake.new_blob()?;
        out.write_all(&self.bytes)?;
        out.finish()
    }

    /// Removes what [`Self::write`] wrote and nothing will name.
    pub(crate) fn discard(&self, file: &BlobRef) -> Result<(), Error> {
        self.intake.discard(file)
    }
}

impl Vault {
    /// An image of the index, when this vault is large enough to need a snapshot and has none that is nearly new.
    ///
    /// # Errors
    /// Those of the index.
    pub fn image(&mut self) -> Result<Option<Image>, Error> {
        let fitting = self.snapshot.as_ref().filter(|kept| kept.fits);
        let (upto, seen) = (self.head.seq, fitting.map(|kept| kept.upto));
        let Some(index) = self.index.as_mut() else {
            return Ok(None);
        };
        let fresh = |covered: u64| upto.saturating_sub(covered) < SNAPSHOT_FROM / 2;
        // What was not looked at yet is not vouched for anew.
        if self.head.live < SNAPSHOT_FROM || seen.is_some_and(fresh) || self.unread.is_some() {
            return Ok(None);
        }
        let bytes = Zeroizing::new(index.image()?.to_vec());
        Ok(Some(Image {
            bytes,
            upto,
            covers: self.head.sum,
            version: index.projection.version(),
            removals: self.removals,
            intake: self.intake(),
        }))
    }

    /// Names a snapshot that was written, in place of an earlier one. One that holds words which were deleted meanwhile is
    /// removed instead.
    ///
    /// # Errors
    /// Those of the disk; the file is removed then.
    pub fn keep_snapshot(
        &mut self,
        image: &Image,
        file: BlobRef,
        at: Timestamp,
    ) -> Result<(), Error> {
        // Covered is what was there when the image was taken: whatever went since makes it unfit, words or not.
        if image.removals != self.removals {
            return self.discard(&file);
        }
        let mut kept = Kept {
            seq: 0,
            fits: true,
            file: file.clone(),
            upto: image.upto,
            covers: image.covers,
            gone: Vec::new(),
            version: image.version,
            build: BUILD.to_owned(),
        };
        let done = self.commit(at, |c| {
            if let Some((seq, term)) = c.drop_snapshot()?
                && seq <= kept.upto
            {
                kept.covers.subtract(term);
                kept.gone.push(seq);
            }
            c.keep_snapshot(kept)
        });
        if done.is_err() {
            let _ = self.discard(&file);
        }
        done
    }
}

impl Commit<'_> {
    pub(crate) fn keep_snapshot(&mut self, mut kept: Kept) -> Result<(), Error> {
        kept.seq = self.append(SNAPSHOT, &kept)?;
        self.done.head.snapshot = Some(kept.seq);
        self.done.snapshot = Some(kept);
        Ok(())
    }

    /// Drops the snapshot; gives the number and the term of its record.
    pub(crate) fn drop_snapshot(&mut self) -> Result<Option<(u64, Sum)>, Error> {
        self.done.head.snapshot = None;
        let Some(kept) = self.done.snapshot.take() else {
            return Ok(None);
        };
        let term = self.take(kept.seq)?;
        self.forget(&kept.file);
        Ok(term.map(|term| (kept.seq, term)))
    }

    /// A record goes: a snapshot that covers it and has words of it goes with it, one that has none is told.
    pub(crate) fn uncover(&mut self, seq: u64, term: Sum) -> Result<(), Error> {
        if self
            .done
            .snapshot
            .as_ref()
            .is_none_or(|kept| seq > kept.upto)
        {
            return Ok(());
        }
        if self.index.map_or(Ok(true), |index| index.has_words(seq))? {
            return self.drop_snapshot().map(|_| ());
        }
        let Some(mut kept) = self.done.snapshot.take() else {
            return Ok(());
        };
        kept.covers.subtract(term);
        kept.gone.push(seq);
        self.take(kept.seq)?;
        self.keep_snapshot(kept)
    }
}

/// What a snapshot and the records after it give, when they fit the head.
pub(crate) struct Loaded {
    pub(crate) index: Index,
    pub(crate) kept: Kept,
}

/// Loads the snapshot that `told` names; `None` when there is none, or it does not fit to the last record.
pub(crate) fn load(
    db: &Connection,
    opener: &Opener<'_>,
    told: &Head,
    intake: &Intake,
    projection: &'static dyn Projection,
    newest: &crate::generation::Generation,
) -> Result<Option<Loaded>, Error> {
    let Some(seq) = told.snapshot else {
        return Ok(None);
    };
    let line = match rows::sealed(db, seq)?.map(|sealed| opener.record(seq, &sealed)) {
        Some(Opened::Ours(line)) if line.kind == SNAPSHOT => line,
        _ => return Ok(None),
    };
    let Some(mut kept) = Kept::read(seq, line.body) else {
        return Ok(None);
    };
    kept.fits = true;
    if (kept.version, kept.build.as_str()) != (projection.version(), BUILD) {
        return Ok(None);
    }
    let mut rest = told.sum;
    let mut tail = Vec::new();
    let mut rows = db.prepare("SELECT seq, sealed FROM record WHERE seq > ?1 ORDER BY seq")?;
    let mut rows = rows.query([kept.upto])?;
    while let Some(row) = rows.next()? {
        let (seq, sealed): (u64, Vec<u8>) = (row.get(0)?, row.get(1)?);
        let Opened::Ours(line) = opener.record(seq, &sealed) else {
            return Ok(None);
        };
        rest.subtract(head::term(newest, seq, &sealed));
        tail.push(Arc::new(Entry::from(line)));
    }
    if rest != kept.covers {
        return Ok(None);
    }
    let Ok(file) = intake.open_blob(&kept.file) else {
        return Ok(None);
    };
    let bytes = usize::try_from(kept.file.size()).map_err(|_| Error::Internal)?;
    let Ok(mut index) = Index::from_image(projection, file, bytes) else {
        return Ok(None);
    };
    index.batch(|index| {
        kept.gone.iter().try_for_each(|seq| index.remove(*seq))?;
        tail.into_iter().try_for_each(|entry| index.add(entry))
    })?;
    Ok(Some(Loaded { index, kept }))
}

/// The kind of the record that names a snapshot.
pub(crate) const SNAPSHOT: &str = "vault.snapshot";
/// Records below which unlocking reads them all: a snapshot would save less than it costs.
pub(crate) const SNAPSHOT_FROM: u64 = 1000;
const BUILD: &str = env!("CARGO_PKG_VERSION");
