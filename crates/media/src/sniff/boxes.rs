//! Files of boxes (ISO 14496-12, QuickTime): a length of four bytes, a name of four letters.

/// The media type by the brands of the first box, or by its name in QuickTime files of before there were brands.
pub(super) fn media_type(start: &[u8]) -> Option<&'static str> {
    let (length, rest) = start.split_first_chunk::<4>()?;
    let (name, rest) = rest.split_first_chunk::<4>()?;
    if name == b"ftyp" {
        return by_brands(u32::from_be_bytes(*length), rest);
    }
    // Less than 16 MiB long, which also tells it from a sentence with such a word in it.
    let old = length.first() == Some(&0) && matches!(name, b"moov" | b"mdat" | b"wide" | b"pnot");
    old.then_some("video/quicktime")
}

fn by_brands(length: u32, rest: &[u8]) -> Option<&'static str> {
    let (major, rest) = rest.split_first_chunk::<4>()?;
    let (_version, rest) = rest.split_first_chunk::<4>().unwrap_or((&[0; 4], &[]));
    // Sixteen bytes are gone by here.
    let brands = usize::try_from(length).ok()?.saturating_sub(16);
    let others: Vec<&[u8; 4]> = rest
        .get(..brands)
        .unwrap_or(rest)
        .chunks_exact(4)
        .filter_map(|brand| brand.first_chunk())
        .collect();
    let any = |brands: &[&[u8; 4]]| others.iter().any(|other| brands.contains(other));
    Some(match major {
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" => "image/heic",
        b"avif" | b"avis" => "image/avif",
        b"mif1" | b"mif2" | b"msf1" if any(&[b"avif", b"avis"]) => "image/avif",
        b"mif1" | b"mif2" | b"msf1" if any(&[b"heic", b"heix"]) => "image/heic",
        b"mif1" | b"mif2" | b"msf1" => "image/heif",
        b"M4A " | b"M4B " | b"M4P " => "audio/m4a",
        b"M4V " | b"M4VH" | b"M4VP" => "video/x-m4v",
        b"qt  " => "video/quicktime",
        [b'3', b'g', b'2', _] => "video/3gpp2",
        [b'3', b'g', _, _] => "video/3gpp",
        [b'i', b's', b'o', b'm' | b'0'..=b'9'] => "video/mp4",
        b"mp41" | b"mp42" | b"mp4v" | b"mp71" | b"avc1" | b"dash" | b"MSNV" => "video/mp4",
        [b'N', b'D', b'S' | b'X', _] | b"F4V " | b"F4P " | b"XAVC" => "video/mp4",
        // A maker's own brand, such as a camera's.
        _ if any(&[b"isom", b"iso2", b"mp41", b"mp42"]) => "video/mp4",
        _ => return None,
    })
}
