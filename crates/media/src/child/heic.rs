//! HEIC, what iPhones take pictures in, by the crate `heifer`.

use chronicle_media::protocol::Status;
use heifer::heifer_isobmff::HeifFile;
use heifer::{Error, Options};
use image::{DynamicImage, RgbaImage};

/// Decodes the primary picture in sRGB. It comes turned as the file says; the orientation in its EXIF counts for nothing
/// in this format.
///
/// # Errors
/// [`Status::Unsupported`], [`Status::Damaged`], [`Status::TooLarge`].
pub(crate) fn decode(content: &[u8]) -> Result<DynamicImage, Status> {
    let file = HeifFile::parse(content).map_err(|_| Status::Damaged)?;
    let size = file.image_size(file.primary_id);
    if let Ok(Some((width, height))) = size
        && u64::from(width) * u64::from(height) > MAX_PIXELS
    {
        return Err(Status::TooLarge);
    }
    let options = Options {
        max_threads: 1,
        max_pixels: MAX_PIXELS,
    };
    let decoded = heifer::decode_srgb_rgba8(content, &options).map_err(|error| refused(&error))?;
    RgbaImage::from_raw(decoded.width, decoded.height, decoded.data)
        .map(DynamicImage::ImageRgba8)
        .ok_or(Status::Damaged)
}

fn refused(error: &Error) -> Status {
    match error {
        Error::Unsupported(_)
        | Error::Hevc(heifer::heifer_hevc_dec::Error::Unimplemented(_))
        | Error::Container(heifer::heifer_isobmff::Error::Unimplemented(_)) => Status::Unsupported,
        _ => Status::Damaged,
    }
}

/// Fewer than of other pictures: eight bytes of memory go into each pixel. A phone's 48 million fit.
const MAX_PIXELS: u64 = 64_000_000;
