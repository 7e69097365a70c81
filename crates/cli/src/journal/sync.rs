//! Carrying what waits: visit after visit until nothing waits any more, or once. What stays is said, one line each.

use super::{Deliveries, unlock};
use crate::args::{LineArgs, TravelArgs, VaultArgs};
use crate::fail::{CliError, Failure, said};
use crate::interrupt::came_one;
use crate::out::Out;
use crate::{Ended, now, text};
use chronicle_journal::view::DeliveryView;
use chronicle_journal::{Journal, JournalInbox, JournalOutbox, Shared};
use chronicle_sync::{Courier, Inbox, Outbox, Reason, Transport, Travel};
use chronicle_words::Problem;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Does one visit, or visits until nothing waits.
pub(crate) fn sync(
    vault: &VaultArgs,
    line: &LineArgs,
    once: bool,
    out: &Out,
) -> Result<Ended, Failure> {
    let journal = unlock(vault, out)?;
    let transport = transport(line, journal.travel());
    let shared: Shared = Arc::new(Mutex::new(journal));
    let courier = Courier::new(transport).map_err(|e| Problem::new(e.code()))?;
    let outbox: Arc<dyn Outbox> = Arc::new(JournalOutbox::new(Arc::clone(&shared), now, || {}));
    runtime()?.block_on(carry(&courier, &outbox, &shared, once, out))?;
    let view = Deliveries {
        deliveries: locked(&shared, |j| j.deliveries(&now())),
    };
    out.answer(&view, |words| {
        text::journal::deliveries(&view.deliveries, words)
    })?;
    let told = locked(&shared, |journal| left(journal, out));
    told.iter().for_each(|line| out.note(line));
    Ok(if !locked(&shared, Journal::waits).is_empty() {
        Ended::Waits
    } else if told.is_empty() {
        Ended::Well
    } else {
        Ended::Refused
    })
}

/// Looks into the mailboxes once.
pub(crate) fn answers(vault: &VaultArgs, line: &LineArgs, out: &Out) -> Result<(), Failure> {
    let journal = unlock(vault, out)?;
    let transport = transport(line, journal.travel());
    let shared: Shared = Arc::new(Mutex::new(journal));
    let courier = Courier::new(transport).map_err(|e| Problem::new(e.code()))?;
    let inbox: Arc<dyn Inbox> = Arc::new(JournalInbox::new(Arc::clone(&shared), now, || {}));
    let looked = runtime()?.block_on(courier.look(&inbox));
    let looked = looked.map_err(|e| Problem::new(e.0))?;
    let view = Answers {
        mailboxes: looked.mailboxes,
        came: looked.came,
        deliveries: locked(&shared, |j| j.deliveries(&now())),
    };
    out.answer(&view, |words| {
        text::journal::deliveries(&view.deliveries, words)
    })
}

/// What looking into the mailboxes came to.
#[derive(serde::Serialize)]
struct Answers {
    mailboxes: usize,
    came: usize,
    deliveries: Vec<DeliveryView>,
}

/// The runtime for what needs the network.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let built = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    Ok(built.map_err(|_| CliError::Runtime)?)
}

/// How the network is reached: as asked for this time, or as was chosen.
pub(crate) fn transport(line: &LineArgs, chosen: Travel) -> Transport {
    let socks = line.socks.or(chosen.socks);
    Travel { socks, ..chosen }.transport()
}

/// What was chosen, and what is chosen now.
pub(crate) fn travel<E>(
    args: &TravelArgs,
    chosen: Travel,
    choose: impl FnOnce(Travel) -> Result<(), E>,
    out: &Out,
) -> Result<(), Failure>
where
    Failure: From<E>,
{
    let mut new = chosen;
    if args.direct || args.socks.is_some() {
        new.socks = args.socks;
    }
    if args.by_hand || args.by_itself {
        new.by_hand = args.by_hand;
    }
    if args.direct || args.socks.is_some() || args.by_hand || args.by_itself {
        choose(new)?;
    }
    out.answer(&new, |words| text::travel(new, words))
}

async fn carry(
    courier: &Courier,
    outbox: &Arc<dyn Outbox>,
    shared: &Shared,
    once: bool,
    out: &Out,
) -> Result<(), Failure> {
    let (mut pause, mut told) = (FIRST_PAUSE, Vec::new());
    loop {
        let visit = tokio::select! {
            visit = courier.visit(outbox) => visit.map_err(|e| Problem::new(e.0))?,
            true = came_one() => return Ok(()),
        };
        let waits = locked(shared, Journal::waits);
        // Without Tor, say, this run would meet the same again and again.
        let in_vain = waits.iter().all(|r| r.is_some_and(Reason::is_local));
        if once || visit.waiting == 0 || in_vain {
            return Ok(());
        }
        if visit.delivered > 0 {
            pause = FIRST_PAUSE;
        }
        // Said once, not at every visit: a person who waits wants to know why.
        let lines = locked(shared, |journal| left(journal, out));
        if lines != told {
            lines.iter().for_each(|line| out.note(line));
            told = lines;
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(LAST_PAUSE),
            true = came_one() => return Ok(()),
        }
    }
}

// What is not delivered, and what is not in order with an organisation: each said once.
fn left(journal: &Journal, out: &Out) -> Vec<String> {
    let deliveries = journal.deliveries(&now());
    let deliveries = deliveries.iter().filter(|d| !d.stage.arrived());
    let organisations = journal.organisations(&now());
    let organisations = organisations
        .iter()
        .filter_map(|o| Some(line(&o.name, &said(o.problem.as_ref()?, &out.words))));
    let mut lines: Vec<String> = Vec::new();
    for one in deliveries.map(|d| why(d, out)).chain(organisations) {
        if !lines.contains(&one) {
            lines.push(one);
        }
    }
    lines
}

fn why(delivery: &DeliveryView, out: &Out) -> String {
    let reason = match &delivery.problem {
        Some(problem) => said(problem, &out.words),
        None => out.say("stage-waiting-long"),
    };
    line(&delivery.organisation_name, &reason)
}

fn line(organisation: &str, reason: &str) -> String {
    format!("{organisation}: {reason}")
}

// A panic elsewhere has not changed what is committed.
fn locked<T>(shared: &Shared, look: impl FnOnce(&Journal) -> T) -> T {
    look(&shared.lock().unwrap_or_else(PoisonError::into_inner))
}

const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LAST_PAUSE: Duration = Duration::from_secs(300);
