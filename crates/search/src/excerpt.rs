//! The place in a text where something was found, with what stands around it.

use crate::Query;
use std::ops::Range;

/// Where words were found; journal and desk alike.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Excerpt {
    /// Key of the label of the field.
    pub label: String,
    /// The place with what stands around it, without line breaks.
    pub pieces: Vec<Piece>,
}

/// Some letters that were looked for, or that stand beside.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Piece {
    /// The letters.
    pub text: String,
    /// Whether they were looked for.
    pub found: bool,
}

impl Query {
    /// The first place in `text`, with at most 40 characters before it and 100 after; `None` when nothing is found there.
    #[must_use]
    pub fn excerpt(&self, label: &str, text: &str) -> Option<Excerpt> {
        let places = self.matches(text);
        let around = around(text, places.first()?);
        let mut pieces = Vec::new();
        let mut push = |range: Range<usize>, found: bool| {
            if let Some(piece) = text.get(range).filter(|piece| !piece.is_empty()) {
                let text = piece.replace(char::is_control, " ");
                pieces.push(Piece { text, found });
            }
        };
        let mut at = around.start;
        for place in places.iter().filter(|p| p.end <= around.end) {
            push(at..place.start, false);
            push(place.clone(), true);
            at = place.end;
        }
        push(at..around.end, false);
        let label = label.to_owned();
        Some(Excerpt { label, pieces })
    }
}

// Begins with a whole word where one fits.
fn around(text: &str, place: &Range<usize>) -> Range<usize> {
    let before = text.get(..place.start).unwrap_or_default();
    let after = text.get(place.end..).unwrap_or_default();
    let start = before
        .char_indices()
        .rev()
        .nth(BEFORE - 1)
        .map_or(0, |(at, _)| at);
    let cut = before.get(start..).unwrap_or_default();
    let start = match (start, cut.find(char::is_whitespace)) {
        (0, _) | (_, None) => start,
        (_, Some(space)) => start + space + 1,
    };
    let end = after
        .char_indices()
        .nth(AFTER)
        .map_or(text.len(), |(at, _)| place.end + at);
    start..end
}

const BEFORE: usize = 40;
const AFTER: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query;

    fn shown(typed: &str, text: &str) -> String {
        let Some(excerpt) = query(typed).excerpt("label", text) else {
            return String::new();
        };
        let piece = |p: &Piece| {
            if p.found {
                format!("[{}]", p.text)
            } else {
                p.text.clone()
            }
        };
        excerpt.pieces.iter().map(piece).collect()
    }

    #[test]
    fn a_place_is_shown_with_what_stands_around_it() {
        assert_eq!(shown("маме", "Вчера маме звонили"), "Вчера [маме] звонили");
        assert_eq!(shown("nothing", "Вчера"), "");
        let long = format!("{} here\nis it {}", "word ".repeat(40), "more ".repeat(60));
        let shown = shown("here", &long);
        assert!(shown.starts_with("word word") && shown.contains("[here] is it more"));
        assert!(shown.chars().count() < 170, "{shown}");
    }

    #[test]
    fn letters_of_any_length_are_never_cut() {
        for n in 0..120 {
            let text = format!("{}слово{}", "я".repeat(n), "語".repeat(n));
            let _ = shown("слово", &text);
            let text = format!("{} слово {}", "🙂".repeat(n), "é".repeat(n));
            assert!(shown("слово", &text).contains("[слово]"), "{n}");
        }
    }
}
