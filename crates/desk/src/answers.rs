//! What a caseworker says back: an answer, or that a person has opened the report. It is signed at once and kept, and sealed
//! and posted at the next visit; one that is not posted yet is posted at the visit after that.

use crate::events::{Posting, Received};
use crate::receive::lock;
use crate::view::PostingView;
use crate::{Desk, Error};
use chronicle_bundle::{MAX_TEXT, Message, RecipientType, Said};
use chronicle_sync::{Collector, SyncError};
use chronicle_vault::{Error as VaultError, Event as _};
use chronicle_wire::organisation::Role;
use chronicle_wire::{Day, Hash, SigningKey};
use jiff::Zoned;
use zeroize::Zeroizing;

impl Desk {
    /// Answers a report, or asks its sender something.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::AnswerText`], [`Error::NotCaseworker`], [`Error::NoMailbox`], [`Error::NotFounded`],
    /// and those of the vault.
    pub fn answer(&mut self, report: &str, text: &str, now: &Zoned) -> Result<PostingView, Error> {
        let received = self.received(report)?;
        let text = text.trim();
        if text.is_empty() || text.chars().count() > MAX_TEXT || text.contains('\0') {
            return Err(Error::AnswerText);
        }
        let said = Said::Answer(Zeroizing::new(text.to_owned()));
        let mut posting = self.said(&received, said, now)?;
        posting.seq = self
            .vault
            .commit(now.timestamp(), |c| c.append(Posting::KIND, &posting))?;
        let view = view(&posting);
        self.postings.insert(posting.id.clone(), posting);
        Ok(view)
    }

    /// What is signed once a person opens this report; `None` where that cannot be told to its sender.
    pub(crate) fn opened_receipt(&self, received: &Received, now: &Zoned) -> Option<Posting> {
        self.said(received, Said::Opened, now).ok()
    }

    /// What was said of a report, the oldest first.
    pub(crate) fn said_of(&self, report: &str) -> Vec<PostingView> {
        let mut all: Vec<&Posting> = self.postings.values().collect();
        all.retain(|p| p.report == report);
        all.sort_by_key(|p| p.seq);
        all.into_iter().map(view).collect()
    }

    fn said(&self, received: &Received, said: Said, now: &Zoned) -> Result<Posting, Error> {
        let founded = self.founded()?;
        let profile = crate::ours::profile_of(founded)?;
        let signing = SigningKey::from_seed(&founded.caseworker_key).ok_or(VaultError::Internal)?;
        let (manifest, day) = (&received.manifest, crate::day(now));
        if !profile.key_counts(signing.public(), Role::Caseworker, day) {
            return Err(Error::NotCaseworker);
        }
        if RecipientType::of_recipient(&manifest.reply).is_none() {
            return Err(Error::NoMailbox);
        }
        let text = match &said {
            Said::Answer(text) => Some(text.clone()),
            Said::Opened => None,
        };
        let message = Message {
            id: crate::random_id()?,
            said,
            to: manifest.sender,
            report: manifest.report.clone(),
            manifest: Hash::of(received.manifest_text.as_bytes()),
            bundle: received.bundle,
            day,
        };
        Ok(Posting {
            seq: 0,
            id: message.id.clone(),
            report: received.id.clone(),
            mailbox: manifest.mailbox,
            reply: manifest.reply.clone(),
            document: message.sign(&profile, &signing)?,
            text,
            day,
            posted: None,
            rest: serde_json::Map::new(),
        })
    }

    // What waits to be posted, the oldest first.
    fn to_post(&self) -> Vec<(String, Hash, Result<Vec<u8>, Error>)> {
        let mut all: Vec<&Posting> = self.postings.values().collect();
        all.retain(|p| p.posted.is_none());
        all.sort_by_key(|p| p.seq);
        let sealed = all.into_iter().map(|posting| {
            let sealed = Message::seal(&posting.document, &posting.reply);
            (
                posting.id.clone(),
                posting.mailbox,
                sealed.map_err(Error::from),
            )
        });
        sealed.collect()
    }

    /// What waits to be posted, about one report or all, sealed, to be handed over instead; it is posted all the same. Each with
    /// a name for its file, which says nothing to whoever finds it.
    ///
    /// # Errors
    /// [`Error::Seal`].
    pub fn to_hand_over(&self, report: Option<&str>) -> Result<Vec<(String, Vec<u8>)>, Error> {
        let named = |sealed: Vec<u8>| (Hash::of(&sealed).file_name(), sealed);
        let about = |id: &str| {
            let posting = self.postings.get(id);
            report.is_none_or(|report| posting.is_some_and(|p| p.report == report))
        };
        let waiting = self.to_post().into_iter().filter(|(id, ..)| about(id));
        waiting.map(|(_, _, sealed)| sealed.map(named)).collect()
    }

    fn posted(&mut self, id: &str, day: Day, now: &Zoned) -> Result<(), Error> {
        let Some(held) = self.postings.get(id) else {
            return Ok(());
        };
        let mut new: Posting = held.copy()?;
        new.posted = Some(day);
        new.seq = self.vault.commit(now.timestamp(), |c| {
            c.remove(new.seq)?;
            c.append(Posting::KIND, &new)
        })?;
        self.postings.insert(new.id.clone(), new);
        Ok(())
    }
}

/// Posts what waits; says what was in the way. One full mailbox does not hold up another.
pub(crate) async fn post_all(
    desk: &crate::Shared,
    collector: &Collector,
    clock: fn() -> Zoned,
) -> Result<Option<SyncError>, Error> {
    let (waiting, mut trouble) = (lock(desk).to_post(), None);
    for (id, mailbox, sealed) in waiting {
        match collector.post(mailbox, sealed?).await {
            Ok(()) => lock(desk).posted(&id, crate::day(&clock()), &clock())?,
            Err(SyncError::MailboxFull) => trouble = Some(SyncError::MailboxFull),
            Err(other) => return Ok(Some(other)),
        }
    }
    Ok(trouble)
}

fn view(posting: &Posting) -> PostingView {
    PostingView {
        id: posting.id.clone(),
        text: posting.text.as_ref().map(|text| text.to_string()),
        day: posting.day.to_string(),
        posted: posting.posted.map(|day| day.to_string()),
    }
}
