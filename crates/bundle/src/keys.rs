//! age's keys as this crate hands them about: parsed once, without `Debug`, wiped by age itself.

use crate::{KeyFileError, SealError};
use age::DecryptError;
use age::secrecy::{ExposeSecret, SecretString};
use age_core::format::{FILE_KEY_BYTES, FileKey, Stanza};
use std::cell::RefCell;
use std::io::{Read, Write};
use std::str::FromStr;
use zeroize::Zeroizing;

/// Which of age's kinds of recipients: all of one profile are of one, since the weakest opens the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecipientType {
    /// Elliptic curve alone.
    X25519,
    /// With a lattice beside the curve, against what is recorded today and broken later.
    Hybrid,
}

impl RecipientType {
    /// The name in a profile, which is that of the stanzas.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::X25519 => "X25519",
            Self::Hybrid => chronicle_hybrid::Recipient::TYPE,
        }
    }

    /// The type of a recipient, if it is one.
    #[must_use]
    pub fn of_recipient(text: &str) -> Option<Self> {
        [Self::X25519, Self::Hybrid]
            .into_iter()
            .find(|of| recipient(*of, text).is_ok())
    }

    /// The type of this name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        [Self::X25519, Self::Hybrid]
            .into_iter()
            .find(|one| one.name() == name)
    }
}

/// The key of one file, age's file key: it opens this bundle and nothing else. Wiped when dropped; without `Debug`.
#[derive(Clone)]
pub struct BundleKey(Zeroizing<[u8; FILE_KEY_BYTES]>);

impl BundleKey {
    /// Reads 32 lower-case hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut key = Zeroizing::new([0; FILE_KEY_BYTES]);
        hex::decode_to_slice(text, key.as_mut_slice()).ok()?;
        Some(Self(key))
    }

    /// As [`Self::parse`] reads it, to be sealed at once.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(self.0.as_slice()))
    }

    /// An identity that opens this one bundle: age still checks the header's MAC and every piece.
    #[must_use]
    pub fn identity(&self) -> Identity {
        Identity(Secret::Granted(self.clone()))
    }
}

impl age::Identity for BundleKey {
    fn unwrap_stanza(&self, _: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        Some(Ok(FileKey::init_with_mut(|key| {
            key.copy_from_slice(self.0.as_slice())
        })))
    }
}

/// An identity that notes the key which it found.
pub(crate) struct Noting<'a> {
    inner: &'a dyn age::Identity,
    found: &'a RefCell<Option<BundleKey>>,
}

impl<'a> Noting<'a> {
    pub(crate) fn new(identity: &'a Identity, found: &'a RefCell<Option<BundleKey>>) -> Self {
        let inner = identity.age();
        Self { inner, found }
    }
}

impl age::Identity for Noting<'_> {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        let unwrapped = self.inner.unwrap_stanza(stanza);
        if let Some(Ok(key)) = &unwrapped {
            let mut bytes = Zeroizing::new([0; FILE_KEY_BYTES]);
            bytes.copy_from_slice(key.expose_secret());
            self.found.replace(Some(BundleKey(bytes)));
        }
        unwrapped
    }
}

/// A secret that opens bundles.
#[derive(Clone)]
pub struct Identity(Secret);

#[derive(Clone)]
enum Secret {
    X25519(age::x25519::Identity),
    Hybrid(chronicle_hybrid::Identity),
    Granted(BundleKey),
}

impl Identity {
    /// Draws a new identity.
    #[must_use]
    pub fn draw(of: RecipientType) -> Self {
        Self(match of {
            RecipientType::X25519 => Secret::X25519(age::x25519::Identity::generate()),
            RecipientType::Hybrid => Secret::Hybrid(chronicle_hybrid::Identity::generate()),
        })
    }

    /// Reads the first identity of an age identity file; `#` lines are passed over.
    #[must_use]
    pub fn from_file(text: &str) -> Option<Self> {
        let line = text
            .lines()
            .map(str::trim)
            .find(|l| !l.is_empty() && !l.starts_with('#'))?;
        let secret = match age::x25519::Identity::from_str(line) {
            Ok(classic) => Secret::X25519(classic),
            Err(_) => Secret::Hybrid(line.parse().ok()?),
        };
        Some(Self(secret))
    }

    /// An age identity file, to be sealed at once. Empty for the key of one bundle, which is none.
    #[must_use]
    pub fn to_file(&self) -> Zeroizing<String> {
        let secret = match &self.0 {
            Secret::X25519(secret) => Zeroizing::new(secret.to_string().expose_secret().to_owned()),
            Secret::Hybrid(secret) => secret.to_text(),
            Secret::Granted(_) => return Zeroizing::default(),
        };
        let recipient = self.recipient();
        Zeroizing::new(format!("# public key: {recipient}\n{}\n", secret.as_str()))
    }

    /// The recipient to seal to. Empty for the key of one bundle: nothing can be sealed to it.
    #[must_use]
    pub fn recipient(&self) -> String {
        match &self.0 {
            Secret::X25519(secret) => secret.to_public().to_string(),
            Secret::Hybrid(secret) => secret.to_public().to_string(),
            Secret::Granted(_) => String::new(),
        }
    }

    pub(crate) fn age(&self) -> &dyn age::Identity {
        match &self.0 {
            Secret::X25519(secret) => secret,
            Secret::Hybrid(secret) => secret,
            Secret::Granted(key) => key,
        }
    }
}

/// The recipient of this text, of whatever type it is.
pub(crate) fn any_recipient(text: &str) -> Result<Recipient, SealError> {
    let of = RecipientType::of_recipient(text).ok_or(SealError::Recipients)?;
    recipient(of, text)
}

/// What a bundle is sealed to.
pub(crate) type Recipient = Box<dyn age::Recipient>;

/// The recipient of this text, which must be of this type.
pub(crate) fn recipient(of: RecipientType, text: &str) -> Result<Recipient, SealError> {
    fn read<R: age::Recipient + FromStr + 'static>(text: &str) -> Result<Recipient, SealError> {
        match text.parse::<R>() {
            Ok(recipient) => Ok(Box::new(recipient)),
            Err(_) => Err(SealError::Recipients),
        }
    }
    match of {
        RecipientType::X25519 => read::<age::x25519::Recipient>(text),
        RecipientType::Hybrid => read::<chronicle_hybrid::Recipient>(text),
    }
}

/// A recipient whose secret nobody has.
pub(crate) fn throw_away(of: RecipientType) -> Recipient {
    match of {
        RecipientType::X25519 => Box::new(age::x25519::Identity::generate().to_public()),
        RecipientType::Hybrid => Box::new(chronicle_hybrid::Identity::generate().to_public()),
    }
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
) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    let mut identity = age::scrypt::Identity::new(passphrase);
    identity.set_max_work_factor(22);
    let mut reader = age::Decryptor::new_buffered(sealed)
        .and_then(|d| d.decrypt(std::iter::once(&identity as &dyn age::Identity)))
        .map_err(|e| match e {
            age::DecryptError::DecryptionFailed | age::DecryptError::KeyDecryptionFailed => {
                KeyFileError::Passphrase
            }
            _ => KeyFileError::Damaged,
        })?;
    let mut out = Zeroizing::new(Vec::new());
    reader
        .read_to_end(&mut out)
        .map_err(|_| KeyFileError::Damaged)?;
    Ok(out)
}

#[cfg(test)]
mod tests;
