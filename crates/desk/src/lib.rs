//! The caseworker's use cases: an organisation is founded, people are invited, bundles are fetched, verified and opened,
//! reports and evidence looked at and saved. The window and the command line call the same functions and print the same
//! [`view`] types. This room owns the open vault; reading waits for no network, and the time is always an argument.

mod answers;
mod code;
mod error;
mod events;
mod find;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod invite;
mod listing;
mod ours;
mod passing;
mod people;
mod receive;
mod reports;
mod senders;
pub mod view;

pub use error::Error;
pub use invite::connect;
pub use ours::{Founding, Medium, RootDraft, new_root_key, sign_root};
pub use passing::Onward;
pub use receive::{Shared, fetch, take};
pub use reports::{Saved, write_new};

use chronicle_passphrase::Passphrase;
use chronicle_sync::Travel;
use chronicle_vault::secrecy::SecretString;
use chronicle_vault::{
    Entry, Error as VaultError, Event, Finding, Keys, Unlocked, Vault, VaultKind,
};
use chronicle_wire::Hash;
use events::{
    Asking, Connecting, Connection, Drafted, Founded, Granted, Invited, Marked, Posting,
    Quarantined, Received, SetBack,
};
use jiff::Zoned;
use listing::Listing;
use std::collections::BTreeMap;
use std::path::Path;

/// An open desk. Dropping it locks it.
pub struct Desk {
    vault: Vault,
    founded: Option<Founded>,
    asking: Option<Asking>,
    drafted: Option<Drafted>,
    connecting: Option<Connecting>,
    connection: Option<Connection>,
    quarantine: BTreeMap<String, Quarantined>,
    invited: BTreeMap<u64, Invited>,
    granted: BTreeMap<Hash, Granted>,
    marked: BTreeMap<String, Marked>,
    postings: BTreeMap<String, Posting>,
    set_backs: Vec<SetBack>,
    findings: Vec<Finding>,
}

impl Desk {
    /// Makes a desk in `folder`.
    ///
    /// # Errors
    /// Those of the vault.
    pub fn create(folder: &Path, passphrase: &Passphrase) -> Result<Self, Error> {
        Self::made(Vault::create(folder, VaultKind::Desk, secret(passphrase))?)
    }

    /// As [`Self::create`], with a work factor for tests.
    ///
    /// # Errors
    /// Those of the vault.
    #[doc(hidden)]
    pub fn create_with(folder: &Path, passphrase: &Passphrase, log_n: u8) -> Result<Self, Error> {
        Self::made(Vault::create_with(
            folder,
            VaultKind::Desk,
            secret(passphrase),
            log_n,
        )?)
    }

    /// Opens the desk in `folder`. Takes about a second and 256 MiB.
    ///
    /// # Errors
    /// Those of the vault; [`Error::OtherKind`] for a journal.
    pub fn unlock(folder: &Path, passphrase: &Passphrase) -> Result<Self, Error> {
        Self::with_keys(Vault::keys(folder, secret(passphrase))?, &mut |_| {})
    }

