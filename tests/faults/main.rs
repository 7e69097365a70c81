//! What a failing disk and a loss of power do to a vault, on the shipped command line as a process of its own. Two proofs:
//! `every_call` lets each call that changes files fail, one at a time; `crash` replays what was written up to any point, as a
//! disk may hold it after a loss of power. Both plant faults in every run, and fail when these are not found.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "these are tests"
)]

mod campaign;
mod clock;
mod crash;
mod disk;
mod every_call;
mod house;
mod instances;
mod look;
mod migration;
mod private;
mod remnants;
mod scenario;
mod scrypt;
mod shim;
mod story;
mod tampering;
mod trace;
