//! Mailboxes: what an organisation says back, sealed, until the person has taken it away. A caseworker posts under a name;
//! only who knows the key behind that name can list, read and delete. Nobody is told whether a mailbox exists.

use crate::Endpoint;
use crate::store::StoreError;
use chronicle_wire::route::{MAILBOX_DAYS, MAILBOX_ROOM, Problem};
use chronicle_wire::{Day, Hash, agehead, size};

impl Endpoint {
    /// Puts a message into a mailbox, once.
    ///
    /// # Errors
    /// [`Problem::Size`], [`Problem::Refused`] for what does not begin like a message, [`Problem::MailboxFull`],
    /// [`Problem::Full`].
    pub(crate) async fn post(&self, mailbox: Hash, message: Vec<u8>) -> Result<(), Problem> {
        if message.len() as u64 != size::SMALLEST {
            return Err(Problem::Size);
        }
        agehead::check(&message, &agehead::TYPES).map_err(|_| Problem::Refused)?;
        let sha256 = Hash::of(&message);
        let kept = self.messages(mailbox).await?;
        if let Some((day, _)) = kept.iter().find(|(_, known)| *known == sha256) {
            // Another request may have put it there a moment ago.
            return Ok(self
                .store
                .sync_folder_of(&name(mailbox, *day, sha256))
                .await?);
        }
        if kept.len() >= MAILBOX_ROOM {
            return Err(Problem::MailboxFull);
        }
        if !self.has_room_for(size::SMALLEST) {
            return Err(Problem::Full);
        }
        let name = name(mailbox, self.today(), sha256);
        self.store.create(&name, message).await?;
        Ok(())
    }

    /// The messages of a mailbox, the oldest first; of one that there is not: none.
    pub(crate) async fn messages(&self, mailbox: Hash) -> Result<Vec<(Day, Hash)>, StoreError> {
        let oldest = self.oldest_message();
        let all = self.store.list(&format!("mailbox/{mailbox}")).await?;
        let all = all.iter().filter_map(|(name, _)| parse(name));
        Ok(all.filter(|(day, _)| *day >= oldest).collect())
    }

    /// A message; `None` when it is not there.
    pub(crate) async fn message(
        &self,
        mailbox: Hash,
        sha256: Hash,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        for (day, known) in self.messages(mailbox).await? {
            if known == sha256 {
                let bytes = self.store.get(&name(mailbox, day, sha256)).await?;
                return Ok(bytes.map(|bytes| bytes.to_vec()));
            }
        }
        Ok(None)
    }

    /// Takes a message away; one that is not there is passed over.
    pub(crate) async fn take_away(&self, mailbox: Hash, sha256: Hash) -> Result<(), StoreError> {
        for (day, known) in self.messages(mailbox).await? {
            if known == sha256 {
                self.store.delete(&name(mailbox, day, sha256)).await?;
            }
        }
        Ok(())
    }

    /// Removes what nobody took away in time.
    pub(crate) async fn tend_mailboxes(&self) -> Result<(), StoreError> {
        let oldest = self.oldest_message();
        for (name, _) in self.store.list("mailbox").await? {
            if parse_place(&name).is_some_and(|(day, _)| day < oldest) {
                self.store.delete(&format!("mailbox/{name}")).await?;
            }
        }
        Ok(())
    }

    fn oldest_message(&self) -> Day {
        self.today()
            .saturating_sub(jiff::Span::new().days(MAILBOX_DAYS))
    }
}

fn name(mailbox: Hash, day: Day, sha256: Hash) -> String {
    format!("mailbox/{mailbox}/{day}-{sha256}")
}

/// Day and hash of a message, by its name below `mailbox/`.
pub(crate) fn parse_place(name: &str) -> Option<(Day, Hash)> {
    parse(name.split_once('/')?.1)
}

fn parse(name: &str) -> Option<(Day, Hash)> {
    let (day, sha256) = name.rsplit_once('-')?;
    Some((day.parse().ok()?, Hash::parse(sha256)?))
}
