//! What can go wrong when sealing and when opening, by what a person can do about it.

use crate::rule::Rule;
use age::DecryptError;
use thiserror::Error;

/// Why a bundle could not be sealed.
#[derive(Debug, Error)]
pub enum SealError {
    /// A part is not what was hashed when it came in.
    #[error("a part has changed since it was taken in")]
    PartChanged,
    /// More than a bundle may hold.
    #[error("more than a bundle may hold")]
    TooLarge,
    /// The report itself is longer than its part may be.
    #[error("a part is longer than it may be")]
    PartTooLarge,
    /// A recipient of a kind that this version does not seal to.
    #[error("the organisation's recipients need a newer version")]
    Recipients,
    /// Parts, custody chains or values of the manifest are not those of the format.
    #[error("the parts are not those of a bundle")]
    Parts,
    /// The person cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The disk, or the random source.
    #[error("the system refused: {0}")]
    Io(#[from] std::io::Error),
}

impl SealError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::PartChanged => "evidence-damaged",
            Self::TooLarge => "too-large-report",
            Self::PartTooLarge => "too-long-report",
            Self::Recipients => "invitation-newer",
            Self::Cancelled => "cancelled",
            Self::Io(e) => refused(e),
            Self::Parts => "internal",
        }
    }
}

/// Why a bundle is not opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// It breaks a rule of the format.
    #[error("the bundle is refused: {0}")]
    Refused(Rule),
    /// The disk on which parts are kept.
    #[error("the system refused: {0}")]
    Io(std::io::Error),
}

impl From<Rule> for OpenError {
    fn from(rule: Rule) -> Self {
        Self::Refused(rule)
    }
}

impl OpenError {
    /// The stable code of the sentence that a person is told.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(rule) => rule.family().code(),
            Self::Io(e) => refused(e),
        }
    }

    /// The rule that is broken, if it is the bundle that is at fault.
    #[must_use]
    pub fn rule(&self) -> Option<Rule> {
        match self {
            Self::Refused(rule) => Some(*rule),
            Self::Io(_) => None,
        }
    }
}

/// Why a key file that was written under a passphrase is not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyFileError {
    /// It opens with another passphrase.
    #[error("the passphrase is another")]
    Passphrase,
    /// It is no such file, or damaged.
    #[error("the key file is damaged")]
    Damaged,
}

// What the system itself did not say is not the disk's fault.
fn refused(error: &std::io::Error) -> &'static str {
    use std::io::ErrorKind as K;
    match error.kind() {
        K::StorageFull | K::QuotaExceeded | K::FileTooLarge => "disk-full",
        K::PermissionDenied | K::ReadOnlyFilesystem => "folder-not-writable",
        _ if error.raw_os_error().is_some() => "disk-failed",
        _ => "internal",
    }
}

/// Reading from the age stream: the end before its time is a cut, everything else a broken file.
pub(crate) fn reading(error: std::io::Error) -> OpenError {
    match error.kind() {
        std::io::ErrorKind::UnexpectedEof => Rule::Cut.into(),
        std::io::ErrorKind::InvalidData | std::io::ErrorKind::InvalidInput => {
            Rule::Ciphertext.into()
        }
        _ => OpenError::Io(error),
    }
}

/// What age says of a file whose header has the right shape.
pub(crate) fn decrypting(error: DecryptError) -> OpenError {
    match error {
        DecryptError::NoMatchingKeys => Rule::NotForUs.into(),
        DecryptError::InvalidMac => Rule::HeaderMac.into(),
        DecryptError::Io(e) => reading(e),
        _ => Rule::StanzaShare.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Error, ErrorKind};

    #[test]
    fn what_a_disk_refuses_while_a_header_is_read_is_the_disks() {
        let io = |kind| decrypting(DecryptError::Io(Error::from(kind)));
        assert!(matches!(io(ErrorKind::PermissionDenied), OpenError::Io(_)));
        let cut = io(ErrorKind::InvalidData);
        assert_eq!(cut.rule(), Some(Rule::Ciphertext));
    }

    #[test]
    fn what_a_disk_refuses_is_told_apart() {
        // ENOSPC, EDQUOT, EROFS, EIO.
        let codes = [28, 122, 30, 5].map(|n| SealError::Io(Error::from_raw_os_error(n)).code());
        let told = [
            "disk-full",
            "disk-full",
            "folder-not-writable",
            "disk-failed",
        ];
        assert_eq!(codes, told);
        let other = SealError::Io(ErrorKind::Other.into());
        assert_eq!(other.code(), "internal");
    }
}
