//! The report as it is written: everything optional, everything kept.
//!
//! The names are those of the file format (`SCHEMA.md`). A field of a newer version lands in `rest` of its object and is
//! written out again. Empty text and an empty code mean "not answered"; `None` means that a whole question was not
//! answered. `Debug` prints the type's name only, because all else is a person's words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::codes::{
    ActorKind, AgeBand, Agreement, Answer, Body, Certainty, Channel, ContactMode, Identity,
    ImpactMark, KeepUntil, Knows, Link, MayContact, Need, NotReportedReason, OthersConsent,
    PlaceKind, Purpose, Relation, ReportingWho, Role, SafetyNow, Status, Target,
};
use crate::evidence::Evidence;
use crate::time::IncidentTime;

/// Implements `Debug` as the bare name of the type.
macro_rules! quiet {
    ($($name:ident),+ $(,)?) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )+};
}
pub(crate) use quiet;

macro_rules! part {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS))]
        #[serde(default)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)+
            /// Fields of a newer version.
            #[serde(flatten)]
            #[cfg_attr(feature = "ts", ts(skip))]
            pub rest: Map<String, Value>,
        }
        quiet!($name);
    )+};
}
pub(crate) use part;

part! {
    /// What happened.
    What {
        /// Kinds of incident, each with status and target.
        types: Vec<Kind>,
        /// The person's notes, in any language and script.
        narrative: String,
        /// Language of the notes with script (BCP 47), such as `uz-Cyrl`.
        narrative_lang: String,
        /// By which ways it came.
        channel: Vec<Channel>,
    }

    /// One kind of incident, out of the vocabulary.
    Kind {
        /// Code of the vocabulary, such as `fam.threat`. One that is not known is kept.
        code: String,
        /// How far it went.
        status: Status,
        /// Whom it hit.
        target: Target,
        /// The person's own word for it, where no kind fits.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "ts", ts(optional))]
        label: Option<String>,
    }

    /// Where the person was.
    Place {
        /// ISO 3166-1 alpha-2, or `online`, `in_transit`, `unknown`; empty when not answered.
        country: String,
        /// Town, street, or how the person describes it.
        text: String,
        /// What kind of place.
        kind: PlaceKind,
        /// A point, if the person set one.
        geo: Option<Geo>,
    }

    /// A point on the map.
    Geo {
        /// Degrees north, -90 to 90.
        lat: f64,
        /// Degrees east, -180 to 180.
        lon: f64,
        /// How far from it the place may be, in metres.
        radius_m: u32,
        /// Whether the exact point may leave the organisation. `false` unless the person said so.
        exportable: bool,
    }

    /// Somebody believed to be behind it.
    Actor {
        /// The state that wants it (country code).
        acting_state: String,
        /// The state whose service helped (country code).
        assisting_state: String,
        /// What kind of actor.
        kind: ActorKind,
        /// Name, in any spelling.
        name: String,
        /// Accounts, numbers, addresses that were used.
        handles: Vec<String>,
        /// Looks, car, voice, uniform.
        description: String,
        /// Why the person thinks so.
        basis: String,
        /// How the person knows.
        certainty: Certainty,
    }

    /// Somebody who was affected.
    Affected {
        /// In which role.
        role: Role,
        /// What they are to the person.
        relation: Relation,
        /// A name or another word for them.
        alias: String,
        /// Age band.
        age_band: AgeBand,
        /// Country code.
        country: String,
        /// Whether they know of this report.
        knows_of_report: Knows,
        /// Whether they agree to it.
        consents: OthersConsent,
    }

    /// For whom the report is made.
    ReportingFor {
        /// Oneself or somebody else.
        who: ReportingWho,
        /// Whether the other one agreed.
        agreed: Agreement,
    }

    /// Somebody who saw or heard it.
    Witness {
        /// A name or another word for them.
        alias: String,
        /// What they know.
        knows: String,
        /// Whether they may be contacted.
        can_be_contacted: MayContact,
    }

    /// Another report that belongs to this one.
    Related {
        /// Its id.
        report_id: String,
        /// How it belongs.
        link: Link,
    }

    /// What it did to the person's life.
    Impact {
        /// In the person's words.
        text: String,
        /// What applies.
        marks: Vec<ImpactMark>,
    }

    /// Somebody to whom it was reported before.
    ReportedTo {
        /// What they are.
        body: Body,
        /// Country code.
        country: String,
        /// When (EDTF).
        date: String,
        /// Case or reference number.
        reference: String,
        /// What came of it.
        result: String,
    }

    /// Why it was not reported to anybody.
    NotReported {
        /// The reason.
        reason: NotReportedReason,
        /// In the person's words.
        text: String,
    }

    /// What may be done with the report, and by whom.
    Consent {
        /// The answer for each purpose. A purpose that is not named counts as "no".
        purposes: BTreeMap<Purpose, Answer>,
        /// Under which name the person may appear.
        identity: Identity,
        /// Whether the exact place may be passed on.
        exact_place: bool,
        /// Whether evidence may be published.
        publish_evidence: bool,
        /// Whether other people shown in it agreed.
        others: OthersConsent,
        /// How long it may be kept.
        keep_until: KeepUntil,
        /// Day of the choice, `YYYY-MM-DD`.
        date: String,
        /// Version of the text that was shown.
        text_version: String,
        /// Language of the text that was shown (BCP 47).
        language: String,
    }

    /// How the organisation may reach the person.
    Contact {
        /// By which way.
        mode: ContactMode,
        /// Number, address or account.
        address: String,
        /// When it is safe.
        safe_times: String,
        /// In which language (BCP 47).
        language: String,
        /// What the person will say so that the organisation knows it is them, or that they are under pressure.
        code_phrase: String,
        /// Whether an interpreter is needed.
        interpreter: bool,
    }
}

