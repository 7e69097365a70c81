//! Files that are made to take all memory or all time. Each ends soon, within the limits, and with a code.

use crate::made::*;
use crate::photo::{code, screen, text};
use chronicle_media::PreviewError;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use std::time::{Duration, Instant};

const LIMIT: u64 = 768 << 20;

// Fails when it takes longer than the deadline or more memory than there is.
fn soon<T>(what: &str, show: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let shown = show();
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(12), "{what}: {took:?}");
    let memory = most_memory_of_children();
    assert!(memory <= LIMIT, "{what}: {memory} bytes");
    shown
}

fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut sum = u32::MAX;
    for byte in name.iter().chain(content) {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = sum >> 1 ^ if sum & 1 == 1 { 0xEDB8_8320 } else { 0 };
        }
    }
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&length, name, content, &(!sum).to_be_bytes()].concat()
}

// A grey PNG that claims this size, with these chunks between its head and its pixels.
fn claiming(width: u32, height: u32, between: &[u8], pixels: &[u8]) -> Vec<u8> {
    let head = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[8, 0, 0, 0, 0],
    ]
    .concat();
    [
        b"\x89PNG\r\n\x1a\n",
        &chunk(b"IHDR", &head)[..],
        between,
        &chunk(b"IDAT", pixels),
        &chunk(b"IEND", &[]),
    ]
    .concat()
}

// Compressed zeros (RFC 1950, 1951): a zero, then "the same again, 258 times" in 13 bits, over and over.
fn zeros(bytes: usize) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let (mut held, mut bits) = (0u64, 0);
    let mut put = |value: u64, count: u32| {
        held |= value << bits;
        bits += count;
        while bits >= 8 {
            out.push((held & 0xFF) as u8);
            held >>= 8;
            bits -= 8;
        }
    };
    // The last block, with the fixed codes; a literal zero.
    put(0b1, 1);
    put(0b01, 2);
    put(0b0000_1100, 8);
    for _ in 0..bytes / 258 {
        put(0b1010_0011, 8);
        put(0, 5);
    }
    put(0, 7);
    put(0, 8);
    // The sum of zeros: the first half is 1, the second counts them.
    let sum = u32::try_from((bytes / 258 * 258 + 1) % 65521).unwrap() << 16 | 1;
    out.extend(sum.to_be_bytes());
    out
}

#[test]
fn the_zeros_of_these_tests_are_a_right_stream() {
    let rows = 258 * 20;
    let png = claiming(257, 20, &[], &zeros(rows - 258));
    assert_eq!(
        show(&png, 16).err(),
        Some(PreviewError::Damaged),
        "a row less"
    );
    // Each row is a filter and 257 pixels; the one byte more is cut.
    let shown = show(&claiming(257, 20, &[], &zeros(rows)), 4096).unwrap();
    assert!(pixels(&shown).pixels().all(|p| p.0 == [0, 0, 0, 255]));
}

#[test]
fn a_picture_that_claims_too_many_pixels_is_not_decoded() {
    for (width, height) in [(65_535, 65_535), (10_001, 10_000), (u32::MAX >> 1, 1)] {
        let png = claiming(width, height, &[], &zeros(1000));
        let refused = soon("claims", || show(&png, 100)).err();
        assert_eq!(refused, Some(PreviewError::TooLarge), "{width}x{height}");
    }
    assert!(
        most_memory_of_children() < 64 << 20,
        "before it is allocated"
    );
}

#[test]
fn a_hundred_million_pixels_are_still_shown() {
    let png = claiming(10_000, 10_000, &[], &zeros(10_001 * 10_000 + 258));
    let shown = soon("the most", || show(&png, 1000)).unwrap();
    assert_eq!((shown.width, shown.height), (1000, 1000));
    assert_eq!(pixels(&shown).get_pixel(500, 500).0, [0, 0, 0, 255]);
}

#[test]
fn noise_of_a_hundred_million_pixels_has_no_code() {
    let mut numbers = Numbers(11);
    let mut noise = Vec::with_capacity(100_000_000);
    while noise.len() < 100_000_000 {
        noise.extend(numbers.next(usize::MAX).to_be_bytes());
    }
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 20);
    let grey = image::ExtendedColorType::L8;
    encoder.encode(&noise, 10_000, 10_000, grey).unwrap();
    assert_eq!(soon("noise", || text_of(&bytes)), Err(PreviewError::NoCode));
}

fn text_of(bytes: &[u8]) -> Result<(), PreviewError> {
    let text = previewer().code(&mut &*bytes, bytes.len() as u64);
    text.map(drop)
}

