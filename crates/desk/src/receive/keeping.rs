//! What becomes of a bundle that was brought: a report, or kept apart with its reason; one transaction each.

use super::opening::{OpenedOrNot, Opener};
use super::{Outcome, Visit};
use crate::events::{Connection, Kept, Quarantined, Received, SetBack};
use crate::listing::{BUNDLE, MANIFEST, manifest_mark};
use crate::ours::profile_of;
use crate::{Desk, Error, day, random_id, stamp};
use chronicle_bundle::{BundleKey, Family, Identity, OpenError, Opened, PartKind};
use chronicle_sync::Cursor;
use chronicle_vault::{BlobRef, Commit, Error as VaultError, Event, RawRef};
use chronicle_wire::Capability;
use chronicle_wire::route::LogEntry;
use chronicle_words::Problem;
use jiff::Zoned;
use std::collections::BTreeMap;

impl Desk {
    /// Tries again what a version or keys before these could not open; a fetch does the same for large ones too. Gives
    /// how many reports came of it.
    ///
    /// # Errors
    /// Those of the vault; [`Error::Trust`].
    pub fn open_kept(&mut self, now: &Zoned) -> Result<u32, Error> {
        if self.vault.is_new_copy() {
            self.vault.begin_as_copy(now.timestamp(), |_| Ok(()))?;
        }
        let kept = self.to_open_again(OPENED_AT_UNLOCK);
        let (mut opener, mut reports) = (None, 0);
        for (entry, raw) in kept {
            let opener: &Opener = match &mut opener {
                Some(opener) => opener,
                none => none.insert(self.opener()?),
            };
            if opener.has_room(entry.size)? {
                let opened = opener.open(&raw, entry.sha256);
                reports += u32::from(self.take_again(&entry, &raw, opened, now)?);
            }
        }
        Ok(reports)
    }

    pub(super) fn visit(&self) -> Result<Visit, Error> {
        let founded = self.founded.as_ref().ok_or(Error::NotFounded)?;
        let connection = self.connection.as_ref().ok_or(Error::NotConnected)?;
        let profile = profile_of(founded)?;
        let address = profile.body().addresses.first().cloned();
        Ok(Visit {
            address: address.ok_or(Error::Address)?,
            capability: Capability::parse(&connection.capability).ok_or(VaultError::Internal)?,
            cursor: Cursor {
                next: connection.next,
                last: connection.last,
            },
            opener: self.opener()?,
        })
    }

    pub(crate) fn opener(&self) -> Result<Opener, Error> {
        let founded = self.founded.as_ref().ok_or(Error::NotFounded)?;
        let mut identities = Vec::new();
        for name in &founded.identities {
            let file = self.vault.identity(name)?;
            let text = std::str::from_utf8(&file).map_err(|_| VaultError::KeyFile)?;
            identities.push(Identity::from_file(text).ok_or(VaultError::KeyFile)?);
        }
        let granted = self.granted.values().filter_map(|grant| {
            let key = BundleKey::parse(&grant.key)?;
            Some((grant.bundle, key))
        });
        Ok(Opener {
            granted: granted.collect(),
            intake: self.vault.intake(),
            identities,
            organisation: founded.id,
            roots: founded.roots.clone(),
            recipients: founded.recipients.clone(),
            recipient_types: founded.recipient_types.clone(),
        })
    }

    /// Keeps what was opened, or keeps the bundle apart with the reason; whatever is not kept is removed.
    pub(super) fn take_in(
        &mut self,
        entry: &LogEntry,
        raw: RawRef,
        opened: OpenedOrNot,
        now: &Zoned,
    ) -> Result<Outcome, Error> {
        match opened {
            Ok(opened) => {
                let kept = self.keep(entry, opened, now);
                self.vault.discard_raw(&raw)?;
                kept
            }
            Err((OpenError::Io(error), blobs)) => {
                self.throw_away(&blobs, Some(&raw))?;
                Err(match error.kind() {
                    std::io::ErrorKind::InvalidData => VaultError::Blob.into(),
                    _ => VaultError::from(error).into(),
                })
            }
            Err((error, blobs)) => {
                self.throw_away(&blobs, None)?;
                self.quarantine(entry, reason(&error), Some(raw), now)
            }
        }
    }

    /// Takes in bytes as if they had been fetched.
    #[cfg(test)]
    pub(crate) fn take_for_test(
        &mut self,
        entry: &LogEntry,
        bytes: &[u8],
        now: &Zoned,
    ) -> Result<(), Error> {
        let mut raw = self.vault.intake().new_raw()?;
        std::io::Write::write_all(&mut raw, bytes).map_err(VaultError::from)?;
        let raw = raw.finish()?;
        let opened = self.opener()?.open(&raw, entry.sha256);
        self.take_in(entry, raw, opened, now).map(drop)
    }

