//! What an organisation says of itself later: a newer profile, later master keys, that it has closed, that somebody else may
//! have a key of its. And the other way round: "I am still me", under a new key.

use crate::events::{Delivery, Joined};
use crate::organisations::profile_of;
use crate::view::OrganisationView;
use crate::{Error, Journal, random_id};
use chronicle_bundle::{MAX_SUCCESSIONS, Succession};
use chronicle_vault::{Error as VaultError, Event as _};
use chronicle_wire::organisation::Credentials;
use chronicle_wire::{Day, Hash, Profile, SigningKey, TrustError, Verified};
use chronicle_words::Problem;
use jiff::{ToSpan as _, Zoned};

impl Journal {
    /// Confirms an organisation's later master keys, once `words` are those of them. From then on it is sealed to what they
    /// vouch for.
    ///
    /// # Errors
    /// [`Error::NoLaterRoot`], [`Error::Words`], [`Error::NoOrganisation`], [`Error::Trust`], and those of the vault.
    pub fn confirm_root<S: AsRef<str>>(
        &mut self,
        id: Hash,
        words: &[S],
        now: &Zoned,
    ) -> Result<OrganisationView, Error> {
        let joined = self.organisations.get(&id).ok_or(Error::NoOrganisation)?;
        let (known, mut confirmed) = (profile_of(joined)?, Err(Error::NoLaterRoot));
        for later in &joined.later_roots {
            let later = Profile::read(later.clone())?.verify()?;
            must_be_later(&later, &known)?;
            confirmed = later.confirm(words).map_err(Error::from);
            if confirmed.is_ok() {
                break;
            }
        }
        let confirmed = confirmed?;
        self.take_over(confirmed.profile(), now)?;
        self.organisation(id, now)
    }

    /// Draws a new key for what is sealed to this organisation from now on; the key before signs that it is the same person.
    /// What waits goes on under the key before.
    ///
    /// # Errors
    /// [`Error::NoOrganisation`], and those of the vault.
    pub fn renew_sender(&mut self, id: Hash, now: &Zoned) -> Result<OrganisationView, Error> {
        self.begin_chain(id, now, |joined| {
            let before = SigningKey::from_seed(&joined.sender).ok_or(VaultError::Internal)?;
            let after = SigningKey::draw().map_err(|_| VaultError::Internal)?;
            joined
                .succeeds
                .insert(0, Succession::sign(&before, id, after.public()));
            joined.succeeds.truncate(MAX_SUCCESSIONS);
            joined.sender = after.seed();
            Ok(())
        })?;
        self.organisation(id, now)
    }

    /// Begins a new chain with an organisation, together with `change`. What waits goes on in the chain before.
    pub(crate) fn begin_chain(
        &mut self,
        id: Hash,
        now: &Zoned,
        change: impl FnOnce(&mut Joined) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let joined = self.organisations.get(&id).ok_or(Error::NoOrganisation)?;
        let mut new: Joined = joined.copy()?;
        change(&mut new)?;
        let chain = std::mem::replace(&mut new.chain_id, random_id()?);
        (new.counter, new.previous) = (0, None);
        new.withdrawn.clear();
        let mut deliveries = self.changed_deliveries(id, |delivery| {
            let of_this_chain = delivery.chain.is_none();
            if of_this_chain {
                delivery.chain = Some(chain.clone());
            }
            of_this_chain
        })?;
        self.vault.commit(now.timestamp(), |c| {
            c.remove(new.seq)?;
            new.seq = c.append(Joined::KIND, &new)?;
            for delivery in &mut deliveries {
                c.remove(delivery.seq)?;
                delivery.seq = c.append(Delivery::KIND, &*delivery)?;
            }
            Ok(())
        })?;
        self.organisations.insert(id, new);
        self.put_deliveries(deliveries);
        Ok(())
    }

    /// Keeps a newer profile, under the master keys whose words were compared.
    pub(crate) fn refresh(
        &mut self,
        id: Hash,
        credentials: &Credentials,
        now: &Zoned,
    ) -> Result<(), Error> {
        let known = profile_of(self.organisations.get(&id).ok_or(Error::NoOrganisation)?)?;
        let newer = Profile::read(credentials.clone())?.verify()?;
        newer.follows(&known)?;
        // What is known of its being current is not taken back by whoever passes it on without that.
        let same = newer.credentials().profile.body == known.credentials().profile.body;
        if same && newer.current_on() <= known.current_on() {
            return Ok(());
        }
        self.take_over(&newer, now)
    }

    /// Keeps a profile under later master keys until its words are compared.
    pub(crate) fn keep_later_root(
        &mut self,
        id: Hash,
        credentials: &Credentials,
        now: &Zoned,
    ) -> Result<(), Error> {
        let joined = self.organisations.get(&id).ok_or(Error::NoOrganisation)?;
        let later = Profile::read(credentials.clone())?.verify()?;
        must_be_later(&later, &profile_of(joined)?)?;
        let mut kept = joined.later_roots.clone();
        // The newest profile under each root; the roots offered last.
        if let Some(same) = kept
            .iter()
            .position(|k| k.root.body == credentials.root.body)
        {
            let known = Profile::read(kept.remove(same))?.verify()?;
            later.follows(&known)?;
        }
        kept.push(credentials.clone());
        let old = kept.len().saturating_sub(MOST_OFFERED);
        kept.drain(..old);
        self.change_organisation(id, now, |joined| joined.later_roots = kept)
    }

