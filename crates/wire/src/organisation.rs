//! Who an organisation is. `root.json` names the keys that may sign `profile.json`; the profile says everything that
//! changes. What was read is [`Profile<Unverified>`]; only [`Profile<Unverified>::verify`] makes it
//! [`Profile<Verified>`], and only six matching words make that a [`ConfirmedOrganisation`], the one thing to which a
//! report can be sealed. Expiry never blocks anything here: it is a question that callers ask for their words.

use crate::signed::{Hash, PublicKey, SignedDocument, is_id, purpose};
use crate::words::{SixWords, WordsError};
use crate::{Day, route, size};
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;
use thiserror::Error;

/// The body of `root.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootBody {
    /// `chronicle/root/v1`.
    pub format: String,
    /// From 1, growing by one.
    pub version: u64,
    /// The organisation's id: SHA-256 of version 1; absent in version 1 itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Hash>,
    /// Keys that sign roots.
    pub root_keys: Vec<PublicKey>,
    /// How many of them must sign.
    pub root_threshold: usize,
    /// Keys that sign profiles.
    pub profile_keys: Vec<PublicKey>,
    /// How many of them must sign.
    pub profile_threshold: usize,
    /// Last day on which it should be relied on without a word of warning (three years).
    pub expires: Day,
    /// 32 hexadecimal digits at random, so that two organisations never share an id.
    pub nonce: String,
}

/// One recipient in the profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientEntry {
    /// A random label; names exist only at the desk.
    pub label: String,
    /// age's recipient.
    pub recipient: String,
    /// Whether it is the offline archive.
    #[serde(default)]
    pub archive: bool,
}

/// What a key in the profile may sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Receipts *stored*.
    EndpointReceipt,
    /// Receipts *opened*, answers, questions.
    Caseworker,
    /// A role of a newer version: kept, counts for nothing here.
    #[serde(other)]
    Unknown,
}

/// One signing key in the profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyEntry {
    /// The key.
    pub key: PublicKey,
    /// Its one role.
    pub role: Role,
    /// A random label.
    pub label: String,
    /// First day of its window.
    pub from: Day,
    /// Last day of its window; what it signed counts for 30 days more.
    pub until: Day,
}

/// The body of `profile.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileBody {
    /// `chronicle/profile/v1`.
    pub format: String,
    /// The organisation's id.
    pub organisation: Hash,
    /// SHA-256 of the exact bytes of the root that names the signing keys.
    pub root: Hash,
    /// Grows with each change.
    pub version: u64,
    /// The organisation's name as it gives itself.
    pub name: String,
    /// Addresses of its endpoint, best first.
    pub addresses: Vec<String>,
    /// `any`, or `onion-only`.
    pub transport: String,
    /// `X25519` or `mlkem768x25519`: all recipients are of one type.
    pub recipient_type: String,
    /// 1 to 8 recipients.
    pub recipients: Vec<RecipientEntry>,
    /// Signing keys, each with one role.
    pub keys: Vec<KeyEntry>,
    /// The number of the padding table.
    pub padding: u32,
    /// Bundle formats that the desk opens.
    pub formats: Vec<u32>,
    /// The newest release known to the organisation (version, hash), if it names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<Release>,
    /// Whether the organisation has closed.
    #[serde(default)]
    pub closed: bool,
    /// Last day on which it should be relied on without a word of warning (180 days).
    pub expires: Day,
}

/// A release of Chronicle that an organisation names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Its version.
    pub version: String,
    /// SHA-256 of what is installed.
    pub sha256: Hash,
}

/// Root and profile as they travel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// The roots before this one, from version 1 on: the way from the organisation's id to its keys of today. Empty for
    /// version 1.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<SignedDocument>,
    /// `root.json` and its signatures.
    pub root: SignedDocument,
    /// `profile.json` and its signatures.
    pub profile: SignedDocument,
}

