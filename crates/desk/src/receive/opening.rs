//! Opening a bundle with the keys of a desk, and without the desk: it may take long.

use crate::Error;
use crate::events::Kept;
use chronicle_bundle::{
    BundleKey, Expected, Family, Identity, OpenError, Opened, PartKind, Rule, custody,
};
use chronicle_vault::{BlobRef, Error as VaultError, Intake, RawRef};
use chronicle_wire::Hash;
use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};

/// What opening a bundle needs, without the desk.
pub(crate) struct Opener {
    pub(super) intake: Intake,
    pub(super) identities: Vec<Identity>,
    /// Keys of single bundles that colleagues gave.
    pub(super) granted: BTreeMap<Hash, BundleKey>,
    pub(super) organisation: Hash,
    pub(super) roots: Vec<Hash>,
    pub(super) recipients: Vec<Hash>,
    pub(super) recipient_types: Vec<String>,
}

pub(crate) type OpenedOrNot = Result<Opened<Kept>, (OpenError, Vec<BlobRef>)>;

impl Opener {
    // The bundle, and what is taken out of it.
    pub(super) fn has_room(&self, size: u64) -> Result<bool, Error> {
        let needed = size.saturating_mul(2).saturating_add(RESERVE);
        Ok(self.intake.room()? >= needed)
    }

    // Evidence streams into blobs that no record names yet; they are given back for removal when anything is wrong.
    pub(crate) fn open(&self, raw: &RawRef, bundle: Hash) -> OpenedOrNot {
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
            Err(_) => return Err((damaged_here(), blobs)),
        };
        let opened = chronicle_bundle::open(
            file,
            raw.size,
            &self.identities_for(bundle),
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
        opened.map_err(|error| match error.rule() {
            Some(rule) if !self.is_still(raw, bundle, rule) => (damaged_here(), blobs),
            _ => (error, blobs),
        })
    }

    // Whether the file still is what was fetched: its sender is not blamed for a disk. What no key opens was read no further
    // than its header, and is looked at again when one does.
    fn is_still(&self, raw: &RawRef, bundle: Hash, rule: Rule) -> bool {
        if matches!(rule.family(), Family::NotForUs | Family::Newer) {
            return true;
        }
        let file = self.intake.open_raw(raw);
        file.is_ok_and(|file| Hash::of_reader(file).is_ok_and(|hash| hash == bundle))
    }

    // What is sealed to this desk, or was given to it.
    fn identities_for(&self, bundle: Hash) -> Vec<Identity> {
        match self.granted.get(&bundle) {
            Some(key) => vec![key.identity()],
            None => self.identities.clone(),
        }
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

// What lies on this disk is not what came.
fn damaged_here() -> OpenError {
    OpenError::Io(ErrorKind::InvalidData.into())
}

const RESERVE: u64 = 16 << 20;
