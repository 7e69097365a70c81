//! What is in a vault can be read by its format's document alone: the opener in `tests/opener/` is written from it and uses
//! nothing of this project. It must read what the library and the shipped command line read, and name what they name.

use crate::golden;
use chronicle_tests::{Cli, PASSPHRASE, Scene, Secret, Table, flip_a_byte, folder, opened, root};
use chronicle_vault::secrecy::SecretString;
use chronicle_vault::{BlobRef, Unlocked, Vault, VaultKind, in_record};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

#[test]
fn what_the_shipped_command_line_wrote_opens_by_the_document_alone() {
    let scene = Scene::found_shipped();
    let words = scene.words.clone();
    let (picture, note) = (scene.at("picture.bin"), scene.at("note.txt"));
    chronicle_tests::random_file(&picture, 200_000);
    std::fs::write(&note, "записка").unwrap();
    let organisation = scene.join("first", &words);
    let incident = scene.add(&[picture.clone(), note]);
    let _ = scene
        .journal
        .run("send", &[incident.as_str(), "--to", &organisation])
        .ok();
    let vault = vault_of(&scene.journal);
    let read = agree(&vault, Secret::Passphrase, &vault.passphrase);
    assert_eq!(
        (read["generations"].as_u64(), read["kind"].as_str()),
        (Some(1), Some("journal"))
    );
    let shown = scene.journal.json("show", &[&incident]);
    let hash = shown["evidence"][0]["sha256"].as_str().unwrap();
    assert!(
        files(&read)
            .iter()
            .any(|f| f["sha256"] == hash && f["size"] == 200_000)
    );
    assert_eq!(
        files(&read)
            .iter()
            .filter(|f| f.get("key").is_none())
            .count(),
        1,
        "the bundle"
    );

    let code = vault.json("sheet", &["--unpractised"])["code"].clone();
    let code: Vec<&str> = code
        .as_array()
        .unwrap()
        .iter()
        .map(|w| w.as_str().unwrap())
        .collect();
    let code = scene.write("code", &code.join("\n"));
    let second = scene.write("second", "window harvest plural ostrich canyon");
    let new = [Path::new("--new-passphrase-file"), &second];
    let _ = vault.run("passphrase", &new).ok();
    let refused = opened(&vault.vault, &vault.passphrase, Secret::Passphrase);
    assert!(refused.get("refused").is_some(), "the old passphrase");
    let vault = vault.with_passphrase(&second);
    let changed = agree(&vault, Secret::Passphrase, &second);
    assert_eq!(changed["generations"], 2);
    assert_eq!(lines(&changed), lines(&read));
    let none: &[&str] = &[];
    let _ = vault.run("seal-again", none).ok();
    let again = agree(&vault, Secret::Sheet, &code);
    assert_eq!(again["generations"], 1);
    assert_eq!(hashes(&again), hashes(&read));
    assert_ne!(
        files(&again)[0]["name"],
        files(&read)[0]["name"],
        "sealed again"
    );

    let desk = vault_of(&scene.desk);
    let read = agree(&desk, Secret::Passphrase, &desk.passphrase);
    assert_eq!(read["kind"], "desk");
    assert_eq!(read["identities"].as_object().unwrap().len(), 1);
}

#[test]
fn golden_vaults_open_by_the_document_alone() {
    let dir = folder();
    let mut seen = 0;
    for format in golden::formats() {
        for side in ["journal", "desk"] {
            let was = root().join(format!("tests/golden/{format}/{side}"));
            let cli = golden::opened(&format, side, &dir.path().join(&format));
            let before = opened(&was, &cli.passphrase, Secret::Passphrase);
            assert_eq!(before["amiss"], json!([]), "{format} {side}");
            assert_eq!(before["format"].to_string(), format);
            let code = was.with_extension("code");
            if code.exists() {
                assert_eq!(opened(&was, &code, Secret::Sheet), before, "the sheet");
                assert_eq!(before["generations"], 2);
            }
            // Brought to the newest format by the program, it is the same to the opener.
            let after = agree(&vault_of(&cli), Secret::Passphrase, &cli.passphrase);
            assert_eq!(hashes(&after), hashes(&before), "{format} {side}");
            assert_eq!(lines(&after), lines(&before), "{format} {side}");
            seen += files(&before).len();
        }
    }
    assert!(seen > 4, "{seen} files");
}

