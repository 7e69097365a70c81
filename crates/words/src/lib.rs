//! Every sentence that a person reads, in each language.
//!
//! The sentences live in Fluent files under `ftl/<language>/`; they are part of the program, so nothing is read from disk
//! at run time. Window, command line and `report.txt` ask for them by key. A sentence that a language lacks is said in
//! English; a key that no language has comes out in square brackets, and the tests of this crate refuse both.
//! No text is made here that is not in those files, except dates, and no clock is read.

mod dates;
mod files;
mod keys;
mod locale;
mod problem;
mod pseudo;
mod words;

pub use files::{FILES, File};
pub use keys::{keys, keys_as_typescript};
pub use locale::Locale;
pub use problem::Problem;
pub use words::{Args, Words};
