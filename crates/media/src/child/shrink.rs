//! Smaller copies of a picture.

use image::DynamicImage;
use image::imageops::FilterType;

/// Makes the picture 8 bits deep and its longest edge at most `edge` pixels.
pub(crate) fn to_edge(picture: DynamicImage, edge: u32) -> DynamicImage {
    let picture = to_8_bits(picture);
    let (width, height) = (picture.width(), picture.height());
    if width.max(height) <= edge {
        return picture;
    }
    let (to_width, to_height) = fit(width, height, edge);
    // The good filter holds a float for each channel of this many pixels in between; averages do with nothing.
    if u64::from(width) * u64::from(to_height) <= BETWEEN {
        picture.resize_exact(to_width, to_height, FilterType::CatmullRom)
    } else {
        picture.thumbnail_exact(to_width, to_height)
    }
}

/// Width and height with the longest edge exactly `edge` and the shape kept; no edge below 1.
pub(crate) fn fit(width: u32, height: u32, edge: u32) -> (u32, u32) {
    let longest = u64::from(width.max(height).max(1));
    let scaled = |side: u32| {
        let side = (u64::from(side) * u64::from(edge) + longest / 2) / longest;
        u32::try_from(side).unwrap_or(edge).clamp(1, edge)
    };
    (scaled(width), scaled(height))
}

// Deeper pixels would overflow the sums of the averages.
fn to_8_bits(picture: DynamicImage) -> DynamicImage {
    let color = picture.color();
    if color.bytes_per_pixel() == color.channel_count() {
        picture
    } else if color.has_alpha() {
        DynamicImage::ImageRgba8(picture.into_rgba8())
    } else {
        DynamicImage::ImageRgb8(picture.into_rgb8())
    }
}

/// 128 MiB at 16 bytes for each pixel.
const BETWEEN: u64 = 8 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_is_kept_and_no_edge_is_lost() {
        assert_eq!(fit(4000, 3000, 1600), (1600, 1200));
        assert_eq!(fit(3000, 4000, 1600), (1200, 1600));
        assert_eq!(fit(100_000, 1, 16), (16, 1));
        assert_eq!(fit(17, 16, 16), (16, 15));
        assert_eq!(fit(u32::MAX, u32::MAX, 4096), (4096, 4096));
    }

    #[test]
    fn averages_of_deep_and_large_pictures_stay_right() {
        let white = DynamicImage::ImageLuma16(image::ImageBuffer::from_pixel(
            12_000,
            8_000,
            image::Luma([u16::MAX]),
        ));
        let small = to_edge(white, 3000).into_rgba8();
        assert_eq!((small.width(), small.height()), (3000, 2000));
        assert!(small.pixels().all(|p| p.0 == [255; 4]));
    }
}
