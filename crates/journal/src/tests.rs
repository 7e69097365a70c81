//! The reporter's use cases on a real vault in a folder of its own; only the line is not there.

use super::*;

mod between;
mod hand;
mod invitations;
mod locked;
mod messages;
mod padding;
mod travel;
mod trust;
use crate::view::Stage;
use chronicle_bundle::{Identity, RecipientType};
use chronicle_report::Draft;
use chronicle_sync::{Matter, Outbox, Reason, Trouble};
use chronicle_wire::organisation::{
    Credentials, KeyEntry, ProfileBody, RecipientEntry, Role, RootBody,
};
use chronicle_wire::signed::purpose;
use chronicle_wire::{
    Invitation, Profile, SignedDocument, SigningKey, StoredReceipt, Token, TokenRole,
};
use chronicle_words::{Locale, Words};
use jiff::Zoned;
use std::io::{Read, Write};
use std::sync::{Arc, Mutex};

struct House {
    invitation: String,
    words: Vec<String>,
    root_key: SigningKey,
    profile_key: SigningKey,
    receipt_key: SigningKey,
    caseworker: SigningKey,
    credentials: Credentials,
    id: Hash,
}

fn now() -> Zoned {
    "2026-03-14T12:04:00+01:00[Europe/Berlin]".parse().unwrap()
}

// As organisations are founded.
fn house(name: &str) -> House {
    house_of(name, RecipientType::Hybrid)
}

fn house_of(name: &str, recipients: RecipientType) -> House {
    let [root_key, profile_key, receipt_key, caseworker] =
        [(); 4].map(|()| SigningKey::draw().unwrap());
    let key = |key: &SigningKey, role, label: &str| KeyEntry {
        key: key.public(),
        role,
        label: label.into(),
        from: "2026-03-01".parse().unwrap(),
        until: "2026-05-01".parse().unwrap(),
    };
    let root = RootBody {
        format: purpose::ROOT.into(),
        version: 1,
        organisation: None,
        root_keys: vec![root_key.public()],
        root_threshold: 1,
        profile_keys: vec![profile_key.public()],
        profile_threshold: 1,
        expires: "2029-01-01".parse().unwrap(),
        nonce: random_id().unwrap(),
    };
    let root = SignedDocument::sign(
        purpose::ROOT,
        serde_json::to_string(&root).unwrap(),
        &[&root_key],
    );
    let body = ProfileBody {
        format: purpose::PROFILE.into(),
        organisation: root.hash(),
        root: root.hash(),
        version: 1,
        name: name.into(),
        addresses: vec!["http://127.0.0.1:9".into()],
        transport: "any".into(),
        recipient_type: recipients.name().into(),
        recipients: vec![RecipientEntry {
            label: "a".into(),
            recipient: Identity::draw(recipients).recipient(),
            archive: false,
        }],
        keys: vec![
            key(&receipt_key, Role::EndpointReceipt, "r"),
            key(&caseworker, Role::Caseworker, "c"),
        ],
        padding: 1,
        formats: vec![1],
        release: None,
        revoked: vec![],
        closed: false,
        expires: "2026-09-01".parse().unwrap(),
    };
    let profile = SignedDocument::sign(
        purpose::PROFILE,
        serde_json::to_string(&body).unwrap(),
        &[&profile_key],
    );
    let credentials = Credentials {
        earlier: vec![],
        current: None,
        root,
        profile,
    };
    let verified = Profile::read(credentials.clone())
        .unwrap()
        .verify()
        .unwrap();
    let words = verified
        .words()
        .words()
        .into_iter()
        .map(str::to_owned)
        .collect();
    let invitation = Invitation {
        credentials: credentials.clone(),
        token: Token::draw(TokenRole::Reporter).unwrap(),
        introduction: 3,
    };
    House {
        invitation: invitation.to_text().to_string(),
        words,
        root_key,
        profile_key,
        receipt_key,
        caseworker,
        credentials,
        id: verified.organisation(),
    }
}

fn passphrase() -> Passphrase {
    Passphrase::new("six words that nobody else has").unwrap()
}

fn fresh(folder: &Path) -> Journal {
    Journal::create_with(folder, &passphrase(), 10).unwrap()
}

fn joined(dir: &Path, houses: &[&House]) -> Journal {
    let mut journal = fresh(dir);
    for house in houses {
        journal
            .join(&house.invitation, &house.words, &now())
            .unwrap();
    }
    journal
}

