//! Codes in pictures: what a camera sees of one is read, whatever the light and the angle; what cannot be read is refused
//! and never guessed.

use crate::made::*;
use crate::photo::{Shot, code, screen, text};
use chronicle_media::PreviewError;
use image::{DynamicImage, GrayImage, ImageFormat, Luma, imageops};
use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

const ANGLES: [f32; 8] = [0.0, 7.0, 30.0, 45.0, 90.0, 133.0, 180.0, 271.0];

fn read(bytes: &[u8]) -> Result<String, PreviewError> {
    let text = previewer().code(&mut &*bytes, bytes.len() as u64)?;
    Ok(text.as_str().to_owned())
}

fn png(picture: GrayImage) -> Vec<u8> {
    encoded(&DynamicImage::ImageLuma8(picture), ImageFormat::Png)
}

// Two pictures next to each other.
fn beside(left: &GrayImage, right: &GrayImage) -> GrayImage {
    let height = left.height().max(right.height());
    let mut both = GrayImage::from_pixel(left.width() + right.width(), height, Luma([110]));
    imageops::replace(&mut both, left, 0, 0);
    imageops::replace(&mut both, right, i64::from(left.width()), 0);
    both
}

// Photographed at every angle, near and far, as sharp as most and as blurred as many.
fn is_read_at_every_angle(length: usize) {
    let text = text(length);
    let code = code(&text);
    let ways = [
        (1600, 0.6, 0.25),
        (2000, 0.5, 0.4),
        (1600, 0.65, 0.4),
        (3000, 0.4, 0.25),
    ];
    for (angle, (width, share, blur)) in ANGLES.into_iter().zip(ways.into_iter().cycle()) {
        let shot = Shot {
            width,
            share,
            blur,
            angle,
            ..Shot::default()
        };
        let seen = read(&shot.take(&code));
        assert_eq!(seen.as_ref(), Ok(&text), "{angle} degrees, {width} pixels");
    }
}

#[test]
fn a_short_code_is_read_at_every_angle() {
    is_read_at_every_angle(250);
}

#[test]
fn a_usual_code_is_read_at_every_angle() {
    is_read_at_every_angle(350);
}

#[test]
fn a_long_code_is_read_at_every_angle() {
    is_read_at_every_angle(590);
}

#[test]
fn a_code_is_read_in_a_mirror_in_the_dark_and_light_on_dark() {
    let text = text(350);
    let code = code(&text);
    for (what, shot) in [
        (
            "in a mirror",
            Shot {
                mirrored: true,
                ..Shot::default()
            },
        ),
        (
            "in the dark",
            Shot {
                tones: (15, 70),
                ..Shot::default()
            },
        ),
        (
            "pale",
            Shot {
                tones: (100, 160),
                ..Shot::default()
            },
        ),
        (
            "noisy",
            Shot {
                noise: 25.0,
                ..Shot::default()
            },
        ),
        (
            "light on dark",
            Shot {
                tones: (225, 30),
                ..Shot::default()
            },
        ),
        (
            "out of focus",
            Shot {
                blur: 0.55,
                ..Shot::default()
            },
        ),
    ] {
        assert_eq!(read(&shot.take(&code)).as_ref(), Ok(&text), "{what}");
    }
}

#[test]
fn codes_of_every_size_are_read_off_the_screen_itself() {
    for version in [1, 2, 6, 7, 13, 14, 21, 27, 32, 40] {
        let version = Version::new(version);
        let segments = [QrSegment::make_alphanumeric("CHRONICLE")];
        let ecc = QrCodeEcc::Low;
        let code = QrCode::encode_segments_advanced(&segments, ecc, version, version, None, false)
            .unwrap();
        for each in [2, 5] {
            let seen = read(&png(screen(&code, each, 0, 255)));
            assert_eq!(
                seen.as_deref(),
                Ok("CHRONICLE"),
                "{} {each}",
                version.value()
            );
        }
    }
}

#[test]
fn of_several_codes_the_projects_own_is_read() {
    let other = screen(&code("https://example.org/"), 6, 0, 255);
    let own = screen(&code(&text(250)), 3, 0, 255);
    for both in [beside(&other, &own), beside(&own, &other)] {
        assert_eq!(read(&png(both)), Ok(text(250)));
    }
    let others = beside(&other, &other);
    assert_eq!(read(&png(others)).as_deref(), Ok("https://example.org/"));
}

#[test]
fn what_cannot_be_read_is_refused_and_not_guessed() {
    let code = code(&text(350));
    for blur in [0.75, 0.9, 1.2] {
        let shot = Shot {
            blur,
            ..Shot::default()
        };
        assert_eq!(read(&shot.take(&code)), Err(PreviewError::NoCode), "{blur}");
    }
    // So near that corners are outside.
    let shot = Shot {
        share: 1.5,
        ..Shot::default()
    };
    assert_eq!(read(&shot.take(&code)), Err(PreviewError::NoCode));
}

#[test]
fn pictures_without_a_code_have_none() {
    let mut numbers = Numbers(7);
    let noise = GrayImage::from_fn(900, 700, |_, _| Luma([numbers.next(256) as u8]));
    for (what, picture) in [
        ("fields", opaque(1200, 900, ImageFormat::Jpeg)),
        ("one pixel", opaque(1, 1, ImageFormat::Png)),
        ("a line", opaque(5000, 1, ImageFormat::Png)),
        ("a column", opaque(1, 5000, ImageFormat::Png)),
        ("noise", png(noise)),
    ] {
        assert_eq!(read(&picture), Err(PreviewError::NoCode), "{what}");
    }
}

#[test]
fn texts_that_are_not_plain_count_as_none() {
    let long = "A".repeat(1025);
    for text in ["", "\u{e9}t\u{e9}", "tab\t", "line\n", "\0", &long] {
        let picture = png(screen(&code(text), 4, 0, 255));
        assert_eq!(read(&picture), Err(PreviewError::NoCode), "{text:?}");
    }
    let longest = "A".repeat(1024);
    assert_eq!(read(&png(screen(&code(&longest), 4, 0, 255))), Ok(longest));
    let all: String = (' '..='~').collect();
    assert_eq!(read(&png(screen(&code(&all), 4, 0, 255))), Ok(all));
}

#[test]
fn a_photograph_that_is_cut_off_is_read_if_the_code_is_still_in_it() {
    let text = text(350);
    let whole = Shot::default().take(&code(&text));
    for (length, expected) in [
        (300, Err(PreviewError::Damaged)),
        (whole.len() / 2, Err(PreviewError::NoCode)),
        (whole.len() * 99 / 100, Ok(text)),
    ] {
        assert_eq!(read(&whole[..length]), expected, "{length} bytes");
    }
}

#[test]
fn what_is_no_picture_is_refused_as_for_a_preview() {
    let page = one_page("100", "100", "", "", &[]);
    for other in [&b""[..], b"words", &page] {
        assert_eq!(read(other), Err(PreviewError::Unsupported));
    }
}
