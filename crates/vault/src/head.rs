//! The head row: highest sequence number, number of live records and a keyed sum over them, renewed in each
//! transaction. So a record that somebody removed differs from one that its owner deleted.

use crate::keys::Ring;
use crate::{Error, record};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What the head says; the sum is HMAC(seq, SHA-256 of the sealed row) of every live record, added modulo 2^256.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    pub(crate) vault: String,
    pub(crate) seq: u64,
    pub(crate) live: u64,
    pub(crate) sum: String,
}

/// A sum modulo 2^256.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Sum([u8; 32]);

impl Sum {
    pub(crate) fn add(&mut self, other: [u8; 32]) {
        self.combine(other, |a, b, carry| {
            let total = u16::from(a) + u16::from(b) + carry;
            (total.to_le_bytes()[0], total >> 8)
        });
    }

    pub(crate) fn subtract(&mut self, other: [u8; 32]) {
        self.combine(other, |a, b, borrow| {
            let total = 256 + u16::from(a) - u16::from(b) - borrow;
            (total.to_le_bytes()[0], 1 - (total >> 8))
        });
    }

    pub(crate) fn text(self) -> String {
        hex::encode(self.0)
    }

    fn combine(&mut self, other: [u8; 32], step: impl Fn(u8, u8, u16) -> (u8, u16)) {
        let mut carry = 0;
        for (mine, theirs) in self.0.iter_mut().rev().zip(other.iter().rev()) {
            (*mine, carry) = step(*mine, *theirs, carry);
        }
    }
}

/// The term of one live record.
pub(crate) fn term(ring: &Ring, seq: u64, sealed: &[u8]) -> Result<[u8; 32], Error> {
    let mut text = seq.to_be_bytes().to_vec();
    text.extend_from_slice(&Sha256::digest(sealed));
    Ok(record::mac(ring.newest()?, "chronicle/head-term/v1", &text))
}

pub(crate) fn seal(ring: &Ring, head: &Head) -> Result<Vec<u8>, Error> {
    record::seal(ring, PURPOSE, &serde_json::to_string(head)?)
}

pub(crate) fn open(ring: &Ring, sealed: &[u8]) -> Option<Head> {
    let text = record::open(ring, PURPOSE, sealed).ok()?;
    serde_json::from_str::<Head>(&text)
        .ok()
        .filter(|head| head.vault == ring.vault)
}

const PURPOSE: &str = "chronicle/head/v1";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_can_be_taken_away() {
        let mut sum = Sum::default();
        let terms: Vec<[u8; 32]> = (0..50u8).map(|i| Sha256::digest([i]).into()).collect();
        terms.iter().for_each(|t| sum.add(*t));
        terms.iter().rev().for_each(|t| sum.subtract(*t));
        assert!(sum == Sum::default());
        sum.subtract(terms[0]);
        assert!(sum != Sum::default());
        sum.add(terms[0]);
        assert!(sum == Sum::default());
    }
}
