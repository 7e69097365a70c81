//! The six words by which a person knows an organisation. They are 66 bits of scrypt over the exact bytes of
//! `root.json`, so that a look-alike root costs memory and time to search for. The desk shows them; the journal asks
//! the person to type what the caseworker reads out.

use crate::Hash;
use subtle::ConstantTimeEq;
use thiserror::Error;

/// The 2,048 words (BIP-39, English), sorted; no two share their first four letters.
#[must_use]
pub fn list() -> Vec<&'static str> {
    LIST.lines().collect()
}

/// The words of one root.
#[derive(Clone, PartialEq, Eq)]
pub struct SixWords(u128);

/// Why typed words do not confirm.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WordsError {
    /// Not six of them.
    #[error("six words are needed")]
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

    /// The six words, in order.
    #[must_use]
    pub fn words(&self) -> Vec<&'static str> {
        let list = list();
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

    /// Compares with what a person typed: six words, in any case, with any white space around.
    ///
    /// # Errors
    /// See [`WordsError`].
    pub fn confirm<S: AsRef<str>>(&self, typed: &[S]) -> Result<(), WordsError> {
        if typed.len() != 6 {
            return Err(WordsError::Count(typed.len()));
        }
        let list = list();
        let mut bits = 0u128;
        for (i, word) in typed.iter().enumerate() {
            let word = word.as_ref().trim().to_lowercase();
            let at = list
                .binary_search(&word.as_str())
                .map_err(|_| WordsError::Unknown { index: i + 1 })?;
            bits = (bits << 11) | at as u128;
        }
        if bool::from(bits.to_be_bytes().ct_eq(&self.0.to_be_bytes())) {
            Ok(())
        } else {
            Err(WordsError::Differ)
        }
    }
}

/// A short name for a key or sender, for lists: the first 8 digits of its hash, in two groups.
#[must_use]
pub fn short_label(hash: Hash) -> String {
    let text = hash.to_string();
    let (a, b) = text.split_at(4);
    format!("{a}-{}", b.get(..4).unwrap_or_default())
}

const LIST: &str = include_str!("../words-en.txt");
const ROOT: &[u8] = b"chronicle/words/v1";
const COLLEAGUE: &[u8] = b"chronicle/colleague-words/v1";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_the_published_one() {
        assert_eq!(list().len(), 2048);
        assert!(list().windows(2).all(|w| w[0] < w[1]), "sorted, unique");
        assert_eq!(
            Hash::of(LIST.as_bytes()).to_string(),
            "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"
        );
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
