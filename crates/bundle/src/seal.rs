//! Sealing: parts in, one padded age file out, in one pass and with flat memory. Only a confirmed organisation can be
//! sealed to. Each part is hashed again while it goes in; one that is no longer what it was stops everything.

use crate::ahead::{self, Ahead};
use crate::archive::{self, entry_bytes};
use crate::error::SealError;
use crate::keys::{Recipient, RecipientType};
use crate::manifest::{
    self, Chain, Manifest, Part, PartKind, Purpose, Succession, Versions, evidence_hashes,
};
use crate::rule::Rule;
use crate::{custody, keys};
use chronicle_wire::agehead::RECIPIENTS;
use chronicle_wire::{ConfirmedOrganisation, Day, Hash, SigningKey, size};
use sha2::{Digest, Sha256};
use std::cell::{Cell, RefCell};
use std::io::{Read, Write};
use std::rc::Rc;
use zeroize::Zeroizing;

/// All that a manifest says beside its parts.
pub struct Letter<'a> {
    /// What it is.
    pub purpose: Purpose,
    /// To whom.
    pub organisation: &'a ConfirmedOrganisation,
    /// The report's id for this organisation.
    pub report: String,
    /// From 1.
    pub revision: u32,
    /// The sender's key for this organisation.
    pub sender: &'a SigningKey,
    /// Where answers are sealed to.
    pub reply: String,
    /// Where answers are posted.
    pub mailbox: Hash,
    /// Where it stands.
    pub chain: Chain,
    /// Keys that the sender had before, the last one first.
    pub succeeds: Vec<Succession>,
    /// By which invitation the sender came.
    pub introduction: Option<u64>,
    /// The sender's language.
    pub language: String,
    /// The day by the sender's clock.
    pub sealed: Day,
    /// Versions of what is inside.
    pub versions: Versions,
}

/// One part to be sealed.
pub struct PartSource<'a> {
    /// What it is.
    pub kind: PartKind,
    /// The file's name, as data.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256, as it was when the part was taken in.
    pub sha256: Hash,
    /// Its content.
    pub content: Box<dyn Read + Send + 'a>,
}

impl<'a> PartSource<'a> {
    /// A part that lies in memory.
    #[must_use]
    pub fn bytes(kind: PartKind, bytes: &'a [u8]) -> Self {
        Self {
            kind,
            name: String::new(),
            size: bytes.len() as u64,
            sha256: Hash::of(bytes),
            content: Box::new(bytes),
        }
    }
}

/// What came out.
pub struct Sealed {
    /// SHA-256 of `manifest.json`: the next bundle of the chain names it.
    pub manifest: Hash,
    /// Bytes of the ciphertext: a size of the table.
    pub size: u64,
}

/// Seals `parts` into `out`. `progress` is told the bytes of evidence that went in and says whether to go on.
///
/// # Errors
/// See [`SealError`]; what was written to `out` is worthless then.
pub fn seal(
    letter: &Letter<'_>,
    mut parts: Vec<PartSource<'_>>,
    out: &mut dyn Write,
    progress: &mut dyn FnMut(u64) -> bool,
) -> Result<Sealed, SealError> {
    manifest::check_order(parts.iter().map(|p| p.kind)).map_err(|_| SealError::Parts)?;
    let listed = list(&parts)?;
    check_caps(&listed)?;
    check_custody(letter, &mut parts, &listed)?;
    let manifest = manifest_of(letter, &listed)?;
    manifest.check().map_err(|_| SealError::Parts)?;
    let manifest = serde_json::to_vec(&manifest).map_err(std::io::Error::from)?;
    let signature = letter.sender.sign(letter.purpose.string(), &manifest);
    let opening = serde_json::to_vec(&listed).map_err(std::io::Error::from)?;
    if manifest.len().max(opening.len()) as u64 > manifest::MAX_HEAD {
        return Err(SealError::TooLarge);
    }
    let heads = [
        ("manifest.json", manifest.as_slice()),
        ("manifest.sig", signature.as_bytes()),
        ("parts.json", &opening),
    ];
    let content = heads
        .iter()
        .map(|(_, b)| entry_bytes(b.len() as u64))
        .sum::<u64>()
        + listed.iter().map(|p| entry_bytes(p.size)).sum::<u64>();

    let gate = Gate::default();
    let (mut writer, payload, size) = begin(
        &recipients(letter)?,
        out,
        &gate,
        content + 2 * archive::BLOCK,
    )?;
    for (name, bytes) in heads {
        archive::write_entry(&mut writer, name, bytes)?;
    }
    let mut evidence = 0;
    for (source, part) in parts.into_iter().zip(&listed) {
        writer.write_all(&archive::header(&part.entry(evidence), part.size)?)?;
        copy(source, part, &mut writer, progress)?;
        archive::write_fill(&mut writer, part.size)?;
        evidence += usize::from(part.kind == PartKind::Evidence);
    }
    archive::write_zeros(&mut writer, payload - content)?;
    writer.finish()?.flush()?;
    Ok(Sealed {
        manifest: Hash::of(&manifest),
        size,
    })
}

