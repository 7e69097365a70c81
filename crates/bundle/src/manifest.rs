//! The manifest: what is signed. It binds a bundle to an organisation and to its parts, through salted commitments that
//! tell nothing about a part that is withheld later. `parts.json` opens the commitments.

use crate::OpenError;
use crate::rule::{Rule, ensure};
use chronicle_wire::signed::{is_id, purpose, verify};
use chronicle_wire::{Day, Hash, PublicKey, SigningKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// What a bundle is, as far as this version seals and opens it. The format names seven purposes; one that is not here is
/// a newer version's, and its bundle is kept ([`crate::Rule::NewerPurpose`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// A report, or a new revision of one.
    Report,
}

impl Purpose {
    /// The purpose that a manifest names, if this version knows it.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name {
            "report" => Some(Self::Report),
            _ => None,
        }
    }

    /// The purpose string under which the manifest is signed.
    #[must_use]
    pub fn string(self) -> &'static str {
        match self {
            Self::Report => purpose::MANIFEST_REPORT,
        }
    }
}

/// Where this bundle stands among the sender's bundles to this organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    /// Random, 32 hexadecimal digits; a restored copy of a journal starts another one.
    pub id: String,
    /// From 1.
    pub counter: u64,
    /// SHA-256 of the manifest before this one.
    pub previous: Option<Hash>,
    /// Counters that were sealed and taken back before they went.
    #[serde(default)]
    pub withdrawn: Vec<u64>,
}

/// "I am still me": a key that the sender had before says which key takes its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Succession {
    /// The key before.
    pub sender: PublicKey,
    /// Its signature for `chronicle/sender-succession/v1` over the organisation's id, a line feed, and the key after it.
    pub signature: String,
}

impl Succession {
    /// Signs, with the key `before`, that `sender` takes its place at this organisation.
    #[must_use]
    pub fn sign(before: &SigningKey, organisation: Hash, sender: PublicKey) -> Self {
        let body = Self::body(organisation, sender);
        Self {
            sender: before.public(),
            signature: before.sign(purpose::SUCCESSION, body.as_bytes()),
        }
    }

    fn holds(&self, organisation: Hash, sender: PublicKey) -> bool {
        let body = Self::body(organisation, sender);
        let (key, signature) = (self.sender, &self.signature);
        is_signature(signature) && verify(key, purpose::SUCCESSION, body.as_bytes(), signature)
    }

    fn body(organisation: Hash, sender: PublicKey) -> String {
        format!("{organisation}\n{sender}")
    }
}

/// Versions of what the parts are written in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// Of the vocabulary.
    pub vocabulary: u32,
    /// Of the text of the consent questions.
    pub consent: String,
    /// Of the application.
    pub application: String,
}

/// The body of `manifest.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `chronicle/bundle/v1`.
    pub format: String,
    /// What this is.
    pub purpose: Purpose,
    /// The organisation's id.
    pub organisation: Hash,
    /// Hash of its root.
    pub root: Hash,
    /// Hash of the recipients it is sealed to.
    pub recipients: Hash,
    /// The report's id, made for this organisation; 32 hexadecimal digits.
    pub report: String,
    /// From 1.
    pub revision: u32,
    /// The sender's key for this organisation; it signs the manifest.
    pub sender: PublicKey,
    /// The age recipient to which answers are sealed.
    pub reply: String,
    /// The mailbox under which answers are posted: SHA-256 of its read key.
    pub mailbox: Hash,
    /// Where it stands.
    pub chain: Chain,
    /// Keys that the sender had before, the last one first; at most [`MAX_SUCCESSIONS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub succeeds: Vec<Succession>,
    /// The number of the invitation by which the sender came.
    pub introduction: Option<u64>,
    /// The sender's language (BCP 47).
    pub language: String,
    /// The day (UTC, the sender's clock) on which it was sealed.
    pub sealed: Day,
    /// Versions of what is inside.
    pub versions: Versions,
    /// One commitment for each part, in order.
    pub parts: Vec<Hash>,
}

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartKind {
    /// `report.json`.
    Report,
    /// `report.txt`.
    Text,
    /// `people.json`; may be withheld.
    People,
    /// `custody.jsonl`.
    Custody,
    /// `files/0001` and so on.
    Evidence,
}

impl PartKind {
    fn name(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Text => "text",
            Self::People => "people",
            Self::Custody => "custody",
            Self::Evidence => "evidence",
        }
    }

    /// The largest part of this kind, in bytes. All but evidence is kept in the desk's records, which are read at every
    /// unlock: so these are as tight as the longest report allows.
    #[must_use]
    pub fn cap(self) -> u64 {
        match self {
            Self::Report | Self::People | Self::Custody => 1 << 20,
            Self::Text => 2 << 20,
            Self::Evidence => 2 << 30,
        }
    }
}

/// One line of `parts.json`: opens one commitment.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// From 0, the place in the manifest.
    pub index: u32,
    /// What it is.
    pub kind: PartKind,
    /// The name a person gave the file; data, never a path. Empty for parts that have none.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the content.
    pub sha256: Hash,
    /// 32 random bytes, in hexadecimal.
    pub salt: Hash,
}

// A file's name may name a person, and salt and hash open the commitment: none of them belongs into a log.
impl std::fmt::Debug for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Part({}, {:?}, {} bytes)",
            self.index, self.kind, self.size
        )
    }
}

