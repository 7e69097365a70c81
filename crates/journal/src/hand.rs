//! By hand: a sealed report leaves on a stick, and what was signed for it comes back the same way. What comes back is
//! verified as what comes over the line is; what it does not prove is not shown.

use crate::events::Delivery;
use crate::messages::Taken;
use crate::organisations::profile_of;
use crate::trust::must_not_go;
use crate::view::{Returned, ReturnedView};
use crate::{Error, Journal};
use chronicle_vault::Error as VaultError;
use chronicle_wire::organisation::TrustError;
use chronicle_wire::{Hash, SignedDocument, StoredReceipt, size};
use jiff::Zoned;
use std::io::Read;

/// A sealed report, to be written somewhere.
pub struct SealedFile {
    /// What the file is called: the beginning of its hash, which says nothing to whoever finds it.
    pub name: String,
    /// Bytes of it.
    pub size: u64,
    /// Its content.
    pub content: std::fs::File,
}

impl Journal {
    /// A sealed report that is to go by hand. It stays here too, and goes on waiting until a receipt comes back.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::SealedGone`] when it was opened and is not kept any more, [`Error::MustNotGo`], and those
    /// of the vault.
    pub fn sealed_file(&self, delivery: &str) -> Result<SealedFile, Error> {
        let delivery = self.deliveries.get(delivery).ok_or(Error::NotFound)?;
        let joined = self.organisations.get(&delivery.organisation);
        let profile = profile_of(joined.ok_or(Error::NoOrganisation)?)?;
        if let Some(reason) = must_not_go(&delivery.sealed_to, &profile) {
            return Err(Error::MustNotGo(reason));
        }
        let raw = delivery.bundle.here().ok_or(Error::SealedGone)?;
        let sha256 = Hash::parse(delivery.bundle.sha256()).ok_or(VaultError::Internal)?;
        Ok(SealedFile {
            name: sha256.file_name(),
            size: delivery.bundle.size(),
            content: self.vault.open_raw(raw)?,
        })
    }

    /// Takes in what came back: an endpoint's receipt, or a sealed message. It is read to at most [`MAX_RETURNED`] bytes.
    ///
    /// # Errors
    /// [`Error::Returned`] when it is none, or counts for no report here; [`Error::Unreadable`], and those of the vault.
    pub fn take_back(&mut self, source: &mut dyn Read, now: &Zoned) -> Result<ReturnedView, Error> {
        let mut bytes = Vec::new();
        let most = MAX_RETURNED + 1;
        Read::take(source, most)
            .read_to_end(&mut bytes)
            .map_err(|_| Error::Unreadable)?;
        if bytes.len() as u64 > MAX_RETURNED {
            return Err(Error::Returned(NOTHING));
        }
        match serde_json::from_slice::<SignedDocument>(&bytes) {
            Ok(receipt) => self.take_receipt(&receipt, now),
            Err(_) => self.take_sealed(&bytes, now),
        }
    }

    fn take_receipt(
        &mut self,
        receipt: &SignedDocument,
        now: &Zoned,
    ) -> Result<ReturnedView, Error> {
        let mut why = NOTHING;
        let mut meant = None;
        for delivery in self.deliveries.values() {
            match self.counts_for(receipt, delivery, now) {
                Ok(day) => meant = Some((delivery.id.clone(), day)),
                Err(TrustError::ReceiptDay) => why = "receipt-day",
                Err(_) => {}
            }
        }
        let (id, day) = meant.ok_or(Error::Returned(why))?;
        let known = self.deliveries.get(&id).ok_or(Error::NotFound)?;
        if known.receipt.is_some() {
            return Ok(view(known, Returned::Known));
        }
        self.change_delivery(&id, now, |d| {
            (d.receipt, d.day) = (Some(receipt.clone()), Some(day));
            (d.stopped, d.trouble) = (None, None);
            // Where it was lost before, it is asked for at the next visit.
            d.asked = None;
        })?;
        let stored = self.deliveries.get(&id).ok_or(Error::NotFound)?;
        Ok(view(stored, Returned::Stored))
    }

    fn counts_for(
        &self,
        receipt: &SignedDocument,
        delivery: &Delivery,
        now: &Zoned,
    ) -> Result<chronicle_wire::Day, TrustError> {
        let wrong = TrustError::Receipt;
        let joined = self
            .organisations
            .get(&delivery.organisation)
            .ok_or(wrong)?;
        let profile = profile_of(joined).map_err(|_| wrong)?;
        let sha256 = Hash::parse(delivery.bundle.sha256()).ok_or(wrong)?;
        let (size, sealed) = (delivery.bundle.size(), delivery.sealed_by(now));
        StoredReceipt::verify(receipt, &profile, sha256, size, sealed).map(|r| r.day)
    }

    fn take_sealed(&mut self, message: &[u8], now: &Zoned) -> Result<ReturnedView, Error> {
        let (sha256, mut why) = (Hash::of(message), NOTHING);
        let organisations: Vec<Hash> = self.organisations.keys().copied().collect();
        for organisation in organisations {
            let came = match self.take_message(organisation, sha256, message, now)? {
                Taken::Refused(reason) => {
                    why = match reason {
                        // No message, or one for somebody else, or by another organisation.
                        "message-size" | "message-header" | "message-not-for-us" => why,
                        "message-newer" => "returned-newer",
                        _ => "returned-refused",
                    };
                    continue;
                }
                Taken::Kept => Returned::Message,
                Taken::Again => Returned::Known,
            };
            let mut all = self.came.values();
            let lies = all.find(|c| c.organisation == organisation && c.sealed.contains(&sha256));
            let delivery = lies.and_then(|came| self.deliveries.get(&came.delivery));
            return Ok(view(delivery.ok_or(Error::NotFound)?, came));
        }
        Err(Error::Returned(why))
    }
}

fn view(delivery: &Delivery, came: Returned) -> ReturnedView {
    ReturnedView {
        came,
        delivery: delivery.id.clone(),
        incident: delivery.incident.clone(),
    }
}

/// The most that is read of what comes back, in bytes: a message has exactly as many, a receipt fewer.
pub const MAX_RETURNED: u64 = size::SMALLEST;

const NOTHING: &str = "returned-nothing";
