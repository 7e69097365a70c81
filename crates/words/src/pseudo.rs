//! English made strange, so that a look at a screen shows what was never translated or does not fit.
//!
//! Letters get accents and vowels are doubled, which keeps a sentence readable; what is still missing to 40 % is filled up.
//! Arguments stay as they are: only the text of the Fluent files is changed.

use std::borrow::Cow;

const OPEN: &str = "⟦ ";
const CLOSE: &str = " ⟧";
const RIGHT_TO_LEFT_MARK: char = '\u{200f}';
const OVERRIDE: char = '\u{202e}';
const POP: char = '\u{202c}';

/// Accents and doubled vowels.
pub(crate) fn accented(text: &str) -> Cow<'_, str> {
    let mut out = String::with_capacity(text.len() * 3);
    text.chars().for_each(|letter| push(&mut out, letter));
    Cow::Owned(out)
}

/// The same, each run of letters turned from right to left.
pub(crate) fn mirrored(text: &str) -> Cow<'_, str> {
    let mut out = String::with_capacity(text.len() * 4);
    let mut inside = false;
    for letter in text.chars() {
        if letter.is_alphabetic() != inside {
            out.push(if inside { POP } else { OVERRIDE });
            inside = !inside;
        }
        push(&mut out, letter);
    }
    if inside {
        out.push(POP);
    }
    Cow::Owned(out)
}

/// Puts a finished sentence into brackets and fills it up to 140 % of the `plain` English one.
pub(crate) fn bracketed(text: &str, plain: &str, right_to_left: bool) -> String {
    let shown = text.chars().filter(|&c| c != OVERRIDE && c != POP).count();
    let wanted = (plain.chars().count() * 7).div_ceil(5);
    let mut out = String::with_capacity(text.len() + wanted);
    if right_to_left {
        out.push(RIGHT_TO_LEFT_MARK);
    }
    out.push_str(OPEN);
    out.push_str(text);
    out.extend("~ ".chars().cycle().take(wanted.saturating_sub(shown)));
    out.push_str(CLOSE);
    if right_to_left {
        out.push(RIGHT_TO_LEFT_MARK);
    }
    out
}

fn push(out: &mut String, letter: char) {
    let strange = match letter {
        'a' => 'á',
        'c' => 'ç',
        'd' => 'ð',
        'e' => 'é',
        'g' => 'ĝ',
        'i' => 'í',
        'l' => 'ļ',
        'n' => 'ñ',
        'o' => 'ö',
        'r' => 'ŕ',
        's' => 'š',
        't' => 'ţ',
        'u' => 'û',
        'w' => 'ŵ',
        'y' => 'ý',
        'z' => 'ž',
        'A' => 'Å',
        'C' => 'Ç',
        'D' => 'Ð',
        'E' => 'Ē',
        'I' => 'Î',
        'N' => 'Ñ',
        'O' => 'Ø',
        'S' => 'Š',
        'T' => 'Ţ',
        'U' => 'Û',
        'Y' => 'Ý',
        other => other,
    };
    out.push(strange);
    if matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u') {
        out.push(strange);
    }
}

#[cfg(test)]
mod tests {
    use super::{accented, bracketed, mirrored};

    #[test]
    fn a_sentence_grows_by_forty_per_cent_and_stands_in_brackets() {
        for plain in [
            "Save",
            "Rhythm",
            "Kept on this device at 12:04",
            "1234567890",
        ] {
            for right_to_left in [false, true] {
                let text = if right_to_left {
                    mirrored(plain)
                } else {
                    accented(plain)
                };
                let out = bracketed(&text, plain, right_to_left);
                let inner = out.trim_matches('\u{200f}').strip_prefix("⟦ ");
                let inner = inner.and_then(|rest| rest.strip_suffix(" ⟧")).unwrap();
                let shown = inner.chars().filter(|c| !"\u{202e}\u{202c}".contains(*c));
                assert!(shown.count() * 10 >= plain.chars().count() * 14, "{out}");
            }
        }
    }

    #[test]
    fn every_override_is_closed() {
        let text = mirrored("One, two (three)");
        assert_eq!(text.matches('\u{202e}').count(), 3);
        assert_eq!(text.matches('\u{202c}').count(), 3);
        assert!(text.ends_with(')'));
    }
}
