//! What an open journal sends and looks for, on the way that was chosen.

use super::{Session, Shell, hold};
use chronicle_journal::{JournalInbox, JournalOutbox};
use chronicle_sync::{Courier, Inbox, Outbox, Travel};
use chronicle_words::Problem;
use jiff::Zoned;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// The couriers of an open journal: one delivers, one looks into the mailboxes.
pub(super) struct Going {
    end: CancellationToken,
    look: Arc<Notify>,
    by_hand: bool,
}

impl Shell {
    // On the way that was chosen, until the session ends or another one is. Each has lines of its own.
    pub(super) fn begin_couriers(
        &self,
        journal: &chronicle_journal::Shared,
        wake: &Arc<Notify>,
        stop: &CancellationToken,
    ) -> Result<Going, Problem> {
        let (travel, shell) = (hold(journal).travel(), self.clone());
        let outbox: Arc<dyn Outbox> = Arc::new(JournalOutbox::new(
            Arc::clone(journal),
            Zoned::now,
            move || shell.tell_deliveries(),
        ));
        let shell = self.clone();
        let inbox: Arc<dyn Inbox> = Arc::new(JournalInbox::new(
            Arc::clone(journal),
            Zoned::now,
            move || shell.tell_deliveries(),
        ));
        let courier = || Courier::new(travel.transport()).map_err(|e| Problem::new(e.code()));
        let (delivering, looking) = (courier()?, courier()?);
        let (wake, end) = (Arc::clone(wake), stop.child_token());
        let look = Arc::new(Notify::new());
        let (ended, woken) = (end.clone(), Arc::clone(&look));
        tauri::async_runtime::spawn(async move {
            looking
                .run_looking(inbox, woken, ended, travel.by_hand)
                .await;
        });
        tauri::async_runtime::spawn(delivering.run(outbox, wake, end.clone(), travel.by_hand));
        Ok(Going {
            end,
            look,
            by_hand: travel.by_hand,
        })
    }

    /// What was chosen about going out.
    pub fn travel(&self) -> Result<Travel, Problem> {
        match self.journal() {
            Ok(journal) => Ok(hold(&journal).travel()),
            Err(_) => Ok(hold(&self.desk()?).travel()),
        }
    }

    /// Chooses it. What is under way the other way ends at once, and goes on this way.
    pub fn set_travel(&self, travel: Travel) -> Result<(), Problem> {
        if self.journal().is_err() {
            return self.with_desk(|d| d.set_travel(travel, &Zoned::now()));
        }
        self.with_journal(|j| j.set_travel(travel, &Zoned::now()))?;
        let (journal, wake, stop) = match &self.state().session {
            Session::Journal {
                journal,
                wake,
                stop,
                going,
                ..
            } => {
                going.end.cancel();
                (Arc::clone(journal), Arc::clone(wake), stop.clone())
            }
            _ => return Err(Problem::new("locked")),
        };
        let next = self.begin_couriers(&journal, &wake, &stop)?;
        if let Session::Journal { going, .. } = &mut self.state().session {
            *going = next;
        }
        self.tell_deliveries();
        Ok(())
    }

    /// Lets the courier try now, unless it goes by hand.
    pub fn wake_courier(&self) {
        if let Session::Journal { wake, going, .. } = &self.state().session
            && !going.by_hand
        {
            wake.notify_one();
        }
    }

    /// Lets the courier try now: the person said so.
    pub fn send_now(&self) {
        if let Session::Journal { wake, .. } = &self.state().session {
            wake.notify_one();
        }
    }

    /// Looks into the mailboxes now: the person said so.
    pub fn look_now(&self) {
        if let Session::Journal { going, .. } = &self.state().session {
            going.look.notify_one();
        }
    }
}
