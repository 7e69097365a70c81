//! The tar inside: ustar, regular files, fixed names, nothing that tells of a machine. Writing goes through the `tar`
//! crate's header; reading compares the 512 bytes of each header with the one that would have been written, so that
//! there is nothing to interpret: no link, no path, no second form of a number.

use crate::error::{OpenError, reading};
use crate::rule::{Rule, ensure};
use std::io::{Read, Write};
use std::ops::Range;

pub(crate) const BLOCK: u64 = 512;

/// Bytes that an entry of `size` takes.
pub(crate) fn entry_bytes(size: u64) -> u64 {
    BLOCK + size.next_multiple_of(BLOCK)
}

pub(crate) fn header(name: &str, size: u64) -> std::io::Result<[u8; 512]> {
    let mut header = tar::Header::new_ustar();
    header.set_path(name)?;
    header.set_size(size);
    header.set_mode(0o600);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_entry_type(tar::EntryType::Regular);
    header.set_cksum();
    Ok(*header.as_bytes())
}

pub(crate) fn write_entry(out: &mut impl Write, name: &str, content: &[u8]) -> std::io::Result<()> {
    out.write_all(&header(name, content.len() as u64)?)?;
    out.write_all(content)?;
    write_fill(out, content.len() as u64)
}

pub(crate) fn write_fill(out: &mut impl Write, size: u64) -> std::io::Result<()> {
    write_zeros(out, size.next_multiple_of(BLOCK) - size)
}

pub(crate) fn write_zeros(out: &mut impl Write, mut count: u64) -> std::io::Result<()> {
    let zeros = [0u8; 16 * 1024];
    while count > 0 {
        let some = usize::try_from(count)
            .unwrap_or(usize::MAX)
            .min(zeros.len());
        out.write_all(zeros.get(..some).unwrap_or(&zeros))?;
        count -= some as u64;
    }
    Ok(())
}

/// Reads an entry of unknown size up to `cap`, whole.
pub(crate) fn read_entry(
    input: &mut impl Read,
    name: &str,
    cap: u64,
) -> Result<Vec<u8>, OpenError> {
    let mut found = [0u8; 512];
    input.read_exact(&mut found).map_err(reading)?;
    let size = octal(&found).ok_or(Rule::EntrySize)?;
    ensure(size <= cap, Rule::EntryLarge)?;
    expect(&found, name, size)?;
    let mut content = vec![0; usize::try_from(size).map_err(|_| Rule::EntryLarge)?];
    input.read_exact(&mut content).map_err(reading)?;
    read_fill(input, size)?;
    Ok(content)
}

/// Reads the header of an entry whose size is known.
pub(crate) fn read_header(input: &mut impl Read, name: &str, size: u64) -> Result<(), OpenError> {
    let mut found = [0u8; 512];
    input.read_exact(&mut found).map_err(reading)?;
    expect(&found, name, size)
}

pub(crate) fn read_fill(input: &mut impl Read, size: u64) -> Result<(), OpenError> {
    let count = usize::try_from(size.next_multiple_of(BLOCK) - size).unwrap_or_default();
    let mut fill = [0u8; 512];
    let fill = fill.get_mut(..count).unwrap_or_default();
    input.read_exact(fill).map_err(reading)?;
    ensure(fill.iter().all(|b| *b == 0), Rule::Fill)
}

/// Reads to the end: zero bytes only; at least tar's two closing blocks.
pub(crate) fn read_zeros_to_end(input: &mut impl Read) -> Result<(), OpenError> {
    let mut buffer = vec![0u8; 64 * 1024];
    let mut total = 0u64;
    loop {
        let got = input.read(&mut buffer).map_err(reading)?;
        if got == 0 {
            return ensure(total >= 2 * BLOCK, Rule::PaddingShort);
        }
        total += got as u64;
        let read = buffer.get(..got).unwrap_or_default();
        ensure(read.iter().all(|b| *b == 0), Rule::Padding)?;
    }
}

// The size in the one form that a writer gives it.
fn octal(header: &[u8; 512]) -> Option<u64> {
    let digits = header.get(124..135)?;
    let plain = digits.iter().all(|digit| (b'0'..=b'7').contains(digit));
    let text = std::str::from_utf8(digits).ok()?;
    u64::from_str_radix(text, 8).ok().filter(|_| plain)
}

fn expect(found: &[u8; 512], name: &str, size: u64) -> Result<(), OpenError> {
    let right = header(name, size).map_err(OpenError::Io)?;
    for (field, rule) in FIELDS {
        ensure(found.get(field.clone()) == right.get(field), rule)?;
    }
    Ok(())
}

// ustar's fields (POSIX pax, "ustar Interchange Format"), all 512 bytes; the checksum last, since it is wrong with any other.
const FIELDS: [(Range<usize>, Rule); 15] = [
    (0..100, Rule::EntryName),
    (100..108, Rule::EntryMode),
    (108..116, Rule::EntryOwner),
    (116..124, Rule::EntryGroup),
    (124..136, Rule::EntrySize),
    (136..148, Rule::EntryTime),
    (156..157, Rule::EntryType),
    (157..257, Rule::EntryLink),
    (257..265, Rule::EntryMagic),
    (265..297, Rule::EntryOwnerName),
    (297..329, Rule::EntryGroupName),
    (329..345, Rule::EntryDevice),
    (345..500, Rule::EntryPrefix),
    (500..512, Rule::EntryRest),
    (148..156, Rule::EntryChecksum),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_of_a_header_belongs_to_one_field() {
        let mut bytes: Vec<usize> = FIELDS.iter().flat_map(|(field, _)| field.clone()).collect();
        bytes.sort_unstable();
        assert!(bytes.into_iter().eq(0..512));
    }
}
