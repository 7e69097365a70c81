//! Files of the vault: streamed in and out, never swapped, swept only while unfinished.

use super::*;
use std::io::{Read, Seek, SeekFrom, Write};

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
}

#[test]
fn what_follows_the_content_is_vouched_for_too() {
    let dir = tempfile::tempdir().unwrap();
    let vault = fresh(dir.path());
    // No content; content and padding in one piece; no padding; pieces of padding alone.
    for size in [0, 10, 65_536, 4_200_000] {
        let mut writer = vault.new_blob().unwrap();
        writer.write_all(&vec![7; size]).unwrap();
        let blob = writer.finish().unwrap();
        vault.verify_blob(&blob).unwrap();
        let path = dir.path().join(BLOBS).join(&blob.name);
        let whole = std::fs::read(&path).unwrap();
        let mut flipped = whole.clone();
        let last = flipped.len() - 20;
        flipped[last] ^= 1;
        let cut = whole[..whole.len() - 17].to_vec();
        let piece = whole[..whole.len() - 64 * 1024].to_vec();
        let more = [&whole[..], &whole[whole.len() - 16..]].concat();
        for (name, altered) in [
            ("flipped", flipped),
            ("cut", cut),
            ("a piece less", piece),
            ("more", more),
        ] {
            std::fs::write(&path, altered).unwrap();
            let verified = vault.verify_blob(&blob);
            assert!(matches!(verified, Err(Error::Blob)), "{size} {name}");
        }
    }
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
    let path = |blob: &BlobRef| dir.path().join(BLOBS).join(&blob.name);
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
        open.findings,
        [Finding::Stray("00112233445566778899aabbccddeeff".into())]
    );
    assert_eq!(std::fs::read_dir(&blobs).unwrap().count(), 1);
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
    let path = dir.path().join(BLOBS).join(&first.name);
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
