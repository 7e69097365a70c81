//! What a file is, told from its first bytes and never from its name. Nothing is decoded here: whatever interprets a
//! file's content belongs into a process of its own with limits, which this room will get with previews.

/// How many bytes [`sniff`] needs at most.
pub const START: usize = 8192;

/// What the window can do with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A picture that the web process shows.
    Image,
    /// Text in UTF-8.
    Text,
    /// Sound.
    Audio,
    /// Video.
    Video,
    /// A PDF.
    Pdf,
    /// Anything else: kept, never opened.
    Other,
}

impl Kind {
    /// Its name in records and views.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Text => "text",
            Self::Audio => "audio",
            Self::Video => "video",
            Self::Pdf => "pdf",
            Self::Other => "other",
        }
    }

    /// The kind that a media type from a record belongs to. What was sniffed elsewhere is believed for the choice of a
    /// picture on the screen only; the bytes are looked at again before anything is shown.
    #[must_use]
    pub fn of_media_type(media_type: &str) -> Self {
        match media_type {
            "image/jpeg" | "image/png" | "image/webp" | "image/gif" => Self::Image,
            "application/pdf" => Self::Pdf,
            "text/plain" => Self::Text,
            other if other.starts_with("audio/") => Self::Audio,
            other if other.starts_with("video/") => Self::Video,
            _ => Self::Other,
        }
    }
}

/// One item of evidence as a list shows it; journal and desk alike.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct EvidenceView {
    /// The item's id.
    pub id: String,
    /// The name the file came with.
    pub name: String,
    /// Bytes.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub size: u64,
    /// The media type by its first bytes.
    pub media_type: String,
    /// What the window can do with it: a name of [`Kind`].
    pub kind: String,
    /// The person's own words about it.
    pub caption: String,
    /// SHA-256 of the content.
    pub sha256: String,
    /// When it was taken in: RFC 3339 with offset.
    pub added: String,
}

/// What a file begins like: its media type and kind. `start` is the first [`START`] bytes, or all of a shorter file.
#[must_use]
pub fn sniff(start: &[u8]) -> (&'static str, Kind) {
    if let Some(found) = infer::get(start) {
        let kind = Kind::of_media_type(found.mime_type());
        // Pictures that the web process does not show, and marked-up text, are kept without being opened.
        return (found.mime_type(), kind);
    }
    if is_text(start) {
        ("text/plain", Kind::Text)
    } else {
        ("application/octet-stream", Kind::Other)
    }
}

// UTF-8 without control characters; a letter cut in two at the end of the sample is allowed.
fn is_text(start: &[u8]) -> bool {
    let valid = match std::str::from_utf8(start) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() && start.len() >= START => {
            let (good, _) = start.split_at(error.valid_up_to());
            std::str::from_utf8(good).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !valid.is_empty()
        && !valid
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_bytes() {
        let jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, b'J', b'F', b'I', b'F'];
        assert_eq!(sniff(&jpeg), ("image/jpeg", Kind::Image));
        assert_eq!(sniff(b"%PDF-1.7\n").1, Kind::Pdf);
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").1, Kind::Image);
        assert_eq!(
            sniff("Вчера вечером".as_bytes()),
            ("text/plain", Kind::Text)
        );
        assert_eq!(sniff(&[0, 1, 2]).1, Kind::Other);
        assert_eq!(sniff(b"").1, Kind::Other);
        assert_eq!(sniff(b"MZ\x90\0").1, Kind::Other, "a program is not opened");
        assert_eq!(
            sniff(b"<!DOCTYPE html><script>").1,
            Kind::Other,
            "marked-up text is not rendered"
        );
    }

    #[test]
    fn a_letter_cut_at_the_end_of_the_sample_is_still_text() {
        let long = "я".repeat(START);
        assert_eq!(sniff(&long.as_bytes()[..START]).1, Kind::Text);
        assert_eq!(sniff(&long.as_bytes()[1..START]).1, Kind::Other);
    }
}
