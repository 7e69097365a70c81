//! The strict reader. Nothing of a bundle is believed before its signature, and nothing is kept before the last byte:
//! parts stream to a caller that keeps them pending. Fixed names in a fixed order, caps before memory, no path, no link,
//! zero bytes to the end, and a size of the table.

use crate::error::{OpenError, reading};
use crate::keys::Identity;
use crate::manifest::{self, MAX_HEAD, Manifest, Part, PartKind, Purpose, evidence_hashes};
use crate::{archive, custody};
use chronicle_wire::{Hash, agehead, signed, size};
use sha2::{Digest, Sha256};
use std::io::{BufReader, Read};

/// What a bundle must be bound to.
pub struct Expected<'a> {
    /// The organisation's id.
    pub organisation: Hash,
    /// Hashes of the roots that are or were its own.
    pub roots: &'a [Hash],
    /// Hashes of the sets of recipients that are or were its own.
    pub recipients: &'a [Hash],
    /// The types that its recipients have or had: `X25519`, `mlkem768x25519`. A bundle may have waited while the profile
    /// changed its type; all stanzas of one bundle are of one.
    pub recipient_types: &'a [&'a str],
}

/// A bundle that was verified to its last byte.
pub struct Opened<T> {
    /// What was signed.
    pub manifest: Manifest,
    /// The exact bytes of `manifest.json`, to be kept.
    pub manifest_bytes: Vec<u8>,
    /// The sender's signature over them.
    pub signature: String,
    /// What opens the commitments.
    pub parts: Vec<Part>,
    /// Parts that are small: report, text, people, custody.
    pub small: Vec<(PartKind, Vec<u8>)>,
    /// What the caller made of each item of evidence, in order.
    pub evidence: Vec<T>,
}

impl<T> Opened<T> {
    /// The small part of this kind.
    #[must_use]
    pub fn part(&self, kind: PartKind) -> Option<&[u8]> {
        self.small
            .iter()
            .find(|(k, _)| *k == kind)
            .map(|(_, bytes)| bytes.as_slice())
    }
}

/// Opens and verifies a bundle of `length` bytes. `keep` is handed each item of evidence as a reader and must read it to
/// its end; what it made counts only when this function returns `Ok`, and is to be thrown away otherwise.
///
/// # Errors
/// See [`OpenError`].
pub fn open<T>(
    mut input: impl Read,
    length: u64,
    identities: &[Identity],
    expected: &Expected<'_>,
    mut keep: impl FnMut(&Part, &mut dyn Read) -> std::io::Result<T>,
) -> Result<Opened<T>, OpenError> {
    if !size::contains(length) {
        return Err(OpenError::Truncated);
    }
    let start = start_of(&mut input)?;
    check_header(&start, expected.recipient_types)?;
    let whole = start.as_slice().chain(input);
    let mut plain = age::Decryptor::new_buffered(BufReader::with_capacity(128 * 1024, whole))
        .and_then(|d| d.decrypt(identities.iter().map(Identity::age)))
        .map_err(|e| match e {
            age::DecryptError::NoMatchingKeys => OpenError::NotForUs,
            age::DecryptError::Io(e) => reading(e),
            _ => OpenError::Malformed("age file"),
        })?;

    let manifest_bytes = archive::read_entry(&mut plain, "manifest.json", MAX_HEAD)?;
    let signature = archive::read_entry(&mut plain, "manifest.sig", 128)?;
    let signature = String::from_utf8(signature).map_err(|_| OpenError::Signature)?;
    let manifest = read_manifest(&manifest_bytes, &signature, expected)?;
    let opening = archive::read_entry(&mut plain, "parts.json", MAX_HEAD)?;
    let parts = read_parts(&opening, &manifest)?;

    let (mut small, mut evidence) = (Vec::new(), Vec::new());
    for part in &parts {
        archive::read_header(&mut plain, &part.entry(evidence.len()), part.size)?;
        let mut content = Hashed {
            inner: (&mut plain).take(part.size),
            hash: Sha256::new(),
            count: 0,
            failed: None,
        };
        if part.kind == PartKind::Evidence {
            let kept = keep(part, &mut content);
            // A failure of the ciphertext comes back through the caller's reader: it is the bundle's, not the disk's.
            if let Some(kind) = content.failed {
                return Err(reading(kind.into()));
            }
            evidence.push(kept.map_err(OpenError::Io)?);
        } else {
            let mut bytes = Vec::new();
            content.read_to_end(&mut bytes).map_err(reading)?;
            small.push((part.kind, bytes));
        }
        content.finish(part)?;
        archive::read_fill(&mut plain, part.size)?;
    }
    archive::read_zeros_to_end(&mut plain)?;
    check_custody(&small, &manifest, &parts)?;
    Ok(Opened {
        manifest,
        manifest_bytes,
        signature,
        parts,
        small,
        evidence,
    })
}

