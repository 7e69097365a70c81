//! Markers and how to find them. A marker is a random word of one alphabet that stands nowhere else; it is found as it is,
//! in the encodings that programs write text in, and inside of compressed streams.
//!
//! A needle is made of the first letters of a marker only, so that a word that was cut at its end is found too. What is
//! encrypted, or compressed and encoded on top of each other in another way than here, is not found.

use aho_corasick::{AhoCorasick, MatchKind};
use chronicle_tour::fault::{During, Fault, Outcome};
use std::collections::BTreeSet;
use std::io::Read;

/// An alphabet that people write in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alphabet {
    /// Of English.
    Latin,
    /// Of Russian.
    Cyrillic,
    /// Of Persian.
    Persian,
}

/// Every alphabet.
pub const ALPHABETS: [Alphabet; 3] = [Alphabet::Latin, Alphabet::Cyrillic, Alphabet::Persian];

/// A random word that nobody else writes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Marker {
    /// What it stands for: "notes", "file name".
    pub what: String,
    /// The word.
    pub text: String,
}

impl Marker {
    /// A new one, from the operating system's generator.
    pub fn new(what: &str, alphabet: Alphabet) -> Outcome<Self> {
        // No letters that folding for search would change.
        let letters: Vec<char> = match alphabet {
            Alphabet::Latin => "abcdefghjkmnpqrstuvwxyz",
            Alphabet::Cyrillic => "бвгджзклмнпрстфхцчшщ",
            Alphabet::Persian => "بپتجچخدرزسشصطعغفقلمن",
        }
        .chars()
        .collect();
        let mut random = [0; LETTERS];
        getrandom::fill(&mut random).during("random letters")?;
        let pick = |byte: &u8| letters.get(usize::from(*byte) % letters.len()).copied();
        Ok(Self {
            what: what.to_owned(),
            text: random.iter().filter_map(pick).collect(),
        })
    }
}

/// A marker, or a secret of the vault, where it was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// What it stands for.
    pub what: String,
    /// In which encoding, and in what it was packed.
    pub how: String,
}

/// Everything that is looked for.
pub struct Needles {
    finder: AhoCorasick,
    hits: Vec<Hit>,
}

impl Needles {
    /// Of markers in every encoding, and of secret bytes as they are, each with what it stands for.
    pub fn new(markers: &[Marker], secrets: &[(String, Vec<u8>)]) -> Outcome<Self> {
        let mut patterns = Vec::new();
        let mut hits = Vec::new();
        let mut add = |what: &str, how: &str, bytes: Vec<u8>| {
            patterns.push(bytes);
            hits.push(Hit {
                what: what.to_owned(),
                how: how.to_owned(),
            });
        };
        for marker in markers {
            for (how, bytes) in encodings(&marker.text) {
                add(&marker.what, how, bytes);
            }
        }
        for (what, bytes) in secrets {
            add(what, "as it is", bytes.clone());
        }
        let finder = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(&patterns)
            .during("the needles")?;
        Ok(Self { finder, hits })
    }

    /// What stands in `bytes` as it is.
    pub fn find(&self, bytes: &[u8]) -> BTreeSet<Hit> {
        self.places(bytes).into_iter().map(|(hit, _)| hit).collect()
    }

    /// The same with where each stands, once for each place.
    pub fn places(&self, bytes: &[u8]) -> Vec<(Hit, usize)> {
        let found = self.finder.find_overlapping_iter(bytes);
        found
            .filter_map(|m| Some((self.hits.get(m.pattern().as_usize())?.clone(), m.start())))
            .collect()
    }

    /// What stands in `bytes`, also inside of compressed streams, also of two inside of each other.
    pub fn find_deep(&self, bytes: &[u8]) -> BTreeSet<Hit> {
        let mut all = self.find(bytes);
        self.unpack(bytes, "", 0, &mut all);
        all
    }

    fn unpack(&self, bytes: &[u8], within: &str, depth: u8, all: &mut BTreeSet<Hit>) {
        if depth == DEPTH {
            return;
        }
        for (packing, content) in streams(bytes) {
            let within = format!("{within}{packing} ");
            all.extend(self.find(&content).into_iter().map(|hit| Hit {
                how: format!("{within}{}", hit.how),
                ..hit
            }));
            self.unpack(&content, &within, depth + 1, all);
        }
    }
}

