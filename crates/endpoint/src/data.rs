//! The operator's folder: the receipt key (outside the object store), and `objects/`. Profiles are installed here: the
//! first one pins the root.

use crate::config::{Config, ConfigError, TEMPLATE};
use crate::store::{Store, StoreError};
use chronicle_wire::organisation::{Credentials, Role};
use chronicle_wire::{Day, Profile, PublicKey, SigningKey, TrustError, Verified};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why the operator's folder could not.
#[derive(Debug, Error)]
pub enum DataError {
    /// `init` was run here before.
    #[error("there is an endpoint in this folder already")]
    Exists,
    /// `init` was not run here.
    #[error("there is no endpoint in this folder; run init first")]
    Missing,
    /// The folder's file system has no hard links.
    #[error("this file system has no hard links (FAT?); choose another folder")]
    NoLinks,
    /// The receipt key is damaged.
    #[error(
        "receipt.key is damaged; restore it from a backup, or have a new profile signed for a new key"
    )]
    Key,
    /// Root and profile do not verify.
    #[error("the profile is not accepted: {0}; ask the organisation for a new one")]
    Trust(#[from] TrustError),
    /// The profile does not name this endpoint's key.
    #[error(
        "the profile does not name this endpoint's receipt key; give the organisation the key that receipt-key prints"
    )]
    ForeignKey,
    /// Not a profile file.
    #[error("this is not a profile file; the desk writes one with `desk profile`")]
    NoProfile,
    /// `endpoint.toml` is not what it should be.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The bucket's credentials are not there, or everybody can read them.
    #[error(
        "the bucket's credentials cannot be used: a file of two lines, the key's id and the secret, that only the endpoint can read (chmod 600)"
    )]
    Credentials,
    /// Certificate or key cannot be used.
    #[error(transparent)]
    Tls(#[from] crate::TlsError),
    /// The bucket does not answer, or would let one object take another one's place.
    #[error("{0}")]
    Bucket(&'static str),
    /// Tokens would cross the net in the open.
    #[error(
        "without [tls] this address would be served in the open; listen on 127.0.0.1 behind an onion service or a web server, or configure [tls]"
    )]
    Plain,
    /// Somebody else's folder: what is written by another user its owner could not read.
    #[error(
        "this folder belongs to another user; run this as its owner, for instance: sudo -u chronicle-endpoint"
    )]
    Owner,
    /// Nobody can listen there.
    #[error("nobody can listen at this address; it is taken or not this machine's, choose another")]
    Listen,
    /// The disk refused.
    #[error("the folder cannot be read or written")]
    Io(#[from] std::io::Error),
    /// The store refused.
    #[error("the folder cannot be read or written")]
    Store(#[from] StoreError),
}

/// The operator's folder.
pub struct Data {
    folder: PathBuf,
    config: Config,
}

impl Data {
    /// Makes the folder and draws the receipt key.
    ///
    /// # Errors
    /// [`DataError::Exists`], [`DataError::NoLinks`], [`DataError::Io`].
    pub fn init(folder: &Path) -> Result<(Self, PublicKey), DataError> {
        let data = Self {
            folder: folder.to_owned(),
            config: Config::default(),
        };
        if data.key_file().exists() {
            return Err(DataError::Exists);
        }
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(data.objects())?;
        check_links(folder)?;
        make_folders(&data.objects())?;
        let key =
            SigningKey::draw().map_err(|_| std::io::Error::from(std::io::ErrorKind::Other))?;
        let mut file = std::fs::File::options()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(data.key_file())?;
        file.write_all(format!("{}\n", key.seed().as_str()).as_bytes())?;
        file.sync_all()?;
        let mut file = std::fs::File::options();
        match file.write(true).create_new(true).open(data.config_file()) {
            Ok(mut file) => {
                file.write_all(TEMPLATE.as_bytes())?;
                file.sync_all()?;
            }
            // Whoever wrote it before knew what for.
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
        std::fs::File::open(folder)?.sync_all()?;
        Ok((data, key.public()))
    }

    /// Opens a folder that [`Self::init`] made.
    ///
    /// # Errors
    /// [`DataError::Missing`], [`DataError::Config`].
    pub fn open(folder: &Path) -> Result<Self, DataError> {
        let mut data = Self {
            folder: folder.to_owned(),
            config: Config::default(),
        };
        if !data.key_file().exists() {
            return Err(DataError::Missing);
        }
        if std::fs::metadata(folder)?.uid() != rustix::process::geteuid().as_raw() {
            return Err(DataError::Owner);
        }
        match std::fs::read_to_string(data.config_file()) {
            Ok(text) => data.config = Config::parse(&text)?,
            // A folder from before there was one.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        Ok(data)
    }

    /// What `endpoint.toml` says.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The receipt key.
    ///
    /// # Errors
    /// [`DataError::Key`], [`DataError::Io`].
    pub fn key(&self) -> Result<SigningKey, DataError> {
        let text = zeroize::Zeroizing::new(std::fs::read_to_string(self.key_file())?);
        SigningKey::from_seed(&text).ok_or(DataError::Key)
    }

    /// The object store: the bucket, where one is named, otherwise the folder's own.
    ///
    /// # Errors
    /// [`DataError::Store`], [`DataError::Credentials`].
    pub fn store(&self) -> Result<Store, DataError> {
        match &self.config.bucket {
            None => Ok(Store::local(self.objects())?),
            Some(bucket) => {
                let credentials = read_credentials(&bucket.credentials)?;
                let (id, secret) = credentials.split_once('\n').ok_or(DataError::Credentials)?;
                Ok(Store::bucket(bucket, id.trim(), secret.trim())?)
            }
        }
    }

    /// Removes leftovers of writes that a kill interrupted, as far as they are older than `before`: others may belong
    /// to an endpoint that is running.
    ///
    /// # Errors
    /// [`DataError::Io`].
    pub fn sweep(&self, before: std::time::SystemTime) -> Result<(), DataError> {
        match self.config.bucket {
            Some(_) => Ok(()),
            None => Ok(sweep_staging(&self.objects(), before)?),
        }
    }

    /// Installs a profile; it counts at once. The first one pins the organisation; a later root needs the whole way to it.
    ///
    /// # Errors
    /// [`DataError::NoProfile`], [`DataError::Trust`], [`DataError::ForeignKey`], [`DataError::Store`].
    pub async fn install(&self, text: &str) -> Result<Profile<Verified>, DataError> {
        let credentials: Credentials =
            serde_json::from_str(text).map_err(|_| DataError::NoProfile)?;
        let profile = Profile::read(credentials)?.verify()?;
        let own = self.key()?.public();
        if !profile
            .body()
            .keys
            .iter()
            .any(|k| k.key == own && k.role == Role::EndpointReceipt)
        {
            return Err(DataError::ForeignKey);
        }
        let store = self.store()?;
        crate::profile::install(&store, &profile).await?;
        Ok(profile)
    }

    fn config_file(&self) -> PathBuf {
        self.folder.join("endpoint.toml")
    }

    fn key_file(&self) -> PathBuf {
        self.folder.join("receipt.key")
    }

    fn objects(&self) -> PathBuf {
        self.folder.join("objects")
    }
}

fn read_credentials(file: &Path) -> Result<zeroize::Zeroizing<String>, DataError> {
    let refused = |_| DataError::Credentials;
    let mode = std::fs::metadata(file).map_err(refused)?.mode();
    if mode & 0o077 != 0 {
        return Err(DataError::Credentials);
    }
    let text = std::fs::read_to_string(file).map_err(refused)?;
    Ok(zeroize::Zeroizing::new(text))
}

/// 90 days after `day`.
pub(crate) fn in_90_days(day: Day) -> Day {
    day.saturating_add(jiff::Span::new().days(90))
}

fn check_links(folder: &Path) -> Result<(), DataError> {
    let (a, b) = (
        folder.join("objects/.link-a"),
        folder.join("objects/.link-b"),
    );
    std::fs::write(&a, b"x")?;
    let linked = std::fs::hard_link(&a, &b);
    let _ = (std::fs::remove_file(&a), std::fs::remove_file(&b));
    linked.map_err(|_| DataError::NoLinks)
}

// object_store stages a new object as `name#n` beside its place.
fn sweep_staging(folder: &Path, before: std::time::SystemTime) -> std::io::Result<()> {
    for item in std::fs::read_dir(folder)? {
        let path = item?.path();
        if path.is_dir() {
            sweep_staging(&path, before)?;
        } else if path
            .file_name()
            .is_some_and(|n| n.to_string_lossy().contains('#'))
            && path.metadata()?.modified()? < before
        {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}

// Made and synced before anybody serves: two first writers can not wait for each other's folder.
fn make_folders(objects: &Path) -> std::io::Result<()> {
    for name in FOLDERS {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(objects.join(name))?;
    }
    std::fs::File::open(objects)?.sync_all()
}

const FOLDERS: &[&str] = &[
    "bundle", "cap", "current", "log", "mailbox", "open", "profile", "receipt", "refused",
    "revoked", "slot", "token", "up", "used",
];
