//! JSON from outside, read strictly: a name that stands twice in an object is refused on every level, because two readers
//! could then see two texts; so is what is longer, deeper or fuller than its place allows. It knows no format.

use serde::de::{DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::cell::{Cell, RefCell};
use std::fmt;
use thiserror::Error;

/// How much a text may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// Bytes.
    pub bytes: usize,
    /// Values of all kinds and on all levels: a short text can hold a million empty objects.
    pub values: usize,
    /// Lists and objects within each other; at most 120.
    pub depth: usize,
}

/// Why a text is refused. Says nothing of its content but a place in it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// More bytes than it may have.
    #[error("it is too long")]
    TooLong,
    /// No JSON, no UTF-8, or something after its end.
    #[error("it is no JSON, line {line}, column {column}")]
    NotJson {
        /// From 1; 0 when it is not known.
        line: usize,
        /// From 1; 0 when it is not known.
        column: usize,
    },
    /// A name stands twice in an object.
    #[error("a name stands twice at {path}")]
    Twice {
        /// Where, as `a.b[0].c`; a name that could be a person's text is shown as `*`.
        path: String,
    },
    /// More values than it may have.
    #[error("it has too many values")]
    TooMany,
    /// Nested deeper than it may be.
    #[error("it is nested too deep")]
    TooDeep,
}

/// Reads a text as any JSON.
///
/// # Errors
/// See [`Fault`].
pub fn value(text: &[u8], caps: &Caps) -> Result<Value, Fault> {
    if text.len() > caps.bytes {
        return Err(Fault::TooLong);
    }
    let state = State {
        caps,
        values: Cell::new(0),
        fault: RefCell::new(None),
    };
    let mut reader = serde_json::Deserializer::from_slice(text);
    let seed = Strict {
        path: String::new(),
        depth: 0,
        state: &state,
    };
    let read = seed
        .deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let broken = || Fault::NotJson { line, column };
        state.fault.take().unwrap_or_else(broken)
    })
}

/// Reads a text strictly and then as `T`.
///
/// # Errors
/// `None` when it is strict JSON and no `T`.
pub fn typed<T: DeserializeOwned>(text: &[u8], caps: &Caps) -> Result<T, Option<Fault>> {
    serde_json::from_value(value(text, caps)?).map_err(|_| None)
}

/// A path, one step further: names that could be a person's text are shown as `*`.
#[must_use]
pub fn below(path: &str, name: &str) -> String {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    let shown = match name {
        name if name.len() <= 40 && name.bytes().all(plain) => name,
        _ => "*",
    };
    match path {
        "" => shown.to_owned(),
        path => format!("{path}.{shown}"),
    }
}

// What is known of the whole text while it is read.
struct State<'a> {
    caps: &'a Caps,
    values: Cell<usize>,
    // Why reading stopped, unless the text is no JSON.
    fault: RefCell<Option<Fault>>,
}

struct Strict<'a> {
    path: String,
    depth: usize,
    state: &'a State<'a>,
}

impl<'a> Strict<'a> {
    fn stop<E: serde::de::Error>(&self, fault: Fault) -> E {
        self.state.fault.replace(Some(fault));
        E::custom("refused")
    }

    // What stands within this, at `path`.
    fn within<E: serde::de::Error>(&self, path: String) -> Result<Strict<'a>, E> {
        if self.depth >= self.state.caps.depth {
            return Err(self.stop(Fault::TooDeep));
        }
        Ok(Strict {
            path,
            depth: self.depth + 1,
            state: self.state,
        })
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        let count = self.state.values.get() + 1;
        self.state.values.set(count);
        if count > self.state.caps.values {
            return Err(self.stop(Fault::TooMany));
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
            let within = self.within(format!("{}[{}]", self.path, values.len()))?;
            match list.next_element_seed(within)? {
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
                return Err(self.stop(Fault::Twice { path }));
            }
            let value = object.next_value_seed(self.within(path)?)?;
            values.insert(name, value);
        }
        Ok(Value::Object(values))
    }
}

#[cfg(test)]
mod tests;
