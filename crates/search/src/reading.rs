//! Everything that a text is found by: its line of words, and other forms of them behind a mark.
//!
//! The line keeps the order of the text, so that phrases are found in it. The other forms follow it. Each begins with a
//! mark that no folded word can hold, so that a phrase never runs into them, and so that a form is found only by what
//! asks for its kind.

use crate::fold::{meant, plain, raw, read_in};
use crate::letters::{apostrophe, falls_off};
use crate::numbers::{self, Run};
use crate::script::{self, Mixture, Script};
use crate::words::{Kind, Token, Unit, units};
use crate::{sound, stem};
use std::collections::HashMap;
use std::ops::Range;

/// Another way in which the same word may be written.
pub(crate) const OTHERWISE: char = '◦';
/// A stem.
pub(crate) const STEM: char = '√';
/// The digits of a number that was written in groups, from some place on.
pub(crate) const NUMBER: char = '№';
/// How a Cyrillic word sounds.
pub(crate) const CYRILLIC: char = '≈';
/// How a Latin word sounds.
pub(crate) const LATIN: char = '≋';

pub(crate) struct Reading {
    pub(crate) line: Vec<Unit>,
    pub(crate) runs: Vec<Run>,
    /// Chains of words that are one word when written without what stands between them: ranges of the line.
    pub(crate) chains: Vec<Chain>,
    pub(crate) more: Vec<Token>,
}

pub(crate) struct Chain {
    pub(crate) units: Range<usize>,
    pub(crate) word: String,
}

impl Reading {
    pub(crate) fn of(text: &str) -> Self {
        let mut reading = Self::of_words(text);
        // Words come again and again, and their stems are dear.
        let mut known: HashMap<&str, Vec<String>> = HashMap::new();
        let mut more = Vec::new();
        for unit in reading.line.iter().filter(|u| u.kind == Kind::Word) {
            let at = &unit.token.at;
            let Some(written) = text.get(at.clone()) else {
                continue;
            };
            let forms = known
                .entry(written)
                .or_insert_with(|| forms(written, &unit.token.word));
            more.extend(forms.iter().map(|word| Token {
                word: word.clone(),
                at: at.clone(),
            }));
        }
        for run in &reading.runs {
            more.extend(run.found_by().into_iter().map(|digits| Token {
                word: marked(NUMBER, digits),
                at: run.at.clone(),
            }));
        }
        for chain in &reading.chains {
            if let Some(at) = span(&reading.line, &chain.units) {
                more.push(Token {
                    word: marked(OTHERWISE, &chain.word),
                    at,
                });
            }
        }
        reading.more = more;
        reading
    }

    /// The line, numbers and chains alone: what a query is read by.
    pub(crate) fn of_words(text: &str) -> Self {
        let line = units(text);
        let runs = numbers::runs(text, &line);
        let chains = chains(text, &line);
        Self {
            line,
            runs,
            chains,
            more: Vec::new(),
        }
    }
}

/// From the first of some units to the last.
pub(crate) fn span(line: &[Unit], units: &Range<usize>) -> Option<Range<usize>> {
    let members = line.get(units.clone())?;
    Some(members.first()?.token.at.start..members.last()?.token.at.end)
}

pub(crate) fn marked(mark: char, word: &str) -> String {
    let mut out = String::with_capacity(word.len() + mark.len_utf8());
    out.push(mark);
    out.push_str(word);
    out
}

/// The marked forms of one word of a text.
fn forms(written: &str, folded: &str) -> Vec<String> {
    let plain = plain(written);
    let mut out: Vec<String> = otherwise(&plain, folded)
        .iter()
        .map(|w| marked(OTHERWISE, w))
        .collect();
    out.extend(part(written).map(|word| marked(OTHERWISE, &word)));
    out.extend(stem::stems(&plain, folded).iter().map(|s| marked(STEM, s)));
    if let Some(mark) = heard(&plain) {
        out.extend(sound::keys(&plain).iter().map(|key| marked(mark, key)));
    }
    out
}

/// The mark of a word's sound by its script.
pub(crate) fn heard(plain: &str) -> Option<char> {
    match script::one(plain) {
        Some(Script::Latin) if plain.chars().all(char::is_alphabetic) => Some(LATIN),
        Some(Script::Cyrillic) if plain.chars().all(char::is_alphabetic) => Some(CYRILLIC),
        _ => None,
    }
}

/// A word with letters of two scripts, in the one that it is meant in; a number of a car or a flat, whose letters are all
/// of both, in each; and Turkic or Slavic letters that are written as two when there is no key for them (Duşanbe,
/// Dushanbe).
pub(crate) fn otherwise(plain: &str, folded: &str) -> Vec<String> {
    let seen = Mixture::of(plain);
    let mut out = Vec::new();
    if seen.is_mixed() {
        out.push(meant(plain));
    }
    if seen.is_open() && (seen.is_mixed() || plain.bytes().any(|b| b.is_ascii_digit())) {
        out.push(read_in(plain, Script::Latin));
        out.push(read_in(plain, Script::Cyrillic));
    }
    if plain.contains(['ş', 'š', 'ç', 'č', 'ž']) {
        let spelled = plain.replace(['ş', 'š'], "sh").replace(['ç', 'č'], "ch");
        out.push(raw(&spelled.replace('ž', "zh")));
    }
    out.retain(|word| word != folded && !word.is_empty());
    out.dedup();
    out
}

/// The word without what an apostrophe parts from it: `l'homme`, `Smith's`. Uzbek o' and g' are no such heads.
fn part(written: &str) -> Option<String> {
    let at = written.find(apostrophe)?;
    let (head, tail) = (plain(written.get(..at)?), raw(&plain(written.get(at..)?)));
    let elided = matches!(
        head.as_str(),
        "l" | "d" | "j" | "m" | "t" | "s" | "n" | "c" | "qu" | "jusqu" | "lorsqu" | "puisqu"
    );
    if elided && tail.chars().count() > 1 {
        Some(tail)
    } else {
        (tail == "s" && head.chars().count() > 1).then(|| raw(&head))
    }
}

/// Words that are held together by one hyphen or zero-width non-joiner each.
fn chains(text: &str, line: &[Unit]) -> Vec<Chain> {
    let mut out: Vec<Chain> = Vec::new();
    for (at, pair) in line.windows(2).enumerate() {
        let [a, b] = pair else { continue };
        let between = text
            .get(a.token.at.end..b.token.at.start)
            .unwrap_or_default();
        let held = matches!(
            between.trim_start_matches(falls_off),
            "-" | "\u{2010}" | "\u{2011}" | "\u{200c}"
        );
        if !held || a.kind != Kind::Word || b.kind != Kind::Word {
            continue;
        }
        match out.last_mut() {
            Some(last) if last.units.end == at + 1 => {
                last.units.end = at + 2;
                last.word.push_str(&b.token.word);
            }
            _ => out.push(Chain {
                units: at..at + 2,
                word: format!("{}{}", a.token.word, b.token.word),
            }),
        }
    }
    out.retain(|chain| chain.word.chars().count() <= LONGEST_CHAIN);
    out
}

/// Longer chains are lists or lines of strokes, not words.
const LONGEST_CHAIN: usize = 48;
