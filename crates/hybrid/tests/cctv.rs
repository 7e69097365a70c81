//! The published vectors of the age format (C2SP CCTV, in `vectors/cctv`): each file opens, or is refused at the step at which
//! the specification says so, and nothing is released that is not the plaintext. With the identities of this crate and of age.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use age::DecryptError;
use age::secrecy::SecretString;
use age::{Decryptor, Identity};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

struct Vector {
    name: String,
    told: BTreeMap<String, Vec<String>>,
    file: Vec<u8>,
}

impl Vector {
    fn all() -> Vec<Self> {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/cctv"));
        let items = std::fs::read_dir(folder).unwrap();
        items
            .map(|item| Self::read(&item.unwrap().path()))
            .collect()
    }

    fn read(path: &Path) -> Self {
        let bytes = std::fs::read(path).unwrap();
        let end = bytes.windows(2).position(|w| w == b"\n\n").unwrap();
        let (head, rest) = bytes.split_at(end);
        let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in std::str::from_utf8(head).unwrap().lines() {
            let (name, value) = line.split_once(": ").unwrap();
            told.entry(name.to_owned())
                .or_default()
                .push(value.to_owned());
        }
        let rest = rest.strip_prefix(b"\n\n").unwrap();
        let mut file = Vec::new();
        if told.contains_key("compressed") {
            let mut reader = flate2::read::ZlibDecoder::new(rest);
            let _ = reader.read_to_end(&mut file).unwrap();
        } else {
            file.extend_from_slice(rest);
        }
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        Self { name, told, file }
    }

    fn one(&self, name: &str) -> Option<&str> {
        self.told.get(name).map(|all| all[0].as_str())
    }

    fn identities(&self) -> Vec<Box<dyn Identity>> {
        let mut all: Vec<Box<dyn Identity>> = Vec::new();
        for text in self.told.get("identity").into_iter().flatten() {
            match text.parse::<chronicle_hybrid::Identity>() {
                Ok(hybrid) => all.push(Box::new(hybrid)),
                Err(_) => all.push(Box::new(text.parse::<age::x25519::Identity>().unwrap())),
            }
        }
        for text in self.told.get("passphrase").into_iter().flatten() {
            let mut by = age::scrypt::Identity::new(SecretString::from(text.clone()));
            by.set_max_work_factor(22);
            all.push(Box::new(by));
        }
        all
    }

    // How it ends, and what was released until then.
    fn outcome(&self) -> (&'static str, Vec<u8>) {
        let mut released = Vec::new();
        let opened = Decryptor::new_buffered(self.file.as_slice());
        let identities = self.identities();
        let opened = opened.and_then(|d| d.decrypt(identities.iter().map(|i| &**i)));
        let mut reader = match opened {
            Ok(reader) => reader,
            Err(error) => return (class(&error), released),
        };
        match reader.read_to_end(&mut released) {
            Ok(_) => ("success", released),
            Err(_) => ("payload failure", released),
        }
    }
}

fn class(error: &DecryptError) -> &'static str {
    match error {
        DecryptError::NoMatchingKeys | DecryptError::DecryptionFailed => "no match",
        DecryptError::InvalidMac => "HMAC failure",
        // Also where the file ends before the nonce of the payload, which is read with the header.
        _ => "header failure",
    }
}

/// Files of the first age versions, whose stanzas might end without a last short line: the age crate reads them still. Where
/// a file comes from outside, the header is looked at before age sees it, by what has no such mercy.
const LENIENT: [&str; 2] = ["stanza_missing_body", "stanza_missing_final_line"];

#[test]
fn every_published_vector_ends_as_it_must() {
    let vectors = Vector::all();
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for vector in &vectors {
        let expected = vector.one("expect").unwrap();
        let (ended, released) = vector.outcome();
        let _ = seen.insert(expected.to_owned());
        let sound = match vector.one("payload") {
            Some(hash) => hex::encode(Sha256::digest(&released)) == hash,
            None => released.is_empty(),
        };
        let lenient = LENIENT.contains(&vector.name.as_str()) && ended == "success";
        if !lenient && (ended != expected || !sound) {
            wrong.push(format!(
                "{}: {ended}, expected {expected}; payload {sound}",
                vector.name
            ));
        }
    }
    let hybrid = vectors.iter().filter(|v| v.name.starts_with("hybrid"));
    assert_eq!((vectors.len(), hybrid.count()), (110, 18));
    assert_eq!(seen.len(), 5, "{seen:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
