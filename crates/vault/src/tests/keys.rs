//! Changing the passphrase, the printed sheet, and every crash in between.

use super::*;
use crate::disk::steps;
use crate::ring::{RECOVERY_FILE, RING_FILE};
use crate::sealed::{by_passphrase, open_small};
use std::cell::RefCell;
use std::rc::Rc;

fn recover(folder: &Path, code: &str, new: &str) -> Result<Unlocked, Error> {
    Vault::recover(folder, secret(code))?
        .set_passphrase_with(secret(new), now(), LOG_N)?
        .open()
}

fn copy_of(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    copy_all(folder, copy.path());
    copy
}

fn copy_all(from: &Path, to: &Path) {
    for item in std::fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let to = to.join(item.file_name());
        if item.path().is_dir() {
            std::fs::create_dir_all(&to).unwrap();
            copy_all(&item.path(), &to);
        } else {
            std::fs::copy(item.path(), to).unwrap();
        }
    }
}

#[test]
fn the_old_passphrase_opens_nothing_written_after_a_change() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    put(&mut vault, "before");
    let image = copy_of(dir.path());
    vault.change_with(secret("changed"), now(), LOG_N).unwrap();
    put(&mut vault, "after");
    drop(vault);
    assert!(matches!(
        Vault::unlock(dir.path(), secret("pass")),
        Err(Error::WrongPassphrase)
    ));
    assert_eq!(
        words(&unlock_by(dir.path(), "changed")),
        ["before", "after"]
    );
    // Who kept the old key files and knows the old passphrase reads what was written before, and nothing else.
    for name in [KEY_FILE, RING_FILE] {
        std::fs::copy(image.path().join(name), dir.path().join(name)).unwrap();
    }
    let open = unlock(dir.path());
    assert_eq!(words(&open), ["before"]);
    assert!(open.findings.contains(&Finding::Unreadable(2)));
}

#[test]
fn the_old_keys_vouch_for_nothing_new() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    put(&mut vault, "before");
    let image = copy_of(dir.path());
    vault.change_with(secret("changed"), now(), LOG_N).unwrap();
    drop(vault);
    // A thief with an old copy and the old passphrase writes into it, and brings the rows here.
    let mut theirs = unlock(image.path()).vault;
    put(&mut theirs, "forged");
    drop(theirs);
    let rows = format!(
        "ATTACH '{}' AS theirs; INSERT INTO record SELECT * FROM theirs.record WHERE seq = 2;",
        image.path().join(DATABASE).display()
    );
    raw_sql(dir.path(), &rows);
    let open = unlock_by(dir.path(), "changed");
    assert_eq!(words(&open), ["before"]);
    assert_eq!(open.findings, [Finding::Foreign(2)]);
    drop(open);
    // Nor does their head.
    let rows = format!(
        "DELETE FROM record WHERE seq = 2; ATTACH '{}' AS theirs; INSERT OR REPLACE INTO head SELECT * FROM theirs.head;",
        image.path().join(DATABASE).display()
    );
    raw_sql(dir.path(), &rows);
    assert_eq!(
        unlock_by(dir.path(), "changed").findings,
        [Finding::Doubt(Doubt::HeadLost)]
    );
}

#[test]
fn a_sheet_opens_a_forgotten_vault_and_outlives_changes() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(
        Vault::recover(dir.path(), secret("code")),
        Err(Error::Missing)
    ));
    let mut vault = fresh(dir.path());
    put(&mut vault, "kept");
    assert!(!vault.has_sheet());
    drop(vault);
    assert!(matches!(
        Vault::recover(dir.path(), secret("code")),
        Err(Error::NoSheet)
    ));
    let mut vault = unlock(dir.path()).vault;
    vault.keep_sheet_with(secret("code"), now(), LOG_N).unwrap();
    vault.change_with(secret("second"), now(), LOG_N).unwrap();
    put(&mut vault, "more");
    drop(vault);
    assert!(matches!(
        Vault::recover(dir.path(), secret("cod")),
        Err(Error::WrongCode)
    ));
    let open = recover(dir.path(), "code", "third").unwrap();
    assert_eq!(
        (words(&open), open.findings.len()),
        (vec!["kept", "more"], 0)
    );
    assert!(open.vault.has_sheet());
    drop(open);
    for gone in ["pass", "second"] {
        assert!(matches!(
            Vault::unlock(dir.path(), secret(gone)),
            Err(Error::WrongPassphrase)
        ));
    }
    assert_eq!(unlock_by(dir.path(), "third").findings, []);
    // The sheet is still good; another one takes its place.
    let mut open = recover(dir.path(), "code", "fourth").unwrap();
    open.vault
        .keep_sheet_with(secret("other"), now(), LOG_N)
        .unwrap();
    drop(open);
    assert!(matches!(
        Vault::recover(dir.path(), secret("code")),
        Err(Error::WrongCode)
    ));
    let mut open = recover(dir.path(), "other", "fifth").unwrap();
    open.vault.forget_sheet().unwrap();
    assert!(!open.vault.has_sheet());
    drop(open);
    assert!(matches!(
        Vault::recover(dir.path(), secret("other")),
        Err(Error::NoSheet)
    ));
    assert_eq!(words(&unlock_by(dir.path(), "fifth")), ["kept", "more"]);
}

