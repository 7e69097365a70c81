//! Sealed records and blobs under one passphrase, in a folder that ordinary tools open: `age`, `sqlite3` and `tail`.
//!
//! The vault keeps events (a kind and a JSON body) and files; it knows no incident and no organisation. Everything that
//! reaches the disk is an age file; every record carries a MAC, since age authenticates nobody; every blob has a key of
//! its own that lives in the record naming it. "Committed" means synced. Time is an argument. The document beside this
//! crate is `FORMAT.md`.

mod again;
mod ask;
mod backup;
mod blob;
mod change;
mod check;
mod commit;
mod disk;
mod error;
mod event;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod generation;
mod head;
mod holder;
mod identities;
mod index;
mod intake;
mod locked;
mod migrate;
mod open;
mod proof;
mod record;
mod recovery;
mod refs;
mod ring;
mod rows;
mod sealed;
mod sealing;
mod seek;
mod settings;
mod snapshot;
mod store;
mod table;
mod verify;
mod work;

pub use again::{Again, Renewed};
pub use backup::Backup;
pub use blob::{BlobReader, BlobWriter, RawWriter, padme};
pub use change::Recovered;
pub use check::Check;
pub use commit::Commit;
pub use disk::{forget_cached, room};
pub use error::Error;
pub use event::Event;
pub use head::Doubt;
pub use holder::Holder;
pub use identities::NewIdentity;
pub use index::{Document, Find, Hit, Projection, Rank};
pub use intake::Intake;
pub use locked::{Locked, SPOOL_BYTES, SPOOL_ROWS, Spooled};
pub use open::Keys;
pub use proof::Proof;
pub use refs::{BlobRef, RawRef, in_record};
pub use rows::{Entry, Finding};
pub use settings::{LOCK_AFTER, LOCK_AFTER_DEFAULT};
pub use snapshot::Image;
pub use store::{Sealer, Unlocked, Vault, VaultKind, exists};
pub use work::{Lend, Progress, back_up, check, seal_again, settle};

pub use age::secrecy;

/// scrypt's work factor of `key.age` and `recovery.age` (2^18: about one second and 256 MiB).
pub const LOG_N: u8 = 18;

#[cfg(test)]
mod tests;
