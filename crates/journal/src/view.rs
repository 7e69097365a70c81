//! The types that cross to the window and that `--json` prints. No key, capability, token or path is ever among them.

use chronicle_media::EvidenceView;
use chronicle_report::{Draft, TimeWords};
use chronicle_search::Excerpt;
use chronicle_words::Problem;
use serde::Serialize;

macro_rules! views {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field:meta])* $member:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Serialize)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS))]
        pub struct $name { $($(#[$field])* pub $member: $type,)* }
    )*};
}

views! {
    /// What a receipt proves, and by whose profile.
    ReceiptView {
        /// The organisation's id.
        organisation: String,
        /// The name that its profile gives it.
        name: String,
        /// Its six words, in English: they alone tell whose profile it is.
        words: String,
        /// The same in Russian.
        words_ru: String,
        /// The same as digits.
        digits: String,
        /// SHA-256 of the sealed file.
        sha256: String,
        /// Its bytes.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        size: u64,
        /// The day (UTC) on which it was stored.
        day: String,
        /// Whether a sealed file was at hand and is the one.
        compared: bool,
    }

    /// What came back by hand, and about which report.
    ReturnedView {
        /// What it was.
        came: Returned,
        /// The delivery's id.
        delivery: String,
        /// The incident's id.
        incident: String,
    }

    /// One line of the list of incidents.
    IncidentLine {
        /// Its id.
        id: String,
        /// Codes of its kinds.
        kinds: Vec<String>,
        /// When it happened, in words.
        when: TimeWords,
        /// The beginning of the notes.
        quote: String,
        /// Items of evidence.
        files: u32,
        /// When it was kept last: RFC 3339 with offset.
        edited: String,
        /// Where its reports are.
        deliveries: Vec<DeliveryView>,
        /// Where the words that were looked for stand.
        hit: Option<Excerpt>,
    }

    /// A page of the list of incidents.
    IncidentList {
        /// How many there are in all.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        total: u64,
        /// Those of this page.
        incidents: Vec<IncidentLine>,
    }

    /// One incident.
    IncidentView {
        /// Its id.
        id: String,
        /// The draft.
        draft: Draft,
        /// Its evidence, in the order in which it was taken in.
        evidence: Vec<EvidenceView>,
        /// When it was kept: RFC 3339 with offset.
        kept_at: String,
        /// The revision that would be sent next.
        revision: u32,
        /// What was sent, as it was.
        sent: Vec<SentView>,
        /// Where its reports are.
        deliveries: Vec<DeliveryView>,
        /// When it happened, in words.
        when: TimeWords,
        /// Answers that sealing still needs.
        missing: Vec<String>,
        /// Answers that are kept as they are and have to be mended before sealing.
        faults: Vec<Problem>,
    }

    /// What was sent to one organisation.
    SentView {
        /// The organisation's id.
        organisation: String,
        /// Its name.
        organisation_name: String,
        /// Which revision.
        revision: u32,
        /// When it was sealed: RFC 3339 with offset.
        sealed_at: String,
        /// The draft as it was.
        draft: Draft,
        /// `report.txt` exactly as it was sealed.
        text: String,
        /// Names and contacts, as text; empty when they were left out.
        people: String,
        /// The evidence that went.
        evidence: Vec<EvidenceView>,
        /// Names of files that were left out.
        left_out: Vec<String>,
    }

    /// Where one report is on its way to one organisation.
    DeliveryView {
        /// The delivery's own id.
        id: String,
        /// The incident.
        incident: String,
        /// Codes of its kinds, as they were sealed.
        kinds: Vec<String>,
        /// When it happened, in words, as it was sealed.
        when: TimeWords,
        /// The organisation's id.
        organisation: String,
        /// Its name.
        organisation_name: String,
        /// Which revision.
        revision: u32,
        /// `waiting`, `sending`, `stored`, `opened`, `answered` or `stopped`.
        stage: Stage,
        /// How much of it the endpoint has, 0 to 100.
        percent: u8,
        /// The day of the receipt, once stored.
        day: Option<String>,
        /// Why it waits or is stopped.
        problem: Option<Problem>,
        /// When it was sealed: RFC 3339 with offset.
        sealed_at: String,
        /// Whether the endpoint had signed for it and did not have it any more: it was sent again, or is to be.
        lost: bool,
        /// The day on which a person at the organisation opened it, once they signed for that.
        opened: Option<String>,
        /// What they wrote about it, the oldest first.
        answers: Vec<AnswerView>,
        /// What a person should know of it beside its stage: that nobody has opened it for long, or that the days of this
        /// computer and of the server do not go together.
        notices: Vec<Problem>,
    }

    /// What a caseworker wrote about a report.
    AnswerView {
        /// Its id.
        id: String,
        /// The day on which it was written.
        day: String,
        /// The caseworker's words.
        text: String,
        /// Whether it was seen.
        read: bool,
    }

    /// The answer to saving.
    KeptView {
        /// The incident.
        id: String,
        /// When: RFC 3339 with offset.
        kept_at: String,
        /// The revision that would be sent next.
        revision: u32,
        /// When it happened, in words.
        when: TimeWords,
        /// Answers that sealing still needs.
        missing: Vec<String>,
        /// Answers that are kept as they are and have to be mended before sealing.
        faults: Vec<Problem>,
    }

    /// An organisation that was joined.
    OrganisationView {
        /// Its id.
        id: String,
        /// Its name.
        name: String,
        /// Its addresses.
        addresses: Vec<String>,
        /// Whether its words were compared.
        confirmed: bool,
        /// Until when its profile is meant to be relied on.
        expires: String,
        /// The last day on which it said that this profile is its newest.
        current: Option<String>,
        /// Whether it has later master keys whose words were not compared yet.
        later_root: bool,
        /// What a person should know of it, each with its `day`; nothing stops for it.
        notices: Vec<Problem>,
        /// Whether it has closed.
        closed: bool,
        /// How the next report to it travels: `direct`, `proxied` or `onion`; `None` where nothing goes.
        way: Option<String>,
        /// The address that is spoken to then.
        address: Option<String>,
        /// Why nothing goes.
        stays: Option<Problem>,
        /// The way it would take if the person agreed to another one than before.
        instead: Option<String>,
        /// What is not in order with it: its endpoint does not let this journal in, or serves a profile that cannot be
        /// believed.
        problem: Option<Problem>,
    }

    /// An invitation that was read.
    InvitationView {
        /// Whether root and profile are there. Those of a short one must be fetched first: until then it has no name.
        whole: bool,
        /// The name it gives.
        name: String,
        /// Its addresses.
        addresses: Vec<String>,
        /// How its addresses are reached: `direct`, `proxied` or `onion`; `None` where they are not.
        way: Option<String>,
        /// Why not.
        stays: Option<Problem>,
        /// Until when its profile is meant to be relied on.
        expires: String,
        /// Whether this organisation was joined before.
        known: bool,
        /// Whether it is known, and this invitation gives a new permission.
        renews: bool,
    }

    /// An invitation that was kept until its words can be compared.
    KeptInvitationView {
        /// Its id.
        id: String,
        /// When it was kept (RFC 3339).
        kept_at: String,
        /// What it says.
        invitation: InvitationView,
    }

    /// One part that goes, or is left out.
    PreviewPart {
        /// Its id, for leaving it out: `people`, or an item's id; `report` cannot be left out.
        part: String,
        /// `report`, `people` or `evidence`.
        kind: String,
        /// The file's name.
        name: String,
        /// Bytes.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        size: u64,
        /// Whether it goes.
        included: bool,
    }

    /// One step of the custody log.
    PreviewStep {
        /// Name of the item of evidence; empty for the report itself.
        about: String,
        /// `created`, `imported`, `described`, `sealed` or `withheld`.
        action: String,
        /// When: RFC 3339 with offset.
        at: String,
    }

    /// Exactly what would be sealed, and to whom.
    PreviewView {
        /// The incident.
        incident: String,
        /// The organisation's id.
        organisation: String,
        /// Its name.
        organisation_name: String,
        /// Which revision.
        revision: u32,
        /// `report.txt`, byte for byte.
        text: String,
        /// Names and contacts, as text.
        people: String,
        /// What `send` takes to be sure that nothing changed since this was looked at.
        seen: String,
        /// Its parts.
        parts: Vec<PreviewPart>,
        /// The custody log that goes along, step by step.
        steps: Vec<PreviewStep>,
        /// About how large the sealed bundle is, in bytes.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        sealed_bytes: u64,
        /// How it would travel, in words: `route-direct`, `route-local`, `route-proxied`, `route-onion`, or `route-none`.
        route: String,
        /// Why it would stay.
        stays: Option<Problem>,
        /// Whether it waits until the person says that it may go.
        by_hand: bool,
        /// Where to.
        address: String,
        /// Answers that sealing still needs.
        missing: Vec<String>,
    }
}

