//! The text of a QR code in a picture, such as the photograph of a screen. The crate `rxing`, which follows ZXing, finds and
//! reads it. It is offered the picture in several sizes and treatments, since noise goes in small copies and detail is in
//! large ones.

use crate::picture;
use crate::shrink::fit;
use chronicle_media::protocol::{MAX_CODE, Status};
use image::GrayImage;
use image::imageops::{fast_blur, invert, thumbnail};
use rxing::common::HybridBinarizer;
use rxing::multi::MultipleBarcodeReader;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{BinaryBitmap, DecodeHints, Luma8LuminanceSource};

/// Reads one code: the first whose text begins with `CHRONICLE`, otherwise the first that can be read. A code counts only
/// if its text is printable ASCII of 1 to [`MAX_CODE`] bytes.
///
/// # Errors
/// [`Status::Nothing`] where there is no such code, [`Status::Unsupported`], [`Status::Damaged`], [`Status::TooLarge`].
pub(crate) fn read(content: &[u8]) -> Result<Vec<u8>, Status> {
    let grey = picture::grey(content, LARGEST)?;
    let mut other = None;
    for text in TRIES.iter().flat_map(|each| texts(view(&grey, *each))) {
        if text.starts_with(OURS) {
            return Ok(text);
        }
        other.get_or_insert(text);
    }
    other.ok_or(Status::Nothing)
}

// How a code is looked for: in a copy of this longest edge in pixels, treated, and with dark and light exchanged or not.
type Try = (u32, Treatment, bool);

#[derive(Clone, Copy)]
enum Treatment {
    // What few pixels a module has are left alone.
    Bare,
    // Noise is smoothed.
    Soft,
    // Noise is smoothed, and blur is undone.
    Sharp,
}

fn view(grey: &GrayImage, (edge, treatment, exchanged): Try) -> GrayImage {
    let mut grey = shrunk(grey, edge);
    if exchanged {
        invert(&mut grey);
    }
    match treatment {
        Treatment::Bare => grey,
        Treatment::Soft => fast_blur(&grey, SOFT),
        Treatment::Sharp => sharpened(&fast_blur(&grey, SOFT)),
    }
}

fn shrunk(grey: &GrayImage, edge: u32) -> GrayImage {
    if grey.width().max(grey.height()) <= edge {
        return grey.clone();
    }
    let (width, height) = fit(grey.width(), grey.height(), edge);
    thumbnail(grey, width, height)
}

// What differs from around differs more.
fn sharpened(grey: &GrayImage) -> GrayImage {
    let mut sharp = fast_blur(grey, AROUND);
    for (around, here) in sharp.iter_mut().zip(grey.as_raw()) {
        let (here, far) = (i16::from(*here), i16::from(*around));
        *around = u8::try_from((here + (here - far) * 2).clamp(0, 255)).unwrap_or_default();
    }
    sharp
}

fn texts(grey: GrayImage) -> Vec<Vec<u8>> {
    let (width, height) = (grey.width(), grey.height());
    let Ok(source) = Luma8LuminanceSource::new(grey.into_raw(), width, height) else {
        return Vec::new();
    };
    let hints = DecodeHints {
        TryHarder: Some(true),
        ..DecodeHints::default()
    };
    let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
    let found = QrReader.decode_multiple_with_hints(&mut bitmap, &hints);
    let found = found.unwrap_or_default();
    let texts = found.iter().map(|one| one.getText().as_bytes().to_vec());
    texts.filter(|text| is_plain(text)).collect()
}

fn is_plain(text: &[u8]) -> bool {
    let printable = text.iter().all(|byte| (b' '..=b'~').contains(byte));
    printable && (1..=MAX_CODE as usize).contains(&text.len())
}

/// What the codes begin with that are looked for here.
const OURS: &[u8] = b"CHRONICLE";
/// The longest edge of the largest copy, in pixels.
const LARGEST: u32 = 2400;
/// The order of trying.
const TRIES: [Try; 11] = [
    (1600, Treatment::Bare, false),
    (1600, Treatment::Soft, false),
    (1000, Treatment::Soft, false),
    (1600, Treatment::Sharp, false),
    (1000, Treatment::Sharp, false),
    (LARGEST, Treatment::Bare, false),
    (LARGEST, Treatment::Sharp, false),
    (640, Treatment::Soft, false),
    (640, Treatment::Sharp, false),
    (1600, Treatment::Soft, true),
    (1000, Treatment::Sharp, true),
];
/// How far noise is smoothed, in pixels.
const SOFT: f32 = 1.0;
/// How far it is sharpened, in pixels: about a module of a code that fills a copy.
const AROUND: f32 = 5.0;