#[test]
fn what_is_amiss_is_named_by_the_opener_too() {
    let small = Small::make();
    let read = small.agrees("whole", |_| {});
    assert_eq!(
        amiss(&read),
        [json!({ "what": "key-file", "file": "key.age" })],
        "its passphrase is cheap"
    );
    assert_eq!(read["spool"], json!([{ "n": 1, "text": "spooled" }]));
    let [first, second] = [0, 1].map(|i| files(&read)[i].clone());
    let (blob, other) = (
        first["name"].as_str().unwrap(),
        second["name"].as_str().unwrap(),
    );
    let damaged = |file: &Value| json!({ "what": "file-damaged", "record": file["record"], "file": file["name"] });
    let named = |name: &str, expected: &[Value], attack: &dyn Fn(&Path)| {
        let read = small.agrees(name, attack);
        assert_eq!(amiss(&read)[..expected.len()], *expected, "{name}");
        assert_eq!(
            amiss(&read).len(),
            expected.len() + 1,
            "{name}: {}",
            read["amiss"]
        );
    };
    named(
        "a flipped bit",
        &[json!({ "what": "unreadable", "record": 1 })],
        &|at| {
            let mut row = Table::of(at).rows("record")[0].1.clone();
            row[300] ^= 4;
            Table::of(at).put("record", 1, &row);
        },
    );
    named(
        "swapped files",
        &[damaged(&first), damaged(&second)],
        &|at| {
            let blobs = at.join("blobs");
            std::fs::rename(blobs.join(blob), at.join("aside")).unwrap();
            std::fs::rename(blobs.join(other), blobs.join(blob)).unwrap();
            std::fs::rename(at.join("aside"), blobs.join(other)).unwrap();
        },
    );
    let of_identity = [json!({ "what": "identity", "file": small.identity })];
    named("a removed identity", &of_identity, &|at| {
        std::fs::remove_file(at.join("identities").join(&small.identity)).unwrap();
    });
    named("another's identity", &of_identity, &|at| {
        let path = at.join("identities").join(&small.identity);
        std::fs::write(path, &small.forged).unwrap();
    });
    named("a bit of the padding", &[damaged(&second)], &|at| {
        let path = at.join("blobs").join(other);
        let end = std::fs::metadata(&path).unwrap().len();
        flip_a_byte(&path, end - 30);
    });
    named(
        "a removed row",
        &[json!({ "what": "missing", "count": 1, "number": 2 })],
        &|at| {
            let _ = Table::of(at).sql("DELETE FROM record WHERE seq = 2;");
        },
    );
    named(
        "a forged row",
        &[json!({ "what": "foreign", "record": 9 })],
        &|at| {
            Table::of(at).put("record", 9, &small.forged);
        },
    );
    named(
        "an older row",
        &[json!({ "what": "put-back", "number": 5 })],
        &|at| {
            Table::of(at).put("record", 5, &small.removed);
        },
    );
    named("no head", &[json!({ "what": "head-lost" })], &|at| {
        let _ = Table::of(at).sql("DELETE FROM head;");
    });
    named(
        "a spooled row",
        &[json!({ "what": "spool", "record": 7 })],
        &|at| {
            Table::of(at).put("spool", 7, b"age-encryption.org/v1\n");
        },
    );
    named(
        "a file that nobody names",
        &[json!({ "what": "stray", "file": "0".repeat(32) })],
        &|at| {
            std::fs::write(at.join("blobs").join("0".repeat(32)), b"").unwrap();
        },
    );
    // The planted failure: a body that is another one is seen, so that agreeing means something.
    let read = small.agrees("again", |_| {});
    let mut altered = read.clone();
    altered["records"][0]["body"]["word"] = json!("else");
    assert_ne!(lines(&altered), lines(&read));
}

