//! Taking evidence in: hashed and sealed while it streams, memory flat, room checked before, a cancel leaves nothing.
//! The reading happens outside the journal (any thread); only the record is committed inside.

use crate::events::{Incident, Item};
use crate::incidents::{problem_of, stamp};
use crate::view::KeptView;
use crate::{Error, Journal, random_id};
use chronicle_bundle::custody::{CustodyChain, Step};
use chronicle_media::EvidenceView;
use chronicle_report::{Draft, Evidence, Imported};
use chronicle_vault::{BlobRef, Commit, Error as VaultError, Intake};
use chronicle_wire::Hash;
use jiff::{Timestamp, Zoned};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use zeroize::Zeroizing;

/// The largest item, in bytes.
pub const MAX_ITEM: u64 = 2 << 30;
/// All evidence of one report, in bytes.
pub const MAX_REPORT: u64 = 4 << 30;
/// Items in one report.
pub const MAX_ITEMS: usize = 200;

/// Steps of custody for new words about one item.
const MAX_DESCRIBED: usize = 10;

/// A file that was taken in and waits for its record.
pub struct TakenIn {
    blob: BlobRef,
    name: String,
    media_type: &'static str,
    kind: chronicle_media::Kind,
    modified: Option<Timestamp>,
}

/// Streams `file` into a blob. `progress` is told the bytes read so far and says whether to go on.
///
/// # Errors
/// [`Error::ItemTooLarge`], [`Error::Unreadable`], [`Error::FileChanged`], [`Error::Cancelled`], and those of the vault
/// (room is checked before the first byte). Nothing is left behind then.
pub fn take_in(
    intake: &Intake,
    mut file: File,
    name: &str,
    progress: &mut dyn FnMut(u64) -> bool,
) -> Result<TakenIn, Error> {
    let about = file.metadata().map_err(|_| Error::Unreadable)?;
    if !about.is_file() {
        return Err(Error::Unreadable);
    }
    let size = about.len();
    if size > MAX_ITEM {
        return Err(Error::ItemTooLarge);
    }
    if intake.room()? < chronicle_vault::padme(size) + RESERVE {
        return Err(chronicle_vault::Error::Full.into());
    }
    let mut blob = intake.new_blob()?;
    let mut buffer = Zeroizing::new(vec![0u8; 256 * 1024]);
    let mut start = Zeroizing::new(Vec::new());
    let mut done = 0u64;
    loop {
        let got = file.read(&mut buffer).map_err(|_| Error::Unreadable)?;
        if got == 0 {
            break;
        }
        let some = buffer.get(..got).unwrap_or_default();
        if start.len() < chronicle_media::START {
            let wanted = chronicle_media::START - start.len();
            start.extend(some.iter().take(wanted));
        }
        blob.write_all(some).map_err(chronicle_vault::Error::from)?;
        done += got as u64;
        if done > size {
            return Err(Error::FileChanged);
        }
        if !progress(done) {
            return Err(Error::Cancelled);
        }
    }
    if done != size {
        return Err(Error::FileChanged);
    }
    let (media_type, kind) = chronicle_media::sniff(&start);
    let modified = about
        .modified()
        .ok()
        .and_then(|m| Timestamp::try_from(m).ok());
    Ok(TakenIn {
        blob: blob.finish()?,
        name: clean_name(name),
        media_type,
        kind,
        modified,
    })
}

impl Journal {
    /// Where files can be taken in from another thread.
    #[must_use]
    pub fn intake(&self) -> Intake {
        self.vault.intake()
    }

    /// Whether an incident can take `bytes` more in one more item.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::TooManyItems`], [`Error::ItemTooLarge`], [`Error::ReportTooLarge`].
    pub fn can_take(&self, incident: &str, bytes: u64) -> Result<(), Error> {
        self.kept_incident(incident)?;
        let items = self.items_of(incident)?;
        within_limits(items.iter().map(|i| i.about.size).chain([bytes]))
    }

    /// Commits the record of a file that was taken in; the evidence is kept when this returns.
    ///
    /// # Errors
    /// Those of [`Self::can_take`] and of the vault; the blob is removed then.
    pub fn attach(
        &mut self,
        incident: &str,
        taken: TakenIn,
        now: &Zoned,
    ) -> Result<EvidenceView, Error> {
        let blob = taken.blob.clone();
        let attached = self.try_attach(incident, taken, now);
        if attached.is_err() {
            let _ = self.vault.discard(&blob);
        }
        attached
    }

