//! The courier: the HTTP of both sides. The reporter's [`Courier`] carries sealed bundles from an [`Outbox`] to an
//! organisation's endpoint; the caseworker's [`Collector`] reads the endpoint's log and fetches what arrived. Both see
//! ciphertext, sizes and hashes only: there is no age in this crate's tree, and it must never get it.
//!
//! Promises: a parcel is called stored only after its receipt was verified against the organisation's profile; whatever
//! is cut, at most one piece is sent again; nothing leaves by another way than the one used first; nothing is logged.
//! It must never believe an answer because of its status alone, follow a redirect, or read a proxy from the environment.

mod collector;
mod courier;
mod error;
mod introduction;
mod line;
mod mailbox;
mod outbox;
mod pace;
mod receipt;
mod transport;
mod trouble;
mod upload;
mod visit;

pub use collector::{Collector, Cursor, LogRead};
pub use courier::Courier;
pub use error::SyncError;
pub use introduction::introduce;
pub use mailbox::{Inbox, Looked, Mailbox};
pub use outbox::{Entrance, Matter, Outbox, OutboxError, Parcel};
pub use transport::{Timing, Transport, Travel, Way, travels};
pub use trouble::{Reason, Trouble};
pub use visit::Visit;
