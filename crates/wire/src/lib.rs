//! What both ends of the line agree on: who an organisation is (root and profile), how a person is invited, the six
//! words, receipts, routes, sizes and problem codes. Everything here is public or signed; nothing is encrypted, and
//! recipients are opaque strings: this crate has no age in its tree and must never get it.
//!
//! The document beside it is `PROTOCOL.md`.

pub mod agehead;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
pub mod invitation;
pub mod organisation;
#[cfg(test)]
mod properties;
pub mod receipt;
pub mod route;
pub mod signed;
pub mod size;
pub mod token;
pub mod words;

pub use invitation::{Invitation, ShortInvitation};
pub use organisation::{ConfirmedOrganisation, Profile, TrustError, Unverified, Verified};
pub use receipt::StoredReceipt;
pub use signed::{Hash, PublicKey, SignedDocument, SigningKey};
pub use token::{Capability, ReadKey, Token, TokenRole};

/// A calendar day (UTC), the only grain of time that the endpoint signs.
pub type Day = jiff::civil::Date;
