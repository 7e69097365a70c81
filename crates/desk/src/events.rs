//! What the desk keeps in its vault. Fields that a newer version added are carried along.

use chronicle_bundle::{Manifest, Part};
use chronicle_vault::{BlobRef, RawRef, event, in_record};
use chronicle_wire::organisation::Credentials;
use chronicle_wire::{Day, Hash, PublicKey, SignedDocument};
use chronicle_words::Problem;
use serde::{Deserialize, Serialize};
use serde_json::Map;
use serde_json::Value;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// The organisation of this desk.
#[derive(Serialize, Deserialize)]
pub(crate) struct Founded {
    #[serde(skip)]
    pub(crate) seq: u64,
    pub(crate) id: Hash,
    pub(crate) founded_at: String,
    pub(crate) credentials: Credentials,
    /// Hashes of roots and recipients, and types of recipients, that are or were its own: what waited still opens.
    pub(crate) roots: Vec<Hash>,
    pub(crate) recipients: Vec<Hash>,
    pub(crate) recipient_types: Vec<String>,
    /// Seed of the key that signs profiles; a colleague's desk has none. The root's seed is at no desk.
    pub(crate) profile_key: Option<Zeroizing<String>>,
    /// Seed of this caseworker's key.
    pub(crate) caseworker_key: Zeroizing<String>,
    /// Names of identity files in the vault, the current one first.
    pub(crate) identities: Vec<String>,
    /// Of them, those that nothing is sealed to any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) retired: Vec<Retired>,
    /// Root and profile under later master keys, of which the words were not compared here yet: nothing of it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) later_root: Option<Credentials>,
    /// Names of colleagues by the labels of their keys; they exist only here.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) names: BTreeMap<String, String>,
    pub(crate) receipt_key: PublicKey,
    /// Invitations made so far: the number of the last one.
    pub(crate) introductions: u64,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}
event!(Founded, "organisation");

/// An identity that nothing is sealed to any more.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Retired {
    /// The name of its file.
    pub(crate) identity: String,
    pub(crate) recipient: String,
    pub(crate) on: Day,
    /// Whether everybody was told that somebody else may have it.
    pub(crate) compromised: bool,
}

/// What a person decided about keys and people, to be accounted for later.
#[derive(Serialize, Deserialize)]
pub(crate) struct Decision {
    #[serde(skip)]
    pub(crate) seq: u64,
    pub(crate) at: String,
    /// `rotated`, `admitted`, `dismissed`, `revoked`, `identity-forgotten`, `root`, `closed` ...
    pub(crate) what: String,
    /// A label, or the name of a file.
    pub(crate) about: String,
    pub(crate) reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) recipient: Option<String>,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}
event!(Decision, "decision");

/// A root that was drafted here and is being signed elsewhere.
#[derive(Serialize, Deserialize)]
pub(crate) struct Drafted {
    #[serde(skip)]
    pub(crate) seq: u64,
    /// The exact text.
    pub(crate) body: String,
    /// Seed of the new profile key, when one is drawn with it.
    pub(crate) profile_key: Option<Zeroizing<String>>,
}
event!(Drafted, "root-draft");

/// A bundle that a colleague gave the key of.
#[derive(Serialize, Deserialize)]
pub(crate) struct Granted {
    #[serde(skip)]
    pub(crate) seq: u64,
    pub(crate) bundle: Hash,
    pub(crate) key: Zeroizing<String>,
    pub(crate) by: PublicKey,
    pub(crate) day: Day,
    pub(crate) reason: String,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}
event!(Granted, "grant");

/// Keys that this desk drew and asked a colleague to take into the profile.
#[derive(Serialize, Deserialize)]
pub(crate) struct Asking {
    #[serde(skip)]
    pub(crate) seq: u64,
    /// The name of the identity's file.
    pub(crate) identity: String,
    pub(crate) caseworker_key: Zeroizing<String>,
    /// The exact text of what was asked.
    pub(crate) request: String,
}
event!(Asking, "asking");

/// An invitation that was made: its number, and the secret one that stands in it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Invited {
    #[serde(skip)]
    pub(crate) seq: u64,
    pub(crate) introduction: u64,
    pub(crate) number: u64,
    pub(crate) on: Day,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}
event!(Invited, "invitation");

/// What a sender told by another way.
#[derive(Serialize, Deserialize)]
pub(crate) struct Marked {
    #[serde(skip)]
    pub(crate) seq: u64,
    /// The first of their keys.
    pub(crate) sender: String,
    pub(crate) from: Day,
    pub(crate) reason: String,
    pub(crate) at: String,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}
