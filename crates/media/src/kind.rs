//! What can be done with a file, and one item of evidence as lists show it.

/// What the window can do with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A picture: shown as the pixels that the child makes of it.
    Image,
    /// Text in UTF-8, or in UTF-16 with its mark.
    Text,
    /// Sound.
    Audio,
    /// Video.
    Video,
    /// A PDF: its pages are shown like pictures.
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
            "image/avif" | "image/bmp" | "image/gif" | "image/heic" | "image/heif"
            | "image/jpeg" | "image/png" | "image/tiff" | "image/webp" => Self::Image,
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
    /// The id of the item that it was made from, such as the photograph of which it is a part; empty when it is an original.
    #[serde(default)]
    pub made_from: String,
    /// SHA-256 of the content.
    pub sha256: String,
    /// When it was taken in: RFC 3339 with offset.
    pub added: String,
}
