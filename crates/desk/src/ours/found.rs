//! Founding an organisation: the root key and an offline archive identity are drawn, written to another medium under a
//! passphrase of their own and read back; only then does the organisation exist. The root key does not stay at the desk.

use super::change::notices;
use super::root::key_file;
use super::{CASEWORKER_YEARS, PROFILE_DAYS, RECIPIENTS, ROOT_YEARS};
use crate::events::Founded;
use crate::view::{ColleagueLine, DeskOrganisation, DeskView, RetiredLine};
use crate::{Desk, Error, day, label, random_id, stamp};
use chronicle_bundle::Identity;
use chronicle_passphrase::Passphrase;
use chronicle_vault::Error as VaultError;
use chronicle_wire::organisation::{
    BUNDLE_FORMATS, Credentials, KeyEntry, ProfileBody, RECEIPT_DAYS, RecipientEntry, Role,
    RootBody,
};
use chronicle_wire::signed::{SignedDocument, purpose};
use chronicle_wire::words::Language;
use chronicle_wire::{Profile, PublicKey, SigningKey, Verified, route, size};
use jiff::{ToSpan, Zoned};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

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
    /// Founds the organisation of this desk. Each of `media` gets a root key of its own, of which `threshold` must sign
    /// later roots; the first gets the archive identity as well.
    ///
    /// # Errors
    /// [`Error::AlreadyFounded`], [`Error::Name`], [`Error::Address`], [`Error::ReceiptKey`], [`Error::Threshold`],
    /// [`Error::SameMedium`], [`Error::MediumUsed`], [`Error::ReadBack`], and those of disk and vault. Nothing was founded
    /// then.
    pub fn found(
        &mut self,
        founding: &Founding<'_>,
        media: &[Medium<'_>],
        threshold: usize,
        vault: &Path,
        now: &Zoned,
    ) -> Result<DeskView, Error> {
        if self.founded.is_some() {
            return Err(Error::AlreadyFounded);
        }
        let name = name(founding.name)?;
        let endpoint = founding.endpoint.trim().trim_end_matches('/');
        if !route::address_allowed(endpoint) {
            return Err(Error::Address);
        }
        let receipt_key = PublicKey::parse(founding.receipt_key.trim()).ok_or(Error::ReceiptKey)?;
        if threshold < 1 || threshold > media.len() || media.len() > MOST_ROOT_KEYS {
            return Err(Error::Threshold);
        }
        check_media(media, vault)?;

        let drawn = Drawn::draw(media.len())?;
        let credentials = drawn.credentials(name, endpoint, receipt_key, threshold, now)?;
        let profile = Profile::read(credentials.clone())?.verify()?;
        drawn.write_offline(media)?;
        let identity = self.vault.keep_identity(drawn.desk.to_file().as_bytes())?;
        let mut founded = Founded {
            seq: 0,
            id: profile.organisation(),
            founded_at: stamp(now),
            credentials,
            roots: vec![profile.root_hash()],
            recipients: vec![profile.recipients_hash()],
            recipient_types: vec![profile.body().recipient_type.clone()],
            profile_key: Some(drawn.profile.seed()),
            caseworker_key: drawn.caseworker.seed(),
            identities: vec![identity.name().to_owned()],
            retired: Vec::new(),
            later_root: None,
            names: std::collections::BTreeMap::new(),
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
        self.view(now)
    }

    /// The desk as a whole. Takes about 0.1 s, for the words.
    ///
    /// # Errors
    /// [`Error::Trust`] when the vault's own profile is damaged.
    pub fn view(&self, now: &Zoned) -> Result<DeskView, Error> {
        let organisation = match &self.founded {
            Some(founded) => Some(organisation(founded, &self.own_recipient()?, now)?),
            None => None,
        };
        let invitations = self.founded.as_ref().map_or(0, |f| f.introductions);
        Ok(DeskView {
            organisation,
            connected: self.connection.is_some(),
            asking: self.asking.is_some(),
            invitations,
        })
    }

    /// The profile for the operator: root and profile, signed.
    ///
    /// # Errors
    /// [`Error::NotFounded`].
    pub fn profile_file(&self) -> Result<String, Error> {
        let founded = self.founded()?;
        let mut text =
            serde_json::to_string_pretty(&founded.credentials).map_err(VaultError::from)?;
        text.push('\n');
        Ok(text)
    }
}

/// A name that an organisation or a colleague may have.
pub(crate) fn name(text: &str) -> Result<&str, Error> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        Err(Error::Name)
    } else {
        Ok(name)
    }
}

