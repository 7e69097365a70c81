//! Fetching: the endpoint's log is read from where it was left, each bundle is brought, verified to its last byte and
//! kept in one transaction. What cannot be opened or verified is kept apart with its reason and stops nothing.

use crate::events::{Connection, Kept, Quarantined, Received, SetBack};
use crate::found::profile_of;
use crate::listing::{BUNDLE, MANIFEST, manifest_mark};
use crate::view::FetchView;
use crate::{Desk, Error, day, random_id, stamp};
use chronicle_bundle::{Expected, Family, Identity, OpenError, Opened, PartKind, Rule, custody};
use chronicle_sync::{Collector, Cursor, SyncError, Transport};
use chronicle_vault::{BlobRef, Commit, Error as VaultError, Event, Intake, RawRef};
use chronicle_wire::route::{LogBatch, LogEntry};
use chronicle_wire::{Capability, Hash, size};
use chronicle_words::Problem;
use jiff::Zoned;
use std::collections::BTreeMap;
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
    fetch.open_kept()?;
    fetch.read(visit.cursor).await?;
    Ok(fetch.brought)
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

/// What opening a bundle needs, without the desk.
struct Opener {
    intake: Intake,
    identities: Vec<Identity>,
    organisation: Hash,
    roots: Vec<Hash>,
    recipients: Vec<Hash>,
    recipient_types: Vec<String>,
}

