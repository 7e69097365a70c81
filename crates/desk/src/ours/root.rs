//! A later root: drafted at the desk that signs profiles, signed where the root keys are, by as many of their holders as the
//! root before and the new one ask for, and taken up here. No root key comes near a desk's vault: who holds one signs a file.

use super::ROOT_YEARS;
use super::found::{Medium, ROOT_FILE, check_medium, profile_of, write_sealed};
use crate::events::{Decision, Drafted};
use crate::view::DeskView;
use crate::{Desk, Error, day, random_id};
use chronicle_vault::Error as VaultError;
use chronicle_wire::organisation::{Credentials, RootBody};
use chronicle_wire::signed::{Signature, SignedDocument, purpose};
use chronicle_wire::{Profile, PublicKey, SigningKey};
use jiff::{ToSpan, Zoned};
use zeroize::Zeroizing;

/// What is to be different in a later root.
#[derive(Default)]
pub struct RootDraft<'a> {
    /// The keys that sign roots from then on, and how many of them must; those of the root before when empty.
    pub root_keys: &'a [String],
    /// How many of them must sign; as many as before when `None`.
    pub threshold: Option<usize>,
    /// Whether a new profile key is drawn: the one before signs nothing any more that counts.
    pub new_profile_key: bool,
}

impl Desk {
    /// Drafts a root of the next version, for three years. Gives its text, to be signed by [`sign_root`].
    ///
    /// # Errors
    /// [`Error::RootKey`], [`Error::Threshold`], [`Error::NotFounded`], [`Error::NotSigner`], [`Error::Closed`], and those of
    /// the vault.
    pub fn draft_root(&mut self, change: &RootDraft<'_>, now: &Zoned) -> Result<String, Error> {
        let founded = self.founded()?;
        if founded.profile_key.is_none() {
            return Err(Error::NotSigner);
        }
        let profile = profile_of(founded)?;
        if profile.body().closed {
            return Err(Error::Closed);
        }
        let mut root: RootBody = profile.root().clone();
        root.version += 1;
        root.organisation = Some(founded.id);
        root.expires = day(now).saturating_add(ROOT_YEARS.years());
        root.nonce = random_id()?;
        if !change.root_keys.is_empty() {
            let keys = change.root_keys.iter();
            let keys = keys.map(|key| PublicKey::parse(key.trim()));
            root.root_keys = keys.collect::<Option<_>>().ok_or(Error::RootKey)?;
        }
        root.root_threshold = change.threshold.unwrap_or(root.root_threshold);
        if root.root_threshold < 1 || root.root_threshold > root.root_keys.len() {
            return Err(Error::Threshold);
        }
        let drawn = change.new_profile_key.then(SigningKey::draw).transpose();
        let drawn = drawn.map_err(|_| VaultError::Internal)?;
        if let Some(key) = &drawn {
            (root.profile_keys, root.profile_threshold) = (vec![key.public()], 1);
        }
        let mut drafted = Drafted {
            seq: 0,
            body: serde_json::to_string(&root).map_err(VaultError::from)?,
            profile_key: drawn.map(|key| key.seed()),
        };
        let old = self.drafted.as_ref().map_or(0, |d| d.seq);
        drafted.seq = self.vault.commit(now.timestamp(), |c| {
            c.remove(old)?;
            c.append(Drafted::KIND, &drafted)
        })?;
        let text = to_text(&SignedDocument {
            body: drafted.body.clone(),
            signatures: Vec::new(),
        })?;
        self.drafted = Some(drafted);
        Ok(text)
    }

