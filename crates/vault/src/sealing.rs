//! Sealing a file while it streams in. A small one is sealed where it is written; from the size on at which waiting would be
//! felt, the cipher, the writing and the disk each go on by themselves, so that whoever writes only reads and hashes. What
//! goes wrong behind is told at the next write, or at the end; nothing is finished before all of it is.

use crate::Error;
use age::stream::StreamWriter;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{BufWriter, Result, Write};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{Builder, JoinHandle};
use zeroize::Zeroizing;

/// An age file that is being written.
pub(crate) struct Sealing(Stage<StreamWriter<Out>>);

impl Sealing {
    pub(crate) fn begin(
        recipient: &dyn age::Recipient,
        file: File,
    ) -> std::result::Result<Self, Error> {
        let encryptor = age::Encryptor::with_recipients(std::iter::once(recipient))
            .map_err(|_| Error::Internal)?;
        Ok(Self(Stage::Here(
            encryptor.wrap_output(Out::begin(file))?,
            0,
        )))
    }

    /// Ends the file. It has every byte then, and is not synced yet.
    pub(crate) fn finish(self) -> Result<File> {
        self.0.finish()?.finish()?.finish()
    }
}

impl Write for Sealing {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// A file that is written as it is, and its SHA-256.
pub(crate) struct Summing(Stage<Sum>);

struct Sum {
    out: Out,
    hash: Sha256,
}

impl Summing {
    pub(crate) fn begin(file: File) -> Self {
        let (out, hash) = (Out::begin(file), Sha256::new());
        Self(Stage::Here(Sum { out, hash }, 0))
    }

