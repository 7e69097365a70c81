//! The vault under attack: forged, removed, altered and swapped things are found and never acted on.

use super::*;
use serde_json::json;
use std::io::{Seek, SeekFrom};

fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

fn now() -> Timestamp {
    "2026-03-14T12:00:00Z".parse().unwrap()
}

fn fresh(folder: &Path) -> Vault {
    Vault::create_with(folder, VaultKind::Journal, secret("pass"), 10).unwrap()
}

fn unlock(folder: &Path) -> Unlocked {
    Vault::unlock(folder, secret("pass")).unwrap()
}

fn put(vault: &mut Vault, word: &str) -> u64 {
    vault
        .commit(now(), |c| c.append("note", &json!({ "word": word })))
        .unwrap()
}

fn raw_sql(folder: &Path, sql: &str) {
    Connection::open(folder.join(DATABASE))
        .unwrap()
        .execute_batch(sql)
        .unwrap();
}

#[test]
fn what_was_committed_is_there_after_the_next_unlock() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    let first = put(&mut vault, "one");
    put(&mut vault, "two");
    vault
        .commit(now(), |c| {
            c.remove(first)?;
            c.append("note", &json!({ "word": "three" }))
        })
        .unwrap();
    drop(vault);
    let open = unlock(dir.path());
    let words: Vec<&str> = open
        .entries
        .iter()
        .map(|e| e.body["word"].as_str().unwrap())
        .collect();
    assert_eq!(words, ["two", "three"]);
    assert_eq!(open.findings, []);
    assert_eq!(open.vault.kind(), VaultKind::Journal);
}

#[test]
fn a_failed_change_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    put(&mut vault, "kept");
    let failed: Result<(), Error> = vault.commit(now(), |c| {
        c.append("note", &json!({ "word": "lost" }))?;
        Err(Error::Cancelled)
    });
    assert!(matches!(failed, Err(Error::Cancelled)));
    put(&mut vault, "also kept");
    drop(vault);
    let open = unlock(dir.path());
    assert_eq!((open.entries.len(), open.findings.len()), (2, 0));
}

#[test]
fn wrong_passphrase_second_process_and_broken_key_files_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(
        Vault::unlock(dir.path(), secret("pass")),
        Err(Error::Missing)
    ));
    let vault = fresh(dir.path());
    assert!(matches!(
        Vault::unlock(dir.path(), secret("pass")),
        Err(Error::InUse)
    ));
    assert!(matches!(
        Vault::create_with(dir.path(), VaultKind::Desk, secret("x"), 10),
        Err(Error::Exists)
    ));
    drop(vault);
    assert!(matches!(
        Vault::unlock(dir.path(), secret("Pass")),
        Err(Error::WrongPassphrase)
    ));
    for name in [KEY_FILE, "ring.age"] {
        let whole = std::fs::read(dir.path().join(name)).unwrap();
        std::fs::write(dir.path().join(name), &whole[..whole.len() - 20]).unwrap();
        assert!(
            matches!(
                Vault::unlock(dir.path(), secret("pass")),
                Err(Error::KeyFile)
            ),
            "{name}"
        );
        std::fs::write(dir.path().join(name), &whole).unwrap();
    }
    raw_sql(dir.path(), "PRAGMA user_version = 2");
    assert!(matches!(
        Vault::unlock(dir.path(), secret("pass")),
        Err(Error::Newer)
    ));
    raw_sql(dir.path(), "PRAGMA user_version = 1");
    unlock(dir.path());
}

#[test]
fn a_record_forged_with_the_recipient_alone_is_foreign() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    put(&mut vault, "mine");
    let recipient = vault.ring.newest().unwrap().identity.to_public();
    let line = serde_json::to_string(&Line {
        vault: vault.id().to_owned(),
        seq: 2,
        at: now(),
        kind: "note".into(),
        body: json!({ "word": "forged" }),
    })
    .unwrap();
    let forged = seal_to(
        &recipient,
        format!("{line}\n{}\n", "00".repeat(32)).as_bytes(),
    )
    .unwrap();
    vault
        .db
        .execute(
            "INSERT INTO record (seq, sealed) VALUES (2, ?1)",
            params![forged],
        )
        .unwrap();
    drop(vault);
    let open = unlock(dir.path());
    assert_eq!(open.entries.len(), 1);
    assert_eq!(open.findings, [Finding::Foreign(2)]);
    // The planted failure: without the MAC this line would have been taken.
    assert!(
        serde_json::from_str::<Line>(&line).is_ok_and(|l| l.seq == 2 && l.vault == open.vault.id())
    );
}

