//! A copy of a vault while it is open: still sealed, compared byte by byte after it was written, and opened once with the
//! keys at hand. Restoring is pointing at it. It is made under another name and gets its own when it is whole.

use crate::ring::{KEY_FILE, RECOVERY_FILE, RING_FILE};
use crate::store::{BLOBS, IDENTITIES, Vault};
use crate::table::{DATABASE, connect};
use crate::{Error, again, blob, disk, head, record, rows};
use jiff::Timestamp;
use rusqlite::params;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A copy under way. Dropped before [`Vault::finish_backup`], it leaves nothing.
pub struct Backup {
    from: PathBuf,
    to: PathBuf,
    part: PathBuf,
    copied: BTreeSet<String>,
    whole: bool,
}

impl Backup {
    /// Copies the files that lie in the vault now. Needs no open vault. `progress` is told the bytes of each step, and
    /// stops it by `false`.
    ///
    /// # Errors
    /// [`Error::Cancelled`], and those of either disk.
    pub fn copy_files(&mut self, progress: &mut dyn FnMut(u64) -> bool) -> Result<(), Error> {
        let (from, to) = (self.from.join(BLOBS), self.part.join(BLOBS));
        for item in std::fs::read_dir(&from)? {
            let name = item?.file_name().to_string_lossy().into_owned();
            if name.ends_with(".part") || self.copied.contains(&name) {
                continue;
            }
            match copy(&from.join(&name), &to.join(&name), progress) {
                // Forgotten meanwhile.
                Err(Error::Io(std::io::ErrorKind::NotFound)) => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    self.copied.insert(name);
                }
            }
        }
        disk::sync_folder(&to)
    }
}

impl Drop for Backup {
    fn drop(&mut self) {
        if !self.whole {
            let _ = remove_cut(&self.part);
        }
    }
}

impl Vault {
    /// Begins a copy into the folder `to`, which is made; nothing may be in it. The copy lies beside it under another name
    /// until it is whole.
    ///
    /// # Errors
    /// [`Error::Exists`] when there is something already, [`Error::ReadOnly`] and the like.
    pub fn begin_backup(&self, to: &Path) -> Result<Backup, Error> {
        let filled = std::fs::read_dir(to).map(|mut items| items.next().is_some());
        match filled {
            Ok(false) => {}
            Ok(true) => return Err(Error::Exists),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(e.into()),
        }
        let name = to.file_name().ok_or(Error::ReadOnly)?;
        let mut name = name.to_owned();
        name.push(".part");
        let part = to.with_file_name(name);
        if is_cut(&part) {
            remove_cut(&part)?;
        }
        if part.exists() {
            return Err(Error::Exists);
        }
        let backup = Backup {
            from: self.folder.clone(),
            to: to.to_owned(),
            part: part.clone(),
            copied: BTreeSet::new(),
            whole: false,
        };
        disk::make_folder(&part.join(BLOBS))?;
        drop(disk::create_new(&part.join(UNDER_WAY))?);
        Ok(backup)
    }

    /// Copies what is left, marks the copy as one, opens it with the keys at hand, and gives it its name. Gives what it
    /// found in the copy that is not in the vault: nothing, or the copy is not kept.
    ///
    /// # Errors
    /// [`Error::Backup`] when the copy is not what the vault is; those of either disk.
    pub fn finish_backup(&mut self, mut backup: Backup, at: Timestamp) -> Result<(), Error> {
        backup.copy_files(&mut |_| true)?;
        let (from, part) = (&self.folder, &backup.part);
        let identities = again::names(&from.join(IDENTITIES))?;
        if !identities.is_empty() {
            disk::make_folder(&part.join(IDENTITIES))?;
        }
        for name in identities {
            let name = Path::new(IDENTITIES).join(name);
            copy(&from.join(&name), &part.join(&name), &mut |_| true)?;
        }
        copy(&from.join(DATABASE), &part.join(DATABASE), &mut |_| true)?;
        self.mark(&part.join(DATABASE), at)?;
        for name in [RECOVERY_FILE, RING_FILE, KEY_FILE] {
            if from.join(name).exists() {
                copy(&from.join(name), &part.join(name), &mut |_| true)?;
            }
        }
        for folder in [part.join(IDENTITIES), part.clone()] {
            if folder.exists() {
                disk::sync_folder(&folder)?;
            }
        }
        self.compare(part)?;
        std::fs::rename(part, &backup.to)?;
        backup.whole = true;
        if let Some(parent) = backup.to.parent().filter(|p| p.is_dir()) {
            disk::sync_folder(parent)?;
        }
        // Left behind, it is swept like any unfinished file when the copy is opened.
        disk::sweep_named(&backup.to, &[UNDER_WAY]);
        self.note_backup(at)
    }

    /// When the last copy was made, by the device's clock.
    #[must_use]
    pub fn last_backup(&self) -> Option<Timestamp> {
        self.backup.map(|(_, at)| at)
    }

