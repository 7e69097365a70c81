//! What is promised about bytes that lie on a disk and that anybody may have written: each check takes the bytes of one
//! stored thing and panics when its promise does not hold. Compiled for tests, which give it the kept corpus, and for the
//! fuzzer, which sets `cfg(fuzzing)`; in nothing that is shipped.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a check fails as a test does"
)]

use crate::VaultKind;
use crate::blob::{BlobReader, path_of};
use crate::head::{self, Head};
use crate::index::{Document, Find, Index, Projection, Rank};
use crate::record::{self, Line, Opened, Opener};
use crate::refs::{self, BlobRef, FileRef, RawRef, in_record};
use crate::ring::{Ring, identity_in};
use crate::rows::{Entry, judge, totals};
use crate::sealed::{by_passphrase_up_to, open_small, seal_to, work_factor};
use crate::settings::{LOCK_AFTER, minutes};
use crate::snapshot::Kept;
use age::secrecy::SecretString;
use age::x25519;
use rustix::fs::{MemfdFlags, memfd_create};
use same_meaning::same_meaning;
use serde_json::Value;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::str::FromStr;

#[path = "../../../fuzz/same_meaning.rs"]
mod same_meaning;

#[cfg(test)]
#[path = "../../../fuzz/replay.rs"]
mod replay;

// Every check by its name: the target of that name gives it bytes too.
#[cfg(test)]
const CHECKS: [replay::Check; 11] = [
    ("record", record),
    ("forged", forged),
    ("sealed", sealed),
    ("head", head),
    ("ring", ring),
    ("key_file", key_file),
    ("files", files),
    ("blob", blob),
    ("ranges", ranges),
    ("snapshot", snapshot),
    ("settings", settings),
];

/// A record's line with a MAC of our own: it writes itself to the same meaning, counts under its own number and vault, and
/// under no other.
pub fn record(line: &[u8]) {
    let text = std::str::from_utf8(line).unwrap_or_default();
    let Some(read) = same_meaning::<Line>(line).filter(|_| !text.contains('\n')) else {
        return;
    };
    with_ring(|ring| {
        let sealed = record::seal(ring, record::PURPOSE, text).unwrap();
        let opener = Opener::new(ring).unwrap();
        let ours = |seq: u64| matches!(opener.record(seq, &sealed), Opened::Ours(_));
        let home = read.vault == ring.vault && ring.may_have_written(0, read.seq);
        assert_eq!(ours(read.seq), home);
        assert!(!ours(read.seq.wrapping_add(1)));
        assert!(opener.open("chronicle/other/v1", &sealed).is_err());
    });
}

/// A plaintext sealed by somebody who knows the recipient and no MAC key: it is never ours.
pub fn forged(plain: &[u8]) {
    with_ring(|ring| {
        let to = ring.newest().unwrap().recipient();
        let sealed = seal_to(&[to], plain).unwrap();
        let opener = Opener::new(ring).unwrap();
        let first = plain.split(|b| *b == b'\n').next().unwrap_or_default();
        let seq = serde_json::from_slice::<Line>(first).map_or(1, |line| line.seq);
        assert!(!matches!(opener.record(seq, &sealed), Opened::Ours(_)));
        assert!(opener.open(record::PURPOSE, &sealed).is_err());
    });
}

/// A row as it lies: whatever it is, it opens to no more than it has, or is refused.
pub fn sealed(bytes: &[u8]) {
    with_ring(|ring| {
        let identity = ring.newest().unwrap().identity().unwrap();
        if let Ok(plain) = open_small(bytes, &[&identity]) {
            assert!(plain.len() < bytes.len());
        }
        let _ = Opener::new(ring).unwrap().record(1, bytes);
    });
}

/// What a head says: it writes itself to the same meaning, and is compared with rows without a fault.
pub fn head(bytes: &[u8]) {
    let Some(told) = same_meaning::<Head>(bytes) else {
        return;
    };
    with_ring(|ring| {
        let newest = ring.newest().unwrap();
        let rows: Vec<_> = (1..4).map(|n| (head::term(newest, n, b"row"), n)).collect();
        for damaged in [0, 1, u64::MAX] {
            let mut valid = rows.clone();
            let doubt = judge(Some(&told), &mut valid, damaged);
            let agrees = (told.live, told.sum) == (3, totals(&rows).0);
            assert!(!agrees || doubt.is_none());
            let stood_for = damaged > 0 && told.live > 3;
            assert!(
                agrees || stood_for || doubt.is_some(),
                "a doubt is not told"
            );
        }
    });
}

/// A ring's text: what is one writes itself to the same.
pub fn ring(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let unlock = x25519::Identity::from_str(IDENTITY).unwrap().to_public();
    let Ok(read) = Ring::from_text(text, unlock.clone()) else {
        return;
    };
    let identities = read.identities().unwrap();
    assert!(!identities.is_empty() && read.newest().is_ok());
    let written = read.to_text();
    let again = Ring::from_text(&written, unlock).expect("its own text");
    assert!(*again.to_text() == *written, "another ring");
    assert!((&again.vault, again.kind) == (&read.vault, read.kind));
}

