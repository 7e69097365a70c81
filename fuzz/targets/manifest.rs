#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| chronicle_bundle::fuzz::manifest(bytes));
