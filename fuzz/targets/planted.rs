//! The planted fault: one input in 2^64 fails, as a forgotten case in a reader would. A fuzzer that does not find it in
//! seconds is blind, and what it does not find elsewhere says nothing.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let forgotten = bytes.first_chunk() == Some(b"# vault ");
    assert!(!forgotten, "the planted fault");
});
