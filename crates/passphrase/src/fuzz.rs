//! What is promised about a code that somebody typed. Compiled for tests, which give it the kept corpus, and for the fuzzer,
//! which sets `cfg(fuzzing)`; in nothing that is shipped.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a check fails as a test does"
)]

use crate::RecoveryCode;

#[cfg(test)]
#[path = "../../../fuzz/replay.rs"]
mod replay;

// Every check by its name: the target of that name gives it bytes too.
#[cfg(test)]
const CHECKS: [replay::Check; 1] = [("code", code)];

/// A typed code: what is one is the same when its words are typed again, and is what the sheet's file takes.
pub fn code(typed: &[u8]) {
    let Ok(text) = std::str::from_utf8(typed) else {
        return;
    };
    let Ok(read) = RecoveryCode::parse(text) else {
        return;
    };
    let words = read.words();
    assert_eq!(words.len(), crate::CODE_WORDS);
    let again = RecoveryCode::parse(&words.join(", ").to_uppercase()).expect("the same words");
    assert!(again.words() == words);
    assert!(read.passphrase().expect("a passphrase").expose() == words.join(" "));
    for (place, word) in (1..).zip(words) {
        assert!(read.has_at(place, word));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kept_corpus_is_read_as_promised() {
        replay::all(&CHECKS);
    }
}