fn reopen(journal: Journal, folder: &Path) -> Journal {
    drop(journal);
    let journal = Journal::unlock(folder, &passphrase()).unwrap();
    assert_eq!(journal.findings(), []);
    journal
}

fn example() -> Draft {
    let mut draft = Draft::example();
    draft.evidence.clear();
    draft.report_id.clear();
    draft
}

fn attach(journal: &mut Journal, incident: &str, name: &str, content: &[u8]) -> String {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(content).unwrap();
    std::io::Seek::rewind(&mut file).unwrap();
    let taken = take_in(&journal.intake(), file, name, &mut |_| true).unwrap();
    journal.attach(incident, taken, &now()).unwrap().id
}

fn blobs(folder: &Path) -> usize {
    std::fs::read_dir(folder.join("blobs")).unwrap().count()
}

#[test]
fn a_draft_is_kept_without_any_answer_and_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = fresh(dir.path());
    let kept = journal.save(None, Draft::default(), &now()).unwrap();
    assert_eq!(kept.kept_at, "2026-03-14T12:04:00+01:00");
    assert_eq!(
        kept.missing,
        ["types", "narrative", "when", "country", "safety", "consent"]
    );
    let mut draft = example();
    journal.save(Some(&kept.id), draft.clone(), &now()).unwrap();
    draft.what.narrative.push_str(" И ещё.");
    journal.save(Some(&kept.id), draft.clone(), &now()).unwrap();
    let journal = reopen(journal, dir.path());
    let view = journal.incident(&kept.id, &now()).unwrap();
    assert!(view.draft == draft);
    assert_eq!(
        (
            view.revision,
            view.missing.len(),
            journal.incidents(&now()).unwrap().len()
        ),
        (1, 0, 1)
    );
}

#[test]
fn an_answer_that_breaks_the_schema_is_kept_told_and_not_sealed() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = fresh(dir.path());
    let house = house("A");
    journal
        .join(&house.invitation, &house.words, &now())
        .unwrap();
    let mut broken = example();
    broken.what.narrative = format!("{}\u{7}", "я".repeat(20_001));
    if let Some(when) = &mut broken.when {
        (when.edtf, when.local_time) = ("2026-13-45".into(), "9:3".into());
    }
    let kept = journal.save(None, broken.clone(), &now()).unwrap();
    let codes: Vec<&str> = kept.faults.iter().map(|f| f.code.as_str()).collect();
    assert!(
        codes.contains(&"report-too-long") && codes.len() >= 3,
        "{codes:?}"
    );
    assert_eq!(kept.faults[0].args["field"], "what.narrative");
    let mut journal = reopen(journal, dir.path());
    let view = journal.incident(&kept.id, &now()).unwrap();
    assert!(view.draft == broken && view.faults.len() == kept.faults.len());
    let words = Words::new(Locale::En);
    assert!(matches!(
        journal.send(&kept.id, house.id, &[], &words, &now()),
        Err(Error::Draft(_))
    ));
    assert_eq!(blobs(dir.path()), 0);
    // Only what no draft can be is refused, and leaves what was kept.
    let mut endless = example();
    endless.what.narrative = "x".repeat(5 << 20);
    assert!(matches!(
        journal.save(Some(&kept.id), endless, &now()),
        Err(Error::Draft(_))
    ));
    assert!(journal.incident(&kept.id, &now()).unwrap().draft == broken);
    assert!(matches!(
        journal.save(Some("none"), example(), &now()),
        Err(Error::NotFound)
    ));
}

#[test]
fn evidence_is_hashed_sealed_described_and_removed() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = fresh(dir.path());
    let id = journal.save(None, example(), &now()).unwrap().id;
    let photo = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &[7; 100_000]].concat();
    let item = attach(&mut journal, &id, "скрин.png\n", &photo);
    journal
        .describe(&id, &item, "the call log", &now())
        .unwrap();
    let mut journal = reopen(journal, dir.path());
    let view = journal.incident(&id, &now()).unwrap().evidence.remove(0);
    assert_eq!(
        (
            view.name.as_str(),
            view.kind.as_str(),
            view.caption.as_str()
        ),
        ("скрин.png", "image", "the call log")
    );
    assert_eq!(view.sha256, Hash::of(&photo).to_string());
    let (mut back, mut reader) = (Vec::new(), journal.content(&id, &item).unwrap().1);
    reader.read_to_end(&mut back).unwrap();
    assert_eq!(back, photo);
    assert!(matches!(
        journal.content("other", &item),
        Err(Error::NotFound)
    ));
    journal.detach(&id, &item, &now()).unwrap();
    assert_eq!(
        (
            journal.incident(&id, &now()).unwrap().evidence.len(),
            blobs(dir.path())
        ),
        (0, 0)
    );
}

