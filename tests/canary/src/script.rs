//! What a session does, drawn from a seed: how its vault begins, what is done in which order, and how it ends.

use crate::needles::{ALPHABETS, Alphabet};

/// One session, as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// Its number, from 0.
    pub number: u64,
    /// The alphabet of the passphrase.
    pub passphrase: Alphabet,
    /// Whether the vault is made in the window; otherwise the command line made it, with an organisation that was joined.
    pub in_window: bool,
    /// What is done, in this order.
    pub acts: Vec<Act>,
    /// How it ends.
    pub ending: Ending,
}

/// What somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// A new incident with notes, kept by itself.
    Write,
    /// The name of a person.
    Name,
    /// Files by the desktop's dialog.
    Pick,
    /// Files dropped on the page.
    Drop,
    /// Everything that was attached is looked at and played.
    View,
    /// A caption.
    Caption,
    /// A copy of a file, saved outside on purpose.
    Save,
    /// A search for a word of the notes.
    Search,
    /// The notes to the clipboard.
    Copy,
    /// Sealed, sent and stored.
    Send,
    /// Locked and unlocked.
    Lock,
}

/// How a session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// The window is closed.
    Close,
    /// The window is closed while it is locked.
    Locked,
    /// Escape twice.
    Quick,
    /// The shell gets a signal.
    Shell(&'static str),
    /// The process of the page gets a signal; the window locks by itself and is closed.
    Page(&'static str),
}

/// Every ending: each comes once in so many sessions.
pub const ENDINGS: [Ending; 9] = [
    Ending::Close,
    Ending::Shell("SEGV"),
    Ending::Quick,
    Ending::Page("KILL"),
    Ending::Locked,
    Ending::Shell("KILL"),
    Ending::Page("SEGV"),
    Ending::Shell("ABRT"),
    Ending::Page("ABRT"),
];

impl Script {
    /// The session with this number of this seed.
    pub fn draw(seed: u64, number: u64) -> Self {
        let mut draw = Draw(seed ^ number.wrapping_mul(0x2545_f491_4f6c_dd1d));
        let in_window = number % 3 == 2;
        let mut acts = vec![Act::Write];
        let first = if draw.below(2) == 0 {
            Act::Pick
        } else {
            Act::Drop
        };
        let mut rest = vec![first, Act::View];
        let mut others = vec![
            Act::Name,
            Act::Caption,
            Act::Save,
            Act::Search,
            Act::Copy,
            Act::Lock,
        ];
        while others.len() > 3 {
            others.swap_remove(draw.below(others.len()));
        }
        if !in_window && draw.below(3) > 0 {
            others.push(Act::Send);
        }
        // What needs a file comes after one is there.
        for act in others {
            let attached = rest
                .iter()
                .position(|act| *act == first)
                .unwrap_or_default();
            let from = if matches!(act, Act::Caption | Act::Save) {
                attached + 1
            } else {
                0
            };
            let at = from + draw.below(rest.len() + 1 - from);
            rest.insert(at, act);
        }
        // Sent reports are not written on: sending comes last.
        rest.sort_by_key(|act| *act == Act::Send);
        acts.extend(rest);
        let ending = ENDINGS.get((number as usize + seed as usize) % ENDINGS.len());
        Self {
            number,
            passphrase: ALPHABETS
                .get(draw.below(ALPHABETS.len()))
                .copied()
                .unwrap_or(Alphabet::Latin),
            in_window,
            acts,
            ending: ending.copied().unwrap_or(Ending::Close),
        }
    }
}

/// The same numbers from the same seed (SplitMix64).
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let drawn = (z ^ (z >> 31)) % limit.max(1) as u64;
        usize::try_from(drawn).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_seed_gives_the_same_sessions_and_thirty_give_everything() {
        let sessions: Vec<Script> = (0..30).map(|n| Script::draw(7, n)).collect();
        assert_eq!(
            sessions,
            (0..30).map(|n| Script::draw(7, n)).collect::<Vec<_>>()
        );
        assert_ne!(
            sessions,
            (0..30).map(|n| Script::draw(8, n)).collect::<Vec<_>>()
        );
        let acts: BTreeSet<Act> = sessions.iter().flat_map(|s| s.acts.clone()).collect();
        let endings: BTreeSet<Ending> = sessions.iter().map(|s| s.ending).collect();
        let alphabets: BTreeSet<Alphabet> = sessions.iter().map(|s| s.passphrase).collect();
        assert_eq!(
            (acts.len(), endings.len(), alphabets.len()),
            (11, ENDINGS.len(), 3)
        );
        for session in sessions {
            let at = |act| session.acts.iter().position(|a| *a == act);
            let attached = at(Act::Pick).or(at(Act::Drop)).unwrap();
            assert!(at(Act::View).unwrap() > 0 && session.acts[0] == Act::Write);
            for later in [Act::Caption, Act::Save] {
                assert!(at(later).is_none_or(|n| n > attached), "{session:?}");
            }
            assert!(at(Act::View).unwrap() > attached, "{session:?}");
            assert!(at(Act::Send).is_none_or(|n| n + 1 == session.acts.len()));
        }
    }
}
