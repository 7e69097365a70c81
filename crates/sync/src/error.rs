//! What can go wrong for a caller who waits for the answer: setting up, and the caseworker's side. The reporter's side
//! reports [`crate::Trouble`] to its outbox instead.

use crate::line::Cut;
use chronicle_wire::TrustError;
use thiserror::Error;

/// Why a visit of the caseworker's side failed, by what a person can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SyncError {
    /// TLS or the source of random bytes could not be set up.
    #[error("the network could not be set up")]
    Setup,
    /// The address may not be spoken to: plain http to a stranger, or not an address.
    #[error("this address may not be spoken to")]
    AddressRefused,
    /// An onion service without a SOCKS proxy.
    #[error("an onion service needs a socks proxy")]
    TorNeeded,
    /// No connection, or it was cut too often.
    #[error("the endpoint is out of reach")]
    Unreachable,
    /// The SOCKS proxy does not answer.
    #[error("the socks proxy is out of reach")]
    ProxyUnreachable,
    /// The endpoint's certificate is not accepted.
    #[error("the certificate is not accepted")]
    CertificateRefused,
    /// An answer that is not the protocol's.
    #[error("the endpoint answered with status {status}")]
    Refused {
        /// The HTTP status.
        status: u16,
    },
    /// The token is not known, or no longer.
    #[error("the token is not accepted")]
    TokenRefused,
    /// The token was exchanged before, for another capability.
    #[error("the token was used before")]
    TokenUsed,
    /// The capability is not, or no longer, known.
    #[error("the endpoint does not know this capability")]
    AccessRefused,
    /// The endpoint has no mailboxes: it is of an earlier version.
    #[error("the endpoint has no mailboxes")]
    NoMailboxes,
    /// The mailbox of the person is full.
    #[error("the mailbox is full")]
    MailboxFull,
    /// The endpoint's profile is not to be believed.
    #[error("the profile is not to be believed: {0}")]
    Profile(TrustError),
    /// The log has a gap, a wrong number or a broken chain.
    #[error("the log is broken at {number}")]
    LogBroken {
        /// The object that does not fit.
        number: u64,
    },
    /// What was read before is gone or is another one now: the endpoint was put back, or lies. Whoever wants to go on
    /// reads from the default [`crate::Cursor`] again.
    #[error("the log was put back before {number}")]
    LogRolledBack {
        /// The object that is no longer what it was.
        number: u64,
    },
    /// What was fetched is not what the log announced.
    #[error("the bytes are not the ones announced")]
    WrongBytes,
    /// The target could not be written.
    #[error("the target could not be written")]
    Write,
    /// Cancelled by the caller.
    #[error("cancelled")]
    Cancelled,
}

impl SyncError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Setup => "network-setup-failed",
            Self::AddressRefused => "address-refused",
            Self::TorNeeded => "tor-needed",
            Self::Unreachable => "endpoint-unreachable",
            Self::ProxyUnreachable => "proxy-unreachable",
            Self::CertificateRefused => "certificate-refused",
            Self::Refused { .. } => "endpoint-refused",
            Self::TokenRefused => "token-refused",
            Self::TokenUsed => "token-used",
            Self::AccessRefused => "desk-access-refused",
            Self::NoMailboxes => "endpoint-no-mailboxes",
            Self::MailboxFull => "mailbox-full",
            Self::Profile(_) => "profile-refused",
            Self::LogBroken { .. } => "log-broken",
            Self::LogRolledBack { .. } => "log-rolled-back",
            Self::WrongBytes => "wrong-bytes",
            Self::Write => "file-unwritable",
            Self::Cancelled => "cancelled",
        }
    }
}

impl From<Cut> for SyncError {
    fn from(cut: Cut) -> Self {
        match cut {
            Cut::Unreachable | Cut::Broken => Self::Unreachable,
            Cut::Proxy => Self::ProxyUnreachable,
            Cut::Certificate => Self::CertificateRefused,
        }
    }
}
