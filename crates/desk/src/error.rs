//! What can go wrong at a desk. Leaves as a [`Problem`]: a code and arguments, whose words are in the `.ftl` files.

use chronicle_bundle::{GrantError, OpenError, SealError};
use chronicle_sync::SyncError;
use chronicle_wire::TrustError;
use chronicle_wire::words::WordsError;
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
    /// Another desk signs this organisation's profiles.
    #[error("another desk signs the profiles of this organisation")]
    NotSigner,
    /// The organisation has closed.
    #[error("the organisation has closed")]
    Closed,
    /// Recipients of two types cannot stand beside each other.
    #[error("all recipients are of one type")]
    OneType,
    /// Eight recipients are named already.
    #[error("eight recipients are named already")]
    TooManyRecipients,
    /// Not what a colleague's desk asked, or not its words.
    #[error("this is not what a colleague's desk asked")]
    Request,
    /// The words that were typed are others.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// Not a draft of a root, or of another organisation.
    #[error("this is not the draft of a root")]
    RootDraft,
    /// The key on this medium does not sign for this root.
    #[error("the key on this medium does not sign for this root")]
    RootKey,
    /// Not a grant, or damaged; sealed to somebody else; signed by nobody who may; of another organisation.
    #[error(transparent)]
    Grant(#[from] GrantError),
    /// The organisation's first address is too long for a QR code.
    #[error("there is no room for this in a code")]
    NoRoom,
    /// The report was taken in by a version that did not keep its key.
    #[error("the key of this report's bundle was not kept")]
    NoBundleKey,
    /// The text of an answer is empty or too long.
    #[error("the answer is empty or too long")]
    AnswerText,
    /// The profile does not name this desk's key as a caseworker's today.
    #[error("this desk's key is no caseworker's today")]
    NotCaseworker,
    /// The report's manifest names no recipient that this version can seal to.
    #[error("there is no way to answer this report")]
    NoMailbox,
    /// Not an age recipient.
    #[error("this is no age recipient")]
    Recipient,
    /// The reporter did not agree to this purpose, and nothing was said of how they did since.
    #[error("the reporter did not agree to this")]
    Consent,
    /// Not a purpose of the consent form.
    #[error("this is no purpose of the consent form")]
    Purpose,
    /// Signatures are missing.
    #[error("signatures are missing")]
    RootSignatures,
    /// The passphrase of the medium is another, or its file is damaged.
    #[error("the medium does not open")]
    Medium,
    /// The threshold is none, or above the number of keys.
    #[error("the threshold does not fit the keys")]
    Threshold,
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
    /// Not a sealed report: none has this size.
    #[error("this is not a sealed report")]
    NotSealed,
    /// The file cannot be read.
    #[error("the file cannot be read")]
    Unreadable,
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
        if let Self::Words(error) = self {
            return words_problem(error);
        }
        Problem::new(match self {
            Self::Vault(e) => e.code(),
            Self::Seal(e) => e.code(),
            Self::Open(e) => e.code(),
            Self::Trust(e) => e.code(),
            Self::Sync(e) => e.code(),
            Self::OtherKind => "other-kind",
            Self::AlreadyFounded => "already-founded",
            Self::NotFounded => "not-founded",
            Self::NotSigner => "not-signer",
            Self::Closed => "ours-closed",
            Self::OneType => "one-recipient-type",
            Self::TooManyRecipients => "too-many-recipients",
            Self::Request => "colleague-request-unreadable",
            Self::Words(_) => "words-differ",
            Self::Grant(GrantError::Malformed) => "grant-unreadable",
            Self::Grant(GrantError::NotForUs) => "grant-not-for-us",
            Self::Grant(GrantError::Signature | GrantError::OtherOrganisation) => "grant-refused",
            Self::NoRoom => "code-no-room",
            Self::NoBundleKey => "grant-no-key",
            Self::AnswerText => "answer-text",
            Self::NotCaseworker => "not-caseworker",
            Self::NoMailbox => "no-mailbox",
            Self::Recipient => "recipient-unreadable",
            Self::Consent => "consent-missing",
            Self::Purpose => "purpose-unknown",
            Self::RootDraft => "root-draft-unreadable",
            Self::RootKey => "root-key-other",
            Self::RootSignatures => "root-signatures-missing",
            Self::Medium => "offline-medium-closed",
            Self::Threshold => "threshold-refused",
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
            Self::NotSealed => "not-sealed",
            Self::Unreadable => "file-unreadable",
            Self::FileExists => "file-exists",
            Self::Unwritable => "file-unwritable",
            Self::Cancelled => "cancelled",
        })
    }
}

fn words_problem(error: &WordsError) -> Problem {
    match error {
        WordsError::Count(count) => Problem::new("words-count").with("count", count),
        WordsError::Unknown { index } => Problem::new("word-unknown").with("index", index),
        WordsError::Differ => Problem::new("words-differ"),
    }
}
