//! Files that are cut off or altered at random. Whatever they do to the child, the parent gets an answer or a code, in
//! time.

use crate::made::*;
use chronicle_media::{PreviewError, Previewer, Want};
use image::ImageFormat;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

const DEADLINE: Duration = Duration::from_secs(5);

fn files() -> Vec<(&'static str, Vec<u8>)> {
    let font = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >> >>";
    let text = "BT /F 20 Tf 10 50 Td (words) Tj ET 1 0 0 rg 0 0 30 30 re f 5 5 m 90 90 l S";
    vec![
        ("jpeg", opaque(60, 40, ImageFormat::Jpeg)),
        ("png", opaque(60, 40, ImageFormat::Png)),
        ("webp", opaque(60, 40, ImageFormat::WebP)),
        ("gif", opaque(60, 40, ImageFormat::Gif)),
        ("bmp", opaque(60, 40, ImageFormat::Bmp)),
        ("tiff", opaque(60, 40, ImageFormat::Tiff)),
        ("heic", include_bytes!("files/fields.heic").to_vec()),
        ("heic-10", include_bytes!("files/fields-10.heic").to_vec()),
        ("pdf", one_page("100", "100", font, text, &[])),
        ("pdf-font", include_bytes!("files/embedded.pdf").to_vec()),
    ]
}

// Shows it as what it began as; how it ended.
fn outcome(name: &str, bytes: &[u8]) -> &'static str {
    let previewer = Previewer::new(env!("CARGO_BIN_EXE_chronicle-media")).with_deadline(DEADLINE);
    let want = if name.starts_with("pdf") {
        Want::Page {
            number: 1,
            edge: 64,
        }
    } else {
        Want::Picture { edge: 64 }
    };
    let begun = Instant::now();
    let shown = previewer.preview(&mut &*bytes, bytes.len() as u64, want);
    let took = begun.elapsed();
    assert!(took < DEADLINE + Duration::from_secs(2), "{name}: {took:?}");
    match shown {
        Ok(picture) => {
            assert!(pixels(&picture).width() <= 64);
            "shown"
        }
        Err(PreviewError::Unavailable) => panic!("{name}: the child was not there"),
        Err(error) => error.code(),
    }
}

#[test]
fn two_thousand_altered_files_do_no_harm() {
    let files = files();
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    let mut outcomes: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for round in 0..2000 {
        let (name, whole) = &files[round % files.len()];
        let mut bytes = whole.clone();
        for _ in 0..=numbers.next(8) {
            let at = numbers.next(bytes.len());
            match numbers.next(5) {
                0 => bytes[at] ^= 1 << numbers.next(8),
                1 => bytes[at] = u8::try_from(numbers.next(256)).unwrap(),
                2 => bytes[at] = [0, 0x7F, 0x80, 0xFF][numbers.next(4)],
                3 => drop(bytes.drain(at..(at + numbers.next(16)).min(bytes.len()))),
                _ => bytes.extend_from_within(at..(at + 32).min(bytes.len())),
            }
            if bytes.is_empty() {
                break;
            }
        }
        *outcomes.entry((name, outcome(name, &bytes))).or_default() += 1;
    }
    println!("{outcomes:#?}");
    assert!(most_memory_of_children() <= 768 << 20);
    let shown = outcomes.iter().filter(|((_, how), _)| *how == "shown");
    assert!(
        shown.map(|(_, count)| count).sum::<u32>() > 200,
        "all were refused"
    );
}

#[test]
fn files_that_are_cut_off_do_no_harm() {
    for (name, whole) in files() {
        for part in 0..24 {
            outcome(name, &whole[..whole.len() * part / 24]);
        }
    }
}

#[test]
fn bytes_at_random_behind_a_signature_do_no_harm() {
    let mut numbers = Numbers(42);
    for (name, whole) in files() {
        for _ in 0..8 {
            let mut bytes = whole[..whole.len().min(24)].to_vec();
            bytes.extend((0..4000).map(|_| u8::try_from(numbers.next(256)).unwrap()));
            outcome(name, &bytes);
        }
    }
}
