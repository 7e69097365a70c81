//! Russian words by how common they are, and where they hide in a text.
//!
//! A word is found as it is, as typed on the same keys in the English layout, in Latin letters (`lyubov`), and with look-alike
//! signs among its letters. The letters е and ё are one. The rank says how soon a guesser comes to the word; 1 is first.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::keyboard;

/// A Russian word inside a text.
pub(crate) struct Found {
    /// The piece of the text, in lower case, as it stands there.
    pub piece: String,
    /// Its place in the order of guesses, from 1.
    pub rank: usize,
}

/// Whether this is a word, in lower case and in Cyrillic letters.
pub(crate) fn is_russian(word: &str) -> bool {
    RANKS.contains_key(word.replace('ё', "е").as_str())
}

/// Every Russian word in a text of lower-case letters, forwards and backwards.
pub(crate) fn russian(text: &str) -> Vec<Found> {
    let letters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    for length in SHORTEST..=LONGEST.min(letters.len()) {
        for window in letters.windows(length) {
            let piece: String = window.iter().collect();
            // A guesser tries words backwards later than forwards; the estimator counts that by itself.
            let turned: String = window.iter().rev().collect();
            for piece in [piece, turned] {
                if let Some(rank) = rank(&piece) {
                    found.push(Found { piece, rank });
                }
            }
        }
    }
    found
}

/// The best rank of one piece over all its readings.
fn rank(piece: &str) -> Option<usize> {
    let plain = |word: &str| RANKS.get(word).copied();
    if piece.is_ascii() {
        let keys = plain(&keyboard::as_russian(piece).replace('ё', "е"));
        let latin = ROMAN.get(&roman(piece)).copied();
        return [keys, latin].into_iter().flatten().min();
    }
    let piece = piece.replace('ё', "е");
    plain(&piece).or_else(|| plain(&without_lookalikes(&piece)))
}

/// Latin letters, digits and signs that stand for a Cyrillic letter.
fn without_lookalikes(piece: &str) -> String {
    let cyrillic = |letter| match letter {
        'a' | '@' => 'а',
        'b' => 'в',
        'c' => 'с',
        'e' => 'е',
        'h' => 'н',
        'k' => 'к',
        'm' => 'м',
        'n' => 'п',
        'o' | '0' => 'о',
        'p' => 'р',
        't' => 'т',
        'x' => 'х',
        'y' => 'у',
        '3' => 'з',
        '4' => 'ч',
        '6' => 'б',
        other => other,
    };
    piece.chars().map(cyrillic).collect()
}

/// One spelling for all the ways to write Russian in Latin letters, such as `lyubov'`, `ljubov` and `liubov`.
fn roman(piece: &str) -> String {
    let mut text = piece.replace('\'', "");
    for (from, to) in [
        ("shch", "sch"),
        ("kh", "h"),
        ("ts", "c"),
        ("tz", "c"),
        ("y", "i"),
        ("j", "i"),
        ("io", "e"),
        ("w", "v"),
        ("x", "ks"),
        ("ii", "i"),
    ] {
        text = text.replace(from, to);
    }
    text
}

fn romanised(word: &str) -> String {
    let mut text = String::with_capacity(word.len());
    for letter in word.chars() {
        text.push_str(match letter {
            'а' => "a",
            'б' => "b",
            'в' => "v",
            'г' => "g",
            'д' => "d",
            'е' | 'э' => "e",
            'ж' => "zh",
            'з' => "z",
            'и' | 'й' | 'ы' => "i",
            'к' => "k",
            'л' => "l",
            'м' => "m",
            'н' => "n",
            'о' => "o",
            'п' => "p",
            'р' => "r",
            'с' => "s",
            'т' => "t",
            'у' => "u",
            'ф' => "f",
            'х' => "h",
            'ц' => "c",
            'ч' => "ch",
            'ш' => "sh",
            'щ' => "sch",
            'ю' => "iu",
            'я' => "ia",
            _ => "",
        });
    }
    roman(&text)
}

/// Words that passwords are made of come first, then the language's words by frequency.
fn ranked() -> impl Iterator<Item = (&'static str, usize)> {
    let favourites = include_str!("../lists/own.txt").lines();
    favourites
        .chain(include_str!("../lists/russian.txt").lines())
        .zip(1..)
}

static RANKS: LazyLock<HashMap<&'static str, usize>> = LazyLock::new(|| {
    let mut ranks = HashMap::with_capacity(21_000);
    ranked().for_each(|(word, rank)| _ = ranks.entry(word).or_insert(rank));
    ranks
});

static ROMAN: LazyLock<HashMap<String, usize>> = LazyLock::new(|| {
    let mut ranks = HashMap::with_capacity(21_000);
    for (word, rank) in ranked() {
        let roman = romanised(word);
        if roman.len() >= SHORTEST {
            ranks.entry(roman).or_insert(rank);
        }
    }
    ranks
});

const SHORTEST: usize = 3;
const LONGEST: usize = 26;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use sha2::{Digest, Sha256};

    use super::{is_russian, rank};

    #[test]
    fn a_word_is_found_in_every_disguise() {
        for disguise in [
            "любовь",
            "k.,jdm",
            "lyubov",
            "ljubov",
            "liubov'",
            "люб0вь",
            "любoвь",
            "ещё",
            "еще",
            "chaika",
            "tsar",
        ] {
            assert!(rank(disguise).is_some(), "{disguise}");
        }
        for other in ["qzxwv", "жщзъх", "123"] {
            assert_eq!(rank(other), None, "{other}");
        }
        assert!(is_russian("привет") && is_russian("моё") && !is_russian("privet"));
    }

    #[test]
    fn the_list_is_the_one_that_was_taken() {
        let list = include_str!("../lists/russian.txt");
        let digest = hex::encode(Sha256::digest(list));
        assert_eq!(
            digest,
            "94965107efabf0ed1423f75cb65ba199abc013bba810967884b8672bb326e5ce"
        );
        assert_eq!(list.lines().collect::<HashSet<_>>().len(), 20_000);
        let plain = |letter: char| ('а'..='я').contains(&letter);
        assert!(list.lines().all(|word| word.chars().all(plain)));
    }
}