/// About what a bundle with parts of these sizes, sealed to recipients of this type, will take, in bytes: for showing
/// before it is sealed. The real size may be one step of the table more.
#[must_use]
pub fn sealed_size(of: RecipientType, parts: impl Iterator<Item = u64>) -> Option<u64> {
    let (count, content) = parts.fold((0u64, 0u64), |(n, sum), size| {
        (n + 1, sum + entry_bytes(size))
    });
    let (header, reply) = match of {
        RecipientType::X25519 => (2 * 1024, 0),
        RecipientType::Hybrid => (14 * 1024, 2 * 1024),
    };
    let heads = 3 * 1024 + reply + count * 400;
    let payload = content + heads + 2 * archive::BLOCK;
    size::fit(header + payload + CHUNK_TAG * payload.div_ceil(CHUNK))
}

// What the reader would refuse is not sealed: a bundle that nobody opens would be noticed by nobody but its reader.
fn check_caps(parts: &[Part]) -> Result<(), SealError> {
    for part in parts {
        part.check_caps().map_err(|error| match error.rule() {
            Some(Rule::PartSize) if part.kind == PartKind::Evidence => SealError::TooLarge,
            Some(Rule::PartSize) => SealError::PartTooLarge,
            _ => SealError::Parts,
        })?;
    }
    Ok(())
}

// The custody chains are small enough to be read before anything is written.
fn check_custody(
    letter: &Letter<'_>,
    parts: &mut [PartSource<'_>],
    listed: &[Part],
) -> Result<(), SealError> {
    let part = parts
        .iter_mut()
        .find(|p| p.kind == PartKind::Custody)
        .ok_or(SealError::Parts)?;
    let mut text = Vec::new();
    let most = PartKind::Custody.cap() + 1;
    (&mut part.content).take(most).read_to_end(&mut text)?;
    custody::check(&text, &letter.report, &evidence_hashes(listed))
        .map_err(|_| SealError::Parts)?;
    part.content = Box::new(std::io::Cursor::new(text));
    Ok(())
}

fn list(parts: &[PartSource<'_>]) -> Result<Vec<Part>, SealError> {
    let mut listed = Vec::with_capacity(parts.len());
    for (index, part) in (0u32..).zip(parts) {
        let mut salt = [0; 32];
        getrandom::fill(&mut salt).map_err(std::io::Error::from)?;
        let PartSource {
            kind,
            name,
            size,
            sha256,
            ..
        } = part;
        listed.push(Part {
            index,
            kind: *kind,
            name: name.clone(),
            size: *size,
            sha256: *sha256,
            salt: Hash(salt),
        });
    }
    Ok(listed)
}

fn manifest_of(letter: &Letter<'_>, parts: &[Part]) -> Result<Manifest, SealError> {
    let profile = letter.organisation.profile();
    let format = profile.body().newest_format();
    let format = format.and_then(manifest::format_named);
    Ok(Manifest {
        format: format.ok_or(SealError::Recipients)?.into(),
        purpose: letter.purpose,
        organisation: profile.organisation(),
        root: profile.root_hash(),
        recipients: profile.recipients_hash(),
        report: letter.report.clone(),
        revision: letter.revision,
        sender: letter.sender.public(),
        reply: letter.reply.clone(),
        mailbox: letter.mailbox,
        chain: letter.chain.clone(),
        succeeds: letter.succeeds.clone(),
        introduction: letter.introduction,
        language: letter.language.clone(),
        sealed: letter.sealed,
        versions: letter.versions.clone(),
        parts: parts.iter().map(Part::commitment).collect(),
    })
}

pub(crate) type Stream<'a> = age::stream::StreamWriter<Held<'a>>;

// age adds a stanza of random length to every header, so the header is made first, held back and measured; the few
// lengths from which no size of the table can be reached are thrown away before anything went out.
pub(crate) fn begin<'a>(
    recipients: &[Recipient],
    out: &'a mut dyn Write,
    gate: &Gate,
    payload: u64,
) -> Result<(Stream<'a>, u64, u64), SealError> {
    let out = Rc::new(RefCell::new(out));
    for _ in 0..64 {
        gate.reset();
        let encryptor = age::Encryptor::with_recipients(recipients.iter().map(AsRef::as_ref))
            .map_err(|_| SealError::Recipients)?;
        let writer = encryptor.wrap_output(Held {
            gate: gate.clone(),
            out: Rc::clone(&out),
        })?;
        let header = gate.length();
        let least = header + payload + CHUNK_TAG * payload.div_ceil(CHUNK);
        let size = size::fit(least).ok_or(SealError::TooLarge)?;
        if let Some(exact) = payload_for(size - header) {
            gate.release(&mut **out.borrow_mut())?;
            return Ok((writer, exact, size));
        }
    }
    Err(SealError::TooLarge)
}

// The payload whose chunks (64 KiB and a tag of 16 bytes) take exactly `bytes`; none when the last chunk would be empty.
fn payload_for(bytes: u64) -> Option<u64> {
    let chunks = bytes.div_ceil(CHUNK + CHUNK_TAG);
    let payload = bytes.checked_sub(chunks * CHUNK_TAG)?;
    (payload > 0 && payload.div_ceil(CHUNK) == chunks).then_some(payload)
}

fn recipients(letter: &Letter<'_>) -> Result<Vec<Recipient>, SealError> {
    let profile = letter.organisation.profile().body();
    let of = RecipientType::of(&profile.recipient_type).ok_or(SealError::Recipients)?;
    let all = profile
        .recipients
        .iter()
        .map(|r| keys::recipient(of, &r.recipient))
        .collect::<Result<Vec<_>, _>>()?;
    filled(of, all)
}

/// As many as every file has, in random order: filled up with some that nobody holds.
pub(crate) fn filled(
    of: RecipientType,
    mut all: Vec<Recipient>,
) -> Result<Vec<Recipient>, SealError> {
    while all.len() < RECIPIENTS {
        all.push(keys::throw_away(of));
    }
    // Fisher-Yates by the operating system's generator; 64 bits modulo at most 8 leave no bias that matters.
    for i in (1..all.len()).rev() {
        let drawn = getrandom::u64().map_err(std::io::Error::from)?;
        all.swap(i, usize::try_from(drawn % (i as u64 + 1)).unwrap_or(0));
    }
    Ok(all)
}

fn copy(
    source: PartSource<'_>,
    part: &Part,
    out: &mut impl Write,
    progress: &mut dyn FnMut(u64) -> bool,
) -> Result<(), SealError> {
    let mut content = Summed {
        inner: source.content.take(part.size + 1),
        hash: Sha256::new(),
    };
    let (size, hash) = if part.size < ahead::FROM {
        (pass(&mut content, part, out, progress)?, content.hash)
    } else {
        std::thread::scope(|scope| -> Result<_, SealError> {
            let mut ahead = Ahead::begin(scope, content);
            let size = pass(&mut ahead, part, out, progress)?;
            Ok((size, ahead.end()?.hash))
        })?
    };
    let same = size == part.size && hash.finalize().as_slice() == part.sha256.0;
    if same {
        Ok(())
    } else {
        Err(SealError::PartChanged)
    }
}

// All of a part; gives its bytes, of which there are never more than the part has.
fn pass(
    content: &mut impl Read,
    part: &Part,
    out: &mut impl Write,
    progress: &mut dyn FnMut(u64) -> bool,
) -> Result<u64, SealError> {
    let mut buffer = Zeroizing::new(vec![0u8; 256 * 1024]);
    let mut size = 0u64;
    loop {
        let got = content.read(&mut buffer).map_err(|e| match e.kind() {
            std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof => {
                SealError::PartChanged
            }
            _ => SealError::Io(e),
        })?;
        if got == 0 {
            return Ok(size);
        }
        let some = buffer.get(..got).unwrap_or_default();
        size += got as u64;
        if size > part.size {
            return Err(SealError::PartChanged);
        }
        out.write_all(some)?;
        if part.kind == PartKind::Evidence && !progress(got as u64) {
            return Err(SealError::Cancelled);
        }
    }
}

// Sums what is read.
struct Summed<R> {
    inner: R,
    hash: Sha256,
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let got = self.inner.read(out)?;
        self.hash.update(out.get(..got).unwrap_or_default());
        Ok(got)
    }
}

