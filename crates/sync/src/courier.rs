//! The reporter's courier: visits every organisation for which something waits (a parcel, or a token that was not
//! exchanged yet), again and again until nothing does.
//! Organisations are visited side by side, so that one that is silent does not hold up another, and some time apart. It
//! ends promptly when told to; what the outbox was doing then is finished, nothing is left half kept.

use crate::error::SyncError;
use crate::line::Line;
use crate::outbox::{Outbox, OutboxError};
use crate::pace::Pace;
use crate::transport::{Net, Timing, Transport};
use crate::trouble::{Reason, Trouble};
use crate::visit::{self, Errand, Visit, off_thread};
use chronicle_wire::Hash;
use futures_util::future::join_all;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Carries sealed bundles to endpoints.
pub struct Courier {
    net: Net,
    paces: Mutex<HashMap<Hash, Pace>>,
}

impl Courier {
    /// Prepares the transport; nothing is contacted.
    ///
    /// # Errors
    /// [`SyncError::Setup`].
    pub fn new(transport: Transport) -> Result<Self, SyncError> {
        Ok(Self {
            net: Net::new(transport)?,
            paces: Mutex::new(HashMap::new()),
        })
    }

    /// One pass over everything that waits. What becomes of each parcel is told to the outbox; the counts are for
    /// deciding when to come again.
    ///
    /// # Errors
    /// When the outbox cannot say what waits.
    pub async fn visit(&self, outbox: &Arc<dyn Outbox>) -> Result<Visit, OutboxError> {
        let (waiting, entrances) =
            off_thread(outbox, |o| Ok((o.waiting()?, o.entrances()?))).await?;
        let mut groups: BTreeMap<Hash, Errand> = BTreeMap::new();
        let mut total = Visit::default();
        for parcel in waiting {
            if parcel.organisation == parcel.profile.organisation() {
                let errand = groups.entry(parcel.organisation).or_default();
                errand.parcels.push(parcel);
            } else {
                total.waiting += 1;
                let trouble =
                    Trouble::from(Reason::ProfileRefused).with("reason", "organisation-unknown");
                let told = move |o: &dyn Outbox| {
                    o.trouble(&parcel.id, &trouble);
                    Ok(())
                };
                off_thread(outbox, told).await?;
            }
        }
        for entrance in entrances {
            if entrance.organisation == entrance.profile.organisation() {
                let errand = groups.entry(entrance.organisation).or_default();
                errand.entrance = Some(entrance);
            }
        }
        // Whoever sees several of them would know by the moment that they have the same visitor.
        let mut groups: Vec<(Hash, Errand)> = groups.into_iter().collect();
        let count = groups.len();
        let first = (jitter() * count as f64) as usize;
        groups.rotate_left(first.min(count.saturating_sub(1)));
        let mut after = Duration::ZERO;
        let rounds = groups.into_iter().map(|(organisation, errand)| {
            let begins = after;
            after += self.apart();
            async move {
                tokio::time::sleep(begins).await;
                self.round(outbox, organisation, errand).await
            }
        });
        Ok(join_all(rounds).await.into_iter().fold(total, Visit::and))
    }

    /// Visits until `stop`: at once when woken, with growing pauses while something waits, not at all while nothing
    /// does. Wake it after something was put into the outbox, or when a connection may be there. `by_hand`, it visits once
    /// each time that it is woken and never by itself.
    pub async fn run(
        self,
        outbox: Arc<dyn Outbox>,
        wake: Arc<Notify>,
        stop: CancellationToken,
        by_hand: bool,
    ) {
        let mut backoff = Backoff::new(&self.net.transport.timing);
        if by_hand {
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = wake.notified() => {}
            }
        }
        loop {
            let visit = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                visit = self.visit(&outbox) => visit,
            };
            let pause = match visit {
                _ if by_hand => None,
                Ok(Visit { waiting: 0, .. }) => {
                    backoff.reset();
                    None
                }
                Ok(Visit { delivered: 1.., .. }) => {
                    backoff.reset();
                    Some(backoff.next())
                }
                _ => Some(backoff.next()),
            };
            let rest = async {
                match pause {
                    Some(pause) => tokio::time::sleep(pause).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = wake.notified() => backoff.reset(),
                () = rest => {}
            }
        }
    }

    pub(crate) fn timing(&self) -> Timing {
        self.net.transport.timing
    }

    pub(crate) fn proxied(&self) -> bool {
        self.net.transport.socks.is_some()
    }

    pub(crate) fn line(&self, isolation: &str, address: &str) -> Result<Line, SyncError> {
        self.net.line(isolation, address)
    }

    /// A pause between two organisations.
    pub(crate) fn apart(&self) -> Duration {
        self.around(self.timing().apart)
    }

    /// A time drawn between half and one and a half of this.
    pub(crate) fn around(&self, middle: Duration) -> Duration {
        middle.mul_f64(0.5 + jitter())
    }

    async fn round(&self, outbox: &Arc<dyn Outbox>, organisation: Hash, errand: Errand) -> Visit {
        let known = self
            .paces
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&organisation)
            .copied();
        let mut pace = known.unwrap_or_else(|| Pace::new(self.net.transport.socks.is_some()));
        let visit = visit::organisation(&self.net, outbox, organisation, errand, &mut pace).await;
        self.paces
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(organisation, pace);
        visit
    }
}

/// Pauses that double, each drawn from the upper half of its span, so that many clients do not come back at once.
struct Backoff {
    min: Duration,
    max: Duration,
    span: Duration,
}

impl Backoff {
    fn new(timing: &Timing) -> Self {
        Self {
            min: timing.visit_min,
            max: timing.visit_max,
            span: timing.visit_min * 2,
        }
    }

    fn reset(&mut self) {
        self.span = self.min * 2;
    }

    fn next(&mut self) -> Duration {
        let half = self.span / 2;
        self.span = (self.span * 2).min(self.max);
        (half + half.mul_f64(jitter())).clamp(self.min, self.max)
    }
}

// Without random bytes the pauses are merely regular.
fn jitter() -> f64 {
    let mut bytes = [0; 4];
    let _ = getrandom::fill(&mut bytes);
    f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_from_two_seconds_to_five_minutes() {
        let timing = Timing::default();
        let mut backoff = Backoff::new(&timing);
        let pauses: Vec<Duration> = (0..20).map(|_| backoff.next()).collect();
        assert!(
            pauses
                .iter()
                .all(|p| (timing.visit_min..=timing.visit_max).contains(p))
        );
        assert!(pauses[0] <= timing.visit_min * 2);
        assert!(pauses[12..].iter().all(|p| *p >= timing.visit_max / 2));
        assert!(
            pauses[12..].windows(2).any(|w| w[0] != w[1]),
            "no two clients in step"
        );
        backoff.reset();
        assert!(backoff.next() <= timing.visit_min * 2);
    }
}