impl Fetch<'_> {
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
        let opened = self.opener.open(&raw);
        let taken = lock(self.desk).take_in(entry, raw, opened, &(self.clock)());
        match taken {
            Err(Error::Vault(VaultError::Full)) => self.missing(entry, NO_ROOM),
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
            let opened = self.opener.open(&raw);
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

type OpenedOrNot = Result<Opened<Kept>, (OpenError, Vec<BlobRef>)>;

impl Opener {
    // The bundle, and what is taken out of it.
    fn has_room(&self, size: u64) -> Result<bool, Error> {
        let needed = size.saturating_mul(2).saturating_add(RESERVE);
        Ok(self.intake.room()? >= needed)
    }

    // Evidence streams into blobs that no record names yet; they are given back for removal when anything is wrong.
    fn open(&self, raw: &RawRef) -> OpenedOrNot {
        let mut blobs = Vec::new();
        let types: Vec<&str> = self.recipient_types.iter().map(String::as_str).collect();
        let expected = Expected {
            organisation: self.organisation,
            roots: &self.roots,
            recipients: &self.recipients,
            recipient_types: &types,
        };
        let file = match self.intake.open_raw(raw) {
            Ok(file) => file,
            Err(_) => return Err((Rule::Cut.into(), blobs)),
        };
        let opened = chronicle_bundle::open(
            file,
            raw.size,
            &self.identities,
            &expected,
            |part, content| {
                let (blob, media_type) = self.take(content)?;
                blobs.push(blob.clone());
                Ok(Kept {
                    index: part.index,
                    media_type,
                    blob,
                })
            },
        );
        let opened = opened.and_then(|opened| {
            check_report(&opened)?;
            Ok(opened)
        });
        opened.map_err(|error| (error, blobs))
    }

    fn take(&self, content: &mut dyn Read) -> std::io::Result<(BlobRef, String)> {
        let failed = |e: VaultError| match e {
            VaultError::Full => std::io::Error::from(std::io::ErrorKind::StorageFull),
            other => std::io::Error::other(other.code()),
        };
        let mut blob = self.intake.new_blob().map_err(failed)?;
        let mut start = Vec::new();
        content
            .take(chronicle_media::START as u64)
            .read_to_end(&mut start)?;
        blob.write_all(&start)?;
        std::io::copy(content, &mut blob)?;
        let (media_type, _) = chronicle_media::sniff(&start);
        Ok((blob.finish().map_err(failed)?, media_type.to_owned()))
    }
}

impl Desk {
    /// Tries again what a version or keys before these could not open; a fetch does the same for large ones too. Gives
    /// how many reports came of it.
    ///
    /// # Errors
    /// Those of the vault; [`Error::Trust`].
    pub fn open_kept(&mut self, now: &Zoned) -> Result<u32, Error> {
        if self.vault.is_new_copy() {
            self.vault.begin_as_copy(now.timestamp(), |_| Ok(()))?;
        }
        let kept = self.to_open_again(OPENED_AT_UNLOCK);
        let (mut opener, mut reports) = (None, 0);
        for (entry, raw) in kept {
            let opener: &Opener = match &mut opener {
                Some(opener) => opener,
                none => none.insert(self.opener()?),
            };
            if opener.has_room(entry.size)? {
                let opened = opener.open(&raw);
                reports += u32::from(self.take_again(&entry, &raw, opened, now)?);
            }
        }
        Ok(reports)
    }

    fn visit(&self) -> Result<Visit, Error> {
        let founded = self.founded.as_ref().ok_or(Error::NotFounded)?;
        let connection = self.connection.as_ref().ok_or(Error::NotConnected)?;
        let profile = profile_of(founded)?;
        let address = profile.body().addresses.first().cloned();
        Ok(Visit {
            address: address.ok_or(Error::Address)?,
            capability: Capability::parse(&connection.capability).ok_or(VaultError::Internal)?,
            cursor: Cursor {
                next: connection.next,
                last: connection.last,
            },
            opener: self.opener()?,
        })
    }

    fn opener(&self) -> Result<Opener, Error> {
        let founded = self.founded.as_ref().ok_or(Error::NotFounded)?;
        let mut identities = Vec::new();
        for name in &founded.identities {
            let file = self.vault.identity(name)?;
            let text = std::str::from_utf8(&file).map_err(|_| VaultError::KeyFile)?;
            identities.push(Identity::from_file(text).ok_or(VaultError::KeyFile)?);
        }
        Ok(Opener {
            intake: self.vault.intake(),
            identities,
            organisation: founded.id,
            roots: founded.roots.clone(),
            recipients: founded.recipients.clone(),
            recipient_types: founded.recipient_types.clone(),
        })
    }

    /// Keeps what was opened, or keeps the bundle apart with the reason; whatever is not kept is removed.
    fn take_in(
        &mut self,
        entry: &LogEntry,
        raw: RawRef,
        opened: OpenedOrNot,
        now: &Zoned,
    ) -> Result<Outcome, Error> {
        match opened {
            Ok(opened) => {
                let kept = self.keep(entry, opened, now);
                self.vault.discard_raw(&raw)?;
                kept
            }
            Err((OpenError::Io(error), blobs)) => {
                self.throw_away(&blobs, Some(&raw))?;
                Err(VaultError::from(error).into())
            }
            Err((error, blobs)) => {
                self.throw_away(&blobs, None)?;
                self.quarantine(entry, reason(&error), Some(raw), now)
            }
        }
    }

    /// Bundles of at most `size` bytes that are kept apart and that a later version, or an identity that turned up, opens.
    fn to_open_again(&self, size: u64) -> Vec<(LogEntry, RawRef)> {
        let again = |q: &&Quarantined| {
            q.bundle_size <= size
                && [Family::Newer.code(), Family::NotForUs.code()].contains(&q.reason.code.as_str())
        };
        let entry = |q: &Quarantined| LogEntry {
            sha256: q.bundle,
            size: q.bundle_size,
            day: q.stored,
        };
        let kept = self.quarantine.values().filter(again);
        kept.filter_map(|q| Some((entry(q), q.file.clone()?)))
            .collect()
    }

    /// What came of trying a bundle again that is kept apart; whether it is a report now.
    fn take_again(
        &mut self,
        entry: &LogEntry,
        raw: &RawRef,
        opened: OpenedOrNot,
        now: &Zoned,
    ) -> Result<bool, Error> {
        match opened {
            Ok(opened) => Ok(matches!(self.keep(entry, opened, now)?, Outcome::Kept)),
            Err((error, blobs)) => {
                self.throw_away(&blobs, None)?;
                let told = reason(&error);
                let known = apart(&self.quarantine, entry).any(|q| q.reason == told);
                // A disk that fails or is full says nothing about the bundle.
                let cut = error.rule().is_none_or(|r| r.family() == Family::Truncated);
                if !known && !cut {
                    self.quarantine(entry, told, Some(raw.clone()), now)?;
                }
                Ok(false)
            }
        }
    }

    fn has(&self, entry: &LogEntry) -> bool {
        self.vault
            .marked(Received::KIND, BUNDLE, &entry.sha256.to_string())
            .is_ok_and(|found| !found.is_empty())
            || apart(&self.quarantine, entry).any(|q| q.file.is_some())
    }

    fn keep(
        &mut self,
        entry: &LogEntry,
        opened: Opened<Kept>,
        now: &Zoned,
    ) -> Result<Outcome, Error> {
        let blobs: Vec<BlobRef> = opened.evidence.iter().map(|k| k.blob.clone()).collect();
        // The same report sealed once more (a retry after a lost receipt) is one report.
        let same = |r: &Received| {
            r.manifest.sender == opened.manifest.sender
                && r.manifest.report == opened.manifest.report
                && r.manifest.revision == opened.manifest.revision
                && r.manifest_text.as_bytes() == opened.manifest_bytes
        };
        let text = String::from_utf8_lossy(&opened.manifest_bytes).into_owned();
        let alike = self
            .vault
            .marked(Received::KIND, MANIFEST, &manifest_mark(&text))?;
        let alike: Vec<Received> = alike
            .into_iter()
            .map(|seq| self.report_record(seq))
            .collect::<Result<_, _>>()?;
        if alike.iter().any(same) {
            self.throw_away(&blobs, None)?;
            self.no_longer_apart(entry, now)?;
            return Ok(Outcome::Known);
        }
        let kept = self.try_keep(entry, opened, now);
        if kept.is_err() {
            self.throw_away(&blobs, None)?;
        }
        kept
    }

    fn try_keep(
        &mut self,
        entry: &LogEntry,
        opened: Opened<Kept>,
        now: &Zoned,
    ) -> Result<Outcome, Error> {
        let text = |kind| {
            opened
                .part(kind)
                .map(|b| String::from_utf8_lossy(b).into_owned())
        };
        let report = Received {
            seq: 0,
            id: random_id()?,
            report: text(PartKind::Report).unwrap_or_default(),
            text: text(PartKind::Text).unwrap_or_default(),
            people: text(PartKind::People),
            custody: text(PartKind::Custody).unwrap_or_default(),
            manifest_text: String::from_utf8_lossy(&opened.manifest_bytes).into_owned(),
            manifest: opened.manifest,
            signature: opened.signature,
            parts: opened.parts,
            evidence: opened.evidence,
            bundle: entry.sha256,
            bundle_size: entry.size,
            stored: entry.day,
            received_at: stamp(now),
            opened_at: None,
            rest: serde_json::Map::new(),
        };
        // A report that was in quarantine and opens now leaves it.
        let earlier: Vec<&Quarantined> = apart(&self.quarantine, entry).collect();
        self.vault.commit(now.timestamp(), |c| {
            forget(c, &earlier, None)?;
            c.append(Received::KIND, &report)
        })?;
        self.quarantine.retain(|_, q| q.bundle != entry.sha256);
        Ok(Outcome::Kept)
    }

    fn no_longer_apart(&mut self, entry: &LogEntry, now: &Zoned) -> Result<(), Error> {
        let earlier: Vec<&Quarantined> = apart(&self.quarantine, entry).collect();
        if !earlier.is_empty() {
            self.vault
                .commit(now.timestamp(), |c| forget(c, &earlier, None))?;
            self.quarantine.retain(|_, q| q.bundle != entry.sha256);
        }
        Ok(())
    }

    /// Notes a bundle that is not here, with the code of what was in the way.
    fn set_aside(&mut self, entry: &LogEntry, code: &str, now: &Zoned) -> Result<Outcome, Error> {
        let reason = Problem::new(code);
        if apart(&self.quarantine, entry).any(|q| q.reason == reason) {
            return Ok(Outcome::Known);
        }
        self.quarantine(entry, reason, None, now)
    }

    // One line for each bundle: what is known now replaces what was noted before.
    fn quarantine(
        &mut self,
        entry: &LogEntry,
        reason: Problem,
        file: Option<RawRef>,
        now: &Zoned,
    ) -> Result<Outcome, Error> {
        let mut one = Quarantined {
            seq: 0,
            id: random_id()?,
            reason,
            bundle: entry.sha256,
            bundle_size: entry.size,
            stored: entry.day,
            received_at: stamp(now),
            file,
            rest: serde_json::Map::new(),
        };
        let earlier: Vec<&Quarantined> = apart(&self.quarantine, entry).collect();
        one.seq = self.vault.commit(now.timestamp(), |c| {
            forget(c, &earlier, one.file.as_ref())?;
            c.append(Quarantined::KIND, &one)
        })?;
        self.quarantine.retain(|_, q| q.bundle != entry.sha256);
        self.quarantine.insert(one.id.clone(), one);
        Ok(Outcome::Quarantined)
    }

    // With the cursor in one step: what was noted once is not noted again at the next fetch.
    fn note_set_back(&mut self, number: u64, now: &Zoned) -> Result<Problem, Error> {
        let mut noted = SetBack {
            seq: 0,
            noticed: day(now),
            number,
            rest: serde_json::Map::new(),
        };
        let mut connection = self.connection()?;
        (connection.next, connection.last) = (0, Cursor::default().last);
        (noted.seq, connection.seq) = self.vault.commit(now.timestamp(), |c| {
            c.remove(connection.seq)?;
            let noted = c.append(SetBack::KIND, &noted)?;
            Ok((noted, c.append(Connection::KIND, &connection)?))
        })?;
        let problem = noted.problem();
        self.connection = Some(connection);
        self.set_backs.push(noted);
        Ok(problem)
    }

    fn connection(&self) -> Result<Connection, Error> {
        Ok(self
            .connection
            .as_ref()
            .ok_or(Error::NotConnected)?
            .copy()?)
    }

    fn keep_cursor(&mut self, cursor: Cursor, now: &Zoned) -> Result<(), Error> {
        let mut new = self.connection()?;
        if (new.next, new.last) == (cursor.next, cursor.last) {
            return Ok(());
        }
        (new.next, new.last) = (cursor.next, cursor.last);
        new.seq = self.vault.commit(now.timestamp(), |c| {
            c.remove(new.seq)?;
            c.append(Connection::KIND, &new)
        })?;
        self.connection = Some(new);
        Ok(())
    }

    fn throw_away(&self, blobs: &[BlobRef], raw: Option<&RawRef>) -> Result<(), Error> {
        for blob in blobs {
            self.vault.discard(blob)?;
        }
        if let Some(raw) = raw {
            self.vault.discard_raw(raw)?;
        }
        Ok(())
    }
}

/// What is kept apart for this bundle.
fn apart<'a>(
    all: &'a BTreeMap<String, Quarantined>,
    entry: &LogEntry,
) -> impl Iterator<Item = &'a Quarantined> {
    let bundle = entry.sha256;
    all.values().filter(move |q| q.bundle == bundle)
}

