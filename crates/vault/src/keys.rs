//! The keys of a vault. `key.age` (scrypt) holds only the unlock identity U; `ring.age`, sealed to U, holds the data
//! identities and MAC keys, newest first. Both plaintexts are ordinary age identity files; what age does not know
//! stands in `#` lines. Nothing here has `Debug`, everything wipes itself.

use crate::store::VaultKind;
use crate::{Error, disk};
use age::secrecy::{ExposeSecret, SecretString};
use age::x25519;
use std::io::{Read, Write};
use std::path::Path;
use std::str::FromStr;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A MAC key.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct MacKey([u8; 32]);

impl MacKey {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// One generation of keys: what it seals to, what it opens with, what it vouches with.
pub(crate) struct Generation {
    pub(crate) identity: x25519::Identity,
    pub(crate) mac: MacKey,
}

/// The opened ring.
pub(crate) struct Ring {
    pub(crate) vault: String,
    pub(crate) kind: VaultKind,
    /// Newest first; never empty.
    generations: Vec<Generation>,
}

impl Ring {
    pub(crate) fn newest(&self) -> Result<&Generation, Error> {
        self.generations.first().ok_or(Error::KeyFile)
    }

    pub(crate) fn generations(&self) -> impl Iterator<Item = &Generation> {
        self.generations.iter()
    }

    /// Draws the keys of a new vault.
    pub(crate) fn generate(kind: VaultKind) -> Result<Self, Error> {
        let mut mac = MacKey([0; 32]);
        getrandom::fill(&mut mac.0)?;
        let generation = Generation {
            identity: x25519::Identity::generate(),
            mac,
        };
        Ok(Self {
            vault: disk::random_name()?,
            kind,
            generations: vec![generation],
        })
    }

    /// Writes `ring.age` and then `key.age`: a vault exists when the latter does.
    pub(crate) fn write(
        &self,
        folder: &Path,
        passphrase: SecretString,
        log_n: u8,
    ) -> Result<(), Error> {
        let unlock = x25519::Identity::generate();
        disk::replace(
            folder,
            RING_FILE,
            &seal_to(&unlock.to_public(), self.to_text().as_bytes())?,
        )?;

        let mut recipient = age::scrypt::Recipient::new(passphrase);
        recipient.set_work_factor(log_n);
        let text = Zeroizing::new(format!(
            "# chronicle key 1\n{}\n",
            unlock.to_string().expose_secret()
        ));
        disk::replace(folder, KEY_FILE, &seal_to(&recipient, text.as_bytes())?)
    }

    pub(crate) fn open(folder: &Path, passphrase: SecretString) -> Result<Self, Error> {
        let mut identity = age::scrypt::Identity::new(passphrase);
        identity.set_max_work_factor(MAX_LOG_N);
        let key =
            open_small(&read_small(folder, KEY_FILE)?, &[&identity]).map_err(|e| match e {
                age::DecryptError::DecryptionFailed | age::DecryptError::KeyDecryptionFailed => {
                    Error::WrongPassphrase
                }
                _ => Error::KeyFile,
            })?;
        let key = std::str::from_utf8(&key).map_err(|_| Error::KeyFile)?;
        let unlock = key
            .lines()
            .find(|l| !l.starts_with('#'))
            .ok_or(Error::KeyFile)?;
        let unlock = x25519::Identity::from_str(unlock.trim()).map_err(|_| Error::KeyFile)?;
        let ring =
            open_small(&read_small(folder, RING_FILE)?, &[&unlock]).map_err(|_| Error::KeyFile)?;
        Self::from_text(std::str::from_utf8(&ring).map_err(|_| Error::KeyFile)?)
    }

    fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(format!(
            "# {RING_FORMAT}\n# vault {}\n# kind {}\n",
            self.vault,
            self.kind.name()
        ));
        for generation in &self.generations {
            text.push_str(&Zeroizing::new(format!(
                "# mac {}\n",
                Zeroizing::new(hex::encode(generation.mac.0)).as_str()
            )));
            text.push_str(generation.identity.to_string().expose_secret());
            text.push('\n');
        }
        text
    }

    fn from_text(text: &str) -> Result<Self, Error> {
        let mut ring = Self {
            vault: String::new(),
            kind: VaultKind::Journal,
            generations: Vec::new(),
        };
        let (mut mac, mut format, mut kind) = (None, false, false);
        for line in text.lines() {
            match line
                .strip_prefix("# ")
                .map(|l| l.split_once(' ').unwrap_or((l, "")))
            {
                Some(("chronicle", rest)) => match rest {
                    "ring 1" => format = true,
                    _ => return Err(Error::Newer),
                },
                Some(("vault", id)) => ring.vault = id.to_owned(),
                Some(("kind", name)) => {
                    ring.kind = VaultKind::parse(name).ok_or(Error::Newer)?;
                    kind = true;
                }
                Some(("mac", digits)) => {
                    let mut key = MacKey([0; 32]);
                    hex::decode_to_slice(digits, &mut key.0).map_err(|_| Error::KeyFile)?;
                    mac = Some(key);
                }
                Some(_) => {}
                None => {
                    let identity =
                        x25519::Identity::from_str(line.trim()).map_err(|_| Error::KeyFile)?;
                    ring.generations.push(Generation {
                        identity,
                        mac: mac.take().ok_or(Error::KeyFile)?,
                    });
                }
            }
        }
        let whole = format && kind && !ring.vault.is_empty() && !ring.generations.is_empty();
        if whole { Ok(ring) } else { Err(Error::KeyFile) }
    }
}

/// Seals a small plaintext to one recipient.
pub(crate) fn seal_to(recipient: &dyn age::Recipient, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
    let encryptor =
        age::Encryptor::with_recipients(std::iter::once(recipient)).map_err(|_| Error::Internal)?;
    let mut out = Vec::with_capacity(plaintext.len() + 512);
    let mut writer = encryptor.wrap_output(&mut out)?;
    writer.write_all(plaintext)?;
    writer.finish()?;
    Ok(out)
}

/// Opens a small age file with one of `identities`.
pub(crate) fn open_small(
    sealed: &[u8],
    identities: &[&dyn age::Identity],
) -> Result<Zeroizing<Vec<u8>>, age::DecryptError> {
    let mut reader = age::Decryptor::new_buffered(sealed)?.decrypt(identities.iter().copied())?;
    let mut out = Zeroizing::new(Vec::with_capacity(sealed.len()));
    reader.read_to_end(&mut out)?;
    Ok(out)
}

fn read_small(folder: &Path, name: &str) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    let file = std::fs::File::open(folder.join(name)).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => Error::KeyFile,
        _ => e.into(),
    })?;
    file.take(64 * 1024).read_to_end(&mut out)?;
    Ok(out)
}

pub(crate) const KEY_FILE: &str = "key.age";
pub(crate) const RING_FILE: &str = "ring.age";
const RING_FORMAT: &str = "chronicle ring 1";
/// Above this a key file is somebody's attempt to keep the machine busy.
const MAX_LOG_N: u8 = 22;
