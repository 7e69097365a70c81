//! A time as the name of a sentence and its arguments, so that each language says it in its own way.
//!
//! No words are made here. Dates go out as ISO text (`2026-03-14`, `2026-03`, `2026`) for the date functions of the
//! language files. A date that cannot be read comes out as it was written: never "invalid date". Every sentence gets the
//! same small set of arguments, so that a language may use any of them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::draft::quiet;
use crate::edtf::{Edtf, End, Grain, Moment};
use crate::time::{IncidentTime, clock};

/// The name of a sentence with its arguments.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TimeWords {
    /// Key of the sentence.
    pub key: String,
    /// Its arguments.
    pub args: BTreeMap<String, String>,
}
quiet!(TimeWords);

/// Every key that [`time_words`] and [`date_words`] can give.
pub const TIME_KEYS: &[&str] = &[
    "time-not-answered",
    "time-unknown",
    "time-as-written",
    "time-day",
    "time-month",
    "time-year",
    "time-between",
    "time-since",
    "time-until",
];

/// A whole time, with part of the day or clock and zone.
///
/// ```
/// use chronicle_report::{IncidentTime, time_words};
///
/// let time = IncidentTime { edtf: "2026-03-14~".into(), ..IncidentTime::default() };
/// let words = time_words(&time);
/// assert_eq!((words.key.as_str(), words.args["about"].as_str()), ("time-day", "yes"));
/// ```
#[must_use]
pub fn time_words(time: &IncidentTime) -> TimeWords {
    if !time.is_answered() {
        return TimeWords::bare("time-not-answered");
    }
    let mut words = date_words(&time.edtf);
    let local = time.local_time.as_str();
    if clock(local).is_some() {
        words.set("clock", local);
        words.set(
            "clock_about",
            yes_no(time.time_precision.as_str() == "hour"),
        );
        words.set("zone", if time.has_zone() { &time.tz } else { "unknown" });
    } else if crate::codes::DayPart::from(local).is_known() {
        words.set("part", local);
    }
    words
}

/// The words for the answer to "when", which may be missing.
#[must_use]
pub fn when_words(time: Option<&IncidentTime>) -> TimeWords {
    time.map_or_else(|| TimeWords::bare("time-not-answered"), time_words)
}

/// A date alone, such as a deadline. Empty text is "not known".
#[must_use]
pub fn date_words(edtf: &str) -> TimeWords {
    match Edtf::parse(edtf) {
        Ok(Edtf::Unknown) => TimeWords::bare("time-unknown"),
        Ok(Edtf::Date(moment)) => one(&moment),
        Ok(Edtf::Interval(End::Date(from), End::Date(to))) => between(&from, &to),
        Ok(Edtf::Interval(End::Date(from), end)) => {
            let mut words = open("time-since", "from", &from);
            words.set("goes_on", yes_no(end == End::Open));
            words
        }
        Ok(Edtf::Interval(_, End::Date(to))) => open("time-until", "to", &to),
        Ok(Edtf::Interval(..)) | Err(_) => {
            let mut words = TimeWords::bare("time-as-written");
            words.set("text", edtf);
            words
        }
    }
}

impl TimeWords {
    fn bare(key: &str) -> Self {
        let pairs = [
            ("about", "no"),
            ("sure", "yes"),
            ("part", "none"),
            ("clock", "none"),
            ("clock_about", "no"),
            ("zone", "none"),
        ];
        let args = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self {
            key: key.to_owned(),
            args: args.into(),
        }
    }

    fn set(&mut self, name: &str, value: &str) {
        self.args.insert(name.to_owned(), value.to_owned());
    }

    fn how_sure(&mut self, moments: &[&Moment]) {
        self.set("about", yes_no(moments.iter().any(|moment| moment.about)));
        self.set(
            "sure",
            yes_no(!moments.iter().any(|moment| moment.uncertain)),
        );
    }
}

fn one(moment: &Moment) -> TimeWords {
    let key = match moment.grain {
        Grain::Day => "time-day",
        Grain::Month => "time-month",
        Grain::Year => "time-year",
        Grain::SomeDays | Grain::SomeMonths | Grain::SomeYears => return between(moment, moment),
    };
    let mut words = TimeWords::bare(key);
    words.set("date", &iso(moment.first, grain(moment)));
    words.how_sure(&[moment]);
    words
}