/// A draft that could not be kept before the journal was locked.
#[derive(Clone, Serialize, serde::Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct HeldView {
    /// Its incident; none for a new one.
    pub id: Option<String>,
    /// The text.
    pub draft: Draft,
}

/// What incidents are looked for. What is empty leaves everything.
#[derive(Clone, Default, serde::Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct IncidentQuery {
    /// Words.
    #[serde(default)]
    pub text: String,
    /// Codes of kinds, any of them.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Codes of the countries where it happened, any of them.
    #[serde(default)]
    pub countries: Vec<String>,
    /// Codes of the states that act, any of them.
    #[serde(default)]
    pub acting: Vec<String>,
    /// Stages, any of them.
    #[serde(default)]
    pub stages: Vec<Stage>,
    /// It may have been on this day or later.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(type = "string | null"))]
    pub from: Option<jiff::civil::Date>,
    /// It may have been on this day or before.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(type = "string | null"))]
    pub to: Option<jiff::civil::Date>,
    /// How many are passed over.
    #[serde(default)]
    pub offset: u32,
    /// How many are given at most.
    pub limit: u32,
}

/// What a file that came back by hand was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Returned {
    /// The endpoint's receipt.
    Stored,
    /// A caseworker's word: that a person opened the report, or an answer.
    Message,
    /// Here already.
    Known,
}

/// Where a report is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// On this device only.
    Kept,
    /// Sealed; waits for a connection.
    Waiting,
    /// On its way.
    Sending,
    /// The endpoint's receipt was verified.
    Stored,
    /// A caseworker signed that a person has opened it.
    Opened,
    /// A caseworker wrote about it.
    Answered,
    /// Waiting cannot help; a person must act.
    Stopped,
}

impl Stage {
    /// Whether the endpoint has signed for it, whatever came after that.
    #[must_use]
    pub fn arrived(self) -> bool {
        matches!(self, Self::Stored | Self::Opened | Self::Answered)
    }

    /// Its name, as in `--json`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Stored => "stored",
            Self::Opened => "opened",
            Self::Answered => "answered",
            Self::Stopped => "stopped",
        }
    }
}
