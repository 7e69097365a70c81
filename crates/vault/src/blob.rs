//! Blobs: evidence, each sealed to a fresh identity of its own while it streams in (hashed on the way), and sealed
//! bundles, which are age files already and are kept as they are. A blob counts when the record that names it is
//! committed; what was begun and not finished leaves nothing behind.

use crate::refs::{BlobRef, RawRef};
use crate::sealing::{Sealing, Summing};
use crate::{Error, disk};
use age::secrecy::ExposeSecret;
use age::x25519;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use zeroize::Zeroizing;

/// Takes content in; nothing of it is left unless [`BlobWriter::finish`] is called.
pub struct BlobWriter {
    part: Part,
    key: x25519::Identity,
    stream: Sealing,
    hash: Sha256,
    size: u64,
}

impl BlobWriter {
    pub(crate) fn create(blobs: &Path) -> Result<Self, Error> {
        let key = x25519::Identity::generate();
        let (part, file) = Part::create(blobs)?;
        let stream = Sealing::begin(&key.to_public(), file)?;
        Ok(Self {
            part,
            key,
            stream,
            hash: Sha256::new(),
            size: 0,
        })
    }

    /// Pads, seals, syncs and names the blob. It counts once a record that names it is committed.
    ///
    /// # Errors
    /// [`Error::Full`] and the like; nothing is left behind then.
    pub fn finish(mut self) -> Result<BlobRef, Error> {
        let zeros = [0u8; 8192];
        let mut missing = padme(self.size) - self.size;
        while missing > 0 {
            let some = zeros
                .get(
                    ..usize::try_from(missing)
                        .unwrap_or(usize::MAX)
                        .min(zeros.len()),
                )
                .unwrap_or(&zeros);
            self.stream.write_all(some)?;
            missing -= some.len() as u64;
        }
        let file = self.stream.finish()?;
        let name = self.part.publish(&file)?;
        let key = self.key.to_string().expose_secret().to_owned();
        Ok(BlobRef {
            name,
            key,
            size: self.size,
            sha256: hex::encode(self.hash.finalize()),
        })
    }
}

impl Write for BlobWriter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.stream.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Takes in bytes that are sealed already.
pub struct RawWriter {
    part: Part,
    file: Summing,
    size: u64,
}

impl RawWriter {
    pub(crate) fn create(blobs: &Path) -> Result<Self, Error> {
        let (part, file) = Part::create(blobs)?;
        Ok(Self {
            part,
            file: Summing::begin(file),
            size: 0,
        })
    }

    /// Syncs and names the file.
    ///
    /// # Errors
    /// [`Error::Full`] and the like; nothing is left behind then.
    pub fn finish(self) -> Result<RawRef, Error> {
        let (file, hash) = self.file.finish()?;
        let name = self.part.publish(&file)?;
        Ok(RawRef {
            name,
            size: self.size,
            sha256: hex::encode(hash.finalize()),
        })
    }
}

impl Write for RawWriter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// Reads the content of a blob, from any place in it; each 64 KiB are authenticated before they are given out.
pub struct BlobReader {
    stream: age::stream::StreamReader<BufReader<File>>,
    size: u64,
    at: u64,
}

impl BlobReader {
    pub(crate) fn open(blobs: &Path, blob: &BlobRef) -> Result<Self, Error> {
        let file = File::open(path_of(blobs, &blob.name)?).map_err(|_| Error::Blob)?;
        Self::over(file, blob)
    }

    pub(crate) fn over(file: File, blob: &BlobRef) -> Result<Self, Error> {
        let key = x25519::Identity::from_str(&blob.key).map_err(|_| Error::Blob)?;
        let stream = age::Decryptor::new_buffered(BufReader::with_capacity(128 * 1024, file))
            .and_then(|d| d.decrypt(std::iter::once(&key as &dyn age::Identity)))
            .map_err(|_| Error::Blob)?;
        Ok(Self {
            stream,
            size: blob.size,
            at: 0,
        })
    }

    /// Reads on from the content's end, where it must stand: zeros up to the padded length, which is the file's end, or
    /// something was altered there.
    pub(crate) fn padding(mut self) -> Result<(), Error> {
        let mut buffer = [0u8; 8192];
        let mut length = self.at;
        loop {
            let got = self.stream.read(&mut buffer).map_err(|_| Error::Blob)?;
            let zeros = buffer.iter().take(got).all(|byte| *byte == 0);
            length += got as u64;
            match (got, zeros) {
                (_, false) => return Err(Error::Blob),
                (0, true) if length == padme(self.size) => return Ok(()),
                (0, true) => return Err(Error::Blob),
                _ => {}
            }
        }
    }
}

