//! The endpoint as its clients meet it: real sockets, a real folder, bytes written by hand. No client library stands
//! between these tests and the line, so that cuts, silence and malformed requests are exactly what they say.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod check;
mod client;
mod cuts;
mod data;
mod delivery;
mod failing;
mod full;
mod hostile;
mod mailboxes;
mod operation;
mod process;
mod profiles;
mod quotas;
mod reading;
mod scene;
mod tokens;
mod uploads;
