//! The whole system, scenario by scenario: the shipped binaries as processes of their own, on real sockets and disks. What
//! the scenarios share lives here. A tool or a binary that is missing is a failure, never a pass.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a helper of tests fails as tests do: at once, and saying why"
)]

mod binaries;
mod children;
mod cli;
mod fields;
mod files;
mod measured;
mod opener;
mod scene;
mod servers;
mod table;
mod tor;

pub use binaries::{binary, root, set_up, tool};
pub use children::{Cutter, Endpoint, Lines, free_port, until};
pub use cli::{Cli, Ran};
pub use fields::{Difference, differences, leaves};
pub use files::{flip_a_byte, jpeg, pdf, random_file, same_bytes};
pub use measured::{Bound, LINES, Line, Measured, RUNS, Runs, median, percentile};
pub use opener::{Secret, opened, script, script_with};
pub use scene::{PASSPHRASE, Scene, folder, found_organisation, words_of};
pub use servers::{Bucket, Front};
pub use table::Table;
pub use tor::Tor;
