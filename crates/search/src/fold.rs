//! One word folded into what it is looked for by.
//!
//! Two steps. [`plain`]: compatibility forms are resolved (NFKC, UAX #15), capitals become small letters without a locale,
//! and apostrophes and whatever is invisible falls off; diacritics stay, since the stem and the sound of a word need them.
//! Then each letter is taken by the table of `letters`. A word with letters of Latin and Cyrillic in it is read in the
//! script that it is meant in, when every letter of it can be.

use crate::letters::{apostrophe, base, falls_off, filler};
use crate::script::{self, Mixture, Script};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folds one word. What is no letter, mark or digit falls off; folding twice gives the same as folding once.
///
/// ```
/// use chronicle_search::fold;
///
/// assert_eq!(fold("Ғулом"), "гулом");
/// assert_eq!(fold("Oʻzbekiston"), fold("ozbekiston"));
/// assert_eq!(fold("İSTANBUL"), fold("ıstanbul"));
/// ```
#[must_use]
pub fn fold(word: &str) -> String {
    meant(&plain(word))
}

/// The second step, in the script that the word is meant in.
pub(crate) fn meant(plain: &str) -> String {
    let mut folded = unmixed(plain);
    // A letter that could not be read in the other script may, once folded, be one that can.
    while Mixture::of(&folded).is_mixed() {
        let again = unmixed(&folded);
        if again == folded {
            break;
        }
        folded = again;
    }
    folded
}

/// The first step: normalised, in small letters, diacritics kept.
pub(crate) fn plain(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    if word.is_ascii() {
        out.extend(
            word.bytes()
                .filter(u8::is_ascii_alphanumeric)
                .map(|b| char::from(b.to_ascii_lowercase())),
        );
        return out;
    }
    if word.chars().all(settled) {
        out.extend(word.chars().flat_map(char::to_lowercase));
        return out;
    }
    // Small before as well as after, so that a mark joins the small letter as it joins the capital; and what falls off does
    // so before, so that marks are put in order once.
    let letters = word.chars().filter(|c| counts(*c)).flat_map(small);
    out.extend(letters.nfkc().flat_map(small).filter(|c| counts(*c)));
    out
}

fn counts(letter: char) -> bool {
    (letter.is_alphanumeric() || is_combining_mark(letter))
        && !apostrophe(letter)
        && !filler(letter)
}

// The small letters of a letter's capitals: what full case folding makes of it (CaseFolding.txt), ss of ß, σ of ς. Only ı
// waits for its row in the table: Turkish endings need to know it.
fn small(letter: char) -> impl Iterator<Item = char> {
    let dotless = (letter == 'ı').then_some(letter);
    let other = letter.to_uppercase().flat_map(char::to_lowercase);
    dotless
        .into_iter()
        .chain(other.filter(move |_| dotless.is_none()))
}

// Letters that compatibility leaves as they are and that join nothing, for speed: with few others a text is of these.
const fn settled(letter: char) -> bool {
    matches!(letter,
        'a'..='z' | 'A'..='Z' | '0'..='9' | '\u{101}'..='\u{12f}' | '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}'
        | '\u{5d0}'..='\u{5ea}' | '\u{621}'..='\u{63a}' | '\u{641}'..='\u{64a}' | '\u{660}'..='\u{669}'
        | '\u{679}'..='\u{6d3}' | '\u{6f0}'..='\u{6f9}' | '\u{10d0}'..='\u{10fa}' | '\u{4e00}'..='\u{9fff}')
}

/// The second step alone: the letters as they are written, not read in another script.
pub(crate) fn raw(plain: &str) -> String {
    if plain.is_ascii() {
        return plain.to_owned();
    }
    let mut out = String::with_capacity(plain.len());
    for letter in plain.chars() {
        // Armenian և is resolved into եւ by compatibility, and is եվ in capitals and in the spelling of today.
        if letter == 'ւ' && out.ends_with('ե') {
            out.push('վ');
        } else if !falls_off(letter) {
            base(letter, &mut out);
        }
    }
    out
}

/// The letters read in Latin or Cyrillic where they look alike, and folded.
pub(crate) fn read_in(plain: &str, script: Script) -> String {
    let mut alike = String::with_capacity(plain.len());
    for letter in plain.chars() {
        let other = match script {
            Script::Latin => script::latin(letter),
            _ => script::cyrillic(letter),
        };
        alike.push(other.unwrap_or(letter));
    }
    raw(&alike)
}

fn unmixed(plain: &str) -> String {
    let seen = Mixture::of(plain);
    match seen.main() {
        Some(script) if seen.is_mixed() => read_in(plain, script),
        _ => raw(plain),
    }
}
