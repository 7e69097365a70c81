//! Dates that say how well they are known: a subset of EDTF (ISO 8601-2, levels 0 and 1).
//!
//! Day, month, year; `~` about, `?` uncertain, `%` both; `X` for digits that are not known (`202X`, `2026-XX`,
//! `2026-08-1X`); intervals `a/b`, open ones with `..`, and an empty end for one that is not known. Empty text is "not
//! known". Years from 1900 to 2199. Everything else is refused with the exact reason; nothing is guessed or repaired.

use jiff::civil::Date;

/// A date as it was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edtf {
    /// Empty text: not known.
    Unknown,
    /// One date.
    Date(Moment),
    /// From one date to another, or open on one side.
    Interval(End, End),
}

/// One end of an interval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// `..`: goes on, or has no beginning that matters.
    Open,
    /// Empty: there is one, but it is not known.
    Unknown,
    /// A date.
    Date(Moment),
}

/// One date with how well it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// First day that it may mean.
    pub first: Date,
    /// Last day that it may mean.
    pub last: Date,
    /// To what it was said.
    pub grain: Grain,
    /// `~` or `%`: about.
    pub about: bool,
    /// `?` or `%`: uncertain.
    pub uncertain: bool,
}

/// To what a date was said, after unknown digits were taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// A day.
    Day,
    /// A month.
    Month,
    /// A year.
    Year,
    /// Some day of several, such as `2026-08-1X`.
    SomeDays,
    /// Some month of several, such as `2026-1X`.
    SomeMonths,
    /// Some year of several, such as `202X`.
    SomeYears,
}

/// Why a text is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EdtfError {
    /// Not built like a date.
    #[error("not built like a date")]
    Form,
    /// Year outside 1900 to 2199.
    #[error("the year is outside 1900 to 2199")]
    Year,
    /// No such month.
    #[error("there is no such month")]
    Month,
    /// The month has no such day.
    #[error("the month has no such day")]
    Day,
    /// `X` where the format does not allow it.
    #[error("unknown digits stand where they cannot")]
    Unspecified,
    /// The interval ends before it begins.
    #[error("the interval ends before it begins")]
    Order,
    /// Both ends open or unknown.
    #[error("the interval has no date in it")]
    Nothing,
}

impl EdtfError {
    /// Stable code; its words are `error-<code>`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Form => "date-form",
            Self::Year => "date-year",
            Self::Month => "date-month",
            Self::Day => "date-day",
            Self::Unspecified => "date-unspecified",
            Self::Order => "date-order",
            Self::Nothing => "date-nothing",
        }
    }
}

impl Edtf {
    /// Reads a date.
    ///
    /// # Errors
    /// The exact reason why the text is none.
    ///
    /// ```
    /// use chronicle_report::{Edtf, EdtfError};
    ///
    /// assert!(Edtf::parse("2026-03-14~").is_ok());
    /// assert_eq!(Edtf::parse("2026-02-30"), Err(EdtfError::Day));
    /// ```
    pub fn parse(text: &str) -> Result<Self, EdtfError> {
        if text.is_empty() {
            return Ok(Self::Unknown);
        }
        let Some((from, to)) = text.split_once('/') else {
            return moment(text).map(Self::Date);
        };
        let (from, to) = (end(from)?, end(to)?);
        match (&from, &to) {
            (End::Date(a), End::Date(b)) if b.last < a.first => Err(EdtfError::Order),
            (End::Open | End::Unknown, End::Open | End::Unknown) => Err(EdtfError::Nothing),
            _ => Ok(Self::Interval(from, to)),
        }
    }

    /// First and last day that it may mean; `None` where there is no limit or nothing is known.
    #[must_use]
    pub fn days(&self) -> (Option<Date>, Option<Date>) {
        let date = |end: &End| match end {
            End::Date(moment) => Some(moment.clone()),
            End::Open | End::Unknown => None,
        };
        match self {
            Self::Unknown => (None, None),
            Self::Date(moment) => (Some(moment.first), Some(moment.last)),
            Self::Interval(from, to) => (date(from).map(|m| m.first), date(to).map(|m| m.last)),
        }
    }

    /// The one day that is meant, if the date is a single day.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        match self.days() {
            (Some(first), Some(last)) if first == last => Some(first),
            _ => None,
        }
    }
}

