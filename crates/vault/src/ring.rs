//! The keys of a vault. `key.age` (under the passphrase) holds only the unlock identity U, `recovery.age` (under the
//! code of the printed sheet) only the recovery identity R; `ring.age`, sealed to both, holds the generations of data
//! identities and MAC keys, newest first. All plaintexts are ordinary age identity files; what age does not know stands
//! in `#` lines.

use crate::generation::Generation;
use crate::sealed::{
    MAX_LOG_N, by_passphrase, memory_for, open_small, read_small, seal_to, seal_under, work_factor,
};
use crate::store::VaultKind;
use crate::{Error, disk};
use age::secrecy::{ExposeSecret, SecretString};
use age::x25519;
use std::path::Path;
use std::str::FromStr;
use zeroize::Zeroizing;

/// The opened ring.
pub(crate) struct Ring {
    pub(crate) vault: String,
    pub(crate) kind: VaultKind,
    /// Newest first; never empty.
    generations: Vec<Generation>,
    /// Whose identity opens the ring: U's recipient.
    unlock: x25519::Recipient,
    /// R's recipient, once there is a sheet.
    recovery: Option<x25519::Recipient>,
    /// A change of keys is under way: generations overlap until it is settled.
    pub(crate) changing: bool,
}

/// A file that one secret opens, with the one identity in it.
#[derive(Clone, Copy)]
pub(crate) enum KeyFile {
    /// Opened by the passphrase.
    Passphrase,
    /// Opened by the code of the printed sheet.
    Recovery,
}

impl KeyFile {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Passphrase => KEY_FILE,
            Self::Recovery => RECOVERY_FILE,
        }
    }

    fn first_line(self) -> &'static str {
        match self {
            Self::Passphrase => "# chronicle key 1",
            Self::Recovery => "# chronicle recovery 1",
        }
    }

    pub(crate) fn wrong_secret(self) -> Error {
        match self {
            Self::Passphrase => Error::WrongPassphrase,
            Self::Recovery => Error::WrongCode,
        }
    }

    /// The file's new content, with `identity` in it.
    pub(crate) fn seal(
        self,
        secret: SecretString,
        log_n: u8,
        identity: &x25519::Identity,
    ) -> Result<Vec<u8>, Error> {
        let text = Zeroizing::new(format!(
            "{}\n{}\n",
            self.first_line(),
            identity.to_string().expose_secret()
        ));
        seal_under(secret, log_n, text.as_bytes())
    }

    /// Opens the file in `folder`.
    pub(crate) fn open(
        self,
        folder: &Path,
        secret: SecretString,
    ) -> Result<x25519::Identity, Error> {
        let sealed = read_small(folder, self.name())?;
        if let Some(log_n) = work_factor(&sealed).filter(|log_n| *log_n <= MAX_LOG_N) {
            memory_for(log_n)?;
        }
        let text = open_small(&sealed, &[&by_passphrase(secret)]).map_err(|e| match e {
            age::DecryptError::DecryptionFailed | age::DecryptError::KeyDecryptionFailed => {
                self.wrong_secret()
            }
            _ => Error::KeyFile,
        })?;
        identity_in(&text)
    }
}

/// The one identity in an opened key file.
pub(crate) fn identity_in(text: &[u8]) -> Result<x25519::Identity, Error> {
    let text = std::str::from_utf8(text).map_err(|_| Error::KeyFile)?;
    let line = text
        .lines()
        .find(|l| !l.starts_with('#'))
        .ok_or(Error::KeyFile)?;
    x25519::Identity::from_str(line.trim()).map_err(|_| Error::KeyFile)
}

impl Ring {
    /// Draws the keys of a new vault, for whoever holds `unlock`.
    pub(crate) fn generate(kind: VaultKind, unlock: x25519::Recipient) -> Result<Self, Error> {
        Ok(Self {
            vault: disk::random_name()?,
            kind,
            generations: vec![Generation::draw(1)?],
            unlock,
            recovery: None,
            changing: false,
        })
    }

