//! Ctrl-C and termination, heard while something long is done that can be undone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::signal::unix::{SignalKind, signal};

/// Listens from when it is made until the program ends.
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Begins to listen. Where the system gives no thread for it, the signals keep their ordinary effect.
    pub(crate) fn listen() -> Self {
        let came = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&came);
        let listener = std::thread::Builder::new().spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            if runtime.is_ok_and(|runtime| runtime.block_on(came_one())) {
                told.store(true, Ordering::Relaxed);
            }
        });
        drop(listener);
        Self(came)
    }

    /// Whether to go on.
    pub(crate) fn go_on(&self) -> bool {
        !self.0.load(Ordering::Relaxed)
    }
}

/// Waits for Ctrl-C or termination; `false` when the system does not tell.
pub(crate) async fn came_one() -> bool {
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        return false;
    };
    tokio::select! {
        one = interrupt.recv() => one.is_some(),
        one = terminate.recv() => one.is_some(),
    }
}
