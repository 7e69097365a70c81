//! Kinds of records: what a room keeps in its vault reads back under its number, and is replaced by a changed copy.

use crate::Error;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What one kind of record holds. [`event!`](crate::event) implements it.
pub trait Event: Serialize + DeserializeOwned {
    /// Its name in records.
    const KIND: &'static str;

    /// The record's number.
    fn seq(&self) -> u64;

    /// The same under another number.
    #[must_use]
    fn numbered(self, seq: u64) -> Self;

    /// Reads a record's body; `None` when it is not of this kind.
    #[must_use]
    fn read(seq: u64, body: &Value) -> Option<Self> {
        let event = Self::deserialize(body).ok()?;
        Some(event.numbered(seq))
    }

    /// A copy to be changed and committed in its place. What is not kept in the record does not come along.
    ///
    /// # Errors
    /// [`Error::Internal`] when it does not come back from its own form.
    fn copy(&self) -> Result<Self, Error> {
        Self::read(self.seq(), &serde_json::to_value(self)?).ok_or(Error::Internal)
    }
}

/// Makes a struct with a field `seq`, which is no part of the record's body, an [`Event`] of the kind `KIND`.
#[macro_export]
macro_rules! event {
    ($name:ident, $kind:literal) => {
        impl $name {
            pub(crate) const KIND: &'static str = $kind;
        }

        impl $crate::Event for $name {
            const KIND: &'static str = $kind;

            fn seq(&self) -> u64 {
                self.seq
            }

            fn numbered(self, seq: u64) -> Self {
                Self { seq, ..self }
            }
        }
    };
}
