//! Changing keys. A new passphrase brings a new unlock identity, data identity and MAC key, so that the old passphrase
//! opens nothing that is written afterwards; the printed sheet stays valid. Each step is synced, and whatever is cut in
//! between leaves a vault that one of the two passphrases opens.

use crate::generation::Generation;
use crate::open::Keys;
use crate::ring::KeyFile;
use crate::sealed::read_small;
use crate::store::Vault;
use crate::{Error, LOG_N, disk, rows};
use age::secrecy::{ExposeSecret, SecretString};
use age::x25519;
use jiff::Timestamp;

/// A vault that the code of its sheet opened. It opens for good once a new passphrase is set.
pub struct Recovered(pub(crate) Keys);

impl Recovered {
    /// Sets a new passphrase. The sheet stays valid, the forgotten passphrase does not.
    ///
    /// # Errors
    /// As [`Vault::unlock`] and [`Vault::change_passphrase`]; the sheet opens the vault then as before.
    pub fn set_passphrase(self, passphrase: SecretString, at: Timestamp) -> Result<Keys, Error> {
        self.set_passphrase_with(passphrase, at, LOG_N)
    }

    /// As [`Self::set_passphrase`], with a work factor of its own; for tests and campaigns, no binary calls it.
    ///
    /// # Errors
    /// As [`Self::set_passphrase`].
    #[doc(hidden)]
    pub fn set_passphrase_with(
        self,
        passphrase: SecretString,
        at: Timestamp,
        log_n: u8,
    ) -> Result<Keys, Error> {
        let mut vault = self.0.open()?.vault;
        vault.change_with(passphrase, at, log_n)?;
        Ok(Keys {
            folder: vault.folder,
            lock: vault.lock,
            ring: vault.ring,
        })
    }
}

impl Vault {
    /// Changes the passphrase. Takes about two seconds: the new key file is opened once before the old keys go.
    ///
    /// What was written before can still be opened by whoever has an older copy and the old passphrase;
    /// [`crate::seal_again`] mends the copy that is here.
    ///
    /// # Errors
    /// Those of the disk. The old passphrase is valid then; on a disk that refuses even to put its file back, either may
    /// be, and whichever is opens everything.
    pub fn change_passphrase(
        &mut self,
        passphrase: SecretString,
        at: Timestamp,
    ) -> Result<(), Error> {
        self.change_with(passphrase, at, LOG_N)
    }

    /// Whether something that is here may still be sealed with keys of before a change of the passphrase:
    /// [`crate::seal_again`] mends that.
    #[must_use]
    pub fn has_older_keys(&self) -> bool {
        self.ring.generations().len() > 1
    }

    /// As [`Self::change_passphrase`], with a work factor of its own; for tests and campaigns, no binary calls it.
    ///
    /// # Errors
    /// As [`Self::change_passphrase`].
    #[doc(hidden)]
    pub fn change_with(
        &mut self,
        passphrase: SecretString,
        at: Timestamp,
        log_n: u8,
    ) -> Result<(), Error> {
        let unlock = x25519::Identity::generate();
        let key = KeyFile::Passphrase.seal(copy(&passphrase), log_n, &unlock)?;
        // From here on the new generation writes. Until the change is settled, the ring is sealed to both U and U'.
        self.begin_change(&[&unlock.to_public()], at)?;
        self.commit(at, |c| c.drop_snapshot().map(|_| ()))?;
        let name = KeyFile::Passphrase.name();
        let before = read_small(&self.folder, name);
        let written = disk::replace(&self.folder, name, &key);
        let opened = written.and_then(|()| KeyFile::Passphrase.open(&self.folder, passphrase));
        match opened {
            Ok(identity) if identity.to_public() == unlock.to_public() => {}
            other => {
                // It may be in place or not, and may not be durable: the one before is put back, and both stay good.
                if let Ok(before) = before {
                    let _ = disk::replace(&self.folder, name, &before);
                }
                return Err(other.err().unwrap_or(Error::KeyFile));
            }
        }
        self.ring.set_unlock(unlock.to_public());
        // The new passphrase is in force. What is left undone here, the next unlock does.
        let _ = self.settle();
        Ok(())
    }

    /// Ends a change of keys: the ring is sealed to its unlock identity and the sheet alone, and the newest generation
    /// vouches for the head.
    pub(crate) fn settle(&mut self) -> Result<(), Error> {
        self.sum_under_newest()?;
        self.commit(Timestamp::UNIX_EPOCH, |c| c.drop_snapshot().map(|_| ()))?;
        let (was, from) = (self.ring.newest()?.from, self.head.seq + 1);
        self.ring.settle(from);
        let written = self.ring.write(&self.folder, &[]);
        if written.is_err() {
            self.ring.settle(was);
            self.ring.changing = true;
        }
        written
    }

    fn begin_change(&mut self, also: &[&x25519::Recipient], at: Timestamp) -> Result<(), Error> {
        // Only what was compared with the head is vouched for by new keys.
        self.verify_all(at)?;
        let generation = Generation::draw(self.head.seq + 1)?;
        let was = self.ring.changing;
        self.ring.push(generation);
        self.ring.changing = true;
        if let Err(error) = self.ring.write(&self.folder, also) {
            // Whether or not it reached the disk: what the generation before writes counts until the change is settled.
            self.ring.drop_newest();
            self.ring.changing = was;
            return Err(error);
        }
        self.sum_under_newest()
    }

    fn sum_under_newest(&mut self) -> Result<(), Error> {
        let apart = &self.apart;
        self.head.sum = rows::sum_again(&self.db, &self.ring, |seq| !apart.contains(&seq))?;
        Ok(())
    }
}

pub(crate) fn copy(secret: &SecretString) -> SecretString {
    SecretString::from(secret.expose_secret().to_owned())
}