/// The names of all encodings, for a list of what must be found.
pub fn encoding_names() -> Vec<&'static str> {
    let mut names: Vec<&str> = encodings("яяяяяяяяяяяя").into_iter().map(|e| e.0).collect();
    names.dedup();
    names
}

/// What a text looks like in the encodings that programs use.
fn encodings(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let start: String = text.chars().take(NEEDLE).collect();
    let plain = start.as_bytes();
    let utf16 = || start.encode_utf16();
    let hex = |bytes: &[u8], each: &dyn Fn(&u8) -> String| -> Vec<u8> {
        bytes.iter().map(each).collect::<String>().into_bytes()
    };
    let mut all = vec![
        ("utf-8", plain.to_vec()),
        ("utf-16le", utf16().flat_map(u16::to_le_bytes).collect()),
        ("utf-16be", utf16().flat_map(u16::to_be_bytes).collect()),
        (
            "utf-32le",
            start
                .chars()
                .flat_map(|c| u32::from(c).to_le_bytes())
                .collect(),
        ),
        ("hex", hex(plain, &|b| format!("{b:02x}"))),
        ("hex upper", hex(plain, &|b| format!("{b:02X}"))),
        ("percent", hex(plain, &|b| format!("%{b:02X}"))),
        ("percent lower", hex(plain, &|b| format!("%{b:02x}"))),
        ("backslash x", hex(plain, &|b| format!("\\x{b:02x}"))),
        (
            "json",
            utf16()
                .map(|u| format!("\\u{u:04x}"))
                .collect::<String>()
                .into_bytes(),
        ),
        (
            "json upper",
            utf16()
                .map(|u| format!("\\u{u:04X}"))
                .collect::<String>()
                .into_bytes(),
        ),
        (
            "reversed",
            start.chars().rev().collect::<String>().into_bytes(),
        ),
    ];
    for (name, at) in [("base64 at 0", 0), ("base64 at 1", 1), ("base64 at 2", 2)] {
        let standard = base64_inside(plain, at);
        let address: Vec<u8> = standard
            .iter()
            .map(|b| match b {
                b'+' => b'-',
                b'/' => b'_',
                other => *other,
            })
            .collect();
        if address != standard {
            all.push((name, address));
        }
        all.push((name, standard));
    }
    all
}

// The letters of a text in base64 that depend on the text alone when `at` bytes stand before it.
fn base64_inside(bytes: &[u8], at: usize) -> Vec<u8> {
    let padded: Vec<u8> = std::iter::repeat_n(0, at)
        .chain(bytes.iter().copied())
        .collect();
    let bits = padded.len() * 8;
    let letter = |n: usize| {
        let value = (0..6).fold(0usize, |value, bit| {
            let at = n * 6 + bit;
            let byte = padded.get(at / 8).copied().unwrap_or_default();
            (value << 1) | usize::from(byte >> (7 - at % 8) & 1)
        });
        BASE64.get(value).copied().unwrap_or_default()
    };
    ((at * 8).div_ceil(6)..bits / 6).map(letter).collect()
}