pub(crate) fn profile_of(founded: &Founded) -> Result<Profile<Verified>, Error> {
    Ok(Profile::read(founded.credentials.clone())?.verify()?)
}

fn organisation(founded: &Founded, own: &str, now: &Zoned) -> Result<DeskOrganisation, Error> {
    let profile = profile_of(founded)?;
    let words = profile.words();
    let (root, body) = (profile.root(), profile.body());
    let receipts = body.keys.iter().filter(|k| k.role == Role::EndpointReceipt);
    Ok(DeskOrganisation {
        id: profile.organisation().to_string(),
        name: body.name.clone(),
        words: words.words().into_iter().map(str::to_owned).collect(),
        words_russian: words
            .words_in(Language::Russian)
            .into_iter()
            .map(str::to_owned)
            .collect(),
        digits: words.digits(),
        profile_version: body.version,
        expires: body.expires.to_string(),
        receipts_until: receipts
            .map(|k| k.until)
            .max()
            .unwrap_or_default()
            .to_string(),
        endpoint: body.addresses.first().cloned().unwrap_or_default(),
        addresses: body.addresses.clone(),
        signs: founded.profile_key.is_some(),
        closed: body.closed,
        root_version: root.version,
        root_expires: root.expires.to_string(),
        root_keys: root.root_keys.len(),
        root_threshold: root.root_threshold,
        colleagues: body
            .recipients
            .iter()
            .map(|r| ColleagueLine {
                label: r.label.clone(),
                name: founded.names.get(&r.label).cloned().unwrap_or_default(),
                own: r.recipient == own,
                archive: r.archive,
            })
            .collect(),
        retired: founded
            .retired
            .iter()
            .map(|r| RetiredLine {
                identity: r.identity.clone(),
                on: r.on.to_string(),
                compromised: r.compromised,
            })
            .collect(),
        notices: notices(&profile, day(now)),
    })
}

struct Drawn {
    roots: Vec<SigningKey>,
    profile: SigningKey,
    caseworker: SigningKey,
    desk: Identity,
    archive: Identity,
}

impl Drawn {
    fn draw(roots: usize) -> Result<Self, Error> {
        let key = || SigningKey::draw().map_err(|_| Error::from(VaultError::Internal));
        Ok(Self {
            roots: (0..roots).map(|_| key()).collect::<Result<_, _>>()?,
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
        threshold: usize,
        now: &Zoned,
    ) -> Result<Credentials, Error> {
        let today = day(now);
        let root = RootBody {
            format: purpose::ROOT.into(),
            version: 1,
            organisation: None,
            root_keys: self.roots.iter().map(SigningKey::public).collect(),
            root_threshold: threshold,
            profile_keys: vec![self.profile.public()],
            profile_threshold: 1,
            expires: today.saturating_add(ROOT_YEARS.years()),
            nonce: random_id()?,
        };
        let signing: Vec<&SigningKey> = self.roots.iter().collect();
        let root = SignedDocument::sign(purpose::ROOT, json(&root)?, &signing);
        let key = |key, role, label, until| KeyEntry {
            key,
            role,
            label,
            from: today,
            until,
        };
        // A person's recipient and key bear one label, by which they leave together.
        let own = label()?;
        let recipient = |label, identity: &Identity, archive| RecipientEntry {
            label,
            recipient: identity.recipient(),
            archive,
        };
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
                recipient(own.clone(), &self.desk, false),
                recipient(label()?, &self.archive, true),
            ],
            keys: vec![
                key(
                    receipt_key,
                    Role::EndpointReceipt,
                    label()?,
                    today.saturating_add(RECEIPT_DAYS.days()),
                ),
                key(
                    self.caseworker.public(),
                    Role::Caseworker,
                    own,
                    today.saturating_add(CASEWORKER_YEARS.years()),
                ),
            ],
            padding: size::TABLE,
            formats: BUNDLE_FORMATS.to_vec(),
            release: None,
            revoked: vec![],
            closed: false,
            expires: today.saturating_add(PROFILE_DAYS.days()),
        };
        Ok(Credentials {
            earlier: vec![],
            root,
            profile: SignedDocument::sign(purpose::PROFILE, json(&body)?, &[&self.profile]),
            current: None,
        })
    }

