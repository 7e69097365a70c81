//! What can go wrong with a vault, by what a person can do about it. No variant carries a path or content.

use thiserror::Error;

/// Why a vault could not do something.
#[derive(Debug, Error)]
pub enum Error {
    /// There is no vault in this folder.
    #[error("there is no vault in this folder")]
    Missing,
    /// There is a vault already.
    #[error("there is a vault in this folder already")]
    Exists,
    /// Another process has it open.
    #[error("another program has this vault open")]
    InUse,
    /// The passphrase does not open it.
    #[error("the passphrase does not open this vault")]
    WrongPassphrase,
    /// The code is not the one of this vault's printed sheet.
    #[error("this is not the code of this vault's sheet")]
    WrongCode,
    /// No sheet was made for this vault.
    #[error("this vault has no recovery sheet")]
    NoSheet,
    /// What is to name a person to seal to is no age recipient.
    #[error("this is no age recipient")]
    Holder,
    /// `key.age` or `ring.age` is cut off or altered.
    #[error("a key file of this vault is damaged")]
    KeyFile,
    /// Written by a newer version.
    #[error("this vault was written by a newer version")]
    Newer,
    /// The database is damaged as a whole.
    #[error("the vault's database is damaged")]
    Database,
    /// A record is missing, or not what was written.
    #[error("an entry of the vault is damaged")]
    Record,
    /// A blob is missing, cut off, or not what its record says.
    #[error("a file in the vault is damaged")]
    Blob,
    /// A desk where a journal is asked for, or the reverse.
    #[error("this vault is of the other kind")]
    OtherKind,
    /// Something in the vault is damaged: what looks superfluous may belong to it, and stays.
    #[error("records of this vault are damaged; nothing is removed")]
    InDoubt,
    /// The copy is not what was copied.
    #[error("the copy is not what was copied")]
    Backup,
    /// The system gives less memory than a passphrase needs (256 MiB).
    #[error("there is not enough memory to open a passphrase")]
    Memory,
    /// No room on the disk.
    #[error("the disk is full")]
    Full,
    /// The folder cannot be written.
    #[error("the folder cannot be written")]
    ReadOnly,
    /// The person cancelled.
    #[error("cancelled")]
    Cancelled,
    /// Anything else that the system refused.
    #[error("the system refused: {0}")]
    Io(std::io::ErrorKind),
    /// A body that cannot be written as JSON, or a random source that fails: a fault of the program or the system.
    #[error("internal fault")]
    Internal,
}

impl Error {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "vault-missing",
            Self::Exists => "vault-exists",
            Self::InUse => "vault-in-use",
            Self::WrongPassphrase => "wrong-passphrase",
            Self::WrongCode => "wrong-recovery-code",
            Self::NoSheet => "no-recovery-sheet",
            Self::Holder => "holder-unreadable",
            Self::KeyFile => "key-file-damaged",
            Self::Newer => "newer-format",
            Self::Database => "vault-damaged",
            Self::Record => "entry-damaged",
            Self::Blob => "evidence-damaged",
            Self::OtherKind => "other-kind",
            Self::InDoubt => "vault-in-doubt",
            Self::Backup => "backup-differs",
            Self::Memory => "memory-short",
            Self::Full => "disk-full",
            Self::ReadOnly => "folder-not-writable",
            Self::Cancelled => "cancelled",
            Self::Io(_) => "disk-failed",
            Self::Internal => "internal",
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind as K;
        match error.kind() {
            K::StorageFull | K::QuotaExceeded | K::FileTooLarge => Self::Full,
            K::PermissionDenied | K::ReadOnlyFilesystem => Self::ReadOnly,
            other => Self::Io(other),
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as C;
        match error.sqlite_error_code() {
            Some(C::DiskFull) => Self::Full,
            Some(C::ReadOnly | C::CannotOpen | C::PermissionDenied) => Self::ReadOnly,
            Some(C::DatabaseBusy | C::DatabaseLocked) => Self::InUse,
            Some(C::SystemIoFailure) => Self::Io(std::io::ErrorKind::Other),
            _ => Self::Database,
        }
    }
}

impl From<getrandom::Error> for Error {
    fn from(_: getrandom::Error) -> Self {
        Self::Internal
    }
}

impl From<serde_json::Error> for Error {
    fn from(_: serde_json::Error) -> Self {
        Self::Internal
    }
}
