//! Every code that a report can hold, as open lists.
//!
//! A code is a short text that a file keeps and a language file puts into words. The lists here are what this version
//! knows; a code of a newer version is carried along unchanged, never dropped and never taken for another one. An empty
//! code means that the question was not answered. Nothing here holds a person's words.

use serde::{Deserialize, Serialize};

use crate::draft::quiet;

/// The name of the message that says a code in words: `prefix-code`, with dots and underscores as hyphens.
///
/// ```
/// assert_eq!(chronicle_report::key_of("kind", "phy.kill"), "kind-phy-kill");
/// assert_eq!(chronicle_report::key_of("place", "police_or_court"), "place-police-or-court");
/// ```
#[must_use]
pub fn key_of(prefix: &str, code: &str) -> String {
    let mut key = String::with_capacity(prefix.len() + code.len() + 1);
    key.push_str(prefix);
    key.push('-');
    key.extend(
        code.chars()
            .map(|c| if matches!(c, '.' | '_') { '-' } else { c }),
    );
    key
}

/// What every list of codes offers.
pub trait CodeList {
    /// First part of the keys of its words.
    const PREFIX: &'static str;
    /// The codes that this version knows, in the order in which a form offers them.
    const KNOWN: &'static [&'static str];
    /// The code as it is kept.
    fn code(&self) -> &str;
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident($prefix:literal) [$($code:literal),+ $(,)?];)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS))]
        pub struct $name(String);

        quiet!($name);

        impl $name {
            /// The codes that this version knows, in the order in which a form offers them.
            pub const KNOWN: &'static [&'static str] = &[$($code),+];
            /// First part of the keys of their words.
            pub const PREFIX: &'static str = $prefix;

            /// Takes any code, also one that this version does not know.
            #[must_use]
            pub fn new(code: impl Into<String>) -> Self {
                Self(code.into())
            }

            /// The code as it is kept.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Whether nothing was answered.
            #[must_use]
            pub fn is_empty(&self) -> bool {
                self.0.is_empty()
            }

            /// Whether this version knows the code and has words for it.
            #[must_use]
            pub fn is_known(&self) -> bool {
                Self::KNOWN.contains(&self.as_str())
            }

            /// The key of its words. Exists in every language when [`Self::is_known`].
            #[must_use]
            pub fn key(&self) -> String {
                key_of(Self::PREFIX, &self.0)
            }
        }

        impl CodeList for $name {
            const PREFIX: &'static str = $prefix;
            const KNOWN: &'static [&'static str] = Self::KNOWN;
            fn code(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(code: &str) -> Self {
                Self(code.to_owned())
            }
        }
    )+

        /// All lists of this file: prefix of their words and known codes. For tests and for rooms that build forms.
        #[must_use]
        pub fn code_lists() -> Vec<(&'static str, &'static [&'static str])> {
            vec![$(($name::PREFIX, $name::KNOWN)),+]
        }
    };
}