fn between(from: &Moment, to: &Moment) -> TimeWords {
    let mut words = TimeWords::bare("time-between");
    words.set("from", &iso(from.first, grain(from)));
    words.set("to", &iso(to.last, grain(to)));
    words.set("from_is", grain(from));
    words.set("to_is", grain(to));
    words.set("from_day", &from.first.day().to_string());
    words.set("span", span(from, to));
    words.how_sure(&[from, to]);
    words
}

fn open(key: &str, side: &str, moment: &Moment) -> TimeWords {
    let mut words = TimeWords::bare(key);
    let date = if side == "from" {
        moment.first
    } else {
        moment.last
    };
    words.set(side, &iso(date, grain(moment)));
    words.set(&format!("{side}_is"), grain(moment));
    words.how_sure(&[moment]);
    words
}

/// How much two days of an interval share: only then may a sentence leave month or year out.
fn span(from: &Moment, to: &Moment) -> &'static str {
    let (a, b) = (from.first, to.last);
    let days = grain(from) == "day" && grain(to) == "day";
    match days && a.year() == b.year() {
        true if a.month() == b.month() => "month",
        true => "year",
        false => "none",
    }
}

fn grain(moment: &Moment) -> &'static str {
    match moment.grain {
        Grain::Day | Grain::SomeDays => "day",
        Grain::Month | Grain::SomeMonths => "month",
        Grain::Year | Grain::SomeYears => "year",
    }
}

fn iso(date: Date, grain: &str) -> String {
    let text = date.to_string();
    let length = match grain {
        "day" => 10,
        "month" => 7,
        _ => 4,
    };
    text.get(..length).unwrap_or(&text).to_owned()
}

fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

#[cfg(test)]
mod tests {
    use super::{TIME_KEYS, date_words, time_words, when_words};
    use crate::codes::TimePrecision;
    use crate::time::IncidentTime;

    #[test]
    fn each_form_has_its_sentence() {
        for (edtf, key, name, value) in [
            ("2026-03-14", "time-day", "date", "2026-03-14"),
            ("2026-03-15%", "time-day", "sure", "no"),
            ("2026-03~", "time-month", "about", "yes"),
            ("2026-08-XX", "time-month", "date", "2026-08"),
            ("2026", "time-year", "date", "2026"),
            ("2026-08-1X", "time-between", "to", "2026-08-19"),
            ("2026-03-10/2026-03-16", "time-between", "span", "month"),
            ("2026-02-27/2026-03-16", "time-between", "span", "year"),
            ("2025-12/2026-01-02", "time-between", "from", "2025-12"),
            ("202X", "time-between", "to", "2029"),
            ("2026-03/..", "time-since", "goes_on", "yes"),
            ("2026-03/", "time-since", "goes_on", "no"),
            ("../2026", "time-until", "to", "2026"),
            ("", "time-unknown", "sure", "yes"),
            ("last spring", "time-as-written", "text", "last spring"),
        ] {
            let words = date_words(edtf);
            assert_eq!(words.key, key, "{edtf}");
            assert_eq!(words.args[name], value, "{edtf} {name}");
            assert!(TIME_KEYS.contains(&words.key.as_str()));
        }
    }

    #[test]
    fn the_time_of_day_goes_along() {
        let time = |local: &str, precision, tz: &str| IncidentTime {
            edtf: "2026-06-21".to_owned(),
            local_time: local.to_owned(),
            time_precision: TimePrecision::from(precision),
            tz: tz.to_owned(),
            ..IncidentTime::default()
        };
        let words = time_words(&time("23:40", "hour", "Europe/Vienna"));
        let got = ["clock", "clock_about", "zone", "part"].map(|name| words.args[name].as_str());
        assert_eq!(got, ["23:40", "yes", "Europe/Vienna", "none"]);
        assert_eq!(
            time_words(&time("23:40", "minute", "")).args["zone"],
            "unknown"
        );
        assert_eq!(
            time_words(&time("evening", "part_of_day", "")).args["part"],
            "evening"
        );
    }

    #[test]
    fn not_answered_is_not_the_same_as_not_known() {
        assert_eq!(when_words(None).key, "time-not-answered");
        assert_eq!(
            when_words(Some(&IncidentTime::default())).key,
            "time-not-answered"
        );
        assert_eq!(
            when_words(Some(&IncidentTime::unknown())).key,
            "time-unknown"
        );
    }
}
