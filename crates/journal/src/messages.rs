//! What organisations say back: answers, and that a person has opened a report. A message counts when a caseworker signed it
//! for a report that this journal sealed; it is kept as it was signed, and taken out of the mailbox only then.

use crate::events::{Came, Delivery, Joined};
use crate::incidents::stamp;
use crate::locked::held;
use crate::organisations::profile_of;
use crate::outbox::failed;
use crate::view::AnswerView;
use crate::{Error, Journal, Shared};
use chronicle_bundle::{Identity, Message, Said, Verdict};
use chronicle_sync::{Inbox, Mailbox, OutboxError, Way};
use chronicle_vault::{Error as VaultError, Event as _};
use chronicle_wire::{Hash, ReadKey, SigningKey};
use jiff::Zoned;
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard};

/// What became of a message that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is kept.
    Kept,
    /// It came before, in another sealing.
    Again,
    /// It does not count, with the code of the reason. It stays in the mailbox: a later profile may know its signer.
    Refused(&'static str),
}

/// A shared journal's mailboxes.
pub struct JournalInbox {
    journal: Shared,
    clock: fn() -> Zoned,
    changed: Box<dyn Fn() + Send + Sync>,
    /// What did not count since this was made: not fetched again before the next unlock.
    refused: Mutex<BTreeSet<(Hash, Hash)>>,
}

impl JournalInbox {
    /// `changed` is called whenever something was kept.
    pub fn new(
        journal: Shared,
        clock: fn() -> Zoned,
        changed: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        Self {
            journal,
            clock,
            changed: Box::new(changed),
            refused: Mutex::default(),
        }
    }

    fn journal(&self) -> MutexGuard<'_, Journal> {
        held(&self.journal)
    }

    fn refused(&self) -> MutexGuard<'_, BTreeSet<(Hash, Hash)>> {
        held(&self.refused)
    }
}

impl Inbox for JournalInbox {
    fn mailboxes(&self) -> Result<Vec<Mailbox>, OutboxError> {
        let refused = self.refused().clone();
        let mut all = self.journal().mailboxes();
        for mailbox in &mut all {
            let theirs = refused.iter().filter(|(o, _)| *o == mailbox.organisation);
            mailbox.known.extend(theirs.map(|(_, sha256)| *sha256));
        }
        Ok(all)
    }

    fn came(&self, organisation: Hash, sha256: Hash, message: &[u8]) -> Result<(), OutboxError> {
        let now = (self.clock)();
        let taken = self
            .journal()
            .take_message(organisation, sha256, message, &now);
        match taken.map_err(failed)? {
            Taken::Refused(_) => {
                self.refused().insert((organisation, sha256));
            }
            Taken::Kept | Taken::Again => (self.changed)(),
        }
        Ok(())
    }

    fn taken(&self, organisation: Hash, sha256: Hash) -> Result<(), OutboxError> {
        let now = (self.clock)();
        let done = self.journal().message_taken(organisation, sha256, &now);
        done.map_err(failed)
    }
}

impl Journal {
    // Of organisations that have a report: from others nothing can come, and a needless contact is a trace.
    fn mailboxes(&self) -> Vec<Mailbox> {
        let stored = |id: Hash| {
            let mut all = self.deliveries.values();
            // By hand it may have come there and been opened without a receipt.
            all.any(|d| d.organisation == id && (d.receipt.is_some() || d.bundle.here().is_none()))
        };
        let joined = self.organisations.values().filter(|j| stored(j.id));
        let mailbox = |joined: &Joined| {
            let theirs = || self.came.values().filter(|c| c.organisation == joined.id);
            let all = |c: &Came| c.sealed.clone();
            Some(Mailbox {
                organisation: joined.id,
                profile: profile_of(joined).ok()?,
                way: joined.way.as_deref().and_then(Way::parse)?,
                key: ReadKey::parse(&joined.mailbox)?,
                known: theirs().flat_map(all).collect(),
                kept: theirs().flat_map(all).collect(),
            })
        };
        joined.filter_map(mailbox).collect()
    }

    /// Verifies a message and keeps it, if it counts.
    ///
    /// # Errors
    /// [`Error::NoOrganisation`], and those of the vault.
    pub fn take_message(
        &mut self,
        organisation: Hash,
        sha256: Hash,
        message: &[u8],
        now: &Zoned,
    ) -> Result<Taken, Error> {
        let joined = self.organisations.get(&organisation);
        let joined = joined.ok_or(Error::NoOrganisation)?;
        let reply = Identity::from_file(&joined.reply).ok_or(VaultError::Internal)?;
        let verdict = match Message::open(message, &reply, &profile_of(joined)?) {
            Ok(verdict) => verdict,
            Err(error) => return Ok(Taken::Refused(error.reason())),
        };
        let Some(delivery) = self.meant(joined, &verdict) else {
            return Ok(Taken::Refused("message-report"));
        };
        let (delivery, incident) = (delivery.id.clone(), delivery.incident.clone());
        let id = verdict.message.id.clone();
        if let Some(known) = self.came.get(&(organisation, id.clone())) {
            let mut again: Came = known.copy()?;
            again.sealed.push(sha256);
            self.keep_message(again, now)?;
            return Ok(Taken::Again);
        }
        let came = Came {
            seq: 0,
            id,
            organisation,
            incident,
            delivery: delivery.clone(),
            document: verdict.document,
            came_at: stamp(now),
            read: verdict.message.said == Said::Opened,
            sealed: vec![sha256],
            rest: serde_json::Map::new(),
        };
        self.keep_first(came, &delivery, now)?;
        Ok(Taken::Kept)
    }

