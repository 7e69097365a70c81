//! Bundles as somebody makes them who holds the recipients and the format, and keeps none of its rules.

use super::*;
use crate::archive::{self, BLOCK};
use std::io::Write;

/// An entry with its raw header.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) header: [u8; 512],
    pub(super) bytes: Vec<u8>,
    pub(super) fill: u8,
}

pub(super) type Entries = Vec<Entry>;

impl Entry {
    pub(super) fn new(name: &str, bytes: &[u8]) -> Self {
        Self {
            header: archive::header(name, bytes.len() as u64).unwrap(),
            bytes: bytes.to_vec(),
            fill: 0,
        }
    }

    /// Other content, of which the header tells the length.
    pub(super) fn put(&mut self, bytes: impl Into<Vec<u8>>) {
        self.bytes = bytes.into();
        let size = self.bytes.len();
        self.field(124, format!("{size:011o}").as_bytes());
    }

    /// Other bytes in the header, with a right checksum.
    pub(super) fn field(&mut self, at: usize, bytes: &[u8]) {
        self.header[at..at + bytes.len()].copy_from_slice(bytes);
        let mut header = tar::Header::from_byte_slice(&self.header).clone();
        header.set_cksum();
        self.header = *header.as_bytes();
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.header);
        out.extend_from_slice(&self.bytes);
        out.resize(out.len().next_multiple_of(512), self.fill);
    }
}

/// What a bundle of `evidence` holds, in order.
pub(super) fn inside(house: &House, evidence: &[&[u8]]) -> Entries {
    let mut plain = Vec::new();
    age::Decryptor::new_buffered(house.seal(evidence).as_slice())
        .unwrap()
        .decrypt(std::iter::once(house.identity.age()))
        .unwrap()
        .read_to_end(&mut plain)
        .unwrap();
    let mut archive = tar::Archive::new(plain.as_slice());
    let read = |mut entry: tar::Entry<'_, &[u8]>| {
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        Entry::new(entry.path().unwrap().to_str().unwrap(), &bytes)
    };
    let entries = archive.entries().unwrap();
    entries.map(|entry| read(entry.unwrap())).collect()
}

/// Changes the manifest as its sender could: signed again.
pub(super) fn remanifest(
    house: &House,
    entries: &mut Entries,
    change: impl FnOnce(&mut serde_json::Value),
) {
    let mut manifest = serde_json::from_slice(&entries[0].bytes).unwrap();
    change(&mut manifest);
    retext(house, entries, serde_json::to_string(&manifest).unwrap());
}

/// Another text in the place of the manifest, signed.
pub(super) fn retext(house: &House, entries: &mut Entries, text: String) {
    entries[0].put(text);
    let purpose = Purpose::Report.string();
    let signature = house.sender.sign(purpose, &entries[0].bytes);
    entries[1].put(signature);
}

/// Changes the list of parts as its sender could: committed to and signed.
pub(super) fn relist(house: &House, entries: &mut Entries, change: impl FnOnce(&mut Vec<Part>)) {
    let mut parts: Vec<Part> = serde_json::from_slice(&entries[2].bytes).unwrap();
    change(&mut parts);
    entries[2].put(serde_json::to_vec(&parts).unwrap());
    let commitments: Vec<String> = parts.iter().map(|p| p.commitment().to_string()).collect();
    remanifest(house, entries, |m| m["parts"] = commitments.into());
}

/// Changes the list of parts as somebody could who opened it: the commitments stay.
pub(super) fn reopen(entries: &mut Entries, change: impl FnOnce(&mut Vec<Part>)) {
    let mut parts: Vec<Part> = serde_json::from_slice(&entries[2].bytes).unwrap();
    change(&mut parts);
    entries[2].put(serde_json::to_vec(&parts).unwrap());
}

/// Exchanges the content of one part as its sender could.
pub(super) fn refill(house: &House, entries: &mut Entries, index: usize, bytes: &[u8]) {
    entries[3 + index].put(bytes);
    relist(house, entries, |parts| {
        parts[index].size = bytes.len() as u64;
        parts[index].sha256 = Hash::of(bytes);
    });
}

/// Seals the entries, and zeros to the end.
pub(super) fn sealed(house: &House, entries: &[Entry]) -> Vec<u8> {
    let mut plain = Vec::new();
    entries.iter().for_each(|entry| entry.write(&mut plain));
    let least = plain.len() as u64 + 2 * BLOCK;
    sealed_as(house, least, |exact| {
        plain.resize(exact, 0);
        plain
    })
}

/// Seals what `plain` makes, which is told how many bytes it may have.
pub(super) fn sealed_as(
    house: &House,
    least: u64,
    plain: impl FnOnce(usize) -> Vec<u8>,
) -> Vec<u8> {
    let of = house.organisation.profile().body();
    let of = RecipientType::of(&of.recipient_type).unwrap();
    let one = |i| match i {
        3 => crate::keys::recipient(of, &house.identity.recipient()).unwrap(),
        _ => crate::keys::throw_away(of),
    };
    let recipients: Vec<_> = (0..8).map(one).collect();
    let mut out = Vec::new();
    let gate = crate::seal::Gate::default();
    let (mut writer, exact, _) = crate::seal::begin(&recipients, &mut out, &gate, least).unwrap();
    let plain = plain(usize::try_from(exact).unwrap());
    assert_eq!(plain.len() as u64, exact);
    writer.write_all(&plain).unwrap();
    writer.finish().unwrap();
    out
}
