//! Sealing and opening bundles, beside `tar` and `age` with as many recipients: a report with 1 GiB of evidence from disk to
//! disk, and reports without files in memory, one after the other. What was opened is compared with what was sealed, on both
//! sides, outside the time.

mod age_crate;
#[path = "../faults/house.rs"]
#[allow(dead_code, reason = "nobody joins it here")]
mod house;
mod large;
mod sealer;
mod small;

use crate::Run;
use chronicle_bundle::RecipientType;
use chronicle_tests::Measured;
use std::time::Instant;

/// Measures all of it; planted, of one type of recipients only.
pub fn measure(run: &Run, measured: &mut Measured) {
    let types = [
        (RecipientType::X25519, "X25519"),
        (RecipientType::Hybrid, "hybrid"),
    ];
    for of in &types[..if run.planted { 1 } else { 2 }] {
        small::measure(run, measured, *of);
        large::measure(run, measured, *of);
    }
}

// How long Chronicle's side takes; planted, three times as long.
fn timed<T>(planted: bool, act: impl FnOnce() -> T) -> (f64, T) {
    crate::seconds(|| {
        let began = Instant::now();
        let made = act();
        if planted {
            std::thread::sleep(2 * began.elapsed());
        }
        made
    })
}
