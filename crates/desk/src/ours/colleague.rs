//! A colleague joins with a desk of their own: their desk draws keys and asks; the desk that signs takes them into the profile,
//! once the words that the colleague reads out are those of what was asked; and the colleague's desk takes up the answer, once
//! the organisation's words were typed there. Nothing secret travels.

use super::found::profile_of;
use super::{CASEWORKER_YEARS, RECIPIENTS};
use crate::events::{Asking, Decision, Founded};
use crate::view::DeskView;
use crate::{Desk, Error, label, stamp};
use chronicle_bundle::{Identity, RecipientType};
use chronicle_vault::Error as VaultError;
use chronicle_wire::agehead::RECIPIENTS as MOST;
use chronicle_wire::organisation::{Credentials, RecipientEntry, Role};
use chronicle_wire::signed::{SignedDocument, purpose};
use chronicle_wire::words::SixWords;
use chronicle_wire::{Hash, Profile, PublicKey, SigningKey};
use jiff::{ToSpan, Zoned};
use serde::{Deserialize, Serialize};

/// What a colleague's desk asks.
#[derive(Serialize, Deserialize)]
struct Request {
    /// `chronicle/colleague/v1`.
    format: String,
    recipient: String,
    key: PublicKey,
}

/// What it is told: all by which it knows its organisation's bundles.
#[derive(Serialize, Deserialize)]
struct Welcome {
    /// `chronicle/welcome/v1`.
    format: String,
    /// The colleague's key, as asked.
    key: PublicKey,
    credentials: Credentials,
    roots: Vec<Hash>,
    recipients: Vec<Hash>,
    recipient_types: Vec<String>,
}

impl Desk {
    /// Draws keys for this desk and gives the text that asks to be taken in, with the words to be read out to the colleague
    /// who takes in. Asked again, it gives the same.
    ///
    /// # Errors
    /// [`Error::AlreadyFounded`], and those of the vault.
    pub fn ask(&mut self, now: &Zoned) -> Result<(String, Vec<String>), Error> {
        if self.founded.is_some() {
            return Err(Error::AlreadyFounded);
        }
        if self.asking.is_none() {
            let identity = Identity::draw(RECIPIENTS);
            let key = SigningKey::draw().map_err(|_| VaultError::Internal)?;
            let request = Request {
                format: purpose::COLLEAGUE.into(),
                recipient: identity.recipient(),
                key: key.public(),
            };
            let request = serde_json::to_string(&request).map_err(VaultError::from)?;
            let signed = SignedDocument::sign(purpose::COLLEAGUE, request, &[&key]);
            let kept = self.vault.keep_identity(identity.to_file().as_bytes())?;
            let mut asking = Asking {
                seq: 0,
                identity: kept.name().to_owned(),
                caseworker_key: key.seed(),
                request: serde_json::to_string(&signed).map_err(VaultError::from)?,
            };
            asking.seq = self.vault.commit(now.timestamp(), |c| {
                c.name_identity(&kept)?;
                c.append(Asking::KIND, &asking)
            })?;
            self.asking = Some(asking);
        }
        let asking = self.asking.as_ref().ok_or(VaultError::Internal)?;
        Ok((asking.request.clone(), words_of(&asking.request)))
    }

    /// Takes a colleague into the profile, once `words` are those of what their desk asked. Gives the text that their desk
    /// takes up. `name` exists only here.
    ///
    /// # Errors
    /// [`Error::Request`], [`Error::Words`], [`Error::OneType`], [`Error::TooManyRecipients`], [`Error::Name`],
    /// [`Error::NotFounded`], [`Error::NotSigner`], and those of the vault.
    pub fn admit<S: AsRef<str>>(
        &mut self,
        request: &str,
        words: &[S],
        name: &str,
        now: &Zoned,
    ) -> Result<String, Error> {
        let asked = read(request)?;
        SixWords::of_colleague(request.trim().as_bytes()).confirm(words)?;
        let name = super::found::name(name)?.to_owned();
        let founded = self.founded()?;
        let body = profile_of(founded)?.body().clone();
        let of = RecipientType::of(&body.recipient_type).ok_or(Error::OneType)?;
        if RecipientType::of_recipient(&asked.recipient) != Some(of) {
            return Err(Error::OneType);
        }
        let known = body
            .recipients
            .iter()
            .find(|r| r.recipient == asked.recipient);
        if known.is_none() && body.recipients.len() >= MOST {
            return Err(Error::TooManyRecipients);
        }
        if known.is_none() {
            let new = label()?;
            let credentials = self.next_profile(now, |draft| {
                draft.add_recipient(&RecipientEntry {
                    label: new.clone(),
                    recipient: asked.recipient.clone(),
                    archive: false,
                })?;
                let until = draft.today.saturating_add(CASEWORKER_YEARS.years());
                draft.add_key(asked.key, Role::Caseworker, &new, until)
            })?;
            let decision = Decision::new("admitted", &new, "", now);
            self.change_founded_with(
                now,
                |f| {
                    f.names.insert(new.clone(), name);
                    f.take_up(credentials);
                },
                |c| c.append(Decision::KIND, &decision).map(drop),
            )?;
        }
        self.welcome(asked.key)
    }

