//! Making a vault, opening it, and what it leaves on the disk.

use super::*;
use std::io::Write;

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
    assert_eq!(words(&open), ["two", "three"]);
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
        Vault::create_with(dir.path(), VaultKind::Desk, secret("x"), LOG_N),
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
    raw_sql(dir.path(), "PRAGMA user_version = 3");
    assert!(matches!(
        Vault::unlock(dir.path(), secret("pass")),
        Err(Error::Newer)
    ));
    raw_sql(dir.path(), "PRAGMA user_version = 2");
    unlock(dir.path());
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
    let create = || Vault::create_with(dir.path(), VaultKind::Journal, secret("new"), LOG_N);
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
    assert_eq!(
        vault.identity(name.name()).unwrap().as_slice(),
        b"canary-7391"
    );
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
    assert_eq!(open.findings, [Finding::Stray(blob.name.clone())]);
    open.vault.discard(&blob).unwrap();
}