fn reason(error: &OpenError) -> Problem {
    let reason = Problem::new(error.code());
    match error.rule() {
        Some(rule) => reason.with("rule", rule),
        None => reason,
    }
}

// The file that is still named stays.
fn forget(
    commit: &mut Commit<'_>,
    apart: &[&Quarantined],
    named: Option<&RawRef>,
) -> Result<(), VaultError> {
    for one in apart {
        commit.remove(one.seq)?;
        if let Some(file) = one.file.as_ref().filter(|f| Some(*f) != named) {
            commit.forget_raw(file);
        }
    }
    Ok(())
}

// Signed and whole is not yet well-formed: the report itself is read strictly too, before anything is shown.
fn check_report<T>(opened: &Opened<T>) -> Result<(), Rule> {
    let part = |kind| opened.part(kind).unwrap_or_default();
    std::str::from_utf8(part(PartKind::Text)).map_err(|_| Rule::ReportText)?;
    let report = part(PartKind::Report);
    crate::reports::read(report, None).map_err(|_| Rule::Report)?;
    let people = opened.part(PartKind::People);
    let draft = crate::reports::read(report, people).map_err(|_| Rule::People)?;
    let described = draft.evidence.iter().map(|e| (e.sha256.as_str(), e.size));
    let came: Vec<(String, u64)> = opened
        .parts
        .iter()
        .filter(|part| part.kind == PartKind::Evidence)
        .map(|part| (part.sha256.to_string(), part.size))
        .collect();
    let chains = std::str::from_utf8(part(PartKind::Custody)).map(custody::verify);
    let Ok(Ok(steps)) = chains else {
        return Err(Rule::CustodyText);
    };
    let named = draft.evidence.iter().all(|e| {
        let first = steps.iter().find(|step| step.chain == e.id);
        first
            .and_then(|step| step.sha256)
            .is_some_and(|h| h.to_string() == e.sha256)
    });
    let same = described.eq(came.iter().map(|(hash, size)| (hash.as_str(), *size)));
    if named && same {
        Ok(())
    } else {
        Err(Rule::ReportEvidence)
    }
}

fn lock(desk: &Shared) -> MutexGuard<'_, Desk> {
    // A panic elsewhere has not changed what is committed: the desk stays usable.
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

const RESERVE: u64 = 16 << 20;
// Larger ones are tried again by a fetch, which shows its progress and can be cancelled; unlocking cannot.
const OPENED_AT_UNLOCK: u64 = 64 << 20;
const NO_ROOM: &str = "no-room-for-parcel";
