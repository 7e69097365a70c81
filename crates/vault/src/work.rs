//! Long work over a vault that others use meanwhile: it is held for short steps only, and what takes long is done
//! outside of it. Every piece of work can be stopped between two steps.

use crate::{Check, Error, Finding, Vault};
use jiff::Timestamp;
use std::path::Path;

/// Whoever lends an open vault for a short step.
pub trait Lend {
    /// Does something short with the vault.
    ///
    /// # Errors
    /// Those of `act`; [`Error::Cancelled`] when the vault is not open any more.
    fn with<T>(&self, act: impl FnOnce(&mut Vault) -> Result<T, Error>) -> Result<T, Error>;
}

/// Called with the bytes done and the bytes in all; `false` stops the work.
pub type Progress<'a> = dyn FnMut(u64, u64) -> bool + 'a;

/// Checks everything, and with `read_data` every byte of every file.
///
/// # Errors
/// [`Error::Cancelled`], and those of the disk. Damage is a [`crate::Finding`], not an error.
pub fn check(
    lent: &impl Lend,
    read_data: bool,
    progress: &mut Progress<'_>,
) -> Result<Check, Error> {
    let mut check = lent.with(|vault| vault.check())?;
    if read_data {
        let (mut done, total) = (0, check.bytes);
        check.read_data(&mut |more| {
            done += more;
            progress(done, total)
        })?;
    }
    Ok(check)
}

/// Makes a verified copy in the folder `to`.
///
/// # Errors
/// Those of [`Vault::begin_backup`] and [`Vault::finish_backup`]; [`Error::Cancelled`]. Nothing is left then.
pub fn back_up(
    lent: &impl Lend,
    to: &Path,
    at: Timestamp,
    progress: &mut Progress<'_>,
) -> Result<(), Error> {
    let (mut backup, total) = lent.with(|v| Ok((v.begin_backup(to)?, v.bytes_of_files()?)))?;
    let mut done = 0;
    backup.copy_files(&mut |more| {
        done += more;
        progress(done, total)
    })?;
    lent.with(|vault| vault.finish_backup(backup, at))
}

/// What a vault that was just opened has left undone: where a snapshot spared reading the rows they are compared with the
/// head, and a large vault that has no snapshot that is nearly new gets one. Gives what is not as it should be.
///
/// # Errors
/// [`Error::Cancelled`] once `go_on` says `false` or the vault is not open any more, and those of the disk. Nothing is left
/// then.
pub fn settle(
    lent: &impl Lend,
    at: Timestamp,
    go_on: &mut dyn FnMut() -> bool,
) -> Result<Vec<Finding>, Error> {
    let mut next = || {
        if go_on() {
            Ok(())
        } else {
            Err(Error::Cancelled)
        }
    };
    let findings = loop {
        next()?;
        if let Some(findings) = lent.with(|vault| vault.verify_some(at))? {
            break findings;
        }
    };
    next()?;
    if let Some(image) = lent.with(Vault::image)? {
        next()?;
        let file = image.write()?;
        let named = next().and_then(|()| {
            let file = file.clone();
            lent.with(|vault| vault.keep_snapshot(&image, file, at))
        });
        // Whatever else fails has removed it, or cannot tell whether a record names it.
        if let Err(Error::Cancelled) = named {
            image.discard(&file)?;
        }
        named?;
    }
    Ok(findings)
}

/// Seals every record and every file of evidence with new keys, then forgets the old ones. Stopped, what was done stays
/// done and the next time goes on there; the old keys stay until it was done to the end.
///
/// # Errors
/// [`Error::Cancelled`], and those of the disk.
pub fn seal_again(
    lent: &impl Lend,
    at: Timestamp,
    progress: &mut Progress<'_>,
) -> Result<(), Error> {
    // Rows that a snapshot spared reading are compared first: from here on new keys vouch for them.
    let total = lent.with(|vault| {
        vault.verify_all(at)?;
        vault.bytes_of_files()
    })?;
    let (mut after, mut done, mut noted) = (0, 0, 0);
    while let Some(again) = lent.with(|vault| vault.next_again(after))? {
        let seq = again.seq;
        let renewed = again.carry_out(&mut |more| {
            done += more;
            progress(done, total)
        });
        let kept = renewed.and_then(|renewed| lent.with(|v| v.keep_again(seq, renewed, at)));
        if kept.is_ok() {
            after = seq;
        }
        let stopped = kept.is_err() || !progress(done, total);
        if stopped || done - noted > NOTED_EACH {
            // Where this is not kept, the next time begins further in front.
            let _ = lent.with(|vault| vault.stop_again(after, at));
            noted = done;
        }
        kept?;
        if stopped {
            return Err(Error::Cancelled);
        }
    }
    lent.with(|vault| vault.finish_again(at))
}

/// Bytes after which it is noted how far sealing again came, for a process that ends without a word.
const NOTED_EACH: u64 = 64 << 20;