    // Profile and all that follows from it in one step: what is sealed to a key that somebody else may have, or to an
    // organisation that has closed, is sent no more.
    pub(crate) fn take_over(
        &mut self,
        profile: &Profile<Verified>,
        now: &Zoned,
    ) -> Result<(), Error> {
        let id = profile.organisation();
        let joined = self.organisations.get(&id).ok_or(Error::NoOrganisation)?;
        let mut new: Joined = joined.copy()?;
        if profile.root_hash() != new.confirmed_root {
            (new.confirmed_root, new.profile_trouble) = (profile.root_hash(), None);
        }
        new.later_roots.retain(|later| {
            let later = Profile::read(later.clone()).and_then(Profile::verify);
            later.is_ok_and(|later| must_be_later(&later, profile).is_ok())
        });
        new.credentials = profile.credentials().clone();
        let mut stopped = self.changed_deliveries(id, |delivery| {
            let reason = must_not_go(&delivery.sealed_to, profile);
            let goes = delivery.receipt.is_none() && delivery.stopped.is_none();
            delivery.stopped = delivery.stopped.take().or(reason.clone().filter(|_| goes));
            goes && reason.is_some()
        })?;
        self.vault.commit(now.timestamp(), |c| {
            c.remove(new.seq)?;
            new.seq = c.append(Joined::KIND, &new)?;
            for delivery in &mut stopped {
                c.remove(delivery.seq)?;
                delivery.seq = c.append(Delivery::KIND, &*delivery)?;
            }
            Ok(())
        })?;
        self.organisations.insert(id, new);
        self.put_deliveries(stopped);
        Ok(())
    }

    // Copies of this organisation's deliveries that `change` says it changed.
    fn changed_deliveries(
        &self,
        organisation: Hash,
        mut change: impl FnMut(&mut Delivery) -> bool,
    ) -> Result<Vec<Delivery>, Error> {
        let mut changed = Vec::new();
        let of_it = |d: &&Delivery| d.organisation == organisation;
        for delivery in self.deliveries.values().filter(of_it) {
            let mut new: Delivery = delivery.copy()?;
            if change(&mut new) {
                changed.push(new);
            }
        }
        Ok(changed)
    }

    // What is known of a delivery in this session only stays.
    fn put_deliveries(&mut self, deliveries: Vec<Delivery>) {
        for mut new in deliveries {
            if let Some(old) = self.deliveries.get(&new.id) {
                (new.offset, new.moving) = (old.offset, old.moving);
                new.trouble.clone_from(&old.trouble);
                new.asked = old.asked;
            }
            self.deliveries.insert(new.id.clone(), new);
        }
    }
}

// Under a root after the known one, on a way from it.
pub(crate) fn must_be_later(
    later: &Profile<Verified>,
    known: &Profile<Verified>,
) -> Result<(), TrustError> {
    match later.follows(known) {
        Err(TrustError::RootChanged) => Ok(()),
        Ok(()) => Err(TrustError::Rollback),
        Err(error) => Err(error),
    }
}

pub(crate) fn must_not_go(sealed_to: &[Hash], profile: &Profile<Verified>) -> Option<Problem> {
    let body = profile.body();
    let revoked = |to: &Hash| body.revoked.iter().any(|r| r.recipient == *to);
    if body.closed {
        Some(Problem::new("organisation-closed"))
    } else if sealed_to.iter().any(revoked) {
        Some(Problem::new("recipient-revoked"))
    } else {
        None
    }
}

/// What a person should know of an organisation's profile, by the later of the clock and the newest day that the
/// organisation signed. None of it stops anything.
pub(crate) fn notices(profile: &Profile<Verified>, now: &Zoned) -> Vec<Problem> {
    let clock = now.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date();
    let current = profile.current_on();
    let today = current.map_or(clock, |day| day.max(clock));
    let body = profile.body();
    let about = |code, day: Day| Problem::new(code).with("day", day);
    let mut all = Vec::new();
    if let Some(last) = body.revoked.iter().map(|r| r.day).max() {
        all.push(about("organisation-key-revoked", last));
    }
    if body.expires < today {
        all.push(about("profile-expired", body.expires));
    } else if body.expires < today.saturating_add(EXPIRES_SOON.days()) {
        all.push(about("profile-expires-soon", body.expires));
    }
    if let Some(day) = current {
        if day > clock.saturating_add(CLOCKS_DIFFER.days()) {
            all.push(about("clock-behind", day));
        } else if day < clock.saturating_sub(NOT_SEEN.days()) {
            all.push(about("profile-not-current", day));
        }
    }
    all
}

/// Days by which the organisation's day may be ahead of this device's clock.
const CLOCKS_DIFFER: i64 = 2;
/// Roots that are kept until a person compared the words of one.
const MOST_OFFERED: usize = 4;
/// Days before a profile's last day at which a person is told.
const EXPIRES_SOON: i64 = 90;
/// Days after which a person is told that the organisation has not been seen.
const NOT_SEEN: i64 = 30;
