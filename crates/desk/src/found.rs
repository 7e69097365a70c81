//! Founding an organisation: the root key and an offline archive identity are drawn, written to another medium under a
//! passphrase of their own and read back; only then does the organisation exist. The root key does not stay at the desk.

use crate::events::Founded;
use crate::view::{DeskOrganisation, DeskView};
use crate::{Desk, Error, day, random_id, stamp};
use chronicle_bundle::{Identity, RecipientType};
use chronicle_passphrase::Passphrase;
use chronicle_vault::Error as VaultError;
use chronicle_wire::organisation::{
    BUNDLE_FORMAT, Credentials, KeyEntry, ProfileBody, RecipientEntry, Role, RootBody,
};
use chronicle_wire::signed::{SignedDocument, purpose};
use chronicle_wire::{Profile, PublicKey, SigningKey, Verified, route, size};
use jiff::{ToSpan, Zoned};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Days for which an endpoint's receipts count, and for which a profile is meant; years for which a caseworker's key counts.
pub(crate) const RECEIPT_DAYS: i64 = 90;
pub(crate) const PROFILE_DAYS: i64 = 180;
pub(crate) const CASEWORKER_YEARS: i64 = 1;

/// What a new organisation's bundles are sealed to: what is recorded on its way today is to stay closed when the curve is broken.
const RECIPIENTS: RecipientType = RecipientType::Hybrid;

/// What a caseworker says when founding.
pub struct Founding<'a> {
    /// The organisation's name, at most 100 characters.
    pub name: &'a str,
    /// The endpoint's address.
    pub endpoint: &'a str,
    /// The endpoint's receipt key, as its operator printed it.
    pub receipt_key: &'a str,
}

/// Where root and archive are written: a folder on another medium, and a passphrase of its own.
pub struct Medium<'a> {
    /// The folder.
    pub folder: &'a Path,
    /// Its passphrase.
    pub passphrase: &'a Passphrase,
    /// scrypt's work factor; [`chronicle_vault::LOG_N`] outside of tests.
    pub log_n: u8,
}

impl Desk {
    /// Founds the organisation of this desk.
    ///
    /// # Errors
    /// [`Error::AlreadyFounded`], [`Error::Name`], [`Error::Address`], [`Error::ReceiptKey`], [`Error::SameMedium`],
    /// [`Error::MediumUsed`], [`Error::ReadBack`], and those of disk and vault. Nothing was founded then.
    pub fn found(
        &mut self,
        founding: &Founding<'_>,
        medium: &Medium<'_>,
        vault: &Path,
        now: &Zoned,
    ) -> Result<DeskView, Error> {
        if self.founded.is_some() {
            return Err(Error::AlreadyFounded);
        }
        let name = founding.name.trim();
        if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
            return Err(Error::Name);
        }
        let endpoint = founding.endpoint.trim().trim_end_matches('/');
        if !route::address_allowed(endpoint) {
            return Err(Error::Address);
        }
        let receipt_key = PublicKey::parse(founding.receipt_key.trim()).ok_or(Error::ReceiptKey)?;
        check_medium(medium.folder, vault)?;

        let drawn = Drawn::draw()?;
        let credentials = drawn.credentials(name, endpoint, receipt_key, now)?;
        let profile = Profile::read(credentials.clone())?.verify()?;
        drawn.write_offline(medium)?;
        let identity = self.vault.keep_identity(drawn.desk.to_file().as_bytes())?;
        let mut founded = Founded {
            seq: 0,
            id: profile.organisation(),
            founded_at: stamp(now),
            credentials,
            roots: vec![profile.root_hash()],
            recipients: vec![profile.recipients_hash()],
            recipient_types: vec![profile.body().recipient_type.clone()],
            profile_key: drawn.profile.seed(),
            caseworker_key: drawn.caseworker.seed(),
            identities: vec![identity.name().to_owned()],
            receipt_key,
            introductions: 0,
            rest: serde_json::Map::new(),
        };
        let kept = self.vault.commit(now.timestamp(), |c| {
            c.name_identity(&identity)?;
            c.append(Founded::KIND, &founded)
        });
        founded.seq = match kept {
            Ok(seq) => seq,
            Err(error) => {
                // Of an organisation that is none; where it may be one after all, this leaves it.
                let _ = self.vault.discard_identity(&identity);
                return Err(error.into());
            }
        };
        self.founded = Some(founded);
        self.view()
    }

    /// The desk as a whole. Takes about 0.1 s, for the words.
    ///
    /// # Errors
    /// [`Error::Trust`] when the vault's own profile is damaged.
    pub fn view(&self) -> Result<DeskView, Error> {
        let organisation = match &self.founded {
            Some(founded) => Some(organisation(&profile_of(founded)?)),
            None => None,
        };
        let invitations = self.founded.as_ref().map_or(0, |f| f.introductions);
        Ok(DeskView {
            organisation,
            connected: self.connection.is_some(),
            invitations,
        })
    }

    /// The profile for the operator: root and profile, signed.
    ///
    /// # Errors
    /// [`Error::NotFounded`].
    pub fn profile_file(&self) -> Result<String, Error> {
        let founded = self.founded.as_ref().ok_or(Error::NotFounded)?;
        let mut text =
            serde_json::to_string_pretty(&founded.credentials).map_err(VaultError::from)?;
        text.push('\n');
        Ok(text)
    }
}

pub(crate) fn profile_of(founded: &Founded) -> Result<Profile<Verified>, Error> {
    Ok(Profile::read(founded.credentials.clone())?.verify()?)
}

