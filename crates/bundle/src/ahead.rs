//! Reading a few blocks ahead on a thread of its own: the disk, the hash and the cipher of a large part then go on side by
//! side. Whoever reads gets the same bytes and the same errors, in the same order.

use std::io::{ErrorKind, Read, Result};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Scope, ScopedJoinHandle};
use zeroize::Zeroizing;

/// Parts of this size or more are read ahead; for smaller ones a thread costs more than it saves.
pub(crate) const FROM: u64 = 8 << 20;

/// What is read ahead of.
pub(crate) struct Ahead<'scope, R> {
    full: Option<Receiver<Result<Block>>>,
    empty: SyncSender<Block>,
    block: Block,
    at: usize,
    reader: ScopedJoinHandle<'scope, R>,
}

type Block = Zeroizing<Vec<u8>>;

impl<'scope, R: Read + Send + 'scope> Ahead<'scope, R> {
    /// Begins to read `from`, to its end or its first error.
    pub(crate) fn begin(scope: &'scope Scope<'scope, '_>, mut from: R) -> Self {
        let (give, full) = sync_channel(BLOCKS);
        let (empty, take) = sync_channel::<Block>(BLOCKS + 1);
        for _ in 0..BLOCKS {
            let _ = empty.send(Zeroizing::new(Vec::new()));
        }
        let reader = scope.spawn(move || {
            for mut block in take {
                block.resize(BLOCK, 0);
                let read = fill(&mut from, &mut block);
                let over = !matches!(read, Ok(BLOCK));
                let told = read.map(|filled| {
                    block.truncate(filled);
                    block
                });
                // Whoever reads may have stopped.
                if give.send(told).is_err() || over {
                    break;
                }
            }
            from
        });
        Self {
            full: Some(full),
            empty,
            block: Zeroizing::new(Vec::new()),
            at: 0,
            reader,
        }
    }

    /// Stops, and gives back what was read from: further on than its bytes were taken, where they were not all taken.
    ///
    /// # Errors
    /// When reading ended in a panic.
    pub(crate) fn end(mut self) -> Result<R> {
        self.full = None;
        drop(self.empty);
        let ended = self.reader.join();
        ended.map_err(|_| ErrorKind::BrokenPipe.into())
    }
}

impl<R> Read for Ahead<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        if self.at == self.block.len() {
            // Nothing more comes after the end or an error.
            let next = self.full.as_ref().and_then(|full| full.recv().ok());
            let Some(next) = next else { return Ok(0) };
            let used = std::mem::replace(&mut self.block, next?);
            let _ = self.empty.try_send(used);
            self.at = 0;
        }
        let left = self.block.get(self.at..).unwrap_or_default();
        let some = left.len().min(out.len());
        if let (Some(to), Some(from)) = (out.get_mut(..some), left.get(..some)) {
            to.copy_from_slice(from);
        }
        self.at += some;
        Ok(some)
    }
}

fn fill(from: &mut impl Read, block: &mut [u8]) -> Result<usize> {
    let mut filled = 0;
    while let Some(rest) = block.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) => break,
            Ok(got) => filled += got,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// What is passed on at once, and how many of it wait.
const BLOCK: usize = 256 * 1024;
const BLOCKS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a byte pattern, a little at a time, and then an error or the end.
    struct Slow(usize, Option<ErrorKind>);

    impl Read for Slow {
        fn read(&mut self, out: &mut [u8]) -> Result<usize> {
            let some = out.len().min(self.0).min(1_000 + self.0 % 77);
            if let (0, Some(kind)) = (some, self.1) {
                return Err(kind.into());
            }
            for (i, byte) in out.iter_mut().take(some).enumerate() {
                *byte = u8::try_from((self.0 - i) % 251).unwrap();
            }
            self.0 -= some;
            Ok(some)
        }
    }

    #[test]
    fn the_same_bytes_and_the_same_end() {
        for size in [
            0,
            1,
            BLOCK - 1,
            BLOCK,
            BLOCK + 1,
            20 * BLOCK,
            20 * BLOCK + 7,
        ] {
            for end in [None, Some(ErrorKind::InvalidData)] {
                let mut plain = Vec::new();
                let expected = Slow(size, end).read_to_end(&mut plain);
                std::thread::scope(|scope| {
                    let mut ahead = Ahead::begin(scope, Slow(size, end));
                    let mut got = Vec::new();
                    let read = ahead.read_to_end(&mut got);
                    assert_eq!(read.map_err(|e| e.kind()), expected.map_err(|e| e.kind()));
                    // Before an error whole blocks come through; what was in the last one is worth nothing.
                    let whole = end.map_or(size, |_| size / BLOCK * BLOCK);
                    assert!(got == plain[..whole], "{size}");
                    assert_eq!(ahead.read(&mut [0; 9]).unwrap(), 0, "and stays so");
                    assert_eq!(ahead.end().unwrap().0, 0);
                });
            }
        }
    }

    #[test]
    fn whoever_stops_early_waits_for_nothing() {
        std::thread::scope(|scope| {
            let mut ahead = Ahead::begin(scope, Slow(1 << 40, None));
            ahead.read_exact(&mut [0; 100]).unwrap();
            assert!(ahead.end().unwrap().0 < 1 << 40);
            drop(Ahead::begin(scope, Slow(1 << 40, None)));
        });
    }
}
