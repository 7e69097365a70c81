//! What can go wrong when sealing and when opening, by what a person can do about it.

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

/// Why a bundle is not opened. Every check has a reason of its own here.
#[derive(Debug, Error)]
pub enum OpenError {
    /// It ends before it should, or is not of a size of the table.
    #[error("the bundle is cut off")]
    Truncated,
    /// None of the identities opens it.
    #[error("the bundle is not sealed to us")]
    NotForUs,
    /// Something in it is against the format; which rule, in plain words.
    #[error("the bundle is malformed: {0}")]
    Malformed(&'static str),
    /// The sender's signature is missing or wrong.
    #[error("the sender's signature is wrong")]
    Signature,
    /// A part is not what the manifest commits to.
    #[error("a part differs from what was signed")]
    Hash,
    /// What follows the parts is not zero, or the size is wrong.
    #[error("the padding is wrong")]
    Padding,
    /// It needs a newer version.
    #[error("the bundle needs a newer version")]
    Newer,
    /// Sealed for another organisation, root or set of recipients.
    #[error("the bundle is bound to another organisation")]
    OtherOrganisation,
    /// The disk on which parts are kept.
    #[error("the system refused: {0}")]
    Io(std::io::Error),
}

impl OpenError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Truncated => "bundle-truncated",
            Self::NotForUs => "bundle-not-for-us",
            Self::Malformed(_) => "bundle-malformed",
            Self::Signature => "bundle-signature",
            Self::Hash => "bundle-hash",
            Self::Padding => "bundle-padding",
            Self::Newer => "bundle-newer",
            Self::OtherOrganisation => "bundle-wrong-organisation",
            Self::Io(e) => refused(e),
        }
    }
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
        std::io::ErrorKind::UnexpectedEof => OpenError::Truncated,
        std::io::ErrorKind::InvalidData | std::io::ErrorKind::InvalidInput => {
            OpenError::Malformed("ciphertext")
        }
        _ => OpenError::Io(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Error, ErrorKind};

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
