//! Which script a letter belongs to, and which letters of two scripts look alike.
//!
//! The pairs are those of Latin and Cyrillic in Unicode's `confusables.txt` (UTS #39), seen in small letters and capitals.

/// What matters of a letter's script here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    Latin,
    Cyrillic,
    Arabic,
    Hebrew,
    /// Written without spaces: Han, kana, Thai, Lao, Khmer, Burmese.
    Unspaced,
    Other,
}

pub(crate) const fn of(letter: char) -> Script {
    match letter {
        'a'..='z'
        | 'A'..='Z'
        | '\u{c0}'..='\u{24f}'
        | '\u{250}'..='\u{2af}'
        | '\u{1e00}'..='\u{1eff}' => Script::Latin,
        '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' => Script::Cyrillic,
        '\u{5d0}'..='\u{5f2}' => Script::Hebrew,
        '\u{620}'..='\u{64a}'
        | '\u{66e}'..='\u{6d5}'
        | '\u{6ee}'..='\u{6ef}'
        | '\u{6fa}'..='\u{6ff}' => Script::Arabic,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' => {
            Script::Unspaced
        }
        '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' => {
            Script::Unspaced
        }
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' => {
            Script::Unspaced
        }
        '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}' => Script::Unspaced,
        _ => Script::Other,
    }
}

/// The one script of a word's letters, digits and marks aside; `None` when there are several or no letter.
pub(crate) fn one(word: &str) -> Option<Script> {
    let mut scripts = word.chars().filter(|c| c.is_alphabetic()).map(of);
    let first = scripts.next()?;
    scripts.all(|s| s == first).then_some(first)
}

/// How many letters of Latin and of Cyrillic a word has, and how many of them have no look-alike in the other.
#[derive(Default)]
pub(crate) struct Mixture {
    latin: usize,
    cyrillic: usize,
    only_latin: usize,
    only_cyrillic: usize,
}

impl Mixture {
    pub(crate) fn of(word: &str) -> Self {
        let mut seen = Self::default();
        for letter in word.chars() {
            match of(letter) {
                Script::Latin => {
                    seen.latin += 1;
                    seen.only_latin += usize::from(cyrillic(letter).is_none());
                }
                Script::Cyrillic => {
                    seen.cyrillic += 1;
                    seen.only_cyrillic += usize::from(latin(letter).is_none());
                }
                _ => {}
            }
        }
        seen
    }

    pub(crate) const fn is_mixed(&self) -> bool {
        self.latin > 0 && self.cyrillic > 0
    }

    /// The script that a mixed word is meant in, when all its letters can be read in that one.
    pub(crate) fn main(&self) -> Option<Script> {
        match (self.only_latin, self.only_cyrillic) {
            (0, 0) if self.latin > self.cyrillic => Some(Script::Latin),
            (0, _) => Some(Script::Cyrillic),
            (_, 0) => Some(Script::Latin),
            _ => None,
        }
    }

    /// Whether every letter may as well be one of the other script.
    pub(crate) const fn is_open(&self) -> bool {
        self.only_latin == 0 && self.only_cyrillic == 0
    }
}

/// The Cyrillic letter that a Latin one looks like.
pub(crate) const fn cyrillic(letter: char) -> Option<char> {
    Some(match letter {
        'a' => 'а',
        'b' => 'в',
        'c' => 'с',
        'e' => 'е',
        'h' => 'н',
        'i' | 'ı' => 'і',
        'j' => 'ј',
        'k' => 'к',
        'm' => 'м',
        'o' => 'о',
        'p' => 'р',
        's' => 'ѕ',
        't' => 'т',
        'x' => 'х',
        'y' => 'у',
        'ë' => 'ё',
        'ï' => 'ї',
        'ə' => 'ә',
        'ɵ' => 'ө',
        _ => return None,
    })
}

/// The Latin letter that a Cyrillic one looks like.
pub(crate) const fn latin(letter: char) -> Option<char> {
    Some(match letter {
        'а' => 'a',
        'в' => 'b',
        'с' => 'c',
        'е' => 'e',
        'ё' => 'ë',
        'н' => 'h',
        'һ' => 'h',
        'і' => 'i',
        'ї' => 'ï',
        'ј' => 'j',
        'к' => 'k',
        'м' => 'm',
        'о' => 'o',
        'р' => 'p',
        'ѕ' => 's',
        'т' => 't',
        'х' => 'x',
        'у' => 'y',
        'ә' => 'ə',
        'ө' => 'ɵ',
        _ => return None,
    })
}
