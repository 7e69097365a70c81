//! Joining an organisation: the invitation is verified, the person types the six words that the caseworker reads out,
//! and only then are keys drawn for it. The journal never shows the words itself.

use crate::events::{Delivery, Joined};
use crate::incidents::stamp;
use crate::travel::next;
use crate::trust::{must_be_later, notices};
use crate::view::OrganisationView;
use crate::{Error, Journal, random_id};
use chronicle_bundle::{Identity, RecipientType, SealError};
use chronicle_sync::Travel;
use chronicle_vault::{Error as VaultError, Event as _};
use chronicle_wire::{
    Capability, ConfirmedOrganisation, Hash, Invitation, Profile, SigningKey, Token, Verified,
};
use jiff::Zoned;
use zeroize::Zeroizing;

impl Journal {
    /// Joins the organisation of an invitation, once `words` are those of its root. Keys are drawn for it, and kept
    /// before anything is sent. An organisation that is known gives a new permission by a new invitation: its token takes
    /// the place of the old one, and what was stopped for want of it goes on.
    ///
    /// # Errors
    /// [`Error::Invitation`], [`Error::NotFetched`], [`Error::Trust`], [`Error::Words`], [`Error::Known`], [`Error::Closed`], and those of the
    /// vault.
    pub fn join<S: AsRef<str>>(
        &mut self,
        text: &str,
        words: &[S],
        now: &Zoned,
    ) -> Result<OrganisationView, Error> {
        let (invitation, profile) = self.whole(text)?;
        let known = self.organisations.get(&profile.organisation());
        if known.is_some_and(|joined| !renews(joined, &invitation.token, &profile)) {
            return Err(Error::Known);
        }
        if profile.body().closed {
            return Err(Error::Closed);
        }
        let under_later_root = match known {
            Some(joined) => must_be_later(&profile, &profile_of(joined)?).is_ok(),
            None => false,
        };
        let known = known.is_some();
        let confirmed = profile.confirm(words)?;
        if under_later_root {
            self.take_over(confirmed.profile(), now)?;
        }
        if known {
            return self.rejoin(&invitation, confirmed.profile(), now);
        }
        let mut joined = draw(&invitation, &confirmed, now)?;
        let kept = self.kept_of(&invitation);
        joined.seq = self.vault.commit(now.timestamp(), |c| {
            c.remove(kept.0)?;
            c.append(Joined::KIND, &joined)
        })?;
        self.invitations.remove(&kept.1);
        let id = joined.id;
        self.organisations.insert(id, joined);
        self.organisation(id, now)
    }

    fn rejoin(
        &mut self,
        invitation: &Invitation,
        profile: &Profile<Verified>,
        now: &Zoned,
    ) -> Result<OrganisationView, Error> {
        let id = profile.organisation();
        let joined = self.organisations.get(&id).ok_or(Error::NoOrganisation)?;
        let mut new: Joined = joined.copy()?;
        new.capability = Capability::draw()
            .map_err(|_| VaultError::Internal)?
            .expose();
        new.token = Some(invitation.token.expose());
        new.invited_by = Some(invitation.token.hash());
        new.introduction = invitation.introduction;
        (new.access_trouble, new.line_trouble) = (None, None);
        if profile.follows(&profile_of(joined)?).is_ok() {
            new.credentials = profile.credentials().clone();
        }
        // An upload belongs to the capability that began it.
        let mut deliveries = Vec::new();
        for old in self.deliveries.values() {
            if old.organisation == id && old.receipt.is_none() {
                let mut delivery: Delivery = old.copy()?;
                delivery.upload = None;
                let code = delivery.stopped.as_ref().map_or("", |p| p.code.as_str());
                if FOR_WANT_OF_ACCESS.contains(&code) {
                    delivery.stopped = None;
                }
                deliveries.push(delivery);
            }
        }
        let kept = self.kept_of(invitation);
        self.vault.commit(now.timestamp(), |c| {
            c.remove(kept.0)?;
            c.remove(new.seq)?;
            new.seq = c.append(Joined::KIND, &new)?;
            for delivery in &mut deliveries {
                c.remove(delivery.seq)?;
                delivery.seq = c.append(Delivery::KIND, &*delivery)?;
            }
            Ok(())
        })?;
        self.invitations.remove(&kept.1);
        self.organisations.insert(id, new);
        self.deliveries
            .extend(deliveries.into_iter().map(|d| (d.id.clone(), d)));
        self.organisation(id, now)
    }

    /// One organisation that was joined.
    ///
    /// # Errors
    /// [`Error::NoOrganisation`], and those of the vault.
    pub fn organisation(&self, id: Hash, now: &Zoned) -> Result<OrganisationView, Error> {
        let joined = self.organisations.get(&id).ok_or(Error::NoOrganisation)?;
        view(joined, self.travel(), now)
    }

    // What was kept of this invitation goes when it was used.
    fn kept_of(&self, invitation: &Invitation) -> (u64, String) {
        let kept = self.kept_with(invitation.token.hash());
        kept.map_or_else(Default::default, |kept| (kept.seq, kept.id.clone()))
    }

    /// The organisations that were joined, by name.
    #[must_use]
    pub fn organisations(&self, now: &Zoned) -> Vec<OrganisationView> {
        let travel = self.travel();
        let mut all: Vec<OrganisationView> = self
            .organisations
            .values()
            .filter_map(|j| view(j, travel, now).ok())
            .collect();
        all.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        all
    }

