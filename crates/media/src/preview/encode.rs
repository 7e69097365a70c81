//! PNG, written only. The pixels are as many as their dimensions say, and nothing else about them matters.

use crate::PreviewError;

/// Encodes 8-bit RGBA quickly; the PNG is shown once and forgotten.
pub(super) fn png(width: u32, height: u32, rgba: &[u8]) -> Result<Vec<u8>, PreviewError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(rgba))
        .map_err(|_| PreviewError::Crashed)?;
    Ok(bytes)
}