#[test]
fn a_working_copy_names_what_it_was_made_from() {
    let dir = tempfile::tempdir().unwrap();
    let (mut journal, house) = (fresh(dir.path()), house("A"));
    journal
        .join(&house.invitation, &house.words, &now())
        .unwrap();
    let id = journal.save(None, example(), &now()).unwrap().id;
    let [original, part, small] = [b"1", b"2", b"3"].map(|b| attach(&mut journal, &id, "a.jpg", b));
    let made =
        |journal: &mut Journal, item: &str, from: &str| journal.made_from(&id, item, from, &now());
    made(&mut journal, &part, &original).unwrap();
    made(&mut journal, &small, &part).unwrap();
    for (item, from) in [
        (&original, &original),
        (&original, &part),
        (&original, &small),
    ] {
        let refused = made(&mut journal, item, from);
        assert!(matches!(refused, Err(Error::MadeFromItself)), "a ring");
    }
    assert!(matches!(
        made(&mut journal, &small, "nothing"),
        Err(Error::NotFound)
    ));
    let from = |journal: &Journal| -> Vec<String> {
        let view = journal.incident(&id, &now()).unwrap();
        view.evidence.into_iter().map(|e| e.made_from).collect()
    };
    let journal = &mut reopen(journal, dir.path());
    assert_eq!(
        from(journal),
        [String::new(), original.clone(), part.clone()]
    );
    let words = Words::new(Locale::En);
    let prepared = journal
        .prepare(&id, house.id, &[], None, &words, &now())
        .unwrap();
    let sealed = Draft::received(&prepared.report).unwrap().evidence;
    assert_eq!(sealed[1].derived_from, sealed[0].id);
    assert_eq!(sealed[2].derived_from, sealed[1].id);
    assert!(!sealed[0].id.is_empty() && sealed[0].id != original);
    assert!(prepared.text.contains("Made from"));
    // That one was made from a file that is left out is told, by the id under which the custody says "withheld": it must not
    // pass for an original. One that was removed is no origin any more.
    let out = [part.clone()];
    let prepared = journal
        .prepare(&id, house.id, &out, None, &words, &now())
        .unwrap();
    let sealed = Draft::received(&prepared.report).unwrap().evidence;
    let steps = chronicle_bundle::custody::verify(&prepared.custody).unwrap();
    let withheld = steps.iter().find(|s| s.action == "withheld").unwrap();
    assert_eq!(sealed[1].derived_from, withheld.chain);
    assert!(sealed.iter().all(|e| e.id != withheld.chain));
    journal.detach(&id, &part, &now()).unwrap();
    made(journal, &original, &small).unwrap();
    made(journal, &original, "").unwrap();
    assert_eq!(from(journal)[0], "");
}

#[test]
fn words_kept_on_every_pause_are_one_custody_step_an_hour() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = fresh(dir.path());
    let id = journal.save(None, example(), &now()).unwrap().id;
    let item = attach(&mut journal, &id, "a.txt", b"text");
    let later = now().saturating_add(jiff::ToSpan::hours(1));
    for (caption, at) in [
        ("t", &now()),
        ("th", &now()),
        ("the", &later),
        ("they", &later),
    ] {
        journal.describe(&id, &item, caption, at).unwrap();
    }
    let item = journal.item_of(&id, &item).unwrap();
    let steps: Vec<_> = item.custody.steps().collect();
    let actions: Vec<_> = steps.iter().map(|s| s.action.as_str()).collect();
    assert_eq!(actions, ["imported", "described", "described"]);
    assert_eq!(item.about.caption, "they");
    // However long somebody writes, what is sealed has room for it.
    for hours in 2..30 {
        let at = now().saturating_add(jiff::ToSpan::hours(hours));
        journal
            .describe(&id, &item.id, &format!("words of hour {hours}"), &at)
            .unwrap();
    }
    let item = journal.item_of(&id, &item.id).unwrap();
    assert_eq!(item.custody.steps().count(), 1 + 10);
    assert_eq!(item.about.caption, "words of hour 29");
}

