//! Looking at what was received, and saving evidence somewhere. "Opened" is noted when a person opens a report, never
//! by fetching.

use crate::events::{Kept, OpenedBy, Posting, Received, SetBack};
use crate::senders::person;
use crate::view::{CheckView, ReportView};
use crate::{Desk, Error, stamp};
use chronicle_bundle::{Manifest, PartKind};
use chronicle_media::EvidenceView;
use chronicle_report::{Draft, People, Problem as SchemaProblem, ReportPart};
use chronicle_vault::{BlobReader, Error as VaultError, Event};
use chronicle_wire::words::short_label;
use chronicle_wire::{Day, Hash, signed};
use chronicle_words::Problem;
use jiff::{ToSpan, Zoned};
use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

impl Desk {
    /// A report as it was received.
    pub(crate) fn received(&self, id: &str) -> Result<Received, Error> {
        let seq = self.vault.by_id(Received::KIND, id)?;
        self.report_record(seq.ok_or(Error::NotFound)?)
    }

    pub(crate) fn report_record(&self, seq: u64) -> Result<Received, Error> {
        let entry = self.vault.entry(seq)?;
        Ok(Received::read(seq, &entry.body).ok_or(VaultError::Record)?)
    }

    fn was_opened(&self, report: &Received) -> Result<bool, Error> {
        let noted = self.vault.by_id(OpenedBy::KIND, &report.id)?;
        Ok(noted.is_some() || report.opened_at.is_some())
    }

    pub(crate) fn notices(&self, today: Day) -> Vec<Problem> {
        let since = today.saturating_sub(NOTICED.days());
        let recent = self.set_backs.iter().filter(|s| s.noticed >= since);
        recent.map(SetBack::problem).collect()
    }

    /// Opens one report for a person, and notes that it was opened.
    ///
    /// # Errors
    /// [`Error::NotFound`], and those of the vault.
    pub fn open(&mut self, id: &str, now: &Zoned) -> Result<ReportView, Error> {
        let report = self.received(id)?;
        if !self.was_opened(&report)? {
            let noted = OpenedBy {
                seq: 0,
                report: id.to_owned(),
                at: stamp(now),
                rest: serde_json::Map::new(),
            };
            let receipt = self.opened_receipt(&report, now);
            let seq = self.vault.commit(now.timestamp(), |c| {
                c.append(OpenedBy::KIND, &noted)?;
                receipt
                    .as_ref()
                    .map(|receipt| c.append(Posting::KIND, receipt))
                    .transpose()
            })?;
            if let (Some(mut receipt), Some(seq)) = (receipt, seq) {
                receipt.seq = seq;
                self.postings.insert(receipt.id.clone(), receipt);
            }
        }
        let report = &report;
        let mut shown = view(report, self.checks(report)).ok_or(Error::NotFound)?;
        shown.introduction = self.invitation(report.manifest.introduction);
        shown.sender_notices = self.sender_notices(report)?;
        shown.said = self.said_of(id);
        Ok(shown)
    }

    /// An item's content, to be read from any place.
    ///
    /// # Errors
    /// [`Error::NotFound`], and those of the vault.
    pub fn content(&self, id: &str, item: &str) -> Result<(EvidenceView, BlobReader), Error> {
        let report = &self.received(id)?;
        let draft = report.draft().ok_or(Error::NotFound)?;
        let kept = report
            .evidence
            .iter()
            .find(|k| item_id(report, &draft, k) == item)
            .ok_or(Error::NotFound)?;
        Ok((
            item_view(report, &draft, kept),
            self.vault.open_blob(&kept.blob)?,
        ))
    }

