//! Seals and opens with the `age` crate alone. An order is a line: the type of recipients, how many bytes, how often. The answer
//! is the seconds that sealing took, and opening.

#![forbid(unsafe_code)]

use age::{Decryptor, Encryptor, Identity, Recipient};
use std::hint::black_box;
use std::io::{Read, Write};
use std::time::Instant;

/// As many as a bundle has.
const RECIPIENTS: usize = 8;

fn main() {
    for order in std::io::stdin().lines() {
        let order = order.expect("an order");
        let words: Vec<&str> = order.split(' ').collect();
        let [of, size, count] = words.as_slice() else {
            panic!("an order of three words: {order}");
        };
        let [size, count] = [size, count].map(|n| n.parse().expect("a number"));
        let (seals, opens) = match *of {
            "X25519" => {
                let all = [(); RECIPIENTS].map(|()| age::x25519::Identity::generate());
                work::<_, age::x25519::Recipient>(&all, |i| i.to_public().to_string(), size, count)
            }
            _ => {
                let all = [(); RECIPIENTS].map(|()| chronicle_hybrid::Identity::generate());
                work::<_, chronicle_hybrid::Recipient>(
                    &all,
                    |i| i.to_public().to_string(),
                    size,
                    count,
                )
            }
        };
        println!("{seals} {opens}");
    }
}

fn work<I: Identity, R: Recipient + std::str::FromStr>(
    identities: &[I],
    recipient: impl Fn(&I) -> String,
    size: usize,
    count: usize,
) -> (f64, f64) {
    let mut texts: Vec<String> = identities.iter().map(recipient).collect();
    let plain: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
    let (mut seals, mut opens) = (0.0, 0.0);
    for _ in 0..count {
        // The one that opens stands at each place as often.
        texts.rotate_left(1);
        let began = Instant::now();
        let sealed = seal::<R>(&texts, &plain);
        seals += began.elapsed().as_secs_f64();
        let began = Instant::now();
        let opened = open(&identities[0], &sealed);
        opens += began.elapsed().as_secs_f64();
        assert!(black_box(opened) == plain, "not what was sealed");
    }
    (seals, opens)
}

fn seal<R: Recipient + std::str::FromStr>(texts: &[String], plain: &[u8]) -> Vec<u8> {
    let read = |text: &String| text.parse::<R>().unwrap_or_else(|_| panic!("no recipient"));
    let recipients: Vec<R> = texts.iter().map(read).collect();
    let all = recipients.iter().map(|r| r as &dyn Recipient);
    let mut sealed = Vec::new();
    let mut writer = Encryptor::with_recipients(all)
        .expect("recipients")
        .wrap_output(&mut sealed)
        .expect("a header");
    writer.write_all(plain).expect("memory");
    writer.finish().expect("memory");
    sealed
}

fn open(identity: &impl Identity, sealed: &[u8]) -> Vec<u8> {
    let mut opened = Vec::new();
    Decryptor::new_buffered(sealed)
        .and_then(|d| d.decrypt(std::iter::once(identity as &dyn Identity)))
        .expect("its own")
        .read_to_end(&mut opened)
        .expect("whole");
    opened
}
