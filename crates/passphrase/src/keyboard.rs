//! The same keys in two layouts: US English and Russian (йцукен), as laid out on a PC keyboard.
//!
//! Translates a text key by key, as if the other layout had been active. Letters that the other layout has elsewhere or
//! not at all stay as they are. Nothing else about keyboards is known here.

use zeroize::Zeroizing;

/// What the same keys type in the English layout; Latin text stays.
pub(crate) fn as_english(text: &str) -> Zeroizing<String> {
    translate(text, RUSSIAN, ENGLISH)
}

/// What the same keys type in the Russian layout; Cyrillic text stays.
pub(crate) fn as_russian(text: &str) -> Zeroizing<String> {
    translate(text, ENGLISH, RUSSIAN)
}

fn translate(text: &str, from: &str, to: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len() * 2));
    for letter in text.chars() {
        let key = from.chars().position(|candidate| candidate == letter);
        out.push(key.and_then(|key| to.chars().nth(key)).unwrap_or(letter));
    }
    out
}

const ENGLISH: &str = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?";
const RUSSIAN: &str = "ёйцукенгшщзхъфывапролджэячсмитьбю.ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,";

#[cfg(test)]
mod tests {
    use super::{ENGLISH, RUSSIAN, as_english, as_russian};

    #[test]
    fn texts_change_key_by_key() {
        for (english, russian) in [
            ("qwerty", "йцукен"),
            ("ghbdtn", "привет"),
            ("Gfhjkm", "Пароль"),
            ("<>{}~", "БЮХЪЁ"),
        ] {
            assert_eq!(*as_russian(english), russian);
            assert_eq!(*as_english(russian), english);
        }
        assert_eq!(*as_russian("привет 12"), "привет 12");
        assert_eq!(*as_english("hello, 12"), "hello? 12");
    }

    #[test]
    fn the_two_rows_have_the_same_keys() {
        assert_eq!(ENGLISH.chars().count(), RUSSIAN.chars().count());
        assert_eq!(ENGLISH.chars().count(), 68);
    }
}
