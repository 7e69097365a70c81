//! The domain: what happened, when, where, who, and what may be done with it.
//!
//! A [`Draft`] is the whole schema of `SCHEMA.md` with nothing required. [`Draft::from_json`] checks a file strictly,
//! [`Draft::received`] takes what another version may have written. [`Draft::complete`] makes the [`Report`] that can be
//! sealed; [`Report::split`] keeps names and contacts apart. [`Draft::sections`] gives every field for being read.
//!
//! No file, no network, no key and no clock is touched here: today is an argument. `Debug` prints no content.

mod caps;
mod check;
mod codes;
mod draft;
mod edtf;
mod evidence;
mod found_by;
mod json;
mod problem;
mod samples;
mod seal;
mod sections;
mod text;
mod time;
mod time_words;
mod urgency;
mod vocabulary;
mod zones;

pub use caps::*;
pub use codes::*;
pub use draft::{
    Actor, Affected, Consent, Contact, Draft, Geo, Impact, Kind, NotReported, Place, Related,
    ReportedTo, ReportingFor, Safety, What, Witness,
};
pub use edtf::{Edtf, EdtfError, End, Grain, Moment};
pub use evidence::{Evidence, Imported, Tool};
pub use found_by::span_of_days;
pub use problem::{Fault, Problem};
pub use seal::{Missing, PEOPLE, People, Report, ReportPart, join};
pub use sections::{Line, LineValue, Section, line_keys};
pub use text::Say;
pub use time::{Bounds, IncidentTime, Repeated, TimeError};
pub use time_words::{TIME_KEYS, TimeWords, date_words, time_words, when_words};
pub use urgency::{Due, Pressing};
pub use vocabulary::{Family, TypeEntry, Urgency, Vocabulary, vocabulary};
pub use zones::{PSEUDO_COUNTRIES, countries, is_country, preselected_zone, zones};
