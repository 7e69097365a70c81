//! Whether a text was typed in the wrong layout or with caps lock on.
//!
//! Answers from the text alone, for the message after a wrong passphrase. It looks for words of the passphrase list, common
//! Russian ones and the shape of capitals. `None` means that nothing points that way, not that the text is right.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::{dictionary, draw, keyboard};

/// What may have gone wrong while typing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LayoutHint {
    /// In the other keyboard layout the same keys spell words.
    OtherLayout,
    /// Capitals stand where small letters belong.
    CapsLock,
}

impl LayoutHint {
    /// Both hints.
    pub const ALL: [Self; 2] = [Self::OtherLayout, Self::CapsLock];

    /// The key under which `words` says it.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::OtherLayout => "passphrase-other-layout",
            Self::CapsLock => "passphrase-caps-lock",
        }
    }
}

/// What the text looks like, or `None`.
#[must_use]
pub fn layout_hint(text: &str) -> Option<LayoutHint> {
    let lower = text.to_lowercase();
    let here = words(&lower);
    let there = words(&keyboard::as_english(&lower)).max(words(&keyboard::as_russian(&lower)));
    if there > here {
        return Some(LayoutHint::OtherLayout);
    }
    caps_lock(text).then_some(LayoutHint::CapsLock)
}

/// How many words of the two languages the text has.
fn words(text: &str) -> usize {
    static ENGLISH: LazyLock<HashSet<&str>> =
        LazyLock::new(|| draw::LIST.iter().copied().collect());
    let known = |word: &&str| {
        word.chars().count() >= 3 && (ENGLISH.contains(word) || dictionary::is_russian(word))
    };
    let whole = text.split_whitespace().filter(known).count();
    let parts = text
        .split(|letter: char| !letter.is_alphabetic())
        .filter(known)
        .count();
    whole.max(parts)
}

/// All letters are capitals, or each word has a small first letter and capitals after it.
fn caps_lock(text: &str) -> bool {
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    let capitals = text.chars().filter(|letter| letter.is_uppercase()).count();
    let words = text
        .split_whitespace()
        .filter(|word| word.chars().any(char::is_alphabetic));
    let turned = words.clone().all(|word| {
        let mut letters = word.chars().filter(|letter| letter.is_alphabetic());
        letters.next().is_some_and(char::is_lowercase) && letters.all(char::is_uppercase)
    });
    letters >= 4 && (capitals == letters || (turned && capitals * 2 >= letters))
}

#[cfg(test)]
mod tests {
    use super::{LayoutHint, layout_hint};

    #[test]
    fn six_words_on_the_russian_layout_are_recognised() {
        for (text, hint) in [
            ("фифсгы фивщьут", Some(LayoutHint::OtherLayout)),
            ("ghbdtn lheu", Some(LayoutHint::OtherLayout)),
            ("ГЫФИДУ ГЫФПУ", Some(LayoutHint::OtherLayout)),
            ("ABACUS ABDOMEN", Some(LayoutHint::CapsLock)),
            ("ПРИВЕТ ДРУГ", Some(LayoutHint::CapsLock)),
            ("aBACUS aBDOMEN", Some(LayoutHint::CapsLock)),
            ("abacus abdomen", None),
            ("Abacus Abdomen", None),
            ("привет друг", None),
            ("drop-down yo-yo", None),
            ("xK9#mQ2$vL7!", None),
            ("12 34", None),
            ("", None),
        ] {
            assert_eq!(layout_hint(text), hint, "{text}");
        }
    }
}
