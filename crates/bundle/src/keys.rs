//! age's keys as this crate hands them about: parsed once, without `Debug`, wiped by age itself.

use crate::{OpenError, SealError};
use age::secrecy::{ExposeSecret, SecretString};
use std::io::{Read, Write};
use std::str::FromStr;
use zeroize::Zeroizing;

/// A secret that opens bundles (native X25519).
#[derive(Clone)]
pub struct Identity(age::x25519::Identity);

impl Identity {
    /// Draws a new identity.
    #[must_use]
    pub fn draw() -> Self {
        Self(age::x25519::Identity::generate())
    }

    /// Reads the first identity of an age identity file; `#` lines are passed over.
    #[must_use]
    pub fn from_file(text: &str) -> Option<Self> {
        let line = text
            .lines()
            .map(str::trim)
            .find(|l| !l.is_empty() && !l.starts_with('#'))?;
        age::x25519::Identity::from_str(line).ok().map(Self)
    }

    /// An age identity file, to be sealed at once.
    #[must_use]
    pub fn to_file(&self) -> Zeroizing<String> {
        Zeroizing::new(format!(
            "# public key: {}\n{}\n",
            self.recipient(),
            self.0.to_string().expose_secret()
        ))
    }

    /// The recipient to seal to.
    #[must_use]
    pub fn recipient(&self) -> String {
        self.0.to_public().to_string()
    }

    pub(crate) fn age(&self) -> &dyn age::Identity {
        &self.0
    }
}

pub(crate) fn recipient(text: &str) -> Result<age::x25519::Recipient, SealError> {
    age::x25519::Recipient::from_str(text).map_err(|_| SealError::Recipients)
}

pub(crate) fn throw_away() -> age::x25519::Recipient {
    age::x25519::Identity::generate().to_public()
}

pub(crate) fn seal_with_passphrase(
    plain: &[u8],
    passphrase: SecretString,
    log_n: u8,
) -> Result<Vec<u8>, SealError> {
    let mut recipient = age::scrypt::Recipient::new(passphrase);
    recipient.set_work_factor(log_n);
    let encryptor =
        age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
            .map_err(|_| SealError::Recipients)?;
    let mut out = Vec::new();
    let mut writer = encryptor.wrap_output(&mut out)?;
    writer.write_all(plain)?;
    writer.finish()?;
    Ok(out)
}

pub(crate) fn open_with_passphrase(
    sealed: &[u8],
    passphrase: SecretString,
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let mut identity = age::scrypt::Identity::new(passphrase);
    identity.set_max_work_factor(22);
    let mut reader = age::Decryptor::new_buffered(sealed)
        .and_then(|d| d.decrypt(std::iter::once(&identity as &dyn age::Identity)))
        .map_err(|e| match e {
            age::DecryptError::DecryptionFailed | age::DecryptError::KeyDecryptionFailed => {
                OpenError::NotForUs
            }
            _ => OpenError::Malformed("key file"),
        })?;
    let mut out = Zeroizing::new(Vec::new());
    reader
        .read_to_end(&mut out)
        .map_err(|_| OpenError::Malformed("key file"))?;
    Ok(out)
}
