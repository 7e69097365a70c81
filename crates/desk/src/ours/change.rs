//! A new profile of the same organisation: one version on. The text is changed where it must be and nowhere else: what a newer
//! version wrote into it stays.

use super::found::profile_of;
use super::{CASEWORKER_YEARS, PROFILE_DAYS};
use crate::events::{Decision, Founded};
use crate::view::DeskView;
use crate::{Desk, Error, day};
use chronicle_vault::{Commit, Error as VaultError, Event};
use chronicle_wire::organisation::{
    BUNDLE_FORMATS, Credentials, Current, KeyEntry, ProfileBody, RECEIPT_DAYS, RecipientEntry,
    Revoked, Role,
};
use chronicle_wire::signed::{SignedDocument, purpose};
use chronicle_wire::{Day, Hash, Profile, PublicKey, SigningKey, Verified, route};
use chronicle_words::Problem;
use jiff::{ToSpan, Zoned};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

impl Desk {
    /// Signs a profile of the next version: it holds from `now` on as long as the first did from founding, and so do the
    /// caseworkers' keys; the endpoint's receipt key gets a new window. It counts once the endpoint serves it; until then the
    /// one before does.
    ///
    /// # Errors
    /// [`Error::NotFounded`], [`Error::NotSigner`], [`Error::Trust`] when the vault's own profile is damaged, and those of
    /// the vault.
    pub fn renew(&mut self, now: &Zoned) -> Result<DeskView, Error> {
        let receipt = self.founded()?.receipt_key;
        self.change_profile(now, |draft| {
            let today = draft.today;
            let until = today.saturating_add(CASEWORKER_YEARS.years());
            draft.set("expires", today.saturating_add(PROFILE_DAYS.days()))?;
            // What a newer version of this desk opens besides is said with the next renewal.
            draft.open_formats(&BUNDLE_FORMATS)?;
            draft.each_key(|key| {
                let goes_on = key.role == Role::Caseworker && key.until >= today;
                // A clock that went back shortens nothing.
                goes_on.then(|| key.until.max(until))
            })?;
            draft.open_receipt_window(receipt)
        })
    }

    /// The endpoint has another receipt key from now on. What the one before signed counts 30 days longer.
    ///
    /// # Errors
    /// [`Error::ReceiptKey`], and those of [`Self::renew`].
    pub fn set_receipt_key(&mut self, key: &str, now: &Zoned) -> Result<DeskView, Error> {
        let key = PublicKey::parse(key.trim()).ok_or(Error::ReceiptKey)?;
        let before = self.founded()?.receipt_key;
        self.change_profile(now, |draft| {
            let today = draft.today;
            draft.each_key(|k| (k.key == before && k.until > today).then(|| today.max(k.from)))?;
            draft.open_receipt_window(key)
        })?;
        self.change_founded(now, |f| f.receipt_key = key)?;
        self.view(now)
    }

    /// Other addresses, best first. All of them onion services: nothing is contacted another way from then on.
    ///
    /// # Errors
    /// [`Error::Address`], and those of [`Self::renew`].
    pub fn set_addresses(&mut self, addresses: &[String], now: &Zoned) -> Result<DeskView, Error> {
        let all: Vec<&str> = addresses
            .iter()
            .map(|a| a.trim().trim_end_matches('/'))
            .collect();
        if all.is_empty() || all.len() > 8 || !all.iter().all(|a| route::address_allowed(a)) {
            return Err(Error::Address);
        }
        let onion = all.iter().all(|a| route::address_is_onion(a));
        self.change_profile(now, |draft| {
            draft.set("addresses", &all)?;
            draft.set("transport", if onion { "onion-only" } else { "any" })
        })
    }

    /// Another name.
    ///
    /// # Errors
    /// [`Error::Name`], and those of [`Self::renew`].
    pub fn set_name(&mut self, name: &str, now: &Zoned) -> Result<DeskView, Error> {
        let name = super::found::name(name)?;
        self.change_profile(now, |draft| draft.set("name", name))
    }

    /// The organisation closes: nothing more is sealed to it. There is no way back.
    ///
    /// # Errors
    /// Those of [`Self::renew`].
    pub fn close(&mut self, now: &Zoned) -> Result<DeskView, Error> {
        let credentials = self.next_profile(now, |draft| draft.set("closed", true))?;
        let decision = Decision::new("closed", "", "", now);
        self.change_founded_with(
            now,
            |f| f.take_up(credentials),
            |c| c.append(Decision::KIND, &decision).map(drop),
        )?;
        self.view(now)
    }

    /// What is signed at a visit when the endpoint gives out the newest profile: that it is current today.
    pub(crate) fn current(
        &self,
        profile: &Profile<Verified>,
        now: &Zoned,
    ) -> Option<SignedDocument> {
        let key = self.founded.as_ref()?.profile_key.as_ref()?;
        let key = SigningKey::from_seed(key)?;
        Some(Current::sign(profile, day(now), &[&key]))
    }

