//! The secret itself.
//!
//! Promises: the text is in Unicode normal form C, not empty, at most [`LIMIT`] bytes long, and wiped when dropped. It is
//! never printed, compared, copied or written by accident: the type has none of the traits for that.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// The most bytes that a passphrase may have, in normal form.
pub const LIMIT: usize = 1024;

/// What opens a vault. Wiped when dropped.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Takes a text as a passphrase, in normal form C. Nothing else is changed: spaces and case count.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`], or [`Error::TooLong`] above [`LIMIT`] bytes.
    pub fn new(text: &str) -> Result<Self, Error> {
        // Normal form C triples a text at most; with room for all of it no copy stays behind in freed memory.
        let room = text.len().saturating_mul(3).min(LIMIT + 4);
        let mut normal = Zeroizing::new(String::with_capacity(room));
        for letter in text.nfc() {
            if normal.len() + letter.len_utf8() > LIMIT {
                return Err(Error::TooLong);
            }
            normal.push(letter);
        }
        if normal.is_empty() {
            Err(Error::Empty)
        } else {
            Ok(Self(normal))
        }
    }

    /// Takes the content of a file, or of standard input, as a passphrase; one line end at its end is cut.
    ///
    /// # Errors
    ///
    /// [`Error::NotText`] when the bytes are no UTF-8, and those of [`Passphrase::new`].
    pub fn from_file_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        Self::new(std::str::from_utf8(bytes).map_err(|_| Error::NotText)?)
    }

    /// Joins words with single spaces.
    ///
    /// # Errors
    ///
    /// Those of [`Passphrase::new`].
    pub fn from_words(words: &[&str]) -> Result<Self, Error> {
        let room = words.iter().map(|word| word.len() + 1).sum();
        let mut text = Zeroizing::new(String::with_capacity(room));
        for word in words {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
        }
        Self::new(&text)
    }

    /// The text, for the one place that derives a key from it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Why there is no passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nothing was typed, or the file is empty.
    #[error("the passphrase is empty")]
    Empty,
    /// It has more than [`LIMIT`] bytes.
    #[error("the passphrase is longer than {LIMIT} bytes")]
    TooLong,
    /// The file is no UTF-8 text.
    #[error("the passphrase is not UTF-8 text")]
    NotText,
    /// The operating system gave no random numbers.
    #[error("the operating system gave no random numbers")]
    NoRandomness,
}

impl Error {
    /// The stable code under which `words` has a sentence and a next step.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "passphrase-empty",
            Self::TooLong => "passphrase-too-long",
            Self::NotText => "passphrase-not-text",
            Self::NoRandomness => "no-randomness",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, LIMIT, Passphrase};

    fn text(result: Result<Passphrase, Error>) -> Result<String, Error> {
        result.map(|passphrase| passphrase.expose().to_owned())
    }

    #[test]
    fn the_same_letters_typed_in_another_way_are_the_same_passphrase() {
        let composed = text(Passphrase::new("\u{439}од caf\u{e9}")).unwrap();
        let decomposed = text(Passphrase::new("\u{438}\u{306}од cafe\u{301}")).unwrap();
        assert_eq!(composed, decomposed);
        assert_eq!(text(Passphrase::new(" A b ")).unwrap(), " A b ");
    }

    #[test]
    fn exactly_one_line_end_is_cut() {
        for (bytes, expected) in [
            (&b"abc"[..], "abc"),
            (b"abc\n", "abc"),
            (b"abc\r\n", "abc"),
            (b"abc\n\n", "abc\n"),
            (b"abc \n", "abc "),
            (b"\nabc", "\nabc"),
        ] {
            assert_eq!(text(Passphrase::from_file_bytes(bytes)).unwrap(), expected);
        }
    }

    #[test]
    fn what_is_empty_too_long_or_no_text_is_refused() {
        assert_eq!(text(Passphrase::new("")), Err(Error::Empty));
        assert_eq!(text(Passphrase::from_file_bytes(b"\n")), Err(Error::Empty));
        assert_eq!(
            text(Passphrase::from_file_bytes(b"\xff\xfe")),
            Err(Error::NotText)
        );
        assert!(Passphrase::new(&"x".repeat(LIMIT)).is_ok());
        assert_eq!(
            text(Passphrase::new(&"x".repeat(LIMIT + 1))),
            Err(Error::TooLong)
        );
        assert_eq!(
            text(Passphrase::new(&"\u{390}".repeat(LIMIT))),
            Err(Error::TooLong)
        );
    }

    #[test]
    fn normalising_never_moves_the_secret_to_other_memory() {
        // U+1D160 is the letter that grows most in normal form C: from 4 bytes to 12.
        for letter in ["a", "\u{390}", "\u{1d160}", "и\u{306}"] {
            let given = letter.repeat(64);
            let room = (given.len() * 3).min(LIMIT + 4);
            let passphrase = Passphrase::new(&given).unwrap();
            assert_eq!(passphrase.0.capacity(), room, "{letter:?}");
        }
    }

    #[test]
    fn words_are_joined_by_single_spaces() {
        assert_eq!(
            text(Passphrase::from_words(&["one", "two"])).unwrap(),
            "one two"
        );
        assert_eq!(text(Passphrase::from_words(&[])), Err(Error::Empty));
    }
}
