//! Delivery goes on while the journal is locked, and nothing that was spooled counts before it proved itself.

use super::*;
use crate::{Errands, LockedOutbox};
use chronicle_sync::{Parcel, Way};
use chronicle_vault::Locked;
use std::sync::atomic::{AtomicUsize, Ordering};

struct Story {
    dir: tempfile::TempDir,
    house: House,
    errands: Errands,
}

// One report waits, and the journal is locked.
fn locked() -> Story {
    let dir = tempfile::tempdir().unwrap();
    let house = house("A");
    let mut journal = fresh(dir.path());
    let words = Words::new(Locale::En);
    journal
        .join(&house.invitation, &house.words, &now())
        .unwrap();
    assert!(journal.errands().unwrap().is_none(), "nothing waits yet");
    let id = journal.save(None, example(), &now()).unwrap().id;
    journal.send(&id, house.id, &[], &words, &now()).unwrap();
    let errands = journal.errands().unwrap().unwrap();
    assert_eq!(errands.left(), 1);
    // As it is handed from one image of the process to the next.
    let handed = serde_json::to_vec(&errands).unwrap();
    let errands = serde_json::from_slice(&handed).unwrap();
    Story {
        dir,
        house,
        errands,
    }
}

fn begin(story: &Story) -> LockedOutbox {
    LockedOutbox::begin(story.dir.path(), story.errands.clone(), |_| {}).unwrap()
}

fn open(story: &Story) -> Journal {
    Journal::unlock(story.dir.path(), &passphrase()).unwrap()
}

fn receipt(story: &Story, parcel: &Parcel, key: &SigningKey) -> SignedDocument {
    let day = "2026-03-15".parse().unwrap();
    StoredReceipt::sign(story.house.id, parcel.sha256, parcel.size, day, key)
}

#[test]
fn what_is_handed_over_holds_no_text_and_no_key() {
    let story = locked();
    let handed = serde_json::to_string(&story.errands).unwrap();
    let plain = example().what.narrative;
    assert!(plain.len() > 20);
    for secret in [
        plain.as_str(),
        "AGE-SECRET-KEY-",
        "sender",
        "mailbox",
        "reply",
    ] {
        assert!(!handed.contains(secret), "{secret}");
    }
}

#[test]
fn a_report_is_stored_while_the_journal_is_locked_and_told_after_the_unlock() {
    let story = locked();
    let told = Arc::new(AtomicUsize::new(9));
    let tell = Arc::clone(&told);
    let outbox = LockedOutbox::begin(story.dir.path(), story.errands.clone(), move |waiting| {
        tell.store(waiting, Ordering::SeqCst);
    })
    .unwrap();
    assert!(
        Journal::unlock(story.dir.path(), &passphrase()).is_err(),
        "the locked journal is held"
    );
    assert!(outbox.entrances().unwrap().is_empty());
    let parcel = outbox.waiting().unwrap().remove(0);
    assert_eq!(parcel.way.map(Way::code), Some("direct"), "settled before");
    let mut ciphertext = Vec::new();
    outbox
        .open(&parcel.id)
        .unwrap()
        .read_to_end(&mut ciphertext)
        .unwrap();
    assert_eq!(Hash::of(&ciphertext), parcel.sha256);
    outbox.exchanged(parcel.organisation).unwrap();
    outbox.created(&parcel.id, "/v1/upload/1").unwrap();
    assert!(outbox.waiting().unwrap()[0].token.is_none());
    // Locked and opened again in between: the upload goes on where it was.
    let errands = outbox.end();
    let mut journal = open(&story);
    assert_eq!(journal.take_spooled(&now()).unwrap(), 0);
    let again = journal.errands().unwrap().unwrap();
    drop(journal);
    for errands in [errands, again] {
        let outbox = LockedOutbox::begin(story.dir.path(), errands, |_| {}).unwrap();
        let waiting = outbox.waiting().unwrap();
        assert_eq!(waiting[0].upload.as_deref(), Some("/v1/upload/1"));
        outbox.end();
    }
    let outbox = begin(&story);
    let signed = receipt(&story, &parcel, &story.house.receipt_key);
    outbox
        .stored(&parcel.id, &signed, "2026-03-15".parse().unwrap())
        .unwrap();
    assert!(outbox.waiting().unwrap().is_empty());
    outbox.end();
    let mut journal = open(&story);
    assert_eq!(journal.deliveries(&now())[0].stage, Stage::Waiting);
    assert_eq!(journal.take_spooled(&now()).unwrap(), 0);
    let journal = reopen(journal, story.dir.path());
    assert_eq!(journal.deliveries(&now())[0].stage, Stage::Stored);
    assert!(journal.errands().unwrap().is_none());
    drop(told);
}

