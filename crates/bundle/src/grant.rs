//! A grant: a caseworker gives a colleague the key of one bundle, signed, sealed to the colleague, with its reason. The bundle
//! itself stays as it is, byte for byte, and so do its hash and its receipts. `FORMAT.md`, "Grants".

use crate::SealError;
use crate::keys::{BundleKey, Identity};
use crate::passing;
use chronicle_json::Caps;
use chronicle_wire::organisation::Role;
use chronicle_wire::signed::{SignedDocument, purpose};
use chronicle_wire::{Day, Hash, Profile, PublicKey, SigningKey, Verified};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use zeroize::Zeroizing;

/// What is given.
pub struct Grant {
    /// SHA-256 of the ciphertext.
    pub bundle: Hash,
    /// Its key.
    pub key: BundleKey,
    /// Why.
    pub reason: String,
    /// When.
    pub day: Day,
    /// The key of the caseworker who gives it.
    pub by: PublicKey,
}

/// Why a grant does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum GrantError {
    /// It is no grant, or damaged.
    #[error("this is no grant")]
    Malformed,
    /// It is sealed to somebody else.
    #[error("the grant is sealed to somebody else")]
    NotForUs,
    /// Nobody signed it who may give one.
    #[error("nobody signed the grant who may give one")]
    Signature,
    /// It is about a bundle of another organisation.
    #[error("the grant is of another organisation")]
    OtherOrganisation,
}

#[derive(Serialize, Deserialize)]
struct Body {
    /// `chronicle/grant/v1`.
    format: String,
    organisation: Hash,
    bundle: Hash,
    key: Zeroizing<String>,
    reason: String,
    day: Day,
    by: PublicKey,
}

impl Grant {
    /// Signs and seals it to one recipient. An age file of a few KiB.
    ///
    /// # Errors
    /// [`SealError::Recipients`] for what is none, [`SealError::Io`].
    pub fn seal(
        bundle: Hash,
        key: &BundleKey,
        reason: &str,
        day: Day,
        profile: &Profile<Verified>,
        signing: &SigningKey,
        recipient: &str,
    ) -> Result<Vec<u8>, SealError> {
        let body = Body {
            format: purpose::GRANT.into(),
            organisation: profile.organisation(),
            bundle,
            key: key.expose(),
            reason: reason.to_owned(),
            day,
            by: signing.public(),
        };
        let body = serde_json::to_string(&body).map_err(std::io::Error::from)?;
        let signed = SignedDocument::sign(purpose::GRANT, body, &[signing]);
        let text = Zeroizing::new(serde_json::to_vec(&signed).map_err(std::io::Error::from)?);
        passing::seal(&text, recipient)
    }

    /// Opens a grant that somebody gave, and verifies it: a caseworker's key of `profile`, in its window.
    ///
    /// # Errors
    /// See [`GrantError`].
    pub fn open(
        sealed: &[u8],
        identities: &[Identity],
        profile: &Profile<Verified>,
    ) -> Result<Self, GrantError> {
        let text = passing::open(sealed, identities)?;
        let signed: SignedDocument =
            chronicle_json::typed(&text, &CAPS).map_err(|_| GrantError::Malformed)?;
        let body: Body = chronicle_json::typed(signed.body.as_bytes(), &CAPS)
            .map_err(|_| GrantError::Malformed)?;
        let key = BundleKey::parse(&body.key).ok_or(GrantError::Malformed)?;
        if body.format != purpose::GRANT {
            return Err(GrantError::Malformed);
        }
        let may = profile.key_counts(body.by, Role::Caseworker, body.day);
        if !may || !signed.signed_by(purpose::GRANT, body.by) {
            return Err(GrantError::Signature);
        }
        if body.organisation != profile.organisation() {
            return Err(GrantError::OtherOrganisation);
        }
        Ok(Self {
            bundle: body.bundle,
            key,
            reason: body.reason,
            day: body.day,
            by: body.by,
        })
    }
}

const CAPS: Caps = Caps {
    bytes: 16 * 1024,
    values: 64,
    depth: 8,
};

#[cfg(test)]
mod tests;