event!(Marked, "sender-mark");

/// The way to the endpoint.
#[derive(Serialize, Deserialize)]
pub(crate) struct Connection {
    #[serde(skip)]
    pub(crate) seq: u64,
    pub(crate) capability: Zeroizing<String>,
    pub(crate) connected_at: String,
    /// The next log object, and the hash of the one before.
    pub(crate) next: u64,
    pub(crate) last: Hash,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}
event!(Connection, "connection");

/// A capability that was drawn and is kept before its token is shown to anybody: if the answer is lost, the same
/// exchange is asked for again.
#[derive(Serialize, Deserialize)]
pub(crate) struct Connecting {
    #[serde(skip)]
    pub(crate) seq: u64,
    pub(crate) capability: Zeroizing<String>,
    /// Hash of the token.
    pub(crate) token: Hash,
}
event!(Connecting, "connecting");

/// A report that was verified to its last byte.
#[derive(Serialize, Deserialize)]
pub(crate) struct Received {
    #[serde(skip)]
    pub(crate) seq: u64,
    pub(crate) id: String,
    pub(crate) manifest: Manifest,
    /// The exact text that was signed, and the signature: an export can be verified by a third party.
    pub(crate) manifest_text: String,
    pub(crate) signature: String,
    pub(crate) parts: Vec<Part>,
    /// `report.json` exactly.
    pub(crate) report: String,
    pub(crate) text: String,
    pub(crate) people: Option<String>,
    pub(crate) custody: String,
    pub(crate) evidence: Vec<Kept>,
    /// SHA-256, size and day of the bundle, as the endpoint's log has them.
    pub(crate) bundle: Hash,
    pub(crate) bundle_size: u64,
    pub(crate) stored: Day,
    pub(crate) received_at: String,
    /// The key of this bundle alone, for a colleague who may be given it; absent where an earlier version took it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bundle_key: Option<Zeroizing<String>>,
    /// When a person opened it first, where an earlier version noted it here. See [`OpenedBy`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) opened_at: Option<String>,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}
event!(Received, "report");

/// A person opened a report for the first time. Apart from the report, which never changes.
#[derive(Serialize, Deserialize)]
pub(crate) struct OpenedBy {
    #[serde(skip)]
    pub(crate) seq: u64,
    /// The report's id.
    pub(crate) report: String,
    pub(crate) at: String,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}
event!(OpenedBy, "opened");

/// What this caseworker said of a report: signed here, sealed and posted at the next visit.
#[derive(Serialize, Deserialize)]
pub(crate) struct Posting {
    #[serde(skip)]
    pub(crate) seq: u64,
    /// The message's own id.
    pub(crate) id: String,
    /// The report's id at this desk.
    pub(crate) report: String,
    pub(crate) mailbox: Hash,
    /// The recipient that it is sealed to.
    pub(crate) reply: String,
    pub(crate) document: SignedDocument,
    /// The words of an answer; absent in a receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<Zeroizing<String>>,
    pub(crate) day: Day,
    /// The day on which it was posted.
    pub(crate) posted: Option<Day>,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}
event!(Posting, "posting");

/// One item of evidence as it lies in the vault; its place among the parts.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) index: u32,
    pub(crate) media_type: String,
    #[serde(with = "in_record")]
    pub(crate) blob: BlobRef,
}

/// A bundle that could not be opened or verified. It is kept as it came: a later version, or an identity that turns
/// up, may open it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Quarantined {
    #[serde(skip)]
    pub(crate) seq: u64,
    pub(crate) id: String,
    pub(crate) reason: Problem,
    pub(crate) bundle: Hash,
    pub(crate) bundle_size: u64,
    pub(crate) stored: Day,
    pub(crate) received_at: String,
    /// The bytes; absent when the endpoint did not give what its log says.
    pub(crate) file: Option<RawRef>,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}
event!(Quarantined, "quarantine");

/// The endpoint's log was not what this desk had read: the server was put back to an older state, or lies.
#[derive(Serialize, Deserialize)]
pub(crate) struct SetBack {
    #[serde(skip)]
    pub(crate) seq: u64,
    pub(crate) noticed: Day,
    /// The object that was no longer what it was.
    pub(crate) number: u64,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}
event!(SetBack, "set-back");

impl SetBack {
    pub(crate) fn problem(&self) -> Problem {
        Problem::new("log-rolled-back").with("day", self.noticed)
    }
}
