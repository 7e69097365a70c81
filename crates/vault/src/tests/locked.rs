//! What a locked vault takes in counts for no more than bytes from the network.

use super::*;

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
fn a_locked_vault_keeps_what_comes_and_opens_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    put(&mut vault, "mine");
    let locked = vault.lock().unwrap();
    assert!(matches!(
        Vault::unlock(dir.path(), secret("pass")),
        Err(Error::InUse)
    ));
    let recipient = locked.sealer().recipient();
    locked.spool(b"first").unwrap();
    drop(locked);
    // The process was replaced.
    let locked = crate::Locked::again(dir.path(), &recipient).unwrap();
    locked.spool(b"second").unwrap();
    assert!(matches!(
        locked.spool(&vec![0; crate::SPOOL_BYTES + 1]),
        Err(Error::Full)
    ));
    drop(locked);
    raw_sql(
        dir.path(),
        "INSERT INTO spool (sealed) VALUES (x'00'), (zeroblob(9000000))",
    );
    let mut open = unlock(dir.path());
    assert_eq!((words(&open), open.findings.len()), (vec!["mine"], 0));
    let spooled = open.vault.spooled().unwrap();
    let texts: Vec<Option<&[u8]>> = spooled
        .iter()
        .map(|s| s.text.as_ref().map(|t| t.as_slice()))
        .collect();
    assert_eq!(texts, [Some(&b"first"[..]), Some(b"second"), None, None]);
    open.vault
        .commit(now(), |c| spooled.iter().try_for_each(|s| c.unspool(s.n)))
        .unwrap();
    assert!(open.vault.spooled().unwrap().is_empty());
}

#[test]
fn a_spool_is_never_larger_than_its_limit() {
    let dir = tempfile::tempdir().unwrap();
    let locked = fresh(dir.path()).lock().unwrap();
    let many = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) \
         INSERT INTO spool (sealed) SELECT x'00' FROM n",
        crate::SPOOL_ROWS + 5
    );
    raw_sql(dir.path(), &many);
    assert!(matches!(locked.spool(b"more"), Err(Error::Full)));
    drop(locked);
    let open = unlock(dir.path());
    assert_eq!(
        open.vault.spooled().unwrap().len() as u64,
        crate::SPOOL_ROWS
    );
}
