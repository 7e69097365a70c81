//! The head row: highest number, live records and a keyed sum over them, renewed in each transaction. So a record that
//! somebody removed differs from one that its owner deleted. What was once found wrong stays in it until a person has
//! taken note.

use crate::record::{self, Opener};
use crate::ring::Ring;
use crate::{Error, generation::Generation};
use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What the head says.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    pub(crate) vault: String,
    /// The highest number ever used.
    pub(crate) seq: u64,
    /// How many records are live.
    pub(crate) live: u64,
    /// The sum of their terms.
    pub(crate) sum: Sum,
    /// The sum of their numbers, modulo 2^64: one that is missing is named by it.
    pub(crate) numbers: u64,
    /// The record that names the snapshot of the index, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) snapshot: Option<u64>,
    /// What was found wrong and not yet taken note of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) doubts: Vec<Doubt>,
}

/// Something that was found wrong with the records as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "what")]
pub enum Doubt {
    /// Records are gone that nobody deleted.
    Missing {
        /// How many.
        count: u64,
        /// The number of the one, when it is one.
        number: Option<u64>,
    },
    /// Records that were deleted or replaced are there again.
    PutBack {
        /// The number of the one, when it can be told; it is not acted on then.
        number: Option<u64>,
    },
    /// The head itself was gone or not ours: whether anything is missing cannot be told.
    HeadLost,
}

/// A sum modulo 2^256 of 32-byte terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(crate) struct Sum([u8; 32]);

impl Sum {
    pub(crate) fn add(&mut self, other: Self) {
        self.combine(other, |a, b, carry| {
            let total = u16::from(a) + u16::from(b) + carry;
            (total.to_le_bytes()[0], total >> 8)
        });
    }

    pub(crate) fn subtract(&mut self, other: Self) {
        self.combine(other, |a, b, borrow| {
            let total = 256 + u16::from(a) - u16::from(b) - borrow;
            (total.to_le_bytes()[0], 1 - (total >> 8))
        });
    }

    fn combine(&mut self, other: Self, step: impl Fn(u8, u8, u16) -> (u8, u16)) {
        let mut carry = 0;
        for (mine, theirs) in self.0.iter_mut().rev().zip(other.0.iter().rev()) {
            (*mine, carry) = step(*mine, *theirs, carry);
        }
    }
}

impl From<Sum> for String {
    fn from(sum: Sum) -> Self {
        hex::encode(sum.0)
    }
}

impl TryFrom<String> for Sum {
    type Error = hex::FromHexError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut sum = Self::default();
        hex::decode_to_slice(text, &mut sum.0)?;
        Ok(sum)
    }
}

/// The term of one live record.
pub(crate) fn term(generation: &Generation, seq: u64, sealed: &[u8]) -> Sum {
    term_of(generation, seq, Sha256::digest(sealed).into())
}

/// The same, for a row whose hash is known.
pub(crate) fn term_of(generation: &Generation, seq: u64, hash: [u8; 32]) -> Sum {
    let mut text = seq.to_be_bytes().to_vec();
    text.extend_from_slice(&hash);
    Sum(record::mac(generation, "chronicle/head-term/v1", &text))
}

pub(crate) fn seal(ring: &Ring, head: &Head) -> Result<Vec<u8>, Error> {
    record::seal(ring, PURPOSE, &serde_json::to_string(head)?)
}

/// Reads and opens the head of a table.
pub(crate) fn read<'a>(
    db: &Connection,
    ring: &'a Ring,
    opener: &Opener<'_>,
) -> Result<Option<(Head, &'a Generation)>, Error> {
    let sealed: Option<Vec<u8>> = db
        .query_row("SELECT sealed FROM head WHERE id = 1", [], |r| r.get(0))
        .optional()?;
    Ok(sealed.and_then(|sealed| open(ring, opener, &sealed)))
}

/// Opens the head: what it says, and the generation that vouches for it. Only the newest does, or the one before while a
/// change of keys is under way.
fn open<'a>(ring: &'a Ring, opener: &Opener<'_>, sealed: &[u8]) -> Option<(Head, &'a Generation)> {
    let (text, by) = opener.open(PURPOSE, sealed).ok()?;
    let head = serde_json::from_str::<Head>(&text).ok()?;
    let allowed = by == 0 || (ring.changing && by == 1);
    (allowed && head.vault == ring.vault).then_some((head, ring.generations().get(by)?))
}

const PURPOSE: &str = "chronicle/head/v1";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_can_be_taken_away() {
        let mut sum = Sum::default();
        let terms: Vec<Sum> = (0..50u8).map(|i| Sum(Sha256::digest([i]).into())).collect();
        terms.iter().for_each(|t| sum.add(*t));
        terms.iter().rev().for_each(|t| sum.subtract(*t));
        assert_eq!(sum, Sum::default());
        sum.subtract(terms[0]);
        assert_ne!(sum, Sum::default());
        sum.add(terms[0]);
        assert_eq!(sum, Sum::default());
    }
}