    /// Saves all of one report in `folder`: `report.json`, `report.txt`, `people.json`, `custody.jsonl`, `manifest.json`, `manifest.sig`,
    /// `parts.json` and the evidence under neutral names. What lies there whole already, from an earlier try, stays; with
    /// anything else under one of these names nothing is written. An item that is damaged is listed, and stops no other.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::FileExists`], [`Error::Unwritable`], and those of the vault.
    pub fn save_all(&self, id: &str, folder: &Path) -> Result<Saved, Error> {
        let report = &self.received(id)?;
        let parts = serde_json::to_string(&report.parts).map_err(VaultError::from)?;
        std::fs::create_dir_all(folder).map_err(|_| Error::Unwritable)?;
        let mut items = texts(report, &parts);
        items.extend((1..).zip(&report.evidence).map(|(number, kept)| Item {
            name: format!("{number:04}.{}", extension(&kept.media_type)),
            content: Content::Evidence(kept),
        }));
        let there = items
            .iter()
            .map(|item| item.is_there(folder))
            .collect::<Result<Vec<_>, _>>()?;
        let mut saved = Saved::default();
        for (item, there) in items.iter().zip(there) {
            let path = folder.join(&item.name);
            match if there {
                Ok(())
            } else {
                self.save(item, &path)
            } {
                Ok(()) => saved.files.push(path),
                Err(Error::Vault(VaultError::Blob)) => saved.damaged.push(item.name.clone()),
                Err(other) => return Err(other),
            }
        }
        Ok(saved)
    }

    fn save(&self, item: &Item<'_>, path: &Path) -> Result<(), Error> {
        let go_on = &mut |_| true;
        match item.content {
            Content::Text(text) => write_new(path, &mut text.as_bytes(), go_on)?,
            Content::Evidence(kept) => {
                write_new(path, &mut self.vault.open_blob(&kept.blob)?, go_on)?
            }
        };
        Ok(())
    }

    /// What holds, by looking again at what is kept: a disk that fails shows here, not in court.
    fn checks(&self, report: &Received) -> Vec<CheckView> {
        let (now, then) = looked_at(report);
        let parts = report
            .part_texts()
            .all(|(kind, text)| is_part(report, kind, text))
            && report.commitments_hold()
            && now.iter().all(|k| self.is_whole(report, k))
            && then.iter().all(|k| self.vault.open_blob(&k.blob).is_ok());
        let check = |key: &str, ok, looked, count: usize| CheckView {
            key: key.into(),
            ok,
            looked,
            args: BTreeMap::from([("count".to_owned(), count.to_string())]),
        };
        let count = report.parts.len() - then.len();
        let hashes = if then.is_empty() {
            "check-hashes"
        } else {
            "check-hashes-small"
        };
        let custody = chronicle_bundle::custody::verify(&report.custody).is_ok();
        let mut checks = vec![
            check("check-signature", report.signature_holds(), true, count),
            check(hashes, parts, true, count),
            check("check-custody", custody, true, count),
            check("check-recipients", self.is_for_us(report), true, count),
        ];
        if !then.is_empty() {
            checks.insert(2, check("check-hashes-large", true, false, then.len()));
        }
        checks
    }

    fn is_whole(&self, report: &Received, kept: &Kept) -> bool {
        let part = report.parts.iter().find(|p| p.index == kept.index);
        part.is_some_and(|p| {
            p.size == kept.blob.size() && p.sha256.to_string() == kept.blob.sha256()
        }) && self.vault.verify_blob(&kept.blob).is_ok()
    }

    fn is_for_us(&self, report: &Received) -> bool {
        self.founded.as_ref().is_some_and(|ours| {
            report.manifest.organisation == ours.id
                && ours.roots.contains(&report.manifest.root)
                && ours.recipients.contains(&report.manifest.recipients)
        })
    }
}

/// What saving a report came to.
#[derive(Debug, Default)]
pub struct Saved {
    /// Files that are there now.
    pub files: Vec<PathBuf>,
    /// Names of items that are damaged in the vault: nothing of them was written.
    pub damaged: Vec<String>,
}

struct Item<'a> {
    name: String,
    content: Content<'a>,
}

enum Content<'a> {
    Text(&'a str),
    Evidence(&'a Kept),
}

impl Item<'_> {
    /// Whether it lies in the folder already; another file under its name is an error.
    fn is_there(&self, folder: &Path) -> Result<bool, Error> {
        let file = match std::fs::File::open(folder.join(&self.name)) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(_) => return Err(Error::FileExists),
        };
        let (size, wanted) = match self.content {
            Content::Text(text) => (text.len() as u64, Hash::of(text.as_bytes()).to_string()),
            Content::Evidence(kept) => (kept.blob.size(), kept.blob.sha256().to_owned()),
        };
        let as_large = file.metadata().is_ok_and(|m| m.len() == size);
        if as_large && Hash::of_reader(file).is_ok_and(|hash| hash.to_string() == wanted) {
            Ok(true)
        } else {
            Err(Error::FileExists)
        }
    }
}

