//! A second reader of receipts, written from `PROTOCOL.md` alone, says the same of each.

use super::*;
use std::path::Path;
use std::process::Command;

/// What the other one says: `ok`, or the code of a refusal.
fn told(folder: &Path, document: &SignedDocument, sha256: Hash, size: u64, sealed: Day) -> String {
    let receipt = folder.join("receipt.json");
    std::fs::write(&receipt, serde_json::to_vec(document).unwrap()).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let own = std::env::current_exe().unwrap();
    let python = own.ancestors().nth(3).unwrap().join("opener/bin/python");
    assert!(python.is_file(), "{python:?} is missing: scripts/setup.sh");
    let output = Command::new(python)
        .arg("-B")
        .arg(root.join("tests/opener/receipt.py"))
        .args([&receipt, &folder.join("credentials.json")])
        .args([sha256.to_string(), size.to_string(), sealed.to_string()])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).expect(&said);
    assert_eq!(output.status.success(), answer["result"] == "ok");
    answer["result"].as_str().unwrap().to_owned()
}

#[test]
fn another_reader_of_receipts_agrees() {
    let mut f = founded();
    let again = KeyEntry {
        from: day("2026-08-01"),
        until: day("2027-08-01"),
        ..f.body.keys[0].clone()
    };
    let caseworker = KeyEntry {
        key: f.profile_key.public(),
        role: Role::Caseworker,
        ..again.clone()
    };
    f.body.keys.extend([again, caseworker]);
    let profile = f.verify().unwrap();
    let (org, sha) = (profile.organisation(), Hash::of(b"ciphertext"));
    let sign = |d: &str, key: &SigningKey| StoredReceipt::sign(org, sha, 9, day(d), key);
    let good = sign("2026-02-03", &f.receipt_key);
    let elsewhere = StoredReceipt::sign(Hash::of(b"x"), sha, 9, day("2026-02-03"), &f.receipt_key);
    let mut swapped = good.clone();
    swapped.signatures = sign("2026-02-04", &f.receipt_key).signatures;
    let mut nobody = good.clone();
    nobody.signatures.clear();
    let mut longer = good.clone();
    longer.body = longer.body.replace("\"size\":9", "\"size\":10");
    let sealed = "2026-02-01";
    let receipts = [
        ("right", good.clone(), sealed),
        ("sealed 30 days later", good.clone(), "2026-03-05"),
        ("sealed 31 days later", good.clone(), "2026-03-06"),
        ("sealed long before", good, "2025-01-01"),
        (
            "30 days after the window",
            sign("2026-04-30", &f.receipt_key),
            sealed,
        ),
        (
            "31 days after it",
            sign("2026-05-01", &f.receipt_key),
            sealed,
        ),
        (
            "31 days before the next",
            sign("2026-07-01", &f.receipt_key),
            sealed,
        ),
        (
            "30 days before it",
            sign("2026-07-02", &f.receipt_key),
            sealed,
        ),
        (
            "within 90 days of it",
            sign("2026-11-29", &f.receipt_key),
            sealed,
        ),
        (
            "later, whatever it says",
            sign("2026-11-30", &f.receipt_key),
            sealed,
        ),
        (
            "a caseworker's key",
            sign("2026-09-01", &f.profile_key),
            sealed,
        ),
        (
            "a stranger's key",
            sign("2026-02-03", &SigningKey::draw().unwrap()),
            sealed,
        ),
        ("another organisation", elsewhere, sealed),
        ("another's signature", swapped, sealed),
        ("no signature", nobody, sealed),
        ("another size", longer, sealed),
    ];
    let folder = tempfile::tempdir().unwrap();
    let credentials = serde_json::to_vec(&f.credentials()).unwrap();
    std::fs::write(folder.path().join("credentials.json"), credentials).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for (name, document, sealed) in receipts {
        let sealed = day(sealed);
        let ours = match StoredReceipt::verify(&document, &profile, sha, 9, sealed) {
            Ok(_) => "ok",
            Err(TrustError::ReceiptDay) => "receipt-day",
            Err(_) => "receipt",
        };
        assert_eq!(
            told(folder.path(), &document, sha, 9, sealed),
            ours,
            "{name}"
        );
        seen.insert(ours);
    }
    assert_eq!(seen.len(), 3);
}
