//! The printed sheet: a second way in, by a code that a person keeps on paper.

use crate::change::copy;
use crate::ring::KeyFile;
use crate::rows::Entry;
use crate::store::Vault;
use crate::{Error, LOG_N, disk};
use age::secrecy::SecretString;
use age::x25519;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// When the sheet was made, and which one: one that a cut left without its own day must not take over another's.
pub(crate) struct SheetMade {
    seq: u64,
    at: Timestamp,
    recipient: String,
}

#[derive(Serialize, Deserialize)]
struct Body {
    recipient: String,
}

impl Vault {
    /// Makes the sheet with this `code` the valid one; an earlier sheet opens nothing any more. Call it when the person has
    /// shown that the code is on paper: nothing keeps it. Takes about two seconds.
    ///
    /// # Errors
    /// Those of the disk; the earlier sheet stays valid then, or both are.
    pub fn keep_sheet(&mut self, code: SecretString, at: Timestamp) -> Result<(), Error> {
        self.keep_sheet_with(code, at, LOG_N)
    }

    /// As [`Self::keep_sheet`], with a work factor of its own; for tests and campaigns, no binary calls it.
    ///
    /// # Errors
    /// As [`Self::keep_sheet`].
    #[doc(hidden)]
    pub fn keep_sheet_with(
        &mut self,
        code: SecretString,
        at: Timestamp,
        log_n: u8,
    ) -> Result<(), Error> {
        let recovery = x25519::Identity::generate();
        let recipient = recovery.to_public();
        let sealed = KeyFile::Recovery.seal(copy(&code), log_n, &recovery)?;
        // To both sheets first, then the file, then to the new one alone: whatever is cut, one of them opens.
        self.ring.write(&self.folder, &[&recipient])?;
        disk::replace(&self.folder, KeyFile::Recovery.name(), &sealed)?;
        let opened = KeyFile::Recovery.open(&self.folder, code)?;
        if opened.to_public() != recipient {
            return Err(Error::KeyFile);
        }
        let before = self.ring.recovery().cloned();
        self.ring.set_recovery(Some(recipient));
        let written = self.ring.write(&self.folder, &[]);
        if written.is_err() {
            self.ring.set_recovery(before);
            return written;
        }
        // The sheet is valid, whatever becomes of its day.
        let _ = self.note_sheet(at);
        Ok(())
    }

    /// Makes the sheet invalid: the code on it opens nothing any more.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn forget_sheet(&mut self) -> Result<(), Error> {
        let before = self.ring.recovery().cloned();
        self.ring.set_recovery(None);
        if let Err(error) = self.ring.write(&self.folder, &[]) {
            self.ring.set_recovery(before);
            return Err(error);
        }
        disk::remove(&self.folder.join(KeyFile::Recovery.name()))?;
        disk::sync_folder(&self.folder)
    }

    /// Whether there is a valid sheet.
    #[must_use]
    pub fn has_sheet(&self) -> bool {
        self.ring.recovery().is_some() && self.folder.join(KeyFile::Recovery.name()).exists()
    }

    /// When the valid sheet was made, by the device's clock; `None` also where that was not kept.
    #[must_use]
    pub fn sheet_made(&self) -> Option<Timestamp> {
        let valid = self.ring.recovery()?.to_string();
        self.sheet
            .as_ref()
            .filter(|made| made.recipient == valid && self.has_sheet())
            .map(|made| made.at)
    }

    fn note_sheet(&mut self, at: Timestamp) -> Result<(), Error> {
        let before = self.sheet.as_ref().map(|made| made.seq);
        let recipient = self.ring.recovery().map(x25519::Recipient::to_string);
        let recipient = recipient.unwrap_or_default();
        let body = Body { recipient };
        let seq = self.commit(at, |c| {
            before.map_or(Ok(()), |seq| c.remove(seq))?;
            c.append(SHEET, &body)
        })?;
        let recipient = body.recipient;
        self.sheet = Some(SheetMade { seq, at, recipient });
        Ok(())
    }

    /// Takes in the record.
    pub(crate) fn take_sheet(&mut self, entry: Entry) {
        let body: Option<Body> = serde_json::from_value(entry.body).ok();
        self.sheet = Some(SheetMade {
            seq: entry.seq,
            at: entry.at,
            recipient: body.map(|b| b.recipient).unwrap_or_default(),
        });
    }
}

/// The kind of its record.
pub(crate) const SHEET: &str = "vault.sheet";