#[test]
fn how_many_wait_is_told_and_a_parcel_that_a_person_must_see_rests() {
    let story = locked();
    let told = Arc::new(AtomicUsize::new(9));
    let tell = Arc::clone(&told);
    let outbox = LockedOutbox::begin(story.dir.path(), story.errands.clone(), move |waiting| {
        tell.store(waiting, Ordering::SeqCst);
    })
    .unwrap();
    let parcel = outbox.waiting().unwrap().remove(0);
    for _ in 0..2 {
        outbox.trouble(&parcel.id, &Trouble::from(Reason::BundleRefused));
        assert_eq!(outbox.waiting().unwrap().len(), 1);
    }
    outbox.trouble(&parcel.id, &Trouble::from(Reason::EndpointUnreachable));
    assert_eq!(
        (outbox.waiting().unwrap().len(), told.load(Ordering::SeqCst)),
        (1, 1)
    );
    outbox.trouble(&parcel.id, &Trouble::from(Reason::BundleRefused));
    assert_eq!(
        (outbox.waiting().unwrap().len(), told.load(Ordering::SeqCst)),
        (0, 0)
    );
}

#[test]
fn a_spool_written_by_somebody_else_changes_nothing() {
    let story = locked();
    let outbox = begin(&story);
    let parcel = outbox.waiting().unwrap().remove(0);
    let errands = outbox.end();
    let (wrong_key, right_key) = (SigningKey::draw().unwrap(), &story.house.receipt_key);
    let mut other = receipt(&story, &parcel, right_key);
    other.body = other.body.replace("2026-03-15", "2026-03-14");
    let forged = [
        serde_json::json!({"receipt": {"delivery": parcel.id, "receipt": receipt(&story, &parcel, &wrong_key)}}),
        serde_json::json!({"receipt": {"delivery": parcel.id, "receipt": other}}),
        serde_json::json!({"receipt": {"delivery": "another", "receipt": receipt(&story, &parcel, right_key)}}),
        serde_json::json!({"upload": {"delivery": "another", "path": "/v1/upload/1"}}),
        serde_json::json!({"upload": {"delivery": parcel.id, "path": "/".repeat(2000)}}),
        serde_json::json!({"upload": {"delivery": parcel.id, "path": "/v1/upload/1", "way": "direct"}}),
        serde_json::json!({"organisation": {"id": story.house.id, "way": "direct"}}),
        serde_json::json!([]),
    ];
    let handed: serde_json::Value = serde_json::to_value(&errands).unwrap();
    let locked = Locked::again(story.dir.path(), handed["recipient"].as_str().unwrap()).unwrap();
    for entry in &forged {
        locked.spool(entry.to_string().as_bytes()).unwrap();
    }
    locked.spool(b"not even text \xff").unwrap();
    drop(locked);
    let mut journal = open(&story);
    let before = serde_json::to_string(&journal.errands().unwrap().unwrap()).unwrap();
    assert_eq!(journal.take_spooled(&now()).unwrap(), forged.len() + 1);
    let after = serde_json::to_string(&journal.errands().unwrap().unwrap()).unwrap();
    assert!(before == after, "something was believed");
    assert_eq!(journal.deliveries(&now())[0].stage, Stage::Waiting);
    assert_eq!(
        journal.take_spooled(&now()).unwrap(),
        0,
        "the spool is empty"
    );
    // And one that is true is seen by the same test.
    let locked = Locked::again(story.dir.path(), handed["recipient"].as_str().unwrap());
    assert!(locked.is_err(), "the journal is open");
    drop(journal);
    let locked = Locked::again(story.dir.path(), handed["recipient"].as_str().unwrap()).unwrap();
    let signed = receipt(&story, &parcel, right_key);
    let entry = serde_json::json!({"receipt": {"delivery": parcel.id, "receipt": signed}});
    locked.spool(entry.to_string().as_bytes()).unwrap();
    drop(locked);
    let mut journal = open(&story);
    assert_eq!(journal.take_spooled(&now()).unwrap(), 0);
    assert_eq!(journal.deliveries(&now())[0].stage, Stage::Stored);
}