/// A small vault with everything in it, and what an attack on it needs.
struct Small {
    dir: tempfile::TempDir,
    passphrase: PathBuf,
    identity: String,
    forged: Vec<u8>,
    removed: Vec<u8>,
}

impl Small {
    fn make() -> Self {
        let dir = folder();
        let passphrase = dir.path().join("passphrase");
        std::fs::write(&passphrase, PASSPHRASE).unwrap();
        let base = dir.path().join("base");
        let mut vault = Vault::create_with(&base, VaultKind::Journal, secret(), 10).unwrap();
        let mut put = |body: &Value| vault.commit(now(), |c| c.append("note", body)).unwrap();
        for word in ["first", "Вторая"] {
            let _ = put(&json!({ "word": word }));
        }
        // The second ends in more than one piece of nothing but zeros.
        for content in [&b"some evidence"[..], &vec![7; 4_200_000]] {
            let blob = evidence(&vault, content);
            let body = json!({ "deep": [written(&blob)] });
            let _ = vault
                .commit(now(), |c| c.append("evidence", &body))
                .unwrap();
        }
        let gone = vault.commit(now(), |c| c.append("note", &json!({ "word": "gone" })));
        let gone = gone.unwrap();
        drop(vault);
        let (_, removed) = Table::of(&base).rows("record").pop().unwrap();
        let mut vault = Vault::unlock(&base, secret()).unwrap().vault;
        vault.commit(now(), |c| c.remove(gone)).unwrap();
        let identity = vault.keep_identity(b"an identity").unwrap();
        vault.commit(now(), |c| c.name_identity(&identity)).unwrap();
        let line = json!({ "vault": vault.id(), "seq": 9, "at": "2026-03-14T12:00:00Z", "kind": "note", "body": {} });
        let text = format!("{line}\n{}\n", "00".repeat(32));
        let forged = vault.sealer().unwrap().seal(text.as_bytes()).unwrap();
        vault.lock().unwrap().spool(b"spooled").unwrap();
        Self {
            dir,
            passphrase,
            identity: format!("{}.age", identity.name()),
            forged,
            removed,
        }
    }

    // After an attack on a copy: what the opener reads, which is what the library reads.
    fn agrees(&self, name: &str, attack: impl FnOnce(&Path)) -> Value {
        let copy = self.dir.path().join(name);
        golden::copy(&self.dir.path().join("base"), &copy);
        attack(&copy);
        same(&copy, Secret::Passphrase, &self.passphrase)
    }
}

// What the opener reads; it is what the library reads, and what a check by the shipped command line counts.
fn agree(vault: &Cli, by: Secret, file: &Path) -> Value {
    let checked = vault.json("check", &["--read-data"]);
    let read = same(&vault.vault, by, file);
    assert_eq!(checked["findings"], read["amiss"]);
    let count = |list: &Value| list.as_array().unwrap().len();
    assert_eq!(
        (&checked["records"], &checked["files"]),
        (
            &json!(count(&read["records"])),
            &json!(count(&read["files"]))
        )
    );
    let bytes: u64 = files(&read)
        .iter()
        .map(|f| f["size"].as_u64().unwrap())
        .sum();
    assert_eq!(checked["bytes"], bytes);
    read
}

