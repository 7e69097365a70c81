//! Fetching: the endpoint's log is read from where it was left, each bundle is brought, verified to its last byte and
//! kept in one transaction. What cannot be opened or verified is kept apart with its reason and stops nothing.

mod keeping;
mod opening;

use crate::answers::post_all;
use crate::view::FetchView;
use crate::{Desk, Error};
use chronicle_sync::{Collector, Cursor, SyncError, Transport};
use chronicle_vault::{Error as VaultError, RawRef};
use chronicle_wire::route::{LogBatch, LogEntry};
use chronicle_wire::{Capability, Hash, size};
use chronicle_words::Problem;
use jiff::Zoned;
use opening::Opener;
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio_util::sync::CancellationToken;

/// A desk that window or command line and a fetch share. Whoever holds it does something short.
pub type Shared = Arc<Mutex<Desk>>;

/// Brings what is new, and tries again what could not be opened before. `progress` is told bytes done and bytes in all of
/// the bundle at hand.
///
/// # Errors
/// [`Error::NotFounded`], [`Error::NotConnected`], [`Error::Sync`] when the log cannot be read or does not hold together,
/// [`Error::Cancelled`], and those of the vault. What was kept before stays. A log that was set back is no error: it is
/// noted, told in [`FetchView::problem`], and read from its start.
pub async fn fetch(
    desk: &Shared,
    transport: Transport,
    clock: fn() -> Zoned,
    progress: &mut (dyn FnMut(u64, u64) + Send),
    cancel: &CancellationToken,
) -> Result<FetchView, Error> {
    let visit = lock(desk).visit()?;
    let collector = Collector::new(transport, &visit.address, visit.capability.clone())?;
    let mut fetch = Fetch {
        desk,
        opener: &visit.opener,
        collector,
        clock,
        progress,
        cancel,
        brought: FetchView::default(),
    };
    fetch.look_at_profile().await?;
    fetch.open_kept()?;
    fetch.read(visit.cursor).await?;
    if let Some(trouble) = post_all(desk, &fetch.collector, clock).await? {
        let told = fetch.brought.problem.take();
        fetch.brought.problem = told.or(Some(Problem::new(trouble.code())));
    }
    Ok(fetch.brought)
}

/// Takes in a sealed report of `size` bytes that came by hand, as if it had been fetched. `progress` is told bytes done.
///
/// # Errors
/// [`Error::NotFounded`], [`Error::NotSealed`] when it has no size of a sealed report, [`Error::Unreadable`],
/// [`Error::Cancelled`], [`Error::Vault`]. What cannot be opened or verified is kept apart and told in the view.
pub fn take(
    desk: &Shared,
    source: &mut dyn Read,
    size: u64,
    clock: fn() -> Zoned,
    progress: &mut dyn FnMut(u64),
    cancel: &CancellationToken,
) -> Result<FetchView, Error> {
    // No bundle has another size: nothing else is copied first.
    if !size::contains(size) {
        return Err(Error::NotSealed);
    }
    let opener = lock(desk).opener()?;
    if !opener.has_room(size)? {
        return Err(VaultError::Full.into());
    }
    let mut file = opener.intake.new_raw()?;
    let (mut hasher, mut done) = (Sha256::new(), 0u64);
    let mut buffer = vec![0; 1 << 20];
    loop {
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let got = source.read(&mut buffer).map_err(|_| Error::Unreadable)?;
        let Some(bytes) = buffer.get(..got).filter(|b| !b.is_empty()) else {
            break;
        };
        done += got as u64;
        if done > size {
            return Err(Error::NotSealed);
        }
        hasher.update(bytes);
        file.write_all(bytes).map_err(VaultError::from)?;
        progress(done);
    }
    if done != size {
        return Err(Error::NotSealed);
    }
    let now = clock();
    let entry = LogEntry {
        sha256: Hash(hasher.finalize().into()),
        size,
        day: crate::day(&now),
    };
    let mut brought = FetchView::default();
    if lock(desk).has(&entry) {
        return Ok(brought);
    }
    let raw = file.finish()?;
    let opened = opener.open(&raw, entry.sha256);
    match lock(desk).take_in(&entry, raw, opened, &now)? {
        Outcome::Kept => brought.new_reports = 1,
        Outcome::Quarantined | Outcome::Missing { .. } => brought.quarantined = 1,
        Outcome::Known => {}
    }
    Ok(brought)
}

struct Fetch<'a> {
    desk: &'a Shared,
    opener: &'a Opener,
    collector: Collector,
    clock: fn() -> Zoned,
    progress: &'a mut (dyn FnMut(u64, u64) + Send),
    cancel: &'a CancellationToken,
    brought: FetchView,
}

enum Outcome {
    Kept,
    Quarantined,
    /// It is on the server, or is said to be, and not here: it is asked for again at the next fetch. `new` when that is
    /// known only now.
    Missing {
        new: bool,
    },
    Known,
}

struct Visit {
    address: String,
    capability: Capability,
    cursor: Cursor,
    opener: Opener,
}

