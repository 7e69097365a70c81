//! What is promised about the journal's records and of what a locked journal keeps: each check takes the bytes of one and panics when its promise does not
//! hold. Compiled for tests, which give it the kept corpus, and for the fuzzer, which sets `cfg(fuzzing)`; in nothing that
//! is shipped.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a check fails as a test does"
)]

use crate::events::{Came, Delivery, Incident, Item, Joined, KeptInvitation};
use crate::listing::Listing;
use crate::locked::{Brought, Errands};
use chronicle_vault::{Entry, Event, Projection};
use same_meaning::same_meaning;

#[path = "../../../fuzz/same_meaning.rs"]
mod same_meaning;

#[cfg(test)]
#[path = "../../../fuzz/replay.rs"]
mod replay;

// Every check by its name: the target of that name gives it bytes too.
#[cfg(test)]
const CHECKS: [replay::Check; 3] = [
    ("journal_event", event),
    ("spooled", spooled),
    ("errands", errands),
];

/// A record's body, its kind named by the first byte: what is understood writes itself to the same meaning, and what it
/// says to whoever looks for it is the same each time.
pub fn event(bytes: &[u8]) {
    let Some((kind, body)) = bytes.split_first() else {
        return;
    };
    match kind % KINDS {
        0 => again::<Incident>(body),
        1 => again::<Item>(body),
        2 => again::<Joined>(body),
        3 => again::<Delivery>(body),
        4 => again::<KeptInvitation>(body),
        5 => again::<Came>(body),
        _ => {}
    }
}

/// An entry of the spool: what is understood is spooled as the same.
pub fn spooled(bytes: &[u8]) {
    let _ = same_meaning::<Brought>(bytes);
}

/// What one image of the process hands to the next.
pub fn errands(bytes: &[u8]) {
    if let Some(errands) = same_meaning::<Errands>(bytes) {
        let _ = errands.left();
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

const KINDS: u8 = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kept_corpus_is_read_as_promised() {
        replay::all(&CHECKS);
    }
}
