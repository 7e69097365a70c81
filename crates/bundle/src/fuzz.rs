//! What is promised about the inside of a bundle: each check takes bytes and panics when its promise does not hold. Compiled for
//! tests, which give it the kept corpus, and for the fuzzer, which sets `cfg(fuzzing)`; in nothing that is shipped. What a
//! signature keeps out is signed here, by a key that everybody knows.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a check fails as a test does"
)]

use crate::keys::{BundleKey, Identity, RecipientType};
use crate::manifest::{MAX_EVIDENCE, Manifest, Part, PartKind};
use crate::open::{Expected, read_inside, read_manifest, read_parts};
use crate::{Purpose, custody};
use chronicle_wire::{Hash, SigningKey, agehead};
use same_meaning::same_meaning;
use std::collections::BTreeMap;
use std::io::Read;

#[path = "../../../fuzz/same_meaning.rs"]
mod same_meaning;

#[cfg(test)]
#[path = "../../../fuzz/replay.rs"]
mod replay;

// Every check by its name: the target of that name gives it bytes too.
#[cfg(test)]
const CHECKS: [replay::Check; 4] = [
    ("manifest", manifest),
    ("parts", parts),
    ("custody", custody_log),
    ("archive", archive),
];

/// A manifest, signed by the key that everybody knows: what is believed is within its caps and writes itself to the same
/// meaning; what says that it is another organisation's is not believed.
pub fn manifest(bytes: &[u8]) {
    let signature = sender().sign(Purpose::Report.string(), bytes);
    let Ok(read) = read_manifest(bytes, &signature, &expected()) else {
        return;
    };
    let again: Manifest = same_meaning(bytes).expect("what was read is a manifest");
    assert!(again == read);
    assert!(read.check().is_ok() && read.sender == sender().public());
    assert!(read.organisation == organisation() && read.senders().count() <= 9);
}

/// The list of parts, committed to as it stands: what is believed is in order, within its caps, and opens each commitment.
pub fn parts(bytes: &[u8]) {
    let listed: Vec<Part> = serde_json::from_slice(bytes).unwrap_or_default();
    let mut manifest = example();
    manifest.parts = listed.iter().map(Part::commitment).collect();
    let Ok(parts) = read_parts(bytes, &manifest) else {
        return;
    };
    assert!(parts == listed && parts.len() <= MAX_EVIDENCE + 4);
    let kinds: Vec<PartKind> = parts.iter().map(|p| p.kind).collect();
    assert!(kinds.starts_with(&[PartKind::Report, PartKind::Text]));
    for (at, part) in parts.iter().enumerate() {
        assert!(part.index as usize == at && part.size <= part.kind.cap());
        assert!(part.commitment() == manifest.parts[at]);
        // With another commitment in its place it is refused.
        let mut other = manifest.clone();
        other.parts[at] = Hash([0; 32]);
        assert!(read_parts(bytes, &other).is_err());
    }
}

/// Custody chains: each line of what is believed names the one before it, counted here once more and in another way.
pub fn custody_log(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(steps) = custody::verify(&text) else {
        return;
    };
    let lines: Vec<&str> = text.strip_suffix('\n').unwrap().split('\n').collect();
    assert!(lines.len() == steps.len());
    let mut last: BTreeMap<&str, (u64, Hash)> = BTreeMap::new();
    for (step, line) in steps.iter().zip(&lines) {
        let (seq, before) = last
            .get(step.chain.as_str())
            .copied()
            .unwrap_or((0, Hash([0; 32])));
        assert!(step.seq == seq && step.previous == before);
        last.insert(&step.chain, (seq + 1, Hash::of(line.as_bytes())));
    }
    // Of the chains of a bundle, one is the report's and every other an item's or left out.
    let evidence: Vec<Hash> = steps
        .iter()
        .filter(|s| s.seq == 0 && s.action == "imported")
        .filter_map(|s| s.sha256)
        .collect();
    let Some(report) = steps.iter().find(|s| s.action == "created") else {
        return;
    };
    if custody::check(bytes, &report.chain, &evidence).is_ok() {
        assert!(custody::check(bytes, &report.chain, &[]).is_err() || evidence.is_empty());
        assert!(custody::check(bytes, "another", &evidence).is_err());
        assert!(steps.iter().all(|s| s.organisation.is_none()));
    }
}

/// The archive as it comes out of age: nothing is believed whose bytes are not those that were committed to.
pub fn archive(bytes: &[u8]) {
    let key = BundleKey::parse(&"00".repeat(16)).unwrap();
    let mut kept = 0u64;
    let opened = read_inside(&mut &*bytes, key, &expected(), |part, content| {
        let mut all = Vec::new();
        content.read_to_end(&mut all)?;
        kept += all.len() as u64;
        assert!(all.len() as u64 <= part.size && kept <= bytes.len() as u64);
        Ok(Hash::of(&all))
    });
    let Ok(opened) = opened else { return };
    let evidence = opened.parts.iter().filter(|p| p.kind == PartKind::Evidence);
    assert!(evidence.map(|p| p.sha256).eq(opened.evidence));
    for (kind, small) in &opened.small {
        let part = opened.parts.iter().find(|p| p.kind == *kind).unwrap();
        assert!(part.sha256 == Hash::of(small) && part.size == small.len() as u64);
    }
    let purpose = opened.manifest.purpose.string();
    let signed = chronicle_wire::signed::verify;
    assert!(signed(
        opened.manifest.sender,
        purpose,
        &opened.manifest_bytes,
        &opened.signature
    ));
}