codes! {
    /// How far a kind of incident went.
    Status("status") ["completed", "attempted", "threatened", "ongoing", "unsure"];
    /// Whom it hit.
    Target("target") ["me", "relative", "friend_or_colleague", "my_organisation", "other"];
    /// By which way it reached the person.
    Channel("channel") [
        "in_person", "phone_call", "sms", "messenger", "social_network", "email", "letter", "official_document",
        "through_a_relative", "news_media", "other",
    ];
    /// How exactly the time is known.
    TimePrecision("precision") ["minute", "hour", "part_of_day", "day", "month", "year", "unknown"];
    /// A part of the day, as it may stand in `local_time`. Its hours are [`DayPart::hours`].
    DayPart("part-of-day") ["night", "morning", "afternoon", "evening"];
    /// Where the time zone was taken from.
    ZoneBasis("zone-basis") ["place", "device", "stated", "guessed"];
    /// How often it happened.
    Often("often") ["once", "several", "ongoing"];
    /// What kind of place it was.
    PlaceKind("place") [
        "home", "relatives_home", "work", "street", "transport", "airport_or_border", "consulate_or_embassy",
        "police_or_court", "event", "school", "online", "phone", "other",
    ];
    /// What kind of actor is believed to be behind it.
    ActorKind("actor") [
        "unknown", "intelligence", "police", "border", "prosecutor_or_court", "consulate", "interpol_bureau",
        "pro_government_media", "hired_or_criminal", "online_accounts", "private_person",
    ];
    /// How the person knows about the actor.
    Certainty("certainty") ["seen", "told", "suspected", "unknown"];
    /// Who was affected, in relation to the person.
    Role("role") ["self", "relative", "child", "colleague", "group", "other"];
    /// What the affected one is to the person.
    Relation("relation") [
        "partner", "parent", "child", "sibling", "grandparent", "grandchild", "in_law", "other_relative", "friend",
        "colleague", "lawyer", "source", "other",
    ];
    /// Age of an affected person, in bands, never a date of birth.
    AgeBand("age") ["under_12", "12_17", "18_29", "30_49", "50_64", "65_over", "unknown"];
    /// Whether somebody knows of this report.
    Knows("knows") ["yes", "no", "unknown"];
    /// Whether somebody else agreed to being described or shown.
    OthersConsent("others") ["yes", "no", "not_asked"];
    /// For whom the person writes.
    ReportingWho("reporting") ["self", "someone_else"];
    /// Whether the one written for agreed.
    Agreement("agreement") ["yes", "no", "could_not_ask"];
    /// Whether a witness may be contacted.
    MayContact("may-contact") ["yes", "no", "ask_me_first"];
    /// How another report belongs to this one.
    Link("link") ["earlier", "later", "same_campaign", "duplicate"];
    /// How safe the person is now.
    SafetyNow("safety") ["safe", "not_sure", "in_danger"];
    /// What it did to the person's life.
    ImpactMark("impact") ["moved_home", "stopped_work_or_posting", "lost_contact", "health"];
    /// What the person needs.
    Need("need") [
        "legal", "medical", "psychosocial", "digital", "relocation", "money", "documents", "advocacy", "record_only",
    ];
    /// To whom it was reported before.
    Body("body") ["police", "lawyer", "platform", "ngo", "un", "employer_or_university", "other"];
    /// Why it was not reported to anybody.
    NotReportedReason("not-reported") ["fear", "language", "not_useful", "did_not_know", "other"];
    /// What somebody may do with the report; see [`Purpose::default_answer`].
    Purpose("consent") [
        "help", "statistics", "lawyers", "host_authorities", "international", "sanctions_courts", "researchers",
        "media", "other_organisations",
    ];
    /// The answer for one purpose.
    Answer("answer") ["yes", "no", "ask"];
    /// Under which name the person may appear.
    Identity("identity") ["name", "pseudonym", "none"];
    /// How long the report may be kept.
    KeepUntil("keep") ["1_year", "3_years", "10_years", "until_i_ask"];
    /// How the organisation may reach the person.
    ContactMode("contact") ["app_only", "signal", "email", "phone", "trusted_person", "do_not_contact"];
    /// What a piece of evidence is.
    EvidenceKind("evidence") ["image", "text", "audio", "video", "pdf", "other"];
    /// How the person came by it.
    ObtainedHow("obtained") [
        "i_took_it", "i_received_it", "i_screenshotted_it", "i_exported_it", "third_party_gave_me", "downloaded",
    ];
    /// What a reader found about a provenance manifest in the file.
    C2pa("c2pa") ["absent", "valid", "invalid", "not_checked"];
    /// Whose clock said when the file was taken in.
    ClockSource("clock") ["system", "stated"];
    /// What somebody should know before looking at it.
    Sensitivity("sensitivity") ["none", "graphic", "intimate", "third_party_faces", "personal_data"];
}

impl DayPart {
    /// First and last hour of the part as hours since midnight of the day named, end not included.
    ///
    /// Windows overlap on purpose, because people draw these lines differently. "Night" may be the one before or the
    /// one after the day, so it is the whole time from midnight to six in the morning of the next day.
    #[must_use]
    pub fn hours(&self) -> Option<(i64, i64)> {
        match self.as_str() {
            "night" => Some((0, 30)),
            "morning" => Some((4, 12)),
            "afternoon" => Some((12, 18)),
            "evening" => Some((17, 24)),
            _ => None,
        }
    }
}

impl Purpose {
    /// The safe answer that stands there first.
    #[must_use]
    pub fn default_answer(&self) -> Answer {
        Answer::from(match self.as_str() {
            "help" => "yes",
            "host_authorities" | "media" | "other_organisations" => "no",
            _ => "ask",
        })
    }
}
