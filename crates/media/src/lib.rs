//! What a file is, told from its first bytes and never from its name; and what it shows, decoded by a child process and
//! never here.
//!
//! Files are hostile: whoever harms a person may have sent them. So nothing in this library interprets content.
//! [`Previewer`] starts the binary `chronicle-media` for one file, gives it the bytes over a pipe and takes nothing but
//! pixels or a code's text back ([`protocol`]). The child confines itself before it reads a byte ([`confine`]): it can
//! open, start, map or send nothing, and has little memory and time. A decoder that is taken over can show a wrong picture,
//! say a wrong text, or nothing.
//!
//! What it costs: a picture that is not decoded within the limits is not shown; the file stays what it was.

#[cfg(feature = "child")]
pub mod confine;
mod error;
#[cfg(all(feature = "child", target_os = "linux"))]
mod filter;
mod kind;
mod preview;
pub mod protocol;
mod sniff;

pub use error::PreviewError;
pub use kind::{EvidenceView, Kind};
pub use preview::{DEADLINE, Picture, Previewer, Want};
pub use sniff::{START, read_text, sniff};
