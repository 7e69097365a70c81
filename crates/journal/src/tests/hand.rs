//! By hand: what leaves is what was sealed, and what comes back counts for exactly what it proves.

use super::messages::Story;
use super::*;
use crate::view::Returned;
use chronicle_bundle::Said;
use std::io::Read;

// A sealed report without a receipt, and the receipt that would come back for it.
fn waiting() -> (Story, String, Receipt) {
    let mut story = Story::new();
    let id = story.delivery().id;
    story
        .journal
        .change_delivery(&id, &now(), |d| (d.receipt, d.day) = (None, None))
        .unwrap();
    let raw = &story.journal.deliveries[&id].bundle;
    let (sha256, size) = (Hash::parse(raw.sha256()).unwrap(), raw.size());
    (story, id, Receipt { sha256, size })
}

struct Receipt {
    sha256: Hash,
    size: u64,
}

impl Receipt {
    fn by(&self, story: &Story, key: &SigningKey, day: &str) -> Vec<u8> {
        let day = day.parse().unwrap();
        let signed = StoredReceipt::sign(story.house.id, self.sha256, self.size, day, key);
        serde_json::to_vec(&signed).unwrap()
    }
}

fn back(story: &mut Story, bytes: &[u8]) -> Result<Returned, &'static str> {
    match story.journal.take_back(&mut &*bytes, &now()) {
        Ok(view) => Ok(view.came),
        Err(Error::Returned(code)) => Err(code),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn what_leaves_is_what_was_sealed() {
    let (story, id, of) = waiting();
    let mut sealed = story.journal.sealed_file(&id).unwrap();
    let mut bytes = Vec::new();
    sealed.content.read_to_end(&mut bytes).unwrap();
    assert_eq!(Hash::of(&bytes), of.sha256);
    assert_eq!((bytes.len() as u64, sealed.size), (of.size, of.size));
    assert!(
        of.sha256
            .to_string()
            .starts_with(sealed.name.strip_suffix(".age").unwrap())
    );
    assert!(matches!(
        story.journal.sealed_file("none"),
        Err(Error::NotFound)
    ));
}

#[test]
fn a_receipt_counts_for_its_report_alone() {
    let (mut story, id, of) = waiting();
    let seed = story.house.receipt_key.seed();
    let key = SigningKey::from_seed(&seed).unwrap();
    let stranger = SigningKey::draw().unwrap();
    for (wrong, code) in [
        (of.by(&story, &stranger, "2026-03-15"), "returned-nothing"),
        (of.by(&story, &key, "2020-01-01"), "receipt-day"),
        (b"{}".to_vec(), "returned-nothing"),
        (Vec::new(), "returned-nothing"),
        (vec![7; 262_144], "returned-nothing"),
        (vec![b' '; 262_145], "returned-nothing"),
    ] {
        assert_eq!(back(&mut story, &wrong), Err(code));
        assert_eq!(story.delivery().stage, Stage::Waiting);
    }
    let other = Receipt {
        sha256: Hash::of(b"another"),
        ..of
    };
    let other = other.by(&story, &key, "2026-03-15");
    assert_eq!(back(&mut story, &other), Err("returned-nothing"));
    let right = of.by(&story, &key, "2026-03-15");
    assert_eq!(back(&mut story, &right), Ok(Returned::Stored));
    let delivery = story.delivery();
    assert_eq!((delivery.id, delivery.stage), (id, Stage::Stored));
    assert_eq!(back(&mut story, &right), Ok(Returned::Known));
}

#[test]
fn what_was_written_comes_back_as_from_the_mailbox() {
    let (mut story, id, _) = waiting();
    let opened = story.message("0a", Said::Opened);
    let stranger = SigningKey::draw().unwrap();
    let forged = story.sealed_by(&opened, &stranger);
    assert_eq!(back(&mut story, &forged), Err("returned-refused"));
    assert_eq!(story.delivery().stage, Stage::Waiting);
    let sealed = story.sealed(&opened);
    assert_eq!(back(&mut story, &sealed), Ok(Returned::Message));
    assert_eq!(story.delivery().stage, Stage::Opened);
    // It never needed an endpoint, and waits for none.
    assert!(!story.journal.deliveries[&id].is_under_way());
    assert!(matches!(
        story.journal.sealed_file(&id),
        Err(Error::SealedGone)
    ));
    let again = story.sealed(&opened);
    assert_eq!(back(&mut story, &again), Ok(Returned::Known));
}
