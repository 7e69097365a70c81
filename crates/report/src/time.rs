//! When it happened, with what is not known about it, and the bounds in UTC that follow.
//!
//! `earliest_utc` and `latest_utc` are for sorting and searching; they are computed here and never read as an answer. The
//! zone of the place is used with all its changes of the clock; a time that the clock showed twice or skipped widens the
//! bounds instead of being refused. Without a zone they are widened by what the world's zones allow. No clock is read.

use jiff::civil::{Date, DateTime};
use jiff::tz::{Disambiguation, TimeZone};
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::codes::{DayPart, Often, TimePrecision, ZoneBasis};
use crate::draft::quiet;
use crate::edtf::{Edtf, EdtfError};

/// When it happened.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct IncidentTime {
    /// Date, see [`Edtf`]; empty is "not known".
    pub edtf: String,
    /// `HH:MM`, or a [`DayPart`], or empty.
    pub local_time: String,
    /// How exactly the time is known. `unknown` with an empty date is the answer "I do not know".
    pub time_precision: TimePrecision,
    /// Time zone (IANA), or `unknown`; empty counts as unknown.
    pub tz: String,
    /// Where the zone was taken from.
    pub tz_basis: ZoneBasis,
    /// How often it happened; `None` when not answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub repeated: Option<Repeated>,
    /// When the person learned of it (EDTF).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub noticed: Option<String>,
    /// Computed: not before this (RFC 3339, UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub earliest_utc: Option<String>,
    /// Computed: not after this (RFC 3339, UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub latest_utc: Option<String>,
    /// Fields of a newer version.
    #[serde(flatten)]
    #[cfg_attr(feature = "ts", ts(skip))]
    pub rest: Map<String, Value>,
}
quiet!(IncidentTime);

/// How often something happened.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct Repeated {
    /// Once, several times, or still going on.
    pub how: Often,
    /// How many times, if that is known.
    pub count: Option<u32>,
    /// Going on since (EDTF).
    pub since: String,
    /// Fields of a newer version.
    #[serde(flatten)]
    #[cfg_attr(feature = "ts", ts(skip))]
    pub rest: Map<String, Value>,
}
quiet!(Repeated);

/// Between when and when it was, both ends included; `None` where there is no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Not before.
    pub earliest: Option<Timestamp>,
    /// Not after, to the second.
    pub latest: Option<Timestamp>,
}

/// What is wrong with a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// The date.
    #[error("{0}")]
    Date(#[from] EdtfError),
    /// Neither `HH:MM` nor a part of the day.
    #[error("not a time of day")]
    Clock,
    /// No such time zone.
    #[error("there is no such time zone")]
    Zone,
}

impl TimeError {
    /// Stable code; its words are `error-<code>`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Date(why) => why.code(),
            Self::Clock => "report-time",
            Self::Zone => "report-zone",
        }
    }
}

/// A time of day as it was understood, in minutes since midnight of the day, end not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    from: i64,
    to: i64,
}

impl IncidentTime {
    /// The answer "I do not know when".
    #[must_use]
    pub fn unknown() -> Self {
        Self {
            time_precision: TimePrecision::from("unknown"),
            tz: "unknown".to_owned(),
            ..Self::default()
        }
    }

    /// Whether the question was answered: with a date, or with "I do not know".
    #[must_use]
    pub fn is_answered(&self) -> bool {
        !self.edtf.is_empty() || self.time_precision.as_str() == "unknown"
    }

    /// Whether there is a zone to compute with.
    #[must_use]
    pub fn has_zone(&self) -> bool {
        !matches!(self.tz.as_str(), "" | "unknown")
    }

    /// The bounds that follow from date, time of day and zone.
    ///
    /// A time of day counts when the date is a single day; for several days all of each is meant.
    ///
    /// # Errors
    /// When date, time of day or zone cannot be read.
    pub fn bounds(&self) -> Result<Bounds, TimeError> {
        let date = Edtf::parse(&self.edtf)?;
        let window = window(&self.local_time, self.time_precision.as_str())?;
        let zone = self.zone()?;
        let (first, last) = date.days();
        let window = window.filter(|_| date.day().is_some()).unwrap_or(WHOLE_DAY);
        let from = first.and_then(|day| at(day, window.from, 0));
        let to = last.and_then(|day| at(day, window.to, -1));
        Ok(Bounds {
            earliest: from.and_then(|time| instant(time, zone.as_ref(), Disambiguation::Earlier)),
            latest: to.and_then(|time| instant(time, zone.as_ref(), Disambiguation::Later)),
        })
    }

    /// The same with its bounds computed anew; without bounds when they cannot be.
    #[must_use]
    pub fn with_bounds(mut self) -> Self {
        let bounds = self.bounds().unwrap_or_default();
        self.earliest_utc = bounds.earliest.map(|time| time.to_string());
        self.latest_utc = bounds.latest.map(|time| time.to_string());
        self
    }

    fn zone(&self) -> Result<Option<TimeZone>, TimeError> {
        if self.has_zone() {
            zone(&self.tz).map(Some)
        } else {
            Ok(None)
        }
    }
}

/// The zone with exactly this name.
pub(crate) fn zone(name: &str) -> Result<TimeZone, TimeError> {
    // The library also takes other spellings of a name; a file must hold the one that everybody reads.
    let zone = TimeZone::get(name).map_err(|_| TimeError::Zone)?;
    if zone.iana_name() == Some(name) {
        Ok(zone)
    } else {
        Err(TimeError::Zone)
    }
}

/// Reads a time of day; empty is none.
pub(crate) fn window(text: &str, precision: &str) -> Result<Option<Window>, TimeError> {
    if text.is_empty() {
        return Ok(None);
    }
    if let Some((from, to)) = DayPart::from(text).hours() {
        return Ok(Some(Window {
            from: from * 60,
            to: to * 60,
        }));
    }
    let (hour, minute) = clock(text).ok_or(TimeError::Clock)?;
    Ok(Some(match precision {
        "hour" => Window {
            from: hour * 60,
            to: hour * 60 + 60,
        },
        _ => Window {
            from: hour * 60 + minute,
            to: hour * 60 + minute + 1,
        },
    }))
}

/// Hour and minute of `HH:MM`.
pub(crate) fn clock(text: &str) -> Option<(i64, i64)> {
    let (hour, minute) = text.split_once(':')?;
    let two = |digits: &str| digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
    let read = |digits: &str| digits.parse().ok().filter(|_| two(digits));
    let (hour, minute): (i64, i64) = (read(hour)?, read(minute)?);
    (hour < 24 && minute < 60).then_some((hour, minute))
}

fn at(day: Date, minutes: i64, seconds: i64) -> Option<DateTime> {
    let span = Span::new().try_seconds(minutes * 60 + seconds).ok()?;
    day.to_datetime(jiff::civil::Time::midnight())
        .checked_add(span)
        .ok()
}

fn instant(time: DateTime, zone: Option<&TimeZone>, side: Disambiguation) -> Option<Timestamp> {
    if let Some(zone) = zone {
        return zone.to_ambiguous_timestamp(time).disambiguate(side).ok();
    }
    // UTC+14 is the first zone to reach a local time, UTC-12 the last.
    let hours = if matches!(side, Disambiguation::Earlier) {
        -14
    } else {
        12
    };
    let time = time.checked_add(Span::new().try_hours(hours).ok()?).ok()?;
    TimeZone::UTC.to_timestamp(time).ok()
}

const WHOLE_DAY: Window = Window {
    from: 0,
    to: 24 * 60,
};

#[cfg(test)]
mod tests;
