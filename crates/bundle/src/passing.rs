//! What is passed on to one recipient: an ordinary age file, without padding, read by anybody with age. Small ones whole; an
//! archive of chosen parts as a stream.

use crate::SealError;
use crate::archive;
use crate::grant::GrantError;
use crate::keys::{self, Identity};
use std::io::{Read, Write};
use zeroize::Zeroizing;

/// One file of an archive that is passed on.
pub struct Passed<'a> {
    /// Its name in the archive; at most 100 bytes, no path but one folder.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Its content.
    pub content: Box<dyn Read + 'a>,
}

/// Seals `files` as one ordinary ustar archive to one age recipient of any type. `progress` is told the bytes that went in
/// and says whether to go on.
///
/// # Errors
/// [`SealError::Recipients`] for what is none, [`SealError::PartChanged`] for a file that is not as long as it says,
/// [`SealError::Cancelled`], [`SealError::Io`]; what was written to `out` is worthless then.
pub fn pass_on(
    recipient: &str,
    files: Vec<Passed<'_>>,
    out: &mut dyn Write,
    progress: &mut dyn FnMut(u64) -> bool,
) -> Result<(), SealError> {
    let recipient = keys::any_recipient(recipient)?;
    let encryptor = age::Encryptor::with_recipients(std::iter::once(recipient.as_ref()))
        .map_err(|_| SealError::Recipients)?;
    let mut writer = encryptor.wrap_output(out)?;
    let mut buffer = Zeroizing::new(vec![0u8; 256 * 1024]);
    for file in files {
        writer.write_all(&archive::header(&file.name, file.size)?)?;
        let (mut content, mut done) = (file.content.take(file.size + 1), 0u64);
        loop {
            let got = content.read(&mut buffer)?;
            if got == 0 {
                break;
            }
            done += got as u64;
            if done > file.size {
                return Err(SealError::PartChanged);
            }
            writer.write_all(buffer.get(..got).unwrap_or_default())?;
            if !progress(got as u64) {
                return Err(SealError::Cancelled);
            }
        }
        if done != file.size {
            return Err(SealError::PartChanged);
        }
        archive::write_fill(&mut writer, file.size)?;
    }
    archive::write_zeros(&mut writer, 2 * archive::BLOCK)?;
    writer.finish()?.flush()?;
    Ok(())
}

/// Seals a small text to one recipient.
pub(crate) fn seal(text: &[u8], recipient: &str) -> Result<Vec<u8>, SealError> {
    let recipient = keys::any_recipient(recipient)?;
    let encryptor = age::Encryptor::with_recipients(std::iter::once(recipient.as_ref()))
        .map_err(|_| SealError::Recipients)?;
    let mut out = Vec::new();
    let mut writer = encryptor.wrap_output(&mut out)?;
    writer.write_all(text)?;
    writer.finish()?;
    Ok(out)
}

/// Opens what [`seal`] made; at most 64 KiB are looked at.
pub(crate) fn open(
    sealed: &[u8],
    identities: &[Identity],
) -> Result<Zeroizing<Vec<u8>>, GrantError> {
    if sealed.len() > MOST {
        return Err(GrantError::Malformed);
    }
    let opened = age::Decryptor::new_buffered(sealed)
        .and_then(|d| d.decrypt(identities.iter().map(Identity::age)));
    let mut reader = opened.map_err(|error| match error {
        age::DecryptError::NoMatchingKeys => GrantError::NotForUs,
        _ => GrantError::Malformed,
    })?;
    let mut text = Zeroizing::new(Vec::new());
    reader
        .read_to_end(&mut text)
        .map_err(|_| GrantError::Malformed)?;
    Ok(text)
}

const MOST: usize = 64 * 1024;