/// How safe the person is. The default is the honest one: not sure.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct Safety {
    /// How it is now.
    pub now: SafetyNow,
    /// A hearing, a flight, an expiry (EDTF); empty when there is none.
    pub deadline: String,
    /// What that day is.
    pub deadline_reason: String,
    /// Fields of a newer version.
    #[serde(flatten)]
    #[cfg_attr(feature = "ts", ts(skip))]
    pub rest: Map<String, Value>,
}
quiet!(Safety);

impl Default for Safety {
    fn default() -> Self {
        Self {
            now: SafetyNow::from("not_sure"),
            deadline: String::new(),
            deadline_reason: String::new(),
            rest: Map::new(),
        }
    }
}

impl Consent {
    /// The matrix with the safe answers that stand there first. It counts as an answer only once the person chose it.
    #[must_use]
    pub fn safe() -> Self {
        let purposes = Purpose::KNOWN.iter().map(|code| {
            let purpose = Purpose::from(*code);
            let answer = purpose.default_answer();
            (purpose, answer)
        });
        Self {
            purposes: purposes.collect(),
            identity: Identity::from("none"),
            others: OthersConsent::from("not_asked"),
            keep_until: KeepUntil::from("until_i_ask"),
            ..Self::default()
        }
    }

    /// Whether a purpose was answered with "yes". What was never asked is not allowed.
    #[must_use]
    pub fn allows(&self, purpose: &str) -> bool {
        self.purposes
            .get(&Purpose::from(purpose))
            .is_some_and(|answer| answer.as_str() == "yes")
    }
}

/// An incident that is being written, or one that was received: the whole schema.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct Draft {
    /// Random id, made anew for each organisation when sealing; empty while it is a draft.
    pub report_id: String,
    /// What happened.
    pub what: What,
    /// When. `None` is "not answered"; see [`IncidentTime::unknown`] for the answer "I do not know".
    pub when: Option<IncidentTime>,
    /// Where.
    #[serde(rename = "where")]
    pub place: Place,
    /// Who is believed to be behind it.
    pub actors: Vec<Actor>,
    /// Who was affected.
    pub affected: Vec<Affected>,
    /// For whom the report is made.
    pub reporting_for: ReportingFor,
    /// Who saw or heard it.
    pub witnesses: Vec<Witness>,
    /// What describes each file; the bytes are elsewhere.
    pub evidence: Vec<Evidence>,
    /// Evidence that exists elsewhere, and who has it.
    pub missing_evidence: String,
    /// Reports that belong to this one.
    pub related: Vec<Related>,
    /// How safe the person is. `None` is "not answered".
    pub safety: Option<Safety>,
    /// What it did to the person's life.
    pub impact: Impact,
    /// What the person needs.
    pub needs: Vec<Need>,
    /// To whom it was reported before.
    pub reported_to: Vec<ReportedTo>,
    /// Why it was not reported. `None` when it was, or when nothing was answered.
    pub not_reported: Option<NotReported>,
    /// What may be done with it. `None` is "not answered".
    pub consent: Option<Consent>,
    /// How to reach the person. `None` counts as "through this application only".
    pub contact: Option<Contact>,
    /// Fields of a newer version.
    #[serde(flatten)]
    #[cfg_attr(feature = "ts", ts(skip))]
    pub rest: Map<String, Value>,
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Draft")
            .field("types", &self.what.types.len())
            .field("actors", &self.actors.len())
            .field("evidence", &self.evidence.len())
            .finish_non_exhaustive()
    }
}
