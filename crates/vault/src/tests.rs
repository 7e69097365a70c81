//! The vault under attack and under failure.

mod again;
mod backup;
mod blobs;
mod checking;
mod index;
mod keys;
mod locked;
mod making;
mod seek;
mod settings;
mod tamper;

use crate::record::Line;
use crate::ring::KEY_FILE;
use crate::sealed::seal_to;
use crate::store::BLOBS;
use crate::table::DATABASE;
use crate::{BlobRef, Doubt, Error, Finding, RawRef, Unlocked, Vault, VaultKind, exists};
use age::secrecy::SecretString;
use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde_json::json;
use std::path::Path;

fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

fn now() -> Timestamp {
    "2026-03-14T12:00:00Z".parse().unwrap()
}

fn fresh(folder: &Path) -> Vault {
    Vault::create_with(folder, VaultKind::Journal, secret("pass"), LOG_N).unwrap()
}

fn unlock(folder: &Path) -> Unlocked {
    unlock_by(folder, "pass")
}

fn unlock_by(folder: &Path, passphrase: &str) -> Unlocked {
    Vault::unlock(folder, secret(passphrase)).unwrap()
}

fn put(vault: &mut Vault, word: &str) -> u64 {
    vault
        .commit(now(), |c| c.append("note", &json!({ "word": word })))
        .unwrap()
}

fn words(open: &Unlocked) -> Vec<&str> {
    open.entries
        .iter()
        .map(|e| e.body["word"].as_str().unwrap())
        .collect()
}

fn raw_sql(folder: &Path, sql: &str) {
    Connection::open(folder.join(DATABASE))
        .unwrap()
        .execute_batch(sql)
        .unwrap();
}

// Evidence in a record that names it.
fn put_file(vault: &mut Vault, content: &[u8]) -> (u64, BlobRef) {
    use std::io::Write;
    let mut writer = vault.new_blob().unwrap();
    writer.write_all(content).unwrap();
    let blob = writer.finish().unwrap();
    let seq = vault
        .commit(now(), |c| c.append("evidence", &body(&blob)))
        .unwrap();
    (seq, blob)
}

fn body(blob: &BlobRef) -> serde_json::Value {
    let file = crate::in_record::serialize(blob, serde_json::value::Serializer).unwrap();
    json!({ "word": "file", "file": file })
}

const LOG_N: u8 = 10;
