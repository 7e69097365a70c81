//! The code of the recovery sheet in three parts, each sealed for somebody; any two give the code back, one says nothing.
//!
//! For people who cannot keep a sheet themselves. The arithmetic is that of a library, the sealing that of the vault's room;
//! what is here is the form of a part and the refusal of everything that is none. Nothing is kept: a part lives in its
//! holder's file alone. The document beside this crate is `SHARES.md`.

mod error;
mod files;
mod share;

pub use error::Error;
pub use files::{Holders, write_all};
pub use share::{SHARES, Share, join, split};
