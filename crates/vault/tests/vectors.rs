//! Golden vaults, found by directory: every released format stays openable. Each folder of `vectors/` holds `vault/`,
//! `passphrase` and `expected.json` (the records' kinds and bodies, and the SHA-256 of each blob named in them).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use chronicle_vault::secrecy::SecretString;
use chronicle_vault::{BlobRef, Vault, VaultKind, in_record};
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};
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
        let passphrase = std::fs::read_to_string(folder.join("passphrase")).unwrap();
        let open = Vault::unlock(
            copy.path(),
            SecretString::from(passphrase.trim().to_owned()),
        )
        .unwrap();
        assert_eq!(open.findings, [], "{folder:?}");
        let expected: serde_json::Value =
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
            let body: Body = serde_json::from_value(entry.body.clone()).unwrap();
            open.vault.verify_blob(&body.blob).unwrap();
            assert_eq!(body.blob.sha256(), wanted["sha256"].as_str().unwrap());
            let mut content = String::new();
            open.vault
                .open_blob(&body.blob)
                .unwrap()
                .read_to_string(&mut content)
                .unwrap();
            assert_eq!(content, wanted["content"].as_str().unwrap());
        }
        seen += 1;
    }
    assert!(seen > 0, "there is at least one golden vault");
}

#[test]
#[ignore = "writes a golden vault; run once for each format, never for one that was released"]
fn write_vector() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/format-1"));
    assert!(!folder.exists(), "a golden vault is never written anew");
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("passphrase"), "vector passphrase\n").unwrap();
    let secret = SecretString::from("vector passphrase".to_owned());
    let mut vault =
        Vault::create_with(&folder.join("vault"), VaultKind::Journal, secret, 10).unwrap();
    let mut expected = Vec::new();
    for word in ["first", "Вторая", "سوم"] {
        let content = format!("content of {word}");
        let mut writer = vault.new_blob().unwrap();
        writer.write_all(content.as_bytes()).unwrap();
        let blob = writer.finish().unwrap();
        let sha256 = blob.sha256().to_owned();
        let body = Body {
            word: word.into(),
            blob,
        };
        let at = "2026-11-23T12:00:00Z".parse().unwrap();
        let seq = vault.commit(at, |c| c.append("note", &body)).unwrap();
        expected.push(serde_json::json!({ "kind": "note", "seq": seq, "word": word, "sha256": sha256, "content": content }));
    }
    std::fs::write(
        folder.join("expected.json"),
        serde_json::to_vec_pretty(&expected).unwrap(),
    )
    .unwrap();
}

fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for item in std::fs::read_dir(from).unwrap() {
        let path = item.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_tree(&path, &target)
        } else {
            std::fs::copy(&path, &target).map(|_| ()).unwrap()
        }
    }
}
