//! What an organisation says back: the journal's mailbox is looked into at a time of its own, behind a proxy on a circuit of
//! its own, with its read key and no capability. Nothing is believed here but a message's hash; what was verified and kept
//! is taken away on a later visit.

use crate::courier::Courier;
use crate::line::{Answer, Cut, Line, SMALL};
use crate::outbox::OutboxError;
use crate::transport::{Way, travels};
use crate::visit::off;
use chronicle_wire::route::{MAILBOX, MAILBOX_ROOM, MailboxList};
use chronicle_wire::{Hash, Profile, ReadKey, Verified, size};
use reqwest::Method;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// One mailbox that is to be looked into.
pub struct Mailbox {
    /// The organisation's id; must be the one of `profile`.
    pub organisation: Hash,
    /// The newest profile that is known.
    pub profile: Profile<Verified>,
    /// The way by which the organisation was reached; an organisation that was never contacted has no mailbox yet.
    pub way: Way,
    /// What reads it.
    pub key: ReadKey,
    /// Messages that are not to be fetched: they are here, or were looked at.
    pub known: Vec<Hash>,
    /// Of these, the ones that were verified and kept: to be taken away.
    pub kept: Vec<Hash>,
}

/// Where messages are verified and kept. All calls may block.
pub trait Inbox: Send + Sync {
    /// The mailboxes of organisations from which something may come.
    ///
    /// # Errors
    /// When it cannot be read; nothing is contacted then.
    fn mailboxes(&self) -> Result<Vec<Mailbox>, OutboxError>;

    /// A message came, whatever it is; durable when it returns, if it counts.
    ///
    /// # Errors
    /// When it cannot be kept; the next visit brings it again.
    fn came(&self, organisation: Hash, sha256: Hash, message: &[u8]) -> Result<(), OutboxError>;

    /// A message that was kept lies in the mailbox no more.
    ///
    /// # Errors
    /// When that cannot be kept; it is asked for once more.
    fn taken(&self, organisation: Hash, sha256: Hash) -> Result<(), OutboxError>;
}

/// What came of a look into every mailbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Mailboxes that answered.
    pub mailboxes: usize,
    /// Messages that came, whatever they are.
    pub came: usize,
}

impl Courier {
    /// Looks into every mailbox once, one after the other, some time apart. One that cannot be reached is passed over.
    ///
    /// # Errors
    /// When the inbox cannot say which there are.
    pub async fn look(&self, inbox: &Arc<dyn Inbox>) -> Result<Looked, OutboxError> {
        let mut looked = Looked::default();
        let asked = Arc::clone(inbox);
        let mailboxes = off(move || asked.mailboxes()).await?;
        for (number, mailbox) in mailboxes.into_iter().enumerate() {
            if number > 0 {
                tokio::time::sleep(self.apart()).await;
            }
            // The organisation's own trouble is told by deliveries; a mailbox waits for the next look.
            if let Some(came) = self.look_into(inbox, mailbox).await? {
                looked.mailboxes += 1;
                looked.came += came;
            }
        }
        Ok(looked)
    }

    /// Looks into every mailbox until `stop`: first some minutes after the start, then again and again, at drawn times, and at
    /// once when woken; `by_hand`, only when woken.
    pub async fn run_looking(
        &self,
        inbox: Arc<dyn Inbox>,
        wake: Arc<Notify>,
        stop: CancellationToken,
        by_hand: bool,
    ) {
        let timing = self.timing();
        let mut pause = timing.look_first;
        loop {
            let time = async {
                match by_hand {
                    true => std::future::pending().await,
                    false => tokio::time::sleep(self.around(pause)).await,
                }
            };
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = wake.notified() => {}
                () = time => {}
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                // What could not be kept or reached is there the next time.
                _ = self.look(&inbox) => {}
            }
            pause = timing.look_every;
        }
    }

    async fn look_into(
        &self,
        inbox: &Arc<dyn Inbox>,
        mailbox: Mailbox,
    ) -> Result<Option<usize>, OutboxError> {
        let organisation = mailbox.organisation;
        if organisation != mailbox.profile.organisation() {
            return Ok(None);
        }
        let addresses = &mailbox.profile.body().addresses;
        let proxy = self.proxied();
        let Ok(way) = travels(addresses, Some(mailbox.way), proxy) else {
            return Ok(None);
        };
        for address in addresses.iter().filter(|a| Way::of(a, proxy) == way) {
            let Ok(line) = self.line(&format!("mailbox {organisation}"), address) else {
                continue;
            };
            let Ok(answer) = ask(&line, Method::GET, MAILBOX, &mailbox.key, LIST).await else {
                continue;
            };
            return empty(inbox, &line, &mailbox, &answer).await;
        }
        Ok(None)
    }
}

async fn empty(
    inbox: &Arc<dyn Inbox>,
    line: &Line,
    mailbox: &Mailbox,
    answer: &Answer,
) -> Result<Option<usize>, OutboxError> {
    let (organisation, key) = (mailbox.organisation, &mailbox.key);
    if answer.status != 200 {
        return Ok(None);
    }
    let Some(list) = answer.json::<MailboxList>() else {
        return Ok(None);
    };
    for sha256 in mailbox.kept.iter().copied() {
        // What is not there was taken away before.
        let gone = !list.messages.contains(&sha256) || {
            let path = format!("{MAILBOX}/{sha256}");
            let taken = ask(line, Method::DELETE, &path, key, SMALL).await;
            taken.is_ok_and(|answer| answer.status == 204)
        };
        if gone {
            let inbox = Arc::clone(inbox);
            off(move || inbox.taken(organisation, sha256)).await?;
        }
    }
    let mut came = 0;
    let new = list.messages.iter().take(MAILBOX_ROOM);
    for sha256 in new.copied().filter(|m| !mailbox.known.contains(m)) {
        let path = format!("{MAILBOX}/{sha256}");
        let Ok(answer) = ask(line, Method::GET, &path, key, MESSAGE).await else {
            break;
        };
        if answer.status == 200 && answer.whole && Hash::of(&answer.body) == sha256 {
            let inbox = Arc::clone(inbox);
            off(move || inbox.came(organisation, sha256, &answer.body)).await?;
            came += 1;
        }
    }
    Ok(Some(came))
}

async fn ask(
    line: &Line,
    method: Method,
    path: &str,
    key: &ReadKey,
    limit: usize,
) -> Result<Answer, Cut> {
    let request = line.tus(method, path, &key.expose());
    line.ask(request, limit).await
}

/// Pauses between looks into the mailboxes.
pub(crate) const LOOK_FIRST: Duration = Duration::from_secs(180);
pub(crate) const LOOK_EVERY: Duration = Duration::from_secs(45 * 60);
// A list of as many as a mailbox holds, in bytes, with room for white space.
const LIST: usize = MAILBOX_ROOM * 80 + 1024;
// One message.
const MESSAGE: usize = size::SMALLEST as usize;
