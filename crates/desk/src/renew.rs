//! A new profile of the same organisation: one version on, its day and the windows of its own keys moved on.

use crate::events::Founded;
use crate::found::{CASEWORKER_YEARS, PROFILE_DAYS, RECEIPT_DAYS, profile_of};
use crate::view::DeskView;
use crate::{Desk, Error, day};
use chronicle_vault::Error as VaultError;
use chronicle_wire::organisation::{Credentials, Role};
use chronicle_wire::signed::{SignedDocument, purpose};
use chronicle_wire::{Profile, SigningKey, Verified};
use jiff::{ToSpan, Zoned};
use serde_json::{Map, Value};

impl Desk {
    /// Signs a profile of the next version: it holds from `now` on as long as the first did from founding. It counts once the
    /// endpoint serves it; until then the one before does.
    ///
    /// # Errors
    /// [`Error::NotFounded`], [`Error::Trust`] when the vault's own profile is damaged, and those of the vault.
    pub fn renew(&mut self, now: &Zoned) -> Result<DeskView, Error> {
        let founded = self.founded.as_ref().ok_or(Error::NotFounded)?;
        let known = profile_of(founded)?;
        let credentials = renewed(founded, &known, now)?;
        // What journals and endpoint will ask.
        Profile::read(credentials.clone())?
            .verify()?
            .follows(&known)?;
        self.change_founded(now, |f| f.credentials = credentials)?;
        self.view()
    }
}

// The text is changed where it must be and nowhere else: what a newer version wrote into it stays.
fn renewed(
    founded: &Founded,
    known: &Profile<Verified>,
    now: &Zoned,
) -> Result<Credentials, Error> {
    let internal = || Error::from(VaultError::Internal);
    let today = day(now);
    let mut body: Map<String, Value> =
        serde_json::from_str(&founded.credentials.profile.body).map_err(VaultError::from)?;
    let expires = today.saturating_add(PROFILE_DAYS.days());
    body.insert("version".into(), (known.body().version + 1).into());
    body.insert("expires".into(), expires.to_string().into());
    let keys = body.get_mut("keys").and_then(Value::as_array_mut);
    for (key, entry) in keys
        .ok_or_else(internal)?
        .iter_mut()
        .zip(&known.body().keys)
    {
        let until = match entry.role {
            Role::EndpointReceipt => today.saturating_add(RECEIPT_DAYS.days()),
            Role::Caseworker => today.saturating_add(CASEWORKER_YEARS.years()),
            Role::Unknown => continue,
        };
        // A clock that went back shortens nothing.
        let until = until.max(entry.until).to_string();
        key.as_object_mut()
            .ok_or_else(internal)?
            .insert("until".into(), until.into());
    }
    let text = serde_json::to_string(&body).map_err(VaultError::from)?;
    let key = SigningKey::from_seed(&founded.profile_key).ok_or_else(internal)?;
    Ok(Credentials {
        profile: SignedDocument::sign(purpose::PROFILE, text, &[&key]),
        ..founded.credentials.clone()
    })
}
