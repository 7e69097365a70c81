//! Pictures of every format come back as the pixels they were made of.

use crate::made::*;
use chronicle_media::PreviewError;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder, ImageFormat, RgbaImage};

#[test]
fn formats_without_loss_come_back_pixel_by_pixel() {
    let fields = fields(63, 41);
    for format in [
        ImageFormat::Png,
        ImageFormat::Bmp,
        ImageFormat::Tiff,
        ImageFormat::WebP,
        ImageFormat::Gif,
    ] {
        let bytes = encoded(&DynamicImage::ImageRgba8(fields.clone()), format);
        let shown = show(&bytes, 100).unwrap();
        assert_eq!(shown.pages, None);
        // A GIF has a palette of its own.
        let by = if format == ImageFormat::Gif { 8 } else { 0 };
        let same = pixels(&shown)
            .pixels()
            .zip(fields.pixels())
            .all(|(a, b)| close(a.0, b.0, by));
        assert!(same, "{format:?}");
    }
}

#[test]
fn a_jpeg_has_its_fields() {
    let shown = show(&opaque(640, 480, ImageFormat::Jpeg), 4096).unwrap();
    assert_eq!((shown.width, shown.height), (640, 480));
    assert_fields(&pixels(&shown), [RED, GREEN, BLUE, WHITE], 6, "jpeg");
}

#[test]
fn a_picture_is_made_smaller_and_never_larger() {
    let bytes = opaque(1200, 800, ImageFormat::Png);
    let shown = show(&bytes, 300).unwrap();
    assert_eq!((shown.width, shown.height), (300, 200));
    assert_fields(&pixels(&shown), [RED, GREEN, BLUE, WHITE], 1, "smaller");
    let shown = show(&bytes, 4096).unwrap();
    assert_eq!((shown.width, shown.height), (1200, 800));
    let shown = show(&opaque(600, 3, ImageFormat::Png), 16).unwrap();
    assert_eq!((shown.width, shown.height), (16, 1), "no edge is lost");
}

#[test]
fn an_edge_out_of_bounds_is_held_within_them() {
    let bytes = opaque(5000, 50, ImageFormat::Png);
    assert_eq!(show(&bytes, u32::MAX).unwrap().width, 4096);
    assert_eq!(show(&bytes, 0).unwrap().width, 16);
}

#[test]
fn what_is_transparent_stays_transparent() {
    let glass = RgbaImage::from_pixel(40, 40, image::Rgba([10, 200, 30, 77]));
    for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Tiff] {
        let bytes = encoded(&DynamicImage::ImageRgba8(glass.clone()), format);
        let shown = pixels(&show(&bytes, 100).unwrap());
        assert!(
            shown.pixels().all(|p| p.0 == [10, 200, 30, 77]),
            "{format:?}"
        );
    }
}

#[test]
fn deep_and_grey_pictures_become_8_bit_colour() {
    let fields = DynamicImage::ImageRgba8(fields(64, 64));
    let deep = encoded(
        &DynamicImage::ImageRgba16(fields.to_rgba16()),
        ImageFormat::Png,
    );
    let shown = pixels(&show(&deep, 32).unwrap());
    assert_fields(&shown, [RED, GREEN, BLUE, WHITE], 1, "16 bits");
    let grey = encoded(
        &DynamicImage::ImageLuma8(fields.to_luma8()),
        ImageFormat::Png,
    );
    let shown = pixels(&show(&grey, 64).unwrap());
    let expected = fields.to_luma8();
    let same = shown.enumerate_pixels().all(|(x, y, p)| {
        let grey = expected.get_pixel(x, y).0[0];
        p.0 == [grey, grey, grey, 255]
    });
    assert!(same);
}

// TIFF metadata with the orientation alone, as cameras write it into a JPEG.
fn orientation(value: u8) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([value, 0, 0, 0, 0, 0, 0, 0]);
    exif
}

fn turned(value: u8, format: ImageFormat) -> Vec<u8> {
    let rgb = DynamicImage::ImageRgba8(fields(160, 96)).into_rgb8();
    let mut bytes = Vec::new();
    let (w, h, raw) = (rgb.width(), rgb.height(), rgb.as_raw());
    if format == ImageFormat::Jpeg {
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
        encoder.set_exif_metadata(orientation(value)).unwrap();
        encoder
            .write_image(raw, w, h, ExtendedColorType::Rgb8)
            .unwrap();
    } else {
        let mut encoder = WebPEncoder::new_lossless(&mut bytes);
        encoder.set_exif_metadata(orientation(value)).unwrap();
        encoder
            .write_image(raw, w, h, ExtendedColorType::Rgb8)
            .unwrap();
    }
    bytes
}

#[test]
fn a_picture_stands_as_its_metadata_says() {
    // By the order of EXIF: as it is, mirrored, upside down, flipped, and the four with rows and columns exchanged.
    let stands = [
        [RED, GREEN, BLUE, WHITE],
        [GREEN, RED, WHITE, BLUE],
        [WHITE, BLUE, GREEN, RED],
        [BLUE, WHITE, RED, GREEN],
        [RED, BLUE, GREEN, WHITE],
        [BLUE, RED, WHITE, GREEN],
        [WHITE, GREEN, BLUE, RED],
        [GREEN, WHITE, RED, BLUE],
    ];
    for format in [ImageFormat::Jpeg, ImageFormat::WebP] {
        for (value, expected) in (1..).zip(stands) {
            let shown = show(&turned(value, format), 80).unwrap();
            let size = if value < 5 { (80, 48) } else { (48, 80) };
            assert_eq!((shown.width, shown.height), size, "{format:?} {value}");
            assert_fields(&pixels(&shown), expected, 8, &format!("{format:?} {value}"));
        }
    }
}

#[test]
fn a_gif_that_moves_is_shown_by_its_first_frame() {
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
    for color in [RED, BLUE] {
        let frame = RgbaImage::from_pixel(20, 20, image::Rgba(color));
        encoder.encode_frame(image::Frame::new(frame)).unwrap();
    }
    drop(encoder);
    let shown = pixels(&show(&bytes, 20).unwrap());
    assert!(shown.pixels().all(|p| close(p.0, RED, 8)));
}

#[test]
fn heic_pictures_have_their_fields() {
    // Made with libheif from the four fields: 8 and 10 bits.
    for (bytes, what) in [
        (&include_bytes!("files/fields.heic")[..], "8 bits"),
        (include_bytes!("files/fields-10.heic"), "10 bits"),
    ] {
        let shown = show(bytes, 4096).unwrap();
        assert_eq!((shown.width, shown.height), (160, 96), "{what}");
        assert_fields(&pixels(&shown), [RED, GREEN, BLUE, WHITE], 6, what);
    }
}

#[test]
fn a_heic_picture_stands_as_its_box_says() {
    let mut bytes = include_bytes!("files/fields-turned.heic").to_vec();
    let shown = show(&bytes, 80).unwrap();
    assert_eq!((shown.width, shown.height), (48, 80));
    let clockwise = [BLUE, RED, WHITE, GREEN];
    assert_fields(&pixels(&shown), clockwise, 8, "a quarter to the right");
    bytes.truncate(bytes.len() / 2);
    assert_eq!(show(&bytes, 80).err(), Some(PreviewError::Damaged));
}

#[test]
fn what_is_no_picture_is_refused_by_its_type() {
    for bytes in [
        &b"words"[..],
        b"",
        b"%PDF-1.7\n",
        b"\0\0\0\x18ftypavif\0\0\0\0mif1avif",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ] {
        assert_eq!(show(bytes, 100).err(), Some(PreviewError::Unsupported));
    }
}
