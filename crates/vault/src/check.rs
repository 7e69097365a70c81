//! Checking all of a vault, as restic's `check` does: the folder, the key files, the table, every record, every file that
//! a record names, and, when asked, every byte of evidence against its hash. It changes nothing.

use crate::intake::Intake;
use crate::refs::{self, FileRef};
use crate::ring::{KEY_FILE, RECOVERY_FILE, RING_FILE};
use crate::rows::{self, Finding};
use crate::sealed::{read_small, work_factor};
use crate::store::{BLOBS, IDENTITIES, Vault, unlink};
use crate::table::{self, DATABASE};
use crate::{Error, LOG_N, blob};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;

/// A check under way or at its end.
pub struct Check {
    /// Records that were opened.
    pub records: u64,
    /// Bytes that the named files hold.
    pub bytes: u64,
    findings: Vec<Finding>,
    files: Vec<(u64, FileRef)>,
    intake: Intake,
}

impl Check {
    /// Everything that is not as it should be.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Files that records name.
    #[must_use]
    pub fn files(&self) -> u64 {
        self.files.len() as u64
    }

    /// Reads every file to its end and compares it with the hash in its record. Needs no open vault. `progress` is told the
    /// bytes of each step, and stops it by `false`.
    ///
    /// # Errors
    /// [`Error::Cancelled`].
    pub fn read_data(&mut self, progress: &mut dyn FnMut(u64) -> bool) -> Result<(), Error> {
        for (seq, file) in &self.files {
            let missing = Finding::FileMissing {
                record: *seq,
                file: file.name().to_owned(),
            };
            if self.findings.contains(&missing) {
                continue;
            }
            match verify(&self.intake, file, progress) {
                Ok(()) => {}
                Err(Error::Cancelled) => return Err(Error::Cancelled),
                Err(_) => self.findings.push(Finding::FileDamaged {
                    record: *seq,
                    file: file.name().to_owned(),
                }),
            }
        }
        Ok(())
    }
}

/// Reads one file and compares it with what its record says.
pub(crate) fn verify(
    intake: &Intake,
    file: &FileRef,
    progress: &mut dyn FnMut(u64) -> bool,
) -> Result<(), Error> {
    match file {
        FileRef::Blob(blob) => {
            let mut content = intake.open_blob(blob)?;
            compare(&mut content, blob.size, &blob.sha256, progress)?;
            content.padding()
        }
        FileRef::Raw(raw) => compare(&mut intake.open_raw(raw)?, raw.size, &raw.sha256, progress),
    }
}

fn compare(
    from: &mut dyn Read,
    size: u64,
    sha256: &str,
    progress: &mut dyn FnMut(u64) -> bool,
) -> Result<(), Error> {
    let (mut hash, mut buffer, mut done) = (Sha256::new(), blob::buffer(), 0);
    loop {
        let got = from.read(&mut buffer).map_err(|_| Error::Blob)?;
        if got == 0 {
            break;
        }
        hash.update(buffer.get(..got).unwrap_or_default());
        done += got as u64;
        if !progress(got as u64) {
            return Err(Error::Cancelled);
        }
    }
    if done == size && hex::encode(hash.finalize()) == sha256 {
        Ok(())
    } else {
        Err(Error::Blob)
    }
}

impl Vault {
    /// Looks at everything but the content of files, which [`Check::read_data`] reads.
    ///
    /// # Errors
    /// Those of the disk. Damage is a [`Finding`], not an error.
    pub fn check(&self) -> Result<Check, Error> {
        let rows = rows::read_all(&self.db, &self.ring)?;
        let mut findings = rows.findings;
        if !table::is_whole(&self.db)? {
            findings.push(Finding::Table);
        }
        self.check_folder(&mut findings)?;
        for entry in self.spooled()? {
            if entry.text.is_none() {
                findings.push(Finding::Spool(entry.n));
            }
        }
        let mut check = Check {
            records: rows.entries.len() as u64,
            bytes: 0,
            findings,
            files: Vec::new(),
            intake: self.intake(),
        };
        for entry in &rows.entries {
            let named = refs::files(&entry.body);
            check
                .files
                .extend(named.into_iter().map(|f| (entry.seq, f)));
        }
        check.bytes = check.files.iter().map(|(_, f)| f.size()).sum();
        let named: Vec<_> = check
            .files
            .iter()
            .map(|(seq, f)| (*seq, f.name().to_owned()))
            .collect();
        self.check_files(&named, &mut check.findings)?;
        Ok(check)
    }

    /// Files that are named and not there, and files that are there and not named.
    pub(crate) fn check_files(
        &self,
        named: &[(u64, String)],
        findings: &mut Vec<Finding>,
    ) -> Result<(), Error> {
        let mut there: BTreeSet<String> = BTreeSet::new();
        for item in std::fs::read_dir(self.folder.join(BLOBS))? {
            there.insert(item?.file_name().to_string_lossy().into_owned());
        }
        for (seq, file) in named {
            if !there.contains(file) {
                findings.push(Finding::FileMissing {
                    record: *seq,
                    file: file.clone(),
                });
            }
        }
        for (_, file) in named {
            there.remove(file);
        }
        let strays = there.into_iter().filter(|name| !name.ends_with(".part"));
        findings.extend(strays.map(Finding::Stray));
        Ok(())
    }

    /// Removes a file that no record names, after a person asked for it.
    ///
    /// # Errors
    /// [`Error::InDoubt`] while a record does not open or the head does not agree: the file may belong to one of those.
    /// Those of the disk; a file that a record names stays.
    pub fn remove_stray(&self, name: &str) -> Result<(), Error> {
        let check = self.check()?;
        let doubtful = |f: &Finding| {
            matches!(
                f,
                Finding::Foreign(_) | Finding::Unreadable(_) | Finding::Doubt(_) | Finding::Table
            )
        };
        if check.findings.iter().any(doubtful) {
            return Err(Error::InDoubt);
        }
        let is_stray = |f: &Finding| matches!(f, Finding::Stray(stray) if stray == name);
        if check.findings.iter().any(is_stray) {
            unlink(&self.folder.join(BLOBS), name)?;
        }
        Ok(())
    }

    fn check_folder(&self, findings: &mut Vec<Finding>) -> Result<(), Error> {
        for item in std::fs::read_dir(&self.folder)? {
            let item = item?;
            let name = item.file_name().to_string_lossy().into_owned();
            if !EXPECTED.contains(&name.as_str()) {
                findings.push(Finding::Unknown);
            } else if item.metadata()?.permissions().mode() & 0o077 != 0 {
                findings.push(Finding::Readable(name));
            }
        }
        let mut secrets = vec![KEY_FILE];
        if self.ring.recovery().is_some() {
            secrets.push(RECOVERY_FILE);
        }
        for name in secrets {
            let sealed = read_small(&self.folder, name).unwrap_or_default();
            if work_factor(&sealed) != Some(LOG_N) {
                findings.push(Finding::KeyFile(name.to_owned()));
            }
        }
        self.check_identities(findings)
    }
}

/// What a vault's folder holds; anything else in it is somebody else's.
pub(crate) const EXPECTED: &[&str] = &[
    "lock",
    KEY_FILE,
    RECOVERY_FILE,
    RING_FILE,
    IDENTITIES,
    DATABASE,
    "vault.db-journal",
    BLOBS,
];