fn sender() -> SigningKey {
    SigningKey::from_seed(&"07".repeat(32)).unwrap()
}

fn organisation() -> Hash {
    Hash::of(b"organisation")
}

fn expected() -> Expected<'static> {
    let known = |text: &[u8]| -> &'static [Hash] { vec![Hash::of(text)].leak() };
    Expected {
        organisation: organisation(),
        roots: known(b"root"),
        recipients: known(b"recipients"),
        recipient_types: &agehead::TYPES,
    }
}

fn example() -> Manifest {
    let hash = |text: &[u8]| Hash::of(text).to_string();
    let value = serde_json::json!({
        "format": crate::manifest::FORMAT,
        "purpose": "report",
        "organisation": organisation(),
        "root": hash(b"root"),
        "recipients": hash(b"recipients"),
        "report": "0a".repeat(16),
        "revision": 1,
        "sender": sender().public(),
        "reply": Identity::draw(RecipientType::X25519).recipient(),
        "mailbox": hash(b"mailbox"),
        "chain": {"id": "0b".repeat(16), "counter": 1, "previous": null, "withdrawn": []},
        "introduction": 17,
        "language": "ru",
        "sealed": "2026-03-14",
        "versions": {"vocabulary": 1, "consent": "1", "application": "0.1.0"},
        "parts": [],
    });
    serde_json::from_value(value).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{write_entry, write_zeros};
    use crate::custody::{CustodyChain, to_text};

    #[test]
    fn every_kept_input_keeps_the_promises() {
        replay::all(&CHECKS);
    }

    fn part(index: u32, kind: PartKind, name: &str, bytes: &[u8]) -> Part {
        Part {
            index,
            kind,
            name: name.into(),
            size: bytes.len() as u64,
            sha256: Hash::of(bytes),
            salt: Hash::of(name.as_bytes()),
        }
    }

    fn chains() -> String {
        let begun = |id: &str, action: &str, hash| {
            let mut chain = CustodyChain::default();
            chain.append(id, "2026-03-14T12:00:00Z", action, hash);
            chain
        };
        let mut report = begun(&"0a".repeat(16), "created", None);
        report.append(&"0a".repeat(16), "2026-03-14T12:05:00Z", "sealed", None);
        let item = begun(&"0c".repeat(16), "imported", Some(Hash::of(b"evidence")));
        let out = begun(&"0d".repeat(16), "withheld", None);
        to_text([report, item, out].iter())
    }

    /// What the fuzzer begins with is believed: so the checks get somewhere.
    #[test]
    fn the_first_inputs_are_believed() {
        for (name, bytes) in first() {
            match name {
                "manifest" => {
                    let signature = sender().sign(Purpose::Report.string(), &bytes);
                    assert!(read_manifest(&bytes, &signature, &expected()).is_ok());
                }
                "custody" => assert!(custody::verify(std::str::from_utf8(&bytes).unwrap()).is_ok()),
                "archive" => {
                    let key = BundleKey::parse(&"00".repeat(16)).unwrap();
                    let keep = |_: &Part, c: &mut dyn Read| std::io::copy(c, &mut std::io::sink());
                    assert!(read_inside(&mut bytes.as_slice(), key, &expected(), keep).is_ok());
                }
                _ => assert!(serde_json::from_slice::<Vec<Part>>(&bytes).is_ok()),
            }
        }
    }

    fn first() -> Vec<(&'static str, Vec<u8>)> {
        let custody = chains();
        let contents: [(PartKind, &str, &[u8]); 4] = [
            (PartKind::Report, "", b"{}"),
            (PartKind::Text, "", b"text"),
            (PartKind::Custody, "", custody.as_bytes()),
            (PartKind::Evidence, "a.jpg", b"evidence"),
        ];
        let listed: Vec<Part> = (0..)
            .zip(&contents)
            .map(|(index, (kind, name, bytes))| part(index, *kind, name, bytes))
            .collect();
        let mut manifest = example();
        manifest.parts = listed.iter().map(Part::commitment).collect();
        let manifest = serde_json::to_vec(&manifest).unwrap();
        let parts = serde_json::to_vec(&listed).unwrap();
        let signature = sender().sign(Purpose::Report.string(), &manifest);
        let mut archive = Vec::new();
        let heads: [(&str, &[u8]); 3] = [
            ("manifest.json", &manifest),
            ("manifest.sig", signature.as_bytes()),
            ("parts.json", &parts),
        ];
        for (name, bytes) in heads {
            write_entry(&mut archive, name, bytes).unwrap();
        }
        for (part, (_, _, bytes)) in listed.iter().zip(&contents) {
            write_entry(&mut archive, &part.entry(0), bytes).unwrap();
        }
        write_zeros(&mut archive, 1024).unwrap();
        vec![
            ("manifest", manifest),
            ("parts", parts),
            ("custody", custody.into_bytes()),
            ("archive", archive),
        ]
    }

    #[test]
    #[ignore = "writes the inputs that the fuzzer begins with"]
    fn write_first_inputs() {
        let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
        for (name, bytes) in first() {
            std::fs::create_dir_all(corpus.join(name)).unwrap();
            std::fs::write(corpus.join(name).join("first"), bytes).unwrap();
        }
    }
}
