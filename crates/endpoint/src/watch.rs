//! What whoever runs the machine may look at, on a listener of its own: `/health`, and `/metrics` for Prometheus. Somebody
//! who asks every few seconds must not learn when a person delivered: what people do is counted for whole days (UTC),
//! and given out when the day is over. Failures of the machine are counted at once.

use crate::{Endpoint, profile};
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chronicle_wire::organisation::Role;
use chronicle_wire::{Day, size};
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What one endpoint counted since it started.
#[derive(Default)]
pub(crate) struct Measures {
    waits: AtomicU64,
    internal: AtomicU64,
    today: Mutex<Today>,
}

#[derive(Clone, Copy, Default)]
struct Today {
    day: Option<Day>,
    stored: u64,
    stored_before: u64,
    room: Option<u64>,
}

impl Measures {
    /// A connection had to wait since all were taken.
    pub(crate) fn waited(&self) {
        self.waits.fetch_add(1, Ordering::Relaxed);
    }

    /// A request was answered with this status.
    pub(crate) fn answered(&self, status: StatusCode) {
        // A disk that is full is told by `nearly_full`: here it would tell when somebody tried.
        if status.as_u16() >= 500 && status.as_u16() != 507 {
            self.internal.fetch_add(1, Ordering::Relaxed);
        }
    }

    // As it was when it was first asked for today: each delivery takes some of it.
    fn room(&self, today: Day, now: Option<u64>) -> Option<u64> {
        self.on(today, |today| {
            today.room = today.room.or(now);
            today.room
        })
    }

    /// A bundle became durable.
    pub(crate) fn stored(&self, today: Day) {
        self.on(today, |today| today.stored += 1);
    }

    fn on<T>(&self, day: Day, act: impl FnOnce(&mut Today) -> T) -> T {
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        if today.day != Some(day) {
            let followed = today.day.and_then(|before| before.tomorrow().ok()) == Some(day);
            *today = Today {
                day: Some(day),
                stored_before: if followed { today.stored } else { 0 },
                ..Today::default()
            };
        }
        act(&mut today)
    }
}

impl Endpoint {
    /// Whether soon no bundle will be taken.
    pub(crate) fn is_nearly_full(&self) -> bool {
        !self.has_room_for(NEARLY)
    }
}

/// `/health` and `/metrics`.
pub fn router(endpoint: Arc<Endpoint>) -> Router {
    Router::new()
        .route("/health", get(health))
        .route("/metrics", get(metrics))
        .with_state(endpoint)
}

// Whether a bundle that came now would be taken, in a word that says what to do.
async fn health(State(endpoint): State<Arc<Endpoint>>) -> Response {
    let (status, said) = match profile::newest(&endpoint.store).await {
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the store does not answer\n",
        ),
        Ok(None) => (StatusCode::SERVICE_UNAVAILABLE, "no profile is installed\n"),
        Ok(Some(_)) if !endpoint.has_room_for(size::SMALLEST) => {
            (StatusCode::SERVICE_UNAVAILABLE, "the disk is full\n")
        }
        Ok(Some(_)) => (StatusCode::OK, "ok\n"),
    };
    (status, [(header::CACHE_CONTROL, "no-store")], said).into_response()
}

async fn metrics(State(endpoint): State<Arc<Endpoint>>) -> Response {
    let (today, measures) = (endpoint.today(), &endpoint.measures);
    let mut out = String::new();
    let mut tell = |name: &str, kind: &str, help: &str, value: Option<i64>| {
        if let Some(value) = value {
            let _ = write!(
                out,
                "# HELP chronicle_{name} {help}\n# TYPE chronicle_{name} {kind}\nchronicle_{name} {value}\n"
            );
        }
    };
    let count = |counter: &AtomicU64| i64::try_from(counter.load(Ordering::Relaxed)).ok();
    tell(
        "failures_total",
        "counter",
        "Requests that the store or the endpoint failed.",
        count(&measures.internal),
    );
    tell(
        "waits_total",
        "counter",
        "Connections that waited since all were taken.",
        count(&measures.waits),
    );
    let before = measures.on(today, |today| today.stored_before);
    tell(
        "stored_yesterday",
        "gauge",
        "Bundles that became durable yesterday (UTC), here.",
        i64::try_from(before).ok(),
    );
    let room = measures.room(today, endpoint.store.room());
    let nearly = i64::from(endpoint.is_nearly_full());
    tell(
        "nearly_full",
        "gauge",
        "1 when soon no bundle will be taken.",
        Some(nearly),
    );
    tell(
        "room_bytes",
        "gauge",
        "Bytes free on the disk when this day (UTC) was first looked at.",
        room.and_then(|room| room.try_into().ok()),
    );
    tell(
        "reserve_bytes",
        "gauge",
        "Bytes that are left free.",
        endpoint.limits.reserve.try_into().ok(),
    );
    let newest = profile::newest(&endpoint.store).await.ok().flatten();
    let days = |until: Day| (until - today).get_days().into();
    tell(
        "profile_days",
        "gauge",
        "Days until the profile ends.",
        newest.as_ref().map(|p| days(p.body().expires)),
    );
    let own = endpoint.key.public();
    let key = newest.as_ref().and_then(|profile| {
        let named = profile.body().keys.iter();
        let named = named.filter(|k| k.key == own && k.role == Role::EndpointReceipt);
        named.map(|k| days(k.until)).max()
    });
    tell(
        "receipt_key_days",
        "gauge",
        "Days until receipts signed here count no more.",
        key,
    );
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], out).into_response()
}

const NEARLY: u64 = 1 << 30;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_told_when_it_is_over() {
        let (measures, day) = (Measures::default(), |text: &str| {
            text.parse::<Day>().unwrap()
        });
        measures.stored(day("2026-03-01"));
        measures.stored(day("2026-03-01"));
        assert_eq!(
            measures.on(day("2026-03-01"), |today| today.stored_before),
            0
        );
        assert_eq!(
            measures.on(day("2026-03-02"), |today| today.stored_before),
            2
        );
        measures.stored(day("2026-03-02"));
        assert_eq!(
            measures.on(day("2026-03-02"), |today| today.stored_before),
            2
        );
        assert_eq!(
            measures.on(day("2026-03-04"), |today| today.stored_before),
            0,
            "not yesterday"
        );
    }
}
