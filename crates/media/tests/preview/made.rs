//! What the tests give to the child, and how they look at what comes back.

use chronicle_media::{Picture, PreviewError, Previewer, Want};
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use std::io::Cursor;

/// The child of this build.
pub fn previewer() -> Previewer {
    Previewer::new(env!("CARGO_BIN_EXE_chronicle-media"))
}

/// Shows a picture with its longest edge at most `edge`.
pub fn show(bytes: &[u8], edge: u32) -> Result<Picture, PreviewError> {
    previewer().preview(&mut &*bytes, bytes.len() as u64, Want::Picture { edge })
}

/// Shows a page.
pub fn page(bytes: &[u8], number: u32, edge: u32) -> Result<Picture, PreviewError> {
    previewer().preview(
        &mut &*bytes,
        bytes.len() as u64,
        Want::Page { number, edge },
    )
}

/// The pixels of a preview; they must be as many as it says.
pub fn pixels(picture: &Picture) -> RgbaImage {
    let shown = image::load_from_memory_with_format(&picture.png, ImageFormat::Png)
        .unwrap()
        .into_rgba8();
    assert_eq!(shown.dimensions(), (picture.width, picture.height));
    shown
}

pub const RED: [u8; 4] = [200, 30, 30, 255];
pub const GREEN: [u8; 4] = [30, 160, 40, 255];
pub const BLUE: [u8; 4] = [40, 50, 190, 255];
pub const WHITE: [u8; 4] = [255, 255, 255, 255];

/// Four fields: red and green above, blue and white below.
pub fn fields(width: u32, height: u32) -> RgbaImage {
    RgbaImage::from_fn(width, height, |x, y| {
        Rgba(match (x < width / 2, y < height / 2) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => WHITE,
        })
    })
}

/// The colours in the middle of the four fields: above left, above right, below left, below right.
pub fn corners(shown: &RgbaImage) -> [[u8; 4]; 4] {
    let (w, h) = shown.dimensions();
    let at = |x: u32, y: u32| shown.get_pixel(x, y).0;
    [
        at(w / 4, h / 4),
        at(w * 3 / 4, h / 4),
        at(w / 4, h * 3 / 4),
        at(w * 3 / 4, h * 3 / 4),
    ]
}

/// Whether two colours differ by at most `by` in each channel.
pub fn close(one: [u8; 4], other: [u8; 4], by: u8) -> bool {
    one.iter().zip(other).all(|(a, b)| a.abs_diff(b) <= by)
}

/// Fails unless the four fields have these colours, give or take `by`.
pub fn assert_fields(shown: &RgbaImage, expected: [[u8; 4]; 4], by: u8, what: &str) {
    let found = corners(shown);
    let right = found.iter().zip(expected).all(|(f, e)| close(*f, e, by));
    assert!(right, "{what}: {found:?} instead of {expected:?}");
}

/// A picture as a file.
pub fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// The four fields without alpha, as a file.
pub fn opaque(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let rgb = DynamicImage::ImageRgba8(fields(width, height)).into_rgb8();
    encoded(&DynamicImage::ImageRgb8(rgb), format)
}

/// Numbers that look random and are the same each time (xorshift).
pub struct Numbers(pub u64);

impl Numbers {
    pub fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % below.max(1) as u64).unwrap()
    }
}

/// A PDF of these objects, numbered from 1; the first is the catalogue.
pub fn pdf(objects: &[String]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(objects) {
        places.push(bytes.len());
        bytes.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let table = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        bytes.extend(format!("{place:010} 00000 n \n").bytes());
    }
    bytes.extend(
        format!(
            "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n",
            objects.len() + 1
        )
        .bytes(),
    );
    bytes
}

/// A stream object; `entries` go into its dictionary.
pub fn stream(entries: &str, content: &str) -> String {
    let length = content.len();
    format!("<< {entries} /Length {length} >>\nstream\n{content}\nendstream")
}

/// A PDF of one page, `width` by `height` points, that draws `content` with `resources`; `more` follows as object 5 on.
pub fn one_page(
    width: &str,
    height: &str,
    resources: &str,
    content: &str,
    more: &[String],
) -> Vec<u8> {
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents 4 0 R /Resources << {resources} >> >>"
        ),
        stream("", content),
    ];
    objects.extend_from_slice(more);
    pdf(&objects)
}

/// The most that any child of this process held in memory, in bytes.
pub fn most_memory_of_children() -> u64 {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    u64::try_from(usage.max_rss()).unwrap() * 1024
}
