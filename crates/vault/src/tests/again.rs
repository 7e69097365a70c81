//! Sealing everything again: the folder as it is opens with the new keys alone.

use super::*;
use crate::ring::RING_FILE;
use crate::{Lend, seal_again};
use std::cell::RefCell;
use std::io::Read;

fn seal_all_again(vault: &mut Vault) -> usize {
    let (mut after, mut records) = (0, 0);
    while let Some(again) = vault.next_again(after).unwrap() {
        after = again.seq;
        let renewed = again.carry_out(&mut |_| true).unwrap();
        vault.keep_again(after, renewed, now()).unwrap();
        records += 1;
    }
    vault.finish_again(now()).unwrap();
    records
}

fn file_of(open: &Unlocked) -> Vec<u8> {
    let entry = open.entries.iter().find(|e| e.kind == "evidence").unwrap();
    let blob = crate::in_record::deserialize(&entry.body["file"]).unwrap();
    let mut content = Vec::new();
    let mut reader = open.vault.open_blob(&blob).unwrap();
    reader.read_to_end(&mut content).unwrap();
    content
}

#[test]
fn after_sealing_again_the_old_key_files_open_nothing_of_the_folder() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    put(&mut vault, "before");
    let (_, old) = put_file(&mut vault, &[7; 100_000]);
    let identity = vault.keep_identity(b"AGE-SECRET").unwrap();
    vault.commit(now(), |c| c.name_identity(&identity)).unwrap();
    let keys = [KEY_FILE, RING_FILE].map(|n| std::fs::read(dir.path().join(n)).unwrap());
    vault.change_with(secret("changed"), now(), LOG_N).unwrap();
    assert_eq!(seal_all_again(&mut vault), 3);
    assert_eq!(vault.ring.generations().len(), 1);
    assert!(vault.open_blob(&old).is_err(), "the old file is gone");
    drop(vault);
    let open = unlock_by(dir.path(), "changed");
    assert_eq!(
        (words(&open), open.findings.len()),
        (vec!["before", "file"], 0)
    );
    assert_eq!(file_of(&open), [7; 100_000]);
    assert_eq!(
        *open.vault.identity(identity.name()).unwrap(),
        b"AGE-SECRET"
    );
    drop(open);
    for (name, key) in [KEY_FILE, RING_FILE].iter().zip(keys) {
        std::fs::write(dir.path().join(name), key).unwrap();
    }
    let open = unlock(dir.path());
    assert_eq!(open.entries.len(), 0);
    assert!(open.vault.identity(identity.name()).is_err());
}

#[test]
fn a_record_that_changes_meanwhile_keeps_what_it_has() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    let (seq, blob) = put_file(&mut vault, &[1; 1000]);
    let again = vault.next_again(0).unwrap().unwrap();
    let renewed = again.carry_out(&mut |_| true).unwrap();
    // The caption was changed, say: another record names the file now.
    vault
        .commit(now(), |c| {
            c.remove(seq)?;
            c.append("evidence", &body(&blob))
        })
        .unwrap();
    vault.keep_again(seq, renewed, now()).unwrap();
    drop(vault);
    let open = unlock(dir.path());
    assert_eq!(open.findings, [], "no stray, nothing missing");
    assert_eq!(file_of(&open), [1; 1000]);
}

#[test]
fn what_is_stopped_or_damaged_leaves_the_old_files() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    let (_, blob) = put_file(&mut vault, &[1; 300_000]);
    let again = |vault: &Vault| vault.next_again(0).unwrap().unwrap();
    assert!(matches!(
        again(&vault).carry_out(&mut |_| false),
        Err(Error::Cancelled)
    ));
    let path = dir.path().join(BLOBS).join(&blob.name);
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..200_000]).unwrap();
    let renewed = again(&vault).carry_out(&mut |_| true).unwrap();
    vault.keep_again(1, renewed, now()).unwrap();
    std::fs::write(&path, &whole).unwrap();
    drop(vault);
    let open = unlock(dir.path());
    assert_eq!(open.findings, []);
    assert_eq!(file_of(&open), [1; 300_000]);
}

struct Lent(RefCell<Vault>);

impl Lend for Lent {
    fn with<T>(&self, act: impl FnOnce(&mut Vault) -> Result<T, Error>) -> Result<T, Error> {
        act(&mut self.0.borrow_mut())
    }
}

// The names of the files that records name, in order.
fn files_of(folder: &Path, by: &str) -> Vec<String> {
    let open = unlock_by(folder, by);
    assert_eq!(open.findings, []);
    let name = |e: &crate::Entry| Some(e.body.get("file")?["blob"].as_str()?.to_owned());
    open.entries.iter().filter_map(name).collect()
}

#[test]
fn what_was_stopped_goes_on_where_it_was_and_leaves_nothing_to_the_old_keys() {
    for stopped_at in 1..=3 {
        let dir = tempfile::tempdir().unwrap();
        let mut vault = fresh(dir.path());
        for byte in 1..=4 {
            put_file(&mut vault, &[byte; 5000]);
        }
        let keys = [KEY_FILE, RING_FILE].map(|n| std::fs::read(dir.path().join(n)).unwrap());
        vault.change_with(secret("changed"), now(), LOG_N).unwrap();
        assert!(vault.has_older_keys());
        let lent = Lent(RefCell::new(vault));
        // Each record tells its bytes once, and once more when it is kept.
        let mut told = 0;
        let done = seal_again(&lent, now(), &mut |_, _| {
            told += 1;
            told < 2 * stopped_at
        });
        assert!(matches!(done, Err(Error::Cancelled)), "{stopped_at}");
        drop(lent);
        let half = files_of(dir.path(), "changed");
        let vault = unlock_by(dir.path(), "changed").vault;
        assert!(vault.has_older_keys());
        let lent = Lent(RefCell::new(vault));
        seal_again(&lent, now(), &mut |_, _| true).unwrap();
        assert!(
            lent.with(|v| Ok(!v.has_older_keys() && v.again.is_none()))
                .unwrap()
        );
        drop(lent);
        let whole = files_of(dir.path(), "changed");
        let same = half.iter().zip(&whole).filter(|(a, b)| a == b).count();
        assert_eq!(
            (whole.len(), same),
            (4, stopped_at),
            "only the rest is copied"
        );
        for (name, key) in [KEY_FILE, RING_FILE].iter().zip(keys) {
            std::fs::write(dir.path().join(name), key).unwrap();
        }
        assert_eq!(unlock(dir.path()).entries.len(), 0, "{stopped_at}");
    }
}

#[test]
fn a_second_change_makes_the_mark_of_the_first_count_for_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    put_file(&mut vault, &[1; 5000]);
    put_file(&mut vault, &[2; 5000]);
    vault.change_with(secret("second"), now(), LOG_N).unwrap();
    vault.stop_again(2, now()).unwrap();
    vault.change_with(secret("third"), now(), LOG_N).unwrap();
    drop(vault);
    let before = files_of(dir.path(), "third");
    let lent = Lent(RefCell::new(unlock_by(dir.path(), "third").vault));
    seal_again(&lent, now(), &mut |_, _| true).unwrap();
    drop(lent);
    let after = files_of(dir.path(), "third");
    assert!(before.iter().zip(&after).all(|(a, b)| a != b));
}