/// Why something of an organisation is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TrustError {
    /// Not a root and a profile, or against a rule of the format.
    #[error("root or profile is malformed")]
    Malformed,
    /// Made for a newer version of Chronicle.
    #[error("root or profile needs a newer version")]
    Newer,
    /// A signature is missing or wrong.
    #[error("a signature is missing or wrong")]
    Signature,
    /// The profile belongs to another root.
    #[error("profile and root do not belong together")]
    Mixed,
    /// Another organisation than the one that is known.
    #[error("another organisation")]
    OtherOrganisation,
    /// Older than what is known, or on a way that parted from it.
    #[error("older than what is known")]
    Rollback,
    /// The root changed: the new words must be compared first.
    #[error("the root has changed")]
    RootChanged,
    /// A receipt that does not count.
    #[error("the receipt does not count")]
    Receipt,
    /// A receipt that would count on another day: all of it is right, and its day is outside the key's window.
    #[error("the receipt's day is outside its key's window")]
    ReceiptDay,
    /// The endpoint's own receipt key is not in the profile.
    #[error("the profile does not name this receipt key")]
    ForeignReceiptKey,
}

impl TrustError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Malformed | Self::Mixed | Self::Rollback => "profile-refused",
            Self::Newer => "invitation-newer",
            Self::Signature => "invitation-signature",
            Self::OtherOrganisation => "organisation-unknown",
            Self::RootChanged => "root-changed",
            Self::Receipt => "receipt-wrong",
            Self::ReceiptDay => "receipt-day",
            Self::ForeignReceiptKey => "receipt-key-missing",
        }
    }
}

/// Marks a profile that was only read.
#[derive(Clone)]
pub struct Unverified;
/// Marks a profile whose signatures were verified.
#[derive(Clone)]
pub struct Verified;

/// Root and profile of one organisation.
#[derive(Clone)]
pub struct Profile<State> {
    credentials: Credentials,
    earlier: Vec<RootBody>,
    root: RootBody,
    body: ProfileBody,
    state: PhantomData<State>,
}

impl Profile<Unverified> {
    /// Reads the documents; believes nothing.
    ///
    /// # Errors
    /// [`TrustError::Malformed`], [`TrustError::Newer`].
    pub fn read(credentials: Credentials) -> Result<Self, TrustError> {
        if credentials.earlier.len() > MAX_EARLIER {
            return Err(TrustError::Malformed);
        }
        let earlier = credentials.earlier.iter().map(read_root);
        Ok(Self {
            earlier: earlier.collect::<Result<_, _>>()?,
            root: read_root(&credentials.root)?,
            body: read_body(
                &credentials.profile.body,
                MAX_PROFILE,
                purpose::PROFILE,
                "chronicle/profile/",
            )?,
            credentials,
            state: PhantomData,
        })
    }

    /// Verifies signatures and rules, and walks the roots from version 1 on: only they bind a later root to its
    /// organisation's id. Whether the profile follows the one that is known is asked by [`Profile::<Verified>::follows`].
    ///
    /// # Errors
    /// See [`TrustError`]. [`TrustError::Newer`] is said only by the organisation: after its signatures were verified.
    pub fn verify(self) -> Result<Profile<Verified>, TrustError> {
        let Self {
            credentials,
            earlier,
            root,
            body,
            ..
        } = self;
        let id = walk(&credentials, &earlier, &root)?;
        if credentials
            .profile
            .count(purpose::PROFILE, &root.profile_keys)
            < root.profile_threshold
        {
            return Err(TrustError::Signature);
        }
        if body.root != credentials.root.hash() || body.organisation != id {
            return Err(TrustError::Mixed);
        }
        understood(&body)?;
        well_formed(&body)?;
        Ok(Profile {
            credentials,
            earlier,
            root,
            body,
            state: PhantomData,
        })
    }
}

impl Profile<Verified> {
    /// The organisation's id.
    #[must_use]
    pub fn organisation(&self) -> Hash {
        self.body.organisation
    }

    /// SHA-256 of the exact bytes of the root.
    #[must_use]
    pub fn root_hash(&self) -> Hash {
        self.credentials.root.hash()
    }

    /// What the profile says.
    #[must_use]
    pub fn body(&self) -> &ProfileBody {
        &self.body
    }

    /// What the root says.
    #[must_use]
    pub fn root(&self) -> &RootBody {
        &self.root
    }

