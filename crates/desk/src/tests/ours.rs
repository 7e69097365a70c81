//! The organisation changes: its keys, its people, its master keys, its end. What was sealed before still opens where it must.

use super::*;
use crate::ours::{profile_of, sign_root};
use crate::{RootDraft, new_root_key};
use chronicle_bundle::Rule;
use chronicle_journal::{Journal, JournalOutbox};
use chronicle_report::Draft;
use chronicle_sync::Outbox;
use chronicle_wire::organisation::Credentials;
use chronicle_wire::{Profile, StoredReceipt, Token, TrustError, Verified};
use chronicle_words::{Locale, Words};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

fn later(days: i64) -> Zoned {
    now().checked_add(jiff::Span::new().days(days)).unwrap()
}

fn founded() -> House {
    let mut house = House::new();
    house.found(&founding(), "offline").unwrap();
    house
}

fn profile(desk: &Desk) -> Profile<Verified> {
    profile_of(desk.founded.as_ref().unwrap()).unwrap()
}

fn words(desk: &Desk) -> Vec<String> {
    desk.view(&now()).unwrap().organisation.unwrap().words
}

/// A report that a person seals after an invitation of this desk.
fn sealed_for(desk: &mut Desk) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::create_with(
        &dir.path().join("j"),
        &passphrase("a journal of its own"),
        10,
    )
    .unwrap();
    let token = Token::draw(TokenRole::Reporter).unwrap();
    let invitation = desk.invite(&token.expose(), &now()).unwrap();
    let joined = journal.join(&invitation, &words(desk), &now()).unwrap();
    let id = journal.find_organisation(&joined.id).unwrap();
    let mut draft = Draft::example();
    draft.evidence.clear();
    draft.report_id.clear();
    let incident = journal.save(None, draft, &now()).unwrap().id;
    let spoken = Words::new(Locale::En);
    journal.send(&incident, id, &[], &spoken, &now()).unwrap();
    let outbox = JournalOutbox::new(Arc::new(Mutex::new(journal)), now, || {});
    let parcel = outbox.waiting().unwrap().remove(0);
    let mut bytes = Vec::new();
    outbox
        .open(&parcel.id)
        .unwrap()
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}

fn opens(desk: &Desk, bundle: &[u8]) -> Result<(), Rule> {
    let mut raw = desk.vault.intake().new_raw().unwrap();
    raw.write_all(bundle).unwrap();
    let raw = raw.finish().unwrap();
    let opened = desk.opener().unwrap().open(&raw, Hash::of(bundle));
    desk.vault.discard_raw(&raw).unwrap();
    match opened {
        Ok(_) => Ok(()),
        Err((error, _)) => Err(error.rule().expect("the bundle's own fault")),
    }
}

fn reopened(house: House) -> House {
    let House { dir, desk, secret } = house;
    drop(desk);
    let folder = dir.path().join("desk");
    let desk = Desk::unlock(&folder, &passphrase("a desk of its own")).unwrap();
    assert_eq!(desk.findings(), []);
    House { dir, desk, secret }
}

fn identity_files(house: &House) -> Vec<PathBuf> {
    let folder = house.dir.path().join("desk/identities");
    let files = std::fs::read_dir(folder).unwrap();
    files.map(|file| file.unwrap().path()).collect()
}

#[test]
fn what_was_sealed_to_retired_keys_still_opens_until_they_are_forgotten() {
    let mut house = founded();
    let known = profile(&house.desk);
    let before = sealed_for(&mut house.desk);
    let view = house.desk.rotate(false, &later(1)).unwrap();
    let ours = view.organisation.unwrap();
    assert_eq!((ours.profile_version, ours.retired.len()), (2, 1));
    let newer = profile(&house.desk);
    assert_eq!(newer.follows(&known), Ok(()));
    assert_ne!(newer.recipients_hash(), known.recipients_hash());
    assert!(newer.body().revoked.is_empty());
    let after = sealed_for(&mut house.desk);
    let mut house = reopened(house);
    for bundle in [&before, &after] {
        assert_eq!(opens(&house.desk, bundle), Ok(()));
    }

    // Only a retired one can be forgotten, and only by a decision that is written down.
    let retired = ours.retired[0].identity.clone();
    let present = house.desk.founded.as_ref().unwrap().identities[0].clone();
    assert!(matches!(
        house.desk.forget_identity(&present, "no", &later(2)),
        Err(Error::NotFound)
    ));
    assert_eq!(identity_files(&house).len(), 2);
    house
        .desk
        .forget_identity(&retired, "five years are over", &later(2))
        .unwrap();
    assert_eq!(identity_files(&house).len(), 1);
    let house = reopened(house);
    assert_eq!(opens(&house.desk, &before), Err(Rule::NotForUs));
    assert_eq!(opens(&house.desk, &after), Ok(()));
    let decided = house.desk.decisions().unwrap();
    let told: Vec<_> = decided
        .iter()
        .map(|d| (d.what.as_str(), d.reason.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("identity-forgotten", "five years are over"),
            ("rotated", "")
        ]
    );
    assert_eq!(decided[0].about, retired);
}

