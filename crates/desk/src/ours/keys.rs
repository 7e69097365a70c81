//! This desk's own keys and those of its colleagues: renewed, retired, revoked. A retired identity stays, sealed, because late
//! bundles still come for it; that it goes for good is a decision of its own, with a day and a reason.

use super::found::profile_of;
use super::{CASEWORKER_YEARS, RECIPIENTS};
use crate::events::{Decision, Founded, Retired};
use crate::view::{DecisionLine, DeskView};
use crate::{Desk, Error, day, stamp};
use chronicle_bundle::Identity;
use chronicle_vault::{Error as VaultError, Event, Finding};
use chronicle_wire::SigningKey;
use chronicle_wire::organisation::{RecipientEntry, Role};
use jiff::{ToSpan, Zoned};

impl Desk {
    /// Draws a new identity and a new caseworker's key for this desk and names them in the profile. What was sealed to the
    /// identity before still opens. With `compromised`, everybody is told that somebody else may have that one.
    ///
    /// # Errors
    /// [`Error::NotFounded`], [`Error::NotSigner`], and those of the vault; nothing has changed then.
    pub fn rotate(&mut self, compromised: bool, now: &Zoned) -> Result<DeskView, Error> {
        let founded = self.founded()?;
        let profile = profile_of(founded)?;
        let own = self.own_recipient()?;
        let before = SigningKey::from_seed(&founded.caseworker_key).ok_or(VaultError::Internal)?;
        let identity = Identity::draw(RECIPIENTS);
        let key = SigningKey::draw().map_err(|_| VaultError::Internal)?;
        let of_one_type = profile.body().recipient_type == RECIPIENTS.name();
        let others = profile.body().recipients.iter().any(|r| r.recipient != own);
        // The weakest recipient opens a bundle: all are of one type, and those of others cannot be drawn here.
        if !of_one_type && others {
            return Err(Error::OneType);
        }
        let credentials = self.next_profile(now, |draft| {
            let gone = draft.remove_recipients(|r| r.recipient == own)?;
            let label = gone.first().map(|r| r.label.clone()).unwrap_or_default();
            draft.set("recipient_type", RECIPIENTS.name())?;
            draft.add_recipient(&RecipientEntry {
                label: label.clone(),
                recipient: identity.recipient(),
                archive: false,
            })?;
            if compromised {
                draft.revoke(&own)?;
            }
            let today = draft.today;
            draft.each_key(|k| {
                (k.key == before.public() && k.until > today).then(|| today.max(k.from))
            })?;
            let until = today.saturating_add(CASEWORKER_YEARS.years());
            draft.add_key(key.public(), Role::Caseworker, &label, until)
        })?;
        let kept = self.vault.keep_identity(identity.to_file().as_bytes())?;
        let today = day(now);
        let decision = Decision::new(
            "rotated",
            if compromised { "compromised" } else { "" },
            "",
            now,
        );
        let done = self.change_founded_with(
            now,
            |f| {
                let old = std::mem::replace(&mut f.identities, vec![kept.name().to_owned()]);
                f.retired.extend(old.first().map(|name| Retired {
                    identity: name.clone(),
                    recipient: own.clone(),
                    on: today,
                    compromised,
                }));
                f.identities.extend(old);
                f.caseworker_key = key.seed();
                f.take_up(credentials);
            },
            |c| {
                c.name_identity(&kept)?;
                c.append(Decision::KIND, &decision).map(drop)
            },
        );
        if done.is_err() {
            let _ = self.vault.discard_identity(&kept);
        }
        done?;
        self.view(now)
    }

