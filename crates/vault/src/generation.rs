//! One generation of keys. Its secret lies in a locked page; an age identity is built from it for one operation and
//! dropped.

use crate::Error;
use age::secrecy::ExposeSecret;
use age::x25519;
use chronicle_pages::Page;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::str::FromStr;

/// What a vault seals to, opens with and vouches with, until the passphrase is changed.
pub(crate) struct Generation {
    /// The identity in age's own text form, then the MAC key.
    secret: Page<SECRET>,
    recipient: x25519::Recipient,
    /// The first number that it wrote. What a newer generation wrote instead never counts from this number on.
    pub(crate) from: u64,
}

impl Generation {
    /// Draws one.
    pub(crate) fn draw(from: u64) -> Result<Self, Error> {
        let identity = x25519::Identity::generate();
        Self::build(identity.to_string().expose_secret(), from, |mac| {
            Ok(getrandom::fill(mac)?)
        })
    }

    /// One as a ring holds it.
    ///
    /// # Errors
    /// [`Error::KeyFile`] when either part is not what it should be.
    pub(crate) fn parse(identity: &str, mac: &str, from: u64) -> Result<Self, Error> {
        Self::build(identity, from, |room| {
            hex::decode_to_slice(mac, room).map_err(|_| Error::KeyFile)
        })
    }

    fn build(
        identity: &str,
        from: u64,
        fill_mac: impl FnOnce(&mut [u8]) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let recipient = x25519::Identity::from_str(identity)
            .map_err(|_| Error::KeyFile)?
            .to_public();
        let secret = Page::filled(|room: &mut [u8; SECRET]| {
            let (text, mac) = room.split_at_mut(TEXT);
            if text.len() != identity.len() {
                return Err(Error::KeyFile);
            }
            text.copy_from_slice(identity.as_bytes());
            fill_mac(mac)
        })?;
        Ok(Self {
            secret,
            recipient,
            from,
        })
    }

    /// The identity, for one operation.
    pub(crate) fn identity(&self) -> Result<x25519::Identity, Error> {
        x25519::Identity::from_str(self.identity_text()).map_err(|_| Error::Internal)
    }

    pub(crate) fn identity_text(&self) -> &str {
        let (text, _) = self.secret.expose().split_at(TEXT);
        std::str::from_utf8(text).unwrap_or_default()
    }

    pub(crate) fn mac_key(&self) -> &[u8] {
        let (_, mac) = self.secret.expose().split_at(TEXT);
        mac
    }

    pub(crate) fn recipient(&self) -> &x25519::Recipient {
        &self.recipient
    }

    /// HMAC-SHA256 over `purpose || 0x0A || text`.
    pub(crate) fn mac(&self, purpose: &str, text: &[u8]) -> Hmac<Sha256> {
        // HMAC takes a key of any length.
        let mut mac = match Hmac::<Sha256>::new_from_slice(self.mac_key()) {
            Ok(mac) => mac,
            Err(never) => unreachable!("{never}"),
        };
        mac.update(purpose.as_bytes());
        mac.update(b"\n");
        mac.update(text);
        mac
    }

    /// Whether the system keeps its page out of swap and dumps.
    pub(crate) fn is_locked(&self) -> bool {
        self.secret.is_locked()
    }
}

/// `AGE-SECRET-KEY-1` and 58 letters.
const TEXT: usize = 74;
const SECRET: usize = TEXT + 32;