#[test]
fn a_crash_while_forgetting_leaves_no_key_behind() {
    let mut house = founded();
    house.desk.rotate(false, &later(1)).unwrap();
    let retired = house.desk.founded.as_ref().unwrap().retired[0]
        .identity
        .clone();
    let file = house
        .dir
        .path()
        .join("desk/identities")
        .join(format!("{retired}.age"));
    let bytes = std::fs::read(&file).unwrap();
    house
        .desk
        .forget_identity(&retired, "old", &later(2))
        .unwrap();
    // As if the process had ended between the record and the file.
    std::fs::write(&file, bytes).unwrap();
    let house = reopened(house);
    assert!(!file.exists());
    assert_eq!(identity_files(&house).len(), 1);
}

#[test]
fn a_key_that_somebody_else_may_have_is_said_to_everybody() {
    let mut house = founded();
    let own = house.desk.own_recipient().unwrap();
    house.desk.rotate(true, &later(1)).unwrap();
    let body = profile(&house.desk).body().clone();
    assert!(body.has_revoked(&own));
    assert!(!body.has_revoked(&house.desk.own_recipient().unwrap()));
    assert_eq!(body.revoked[0].day, day(&later(1)));
    assert!(
        house
            .desk
            .view(&now())
            .unwrap()
            .organisation
            .unwrap()
            .retired[0]
            .compromised
    );
}

