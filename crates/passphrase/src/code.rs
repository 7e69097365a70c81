//! The code on the printed sheet: ten words drawn like those of a passphrase, and one that checks them.

use crate::draw::{LIST, draw};
use crate::passphrase::{Error, Passphrase};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// How many words a code has. Ten are drawn (129 bits); the last follows from them.
pub const CODE_WORDS: usize = DRAWN + 1;

/// A code whose last word fits the others.
pub struct RecoveryCode(Zeroizing<[usize; CODE_WORDS]>);

/// Why typed words are no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Not eleven words.
    #[error("a code has eleven words")]
    Count(usize),
    /// The word at this place, from 1, is in no code.
    #[error("word {0} is in no code")]
    Unknown(usize),
    /// Every word is known, and they do not belong together: one is another word, or two changed places.
    #[error("these words do not belong together")]
    Differ,
}

impl CodeError {
    /// The stable code under which `words` has a sentence and a next step.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Count(_) => "code-count",
            Self::Unknown(_) => "code-word-unknown",
            Self::Differ => "code-differs",
        }
    }
}

impl RecoveryCode {
    /// Draws a code.
    ///
    /// # Errors
    /// [`Error::NoRandomness`] when the operating system gives none.
    pub fn generate() -> Result<Self, Error> {
        let mut words = Zeroizing::new([0; CODE_WORDS]);
        for word in words.iter_mut().take(DRAWN) {
            *word = draw()?;
        }
        let check = check(words.as_ref());
        if let Some(last) = words.last_mut() {
            *last = check;
        }
        Ok(Self(words))
    }

    /// Reads what a person typed: eleven words in any case, with white space or commas between. Their numbers on the sheet,
    /// typed along, count for nothing.
    ///
    /// # Errors
    /// See [`CodeError`]. A wrong word is found with certainty when it is in no code, otherwise but for once in 7,776.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let typed: Vec<Zeroizing<String>> = text
            .split(|c: char| c.is_whitespace() || c == ',')
            .map(|word| word.trim_matches(|c: char| !c.is_alphabetic()))
            .filter(|word| !word.is_empty())
            .map(|word| Zeroizing::new(word.to_lowercase()))
            .collect();
        if typed.len() != CODE_WORDS {
            return Err(CodeError::Count(typed.len()));
        }
        let mut words = Zeroizing::new([0; CODE_WORDS]);
        for (at, (word, typed)) in words.iter_mut().zip(&typed).enumerate() {
            *word = LIST
                .iter()
                .position(|known| *known == typed.as_str())
                .ok_or(CodeError::Unknown(at + 1))?;
        }
        if words.last() == Some(&check(words.as_ref())) {
            Ok(Self(words))
        } else {
            Err(CodeError::Differ)
        }
    }

    /// The words, in order, to be shown once.
    #[must_use]
    pub fn words(&self) -> Vec<&'static str> {
        self.0
            .iter()
            .filter_map(|at| LIST.get(*at).copied())
            .collect()
    }

    /// The code as the file of the sheet takes it: its words with single spaces.
    ///
    /// # Errors
    /// Those of [`Passphrase::from_words`].
    pub fn passphrase(&self) -> Result<Passphrase, Error> {
        Passphrase::from_words(&self.words())
    }

    /// Three places, from 1, in order, whose words a person is asked for before the code counts.
    ///
    /// # Errors
    /// [`Error::NoRandomness`] when the operating system gives none.
    pub fn practice() -> Result<[usize; ASKED], Error> {
        let mut places: Vec<usize> = (1..=CODE_WORDS).collect();
        let mut asked = [0; ASKED];
        for place in &mut asked {
            // What is left is a dozen places at most: the bias of the remainder is below one in 600.
            *place = places.swap_remove(draw()? % places.len());
        }
        asked.sort_unstable();
        Ok(asked)
    }

    /// Whether `typed` is the word at `place`, from 1.
    #[must_use]
    pub fn has_at(&self, place: usize, typed: &str) -> bool {
        let word = place.checked_sub(1).and_then(|at| self.0.get(at));
        word.and_then(|at| LIST.get(*at))
            .is_some_and(|word| typed.trim().to_lowercase() == *word)
    }
}

