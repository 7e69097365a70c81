//! The strict reader. Nothing of a bundle is believed before its signature, and nothing is kept before the last byte:
//! parts stream to a caller that keeps them pending. Fixed names in a fixed order, caps before memory, no path, no link,
//! zero bytes to the end, and a size of the table.

use crate::ahead::{self, Ahead};
use crate::error::{OpenError, decrypting, reading};
use crate::keys::{BundleKey, Identity, Noting};
use crate::manifest::{self, MAX_HEAD, Manifest, Part, PartKind, Purpose};
use crate::manifest::{evidence_hashes, is_signature};
use crate::rule::{Rule, ensure};
use crate::{archive, custody};
use chronicle_json::{Caps, Fault};
use chronicle_wire::agehead::HeaderError;
use chronicle_wire::{Hash, PublicKey, agehead, signed, size};
use sha2::{Digest, Sha256};
use std::cell::RefCell;
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
    /// What opens this bundle, for a colleague who may be given it.
    pub key: BundleKey,
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
    input: impl Read + Send,
    length: u64,
    identities: &[Identity],
    expected: &Expected<'_>,
    keep: impl FnMut(&Part, &mut dyn Read) -> std::io::Result<T>,
) -> Result<Opened<T>, OpenError> {
    ensure(size::contains(length), Rule::Size)?;
    let mut input = Announced {
        inner: input,
        left: length,
        ended: false,
    };
    let opened = read(&mut input, identities, expected, keep);
    opened.map_err(|error| match error {
        // Where the file ends too early, age sees a last piece that is wrong.
        OpenError::Refused(Rule::Ciphertext) if input.ended => Rule::Cut.into(),
        other => other,
    })
}

fn read<T>(
    input: &mut (impl Read + Send),
    identities: &[Identity],
    expected: &Expected<'_>,
    keep: impl FnMut(&Part, &mut dyn Read) -> std::io::Result<T>,
) -> Result<Opened<T>, OpenError> {
    let start = start_of(input)?;
    agehead::check(&start, expected.recipient_types).map_err(header)?;
    let whole = start.as_slice().chain(input);
    let found = RefCell::new(None);
    let noting: Vec<Noting<'_>> = identities.iter().map(|i| Noting::new(i, &found)).collect();
    let mut plain = age::Decryptor::new_buffered(BufReader::with_capacity(128 * 1024, whole))
        .and_then(|d| d.decrypt(noting.iter().map(|i| i as &dyn age::Identity)))
        .map_err(decrypting)?;
    let key = found.take().ok_or(Rule::NotForUs)?;
    read_inside(&mut plain, key, expected, keep)
}

pub(crate) fn read_inside<T>(
    plain: &mut (impl Read + Send),
    key: BundleKey,
    expected: &Expected<'_>,
    mut keep: impl FnMut(&Part, &mut dyn Read) -> std::io::Result<T>,
) -> Result<Opened<T>, OpenError> {
    let manifest_bytes = archive::read_entry(plain, "manifest.json", MAX_HEAD)?;
    let signature = archive::read_entry(plain, "manifest.sig", 128)?;
    let signature = String::from_utf8(signature).unwrap_or_default();
    let manifest = read_manifest(&manifest_bytes, &signature, expected)?;
    let opening = archive::read_entry(plain, "parts.json", MAX_HEAD)?;
    let parts = read_parts(&opening, &manifest)?;

    let (mut small, mut evidence) = (Vec::new(), Vec::new());
    for part in &parts {
        archive::read_header(plain, &part.entry(evidence.len()), part.size)?;
        let content = (&mut *plain).take(part.size);
        if part.kind != PartKind::Evidence {
            let (mut content, mut bytes) = (Hashed::of(content), Vec::new());
            content.read_to_end(&mut bytes).map_err(reading)?;
            content.finish(part)?;
            small.push((part.kind, bytes));
        } else if part.size < ahead::FROM {
            evidence.push(kept(part, content, &mut keep)?);
        } else {
            evidence.push(std::thread::scope(|scope| {
                kept(part, Ahead::begin(scope, content), &mut keep)
            })?);
        }
        archive::read_fill(plain, part.size)?;
    }
    archive::read_zeros_to_end(plain)?;
    let custody = small.iter().find(|(kind, _)| *kind == PartKind::Custody);
    let custody = custody.map(|(_, text)| text.as_slice()).unwrap_or_default();
    custody::check(custody, &manifest.report, &evidence_hashes(&parts))?;
    Ok(Opened {
        key,
        manifest,
        manifest_bytes,
        signature,
        parts,
        small,
        evidence,
    })
}