    pub(crate) fn founded(&self) -> Result<&Founded, Error> {
        self.founded.as_ref().ok_or(Error::NotFounded)
    }

    pub(crate) fn change_founded(
        &mut self,
        now: &Zoned,
        change: impl FnOnce(&mut Founded),
    ) -> Result<(), Error> {
        self.change_founded_with(now, change, |_| Ok(()))
    }

    /// As [`Self::change_founded`], with more in the same transaction.
    pub(crate) fn change_founded_with(
        &mut self,
        now: &Zoned,
        change: impl FnOnce(&mut Founded),
        with: impl FnOnce(&mut Commit<'_>) -> Result<(), VaultError>,
    ) -> Result<(), Error> {
        let mut new = self.founded()?.copy()?;
        change(&mut new);
        new.seq = self.vault.commit(now.timestamp(), |c| {
            with(c)?;
            c.remove(new.seq)?;
            c.append(Founded::KIND, &new)
        })?;
        self.founded = Some(new);
        Ok(())
    }

    fn change_profile(
        &mut self,
        now: &Zoned,
        change: impl FnOnce(&mut Draft) -> Result<(), Error>,
    ) -> Result<DeskView, Error> {
        let credentials = self.next_profile(now, change)?;
        self.change_founded(now, |f| f.take_up(credentials))?;
        self.view(now)
    }

    /// The next profile, signed and verified as journals and endpoint will; nothing is kept.
    pub(crate) fn next_profile(
        &self,
        now: &Zoned,
        change: impl FnOnce(&mut Draft) -> Result<(), Error>,
    ) -> Result<Credentials, Error> {
        let founded = self.founded()?;
        let seed = founded.profile_key.as_ref().ok_or(Error::NotSigner)?;
        let key = SigningKey::from_seed(seed).ok_or(VaultError::Internal)?;
        let credentials = Credentials {
            profile: self.next_profile_under(now, &key, change)?,
            current: None,
            ..founded.credentials.clone()
        };
        Profile::read(credentials.clone())?
            .verify()?
            .follows(&profile_of(founded)?)?;
        Ok(credentials)
    }

    /// The text of the next profile, signed by a key that the root of then names.
    pub(crate) fn next_profile_under(
        &self,
        now: &Zoned,
        key: &SigningKey,
        change: impl FnOnce(&mut Draft) -> Result<(), Error>,
    ) -> Result<SignedDocument, Error> {
        let known = profile_of(self.founded()?)?;
        if known.body().closed {
            return Err(Error::Closed);
        }
        let mut draft = Draft::of(&known, day(now))?;
        change(&mut draft)?;
        draft.sign(key)
    }
}

impl Founded {
    /// Takes up a profile, and remembers the recipients that were its own.
    pub(crate) fn take_up(&mut self, credentials: Credentials) {
        self.credentials = credentials;
        if let Ok(profile) = profile_of(self) {
            let (root, recipients) = (profile.root_hash(), profile.recipients_hash());
            let of = &profile.body().recipient_type;
            put_first(&mut self.roots, root);
            put_first(&mut self.recipients, recipients);
            put_first(&mut self.recipient_types, of.clone());
        }
    }
}

fn put_first<T: PartialEq>(all: &mut Vec<T>, one: T) {
    all.retain(|known| *known != one);
    all.insert(0, one);
}

/// A profile that is being changed: as text, and as this version reads it.
pub(crate) struct Draft {
    pub(crate) today: Day,
    body: Map<String, Value>,
    known: ProfileBody,
}

impl Draft {
    fn of(known: &Profile<Verified>, today: Day) -> Result<Self, Error> {
        let mut draft = Self {
            today,
            body: serde_json::from_str(&known.credentials().profile.body)
                .map_err(VaultError::from)?,
            known: known.body().clone(),
        };
        draft.set("version", draft.known.version + 1)?;
        Ok(draft)
    }

    fn sign(&self, key: &SigningKey) -> Result<SignedDocument, Error> {
        let text = serde_json::to_string(&self.body).map_err(VaultError::from)?;
        Ok(SignedDocument::sign(purpose::PROFILE, text, &[key]))
    }

    pub(crate) fn set(&mut self, name: &str, value: impl serde::Serialize) -> Result<(), Error> {
        let value = serde_json::to_value(value).map_err(VaultError::from)?;
        self.body.insert(name.into(), value);
        Ok(())
    }

    fn open_formats(&mut self, more: &[u32]) -> Result<(), Error> {
        let all: BTreeSet<u32> = self.known.formats.iter().chain(more).copied().collect();
        self.set("formats", all)
    }

