//! The caseworker's use cases: an organisation is founded, people are invited, bundles are fetched, verified and opened,
//! reports and evidence looked at and saved. The window and the command line call the same functions and print the same
//! [`view`] types. This room owns the open vault; reading waits for no network, and the time is always an argument.

mod error;
mod events;
mod found;
mod invite;
mod people;
mod receive;
mod renew;
mod reports;
pub mod view;

pub use error::Error;
pub use found::{Founding, Medium};
pub use invite::connect;
pub use receive::{Shared, fetch};
pub use reports::{Saved, write_new};

use chronicle_passphrase::Passphrase;
use chronicle_vault::secrecy::SecretString;
use chronicle_vault::{Entry, Event, Finding, Unlocked, Vault, VaultKind};
use events::{Connecting, Connection, Founded, Quarantined, Received, SetBack};
use std::collections::BTreeMap;
use std::path::Path;

/// An open desk. Dropping it locks it.
pub struct Desk {
    vault: Vault,
    founded: Option<Founded>,
    connecting: Option<Connecting>,
    connection: Option<Connection>,
    reports: BTreeMap<String, Received>,
    quarantine: BTreeMap<String, Quarantined>,
    set_backs: Vec<SetBack>,
    findings: Vec<Finding>,
}

impl Desk {
    /// Makes a desk in `folder`.
    ///
    /// # Errors
    /// Those of the vault.
    pub fn create(folder: &Path, passphrase: &Passphrase) -> Result<Self, Error> {
        Ok(Self::over(Vault::create(
            folder,
            VaultKind::Desk,
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
            VaultKind::Desk,
            secret(passphrase),
            log_n,
        )?))
    }

    /// Opens the desk in `folder`. Takes about a second and 256 MiB.
    ///
    /// # Errors
    /// Those of the vault; [`Error::OtherKind`] for a journal.
    pub fn unlock(folder: &Path, passphrase: &Passphrase) -> Result<Self, Error> {
        Self::from_unlocked(Vault::unlock(folder, secret(passphrase))?)
    }

    /// Takes over a vault that was unlocked elsewhere.
    ///
    /// # Errors
    /// [`Error::OtherKind`] for a journal.
    pub fn from_unlocked(unlocked: Unlocked) -> Result<Self, Error> {
        let Unlocked {
            vault,
            entries,
            findings,
        } = unlocked;
        if vault.kind() != VaultKind::Desk {
            return Err(Error::OtherKind);
        }
        let mut desk = Self::over(vault);
        desk.findings = findings;
        for entry in entries {
            desk.apply(entry);
        }
        Ok(desk)
    }

    /// What unlocking found that is not as it should be.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    fn over(vault: Vault) -> Self {
        Self {
            vault,
            founded: None,
            connecting: None,
            connection: None,
            reports: BTreeMap::new(),
            quarantine: BTreeMap::new(),
            set_backs: Vec::new(),
            findings: Vec::new(),
        }
    }

    // An event of a newer version is kept in the vault and passed over here.
    fn apply(&mut self, entry: Entry) {
        let Entry {
            seq, kind, body, ..
        } = entry;
        let understood = match kind.as_str() {
            Founded::KIND => Founded::read(seq, body).map(|one| self.founded = Some(one)),
            Connecting::KIND => Connecting::read(seq, body).map(|one| self.connecting = Some(one)),
            Connection::KIND => Connection::read(seq, body).map(|one| self.connection = Some(one)),
            Received::KIND => Received::read(seq, body).map(|report| {
                self.reports.insert(report.id.clone(), report);
            }),
            Quarantined::KIND => Quarantined::read(seq, body).map(|one| {
                self.quarantine.insert(one.id.clone(), one);
            }),
            SetBack::KIND => SetBack::read(seq, body).map(|one| self.set_backs.push(one)),
            _ => Some(()),
        };
        if understood.is_none() {
            self.findings.push(Finding::Unreadable(seq));
        }
    }
}

fn secret(passphrase: &Passphrase) -> SecretString {
    SecretString::from(passphrase.expose().to_owned())
}

fn random_id() -> Result<String, Error> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(|_| chronicle_vault::Error::Internal)?;
    Ok(hex::encode(bytes))
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