// What can be unpacked in `bytes`, wherever it begins; a stream that breaks off gives what came before.
fn streams(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut found = Vec::new();
    let mut add = |packing, content: Vec<u8>| {
        if content.len() >= NEEDLE {
            found.push((packing, content));
        }
    };
    // Neither of these has a mark of its own: they are tried where something begins.
    add(
        "brotli",
        taken(brotli_decompressor::Decompressor::new(bytes, PIECE)),
    );
    add("deflate", taken(flate2::read::DeflateDecoder::new(bytes)));
    for (at, start) in bytes.windows(4).enumerate() {
        let rest = bytes.get(at..).unwrap_or_default();
        match start {
            [0x1f, 0x8b, 8, _] => add("gzip", taken(flate2::read::MultiGzDecoder::new(rest))),
            [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => {
                add("zlib", taken(flate2::read::ZlibDecoder::new(rest)));
            }
            [0x28, 0xb5, 0x2f, 0xfd] => {
                if let Ok(decoder) = ruzstd::decoding::StreamingDecoder::new(rest) {
                    add("zstd", taken(decoder));
                }
            }
            [b'P', b'K', 3, 4] => {
                let length = |at: usize| {
                    let of = rest.get(at..at + 2)?;
                    Some(usize::from(u16::from_le_bytes(of.try_into().ok()?)))
                };
                let names = length(26).zip(length(28)).map(|(a, b)| 30 + a + b);
                if let Some(rest) = names.and_then(|n| rest.get(n..)) {
                    add("zip", taken(flate2::read::DeflateDecoder::new(rest)));
                }
            }
            _ => {}
        }
    }
    found
}

fn taken(mut from: impl Read) -> Vec<u8> {
    let mut content = Vec::new();
    let mut piece = [0; PIECE];
    while content.len() < LARGEST {
        match from.read(&mut piece) {
            Ok(0) | Err(_) => break,
            Ok(n) => content.extend_from_slice(piece.get(..n).unwrap_or_default()),
        }
    }
    content
}

/// Markers for each alphabet.
pub fn in_each_alphabet(what: &str) -> Outcome<Vec<Marker>> {
    ALPHABETS
        .iter()
        .map(|alphabet| Marker::new(&format!("{what} ({alphabet:?})"), *alphabet))
        .collect()
}

/// A fault that names what was found where.
pub fn fault(place: &str, hits: &BTreeSet<Hit>) -> Fault {
    let each: Vec<String> = hits
        .iter()
        .map(|h| format!("{} as {}", h.what, h.how))
        .collect();
    Fault::new(format!("{place}: {}", each.join(", ")))
}

const LETTERS: usize = 18;
const NEEDLE: usize = 12;
const DEPTH: u8 = 2;
const PIECE: usize = 4096;
/// Bytes that are unpacked of one stream at most.
const LARGEST: usize = 16 << 20;
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;

    fn needles(text: &str) -> Needles {
        let marker = Marker {
            what: "it".into(),
            text: text.into(),
        };
        Needles::new(&[marker], &[]).unwrap()
    }

    #[test]
    fn each_alphabet_is_found_in_what_other_libraries_wrote() {
        for alphabet in ALPHABETS {
            let text = Marker::new("it", alphabet).unwrap().text;
            let needles = needles(&text);
            for before in ["", "a", "ab", "abc"] {
                let all = format!("{before}{text} and more");
                for engine in [
                    base64::engine::general_purpose::STANDARD,
                    base64::engine::general_purpose::URL_SAFE,
                ] {
                    assert!(!needles.find(engine.encode(&all).as_bytes()).is_empty());
                }
                assert!(!needles.find(hex::encode(&all).as_bytes()).is_empty());
                assert!(!needles.find(all.as_bytes()).is_empty());
                let cut: String = all.chars().take(before.len() + NEEDLE).collect();
                assert_eq!(needles.find(cut.as_bytes()).len(), 1, "a word cut short");
            }
            assert!(needles.find(b"nothing of it").is_empty());
            let other = Marker::new("it", alphabet).unwrap().text;
            assert!(needles.find_deep(other.as_bytes()).is_empty());
        }
    }

    #[test]
    fn streams_are_unpacked_wherever_they_begin_and_inside_of_each_other() {
        let text = Marker::new("it", Alphabet::Persian).unwrap().text;
        let needles = needles(&text);
        let zlib = |bytes: &[u8]| {
            let mut packed = Vec::new();
            let level = flate2::Compression::default();
            flate2::read::ZlibEncoder::new(bytes, level)
                .read_to_end(&mut packed)
                .unwrap();
            packed
        };
        // So often that packing pays.
        let text = text.repeat(40);
        let mut file = vec![7; 1001];
        file.extend(zlib(text.as_bytes()));
        file.extend([9; 77]);
        let how: Vec<String> = needles
            .find_deep(&file)
            .into_iter()
            .map(|h| h.how)
            .collect();
        assert_eq!(how, ["zlib utf-8"]);
        assert!(needles.find(&file).is_empty(), "it is packed");
        let twice = needles.find_deep(&zlib(&zlib(text.as_bytes())));
        let how = "zlib zlib utf-8".to_owned();
        assert!(twice.iter().any(|hit| hit.how == how), "{twice:?}");
    }
}
