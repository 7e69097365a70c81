//! What a file is, told from its first bytes and never from its name.

mod boxes;
mod frames;
mod text;

pub use text::read_text;

use crate::Kind;

/// How many bytes [`sniff`] needs at most.
pub const START: usize = 8192;

/// What a file begins like: its media type and kind. `start` is the first [`START`] bytes, or all of a shorter file.
///
/// Known for certain: JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC, AVIF, PDF, MP3, AAC, M4A, Ogg and Opus, WAV, FLAC, AMR, MP4,
/// QuickTime, 3GP, WebM, Matroska, and text in UTF-8 or, after a byte order mark, UTF-16. Everything else is what the crate
/// `infer` says, or unknown. A file is not whole because it begins well.
#[must_use]
pub fn sniff(start: &[u8]) -> (&'static str, Kind) {
    let media_type = media_type(start);
    (media_type, Kind::of_media_type(media_type))
}

fn media_type(start: &[u8]) -> &'static str {
    let own = by_signature(start)
        .or_else(|| boxes::media_type(start))
        .or_else(|| frames::media_type(start));
    if let Some(found) = own {
        return found;
    }
    let text = text::is_text(start);
    match infer::get(start).map(|found| found.mime_type()) {
        // Marked-up text, programs and archives keep their type, and are not opened.
        Some(found) if Kind::of_media_type(found) == Kind::Other => found,
        _ if text => "text/plain",
        // What is known here was looked at more closely, and was not it.
        Some(found) if !OWN.contains(&found) => found,
        _ => "application/octet-stream",
    }
}

fn by_signature(start: &[u8]) -> Option<&'static str> {
    let begins = |with: &[u8]| start.starts_with(with);
    let within = |at: usize, what: &[u8]| start.get(at..).is_some_and(|s| s.starts_with(what));
    let riff = begins(b"RIFF");
    Some(match start {
        _ if begins(b"\xFF\xD8\xFF") => "image/jpeg",
        _ if begins(b"\x89PNG\r\n\x1A\n") => "image/png",
        _ if begins(b"GIF87a") || begins(b"GIF89a") => "image/gif",
        _ if riff && within(8, b"WEBP") => "image/webp",
        _ if riff && within(8, b"WAVE") => "audio/x-wav",
        _ if is_bmp(start) => "image/bmp",
        // A raw picture of a Canon begins like a TIFF and cannot be shown as one.
        _ if within(8, b"CR") => return None,
        _ if begins(b"II*\0") || begins(b"MM\0*") => "image/tiff",
        _ if begins(b"II+\0\x08\0") || begins(b"MM\0+\0\x08") => "image/tiff",
        _ if begins(b"%PDF-") || begins(b"\xEF\xBB\xBF%PDF-") => "application/pdf",
        _ if begins(b"fLaC") => "audio/x-flac",
        _ if begins(b"#!AMR\n") || begins(b"#!AMR-WB\n") => "audio/amr",
        _ if begins(b"OggS") => ogg(start),
        _ if begins(b"\x1A\x45\xDF\xA3") => return matroska(start),
        _ => return None,
    })
}

// "BM", two reserved numbers that are zero in every known file, and a header of a known length.
fn is_bmp(start: &[u8]) -> bool {
    let reserved = start.get(6..10) == Some(&[0; 4]);
    let header = start.get(14..18).and_then(|s| s.first_chunk());
    let known = [12, 16, 40, 52, 56, 64, 108, 124];
    start.starts_with(b"BM")
        && reserved
        && header.is_some_and(|&length| known.contains(&u32::from_le_bytes(length)))
}

// The first packet stands behind a page header of 27 bytes and a table that has one entry then.
fn ogg(start: &[u8]) -> &'static str {
    let packet = start.get(28..).unwrap_or_default();
    if packet.starts_with(b"OpusHead") {
        "audio/opus"
    } else if start.windows(7).any(|s| s == b"\x80theora") {
        "video/ogg"
    } else {
        "audio/ogg"
    }
}

// The document type is the element 0x4282 of the header, with its length of one byte (RFC 8794).
fn matroska(start: &[u8]) -> Option<&'static str> {
    let header = start.get(..512).unwrap_or(start);
    let says = |what: &[u8]| header.windows(what.len()).any(|s| s == what);
    if says(b"\x42\x82\x84webm") {
        Some("video/webm")
    } else if says(b"\x42\x82\x88matroska") {
        Some("video/x-matroska")
    } else {
        None
    }
}

/// The types that are told here and never by `infer`, which is content with two letters.
const OWN: [&str; 23] = [
    "application/pdf",
    "audio/aac",
    "audio/amr",
    "audio/m4a",
    "audio/mpeg",
    "audio/ogg",
    "audio/opus",
    "audio/x-flac",
    "audio/x-wav",
    "image/avif",
    "image/bmp",
    "image/gif",
    "image/heic",
    "image/heif",
    "image/jpeg",
    "image/png",
    "image/tiff",
    "image/webp",
    "video/mp4",
    "video/quicktime",
    "video/webm",
    "video/x-m4v",
    "video/x-matroska",
];

#[cfg(test)]
mod tests;