#[test]
fn a_colleague_joins_by_words_and_leaves() {
    let mut house = founded();
    let folder = house.dir.path().join("colleague");
    let mut other = Desk::create_with(&folder, &passphrase("another desk of its own"), 10).unwrap();
    let (request, read_out) = other.ask(&now()).unwrap();
    assert_eq!(
        other.ask(&now()).unwrap().0,
        request,
        "asked again, the same"
    );
    let admit = |house: &mut House, request: &str, words: &[String]| {
        house.desk.admit(request, words, "Dana", &later(1))
    };
    let mut wrong = read_out.clone();
    wrong.rotate_left(1);
    assert!(matches!(
        admit(&mut house, &request, &wrong),
        Err(Error::Words(_))
    ));
    // Somebody in between puts in a key of their own: the words are others.
    let mut stranger = founded().desk;
    stranger.founded = None;
    let (theirs, _) = stranger.ask(&now()).unwrap();
    assert!(matches!(
        admit(&mut house, &theirs, &read_out),
        Err(Error::Words(_))
    ));
    let swapped = request.replace("age1pq1", "age1pq2");
    assert!(matches!(
        admit(&mut house, &swapped, &read_out),
        Err(Error::Request)
    ));
    assert_eq!(profile(&house.desk).body().version, 1, "nothing was signed");

    let before = sealed_for(&mut house.desk);
    let welcome = admit(&mut house, &request, &read_out).unwrap();
    assert_eq!(
        admit(&mut house, &request, &read_out).unwrap(),
        welcome,
        "once"
    );
    let view = house.desk.view(&now()).unwrap().organisation.unwrap();
    let theirs = view.colleagues.iter().find(|c| c.name == "Dana").unwrap();
    let text = house.desk.profile_file().unwrap();
    assert!(!text.contains("Dana"), "names exist only at the desk");

    assert!(matches!(
        other.enter(&welcome, &wrong, &now()),
        Err(Error::Words(_))
    ));
    let ours = words(&house.desk);
    let unsigned = welcome.replace("\"signature\":\"", "\"signature\":\"00");
    assert!(matches!(
        other.enter(&unsigned, &ours, &now()),
        Err(Error::Request)
    ));
    assert!(matches!(
        stranger.enter(&welcome, &ours, &now()),
        Err(Error::Request)
    ));
    let entered = other.enter(&welcome, &ours, &now()).unwrap();
    assert!(!entered.organisation.unwrap().signs);
    let after = sealed_for(&mut house.desk);
    assert_eq!(opens(&other, &after), Ok(()));
    assert_eq!(opens(&house.desk, &after), Ok(()));
    assert_eq!(opens(&other, &before), Err(Rule::NotForUs), "sealed before");
    // Who does not sign changes nothing.
    assert!(matches!(other.renew(&now()), Err(Error::NotSigner)));
    assert!(matches!(other.rotate(false, &now()), Err(Error::NotSigner)));
    assert!(matches!(other.close(&now()), Err(Error::NotSigner)));

    let label = theirs.label.clone();
    assert!(matches!(
        house.desk.dismiss("00000000", false, "", &later(2)),
        Err(Error::NotFound)
    ));
    let own = view.colleagues.iter().find(|c| c.own).unwrap();
    assert!(matches!(
        house.desk.dismiss(&own.label, false, "", &later(2)),
        Err(Error::NotFound)
    ));
    let key = profile(&other).body().keys.last().unwrap().key;
    house.desk.dismiss(&label, true, "left", &later(2)).unwrap();
    let left = profile(&house.desk);
    assert!(left.body().has_revoked(&other.own_recipient().unwrap()));
    assert!(left.key_counts(key, Role::Caseworker, day(&later(30))));
    assert!(!left.key_counts(key, Role::Caseworker, day(&later(33))));
    let last = sealed_for(&mut house.desk);
    assert_eq!(opens(&other, &last), Err(Rule::NotForUs));
    // The colleague's desk learns of it from what the endpoint gives out.
    let (said, problem) = other.judge_served(&left, &later(3)).unwrap();
    assert!(said.is_none() && problem.is_none());
    assert_eq!(profile(&other).body().version, left.body().version);
}

#[test]
fn name_addresses_and_receipt_key_change_and_old_receipts_count_a_while() {
    let mut house = founded();
    let known = profile(&house.desk);
    let old = SigningKey::from_seed(&"01".repeat(32)).unwrap();
    let new = SigningKey::from_seed(&"02".repeat(32)).unwrap();
    let id = known.organisation();
    let desk = &mut house.desk;
    desk.set_name("Open Border e.V.", &later(1)).unwrap();
    let onion = format!("http://{}.onion", "a".repeat(56));
    desk.set_addresses(std::slice::from_ref(&onion), &later(1))
        .unwrap();
    desk.set_receipt_key(&new.public().to_string(), &later(10))
        .unwrap();
    for wrong in [vec![], vec!["http://example.org".to_owned()]] {
        assert!(matches!(
            desk.set_addresses(&wrong, &now()),
            Err(Error::Address)
        ));
    }
    assert!(matches!(
        desk.set_receipt_key("00", &now()),
        Err(Error::ReceiptKey)
    ));
    let profile = profile(desk);
    assert_eq!(profile.follows(&known), Ok(()));
    let body = profile.body();
    assert_eq!((body.version, body.name.as_str()), (4, "Open Border e.V."));
    assert_eq!(
        (body.addresses.as_slice(), body.transport.as_str()),
        ([onion].as_slice(), "onion-only")
    );
    let counts = |key: &SigningKey, days| {
        let sha256 = Hash::of(b"x");
        let receipt = StoredReceipt::sign(id, sha256, 9, day(&later(days)), key);
        StoredReceipt::verify(&receipt, &profile, sha256, 9, chronicle_wire::Day::MIN).err()
    };
    assert_eq!(counts(&old, 9), None);
    assert_eq!(counts(&old, 40), None, "30 days longer");
    assert_eq!(counts(&old, 41), Some(TrustError::ReceiptDay));
    assert_eq!(counts(&new, 100 + 30), None);
    assert_eq!(counts(&new, 100 + 31), Some(TrustError::ReceiptDay));
}