    /// Opens `ring.age` with U or R.
    pub(crate) fn open(folder: &Path, by: &x25519::Identity) -> Result<Self, Error> {
        let sealed = read_small(folder, RING_FILE)?;
        let text = open_small(&sealed, &[by]).map_err(|_| Error::KeyFile)?;
        Self::from_text(
            std::str::from_utf8(&text).map_err(|_| Error::KeyFile)?,
            by.to_public(),
        )
    }

    /// Writes `ring.age` to U, R and whoever else is named: all or nothing, synced.
    pub(crate) fn write(&self, folder: &Path, also: &[&x25519::Recipient]) -> Result<(), Error> {
        let mut recipients: Vec<&dyn age::Recipient> = vec![&self.unlock];
        recipients.extend(self.recovery.iter().map(|r| r as &dyn age::Recipient));
        recipients.extend(also.iter().map(|r| *r as &dyn age::Recipient));
        let sealed = seal_to(&recipients, self.to_text().as_bytes())?;
        disk::replace(folder, RING_FILE, &sealed)
    }

    pub(crate) fn newest(&self) -> Result<&Generation, Error> {
        self.generations.first().ok_or(Error::KeyFile)
    }

    pub(crate) fn generations(&self) -> &[Generation] {
        &self.generations
    }

    /// The identities of all generations, newest first, for one operation.
    pub(crate) fn identities(&self) -> Result<Vec<x25519::Identity>, Error> {
        self.generations.iter().map(Generation::identity).collect()
    }

    pub(crate) fn push(&mut self, generation: Generation) {
        self.generations.insert(0, generation);
    }

    /// Takes back what [`Self::push`] put first.
    pub(crate) fn drop_newest(&mut self) {
        if self.generations.len() > 1 {
            self.generations.remove(0);
        }
    }

    /// Forgets every generation but the newest, here and in `ring.age`.
    pub(crate) fn write_newest(&mut self, folder: &Path) -> Result<(), Error> {
        let older = self.generations.split_off(1);
        let written = self.write(folder, &[]);
        if written.is_err() {
            self.generations.extend(older);
        }
        written
    }

    /// The newest generation's first number, settled.
    pub(crate) fn settle(&mut self, from: u64) {
        self.changing = false;
        if let Some(newest) = self.generations.first_mut() {
            newest.from = from;
        }
    }

    /// Whether generation `index` may have written the record `seq`: a retired one wrote nothing that is newer than the
    /// one after it.
    pub(crate) fn may_have_written(&self, index: usize, seq: u64) -> bool {
        let next = index.checked_sub(1).and_then(|i| self.generations.get(i));
        self.changing && index == 1 || next.is_none_or(|next| seq < next.from)
    }

    pub(crate) fn unlock(&self) -> &x25519::Recipient {
        &self.unlock
    }

    pub(crate) fn set_unlock(&mut self, unlock: x25519::Recipient) {
        self.unlock = unlock;
    }

    pub(crate) fn recovery(&self) -> Option<&x25519::Recipient> {
        self.recovery.as_ref()
    }

    pub(crate) fn set_recovery(&mut self, recovery: Option<x25519::Recipient>) {
        self.recovery = recovery;
    }

    pub(crate) fn to_text(&self) -> Zeroizing<String> {
        // Room for everything at once, so that no half-written copy stays behind in freed memory.
        let room = 256 + 256 * (self.generations.len() + 1);
        let mut text = Zeroizing::new(String::with_capacity(room));
        let mut line = |parts: &[&str]| {
            parts.iter().for_each(|part| text.push_str(part));
            text.push('\n');
        };
        line(&["# ", RING_FORMAT]);
        line(&["# vault ", &self.vault]);
        line(&["# kind ", self.kind.name()]);
        if let Some(recovery) = &self.recovery {
            line(&["# recovery ", &recovery.to_string()]);
        }
        if self.changing {
            line(&["# changing"]);
        }
        for generation in &self.generations {
            line(&["# from ", &generation.from.to_string()]);
            let mac = Zeroizing::new(hex::encode(generation.mac_key()));
            line(&["# mac ", &mac]);
            line(&[generation.identity_text()]);
        }
        text
    }