    fn note_backup(&mut self, at: Timestamp) -> Result<(), Error> {
        let before = self.backup.map(|(seq, _)| seq);
        let seq = self.commit(at, |c| {
            before.map_or(Ok(()), |seq| c.remove(seq))?;
            c.append(BACKUP, &serde_json::json!({}))
        })?;
        self.backup = Some((seq, at));
        Ok(())
    }

    // The copy's first unlock sees this record: two copies that both send must not count alike.
    fn mark(&self, table: &Path, at: Timestamp) -> Result<(), Error> {
        let mut db = connect(table)?;
        let mut head = self.head.clone();
        head.seq += 1;
        let line = record::Line {
            vault: self.ring.vault.clone(),
            seq: head.seq,
            at,
            kind: COPIED.to_owned(),
            body: serde_json::json!({}),
        };
        let text = Zeroizing::new(serde_json::to_string(&line)?);
        let sealed = record::seal(&self.ring, record::PURPOSE, &text)?;
        head.live += 1;
        head.numbers = head.numbers.wrapping_add(head.seq);
        head.sum
            .add(head::term(self.ring.newest()?, head.seq, &sealed));
        let tx = db.transaction()?;
        tx.execute(
            "INSERT INTO record (seq, sealed) VALUES (?1, ?2)",
            params![head.seq, sealed],
        )?;
        tx.execute(
            "INSERT OR REPLACE INTO head (id, sealed) VALUES (1, ?1)",
            params![head::seal(&self.ring, &head)?],
        )?;
        tx.commit()?;
        Ok(())
    }

    // Record for record and file for file, as far as the vault itself is whole.
    fn compare(&self, copy: &Path) -> Result<(), Error> {
        let db = connect(&copy.join(DATABASE))?;
        let theirs = rows::read_all(&db, &self.ring)?;
        let ours = rows::read_all(&self.db, &self.ring)?;
        let same = theirs.entries.len() == ours.entries.len() + 1
            && theirs.findings == ours.findings
            && theirs
                .entries
                .iter()
                .zip(&ours.entries)
                .all(|(a, b)| (a.seq, &a.kind, &a.body) == (b.seq, &b.kind, &b.body));
        let mut files = Vec::new();
        for folder in [&self.folder, copy] {
            let mut names = BTreeSet::new();
            for item in std::fs::read_dir(folder.join(BLOBS))? {
                let name = item?.file_name();
                if !name.to_string_lossy().ends_with(".part") {
                    names.insert(name);
                }
            }
            files.push(names);
        }
        let complete = matches!(files.as_slice(), [ours, theirs] if ours.is_subset(theirs));
        if same && complete {
            Ok(())
        } else {
            Err(Error::Backup)
        }
    }
}

// What a copy that was cut has left: nothing else is called so and has the mark, or has no key.
fn is_cut(part: &Path) -> bool {
    let empty = std::fs::read_dir(part).is_ok_and(|mut items| items.next().is_none());
    let keyless = part.join(BLOBS).is_dir() && !part.join(KEY_FILE).exists();
    part.join(UNDER_WAY).is_file() || keyless || empty
}

// The mark goes last: whoever is cut here as well is understood the next time.
fn remove_cut(part: &Path) -> Result<(), Error> {
    for item in std::fs::read_dir(part)? {
        let path = item?.path();
        if path.is_dir() {
            std::fs::remove_dir_all(path)?;
        } else if !path.ends_with(UNDER_WAY) {
            std::fs::remove_file(path)?;
        }
    }
    Ok(std::fs::remove_dir_all(part)?)
}

// Copies one file, syncs it, and reads it back from the disk.
fn copy(from: &Path, to: &Path, progress: &mut dyn FnMut(u64) -> bool) -> Result<(), Error> {
    let mut source = File::open(from)?;
    let mut target = disk::create_new(to)?;
    let mut buffer = blob::buffer();
    loop {
        let got = source.read(&mut buffer)?;
        if got == 0 {
            break;
        }
        target.write_all(buffer.get(..got).unwrap_or_default())?;
        if !progress(got as u64) {
            return Err(Error::Cancelled);
        }
    }
    target.sync_all()?;
    disk::forget_cached(&target);
    if same_bytes(&mut File::open(from)?, &mut File::open(to)?)? {
        Ok(())
    } else {
        Err(Error::Backup)
    }
}

fn same_bytes(a: &mut File, b: &mut File) -> Result<bool, Error> {
    let (mut of_a, mut of_b) = (blob::buffer(), blob::buffer());
    loop {
        let got = a.read(&mut of_a)?;
        let mut read = 0;
        while read < got {
            let more = b.read(of_b.get_mut(read..got).unwrap_or_default())?;
            if more == 0 {
                return Ok(false);
            }
            read += more;
        }
        if of_a.get(..got) != of_b.get(..got) {
            return Ok(false);
        }
        if got == 0 {
            return Ok(b.read(&mut of_b)? == 0);
        }
    }
}

/// Marks a copy that is not whole: one that was cut at its last step has all keys, and is told apart by it.
pub(crate) const UNDER_WAY: &str = "copy.part";
/// The vault's own record of the last copy that was made.
pub(crate) const BACKUP: &str = "vault.backup";
/// The record by which a copy knows that it is one.
pub(crate) const COPIED: &str = "vault.copied";
