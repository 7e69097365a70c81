//! Carrying what waits: visit after visit until nothing waits any more, or once. What stays is said, one line each.

use super::{Deliveries, unlock};
use crate::args::{LineArgs, VaultArgs};
use crate::fail::{CliError, Failure, said};
use crate::interrupt::came_one;
use crate::out::Out;
use crate::{Ended, now, text};
use chronicle_journal::view::{DeliveryView, Stage};
use chronicle_journal::{Journal, JournalOutbox, Shared};
use chronicle_sync::{Courier, Outbox, Reason, Transport};
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
    let shared: Shared = Arc::new(Mutex::new(unlock(vault, out)?));
    let courier = Courier::new(transport(line)).map_err(|e| Problem::new(e.code()))?;
    let outbox: Arc<dyn Outbox> = Arc::new(JournalOutbox::new(Arc::clone(&shared), now, || {}));
    runtime()?.block_on(carry(&courier, &outbox, &shared, once, out))?;
    let view = Deliveries {
        deliveries: locked(&shared, Journal::deliveries),
    };
    out.answer(&view, |words| {
        text::journal::deliveries(&view.deliveries, words)
    })?;
    let left: Vec<&DeliveryView> = view
        .deliveries
        .iter()
        .filter(|d| d.stage != Stage::Stored)
        .collect();
    left.iter()
        .for_each(|delivery| out.note(&why(delivery, out)));
    Ok(match left.iter().all(|d| d.stage == Stage::Stopped) {
        true if left.is_empty() => Ended::Well,
        true => Ended::Refused,
        false => Ended::Waits,
    })
}

/// The runtime for what needs the network.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let built = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    Ok(built.map_err(|_| CliError::Runtime)?)
}

/// How the network is reached.
pub(crate) fn transport(line: &LineArgs) -> Transport {
    line.socks
        .map_or_else(Transport::default, Transport::through)
}

async fn carry(
    courier: &Courier,
    outbox: &Arc<dyn Outbox>,
    shared: &Shared,
    once: bool,
    out: &Out,
) -> Result<(), Failure> {
    let (mut pause, mut told) = (FIRST_PAUSE, String::new());
    loop {
        let visit = tokio::select! {
            visit = courier.visit(outbox) => visit.map_err(|e| Problem::new(e.0))?,
            true = came_one() => return Ok(()),
        };
        if once || visit.waiting == 0 {
            return Ok(());
        }
        if visit.delivered > 0 {
            pause = FIRST_PAUSE;
        }
        let all = locked(shared, Journal::deliveries);
        // Without Tor, say, this run meets the same again and again.
        if all.iter().filter(|d| waits(d)).all(local) {
            return Ok(());
        }
        // Said once, not at every visit: a person who waits wants to know why.
        let waits = all
            .iter()
            .filter(|d| d.stage != Stage::Stored)
            .map(|d| why(d, out))
            .collect::<Vec<_>>();
        if waits.join("\n") != told {
            waits.iter().for_each(|line| out.note(line));
            told = waits.join("\n");
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(LAST_PAUSE),
            true = came_one() => return Ok(()),
        }
    }
}

fn waits(delivery: &DeliveryView) -> bool {
    !matches!(delivery.stage, Stage::Stored | Stage::Stopped)
}

fn local(delivery: &DeliveryView) -> bool {
    let reason = delivery
        .problem
        .as_ref()
        .and_then(|p| Reason::parse(&p.code));
    reason.is_some_and(Reason::is_local)
}

fn why(delivery: &DeliveryView, out: &Out) -> String {
    let reason = match &delivery.problem {
        Some(problem) => said(problem, &out.words),
        None => out.say("stage-waiting-long"),
    };
    format!("{}: {reason}", delivery.organisation_name)
}

// A panic elsewhere has not changed what is committed.
fn locked<T>(shared: &Shared, look: impl FnOnce(&Journal) -> T) -> T {
    look(&shared.lock().unwrap_or_else(PoisonError::into_inner))
}

const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LAST_PAUSE: Duration = Duration::from_secs(300);