    /// A colleague leaves: nothing more is sealed to this label's recipient, and what its key signs after today does not
    /// count. With `compromised`, everybody is told that somebody else may have the identity.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a label that is none of a colleague's, [`Error::NotFounded`], [`Error::NotSigner`], and those
    /// of the vault.
    pub fn dismiss(
        &mut self,
        label: &str,
        compromised: bool,
        reason: &str,
        now: &Zoned,
    ) -> Result<DeskView, Error> {
        let own = self.own_recipient()?;
        let credentials = self.next_profile(now, |draft| {
            let gone = draft.remove_recipients(|r| r.label == label && r.recipient != own)?;
            let today = draft.today;
            if gone.is_empty() {
                return Err(Error::NotFound);
            }
            for one in gone.iter().filter(|_| compromised) {
                draft.revoke(&one.recipient)?;
            }
            draft.each_key(|k| {
                let theirs = k.label == label && k.role == Role::Caseworker && k.until > today;
                theirs.then(|| today.max(k.from))
            })
        })?;
        let what = if compromised { "revoked" } else { "dismissed" };
        let decision = Decision::new(what, label, reason, now);
        self.change_founded_with(
            now,
            |f| f.take_up(credentials),
            |c| c.append(Decision::KIND, &decision).map(drop),
        )?;
        self.view(now)
    }

    /// Forgets a retired identity for good: what was sealed to nobody else never opens again. Written down with its day and
    /// reason.
    ///
    /// # Errors
    /// [`Error::NotFound`] for one that is not retired, and those of the vault.
    pub fn forget_identity(
        &mut self,
        name: &str,
        reason: &str,
        now: &Zoned,
    ) -> Result<DeskView, Error> {
        let mut new = self.founded()?.copy()?;
        let retired = new.retired.iter().find(|r| r.identity == name);
        let retired = retired.ok_or(Error::NotFound)?.clone();
        new.retired.retain(|r| r.identity != name);
        new.identities.retain(|n| n != name);
        let mut decision = Decision::new("identity-forgotten", name, reason, now);
        decision.recipient = Some(retired.recipient);
        new.seq = self.vault.forget_identity(name, now.timestamp(), |c| {
            c.append(Decision::KIND, &decision)?;
            c.remove(new.seq)?;
            c.append(Founded::KIND, &new)
        })?;
        self.founded = Some(new);
        self.view(now)
    }

    /// What was decided, the newest first.
    ///
    /// # Errors
    /// Those of the vault.
    pub fn decisions(&self) -> Result<Vec<DecisionLine>, Error> {
        let mut all = Vec::new();
        for seq in self.vault.of_kind(Decision::KIND)? {
            let entry = self.vault.entry(seq)?;
            all.extend(Decision::read(seq, &entry.body).map(|d| DecisionLine {
                at: d.at,
                what: d.what,
                about: d.about,
                reason: d.reason,
            }));
        }
        all.reverse();
        Ok(all)
    }

    /// Ends what a crash left half done: the file of an identity whose record is gone by a decision.
    pub(crate) fn end_forgetting(&mut self) -> Result<(), Error> {
        for seq in self.vault.of_kind(Decision::KIND)? {
            let entry = self.vault.entry(seq)?;
            let decision = Decision::read(seq, &entry.body);
            let Some(decision) = decision.filter(|d| d.what == "identity-forgotten") else {
                continue;
            };
            if self.vault.end_forgotten(&decision.about).is_err() {
                self.findings.push(Finding::Unreadable(seq));
            }
        }
        Ok(())
    }

    /// The recipient of this desk's present identity.
    pub(crate) fn own_recipient(&self) -> Result<String, Error> {
        let name = self.founded()?.identities.first();
        let file = self.vault.identity(name.ok_or(VaultError::KeyFile)?)?;
        let text = std::str::from_utf8(&file).map_err(|_| VaultError::KeyFile)?;
        let identity = Identity::from_file(text).ok_or(VaultError::KeyFile)?;
        Ok(identity.recipient())
    }
}

impl Decision {
    pub(crate) fn new(what: &str, about: &str, reason: &str, now: &Zoned) -> Self {
        Self {
            seq: 0,
            at: stamp(now),
            what: what.to_owned(),
            about: about.to_owned(),
            reason: reason.to_owned(),
            recipient: None,
            rest: serde_json::Map::new(),
        }
    }
}
