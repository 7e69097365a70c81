//! The six words by which a person knows an organisation. They are 66 bits of scrypt over the exact bytes of
//! `root.json`, so that a look-alike root costs memory and time to search for. The desk shows them; the journal asks
//! the person to type what the caseworker reads out.

use crate::Hash;
use subtle::ConstantTimeEq;
use thiserror::Error;

/// A language in which the words are read out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// BIP-39's list.
    English,
    /// The list of the mnemonic library of BIP-39's authors.
    Russian,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::Russian];

    /// Its tag (BCP 47).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Russian => "ru",
        }
    }

    /// The language of this tag.
    #[must_use]
    pub fn of(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.tag() == tag)
    }

    /// Its 2,048 words, sorted; no two share their first four letters.
    #[must_use]
    pub fn list(self) -> Vec<&'static str> {
        match self {
            Self::English => ENGLISH.lines().collect(),
            Self::Russian => RUSSIAN.lines().collect(),
        }
    }
}

/// The words of one root.
#[derive(Clone, PartialEq, Eq)]
pub struct SixWords(u128);

/// Why typed words do not confirm.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WordsError {
    /// Not six of them, nor twenty digits.
    #[error("six words or twenty digits are needed")]
    Count(usize),
    /// The word at this place (from 1) is not in the list.
    #[error("word {index} is not in the list")]
    Unknown {
        /// From 1 to 6.
        index: usize,
    },
    /// All six are words of the list, but not of this organisation.
    #[error("these are not the words of this organisation")]
    Differ,
}

impl SixWords {
    /// Computes the words over the exact bytes of `root.json`: the first 66 bits of
    /// scrypt(N = 2^15, r = 8, p = 1, salt "chronicle/words/v1"). Takes about 0.1 s and 32 MiB.
    #[must_use]
    pub fn of_root(root: &[u8]) -> Self {
        Self::of(root, ROOT)
    }

    /// The words over the exact bytes of what a colleague's desk asks, as those of a root with the salt
    /// "chronicle/colleague-words/v1".
    #[must_use]
    pub fn of_colleague(request: &[u8]) -> Self {
        Self::of(request, COLLEAGUE)
    }

    fn of(text: &[u8], salt: &[u8]) -> Self {
        let mut out = [0u8; 16];
        // These parameters and this length are valid: scrypt refuses only others.
        if let Ok(params) = scrypt::Params::new(15, 8, 1, 16) {
            let _ = scrypt::scrypt(text, salt, &params, &mut out);
        }
        Self(u128::from_be_bytes(out) >> (128 - 66))
    }

    /// The six words in English, in order.
    #[must_use]
    pub fn words(&self) -> Vec<&'static str> {
        self.words_in(Language::English)
    }

    /// The six words in this language, in order.
    #[must_use]
    pub fn words_in(&self, language: Language) -> Vec<&'static str> {
        let list = language.list();
        (0..6)
            .rev()
            .filter_map(|i| list.get(((self.0 >> (11 * i)) & 0x7ff) as usize).copied())
            .collect()
    }

    /// The same 66 bits as 20 decimal digits.
    #[must_use]
    pub fn digits(&self) -> String {
        format!("{:020}", self.0)
    }

    /// Compares with what a person typed: six words of one language, in any case, with any white space around; or the twenty
    /// digits, in any groups.
    ///
    /// # Errors
    /// See [`WordsError`].
    pub fn confirm<S: AsRef<str>>(&self, typed: &[S]) -> Result<(), WordsError> {
        let typed = typed.iter().map(|word| word.as_ref().trim());
        let bits = match digits(typed.clone()) {
            Some(digits) => of_digits(&digits)?,
            None => of_words(&typed.collect::<Vec<_>>())?,
        };
        if bool::from(bits.to_be_bytes().ct_eq(&self.0.to_be_bytes())) {
            Ok(())
        } else {
            Err(WordsError::Differ)
        }
    }
}

// All that was typed, when there is nothing but digits and white space.
fn digits<'a>(typed: impl Iterator<Item = &'a str>) -> Option<String> {
    let text: String = typed.flat_map(str::split_whitespace).collect();
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then_some(text)
}

fn of_digits(digits: &str) -> Result<u128, WordsError> {
    match digits.len() {
        20 => digits.parse().map_err(|_| WordsError::Differ),
        other => Err(WordsError::Count(other)),
    }
}

fn of_words(typed: &[&str]) -> Result<u128, WordsError> {
    if typed.len() != 6 {
        return Err(WordsError::Count(typed.len()));
    }
    // What is in neither list is said at its place; where one word is of another language than the first, it is that one.
    let mut best = 0;
    for language in Language::ALL {
        let list = language.list();
        let mut bits = 0u128;
        let mut known = 0;
        for word in typed {
            // People write е for ё; the list has no ё.
            let word = word.to_lowercase().replace('ё', "е");
            let Ok(at) = list.binary_search(&word.as_str()) else {
                break;
            };
            bits = (bits << 11) + at as u128;
            known += 1;
        }
        if known == typed.len() {
            return Ok(bits);
        }
        best = best.max(known);
    }
    Err(WordsError::Unknown { index: best + 1 })
}

