//! What is wrong with a report, said so that a person can find and mend it.
//!
//! A problem names a stable code and the field; its words are `error-<code>` and `error-<code>-next` in the language
//! files. It never carries what the person wrote, except for an unknown code, shortened.

use std::collections::BTreeMap;

use crate::edtf::EdtfError;
use crate::time::TimeError;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} in {path}", self.fault.code())]
pub struct Problem {
    /// What.
    pub fault: Fault,
    /// Where: the path of a field, such as `what.types[1].code`; empty for the whole report.
    pub path: String,
}

/// What can be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Not JSON at all; line and column, from 1.
    NotJson {
        /// Line.
        line: usize,
        /// Column.
        column: usize,
    },
    /// A name stands twice in one object.
    Twice,
    /// Another kind of value than this field holds.
    WrongShape,
    /// A code that this version does not know, shortened to 40 characters.
    UnknownCode(String),
    /// A date, with the exact reason.
    Date(EdtfError),
    /// A time of day.
    Clock,
    /// A time zone.
    Zone,
    /// A country code, shortened to 40 characters.
    Country(String),
    /// A number outside what it can be.
    OutOfRange,
    /// A text longer than its cap.
    TooLong {
        /// Characters allowed.
        most: usize,
        /// Characters there.
        length: usize,
    },
    /// A list longer than its cap.
    TooMany {
        /// Entries allowed.
        most: usize,
        /// Entries there.
        count: usize,
    },
    /// The report as a whole is too large to send.
    TooLarge {
        /// Bytes allowed.
        most: usize,
        /// Bytes there.
        size: usize,
    },
    /// Characters that no text needs and that could hide something.
    Control,
    /// Not a SHA-256 in hexadecimal digits.
    Hash,
    /// Names and contacts that do not fit the report they came with.
    People,
}

impl Fault {
    /// Stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotJson { .. } => "report-not-json",
            Self::Twice => "report-name-twice",
            Self::WrongShape => "report-wrong-shape",
            Self::UnknownCode(_) => "report-code-unknown",
            Self::Date(why) => why.code(),
            Self::Clock => "report-time",
            Self::Zone => "report-zone",
            Self::Country(_) => "report-country",
            Self::OutOfRange => "report-out-of-range",
            Self::TooLong { .. } => "report-too-long",
            Self::TooMany { .. } => "report-too-many",
            Self::TooLarge { .. } => "report-too-large",
            Self::Control => "report-control",
            Self::Hash => "report-hash",
            Self::People => "report-people",
        }
    }
}

impl Problem {
    /// A problem at a field.
    #[must_use]
    pub fn new(path: impl Into<String>, fault: Fault) -> Self {
        Self {
            fault,
            path: path.into(),
        }
    }

    /// Stable code; its words are `error-<code>` and `error-<code>-next`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.fault.code()
    }

    /// Arguments of the words: always `field` (the path), and what the code needs.
    #[must_use]
    pub fn args(&self) -> BTreeMap<String, String> {
        let mut args = BTreeMap::from([("field".to_owned(), self.path.clone())]);
        let mut set = |name: &str, value: String| args.insert(name.to_owned(), value);
        match &self.fault {
            Fault::NotJson { line, column } => {
                set("line", line.to_string());
                set("column", column.to_string());
            }
            Fault::UnknownCode(code) | Fault::Country(code) => {
                set("code", code.clone());
            }
            Fault::TooLong { most, length } => {
                set("most", most.to_string());
                set("length", length.to_string());
            }
            Fault::TooMany { most, count } => {
                set("most", most.to_string());
                set("count", count.to_string());
            }
            Fault::TooLarge { most, size } => {
                set("most", most.to_string());
                set("size", size.to_string());
            }
            Fault::Twice | Fault::WrongShape | Fault::Date(_) | Fault::Clock | Fault::Zone => {}
            Fault::OutOfRange | Fault::Control | Fault::Hash | Fault::People => {}
        }
        args
    }
}

impl From<EdtfError> for Fault {
    fn from(why: EdtfError) -> Self {
        Self::Date(why)
    }
}

impl From<TimeError> for Fault {
    fn from(why: TimeError) -> Self {
        match why {
            TimeError::Date(why) => why.into(),
            TimeError::Clock => Self::Clock,
            TimeError::Zone => Self::Zone,
        }
    }
}

/// The first 40 characters of a code that is not known.
pub(crate) fn shortened(code: &str) -> String {
    code.chars().take(40).collect()
}
