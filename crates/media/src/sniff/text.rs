//! Text: UTF-8, or UTF-16 behind a byte order mark, without control characters.

use super::START;

/// What a text file says, for the screen: UTF-8 or, behind a byte order mark, UTF-16. The mark is left out; what is not
/// text, or a letter cut in two at the end, becomes U+FFFD.
#[must_use]
pub fn read_text(bytes: &[u8]) -> String {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => String::from_utf16_lossy(&units(rest, u16::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] => String::from_utf16_lossy(&units(rest, u16::from_be_bytes)),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

pub(super) fn is_text(start: &[u8]) -> bool {
    match start {
        [0xFF, 0xFE, rest @ ..] => is_utf16(start, &units(rest, u16::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] => is_utf16(start, &units(rest, u16::from_be_bytes)),
        _ => is_utf8(start),
    }
}

// A letter cut in two at the end of the sample is allowed.
fn is_utf8(start: &[u8]) -> bool {
    let valid = match std::str::from_utf8(start) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() && start.len() >= START => {
            let (good, _) = start.split_at(error.valid_up_to());
            std::str::from_utf8(good).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !valid.is_empty() && valid.chars().all(written)
}

fn is_utf16(start: &[u8], units: &[u16]) -> bool {
    let whole = start.len().is_multiple_of(2) || start.len() >= START;
    let mut letters = char::decode_utf16(units.iter().copied()).peekable();
    if !whole || letters.peek().is_none() {
        return false;
    }
    while let Some(letter) = letters.next() {
        let cut = letters.peek().is_none() && start.len() >= START;
        if !letter.map_or(cut, written) {
            return false;
        }
    }
    true
}

fn units(bytes: &[u8], from: fn([u8; 2]) -> u16) -> Vec<u16> {
    let pairs = bytes.chunks_exact(2).filter_map(|pair| pair.first_chunk());
    pairs.map(|&pair| from(pair)).collect()
}

fn written(letter: char) -> bool {
    !letter.is_control() || matches!(letter, '\n' | '\r' | '\t')
}
