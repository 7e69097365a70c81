//! The server of an organisation: it stores ciphertext over an object store and can open nothing. There is no age in
//! this crate's tree, and it must never get it. No address, token or capability reaches a log; the endpoint signs days,
//! never moments. The document of the line is `PROTOCOL.md` beside `wire`; `OPERATING.md` is for the operator.

pub mod access;
mod answer;
pub mod check;
pub mod config;
pub mod data;
mod finish;
mod hand;
mod http;
mod log;
mod mailbox;
mod profile;
mod quota;
mod serve;
mod store;
mod tls;
mod upload;
pub mod watch;

pub use config::{Config, ConfigError};
pub use data::{Data, DataError};
pub use http::router;
pub use serve::{Limits, serve, serve_watch};
pub use store::{Store, StoreError};
pub use tls::{Pair, TlsError};

use chronicle_wire::{Day, SigningKey};
use std::sync::Arc;

/// What one running endpoint knows. Any number of them may share a store.
pub struct Endpoint {
    pub(crate) store: Store,
    pub(crate) key: SigningKey,
    pub(crate) clock: fn() -> jiff::Timestamp,
    pub(crate) limits: Limits,
    /// Bodies in memory are taken from one budget.
    pub(crate) buffers: tokio::sync::Semaphore,
    /// Where the log probably ends; a hint, the store decides.
    pub(crate) log_end: std::sync::atomic::AtomicU64,
    /// What may still be begun today, by the block.
    pub(crate) blocks: quota::Blocks,
    pub(crate) measures: watch::Measures,
    /// Uploads that this process is finishing: nobody hashes gigabytes twice at once.
    pub(crate) finishing: std::sync::Mutex<std::collections::BTreeSet<String>>,
}

impl Endpoint {
    /// An endpoint over `store` that signs with `key`.
    #[must_use]
    pub fn new(
        store: Store,
        key: SigningKey,
        clock: fn() -> jiff::Timestamp,
        limits: Limits,
    ) -> Arc<Self> {
        let buffers = tokio::sync::Semaphore::new(limits.buffers);
        Arc::new(Self {
            store,
            key,
            clock,
            limits,
            buffers,
            log_end: std::sync::atomic::AtomicU64::new(0),
            blocks: quota::Blocks::default(),
            measures: watch::Measures::default(),
            finishing: std::sync::Mutex::default(),
        })
    }

    pub(crate) fn today(&self) -> Day {
        day_of((self.clock)())
    }
}

pub(crate) fn day_of(moment: jiff::Timestamp) -> Day {
    moment.to_zoned(jiff::tz::TimeZone::UTC).date()
}
