//! From bytes to a draft and back.
//!
//! A name that stands twice in an object is refused on every level, because two readers could then see two reports.
//! Writing is canonical: sorted names, no spaces, UTF-8; the same draft gives the same bytes. An unknown field survives on
//! every level. Whole numbers beyond 64 bits in unknown fields become the nearest fraction; nothing of ours writes such.

use chronicle_json::{Caps, Fault as Stop, below};
use serde::Deserialize;
use serde_json::Value;

use crate::caps::{MAX_INPUT_BYTES, MAX_VALUES};
use crate::draft::Draft;
use crate::problem::{Fault, Problem};

impl Draft {
    /// Reads a report file or what the window hands over, strictly: all that [`Draft::check`] finds is refused.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with the path of its field.
    ///
    /// ```
    /// use chronicle_report::Draft;
    ///
    /// let problems = Draft::from_json(br#"{"what": {"types": [{"code": "phy.dragon"}]}}"#).unwrap_err();
    /// assert_eq!(problems[0].code(), "report-code-unknown");
    /// assert_eq!(problems[0].path, "what.types[0].code");
    /// ```
    pub fn from_json(bytes: &[u8]) -> Result<Self, Vec<Problem>> {
        let draft = read(bytes)?;
        match draft.check() {
            problems if problems.is_empty() => Ok(draft),
            problems => Err(problems),
        }
    }

    /// Reads a report that somebody sent, perhaps from another version: codes and dates that are not known are kept,
    /// only sizes are limited.
    ///
    /// # Errors
    /// When it is no report, has a name twice, or is too large.
    pub fn received(bytes: &[u8]) -> Result<Self, Vec<Problem>> {
        let draft = read(bytes)?;
        match draft.check_sizes() {
            problems if problems.is_empty() => Ok(draft),
            problems => Err(problems),
        }
    }

    /// The canonical bytes: sorted names, no spaces, UTF-8.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        canonical(self.to_value())
    }

    /// Bytes of [`Self::to_json`].
    #[must_use]
    pub fn json_bytes(&self) -> usize {
        // The order of the names does not change how many there are.
        serde_json::to_vec(self).map_or(0, |json| json.len())
    }

    /// The report as a JSON value.
    #[must_use]
    pub fn to_value(&self) -> Value {
        // Fails only for maps whose keys are no texts, and there are none.
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// Sorted names, no spaces.
pub(crate) fn canonical(mut value: Value) -> Vec<u8> {
    value.sort_all_objects();
    serde_json::to_vec(&value).unwrap_or_default()
}

fn read(bytes: &[u8]) -> Result<Draft, Vec<Problem>> {
    draft_of(strict(bytes).map_err(|problem| vec![problem])?)
}

/// The draft that a value holds, or the fields that hold something else than they can.
pub(crate) fn draft_of(value: Value) -> Result<Draft, Vec<Problem>> {
    if !value.is_object() {
        return Err(vec![Problem::new("", Fault::WrongShape)]);
    }
    Draft::deserialize(&value).map_err(|_| {
        let mut found = Vec::new();
        compare(&value, &Draft::everything().to_value(), "", &mut found);
        if found.is_empty() {
            found.push(Problem::new("", Fault::WrongShape));
        }
        found
    })
}

/// Any JSON in which no name stands twice in an object, at most [`MAX_INPUT_BYTES`] long.
pub(crate) fn strict(bytes: &[u8]) -> Result<Value, Problem> {
    // Some editors write a mark at the beginning of every file.
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    chronicle_json::value(text, &CAPS).map_err(|fault| match fault {
        Stop::TooLong => Problem::new(
            "",
            Fault::TooLarge {
                most: CAPS.bytes,
                size: bytes.len(),
            },
        ),
        Stop::TooMany => Problem::new(
            "",
            Fault::TooMany {
                most: CAPS.values,
                count: CAPS.values + 1,
            },
        ),
        Stop::Twice { path } => Problem::new(path, Fault::Twice),
        Stop::NotJson { line, column } => Problem::new("", Fault::NotJson { line, column }),
        Stop::TooDeep => Problem::new("", Fault::NotJson { line: 0, column: 0 }),
    })
}

const CAPS: Caps = Caps {
    bytes: MAX_INPUT_BYTES,
    values: MAX_VALUES,
    depth: 100,
};

/// Where a value has another kind than the same field of a filled report.
fn compare(value: &Value, model: &Value, path: &str, found: &mut Vec<Problem>) {
    match (value, model) {
        (Value::Object(value), Value::Object(model)) => {
            for (name, inner) in value {
                if let Some(model) = model.get(name) {
                    compare(inner, model, &below(path, name), found);
                }
            }
        }
        (Value::Array(list), Value::Array(model)) => {
            for (at, inner) in list.iter().enumerate() {
                if let Some(model) = model.first() {
                    compare(inner, model, &format!("{path}[{at}]"), found);
                }
            }
        }
        (Value::Null, _) if OPTIONAL.contains(&path) => {}
        (Value::String(_), Value::String(_)) | (Value::Bool(_), Value::Bool(_)) => {}
        (Value::Number(a), Value::Number(b)) if a.is_u64() || b.is_f64() => {}
        (Value::Number(a), Value::Number(b)) if a.is_i64() && b.is_i64() && !b.is_u64() => {}
        _ => found.push(Problem::new(path, Fault::WrongShape)),
    }
}

/// Questions that may be `null`.
const OPTIONAL: &[&str] = &[
    "when",
    "where.geo",
    "safety",
    "not_reported",
    "consent",
    "contact",
];

#[cfg(test)]
mod tests;
