//! A word of Cyrillic and a word of Latin letters that sound alike: one key for both.
//!
//! Uzbek is written in both scripts, and names from all of Central Asia and Eastern Europe are. The rules are those of
//! the Uzbek alphabets (1940, 1995), BGN/PCGN romanisation of Russian, Tajik, Kazakh, Kyrgyz, Turkmen and Ukrainian, and
//! of the Turkish alphabet, taken so wide that their differences fall together. Such a key crosses scripts only: it is
//! never compared within one, so that х and ҳ, or c and j, stay apart where a person can type them apart.
//!
//! Some letters have two readings (Uzbek x, English x); a word then has two keys, never more.

use crate::letters::base;
use crate::script::{self, Script};
use std::sync::LazyLock;

/// Keys of a word in small letters with its diacritics: empty when it is of no single script, or too short.
pub(crate) fn keys(plain: &str) -> Vec<String> {
    let rules: &[(char, Rule)] = match script::one(plain) {
        Some(Script::Latin) if plain.chars().count() >= LATIN => &LATIN_SORTED,
        Some(Script::Cyrillic) if plain.chars().count() >= CYRILLIC => &CYRILLIC_SORTED,
        _ => return Vec::new(),
    };
    let mut keys = vec![key(plain, rules, false), key(plain, rules, true)];
    keys.dedup();
    keys.retain(|key| key.chars().count() >= KEY);
    keys
}

/// Letters that a word needs to be compared by sound. Shorter ones would flood: was is вас, for is фор.
const LATIN: usize = 4;
const CYRILLIC: usize = 3;
const KEY: usize = 3;

/// Whether a word that is not finished is long enough to be compared by the beginning of its key.
pub(crate) fn long_enough(plain: &str) -> bool {
    let letters = plain.chars().count();
    letters > LATIN || script::one(plain) == Some(Script::Cyrillic) && letters > CYRILLIC
}

fn key(plain: &str, rules: &[(char, Rule)], second: bool) -> String {
    let mut out = String::with_capacity(plain.len());
    let mut rest = plain;
    while let Some(letter) = rest.chars().next() {
        let at = rules.partition_point(|(first, _)| *first < letter);
        let mut fitting = rules
            .iter()
            .skip(at)
            .take_while(|(first, _)| *first == letter);
        let rule = fitting.find_map(|(_, rule)| rest.starts_with(rule.0).then_some(rule));
        let mut own = String::new();
        let (length, sound) = match rule {
            Some((from, one, other)) => (from.len(), if second { *other } else { *one }),
            None => {
                base(letter, &mut own);
                (letter.len_utf8(), own.as_str())
            }
        };
        for sound in sound.chars() {
            // Doubled letters are written once by many, and -iy, -yi, -ii are one.
            if !out.ends_with(sound) {
                out.push(sound);
            }
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    out
}

/// Letters, their sound, and their other sound. The first rule that fits is taken.
type Rule = (&'static str, &'static str, &'static str);

// By their first letter, in their order.
static LATIN_SORTED: LazyLock<Vec<(char, Rule)>> = LazyLock::new(|| sorted(LATIN_RULES));
static CYRILLIC_SORTED: LazyLock<Vec<(char, Rule)>> = LazyLock::new(|| sorted(CYRILLIC_RULES));

fn sorted(rules: &[Rule]) -> Vec<(char, Rule)> {
    let mut out: Vec<(char, Rule)> = rules
        .iter()
        .filter_map(|r| Some((r.0.chars().next()?, *r)))
        .collect();
    out.sort_by_key(|(first, _)| *first);
    out
}

// In keys, w is sh, q is ch, c is ts, j is dzh and zh, h is kh, and i is each of i, y and short i.
const LATIN_RULES: &[Rule] = &[
    ("shch", "wq", "wq"),
    ("dzh", "j", "j"),
    ("sch", "w", "w"),
    ("tsch", "q", "q"),
    ("tch", "q", "q"),
    ("sh", "w", "w"),
    ("ch", "q", "h"),
    ("zh", "j", "j"),
    ("dj", "j", "j"),
    ("kh", "h", "h"),
    ("gh", "g", "g"),
    ("ts", "c", "c"),
    ("tz", "c", "c"),
    ("ck", "k", "k"),
    ("ye", "e", "e"),
    ("ş", "w", "w"),
    ("š", "w", "w"),
    ("ç", "q", "q"),
    ("č", "q", "q"),
    ("ć", "q", "q"),
    ("ž", "j", "j"),
    ("ğ", "g", "g"),
    ("ä", "a", "e"),
    ("ə", "a", "e"),
    ("ö", "o", "o"),
    ("õ", "o", "o"),
    ("ó", "o", "o"),
    ("ü", "u", "iu"),
    ("ū", "u", "u"),
    ("ú", "u", "u"),
    ("ý", "i", "i"),
    ("ī", "i", "i"),
    ("í", "i", "i"),
    ("ı", "i", "i"),
    ("y", "i", "i"),
    ("j", "j", "i"),
    ("x", "h", "ks"),
    ("c", "j", "k"),
    ("q", "k", "k"),
    ("w", "v", "v"),
    ("ň", "n", "n"),
    ("ñ", "n", "n"),
    ("á", "a", "a"),
    ("ā", "a", "a"),
    ("é", "e", "e"),
    ("è", "e", "e"),
    ("ë", "e", "io"),
    ("ł", "l", "l"),
    ("ś", "s", "w"),
    ("ź", "z", "j"),
    ("ż", "j", "j"),
    ("ń", "n", "n"),
];

const CYRILLIC_RULES: &[Rule] = &[
    ("дж", "j", "j"),
    ("тс", "c", "c"),
    ("а", "a", "a"),
    ("ә", "a", "e"),
    ("б", "b", "b"),
    ("в", "v", "v"),
    // Ukrainian and Belarusian г is h.
    ("г", "g", "h"),
    ("ґ", "g", "g"),
    ("ғ", "g", "g"),
    ("д", "d", "d"),
    ("е", "e", "e"),
    ("ё", "io", "e"),
    ("є", "e", "ie"),
    ("ж", "j", "j"),
    ("ҷ", "j", "j"),
    ("җ", "j", "j"),
    ("ҹ", "j", "j"),
    ("з", "z", "z"),
    ("и", "i", "i"),
    ("і", "i", "i"),
    ("ї", "i", "i"),
    ("й", "i", "i"),
    ("ӣ", "i", "i"),
    ("ј", "i", "i"),
    ("к", "k", "k"),
    ("қ", "k", "k"),
    ("л", "l", "l"),
    ("м", "m", "m"),
    ("н", "n", "n"),
    ("ң", "n", "ng"),
    ("о", "o", "o"),
    ("ө", "o", "o"),
    // Uzbek ў is oʻ, Belarusian ў is u.
    ("ў", "o", "u"),
    ("п", "p", "p"),
    ("р", "r", "r"),
    ("с", "s", "s"),
    ("т", "t", "t"),
    ("у", "u", "u"),
    ("ӯ", "u", "o"),
    ("ү", "u", "u"),
    ("ұ", "u", "u"),
    ("ф", "f", "f"),
    ("х", "h", "h"),
    ("ҳ", "h", "h"),
    ("һ", "h", "h"),
    ("ц", "c", "s"),
    ("ч", "q", "q"),
    ("ш", "w", "w"),
    ("щ", "wq", "w"),
    ("ъ", "", ""),
    ("ы", "i", "i"),
    ("ь", "", ""),
    ("э", "e", "e"),
    ("ю", "iu", "iu"),
    ("я", "ia", "ia"),
];
