//! The check finds what is wrong anywhere in the folder, and says where.

use super::*;
use std::os::unix::fs::PermissionsExt;

fn findings(folder: &Path, read_data: bool) -> Vec<Finding> {
    let open = unlock(folder);
    let mut check = open.vault.check().unwrap();
    if read_data {
        check.read_data(&mut |_| true).unwrap();
    }
    check.findings().to_vec()
}

// The work factor of tests is not the shipped one, and the check says so: this finding is always there.
fn besides(folder: &Path, read_data: bool) -> Vec<Finding> {
    let mut all = findings(folder, read_data);
    let at = all
        .iter()
        .position(|f| *f == Finding::KeyFile(KEY_FILE.into()));
    all.remove(at.unwrap());
    all
}

#[test]
fn a_whole_vault_has_nothing_to_find() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    put(&mut vault, "a");
    put_file(&mut vault, &[3; 70_000]);
    vault.keep_identity(b"AGE-SECRET").unwrap();
    let mut check = vault.check().unwrap();
    check.read_data(&mut |_| true).unwrap();
    assert_eq!((check.records, check.files(), check.bytes), (2, 1, 70_000));
    drop(vault);
    assert_eq!(besides(dir.path(), true), []);
}

#[test]
fn each_damage_is_found_and_named() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    put(&mut vault, "a");
    let (record, blob) = put_file(&mut vault, &[3; 200_000]);
    let [one, other] = [&b"AGE-SECRET"[..], b"another"].map(|text| {
        let kept = vault.keep_identity(text).unwrap();
        vault.commit(now(), |c| c.name_identity(&kept)).unwrap();
        kept.name().to_owned()
    });
    drop(vault);
    let path = dir.path().join(BLOBS).join(&blob.name);
    let file = blob.name.clone();
    let whole = std::fs::read(&path).unwrap();

    // Only reading the data shows a flipped byte in the middle.
    let mut flipped = whole.clone();
    flipped[150_000] ^= 1;
    std::fs::write(&path, flipped).unwrap();
    assert_eq!(besides(dir.path(), false), []);
    let damaged = Finding::FileDamaged {
        record,
        file: file.clone(),
    };
    assert_eq!(besides(dir.path(), true), [damaged]);

    std::fs::remove_file(&path).unwrap();
    let missing = Finding::FileMissing { record, file };
    assert_eq!(besides(dir.path(), true).len(), 1);
    assert_eq!(unlock(dir.path()).findings, [missing], "also at unlock");
    std::fs::write(&path, &whole).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();

    let at = |name: &str| dir.path().join("identities").join(format!("{name}.age"));
    let named = |name: &str| Finding::Identity(format!("{name}.age"));
    let sealed = [&one, &other].map(|name| std::fs::read(at(name)).unwrap());
    std::fs::write(at(&one), &sealed[0][1..]).unwrap();
    assert_eq!(besides(dir.path(), false), [named(&one)]);
    std::fs::remove_file(at(&one)).unwrap();
    assert_eq!(besides(dir.path(), false), [named(&one)]);
    // Two that have changed places, one that stands in both, and one that somebody made who knows the recipient.
    let forged = unlock(dir.path()).vault.sealer().unwrap();
    let forged = forged.seal(b"mine").unwrap();
    for (first, second, hurt) in [
        (&sealed[1], &sealed[0], vec![&one, &other]),
        (&sealed[0], &sealed[0], vec![&other]),
        (&forged, &sealed[1], vec![&one]),
    ] {
        std::fs::write(at(&one), first).unwrap();
        std::fs::write(at(&other), second).unwrap();
        std::fs::set_permissions(at(&one), std::fs::Permissions::from_mode(0o600)).unwrap();
        let mut expected: Vec<Finding> = hurt.iter().map(|name| named(name)).collect();
        expected.sort_by_key(|f| format!("{f:?}"));
        assert_eq!(besides(dir.path(), false), expected);
        let vault = unlock(dir.path()).vault;
        for name in hurt {
            assert!(matches!(vault.identity(name), Err(Error::KeyFile)));
        }
    }
    std::fs::write(at(&one), &sealed[0]).unwrap();
    assert_eq!(besides(dir.path(), false), []);

    std::fs::write(dir.path().join("notes.txt"), "x").unwrap();
    assert_eq!(besides(dir.path(), false), [Finding::Unknown]);
    std::fs::remove_file(dir.path().join("notes.txt")).unwrap();

    let table = dir.path().join(DATABASE);
    std::fs::set_permissions(&table, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(
        besides(dir.path(), false),
        [Finding::Readable(DATABASE.into())]
    );
    std::fs::set_permissions(&table, std::fs::Permissions::from_mode(0o600)).unwrap();

    raw_sql(dir.path(), "INSERT INTO spool (sealed) VALUES (x'00')");
    assert_eq!(besides(dir.path(), false), [Finding::Spool(1)]);
}

#[test]
fn a_stray_file_goes_only_when_a_person_says_so_and_nothing_is_in_doubt() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    let (record, blob) = put_file(&mut vault, &[3; 10]);
    put(&mut vault, "b");
    drop(vault);
    let stray = "00112233445566778899aabbccddeeff";
    std::fs::write(dir.path().join(BLOBS).join(stray), "x").unwrap();
    // One flipped bit in the record that names the evidence makes it look like a stray as well.
    let saved = std::fs::read(dir.path().join(DATABASE)).unwrap();
    raw_sql(
        dir.path(),
        &format!(
            "UPDATE record SET sealed = CAST(substr(sealed, 1, 300) || x'00' || substr(sealed, 302) AS BLOB) WHERE seq = {record}"
        ),
    );
    let open = unlock(dir.path());
    for name in [stray, &blob.name] {
        assert!(open.findings.contains(&Finding::Stray(name.to_owned())));
        assert!(matches!(open.vault.remove_stray(name), Err(Error::InDoubt)));
    }
    drop(open);
    std::fs::write(dir.path().join(DATABASE), saved).unwrap();
    let open = unlock(dir.path());
    assert_eq!(open.findings, [Finding::Stray(stray.into())]);
    open.vault.remove_stray(stray).unwrap();
    open.vault.remove_stray(&blob.name).unwrap();
    open.vault.verify_blob(&blob).unwrap();
    drop(open);
    assert_eq!(unlock(dir.path()).findings, []);
}
