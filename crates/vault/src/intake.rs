//! Beginning and reading blobs from any thread, while the open vault stays with its own: the folder and nothing else,
//! no key and no row.

use crate::blob::{self, BlobReader, BlobWriter, RawWriter};
use crate::refs::{BlobRef, RawRef};
use crate::store::unlink;
use crate::{Error, disk};
use std::fs::File;
use std::path::PathBuf;

/// Begins blobs in a vault's folder from any thread.
#[derive(Clone)]
pub struct Intake {
    pub(crate) blobs: PathBuf,
}

impl Intake {
    /// Begins a blob.
    ///
    /// # Errors
    /// [`Error::Full`], [`Error::ReadOnly`].
    pub fn new_blob(&self) -> Result<BlobWriter, Error> {
        BlobWriter::create(&self.blobs)
    }

    /// Begins a raw file.
    ///
    /// # Errors
    /// [`Error::Full`], [`Error::ReadOnly`].
    pub fn new_raw(&self) -> Result<RawWriter, Error> {
        RawWriter::create(&self.blobs)
    }

    /// Opens a blob's content.
    ///
    /// # Errors
    /// [`Error::Blob`] when it is missing or does not open.
    pub fn open_blob(&self, blob: &BlobRef) -> Result<BlobReader, Error> {
        BlobReader::open(&self.blobs, blob)
    }

    /// Opens a raw file as it lies.
    ///
    /// # Errors
    /// [`Error::Blob`] when it is missing or of another size.
    pub fn open_raw(&self, raw: &RawRef) -> Result<File, Error> {
        blob::open_raw(&self.blobs, raw)
    }

    /// Removes a finished blob that no record names.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn discard(&self, blob: &BlobRef) -> Result<(), Error> {
        unlink(&self.blobs, &blob.name)
    }

    /// Bytes that the disk still has room for.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn room(&self) -> Result<u64, Error> {
        disk::room(&self.blobs)
    }
}
