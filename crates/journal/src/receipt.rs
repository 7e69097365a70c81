//! Receipts for people who have no journal: whether one counts is told by the organisation's profile alone, offline.

use crate::view::ReceiptView;
use crate::{Error, Journal};
use chronicle_wire::organisation::{Credentials, TrustError};
use chronicle_wire::words::Language;
use chronicle_wire::{Day, Hash, Profile, SignedDocument, StoredReceipt};
use std::io::Read;

/// Verifies a receipt by a profile (the file that a desk writes), and, with the sealed file at hand, that it is for that very
/// file. Whose profile it is tell its six words alone: whoever reads the answer compares them with the organisation's.
///
/// # Errors
/// [`Error::Trust`] when the profile does not verify, or the receipt does not count by it ([`TrustError::Receipt`],
/// [`TrustError::ReceiptDay`]); [`Error::Returned`] when it is no receipt, or for another file; [`Error::Unreadable`].
pub fn verify_receipt(
    receipt: &str,
    profile: &str,
    sealed: Option<&mut dyn Read>,
) -> Result<ReceiptView, Error> {
    let credentials: Credentials =
        serde_json::from_str(profile).map_err(|_| TrustError::Malformed)?;
    let profile = Profile::read(credentials)?.verify()?;
    let nothing = Error::Returned("receipt-unreadable");
    let Ok(document) = serde_json::from_str::<SignedDocument>(receipt) else {
        return Err(nothing);
    };
    let Ok(said) = serde_json::from_str::<StoredReceipt>(&document.body) else {
        return Err(nothing);
    };
    let receipt = StoredReceipt::verify(&document, &profile, said.sha256, said.size, Day::MIN)?;
    let mut compared = false;
    if let Some(sealed) = sealed {
        if hash_and_size(sealed)? != (receipt.sha256, receipt.size) {
            return Err(Error::Returned("receipt-other-file"));
        }
        compared = true;
    }
    let words = profile.words();
    let read_out = |language| words.words_in(language).join(" ");
    Ok(ReceiptView {
        organisation: profile.organisation().to_string(),
        name: profile.body().name.clone(),
        words: read_out(Language::English),
        words_ru: read_out(Language::Russian),
        digits: words.digits(),
        sha256: receipt.sha256.to_string(),
        size: receipt.size,
        day: receipt.day.to_string(),
        compared,
    })
}

fn hash_and_size(file: &mut dyn Read) -> Result<(Hash, u64), Error> {
    struct Counted<'a>(&'a mut dyn Read, u64);
    impl Read for Counted<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let got = self.0.read(buffer)?;
            self.1 += got as u64;
            Ok(got)
        }
    }
    let mut counted = Counted(file, 0);
    let hash = Hash::of_reader(&mut counted).map_err(|_| Error::Unreadable)?;
    Ok((hash, counted.1))
}

impl Journal {
    /// The receipt of a delivery, as it can be shown to others.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub fn receipt(&self, delivery: &str) -> Result<String, Error> {
        let receipt = self
            .deliveries
            .get(delivery)
            .and_then(|d| d.receipt.as_ref());
        let receipt = receipt.ok_or(Error::NotFound)?;
        Ok(serde_json::to_string(receipt).map_err(chronicle_vault::Error::from)?)
    }
}
