//! The two documents as they are written, and the rules that a document can be asked about by itself. Whether anybody
//! signed it is not known here.

use super::{BUNDLE_FORMATS, TrustError};
use crate::signed::{Hash, PublicKey, SignedDocument, is_id, purpose};
use crate::{Day, route, size};
use chronicle_json::Caps;
use serde::{Deserialize, Serialize};

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
    /// Recipients that nothing must be sealed to any more, and of what was: somebody else may read it. At most 64.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revoked: Vec<Revoked>,
    /// Whether the organisation has closed.
    #[serde(default)]
    pub closed: bool,
    /// Last day on which it should be relied on without a word of warning (180 days).
    pub expires: Day,
}

/// A recipient whose identity somebody else may have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoked {
    /// SHA-256 of the recipient's text.
    pub recipient: Hash,
    /// The day on which the organisation said so.
    pub day: Day,
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
    /// The newest [`super::Current`] about this profile that whoever passes it on has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<SignedDocument>,
}

pub(super) fn read_root(document: &SignedDocument) -> Result<RootBody, TrustError> {
    read_body(&document.body, MAX_ROOT, purpose::ROOT, "chronicle/root/")
}

fn read_body<T: serde::de::DeserializeOwned>(
    text: &str,
    longest: usize,
    format: &str,
    family: &str,
) -> Result<T, TrustError> {
    let caps = Caps {
        bytes: longest,
        values: MAX_VALUES,
        depth: MAX_DEPTH,
    };
    let value = chronicle_json::value(text.as_bytes(), &caps).map_err(|_| TrustError::Malformed)?;
    match value.get("format").and_then(|f| f.as_str()) {
        Some(found) if found == format => {
            serde_json::from_value(value).map_err(|_| TrustError::Malformed)
        }
        Some(other) if other.starts_with(family) => Err(TrustError::Newer),
        _ => Err(TrustError::Malformed),
    }
}

/// `profile.json`, of which nothing is believed yet.
pub(super) fn read_profile(document: &SignedDocument) -> Result<ProfileBody, TrustError> {
    read_body(
        &document.body,
        MAX_PROFILE,
        purpose::PROFILE,
        "chronicle/profile/",
    )
}

pub(super) fn root_well_formed(root: &RootBody) -> bool {
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
pub(super) fn understood(body: &ProfileBody) -> Result<(), TrustError> {
    let known = crate::agehead::TYPES.contains(&body.recipient_type.as_str())
        && ["any", "onion-only"].contains(&body.transport.as_str())
        && !body
            .addresses
            .iter()
            .any(|a| route::address_is_of_another_scheme(a))
        && body.padding == size::TABLE
        && body.newest_format().is_some();
    if known {
        Ok(())
    } else {
        Err(TrustError::Newer)
    }
}

pub(super) fn well_formed(body: &ProfileBody) -> Result<(), TrustError> {
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
        && body.keys.len() <= 64
        && body.revoked.len() <= 64
        && !body
            .recipients
            .iter()
            .any(|r| body.has_revoked(&r.recipient));
    if right {
        Ok(())
    } else {
        Err(TrustError::Malformed)
    }
}

impl KeyEntry {
    /// The last day of its window. That of a receipt key is at most [`RECEIPT_DAYS`] after its first, whatever the profile
    /// says: the key is at a server that stands on the net, and whoever takes it has it for so long and no longer.
    #[must_use]
    pub fn last_day(&self) -> Day {
        match self.role {
            Role::EndpointReceipt => {
                let most = jiff::Span::new().days(RECEIPT_DAYS);
                self.until.min(self.from.saturating_add(most))
            }
            Role::Caseworker | Role::Unknown => self.until,
        }
    }
}

impl ProfileBody {
    /// The newest bundle format that the organisation's desks open and this version seals: years may lie between them.
    #[must_use]
    pub fn newest_format(&self) -> Option<u32> {
        let opened = |format: &u32| self.formats.contains(format);
        BUNDLE_FORMATS.into_iter().find(opened)
    }

    /// Whether the organisation says that somebody else may have this recipient's identity.
    #[must_use]
    pub fn has_revoked(&self, recipient: &str) -> bool {
        let hash = Hash::of(recipient.as_bytes());
        self.revoked.iter().any(|r| r.recipient == hash)
    }
}

/// Days for which a receipt key's window is open at most.
pub const RECEIPT_DAYS: i64 = 90;

const MAX_PROFILE: usize = 64 * 1024;
// Small, because up to 17 of them travel in an invitation. Sixteen keys and all else take 1.5 KiB.
const MAX_ROOT: usize = 4 * 1024;

// Sixty-four keys of five values, and all else.
const MAX_VALUES: usize = 2_000;
const MAX_DEPTH: usize = 16;