fn start_of(input: &mut impl Read) -> Result<Vec<u8>, OpenError> {
    let mut start = Vec::new();
    input
        .by_ref()
        .take(agehead::MAX_HEADER as u64)
        .read_to_end(&mut start)
        .map_err(OpenError::Io)?;
    Ok(start)
}

fn check_header(start: &[u8], types: &[&str]) -> Result<(), OpenError> {
    let mut failed = OpenError::Malformed("age header");
    for kind in types {
        match agehead::check(start, kind) {
            Ok(_) => return Ok(()),
            Err(agehead::HeaderError::TooLong) => failed = OpenError::Truncated,
            Err(_) => {}
        }
    }
    Err(failed)
}

fn read_manifest(
    bytes: &[u8],
    signature: &str,
    expected: &Expected<'_>,
) -> Result<Manifest, OpenError> {
    let value: serde_json::Value =
        serde_json::from_slice(bytes).map_err(|_| OpenError::Malformed("manifest is no JSON"))?;
    match value.get("format").and_then(|f| f.as_str()) {
        Some(manifest::FORMAT) => {}
        Some(other) if other.starts_with("chronicle/bundle/") => return Err(OpenError::Newer),
        _ => return Err(OpenError::Malformed("no manifest")),
    }
    // Before the typed reading: what a newer purpose looks like is not known here, its signature's purpose neither.
    match value.get("purpose").and_then(|p| p.as_str()) {
        Some(known) if Purpose::parse(known).is_some() => {}
        Some(_) => return Err(OpenError::Newer),
        None => return Err(OpenError::Malformed("no purpose")),
    }
    let manifest: Manifest =
        serde_json::from_slice(bytes).map_err(|_| OpenError::Malformed("manifest"))?;
    if !signed::verify(manifest.sender, manifest.purpose.string(), bytes, signature) {
        return Err(OpenError::Signature);
    }
    let ours = manifest.organisation == expected.organisation
        && expected.roots.contains(&manifest.root)
        && expected.recipients.contains(&manifest.recipients);
    if !ours {
        return Err(OpenError::OtherOrganisation);
    }
    if manifest.is_well_formed() {
        Ok(manifest)
    } else {
        Err(OpenError::Malformed("manifest values"))
    }
}

fn read_parts(bytes: &[u8], manifest: &Manifest) -> Result<Vec<Part>, OpenError> {
    let parts: Vec<Part> =
        serde_json::from_slice(bytes).map_err(|_| OpenError::Malformed("parts.json"))?;
    if !manifest::order_is_right(parts.iter().map(|p| p.kind))
        || parts.len() != manifest.parts.len()
    {
        return Err(OpenError::Malformed("order of parts"));
    }
    for ((index, part), commitment) in (0u32..).zip(&parts).zip(&manifest.parts) {
        if part.index != index || !part.is_within_caps() {
            return Err(OpenError::Malformed("part"));
        }
        if part.commitment() != *commitment {
            return Err(OpenError::Hash);
        }
    }
    Ok(parts)
}

fn check_custody(
    small: &[(PartKind, Vec<u8>)],
    manifest: &Manifest,
    parts: &[Part],
) -> Result<(), OpenError> {
    let text = small
        .iter()
        .find(|(k, _)| *k == PartKind::Custody)
        .map(|(_, b)| b.as_slice())
        .unwrap_or_default();
    custody::check(text, &manifest.report, &evidence_hashes(parts))
        .map_err(|_| OpenError::Malformed("custody chain"))
}

struct Hashed<R> {
    inner: R,
    hash: Sha256,
    count: u64,
    failed: Option<std::io::ErrorKind>,
}

impl<R: Read> Hashed<R> {
    fn finish(self, part: &Part) -> Result<(), OpenError> {
        if self.count != part.size {
            return Err(OpenError::Truncated);
        }
        if self.hash.finalize().as_slice() == part.sha256.0 {
            Ok(())
        } else {
            Err(OpenError::Hash)
        }
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let got = self
            .inner
            .read(out)
            .inspect_err(|e| self.failed = Some(e.kind()))?;
        self.hash.update(out.get(..got).unwrap_or_default());
        self.count += got as u64;
        Ok(got)
    }
}

#[cfg(test)]
mod tests;
