#![no_main]

// The shell is a program of its own and no library: its one file without a window is compiled here once more.
#[allow(dead_code)]
#[path = "../../src-tauri/src/handover.rs"]
mod handover;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| handover::fuzz::handover(bytes));
