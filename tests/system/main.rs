//! The scenarios, each a test of its own on real binaries. See `chronicle_tests` for what they share.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "these are tests"
)]

mod answers;
mod bad_input;
mod both_ways;
mod bucket;
mod by_hand;
mod every_field;
mod golden;
mod keeping;
mod memory;
mod opener;
mod order;
mod over_tor;
mod package;
mod performance;
mod prompts;
mod second_reader;
mod stock_tools;
mod travelling;
mod tus;
mod whole_line;
