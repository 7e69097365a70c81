//! The forms in which one word of a query may stand in a text.

use crate::fold::{plain, raw};
use crate::letters::apostrophe;
use crate::numbers::shorter;
use crate::query::phrase;
use crate::reading::{
    CYRILLIC, LATIN, NUMBER, OTHERWISE, Reading, STEM, heard, marked, otherwise, span,
};
use crate::script::{self, Script};
use crate::words::Kind;
use crate::{sound, stem};
use std::ops::Range;

/// Words that must follow each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Alternative {
    pub(crate) terms: Vec<Term>,
}

/// One word, or the beginning of one; only the last of an alternative is a beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) word: String,
    pub(crate) begins: bool,
}

/// Letters from which on a word is found by its beginning wherever it stands in a query.
const BEGINS: usize = 4;
/// Digits from which on a number is looked for inside of others, and by its beginning there.
const DIGITS: usize = 4;

struct Forms(Vec<Alternative>);

impl Forms {
    fn add(&mut self, word: String, begins: bool) {
        let form = Alternative {
            terms: vec![Term { word, begins }],
        };
        if !self.0.contains(&form) {
            self.0.push(form);
        }
    }
}

/// Alternatives for some units of a query that belong together; `typing` when nothing is typed behind them.
pub(crate) fn alternatives(
    part: &str,
    reading: &Reading,
    units: &Range<usize>,
    typing: bool,
) -> Vec<Alternative> {
    let mut terms = phrase(&reading.line, units);
    if let Some(last) = terms.last_mut() {
        last.begins |= typing || last.word.chars().count() >= BEGINS;
    }
    let mut forms = Forms(vec![Alternative { terms }]);
    if let Some(run) = reading.runs.iter().find(|r| r.units == *units) {
        number(&run.digits, typing, &mut forms);
    }
    if let Some(chain) = reading.chains.iter().find(|c| c.units == *units) {
        let begins = typing || chain.word.chars().count() >= BEGINS;
        forms.add(chain.word.clone(), begins);
        forms.add(marked(OTHERWISE, &chain.word), begins);
    }
    if let (1, Some(unit)) = (units.len(), reading.line.get(units.start)) {
        let written = span(&reading.line, units)
            .and_then(|at| part.get(at))
            .unwrap_or_default();
        match unit.kind {
            Kind::Word => word(written, &unit.token.word, typing, &mut forms),
            Kind::Digits => number(&unit.token.word, typing, &mut forms),
            Kind::Pair | Kind::Single(_) => {}
        }
    }
    forms.0
}

fn number(digits: &str, typing: bool, forms: &mut Forms) {
    for digits in [Some(digits), shorter(digits)].into_iter().flatten() {
        forms.add(digits.to_owned(), typing || digits.len() >= BEGINS);
        if digits.len() >= DIGITS {
            forms.add(marked(NUMBER, digits), digits.len() > DIGITS);
        }
    }
}

fn word(written: &str, folded: &str, typing: bool, forms: &mut Forms) {
    let begins = typing || folded.chars().count() >= BEGINS;
    let plain = plain(written);
    forms.add(marked(OTHERWISE, folded), begins);
    for other in otherwise(&plain, folded)
        .into_iter()
        .chain(umlauts(&plain, folded))
    {
        forms.add(marked(OTHERWISE, &other), begins);
        forms.add(other, begins);
    }
    forms.add(marked(STEM, folded), begins);
    for stem in stem::stems(&plain, folded).into_iter().chain(head(written)) {
        forms.add(marked(STEM, &stem), false);
        forms.add(stem, false);
    }
    // Georgian: other cases have no ი of the nominative.
    if let Some(stem) = folded
        .strip_suffix('ი')
        .filter(|s| s.chars().count() >= BEGINS)
    {
        forms.add(stem.to_owned(), true);
    }
    let across = match heard(&plain) {
        Some(LATIN) => CYRILLIC,
        Some(_) => LATIN,
        None => return,
    };
    for key in sound::keys(&plain) {
        forms.add(marked(across, &key), begins && sound::long_enough(&plain));
    }
}

/// ä, ö and ü written as ae, oe and ue, and the reverse; in words of five letters and more, since `neue` is no `nu`.
fn umlauts(plain: &str, folded: &str) -> Option<String> {
    let other = if plain.contains(['ä', 'ö', 'ü']) {
        raw(&plain
            .replace('ä', "ae")
            .replace('ö', "oe")
            .replace('ü', "ue"))
    } else if plain.len() >= 5 && script::one(plain) == Some(Script::Latin) {
        folded
            .replace("ae", "a")
            .replace("oe", "o")
            .replace("ue", "u")
    } else {
        return None;
    };
    (other != folded).then_some(other)
}

/// The name before an apostrophe: `Ankara'da`. Heads of three letters are Uzbek (san'at).
fn head(written: &str) -> Option<String> {
    let head = raw(&plain(written.get(..written.find(apostrophe)?)?));
    (head.chars().count() >= BEGINS).then_some(head)
}
