//! A copy is whole, sealed, knows that it is one, and leaves nothing behind when it is cut.

use super::*;

fn back_up(vault: &mut Vault, to: &Path) -> Result<(), Error> {
    let mut backup = vault.begin_backup(to)?;
    backup.copy_files(&mut |_| true)?;
    vault.finish_backup(backup, now())
}

#[test]
fn a_copy_opens_with_the_same_passphrase_and_has_everything() {
    let dir = tempfile::tempdir().unwrap();
    let (here, there) = (dir.path().join("here"), dir.path().join("there"));
    let mut vault = fresh(&here);
    vault.keep_sheet_with(secret("code"), now(), LOG_N).unwrap();
    put(&mut vault, "one");
    let (_, blob) = put_file(&mut vault, &[5; 150_000]);
    let identity = vault.keep_identity(b"AGE-SECRET").unwrap();
    vault.commit(now(), |c| c.name_identity(&identity)).unwrap();
    assert_eq!(vault.last_backup(), None);
    let mut backup = vault.begin_backup(&there).unwrap();
    backup.copy_files(&mut |_| true).unwrap();
    assert!(!exists(&there), "not before it is whole");
    // What comes in meanwhile is in it as well.
    put(&mut vault, "two");
    let (_, late) = put_file(&mut vault, &[6; 10]);
    vault.finish_backup(backup, now()).unwrap();
    assert_eq!(vault.last_backup(), Some(now()));
    drop(vault);

    let mut copy = unlock(&there);
    assert_eq!(words(&copy), ["one", "file", "two", "file"]);
    assert_eq!(copy.findings, []);
    assert!(copy.vault.is_new_copy());
    for blob in [&blob, &late] {
        copy.vault.verify_blob(blob).unwrap();
    }
    assert_eq!(
        *copy.vault.identity(identity.name()).unwrap(),
        b"AGE-SECRET"
    );
    copy.vault.begin_as_copy(now(), |_| Ok(())).unwrap();
    drop(copy);
    let copy = unlock(&there);
    assert!(!copy.vault.is_new_copy() && copy.findings.is_empty());
    drop(copy);
    Vault::recover(&there, secret("code")).unwrap();

    let here = unlock(&here);
    assert!(!here.vault.is_new_copy());
    assert_eq!(here.vault.last_backup(), Some(now()));
    assert_eq!((words(&here).len(), here.findings.len()), (4, 0));
}

#[test]
fn a_copy_that_is_stopped_or_refused_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (here, there) = (dir.path().join("here"), dir.path().join("there"));
    let mut vault = fresh(&here);
    put_file(&mut vault, &[5; 150_000]);
    let left = || std::fs::read_dir(dir.path()).unwrap().count();
    let mut backup = vault.begin_backup(&there).unwrap();
    assert!(matches!(
        backup.copy_files(&mut |_| false),
        Err(Error::Cancelled)
    ));
    drop(backup);
    assert_eq!(left(), 1);
    // What a killed copy leaves is swept by the next; anything else of that name is somebody's.
    let part = dir.path().join("there.part");
    for (folder, files) in [
        (part.clone(), &[][..]),
        (part.join(BLOBS), &[][..]),
        (part.join(BLOBS), &[KEY_FILE, "copy.part"][..]),
        (part.clone(), &["vault.db", "copy.part"][..]),
    ] {
        std::fs::create_dir_all(&folder).unwrap();
        for file in files {
            std::fs::write(part.join(file), "half").unwrap();
        }
        back_up(&mut vault, &there).unwrap();
        assert_eq!(left(), 2, "{folder:?} with {files:?}");
        std::fs::remove_dir_all(&there).unwrap();
    }
    back_up(&mut vault, &there).unwrap();
    // A whole vault that somebody called so is no cut copy.
    std::fs::create_dir_all(part.join(BLOBS)).unwrap();
    std::fs::write(part.join(KEY_FILE), "mine").unwrap();
    std::fs::remove_dir_all(&there).unwrap();
    assert!(matches!(back_up(&mut vault, &there), Err(Error::Exists)));
    assert_eq!(std::fs::read(part.join(KEY_FILE)).unwrap(), b"mine");
    std::fs::remove_dir_all(&part).unwrap();
    back_up(&mut vault, &there).unwrap();
    assert!(matches!(back_up(&mut vault, &there), Err(Error::Exists)));
    std::fs::write(&part, "mine").unwrap();
    assert!(matches!(
        back_up(&mut vault, &dir.path().join("there")),
        Err(Error::Exists)
    ));
    assert_eq!(std::fs::read(&part).unwrap(), b"mine");
}

#[test]
fn a_copy_that_differs_is_not_kept() {
    let dir = tempfile::tempdir().unwrap();
    let (here, there) = (dir.path().join("here"), dir.path().join("there"));
    let mut vault = fresh(&here);
    let (_, blob) = put_file(&mut vault, &[5; 150_000]);
    let mut backup = vault.begin_backup(&there).unwrap();
    backup.copy_files(&mut |_| true).unwrap();
    // The stick loses a file.
    let part = dir.path().join("there.part").join(BLOBS);
    std::fs::remove_file(part.join(&blob.name)).unwrap();
    assert!(matches!(
        vault.finish_backup(backup, now()),
        Err(Error::Backup)
    ));
    assert!(!there.exists() && vault.last_backup().is_none());
}

#[test]
fn the_mark_of_a_copy_that_was_killed_at_its_end_is_swept() {
    let dir = tempfile::tempdir().unwrap();
    let (here, there) = (dir.path().join("here"), dir.path().join("there"));
    let mut vault = fresh(&here);
    put(&mut vault, "one");
    back_up(&mut vault, &there).unwrap();
    assert!(!there.join("copy.part").exists());
    std::fs::write(there.join("copy.part"), "").unwrap();
    let copy = unlock(&there);
    assert_eq!(
        copy.vault.check().unwrap().findings().len(),
        1,
        "a cheap key file"
    );
    assert!(!there.join("copy.part").exists());
}
