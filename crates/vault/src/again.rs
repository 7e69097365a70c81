//! Sealing everything again, after the passphrase was changed because somebody else knew it: each record and each file
//! of evidence gets new keys, so that an older copy of the key files opens nothing of the folder as it is. Files are
//! copied outside of the vault, one record after the other; it can be stopped at any time and begun anew.

use crate::intake::Intake;
use crate::record::{self, Line, Opened, Opener};
use crate::refs::{self, BlobRef, FileRef, in_record};
use crate::rows::{self, Entry};
use crate::snapshot::SNAPSHOT;
use crate::store::{IDENTITIES, Vault};
use crate::{Error, blob, disk, head};
use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::io::{Read, Write};
use std::sync::Arc;
use zeroize::Zeroizing;

/// One record whose files are to be sealed anew.
pub struct Again {
    /// The record's number.
    pub seq: u64,
    blobs: Vec<BlobRef>,
    intake: Intake,
}

/// The new files of one record. They lie in the vault and count once [`Vault::keep_again`] named them.
pub struct Renewed(Vec<(BlobRef, BlobRef)>);

struct Row {
    seq: u64,
    /// `None` for what does not count.
    line: Option<Line>,
    /// Whether the newest keys sealed it.
    newest: bool,
}

impl Again {
    /// Copies the record's files under new keys, each compared with its hash on the way. Needs no open vault. `progress`
    /// is told the bytes of each step, and stops it by `false`.
    ///
    /// # Errors
    /// [`Error::Cancelled`], and those of the disk; nothing is left behind then. A file that is missing or damaged is
    /// passed over: it stays as it is, and is named by [`Vault::check`].
    pub fn carry_out(self, progress: &mut dyn FnMut(u64) -> bool) -> Result<Renewed, Error> {
        let mut renewed = Renewed(Vec::new());
        for old in &self.blobs {
            match copy(&self.intake, old, progress) {
                Ok(new) => renewed.0.push((old.clone(), new)),
                Err(Error::Blob) => {}
                Err(error) => {
                    for (_, new) in &renewed.0 {
                        let _ = self.intake.discard(new);
                    }
                    return Err(error);
                }
            }
        }
        Ok(renewed)
    }
}

fn copy(
    intake: &Intake,
    old: &BlobRef,
    progress: &mut dyn FnMut(u64) -> bool,
) -> Result<BlobRef, Error> {
    let mut from = intake.open_blob(old)?;
    let mut into = intake.new_blob()?;
    let mut buffer = blob::buffer();
    loop {
        let got = from.read(&mut buffer).map_err(|_| Error::Blob)?;
        if got == 0 {
            break;
        }
        into.write_all(buffer.get(..got).unwrap_or_default())?;
        if !progress(got as u64) {
            return Err(Error::Cancelled);
        }
    }
    let new = into.finish()?;
    if new.sha256 == old.sha256 {
        return Ok(new);
    }
    intake.discard(&new)?;
    Err(Error::Blob)
}

