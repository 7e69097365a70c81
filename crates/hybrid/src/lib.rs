//! age's hybrid post-quantum recipients (`age1pq1...`) and identities (`AGE-SECRET-KEY-PQ-1...`): stanza type `mlkem768x25519` of
//! the age specification (C2SP), which keeps what is sealed today from whoever records it and has a quantum computer later.
//!
//! The age crate has none of this type yet. It offers the traits and the HPKE that they need; here is the key encapsulation
//! and the form of the stanza, and nothing else. The day age has them, this room goes.

mod kem;
#[cfg(test)]
mod tests;

use age::{DecryptError, EncryptError};
use age_core::format::{FILE_KEY_BYTES, FileKey, Stanza};
use age_core::primitives::{bech32_decode, bech32_encode, hpke_open, hpke_seal};
use age_core::secrecy::ExposeSecret;
use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use bech32::Hrp;
use hpke::rand_core::{OsRng, RngCore};
use hpke::{Deserializable, Kem, Serializable};
use kem::{EncappedKey, PrivateKey, PublicKey, XWing};
use std::collections::HashSet;
use std::str::FromStr;
use zeroize::Zeroizing;

/// Why a text is no key of this type. Says nothing of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no hybrid key of age")]
pub struct NoKey;

/// What seals: 1,216 bytes, as text of 1,959 letters.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient(PublicKey);

impl Recipient {
    /// The name of the type, as stanzas bear it.
    pub const TYPE: &str = "mlkem768x25519";
}

impl FromStr for Recipient {
    type Err = NoKey;

    fn from_str(text: &str) -> Result<Self, NoKey> {
        let bytes = decoded(text, RECIPIENT)?;
        PublicKey::from_bytes(&bytes).map(Self).map_err(|_| NoKey)
    }
}

impl std::fmt::Display for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&bech32_encode(RECIPIENT, &self.0.to_bytes()))
    }
}

impl age::Recipient for Recipient {
    fn wrap_file_key(
        &self,
        file_key: &FileKey,
    ) -> Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        let (encapped, body) =
            hpke_seal::<XWing, _>(&self.0, INFO, file_key.expose_secret(), &mut OsRng);
        let stanza = Stanza {
            tag: Self::TYPE.to_owned(),
            args: vec![BASE64_STANDARD_NO_PAD.encode(encapped.to_bytes())],
            body,
        };
        Ok((vec![stanza], HashSet::from([LABEL.to_owned()])))
    }
}

/// What opens: a seed of 32 bytes, wiped when dropped. Without `Debug`.
#[derive(Clone)]
pub struct Identity(PrivateKey);

impl Identity {
    /// Draws a new one.
    #[must_use]
    pub fn generate() -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        OsRng.fill_bytes(seed.as_mut_slice());
        Self(PrivateKey::of_seed(*seed))
    }

    /// The text of an identity file's line.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let lower = Zeroizing::new(bech32_encode(IDENTITY, self.0.seed()));
        Zeroizing::new(lower.to_uppercase())
    }

    /// What seals to it.
    #[must_use]
    pub fn to_public(&self) -> Recipient {
        Recipient(XWing::sk_to_pk(&self.0))
    }
}

impl FromStr for Identity {
    type Err = NoKey;

    fn from_str(text: &str) -> Result<Self, NoKey> {
        let seed = decoded(text, IDENTITY)?;
        PrivateKey::from_bytes(&seed).map(Self).map_err(|_| NoKey)
    }
}

impl age::Identity for Identity {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        if stanza.tag != Recipient::TYPE {
            return None;
        }
        let Some(encapped) = encapped(stanza) else {
            return Some(Err(DecryptError::InvalidHeader));
        };
        match hpke_open::<XWing>(&encapped, &self.0, INFO, &stanza.body).map(Zeroizing::new) {
            Ok(opened) => {
                let opened: [u8; FILE_KEY_BYTES] = opened.as_slice().try_into().ok()?;
                let opened = Zeroizing::new(opened);
                Some(Ok(FileKey::init_with_mut(|key| *key = *opened)))
            }
            // Somebody else's, most likely: which key a stanza is for cannot be told from outside.
            Err(hpke::HpkeError::OpenError) => None,
            Err(_) => Some(Err(DecryptError::InvalidHeader)),
        }
    }
}

// One argument, in base64 without another way to write it; a body of a file key and its tag.
fn encapped(stanza: &Stanza) -> Option<EncappedKey> {
    let [argument] = stanza.args.as_slice() else {
        return None;
    };
    if stanza.body.len() != FILE_KEY_BYTES + TAG_BYTES {
        return None;
    }
    let bytes = BASE64_STANDARD_NO_PAD.decode(argument).ok()?;
    EncappedKey::from_bytes(&bytes).ok()
}

fn decoded(text: &str, prefix: Hrp) -> Result<Zeroizing<Vec<u8>>, NoKey> {
    bech32_decode(
        text,
        |_| NoKey,
        |found| (found == prefix).then_some(()).ok_or(NoKey),
        |_, bytes| Ok(Zeroizing::new(bytes.collect())),
    )
}

const RECIPIENT: Hrp = Hrp::parse_unchecked("age1pq");
const IDENTITY: Hrp = Hrp::parse_unchecked("age-secret-key-pq-");
const INFO: &[u8] = b"age-encryption.org/mlkem768x25519";
/// Stanzas with another label never stand in the same header.
const LABEL: &str = "postquantum";
/// Of Poly1305.
const TAG_BYTES: usize = 16;