impl Fetch<'_> {
    // What the endpoint gives out as the newest profile: taken up, or said to be current today. A line that is down is
    // noticed by what comes next.
    async fn look_at_profile(&mut self) -> Result<(), Error> {
        let Ok(served) = self.collector.profile().await else {
            return Ok(());
        };
        let now = (self.clock)();
        let (said, problem) = lock(self.desk).judge_served(&served, &now)?;
        self.brought.problem = problem;
        if let Some(said) = said {
            // Said again at the next visit.
            let _ = self.collector.tell_current(&said).await;
        }
        Ok(())
    }

    // What is missing is asked for again; what is here is passed over.
    async fn read(&mut self, from: Cursor) -> Result<(), Error> {
        let (mut cursor, mut walked) = (from, false);
        // Where the next fetch begins: before the first object of which something is missing.
        let mut resume: Option<Cursor> = None;
        loop {
            let read = match self.collector.log(cursor).await {
                Err(SyncError::LogRolledBack { number }) if !walked => {
                    (cursor, walked, resume) = (Cursor::default(), true, None);
                    self.note_set_back(number)?;
                    continue;
                }
                // Set back again while it is read: somebody is at work there.
                Err(SyncError::LogRolledBack { number }) => {
                    return Err(SyncError::LogBroken { number }.into());
                }
                other => other?,
            };
            for batch in &read.batches {
                let missing = self.bring_all(batch).await?;
                if missing && resume.is_none() {
                    resume = Some(Cursor {
                        next: batch.number,
                        last: batch.previous,
                    });
                }
            }
            // Only now: a fetch that was cut begins again with the same batches, and passes over what it has.
            let kept = resume.unwrap_or(read.cursor);
            lock(self.desk).keep_cursor(kept, &(self.clock)())?;
            cursor = read.cursor;
            if !read.more {
                return Ok(());
            }
        }
    }

    fn note_set_back(&mut self, number: u64) -> Result<(), Error> {
        let mut desk = lock(self.desk);
        self.brought.problem = Some(desk.note_set_back(number, &(self.clock)())?);
        Ok(())
    }

    /// Brings what is new of one log object; says whether anything of it is still missing.
    async fn bring_all(&mut self, batch: &LogBatch) -> Result<bool, Error> {
        let mut missing = false;
        for entry in &batch.entries {
            if lock(self.desk).has(entry) {
                continue;
            }
            match self.bring(entry).await? {
                Outcome::Kept => self.brought.new_reports += 1,
                Outcome::Quarantined => self.brought.quarantined += 1,
                Outcome::Missing { new } => {
                    self.brought.quarantined += u32::from(new);
                    missing = true;
                }
                Outcome::Known => {}
            }
        }
        Ok(missing)
    }

    async fn bring(&mut self, entry: &LogEntry) -> Result<Outcome, Error> {
        // No bundle has another size: what a log says is not worth a disk that is filled.
        if !size::contains(entry.size) {
            return lock(self.desk).set_aside(entry, "listed-size", &(self.clock)());
        }
        if !self.opener.has_room(entry.size)? {
            return self.missing(entry, NO_ROOM);
        }
        let raw = match self.download(entry).await? {
            Ok(raw) => raw,
            Err(reason) => return self.missing(entry, reason),
        };
        let opened = self.opener.open(&raw, entry.sha256);
        let taken = lock(self.desk).take_in(entry, raw, opened, &(self.clock)());
        match taken {
            Err(Error::Vault(VaultError::Full)) => self.missing(entry, NO_ROOM),
            // It is fetched again, from who has it whole.
            Err(Error::Vault(VaultError::Blob)) => self.missing(entry, "damaged-here"),
            other => other,
        }
    }

    /// The bundle's bytes as the log announced them, or the code of what is in the way of this one bundle.
    async fn download(&mut self, entry: &LogEntry) -> Result<Result<RawRef, &'static str>, Error> {
        let mut file = self.opener.intake.new_raw()?;
        let (progress, total) = (&mut *self.progress, entry.size);
        let mut progress = |done| progress(done, total);
        let fetched = self
            .collector
            .fetch(entry, &mut file, &mut progress, self.cancel)
            .await;
        let error = match fetched {
            Ok(()) => {
                return match file.finish() {
                    Err(VaultError::Full) => Ok(Err(NO_ROOM)),
                    other => Ok(Ok(other?)),
                };
            }
            Err(error) => error,
        };
        drop(file);
        // One bundle's matter stops no other; a line that is down altogether stops all.
        let reason = match error {
            SyncError::Cancelled => return Err(Error::Cancelled),
            SyncError::WrongBytes => Some("wrong-bytes"),
            SyncError::Write if !self.opener.has_room(entry.size)? => Some(NO_ROOM),
            SyncError::Unreachable if is_there(&self.collector).await => Some("fetch-cut"),
            SyncError::Refused { .. } if is_there(&self.collector).await => Some("not-given"),
            _ => None,
        };
        reason.map(Err).ok_or_else(|| error.into())
    }

    fn missing(&self, entry: &LogEntry, reason: &str) -> Result<Outcome, Error> {
        let outcome = lock(self.desk).set_aside(entry, reason, &(self.clock)())?;
        Ok(Outcome::Missing {
            new: matches!(outcome, Outcome::Quarantined),
        })
    }

    /// Tries again what this version or these keys could not open when it came.
    fn open_kept(&mut self) -> Result<(), Error> {
        let kept = lock(self.desk).to_open_again(u64::MAX);
        for (entry, raw) in kept {
            if self.cancel.is_cancelled() {
                return Err(Error::Cancelled);
            }
            if !self.opener.has_room(entry.size)? {
                continue;
            }
            let opened = self.opener.open(&raw, entry.sha256);
            let mut desk = lock(self.desk);
            if desk.take_again(&entry, &raw, opened, &(self.clock)())? {
                self.brought.new_reports += 1;
            }
        }
        Ok(())
    }
}

async fn is_there(collector: &Collector) -> bool {
    collector.profile().await.is_ok()
}

pub(crate) fn lock(desk: &Shared) -> MutexGuard<'_, Desk> {
    // A panic elsewhere has not changed what is committed: the desk stays usable.
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

const NO_ROOM: &str = "no-room-for-parcel";