#[test]
fn a_file_of_an_earlier_sheet_put_back_opens_no_ring() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    vault
        .keep_sheet_with(secret("first"), now(), LOG_N)
        .unwrap();
    let old = std::fs::read(dir.path().join(RECOVERY_FILE)).unwrap();
    vault
        .keep_sheet_with(secret("second"), now(), LOG_N)
        .unwrap();
    drop(vault);
    std::fs::write(dir.path().join(RECOVERY_FILE), old).unwrap();
    assert!(matches!(
        Vault::recover(dir.path(), secret("first")),
        Err(Error::WrongCode)
    ));
}

// The folder at every step of `act`, as a crash would leave it.
fn crashes(folder: &Path, act: impl FnOnce(&mut Vault)) -> Vec<tempfile::TempDir> {
    let working = copy_of(folder);
    let mut vault = unlock(working.path()).vault;
    let taken = Rc::new(RefCell::new(Vec::new()));
    let take = Rc::clone(&taken);
    steps::watched(
        move |folder| {
            take.borrow_mut().push(copy_of(folder));
            Ok(())
        },
        || act(&mut vault),
    );
    Rc::into_inner(taken).unwrap().into_inner()
}

#[test]
fn a_change_that_is_cut_anywhere_leaves_a_vault_that_one_of_the_two_opens() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    put(&mut vault, "before");
    vault.keep_sheet_with(secret("code"), now(), LOG_N).unwrap();
    drop(vault);
    let states = crashes(dir.path(), |vault| {
        vault.change_with(secret("changed"), now(), LOG_N).unwrap();
    });
    assert_eq!(states.len(), 6, "ring, key, ring: before and after each");
    let mut opened = Vec::new();
    for (at, state) in states.iter().enumerate() {
        let (old, new) = (copy_of(state.path()), copy_of(state.path()));
        let by_old = Vault::unlock(old.path(), secret("pass")).is_ok();
        let by_new = Vault::unlock(new.path(), secret("changed")).is_ok();
        assert!(by_old != by_new, "state {at}");
        let (folder, by) = match by_old {
            true => (old, "pass"),
            false => (new, "changed"),
        };
        opened.push(by);
        // What is written next is there at the next unlock, and nothing is found amiss, twice over.
        let mut open = unlock_by(folder.path(), by);
        put(&mut open.vault, "after");
        drop(open);
        for _ in 0..2 {
            let open = unlock_by(folder.path(), by);
            assert_eq!(open.findings, [], "state {at}");
            assert_eq!(words(&open), ["before", "after"], "state {at}");
            assert!(!open.vault.ring.changing, "state {at}: settled");
        }
        let open = recover(folder.path(), "code", "again").unwrap();
        assert_eq!(words(&open), ["before", "after"], "state {at}: the sheet");
    }
    assert_eq!(
        opened,
        ["pass", "pass", "pass", "changed", "changed", "changed"]
    );
}

#[test]
fn a_change_that_fails_anywhere_loses_nothing() {
    for failing in 0..6 {
        let dir = tempfile::tempdir().unwrap();
        let mut vault = fresh(dir.path());
        put(&mut vault, "before");
        let mut step = 0;
        let fail = move |_: &Path| {
            step += 1;
            match step - 1 == failing {
                true => Err(Error::Full),
                false => Ok(()),
            }
        };
        let done = steps::watched(fail, || vault.change_with(secret("changed"), now(), LOG_N));
        // The ring's last step is made up for by the next unlock.
        assert_eq!(done.is_ok(), failing >= 4, "step {failing}");
        put(&mut vault, "after");
        drop(vault);
        let by = if done.is_ok() { "changed" } else { "pass" };
        for _ in 0..2 {
            let open = unlock_by(dir.path(), by);
            assert_eq!(open.findings, [], "step {failing}");
            assert_eq!(words(&open), ["before", "after"], "step {failing}");
        }
        // And it can be changed after all.
        let mut open = unlock_by(dir.path(), by);
        open.vault
            .change_with(secret("second"), now(), LOG_N)
            .unwrap();
        drop(open);
        let open = unlock_by(dir.path(), "second");
        assert_eq!((words(&open).len(), open.findings.len()), (2, 0));
    }
}

#[test]
fn a_sheet_that_is_cut_or_fails_anywhere_leaves_one_that_opens() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    put(&mut vault, "kept");
    vault
        .keep_sheet_with(secret("first"), now(), LOG_N)
        .unwrap();
    drop(vault);
    let states = crashes(dir.path(), |vault| {
        vault
            .keep_sheet_with(secret("second"), now(), LOG_N)
            .unwrap();
    });
    for (at, state) in states.iter().enumerate() {
        assert_eq!(unlock(state.path()).findings, [], "state {at}");
        let code = if at < 3 { "first" } else { "second" };
        let open = recover(state.path(), code, "new").unwrap();
        assert_eq!(words(&open), ["kept"], "state {at}");
    }
    assert_eq!(states.len(), 6);
}

