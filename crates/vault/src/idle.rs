//! After how long without anybody at it an open vault is to be locked. It is kept in the vault, since nothing is kept
//! anywhere else; whoever holds the vault open counts the minutes.

use crate::store::Vault;
use crate::{Error, rows::Entry};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The minutes that can be chosen, the default among them.
pub const LOCK_AFTER: [u32; 4] = [1, 5, 15, 60];
/// What counts until something else is chosen.
pub const LOCK_AFTER_DEFAULT: u32 = 5;

#[derive(Serialize, Deserialize)]
struct Body {
    minutes: u32,
}

impl Vault {
    /// After how many idle minutes this vault is to be locked: one of [`LOCK_AFTER`].
    #[must_use]
    pub fn lock_after(&self) -> u32 {
        self.idle.map_or(LOCK_AFTER_DEFAULT, |(_, minutes)| minutes)
    }

    /// Chooses the minutes.
    ///
    /// # Errors
    /// [`Error::Internal`] for a number that is none of [`LOCK_AFTER`]; those of the disk.
    pub fn set_lock_after(&mut self, minutes: u32, at: Timestamp) -> Result<(), Error> {
        if !LOCK_AFTER.contains(&minutes) {
            return Err(Error::Internal);
        }
        let before = self.idle.map(|(seq, _)| seq);
        let seq = self.commit(at, |c| {
            before.map_or(Ok(()), |seq| c.remove(seq))?;
            c.append(IDLE, &Body { minutes })
        })?;
        self.idle = Some((seq, minutes));
        Ok(())
    }

    /// Takes in the record. A number from elsewhere counts as the default: it never means "not at all".
    pub(crate) fn take_idle(&mut self, entry: &Entry) {
        self.idle = Some((entry.seq, minutes(&entry.body)));
    }
}

pub(crate) fn minutes(body: &serde_json::Value) -> u32 {
    let chosen = Body::deserialize(body).ok().map(|b| b.minutes);
    chosen
        .filter(|m| LOCK_AFTER.contains(m))
        .unwrap_or(LOCK_AFTER_DEFAULT)
}

/// The kind of its record.
pub(crate) const IDLE: &str = "vault.idle";
