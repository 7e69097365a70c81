//! Words of a text with their places.
//!
//! Boundaries are Unicode's (UAX #29), which keep `o'zbek`, `об'єкт`, `צה"ל` and `А123ВС77` whole. Beyond them: a grave
//! or an acute accent between letters is an apostrophe; full stop, colon, underscore and comma part words, so that hosts,
//! addresses and handles are found by their parts; so does the zero-width non-joiner. Scripts without spaces become
//! overlapping pairs of letters, and the last letter of a stretch stands alone behind them: a single letter is found as
//! the beginning of a pair.

use crate::fold::{plain, raw};
use crate::letters::{apostrophe, falls_off};
use crate::script::{self, Script};
use std::ops::Range;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// One word as it is looked for, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The folded word: letters, digits and marks, never an ASCII separator, at most [`LONGEST`] characters. Letters of
    /// two scripts in one word stay: only a word that is not finished yet tells which of them is meant.
    pub word: String,
    /// Its bytes in the text as it was given.
    pub at: Range<usize>,
}

/// Characters of a word that count; the rest of a longer one is not looked at, neither in texts nor in queries.
pub const LONGEST: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Word,
    Digits,
    /// Two neighbours of a script without spaces.
    Pair,
    /// The last letter of such a stretch; `true` when it is the only one.
    Single(bool),
}

pub(crate) struct Unit {
    pub(crate) token: Token,
    pub(crate) kind: Kind,
}

/// The words of a text in their order.
///
/// ```
/// use chronicle_search::tokens;
///
/// let found = tokens("Кӯчаи Рӯдакӣ");
/// assert_eq!(found[1].word, "рудаки");
/// assert_eq!(found[1].at, 11..23);
/// ```
#[must_use]
pub fn tokens(text: &str) -> Vec<Token> {
    units(text).into_iter().map(|u| u.token).collect()
}

pub(crate) fn units(text: &str) -> Vec<Unit> {
    let mut out = Vec::with_capacity(text.len() / 8);
    let mut stretch: Vec<Token> = Vec::new();
    for at in pieces(text) {
        let Some(piece) = text.get(at.clone()) else {
            continue;
        };
        if piece.chars().next().map(script::of) == Some(Script::Unspaced) {
            if stretch.last().is_some_and(|last| last.at.end != at.start) {
                pairs(&mut stretch, &mut out);
            }
            // Nearly all of these pieces are one ideograph, which folds into itself.
            if at.len() == 3 && piece.chars().all(|c| matches!(c, '\u{4e00}'..='\u{9fff}')) {
                stretch.push(Token {
                    word: piece.to_owned(),
                    at,
                });
            } else {
                stretch.extend(letters(piece, at.start));
            }
            continue;
        }
        pairs(&mut stretch, &mut out);
        let word = clipped(raw(&plain(piece)));
        if word.is_empty() {
            continue;
        }
        let kind = if word.bytes().all(|b| b.is_ascii_digit()) {
            Kind::Digits
        } else {
            Kind::Word
        };
        out.push(Unit {
            token: Token { word, at },
            kind,
        });
    }
    pairs(&mut stretch, &mut out);
    out
}

/// Letters of a piece without spaces, each with the marks that belong to it.
fn letters(piece: &str, start: usize) -> impl Iterator<Item = Token> {
    let mut heads: Vec<usize> = piece
        .char_indices()
        .filter(|(_, c)| !belongs(*c))
        .map(|(at, _)| at)
        .collect();
    if heads.first() != Some(&0) {
        heads.insert(0, 0);
    }
    let ends: Vec<usize> = heads.iter().skip(1).copied().chain([piece.len()]).collect();
    heads.into_iter().zip(ends).filter_map(move |(from, to)| {
        let word = raw(&plain(piece.get(from..to)?));
        (!word.is_empty()).then_some(Token {
            word,
            at: start + from..start + to,
        })
    })
}

// With what is invisible.
fn belongs(letter: char) -> bool {
    mark(letter) || !letter.is_alphanumeric()
}

// The voicing marks of halfwidth kana are letters to Unicode, but belong to the one before them.
fn mark(letter: char) -> bool {
    is_combining_mark(letter) || matches!(letter, '\u{ff9e}' | '\u{ff9f}')
}

fn pairs(stretch: &mut Vec<Token>, out: &mut Vec<Unit>) {
    let alone = stretch.len() == 1;
    let mut letters = stretch.drain(..).peekable();
    while let Some(mut token) = letters.next() {
        let kind = match letters.peek() {
            Some(next) => {
                token.word.push_str(&next.word);
                token.at.end = next.at.end;
                Kind::Pair
            }
            None => Kind::Single(alone),
        };
        out.push(Unit { token, kind });
    }
}

fn clipped(mut word: String) -> String {
    if word.len() > LONGEST
        && let Some((at, _)) = word.char_indices().nth(LONGEST)
    {
        word.truncate(at);
    }
    word
}

/// Where words stand, not yet folded.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::with_capacity(text.len() / 8);
    for (start, word) in text.unicode_word_indices() {
        let mut from: Option<usize> = None;
        let mut end = 0;
        for (offset, letter) in word.char_indices() {
            let at = start + offset;
            if apostrophe(letter) {
                // oʻ at the end of a word: where its apostrophe is a letter, it is shown with the word.
                if letter.is_alphanumeric() && from.is_some() {
                    end = at + letter.len_utf8();
                }
            } else if letter.is_alphanumeric() || mark(letter) {
                // A mark belongs to a letter before it; without one it is no word.
                if from.is_some() || !mark(letter) {
                    from.get_or_insert(at);
                    end = at + letter.len_utf8();
                }
            } else if parts(letter)
                && let Some(from) = from.take()
            {
                joined(text, &mut out, from..end);
            }
        }
        if let Some(from) = from {
            joined(text, &mut out, from..end);
        }
    }
    out
}

// Whether a letter that is none ends the piece: what is invisible, an apostrophe or gershayim does not.
fn parts(letter: char) -> bool {
    letter == '\u{200c}'
        || !(apostrophe(letter)
            || invisible(letter)
            || falls_off(letter)
            || matches!(letter, '"' | '\u{5f3}' | '\u{5f4}'))
}

/// Controls that take no room: soft hyphen, joiners, directions, the mark of byte order.
const fn invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
    )
}

/// Adds a piece, to the one before it when only apostrophes and the invisible stand between them.
fn joined(text: &str, out: &mut Vec<Range<usize>>, piece: Range<usize>) {
    if let Some(last) = out.last_mut()
        && last.end < piece.start
        && let Some(between) = text.get(last.end..piece.start)
        && glues(between)
        && [last.end, piece.start]
            .iter()
            .all(|at| !beside_unspaced(text, *at))
    {
        last.end = piece.end;
        return;
    }
    out.push(piece);
}

// One grave or acute accent, which Unicode does not take for a part of words; controls of direction; a zero-width space.
fn glues(between: &str) -> bool {
    let mut marks = between.chars().filter(|c| !invisible(*c));
    !between.contains('\u{200c}')
        && match (marks.next(), marks.next()) {
            // The other controls keep a word whole by Unicode's rules already, where it is one.
            (None, _) => between.contains('\u{200b}'),
            (Some(mark), None) => matches!(mark, '`' | '\u{b4}'),
            _ => false,
        }
}

fn beside_unspaced(text: &str, at: usize) -> bool {
    let side = |letter: Option<char>| letter.map(script::of) == Some(Script::Unspaced);
    side(text.get(..at).and_then(|t| t.chars().next_back()))
        || side(text.get(at..).and_then(|t| t.chars().next()))
}
