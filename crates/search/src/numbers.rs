//! Numbers that are written in groups: telephone numbers, sums, cards.
//!
//! `+992 90-123-45-67` is one number of twelve digits. It is found whole, from the beginning of each of its groups, and
//! from each of its last four to ten digits, since people know a number without its country or its town. `50 000` is
//! found as 50000. A number that is looked for has those forms too that other people give it: without 00, without the 0
//! or 8 that is dialled inside a country, without the country.

use crate::words::{Kind, Unit};
use std::ops::Range;

/// Digits of a number that may be a telephone's (E.164 allows 15, cards and accounts have more).
const PHONE: Range<usize> = 7..21;

/// Groups of digits that make one number.
pub(crate) struct Run {
    /// Units of the text.
    pub(crate) units: Range<usize>,
    pub(crate) at: Range<usize>,
    pub(crate) digits: String,
    /// Where groups begin among the digits.
    groups: Vec<usize>,
    phone: bool,
}

/// The numbers among a text's units.
pub(crate) fn runs(text: &str, units: &[Unit]) -> Vec<Run> {
    let mut out = Vec::new();
    let mut first = 0;
    while first < units.len() {
        let length = chain(text, units.get(first..).unwrap_or_default());
        out.extend(run(text, units, first..first + length));
        first += length.max(1);
    }
    out
}

/// How many units from the first on are digits of one number.
fn chain(text: &str, units: &[Unit]) -> usize {
    let digits = units.iter().take_while(|u| u.kind == Kind::Digits).count();
    let pairs = units
        .iter()
        .zip(units.iter().skip(1))
        .take(digits.saturating_sub(1));
    let held = pairs
        .take_while(|(a, b)| {
            text.get(a.token.at.end..b.token.at.start)
                .is_some_and(holds)
        })
        .count();
    digits.min(held + 1)
}

// What may stand between groups: spaces and brackets, and one stroke, stop or plus; a comma only alone.
fn holds(gap: &str) -> bool {
    let hard = gap
        .chars()
        .filter(|c| !space(*c) && !matches!(c, '(' | ')'))
        .count();
    let known = |c: char| {
        space(c)
            || matches!(
                c,
                '(' | ')' | '-' | '.' | '/' | '+' | '\u{2010}'..='\u{2013}'
            )
    };
    !gap.is_empty() && gap.chars().count() <= 3 && hard <= 1 && gap.chars().all(known)
        || matches!(gap, "," | "'" | "’")
}

const fn space(letter: char) -> bool {
    matches!(
        letter,
        ' ' | '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}'
    )
}

fn run(text: &str, units: &[Unit], range: Range<usize>) -> Option<Run> {
    let members = units.get(range.clone())?;
    let (first, last) = (members.first()?, members.last()?);
    let (mut digits, mut groups) = (String::new(), Vec::new());
    for unit in members {
        groups.push(digits.len());
        digits.push_str(&unit.token.word);
    }
    // Two years side by side are no number.
    let years = members.len() == 2 && members.iter().all(|u| u.token.word.len() == 4);
    let phone = PHONE.contains(&digits.len()) && !years;
    if !(phone || digits.len() < 16 && thousands(text, members)) {
        return None;
    }
    let at = first.token.at.start..last.token.at.end;
    Some(Run {
        units: range,
        at,
        digits,
        groups,
        phone,
    })
}

// One to three digits and then threes, always parted in the same way.
fn thousands(text: &str, members: &[Unit]) -> bool {
    let gap = |(a, b): (&Unit, &Unit)| text.get(a.token.at.end..b.token.at.start);
    let mut gaps = members.iter().zip(members.iter().skip(1)).map(gap);
    let Some(Some(first)) = gaps.next() else {
        return false;
    };
    first.chars().count() == 1
        && gaps.all(|g| g == Some(first))
        && members.first().is_some_and(|u| u.token.word.len() <= 3)
        && members.iter().skip(1).all(|u| u.token.word.len() == 3)
}

impl Run {
    /// The digits that it is found by.
    pub(crate) fn found_by(&self) -> Vec<&str> {
        let length = self.digits.len();
        let mut starts = vec![0];
        if self.phone {
            starts.extend(self.groups.iter().filter(|at| length - *at >= 4));
            starts.extend((4..=10).filter_map(|tail| length.checked_sub(tail)));
            // The last group is found as it stands: the year of a date is not the date.
            let last = self.groups.last().copied().unwrap_or_default();
            starts.retain(|at| *at == 0 || *at != last);
            starts.sort_unstable();
            starts.dedup();
        }
        starts
            .into_iter()
            .filter_map(|at| self.digits.get(at..))
            .collect()
    }
}

/// The same number as others may have written it: without what is dialled before it.
pub(crate) fn shorter(digits: &str) -> Option<&str> {
    match digits.len() {
        11.. if digits.starts_with("00") => digits.get(2..),
        // Countries with a code of three digits have numbers of nine.
        12 => digits.get(3..),
        11 if digits.starts_with(['7', '8']) => digits.get(1..),
        9 | 10 if digits.starts_with('0') => digits.get(1..),
        _ => None,
    }
}
