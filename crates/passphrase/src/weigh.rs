//! How many guesses one's own passphrase withstands.
//!
//! The text is read in several ways: as typed, as the same keys type it in the other layout, without spaces and signs, and
//! as a well-known line. Each reading is estimated, with Russian words at hand, and the weakest counts. The estimate is
//! careful: text that no list knows counts 3.3 bits a letter. It knows nothing of a person's own names and dates.
//! The estimator below makes copies of the text that are not wiped.

use std::collections::HashSet;
use std::f64::consts::LOG2_10;
use std::sync::LazyLock;

use zeroize::Zeroizing;
use zxcvbn::Entropy;
use zxcvbn::matching::patterns::MatchPattern;

use crate::dictionary;
use crate::keyboard;

/// The bits that a passphrase of one's own needs.
pub const NEEDED: u32 = 50;

/// How many characters are weighed; what follows them counts nothing, neither for nor against.
pub const WEIGHED: usize = 100;

/// What a passphrase weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strength {
    /// The binary logarithm of the guesses, rounded down; 64 means 64 or more.
    pub bits: u32,
    /// What would make it stronger; `None` when it is strong enough.
    pub hint: Option<Hint>,
}

impl Strength {
    /// Whether it has the [`NEEDED`] bits.
    #[must_use]
    pub const fn enough(self) -> bool {
        self.bits >= NEEDED
    }
}

/// What makes a passphrase weak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hint {
    /// It is a well-known line.
    KnownLine,
    /// It is made of common words or names.
    CommonWords,
    /// It follows the keys of the keyboard.
    KeyboardWalk,
    /// It repeats itself, or counts up or down.
    Repeats,
    /// It is a date or a year.
    Dates,
    /// It is too short.
    Short,
}

impl Hint {
    /// Every hint.
    pub const ALL: [Self; 6] = [
        Self::KnownLine,
        Self::CommonWords,
        Self::KeyboardWalk,
        Self::Repeats,
        Self::Dates,
        Self::Short,
    ];

    /// The key under which `words` says it.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::KnownLine => "passphrase-hint-known-line",
            Self::CommonWords => "passphrase-hint-common-words",
            Self::KeyboardWalk => "passphrase-hint-keyboard-walk",
            Self::Repeats => "passphrase-hint-repeats",
            Self::Dates => "passphrase-hint-dates",
            Self::Short => "passphrase-hint-short",
        }
    }
}

/// Weighs a text as a passphrase. Only the first [`WEIGHED`] characters are looked at, because the time grows faster than
/// the length.
#[must_use]
pub fn weigh(text: &str) -> Strength {
    let text: Zeroizing<String> = Zeroizing::new(text.chars().take(WEIGHED).collect());
    let whole = readings(&text);
    let once = period(&text).map(|once| {
        let (bits, _) = readings(&once);
        (bits + REPEATING, Hint::Repeats)
    });
    let (bits, hint) = once.into_iter().fold(whole, weaker);
    strength(bits, hint)
}

/// The weakest of all ways to read a text.
fn readings(text: &str) -> (f64, Hint) {
    let typed = Zeroizing::new(text.to_owned());
    let mut weakest = (f64::INFINITY, Hint::Short);
    for reading in [
        typed,
        keyboard::as_english(text),
        keyboard::as_russian(text),
    ] {
        weakest = weaker(weakest, estimate(&reading, true));
        let letters = squeezed(&reading);
        if letters.len() < reading.len() {
            let (bits, hint) = estimate(&letters, true);
            weakest = weaker(weakest, (bits + SPACING, hint));
        }
        if let Some(bits) = known_line(&letters) {
            weakest = weaker(weakest, (bits, Hint::KnownLine));
        }
    }
    weakest
}

fn weaker(one: (f64, Hint), other: (f64, Hint)) -> (f64, Hint) {
    if other.0 < one.0 { other } else { one }
}

/// The part that a text repeats from its first to its last letter; the last time may be cut off.
fn period(text: &str) -> Option<Zeroizing<String>> {
    let letters: Zeroizing<Vec<char>> = Zeroizing::new(text.chars().collect());
    let repeats = |length: &usize| {
        letters
            .iter()
            .zip(letters.iter().skip(*length))
            .all(|(a, b)| a == b)
    };
    let length = (1..=letters.len() / 2).find(repeats)?;
    Some(Zeroizing::new(letters.iter().take(length).collect()))
}

