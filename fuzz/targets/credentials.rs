#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| chronicle_wire::fuzz::credentials(bytes));
