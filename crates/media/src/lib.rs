//! What a file is, told from its first bytes and never from its name. Nothing is decoded here: whatever interprets a
//! file's content belongs into a process of its own with limits, which this room will get with previews.

mod kind;
mod sniff;

pub use kind::{EvidenceView, Kind};
pub use sniff::{START, read_text, sniff};