/// A key file: the work that it asks for is known before it is done, and what it opens to is one identity or nothing.
pub fn key_file(bytes: &[u8]) {
    let by = by_passphrase_up_to(SecretString::from("fuzz".to_owned()), CHEAP);
    if let Ok(text) = open_small(bytes, &[&by]) {
        assert!(
            work_factor(bytes).is_some_and(|n| n <= CHEAP),
            "unknown work"
        );
        let _ = identity_in(&text);
    }
    if let Ok(identity) = identity_in(bytes) {
        let _ = identity.to_public();
    }
}

/// A record's body: each file that it names is named the same when it is written, and lies in the folder of blobs.
pub fn files(body: &[u8]) {
    let Some(body) = same_meaning::<Value>(body) else {
        return;
    };
    for file in refs::files(&body) {
        let written = match &file {
            FileRef::Blob(blob) => in_record::serialize(blob, serde_json::value::Serializer),
            FileRef::Raw(raw) => serde_json::to_value(raw),
        };
        let again = refs::read(&written.unwrap()).expect("a file again");
        assert!((again.name(), again.size()) == (file.name(), file.size()));
        if let Ok(path) = path_of(Path::new("/vault/blobs"), file.name()) {
            assert!(path.parent() == Some(Path::new("/vault/blobs")));
        }
    }
    let _ = same_meaning::<RawRef>(body.to_string().as_bytes());
}

/// A file of evidence as it lies, read at places that the first bytes name: what is given out is what was sealed.
pub fn blob(bytes: &[u8]) {
    let Some((places, file)) = bytes.split_at_checked(8) else {
        return;
    };
    read_about(in_memory(file), SMALL, places);
}

/// Places in a file of evidence of several chunks: what is given out is what lies there.
pub fn ranges(places: &[u8]) {
    let to = x25519::Identity::from_str(IDENTITY).unwrap().to_public();
    let content: Vec<u8> = (0..LARGE).map(content_at).collect();
    let sealed = seal_to(&[&to], &content).unwrap();
    read_about(
        in_memory(&sealed),
        LARGE,
        places.get(..64).unwrap_or(places),
    );
}

/// Bytes of a snapshot exchanged for others, five for each: the index answers or refuses. What is no image at all is refused
/// too.
pub fn snapshot(bytes: &[u8]) {
    let _ = same_meaning::<Kept>(bytes);
    let _ = ask(bytes);
    let mut image = image();
    for patch in bytes.chunks_exact(5).take(64) {
        let place = u32::from_le_bytes([patch[0], patch[1], patch[2], patch[3]]) as usize;
        let place = place % image.len();
        image[place] = patch[4];
    }
    let _ = ask(&image);
}

/// The minutes after which a vault locks itself: one of those that can be chosen, whatever its record says.
pub fn settings(body: &[u8]) {
    if let Ok(body) = serde_json::from_slice::<Value>(body) {
        assert!(LOCK_AFTER.contains(&minutes(&body)));
    }
}

// Everything that is asked of an index, of one that came from a disk.
fn ask(image: &[u8]) -> Result<(), crate::Error> {
    let mut index = Index::from_image(&Words, image, image.len())?;
    let seqs = index.seqs()?;
    let (_, _) = (index.files()?, index.of_kind("note")?);
    let (_, _) = (index.without_id("note")?, index.by_id("note", "n1")?);
    let (_, _) = (
        index.in_group("note", "g")?,
        index.marked("note", "m", "v")?,
    );
    let find = Find {
        kind: "note",
        matching: Some("word OR other*"),
        parts: Some("part"),
        marks: vec![("m", vec!["v".to_owned()])],
        limit: 10,
        ..Find::default()
    };
    let _ = index.find(&find)?;
    for seq in seqs.into_iter().take(8) {
        let _ = index.has_words(seq)?;
        index.remove(seq)?;
    }
    let _ = index.image()?;
    Ok(())
}

struct Words;

impl Projection for Words {
    fn kind(&self) -> VaultKind {
        VaultKind::Journal
    }

    fn version(&self) -> u32 {
        1
    }

    fn document(&self, entry: &Entry) -> Document {
        Document {
            id: format!("n{}", entry.seq),
            group: "g".to_owned(),
            row: "{}".to_owned(),
            marks: vec![("m", "v".to_owned())],
            span: Some((0, 9)),
            rank: Rank::default(),
        }
    }

    fn text(&self, entry: &Entry) -> String {
        format!("word other{} third", entry.seq)
    }
}

fn image() -> Vec<u8> {
    thread_local! {
        static IMAGE: Vec<u8> = {
            let mut index = Index::new(&Words).unwrap();
            for seq in 1..6 {
                let entry = Entry {
                    seq,
                    at: jiff::Timestamp::UNIX_EPOCH,
                    kind: "note".to_owned(),
                    body: serde_json::json!({ "blob": "aa", "key": "K", "size": 1, "sha256": "s" }),
                };
                index.add(entry.into()).unwrap();
            }
            let image = index.image().unwrap();
            image.to_vec()
        };
    }
    IMAGE.with(Clone::clone)
}

