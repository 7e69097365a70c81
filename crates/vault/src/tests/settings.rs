//! Settings are kept, and what is not understood never means the less careful choice.

use super::*;
use crate::{LOCK_AFTER, LOCK_AFTER_DEFAULT};

#[test]
fn minutes_are_kept_and_nothing_else_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    assert_eq!(vault.lock_after(), LOCK_AFTER_DEFAULT);
    for minutes in LOCK_AFTER {
        vault.set_lock_after(minutes, now()).unwrap();
        drop(vault);
        let open = unlock(dir.path());
        assert_eq!((open.findings.len(), open.entries.len()), (0, 0));
        vault = open.vault;
        assert_eq!(vault.lock_after(), minutes);
    }
    for minutes in [0, 2, 61, u32::MAX] {
        assert!(vault.set_lock_after(minutes, now()).is_err(), "{minutes}");
    }
    assert_eq!(vault.lock_after(), 60);
    vault
        .commit(now(), |c| {
            c.append("vault.idle", &serde_json::json!({"minutes": 0}))
        })
        .unwrap();
    drop(vault);
    assert_eq!(unlock(dir.path()).vault.lock_after(), LOCK_AFTER_DEFAULT);
}

#[test]
fn a_folder_is_listed_until_its_owner_says_no() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    assert!(vault.listed());
    for listed in [false, true, false] {
        vault.set_listed(listed, now()).unwrap();
        drop(vault);
        let open = unlock(dir.path());
        assert_eq!((open.findings.len(), open.entries.len()), (0, 0));
        vault = open.vault;
        assert_eq!(vault.listed(), listed);
    }
    vault
        .commit(now(), |c| {
            c.append("vault.listed", &json!({ "listed": "yes" }))
        })
        .unwrap();
    drop(vault);
    assert!(!unlock(dir.path()).vault.listed());
}
