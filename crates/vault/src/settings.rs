//! What its owner chose about the vault as such. It is kept in the vault, since nothing is kept anywhere else; whoever
//! holds the vault open acts on it.

use crate::store::Vault;
use crate::{Error, rows::Entry};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The minutes that can be chosen, the default among them.
pub const LOCK_AFTER: [u32; 4] = [1, 5, 15, 60];
/// What counts until something else is chosen.
pub const LOCK_AFTER_DEFAULT: u32 = 5;

/// What was chosen, each with the number of its record.
#[derive(Default)]
pub(crate) struct Settings {
    idle: Option<(u64, u32)>,
    listed: Option<(u64, bool)>,
}

#[derive(Serialize, Deserialize)]
struct Idle {
    minutes: u32,
}

#[derive(Serialize, Deserialize)]
struct Listed {
    listed: bool,
}

impl Vault {
    /// After how many idle minutes this vault is to be locked: one of [`LOCK_AFTER`].
    #[must_use]
    pub fn lock_after(&self) -> u32 {
        self.settings
            .idle
            .map_or(LOCK_AFTER_DEFAULT, |(_, minutes)| minutes)
    }

    /// Chooses the minutes.
    ///
    /// # Errors
    /// [`Error::Internal`] for a number that is none of [`LOCK_AFTER`]; those of the disk.
    pub fn set_lock_after(&mut self, minutes: u32, at: Timestamp) -> Result<(), Error> {
        if !LOCK_AFTER.contains(&minutes) {
            return Err(Error::Internal);
        }
        let before = self.settings.idle.map(|(seq, _)| seq);
        let seq = self.replace(before.as_slice(), IDLE, &Idle { minutes }, at)?;
        self.settings.idle = Some((seq, minutes));
        Ok(())
    }

    /// Whether a computer on which this vault is opened may keep its folder in a list of those that were opened there.
    #[must_use]
    pub fn listed(&self) -> bool {
        self.settings.listed.is_none_or(|(_, listed)| listed)
    }

    /// Chooses that.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn set_listed(&mut self, listed: bool, at: Timestamp) -> Result<(), Error> {
        let before = self.settings.listed.map(|(seq, _)| seq);
        let seq = self.replace(before.as_slice(), LISTED, &Listed { listed }, at)?;
        self.settings.listed = Some((seq, listed));
        Ok(())
    }

    /// What was chosen about something that a room above keeps as one record of `kind`; `None` where nothing was.
    ///
    /// # Errors
    /// [`Error::Record`] for one that cannot be read; those of the disk.
    pub fn chosen(&self, kind: &str) -> Result<Option<serde_json::Value>, Error> {
        let newest = self.of_kind(kind)?.pop();
        newest
            .map(|seq| Ok(self.entry(seq)?.body.clone()))
            .transpose()
    }

    /// Chooses it: the record takes the place of every one of its kind.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn choose(
        &mut self,
        kind: &str,
        body: &impl Serialize,
        at: Timestamp,
    ) -> Result<(), Error> {
        let before = self.of_kind(kind)?;
        self.replace(&before, kind, body, at).map(drop)
    }

    /// Takes in the record of a setting. Minutes from elsewhere count as the default, never as "not at all"; whatever else
    /// a list is told counts as "no".
    pub(crate) fn take_setting(&mut self, entry: &Entry) {
        if entry.kind == IDLE {
            self.settings.idle = Some((entry.seq, minutes(&entry.body)));
        } else {
            self.settings.listed = Some((entry.seq, listed(&entry.body)));
        }
    }

    fn replace(
        &mut self,
        before: &[u64],
        kind: &str,
        body: &impl Serialize,
        at: Timestamp,
    ) -> Result<u64, Error> {
        self.commit(at, |c| {
            before.iter().try_for_each(|seq| c.remove(*seq))?;
            c.append(kind, body)
        })
    }
}

pub(crate) fn minutes(body: &serde_json::Value) -> u32 {
    let chosen = Idle::deserialize(body).ok().map(|b| b.minutes);
    chosen
        .filter(|m| LOCK_AFTER.contains(m))
        .unwrap_or(LOCK_AFTER_DEFAULT)
}

pub(crate) fn listed(body: &serde_json::Value) -> bool {
    Listed::deserialize(body).is_ok_and(|b| b.listed)
}

/// The kinds of their records.
pub(crate) const IDLE: &str = "vault.idle";
pub(crate) const LISTED: &str = "vault.listed";
