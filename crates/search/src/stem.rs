//! What is left of a word without its ending, or without what is written before it as one word with it.
//!
//! Endings are taken off by the Snowball algorithms (crate `rust-stemmers`: Russian, English, German, French, Turkish),
//! which are chosen by the letters of a word alone. A word in plain ASCII may be of four languages, so it may have four
//! stems; two words are akin when they have one in common. Ukrainian and Belarusian words are taken by the Russian rules
//! after folding, which know most of their endings of nouns and adjectives. Arabic and Hebrew write articles,
//! prepositions and conjunctions before a word without a space; those are taken off as light stemming does it (Larkey,
//! Ballesteros and Connell, 2002). Agglutinating languages need no stem: a word is found by its beginning.

use crate::fold::raw;
use crate::script::{self, Script};
use rust_stemmers::{Algorithm, Stemmer};
use std::sync::LazyLock;

struct Language {
    letters: &'static str,
    stemmer: Stemmer,
}

static LATIN: LazyLock<[Language; 4]> = LazyLock::new(|| {
    [
        ("", Algorithm::English),
        ("äöü", Algorithm::German),
        ("àâæçéèêëîïôœùûüÿ", Algorithm::French),
        ("çğıöşüâîû", Algorithm::Turkish),
    ]
    .map(|(letters, algorithm)| Language {
        letters,
        stemmer: Stemmer::create(algorithm),
    })
});

static RUSSIAN: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::Russian));

const ENDINGS: [char; 11] = ['а', 'е', 'и', 'о', 'у', 'ы', 'э', 'ю', 'я', 'й', 'ь'];

const ARABIC: &[&str] = &["وال", "بال", "كال", "فال", "لل", "ال"];
const HEBREW: &[&str] = &[
    "וה", "שה", "מה", "כש", "ול", "וב", "ומ", "ה", "ו", "ב", "ל", "מ", "ש", "כ",
];

/// Letters that must be left; with fewer a stem says nothing.
const LEFT: usize = 3;
/// Words that are longer are none of a language.
const LONGEST: usize = 40;

/// Stems of a word, folded, other than the word itself; `plain` is in small letters with its diacritics.
pub(crate) fn stems(plain: &str, folded: &str) -> Vec<String> {
    let letters = plain.chars().count();
    let mut out: Vec<String> = Vec::new();
    if letters <= LEFT || letters > LONGEST || !plain.chars().all(char::is_alphabetic) {
        return out;
    }
    match script::one(folded) {
        Some(Script::Latin) => {
            for language in LATIN.iter() {
                if plain
                    .chars()
                    .all(|c| c.is_ascii() || language.letters.contains(c))
                {
                    out.push(raw(&language.stemmer.stem(plain)));
                }
            }
        }
        Some(Script::Cyrillic) if plain.chars().all(slavic) => {
            out.push(RUSSIAN.stem(folded).into_owned());
            // Names that look like verbs: Snowball makes махачка of Махачкала, but махачкал of Махачкале.
            out.extend(folded.strip_suffix(ENDINGS).map(str::to_owned));
        }
        Some(Script::Arabic) => out.extend(without(folded, ARABIC)),
        Some(Script::Hebrew) => out.extend(without(folded, HEBREW)),
        _ => {}
    }
    out.retain(|stem| stem != folded && stem.chars().count() >= LEFT);
    out.sort_unstable();
    out.dedup();
    out
}

fn without(folded: &str, before: &[&str]) -> impl Iterator<Item = String> {
    before
        .iter()
        .filter_map(|prefix| folded.strip_prefix(prefix))
        .map(str::to_owned)
}

const fn slavic(letter: char) -> bool {
    matches!(letter, 'а'..='я' | 'ё' | 'і' | 'ї' | 'є' | 'ґ' | 'ў')
}
