//! Parent and child together: what is right comes back right, what is hostile does no harm, and a child that is an
//! impostor is not believed.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "these are tests"
)]

mod bombs;
mod codes;
mod impostors;
mod made;
mod mutations;
mod pages;
mod photo;
mod pictures;
