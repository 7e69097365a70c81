//! Pictures, by the crate `image`; the first frame of those that move.

use crate::pixels::Pixels;
use crate::{heic, shrink};
use chronicle_media::protocol::{MAX_PIXELS, Status};
use chronicle_media::{START, sniff};
use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// Decodes a picture so that its longest edge is at most `edge` pixels, turned as its metadata says. It is never made
/// larger.
///
/// # Errors
/// [`Status::Unsupported`], [`Status::Damaged`], [`Status::TooLarge`].
pub(crate) fn decode(content: &[u8], edge: u32) -> Result<Pixels, Status> {
    let rgba = upright(content, edge)?.into_rgba8();
    Ok(Pixels {
        width: rgba.width(),
        height: rgba.height(),
        rgba: rgba.into_raw(),
    })
}

/// As [`decode`], in grey.
///
/// # Errors
/// As [`decode`].
pub(crate) fn grey(content: &[u8], edge: u32) -> Result<GrayImage, Status> {
    Ok(upright(content, edge)?.into_luma8())
}

fn upright(content: &[u8], edge: u32) -> Result<DynamicImage, Status> {
    let (media_type, _) = sniff(content.get(..START).unwrap_or(content));
    let (picture, orientation) = match media_type {
        "image/heic" | "image/heif" => (heic::decode(content)?, Orientation::NoTransforms),
        other => raster(content, format(other)?)?,
    };
    let mut picture = shrink::to_edge(picture, edge);
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn format(media_type: &str) -> Result<ImageFormat, Status> {
    match media_type {
        "image/bmp" => Ok(ImageFormat::Bmp),
        "image/gif" => Ok(ImageFormat::Gif),
        "image/jpeg" => Ok(ImageFormat::Jpeg),
        "image/png" => Ok(ImageFormat::Png),
        "image/tiff" => Ok(ImageFormat::Tiff),
        "image/webp" => Ok(ImageFormat::WebP),
        _ => Err(Status::Unsupported),
    }
}

fn raster(content: &[u8], format: ImageFormat) -> Result<(DynamicImage, Orientation), Status> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(content), format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(refused)?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(Status::Damaged);
    }
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Status::TooLarge);
    }
    limits.reserve(decoder.total_bytes()).map_err(refused)?;
    decoder.set_limits(limits).map_err(refused)?;
    // A broken note about the direction is no reason to show nothing.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(refused)?;
    Ok((picture, orientation))
}

fn refused(error: ImageError) -> Status {
    match error {
        ImageError::Limits(_) => Status::TooLarge,
        ImageError::Unsupported(_) => Status::Unsupported,
        _ => Status::Damaged,
    }
}

/// Bytes that a decoder may take: 100 million pixels of four bytes.
const MEMORY: u64 = MAX_PIXELS * 4;