#[test]
fn a_cancelled_or_impossible_file_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = fresh(dir.path());
    let id = journal.save(None, example(), &now()).unwrap().id;
    let large = || {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&vec![1; 3 << 20]).unwrap();
        std::io::Seek::rewind(&mut file).unwrap();
        file
    };
    let mut seen = 0;
    let cancelled = take_in(&journal.intake(), large(), "x", &mut |done| {
        seen = done;
        done < 1 << 20
    });
    assert!(matches!(cancelled, Err(Error::Cancelled)) && seen >= 1 << 20);
    let sparse = tempfile::tempfile().unwrap();
    sparse.set_len((2 << 30) + 1).unwrap();
    assert!(matches!(
        take_in(&journal.intake(), sparse, "x", &mut |_| true),
        Err(Error::ItemTooLarge)
    ));
    let folder = std::fs::File::open(dir.path()).unwrap();
    assert!(matches!(
        take_in(&journal.intake(), folder, "x", &mut |_| true),
        Err(Error::Unreadable)
    ));
    let taken = take_in(&journal.intake(), large(), "x", &mut |_| true).unwrap();
    assert!(matches!(
        journal.attach("gone", taken, &now()),
        Err(Error::NotFound)
    ));
    assert_eq!(blobs(dir.path()), 0);
    for _ in 0..200 {
        attach(&mut journal, &id, "x", b"x");
    }
    assert!(matches!(journal.can_take(&id, 1), Err(Error::TooManyItems)));
}

#[test]
fn joining_needs_the_six_words_and_a_true_invitation() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = fresh(dir.path());
    let house = house("Open Border");
    assert_eq!(
        journal.look_at(&house.invitation).unwrap().name,
        "Open Border"
    );
    let mut wrong = house.words.clone();
    wrong.rotate_left(1);
    assert_eq!(
        journal
            .join(&house.invitation, &wrong, &now())
            .err()
            .unwrap()
            .problem()
            .code,
        "words-differ"
    );
    wrong[4] = "nosuchword".into();
    let problem = journal
        .join(&house.invitation, &wrong, &now())
        .err()
        .unwrap()
        .problem();
    assert_eq!(
        (problem.code.as_str(), problem.args["index"].as_str()),
        ("word-unknown", "5")
    );
    assert_eq!(journal.organisations(&now()).len(), 0);
    journal
        .join(&house.invitation, &house.words, &now())
        .unwrap();
    assert!(matches!(
        journal.join(&house.invitation, &house.words, &now()),
        Err(Error::Known)
    ));
    let journal = reopen(journal, dir.path());
    assert_eq!(journal.find_organisation("Open Border").unwrap(), house.id);
    assert_eq!(
        journal
            .find_organisation(&house.id.to_string()[..12])
            .unwrap(),
        house.id
    );
    assert!(matches!(
        journal.find_organisation("Other"),
        Err(Error::NoOrganisation)
    ));
}

