//! Text that could not be kept before the vault was locked: sealed in memory, and put back after unlocking.

use crate::view::HeldView;
use crate::{Error, Journal};
use chronicle_report::Draft;
use chronicle_vault::{Error as VaultError, Sealer};
use zeroize::Zeroizing;

/// A draft that only this journal opens again. It lives in memory alone.
pub struct Held(Vec<u8>);

impl Held {
    /// As it is handed from one image of the process to the next.
    #[must_use]
    pub fn sealed(&self) -> &[u8] {
        &self.0
    }

    /// What [`Self::sealed`] gave before. Whether it is whole is seen when it is put back.
    #[must_use]
    pub fn from_sealed(sealed: Vec<u8>) -> Self {
        Self(sealed)
    }
}

/// Seals a draft, also while the journal is locked or busy.
///
/// # Errors
/// Those of the vault.
pub fn hold(sealer: &Sealer, id: Option<String>, draft: Draft) -> Result<Held, Error> {
    let view = HeldView { id, draft };
    let text = Zeroizing::new(serde_json::to_vec(&view).map_err(VaultError::from)?);
    Ok(Held(sealer.seal(&text)?))
}

impl Journal {
    /// What seals drafts for this journal.
    ///
    /// # Errors
    /// Those of the vault.
    pub fn sealer(&self) -> Result<Sealer, Error> {
        Ok(self.vault.sealer()?)
    }

    /// Opens what was held.
    ///
    /// # Errors
    /// Those of the vault, for a draft of another journal.
    pub fn put_back(&self, held: &Held) -> Result<HeldView, Error> {
        let text = self.vault.unseal(&held.0)?;
        Ok(serde_json::from_slice(&text).map_err(VaultError::from)?)
    }
}
