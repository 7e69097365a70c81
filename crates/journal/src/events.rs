//! What the journal keeps in its vault: one record for each incident, item, organisation and delivery; saving again
//! replaces the record in the same transaction. Fields that a newer version added are carried along.

use chronicle_bundle::Succession;
use chronicle_bundle::custody::CustodyChain;
use chronicle_media::EvidenceView;
use chronicle_report::{Draft, Evidence};
use chronicle_vault::{BlobRef, RawRef, event, in_record};
use chronicle_wire::organisation::Credentials;
use chronicle_wire::{Day, Hash, SignedDocument};
use chronicle_words::Problem;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// An incident: the draft as it was kept last.
#[derive(Serialize, Deserialize)]
pub(crate) struct Incident {
    #[serde(skip)]
    pub(crate) seq: u64,
    pub(crate) id: String,
    pub(crate) revision: u32,
    pub(crate) draft: Draft,
    /// RFC 3339 with offset.
    pub(crate) created_at: String,
    pub(crate) kept_at: String,
    pub(crate) custody: CustodyChain,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}
event!(Incident, "incident");

/// One item of evidence.
#[derive(Serialize, Deserialize)]
pub(crate) struct Item {
    #[serde(skip)]
    pub(crate) seq: u64,
    pub(crate) id: String,
    pub(crate) incident: String,
    /// The order in which items were taken in.
    pub(crate) order: u64,
    #[serde(with = "in_record")]
    pub(crate) blob: BlobRef,
    pub(crate) about: Evidence,
    pub(crate) custody: CustodyChain,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}
event!(Item, "evidence");

/// An organisation that was joined: its words were compared. Holds the keys drawn for it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Joined {
    #[serde(skip)]
    pub(crate) seq: u64,
    pub(crate) id: Hash,
    pub(crate) credentials: Credentials,
    /// Hash of the root whose words were compared.
    pub(crate) confirmed_root: Hash,
    pub(crate) joined_at: String,
    /// Seed of the key that signs to this organisation.
    pub(crate) sender: Zeroizing<String>,
    /// What the keys before it signed when it took their place, the last one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) succeeds: Vec<Succession>,
    /// The age identity file to which answers are sealed.
    pub(crate) reply: Zeroizing<String>,
    /// The read key of the mailbox.
    pub(crate) mailbox: Zeroizing<String>,
    pub(crate) capability: Zeroizing<String>,
    /// Until it was exchanged.
    pub(crate) token: Option<Zeroizing<String>>,
    /// Hash of the token of the invitation that gave this permission.
    #[serde(default)]
    pub(crate) invited_by: Option<Hash>,
    /// Why the endpoint does not let this journal in, until it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) access_trouble: Option<Problem>,
    /// Why the profile that the endpoint serves was not taken over, until it serves a true one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) profile_trouble: Option<Problem>,
    /// Roots and profiles under later master keys, of which a person has not compared the words yet: nothing of them counts.
    /// There may be several: whoever has an old root key can offer one, and the words decide.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) later_roots: Vec<Credentials>,
    /// Why the token waits to be exchanged, in this session.
    #[serde(skip)]
    pub(crate) line_trouble: Option<Problem>,
    /// The way by which it was reached: `direct`, `proxied` or `onion`.
    pub(crate) way: Option<String>,
    pub(crate) introduction: u64,
    pub(crate) chain_id: String,
    pub(crate) counter: u64,
    pub(crate) previous: Option<Hash>,
    #[serde(default)]
    pub(crate) withdrawn: Vec<u64>,
    /// Ids made for this organisation: incident -> report, item -> item.
    pub(crate) reports: BTreeMap<String, String>,
    pub(crate) items: BTreeMap<String, String>,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}
event!(Joined, "organisation");

/// An invitation whose words were not compared yet.
#[derive(Serialize, Deserialize)]
pub(crate) struct KeptInvitation {
    #[serde(skip)]
    pub(crate) seq: u64,
    pub(crate) id: String,
    /// Short, or whole; it holds the token.
    pub(crate) text: Zeroizing<String>,
    pub(crate) kept_at: String,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}
event!(KeptInvitation, "invitation");

