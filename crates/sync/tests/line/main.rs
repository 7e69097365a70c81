//! Both sides of the line against a scripted server over real sockets: one behaviour of a network or an endpoint for
//! each test. The server is not an endpoint: it does what the test says, also what no honest endpoint would do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod collecting;
mod credentials;
mod cuts;
mod delivering;
mod founded;
mod lies;
mod mailboxes;
mod running;
mod server;
mod shelf;
mod socks;
mod tls;
mod ways;
