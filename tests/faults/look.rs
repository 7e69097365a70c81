//! What a vault holds, looked at by the library in this process: everything that `list`, `show` and `status` would say, with
//! every file of evidence and every bundle read to its end. Anything that is not as it should be is an error.

use chronicle_journal::Journal;
use chronicle_passphrase::Passphrase;
use chronicle_tests::PASSPHRASE;
use chronicle_vault::{Entry, Error, Finding, Keys, Unlocked, Vault};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

/// A vault that opened without repair.
#[derive(Debug)]
pub struct Seen {
    /// What it holds; `None` when there is no vault.
    pub state: Option<Value>,
    /// Files that neither the format nor any record names.
    pub strays: Vec<String>,
}

/// Opens the vault in `folder`. The error is everything that is wrong with it.
pub fn look(folder: &Path) -> Result<Seen, String> {
    look_by(folder, &passphrase())
}

/// The same by another passphrase.
pub fn look_by(folder: &Path, passphrase: &Passphrase) -> Result<Seen, String> {
    if !chronicle_vault::exists(folder) {
        return Ok(Seen {
            state: None,
            strays: Vec::new(),
        });
    }
    let unlocked = unlock(folder, passphrase).map_err(|e| format!("does not open: {e}"))?;
    let wrong = amiss(&unlocked.findings);
    if !wrong.is_empty() {
        return Err(format!("opens with findings: {wrong:?}"));
    }
    let mut named = BTreeSet::new();
    unlocked.entries.iter().for_each(|e| names(e, &mut named));
    bundles(folder, &unlocked.entries)?;
    drop(unlocked);
    let journal = journal(folder, passphrase).map_err(|e| format!("is no journal: {e}"))?;
    let wrong = amiss(journal.findings());
    if !wrong.is_empty() {
        return Err(format!("was read with findings: {wrong:?}"));
    }
    Ok(Seen {
        state: Some(state(&journal)?),
        strays: strays(folder, &named),
    })
}

// Files that no record names are counted apart: a disk that dies, or a loss of power, may leave them.
fn amiss(findings: &[Finding]) -> Vec<&Finding> {
    findings.iter().filter(|f| f.alarms()).collect()
}

// A process that another thread is just starting holds every open file of this one, locks too, until it runs.
fn keys(folder: &Path, passphrase: &Passphrase) -> Result<Keys, Error> {
    let end = Instant::now() + Duration::from_secs(2);
    loop {
        match Vault::keys(folder, chronicle_journal::secret(passphrase)) {
            Err(Error::InUse) if Instant::now() < end => {
                std::thread::sleep(Duration::from_millis(2))
            }
            other => return other,
        }
    }
}

fn unlock(folder: &Path, passphrase: &Passphrase) -> Result<Unlocked, Error> {
    keys(folder, passphrase)?.open()
}

fn journal(folder: &Path, passphrase: &Passphrase) -> Result<Journal, chronicle_journal::Error> {
    Journal::with_keys(keys(folder, passphrase)?, &mut |_| {})
}

/// The passphrase of every vault here.
pub fn passphrase() -> Passphrase {
    Passphrase::new(PASSPHRASE).expect("a passphrase")
}

/// A state without what chance draws anew in every run: ids, and the order that they give.
pub fn without_chance(state: &Value) -> Value {
    match state {
        Value::Array(list) => Value::Array(list.iter().map(without_chance).collect()),
        Value::Object(map) => {
            let one = |(name, value): (&String, &Value)| {
                let kept = name == "sha256";
                let value = if kept {
                    value.clone()
                } else {
                    without_chance(value)
                };
                (name.clone(), value)
            };
            let mut map: serde_json::Map<String, Value> = map.iter().map(one).collect();
            for list in ["incidents", "deliveries"] {
                if let Some(Value::Array(list)) = map.get_mut(list) {
                    list.sort_by_key(Value::to_string);
                }
            }
            Value::Object(map)
        }
        Value::String(text) => Value::String(without_ids(text)),
        other => other.clone(),
    }
}

fn without_ids(text: &str) -> String {
    let (mut out, mut run) = (String::new(), String::new());
    for letter in text.chars().chain(['\n']) {
        if letter.is_ascii_hexdigit() {
            run.push(letter);
            continue;
        }
        out.push_str(if run.len() >= 32 { "#" } else { &run });
        run.clear();
        out.push(letter);
    }
    out
}

fn state(journal: &Journal) -> Result<Value, String> {
    let mut incidents = Vec::new();
    for line in journal
        .incidents(&jiff::Zoned::now())
        .map_err(|e| format!("{e}"))?
    {
        let view = journal
            .incident(&line.id, &jiff::Zoned::now())
            .map_err(|e| format!("{e}"))?;
        for item in &view.evidence {
            let wrong = |e: &dyn std::fmt::Display| format!("evidence {}: {e}", item.name);
            let (about, mut content) =
                journal.content(&line.id, &item.id).map_err(|e| wrong(&e))?;
            let mut hash = Sha256::new();
            std::io::copy(&mut content, &mut hash).map_err(|e| wrong(&e))?;
            if hex::encode(hash.finalize()) != about.sha256 {
                return Err(wrong(&"is not what was taken in"));
            }
        }
        incidents.push(json!({ "line": line, "shown": view }));
    }
    Ok(json!({
        "incidents": incidents,
        "deliveries": journal.deliveries(&jiff::Zoned::now()),
        "organisations": journal.organisations(&"2026-03-14T12:04:00Z[UTC]".parse().expect("a time")),
    }))
}

// Bundles lie as they are; their records say what they are.
fn bundles(folder: &Path, entries: &[Entry]) -> Result<(), String> {
    for entry in entries.iter().filter(|e| e.kind == "delivery") {
        let bundle = &entry.body["bundle"];
        let name = bundle["bundle"].as_str().expect("a bundle has a name");
        let bytes = std::fs::read(folder.join("blobs").join(name))
            .map_err(|e| format!("bundle {name}: {e}"))?;
        if bundle["sha256"] != hex::encode(Sha256::digest(&bytes)) {
            return Err(format!("bundle {name} is not what was sealed"));
        }
    }
    Ok(())
}

fn names(entry: &Entry, named: &mut BTreeSet<String>) {
    for part in ["blob", "bundle"] {
        if let Some(name) = entry.body[part][part].as_str() {
            named.insert(name.to_owned());
        }
    }
}

fn strays(folder: &Path, named: &BTreeSet<String>) -> Vec<String> {
    let list = |folder: &Path| -> Vec<String> {
        std::fs::read_dir(folder)
            .expect("the folder is there")
            .map(|item| item.expect("its item").file_name().into_string().unwrap())
            .collect()
    };
    let own = list(folder)
        .into_iter()
        .filter(|name| !LAYOUT.contains(&name.as_str()) && !name.ends_with(".part"));
    let blobs = list(&folder.join("blobs"))
        .into_iter()
        .filter(|name| !named.contains(name));
    own.chain(blobs).collect()
}

const LAYOUT: [&str; 7] = [
    "lock",
    "key.age",
    "recovery.age",
    "ring.age",
    "vault.db",
    "vault.db-journal",
    "blobs",
];
