//! The reporter's use cases: an incident is written, evidence taken in, an organisation joined, a report reviewed,
//! sealed and carried. The window and the command line call the same functions and print the same [`view`] types. This
//! room owns the open vault; it waits for no network, and the time is always an argument.

mod attach;
mod copies;
mod error;
mod events;
mod find;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod hand;
mod held;
mod incidents;
mod invitations;
mod listing;
mod locked;
mod messages;
mod organisations;
mod outbox;
mod preview;
mod receipt;
mod send;
mod travel;
mod trust;
pub mod view;

pub use attach::{MAX_ITEM, MAX_ITEMS, MAX_REPORT, TakenIn, take_in};
pub use error::Error;
pub use hand::{MAX_RETURNED, SealedFile};
pub use held::{Held, hold};
pub use invitations::complete;
pub use locked::{Errands, LockedOutbox};
pub use messages::{JournalInbox, Taken};
pub use outbox::{JournalOutbox, Shared};
pub use receipt::verify_receipt;
pub use send::{Prepared, SealedReport};

use chronicle_passphrase::Passphrase;
use chronicle_vault::secrecy::SecretString;
use chronicle_vault::{
    Entry, Error as VaultError, Event, Finding, Keys, Unlocked, Vault, VaultKind,
};
use chronicle_wire::Hash;
use events::{Came, Delivery, Incident, Item, Joined, KeptInvitation};
use listing::Listing;
use std::collections::BTreeMap;
use std::path::Path;

/// An open journal. Dropping it locks it.
pub struct Journal {
    vault: Vault,
    organisations: BTreeMap<Hash, Joined>,
    deliveries: BTreeMap<String, Delivery>,
    invitations: BTreeMap<String, KeptInvitation>,
    came: BTreeMap<(Hash, String), Came>,
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
        Self::made(Vault::create(
            folder,
            VaultKind::Journal,
            secret(passphrase),
        )?)
    }

    /// As [`Self::create`], with a work factor for tests.
    ///
    /// # Errors
    /// Those of the vault.
    #[doc(hidden)]
    pub fn create_with(folder: &Path, passphrase: &Passphrase, log_n: u8) -> Result<Self, Error> {
        Self::made(Vault::create_with(
            folder,
            VaultKind::Journal,
            secret(passphrase),
            log_n,
        )?)
    }

    /// Opens the journal in `folder`. Takes about a second and 256 MiB.
    ///
    /// # Errors
    /// Those of the vault; [`Error::OtherKind`] for a desk.
    pub fn unlock(folder: &Path, passphrase: &Passphrase) -> Result<Self, Error> {
        Self::with_keys(Vault::keys(folder, secret(passphrase))?, &mut |_| {})
    }

    /// Opens the journal whose keys were opened elsewhere. `progress` is told how many records were read; none are where a
    /// snapshot fits.
    ///
    /// # Errors
    /// Those of the vault; [`Error::OtherKind`] for a desk.
    pub fn with_keys(keys: Keys, progress: &mut dyn FnMut(u64)) -> Result<Self, Error> {
        let Unlocked {
            vault, findings, ..
        } = keys.open_with(&Listing, progress).map_err(|e| match e {
            VaultError::OtherKind => Error::OtherKind,
            other => other.into(),
        })?;
        let mut journal = Self::over(vault);
        journal.findings = findings;
        for kind in [Incident::KIND, Item::KIND].iter().chain(&HELD) {
            let not_understood = journal.vault.without_id(kind)?;
            let told = not_understood.into_iter().map(Finding::Unreadable);
            journal.findings.extend(told);
        }
        for kind in HELD {
            for seq in journal.vault.of_kind(kind)? {
                match journal.vault.entry(seq) {
                    Ok(entry) => journal.apply(&entry),
                    Err(VaultError::Record) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(journal)
    }

    /// What unlocking found that is not as it should be.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    fn made(mut vault: Vault) -> Result<Self, Error> {
        vault.begin_index(&Listing)?;
        Ok(Self::over(vault))
    }

    fn over(vault: Vault) -> Self {
        Self {
            vault,
            organisations: BTreeMap::new(),
            deliveries: BTreeMap::new(),
            invitations: BTreeMap::new(),
            came: BTreeMap::new(),
            drawn: BTreeMap::new(),
            findings: Vec::new(),
        }
    }

    /// The vault, for what is the same for a desk: checking it, copying it, changing its keys.
    pub fn vault(&mut self) -> &mut Vault {
        &mut self.vault
    }

    fn apply(&mut self, entry: &Entry) {
        let Entry {
            seq, kind, body, ..
        } = entry;
        match kind.as_str() {
            Joined::KIND => {
                if let Some(joined) = Joined::read(*seq, body) {
                    self.organisations.insert(joined.id, joined);
                }
            }
            KeptInvitation::KIND => {
                if let Some(kept) = KeptInvitation::read(*seq, body) {
                    self.invitations.insert(kept.id.clone(), kept);
                }
            }
            Came::KIND => {
                if let Some(came) = Came::read(*seq, body) {
                    self.came.insert((came.organisation, came.id.clone()), came);
                }
            }
            _ => {
                if let Some(delivery) = Delivery::read(*seq, body) {
                    self.deliveries.insert(delivery.id.clone(), delivery);
                }
            }
        }
    }
}

// Kinds of which every record is held in memory while the journal is open.
const HELD: [&str; 4] = [
    Joined::KIND,
    Delivery::KIND,
    KeptInvitation::KIND,
    Came::KIND,
];

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