#[test]
fn removed_doubled_swapped_and_flipped_rows_are_found_and_take_nothing_along() {
    type Attack = fn(&Path);
    let table: &[(&str, usize, Attack)] = &[
        ("removed", 2, |d| {
            raw_sql(d, "DELETE FROM record WHERE seq = 2")
        }),
        ("tail cut", 2, |d| {
            raw_sql(d, "DELETE FROM record WHERE seq = 3")
        }),
        ("doubled", 3, |d| {
            raw_sql(
                d,
                "INSERT INTO record SELECT 9, sealed FROM record WHERE seq = 2",
            )
        }),
        ("swapped", 1, |d| {
            raw_sql(
                d,
                "UPDATE record SET seq = 100 WHERE seq = 1; UPDATE record SET seq = 1 WHERE seq = 2; UPDATE record SET seq = 2 WHERE seq = 100",
            );
        }),
        ("flipped", 2, |d| {
            raw_sql(
                d,
                "UPDATE record SET sealed = CAST(substr(sealed, 1, 300) || x'00' || substr(sealed, 302) AS BLOB) WHERE seq = 2",
            );
        }),
        ("head gone", 3, |d| raw_sql(d, "DELETE FROM head")),
        ("head of another row", 3, |d| {
            raw_sql(
                d,
                "UPDATE head SET sealed = (SELECT sealed FROM record WHERE seq = 1)",
            )
        }),
    ];
    for (name, left, attack) in table {
        let dir = tempfile::tempdir().unwrap();
        let mut vault = fresh(dir.path());
        ["a", "b", "c"].iter().for_each(|w| {
            put(&mut vault, w);
        });
        drop(vault);
        assert_eq!(
            unlock(dir.path()).findings,
            [],
            "{name}: nothing to find before"
        );
        attack(dir.path());
        let open = unlock(dir.path());
        assert_eq!(open.entries.len(), *left, "{name}");
        assert!(!open.findings.is_empty(), "{name}");
    }
}

#[test]
fn an_older_row_put_back_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    let old = put(&mut vault, "old");
    let sealed: Vec<u8> = vault
        .db
        .query_row("SELECT sealed FROM record", [], |r| r.get(0))
        .unwrap();
    vault.commit(now(), |c| c.remove(old)).unwrap();
    vault
        .db
        .execute(
            "INSERT INTO record (seq, sealed) VALUES (?1, ?2)",
            params![old, sealed],
        )
        .unwrap();
    drop(vault);
    assert_eq!(
        unlock(dir.path()).findings,
        [Finding::HeadDiffers {
            expected: Some(0),
            found: 1
        }]
    );
}

#[test]
fn blobs_stream_in_and_out_from_any_place() {
    let dir = tempfile::tempdir().unwrap();
    let vault = fresh(dir.path());
    let content: Vec<u8> = (0..300_000u32).flat_map(|i| i.to_le_bytes()).collect();
    let mut writer = vault.new_blob().unwrap();
    writer.write_all(&content).unwrap();
    let blob = writer.finish().unwrap();
    assert_eq!(blob.size(), content.len() as u64);
    vault.verify_blob(&blob).unwrap();
    let mut reader = vault.open_blob(&blob).unwrap();
    for at in [0u64, 1, 65_535, 65_536, 1_100_000, content.len() as u64 - 1] {
        reader.seek(SeekFrom::Start(at)).unwrap();
        let mut some = vec![0; 100.min(content.len() - at as usize)];
        reader.read_exact(&mut some).unwrap();
        assert_eq!(some, content[at as usize..][..some.len()], "at {at}");
    }
    reader.seek(SeekFrom::End(0)).unwrap();
    assert_eq!(
        reader.read(&mut [0; 9]).unwrap(),
        0,
        "padding is not content"
    );
    assert_eq!(vault.strays(&[], &[]).unwrap().len(), 1);
    assert_eq!(vault.strays(&[&blob], &[]).unwrap().len(), 0);
}