    /// Opens the desk whose keys were opened elsewhere. `progress` is told how many records were read; none are where a
    /// snapshot fits.
    ///
    /// # Errors
    /// Those of the vault; [`Error::OtherKind`] for a journal.
    pub fn with_keys(keys: Keys, progress: &mut dyn FnMut(u64)) -> Result<Self, Error> {
        let Unlocked {
            vault, findings, ..
        } = keys.open_with(&Listing, progress).map_err(|e| match e {
            VaultError::OtherKind => Error::OtherKind,
            other => other.into(),
        })?;
        let mut desk = Self::over(vault);
        desk.findings = findings;
        let not_understood = desk.vault.without_id(Received::KIND)?;
        let told = not_understood.into_iter().map(Finding::Unreadable);
        desk.findings.extend(told);
        for kind in HELD {
            for seq in desk.vault.of_kind(kind)? {
                match desk.vault.entry(seq) {
                    Ok(entry) => desk.apply(&entry),
                    // Named already by what unlocking found.
                    Err(VaultError::Record) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        desk.end_forgetting()?;
        Ok(desk)
    }

    /// What the caseworker chose about going out.
    #[must_use]
    pub fn travel(&self) -> Travel {
        Travel::of(self.vault.chosen(Travel::KIND))
    }

    /// Chooses it.
    ///
    /// # Errors
    /// Those of the vault.
    pub fn set_travel(&mut self, travel: Travel, now: &Zoned) -> Result<(), Error> {
        Ok(self.vault.choose(Travel::KIND, &travel, now.timestamp())?)
    }

    /// The vault, for what is the same for a journal: checking it, copying it, changing its keys.
    pub fn vault(&mut self) -> &mut Vault {
        &mut self.vault
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
            founded: None,
            asking: None,
            drafted: None,
            connecting: None,
            connection: None,
            quarantine: BTreeMap::new(),
            invited: BTreeMap::new(),
            granted: BTreeMap::new(),
            marked: BTreeMap::new(),
            postings: BTreeMap::new(),
            set_backs: Vec::new(),
            findings: Vec::new(),
        }
    }

    // An event of a newer version is kept in the vault and passed over here.
    fn apply(&mut self, entry: &Entry) {
        let Entry {
            seq, kind, body, ..
        } = entry;
        let understood = match kind.as_str() {
            Founded::KIND => Founded::read(*seq, body).map(|one| self.founded = Some(one)),
            Asking::KIND => Asking::read(*seq, body).map(|one| self.asking = Some(one)),
            Drafted::KIND => Drafted::read(*seq, body).map(|one| self.drafted = Some(one)),
            Connecting::KIND => Connecting::read(*seq, body).map(|one| self.connecting = Some(one)),
            Connection::KIND => Connection::read(*seq, body).map(|one| self.connection = Some(one)),
            Quarantined::KIND => Quarantined::read(*seq, body).map(|one| {
                self.quarantine.insert(one.id.clone(), one);
            }),
            Invited::KIND => Invited::read(*seq, body).map(|one| {
                self.invited.insert(one.introduction, one);
            }),
            Granted::KIND => Granted::read(*seq, body).map(|one| {
                self.granted.insert(one.bundle, one);
            }),
            Marked::KIND => Marked::read(*seq, body).map(|one| {
                self.marked.insert(one.sender.clone(), one);
            }),
            Posting::KIND => Posting::read(*seq, body).map(|one| {
                self.postings.insert(one.id.clone(), one);
            }),
            SetBack::KIND => SetBack::read(*seq, body).map(|one| self.set_backs.push(one)),
            _ => Some(()),
        };
        if understood.is_none() {
            self.findings.push(Finding::Unreadable(*seq));
        }
    }
}

// Kinds of which there are few: they are held open. Reports are opened one by one.
const HELD: [&str; 11] = [
    Posting::KIND,
    Granted::KIND,
    Invited::KIND,
    Marked::KIND,
    Founded::KIND,
    Asking::KIND,
    Drafted::KIND,
    Connecting::KIND,
    Connection::KIND,
    Quarantined::KIND,
    SetBack::KIND,
];

fn secret(passphrase: &Passphrase) -> SecretString {
    SecretString::from(passphrase.expose().to_owned())
}

fn random_id() -> Result<String, Error> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(|_| chronicle_vault::Error::Internal)?;
    Ok(hex::encode(bytes))
}

// What stands for a person or a key in a profile: names exist only at the desk.
fn label() -> Result<String, Error> {
    Ok(random_id()?.chars().take(8).collect())
}

// RFC 3339 with offset, to the second.
fn stamp(now: &jiff::Zoned) -> String {
    now.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

fn day(now: &jiff::Zoned) -> chronicle_wire::Day {
    now.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date()
}

#[cfg(test)]
mod tests;
