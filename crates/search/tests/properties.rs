//! What holds of any text.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use chronicle_search::{LONGEST, fold, index_text, query, tokens};
use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

/// Letters of every script that people write here, marks, apostrophes, the invisible, and any character at all.
fn text() -> impl Strategy<Value = String> {
    let letters = "[a-zA-ZÀ-ɏЀ-ӿ\u{531}-\u{587}א-ת\u{591}-\u{5c7}\u{610}-\u{6ff}ა-ჿ\u{1c90}-\u{1cbf}Α-ωก-ฺ一-丏ぁ-ヿｦ-ﾟ가-갏0-9\
                   'ʻʼ‘’`´.,@_ -\u{300}-\u{30c}\u{200b}-\u{200f}\u{ad}ßﬁﷲᾳΐŉǰ]{0,40}";
    prop_oneof![letters.prop_map(String::from), ".{0,40}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_word_stands_in_the_text(text in text()) {
        let mut last = 0;
        for token in tokens(&text) {
            prop_assert!(text.get(token.at.clone()).is_some_and(|t| !t.is_empty()), "{token:?}");
            prop_assert!(token.at.start >= last, "in order: {token:?}");
            last = token.at.start;
        }
    }

    #[test]
    fn every_word_is_one_for_fts5(text in text()) {
        for token in tokens(&text) {
            prop_assert!(!token.word.is_empty() && token.word.chars().count() <= 2 * LONGEST);
        }
        for word in index_text(&text).split(' ') {
            prop_assert!(word.bytes().all(|b| b.is_ascii_alphanumeric() || b >= 0x80), "{word:?}");
        }
        if let Some(expression) = query(&text).expression() {
            prop_assert!(!expression.contains('\0'));
        }
    }

    #[test]
    fn folding_twice_is_folding_once(text in text()) {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once);
    }

    #[test]
    fn capitals_fold_alike(text in text()) {
        for word in text.unicode_words() {
            prop_assert_eq!(fold(&word.to_uppercase()), fold(word));
        }
    }

    #[test]
    fn a_text_is_found_by_its_words_and_their_beginnings(text in text()) {
        // Words end there by Unicode, but not here.
        let text = text.replace(['`', '´', '\u{200b}'], " ");
        for word in text.unicode_words() {
            let mut letters: Vec<&str> = word.graphemes(true).collect();
            while letters.len() >= 2 || letters.len() == word.graphemes(true).count() {
                let sought = query(&letters.concat());
                prop_assert!(sought.is_empty() || sought.finds(&text), "{letters:?} {}", index_text(&text));
                if letters.pop().is_none() {
                    break;
                }
            }
            let sought = query(&word.to_uppercase());
            prop_assert!(sought.is_empty() || sought.finds(&text), "{word:?} in capitals {}", index_text(&text));
        }
    }

    #[test]
    fn places_stand_in_the_text_and_apart(text in text(), sought in text()) {
        let mut last = 0;
        for place in query(&sought).matches(&text) {
            prop_assert!(text.get(place.clone()).is_some_and(|t| !t.is_empty()) && place.start >= last);
            last = place.end;
        }
    }
}

#[test]
fn every_character_folds() {
    for letter in '\0'..=char::MAX {
        let once = fold(&letter.to_string());
        assert_eq!(fold(&once), once, "{letter:?}");
        assert!(
            once.bytes().all(|b| b.is_ascii_alphanumeric() || b >= 0x80),
            "{letter:?}"
        );
    }
}