#[test]
fn blobs_cannot_be_swapped_cut_or_flipped() {
    let dir = tempfile::tempdir().unwrap();
    let vault = fresh(dir.path());
    let make = |byte: u8| {
        let mut writer = vault.new_blob().unwrap();
        writer.write_all(&vec![byte; 200_000]).unwrap();
        writer.finish().unwrap()
    };
    let (a, b) = (make(1), make(2));
    let path = |blob: &BlobRef| dir.path().join(BLOBS).join(blob.name());
    let (of_a, of_b) = (
        std::fs::read(path(&a)).unwrap(),
        std::fs::read(path(&b)).unwrap(),
    );
    std::fs::write(path(&a), &of_b).unwrap();
    assert!(matches!(vault.verify_blob(&a), Err(Error::Blob)), "swapped");
    std::fs::write(path(&a), &of_a[..of_a.len() - 1]).unwrap();
    assert!(matches!(vault.verify_blob(&a), Err(Error::Blob)), "cut");
    let mut flipped = of_a.clone();
    flipped[150_000] ^= 1;
    std::fs::write(path(&a), &flipped).unwrap();
    assert!(matches!(vault.verify_blob(&a), Err(Error::Blob)), "flipped");
    std::fs::write(path(&a), &of_a).unwrap();
    vault.verify_blob(&a).unwrap();
    std::fs::remove_file(path(&b)).unwrap();
    assert!(matches!(vault.verify_blob(&b), Err(Error::Blob)), "missing");
}

#[test]
fn what_was_begun_and_not_finished_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let vault = fresh(dir.path());
    let blobs = dir.path().join(BLOBS);
    let mut writer = vault.new_blob().unwrap();
    writer.write_all(&[7; 100_000]).unwrap();
    assert_eq!(std::fs::read_dir(&blobs).unwrap().count(), 1);
    drop(writer);
    assert_eq!(std::fs::read_dir(&blobs).unwrap().count(), 0);
    // A crash leaves a .part, which is swept; a whole blob without a record is not.
    std::fs::write(blobs.join("00112233445566778899aabbccddeeff.part"), b"x").unwrap();
    std::fs::write(blobs.join("00112233445566778899aabbccddeeff"), b"x").unwrap();
    drop(vault);
    let open = unlock(dir.path());
    assert_eq!(
        open.vault.strays(&[], &[]).unwrap(),
        ["00112233445566778899aabbccddeeff"]
    );
    assert_eq!(std::fs::read_dir(&blobs).unwrap().count(), 1);
}

#[test]
fn a_vault_without_its_key_file_is_never_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    put(&mut vault, "kept");
    drop(vault);
    let (key, aside) = (dir.path().join(KEY_FILE), dir.path().join("aside"));
    std::fs::rename(&key, &aside).unwrap();
    assert!(exists(dir.path()));
    let create = || Vault::create_with(dir.path(), VaultKind::Journal, secret("new"), 10);
    assert!(matches!(create(), Err(Error::Exists)));
    assert!(matches!(
        Vault::unlock(dir.path(), secret("pass")),
        Err(Error::KeyFile)
    ));
    // A table that cannot be read may hold everything.
    let table = std::fs::read(dir.path().join(DATABASE)).unwrap();
    std::fs::write(dir.path().join(DATABASE), &table[..900]).unwrap();
    assert!(matches!(create(), Err(Error::Exists)));
    std::fs::write(dir.path().join(DATABASE), &table).unwrap();
    std::fs::rename(&aside, &key).unwrap();
    assert_eq!(unlock(dir.path()).entries.len(), 1);
}

#[test]
fn an_interrupted_creation_is_begun_again_from_any_point() {
    let dir = tempfile::tempdir().unwrap();
    drop(fresh(dir.path()));
    for gone in [&[KEY_FILE][..], &["ring.age"], &[DATABASE]] {
        for name in gone {
            std::fs::remove_file(dir.path().join(name)).unwrap();
        }
        std::fs::write(dir.path().join("vault.db.part"), "half").unwrap();
        if gone == [KEY_FILE] || gone == [DATABASE] {
            assert_eq!(exists(dir.path()), gone == [DATABASE]);
        }
        let _ = std::fs::remove_file(dir.path().join(KEY_FILE));
        let open = fresh(dir.path());
        drop(open);
        assert_eq!(unlock(dir.path()).findings, []);
    }
}

#[test]
fn a_file_that_cannot_be_let_go_undoes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    let raw = |vault: &Vault| {
        vault
            .new_raw::<Error>(|out| Ok(out.write_all(b"ciphertext")?))
            .unwrap()
    };
    let (first, second) = (raw(&vault), raw(&vault));
    let path = dir.path().join(BLOBS).join(first.name());
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    let seq = put(&mut vault, "gone");
    vault
        .commit(now(), |c| {
            c.remove(seq)?;
            c.forget_raw(&first);
            c.forget_raw(&second);
            Ok(())
        })
        .unwrap();
    assert!(vault.open_raw(&second).is_err(), "the other one went");
    std::fs::remove_dir(&path).unwrap();
    std::fs::write(&path, "x").unwrap();
    put(&mut vault, "next");
    assert!(!path.exists(), "tried again");
    drop(vault);
    assert_eq!(unlock(dir.path()).findings, []);
}

