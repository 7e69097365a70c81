//! The text for the table, and the places of what was found.

use crate::alike::Alternative;
use crate::query::Query;
use crate::reading::Reading;
use crate::words::Token;
use std::ops::Range;

/// What a text is found by, for a column of an FTS5 table with `tokenize='ascii'`: folded words in their order, and
/// behind them their other forms, each with a mark.
///
/// FTS5's `ascii` tokenizer takes letters and digits of ASCII and every byte above it for parts of words
/// (sqlite.org/fts5.html, "ASCII Tokenizer"); so what stands between two spaces here is one token there.
///
/// ```
/// use chronicle_search::index_text;
///
/// assert_eq!(index_text("Die Häuser"), "die hauser √haus ≋hauser ≋heuser");
/// ```
#[must_use]
pub fn index_text(text: &str) -> String {
    let reading = Reading::of(text);
    let mut out = String::with_capacity(text.len() * 2);
    for token in reading.line.iter().map(|u| &u.token).chain(&reading.more) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&token.word);
    }
    out
}

impl Query {
    /// The places to show in a text as it was given: in order, none inside of another. A text may hold some of the words
    /// only; [`finds`](Self::finds) tells whether it holds all.
    #[must_use]
    pub fn matches(&self, text: &str) -> Vec<Range<usize>> {
        let reading = Reading::of(text);
        let mut places: Vec<Range<usize>> = self
            .words
            .iter()
            .flatten()
            .flat_map(|a| found(a, &reading))
            .collect();
        places.sort_unstable_by_key(|p| (p.start, std::cmp::Reverse(p.end)));
        let mut out: Vec<Range<usize>> = Vec::new();
        for place in places {
            match out.last_mut() {
                Some(last) if place.start < last.end => last.end = last.end.max(place.end),
                _ => out.push(place),
            }
        }
        out
    }

    /// Whether a text holds all the words: what the table answers for it.
    #[must_use]
    pub fn finds(&self, text: &str) -> bool {
        let reading = Reading::of(text);
        !self.is_empty()
            && self
                .words
                .iter()
                .all(|word| word.iter().any(|a| !found(a, &reading).is_empty()))
    }
}

fn found(alternative: &Alternative, reading: &Reading) -> Vec<Range<usize>> {
    let line: Vec<&Token> = reading.line.iter().map(|u| &u.token).collect();
    let mut out = Vec::new();
    for from in 0..line.len() {
        out.extend(starting(alternative, line.get(from..).unwrap_or_default()));
    }
    for form in &reading.more {
        out.extend(starting(alternative, &[form]));
    }
    out
}

fn starting(alternative: &Alternative, words: &[&Token]) -> Option<Range<usize>> {
    let members = words.get(..alternative.terms.len())?;
    let fits = members.iter().zip(&alternative.terms).all(|(token, term)| {
        if term.begins {
            token.word.starts_with(&term.word)
        } else {
            token.word == term.word
        }
    });
    let (first, last) = (members.first()?, members.last()?);
    fits.then_some(first.at.start..last.at.end)
}
