//! Progress on a terminal, for what takes longer than a second. Nothing is written when standard error is no terminal.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// One line that is written over.
pub(crate) struct Meter {
    shown: bool,
    next: Instant,
    on: bool,
}

impl Meter {
    /// Shows nothing during the first second.
    pub(crate) fn new() -> Self {
        let on = std::io::stderr().is_terminal();
        Self {
            shown: false,
            next: Instant::now() + Duration::from_secs(1),
            on,
        }
    }

    /// So many bytes of so many.
    pub(crate) fn at(&mut self, done: u64, total: u64) {
        if !self.on || Instant::now() < self.next || total == 0 {
            return;
        }
        self.next = Instant::now() + Duration::from_millis(200);
        self.shown = true;
        let percent = u128::from(done.min(total)) * 100 / u128::from(total);
        let _ = write!(std::io::stderr(), "\r{percent:>3} %");
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(std::io::stderr(), "\r     \r");
        }
    }
}