fn same(vault: &Path, by: Secret, file: &Path) -> Value {
    let read = opened(vault, file, by);
    if by == Secret::Sheet {
        return read;
    }
    let passphrase = std::fs::read_to_string(file).unwrap();
    let passphrase = SecretString::from(passphrase.trim_end().to_owned());
    let Unlocked { vault, entries, .. } = Vault::unlock(vault, passphrase).unwrap();
    let ours: Vec<Value> = entries
        .iter()
        .map(|e| json!({ "vault": vault.id(), "seq": e.seq, "at": e.at.to_string(), "kind": e.kind, "body": e.body }))
        .collect();
    let theirs = read["records"].as_array().unwrap().iter();
    let theirs: Vec<&Value> = theirs.filter(|r| !own(r)).collect();
    assert_eq!(theirs, ours.iter().collect::<Vec<_>>());
    let mut check = vault.check().unwrap();
    check.read_data(&mut |_| true).unwrap();
    let found = check.findings().iter().map(|f| {
        let args = f.args().into_iter();
        (
            f.code().trim_start_matches("finding-").to_owned(),
            args.collect(),
        )
    });
    let mut found: Vec<(String, BTreeMap<&str, String>)> = found.collect();
    found.sort();
    assert_eq!(told(&read), found);
    for (name, hash) in read["identities"].as_object().unwrap() {
        use sha2::Digest;
        let text = vault.identity(name).unwrap();
        assert_eq!(*hash, hex::encode(sha2::Sha256::digest(&*text)));
    }
    read
}

// What is amiss, in the words of the library.
fn told(read: &Value) -> Vec<(String, BTreeMap<&str, String>)> {
    let name = |member: &str| match member {
        "number" => "record",
        "file" => "file",
        "count" => "count",
        _ => "record",
    };
    let mut told: Vec<(String, BTreeMap<&str, String>)> = amiss(read)
        .iter()
        .map(|one| {
            let members = one
                .as_object()
                .unwrap()
                .iter()
                .filter(|(m, _)| *m != "what");
            let args = members.map(|(member, value)| {
                let value = match value {
                    Value::Null => "none".to_owned(),
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                (name(member), value)
            });
            (one["what"].as_str().unwrap().to_owned(), args.collect())
        })
        .collect();
    told.sort();
    told
}

fn amiss(read: &Value) -> Vec<Value> {
    let mut list = read["amiss"].as_array().unwrap().clone();
    // That a passphrase is cheap is told first by one and last by the other.
    list.sort_by_key(|one| one["what"] == "key-file");
    list
}

fn files(read: &Value) -> &Vec<Value> {
    read["files"].as_array().unwrap()
}

fn hashes(read: &Value) -> Vec<&str> {
    let mut all: Vec<&str> = files(read)
        .iter()
        .map(|f| f["sha256"].as_str().unwrap())
        .collect();
    all.sort_unstable();
    all
}

// The records, without the names by which formats differ.
fn lines(read: &Value) -> Vec<String> {
    let records = read["records"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|r| !own(r));
    records
        .map(|r| {
            let body = r["body"].to_string().replace("\"bundle\":", "\"name\":");
            let body = body.replace("\"blob\":\"", "\"name\":\"");
            format!("{} {} {} {body}", r["seq"], r["at"], r["kind"])
        })
        .collect()
}

// Records that the vault keeps for itself.
fn own(record: &Value) -> bool {
    record["kind"].as_str().unwrap().starts_with("vault.")
}

fn vault_of(cli: &Cli) -> Cli {
    Cli {
        side: "vault",
        vault: cli.vault.clone(),
        passphrase: cli.passphrase.clone(),
    }
}

fn evidence(vault: &Vault, content: &[u8]) -> BlobRef {
    let mut writer = vault.new_blob().unwrap();
    writer.write_all(content).unwrap();
    writer.finish().unwrap()
}

fn written(blob: &BlobRef) -> Value {
    in_record::serialize(blob, serde_json::value::Serializer).unwrap()
}

fn secret() -> SecretString {
    SecretString::from(PASSPHRASE.to_owned())
}

fn now() -> jiff::Timestamp {
    "2026-03-14T12:00:00Z".parse().unwrap()
}
