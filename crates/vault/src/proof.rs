//! Whether a secret is this vault's, asked while the vault is open: who finds a window unlocked does not change its keys.

use crate::Error;
use crate::ring::KeyFile;
use crate::store::Vault;
use age::secrecy::SecretString;
use age::x25519;
use std::path::PathBuf;

/// What a secret is tried on. It needs no open vault: the work factor takes a second, and others go on meanwhile.
pub struct Proof {
    folder: PathBuf,
    file: KeyFile,
    expected: x25519::Recipient,
}

impl Vault {
    /// For the passphrase.
    #[must_use]
    pub fn passphrase_proof(&self) -> Proof {
        self.proof(KeyFile::Passphrase, self.ring.unlock())
    }

    /// For the code of the sheet.
    ///
    /// # Errors
    /// [`Error::NoSheet`].
    pub fn sheet_proof(&self) -> Result<Proof, Error> {
        let recovery = self.ring.recovery().filter(|_| self.has_sheet());
        Ok(self.proof(KeyFile::Recovery, recovery.ok_or(Error::NoSheet)?))
    }

    fn proof(&self, file: KeyFile, expected: &x25519::Recipient) -> Proof {
        Proof {
            folder: self.folder.clone(),
            file,
            expected: expected.clone(),
        }
    }
}

impl Proof {
    /// Tries a secret. Takes about a second and 256 MiB.
    ///
    /// # Errors
    /// [`Error::WrongPassphrase`] or [`Error::WrongCode`], also for a key file that is not the one of the open vault;
    /// [`Error::KeyFile`], and those of the disk.
    pub fn try_secret(self, secret: SecretString) -> Result<(), Error> {
        let opened = self.file.open(&self.folder, secret)?;
        if opened.to_public() == self.expected {
            Ok(())
        } else {
            Err(self.file.wrong_secret())
        }
    }
}