/// What a caseworker said of a report, verified when it came.
#[derive(Serialize, Deserialize)]
pub(crate) struct Came {
    #[serde(skip)]
    pub(crate) seq: u64,
    pub(crate) id: String,
    pub(crate) organisation: Hash,
    pub(crate) incident: String,
    pub(crate) delivery: String,
    /// Exactly as it was signed.
    pub(crate) document: SignedDocument,
    pub(crate) came_at: String,
    /// Whether a person has seen it.
    pub(crate) read: bool,
    /// Hashes of the sealings that lie in the mailbox still.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) sealed: Vec<Hash>,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}
event!(Came, "message");

/// A sealed bundle: here, or what is known of it when it is not needed any more.
#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Ciphertext {
    Here(RawRef),
    Gone { size: u64, sha256: String },
}

impl Ciphertext {
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Here(raw) => raw.size,
            Self::Gone { size, .. } => *size,
        }
    }

    pub(crate) fn sha256(&self) -> &str {
        match self {
            Self::Here(raw) => &raw.sha256,
            Self::Gone { sha256, .. } => sha256,
        }
    }

    /// The file, while it is here.
    pub(crate) fn here(&self) -> Option<&RawRef> {
        match self {
            Self::Here(raw) => Some(raw),
            Self::Gone { .. } => None,
        }
    }

    /// The same without the file.
    pub(crate) fn gone(&self) -> Self {
        Self::Gone {
            size: self.size(),
            sha256: self.sha256().to_owned(),
        }
    }
}

/// One sealed bundle and where it is.
#[derive(Serialize, Deserialize)]
pub(crate) struct Delivery {
    #[serde(skip)]
    pub(crate) seq: u64,
    pub(crate) id: String,
    pub(crate) incident: String,
    pub(crate) organisation: Hash,
    pub(crate) revision: u32,
    pub(crate) sealed_at: String,
    pub(crate) manifest: Hash,
    pub(crate) counter: u64,
    /// The chain in which `counter` counts, when it is not the organisation's present one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) chain: Option<String>,
    /// The ciphertext; kept until a caseworker's receipt says *opened*.
    pub(crate) bundle: Ciphertext,
    /// SHA-256 of each recipient's text that it is sealed to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) sealed_to: Vec<Hash>,
    /// What was sealed, as it was.
    pub(crate) sent: Option<Sent>,
    pub(crate) upload: Option<String>,
    pub(crate) receipt: Option<SignedDocument>,
    pub(crate) day: Option<Day>,
    /// Whether the endpoint signed for it and did not have it any more later on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) lost: bool,
    /// Why it is stopped.
    pub(crate) stopped: Option<Problem>,
    /// Bytes that the endpoint has, as far as known in this session.
    #[serde(skip)]
    pub(crate) offset: u64,
    /// Whether bytes are on their way just now.
    #[serde(skip)]
    pub(crate) moving: bool,
    /// Why it waits, in this session.
    #[serde(skip)]
    pub(crate) trouble: Option<Problem>,
    /// The day on which the endpoint was asked last whether it still has it, in this session.
    #[serde(skip)]
    pub(crate) asked: Option<Day>,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}
event!(Delivery, "delivery");

impl Delivery {
    /// Whether it still has to be brought to its endpoint: what was opened went by hand.
    pub(crate) fn is_under_way(&self) -> bool {
        self.receipt.is_none() && self.stopped.is_none() && self.bundle.here().is_some()
    }

    /// The day (UTC) on which it was sealed, by the clock of then.
    pub(crate) fn sealed_on(&self) -> Day {
        let sealed = self.sealed_at.parse::<Timestamp>();
        sealed.map_or(Day::MIN, |at| at.to_zoned(TimeZone::UTC).date())
    }

    /// The same, unless the clock was ahead then: no later than today.
    pub(crate) fn sealed_by(&self, now: &Zoned) -> Day {
        let today = now.timestamp().to_zoned(TimeZone::UTC).date();
        self.sealed_on().min(today)
    }
}

/// What was sealed: stays visible as sent, whatever is edited afterwards.
#[derive(Serialize, Deserialize)]
pub(crate) struct Sent {
    pub(crate) draft: Draft,
    pub(crate) evidence: Vec<EvidenceView>,
    pub(crate) left_out: Vec<String>,
    /// `report.txt` exactly, and names and contacts where they went along.
    #[serde(default)]
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) people: String,
}
