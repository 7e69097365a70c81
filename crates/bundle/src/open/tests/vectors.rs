//! Bundles as they were once written.

use super::inside::*;
use super::*;
use std::path::{Path, PathBuf};

#[derive(serde::Serialize, serde::Deserialize)]
struct Vector {
    /// `ok`, or the code of the rule.
    result: String,
    identity: String,
    credentials: Credentials,
    /// Name and SHA-256 of each item of evidence.
    evidence: Vec<(String, String)>,
}

/// Bundles as they were once written, found by directory: each stays openable, or stays refused for the same reason.
#[test]
fn every_vector_gives_its_result() {
    let mut results = std::collections::BTreeSet::new();
    for item in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/vectors")).unwrap() {
        let folder = item.unwrap().path();
        let vector: Vector =
            serde_json::from_slice(&std::fs::read(folder.join("vector.json")).unwrap()).unwrap();
        let profile = Profile::read(vector.credentials).unwrap().verify().unwrap();
        let words = profile.words().words();
        let house = House {
            identity: Identity::from_file(&vector.identity).unwrap(),
            organisation: profile.confirm(&words).unwrap(),
            sender: SigningKey::draw().unwrap(),
            caseworker: SigningKey::draw().unwrap(),
            receipt: SigningKey::draw().unwrap(),
        };
        let opened = house.open(&std::fs::read(folder.join("bundle.age")).unwrap());
        let rule = |e: &OpenError| e.rule().map_or("the disk", Rule::code);
        let found = opened.as_ref().map_or_else(rule, |_| "ok");
        assert_eq!(found, vector.result, "{folder:?}");
        if let Ok(opened) = opened {
            let parts = opened.parts.iter().filter(|p| p.kind == PartKind::Evidence);
            let evidence: Vec<_> = parts
                .zip(&opened.evidence)
                .map(|(p, bytes)| (p.name.clone(), Hash::of(bytes).to_string()))
                .collect();
            assert_eq!(evidence, vector.evidence);
        }
        results.insert(vector.result);
    }
    assert!(results.contains("ok") && results.len() >= 7, "{results:?}");
}

#[test]
#[ignore = "writes the vectors of this format; never for one that was released"]
fn write_vectors() {
    for (house, suffix) in houses().iter().zip(["", "-hybrid"]) {
        write_for(house, suffix);
    }
}

pub(super) fn write(house: &House, folder: &Path, result: &str, bundle: &[u8]) {
    std::fs::create_dir_all(folder).unwrap();
    let vector = Vector {
        result: result.into(),
        identity: house.identity.to_file().to_string(),
        credentials: house.organisation.profile().credentials().clone(),
        evidence: vec![("../../etc/passwd".into(), Hash::of(b"evidence").to_string())],
    };
    let json = serde_json::to_vec_pretty(&vector).unwrap();
    std::fs::write(folder.join("vector.json"), json).unwrap();
    std::fs::write(folder.join("bundle.age"), bundle).unwrap();
}

/// What the reader in `tests/opener/` gives for each folder: `ok`, or the code of the rule.
pub(super) fn read_by_the_document(folders: &[PathBuf]) -> Vec<String> {
    let own = std::env::current_exe().unwrap();
    let python = own.ancestors().nth(3).unwrap().join("opener/bin/python");
    assert!(
        python.is_file(),
        "{} is missing: scripts/setup.sh",
        python.display()
    );
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = std::process::Command::new(python)
        .arg("-B")
        .arg(root.join("tests/opener/bundle.py"))
        .arg("--vectors")
        .args(folders)
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let told: Vec<String> = told
        .lines()
        .map(|line| {
            let told: serde_json::Value = serde_json::from_str(line).unwrap();
            told["result"].as_str().unwrap().to_owned()
        })
        .collect();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(told.len(), folders.len(), "{errors}");
    told
}

/// The other reader, written from the document, sees every vector as this one does.
#[test]
fn every_vector_gives_its_result_by_the_document_alone() {
    let folders = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/vectors"));
    let mut folders: Vec<PathBuf> = std::fs::read_dir(folders)
        .unwrap()
        .map(|item| item.unwrap().path())
        .collect();
    folders.sort();
    for (folder, found) in folders.iter().zip(read_by_the_document(&folders)) {
        let vector = std::fs::read(folder.join("vector.json")).unwrap();
        let vector: Vector = serde_json::from_slice(&vector).unwrap();
        assert_eq!(found, vector.result, "{folder:?}");
    }
}

fn write_for(house: &House, suffix: &str) {
    let folders = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/vectors"));
    let write = |name: &str, result: &str, bundle: &[u8]| {
        let folder = folders.join(format!("{name}{suffix}"));
        write(house, &folder, result, bundle);
    };
    let good = house.seal(&[b"evidence"]);
    write("report", "ok", &good);
    let mut flipped = good.clone();
    flipped[200_000] ^= 1;
    write("flipped-bit", "ciphertext", &flipped);
    write("cut", "size", &good[..200_000]);
    write("nine-recipients", "header-many", &one_stanza_more(&good));
    let plain = inside(house, &[b"evidence"]);
    type Change<'a> = &'a dyn Fn(&mut Entries);
    let changed: [(&str, &str, Change<'_>); 8] = [
        ("signed-by-a-stranger", "signature", &|e| {
            let stranger = SigningKey::draw().unwrap();
            let signature = stranger.sign(Purpose::Report.string(), &e[0].bytes);
            e[1].put(signature);
        }),
        ("entry-with-a-path", "entry-name", &|e| {
            e[7].field(0, b"files/../x")
        }),
        ("newer-format", "newer-format", &|e| {
            remanifest(house, e, |m| m["format"] = "chronicle/bundle/v2".into());
        }),
        ("newer-purpose", "newer-purpose", &|e| {
            remanifest(house, e, |m| m["purpose"] = "withdrawal".into());
        }),
        ("other-organisation", "organisation", &|e| {
            let other = Hash::of(b"other").to_string();
            remanifest(house, e, |m| m["organisation"] = other.into());
        }),
        ("renamed", "commitment", &|e| {
            reopen(e, |p| p[4].name = "harmless.jpg".into());
        }),
        ("broken-custody", "custody-begin", &|e| {
            let text = String::from_utf8(e[6].bytes.clone()).unwrap();
            refill(house, e, 3, text.replace("imported", "exported").as_bytes());
        }),
        ("another-key-before", "ok", &|e| {
            let said = rules::successions(house, 2);
            remanifest(house, e, |m| m["succeeds"] = serde_json::json!(said));
        }),
    ];
    for (name, result, change) in changed {
        let mut entries = plain.clone();
        change(&mut entries);
        write(name, result, &sealed(house, &entries));
    }
    let mut ones = Vec::new();
    plain.iter().for_each(|entry| entry.write(&mut ones));
    let ones = sealed_as(house, ones.len() as u64 + 1024, |exact| {
        ones.resize(exact, 1);
        ones
    });
    write("padding-of-ones", "padding", &ones);
}

/// A stanza more than a bundle has, and of the same length as a whole.
fn one_stanza_more(bundle: &[u8]) -> Vec<u8> {
    let first = bundle.iter().position(|b| *b == b'\n').unwrap() + 1;
    let lines: Vec<&[u8]> = bundle[first..].splitn(3, |b| *b == b'\n').collect();
    let stanza = [lines[0], b"\n", lines[1], b"\n"].concat();
    let mut longer = [&bundle[..first], &stanza, &bundle[first..]].concat();
    longer.truncate(bundle.len());
    longer
}
