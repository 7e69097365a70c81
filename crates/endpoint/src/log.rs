//! The log: bundles in the order in which they became durable; dense, write-once objects, each with the hash of the one
//! before it. It is the desks' cursor, and how they notice that an endpoint was set back.

use crate::Endpoint;
use crate::access::json;
use crate::store::StoreError;
use chronicle_wire::Hash;
use chronicle_wire::route::{LogBatch, LogEntry};
use std::sync::atomic::Ordering;

impl Endpoint {
    /// Appends one bundle. A bundle that is logged twice (a finish that was interrupted) is tolerated by desks.
    pub(crate) async fn append_log(&self, entry: LogEntry) -> Result<(), StoreError> {
        let mut number = self.log_end.load(Ordering::Relaxed);
        let mut previous = match number {
            0 => Hash([0; 32]),
            n => Hash::of(&self.log_object(n - 1).await?.ok_or(StoreError::Failed)?),
        };
        loop {
            if let Some(bytes) = self.log_object(number).await? {
                (previous, number) = (Hash::of(&bytes), number + 1);
                continue;
            }
            let batch = LogBatch {
                number,
                previous,
                entries: vec![entry.clone()],
            };
            if self.store.create(&name(number), json(&batch)?).await? {
                self.log_end.fetch_max(number + 1, Ordering::Relaxed);
                return Ok(());
            }
        }
    }

    /// The exact bytes of one log object.
    pub(crate) async fn log_object(&self, number: u64) -> Result<Option<bytes::Bytes>, StoreError> {
        self.store.get(&name(number)).await
    }
}

fn name(number: u64) -> String {
    format!("log/{number:020}")
}
