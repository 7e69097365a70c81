//! Photographs of codes on a screen, drawn from numbers: the same each time.

use crate::made::Numbers;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::blur;
use image::{GrayImage, Luma, Rgb, RgbImage};
use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

/// A text of this many characters as an invitation has them.
pub fn text(length: usize) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut numbers = Numbers(0x1234_5678_9ABC_DEF1 + length as u64);
    let mut text = "CHRONICLE-INVITATION-1:".to_owned();
    while text.len() < length {
        text.push(char::from(letters[numbers.next(letters.len())]));
    }
    text
}

/// The smallest code of a text.
pub fn code(text: &str) -> QrCode {
    let segments = QrSegment::make_segments(text);
    let (least, most) = (Version::MIN, Version::MAX);
    QrCode::encode_segments_advanced(&segments, QrCodeEcc::Medium, least, most, None, true).unwrap()
}

/// A code as a window shows it: `each` pixels a module, four modules of light around it, and grey around these.
pub fn screen(code: &QrCode, each: u32, dark: u8, light: u8) -> GrayImage {
    let side = code.size();
    let edge = u32::try_from(side + 16).unwrap() * each;
    let module = |pixel: u32| i32::try_from(pixel / each).unwrap() - 8;
    GrayImage::from_fn(edge, edge, |x, y| {
        let (x, y) = (module(x), module(y));
        let inside = -4..side + 4;
        let light = match (
            inside.contains(&x) && inside.contains(&y),
            code.get_module(x, y),
        ) {
            (false, _) => 110,
            (true, true) => dark,
            (true, false) => light,
        };
        Luma([light])
    })
}

/// How a photograph is taken.
#[derive(Clone, Copy)]
pub struct Shot {
    /// Pixels across; three quarters as many down.
    pub width: u32,
    /// The code's edge, in heights of the picture.
    pub share: f32,
    /// How it is turned, in degrees.
    pub angle: f32,
    /// How far each point is spread, in modules (the standard deviation).
    pub blur: f32,
    /// How far the pixels are off, of 255 (the standard deviation).
    pub noise: f32,
    /// How dark and how light the code is, of 255.
    pub tones: (u8, u8),
    /// Whether it is seen in a mirror.
    pub mirrored: bool,
}

impl Default for Shot {
    fn default() -> Self {
        Self {
            width: 1600,
            share: 0.6,
            angle: 7.0,
            blur: 0.3,
            noise: 8.0,
            tones: (30, 225),
            mirrored: false,
        }
    }
}

impl Shot {
    /// Takes it: slightly aslant, darker to the right and below, with the noise of a sensor, as a JPEG.
    pub fn take(&self, code: &QrCode) -> Vec<u8> {
        let sharp = screen(code, EACH, self.tones.0, self.tones.1);
        let source = blur(&sharp, self.blur * EACH as f32);
        let height = self.width * 3 / 4;
        let module = self.share * height as f32 / code.size() as f32;
        let (sin, cos) = self.angle.to_radians().sin_cos();
        let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15 + u64::from(self.width));
        let photo = RgbImage::from_fn(self.width, height, |x, y| {
            let x = x as f32 - self.width as f32 / 2.0;
            let y = y as f32 - height as f32 / 2.0;
            let (right, down) = (x / height as f32, y / height as f32);
            let depth = (1.0 + 0.15 * right + 0.09 * down) * module;
            let (x, y) = (x / depth, y / depth);
            let across = (x * cos + y * sin) * if self.mirrored { -1.0 } else { 1.0 };
            let light = 0.8 - 0.21 * right - 0.2 * down;
            let seen = between(&source, across, y * cos - x * sin) * light;
            Rgb([0.98, 1.0, 0.95]
                .map(|tint| (seen * tint + spread(&mut numbers) * self.noise) as u8))
        });
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 70);
        encoder.encode_image(&photo).unwrap();
        bytes
    }
}

// The picture so many modules right of and below its middle, between its four nearest pixels; grey outside.
fn between(source: &GrayImage, right: f32, down: f32) -> f32 {
    let middle = source.width() as f32 / 2.0 - 0.5;
    let (x, y) = (middle + right * EACH as f32, middle + down * EACH as f32);
    let last = source.width() as f32 - 1.0;
    if !(0.0..last).contains(&x) || !(0.0..last).contains(&y) {
        return 110.0;
    }
    let at = |right, down| f32::from(source.get_pixel(x as u32 + right, y as u32 + down).0[0]);
    let row = |down| at(0, down) * (1.0 - x.fract()) + at(1, down) * x.fract();
    row(0) * (1.0 - y.fract()) + row(1) * y.fract()
}

// About normal, with a standard deviation of 1: the sum of four even ones.
fn spread(numbers: &mut Numbers) -> f32 {
    let bits = numbers.next(1 << 32);
    let bytes = (0..4).map(|at| (bits >> (8 * at) & 0xFF) as f32 / 255.0);
    (bytes.sum::<f32>() - 2.0) * 1.732
}

/// Pixels a module before the photograph is taken.
const EACH: u32 = 8;
