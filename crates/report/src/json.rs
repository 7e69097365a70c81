//! From bytes to a draft and back.
//!
//! A name that stands twice in an object is refused on every level, because two readers could then see two reports.
//! Writing is canonical: sorted names, no spaces, UTF-8; the same draft gives the same bytes. An unknown field survives on
//! every level. Whole numbers beyond 64 bits in unknown fields become the nearest fraction; nothing of ours writes such.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

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
    if bytes.len() > MAX_INPUT_BYTES {
        let fault = Fault::TooLarge {
            most: MAX_INPUT_BYTES,
            size: bytes.len(),
        };
        return Err(Problem::new("", fault));
    }
    // Some editors write a mark at the beginning of every file.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let state = State {
        values: Cell::new(0),
        problem: RefCell::new(None),
    };
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let seed = Strict {
        path: String::new(),
        state: &state,
    };
    let read = seed
        .deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let broken = || Problem::new("", Fault::NotJson { line, column });
        state.problem.take().unwrap_or_else(broken)
    })
}

/// A name as it may appear in a path: one that could be a person's text is shown as `*`.
fn shown(name: &str) -> &str {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if name.len() <= 40 && name.bytes().all(plain) {
        name
    } else {
        "*"
    }
}

fn below(path: &str, name: &str) -> String {
    match path {
        "" => shown(name).to_owned(),
        path => format!("{path}.{}", shown(name)),
    }
}

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

/// What is known of the whole text while it is read.
struct State {
    /// Values so far: a short text can hold a million empty objects.
    values: Cell<usize>,
    /// Why reading stopped, unless the text is no JSON.
    problem: RefCell<Option<Problem>>,
}

/// Reads a value and stops at a name that stands twice, or when there are too many values.
struct Strict<'a> {
    path: String,
    state: &'a State,
}

impl Strict<'_> {
    fn stop<E: serde::de::Error>(&self, path: &str, fault: Fault) -> E {
        self.state.problem.replace(Some(Problem::new(path, fault)));
        E::custom("refused")
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        let count = self.state.values.get() + 1;
        self.state.values.set(count);
        if count > MAX_VALUES {
            let most = MAX_VALUES;
            return Err(self.stop("", Fault::TooMany { most, count }));
        }
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        loop {
            let path = format!("{}[{}]", self.path, values.len());
            match list.next_element_seed(Strict {
                path,
                state: self.state,
            })? {
                Some(value) => values.push(value),
                None => return Ok(Value::Array(values)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut values = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            let path = below(&self.path, &name);
            if values.contains_key(&name) {
                return Err(self.stop(&path, Fault::Twice));
            }
            let value = object.next_value_seed(Strict {
                path,
                state: self.state,
            })?;
            values.insert(name, value);
        }
        Ok(Value::Object(values))
    }
}

#[cfg(test)]
mod tests;
