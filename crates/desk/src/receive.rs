//! Fetching: the endpoint's log is read from where it was left, each bundle is brought, verified to its last byte and
//! kept in one transaction. What cannot be opened or verified is kept apart with its reason and stops nothing.

use crate::events::{Connection, Kept, Quarantined, Received};
use crate::found::profile_of;
use crate::view::FetchView;
use crate::{Desk, Error, random_id, stamp};
use chronicle_bundle::{Expected, Identity, OpenError, Opened, PartKind};
use chronicle_report::Draft;
use chronicle_sync::{Collector, Cursor, Transport};
use chronicle_vault::{BlobRef, Error as VaultError, Intake, RawRef};
use chronicle_wire::route::LogEntry;
use chronicle_wire::{Capability, Hash};
use chronicle_words::Problem;
use jiff::Zoned;
use std::io::{Read, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio_util::sync::CancellationToken;

/// A desk that window or command line and a fetch share. Whoever holds it does something short.
pub type Shared = Arc<Mutex<Desk>>;

/// Brings what is new. `progress` is told bytes done and bytes in all of the bundle at hand.
///
/// # Errors
/// [`Error::NotFounded`], [`Error::NotConnected`], [`Error::Sync`] when the log cannot be read or contradicts what this
/// desk has seen, [`Error::Cancelled`], and those of the vault. What was kept before stays.
pub async fn fetch(
    desk: &Shared,
    transport: Transport,
    clock: fn() -> Zoned,
    progress: &mut (dyn FnMut(u64, u64) + Send),
    cancel: &CancellationToken,
) -> Result<FetchView, Error> {
    let visit = lock(desk).visit()?;
    let collector = Collector::new(transport, &visit.address, visit.capability.clone())?;
    let mut cursor = visit.cursor;
    let mut brought = FetchView {
        new_reports: 0,
        quarantined: 0,
    };
    let mut behind = false;
    loop {
        let read = collector.log(cursor).await?;
        for entry in read.batches.iter().flat_map(|b| &b.entries) {
            if lock(desk).has(entry) {
                continue;
            }
            match bring(desk, &visit, &collector, entry, clock, progress, cancel).await? {
                Outcome::Kept => brought.new_reports += 1,
                Outcome::Quarantined => brought.quarantined += 1,
                Outcome::NotGiven { new } => {
                    brought.quarantined += u32::from(new);
                    behind = true;
                }
                Outcome::Known => {}
            }
        }
        // Only now: a fetch that was cut begins again with the same batches, and passes over what it has. What was not
        // given is asked for again next time.
        if !behind {
            lock(desk).keep_cursor(read.cursor, &clock())?;
        }
        cursor = read.cursor;
        if !read.more {
            return Ok(brought);
        }
    }
}

enum Outcome {
    Kept,
    Quarantined,
    /// The endpoint lists it and does not give it whole; `new` when that is known only now.
    NotGiven {
        new: bool,
    },
    Known,
}

struct Visit {
    address: String,
    capability: Capability,
    cursor: Cursor,
    intake: Intake,
    identities: Vec<Identity>,
    organisation: Hash,
    roots: Vec<Hash>,
    recipients: Vec<Hash>,
    recipient_types: Vec<String>,
}

async fn bring(
    desk: &Shared,
    visit: &Visit,
    collector: &Collector,
    entry: &LogEntry,
    clock: fn() -> Zoned,
    progress: &mut (dyn FnMut(u64, u64) + Send),
    cancel: &CancellationToken,
) -> Result<Outcome, Error> {
    if visit.intake.room()? < entry.size * 2 + RESERVE {
        return Err(VaultError::Full.into());
    }
    let mut file = visit.intake.new_raw()?;
    let total = entry.size;
    let fetched = collector
        .fetch(entry, &mut file, &mut |done| progress(done, total), cancel)
        .await;
    if let Err(error) = fetched {
        // What the endpoint gives is not what its log says, or it gives other things but not this one: that is this
        // bundle's matter and stops no other.
        let not_given = match error.code() {
            "cancelled" => return Err(Error::Cancelled),
            "wrong-bytes" => true,
            "endpoint-unreachable" | "endpoint-refused" => collector.profile().await.is_ok(),
            _ => false,
        };
        if !not_given {
            return Err(error.into());
        }
        let outcome = lock(desk).quarantine(entry, Problem::new("wrong-bytes"), None, &clock())?;
        return Ok(Outcome::NotGiven {
            new: matches!(outcome, Outcome::Quarantined),
        });
    }
    let raw = file.finish()?;
    let opened = visit.open(&raw);
    let mut desk = lock(desk);
    match opened {
        Ok(opened) => {
            let kept = desk.keep(entry, opened, &clock());
            desk.vault.discard_raw(&raw)?;
            kept
        }
        Err((OpenError::Io(error), blobs)) => {
            desk.throw_away(&blobs, Some(&raw))?;
            Err(VaultError::from(error).into())
        }
        Err((error, blobs)) => {
            desk.throw_away(&blobs, None)?;
            let reason = match &error {
                OpenError::Malformed(rule) => Problem::new(error.code()).with("rule", rule),
                _ => Problem::new(error.code()),
            };
            desk.quarantine(entry, reason, Some(raw), &clock())
        }
    }
}

impl Visit {
    // Evidence streams into blobs that no record names yet; they are given back for removal when anything is wrong.
    #[allow(
        clippy::type_complexity,
        reason = "the pair is taken apart by its one caller"
    )]
    fn open(&self, raw: &RawRef) -> Result<Opened<Kept>, (OpenError, Vec<BlobRef>)> {
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
            Err(_) => return Err((OpenError::Truncated, blobs)),
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
        let opened = opened.and_then(|opened| match parse(&opened) {
            Ok(_) => Ok(opened),
            Err(rule) => Err(OpenError::Malformed(rule)),
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
    fn visit(&self) -> Result<Visit, Error> {
        let founded = self.founded.as_ref().ok_or(Error::NotFounded)?;
        let connection = self.connection.as_ref().ok_or(Error::NotConnected)?;
        let profile = profile_of(founded)?;
        let mut identities = Vec::new();
        for name in &founded.identities {
            let file = self.vault.identity(name)?;
            let text = std::str::from_utf8(&file).map_err(|_| VaultError::KeyFile)?;
            identities.push(Identity::from_file(text).ok_or(VaultError::KeyFile)?);
        }
        Ok(Visit {
            address: profile
                .body()
                .addresses
                .first()
                .cloned()
                .ok_or(Error::Address)?,
            capability: Capability::parse(&connection.capability).ok_or(VaultError::Internal)?,
            cursor: Cursor {
                next: connection.next,
                last: connection.last,
            },
            intake: self.vault.intake(),
            identities,
            organisation: founded.id,
            roots: founded.roots.clone(),
            recipients: founded.recipients.clone(),
            recipient_types: founded.recipient_types.clone(),
        })
    }

    fn has(&self, entry: &LogEntry) -> bool {
        self.reports.values().any(|r| r.bundle == entry.sha256)
            || self
                .quarantine
                .values()
                .any(|q| q.bundle == entry.sha256 && q.file.is_some())
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
        if self.reports.values().any(same) {
            self.throw_away(&blobs, None)?;
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
        let mut report = Received {
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
        let earlier: Vec<&Quarantined> = self
            .quarantine
            .values()
            .filter(|q| q.bundle == entry.sha256)
            .collect();
        report.seq = self.vault.commit(now.timestamp(), |c| {
            for one in &earlier {
                c.remove(one.seq)?;
                if let Some(file) = &one.file {
                    c.forget_raw(file);
                }
            }
            c.append(Received::KIND, &report)
        })?;
        self.quarantine.retain(|_, q| q.bundle != entry.sha256);
        self.reports.insert(report.id.clone(), report);
        Ok(Outcome::Kept)
    }

    fn quarantine(
        &mut self,
        entry: &LogEntry,
        reason: Problem,
        file: Option<RawRef>,
        now: &Zoned,
    ) -> Result<Outcome, Error> {
        let known = self
            .quarantine
            .values()
            .find(|q| q.bundle == entry.sha256 && q.reason == reason && file.is_none());
        if known.is_some() {
            return Ok(Outcome::Known);
        }
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
        one.seq = self
            .vault
            .commit(now.timestamp(), |c| c.append(Quarantined::KIND, &one))?;
        self.quarantine.insert(one.id.clone(), one);
        Ok(Outcome::Quarantined)
    }

    fn keep_cursor(&mut self, cursor: Cursor, now: &Zoned) -> Result<(), Error> {
        let old = self.connection.as_ref().ok_or(Error::NotConnected)?;
        if (old.next, old.last) == (cursor.next, cursor.last) {
            return Ok(());
        }
        let mut new = Connection::read(
            old.seq,
            serde_json::to_value(old).map_err(VaultError::from)?,
        )
        .ok_or(VaultError::Internal)?;
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

// Signed and whole is not yet well-formed: the report itself is read strictly too, before anything is shown.
fn parse<T>(opened: &Opened<T>) -> Result<Draft, &'static str> {
    let report = opened.part(PartKind::Report).ok_or("report.json")?;
    std::str::from_utf8(opened.part(PartKind::Text).unwrap_or_default())
        .map_err(|_| "report.txt")?;
    crate::reports::read(report, opened.part(PartKind::People)).map_err(|_| "report.json")
}

fn lock(desk: &Shared) -> MutexGuard<'_, Desk> {
    // A panic elsewhere has not changed what is committed: the desk stays usable.
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

const RESERVE: u64 = 16 << 20;
