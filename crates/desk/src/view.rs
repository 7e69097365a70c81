//! The types that cross to the window and that `--json` prints. No key, capability, token or path is ever among them.

use chronicle_media::EvidenceView;
use chronicle_report::{Draft, TimeWords};
use chronicle_search::Excerpt;
use chronicle_words::Problem;
use serde::Serialize;
use std::collections::BTreeMap;

macro_rules! views {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field:meta])* $member:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Serialize)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS))]
        pub struct $name { $($(#[$field])* pub $member: $type,)* }
    )*};
}

views! {
    /// The desk as a whole.
    DeskView {
        /// The organisation, once it was founded.
        organisation: Option<DeskOrganisation>,
        /// Whether a token was exchanged.
        connected: bool,
        /// Whether it asked a colleague to be taken in.
        asking: bool,
        /// Invitations made so far.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        invitations: u64,
    }

    /// A QR code to be shown.
    CodeView {
        /// Its rows from the top, each as long as there are rows: `1` is dark, `0` is light. The quiet zone is not among them.
        rows: Vec<String>,
    }

    /// The organisation of this desk.
    DeskOrganisation {
        /// Its id.
        id: String,
        /// Its name.
        name: String,
        /// The six words to read out.
        words: Vec<String>,
        /// The same in Russian.
        words_russian: Vec<String>,
        /// The same as 20 digits.
        digits: String,
        /// The profile's version.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        profile_version: u64,
        /// Until when the profile is meant to be relied on.
        expires: String,
        /// The last day of the window in which the endpoint's receipts count.
        receipts_until: String,
        /// The endpoint's address.
        endpoint: String,
        /// All its addresses, best first.
        addresses: Vec<String>,
        /// Whether this desk signs its profiles.
        signs: bool,
        /// Whether it has closed.
        closed: bool,
        /// The root's version.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        root_version: u64,
        /// Until when the root is meant to be relied on.
        root_expires: String,
        /// Keys that sign roots.
        root_keys: usize,
        /// How many of them must.
        root_threshold: usize,
        /// To whom it is sealed.
        colleagues: Vec<ColleagueLine>,
        /// Identities of this desk that nothing is sealed to any more.
        retired: Vec<RetiredLine>,
        /// What should be renewed, each with its `day`.
        notices: Vec<Problem>,
    }

    /// One of those to whom the organisation's bundles are sealed.
    ColleagueLine {
        /// The label in the profile.
        label: String,
        /// The name, known only at this desk; may be empty.
        name: String,
        /// Whether it is this desk.
        own: bool,
        /// Whether it is the offline archive.
        archive: bool,
    }

    /// An identity that nothing is sealed to any more.
    RetiredLine {
        /// The name of its file.
        identity: String,
        /// Since when.
        on: String,
        /// Whether everybody was told that somebody else may have it.
        compromised: bool,
    }

    /// Something that was decided about keys and people.
    DecisionLine {
        /// When.
        at: String,
        /// What: a code.
        what: String,
        /// A label, a hash, or the name of a file.
        about: String,
        /// Why, as it was written.
        reason: String,
    }

    /// One line of the inbox.
    ReportLine {
        /// Its id at this desk.
        id: String,
        /// Codes of its kinds.
        kinds: Vec<String>,
        /// When it happened, in words.
        when: TimeWords,
        /// Country code, or `online`, `in_transit`, `unknown`.
        country: String,
        /// `safe`, `not_sure`, `in_danger`.
        safety: String,
        /// Items of evidence.
        files: u32,
        /// The day it reached the endpoint.
        received: String,
        /// The day it was sealed, by the sender's clock.
        sealed: String,
        /// A short label of the sender's key.
        sender: String,
        /// The invitation by which the sender came.
        #[cfg_attr(feature = "ts", ts(type = "number | null"))]
        introduction: Option<u64>,
        /// Whether a person should look twice at who sent it.
        noticed: bool,
        /// Which revision.
        revision: u32,
        /// `now`, `soon` or `normal`.
        urgency: String,
        /// Whether a person opened it.
        opened: bool,
        /// Where the words that were looked for stand.
        hit: Option<Excerpt>,
    }

    /// A bundle that could not be opened or verified.
    QuarantineLine {
        /// Its id at this desk.
        id: String,
        /// Why.
        reason: Problem,
        /// The day it reached the endpoint.
        received: String,
        /// Bytes.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        size: u64,
    }

    /// The inbox.
    ReportList {
        /// How many reports there are in all, of those that were asked for.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        total: u64,
        /// What was verified, most urgent first.
        reports: Vec<ReportLine>,
        /// What was not.
        quarantine: Vec<QuarantineLine>,
        /// What was noticed about the server in the last 30 days, each with its `day`.
        notices: Vec<Problem>,
    }

    /// One report.
    ReportView {
        /// Its id at this desk.
        id: String,
        /// The report, with names and contacts where they came along.
        draft: Draft,
        /// `report.txt` as it was sealed.
        text: String,
        /// Its evidence.
        evidence: Vec<EvidenceView>,
        /// How many items the sender left out.
        withheld: u32,
        /// Whether names and contacts were left out.
        people_withheld: bool,
        /// When it happened, in words.
        when: TimeWords,
        /// A short label of the sender's key.
        sender: String,
        /// The invitation by which the sender came.
        #[cfg_attr(feature = "ts", ts(type = "number | null"))]
        introduction: Option<u64>,
        /// What a person should know of who sent it.
        sender_notices: Vec<Problem>,
        /// Which revision.
        revision: u32,
        /// The day it was sealed, by the sender's clock.
        sealed: String,
        /// The day it reached the endpoint.
        received: String,
        /// What was verified.
        checks: Vec<CheckView>,
        /// What this desk said of it, the oldest first.
        said: Vec<PostingView>,
    }

    /// What a caseworker said of a report.
    PostingView {
        /// Its id.
        id: String,
        /// The words of an answer; `None`: that a person opened the report.
        text: Option<String>,
        /// The day on which it was signed.
        day: String,
        /// The day on which it was posted.
        posted: Option<String>,
    }

    /// One thing that was verified.
    CheckView {
        /// The key of its sentence.
        key: String,
        /// Whether it holds.
        ok: bool,
        /// Whether it was looked at just now; otherwise it held when the report was received.
        looked: bool,
        /// For the sentence.
        args: BTreeMap<String, String>,
    }

    /// What a fetch brought.
    #[derive(Default)]
    FetchView {
        /// Reports that were verified and kept.
        new_reports: u32,
        /// Bundles that were not.
        quarantined: u32,
        /// What is not in order with the server, whatever was brought.
        problem: Option<Problem>,
    }
}

/// What reports are looked for. What is empty leaves everything.
#[derive(Clone, Default, serde::Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ReportQuery {
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
    /// Only those that nobody opened yet.
    #[serde(default)]
    pub unopened: bool,
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
