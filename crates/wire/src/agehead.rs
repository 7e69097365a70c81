//! Looks at the first bytes of an age file before anything else does: age's own header parser has no limit and takes
//! quadratic time on a hostile header. Needs no age: the format is text (C2SP age specification, "Encrypted file format").

use thiserror::Error;

/// The header must end within this many bytes.
pub const MAX_HEADER: usize = 64 * 1024;
/// Recipients in a bundle: always exactly this many.
pub const RECIPIENTS: usize = 8;

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
    #[error("the header is malformed")]
    Malformed,
    /// A stanza type that is not expected here (a passphrase stanza, say), or more than one grease stanza.
    #[error("an unexpected kind of recipient")]
    Unexpected,
    /// Not exactly [`RECIPIENTS`] recipients.
    #[error("a wrong number of recipients")]
    Count,
}

/// Checks the header in `start` (the first [`MAX_HEADER`] bytes of the file, or all of it when shorter): exactly
/// [`RECIPIENTS`] stanzas of the one type `expected` ("X25519" or "mlkem768x25519") and at most one grease stanza.
/// Returns the header's length in bytes.
///
/// # Errors
/// See [`HeaderError`].
pub fn check(start: &[u8], expected: &str) -> Result<usize, HeaderError> {
    let mut lines = Lines {
        rest: start.get(..MAX_HEADER.min(start.len())).unwrap_or(start),
        used: 0,
    };
    if !start.starts_with(b"age-encryption.org/v1\n") {
        return Err(HeaderError::NotAge);
    }
    lines.next()?;
    let (mut recipients, mut grease) = (0, 0);
    let mut line = lines.next()?;
    loop {
        if let Some(mac) = line.strip_prefix("--- ") {
            if mac.len() != 43 || !mac.bytes().all(is_base64) {
                return Err(HeaderError::Malformed);
            }
            break;
        }
        let arguments = line.strip_prefix("-> ").ok_or(HeaderError::Malformed)?;
        let kind = arguments.split(' ').next().unwrap_or_default();
        if kind == expected {
            recipients += 1;
        } else if kind.ends_with("-grease") {
            grease += 1;
        } else {
            return Err(HeaderError::Unexpected);
        }
        if recipients > RECIPIENTS || grease > 1 {
            return Err(HeaderError::Count);
        }
        // A stanza's body: full lines of 64, then one shorter line (which may be empty).
        loop {
            let body = lines.next()?;
            if body.len() > 64 || !body.bytes().all(is_base64) {
                return Err(HeaderError::Malformed);
            }
            if body.len() < 64 {
                break;
            }
        }
        line = lines.next()?;
    }
    if recipients == RECIPIENTS {
        Ok(lines.used)
    } else {
        Err(HeaderError::Count)
    }
}

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
            .ok_or(HeaderError::Malformed)
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(stanzas: &[&str]) -> Vec<u8> {
        let mut text = String::from("age-encryption.org/v1\n");
        for kind in stanzas {
            text.push_str(&format!("-> {kind} AAAA\n{}\n", "B".repeat(43)));
        }
        text.push_str(&format!("--- {}\n", "C".repeat(43)));
        text.into_bytes()
    }

    #[test]
    fn eight_recipients_and_one_grease_pass() {
        let mut kinds = vec!["X25519"; 8];
        assert_eq!(check(&header(&kinds), "X25519"), Ok(header(&kinds).len()));
        kinds.push("sz-grease");
        assert!(check(&header(&kinds), "X25519").is_ok());
        kinds.push("q-grease");
        assert_eq!(check(&header(&kinds), "X25519"), Err(HeaderError::Count));
    }

    #[test]
    fn everything_else_is_refused() {
        assert_eq!(check(b"hello", "X25519"), Err(HeaderError::NotAge));
        assert_eq!(
            check(&header(&["X25519"; 7]), "X25519"),
            Err(HeaderError::Count)
        );
        assert_eq!(
            check(&header(&["X25519"; 9]), "X25519"),
            Err(HeaderError::Count)
        );
        assert_eq!(
            check(&header(&["scrypt"]), "X25519"),
            Err(HeaderError::Unexpected)
        );
        assert_eq!(
            check(&header(&["X25519"; 8]), "mlkem768x25519"),
            Err(HeaderError::Unexpected)
        );
        let whole = header(&["X25519"; 8]);
        assert_eq!(
            check(&whole[..whole.len() - 1], "X25519"),
            Err(HeaderError::TooLong)
        );
        let long = [
            b"age-encryption.org/v1\n-> X25519 A\n".to_vec(),
            b"A\n".repeat(64 * 1024),
        ]
        .concat();
        assert_eq!(check(&long, "X25519"), Err(HeaderError::Malformed));
        let endless = [
            b"age-encryption.org/v1\n-> X25519 A\n".to_vec(),
            [vec![b'A'; 64], vec![b'\n']].concat().repeat(2048),
        ]
        .concat();
        assert_eq!(check(&endless, "X25519"), Err(HeaderError::TooLong));
    }
}
