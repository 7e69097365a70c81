//! Looks at the first bytes of an age file before anything else does: age's own header parser has no limit and takes
//! quadratic time on a hostile header. Needs no age: the format is text (C2SP age specification, "Encrypted file format").

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use thiserror::Error;

/// The header must end within this many bytes.
pub const MAX_HEADER: usize = 64 * 1024;
/// Recipients in a bundle: always exactly this many.
pub const RECIPIENTS: usize = 8;
/// The types of recipients that a bundle may have, as stanzas name them.
pub const TYPES: [&str; 2] = ["mlkem768x25519", "X25519"];

/// Why a header is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HeaderError {
    /// Does not begin like an age file.
    #[error("not an age file")]
    NotAge,
    /// The header does not end within [`MAX_HEADER`], or the file ends before it does.
    #[error("the header is too long or cut off")]
    TooLong,
    /// A line that the format does not allow.
    #[error("a line of the header is malformed")]
    Line,
    /// A stanza for a passphrase: whoever sent it would choose how long opening takes.
    #[error("sealed with a passphrase")]
    Passphrase,
    /// A type of stanza that is not expected here.
    #[error("an unexpected kind of recipient")]
    Type,
    /// Stanzas of two expected types.
    #[error("two kinds of recipients")]
    Mixed,
    /// Fewer than [`RECIPIENTS`].
    #[error("too few recipients")]
    Few,
    /// More than [`RECIPIENTS`].
    #[error("too many recipients")]
    Many,
    /// More than one grease stanza.
    #[error("more than one grease stanza")]
    Grease,
    /// A stanza whose argument or body has not the length or the one form of its type.
    #[error("a stanza of another shape than its type has")]
    Shape,
    /// A point of the curve that no writer makes: of small order, or written a second way.
    #[error("a share that no writer makes")]
    Share,
    /// The last line is not a MAC's.
    #[error("the header ends otherwise than in a MAC")]
    End,
}

/// Checks the header in `start` (the first [`MAX_HEADER`] bytes of the file, or all of it when shorter): exactly
/// [`RECIPIENTS`] stanzas of one of the `types` (of [`TYPES`]), each of the shape of its type, and at most one grease
/// stanza. Returns the header's length in bytes.
///
/// # Errors
/// See [`HeaderError`].
pub fn check(start: &[u8], types: &[&str]) -> Result<usize, HeaderError> {
    let mut lines = Lines {
        rest: start.get(..MAX_HEADER.min(start.len())).unwrap_or(start),
        used: 0,
    };
    if !start.starts_with(b"age-encryption.org/v1\n") {
        return Err(HeaderError::NotAge);
    }
    lines.next()?;
    let (mut recipients, mut grease, mut of) = (0, 0, None);
    loop {
        let line = lines.next()?;
        if let Some(mac) = line.strip_prefix("---") {
            let right = mac.strip_prefix(' ').is_some_and(|mac| is_base64(mac, 32));
            return match recipients {
                _ if !right => Err(HeaderError::End),
                RECIPIENTS => Ok(lines.used),
                _ => Err(HeaderError::Few),
            };
        }
        let arguments = line.strip_prefix("-> ").ok_or(HeaderError::Line)?;
        let (kind, arguments) = arguments.split_once(' ').unwrap_or((arguments, ""));
        let body = body(&mut lines)?;
        if kind.ends_with("-grease") {
            grease += 1;
            if grease > 1 {
                return Err(HeaderError::Grease);
            }
            continue;
        }
        if !types.contains(&kind) {
            return Err(match kind {
                "scrypt" => HeaderError::Passphrase,
                _ => HeaderError::Type,
            });
        }
        if *of.get_or_insert(kind) != kind {
            return Err(HeaderError::Mixed);
        }
        recipients += 1;
        if recipients > RECIPIENTS {
            return Err(HeaderError::Many);
        }
        let share = STANDARD_NO_PAD.decode(arguments).unwrap_or_default();
        if share.len() != bytes_of_share(kind) || !is_base64(body, FILE_KEY) {
            return Err(HeaderError::Shape);
        }
        // The curve's point is all of it, or stands at its end. Looked at in every stanza, whichever is the reader's own.
        if !share.last_chunk().is_some_and(is_point) {
            return Err(HeaderError::Share);
        }
    }
}

// A stanza's body: full lines of 64, then one shorter line (which may be empty). Gives the last line when it is the only one;
// no type of ours has more.
fn body<'a>(lines: &mut Lines<'a>) -> Result<&'a str, HeaderError> {
    let mut only = true;
    loop {
        let line = lines.next()?;
        let letter = |b: u8| b.is_ascii_alphanumeric() || b == b'+' || b == b'/';
        if line.len() > 64 || !line.bytes().all(letter) {
            return Err(HeaderError::Line);
        }
        if line.len() < 64 {
            return Ok(if only { line } else { "" });
        }
        only = false;
    }
}