    /// Takes up the root that was drafted here, signed by enough holders; their signatures may lie in several texts. The
    /// profile is signed anew under it. Journals ask their persons for the new words.
    ///
    /// # Errors
    /// [`Error::RootDraft`] for another text than was drafted, [`Error::RootSignatures`], [`Error::NotFounded`], and those
    /// of the vault.
    pub fn finish_root(&mut self, signed: &[String], now: &Zoned) -> Result<DeskView, Error> {
        let drafted = self.drafted.as_ref().ok_or(Error::RootDraft)?;
        let mut root = SignedDocument {
            body: drafted.body.clone(),
            signatures: Vec::new(),
        };
        for text in signed {
            let one = of_text(text)?;
            if one.body != root.body {
                return Err(Error::RootDraft);
            }
            root.signatures.extend(one.signatures);
        }
        merge(&mut root.signatures);
        let founded = self.founded()?;
        let known = profile_of(founded)?;
        let body: RootBody = serde_json::from_str(&root.body).map_err(VaultError::from)?;
        let enough =
            |body: &RootBody| root.count(purpose::ROOT, &body.root_keys) >= body.root_threshold;
        if !enough(&body) || !enough(known.root()) {
            return Err(Error::RootSignatures);
        }
        let seed = drafted
            .profile_key
            .as_ref()
            .or(founded.profile_key.as_ref());
        let seed = seed.ok_or(Error::NotSigner)?.clone();
        let key = SigningKey::from_seed(&seed).ok_or(VaultError::Internal)?;
        let hash = root.hash();
        let mut earlier = founded.credentials.earlier.clone();
        earlier.push(founded.credentials.root.clone());
        let profile = self.next_profile_under(now, &key, |draft| draft.set("root", hash))?;
        let credentials = Credentials {
            earlier,
            root,
            profile,
            current: None,
        };
        // As everybody will read it, before anything counts.
        Profile::read(credentials.clone())?.verify()?;
        let (gone, decision) = (
            drafted.seq,
            Decision::new("root", &hash.to_string(), "", now),
        );
        self.change_founded_with(
            now,
            |f| {
                f.profile_key = Some(seed);
                f.take_up(credentials);
            },
            |c| {
                c.remove(gone)?;
                c.append(Decision::KIND, &decision).map(drop)
            },
        )?;
        self.drafted = None;
        self.view(now)
    }
}

/// Draws a root key for a new holder, writes it to their medium and reads it back. Gives the public key, for
/// [`RootDraft::root_keys`].
///
/// # Errors
/// [`Error::MediumUsed`], [`Error::ReadBack`], and those of the disk.
pub fn new_root_key(medium: &Medium<'_>) -> Result<PublicKey, Error> {
    check_medium(medium.folder, None, &[ROOT_FILE])?;
    let key = SigningKey::draw().map_err(|_| VaultError::Internal)?;
    write_sealed(medium, &[(ROOT_FILE, key_file(&key))])?;
    Ok(key.public())
}

/// Signs the draft of a root with the key on a medium. Needs no desk: it can be done on a machine that is never online.
/// Gives the text with the signature added.
///
/// # Errors
/// [`Error::RootDraft`], [`Error::Medium`], [`Error::RootKey`] for a medium that holds no root key.
pub fn sign_root(draft: &str, medium: &Medium<'_>) -> Result<String, Error> {
    let mut document = of_text(draft)?;
    let root: RootBody = serde_json::from_str(&document.body).map_err(|_| Error::RootDraft)?;
    if root.format != purpose::ROOT || root.version < 2 {
        return Err(Error::RootDraft);
    }
    let sealed = std::fs::read(medium.folder.join(ROOT_FILE)).map_err(|_| Error::Medium)?;
    let file = chronicle_bundle::open_with_passphrase(&sealed, crate::secret(medium.passphrase))
        .map_err(|_| Error::Medium)?;
    let seed = std::str::from_utf8(&file).ok().and_then(|text| {
        text.lines()
            .map(str::trim)
            .find(|line| !line.is_empty() && !line.starts_with('#'))
    });
    let key = seed.and_then(SigningKey::from_seed).ok_or(Error::RootKey)?;
    document.signatures.push(Signature {
        key: key.public(),
        signature: key.sign(purpose::ROOT, document.body.as_bytes()),
    });
    merge(&mut document.signatures);
    to_text(&document)
}

/// The file of a root key.
pub(crate) fn key_file(key: &SigningKey) -> Zeroizing<String> {
    Zeroizing::new(format!("# chronicle root 1\n{}\n", key.seed().as_str()))
}

// One of each key; more would be looked at in vain.
fn merge(signatures: &mut Vec<Signature>) {
    let mut seen: Vec<PublicKey> = Vec::new();
    signatures.retain(|one| {
        let new = !seen.contains(&one.key);
        seen.push(one.key);
        new
    });
}

fn to_text(document: &SignedDocument) -> Result<String, Error> {
    let mut text = serde_json::to_string_pretty(document).map_err(VaultError::from)?;
    text.push('\n');
    Ok(text)
}

fn of_text(text: &str) -> Result<SignedDocument, Error> {
    serde_json::from_str(text.trim()).map_err(|_| Error::RootDraft)
}