    // Keys for which `until` gives a day have that as their last one.
    pub(crate) fn each_key(
        &mut self,
        until: impl Fn(&KeyEntry) -> Option<Day>,
    ) -> Result<(), Error> {
        let known = self.known.keys.clone();
        for (key, entry) in self.list("keys")?.iter_mut().zip(&known) {
            if let (Some(day), Some(key)) = (until(entry), key.as_object_mut()) {
                key.insert("until".into(), day.to_string().into());
            }
        }
        self.reread()
    }

    pub(crate) fn add_key(
        &mut self,
        key: PublicKey,
        role: Role,
        label: &str,
        until: Day,
    ) -> Result<(), Error> {
        let entry = KeyEntry {
            key,
            role,
            label: label.to_owned(),
            from: self.today,
            until,
        };
        let forgotten = self.today.saturating_sub(KEPT.years());
        let old: Vec<bool> = self
            .known
            .keys
            .iter()
            .map(|k| k.until < forgotten)
            .collect();
        let entry = serde_json::to_value(entry).map_err(VaultError::from)?;
        let keys = self.list("keys")?;
        // Windows that closed years ago vouch for nothing that is still asked about.
        let mut old = old.into_iter();
        keys.retain(|_| !old.next().unwrap_or_default());
        keys.push(entry);
        self.reread()
    }

    // From today on as long as one may be, unless one is open that long already.
    fn open_receipt_window(&mut self, key: PublicKey) -> Result<(), Error> {
        let until = self.today.saturating_add(RECEIPT_DAYS.days());
        let mut same = self.known.keys.iter().filter(|k| k.key == key);
        if same.any(|k| k.until >= until) {
            return Ok(());
        }
        let label = crate::label()?;
        self.add_key(key, Role::EndpointReceipt, &label, until)
    }

    pub(crate) fn add_recipient(&mut self, entry: &RecipientEntry) -> Result<(), Error> {
        let entry = serde_json::to_value(entry).map_err(VaultError::from)?;
        self.list("recipients")?.push(entry);
        self.reread()
    }

    /// Removes recipients; gives them.
    pub(crate) fn remove_recipients(
        &mut self,
        gone: impl Fn(&RecipientEntry) -> bool,
    ) -> Result<Vec<RecipientEntry>, Error> {
        let known = self.known.recipients.clone();
        let mut entries = known.iter();
        self.list("recipients")?
            .retain(|_| !entries.next().is_some_and(&gone));
        self.reread()?;
        Ok(known.into_iter().filter(gone).collect())
    }

    /// Somebody else may have the identity of this recipient.
    pub(crate) fn revoke(&mut self, recipient: &str) -> Result<(), Error> {
        let revoked = Revoked {
            recipient: Hash::of(recipient.as_bytes()),
            day: self.today,
        };
        let revoked = serde_json::to_value(revoked).map_err(VaultError::from)?;
        let all = self
            .body
            .entry("revoked")
            .or_insert_with(|| Value::Array(vec![]));
        all.as_array_mut()
            .ok_or(VaultError::Internal)?
            .push(revoked);
        self.reread()
    }

    fn list(&mut self, name: &str) -> Result<&mut Vec<Value>, Error> {
        let list = self.body.get_mut(name).and_then(Value::as_array_mut);
        Ok(list.ok_or(VaultError::Internal)?)
    }

    fn reread(&mut self) -> Result<(), Error> {
        let body = Value::Object(self.body.clone());
        self.known = serde_json::from_value(body).map_err(VaultError::from)?;
        Ok(())
    }
}

/// What a caseworker should do about the organisation's own documents, by day.
pub(crate) fn notices(profile: &Profile<Verified>, today: Day) -> Vec<Problem> {
    let body = profile.body();
    let about = |code, day: Day| Problem::new(code).with("day", day);
    let mut all = Vec::new();
    let mut judge = |last: Day, soon: i64, over: &'static str, near: &'static str| {
        if last < today {
            all.push(about(over, last));
        } else if last < today.saturating_add(soon.days()) {
            all.push(about(near, last));
        }
    };
    judge(
        body.expires,
        SOON,
        "ours-profile-expired",
        "ours-profile-soon",
    );
    let receipts = body.keys.iter().filter(|k| k.role == Role::EndpointReceipt);
    if let Some(last) = receipts.map(|k| k.until).max() {
        judge(
            last,
            SOON_RECEIPTS,
            "ours-receipts-expired",
            "ours-receipts-soon",
        );
    }
    judge(
        profile.root().expires,
        SOON,
        "ours-root-expired",
        "ours-root-soon",
    );
    all
}

/// Days before the end of a profile or a root, and of a receipt key's window, at which its organisation is told.
const SOON: i64 = 90;
const SOON_RECEIPTS: i64 = 30;
/// Years for which a window that has closed is still named.
const KEPT: i64 = 2;