#[test]
fn a_report_is_sealed_queued_and_told_apart_for_each_organisation() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = fresh(dir.path());
    let words = Words::new(Locale::Ru);
    let (a, b) = (house("A"), house("B"));
    for house in [&a, &b] {
        journal
            .join(&house.invitation, &house.words, &now())
            .unwrap();
    }
    let id = journal.save(None, example(), &now()).unwrap().id;
    let item = attach(&mut journal, &id, "note.txt", b"evidence");
    assert!(matches!(
        journal.preview(&id, a.id, &["nothing".into()], &words, &now()),
        Err(Error::NotFound)
    ));
    let preview = journal.preview(&id, a.id, &[], &words, &now()).unwrap();
    assert_eq!(preview.sealed_bytes, 256 * 1024);
    assert!(preview.text.contains("незнакомого номера"));
    assert!(
        !preview.text.contains(&id) && !preview.text.contains(&item),
        "the vault's own ids stay in the vault"
    );

    let sent = journal.send(&id, a.id, &[], &words, &now()).unwrap();
    assert_eq!((sent.stage, sent.revision), (Stage::Waiting, 1));
    assert!(matches!(
        journal.send(&id, a.id, &[], &words, &now()),
        Err(Error::Sent)
    ));
    journal
        .send(&id, b.id, &["people".into(), item.clone()], &words, &now())
        .unwrap();

    // The same report shares no id and no key between two organisations.
    let (of_a, of_b) = (&journal.organisations[&a.id], &journal.organisations[&b.id]);
    assert_ne!(of_a.reports[&id], of_b.reports[&id]);
    assert_ne!(of_a.items[&item], of_b.items[&item]);
    assert_ne!(of_a.sender.as_str(), of_b.sender.as_str());
    assert_ne!(of_a.chain_id, of_b.chain_id);

    // Editing begins the next revision; what was sent stays as it was.
    let mut edited = example();
    edited.what.narrative = "Другое".into();
    assert_eq!(journal.save(Some(&id), edited, &now()).unwrap().revision, 2);
    let mut journal = reopen(journal, dir.path());
    let view = journal.incident(&id, &now()).unwrap();
    assert_eq!((view.sent.len(), view.sent[0].revision), (2, 1));
    assert!(
        view.sent
            .iter()
            .all(|s| s.draft.what.narrative == example().what.narrative)
    );
    assert!(
        view.sent
            .iter()
            .all(|s| s.text == preview.text || s.left_out == ["note.txt"])
    );
    let without: Vec<_> = view.sent.iter().filter(|s| s.people.is_empty()).collect();
    assert_eq!(without.len(), 1, "one organisation got no names");
    assert!(
        !serde_json::to_string(&without[0].draft)
            .unwrap()
            .contains("note.txt")
    );
    assert_eq!(view.deliveries.len(), 2);
    assert_eq!(
        journal
            .send(&id, a.id, &[], &words, &now())
            .unwrap()
            .revision,
        2
    );
    assert_eq!(journal.organisations[&a.id].counter, 2);
}

#[test]
fn a_restored_copy_begins_a_chain_of_its_own_and_the_first_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let (here, there) = (dir.path().join("here"), dir.path().join("there"));
    let (mut journal, words) = (fresh(&here), Words::new(Locale::En));
    let house = house("Haus");
    journal
        .join(&house.invitation, &house.words, &now())
        .unwrap();
    let id = house.id;
    let send = |journal: &mut Journal| {
        let incident = journal.save(None, example(), &now()).unwrap().id;
        journal.send(&incident, id, &[], &words, &now()).unwrap();
        incident
    };
    send(&mut journal);
    let waiting = send(&mut journal);
    let mut backup = journal.vault.begin_backup(&there).unwrap();
    backup.copy_files(&mut |_| true).unwrap();
    journal
        .vault
        .finish_backup(backup, now().timestamp())
        .unwrap();
    let chain = |journal: &Journal| {
        let joined = &journal.organisations[&id];
        (joined.chain_id.clone(), joined.counter)
    };
    let first = chain(&journal);
    send(&mut journal);
    assert_eq!(chain(&journal), (first.0.clone(), 3), "here it goes on");
    drop(journal);

    let mut copy = Journal::unlock(&there, &passphrase()).unwrap();
    assert_eq!(chain(&copy), first);
    send(&mut copy);
    let own = chain(&copy);
    assert!(own.0 != first.0 && own.1 == 1, "there a new one begins");
    send(&mut copy);
    assert_eq!(chain(&copy), (own.0.clone(), 2));
    // What waited from before belongs to the first chain: taking it back is not this one's to tell.
    copy.delete(&waiting, &now()).unwrap();
    let copy = reopen(copy, &there);
    assert_eq!(chain(&copy), (own.0, 2));
    assert!(copy.organisations[&id].withdrawn.is_empty());
}

