//! The reporter's use cases: an incident is written, evidence taken in, an organisation joined, a report reviewed,
//! sealed and carried. The window and the command line call the same functions and print the same [`view`] types. This
//! room owns the open vault; it waits for no network, and the time is always an argument.

mod attach;
mod copies;
mod error;
mod events;
mod held;
mod incidents;
mod organisations;
mod outbox;
mod preview;
mod send;
pub mod view;

pub use attach::{MAX_ITEM, MAX_ITEMS, MAX_REPORT, TakenIn, take_in};
pub use error::Error;
pub use held::{Held, hold};
pub use outbox::{JournalOutbox, Shared};
pub use send::{Prepared, SealedReport};

use chronicle_passphrase::Passphrase;
use chronicle_vault::secrecy::SecretString;
use chronicle_vault::{Entry, Event, Finding, Unlocked, Vault, VaultKind};
use chronicle_wire::Hash;
use events::{Delivery, Incident, Item, Joined};
use std::collections::BTreeMap;
use std::path::Path;

/// An open journal. Dropping it locks it.
pub struct Journal {
    vault: Vault,
    incidents: BTreeMap<String, Incident>,
    items: BTreeMap<String, Item>,
    organisations: BTreeMap<Hash, Joined>,
    deliveries: BTreeMap<String, Delivery>,
    /// Ids of reports that were looked at and not sent yet: kept so that what is sent is what was shown.
    drawn: BTreeMap<(String, Hash), String>,
    findings: Vec<Finding>,
}

impl Journal {
    /// Makes a journal in `folder`.
    ///
    /// # Errors
    /// Those of the vault.
    pub fn create(folder: &Path, passphrase: &Passphrase) -> Result<Self, Error> {
        Ok(Self::over(Vault::create(
            folder,
            VaultKind::Journal,
            secret(passphrase),
        )?))
    }

    /// As [`Self::create`], with a work factor for tests.
    ///
    /// # Errors
    /// Those of the vault.
    #[doc(hidden)]
    pub fn create_with(folder: &Path, passphrase: &Passphrase, log_n: u8) -> Result<Self, Error> {
        Ok(Self::over(Vault::create_with(
            folder,
            VaultKind::Journal,
            secret(passphrase),
            log_n,
        )?))
    }

    /// Opens the journal in `folder`. Takes about a second and 256 MiB.
    ///
    /// # Errors
    /// Those of the vault; [`Error::OtherKind`] for a desk.
    pub fn unlock(folder: &Path, passphrase: &Passphrase) -> Result<Self, Error> {
        Self::from_unlocked(Vault::unlock(folder, secret(passphrase))?)
    }

    /// Takes over a vault that was unlocked elsewhere.
    ///
    /// # Errors
    /// [`Error::OtherKind`] for a desk.
    pub fn from_unlocked(unlocked: Unlocked) -> Result<Self, Error> {
        let Unlocked {
            vault,
            entries,
            findings,
        } = unlocked;
        if vault.kind() != VaultKind::Journal {
            return Err(Error::OtherKind);
        }
        let mut journal = Self::over(vault);
        journal.findings = findings;
        for entry in entries {
            journal.apply(entry);
        }
        Ok(journal)
    }

    /// What unlocking found that is not as it should be.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    fn over(vault: Vault) -> Self {
        Self {
            vault,
            incidents: BTreeMap::new(),
            items: BTreeMap::new(),
            organisations: BTreeMap::new(),
            deliveries: BTreeMap::new(),
            drawn: BTreeMap::new(),
            findings: Vec::new(),
        }
    }

    // An event of a newer version is kept in the vault and passed over here.
    fn apply(&mut self, entry: Entry) {
        let Entry {
            seq, kind, body, ..
        } = entry;
        let understood = match kind.as_str() {
            Incident::KIND => Incident::read(seq, body).map(|incident| {
                self.incidents.insert(incident.id.clone(), incident);
            }),
            Item::KIND => Item::read(seq, body).map(|item| {
                self.items.insert(item.id.clone(), item);
            }),
            Joined::KIND => Joined::read(seq, body).map(|joined| {
                self.organisations.insert(joined.id, joined);
            }),
            Delivery::KIND => Delivery::read(seq, body).map(|delivery| {
                self.deliveries.insert(delivery.id.clone(), delivery);
            }),
            _ => Some(()),
        };
        if understood.is_none() {
            self.findings.push(Finding::Unreadable(seq));
        }
    }
}

/// The passphrase as the vault takes it.
#[must_use]
pub fn secret(passphrase: &Passphrase) -> SecretString {
    SecretString::from(passphrase.expose().to_owned())
}

pub(crate) fn random_id() -> Result<String, Error> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(|_| chronicle_vault::Error::Internal)?;
    Ok(hex::encode(bytes))
}

#[cfg(test)]
mod tests;