    // Somebody has opened the report: with what says so, the sealed file goes that is not needed any more.
    fn keep_first(&mut self, mut came: Came, delivery: &str, now: &Zoned) -> Result<(), Error> {
        let sealed = self.deliveries.get(delivery).ok_or(Error::NotFound)?;
        let raw = sealed.bundle.here().cloned();
        let mut opened: Delivery = sealed.copy()?;
        (opened.bundle, opened.stopped) = (sealed.bundle.gone(), None);
        (came.seq, opened.seq) = self.vault.commit(now.timestamp(), |c| {
            let seq = c.append(Came::KIND, &came)?;
            let Some(raw) = &raw else {
                return Ok((seq, opened.seq));
            };
            c.remove(opened.seq)?;
            c.forget_raw(raw);
            Ok((seq, c.append(Delivery::KIND, &opened)?))
        })?;
        if raw.is_some() {
            self.deliveries.insert(opened.id.clone(), opened);
        }
        self.came.insert((came.organisation, came.id.clone()), came);
        Ok(())
    }

    // The report it is about, when this journal sealed it under the key that it names.
    fn meant(&self, joined: &Joined, verdict: &Verdict) -> Option<&Delivery> {
        let present = SigningKey::from_seed(&joined.sender)?.public();
        let before = joined.succeeds.iter().map(|s| s.sender);
        let message = &verdict.message;
        if !before.chain([present]).any(|own| own == message.to) {
            return None;
        }
        let report = self.deliveries.values().find(|d| {
            d.organisation == joined.id
                && d.manifest == message.manifest
                && d.bundle.sha256() == message.bundle.to_string()
        })?;
        // What is called by another report's id was not made for this one.
        let named = joined.reports.get(&report.incident);
        named
            .is_none_or(|id| *id == message.report)
            .then_some(report)
    }

    fn message_taken(
        &mut self,
        organisation: Hash,
        sha256: Hash,
        now: &Zoned,
    ) -> Result<(), Error> {
        let mut all = self.came.values();
        let lies = all.find(|c| c.organisation == organisation && c.sealed.contains(&sha256));
        let Some(lies) = lies else { return Ok(()) };
        let mut taken: Came = lies.copy()?;
        taken.sealed.retain(|known| *known != sha256);
        self.keep_message(taken, now)
    }

    /// An answer was read.
    ///
    /// # Errors
    /// [`Error::NotFound`], and those of the vault.
    pub fn read_answer(&mut self, organisation: Hash, id: &str, now: &Zoned) -> Result<(), Error> {
        let key = (organisation, id.to_owned());
        let mut read: Came = self.came.get(&key).ok_or(Error::NotFound)?.copy()?;
        if read.read {
            return Ok(());
        }
        read.read = true;
        self.keep_message(read, now)
    }

    fn keep_message(&mut self, mut came: Came, now: &Zoned) -> Result<(), Error> {
        came.seq = self.vault.commit(now.timestamp(), |c| {
            c.remove(came.seq)?;
            c.append(Came::KIND, &came)
        })?;
        self.came.insert((came.organisation, came.id.clone()), came);
        Ok(())
    }

    // The day on which a person opened it, and the answers to it, the oldest first.
    pub(crate) fn said_of(&self, delivery: &Delivery) -> (Option<String>, Vec<AnswerView>) {
        let mut all: Vec<&Came> = self
            .came
            .values()
            .filter(|c| c.delivery == delivery.id)
            .collect();
        all.sort_by_key(|c| (c.came_at.clone(), c.seq));
        let (mut opened, mut answers) = (None, Vec::new());
        for came in all {
            // It was verified when it came; a profile that no longer has the signer's window changes nothing.
            let Ok(message) = Message::read(came.document.clone()) else {
                continue;
            };
            let day = message.day.to_string();
            match message.said {
                Said::Opened => opened = opened.or(Some(day)),
                Said::Answer(text) => answers.push(AnswerView {
                    id: came.id.clone(),
                    day,
                    text: text.to_string(),
                    read: came.read,
                }),
            }
        }
        (opened, answers)
    }
}