    /// The documents themselves, to be kept or passed on.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// SHA-256 over the sorted recipients, one a line: what a manifest binds itself to.
    #[must_use]
    pub fn recipients_hash(&self) -> Hash {
        recipients_hash(self.body.recipients.iter().map(|r| r.recipient.as_str()))
    }

    /// The six words of the root. Takes about 0.1 s.
    #[must_use]
    pub fn words(&self) -> SixWords {
        SixWords::of_root(self.credentials.root.body.as_bytes())
    }

    /// Whether the profile gives `key` this `role`, in any window.
    #[must_use]
    pub fn key_has(&self, key: PublicKey, role: Role) -> bool {
        self.windows(key, role).next().is_some()
    }

    /// Whether `key` has `role` and what it signed on `day` counts: inside one of its windows, or at most 30 days before or
    /// after it, because neither the desk's clock nor the endpoint's is always right.
    #[must_use]
    pub fn key_counts(&self, key: PublicKey, role: Role, day: Day) -> bool {
        let grace = jiff::Span::new().days(30);
        self.windows(key, role).any(|entry| {
            day >= entry.from.saturating_sub(grace) && day <= entry.until.saturating_add(grace)
        })
    }

    fn windows(&self, key: PublicKey, role: Role) -> impl Iterator<Item = &KeyEntry> {
        let all = self.body.keys.iter();
        all.filter(move |entry| entry.key == key && entry.role == role)
    }

    /// Checks that this profile may take the place of `known`: the same organisation and root, a version that grows
    /// (or the very same document).
    ///
    /// # Errors
    /// [`TrustError::OtherOrganisation`], [`TrustError::RootChanged`], [`TrustError::Rollback`].
    pub fn follows(&self, known: &Self) -> Result<(), TrustError> {
        if self.organisation() != known.organisation() {
            return Err(TrustError::OtherOrganisation);
        }
        if self.root_hash() != known.root_hash() {
            let mut walked = self.credentials.earlier.iter().map(SignedDocument::hash);
            return Err(if walked.any(|root| root == known.root_hash()) {
                TrustError::RootChanged
            } else {
                TrustError::Rollback
            });
        }
        let same = self.credentials.profile.body == known.credentials.profile.body;
        if same || self.body.version > known.body.version {
            Ok(())
        } else {
            Err(TrustError::Rollback)
        }
    }

    /// Confirms the organisation by the six words that a person typed.
    ///
    /// # Errors
    /// See [`WordsError`].
    pub fn confirm<S: AsRef<str>>(self, typed: &[S]) -> Result<ConfirmedOrganisation, WordsError> {
        self.words().confirm(typed)?;
        Ok(ConfirmedOrganisation(self))
    }
}

/// An organisation whose words were compared by a person.
#[derive(Clone)]
pub struct ConfirmedOrganisation(Profile<Verified>);

impl ConfirmedOrganisation {
    /// Takes up an earlier confirmation: `root` is the hash of the root whose words were compared, as the vault kept it.
    ///
    /// # Errors
    /// [`TrustError::RootChanged`] when the profile stands under another root.
    pub fn recall(profile: Profile<Verified>, root: Hash) -> Result<Self, TrustError> {
        if profile.root_hash() == root {
            Ok(Self(profile))
        } else {
            Err(TrustError::RootChanged)
        }
    }

    /// The verified profile.
    #[must_use]
    pub fn profile(&self) -> &Profile<Verified> {
        &self.0
    }
}

/// SHA-256 over `recipients`, sorted, one a line.
pub fn recipients_hash<'a>(recipients: impl Iterator<Item = &'a str>) -> Hash {
    let mut sorted: Vec<&str> = recipients.collect();
    sorted.sort_unstable();
    Hash::of(
        sorted
            .iter()
            .map(|r| format!("{r}\n"))
            .collect::<String>()
            .as_bytes(),
    )
}

fn read_root(document: &SignedDocument) -> Result<RootBody, TrustError> {
    read_body(&document.body, MAX_ROOT, purpose::ROOT, "chronicle/root/")
}

