//! An organisation, a sender, and the report that goes from one to the other.

use super::house::House;
use crate::texts::{self, Dice};
use chronicle_bundle::custody::{CustodyChain, to_text};
use chronicle_bundle::{Expected, Opened, Part, PartKind, PartSource, RecipientType};
use chronicle_wire::{Hash, SigningKey};
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// A report without files, of 20 KiB with its text and its custody.
pub struct Report {
    pub json: String,
    pub text: String,
    pub custody: String,
}

impl Report {
    /// One whose custody tells of `evidence` too.
    pub fn new(evidence: Option<Hash>) -> Self {
        let begun = |id: &str, action: &str, hash| {
            let mut chain = CustodyChain::default();
            chain.append(id, "2026-03-14T12:00:00Z", action, hash);
            chain
        };
        let item = evidence.map(|hash| begun(&"0b".repeat(16), "imported", Some(hash)));
        let report = begun(ID, "created", None);
        let custody = to_text(std::iter::once(&report).chain(&item));
        let mut dice = Dice(5);
        let told = |dice: &mut Dice, size: usize| {
            let mut text = String::new();
            while text.len() < size {
                text.push_str(&texts::report(dice).what.narrative);
                text.push('\n');
            }
            text.truncate(text.floor_char_boundary(size));
            text
        };
        let half = (SIZE - custody.len()) / 2;
        let json = serde_json::json!({ "what": { "narrative": told(&mut dice, half - 500) } });
        let json = json.to_string();
        let text = told(&mut dice, SIZE - custody.len() - json.len());
        Self {
            json,
            text,
            custody,
        }
    }

    /// Its parts, by the names of the files they become.
    pub fn parts(&self) -> [(PartKind, &str, &[u8]); 3] {
        [
            (PartKind::Report, "report.json", self.json.as_bytes()),
            (PartKind::Text, "report.txt", self.text.as_bytes()),
            (PartKind::Custody, "custody.jsonl", self.custody.as_bytes()),
        ]
    }
}

/// A file that goes along, as the journal keeps it: hashed when it was taken in.
pub struct Evidence {
    pub path: PathBuf,
    pub size: u64,
    pub hash: Hash,
}

impl Evidence {
    /// Hashes the file.
    pub fn of(path: &Path) -> Self {
        let file = File::open(path).unwrap();
        Self {
            path: path.to_owned(),
            size: file.metadata().unwrap().len(),
            hash: Hash::of_reader(file).unwrap(),
        }
    }
}

/// Who seals, and to whom.
pub struct Sealer {
    house: House,
    sender: SigningKey,
}

impl Sealer {
    /// An organisation with one recipient of this type: seven are drawn for each bundle.
    pub fn new(of: RecipientType) -> Self {
        Self {
            house: House::of("Open Border", of),
            sender: SigningKey::draw().unwrap(),
        }
    }

    /// Seals the report; gives the bundle's size.
    pub fn seal(&self, report: &Report, evidence: Option<&Evidence>, out: &mut dyn Write) -> u64 {
        let letter = self.house.letter(&self.sender, ID);
        let small = report.parts();
        let small = small.map(|(kind, _, bytes)| PartSource::bytes(kind, bytes));
        let file = evidence.map(|e| PartSource {
            kind: PartKind::Evidence,
            name: "recording".into(),
            size: e.size,
            sha256: e.hash,
            content: Box::new(File::open(&e.path).unwrap()),
        });
        let parts = small.into_iter().chain(file).collect();
        let sealed = chronicle_bundle::seal(&letter, parts, out, &mut |_| true);
        sealed.unwrap().size
    }

    /// Opens and verifies a bundle.
    pub fn open<T>(
        &self,
        bundle: impl Read + Send,
        length: u64,
        keep: impl FnMut(&Part, &mut dyn Read) -> std::io::Result<T>,
    ) -> Opened<T> {
        let profile = self.house.organisation.profile();
        let expected = Expected {
            organisation: profile.organisation(),
            roots: &[profile.root_hash()],
            recipients: &[profile.recipients_hash()],
            recipient_types: &[&profile.body().recipient_type],
        };
        let identities = std::slice::from_ref(&self.house.identity);
        chronicle_bundle::open(bundle, length, identities, &expected, keep).unwrap()
    }
}

const ID: &str = "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a";
const SIZE: usize = 20 * 1024;
