//! "This profile was current on that day": said by the organisation each time it looks in, so that a journal notices when it is
//! shown an old profile for long. Weaker than a timestamp that ends delivery: people are offline for months.

use super::{Credentials, Profile, RootBody, TrustError, Verified};
use crate::Day;
use crate::signed::{Hash, SignedDocument, SigningKey, purpose};
use chronicle_json::Caps;
use serde::{Deserialize, Serialize};

/// The body of what the organisation signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Current {
    /// `chronicle/current/v1`.
    pub format: String,
    /// The organisation's id.
    pub organisation: Hash,
    /// SHA-256 of the exact bytes of the profile.
    pub profile: Hash,
    /// The day.
    pub day: Day,
}

impl Current {
    /// Signs with `keys`, which are the root's profile keys, that `profile` is the newest one on `day`.
    #[must_use]
    pub fn sign(profile: &Profile<Verified>, day: Day, keys: &[&SigningKey]) -> SignedDocument {
        let body = Self {
            format: purpose::CURRENT.into(),
            organisation: profile.organisation(),
            profile: profile.credentials().profile.hash(),
            day,
        };
        let body = serde_json::to_string(&body).unwrap_or_default();
        SignedDocument::sign(purpose::CURRENT, body, keys)
    }

    /// The day on which this very profile was current, as its organisation says.
    ///
    /// # Errors
    /// [`TrustError::Malformed`], [`TrustError::Signature`], [`TrustError::Mixed`] for another profile.
    pub fn verify(
        document: &SignedDocument,
        profile: &Profile<Verified>,
    ) -> Result<Day, TrustError> {
        verify(
            document,
            profile.credentials(),
            profile.root(),
            profile.organisation(),
        )
    }
}

pub(super) fn verify(
    document: &SignedDocument,
    credentials: &Credentials,
    root: &RootBody,
    organisation: Hash,
) -> Result<Day, TrustError> {
    let said: Current = chronicle_json::typed(document.body.as_bytes(), &CAPS)
        .map_err(|_| TrustError::Malformed)?;
    if said.format != purpose::CURRENT {
        return Err(TrustError::Malformed);
    }
    if document.count(purpose::CURRENT, &root.profile_keys) < root.profile_threshold {
        return Err(TrustError::Signature);
    }
    if said.organisation != organisation || said.profile != credentials.profile.hash() {
        return Err(TrustError::Mixed);
    }
    Ok(said.day)
}

/// What one such document may hold.
const CAPS: Caps = Caps {
    bytes: 1024,
    values: 32,
    depth: 4,
};
