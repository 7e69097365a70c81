//! Looking at what was received, and saving evidence somewhere. "Opened" is noted when a person opens a report, never
//! by fetching.

use crate::events::{Kept, Received};
use crate::view::{CheckView, QuarantineLine, ReportLine, ReportList, ReportView};
use crate::{Desk, Error, day, stamp};
use chronicle_bundle::PartKind;
use chronicle_media::EvidenceView;
use chronicle_report::{Draft, People, Problem as SchemaProblem, ReportPart, Urgency};
use chronicle_vault::{BlobReader, Error as VaultError};
use chronicle_wire::Hash;
use chronicle_wire::words::short_label;
use jiff::Zoned;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

impl Desk {
    /// The inbox: most urgent first, then the newest.
    #[must_use]
    pub fn reports(&self, now: &Zoned) -> ReportList {
        let mut lines: Vec<(Urgency, u64, ReportLine)> = self
            .reports
            .values()
            .filter_map(|r| {
                let draft = r.draft()?;
                let urgency = draft.urgency(day(now));
                Some((urgency, r.seq, line(r, &draft, urgency)))
            })
            .collect();
        lines.sort_by(|a, b| (&b.0, b.1).cmp(&(&a.0, a.1)));
        let mut quarantine: Vec<_> = self.quarantine.values().collect();
        quarantine.sort_by_key(|q| std::cmp::Reverse(q.seq));
        ReportList {
            reports: lines.into_iter().map(|(_, _, line)| line).collect(),
            quarantine: quarantine
                .into_iter()
                .map(|q| QuarantineLine {
                    id: q.id.clone(),
                    reason: q.reason.clone(),
                    received: q.stored.to_string(),
                    size: q.bundle_size,
                })
                .collect(),
        }
    }

    /// Opens one report for a person, and notes that it was opened.
    ///
    /// # Errors
    /// [`Error::NotFound`], and those of the vault.
    pub fn open(&mut self, id: &str, now: &Zoned) -> Result<ReportView, Error> {
        let report = self.reports.get(id).ok_or(Error::NotFound)?;
        if report.opened_at.is_none() {
            let mut new = Received::read(
                report.seq,
                serde_json::to_value(report).map_err(VaultError::from)?,
            )
            .ok_or(VaultError::Internal)?;
            new.opened_at = Some(stamp(now));
            new.seq = self.vault.commit(now.timestamp(), |c| {
                c.remove(new.seq)?;
                c.append(Received::KIND, &new)
            })?;
            self.reports.insert(new.id.clone(), new);
        }
        self.reports.get(id).and_then(view).ok_or(Error::NotFound)
    }

    /// An item's content, to be read from any place.
    ///
    /// # Errors
    /// [`Error::NotFound`], and those of the vault.
    pub fn content(&self, id: &str, item: &str) -> Result<(EvidenceView, BlobReader), Error> {
        let report = self.reports.get(id).ok_or(Error::NotFound)?;
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
    /// `parts.json` and the evidence under neutral names. The folder must not have any of these files yet.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::FileExists`], [`Error::Unwritable`], and those of the vault.
    pub fn save_all(&self, id: &str, folder: &Path) -> Result<Vec<PathBuf>, Error> {
        let report = self.reports.get(id).ok_or(Error::NotFound)?;
        std::fs::create_dir_all(folder).map_err(|_| Error::Unwritable)?;
        let parts = serde_json::to_string(&report.parts).map_err(VaultError::from)?;
        let mut texts = vec![
            ("report.json", report.report.as_str()),
            ("report.txt", &report.text),
            ("custody.jsonl", &report.custody),
            ("manifest.json", &report.manifest_text),
            ("manifest.sig", &report.signature),
            ("parts.json", &parts),
        ];
        texts.extend(report.people.as_deref().map(|p| ("people.json", p)));
        let mut written = Vec::new();
        for (name, text) in texts {
            written.push(write_new(
                &folder.join(name),
                &mut text.as_bytes(),
                &mut |_| true,
            )?);
        }
        for (number, kept) in (1..).zip(&report.evidence) {
            let name = format!("{number:04}.{}", extension(&kept.media_type));
            let mut content = self.vault.open_blob(&kept.blob)?;
            written.push(write_new(&folder.join(name), &mut content, &mut |_| true)?);
        }
        Ok(written)
    }
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
    pub(crate) fn draft(&self) -> Option<Draft> {
        read(
            self.report.as_bytes(),
            self.people.as_deref().map(str::as_bytes),
        )
        .ok()
    }
}

fn line(report: &Received, draft: &Draft, urgency: Urgency) -> ReportLine {
    ReportLine {
        id: report.id.clone(),
        kinds: draft.what.types.iter().map(|t| t.code.clone()).collect(),
        when: chronicle_report::when_words(draft.when.as_ref()),
        country: draft.place.country.clone(),
        safety: draft
            .safety
            .as_ref()
            .map(|s| s.now.as_str().to_owned())
            .unwrap_or_default(),
        files: u32::try_from(report.evidence.len()).unwrap_or(u32::MAX),
        received: report.stored.to_string(),
        sealed: report.manifest.sealed.to_string(),
        sender: sender(report),
        introduction: report.manifest.introduction,
        revision: report.manifest.revision,
        urgency: urgency.key().trim_start_matches("urgency-").to_owned(),
        opened: report.opened_at.is_some(),
    }
}

fn view(report: &Received) -> Option<ReportView> {
    let draft = report.draft()?;
    let withheld = report
        .custody
        .lines()
        .filter(|l| l.contains("\"action\":\"withheld\""))
        .count();
    let checks = [
        "check-signature",
        "check-hashes",
        "check-custody",
        "check-recipients",
    ];
    let args = BTreeMap::from([("count".to_owned(), report.parts.len().to_string())]);
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
        sender: sender(report),
        introduction: report.manifest.introduction,
        revision: report.manifest.revision,
        sealed: report.manifest.sealed.to_string(),
        received: report.stored.to_string(),
        checks: checks
            .into_iter()
            .map(|key| CheckView {
                key: key.into(),
                ok: true,
                args: args.clone(),
            })
            .collect(),
        draft,
    })
}

fn sender(report: &Received) -> String {
    short_label(Hash::of(report.manifest.sender.to_string().as_bytes()))
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
