//! Printing. What other people wrote must not steer a terminal: control characters and those that turn the direction of
//! text never get out as they are, neither in text nor in JSON.

use crate::fail::{CliError, Failure};
use chronicle_words::{Args, Words};
use serde::Serialize;
use std::io::Write;

/// Where and how to print.
pub(crate) struct Out {
    pub(crate) words: Words,
    json: bool,
}

impl Out {
    pub(crate) fn new(words: Words, json: bool) -> Self {
        Self { words, json }
    }

    /// The answer: one JSON document, or the lines that `text` makes.
    pub(crate) fn answer<T: Serialize>(
        &self,
        view: &T,
        text: impl FnOnce(&Words) -> String,
    ) -> Result<(), Failure> {
        if self.json {
            self.document(view)
        } else {
            self.text(&text(&self.words))
        }
    }

    /// One JSON document, whatever was asked for.
    pub(crate) fn document<T: Serialize>(&self, view: &T) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(view).map_err(|_| CliError::Unwritable)?;
        write(&escaped(&text))
    }

    /// Readable text, ending with one line end.
    pub(crate) fn text(&self, text: &str) -> Result<(), Failure> {
        write(&tame(text))
    }

    /// One line beside the answer, on standard error.
    pub(crate) fn note(&self, line: &str) {
        let _ = writeln!(std::io::stderr(), "{}", tame(&line.replace('\n', " ")));
    }

    /// A sentence without arguments.
    pub(crate) fn say(&self, key: &str) -> String {
        self.words.say(key, &Args::new())
    }
}

fn write(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.trim_end_matches('\n').as_bytes())?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}

// Inside a JSON document such characters stand in strings only, where they may be written as numbers.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for letter in json.chars() {
        if letter != '\n' && steers(letter) {
            out.push_str(&format!("\\u{:04x}", u32::from(letter)));
        } else {
            out.push(letter);
        }
    }
    out
}

fn tame(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c != '\n' && c != '\t' && steers(c) {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}

// Marks of direction (200e, 200f) are harmless, and the right-to-left locale needs them; embeddings and overrides are not.
fn steers(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_gets_out() {
        let nasty = "a\u{1b}[2Jb\u{9b}31mc\u{202e}d\r\u{7f}\n\te";
        assert!(
            !tame(nasty)
                .chars()
                .any(|c| c != '\n' && c != '\t' && steers(c))
        );
        let json = serde_json::to_string_pretty(&serde_json::json!({ "a": nasty })).unwrap();
        let safe = escaped(&json);
        assert!(!safe.chars().any(|c| c != '\n' && steers(c)));
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&safe).unwrap()["a"],
            nasty
        );
    }
}