/// A short name for a key or sender, for lists: the first 8 digits of its hash, in two groups.
#[must_use]
pub fn short_label(hash: Hash) -> String {
    let text = hash.to_string();
    let (a, b) = text.split_at(4);
    format!("{a}-{}", b.get(..4).unwrap_or_default())
}

const ENGLISH: &str = include_str!("../words-en.txt");
const RUSSIAN: &str = include_str!("../words-ru.txt");
const ROOT: &[u8] = b"chronicle/words/v1";
const COLLEAGUE: &[u8] = b"chronicle/colleague-words/v1";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_the_published_ones() {
        for (language, text, hash) in [
            (
                Language::English,
                ENGLISH,
                "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda",
            ),
            (
                Language::Russian,
                RUSSIAN,
                "07f11af3f07fd13d8d74859f4448d8bca8f1d9d336dc4842531ecea083103a26",
            ),
        ] {
            let list = language.list();
            assert_eq!(list.len(), 2048);
            assert!(list.windows(2).all(|w| w[0] < w[1]), "sorted, unique");
            let start = |word: &str| word.chars().take(4).collect::<String>();
            let starts: std::collections::BTreeSet<_> = list.iter().map(|w| start(w)).collect();
            assert_eq!(starts.len(), list.len(), "told apart by four letters");
            assert!(!text.contains('ё'));
            assert_eq!(Hash::of(text.as_bytes()).to_string(), hash);
            assert_eq!(Language::of(language.tag()), Some(language));
        }
    }

    #[test]
    fn a_label_is_the_beginning_of_the_hash() {
        let hash = Hash::of(b"somebody");
        let label = short_label(hash);
        assert!(hash.to_string().starts_with(&label.replace('-', "")));
        assert_eq!((label.len(), label.find('-')), (9, Some(4)));
    }

    #[test]
    fn the_same_bits_are_read_out_in_two_languages_and_as_digits() {
        for root in 0..50u8 {
            let six = SixWords::of(&[root], b"cheap");
            let digits = six.digits();
            let groups: Vec<&str> = (0..4).map(|i| &digits[5 * i..5 * i + 5]).collect();
            for language in Language::ALL {
                assert_eq!(six.confirm(&six.words_in(language)), Ok(()));
            }
            assert_eq!(six.confirm(&[digits.as_str()]), Ok(()));
            assert_eq!(six.confirm(&groups), Ok(()));
            assert_eq!(six.confirm(&[format!(" {} ", groups.join("  "))]), Ok(()));
            let wrong = format!(
                "{}{}",
                &digits[1..],
                if digits.ends_with('0') { '1' } else { '0' }
            );
            assert_eq!(six.confirm(&[wrong]), Err(WordsError::Differ));
            assert_eq!(six.confirm(&[&digits[1..]]), Err(WordsError::Count(19)));
            let mut mixed = six.words_in(Language::Russian);
            mixed[4] = six.words()[4];
            assert_eq!(six.confirm(&mixed), Err(WordsError::Unknown { index: 5 }));
        }
        // Twenty nines are more than 66 bits, and no word at all.
        let six = SixWords(0);
        assert_eq!(six.confirm(&["9".repeat(20)]), Err(WordsError::Differ));
        assert_eq!(six.confirm(&["0".repeat(20)]), Ok(()));
        let yo = Language::Russian
            .list()
            .into_iter()
            .find(|w| w.contains('е'))
            .unwrap();
        let typed = vec![yo.replace('е', "ё"); 6];
        assert!(!matches!(
            six.confirm(&typed),
            Err(WordsError::Unknown { .. })
        ));
    }

    #[test]
    fn six_words_of_a_known_root() {
        let six = SixWords::of_root(b"{\"format\":\"example\"}");
        assert_eq!(six.words().len(), 6);
        assert_eq!(six.digits().len(), 20);
        assert_eq!(six.confirm(&six.words()), Ok(()));
        // Vector: recomputed with Python's hashlib.scrypt(n=2**15, r=8, p=1, dklen=16).
        assert_eq!(six.digits(), include_str!("../vectors/words-1.txt").trim());
    }

    #[test]
    fn wrong_words_are_told_apart() {
        let six = SixWords::of_root(b"a");
        let mut typed: Vec<String> = six.words().iter().map(|w| w.to_uppercase()).collect();
        assert_eq!(six.confirm(&typed), Ok(()));
        assert_eq!(six.confirm(&typed[..5]), Err(WordsError::Count(5)));
        typed[2] = "notaword".into();
        assert_eq!(six.confirm(&typed), Err(WordsError::Unknown { index: 3 }));
        typed[2] = if six.words()[2] == "zoo" {
            "abandon".into()
        } else {
            "zoo".into()
        };
        assert_eq!(six.confirm(&typed), Err(WordsError::Differ));
        assert_eq!(
            SixWords::of_root(b"b").confirm(&six.words()),
            Err(WordsError::Differ)
        );
    }
}
