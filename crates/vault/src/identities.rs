//! An organisation's identities, each an age file of its own (desk only). A record of the vault tells the hash of what stands
//! under a name, so that one that is missing or has changed places is named, and never used for another.

use crate::again::names;
use crate::rows::{Entry, Finding};
use crate::sealed::seal_to;
use crate::store::{IDENTITIES, Vault};
use crate::{Commit, Error, blob, disk};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::PathBuf;
use zeroize::Zeroizing;

/// An identity file that was written, for [`Commit::name_identity`].
#[derive(Clone, Serialize, Deserialize)]
pub struct NewIdentity {
    #[serde(rename = "identity")]
    name: String,
    sha256: String,
}

impl NewIdentity {
    /// Its name, by which [`Vault::identity`] opens it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Vault {
    /// Keeps an organisation's identity file as an age file of its own. It is vouched for once a commit named it.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn keep_identity(&self, plaintext: &[u8]) -> Result<NewIdentity, Error> {
        let folder = self.folder.join(IDENTITIES);
        disk::make_folder(&folder)?;
        disk::sync_folder(&self.folder)?;
        let name = disk::random_name()?;
        let sealed = seal_to(&[self.ring.newest()?.recipient()], plaintext)?;
        disk::replace(&folder, &format!("{name}.age"), &sealed)?;
        let sha256 = hash(plaintext);
        Ok(NewIdentity { name, sha256 })
    }

    /// Removes an identity file that no commit named.
    ///
    /// # Errors
    /// Those of the disk; also while it is not known whether a record names it.
    pub fn discard_identity(&self, identity: &NewIdentity) -> Result<(), Error> {
        if self.unsure || self.identities.contains_key(&identity.name) {
            return Err(Error::Io(std::io::ErrorKind::Other));
        }
        disk::remove(&self.path(&identity.name)?)?;
        disk::sync_folder(&self.folder.join(IDENTITIES))
    }

    /// Forgets an identity for good, with what `change` says of it: its record goes in the same transaction, and then its
    /// file. What is sealed to nobody else opens never again.
    ///
    /// # Errors
    /// Those of `change` and of the disk. When the file cannot be removed, the record is gone already:
    /// [`Self::end_forgotten`] tries again.
    pub fn forget_identity<T>(
        &mut self,
        name: &str,
        at: Timestamp,
        change: impl FnOnce(&mut Commit<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut vouching = Vec::new();
        for seq in self.of_kind(IDENTITY)? {
            let entry = self.entry(seq)?;
            if NewIdentity::deserialize(&entry.body).is_ok_and(|one| one.name == name) {
                vouching.push(seq);
            }
        }
        let done = self.commit(at, |c| {
            vouching.iter().try_for_each(|seq| c.remove(*seq))?;
            change(c)
        })?;
        self.identities.remove(name);
        self.end_forgotten(name)?;
        Ok(done)
    }

    /// Removes the file of an identity that was forgotten, if it is still there.
    ///
    /// # Errors
    /// Those of the disk; [`Error::KeyFile`] for one that a record names.
    pub fn end_forgotten(&self, name: &str) -> Result<(), Error> {
        let path = self.path(name)?;
        if self.unsure || self.identities.contains_key(name) {
            return Err(Error::KeyFile);
        }
        if !path.exists() {
            return Ok(());
        }
        disk::remove(&path)?;
        disk::sync_folder(&self.folder.join(IDENTITIES))
    }

    /// Opens an identity that [`Self::keep_identity`] kept.
    ///
    /// # Errors
    /// [`Error::KeyFile`] when it is missing, does not open, or is another one than was kept under this name.
    pub fn identity(&self, name: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
        let sealed = std::fs::read(self.path(name)?).map_err(|_| Error::KeyFile)?;
        let text = self.unseal(&sealed)?;
        match self.identities.get(name) {
            Some(kept) if *kept != hash(&text) => Err(Error::KeyFile),
            _ => Ok(text),
        }
    }

    /// Takes in the record of one.
    pub(crate) fn take_identity(&mut self, entry: &Entry) {
        if let Ok(identity) = NewIdentity::deserialize(&entry.body) {
            self.vouch(identity);
        }
    }

    /// From now on only what has this hash is taken for it.
    pub(crate) fn vouch(&mut self, NewIdentity { name, sha256 }: NewIdentity) {
        self.identities.insert(name, sha256);
    }

    /// Those that are missing, do not open, or are not what was kept under their name.
    pub(crate) fn check_identities(&self, findings: &mut Vec<Finding>) -> Result<(), Error> {
        let mut all = names(&self.folder.join(IDENTITIES))?;
        all.extend(self.identities.keys().map(|name| format!("{name}.age")));
        all.sort();
        all.dedup();
        for file in all {
            let name = file.trim_end_matches(".age");
            if self.identity(name).is_err() {
                findings.push(Finding::Identity(file));
            }
        }
        Ok(())
    }

    fn path(&self, name: &str) -> Result<PathBuf, Error> {
        let path = blob::path_of(&self.folder.join(IDENTITIES), name);
        Ok(path.map_err(|_| Error::KeyFile)?.with_extension("age"))
    }
}

impl Commit<'_> {
    /// Vouches for an identity that was written.
    ///
    /// # Errors
    /// As [`Self::append`].
    pub fn name_identity(&mut self, identity: &NewIdentity) -> Result<(), Error> {
        self.append(IDENTITY, identity)?;
        self.done.identities.push(identity.clone());
        Ok(())
    }
}

fn hash(text: &[u8]) -> String {
    hex::encode(Sha256::digest(text))
}

/// The kind of its record.
pub(crate) const IDENTITY: &str = "vault.identity";