fn in_memory(bytes: &[u8]) -> File {
    let mut file = File::from(memfd_create("fuzz", MemfdFlags::CLOEXEC).unwrap());
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    file
}

// Four bytes for each place: where, from which end, how many.
fn read_about(file: File, size: u64, places: &[u8]) {
    let blob = BlobRef {
        name: "0".repeat(32),
        key: IDENTITY.to_owned(),
        size,
        sha256: String::new(),
    };
    let Ok(mut reader) = BlobReader::over(file, &blob) else {
        return;
    };
    let mut buffer = [0; 512];
    for place in places.chunks_exact(4) {
        let far = u64::from(place[0]) << 16 | u64::from(place[1]) << 8 | u64::from(place[2]);
        let to = match place[3] % 3 {
            0 => SeekFrom::Start(far),
            1 => SeekFrom::End(-(far as i64)),
            _ => SeekFrom::Current(far as i64 - (1 << 23)),
        };
        let Ok(at) = reader.seek(to) else { continue };
        let wanted = usize::from(place[3]) * 2;
        let Ok(got) = reader.read(&mut buffer[..wanted]) else {
            continue;
        };
        assert!(at + got as u64 <= size.max(at), "more than the record says");
        for (at, byte) in (at..).zip(&buffer[..got]) {
            assert_eq!(*byte, content_at(at), "another byte at {at}");
        }
        assert!(
            got > 0 || wanted == 0 || at >= size,
            "nothing before the end"
        );
    }
}

fn content_at(at: u64) -> u8 {
    (at % 251).to_le_bytes()[0]
}

fn with_ring<T>(act: impl FnOnce(&Ring) -> T) -> T {
    thread_local! {
        static RING: Ring = {
            let unlock = x25519::Identity::from_str(IDENTITY).unwrap().to_public();
            Ring::from_text(RING_TEXT, unlock).expect("a ring")
        };
    }
    RING.with(act)
}

/// Of the keys here; they open nothing else.
const IDENTITY: &str = "AGE-SECRET-KEY-153F67K8Y0JVP252WW694W8RYWAQ0746G9EG50ETMGMM9C2ZXTXNQ6HN3G4";
const RING_TEXT: &str = "# chronicle ring 1
# vault 00112233445566778899aabbccddeeff
# kind journal
# from 41
# mac 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
AGE-SECRET-KEY-153F67K8Y0JVP252WW694W8RYWAQ0746G9EG50ETMGMM9C2ZXTXNQ6HN3G4
# mac 202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f
AGE-SECRET-KEY-1LGJJRLA6EM92KQ2J73VR2P2RFEZA0FDGZAU4ZGYX0J6GVKZ72GVST95GLF
";
const CHEAP: u8 = 8;
/// Bytes of the content that the kept files of evidence were sealed with.
const SMALL: u64 = 400;
const LARGE: u64 = 200_000;

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::catch_unwind;

    #[test]
    fn the_kept_corpus_is_read_as_promised() {
        replay::all(&CHECKS);
    }

    // An input that is refused at its first byte would say nothing.
    #[test]
    fn the_kept_inputs_reach_what_they_are_for() {
        let by = by_passphrase_up_to(SecretString::from("fuzz".to_owned()), CHEAP);
        let key = include_bytes!("../../../fuzz/corpus/key_file/sealed");
        let text = open_small(key, &[&by]).unwrap();
        assert!(identity_in(&text).is_ok());
        let dear = include_bytes!("../../../fuzz/corpus/key_file/too-much");
        assert!(open_small(dear, &[&by]).is_err() && work_factor(dear) == Some(20));
        let own = include_bytes!("../../../fuzz/corpus/record/own");
        assert!(same_meaning::<Line>(own).is_some());
        let told = include_bytes!("../../../fuzz/corpus/head/doubts");
        assert!(same_meaning::<Head>(told).is_some_and(|head| head.doubts.len() == 3));
        let kept = include_bytes!("../../../fuzz/corpus/snapshot/kept");
        assert!(same_meaning::<Kept>(kept).is_some());
        assert!(ask(&image()).is_ok());
    }

    // Planted: each of these breaks its promise, and the check must say so.
    #[test]
    fn a_broken_promise_is_found() {
        // A plaintext with a MAC is no forgery.
        let line = std::str::from_utf8(include_bytes!("../../../fuzz/corpus/record/own")).unwrap();
        let vouched = with_ring(|ring| {
            let tag = record::mac(ring.newest().unwrap(), record::PURPOSE, line.as_bytes());
            format!("{line}\n{}\n", hex::encode(tag))
        });
        assert!(catch_unwind(|| forged(vouched.as_bytes())).is_err());
        // Content that somebody exchanged, and the right one.
        let to = x25519::Identity::from_str(IDENTITY).unwrap().to_public();
        let read = |content: &[u8]| {
            let sealed = seal_to(&[&to], content).unwrap();
            catch_unwind(|| read_about(in_memory(&sealed), SMALL, &[0, 0, 10, 33])).is_ok()
        };
        let right: Vec<u8> = (0..SMALL).map(content_at).collect();
        assert!(read(&right) && !read(&[7; SMALL as usize]));
    }
}
