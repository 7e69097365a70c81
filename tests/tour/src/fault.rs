//! What stops the tour: one sentence with what was expected and what was there.

use std::fmt::Display;

/// Why a step did not succeed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Fault(String);

/// What a step gives.
pub type Outcome<T = ()> = Result<T, Fault>;

impl Fault {
    /// A fault in one sentence.
    pub fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

/// Says what was being done when something failed.
pub trait During<T> {
    /// Puts `what` before the error.
    fn during(self, what: impl Display) -> Outcome<T>;
}

impl<T, E: Display> During<T> for Result<T, E> {
    fn during(self, what: impl Display) -> Outcome<T> {
        self.map_err(|error| Fault(format!("{what}: {error}")))
    }
}

/// Goes on only when `holds`.
pub fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Outcome {
    if holds {
        Ok(())
    } else {
        Err(Fault(otherwise()))
    }
}