#[test]
fn every_key_file_opens_with_the_same_work_whatever_the_machine_says() {
    // A stock reader would measure the machine; this one takes what stands there, up to its limit.
    let sealed = crate::sealed::seal_under(secret("p"), LOG_N, b"text").unwrap();
    let text = open_small(&sealed, &[&by_passphrase(secret("p"))]).unwrap();
    assert_eq!(text.as_slice(), b"text");
    let header = String::from_utf8_lossy(&sealed[..120]).into_owned();
    assert!(header.contains(" 10\n"), "the factor is the one asked for");
    let greedy = header.replacen(" 10\n", " 23\n", 1);
    let mut bytes = greedy.into_bytes();
    bytes.extend_from_slice(&sealed[120..]);
    assert!(matches!(
        open_small(&bytes, &[&by_passphrase(secret("p"))]).err(),
        Some(age::DecryptError::ExcessiveWork { .. })
    ));
}

#[test]
fn memory_that_is_not_there_is_asked_for_before_it_is_needed() {
    use crate::sealed::memory_for;
    assert!(matches!(memory_for(10), Ok(())));
    assert!(matches!(memory_for(63), Err(Error::Memory)));
    assert!(matches!(memory_for(64), Err(Error::Memory)));
}

#[test]
fn what_a_killed_change_of_keys_left_is_swept_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    drop(fresh(dir.path()));
    let left = [
        "key.age.part",
        "recovery.age.part",
        "ring.age.part",
        "vault.db.part",
    ];
    for name in left.into_iter().chain(["film.part"]) {
        std::fs::write(dir.path().join(name), "half").unwrap();
    }
    drop(unlock(dir.path()));
    assert!(left.iter().all(|name| !dir.path().join(name).exists()));
    assert!(dir.path().join("film.part").exists(), "a person's own");
}

#[test]
fn the_day_of_a_sheet_is_that_of_the_valid_one() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    assert_eq!(vault.sheet_made(), None);
    vault
        .keep_sheet_with(secret("first"), now(), LOG_N)
        .unwrap();
    assert_eq!(vault.sheet_made(), Some(now()));
    drop(vault);
    let open = unlock(dir.path());
    assert_eq!((open.entries.len(), open.findings.len()), (0, 0));
    let mut vault = open.vault;
    assert_eq!(vault.sheet_made(), Some(now()), "after an unlock");
    // The table refuses the day of the next one: the sheet is valid, and does not pass for the first.
    vault.db.execute_batch("PRAGMA query_only = ON").unwrap();
    let later = now() + jiff::SignedDuration::from_hours(24);
    vault
        .keep_sheet_with(secret("second"), later, LOG_N)
        .unwrap();
    assert!(vault.has_sheet());
    assert_eq!(vault.sheet_made(), None);
    vault.db.execute_batch("PRAGMA query_only = OFF").unwrap();
    vault
        .keep_sheet_with(secret("third"), later, LOG_N)
        .unwrap();
    assert_eq!(vault.sheet_made(), Some(later));
    vault.change_with(secret("new"), now(), LOG_N).unwrap();
    assert_eq!(vault.sheet_made(), Some(later), "a change leaves it valid");
    vault.forget_sheet().unwrap();
    assert_eq!(vault.sheet_made(), None);
}

#[test]
fn an_open_vault_tells_its_own_secrets_from_others() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    assert!(matches!(vault.sheet_proof().err(), Some(Error::NoSheet)));
    vault.keep_sheet_with(secret("code"), now(), LOG_N).unwrap();
    let sheet = |v: &Vault, code| v.sheet_proof().unwrap().try_secret(secret(code));
    let pass = |v: &Vault, text| v.passphrase_proof().try_secret(secret(text));
    assert!(sheet(&vault, "code").is_ok() && pass(&vault, "pass").is_ok());
    assert!(matches!(sheet(&vault, "pass"), Err(Error::WrongCode)));
    assert!(matches!(pass(&vault, "code"), Err(Error::WrongPassphrase)));
    // Somebody puts key files of their own in their place: they open, and are not this vault's.
    let theirs = tempfile::tempdir().unwrap();
    let mut other =
        Vault::create_with(theirs.path(), VaultKind::Journal, secret("mine"), LOG_N).unwrap();
    other.keep_sheet_with(secret("mine"), now(), LOG_N).unwrap();
    for name in [KEY_FILE, RECOVERY_FILE] {
        std::fs::copy(theirs.path().join(name), dir.path().join(name)).unwrap();
    }
    assert!(matches!(sheet(&vault, "mine"), Err(Error::WrongCode)));
    assert!(matches!(pass(&vault, "mine"), Err(Error::WrongPassphrase)));
    // A change puts its own file back, and the new passphrase is the one.
    vault.change_with(secret("new"), now(), LOG_N).unwrap();
    assert!(pass(&vault, "new").is_ok() && pass(&vault, "pass").is_err());
}
