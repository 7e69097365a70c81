//! The printed sheet: a second way in, by a code that a person keeps on paper.

use crate::change::copy;
use crate::ring::KeyFile;
use crate::store::Vault;
use crate::{Error, LOG_N, disk};
use age::secrecy::SecretString;
use age::x25519;

impl Vault {
    /// Makes the sheet with this `code` the valid one; an earlier sheet opens nothing any more. Call it when the person has
    /// shown that the code is on paper: nothing keeps it. Takes about two seconds.
    ///
    /// # Errors
    /// Those of the disk; the earlier sheet stays valid then, or both are.
    pub fn keep_sheet(&mut self, code: SecretString) -> Result<(), Error> {
        self.keep_sheet_with(code, LOG_N)
    }

    /// As [`Self::keep_sheet`], with a work factor of its own; for tests and campaigns, no binary calls it.
    ///
    /// # Errors
    /// As [`Self::keep_sheet`].
    #[doc(hidden)]
    pub fn keep_sheet_with(&mut self, code: SecretString, log_n: u8) -> Result<(), Error> {
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
        }
        written
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
}