fn end(text: &str) -> Result<End, EdtfError> {
    match text {
        ".." => Ok(End::Open),
        "" => Ok(End::Unknown),
        date => moment(date).map(End::Date),
    }
}

fn moment(text: &str) -> Result<Moment, EdtfError> {
    let (date, about, uncertain) = match text.char_indices().next_back() {
        Some((at, '~')) => (text.get(..at), true, false),
        Some((at, '?')) => (text.get(..at), false, true),
        Some((at, '%')) => (text.get(..at), true, true),
        _ => (Some(text), false, false),
    };
    let mut pieces = date.unwrap_or_default().split('-');
    let year = piece(pieces.next(), 4)?.ok_or(EdtfError::Form)?;
    let month = piece(pieces.next(), 2)?;
    let day = piece(pieces.next(), 2)?;
    if pieces.next().is_some() {
        return Err(EdtfError::Form);
    }
    let (first, last, grain) = span(year, month, day)?;
    Ok(Moment {
        first,
        last,
        grain,
        about,
        uncertain,
    })
}

/// Lowest and highest number that the digits may mean, and how many of them are not known.
#[derive(Clone, Copy)]
struct Digits {
    low: i16,
    high: i16,
    unknown: usize,
}

/// Digits with `X` at the end only; a piece that is not there is `None`.
fn piece(text: Option<&str>, length: usize) -> Result<Option<Digits>, EdtfError> {
    let Some(text) = text else { return Ok(None) };
    let digits = text.trim_end_matches('X');
    if text.len() != length || !digits.bytes().all(|b| b.is_ascii_digit() || b == b'X') {
        return Err(EdtfError::Form);
    }
    if digits.contains('X') {
        return Err(EdtfError::Unspecified);
    }
    let unknown = length - digits.len();
    let fill = |with: &str| format!("{digits}{}", with.repeat(unknown)).parse();
    match (fill("0"), fill("9")) {
        (Ok(low), Ok(high)) => Ok(Some(Digits { low, high, unknown })),
        _ => Err(EdtfError::Form),
    }
}

type Span = (Date, Date, Grain);

fn span(year: Digits, month: Option<Digits>, day: Option<Digits>) -> Result<Span, EdtfError> {
    if year.unknown > 2 {
        return Err(EdtfError::Unspecified);
    }
    if year.low < 1900 || year.high > 2199 {
        return Err(EdtfError::Year);
    }
    // Below an unknown piece only wholly unknown ones may stand.
    let vague = |above: usize, below: Digits| above == 0 || below.unknown == 2;
    let month = match month {
        None => return Ok(years(year)),
        Some(month) if !vague(year.unknown, month) => return Err(EdtfError::Unspecified),
        Some(month) if month.unknown == 2 => {
            return match day {
                Some(day) if day.unknown != 2 => Err(EdtfError::Unspecified),
                _ => Ok(years(year)),
            };
        }
        Some(month) => clamp(month, 12).ok_or(EdtfError::Month)?,
    };
    let (first, last) = (start(year.low, month.low, 1), finish(year.low, month.high));
    match day {
        Some(day) if !vague(month.unknown, day) => Err(EdtfError::Unspecified),
        Some(day) if day.unknown < 2 => days(year.low, month.low, day, last.day()),
        _ if month.low == month.high => Ok((first, last, Grain::Month)),
        _ => Ok((first, last, Grain::SomeMonths)),
    }
}

fn years(year: Digits) -> Span {
    let grain = if year.unknown == 0 {
        Grain::Year
    } else {
        Grain::SomeYears
    };
    (start(year.low, 1, 1), finish(year.high, 12), grain)
}

fn days(year: i16, month: i16, day: Digits, length: i8) -> Result<Span, EdtfError> {
    let day = clamp(day, i16::from(length)).ok_or(EdtfError::Day)?;
    let grain = if day.low == day.high {
        Grain::Day
    } else {
        Grain::SomeDays
    };
    Ok((
        start(year, month, day.low),
        start(year, month, day.high),
        grain,
    ))
}

/// The part of the range that lies in `1..=most`.
fn clamp(digits: Digits, most: i16) -> Option<Digits> {
    let (low, high) = (digits.low.max(1), digits.high.min(most));
    (low <= high).then_some(Digits {
        low,
        high,
        ..digits
    })
}

