//! One record: a line of JSON, a line with its HMAC-SHA256, padding; sealed to the newest data recipient. What opens
//! but carries no valid MAC is foreign: shown as such, never acted on.

use crate::Error;
use crate::generation::Generation;
use crate::ring::Ring;
use crate::sealed::{open_small, seal_to};
use age::x25519;
use hmac::Mac;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

#[derive(Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) vault: String,
    pub(crate) seq: u64,
    pub(crate) at: jiff::Timestamp,
    pub(crate) kind: String,
    pub(crate) body: serde_json::Value,
}

pub(crate) enum Opened {
    Ours(Line),
    Foreign,
    Unreadable,
}

/// Why a text that was sealed with a MAC is not ours.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotOurs {
    /// It opens, and nobody who has our MAC key vouches for it.
    Foreign,
    /// It does not open.
    Unreadable,
}

/// Seals `text` (one line) with a MAC for `purpose`.
pub(crate) fn seal(ring: &Ring, purpose: &str, text: &str) -> Result<Vec<u8>, Error> {
    let newest = ring.newest()?;
    let mut plain = Zeroizing::new(String::with_capacity(text.len() * 2 + 1024));
    plain.push_str(text);
    plain.push('\n');
    plain.push_str(&hex::encode(mac(newest, purpose, text.as_bytes())));
    plain.push('\n');
    let padding = padded(plain.len() + 1).saturating_sub(plain.len() + 1);
    plain.extend(std::iter::repeat_n(' ', padding));
    plain.push('\n');
    seal_to(&[newest.recipient()], plain.as_bytes())
}

/// Opens many records: the identities are built once and dropped with it.
pub(crate) struct Opener<'a> {
    ring: &'a Ring,
    identities: Vec<x25519::Identity>,
}

impl<'a> Opener<'a> {
    pub(crate) fn new(ring: &'a Ring) -> Result<Self, Error> {
        Ok(Self {
            ring,
            identities: ring.identities()?,
        })
    }

    /// Opens what [`seal`] made: the line, and the index of the generation that vouches for it.
    pub(crate) fn open(
        &self,
        purpose: &str,
        sealed: &[u8],
    ) -> Result<(Zeroizing<String>, usize), NotOurs> {
        let identities: Vec<&dyn age::Identity> = self
            .identities
            .iter()
            .map(|i| i as &dyn age::Identity)
            .collect();
        let plain = open_small(sealed, &identities).map_err(|_| NotOurs::Unreadable)?;
        let text = std::str::from_utf8(&plain).map_err(|_| NotOurs::Foreign)?;
        let mut lines = text.split('\n');
        let line = lines.next().ok_or(NotOurs::Foreign)?;
        let tag = hex::decode(lines.next().unwrap_or_default()).map_err(|_| NotOurs::Foreign)?;
        let vouches = |g: &Generation| g.mac(purpose, line.as_bytes()).verify_slice(&tag).is_ok();
        let by = self.ring.generations().iter().position(vouches);
        Ok((Zeroizing::new(line.to_owned()), by.ok_or(NotOurs::Foreign)?))
    }

    /// Opens a record that the database keeps under `seq`.
    pub(crate) fn record(&self, seq: u64, sealed: &[u8]) -> Opened {
        let (text, by) = match self.open(PURPOSE, sealed) {
            Ok(opened) => opened,
            Err(NotOurs::Foreign) => return Opened::Foreign,
            Err(NotOurs::Unreadable) => return Opened::Unreadable,
        };
        match serde_json::from_str::<Line>(&text) {
            Ok(line)
                if line.vault == self.ring.vault
                    && line.seq == seq
                    && self.ring.may_have_written(by, seq) =>
            {
                Opened::Ours(line)
            }
            _ => Opened::Foreign,
        }
    }
}

pub(crate) fn mac(generation: &Generation, purpose: &str, text: &[u8]) -> [u8; 32] {
    generation.mac(purpose, text).finalize().into_bytes().into()
}

// Powers of two from 512 bytes to 64 KiB, then whole 64 KiB: the length of a note is not told by its row.
fn padded(bytes: usize) -> usize {
    if bytes <= 64 * 1024 {
        bytes.next_power_of_two().max(512)
    } else {
        bytes.next_multiple_of(64 * 1024)
    }
}

pub(crate) const PURPOSE: &str = "chronicle/record/v1";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::VaultKind;

    #[test]
    fn a_record_tells_a_step_of_its_length_and_no_more() {
        let unlock = x25519::Identity::generate().to_public();
        let ring = Ring::generate(VaultKind::Journal, unlock).unwrap();
        let plain = |letters: usize| {
            let sealed = seal(&ring, PURPOSE, &"n".repeat(letters)).unwrap();
            let identity = ring.newest().unwrap().identity().unwrap();
            open_small(&sealed, &[&identity]).unwrap().len()
        };
        // Beside the text there are 64 digits and three line feeds.
        const KIB: usize = 1024;
        for (letters, expected) in [
            (0, 512),
            (1, 512),
            (512 - 67, 512),
            (512 - 66, KIB),
            (KIB - 67, KIB),
            (KIB - 66, 2 * KIB),
            (33 * KIB, 64 * KIB),
            (64 * KIB - 67, 64 * KIB),
            (64 * KIB - 66, 128 * KIB),
            (128 * KIB - 67, 128 * KIB),
            (128 * KIB - 66, 192 * KIB),
        ] {
            assert_eq!(plain(letters), expected, "{letters}");
        }
    }
}