    /// Takes up the organisation of a colleague who took this desk in, once `words` are those of its root.
    ///
    /// # Errors
    /// [`Error::Request`] for a text that is no answer to what this desk asked, [`Error::Words`], [`Error::Trust`],
    /// [`Error::AlreadyFounded`], and those of the vault.
    pub fn enter<S: AsRef<str>>(
        &mut self,
        welcome: &str,
        words: &[S],
        now: &Zoned,
    ) -> Result<DeskView, Error> {
        if self.founded.is_some() {
            return Err(Error::AlreadyFounded);
        }
        let asking = self.asking.as_ref().ok_or(Error::Request)?;
        let asked = read(&asking.request)?;
        let signed: SignedDocument =
            serde_json::from_str(welcome.trim()).map_err(|_| Error::Request)?;
        let said: Welcome = serde_json::from_str(&signed.body).map_err(|_| Error::Request)?;
        let profile = Profile::read(said.credentials.clone())?.verify()?;
        let root = profile.root();
        let vouched = signed.count(purpose::WELCOME, &root.profile_keys) >= root.profile_threshold;
        let named = profile
            .body()
            .recipients
            .iter()
            .any(|r| r.recipient == asked.recipient);
        let right = said.format == purpose::WELCOME && said.key == asked.key;
        if !vouched || !named || !right {
            return Err(Error::Request);
        }
        profile.words().confirm(words)?;
        let receipts = profile.body().keys.iter().rev();
        let receipt_key = receipts.clone().find(|k| k.role == Role::EndpointReceipt);
        let mut founded = Founded {
            seq: 0,
            id: profile.organisation(),
            founded_at: stamp(now),
            credentials: said.credentials,
            roots: said.roots,
            recipients: said.recipients,
            recipient_types: said.recipient_types,
            profile_key: None,
            caseworker_key: asking.caseworker_key.clone(),
            identities: vec![asking.identity.clone()],
            retired: Vec::new(),
            later_root: None,
            names: std::collections::BTreeMap::new(),
            receipt_key: receipt_key.ok_or(Error::ReceiptKey)?.key,
            introductions: 0,
            rest: serde_json::Map::new(),
        };
        let gone = asking.seq;
        founded.seq = self.vault.commit(now.timestamp(), |c| {
            c.remove(gone)?;
            c.append(Founded::KIND, &founded)
        })?;
        (self.founded, self.asking) = (Some(founded), None);
        self.view(now)
    }

    fn welcome(&self, key: PublicKey) -> Result<String, Error> {
        let founded = self.founded()?;
        let seed = founded.profile_key.as_ref().ok_or(Error::NotSigner)?;
        let signing = SigningKey::from_seed(seed).ok_or(VaultError::Internal)?;
        let body = Welcome {
            format: purpose::WELCOME.into(),
            key,
            credentials: founded.credentials.clone(),
            roots: founded.roots.clone(),
            recipients: founded.recipients.clone(),
            recipient_types: founded.recipient_types.clone(),
        };
        let body = serde_json::to_string(&body).map_err(VaultError::from)?;
        let signed = SignedDocument::sign(purpose::WELCOME, body, &[&signing]);
        let mut text = serde_json::to_string(&signed).map_err(VaultError::from)?;
        text.push('\n');
        Ok(text)
    }
}

fn read(request: &str) -> Result<Request, Error> {
    let signed: SignedDocument =
        serde_json::from_str(request.trim()).map_err(|_| Error::Request)?;
    let asked: Request = serde_json::from_str(&signed.body).map_err(|_| Error::Request)?;
    if asked.format == purpose::COLLEAGUE && signed.signed_by(purpose::COLLEAGUE, asked.key) {
        Ok(asked)
    } else {
        Err(Error::Request)
    }
}

fn words_of(request: &str) -> Vec<String> {
    let six = SixWords::of_colleague(request.trim().as_bytes());
    six.words().into_iter().map(str::to_owned).collect()
}
