//! Pages of PDFs that are written by hand: the ink is where it must be.

use crate::made::*;
use chronicle_media::PreviewError;
use image::RgbaImage;

const HELVETICA: &str = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>";

// How many pixels in a part of the page are dark; the part is in points from the lower left, one point a pixel.
fn ink(shown: &RgbaImage, left: u32, bottom: u32, width: u32, height: u32) -> u32 {
    let top = shown.height() - bottom - height;
    let inside = |x: u32, y: u32| shown.get_pixel(left + x, top + y).0[0] < 100;
    let dark = (0..height).flat_map(|y| (0..width).map(move |x| inside(x, y)));
    dark.map(u32::from).sum()
}

#[test]
fn text_in_a_standard_font_is_drawn_where_it_stands() {
    let content = "BT /F 40 Tf 50 300 Td (Hill) Tj ET";
    let bytes = one_page("400", "400", HELVETICA, content, &[]);
    let shown = page(&bytes, 1, 400).unwrap();
    assert_eq!(
        (shown.width, shown.height, shown.pages),
        (400, 400, Some(1))
    );
    let shown = pixels(&shown);
    let text = ink(&shown, 50, 300, 80, 32);
    assert!((200..1500).contains(&text), "{text} dark pixels");
    assert_eq!(ink(&shown, 0, 0, 400, 400), text, "no ink elsewhere");
    // The stem of the H, and the gap between it and the next.
    assert!(ink(&shown, 53, 302, 6, 24) > 80, "the first stem");
    assert_eq!(ink(&shown, 62, 302, 8, 10), 0, "between the stems");
    assert!(shown.pixels().all(|p| p.0[3] == 255), "a page is opaque");
}

#[test]
fn shapes_and_images_are_drawn_in_their_colours() {
    let image = stream(
        "/Type /XObject /Subtype /Image /Width 2 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /ASCIIHexDecode",
        "C81E1E 1EA028>",
    );
    let content = "0 0 1 rg 0 0 100 100 re f q 100 0 0 100 100 100 cm /I Do Q";
    let bytes = one_page("200", "200", "/XObject << /I 5 0 R >>", content, &[image]);
    let shown = pixels(&page(&bytes, 1, 400).unwrap());
    assert_eq!(shown.dimensions(), (400, 400));
    assert_eq!(shown.get_pixel(100, 300).0, [0, 0, 255, 255], "the square");
    assert_eq!(shown.get_pixel(100, 100).0, WHITE, "the paper");
    assert!(
        close(shown.get_pixel(220, 100).0, RED, 3),
        "the image's left"
    );
    assert!(
        close(shown.get_pixel(380, 100).0, GREEN, 3),
        "the image's right"
    );
}

#[test]
fn each_page_has_its_number_its_size_and_its_turn() {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Rotate 90 /Contents 5 0 R >>"
            .to_owned(),
        stream("", "0 g 0 0 100 50 re f"),
    ];
    let bytes = pdf(&objects);
    let length = bytes.len() as u64;
    assert_eq!(previewer().pages(&mut &bytes[..], length), Ok(2));
    let first = page(&bytes, 1, 100).unwrap();
    assert_eq!((first.width, first.height, first.pages), (100, 50, Some(2)));
    let second = page(&bytes, 2, 100).unwrap();
    assert_eq!((second.width, second.height), (50, 100));
    // What was below left stands above left after a quarter to the right.
    let second = pixels(&second);
    assert_eq!(second.get_pixel(10, 20).0, [0, 0, 0, 255]);
    assert_eq!(second.get_pixel(40, 80).0, WHITE);
    for number in [0, 3, u32::MAX] {
        let refused = page(&bytes, number, 100).err();
        assert_eq!(refused, Some(PreviewError::Damaged), "page {number}");
    }
}

#[test]
fn embedded_fonts_are_drawn() {
    // A font of one glyph that is a black square, drawn by the document itself.
    let square = stream("", "1000 0 0 0 1000 1000 d1 0 0 1000 1000 re f");
    let font = "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [.001 0 0 .001 0 0] /CharProcs << /s 6 0 R >> \
                /Encoding << /Type /Encoding /Differences [65 /s] >> /FirstChar 65 /LastChar 65 /Widths [1000] >>";
    let content = "BT /F 50 Tf 100 100 Td (A) Tj ET";
    let bytes = one_page(
        "200",
        "200",
        "/Font << /F 5 0 R >>",
        content,
        &[font.into(), square],
    );
    let shown = pixels(&page(&bytes, 1, 200).unwrap());
    assert_eq!(ink(&shown, 100, 100, 50, 50), 2500);
    assert_eq!(ink(&shown, 0, 0, 200, 200), 2500);
    // A real font, embedded by another program as a subset.
    let shown = pixels(&page(include_bytes!("files/embedded.pdf"), 1, 300).unwrap());
    let text = ink(&shown, 20, 240, 200, 40);
    assert!((300..4000).contains(&text), "{text} dark pixels");
}

#[test]
fn what_is_no_document_is_refused() {
    let not = [
        &b"%PDF-1.7\n"[..],
        b"%PDF-1.7\ntrailer << /Root 1 0 R >>",
        b"words",
        b"",
    ];
    for bytes in not {
        let length = bytes.len() as u64;
        assert_eq!(page(bytes, 1, 100).err(), Some(PreviewError::Damaged));
        let counted = previewer().pages(&mut &*bytes, length);
        assert_eq!(counted, Err(PreviewError::Damaged));
    }
}

#[test]
fn a_document_behind_a_passphrase_is_told_apart() {
    let bytes = include_bytes!("files/locked.pdf");
    assert_eq!(page(bytes, 1, 100).err(), Some(PreviewError::Unsupported));
}