impl Part {
    /// SHA-256("chronicle/part/v1" || salt || size || SHA-256 of the part || length of kind || kind || length of name ||
    /// name); size and lengths as 8 bytes, big-endian.
    #[must_use]
    pub fn commitment(&self) -> Hash {
        let mut hash = Sha256::new();
        hash.update(b"chronicle/part/v1");
        hash.update(self.salt.0);
        hash.update(self.size.to_be_bytes());
        hash.update(self.sha256.0);
        // Lengths first, so that no kind and name can be read as another kind with another name.
        for text in [self.kind.name(), &self.name] {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        }
        Hash(hash.finalize().into())
    }

    // Whether its size and name are within what the format allows.
    pub(crate) fn check_caps(&self) -> Result<(), OpenError> {
        ensure(self.size <= self.kind.cap(), Rule::PartSize)?;
        let nameless = self.kind != PartKind::Evidence;
        ensure(!nameless || self.name.is_empty(), Rule::PartName)?;
        ensure(self.name.len() <= MAX_NAME, Rule::PartNameLong)
    }

    /// The one name of its entry in the tar.
    #[must_use]
    pub fn entry(&self, evidence_before: usize) -> String {
        match self.kind {
            PartKind::Report => "report.json".into(),
            PartKind::Text => "report.txt".into(),
            PartKind::People => "people.json".into(),
            PartKind::Custody => "custody.jsonl".into(),
            PartKind::Evidence => format!("files/{:04}", evidence_before + 1),
        }
    }
}

impl Manifest {
    /// The sender's key and those before it, the newest first, as 64 hexadecimal digits.
    pub fn senders(&self) -> impl Iterator<Item = String> {
        let before = self.succeeds.iter().map(|s| s.sender.to_string());
        std::iter::once(self.sender.to_string()).chain(before)
    }

    // Whether every value has the form that the format asks for. Asked by the writer as well as by the reader, so that
    // nothing is sealed which is not opened.
    pub(crate) fn check(&self) -> Result<(), OpenError> {
        let chain = &self.chain;
        ensure(is_id(&self.report), Rule::ReportId)?;
        ensure(self.revision >= 1, Rule::Revision)?;
        ensure(is_id(&chain.id), Rule::ChainId)?;
        ensure(chain.counter >= 1, Rule::ChainCounter)?;
        let first = chain.counter <= 1;
        ensure(first == chain.previous.is_none(), Rule::ChainPrevious)?;
        let gone = chain
            .withdrawn
            .iter()
            .all(|c| (1..chain.counter).contains(c));
        ensure(
            gone && chain.withdrawn.len() <= MAX_WITHDRAWN,
            Rule::ChainWithdrawn,
        )?;
        let of = |text: &str, most: usize, letter: fn(u8) -> bool| {
            text.len() <= most && text.bytes().all(letter)
        };
        let tag = of(&self.language, 35, |b| {
            b.is_ascii_alphanumeric() || b == b'-'
        });
        ensure(tag, Rule::Language)?;
        let lower = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        ensure(of(&self.reply, 2048, lower), Rule::Reply)?;
        let version = |text: &str| of(text, 64, |b| b.is_ascii_graphic());
        let versions = &self.versions;
        ensure(
            versions.vocabulary >= 1
                && version(&versions.consent)
                && version(&versions.application),
            Rule::Versions,
        )?;
        let after = std::iter::once(self.sender).chain(self.succeeds.iter().map(|s| s.sender));
        let mut pairs = self.succeeds.iter().zip(after.clone());
        let different = self.senders().collect::<BTreeSet<_>>().len() == after.count();
        let holds = different && pairs.all(|(s, after)| s.holds(self.organisation, after));
        let few = self.succeeds.len() <= MAX_SUCCESSIONS;
        ensure(few && holds, Rule::Succession)
    }
}

/// Whether `text` has the form of a signature: 128 lower-case hexadecimal digits.
pub(crate) fn is_signature(text: &str) -> bool {
    let digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    text.len() == 128 && text.bytes().all(digit)
}

/// SHA-256 of each item of evidence, in order.
pub(crate) fn evidence_hashes(parts: &[Part]) -> Vec<Hash> {
    let evidence = parts.iter().filter(|p| p.kind == PartKind::Evidence);
    evidence.map(|p| p.sha256).collect()
}

// Whether `kinds` are those of a report, in order: report, text, people or not, custody, then evidence.
pub(crate) fn check_order(kinds: impl Iterator<Item = PartKind>) -> Result<(), OpenError> {
    use PartKind as K;
    let kinds: Vec<PartKind> = kinds.collect();
    let (heads, evidence) = match kinds.as_slice() {
        [K::Report, K::Text, K::People, K::Custody, rest @ ..]
        | [K::Report, K::Text, K::Custody, rest @ ..] => (true, rest),
        all => (false, all),
    };
    let right = heads && evidence.iter().all(|k| *k == K::Evidence);
    ensure(right, Rule::PartsOrder)?;
    ensure(evidence.len() <= MAX_EVIDENCE, Rule::PartsMany)
}

/// What the manifest of this bundle format says that it is.
pub(crate) fn format_named(number: u32) -> Option<&'static str> {
    (number == 1).then_some(FORMAT)
}

/// The format of the manifest.
pub const FORMAT: &str = "chronicle/bundle/v1";
/// Bytes of `manifest.json` and of `parts.json`, each.
pub(crate) const MAX_HEAD: u64 = 1 << 20;
/// Bytes of the name that a person gave a file.
const MAX_NAME: usize = 1024;
/// Counters that a chain says were taken back.
pub const MAX_WITHDRAWN: usize = 1000;
/// Keys before the sender's that a manifest names.
pub const MAX_SUCCESSIONS: usize = 8;
/// Evidence items in one bundle.
pub const MAX_EVIDENCE: usize = 200;
