//! Receipts. *Stored* is the endpoint's signature that all bytes of a bundle are durable: {organisation, SHA-256 and
//! size of the ciphertext, day, key}. It counts only for the role, window and organisation that the profile says.
//! One that is right but for its day is told apart: a clock or a window is off, and nobody forged anything.

use crate::Day;
use crate::organisation::{Profile, Role, TrustError, Verified};
use crate::signed::{Hash, PublicKey, SignedDocument, SigningKey, purpose};
use jiff::Span;
use serde::{Deserialize, Serialize};

/// What the endpoint signs when a bundle is durable.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StoredReceipt {
    /// `chronicle/receipt-stored/v1`.
    pub format: String,
    /// The organisation's id.
    pub organisation: Hash,
    /// SHA-256 of the ciphertext.
    pub sha256: Hash,
    /// Bytes of the ciphertext.
    pub size: u64,
    /// The day (UTC) on which it became durable.
    pub day: Day,
    /// The receipt key that signed.
    pub key: PublicKey,
}

impl StoredReceipt {
    /// Signs a receipt.
    #[must_use]
    pub fn sign(
        organisation: Hash,
        sha256: Hash,
        size: u64,
        day: Day,
        key: &SigningKey,
    ) -> SignedDocument {
        let receipt = Self {
            format: purpose::STORED.into(),
            organisation,
            sha256,
            size,
            day,
            key: key.public(),
        };
        let body = serde_json::to_string(&receipt).unwrap_or_default();
        SignedDocument::sign(purpose::STORED, body, &[key])
    }

    /// Verifies a receipt for exactly this ciphertext, which was sealed on the day `sealed`, against `profile`: an
    /// `endpoint-receipt` key whose window (and 30 days on both sides of it) holds the receipt's day, which is at most 30 days
    /// before the sealing. So whoever has a key whose window is long over cannot sign for what is sealed today.
    ///
    /// # Errors
    /// [`TrustError::ReceiptDay`] when nothing but its day is wrong, [`TrustError::Receipt`] for anything else.
    pub fn verify(
        document: &SignedDocument,
        profile: &Profile<Verified>,
        sha256: Hash,
        size: u64,
        sealed: Day,
    ) -> Result<Self, TrustError> {
        let receipt: Self =
            serde_json::from_str(&document.body).map_err(|_| TrustError::Receipt)?;
        let right = receipt.format == purpose::STORED
            && receipt.organisation == profile.organisation()
            && receipt.sha256 == sha256
            && receipt.size == size
            && profile.key_has(receipt.key, Role::EndpointReceipt)
            && document.signed_by(purpose::STORED, receipt.key);
        if !right {
            return Err(TrustError::Receipt);
        }
        let after = receipt.day >= sealed.saturating_sub(Span::new().days(CLOCKS_DIFFER));
        if after && profile.key_counts(receipt.key, Role::EndpointReceipt, receipt.day) {
            Ok(receipt)
        } else {
            Err(TrustError::ReceiptDay)
        }
    }
}

/// Days by which the clocks of journal, desk and endpoint may differ.
pub(crate) const CLOCKS_DIFFER: i64 = 30;