// Bytes of the share that is a stanza's one argument.
fn bytes_of_share(kind: &str) -> usize {
    match kind {
        "mlkem768x25519" => 1120,
        _ => 32,
    }
}

// `bytes` bytes, in the one way to write them.
fn is_base64(text: &str, bytes: usize) -> bool {
    STANDARD_NO_PAD
        .decode(text)
        .is_ok_and(|decoded| decoded.len() == bytes)
}

// A coordinate below 2^255 - 19, and not of small order (the five of RFC 7748's curve25519 that divide 8).
fn is_point(bytes: &[u8; 32]) -> bool {
    let mut big = *bytes;
    big.reverse();
    let mut prime = [0xff; 32];
    (prime[0], prime[31]) = (0x7f, 0xed);
    let mut minus_one = prime;
    minus_one[31] = 0xec;
    let mut one = [0; 32];
    one[31] = 1;
    let small = [[0; 32], one, minus_one, EIGHTH_A, EIGHTH_B];
    big < prime && !small.contains(&big)
}

// Big-endian.
const EIGHTH_A: [u8; 32] = [
    0x00, 0xb8, 0x49, 0x5f, 0x16, 0x05, 0x62, 0x86, 0xfd, 0xb1, 0x32, 0x9c, 0xeb, 0x8d, 0x09, 0xda,
    0x6a, 0xc4, 0x9f, 0xf1, 0xfa, 0xe3, 0x56, 0x16, 0xae, 0xb8, 0x41, 0x3b, 0x7c, 0x7a, 0xeb, 0xe0,
];
const EIGHTH_B: [u8; 32] = [
    0x57, 0x11, 0x9f, 0xd0, 0xdd, 0x4e, 0x22, 0xd8, 0x86, 0x8e, 0x1c, 0x58, 0xc4, 0x5c, 0x44, 0x04,
    0x5b, 0xef, 0x83, 0x9c, 0x55, 0xb1, 0xd0, 0xb1, 0x24, 0x8c, 0x50, 0xa3, 0xbc, 0x95, 0x9c, 0x5f,
];
/// Bytes of a wrapped file key.
const FILE_KEY: usize = 32;

