//! One record: a line of JSON, a line with its HMAC-SHA256, padding; sealed to the newest data recipient. What opens
//! but carries no valid MAC is foreign: shown as such, never acted on.

use crate::Error;
use crate::keys::{Generation, Ring, open_small, seal_to};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
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
    seal_to(&newest.identity.to_public(), plain.as_bytes())
}

/// Opens what [`seal`] made: the line when its MAC for `purpose` is right, `Err(true)` when foreign, `Err(false)` when
/// it does not open at all.
pub(crate) fn open(ring: &Ring, purpose: &str, sealed: &[u8]) -> Result<Zeroizing<String>, bool> {
    let identities: Vec<&dyn age::Identity> = ring
        .generations()
        .map(|g| &g.identity as &dyn age::Identity)
        .collect();
    let plain = open_small(sealed, &identities).map_err(|_| false)?;
    let text = std::str::from_utf8(&plain).map_err(|_| true)?;
    let mut lines = text.split('\n');
    let line = lines.next().ok_or(true)?;
    let tag = hex::decode(lines.next().unwrap_or_default()).map_err(|_| true)?;
    let vouched = ring.generations().any(|g| {
        keyed(g, purpose, line.as_bytes())
            .verify_slice(&tag)
            .is_ok()
    });
    if vouched {
        Ok(Zeroizing::new(line.to_owned()))
    } else {
        Err(true)
    }
}

/// Opens a record that the database keeps under `seq`.
pub(crate) fn open_record(ring: &Ring, seq: u64, sealed: &[u8]) -> Opened {
    let text = match open(ring, PURPOSE, sealed) {
        Ok(text) => text,
        Err(foreign) => {
            return if foreign {
                Opened::Foreign
            } else {
                Opened::Unreadable
            };
        }
    };
    match serde_json::from_str::<Line>(&text) {
        Ok(line) if line.vault == ring.vault && line.seq == seq => Opened::Ours(line),
        _ => Opened::Foreign,
    }
}

pub(crate) fn mac(generation: &Generation, purpose: &str, text: &[u8]) -> [u8; 32] {
    keyed(generation, purpose, text)
        .finalize()
        .into_bytes()
        .into()
}

fn keyed(generation: &Generation, purpose: &str, text: &[u8]) -> Hmac<Sha256> {
    // HMAC takes a key of any length.
    let mut mac = match Hmac::<Sha256>::new_from_slice(generation.mac.bytes()) {
        Ok(mac) => mac,
        Err(never) => unreachable!("{never}"),
    };
    mac.update(purpose.as_bytes());
    mac.update(b"\n");
    mac.update(text);
    mac
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
    use crate::keys::Ring;

    #[test]
    fn a_record_tells_a_step_of_its_length_and_no_more() {
        let ring = Ring::generate(crate::VaultKind::Journal).unwrap();
        let plain = |letters: usize| {
            let sealed = seal(&ring, PURPOSE, &"n".repeat(letters)).unwrap();
            let identity: &dyn age::Identity = &ring.newest().unwrap().identity;
            open_small(&sealed, &[identity]).unwrap().len()
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