#[test]
fn stages_are_what_was_verified_and_survive_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = fresh(dir.path());
    let house = house("A");
    let words = Words::new(Locale::En);
    journal
        .join(&house.invitation, &house.words, &now())
        .unwrap();
    let id = journal.save(None, example(), &now()).unwrap().id;
    journal.send(&id, house.id, &[], &words, &now()).unwrap();
    let shared: Shared = Arc::new(Mutex::new(reopen(journal, dir.path())));
    let outbox = JournalOutbox::new(Arc::clone(&shared), now, || {});
    let stage = || shared.lock().unwrap().deliveries(&now())[0].stage;
    assert_eq!(stage(), Stage::Waiting);
    let parcel = outbox.waiting().unwrap().remove(0);
    assert!(parcel.token.is_some());
    let mut ciphertext = Vec::new();
    outbox
        .open(&parcel.id)
        .unwrap()
        .read_to_end(&mut ciphertext)
        .unwrap();
    assert_eq!(
        (ciphertext.len() as u64, Hash::of(&ciphertext)),
        (parcel.size, parcel.sha256)
    );
    outbox.exchanged(parcel.organisation).unwrap();
    outbox.created(&parcel.id, "/v1/upload/1").unwrap();
    outbox.progress(&parcel.id, parcel.size / 2);
    assert_eq!(
        (
            stage(),
            shared.lock().unwrap().deliveries(&now())[0].percent
        ),
        (Stage::Sending, 50)
    );
    outbox.trouble(&parcel.id, &Trouble::from(Reason::EndpointUnreachable));
    assert_eq!(stage(), Stage::Waiting);
    outbox.trouble(&parcel.id, &Trouble::from(Reason::TokenUsed));
    assert_eq!(stage(), Stage::Stopped);
    assert!(outbox.waiting().unwrap().is_empty());
    let delivery = shared.lock().unwrap().deliveries(&now())[0].id.clone();
    shared.lock().unwrap().try_again(&delivery, &now()).unwrap();
    assert_eq!(
        outbox.waiting().unwrap()[0].upload.as_deref(),
        Some("/v1/upload/1")
    );
    assert!(outbox.waiting().unwrap()[0].token.is_none());
    let receipt = StoredReceipt::sign(
        house.id,
        parcel.sha256,
        parcel.size,
        "2026-03-15".parse().unwrap(),
        &house.receipt_key,
    );
    outbox
        .stored(&parcel.id, &receipt, "2026-03-15".parse().unwrap())
        .unwrap();
    drop(outbox);
    let journal = reopen(
        Arc::into_inner(shared).unwrap().into_inner().unwrap(),
        dir.path(),
    );
    let delivery = &journal.deliveries(&now())[0];
    assert_eq!(
        (delivery.stage, delivery.day.as_deref(), delivery.percent),
        (Stage::Stored, Some("2026-03-15"), 100)
    );
}

#[test]
fn what_waits_for_tor_or_a_better_line_is_not_stopped_for_ever() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = fresh(dir.path());
    let house = house("A");
    journal
        .join(&house.invitation, &house.words, &now())
        .unwrap();
    let id = journal.save(None, example(), &now()).unwrap().id;
    journal
        .send(&id, house.id, &[], &Words::new(Locale::En), &now())
        .unwrap();
    let shared: Shared = Arc::new(Mutex::new(journal));
    let outbox = JournalOutbox::new(Arc::clone(&shared), now, || {});
    let parcel = outbox.waiting().unwrap().remove(0).id;
    let told = |reason: Reason| {
        outbox.trouble(&parcel, &Trouble::from(reason));
        let shown = shared.lock().unwrap().deliveries(&now()).remove(0);
        (shown.stage, shown.problem.unwrap().code)
    };
    for reason in [Reason::TorNeeded, Reason::AddressRefused] {
        assert_eq!(told(reason), (Stage::Waiting, reason.code().to_owned()));
        assert_eq!(outbox.waiting().unwrap().len(), 1, "{reason:?}");
        let waits = shared.lock().unwrap().waits();
        assert_eq!(waits, [Some(reason)], "the token goes with the parcel");
    }
    let refused = || told(Reason::BundleRefused).0;
    assert_eq!(
        [refused(), refused(), refused()],
        [Stage::Waiting, Stage::Waiting, Stage::Stopped],
        "not sent for ever"
    );
    assert!(outbox.waiting().unwrap().is_empty());
}