// Holds the header back until it is accepted, then passes everything on.
#[derive(Clone, Default)]
pub(crate) struct Gate {
    open: Rc<Cell<bool>>,
    held: Rc<RefCell<Vec<u8>>>,
}

impl Gate {
    fn reset(&self) {
        self.held.borrow_mut().clear();
    }

    fn length(&self) -> u64 {
        self.held.borrow().len() as u64
    }

    fn release(&self, out: &mut dyn Write) -> std::io::Result<()> {
        self.open.set(true);
        out.write_all(&self.held.take())
    }
}

pub(crate) struct Held<'a> {
    gate: Gate,
    out: Rc<RefCell<&'a mut dyn Write>>,
}

impl Write for Held<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.gate.open.get() {
            return self.out.borrow_mut().write(bytes);
        }
        self.gate.held.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.borrow_mut().flush()
    }
}

const CHUNK: u64 = 64 * 1024;
const CHUNK_TAG: u64 = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_found_for_all_but_sixteen_remainders() {
        let unreachable = (1..=2 * (CHUNK + CHUNK_TAG))
            .filter(|bytes| payload_for(*bytes).is_none())
            .count();
        assert_eq!(unreachable, 32, "16 for each chunk");
        for bytes in [17, 65_552, 65_569, 262_144] {
            let payload = payload_for(bytes).unwrap();
            assert_eq!(payload + CHUNK_TAG * payload.div_ceil(CHUNK), bytes);
        }
    }
}
