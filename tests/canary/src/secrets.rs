//! The secrets of a vault, taken out of it with Debian's `age` and the passphrase, so that they can be looked for.

use chronicle_tour::fault::{During, Fault, Outcome, ensure};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Every identity and MAC key of the vault, as text and as bytes, each with what it is. What is opened on the way lies in
/// `memory` and is removed.
pub fn of(vault: &Path, passphrase: &str, memory: &Path) -> Outcome<Vec<(String, Vec<u8>)>> {
    let key = memory.join("opened.key");
    let command = format!(
        "age -d -o '{}' '{}'",
        key.display(),
        vault.join("key.age").display()
    );
    // age asks on a terminal.
    let mut asked = Command::new("script")
        .args(["-qec", &command, "/dev/null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .during("script")?;
    if let Some(input) = &mut asked.stdin {
        writeln!(input, "{passphrase}").during("the passphrase")?;
    }
    asked.wait().during("age")?;
    let mut ring = Command::new("age");
    ring.arg("-d")
        .arg("-i")
        .arg(&key)
        .arg(vault.join("ring.age"));
    let ring = ring.output().during("age")?;
    let key_text = std::fs::read_to_string(&key).during("key.age")?;
    std::fs::remove_file(&key).during("the opened key")?;
    ensure(ring.status.success(), || "ring.age does not open".into())?;
    let ring = String::from_utf8_lossy(&ring.stdout).into_owned();
    let mut found = Vec::new();
    for (name, text) in [
        ("identity that opens the ring", key_text),
        ("identity of the data", ring),
    ] {
        for line in text.lines() {
            if line.starts_with(IDENTITY) {
                // What stands before is in the program, too.
                let own = line.strip_prefix(IDENTITY).unwrap_or_default();
                found.push((format!("{name}, as text"), own.as_bytes().to_vec()));
                let lower = own.to_lowercase().into_bytes();
                found.push((format!("{name}, as text in small letters"), lower));
                found.push((format!("{name}, its bytes"), bytes(own)?));
            } else if let Some(mac) = line.strip_prefix("# mac ") {
                found.push(("MAC key, as text".into(), mac.as_bytes().to_vec()));
                found.push(("MAC key, its bytes".into(), unhex(mac)?));
            }
        }
    }
    ensure(found.len() >= 8, || format!("only {} secrets", found.len()))?;
    Ok(found)
}

// Bech32 without its check: five bits a letter, six letters of check at the end.
fn bytes(text: &str) -> Outcome<Vec<u8>> {
    let data = text
        .len()
        .checked_sub(6)
        .and_then(|n| text.get(..n))
        .unwrap_or_default();
    let (mut out, mut value, mut bits) = (Vec::new(), 0u32, 0);
    for letter in data.to_lowercase().bytes() {
        let five = LETTERS.iter().position(|l| *l == letter);
        let five = five.ok_or_else(|| Fault::new("an identity has other letters"))?;
        value = (value << 5 | u32::try_from(five).unwrap_or_default()) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from(value >> bits & 0xff).unwrap_or_default());
        }
    }
    ensure(out.len() == 32, || {
        format!("an identity has {} bytes", out.len())
    })?;
    Ok(out)
}

fn unhex(text: &str) -> Outcome<Vec<u8>> {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(16)).collect();
    let pairs = digits.chunks_exact(2);
    Ok(pairs
        .filter_map(|pair| {
            u8::try_from(pair.iter().fold(0, |value, digit| value * 16 + digit)).ok()
        })
        .collect())
}

const IDENTITY: &str = "AGE-SECRET-KEY-1";
const LETTERS: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

#[cfg(test)]
mod tests {
    use super::*;

    // The key of 32 bytes 0x42, as it stands in the tests of age.
    #[test]
    fn an_identity_is_read_as_its_bytes() {
        let text = "GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
        assert_eq!(bytes(text).unwrap(), [0x42; 32]);
        assert!(bytes("1").is_err() && bytes(&"b".repeat(58)).is_err());
        assert_eq!(unhex("00ff10").unwrap(), [0, 255, 16]);
    }
}