/// A receipt key counts for 90 days and 30 more, whatever a profile says.
#[test]
fn no_window_of_a_receipt_key_is_longer_than_ninety_days() {
    let mut house = founded();
    let founded = house.desk.founded.as_mut().unwrap();
    let mut body: serde_json::Value =
        serde_json::from_str(&founded.credentials.profile.body).unwrap();
    body["keys"][0]["until"] = "2036-01-01".into();
    let key = SigningKey::from_seed(founded.profile_key.as_ref().unwrap()).unwrap();
    founded.credentials.profile = chronicle_wire::signed::SignedDocument::sign(
        chronicle_wire::signed::purpose::PROFILE,
        body.to_string(),
        &[&key],
    );
    let profile = profile(&house.desk);
    let receipt = profile.body().keys[0].key;
    assert!(profile.key_counts(receipt, Role::EndpointReceipt, day(&later(120))));
    assert!(!profile.key_counts(receipt, Role::EndpointReceipt, day(&later(121))));
}

#[test]
fn what_should_be_renewed_is_said_in_time() {
    let mut house = founded();
    let said = |house: &House, days| {
        let view = house.desk.view(&later(days)).unwrap().organisation.unwrap();
        let codes = view.notices.into_iter().map(|n| n.code);
        codes.collect::<Vec<_>>()
    };
    assert_eq!(said(&house, 60), Vec::<String>::new());
    assert_eq!(said(&house, 61), ["ours-receipts-soon"]);
    assert_eq!(
        said(&house, 91),
        ["ours-profile-soon", "ours-receipts-expired"]
    );
    assert_eq!(
        said(&house, 181),
        ["ours-profile-expired", "ours-receipts-expired"]
    );
    house.desk.renew(&later(181)).unwrap();
    assert_eq!(said(&house, 181), Vec::<String>::new());
    assert_eq!(
        said(&house, 3 * 365),
        [
            "ours-profile-expired",
            "ours-receipts-expired",
            "ours-root-soon"
        ]
    );
}

#[test]
fn a_closed_organisation_changes_no_more() {
    let mut house = founded();
    let bundle = sealed_for(&mut house.desk);
    house.desk.close(&later(1)).unwrap();
    assert!(profile(&house.desk).body().closed);
    let desk = &mut house.desk;
    assert!(matches!(desk.renew(&now()), Err(Error::Closed)));
    assert!(matches!(desk.rotate(false, &now()), Err(Error::Closed)));
    assert!(matches!(
        desk.draft_root(&RootDraft::default(), &now()),
        Err(Error::Closed)
    ));
    let token = Token::draw(TokenRole::Reporter).unwrap();
    assert!(matches!(
        desk.invite(&token.expose(), &now()),
        Err(Error::Closed)
    ));
    assert_eq!(opens(desk, &bundle), Ok(()), "what was on its way is read");
}

struct Holder {
    folder: PathBuf,
    secret: Passphrase,
}

impl Holder {
    fn new(house: &House, name: &str) -> Self {
        Self {
            folder: house.dir.path().join(name),
            secret: passphrase(&format!("the secret of {name} alone")),
        }
    }

    fn medium(&self) -> Medium<'_> {
        Medium {
            folder: &self.folder,
            passphrase: &self.secret,
            log_n: 10,
        }
    }
}