fn strength(bits: f64, hint: Hint) -> Strength {
    // The estimator counts guesses in 64 bits; the cast is exact there and rounds down.
    let bits = bits.clamp(0.0, 64.0) as u32;
    Strength {
        bits,
        hint: (bits < NEEDED).then_some(hint),
    }
}

/// Bits of one reading and what it owes its weakness to.
fn estimate(text: &str, with_russian: bool) -> (f64, Hint) {
    let lower = Zeroizing::new(text.to_lowercase());
    let mut found = if with_russian {
        dictionary::russian(&lower)
    } else {
        Vec::new()
    };
    found.sort_by_key(|word| word.rank);
    // The estimator takes an item's place as its rank. Empty places match nothing and cost nothing.
    let mut places = vec![""; found.iter().map(|word| word.rank).max().unwrap_or(0)];
    for word in &found {
        if let Some(place) = places
            .get_mut(word.rank.saturating_sub(1)..)
            .and_then(|rest| rest.iter_mut().find(|p| p.is_empty()))
        {
            *place = &word.piece;
        } else {
            places.push(&word.piece);
        }
    }
    let entropy = zxcvbn::zxcvbn(text, &places);
    // The estimator takes it that nobody knows how many parts there are; people write sentences, so the parts alone count.
    let parts = entropy.sequence().iter().filter_map(|part| part.guesses);
    let parts: f64 = parts.map(|guesses| (guesses as f64).log2()).sum();
    (
        parts.min(entropy.guesses_log10() * LOG2_10),
        reason(&entropy),
    )
}

/// The pattern that most of the text follows.
fn reason(entropy: &Entropy) -> Hint {
    let mut share = [
        (Hint::Short, 0),
        (Hint::CommonWords, 0),
        (Hint::KeyboardWalk, 0),
        (Hint::Repeats, 0),
        (Hint::Dates, 0),
    ];
    for part in entropy.sequence() {
        let hint = match part.pattern {
            MatchPattern::Dictionary(_) => Hint::CommonWords,
            MatchPattern::Spatial(_) => Hint::KeyboardWalk,
            MatchPattern::Repeat(_) | MatchPattern::Sequence(_) => Hint::Repeats,
            MatchPattern::Date(_) | MatchPattern::Regex(_) => Hint::Dates,
            MatchPattern::BruteForce => Hint::Short,
        };
        if let Some(entry) = share.iter_mut().find(|(kind, _)| *kind == hint) {
            entry.1 += part.j + 1 - part.i;
        }
    }
    share
        .into_iter()
        .rev()
        .max_by_key(|(_, letters)| *letters)
        .map_or(Hint::Short, |(hint, _)| hint)
}

/// Letters and digits only, in their own case.
fn squeezed(text: &str) -> Zeroizing<String> {
    Zeroizing::new(
        text.chars()
            .filter(|letter| letter.is_alphanumeric())
            .collect(),
    )
}

/// The bits of a text that is a well-known line with at most [`BESIDE`] characters before and after it.
fn known_line(letters: &str) -> Option<f64> {
    let lower = Zeroizing::new(letters.to_lowercase().replace('ё', "е"));
    let total = lower.chars().count();
    let line = KNOWN
        .iter()
        .filter(|line| lower.contains(line.as_str()))
        .max_by_key(|line| line.len())?;
    let beside = total - line.chars().count();
    // A million lines, and ten choices for each character beside it.
    (beside <= BESIDE).then_some(20.0 + LOG2_10 * beside as f64)
}

static KNOWN: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let lines = include_str!("../lists/known.txt").lines();
    lines
        .map(|line| squeezed(line).to_lowercase().replace('ё', "е"))
        .collect()
});

/// What the choice of spaces and signs between words is worth, in bits.
const SPACING: f64 = 3.0;
/// What the number of repetitions is worth, in bits.
const REPEATING: f64 = 5.0;
const BESIDE: usize = 8;

#[cfg(test)]
#[path = "weigh/tests.rs"]
mod tests;
