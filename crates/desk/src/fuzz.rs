//! What is promised about the desk's records: each check takes the bytes of one and panics when its promise does not
//! hold. Compiled for tests, which give it the kept corpus, and for the fuzzer, which sets `cfg(fuzzing)`; in nothing that
//! is shipped.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a check fails as a test does"
)]

use crate::events::{
    Asking, Connecting, Connection, Decision, Drafted, Founded, Granted, Invited, Marked, OpenedBy,
    Posting, Quarantined, Received, SetBack,
};
use crate::listing::Listing;
use chronicle_vault::{Entry, Event, Projection};
use same_meaning::same_meaning;

#[path = "../../../fuzz/same_meaning.rs"]
mod same_meaning;

#[cfg(test)]
#[path = "../../../fuzz/replay.rs"]
mod replay;

// Every check by its name: the target of that name gives it bytes too.
#[cfg(test)]
const CHECKS: [replay::Check; 1] = [("desk_event", event)];

/// A record's body, its kind named by the first byte: what is understood writes itself to the same meaning, and what it
/// says to whoever looks for it is the same each time.
pub fn event(bytes: &[u8]) {
    let Some((kind, body)) = bytes.split_first() else {
        return;
    };
    match kind % KINDS {
        0 => again::<Founded>(body),
        1 => again::<Connecting>(body),
        2 => again::<Connection>(body),
        3 => again::<Received>(body),
        4 => again::<OpenedBy>(body),
        5 => again::<Quarantined>(body),
        6 => again::<SetBack>(body),
        7 => again::<Decision>(body),
        8 => again::<Drafted>(body),
        9 => again::<Asking>(body),
        10 => again::<Invited>(body),
        11 => again::<Marked>(body),
        12 => again::<Granted>(body),
        13 => again::<Posting>(body),
        _ => {}
    }
}

fn again<E: Event>(body: &[u8]) {
    let Some(event) = same_meaning::<E>(body) else {
        return;
    };
    let copy = event.copy().expect("a copy");
    let written = serde_json::to_value(&copy).expect("JSON");
    assert!(written == serde_json::to_value(&event).expect("JSON"));
    let entry = Entry {
        seq: 7,
        at: jiff::Timestamp::UNIX_EPOCH,
        kind: E::KIND.to_owned(),
        body: written,
    };
    let said = Listing.document(&entry);
    let twice = Listing.document(&entry);
    assert!((&said.id, &said.row) == (&twice.id, &twice.row));
    assert!(Listing.text(&entry) == Listing.text(&entry));
    assert!((said.marks, said.span, said.rank) == (twice.marks, twice.span, twice.rank));
}

const KINDS: u8 = 14;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kept_corpus_is_read_as_promised() {
        replay::all(&CHECKS);
    }
}
