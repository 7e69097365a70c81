//! Invitations before their words match. One that is read is verified; a short one names its root only, and the rest is
//! asked for when the person says so. Either may be kept, sealed, until there is a connection or somebody to read the words
//! out: nothing can be sealed to its organisation before.

use crate::events::KeptInvitation;
use crate::incidents::stamp;
use crate::locked::held;
use crate::organisations::{profile_of, renews};
use crate::view::{InvitationView, KeptInvitationView};
use crate::{Error, Journal, Shared, random_id};
use chronicle_sync::{Transport, introduce, travels};
use chronicle_wire::invitation::{MAX_TEXT, ShortInvitation};
use chronicle_wire::{Hash, Invitation, Profile, Token, Verified};
use chronicle_words::Problem;
use jiff::Zoned;
use zeroize::Zeroizing;

/// An invitation as it was read.
enum Read {
    Whole(Box<Invitation>),
    Short(ShortInvitation),
}

impl Read {
    fn token(&self) -> &Token {
        match self {
            Self::Whole(whole) => &whole.token,
            Self::Short(short) => &short.token,
        }
    }
}

impl Journal {
    /// Reads and verifies an invitation; nothing is kept, and nobody is asked.
    ///
    /// # Errors
    /// [`Error::Invitation`], [`Error::Trust`].
    pub fn look_at(&self, text: &str) -> Result<InvitationView, Error> {
        let proxy = self.travel().socks.is_some();
        let way = |addresses: &[String]| {
            let way = travels(addresses, None, proxy);
            let stays = way.err().map(|reason| Problem::new(reason.code()));
            (way.ok().map(|way| way.code().to_owned()), stays)
        };
        match self.read(text)? {
            Read::Whole(invitation) => {
                let profile = verified(&invitation)?;
                let joined = self.organisations.get(&profile.organisation());
                let body = profile.body();
                let (way, stays) = way(&body.addresses);
                Ok(InvitationView {
                    whole: true,
                    name: body.name.clone(),
                    addresses: body.addresses.clone(),
                    way,
                    stays,
                    expires: body.expires.to_string(),
                    known: joined.is_some(),
                    renews: joined.is_some_and(|j| renews(j, &invitation.token, &profile)),
                })
            }
            Read::Short(short) => {
                let (way, stays) = way(&short.addresses);
                Ok(InvitationView {
                    whole: false,
                    name: String::new(),
                    addresses: short.addresses,
                    way,
                    stays,
                    expires: String::new(),
                    known: false,
                    renews: false,
                })
            }
        }
    }

    /// Keeps an invitation, sealed. One with the same token takes its place.
    ///
    /// # Errors
    /// [`Error::Invitation`], [`Error::Trust`], [`Error::TooManyInvitations`], and those of the vault.
    pub fn keep_invitation(&mut self, text: &str, now: &Zoned) -> Result<String, Error> {
        let read = self.read(text)?;
        let whole = match &read {
            Read::Whole(invitation) => verified(invitation).map(|_| invitation.to_text())?,
            Read::Short(short) => short.to_text(),
        };
        let same = self.kept_with(read.token().hash());
        let (seq, id) = same.map_or((0, None), |k| (k.seq, Some(k.id.clone())));
        if id.is_none() && self.invitations.len() >= MOST_KEPT {
            return Err(Error::TooManyInvitations);
        }
        let mut kept = KeptInvitation {
            seq,
            id: id.map_or_else(random_id, Ok)?,
            text: whole,
            kept_at: stamp(now),
            rest: serde_json::Map::new(),
        };
        kept.seq = self.vault.commit(now.timestamp(), |c| {
            c.remove(seq)?;
            c.append(KeptInvitation::KIND, &kept)
        })?;
        let id = kept.id.clone();
        self.invitations.insert(id.clone(), kept);
        Ok(id)
    }

    /// The kept invitations, the one kept first first.
    #[must_use]
    pub fn kept_invitations(&self) -> Vec<KeptInvitationView> {
        let mut all: Vec<&KeptInvitation> = self.invitations.values().collect();
        all.sort_by_key(|k| k.seq);
        let views = all.into_iter().filter_map(|kept| {
            Some(KeptInvitationView {
                id: kept.id.clone(),
                kept_at: kept.kept_at.clone(),
                invitation: self.look_at(&kept.text).ok()?,
            })
        });
        views.collect()
    }

    /// The text of a kept invitation.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn kept_invitation(&self, id: &str) -> Result<Zeroizing<String>, Error> {
        let kept = self.invitations.get(id).ok_or(Error::NotFound)?;
        Ok(kept.text.clone())
    }

    /// Forgets a kept invitation.
    ///
    /// # Errors
    /// [`Error::NotFound`], and those of the vault.
    pub fn drop_invitation(&mut self, id: &str, now: &Zoned) -> Result<(), Error> {
        let seq = self.invitations.get(id).ok_or(Error::NotFound)?.seq;
        self.vault.commit(now.timestamp(), |c| c.remove(seq))?;
        self.invitations.remove(id);
        Ok(())
    }

    pub(crate) fn kept_with(&self, token: Hash) -> Option<&KeptInvitation> {
        let of = |kept: &&KeptInvitation| {
            self.read(&kept.text)
                .is_ok_and(|read| read.token().hash() == token)
        };
        self.invitations.values().find(of)
    }

    pub(crate) fn whole(&self, text: &str) -> Result<(Invitation, Profile<Verified>), Error> {
        match self.read(text)? {
            Read::Whole(invitation) => {
                let profile = verified(&invitation)?;
                Ok((*invitation, profile))
            }
            Read::Short(_) => Err(Error::NotFetched),
        }
    }

    // Of an organisation that is known a short one is whole.
    fn read(&self, text: &str) -> Result<Read, Error> {
        if text.len() > MAX_TEXT || !ShortInvitation::begins_in(text) {
            return Ok(Read::Whole(Box::new(Invitation::parse(text)?)));
        }
        let short = ShortInvitation::parse(text)?;
        let known = self.organisations.values();
        let mut whole = known.filter_map(|joined| short.with(&profile_of(joined).ok()?).ok());
        Ok(match whole.next() {
            Some(whole) => Read::Whole(Box::new(whole)),
            None => Read::Short(short),
        })
    }
}

fn verified(invitation: &Invitation) -> Result<Profile<Verified>, Error> {
    Ok(Profile::read(invitation.credentials.clone())?.verify()?)
}

/// Completes a kept short invitation by asking its addresses; one that is whole stays as it is. This is the first word to an
/// organisation that nobody has confirmed yet, so a person says when.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Sync`], and those of the vault.
pub async fn complete(
    journal: &Shared,
    id: &str,
    transport: Transport,
    clock: fn() -> Zoned,
) -> Result<InvitationView, Error> {
    let hold = || held(journal);
    let (text, read) = {
        let journal = hold();
        let text = journal.kept_invitation(id)?;
        let read = journal.read(&text)?;
        (text, read)
    };
    let Read::Short(short) = read else {
        return hold().look_at(&text);
    };
    let whole = introduce(transport, &short).await?.to_text();
    let mut journal = hold();
    // Dropped meanwhile: then it stays so.
    journal.kept_invitation(id)?;
    journal.keep_invitation(&whole, &clock())?;
    journal.look_at(&whole)
}

/// Kept at once; nobody has as many, and each is up to half a megabyte.
const MOST_KEPT: usize = 100;