struct Lines<'a> {
    rest: &'a [u8],
    used: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Result<&'a str, HeaderError> {
        let end = self
            .rest
            .iter()
            .position(|b| *b == b'\n')
            .ok_or(HeaderError::TooLong)?;
        let (line, rest) = self
            .rest
            .split_at_checked(end)
            .ok_or(HeaderError::TooLong)?;
        self.rest = rest.get(1..).unwrap_or_default();
        self.used += end + 1;
        std::str::from_utf8(line)
            .ok()
            .filter(|l| l.bytes().all(|b| (32..127).contains(&b)))
            .ok_or(HeaderError::Line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Of its own: what is tested does not say what is right.
    fn share(kind: &str) -> Vec<u8> {
        vec![
            7;
            if kind == "mlkem768x25519" {
                1088 + 32
            } else {
                32
            }
        ]
    }

    fn stanza(kind: &str) -> String {
        let share = STANDARD_NO_PAD.encode(share(kind));
        format!("-> {kind} {share}\n{}\n", STANDARD_NO_PAD.encode([9; 32]))
    }

    fn of(stanzas: &[String]) -> Vec<u8> {
        let mac = STANDARD_NO_PAD.encode([5; 32]);
        format!("age-encryption.org/v1\n{}--- {mac}\n", stanzas.concat()).into_bytes()
    }

    fn eight(kind: &str) -> Vec<String> {
        vec![stanza(kind); 8]
    }

    #[test]
    fn eight_recipients_of_one_type_and_one_grease_pass() {
        for kind in TYPES {
            let mut stanzas = eight(kind);
            let header = of(&stanzas);
            assert_eq!(check(&header, &TYPES), Ok(header.len()));
            assert_eq!(check(&header, &[kind]), Ok(header.len()));
            let more = [header.clone(), vec![b'x'; 100_000]].concat();
            assert_eq!(check(&more, &TYPES), Ok(header.len()));
            for grease in ["-> a-grease\n\n", "-> b-grease c d\nA+/9\n"] {
                stanzas.insert(3, grease.into());
                assert!(check(&of(&stanzas), &TYPES).is_ok());
                stanzas.remove(3);
            }
            let full = format!("-> a-grease\n{}\n\n", "A".repeat(64));
            stanzas.push(full);
            assert!(check(&of(&stanzas), &TYPES).is_ok());
        }
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        use HeaderError as E;
        let kind = "X25519";
        let with = |change: &dyn Fn(&mut Vec<String>)| {
            let mut stanzas = eight(kind);
            change(&mut stanzas);
            of(&stanzas)
        };
        let replaced = |from: &str, to: &str| {
            let text = String::from_utf8(of(&eight(kind))).unwrap();
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1).into_bytes()
        };
        let whole = of(&eight(kind));
        let grease = "-> a-grease\n\n".to_owned();
        let mac = STANDARD_NO_PAD.encode([5; 32]);
        let body = STANDARD_NO_PAD.encode([9; 32]);
        let table: Vec<(&str, Vec<u8>, E)> = vec![
            ("nothing", vec![], E::NotAge),
            ("something else", b"hello".to_vec(), E::NotAge),
            ("another version", replaced("org/v1", "org/v2"), E::NotAge),
            ("carriage returns", replaced("\n", "\r\n"), E::NotAge),
            ("cut", whole[..whole.len() - 1].to_vec(), E::TooLong),
            (
                "endless",
                with(&|s| {
                    s.insert(
                        0,
                        format!(
                            "-> a-grease\n{}",
                            format!("{}\n", "A".repeat(64)).repeat(2048)
                        ),
                    )
                }),
                E::TooLong,
            ),
            (
                "no line of a stanza",
                replaced("-> X25519", "=> X25519"),
                E::Line,
            ),
            (
                "a letter that is none",
                replaced(&body, &body.replace('C', "\u{e9}")),
                E::Line,
            ),
            (
                "a body that is none",
                replaced(&body, &body.replace('C', "*")),
                E::Line,
            ),
            (
                "a body that is too long a line",
                replaced(&body, &"C".repeat(65)),
                E::Line,
            ),
            (
                "no last short line",
                replaced(&body, &"C".repeat(64)),
                E::Line,
            ),
            (
                "a passphrase",
                with(&|s| s[7] = stanza("scrypt")),
                E::Passphrase,
            ),
            ("a passphrase alone", of(&[stanza("scrypt")]), E::Passphrase),
            (
                "a type that is not asked for",
                with(&|s| s[7] = stanza("p256tag")),
                E::Type,
            ),
            (
                "two types",
                with(&|s| s[7] = stanza("mlkem768x25519")),
                E::Mixed,
            ),
            ("seven", with(&|s| drop(s.pop())), E::Few),
            ("none", of(&[]), E::Few),
            ("nine", with(&|s| s.push(stanza(kind))), E::Many),
            (
                "two of grease",
                with(&|s| s.extend([grease.clone(), grease.clone()])),
                E::Grease,
            ),
            (
                "a share of 31",
                with(&|s| s[2] = s[2].replacen("-> X25519 Bw", "-> X25519 ", 1)),
                E::Shape,
            ),
            (
                "no share",
                with(&|s| s[2] = format!("-> X25519\n{body}\n")),
                E::Shape,
            ),
            (
                "two arguments",
                replaced("-> X25519 ", "-> X25519 A "),
                E::Shape,
            ),
            (
                "a second way to write a share",
                replaced("wc\n", "wd\n"),
                E::Shape,
            ),
            ("a body of 31", replaced(&body, &body[..42]), E::Shape),
            (
                "a second line of body",
                replaced(&body, &format!("{}\n{body}", "C".repeat(64))),
                E::Shape,
            ),
            ("no body", replaced(&body, ""), E::Shape),
            ("no MAC", replaced(&mac, ""), E::End),
            ("a short MAC", replaced(&mac, &mac[..42]), E::End),
            ("a line of hyphens", replaced("--- ", "---"), E::End),
        ];
        for (name, header, error) in table {
            assert_eq!(check(&header, &TYPES), Err(error), "{name}");
        }
        for kind in TYPES {
            for (name, point) in points() {
                let mut bytes = share(kind);
                let at = bytes.len() - 32;
                bytes[at..].copy_from_slice(&point);
                let share = STANDARD_NO_PAD.encode(bytes);
                for place in [0, 7] {
                    let mut stanzas = eight(kind);
                    stanzas[place] = format!("-> {kind} {share}\n{body}\n");
                    assert_eq!(check(&of(&stanzas), &TYPES), Err(E::Share), "{kind} {name}");
                }
            }
        }
        assert_eq!(check(&whole, &["mlkem768x25519"]), Err(E::Type));
        assert_eq!(check(&whole, &[]), Err(E::Type));
    }

    // Little-endian, as they travel.
    fn points() -> Vec<(&'static str, [u8; 32])> {
        let point = |hex: &str| -> [u8; 32] { hex::decode(hex).unwrap().try_into().unwrap() };
        let ff = |first: &str| format!("{first}{}7f", "ff".repeat(30));
        vec![
            ("nought", [0; 32]),
            ("one", point(&format!("01{}", "00".repeat(31)))),
            ("minus one", point(&ff("ec"))),
            ("the prime", point(&ff("ed"))),
            ("the prime and one", point(&ff("ee"))),
            ("above all", [0xff; 32]),
            (
                "with its highest bit",
                point(&format!("09{}80", "00".repeat(30))),
            ),
            (
                "an eighth",
                point("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
            ),
            (
                "another eighth",
                point("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
            ),
        ]
    }
}