    /// Adds a new incident with its evidence in one transaction: all of it or nothing. Beside each file stands what a
    /// report file says about it; an item names the one that it was made from by that file's ids.
    ///
    /// # Errors
    /// [`Error::Draft`], those of [`Self::can_take`] and of the vault; the blobs are removed then.
    pub fn add(
        &mut self,
        draft: Draft,
        files: Vec<(TakenIn, Option<Evidence>)>,
        now: &Zoned,
    ) -> Result<KeptView, Error> {
        let blobs: Vec<BlobRef> = files.iter().map(|(taken, _)| taken.blob.clone()).collect();
        let added = self.try_add(draft, files, now);
        if added.is_err() {
            for blob in &blobs {
                let _ = self.vault.discard(blob);
            }
        }
        added
    }

    /// Lets go of a file that was taken in and is not wanted.
    pub fn let_go(&self, taken: &TakenIn) {
        // What cannot be unlinked now is a blob without a record, which opens to nobody.
        let _ = self.vault.discard(&taken.blob);
    }

    /// Changes the person's own words about an item.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Draft`] for text that is too long, and those of the vault.
    pub fn describe(
        &mut self,
        incident: &str,
        item: &str,
        caption: &str,
        now: &Zoned,
    ) -> Result<(), Error> {
        let found = self.item_of(incident, item)?;
        if caption.chars().count() > MAX_CAPTION {
            let problem =
                chronicle_words::Problem::new("text-too-long").with("field", "evidence.caption");
            return Err(Error::Draft(problem));
        }
        if found.about.caption == caption {
            return Ok(());
        }
        let mut changed = found;
        changed.about.caption = caption.to_owned();
        self.note_words(incident, changed, now)
    }

    /// Says from which other item of the incident this one was made (a part of a photograph, a copy with faces covered), or
    /// with an empty `from` that it is an original. The bytes of neither change.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::MadeFromItself`] when the way of origins would come back to this item, and those of the
    /// vault.
    pub fn made_from(
        &mut self,
        incident: &str,
        item: &str,
        from: &str,
        now: &Zoned,
    ) -> Result<(), Error> {
        let mut changed = self.item_of(incident, item)?;
        let mut origin = from.to_owned();
        // Each step goes to another item, so it ends: after as many as there may be at the latest.
        for _ in 0..=MAX_ITEMS {
            if origin == item {
                return Err(Error::MadeFromItself);
            }
            if origin.is_empty() {
                break;
            }
            origin = match self.item_of(incident, &origin) {
                Ok(next) => next.about.derived_from,
                Err(Error::NotFound) if origin != from => String::new(),
                Err(error) => return Err(error),
            };
        }
        if changed.about.derived_from == from {
            return Ok(());
        }
        changed.about.derived_from = from.to_owned();
        self.note_words(incident, changed, now)
    }

    // What a person says of an item changed.
    fn note_words(&mut self, incident: &str, mut changed: Item, now: &Zoned) -> Result<(), Error> {
        // Words are kept on every pause: one step an hour for them, and ten in all, or the chains of many items would outgrow
        // their part of a bundle, and the report could be sealed no more.
        let at = stamp(now);
        let hour = |at: &str| at.get(..13).map(str::to_owned);
        let words = |step: &Step| step.action == "described";
        let noted = |step: Step| words(&step) && hour(&step.at) == hour(&at);
        let before = changed.custody.steps().filter(words).count();
        if before < MAX_DESCRIBED && !changed.custody.steps().last().is_some_and(noted) {
            let id = changed.id.clone();
            changed.custody.append(&id, &at, "described", None);
        }
        self.touch(incident, now, |c| {
            c.remove(changed.seq)?;
            c.append(Item::KIND, &changed).map(|_| ())
        })
    }

    /// Removes an item and its bytes.
    ///
    /// # Errors
    /// [`Error::NotFound`], and those of the vault.
    pub fn detach(&mut self, incident: &str, item: &str, now: &Zoned) -> Result<(), Error> {
        let found = self.item_of(incident, item)?;
        self.touch(incident, now, |c| {
            c.remove(found.seq)?;
            c.forget(&found.blob);
            Ok(())
        })
    }

    /// An item's content, to be read from any place.
    ///
    /// # Errors
    /// [`Error::NotFound`], and those of the vault.
    pub fn content(
        &self,
        incident: &str,
        item: &str,
    ) -> Result<(EvidenceView, chronicle_vault::BlobReader), Error> {
        let found = self.item_of(incident, item)?;
        Ok((found.view(), self.vault.open_blob(&found.blob)?))
    }

