//! What a person typed, as what is looked for.
//!
//! Several words must all be found, in any order. What stands in quotation marks is found as it is written, its words one
//! after another, without endings, beginnings or other scripts. A word of four letters or more, and the last one while it
//! is being typed, is found by its beginning; that does for the suffixes of Uzbek, Kazakh, Turkish or Tajik. What is
//! typed without a space (an address, a host, a number in groups, a word with a hyphen) is found by its parts one after
//! another. Nothing that is typed is syntax.

use crate::alike::{self, Alternative, Term};
use crate::letters::falls_off;
use crate::reading::Reading;
use crate::script::{self, Script};
use crate::words::{Kind, Unit};
use std::ops::Range;

/// Words of a query that are looked at.
const WORDS: usize = 32;
/// Parts of one of them that are looked at.
const PARTS: usize = 64;

/// What is looked for. Made once, used for the table and for each text that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Each must be found; one of its alternatives is enough.
    pub(crate) words: Vec<Vec<Alternative>>,
}

/// Reads a query. It never fails; what holds no letter and no digit looks for nothing.
///
/// ```
/// use chronicle_search::query;
///
/// let sought = query("gulom");
/// assert_eq!(sought.matches("Ғулом ва Gʻulom"), [0..10, 16..23]);
/// ```
#[must_use]
pub fn query(text: &str) -> Query {
    let mut words = Vec::new();
    for (part, exact, last) in quoted(text) {
        let reading = Reading::of_words(part);
        let typing = last && !part.ends_with(char::is_whitespace);
        let groups = if exact {
            whole(&reading)
        } else {
            groups(part, &reading)
        };
        let end = groups.len().saturating_sub(1);
        for (number, units) in groups.into_iter().enumerate() {
            let typing = typing && number == end;
            let alternatives = if exact {
                vec![as_written(&reading, &units, typing)]
            } else {
                alike::alternatives(part, &reading, &units, typing)
            };
            if alternatives.iter().any(|a| !a.terms.is_empty()) {
                words.push(alternatives);
            }
        }
    }
    words.truncate(WORDS);
    Query { words }
}

impl Query {
    /// Whether nothing is looked for.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The expression for FTS5's `MATCH`, over a table of what [`index_text`](crate::index_text) gives; `None` when
    /// nothing is looked for. Every word in it is quoted and holds no quotation mark, so that none is syntax.
    #[must_use]
    pub fn expression(&self) -> Option<String> {
        let words: Vec<String> = self
            .words
            .iter()
            .map(|alternatives| any(alternatives))
            .collect();
        (!words.is_empty()).then(|| words.join(" AND "))
    }
}

fn any(alternatives: &[Alternative]) -> String {
    let all: Vec<String> = alternatives.iter().map(expression).collect();
    format!("({})", all.join(" OR "))
}

fn expression(alternative: &Alternative) -> String {
    let words: Vec<&str> = alternative.terms.iter().map(|t| t.word.as_str()).collect();
    let star = if alternative.terms.last().is_some_and(|t| t.begins) {
        "*"
    } else {
        ""
    };
    format!("\"{}\"{star}", words.join(" "))
}

/// Terms of units that must follow each other.
pub(crate) fn phrase(line: &[Unit], units: &Range<usize>) -> Vec<Term> {
    let members = line.get(units.clone()).unwrap_or_default();
    let count = members.len();
    let mut terms: Vec<Term> = Vec::new();
    for (at, unit) in members.iter().enumerate() {
        let begins = match unit.kind {
            // The stretch may go on in the text, where its last letter begins a pair.
            Kind::Single(false) if at + 1 == count => continue,
            Kind::Single(_) => at + 1 == count,
            _ => false,
        };
        terms.push(Term {
            word: unit.token.word.clone(),
            begins,
        });
    }
    if terms.len() > PARTS {
        terms.truncate(PARTS);
    }
    terms
}

/// The text in pieces, with whether each stands in quotation marks and whether it is the last. One that is not closed
/// reaches to the end; one that was only just opened is not looked at.
fn quoted(text: &str) -> Vec<(&str, bool, bool)> {
    let mut out = Vec::new();
    let (mut from, mut inside) = (0, false);
    for (at, mark) in text.char_indices() {
        let after = at + mark.len_utf8();
        if !matches!(mark, '"' | '“' | '”' | '„' | '«' | '»' | '＂')
            || gershayim(text, at, after)
            || !inside && after == text.len()
        {
            continue;
        }
        out.push((text.get(from..at).unwrap_or_default(), inside, false));
        (from, inside) = (after, !inside);
    }
    out.push((text.get(from..).unwrap_or_default(), inside, true));
    out
}

// צה"ל: the mark of an abbreviation, typed as a quotation mark.
fn gershayim(text: &str, at: usize, after: usize) -> bool {
    let hebrew = |letter: Option<char>| letter.map(script::of) == Some(Script::Hebrew);
    let before = text
        .get(..at)
        .unwrap_or_default()
        .chars()
        .rev()
        .find(|c| !falls_off(*c));
    hebrew(before) && hebrew(text.get(after..).unwrap_or_default().chars().next())
}

// Words in quotation marks; while the second mark is not typed, the last one may be a beginning.
fn as_written(reading: &Reading, units: &Range<usize>, typing: bool) -> Alternative {
    let mut terms = phrase(&reading.line, units);
    if let Some(last) = terms.last_mut() {
        last.begins |= typing;
    }
    Alternative { terms }
}

fn whole(reading: &Reading) -> Vec<Range<usize>> {
    if reading.line.is_empty() {
        Vec::new()
    } else {
        std::iter::once(0..reading.line.len()).collect()
    }
}

/// The words of a query: what is typed without a space, and numbers in groups.
fn groups(part: &str, reading: &Reading) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    let number = |unit: usize| reading.runs.iter().position(|r| r.units.contains(&unit));
    for (at, unit) in reading.line.iter().enumerate() {
        let before = at
            .checked_sub(1)
            .and_then(|b| Some((number(b), reading.line.get(b)?.token.at.end)));
        let goes_on = before.is_some_and(|(run, end)| {
            run == number(at)
                && (run.is_some()
                    || !part
                        .get(end..unit.token.at.start)
                        .unwrap_or_default()
                        .contains(char::is_whitespace))
        });
        match out.last_mut() {
            Some(last) if goes_on => last.end = at + 1,
            _ => out.push(at..at + 1),
        }
    }
    out
}