fn kept<T>(
    part: &Part,
    content: impl Read,
    keep: &mut impl FnMut(&Part, &mut dyn Read) -> std::io::Result<T>,
) -> Result<T, OpenError> {
    let mut content = Hashed::of(content);
    let kept = keep(part, &mut content);
    // A failure of the ciphertext comes back through the caller's reader: it is the bundle's, not the disk's.
    if let Some(kind) = content.failed {
        return Err(reading(kind.into()));
    }
    let kept = kept.map_err(OpenError::Io)?;
    content.finish(part)?;
    Ok(kept)
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

fn header(error: HeaderError) -> OpenError {
    let rule = match error {
        HeaderError::NotAge => Rule::HeaderNotAge,
        HeaderError::TooLong => Rule::HeaderLong,
        HeaderError::Line => Rule::HeaderLine,
        HeaderError::Passphrase => Rule::HeaderPassphrase,
        HeaderError::Type => Rule::HeaderType,
        HeaderError::Mixed => Rule::HeaderMixed,
        HeaderError::Few => Rule::HeaderFew,
        HeaderError::Many => Rule::HeaderMany,
        HeaderError::Grease => Rule::HeaderGrease,
        HeaderError::Shape => Rule::StanzaShape,
        HeaderError::Share => Rule::StanzaShare,
        HeaderError::End => Rule::HeaderEnd,
    };
    rule.into()
}

pub(crate) fn read_manifest(
    bytes: &[u8],
    signature: &str,
    expected: &Expected<'_>,
) -> Result<Manifest, OpenError> {
    let value = chronicle_json::value(bytes, &MANIFEST).map_err(|fault| match fault {
        Fault::Twice { .. } => Rule::ManifestTwice,
        Fault::TooDeep => Rule::ManifestDeep,
        Fault::TooMany => Rule::ManifestMany,
        Fault::TooLong | Fault::NotJson { .. } => Rule::ManifestJson,
    })?;
    let text = |name: &str| value.get(name).and_then(|v| v.as_str());
    // Before anything else is believed: what a later version looks like is not known here, nor how it is signed.
    let format = text("format").unwrap_or_default();
    let ours = format.starts_with("chronicle/bundle/");
    ensure(ours, Rule::ManifestFormat)?;
    ensure(!ours || format == manifest::FORMAT, Rule::NewerFormat)?;
    let purpose = text("purpose").ok_or(Rule::ManifestPurpose)?;
    ensure(Purpose::parse(purpose).is_some(), Rule::NewerPurpose)?;
    let sender = text("sender").and_then(PublicKey::parse);
    sender.ok_or(Rule::SenderKey)?;
    let manifest: Manifest = serde_json::from_value(value).map_err(|_| Rule::ManifestFields)?;
    ensure(is_signature(signature), Rule::SignatureForm)?;
    let purpose = manifest.purpose.string();
    let signed = signed::verify(manifest.sender, purpose, bytes, signature);
    ensure(signed, Rule::Signature)?;
    let organisation = manifest.organisation == expected.organisation;
    ensure(organisation, Rule::Organisation)?;
    ensure(expected.roots.contains(&manifest.root), Rule::Root)?;
    let recipients = expected.recipients.contains(&manifest.recipients);
    ensure(recipients, Rule::Recipients)?;
    manifest.check()?;
    Ok(manifest)
}

pub(crate) fn read_parts(bytes: &[u8], manifest: &Manifest) -> Result<Vec<Part>, OpenError> {
    let parts: Vec<Part> = chronicle_json::typed(bytes, &PARTS).map_err(|fault| match fault {
        Some(Fault::Twice { .. }) => Rule::PartsTwice,
        _ => Rule::PartsJson,
    })?;
    ensure(parts.len() == manifest.parts.len(), Rule::PartsCount)?;
    manifest::check_order(parts.iter().map(|p| p.kind))?;
    for ((index, part), commitment) in (0u32..).zip(&parts).zip(&manifest.parts) {
        ensure(part.index == index, Rule::PartIndex)?;
        part.check_caps()?;
        ensure(part.commitment() == *commitment, Rule::Commitment)?;
    }
    Ok(parts)
}

/// What `manifest.json` may hold: 1,000 withdrawn counters and 204 commitments, with room for what a later version adds.
const MANIFEST: Caps = Caps {
    bytes: MAX_HEAD as usize,
    values: 5_000,
    depth: 16,
};
/// What `parts.json` may hold: 204 parts of six values, likewise.
const PARTS: Caps = Caps {
    bytes: MAX_HEAD as usize,
    values: 5_000,
    depth: 16,
};

// As many bytes as were announced, and whether there were fewer.
struct Announced<R> {
    inner: R,
    left: u64,
    ended: bool,
}

impl<R: Read> Read for Announced<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let most = out
            .len()
            .min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let got = self.inner.read(out.get_mut(..most).unwrap_or_default())?;
        self.left -= got as u64;
        self.ended |= got == 0 && most > 0;
        Ok(got)
    }
}

struct Hashed<R> {
    inner: R,
    hash: Sha256,
    count: u64,
    failed: Option<std::io::ErrorKind>,
}

impl<R: Read> Hashed<R> {
    fn of(inner: R) -> Self {
        Self {
            inner,
            hash: Sha256::new(),
            count: 0,
            failed: None,
        }
    }

    fn finish(self, part: &Part) -> Result<(), OpenError> {
        ensure(self.count == part.size, Rule::Cut)?;
        let same = self.hash.finalize().as_slice() == part.sha256.0;
        ensure(same, Rule::PartContent)
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
pub(crate) mod tests;
