//! A problem as it leaves the libraries: a stable code with arguments. Its words are the messages `error-<code>` (what
//! happened) and `error-<code>-next` (the next step). It carries nothing that a person wrote and no path.

use crate::{Args, Words};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A stable code with arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Problem {
    /// Kebab-case.
    pub code: String,
    /// For the sentence.
    pub args: BTreeMap<String, String>,
}

impl Problem {
    /// A problem without arguments.
    #[must_use]
    pub fn new(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            args: BTreeMap::new(),
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.args.insert(name.to_owned(), value.to_string());
        self
    }

    /// What happened and what to do next, as one line.
    #[must_use]
    pub fn say(&self, words: &Words) -> String {
        let what = words.say(&format!("error-{}", self.code), &self.arguments());
        let next = words.say(&format!("error-{}-next", self.code), &self.arguments());
        format!("{what} {next}")
    }

    fn arguments(&self) -> Args {
        self.args
            .iter()
            .fold(Args::new(), |args, (name, value)| args.value(name, value))
    }
}