#[test]
fn a_text_sealed_while_locked_opens_to_its_own_vault_only() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let sealer = fresh(dir.path()).sealer().unwrap();
    let sealed = sealer.seal(b"not kept yet").unwrap();
    assert!(!sealed.windows(4).any(|w| w == b"kept"));
    assert_eq!(
        unlock(dir.path()).vault.unseal(&sealed).unwrap().as_slice(),
        b"not kept yet"
    );
    assert!(fresh(other.path()).unseal(&sealed).is_err());
}

#[test]
fn forgetting_unlinks_after_the_commit_only() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    let raw: RawRef = vault
        .new_raw::<Error>(|out| Ok(out.write_all(b"ciphertext")?))
        .unwrap();
    assert_eq!(raw.size, 10);
    let failed: Result<(), Error> = vault.commit(now(), |c| {
        c.forget_raw(&raw);
        Err(Error::Cancelled)
    });
    assert!(failed.is_err());
    vault.open_raw(&raw).unwrap();
    vault
        .commit(now(), |c| {
            c.forget_raw(&raw);
            Ok(())
        })
        .unwrap();
    assert!(vault.open_raw(&raw).is_err());
}

#[test]
fn nothing_of_the_content_is_readable_on_disk_and_files_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("v");
    let mut vault = fresh(&folder);
    put(&mut vault, "canary-Канарейка-7391");
    let mut writer = vault.new_blob().unwrap();
    writer
        .write_all("canary-Канарейка-7391".as_bytes())
        .unwrap();
    writer.finish().unwrap();
    let name = vault.keep_identity(b"canary-7391").unwrap();
    assert_eq!(vault.identity(&name).unwrap().as_slice(), b"canary-7391");
    let plant = folder.join("planted");
    let mut seen = 0;
    let mut scan = |folder: &Path| {
        let mut hits = 0;
        let mut stack = vec![folder.to_owned()];
        while let Some(path) = stack.pop() {
            let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            if path.is_dir() {
                assert_eq!(mode, 0o700, "{path:?}");
                stack.extend(std::fs::read_dir(&path).unwrap().map(|e| e.unwrap().path()));
            } else {
                if path != plant {
                    assert_eq!(mode, 0o600, "{path:?}");
                }
                let bytes = std::fs::read(&path).unwrap();
                seen += 1;
                hits += usize::from(
                    bytes.windows(6).any(|w| w == b"canary")
                        || bytes.windows(4).any(|w| w == b"7391"),
                );
            }
        }
        hits
    };
    assert_eq!(scan(&folder), 0);
    std::fs::write(&plant, b"a canary").unwrap();
    assert_eq!(scan(&folder), 1, "the scan sees what is planted");
    assert!(seen > 8);
}

#[test]
fn a_new_vault_is_what_the_format_says() {
    let dir = tempfile::tempdir().unwrap();
    drop(fresh(dir.path()));
    let mut names: Vec<String> = std::fs::read_dir(dir.path())
        .unwrap()
        .map(|item| item.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["blobs", "key.age", "lock", "ring.age", "vault.db"]);
}

#[test]
fn the_head_tells_whether_a_commit_counts() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    put(&mut vault, "one");
    let head = |vault: &Vault| -> Vec<u8> {
        vault
            .db
            .query_row("SELECT sealed FROM head", [], |row| row.get(0))
            .unwrap()
    };
    let first = head(&vault);
    assert!(vault.counts(&first).unwrap());
    put(&mut vault, "two");
    assert!(!vault.counts(&first).unwrap());
    assert!(vault.counts(&head(&vault)).unwrap());
}

#[test]
fn while_it_is_not_known_what_counts_nothing_is_committed_or_let_go() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    let blob = vault.new_blob().unwrap().finish().unwrap();
    vault.unsure = true;
    assert!(vault.commit(now(), |_| Ok(())).is_err());
    assert!(vault.discard(&blob).is_err());
    vault.verify_blob(&blob).unwrap();
    drop(vault);
    let open = unlock(dir.path());
    assert_eq!(open.findings, []);
    open.vault.discard(&blob).unwrap();
}
