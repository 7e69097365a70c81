//! What can go wrong at a desk. Leaves as a [`Problem`]: a code and arguments, whose words are in the `.ftl` files.

use chronicle_bundle::{OpenError, SealError};
use chronicle_sync::SyncError;
use chronicle_wire::TrustError;
use chronicle_words::Problem;
use thiserror::Error;

/// Why a desk could not do something.
#[derive(Debug, Error)]
pub enum Error {
    /// The vault could not.
    #[error(transparent)]
    Vault(#[from] chronicle_vault::Error),
    /// A key file could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A bundle was not opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Root or profile break a rule.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The line failed.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// A journal, not a desk.
    #[error("this vault is a journal")]
    OtherKind,
    /// Founded before.
    #[error("an organisation was founded here already")]
    AlreadyFounded,
    /// Not founded yet.
    #[error("no organisation was founded here yet")]
    NotFounded,
    /// No token was entered yet.
    #[error("this desk is not connected yet")]
    NotConnected,
    /// No such report or item.
    #[error("not found")]
    NotFound,
    /// The name is empty or too long.
    #[error("the name is empty or too long")]
    Name,
    /// The address is neither https nor onion nor loopback.
    #[error("the address is not allowed")]
    Address,
    /// Not a receipt key.
    #[error("this is not a receipt key")]
    ReceiptKey,
    /// Not a token.
    #[error("this is not a token")]
    Token,
    /// The token is for reporters.
    #[error("this token is for reporters")]
    TokenRole,
    /// The offline medium is the vault's own folder.
    #[error("the keys must lie somewhere else than the vault")]
    SameMedium,
    /// The offline medium holds keys already.
    #[error("there are keys on this medium already")]
    MediumUsed,
    /// What was written to the offline medium does not read back.
    #[error("the offline medium does not give back what was written")]
    ReadBack,
    /// A file with this name is there already.
    #[error("there is a file with this name already")]
    FileExists,
    /// A file could not be written.
    #[error("the file could not be written")]
    Unwritable,
    /// The person cancelled.
    #[error("cancelled")]
    Cancelled,
}

impl Error {
    /// The code and arguments that leave this room.
    #[must_use]
    pub fn problem(&self) -> Problem {
        Problem::new(match self {
            Self::Vault(e) => e.code(),
            Self::Seal(e) => e.code(),
            Self::Open(e) => e.code(),
            Self::Trust(e) => e.code(),
            Self::Sync(e) => e.code(),
            Self::OtherKind => "other-kind",
            Self::AlreadyFounded => "already-founded",
            Self::NotFounded => "not-founded",
            Self::NotConnected => "not-connected",
            Self::NotFound => "not-found",
            Self::Name => "name-refused",
            Self::Address => "address-refused",
            Self::ReceiptKey => "receipt-key-unreadable",
            Self::Token => "token-unreadable",
            Self::TokenRole => "token-role",
            Self::SameMedium => "offline-medium-same",
            Self::MediumUsed => "offline-medium-used",
            Self::ReadBack => "offline-readback",
            Self::FileExists => "file-exists",
            Self::Unwritable => "file-unwritable",
            Self::Cancelled => "cancelled",
        })
    }
}
