//! Parts sealed for people, as one ordinary age file holding one ordinary tar. A bundle is bound to the organisation,
//! its root and its recipients, signed by the sender's key for that organisation, and padded to a published size. The
//! manifest holds only salted commitments, so that a part can be withheld later without a trace. This crate knows parts
//! and purposes; it knows no incident, no vault and no network. The document beside it is `FORMAT.md`.

mod ahead;
mod archive;
pub mod custody;
mod error;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod grant;
mod keys;
mod manifest;
mod message;
mod open;
mod passing;
mod rule;
mod seal;

pub use error::{KeyFileError, OpenError, SealError};
pub use grant::{Grant, GrantError};
pub use keys::{BundleKey, Identity, RecipientType};
pub use manifest::{
    Chain, MAX_SUCCESSIONS, MAX_WITHDRAWN, Manifest, Part, PartKind, Purpose, Succession, Versions,
};
pub use message::{MAX_TEXT, MESSAGE_SIZE, Message, MessageError, Said, Verdict};
pub use open::{Expected, Opened, open};
pub use passing::{Passed, pass_on};
pub use rule::{Family, Rule};
pub use seal::{Letter, PartSource, Sealed, seal, sealed_size};

/// Writes a small plaintext as a passphrase-protected age file (work factor `log_n`), for keys that leave the desk.
///
/// # Errors
/// [`SealError::Io`].
pub fn seal_with_passphrase(
    plaintext: &[u8],
    passphrase: age::secrecy::SecretString,
    log_n: u8,
) -> Result<Vec<u8>, SealError> {
    keys::seal_with_passphrase(plaintext, passphrase, log_n)
}

/// Opens what [`seal_with_passphrase`] wrote.
///
/// # Errors
/// See [`KeyFileError`].
pub fn open_with_passphrase(
    sealed: &[u8],
    passphrase: age::secrecy::SecretString,
) -> Result<zeroize::Zeroizing<Vec<u8>>, KeyFileError> {
    keys::open_with_passphrase(sealed, passphrase)
}

pub use age::secrecy;
