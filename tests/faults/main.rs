//! What a failing disk, a loss of power and a killed process do to a vault, on the shipped command line as a process of its
//! own. `every_call` lets each call that changes files fail, one at a time; `crash` replays what was written up to any point,
//! as a disk may hold it after a loss of power; `kill` and `line` end the process at any point; `recovery` tries every way in
//! which a code is typed wrongly; `bundles` turns every bit of a bundle. All plant faults in every run, and fail when these are not found.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "these are tests"
)]

mod bundles;
mod campaign;
mod clock;
mod crash;
mod deed;
mod disk;
mod every_call;
mod house;
mod instances;
mod kill;
mod line;
mod look;
mod migration;
mod private;
mod receipts;
mod recovery;
mod remnants;
mod scenario;
mod scrypt;
mod shim;
mod story;
mod tampering;
mod trace;
