//! Sound that begins with a frame and has no signature: MPEG audio (ISO 11172-3, 13818-3) and AAC in ADTS (13818-7).
//! A frame's header tells its length; where the sample reaches to the next frame, that one must begin alike.

/// The media type of sound in frames, or behind an ID3 tag.
pub(super) fn media_type(start: &[u8]) -> Option<&'static str> {
    if id3(start) {
        return Some("audio/mpeg");
    }
    if follows(start, mpeg_length(start)) {
        return Some("audio/mpeg");
    }
    follows(start, adts_length(start)).then_some("audio/aac")
}

// "ID3", one of three versions, flags, and a length of four bytes below 128.
fn id3(start: &[u8]) -> bool {
    let Some(([b'I', b'D', b'3', major, minor, _flags], rest)) = start.split_first_chunk() else {
        return false;
    };
    let length = rest.first_chunk::<4>();
    (2..=4).contains(major)
        && *minor < 0xFF
        && length.is_some_and(|l| l.iter().all(|&byte| byte < 0x80))
}

// The next frame has the same first two bytes, but for the bit that says whether a sum follows.
fn follows(start: &[u8], length: Option<usize>) -> bool {
    let Some(length) = length else { return false };
    match (start.get(..2), start.get(length..)) {
        (Some([a, b]), Some([c, d, ..])) => a == c && b & 0xFE == d & 0xFE,
        (Some(_), _) => true,
        (None, _) => false,
    }
}

// Layer III only: the others are not what phones record, and layer I would take UTF-16 for sound.
fn mpeg_length(start: &[u8]) -> Option<usize> {
    let [0xFF, second, third, ..] = start else {
        return None;
    };
    let (version, layer) = (second >> 3 & 0b11, second >> 1 & 0b11);
    if second >> 5 != 0b111 || layer != 0b01 {
        return None;
    }
    // Versions 1, 2 and 2.5: samples in a second, and in eighths of a frame; version 01 is none.
    let (rates, eighth, bits) = match version {
        0b11 => ([44_100, 48_000, 32_000], 144, FIRST),
        0b10 => ([22_050, 24_000, 16_000], 72, SECOND),
        0b00 => ([11_025, 12_000, 8_000], 72, SECOND),
        _ => return None,
    };
    let rate = *rates.get(usize::from(third >> 2 & 0b11))?;
    let kilobits = *bits.get(usize::from(third >> 4).checked_sub(1)?)?;
    let padding = usize::from(third >> 1 & 1);
    Some(eighth * kilobits * 1000 / rate + padding)
}

fn adts_length(start: &[u8]) -> Option<usize> {
    let [0xFF, second, third, fourth, fifth, sixth, ..] = start else {
        return None;
    };
    let rate = third >> 2 & 0b1111;
    if second & 0xF6 != 0xF0 || rate > 12 {
        return None;
    }
    let length =
        usize::from(fourth & 0b11) << 11 | usize::from(*fifth) << 3 | usize::from(sixth >> 5);
    (length >= 7).then_some(length)
}

/// Kilobits in a second by index, from 1: version 1, layer III.
const FIRST: [usize; 14] = [
    32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
];
/// The same of versions 2 and 2.5.
const SECOND: [usize; 14] = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