fn texts<'a>(report: &'a Received, parts: &'a str) -> Vec<Item<'a>> {
    let mut texts = vec![
        ("report.json", report.report.as_str()),
        ("report.txt", &report.text),
        ("custody.jsonl", &report.custody),
        ("manifest.json", &report.manifest_text),
        ("manifest.sig", &report.signature),
        ("parts.json", parts),
    ];
    texts.extend(report.people.as_deref().map(|p| ("people.json", p)));
    let item = |(name, text): (&str, &'a str)| Item {
        name: name.to_owned(),
        content: Content::Text(text),
    };
    texts.into_iter().map(item).collect()
}

// The smallest first, as far as looking at them does not keep a person waiting; the others.
fn looked_at(report: &Received) -> (Vec<&Kept>, Vec<&Kept>) {
    let mut all: Vec<&Kept> = report.evidence.iter().collect();
    all.sort_by_key(|k| k.blob.size());
    let mut left = LOOKED_AT;
    all.into_iter().partition(|k| {
        let fits = k.blob.size() <= left;
        left = if fits { left - k.blob.size() } else { 0 };
        fits
    })
}

fn is_part(report: &Received, kind: PartKind, text: &str) -> bool {
    let part = report.parts.iter().find(|p| p.kind == kind);
    part.is_some_and(|p| p.size == text.len() as u64 && p.sha256 == Hash::of(text.as_bytes()))
}

/// Saves one item's content as a new file. `progress` is told the bytes so far and says whether to go on.
///
/// # Errors
/// [`Error::FileExists`], [`Error::Unwritable`], [`Error::Cancelled`]; nothing is left then.
pub fn write_new(
    path: &Path,
    content: &mut dyn Read,
    progress: &mut dyn FnMut(u64) -> bool,
) -> Result<PathBuf, Error> {
    let mut file = std::fs::File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(|e| match e.kind() {
            std::io::ErrorKind::AlreadyExists => Error::FileExists,
            _ => Error::Unwritable,
        })?;
    let mut copy = || {
        let mut buffer = Zeroizing::new(vec![0u8; 256 * 1024]);
        let mut done = 0;
        loop {
            let got = content.read(&mut buffer).map_err(|_| VaultError::Blob)?;
            if got == 0 {
                return file.sync_all().map_err(|_| Error::Unwritable);
            }
            file.write_all(buffer.get(..got).unwrap_or_default())
                .map_err(|_| Error::Unwritable)?;
            done += got as u64;
            if !progress(done) {
                return Err(Error::Cancelled);
            }
        }
    };
    let copied = copy();
    if copied.is_err() {
        let _ = std::fs::remove_file(path);
    }
    copied.map(|()| path.to_owned())
}

/// Reads report and people as they were sealed.
pub(crate) fn read(report: &[u8], people: Option<&[u8]>) -> Result<Draft, Vec<SchemaProblem>> {
    let people = people.map(People::received).transpose()?;
    chronicle_report::join(ReportPart::received(report)?, people)
}

impl Received {
    fn part_texts(&self) -> impl Iterator<Item = (PartKind, &str)> {
        let people = self.people.as_deref().map(|p| (PartKind::People, p));
        [
            (PartKind::Report, self.report.as_str()),
            (PartKind::Text, &self.text),
            (PartKind::Custody, &self.custody),
        ]
        .into_iter()
        .chain(people)
    }

    fn commitments_hold(&self) -> bool {
        let opened = self.parts.iter().map(chronicle_bundle::Part::commitment);
        opened.eq(self.manifest.parts.iter().copied())
    }

    fn signature_holds(&self) -> bool {
        let (text, manifest) = (self.manifest_text.as_bytes(), &self.manifest);
        let same = serde_json::from_slice(text).is_ok_and(|m: Manifest| m == *manifest);
        same && signed::verify(
            manifest.sender,
            manifest.purpose.string(),
            text,
            &self.signature,
        )
    }

