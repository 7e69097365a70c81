//! Six words drawn, or one's own weighed; and the code of the printed sheet.
//!
//! A [`Passphrase`] is text that opens a vault: normalised, limited in size, wiped when dropped, and never printed. It is
//! drawn here from a list of 7,776 words by the operating system's generator, or chosen by the person and then weighed
//! with common words and keyboard walks of English and Russian in mind. No file is read and nothing is logged.

mod code;
mod dictionary;
mod draw;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod keyboard;
mod layout;
mod passphrase;
mod weigh;

pub use code::{CODE_WORDS, CodeError, RecoveryCode};
pub use draw::{LIST, WORDS, generate};
pub use layout::{LayoutHint, layout_hint};
pub use passphrase::{Error, LIMIT, Passphrase};
pub use weigh::{Hint, NEEDED, Strength, WEIGHED, weigh};