fn read_body<T: serde::de::DeserializeOwned>(
    text: &str,
    longest: usize,
    format: &str,
    family: &str,
) -> Result<T, TrustError> {
    if text.len() > longest {
        return Err(TrustError::Malformed);
    }
    let value: serde_json::Value = serde_json::from_str(text).map_err(|_| TrustError::Malformed)?;
    match value.get("format").and_then(|f| f.as_str()) {
        Some(found) if found == format => {
            serde_json::from_str(text).map_err(|_| TrustError::Malformed)
        }
        Some(other) if other.starts_with(family) => Err(TrustError::Newer),
        _ => Err(TrustError::Malformed),
    }
}

// From version 1, whose hash is the id, to the root of today: each signed by its own keys and by those before it.
fn walk(
    credentials: &Credentials,
    earlier: &[RootBody],
    root: &RootBody,
) -> Result<Hash, TrustError> {
    let documents = credentials.earlier.iter().chain([&credentials.root]);
    let roots = earlier.iter().chain([root]);
    let id = credentials
        .earlier
        .first()
        .unwrap_or(&credentials.root)
        .hash();
    let mut before: Option<&RootBody> = None;
    for ((version, document), root) in (1..).zip(documents).zip(roots) {
        if root.version != version || !root_well_formed(root) {
            return Err(TrustError::Malformed);
        }
        if root.organisation.is_some_and(|named| named != id) {
            return Err(TrustError::Mixed);
        }
        for signing in [Some(root), before].into_iter().flatten() {
            if document.count(purpose::ROOT, &signing.root_keys) < signing.root_threshold {
                return Err(TrustError::Signature);
            }
        }
        before = Some(root);
    }
    Ok(id)
}

fn root_well_formed(root: &RootBody) -> bool {
    let keys = |keys: &[PublicKey], threshold: usize| {
        let unique = keys
            .iter()
            .enumerate()
            .all(|(i, k)| !keys.iter().take(i).any(|earlier| earlier == k));
        threshold >= 1 && threshold <= keys.len() && keys.len() <= 8 && unique
    };
    keys(&root.root_keys, root.root_threshold)
        && keys(&root.profile_keys, root.profile_threshold)
        && (root.version == 1) == root.organisation.is_none()
        && is_id(&root.nonce)
}

// What this version has no rule for is a newer version's, and no mistake of the organisation.
fn understood(body: &ProfileBody) -> Result<(), TrustError> {
    let known = ["X25519", "mlkem768x25519"].contains(&body.recipient_type.as_str())
        && ["any", "onion-only"].contains(&body.transport.as_str())
        && !body
            .addresses
            .iter()
            .any(|a| route::address_is_of_another_scheme(a))
        && body.padding == size::TABLE
        && body.formats.contains(&BUNDLE_FORMAT);
    if known {
        Ok(())
    } else {
        Err(TrustError::Newer)
    }
}

fn well_formed(body: &ProfileBody) -> Result<(), TrustError> {
    let recipients = (1..=crate::agehead::RECIPIENTS).contains(&body.recipients.len())
        && body.recipients.iter().all(|r| {
            r.recipient.len() <= 2048 && r.recipient.bytes().all(|b| b.is_ascii_alphanumeric())
        });
    let onion = body.transport == "onion-only";
    let right = body.version >= 1
        && !body.name.trim().is_empty()
        && body.name.chars().count() <= 100
        && !body.name.chars().any(char::is_control)
        && (1..=8).contains(&body.addresses.len())
        && body
            .addresses
            .iter()
            .all(|a| route::address_allowed(a) && (!onion || route::address_is_onion(a)))
        && recipients
        && body.keys.len() <= 64;
    if right {
        Ok(())
    } else {
        Err(TrustError::Malformed)
    }
}

/// The bundle format that this version writes.
pub const BUNDLE_FORMAT: u32 = 1;

/// Roots before the one of today that are walked: with three years for each, half a century.
pub const MAX_EARLIER: usize = 16;

const MAX_PROFILE: usize = 64 * 1024;
// Small, because up to 17 of them travel in an invitation. Sixteen keys and all else take 1.5 KiB.
const MAX_ROOT: usize = 4 * 1024;

#[cfg(test)]
mod tests;
