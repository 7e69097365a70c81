//! Why there is no preview, by what a person can do about it. No variant carries content.

use thiserror::Error;

/// Why a file could not be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PreviewError {
    /// A type of file that is not decoded here, or a document behind a passphrase.
    #[error("this type of file cannot be shown")]
    Unsupported,
    /// The file is damaged, cut off, has no such page, or could not be read to its end.
    #[error("the file is damaged")]
    Damaged,
    /// More bytes or more pixels than are decoded.
    #[error("the file is too large to be shown")]
    TooLarge,
    /// The child was not done by the deadline, or used up its seconds of the processor.
    #[error("showing the file takes too long")]
    Timeout,
    /// The child ended without an answer, or answered what was not asked. Its content may be an attack.
    #[error("the file could not be decoded safely")]
    Crashed,
    /// The child cannot be started, or cannot be confined on this system.
    #[error("files cannot be shown on this system")]
    Unavailable,
    /// There is no code in the picture that can be read; only where one was asked for.
    #[error("there is no code in the picture that can be read")]
    NoCode,
}

impl PreviewError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unsupported => "preview-unsupported",
            Self::Damaged => "preview-damaged",
            Self::TooLarge => "preview-too-large",
            Self::Timeout => "preview-timeout",
            Self::Crashed => "preview-crashed",
            Self::Unavailable => "preview-unavailable",
            Self::NoCode => "preview-no-code",
        }
    }
}
