use super::*;

fn boxed(brands: &[&[u8; 4]]) -> Vec<u8> {
    let length = u32::try_from(12 + brands.len() * 4).unwrap();
    let mut bytes = length.to_be_bytes().to_vec();
    bytes.extend(b"ftyp");
    bytes.extend(*brands[0]);
    bytes.extend([0, 0, 2, 0]);
    brands[1..].iter().for_each(|brand| bytes.extend(*brand));
    bytes.extend(b"\0\0\0\x08avifmeta");
    bytes
}

// `count` frames of `length` bytes that begin with `header`.
fn frames(header: &[u8], length: usize, count: usize) -> Vec<u8> {
    let mut frame = header.to_vec();
    frame.resize(length, 0x55);
    frame.repeat(count)
}

#[test]
fn files_are_known_by_their_bytes() {
    let jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, b'J', b'F', b'I', b'F'];
    assert_eq!(sniff(&jpeg), ("image/jpeg", Kind::Image));
    assert_eq!(sniff(b"%PDF-1.7\n").1, Kind::Pdf);
    assert_eq!(sniff(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").1, Kind::Image);
    assert_eq!(
        sniff("Вчера вечером".as_bytes()),
        ("text/plain", Kind::Text)
    );
    assert_eq!(sniff(&[0, 1, 2]).1, Kind::Other);
    assert_eq!(sniff(b"").1, Kind::Other);
    assert_eq!(sniff(b"MZ\x90\0").1, Kind::Other, "a program is not opened");
    assert_eq!(
        sniff(b"<!DOCTYPE html><script>").1,
        Kind::Other,
        "marked-up text is not rendered"
    );
}

#[test]
fn a_letter_cut_at_the_end_of_the_sample_is_still_text() {
    let long = "я".repeat(START);
    assert_eq!(sniff(&long.as_bytes()[..START]).1, Kind::Text);
    assert_eq!(sniff(&long.as_bytes()[1..START]).1, Kind::Other);
}

#[test]
fn pictures_are_known() {
    let mut bmp = b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
    assert_eq!(sniff(&bmp), ("image/bmp", Kind::Image));
    bmp[6] = 1;
    assert_eq!(sniff(&bmp).1, Kind::Other);
    for (bytes, expected) in [
        (&b"GIF89a\x01\0\x01\0"[..], "image/gif"),
        (b"GIF87a\x01\0\x01\0", "image/gif"),
        (b"RIFF\x24\0\0\0WEBPVP8L", "image/webp"),
        (b"II*\0\x08\0\0\0\x0A\0", "image/tiff"),
        (b"MM\0*\0\0\0\x08\0\x0A", "image/tiff"),
        (b"II+\0\x08\0\0\0", "image/tiff"),
    ] {
        assert_eq!(sniff(bytes), (expected, Kind::Image));
    }
    let raw = b"II*\0\x10\0\0\0CR\x02\0";
    assert_eq!(sniff(raw).1, Kind::Other, "a camera's raw file");
}

#[test]
fn brands_tell_files_of_boxes_apart() {
    for (brands, expected) in [
        (&[b"heic", b"mif1"][..], "image/heic"),
        (&[b"heix"], "image/heic"),
        (&[b"mif1", b"heic"], "image/heic"),
        (&[b"mif1", b"avif", b"heic"], "image/avif"),
        (&[b"mif1"], "image/heif"),
        (&[b"avif", b"mif1"], "image/avif"),
        (&[b"M4A ", b"isom"], "audio/m4a"),
        (&[b"isom", b"avc1"], "video/mp4"),
        (&[b"mp42", b"isom"], "video/mp4"),
        (&[b"qt  "], "video/quicktime"),
        (&[b"3gp4"], "video/3gpp"),
        (&[b"3g2a"], "video/3gpp2"),
        (&[b"niko", b"mp42"], "video/mp4"),
        (&[b"crx ", b"crx "], "application/octet-stream"),
        (&[b"zzzz"], "application/octet-stream"),
    ] {
        assert_eq!(sniff(&boxed(brands)).0, expected, "{brands:?}");
    }
    assert_eq!(sniff(b"\0\0\0\x08wide\0\0\x10\0mdat").0, "video/quicktime");
    assert_eq!(sniff(b"The ftyp of a box").1, Kind::Text, "only words");
}

#[test]
fn sound_and_video_are_known() {
    let mut opus = b"OggS\0\x02".to_vec();
    opus.resize(28, 0);
    let vorbis = [&opus[..], b"\x01vorbis"].concat();
    let theora = [&opus[..], b"\x80theora"].concat();
    opus.extend(b"OpusHead\x01");
    let ebml = |kind: &[u8]| [b"\x1A\x45\xDF\xA3\x9F\x42\x86\x81\x01\x42\x82", kind].concat();
    for (bytes, expected) in [
        (b"ID3\x04\0\0\0\0\x0F\x76TIT2".to_vec(), "audio/mpeg"),
        (frames(&[0xFF, 0xFB, 0x90, 0x00], 417, 3), "audio/mpeg"),
        (frames(&[0xFF, 0xFB, 0x92, 0x00], 418, 3), "audio/mpeg"),
        (frames(&[0xFF, 0xF3, 0x40, 0xC0], 104, 3), "audio/mpeg"),
        (
            frames(&[0xFF, 0xF1, 0x50, 0x80, 0x2E, 0x7F, 0xFC], 371, 3),
            "audio/aac",
        ),
        (opus, "audio/opus"),
        (vorbis, "audio/ogg"),
        (theora, "video/ogg"),
        (b"RIFF\x24\0\0\0WAVEfmt ".to_vec(), "audio/x-wav"),
        (b"fLaC\0\0\0\x22".to_vec(), "audio/x-flac"),
        (b"#!AMR\n\x3C".to_vec(), "audio/amr"),
        (b"#!AMR-WB\n\x3C".to_vec(), "audio/amr"),
        (ebml(b"\x84webm"), "video/webm"),
        (ebml(b"\x88matroska"), "video/x-matroska"),
    ] {
        assert_eq!(sniff(&bytes).0, expected);
        assert!(matches!(sniff(&bytes).1, Kind::Audio | Kind::Video));
    }
    let noise = frames(&[0xFF, 0xFB, 0x90, 0x00], 300, 3);
    assert_eq!(
        sniff(&noise).1,
        Kind::Other,
        "no second frame where one must be"
    );
    assert_eq!(sniff(b"ID3 is a tag").1, Kind::Text);
}

#[test]
fn words_that_begin_like_a_signature_are_text() {
    for words in [
        "BM was here",
        "GIF is what she sent",
        "CR at 8 CR",
        "FLV",
        "moov over",
    ] {
        assert_eq!(
            sniff(words.as_bytes()),
            ("text/plain", Kind::Text),
            "{words}"
        );
    }
}

#[test]
fn text_in_utf_16_is_known_by_its_mark_and_read() {
    let words = "Вчера 🌙\r\n";
    let little: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(words.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let big: Vec<u8> = [0xFE, 0xFF]
        .into_iter()
        .chain(words.encode_utf16().flat_map(u16::to_be_bytes))
        .collect();
    for bytes in [&little, &big] {
        assert_eq!(sniff(bytes), ("text/plain", Kind::Text));
        assert_eq!(read_text(bytes), words);
        assert_eq!(
            sniff(&bytes[..bytes.len() - 1]).1,
            Kind::Other,
            "half a letter"
        );
    }
    assert_eq!(read_text(b"\xEF\xBB\xBFwords"), "words");
    assert_eq!(read_text(words.as_bytes()), words);
    assert_eq!(sniff(b"\xFF\xFE").1, Kind::Other, "a mark alone");
    assert_eq!(sniff(b"\xFF\xFE\x00\xD8a\0").1, Kind::Other, "half a pair");
    let long = [
        &[0xFF, 0xFE][..],
        &[0x3D, 0xD8, 0x19, 0xDF].repeat(START / 4),
    ]
    .concat();
    assert_eq!(sniff(&long[..START]).1, Kind::Text, "cut within a letter");
}

#[test]
fn no_start_of_any_length_is_too_short_to_be_judged() {
    let starts: [&[u8]; 6] = [
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        b"\xFF\xFB\x90\0",
        b"\xFF\xF1\x50\x80\x2E\x7F\xFC",
        b"ID3\x04\0\0\0\0\0\0",
        b"BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0",
        b"\xFF\xFEa\0b\0",
    ];
    for start in starts {
        for end in 0..=start.len() {
            let _ = sniff(&start[..end]);
        }
    }
}