    /// Finds an organisation by its id, the beginning of its id (8 digits or more), or its name.
    ///
    /// # Errors
    /// [`Error::NoOrganisation`], [`Error::Ambiguous`].
    pub fn find_organisation(&self, wanted: &str) -> Result<Hash, Error> {
        let by_id = |id: &Hash| wanted.len() >= 8 && id.to_string().starts_with(wanted);
        let by_name = |j: &Joined| profile_of(j).is_ok_and(|p| p.body().name == wanted);
        let found: Vec<Hash> = self
            .organisations
            .values()
            .filter(|j| by_id(&j.id) || by_name(j))
            .map(|j| j.id)
            .collect();
        match found.as_slice() {
            [one] => Ok(*one),
            [] => Err(Error::NoOrganisation),
            _ => Err(Error::Ambiguous),
        }
    }

    pub(crate) fn confirmed(&self, id: Hash) -> Result<(&Joined, ConfirmedOrganisation), Error> {
        let joined = self.organisations.get(&id).ok_or(Error::NoOrganisation)?;
        let confirmed = ConfirmedOrganisation::recall(profile_of(joined)?, joined.confirmed_root)?;
        Ok((joined, confirmed))
    }

    pub(crate) fn organisation_name(&self, id: Hash) -> String {
        self.organisations
            .get(&id)
            .and_then(|j| profile_of(j).ok())
            .map(|p| p.body().name.clone())
            .unwrap_or_default()
    }

    // Replaces an organisation's record by what `change` makes of it.
    pub(crate) fn change_organisation(
        &mut self,
        id: Hash,
        now: &Zoned,
        change: impl FnOnce(&mut Joined),
    ) -> Result<(), Error> {
        let joined = self.organisations.get(&id).ok_or(Error::NoOrganisation)?;
        let mut new: Joined = joined.copy()?;
        change(&mut new);
        new.seq = self.vault.commit(now.timestamp(), |c| {
            c.remove(new.seq)?;
            c.append(Joined::KIND, &new)
        })?;
        self.organisations.insert(id, new);
        Ok(())
    }
}

pub(crate) fn profile_of(joined: &Joined) -> Result<Profile<Verified>, Error> {
    Ok(Profile::read(joined.credentials.clone())?.verify()?)
}

// A new token under master keys whose words were compared, or are to be now: a new permission.
pub(crate) fn renews(joined: &Joined, token: &Token, profile: &Profile<Verified>) -> bool {
    let known = || profile_of(joined).is_ok_and(|known| must_be_later(profile, &known).is_ok());
    joined.invited_by != Some(token.hash())
        && (profile.root_hash() == joined.confirmed_root || known())
}

// Everything random and for this organisation alone, so that two of them can link a person only by what a report says.
fn draw(
    invitation: &Invitation,
    confirmed: &ConfirmedOrganisation,
    now: &Zoned,
) -> Result<Joined, Error> {
    let random = |_| Error::from(VaultError::Internal);
    let profile = confirmed.profile();
    // Answers are sealed as strongly as what they answer.
    let answers = RecipientType::of(&profile.body().recipient_type).ok_or(SealError::Recipients)?;
    Ok(Joined {
        seq: 0,
        id: profile.organisation(),
        credentials: profile.credentials().clone(),
        confirmed_root: profile.root_hash(),
        joined_at: stamp(now),
        sender: SigningKey::draw().map_err(random)?.seed(),
        succeeds: Vec::new(),
        reply: Identity::draw(answers).to_file(),
        mailbox: Zeroizing::new(format!("{}{}", random_id()?, random_id()?)),
        capability: Capability::draw().map_err(random)?.expose(),
        token: Some(invitation.token.expose()),
        invited_by: Some(invitation.token.hash()),
        access_trouble: None,
        profile_trouble: None,
        later_roots: Vec::new(),
        line_trouble: None,
        way: None,
        introduction: invitation.introduction,
        chain_id: random_id()?,
        counter: 0,
        previous: None,
        withdrawn: Vec::new(),
        reports: std::collections::BTreeMap::new(),
        items: std::collections::BTreeMap::new(),
        rest: serde_json::Map::new(),
    })
}

fn view(joined: &Joined, travel: Travel, now: &Zoned) -> Result<OrganisationView, Error> {
    let profile = profile_of(joined)?;
    let body = profile.body();
    let next = next(joined, &profile, travel);
    Ok(OrganisationView {
        id: joined.id.to_string(),
        name: body.name.clone(),
        addresses: body.addresses.clone(),
        confirmed: profile.root_hash() == joined.confirmed_root,
        expires: body.expires.to_string(),
        current: profile.current_on().map(|day| day.to_string()),
        later_root: !joined.later_roots.is_empty(),
        notices: notices(&profile, now),
        closed: body.closed,
        way: next.way.map(|way| way.code().to_owned()),
        address: next.address,
        stays: next.stays,
        instead: next.instead.map(|way| way.code().to_owned()),
        problem: [
            &joined.access_trouble,
            &joined.profile_trouble,
            &joined.line_trouble,
        ]
        .into_iter()
        .find_map(Clone::clone),
    })
}

// What a delivery is stopped by that a new permission mends: codes of the courier.
pub(crate) const FOR_WANT_OF_ACCESS: [&str; 3] =
    ["token-refused", "invitation-used", "capability-revoked"];
