//! Golden vaults, found by directory: every released format stays openable. Each folder of `vectors/` holds `vault/`,
//! `passphrase` and `expected.json` (the records' kinds and bodies, and the SHA-256 of each blob named in them); from format 2 on
//! also `code` and `more.json` (the sheet, an identity, the spool).

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use chronicle_vault::secrecy::SecretString;
use chronicle_vault::{
    BlobRef, Entry, Error, Finding, RawRef, Unlocked, Vault, VaultKind, in_record,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fs::Permissions;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

#[derive(Serialize, Deserialize)]
struct Body {
    word: String,
    #[serde(with = "in_record")]
    blob: BlobRef,
}

#[test]
fn every_golden_vault_opens() {
    let mut seen = 0;
    for item in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/vectors")).unwrap() {
        let folder = item.unwrap().path();
        let copy = tempfile::tempdir().unwrap();
        copy_tree(&folder.join("vault"), copy.path());
        let open = Vault::unlock(copy.path(), secret_in(&folder.join("passphrase"))).unwrap();
        assert_eq!(open.findings, [], "{folder:?}");
        let expected: Value =
            serde_json::from_slice(&std::fs::read(folder.join("expected.json")).unwrap()).unwrap();
        let expected = expected.as_array().unwrap();
        assert_eq!(open.entries.len(), expected.len());
        for (entry, wanted) in open.entries.iter().zip(expected) {
            assert_eq!(
                (entry.kind.as_str(), entry.seq),
                (
                    wanted["kind"].as_str().unwrap(),
                    wanted["seq"].as_u64().unwrap()
                )
            );
            assert_eq!(entry.body["word"], wanted["word"]);
            let (content, sha256) = content(&open.vault, entry);
            assert_eq!(sha256, wanted["sha256"].as_str().unwrap());
            assert_eq!(content, wanted["content"].as_str().unwrap());
        }
        if folder.join("more.json").exists() {
            more(&folder, open, copy.path());
        }
        seen += 1;
    }
    assert!(seen > 1, "there is a golden vault of each format");
}

// What a record's file holds, and its hash: evidence, or a bundle as it lies.
fn content(vault: &Vault, entry: &Entry) -> (String, String) {
    let mut content = String::new();
    let sha256 = if entry.kind == "bundle" {
        let raw: RawRef = serde_json::from_value(entry.body["file"].clone()).unwrap();
        let mut file = vault.open_raw(&raw).unwrap();
        file.read_to_string(&mut content).unwrap();
        raw.sha256
    } else {
        let body: Body = serde_json::from_value(entry.body.clone()).unwrap();
        vault.verify_blob(&body.blob).unwrap();
        let mut file = vault.open_blob(&body.blob).unwrap();
        file.read_to_string(&mut content).unwrap();
        body.blob.sha256().to_owned()
    };
    (content, sha256)
}

// What came with format 2: identities, the spool, the sheet; and a check finds nothing but the cheap passphrases.
fn more(folder: &Path, open: Unlocked, copy: &Path) {
    let more = std::fs::read(folder.join("more.json")).unwrap();
    let more: Value = serde_json::from_slice(&more).unwrap();
    let Unlocked { vault, entries, .. } = open;
    let identity = vault.identity(more["identity"].as_str().unwrap()).unwrap();
    assert_eq!(*identity, more["text"].as_str().unwrap().as_bytes());
    let spooled = vault.spooled().unwrap();
    let texts = spooled.iter().map(|s| s.text.as_ref().unwrap().as_slice());
    let texts: Vec<&str> = texts.map(|t| std::str::from_utf8(t).unwrap()).collect();
    assert_eq!(texts, [more["spooled"].as_str().unwrap()]);
    let mut check = vault.check().unwrap();
    check.read_data(&mut |_| true).unwrap();
    let cheap = ["key.age", "recovery.age"].map(|name| Finding::KeyFile(name.to_owned()));
    assert_eq!(check.findings(), cheap, "{folder:?}");
    drop(vault);
    let recovered = Vault::recover(copy, secret_in(&folder.join("code"))).unwrap();
    let keys = recovered.set_passphrase_with(secret("another"), now(), 10);
    assert_eq!(keys.unwrap().open().unwrap().entries.len(), entries.len());
}

#[test]
#[ignore = "writes a golden vault; run once for each format, never for one that was released"]
fn write_vector() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/format-2"));
    assert!(!folder.exists(), "a golden vault is never written anew");
    std::fs::create_dir_all(folder).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write("passphrase", "second vector passphrase\n");
    write("code", "vector code\n");
    let at = folder.join("vault");
    let first = secret("first vector passphrase");
    let mut vault = Vault::create_with(&at, VaultKind::Desk, first, 10).unwrap();
    let mut expected = Vec::new();
    let mut put = |vault: &mut Vault, kind: &str, body: &Value, sha256: &str, content: &str| {
        let seq = vault.commit(now(), |c| c.append(kind, body)).unwrap();
        expected.push(json!({ "kind": kind, "seq": seq, "word": body["word"], "sha256": sha256, "content": content }));
    };
    let content = "content of Первая";
    let mut writer = vault.new_blob().unwrap();
    writer.write_all(content.as_bytes()).unwrap();
    let blob = writer.finish().unwrap();
    let word = "Первая".to_owned();
    let body = Body { word, blob };
    let sha256 = body.blob.sha256().to_owned();
    let body = serde_json::to_value(body).unwrap();
    put(&mut vault, "note", &body, &sha256, content);
    vault
        .keep_sheet_with(secret("vector code"), now(), 10)
        .unwrap();
    // A record that was removed: its number is never used again, and it is not missing.
    let removed = vault.commit(now(), |c| c.append("note", &json!({})));
    let removed = removed.unwrap();
    vault.commit(now(), |c| c.remove(removed)).unwrap();
    let second = secret("second vector passphrase");
    vault.change_with(second, now(), 10).unwrap();
    let raw =
        vault.new_raw(|out| -> Result<(), Error> { Ok(out.write_all(b"a bundle, as it came")?) });
    let raw = raw.unwrap();
    let body = json!({ "word": "دوم", "file": raw });
    put(
        &mut vault,
        "bundle",
        &body,
        &raw.sha256,
        "a bundle, as it came",
    );
    let text = "an identity";
    let identity = vault.keep_identity(text.as_bytes()).unwrap();
    vault.commit(now(), |c| c.name_identity(&identity)).unwrap();
    vault.lock().unwrap().spool(b"a receipt").unwrap();
    let more = json!({ "identity": identity.name(), "text": text, "spooled": "a receipt" });
    write("more.json", &format!("{more:#}\n"));
    write("expected.json", &format!("{:#}\n", Value::Array(expected)));
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

fn secret_in(file: &Path) -> SecretString {
    secret(std::fs::read_to_string(file).unwrap().trim())
}

fn now() -> jiff::Timestamp {
    "2026-11-27T12:00:00Z".parse().unwrap()
}

fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    std::fs::set_permissions(to, Permissions::from_mode(0o700)).unwrap();
    for item in std::fs::read_dir(from).unwrap() {
        let path = item.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_tree(&path, &target)
        } else {
            std::fs::copy(&path, &target).unwrap();
            // As the program made it: private.
            std::fs::set_permissions(&target, Permissions::from_mode(0o600)).unwrap();
        }
    }
}