impl Vault {
    /// The next record after `after` that is to be sealed again, in order of numbers; `None` at the end.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn next_again(&self, after: u64) -> Result<Option<Again>, Error> {
        let mut after = after;
        let done = self.again.map_or(0, |(_, done)| done);
        while let Some(Row { seq, line, newest }) = self.row_after(after)? {
            // Below the mark, only what another change of the passphrase left behind.
            let line = line.filter(|line| line.kind != SNAPSHOT);
            if let Some(line) = line.filter(|_| !newest || seq > done) {
                let blobs = refs::files(&line.body).into_iter().filter_map(|f| match f {
                    FileRef::Blob(blob) => Some(blob),
                    FileRef::Raw(_) => None,
                });
                return Ok(Some(Again {
                    seq,
                    blobs: blobs.collect(),
                    intake: self.intake(),
                }));
            }
            after = seq;
        }
        Ok(None)
    }

    /// Seals the record `seq` again, with its new files in place of the old ones, which are removed. A record that changed
    /// or went meanwhile keeps what it has, and the new files go.
    ///
    /// # Errors
    /// Those of the disk; nothing has changed then.
    pub fn keep_again(&mut self, seq: u64, renewed: Renewed, at: Timestamp) -> Result<(), Error> {
        let found = match seq.checked_sub(1) {
            Some(before) => self.row_after(before)?,
            None => None,
        };
        let line = found.filter(|row| row.seq == seq).and_then(|row| row.line);
        let Some(mut line) = line else {
            return self.discard_all(&renewed);
        };
        let mut replaced = Vec::new();
        replace(&mut line.body, &renewed, &mut replaced);
        let done = self.commit(at, |c| {
            c.drop_snapshot()?;
            c.seal_again(line)?;
            replaced.iter().for_each(|old| c.forget(old));
            Ok(())
        });
        match done {
            Ok(()) => {
                let unused = renewed
                    .0
                    .into_iter()
                    .filter(|(old, _)| !replaced.contains(old));
                self.discard_all(&Renewed(unused.collect()))
            }
            Err(error) => {
                let _ = self.discard_all(&renewed);
                Err(error)
            }
        }
    }

    /// Seals the desk's identities again and forgets the keys of before. Records that do not open keep them alive: one
    /// that is only damaged on its way from the disk today may open tomorrow.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn finish_again(&mut self, at: Timestamp) -> Result<(), Error> {
        if let Some((seq, _)) = self.again {
            self.commit(at, |c| c.remove(seq))?;
            self.again = None;
        }
        let folder = self.folder.join(IDENTITIES);
        for name in names(&folder)? {
            let sealed = std::fs::read(folder.join(&name))?;
            if let Ok(text) = self.unseal(&sealed) {
                disk::replace(&folder, &name, &self.sealer()?.seal(&text)?)?;
            }
        }
        if !self.apart.is_empty() || self.ring.changing {
            return Ok(());
        }
        self.ring.write_newest(&self.folder)
    }

    /// Notes that everything up to `seq` was sealed again, so that the next time goes on there.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn stop_again(&mut self, seq: u64, at: Timestamp) -> Result<(), Error> {
        let before = self.again;
        let done = seq.max(before.map_or(0, |(_, done)| done));
        let seq = self.commit(at, |c| {
            before.map_or(Ok(()), |(seq, _)| c.remove(seq))?;
            c.append(AGAIN, &Body { done })
        })?;
        self.again = Some((seq, done));
        Ok(())
    }

    /// Takes in the record.
    pub(crate) fn take_again(&mut self, entry: &Entry) {
        let body: Option<Body> = serde_json::from_value(entry.body.clone()).ok();
        self.again = Some((entry.seq, body.map_or(0, |b| b.done)));
    }

    fn row_after(&self, after: u64) -> Result<Option<Row>, Error> {
        let row: Option<(u64, Vec<u8>)> = self
            .db
            .query_row(
                "SELECT seq, sealed FROM record WHERE seq > ?1 ORDER BY seq LIMIT 1",
                [after],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let Some((seq, sealed)) = row else {
            return Ok(None);
        };
        let mut row = Row {
            seq,
            line: None,
            newest: false,
        };
        if !self.apart.contains(&seq) {
            let opener = Opener::new(&self.ring)?;
            row.newest = matches!(opener.open(record::PURPOSE, &sealed), Ok((_, 0)));
            if let Opened::Ours(line) = opener.record(seq, &sealed) {
                row.line = Some(line);
            }
        }
        Ok(Some(row))
    }

    fn discard_all(&self, renewed: &Renewed) -> Result<(), Error> {
        renewed.0.iter().try_for_each(|(_, new)| self.discard(new))
    }
}

impl crate::Commit<'_> {
    /// Puts the same record in its own place, sealed anew.
    fn seal_again(&mut self, line: Line) -> Result<(), Error> {
        let old = rows::sealed(&self.tx, line.seq)?.ok_or(Error::Record)?;
        let text = Zeroizing::new(serde_json::to_string(&line)?);
        let sealed = record::seal(self.ring, record::PURPOSE, &text)?;
        self.tx.execute(
            "UPDATE record SET sealed = ?2 WHERE seq = ?1",
            params![line.seq, sealed],
        )?;
        let newest = self.ring.newest()?;
        let before = head::term(newest, line.seq, &old);
        self.done.head.sum.subtract(before);
        self.done
            .head
            .sum
            .add(head::term(newest, line.seq, &sealed));
        // The index knows the names of files, which are others now.
        if self.index.is_some() {
            self.done.removed.push((line.seq, before));
            self.done.added.push(Arc::new(Entry::from(line)));
        }
        Ok(())
    }
}

fn replace(value: &mut Value, renewed: &Renewed, replaced: &mut Vec<BlobRef>) {
    if let Some(FileRef::Blob(old)) = refs::read(value) {
        let new = renewed.0.iter().find(|(was, _)| *was == old);
        if let Some(written) =
            new.and_then(|(_, new)| in_record::serialize(new, serde_json::value::Serializer).ok())
        {
            *value = written;
            if !replaced.contains(&old) {
                replaced.push(old);
            }
        }
        return;
    }
    match value {
        Value::Array(items) => items.iter_mut().for_each(|v| replace(v, renewed, replaced)),
        Value::Object(members) => members
            .values_mut()
            .for_each(|v| replace(v, renewed, replaced)),
        _ => {}
    }
}

// The sealed identities of a folder that may not be there.
pub(crate) fn names(folder: &std::path::Path) -> Result<Vec<String>, Error> {
    let items = match std::fs::read_dir(folder) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    let mut names = Vec::new();
    for item in items {
        let name = item?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".age") {
            names.push(name);
        }
    }
    Ok(names)
}

#[derive(Serialize, Deserialize)]
struct Body {
    done: u64,
}

/// The kind of the record that tells how far it came.
pub(crate) const AGAIN: &str = "vault.again";