#[test]
fn a_token_is_to_be_exchanged_and_what_was_refused_stays_noted() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = fresh(dir.path());
    let house = house("A");
    let joined = journal
        .join(&house.invitation, &house.words, &now())
        .unwrap();
    assert_eq!(joined.problem, None);
    let shared = |journal| -> (Shared, JournalOutbox) {
        let shared: Shared = Arc::new(Mutex::new(journal));
        let outbox = JournalOutbox::new(Arc::clone(&shared), now, || {});
        (shared, outbox)
    };
    let back = |shared: Shared, outbox: JournalOutbox| {
        drop(outbox);
        let journal = Arc::into_inner(shared).unwrap().into_inner().unwrap();
        reopen(journal, dir.path())
    };
    let code = |shared: &Shared| {
        let all = shared.lock().unwrap().organisations(&now());
        all[0].problem.as_ref().map(|p| p.code.clone())
    };
    let trouble = |reason: Reason| Some(Trouble::from(reason));
    let (held, outbox) = shared(journal);
    let entrance = outbox.entrances().unwrap().remove(0);
    assert_eq!(entrance.organisation, house.id);

    // A bad line is this session's; a refusal and a false profile stay.
    let note = |outbox: &JournalOutbox, matter, told: Option<Trouble>| {
        outbox.noted(house.id, matter, told.as_ref());
    };
    note(
        &outbox,
        Matter::Access,
        trouble(Reason::EndpointUnreachable),
    );
    assert_eq!(code(&held).as_deref(), Some("endpoint-unreachable"));
    let waits = |held: &Shared| held.lock().unwrap().waits();
    assert_eq!(waits(&held), [Some(Reason::EndpointUnreachable)]);
    assert_eq!(outbox.entrances().unwrap().len(), 1);
    let (held, outbox) = shared(back(held, outbox));
    assert_eq!(code(&held), None);
    note(&outbox, Matter::Profile, trouble(Reason::ProfileRefused));
    note(&outbox, Matter::Access, trouble(Reason::TokenUsed));
    let (held, outbox) = shared(back(held, outbox));
    assert_eq!(code(&held).as_deref(), Some("invitation-used"));
    assert!(outbox.entrances().unwrap().is_empty(), "not shown again");
    assert_eq!(waits(&held), []);

    // In order again: each takes its own note back, and what is known already is not written again.
    outbox.exchanged(house.id).unwrap();
    assert_eq!(code(&held).as_deref(), Some("profile-refused"));
    note(&outbox, Matter::Profile, None);
    let seq = held.lock().unwrap().organisations[&house.id].seq;
    for matter in [Matter::Profile, Matter::Access] {
        note(&outbox, matter, None);
    }
    assert_eq!(held.lock().unwrap().organisations[&house.id].seq, seq);
    let (held, outbox) = shared(back(held, outbox));
    assert_eq!(code(&held), None);
    assert!(outbox.entrances().unwrap().is_empty(), "exchanged");
}

#[test]
fn deleting_takes_back_what_waits_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = fresh(dir.path());
    let house = house("A");
    let words = Words::new(Locale::En);
    journal
        .join(&house.invitation, &house.words, &now())
        .unwrap();
    let id = journal.save(None, example(), &now()).unwrap().id;
    attach(&mut journal, &id, "x", b"x");
    journal.send(&id, house.id, &[], &words, &now()).unwrap();
    assert_eq!(blobs(dir.path()), 2);
    journal.delete(&id, &now()).unwrap();
    assert_eq!(blobs(dir.path()), 0);
    let journal = reopen(journal, dir.path());
    assert_eq!(
        (
            journal.incidents(&now()).unwrap().len(),
            journal.deliveries(&now()).len()
        ),
        (0, 0)
    );
    assert_eq!(
        journal.organisations[&house.id].withdrawn,
        [1],
        "the next manifest says that number 1 was taken back"
    );
    assert_eq!(journal.findings(), [], "no file is left without a record");
    assert_eq!(journal.vault.check().unwrap().files(), 0);
}

#[test]
fn an_incomplete_report_is_not_sealed() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = fresh(dir.path());
    let house = house("A");
    let words = Words::new(Locale::En);
    journal
        .join(&house.invitation, &house.words, &now())
        .unwrap();
    let mut draft = example();
    draft.consent = None;
    let id = journal.save(None, draft, &now()).unwrap().id;
    let problem = journal
        .send(&id, house.id, &[], &words, &now())
        .err()
        .unwrap()
        .problem();
    assert_eq!(
        (problem.code.as_str(), problem.args["missing"].as_str()),
        ("not-complete", "consent")
    );
    assert_eq!(
        journal
            .preview(&id, house.id, &[], &words, &now())
            .unwrap()
            .missing,
        ["consent"]
    );
    assert_eq!(blobs(dir.path()), 0);
}
