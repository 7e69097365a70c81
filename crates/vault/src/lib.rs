//! Sealed records and blobs under one passphrase, in a folder that ordinary tools open: `age`, `sqlite3` and `tail`.
//!
//! The vault keeps events (a kind and a JSON body) and files; it knows no incident and no organisation. Everything that
//! reaches the disk is an age file; every record carries a MAC, since age authenticates nobody; every blob has a key of
//! its own that lives in the record naming it. "Committed" means synced. Time is an argument. The document beside this
//! crate is `FORMAT.md`.

mod blob;
mod commit;
mod disk;
mod error;
mod event;
mod head;
mod intake;
mod keys;
mod record;
mod store;

pub use blob::{BlobReader, BlobRef, BlobWriter, RawRef, RawWriter, in_record, padme};
pub use commit::Commit;
pub use disk::room;
pub use error::Error;
pub use event::Event;
pub use intake::Intake;
pub use store::{Entry, Finding, Sealer, Unlocked, Vault, VaultKind, exists};

pub use age::secrecy;

/// scrypt's work factor of `key.age` (2^18: about one second and 256 MiB).
pub const LOG_N: u8 = 18;