    /// Bundles of at most `size` bytes that are kept apart and that a later version, or an identity that turned up, opens.
    pub(super) fn to_open_again(&self, size: u64) -> Vec<(LogEntry, RawRef)> {
        let again = |q: &&Quarantined| {
            q.bundle_size <= size
                && [Family::Newer.code(), Family::NotForUs.code()].contains(&q.reason.code.as_str())
        };
        let entry = |q: &Quarantined| LogEntry {
            sha256: q.bundle,
            size: q.bundle_size,
            day: q.stored,
        };
        let kept = self.quarantine.values().filter(again);
        kept.filter_map(|q| Some((entry(q), q.file.clone()?)))
            .collect()
    }

    /// What came of trying a bundle again that is kept apart; whether it is a report now.
    pub(super) fn take_again(
        &mut self,
        entry: &LogEntry,
        raw: &RawRef,
        opened: OpenedOrNot,
        now: &Zoned,
    ) -> Result<bool, Error> {
        match opened {
            Ok(opened) => Ok(matches!(self.keep(entry, opened, now)?, Outcome::Kept)),
            Err((error, blobs)) => {
                self.throw_away(&blobs, None)?;
                let told = reason(&error);
                let known = apart(&self.quarantine, entry).any(|q| q.reason == told);
                // A disk that fails or is full says nothing about the bundle.
                let cut = error.rule().is_none_or(|r| r.family() == Family::Truncated);
                if !known && !cut {
                    self.quarantine(entry, told, Some(raw.clone()), now)?;
                }
                Ok(false)
            }
        }
    }

    pub(super) fn has(&self, entry: &LogEntry) -> bool {
        self.vault
            .marked(Received::KIND, BUNDLE, &entry.sha256.to_string())
            .is_ok_and(|found| !found.is_empty())
            || apart(&self.quarantine, entry).any(|q| q.file.is_some())
    }

    fn keep(
        &mut self,
        entry: &LogEntry,
        opened: Opened<Kept>,
        now: &Zoned,
    ) -> Result<Outcome, Error> {
        let blobs: Vec<BlobRef> = opened.evidence.iter().map(|k| k.blob.clone()).collect();
        // The same report sealed once more (a retry after a lost receipt) is one report.
        let same = |r: &Received| {
            r.manifest.sender == opened.manifest.sender
                && r.manifest.report == opened.manifest.report
                && r.manifest.revision == opened.manifest.revision
                && r.manifest_text.as_bytes() == opened.manifest_bytes
        };
        let text = String::from_utf8_lossy(&opened.manifest_bytes).into_owned();
        let alike = self
            .vault
            .marked(Received::KIND, MANIFEST, &manifest_mark(&text))?;
        let alike: Vec<Received> = alike
            .into_iter()
            .map(|seq| self.report_record(seq))
            .collect::<Result<_, _>>()?;
        if alike.iter().any(same) {
            self.throw_away(&blobs, None)?;
            self.no_longer_apart(entry, now)?;
            return Ok(Outcome::Known);
        }
        let kept = self.try_keep(entry, opened, now);
        if kept.is_err() {
            self.throw_away(&blobs, None)?;
        }
        kept
    }

    fn try_keep(
        &mut self,
        entry: &LogEntry,
        opened: Opened<Kept>,
        now: &Zoned,
    ) -> Result<Outcome, Error> {
        let text = |kind| {
            opened
                .part(kind)
                .map(|b| String::from_utf8_lossy(b).into_owned())
        };
        let report = Received {
            seq: 0,
            id: random_id()?,
            report: text(PartKind::Report).unwrap_or_default(),
            text: text(PartKind::Text).unwrap_or_default(),
            people: text(PartKind::People),
            custody: text(PartKind::Custody).unwrap_or_default(),
            manifest_text: String::from_utf8_lossy(&opened.manifest_bytes).into_owned(),
            manifest: opened.manifest,
            signature: opened.signature,
            parts: opened.parts,
            evidence: opened.evidence,
            bundle: entry.sha256,
            bundle_size: entry.size,
            stored: entry.day,
            received_at: stamp(now),
            bundle_key: Some(opened.key.expose()),
            opened_at: None,
            rest: serde_json::Map::new(),
        };
        // A report that was in quarantine and opens now leaves it.
        let earlier: Vec<&Quarantined> = apart(&self.quarantine, entry).collect();
        self.vault.commit(now.timestamp(), |c| {
            forget(c, &earlier, None)?;
            c.append(Received::KIND, &report)
        })?;
        self.quarantine.retain(|_, q| q.bundle != entry.sha256);
        Ok(Outcome::Kept)
    }