    pub(crate) fn from_text(text: &str, unlock: x25519::Recipient) -> Result<Self, Error> {
        let (mut vault, mut kind, mut recovery) = (None, None, None);
        let (mut format, mut changing, mut generations) = (false, false, Vec::new());
        let (mut from, mut mac) = (1, None);
        for line in text.lines() {
            let Some(words) = line.strip_prefix("# ") else {
                let mac: &str = mac.take().ok_or(Error::KeyFile)?;
                generations.push(Generation::parse(line.trim(), mac, from)?);
                from = 1;
                continue;
            };
            match words.split_once(' ').unwrap_or((words, "")) {
                ("chronicle", "ring 1") => format = true,
                ("chronicle", _) => return Err(Error::Newer),
                ("vault", id) => vault = Some(id.to_owned()),
                ("kind", name) => kind = Some(VaultKind::parse(name).ok_or(Error::Newer)?),
                ("recovery", recipient) => {
                    let recipient = x25519::Recipient::from_str(recipient);
                    recovery = Some(recipient.map_err(|_| Error::KeyFile)?);
                }
                ("changing", _) => changing = true,
                ("from", number) => from = number.parse().map_err(|_| Error::KeyFile)?,
                ("mac", digits) => mac = Some(digits),
                _ => {}
            }
        }
        match (format, vault, kind, generations.is_empty()) {
            (true, Some(vault), Some(kind), false) => Ok(Self {
                vault,
                kind,
                generations,
                unlock,
                recovery,
                changing,
            }),
            _ => Err(Error::KeyFile),
        }
    }
}

pub(crate) const KEY_FILE: &str = "key.age";
pub(crate) const RECOVERY_FILE: &str = "recovery.age";
pub(crate) const RING_FILE: &str = "ring.age";
const RING_FORMAT: &str = "chronicle ring 1";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_reads_back_and_what_is_not_one_is_refused() {
        let unlock = x25519::Identity::generate().to_public();
        let mut ring = Ring::generate(VaultKind::Desk, unlock.clone()).unwrap();
        ring.push(Generation::draw(41).unwrap());
        ring.set_recovery(Some(x25519::Identity::generate().to_public()));
        ring.changing = true;
        let text = ring.to_text();
        let read = Ring::from_text(&text, unlock.clone()).unwrap();
        assert_eq!(*read.to_text(), *text);
        assert_eq!(read.generations().len(), 2);
        for (name, cut) in [
            ("no format", text.replacen("# chronicle ring 1\n", "", 1)),
            ("no vault", text.replacen("# vault", "# else", 1)),
            ("no mac", text.replacen("# mac", "# else", 1)),
            ("no number", text.replacen("# from 41", "# from x", 1)),
            ("short", text[..text.len() - 10].to_owned()),
        ] {
            let read = Ring::from_text(&cut, unlock.clone());
            assert!(matches!(read, Err(Error::KeyFile)), "{name}");
        }
        let newer = text.replacen("ring 1", "ring 2", 1);
        assert!(matches!(Ring::from_text(&newer, unlock), Err(Error::Newer)));
    }

    #[test]
    fn a_retired_generation_writes_nothing_new() {
        let unlock = x25519::Identity::generate().to_public();
        let mut ring = Ring::generate(VaultKind::Journal, unlock).unwrap();
        ring.push(Generation::draw(10).unwrap());
        assert!(ring.may_have_written(0, 3) && ring.may_have_written(0, 30));
        assert!(ring.may_have_written(1, 9) && !ring.may_have_written(1, 10));
        ring.changing = true;
        assert!(ring.may_have_written(1, 10), "until the change is settled");
    }
}