#[test]
fn two_of_three_holders_sign_later_roots_and_one_does_not() {
    let mut house = House::new();
    let holders: Vec<Holder> = ["a", "b", "c"]
        .iter()
        .map(|n| Holder::new(&house, n))
        .collect();
    let media: Vec<Medium<'_>> = holders.iter().map(Holder::medium).collect();
    let vault = house.dir.path().join("desk");
    for threshold in [0, 4] {
        let refused = house
            .desk
            .found(&founding(), &media, threshold, &vault, &now());
        assert!(matches!(refused, Err(Error::Threshold)));
    }
    let twice = [holders[0].medium(), holders[0].medium()];
    let refused = house.desk.found(&founding(), &twice, 1, &vault, &now());
    assert!(matches!(refused, Err(Error::SameMedium)));
    house
        .desk
        .found(&founding(), &media, 2, &vault, &now())
        .unwrap();
    let first = profile(&house.desk);
    assert_eq!(
        (first.root().root_keys.len(), first.root().root_threshold),
        (3, 2)
    );
    assert!(holders[0].folder.join("archive.age").exists());
    assert!(
        !holders[1].folder.join("archive.age").exists(),
        "one copy, with one holder"
    );
    let bundle = sealed_for(&mut house.desk);

    // One of them leaves, another comes; the key that signs profiles is exchanged as well.
    let dora = Holder::new(&house, "d");
    let new = new_root_key(&dora.medium()).unwrap();
    assert!(matches!(
        new_root_key(&dora.medium()),
        Err(Error::MediumUsed)
    ));
    let keys: Vec<String> = first.root().root_keys[..2]
        .iter()
        .chain([&new])
        .map(ToString::to_string)
        .collect();
    let change = RootDraft {
        root_keys: &keys,
        threshold: None,
        new_profile_key: true,
    };
    let draft = house.desk.draft_root(&change, &later(100)).unwrap();
    let by = |who: &Holder, draft: &str| sign_root(draft, &who.medium()).unwrap();
    let a = by(&holders[0], &draft);
    // The one who comes does not count for the root before; the one who left not for the new one.
    for signed in [
        vec![a.clone()],
        vec![by(&dora, &a)],
        vec![by(&holders[2], &a)],
    ] {
        let finished = house.desk.finish_root(&signed, &later(101));
        assert!(matches!(finished, Err(Error::RootSignatures)));
    }
    let stranger = Holder::new(&house, "e");
    assert!(matches!(
        sign_root(&draft, &stranger.medium()),
        Err(Error::Medium)
    ));
    let guessed = Medium {
        passphrase: &stranger.secret,
        ..holders[0].medium()
    };
    assert!(matches!(sign_root(&draft, &guessed), Err(Error::Medium)));
    let other = draft.replace("2029", "2039");
    assert!(matches!(
        house.desk.finish_root(
            &[by(&holders[0], &other), by(&holders[1], &other)],
            &later(101)
        ),
        Err(Error::RootDraft)
    ));
    // Each signs a copy of their own, and both come back.
    let before = words(&house.desk);
    let b = by(&holders[1], &draft);
    let mut house = reopened(house);
    house.desk.finish_root(&[a, b], &later(101)).unwrap();
    let house = reopened(house);
    let second = profile(&house.desk);
    assert_eq!(second.root().version, 2);
    assert_eq!(second.follows(&first), Err(TrustError::RootChanged));
    assert_eq!(second.organisation(), first.organisation());
    assert_ne!(words(&house.desk), before);
    assert_eq!(
        opens(&house.desk, &bundle),
        Ok(()),
        "sealed under the root before"
    );
    assert_eq!(second.body().version, first.body().version + 1);
}

#[test]
fn what_the_profile_key_before_signs_counts_no_more() {
    let mut house = founded();
    let stolen = house
        .desk
        .founded
        .as_ref()
        .unwrap()
        .profile_key
        .clone()
        .unwrap();
    let change = RootDraft {
        new_profile_key: true,
        ..RootDraft::default()
    };
    let draft = house.desk.draft_root(&change, &later(1)).unwrap();
    let medium = house.dir.path().join("offline");
    let medium = Medium {
        folder: &medium,
        passphrase: &house.secret,
        log_n: 10,
    };
    let signed = sign_root(&draft, &medium).unwrap();
    house.desk.finish_root(&[signed], &later(1)).unwrap();
    let founded = house.desk.founded.as_ref().unwrap();
    assert_ne!(*founded.profile_key.as_ref().unwrap(), stolen);
    let forged = Credentials {
        profile: chronicle_wire::signed::SignedDocument::sign(
            chronicle_wire::signed::purpose::PROFILE,
            founded.credentials.profile.body.clone(),
            &[&SigningKey::from_seed(&stolen).unwrap()],
        ),
        ..founded.credentials.clone()
    };
    let verified = Profile::read(forged).unwrap().verify();
    assert_eq!(verified.err(), Some(TrustError::Signature));
    // A second root of the same version, on another way, is refused by who knows this one.
    house.desk.renew(&later(2)).unwrap();
    assert_eq!(profile(&house.desk).root().version, 2);
}

