//! How reports travel: what the person chose, how the next one to each organisation will go, and what stays until they agree
//! to another way.

use crate::events::Joined;
use crate::{Error, Journal};
use chronicle_sync::{Travel, Way, travels};
use chronicle_wire::{Hash, Profile, Verified};
use chronicle_words::Problem;
use jiff::Zoned;

impl Journal {
    /// What the person chose about going out.
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

    /// Lets the way go by which this organisation was reached before: the next visit takes the one that is best then. The
    /// person has been told which.
    ///
    /// # Errors
    /// [`Error::NoOrganisation`], and those of the vault.
    pub fn agree_to_another_way(&mut self, organisation: Hash, now: &Zoned) -> Result<(), Error> {
        self.change_organisation(organisation, now, |j| j.way = None)
    }
}

/// How the next delivery to one organisation travels.
pub(crate) struct Next {
    /// The way that is taken.
    pub(crate) way: Option<Way>,
    /// The address it begins with.
    pub(crate) address: Option<String>,
    /// Why nothing goes.
    pub(crate) stays: Option<Problem>,
    /// The way that it would take if the person agreed.
    pub(crate) instead: Option<Way>,
}

pub(crate) fn next(joined: &Joined, profile: &Profile<Verified>, travel: Travel) -> Next {
    let (addresses, proxy) = (&profile.body().addresses, travel.socks.is_some());
    let kept = joined.way.as_deref().and_then(Way::parse);
    let begins = |way| addresses.iter().find(|a| Way::of(a, proxy) == way).cloned();
    match travels(addresses, kept, proxy) {
        Ok(way) => Next {
            way: Some(way),
            address: begins(way),
            stays: None,
            instead: None,
        },
        Err(reason) => {
            let instead = kept.and_then(|_| travels(addresses, None, proxy).ok());
            Next {
                way: None,
                address: instead.and_then(begins),
                stays: Some(Problem::new(reason.code())),
                instead,
            }
        }
    }
}

/// What is settled when the first bundle is queued, so that it holds also when the first contact is made while the journal
/// is locked.
pub(crate) fn settled(
    joined: &Joined,
    profile: &Profile<Verified>,
    travel: Travel,
) -> Option<String> {
    let proxy = travel.socks.is_some();
    let best = profile.body().addresses.first();
    let way = || best.map(|a| Way::of(a, proxy).code().to_owned());
    joined.way.clone().or_else(way)
}