    pub(crate) fn draft(&self) -> Option<Draft> {
        read(
            self.report.as_bytes(),
            self.people.as_deref().map(str::as_bytes),
        )
        .ok()
    }
}

fn view(report: &Received, checks: Vec<CheckView>) -> Option<ReportView> {
    let draft = report.draft()?;
    let withheld = report
        .custody
        .lines()
        .filter(|l| l.contains("\"action\":\"withheld\""))
        .count();
    Some(ReportView {
        id: report.id.clone(),
        text: report.text.clone(),
        evidence: report
            .evidence
            .iter()
            .map(|k| item_view(report, &draft, k))
            .collect(),
        withheld: u32::try_from(withheld).unwrap_or(u32::MAX),
        people_withheld: report.people.is_none(),
        when: chronicle_report::when_words(draft.when.as_ref()),
        sender: label(&person(&report.manifest)),
        introduction: None,
        sender_notices: Vec::new(),
        said: Vec::new(),
        revision: report.manifest.revision,
        sealed: report.manifest.sealed.to_string(),
        received: report.stored.to_string(),
        checks,
        draft,
    })
}

/// A short label of a sender's key.
pub(crate) fn label(person: &str) -> String {
    short_label(Hash::of(person.as_bytes()))
}

// Evidence is described in the report in the order of its parts; hash and size must agree, or the item stands alone.
fn described<'a>(
    report: &Received,
    draft: &'a Draft,
    kept: &Kept,
) -> Option<&'a chronicle_report::Evidence> {
    let part = report.parts.iter().find(|p| p.index == kept.index)?;
    draft.evidence.iter().find(|e| {
        e.sha256 == part.sha256.to_string() && e.size == part.size && place(report, draft, kept, e)
    })
}

// Two items with the same bytes are told apart by their order.
fn place(
    report: &Received,
    draft: &Draft,
    kept: &Kept,
    about: &chronicle_report::Evidence,
) -> bool {
    let first = report
        .parts
        .iter()
        .position(|p| p.kind == PartKind::Evidence)
        .unwrap_or(0);
    let at = (kept.index as usize).checked_sub(first);
    at.and_then(|at| draft.evidence.get(at))
        .is_none_or(|e| e.sha256 != about.sha256 || std::ptr::eq(e, about))
}

fn item_id(report: &Received, draft: &Draft, kept: &Kept) -> String {
    described(report, draft, kept)
        .map(|e| e.id.clone())
        .filter(|id| !id.is_empty())
        .unwrap_or_else(|| format!("{:04}", kept.index))
}

fn item_view(report: &Received, draft: &Draft, kept: &Kept) -> EvidenceView {
    let about = described(report, draft, kept);
    let name = report
        .parts
        .iter()
        .find(|p| p.index == kept.index)
        .map(|p| p.name.clone())
        .unwrap_or_default();
    EvidenceView {
        id: item_id(report, draft, kept),
        name,
        size: kept.blob.size(),
        // By this desk's own look at the bytes, not by what the sender says.
        media_type: kept.media_type.clone(),
        kind: chronicle_media::Kind::of_media_type(&kept.media_type)
            .name()
            .into(),
        caption: about.map(|e| e.caption.clone()).unwrap_or_default(),
        made_from: about.map(|e| e.derived_from.clone()).unwrap_or_default(),
        sha256: kept.blob.sha256().to_owned(),
        added: about
            .map(|e| e.imported_at.local.clone())
            .unwrap_or_default(),
    }
}

// Names from outside are never used as names of files.
fn extension(media_type: &str) -> &'static str {
    match media_type {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        "image/gif" => "gif",
        "application/pdf" => "pdf",
        "text/plain" => "txt",
        "audio/mpeg" => "mp3",
        "audio/ogg" => "ogg",
        "video/mp4" => "mp4",
        "video/webm" => "webm",
        _ => "bin",
    }
}

// Bytes of evidence that are hashed again when a report is opened.
const LOOKED_AT: u64 = 64 << 20;
// Days for which a notice about the server stays in the inbox.
const NOTICED: i64 = 30;