#[test]
fn what_the_endpoint_gives_out_is_judged() {
    let mut house = founded();
    let old = profile(&house.desk);
    let (said, problem) = house.desk.judge_served(&old, &later(1)).unwrap();
    assert!(problem.is_none());
    let told = Credentials {
        current: said,
        ..old.credentials().clone()
    };
    let told = Profile::read(told).unwrap().verify().unwrap();
    assert_eq!(told.current_on(), Some(day(&later(1))));
    house.desk.renew(&later(2)).unwrap();
    let (said, problem) = house.desk.judge_served(&old, &later(3)).unwrap();
    assert!(said.is_none(), "an old one is not said to be current");
    assert_eq!(problem.unwrap().code, "profile-not-installed");
    let other = profile(&founded().desk);
    let (said, problem) = house.desk.judge_served(&other, &later(3)).unwrap();
    assert!(said.is_none());
    assert_eq!(problem.unwrap().code, "organisation-unknown");
}

/// A colleague's desk asks for the words before it takes up later master keys.
#[test]
fn later_master_keys_are_taken_up_by_their_words() {
    let mut house = founded();
    let folder = house.dir.path().join("colleague");
    let mut other = Desk::create_with(&folder, &passphrase("another desk of its own"), 10).unwrap();
    let (request, read_out) = other.ask(&now()).unwrap();
    let welcome = house
        .desk
        .admit(&request, &read_out, "Dana", &now())
        .unwrap();
    let before = words(&house.desk);
    other.enter(&welcome, &before, &now()).unwrap();
    assert!(matches!(
        other.confirm_root(&before, &now()),
        Err(Error::NotFound)
    ));
    let draft = house
        .desk
        .draft_root(&RootDraft::default(), &later(1))
        .unwrap();
    let medium = house.dir.path().join("offline");
    let medium = Medium {
        folder: &medium,
        passphrase: &house.secret,
        log_n: 10,
    };
    let signed = sign_root(&draft, &medium).unwrap();
    house.desk.finish_root(&[signed], &later(1)).unwrap();
    let (_, problem) = other
        .judge_served(&profile(&house.desk), &later(2))
        .unwrap();
    assert_eq!(problem.unwrap().code, "root-changed");
    assert_eq!(profile(&other).root().version, 1, "not silently");
    assert!(matches!(
        other.confirm_root(&before, &now()),
        Err(Error::Words(_))
    ));
    other.confirm_root(&words(&house.desk), &later(2)).unwrap();
    assert_eq!(profile(&other).root().version, 2);
}

/// A disk that fails here says nothing about who sent a bundle, and the endpoint still has it whole.
#[test]
fn what_was_damaged_here_is_not_laid_to_its_sender() {
    let mut house = founded();
    let bundle = sealed_for(&mut house.desk);
    let intake = house.desk.vault.intake();
    let opener = house.desk.opener().unwrap();
    let blobs = house.dir.path().join("desk/blobs");
    let open = |sent: &[u8], spoil: &dyn Fn(&mut Vec<u8>)| {
        let mut raw = intake.new_raw().unwrap();
        raw.write_all(sent).unwrap();
        let raw = raw.finish().unwrap();
        let file = std::fs::read_dir(&blobs)
            .unwrap()
            .map(|file| file.unwrap().path())
            .find(|path| std::fs::metadata(path).unwrap().len() == sent.len() as u64)
            .unwrap();
        let mut bytes = std::fs::read(&file).unwrap();
        spoil(&mut bytes);
        std::fs::write(&file, bytes).unwrap();
        let opened = opener.open(&raw, Hash::of(sent)).map(drop);
        std::fs::remove_file(&file).unwrap();
        opened.map_err(|(error, _)| error.rule())
    };
    assert_eq!(open(&bundle, &|_| ()), Ok(()));
    assert_eq!(open(&bundle, &|b| b[200_000] ^= 1), Err(None), "here");
    assert_eq!(open(&bundle, &|b| b.truncate(100_000)), Err(None), "here");
    let mut theirs = bundle.clone();
    theirs[200_000] ^= 1;
    assert_eq!(
        open(&theirs, &|_| ()),
        Err(Some(Rule::Ciphertext)),
        "the sender's"
    );
}
