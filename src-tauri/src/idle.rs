//! How long nobody has touched the window, asleep or awake: the clock goes on while the device is suspended.

use rustix::time::{ClockId, clock_gettime};
use std::sync::atomic::{AtomicU64, Ordering};

/// When the window was touched last.
#[derive(Default)]
pub struct Idle(AtomicU64);

impl Idle {
    /// It was touched now.
    pub fn touch(&self) {
        self.0.store(now(), Ordering::Relaxed);
    }

    /// Seconds since it was touched.
    pub fn seconds(&self) -> u64 {
        now().saturating_sub(self.0.load(Ordering::Relaxed))
    }
}

fn now() -> u64 {
    u64::try_from(clock_gettime(ClockId::Boottime).tv_sec).unwrap_or_default()
}