    fn write_offline(&self, media: &[Medium<'_>]) -> Result<(), Error> {
        let mut written = Vec::new();
        let archives = std::iter::once(Some(self.archive.to_file())).chain(std::iter::repeat(None));
        for ((medium, root), archive) in media.iter().zip(&self.roots).zip(archives) {
            let mut files = vec![(ROOT_FILE, key_file(root))];
            files.extend(archive.map(|file| (ARCHIVE_FILE, file)));
            if let Err(error) = write_and_read(medium, &files, &mut written) {
                remove(&written);
                return Err(error);
            }
        }
        Ok(())
    }
}

/// Writes key files under the medium's passphrase, synced, and opens them again from there before anything counts. What was
/// written is removed again when that fails: a key of no organisation would be taken for one, and be in the way.
pub(crate) fn write_sealed(
    medium: &Medium<'_>,
    files: &[(&str, Zeroizing<String>)],
) -> Result<(), Error> {
    let mut written = Vec::new();
    let done = write_and_read(medium, files, &mut written);
    if done.is_err() {
        remove(&written);
    }
    done
}

// The reason why it failed is what the person must hear; a file that stays is in the way the next time, and is told then.
fn remove(written: &[PathBuf]) {
    for path in written {
        let _ = std::fs::remove_file(path);
    }
}

fn write_and_read(
    medium: &Medium<'_>,
    files: &[(&str, Zeroizing<String>)],
    written: &mut Vec<PathBuf>,
) -> Result<(), Error> {
    for (name, text) in files {
        let sealed = chronicle_bundle::seal_with_passphrase(
            text.as_bytes(),
            crate::secret(medium.passphrase),
            medium.log_n,
        )?;
        let path = medium.folder.join(name);
        write_new(&path, &sealed, written)?;
    }
    std::fs::File::open(medium.folder)
        .and_then(|f| f.sync_all())
        .map_err(VaultError::from)?;
    for (name, text) in files {
        let sealed = read_back(&medium.folder.join(name)).map_err(|_| Error::ReadBack)?;
        let back =
            chronicle_bundle::open_with_passphrase(&sealed, crate::secret(medium.passphrase))
                .map_err(|_| Error::ReadBack)?;
        if back.as_slice() != text.as_bytes() {
            return Err(Error::ReadBack);
        }
    }
    Ok(())
}

// Each medium is another one: two keys in one folder are one key to whoever finds it.
fn check_media(media: &[Medium<'_>], vault: &Path) -> Result<(), Error> {
    let mut seen = Vec::new();
    for medium in media {
        let folder = check_medium(medium.folder, Some(vault), &[ROOT_FILE, ARCHIVE_FILE])?;
        if seen.contains(&folder) {
            return Err(Error::SameMedium);
        }
        seen.push(folder);
    }
    Ok(())
}

/// A folder for key files, outside of the vault and without such files. Gives its real path.
pub(crate) fn check_medium(
    folder: &Path,
    vault: Option<&Path>,
    files: &[&str],
) -> Result<PathBuf, Error> {
    let real = |path: &Path| -> Result<PathBuf, Error> {
        Ok(path.canonicalize().map_err(VaultError::from)?)
    };
    std::fs::create_dir_all(folder).map_err(VaultError::from)?;
    let place = real(folder)?;
    if let Some(vault) = vault
        && place.starts_with(real(vault)?)
    {
        return Err(Error::SameMedium);
    }
    if files.iter().any(|name| folder.join(name).exists()) {
        Err(Error::MediumUsed)
    } else {
        Ok(place)
    }
}

// From the medium, where the system lets go of what it remembers of it.
fn read_back(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut file = std::fs::File::open(path)?;
    chronicle_vault::forget_cached(&file);
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn write_new(path: &Path, bytes: &[u8], written: &mut Vec<PathBuf>) -> Result<(), Error> {
    let mut file = std::fs::File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(VaultError::from)?;
    written.push(path.to_owned());
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(VaultError::from)?;
    Ok(())
}

fn json(body: &impl serde::Serialize) -> Result<String, Error> {
    Ok(serde_json::to_string(body).map_err(VaultError::from)?)
}

/// Root keys of one organisation, at most.
const MOST_ROOT_KEYS: usize = 8;
pub(crate) const ROOT_FILE: &str = "root.age";
const ARCHIVE_FILE: &str = "archive.age";