// All callers pass numbers that were checked; a mistake here shows as the year 1, never as a crash.
fn start(year: i16, month: i16, day: i16) -> Date {
    match (i8::try_from(month), i8::try_from(day)) {
        (Ok(month), Ok(day)) => Date::new(year, month, day).unwrap_or_default(),
        _ => Date::default(),
    }
}

fn finish(year: i16, month: i16) -> Date {
    start(year, month, 1).last_of_month()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Edtf, EdtfError};

    fn days(text: &str) -> String {
        let (first, last) = Edtf::parse(text).unwrap().days();
        let say = |day: Option<jiff::civil::Date>| day.map_or("..".to_owned(), |d| d.to_string());
        format!("{} {}", say(first), say(last))
    }

    #[test]
    fn what_is_said_means_these_days() {
        for (text, meaning) in [
            ("2026-03-14", "2026-03-14 2026-03-14"),
            ("2026-03-14~", "2026-03-14 2026-03-14"),
            ("2026-03", "2026-03-01 2026-03-31"),
            ("2024-02", "2024-02-01 2024-02-29"),
            ("2026?", "2026-01-01 2026-12-31"),
            ("202X", "2020-01-01 2029-12-31"),
            ("20XX", "2000-01-01 2099-12-31"),
            ("2026-XX", "2026-01-01 2026-12-31"),
            ("2026-XX-XX", "2026-01-01 2026-12-31"),
            ("2026-1X", "2026-10-01 2026-12-31"),
            ("2026-0X", "2026-01-01 2026-09-30"),
            ("2026-08-XX", "2026-08-01 2026-08-31"),
            ("2026-08-1X", "2026-08-10 2026-08-19"),
            ("2026-02-2X", "2026-02-20 2026-02-28"),
            ("2026-02-0X%", "2026-02-01 2026-02-09"),
            ("2026-03-10/2026-03-16", "2026-03-10 2026-03-16"),
            ("2026-03/..", "2026-03-01 .."),
            ("2026-03/", "2026-03-01 .."),
            ("../2026-03-04?", ".. 2026-03-04"),
            ("2025/2026-03", "2025-01-01 2026-03-31"),
            ("", ".. .."),
        ] {
            assert_eq!(days(text), meaning, "{text}");
        }
    }

    #[test]
    fn what_is_no_date_says_why() {
        use EdtfError::{Day, Form, Month, Nothing, Order, Unspecified, Year};
        for (text, why) in [
            ("yesterday", Form),
            ("2026-3-14", Form),
            ("2026-03-14T10:00", Form),
            ("2026-03-14-15", Form),
            ("14.03.2026", Form),
            (" 2026", Form),
            ("2026~~", Form),
            ("-026", Form),
            ("٢٠٢٦", Form),
            ("2026-03/2026-04/2026-05", Form),
            ("~", Form),
            ("0206", Year),
            ("3026", Year),
            ("2026-00", Month),
            ("2026-13-01", Month),
            ("2026-02-29", Day),
            ("2026-04-31", Day),
            ("2026-02-3X", Day),
            ("2026-04-00", Day),
            ("2X26", Unspecified),
            ("2XXX", Unspecified),
            ("202X-03", Unspecified),
            ("2026-XX-14", Unspecified),
            ("2026-1X-02", Unspecified),
            ("2026-03-16/2026-03-10", Order),
            ("../..", Nothing),
            ("/", Nothing),
        ] {
            assert_eq!(Edtf::parse(text), Err(why), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "[0-9X~?%./-]{0,24}|\\PC{0,12}") {
            if let Ok(date) = Edtf::parse(&text)
                && let (Some(first), Some(last)) = date.days()
            {
                prop_assert!(first <= last, "{}", text);
                prop_assert!(first.year() >= 1900 && last.year() <= 2199);
            }
        }

        #[test]
        fn every_real_day_is_read_as_itself(year in 1900i16..2200, day in 1i16..367) {
            let date = jiff::civil::date(year, 1, 1) + jiff::Span::new().days(i64::from(day) - 1);
            prop_assume!(date.year() == year);
            prop_assert_eq!(Edtf::parse(&date.to_string()).unwrap().day(), Some(date));
        }
    }
}