impl Read for BlobReader {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let left = usize::try_from(self.size - self.at.min(self.size)).unwrap_or(usize::MAX);
        let wanted = out.len().min(left);
        if wanted == 0 {
            return Ok(0);
        }
        let got = self
            .stream
            .read(out.get_mut(..wanted).unwrap_or_default())?;
        if got == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        self.at += got as u64;
        Ok(got)
    }
}

impl Seek for BlobReader {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let invalid = || std::io::Error::from(std::io::ErrorKind::InvalidInput);
        let at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::Current(by) => self.at.checked_add_signed(by).ok_or_else(invalid)?,
            SeekFrom::End(by) => self.size.checked_add_signed(by).ok_or_else(invalid)?,
        };
        if at < self.size {
            self.stream.seek(SeekFrom::Start(at))?;
        }
        self.at = at;
        Ok(at)
    }
}

/// Opens the file of a [`RawRef`] as it lies.
pub(crate) fn open_raw(blobs: &Path, raw: &RawRef) -> Result<File, Error> {
    let file = File::open(path_of(blobs, &raw.name)?).map_err(|_| Error::Blob)?;
    if file.metadata()?.len() == raw.size {
        Ok(file)
    } else {
        Err(Error::Blob)
    }
}

/// Where a blob lies; a name that is not 32 hexadecimal digits is refused, whatever a record says.
pub(crate) fn path_of(blobs: &Path, name: &str) -> Result<PathBuf, Error> {
    let right = name.len() == 32 && name.bytes().all(|b| b.is_ascii_hexdigit());
    if right {
        Ok(blobs.join(name))
    } else {
        Err(Error::Blob)
    }
}

/// Padmé (Nikitin et al., PoPETs 2019): the next length of which only the first bits vary, at most 12 % more; never
/// below 64 KiB.
#[must_use]
pub fn padme(bytes: u64) -> u64 {
    let bytes = bytes.max(FLOOR);
    let exponent = bytes.ilog2();
    let kept = exponent.checked_ilog2().unwrap_or(0) + 1;
    let mask = (1u64 << exponent.saturating_sub(kept)) - 1;
    (bytes + mask) & !mask
}

// A file that is being written; removes itself unless it was published.
struct Part {
    blobs: PathBuf,
    name: String,
    published: bool,
}

impl Part {
    fn create(blobs: &Path) -> Result<(Self, File), Error> {
        let name = disk::random_name()?;
        let file = disk::create_new(&blobs.join(format!("{name}.part")))?;
        Ok((
            Self {
                blobs: blobs.to_owned(),
                name,
                published: false,
            },
            file,
        ))
    }

    fn publish(mut self, file: &File) -> Result<String, Error> {
        file.sync_all()?;
        let whole = self.blobs.join(&self.name);
        std::fs::rename(self.blobs.join(format!("{}.part", self.name)), &whole)?;
        self.published = true;
        disk::sync_folder(&self.blobs).inspect_err(|_| {
            // Nobody learns its name: nobody else could remove it.
            let _ = std::fs::remove_file(&whole);
        })?;
        Ok(std::mem::take(&mut self.name))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.published {
            let _ = std::fs::remove_file(self.blobs.join(format!("{}.part", self.name)));
        }
    }
}

const FLOOR: u64 = 64 * 1024;

/// Wipes a small buffer that content passed through.
pub(crate) fn buffer() -> Zeroizing<Vec<u8>> {
    Zeroizing::new(vec![0; 64 * 1024])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padme_wastes_little_and_tells_little() {
        assert_eq!(padme(0), 64 * 1024);
        assert_eq!(padme(9 << 20), 9 << 20);
        let mut lengths = std::collections::BTreeSet::new();
        for i in 0..100_000u64 {
            let n = 1 + i * 21_474;
            let p = padme(n);
            assert!(p >= n && (n < FLOOR || (p - n) * 100 <= n * 12));
            lengths.insert(p);
        }
        assert!(lengths.len() < 400, "{}", lengths.len());
    }
}