    fn no_longer_apart(&mut self, entry: &LogEntry, now: &Zoned) -> Result<(), Error> {
        let earlier: Vec<&Quarantined> = apart(&self.quarantine, entry).collect();
        if !earlier.is_empty() {
            self.vault
                .commit(now.timestamp(), |c| forget(c, &earlier, None))?;
            self.quarantine.retain(|_, q| q.bundle != entry.sha256);
        }
        Ok(())
    }

    /// Notes a bundle that is not here, with the code of what was in the way.
    pub(super) fn set_aside(
        &mut self,
        entry: &LogEntry,
        code: &str,
        now: &Zoned,
    ) -> Result<Outcome, Error> {
        let reason = Problem::new(code);
        if apart(&self.quarantine, entry).any(|q| q.reason == reason) {
            return Ok(Outcome::Known);
        }
        self.quarantine(entry, reason, None, now)
    }

    // One line for each bundle: what is known now replaces what was noted before.
    fn quarantine(
        &mut self,
        entry: &LogEntry,
        reason: Problem,
        file: Option<RawRef>,
        now: &Zoned,
    ) -> Result<Outcome, Error> {
        let mut one = Quarantined {
            seq: 0,
            id: random_id()?,
            reason,
            bundle: entry.sha256,
            bundle_size: entry.size,
            stored: entry.day,
            received_at: stamp(now),
            file,
            rest: serde_json::Map::new(),
        };
        let earlier: Vec<&Quarantined> = apart(&self.quarantine, entry).collect();
        one.seq = self.vault.commit(now.timestamp(), |c| {
            forget(c, &earlier, one.file.as_ref())?;
            c.append(Quarantined::KIND, &one)
        })?;
        self.quarantine.retain(|_, q| q.bundle != entry.sha256);
        self.quarantine.insert(one.id.clone(), one);
        Ok(Outcome::Quarantined)
    }

    // With the cursor in one step: what was noted once is not noted again at the next fetch.
    pub(super) fn note_set_back(&mut self, number: u64, now: &Zoned) -> Result<Problem, Error> {
        let mut noted = SetBack {
            seq: 0,
            noticed: day(now),
            number,
            rest: serde_json::Map::new(),
        };
        let mut connection = self.connection()?;
        (connection.next, connection.last) = (0, Cursor::default().last);
        (noted.seq, connection.seq) = self.vault.commit(now.timestamp(), |c| {
            c.remove(connection.seq)?;
            let noted = c.append(SetBack::KIND, &noted)?;
            Ok((noted, c.append(Connection::KIND, &connection)?))
        })?;
        let problem = noted.problem();
        self.connection = Some(connection);
        self.set_backs.push(noted);
        Ok(problem)
    }

    fn connection(&self) -> Result<Connection, Error> {
        Ok(self
            .connection
            .as_ref()
            .ok_or(Error::NotConnected)?
            .copy()?)
    }

    pub(super) fn keep_cursor(&mut self, cursor: Cursor, now: &Zoned) -> Result<(), Error> {
        let mut new = self.connection()?;
        if (new.next, new.last) == (cursor.next, cursor.last) {
            return Ok(());
        }
        (new.next, new.last) = (cursor.next, cursor.last);
        new.seq = self.vault.commit(now.timestamp(), |c| {
            c.remove(new.seq)?;
            c.append(Connection::KIND, &new)
        })?;
        self.connection = Some(new);
        Ok(())
    }

    fn throw_away(&self, blobs: &[BlobRef], raw: Option<&RawRef>) -> Result<(), Error> {
        for blob in blobs {
            self.vault.discard(blob)?;
        }
        if let Some(raw) = raw {
            self.vault.discard_raw(raw)?;
        }
        Ok(())
    }
}

/// What is kept apart for this bundle.
fn apart<'a>(
    all: &'a BTreeMap<String, Quarantined>,
    entry: &LogEntry,
) -> impl Iterator<Item = &'a Quarantined> {
    let bundle = entry.sha256;
    all.values().filter(move |q| q.bundle == bundle)
}

fn reason(error: &OpenError) -> Problem {
    let reason = Problem::new(error.code());
    match error.rule() {
        Some(rule) => reason.with("rule", rule),
        None => reason,
    }
}

// The file that is still named stays.
fn forget(
    commit: &mut Commit<'_>,
    apart: &[&Quarantined],
    named: Option<&RawRef>,
) -> Result<(), VaultError> {
    for one in apart {
        commit.remove(one.seq)?;
        if let Some(file) = one.file.as_ref().filter(|f| Some(*f) != named) {
            commit.forget_raw(file);
        }
    }
    Ok(())
}

// Larger ones are tried again by a fetch, which shows its progress and can be cancelled; unlocking cannot.
const OPENED_AT_UNLOCK: u64 = 64 << 20;
