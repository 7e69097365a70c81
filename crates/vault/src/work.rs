//! Long work over a vault that others use meanwhile: it is held for short steps only, and what takes long is done
//! outside of it. Every piece of work can be stopped between two steps.

use crate::{Check, Error, Vault};
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