    /// Ends the file, as that of [`Sealing`]; and the sum of its bytes.
    pub(crate) fn finish(self) -> Result<(File, Sha256)> {
        let Sum { out, hash } = self.0.finish()?;
        Ok((out.finish()?, hash))
    }
}

impl Write for Summing {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

impl Write for Sum {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// A step of the work: done where it is written at first, and by itself from the size on at which that is felt.
enum Stage<W> {
    Here(W, u64),
    Behind(Behind<W>),
    /// What was begun on another thread and failed there.
    Failed,
}

impl<W: Write + Send + 'static> Stage<W> {
    fn finish(self) -> Result<W> {
        match self {
            Self::Here(writer, _) => Ok(writer),
            Self::Behind(behind) => behind.finish(),
            Self::Failed => Err(std::io::ErrorKind::BrokenPipe.into()),
        }
    }
}

impl<W: Write + Send + 'static> Write for Stage<W> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        match self {
            Self::Here(writer, size) if *size < BEHIND_FROM => {
                let written = writer.write(bytes)?;
                *size += written as u64;
                return Ok(written);
            }
            Self::Here(..) => {
                let Self::Here(writer, _) = std::mem::replace(self, Self::Failed) else {
                    return Err(std::io::ErrorKind::BrokenPipe.into());
                };
                *self = Self::Behind(Behind::begin(writer)?);
            }
            _ => {}
        }
        match self {
            Self::Behind(behind) => behind.write(bytes),
            _ => Err(std::io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// Where sealed bytes go.
pub(crate) enum Out {
    Here(BufWriter<File>, u64),
    Behind(Behind<Early>),
    Failed,
}

impl Out {
    fn begin(file: File) -> Self {
        Self::Here(BufWriter::with_capacity(BLOCK, file), 0)
    }

    fn finish(self) -> Result<File> {
        match self {
            Self::Here(file, _) => Ok(file.into_inner()?),
            Self::Behind(behind) => behind.finish()?.finish(),
            Self::Failed => Err(std::io::ErrorKind::BrokenPipe.into()),
        }
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        match self {
            Self::Here(file, size) if *size < BEHIND_FROM => {
                let written = file.write(bytes)?;
                *size += written as u64;
                return Ok(written);
            }
            Self::Here(..) => {
                let Self::Here(file, _) = std::mem::replace(self, Self::Failed) else {
                    return Err(std::io::ErrorKind::BrokenPipe.into());
                };
                *self = Self::Behind(Behind::begin(Early::begin(file.into_inner()?)?)?);
            }
            _ => {}
        }
        match self {
            Self::Behind(behind) => behind.write(bytes),
            _ => Err(std::io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// A writer that goes on by itself, a few blocks behind.
pub(crate) struct Behind<W> {
    block: Block,
    full: Option<SyncSender<Block>>,
    empty: Receiver<Block>,
    writer: Option<JoinHandle<Result<W>>>,
}

type Block = Zeroizing<Vec<u8>>;

impl<W: Write + Send + 'static> Behind<W> {
    fn begin(mut to: W) -> Result<Self> {
        let (full, blocks) = sync_channel::<Block>(BLOCKS);
        let (back, empty) = sync_channel(BLOCKS + 2);
        for _ in 0..=BLOCKS {
            let _ = back.send(Zeroizing::new(Vec::with_capacity(BLOCK)));
        }
        let writer = Builder::new().spawn(move || {
            for mut block in blocks {
                to.write_all(&block)?;
                block.clear();
                // Whoever gave it may be gone.
                let _ = back.send(block);
            }
            Ok(to)
        })?;
        Ok(Self {
            block: Zeroizing::new(Vec::with_capacity(BLOCK)),
            full: Some(full),
            empty,
            writer: Some(writer),
        })
    }

    fn finish(mut self) -> Result<W> {
        if !self.block.is_empty() {
            self.pass_on()?;
        }
        self.end()
    }

    fn pass_on(&mut self) -> Result<()> {
        // Both fail only when the writer has ended, which it does by itself only for an error.
        let passed = self.empty.recv().is_ok_and(|empty| {
            let block = std::mem::replace(&mut self.block, empty);
            self.full
                .as_ref()
                .is_some_and(|full| full.send(block).is_ok())
        });
        if passed {
            return Ok(());
        }
        self.end().and(Err(std::io::ErrorKind::BrokenPipe.into()))
    }
}

impl<W> Behind<W> {
    fn end(&mut self) -> Result<W> {
        self.full = None;
        let ended = self.writer.take().map(JoinHandle::join);
        match ended {
            Some(Ok(ended)) => ended,
            _ => Err(std::io::ErrorKind::BrokenPipe.into()),
        }
    }
}

impl<W: Write + Send + 'static> Write for Behind<W> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let some = bytes.len().min(BLOCK - self.block.len());
        self.block
            .extend_from_slice(bytes.get(..some).unwrap_or_default());
        if self.block.len() == BLOCK {
            self.pass_on()?;
        }
        Ok(some)
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

impl<W> Drop for Behind<W> {
    // What is given up holds no room on the disk, and no text in memory, once this is over.
    fn drop(&mut self) {
        let _ = self.end();
    }
}

/// A file of which the disk gets its part while the rest is still being made.
pub(crate) struct Early {
    file: File,
    since: u64,
    disk: Option<(SyncSender<()>, JoinHandle<Result<()>>)>,
}

impl Early {
    fn begin(file: File) -> Result<Self> {
        let (ask, asked) = sync_channel(1);
        let same = file.try_clone()?;
        let disk =
            Builder::new().spawn(move || asked.iter().try_for_each(|()| same.sync_data()))?;
        Ok(Self {
            file,
            since: 0,
            disk: Some((ask, disk)),
        })
    }

    // An error of the disk is told to one sync alone: a later one that is content says nothing.
    fn finish(mut self) -> Result<File> {
        self.end()?;
        Ok(self.file)
    }

    fn end(&mut self) -> Result<()> {
        let Some((ask, disk)) = self.disk.take() else {
            return Err(std::io::ErrorKind::BrokenPipe.into());
        };
        drop(ask);
        disk.join()
            .unwrap_or_else(|_| Err(std::io::ErrorKind::BrokenPipe.into()))
    }
}

impl Write for Early {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let written = self.file.write(bytes)?;
        self.since += written as u64;
        if self.since >= SYNC_EACH {
            self.since = 0;
            let asked = self.disk.as_ref().map(|(ask, _)| ask.try_send(()));
            if matches!(asked, None | Some(Err(TrySendError::Disconnected(())))) {
                self.end()?;
            }
        }
        Ok(written)
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// From this size on it goes on behind.
const BEHIND_FROM: u64 = 8 << 20;
/// What is passed on at once, and how many of it wait.
const BLOCK: usize = 512 * 1024;
const BLOCKS: usize = 3;
/// So much is written before the disk is asked for it.
const SYNC_EACH: u64 = 32 << 20;

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::ErrorKind;

    fn device(name: &str) -> File {
        File::options().write(true).open(name).unwrap()
    }

    fn sealed(file: File, bytes: u64) -> Result<File> {
        let key = age::x25519::Identity::generate();
        let mut out = Sealing::begin(&key.to_public(), file).unwrap();
        let some = vec![7u8; 1 << 20];
        for _ in 0..bytes >> 20 {
            out.write_all(&some)?;
        }
        out.finish()
    }

    #[test]
    fn what_fails_behind_is_told() {
        // A write that fails at once, one that fails once all goes on behind, and a disk that refuses early.
        for bytes in [1 << 20, 20 << 20, 100 << 20] {
            let error = sealed(device("/dev/full"), bytes).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::StorageFull, "{bytes} bytes");
        }
        let error = sealed(device("/dev/null"), 100 << 20).unwrap_err();
        assert_eq!(
            error.kind(),
            ErrorKind::InvalidInput,
            "null takes all, and syncs nothing"
        );
        assert!(sealed(device("/dev/null"), 1 << 20).is_ok());
    }

    #[test]
    fn an_early_sync_that_fails_last_is_told_too() {
        let mut early = Early::begin(device("/dev/null")).unwrap();
        early.write_all(&vec![0; SYNC_EACH as usize]).unwrap();
        assert_eq!(
            early.finish().map(drop).unwrap_err().kind(),
            ErrorKind::InvalidInput
        );
    }

    #[test]
    fn what_is_given_up_ends() {
        let file = tempfile::tempfile().unwrap();
        let seen = file.try_clone().unwrap();
        let mut behind = Behind::begin(Early::begin(file).unwrap()).unwrap();
        behind.write_all(&vec![1; 5 * BLOCK]).unwrap();
        drop(behind);
        let then = seen.metadata().unwrap().len();
        std::thread::sleep(std::time::Duration::from_millis(50));
        assert_eq!(seen.metadata().unwrap().len(), then);
    }
}
