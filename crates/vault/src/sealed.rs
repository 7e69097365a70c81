//! Small plaintexts as age files, in memory; and files that hold one.

use crate::Error;
use age::secrecy::SecretString;
use std::io::{Read, Write};
use std::path::Path;
use zeroize::Zeroizing;

/// Seals a small plaintext to `recipients`.
pub(crate) fn seal_to(
    recipients: &[&dyn age::Recipient],
    plaintext: &[u8],
) -> Result<Vec<u8>, Error> {
    let encryptor =
        age::Encryptor::with_recipients(recipients.iter().copied()).map_err(|_| Error::Internal)?;
    let mut out = Vec::with_capacity(plaintext.len() + 512);
    let mut writer = encryptor.wrap_output(&mut out)?;
    writer.write_all(plaintext)?;
    writer.finish()?;
    Ok(out)
}

/// Seals under a passphrase with an explicit work factor: the crate's own choice would time the machine.
pub(crate) fn seal_under(
    passphrase: SecretString,
    log_n: u8,
    plaintext: &[u8],
) -> Result<Vec<u8>, Error> {
    memory_for(log_n)?;
    let mut recipient = age::scrypt::Recipient::new(passphrase);
    recipient.set_work_factor(log_n);
    seal_to(&[&recipient], plaintext)
}

/// What opens files that [`seal_under`] made.
pub(crate) fn by_passphrase(passphrase: SecretString) -> age::scrypt::Identity {
    by_passphrase_up_to(passphrase, MAX_LOG_N)
}

/// The same for files that ask for no more work than `log_n`.
pub(crate) fn by_passphrase_up_to(passphrase: SecretString, log_n: u8) -> age::scrypt::Identity {
    let mut identity = age::scrypt::Identity::new(passphrase);
    identity.set_max_work_factor(log_n);
    identity
}

/// Whether the system has the memory that scrypt takes at once. Where it gets none the process is ended without a word,
/// so it is asked for beforehand.
///
/// # Errors
/// [`Error::Memory`].
pub(crate) fn memory_for(log_n: u8) -> Result<(), Error> {
    let mut probe = Vec::<u8>::new();
    let steps = 1usize.checked_shl(log_n.into()).unwrap_or(usize::MAX);
    let room = SCRYPT_BLOCK.saturating_mul(steps);
    let given = probe.try_reserve_exact(room.saturating_add(BESIDES));
    // Seen from outside, or the compiler may leave out memory that nobody uses.
    std::hint::black_box(&probe);
    given.map_err(|_| Error::Memory)
}

/// scrypt's work factor as an age file's header tells it.
pub(crate) fn work_factor(sealed: &[u8]) -> Option<u8> {
    let header = sealed.get(..sealed.len().min(300))?;
    let end = header.windows(5).position(|w| w == b"\n--- ")?;
    let mut lines = std::str::from_utf8(header.get(..end)?).ok()?.lines();
    let (first, stanza) = (lines.next()?, lines.next()?);
    let only = !lines.any(|line| line.starts_with("->"));
    let mut words = stanza.split(' ');
    let is_scrypt = (words.next(), words.next()) == (Some("->"), Some("scrypt"));
    (first == "age-encryption.org/v1" && is_scrypt && only)
        .then(|| words.nth(1)?.parse().ok())
        .flatten()
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

/// Reads a small file of the vault.
///
/// # Errors
/// [`Error::KeyFile`] when it is not there or larger than 64 KiB.
pub(crate) fn read_small(folder: &Path, name: &str) -> Result<Vec<u8>, Error> {
    let file = std::fs::File::open(folder.join(name)).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => Error::KeyFile,
        _ => e.into(),
    })?;
    let mut out = Vec::new();
    file.take(SMALL + 1).read_to_end(&mut out)?;
    if out.len() as u64 > SMALL {
        return Err(Error::KeyFile);
    }
    Ok(out)
}

const SMALL: u64 = 64 * 1024;
/// Above this a key file is somebody's attempt to keep the machine busy.
pub(crate) const MAX_LOG_N: u8 = 22;
/// Bytes that scrypt takes for each of its 2^log_n steps, as age sets it (r = 8).
const SCRYPT_BLOCK: usize = 1024;
/// What else is needed meanwhile.
const BESIDES: usize = 16 << 20;