// The first eight bytes of SHA-256 over the purpose and the drawn words, as a number, modulo the length of the list.
fn check(words: &[usize]) -> usize {
    let mut hash = Sha256::new_with_prefix("chronicle/sheet/v1");
    for at in words.iter().take(DRAWN) {
        hash.update(" ");
        hash.update(LIST.get(*at).copied().unwrap_or_default());
    }
    let digest = hash.finalize();
    let mut first = [0; 8];
    first
        .iter_mut()
        .zip(digest)
        .for_each(|(to, from)| *to = from);
    usize::try_from(u64::from_be_bytes(first) % LIST.len() as u64).unwrap_or_default()
}

const DRAWN: usize = 10;
/// Words that the practice asks for.
const ASKED: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_back_however_it_is_typed() {
        for _ in 0..100 {
            let code = RecoveryCode::generate().unwrap();
            let words = code.words();
            assert_eq!(words.len(), 11);
            for typed in [
                words.join(" "),
                words.join("\n").to_uppercase(),
                format!("  {}, ", words.join(", ")),
            ] {
                let read = RecoveryCode::parse(&typed).unwrap();
                assert_eq!(read.words(), words);
            }
            let text = code.passphrase().unwrap();
            assert_eq!(text.expose(), words.join(" "));
        }
    }

    #[test]
    fn one_wrong_word_or_two_exchanged_are_found() {
        let mut missed = 0;
        for round in 0..2000usize {
            let code = RecoveryCode::generate().unwrap();
            let mut words = code.words();
            let at = round % CODE_WORDS;
            let other =
                LIST[(LIST.iter().position(|w| *w == words[at]).unwrap() + 1 + round) % 7776];
            if round % 2 == 0 {
                words[at] = other;
            } else {
                words.swap(at, (at + 1) % CODE_WORDS);
            }
            if words == code.words() {
                continue;
            }
            match RecoveryCode::parse(&words.join(" ")) {
                Err(CodeError::Differ) => {}
                Ok(_) => missed += 1,
                Err(other) => panic!("{other}"),
            }
        }
        assert!(missed <= 4, "{missed} of 2000: once in 7,776 is expected");
    }

    #[test]
    fn what_is_no_code_is_told_apart() {
        let code = RecoveryCode::generate().unwrap();
        let mut words = code.words();
        let parse = |words: &[&str]| RecoveryCode::parse(&words.join(" ")).err();
        assert_eq!(parse(&words[..10]), Some(CodeError::Count(10)));
        assert_eq!(parse(&[]), Some(CodeError::Count(0)));
        words[4] = "notaword";
        assert_eq!(parse(&words), Some(CodeError::Unknown(5)));
    }

    #[test]
    fn numbers_that_are_typed_along_count_for_nothing() {
        let code = RecoveryCode::generate().unwrap();
        let numbered = |join: &str, end: &str| {
            let line = |(at, word): (usize, &&str)| format!("{}{join}{word}{end}", at + 1);
            code.words()
                .iter()
                .enumerate()
                .map(line)
                .collect::<String>()
        };
        for typed in [
            numbered(" ", "\n"),
            numbered(". ", "\r\n"),
            numbered(") ", ", "),
            numbered(".", "; "),
            numbered("", " "),
        ] {
            let read = RecoveryCode::parse(&typed);
            assert_eq!(read.map(|c| c.words()).ok(), Some(code.words()), "{typed}");
        }
        // No word of the list loses a letter by that.
        assert!(
            LIST.iter()
                .all(|w| w.trim_matches(|c: char| !c.is_alphabetic()) == *w)
        );
    }

    #[test]
    fn the_check_word_is_the_published_one() {
        // Recomputed with Python's hashlib over "chronicle/sheet/v1 abacus abdomen ... " of the first ten words.
        let mut words: Vec<&str> = LIST.iter().take(10).copied().collect();
        words.push(VECTOR);
        let read = RecoveryCode::parse(&words.join(" "));
        assert!(read.is_ok(), "{:?}", read.err());
    }

    #[test]
    fn the_practice_asks_for_three_different_words() {
        let code = RecoveryCode::generate().unwrap();
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..500 {
            let [a, b, c] = RecoveryCode::practice().unwrap();
            assert!(1 <= a && a < b && b < c && c <= CODE_WORDS);
            seen.extend([a, b, c]);
        }
        assert_eq!(seen.len(), CODE_WORDS, "each word is asked for sometimes");
        let words = code.words();
        assert!(code.has_at(1, &format!(" {} ", words[0].to_uppercase())));
        assert!(!code.has_at(1, "") && !code.has_at(0, words[0]) && !code.has_at(12, words[0]));
    }

    const VECTOR: &str = "tasty";
}
