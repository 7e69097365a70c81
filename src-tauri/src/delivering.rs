//! Delivery while the vault is locked: the courier with what was handed over, and no key.

use chronicle_journal::{Errands, LockedOutbox};
use chronicle_sync::{Courier, Outbox};
use chronicle_words::Problem;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// A courier under way for a locked journal. Dropping it ends it.
pub struct Delivering {
    place: PathBuf,
    outbox: Arc<LockedOutbox>,
    stop: CancellationToken,
}

impl Delivering {
    /// Takes the locked vault at `place` and begins. `changed` is told how many parcels wait.
    pub fn begin(
        place: &Path,
        errands: Errands,
        changed: impl Fn(usize) + Send + Sync + 'static,
    ) -> Result<Self, Problem> {
        let transport = errands.transport();
        let outbox = LockedOutbox::begin(place, errands, changed).map_err(|e| e.problem())?;
        let outbox = Arc::new(outbox);
        let courier = Courier::new(transport).map_err(|e| Problem::new(e.code()))?;
        let stop = CancellationToken::new();
        let carried: Arc<dyn Outbox> = Arc::clone(&outbox) as Arc<dyn Outbox>;
        let wake = Arc::new(Notify::new());
        tauri::async_runtime::spawn(courier.run(carried, wake, stop.clone(), false));
        Ok(Self {
            place: place.to_owned(),
            outbox,
            stop,
        })
    }

    /// How many parcels wait.
    pub fn left(&self) -> usize {
        self.outbox.left()
    }

    /// Ends it and lets the vault go. Gives what is needed to begin again.
    pub fn end(&self) -> (PathBuf, Errands) {
        self.stop.cancel();
        (self.place.clone(), self.outbox.end())
    }
}

impl Drop for Delivering {
    fn drop(&mut self) {
        self.end();
    }
}