    fn try_add(
        &mut self,
        draft: Draft,
        files: Vec<(TakenIn, Option<Evidence>)>,
        now: &Zoned,
    ) -> Result<KeptView, Error> {
        within_limits(files.iter().map(|(taken, _)| taken.blob.size()))?;
        if let Some(found) = draft.check().into_iter().next() {
            return Err(Error::Draft(problem_of(&found)));
        }
        let mut incident = Incident::begin(draft, now)?;
        let mut order = 0;
        let mut ids: BTreeMap<String, String> = BTreeMap::new();
        let mut items = Vec::new();
        for (taken, said) in files {
            order += 1;
            let mut item = item_of(&incident.id, taken, order, now)?;
            if let Some(mut said) = said {
                said.derived_from = ids.get(&said.derived_from).cloned().unwrap_or_default();
                ids.insert(said.id.clone(), item.id.clone());
                item.about = described(item.about, &said);
            }
            items.push(item);
        }
        incident.seq = self.vault.commit(now.timestamp(), |c| {
            for item in &mut items {
                item.seq = c.append(Item::KIND, &*item)?;
            }
            c.append(Incident::KIND, &incident)
        })?;
        self.kept(&incident)
    }

    fn try_attach(
        &mut self,
        incident: &str,
        taken: TakenIn,
        now: &Zoned,
    ) -> Result<EvidenceView, Error> {
        self.can_take(incident, taken.blob.size())?;
        let last = self.items_of(incident)?.last().map_or(0, |i| i.order);
        let item = item_of(incident, taken, last + 1, now)?;
        let view = item.view();
        self.touch(incident, now, |c| c.append(Item::KIND, &item).map(|_| ()))?;
        Ok(view)
    }

    // A change of evidence is a change of the incident: same transaction, next revision where the last one was sealed.
    fn touch(
        &mut self,
        incident: &str,
        now: &Zoned,
        change: impl FnOnce(&mut Commit<'_>) -> Result<(), VaultError>,
    ) -> Result<(), Error> {
        let old = self.kept_incident(incident)?;
        let new = Incident {
            revision: self.next_revision(&old),
            kept_at: stamp(now),
            ..old
        };
        self.vault.commit(now.timestamp(), |c| {
            change(c)?;
            c.remove(new.seq)?;
            c.append(Incident::KIND, &new)
        })?;
        Ok(())
    }
}

fn item_of(incident: &str, taken: TakenIn, order: u64, now: &Zoned) -> Result<Item, Error> {
    let TakenIn {
        blob,
        name,
        media_type,
        kind,
        modified,
    } = taken;
    let id = random_id()?;
    let mut custody = CustodyChain::default();
    custody.append(&id, &stamp(now), "imported", Hash::parse(blob.sha256()));
    let mut about = Evidence {
        id: id.clone(),
        sha256: blob.sha256().to_owned(),
        size: blob.size(),
        kind: kind.name().into(),
        media_type: media_type.to_owned(),
        original_name: name,
        imported_at: Imported {
            local: stamp(now),
            utc: now.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            clock_source: "system".into(),
            ..Imported::default()
        },
        ..Evidence::default()
    };
    about.tool.name = "chronicle".into();
    about.tool.version = env!("CARGO_PKG_VERSION").into();
    if let Some(modified) = modified {
        about.file_times.insert(
            "modified".into(),
            modified.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        );
    }
    Ok(Item {
        seq: 0,
        id,
        incident: incident.to_owned(),
        order,
        blob,
        about,
        custody,
        rest: serde_json::Map::new(),
    })
}

// All items of one report, by their sizes.
fn within_limits(sizes: impl Iterator<Item = u64> + Clone) -> Result<(), Error> {
    if sizes.clone().count() > MAX_ITEMS {
        return Err(Error::TooManyItems);
    }
    if sizes.clone().any(|size| size > MAX_ITEM) {
        return Err(Error::ItemTooLarge);
    }
    if sizes.sum::<u64>() > MAX_REPORT {
        return Err(Error::ReportTooLarge);
    }
    Ok(())
}

// What a person, or another journal, said about a file; what this application sees for itself (id, hash, size, media type,
// time of import, tool) is never taken from there.
fn described(seen: Evidence, said: &Evidence) -> Evidence {
    let mut file_times = seen.file_times;
    file_times.extend(said.file_times.clone());
    let either = |said: &str, seen: String| {
        if said.is_empty() {
            seen
        } else {
            said.to_owned()
        }
    };
    Evidence {
        id: seen.id,
        sha256: seen.sha256,
        size: seen.size,
        kind: if said.kind.as_str().is_empty() {
            seen.kind
        } else {
            said.kind.clone()
        },
        media_type: seen.media_type,
        original_name: either(&said.original_name, seen.original_name),
        file_times,
        imported_at: seen.imported_at,
        tool: seen.tool,
        ..said.clone()
    }
}

// A name is data: kept as it came, without what would break a line of text.
fn clean_name(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(200).collect()
}

const RESERVE: u64 = 16 << 20;
const MAX_CAPTION: usize = 500;