fn organisation(profile: &Profile<Verified>) -> DeskOrganisation {
    let words = profile.words();
    let body = profile.body();
    let receipts = body.keys.iter().filter(|k| k.role == Role::EndpointReceipt);
    DeskOrganisation {
        id: profile.organisation().to_string(),
        name: body.name.clone(),
        words: words.words().into_iter().map(str::to_owned).collect(),
        digits: words.digits(),
        profile_version: body.version,
        expires: body.expires.to_string(),
        receipts_until: receipts
            .map(|k| k.until)
            .max()
            .unwrap_or_default()
            .to_string(),
        endpoint: body.addresses.first().cloned().unwrap_or_default(),
    }
}

struct Drawn {
    root: SigningKey,
    profile: SigningKey,
    caseworker: SigningKey,
    desk: Identity,
    archive: Identity,
}

impl Drawn {
    fn draw() -> Result<Self, Error> {
        let key = || SigningKey::draw().map_err(|_| Error::from(VaultError::Internal));
        Ok(Self {
            root: key()?,
            profile: key()?,
            caseworker: key()?,
            desk: Identity::draw(RECIPIENTS),
            archive: Identity::draw(RECIPIENTS),
        })
    }

    fn credentials(
        &self,
        name: &str,
        endpoint: &str,
        receipt_key: PublicKey,
        now: &Zoned,
    ) -> Result<Credentials, Error> {
        let today = day(now);
        let root = RootBody {
            format: purpose::ROOT.into(),
            version: 1,
            organisation: None,
            root_keys: vec![self.root.public()],
            root_threshold: 1,
            profile_keys: vec![self.profile.public()],
            profile_threshold: 1,
            expires: today.saturating_add(3.years()),
            nonce: random_id()?,
        };
        let root = SignedDocument::sign(purpose::ROOT, json(&root)?, &[&self.root]);
        let label = || Ok::<_, Error>(random_id()?.chars().take(8).collect::<String>());
        let key = |key, role, label| KeyEntry {
            key,
            role,
            label,
            from: today,
            until: today.saturating_add(RECEIPT_DAYS.days()),
        };
        let mut caseworker = key(self.caseworker.public(), Role::Caseworker, label()?);
        caseworker.until = today.saturating_add(CASEWORKER_YEARS.years());
        let body = ProfileBody {
            format: purpose::PROFILE.into(),
            organisation: root.hash(),
            root: root.hash(),
            version: 1,
            name: name.into(),
            addresses: vec![endpoint.into()],
            transport: if route::address_is_onion(endpoint) {
                "onion-only"
            } else {
                "any"
            }
            .into(),
            recipient_type: RECIPIENTS.name().into(),
            recipients: vec![
                RecipientEntry {
                    label: label()?,
                    recipient: self.desk.recipient(),
                    archive: false,
                },
                RecipientEntry {
                    label: label()?,
                    recipient: self.archive.recipient(),
                    archive: true,
                },
            ],
            keys: vec![
                key(receipt_key, Role::EndpointReceipt, label()?),
                caseworker,
            ],
            padding: size::TABLE,
            formats: vec![BUNDLE_FORMAT],
            release: None,
            closed: false,
            expires: today.saturating_add(PROFILE_DAYS.days()),
        };
        Ok(Credentials {
            earlier: vec![],
            root,
            profile: SignedDocument::sign(purpose::PROFILE, json(&body)?, &[&self.profile]),
        })
    }

    // Both files are written, synced, and opened again from the medium with the passphrase before anything counts.
    fn write_offline(&self, medium: &Medium<'_>) -> Result<(), Error> {
        let root = Zeroizing::new(format!(
            "# chronicle root 1\n{}\n",
            self.root.seed().as_str()
        ));
        let files = [(ROOT_FILE, root), (ARCHIVE_FILE, self.archive.to_file())];
        for (name, text) in &files {
            let sealed = chronicle_bundle::seal_with_passphrase(
                text.as_bytes(),
                crate::secret(medium.passphrase),
                medium.log_n,
            )?;
            write_new(&medium.folder.join(name), &sealed)?;
        }
        std::fs::File::open(medium.folder)
            .and_then(|f| f.sync_all())
            .map_err(VaultError::from)?;
        for (name, text) in &files {
            let sealed = std::fs::read(medium.folder.join(name)).map_err(|_| Error::ReadBack)?;
            let back =
                chronicle_bundle::open_with_passphrase(&sealed, crate::secret(medium.passphrase))
                    .map_err(|_| Error::ReadBack)?;
            if back.as_slice() != text.as_bytes() {
                return Err(Error::ReadBack);
            }
        }
        Ok(())
    }
}

fn check_medium(folder: &Path, vault: &Path) -> Result<(), Error> {
    let real = |path: &Path| -> Result<PathBuf, Error> {
        Ok(path.canonicalize().map_err(VaultError::from)?)
    };
    std::fs::create_dir_all(folder).map_err(VaultError::from)?;
    if real(folder)?.starts_with(real(vault)?) {
        return Err(Error::SameMedium);
    }
    let used = [ROOT_FILE, ARCHIVE_FILE]
        .iter()
        .any(|name| folder.join(name).exists());
    if used { Err(Error::MediumUsed) } else { Ok(()) }
}

fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut file = std::fs::File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(VaultError::from)?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(VaultError::from)?;
    Ok(())
}

fn json(body: &impl serde::Serialize) -> Result<String, Error> {
    Ok(serde_json::to_string(body).map_err(VaultError::from)?)
}

const ROOT_FILE: &str = "root.age";
const ARCHIVE_FILE: &str = "archive.age";