// Each is where much looks like a code, or like a part of one, so that there is most to try.
#[test]
fn pictures_that_seem_full_of_codes_end() {
    let mark = |x: u32, y: u32| {
        let ring = (x % 9).abs_diff(4).max((y % 9).abs_diff(4));
        ring != 2 && ring != 4
    };
    let mut numbers = Numbers(5);
    let pattern = |each: u32, dark: &dyn Fn(u32, u32) -> bool| {
        let picture = GrayImage::from_fn(2400, 2400, |x, y| {
            Luma([if dark(x / each, y / each) { 0 } else { 255 }])
        });
        encoded(&DynamicImage::ImageLuma8(picture), ImageFormat::Png)
    };
    let blocks: Vec<bool> = (0..1200 * 1200).map(|_| numbers.next(2) == 0).collect();
    let random = |x: u32, y: u32| blocks[(y * 1200 + x) as usize];
    let mixed = |x: u32, y: u32| match (x % 40, y % 40) {
        (x @ 0..9, y @ 0..9) => mark(x, y),
        _ => random(x, y),
    };
    for (what, picture) in [
        ("marks", pattern(2, &mark)),
        ("columns", pattern(2, &|x, _| mark(x, 4))),
        ("blocks", pattern(3, &random)),
        ("marks among blocks", pattern(8, &mixed)),
    ] {
        // Nothing is found, or the time is up before everything was tried.
        let impatient = previewer().with_deadline(Duration::from_secs(3));
        let look = || impatient.code(&mut &*picture, picture.len() as u64);
        let refused = soon(what, || look().map(drop));
        let ended = [Err(PreviewError::NoCode), Err(PreviewError::Timeout)];
        assert!(ended.contains(&refused), "{what}: {refused:?}");
    }
    let largest = screen(&code(&text(3000)), 12, 0, 255);
    let largest = encoded(&DynamicImage::ImageLuma8(largest), ImageFormat::Png);
    let refused = soon("a text too long", || text_of(&largest));
    assert_eq!(refused, Err(PreviewError::NoCode));
}

#[test]
fn a_profile_that_unfolds_to_a_gigabyte_ends_within_the_limits() {
    let mut profile = b"profile\0\0".to_vec();
    profile.extend(zeros(1 << 30));
    let png = claiming(16, 16, &chunk(b"iCCP", &profile), &zeros(17 * 16));
    let refused = soon("a profile", || show(&png, 16)).err();
    assert_eq!(refused, Some(PreviewError::Damaged));
}

#[test]
fn a_document_whose_stream_unfolds_to_gigabytes_ends() {
    let content = zeros(2 << 30);
    let mut bytes = one_page("200", "200", "", "", &[]);
    let head = format!(
        "4 0 obj\n<< /Filter /FlateDecode /Length {} >>\nstream\n",
        content.len()
    );
    bytes.truncate(bytes.windows(7).position(|w| w == b"4 0 obj").unwrap());
    bytes.extend(head.bytes());
    bytes.extend(content);
    bytes.extend(b"\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n");
    let _ = soon("a stream", || page(&bytes, 1, 200));
}

#[test]
fn pages_of_any_size_come_within_the_edge() {
    let square = "0 g 0 0 1 1 re f";
    for (width, height) in [
        (
            "1000000000000000000000000000000",
            "1000000000000000000000000000000",
        ),
        ("0.0000001", "0.0000001"),
        ("14400", "1"),
        ("1", "99999999"),
        ("-500", "-300"),
        ("0", "0"),
        ("nonsense", "200"),
    ] {
        let bytes = one_page(width, height, "", square, &[]);
        let shown = soon("a page", || page(&bytes, 1, 500));
        if let Ok(shown) = shown {
            assert!(
                shown.width <= 500 && shown.height <= 500,
                "{width} {height}"
            );
        }
    }
}

#[test]
fn forms_that_draw_themselves_end() {
    let form = |number: u32, content: &str| {
        let entries = format!(
            "/Type /XObject /Subtype /Form /BBox [0 0 100 100] /Resources << /XObject << /A {number} 0 R >> >>"
        );
        stream(&entries, content)
    };
    let begin = |more: &[String]| one_page("100", "100", "/XObject << /A 5 0 R >>", "/A Do", more);
    let itself = begin(&[form(5, "/A Do")]);
    let _ = soon("itself", || page(&itself, 1, 100));
    let each_other = begin(&[form(6, "/A Do"), form(5, "/A Do")]);
    let _ = soon("each other", || page(&each_other, 1, 100));
    // Each draws the next ten times, thirty deep.
    let tenfold: Vec<String> = (6..36)
        .map(|next| form(next, &"/A Do ".repeat(10)))
        .collect();
    let tenfold = begin(&tenfold);
    let refused = soon("tenfold", || page(&tenfold, 1, 100)).err();
    assert_eq!(refused, Some(PreviewError::Timeout));
}

#[test]
fn deep_documents_end() {
    let deep = "[".repeat(1_000_000);
    let nested = one_page("100", "100", "", &format!("{deep} 1 TJ"), &[]);
    let _ = soon("nested in the content", || page(&nested, 1, 100));
    let object = pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids {deep} >>"),
    ]);
    let _ = soon("nested in an object", || page(&object, 1, 100));
    let states = one_page("100", "100", "", &"q 1 0 0 1 0 0 cm ".repeat(500_000), &[]);
    let _ = soon("states", || page(&states, 1, 100));
    // A tree of pages that holds itself, and an object that is only a reference to itself.
    let tree = pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [2 0 R 2 0 R 3 0 R] /Count 9 >>".to_owned(),
        "3 0 R".to_owned(),
    ]);
    let _ = soon("a tree", || page(&tree, 1, 100));
}

#[test]
fn layers_upon_layers_of_transparency_end() {
    let group = |next: u32| {
        stream(
            &format!(
                "/Type /XObject /Subtype /Form /BBox [0 0 100 100] /Group << /S /Transparency /I true /K true >> \
                 /Resources << /XObject << /A {next} 0 R >> /ExtGState << /G << /ca 0.5 /BM /Luminosity >> >> >>"
            ),
            "/G gs 1 0 0 rg 0 0 90 90 re f /A Do",
        )
    };
    let groups: Vec<String> = (6..106).map(group).collect();
    let bytes = one_page("100", "100", "/XObject << /A 5 0 R >>", "/A Do", &groups);
    let _ = soon("layers", || page(&bytes, 1, 4096));
}
