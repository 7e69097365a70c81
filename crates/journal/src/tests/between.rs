//! What one organisation learns and another does not; a new permission; all or nothing.

use super::*;
use chronicle_report::{Evidence, Related};

fn later() -> Zoned {
    now().checked_add(jiff::Span::new().hours(30)).unwrap()
}

fn taken(journal: &Journal, name: &str) -> TakenIn {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(name.as_bytes()).unwrap();
    std::io::Seek::rewind(&mut file).unwrap();
    take_in(&journal.intake(), file, name, &mut |_| true).unwrap()
}

fn said(id: &str, name: &str, from: &str) -> Option<Evidence> {
    Some(Evidence {
        id: id.into(),
        original_name: name.into(),
        derived_from: from.into(),
        ..Evidence::default()
    })
}

#[test]
fn no_part_carries_an_id_of_the_vault_or_a_step_of_another_organisation() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b) = (house("A"), house("B"));
    let mut journal = joined(dir.path(), &[&a, &b]);
    let words = Words::new(Locale::En);
    let other = journal.save(None, example(), &now()).unwrap().id;
    let mut draft = example();
    draft.related = vec![Related {
        report_id: other.clone(),
        ..Related::default()
    }];
    let files = vec![
        (taken(&journal, "a.jpg"), said("1", "a.jpg", "")),
        (taken(&journal, "b.jpg"), said("2", "b.jpg", "1")),
    ];
    let id = journal.add(draft, files, &now()).unwrap().id;
    let items = journal.items_of(&id).unwrap();
    let items: Vec<String> = items.into_iter().map(|i| i.id).collect();
    assert_eq!(items.len(), 2);
    let sealed_a = journal
        .prepare(&id, a.id, &[], None, &words, &now())
        .unwrap();
    let parts = |p: &Prepared| {
        [
            String::from_utf8(p.report.clone()).unwrap(),
            String::from_utf8(p.people.clone().unwrap()).unwrap(),
            p.text.clone(),
            p.custody.clone(),
        ]
    };
    for part in parts(&sealed_a) {
        for own in items.iter().chain([&id, &other]) {
            assert!(!part.contains(own), "{part}");
        }
    }
    assert!(
        sealed_a.text.contains("Made from"),
        "the text still says what was made from what"
    );
    let sealed = sealed_a.seal(&mut |_| true).unwrap();
    journal.enqueue(sealed_a, sealed, &now()).unwrap();
    let at = crate::incidents::stamp(&now());
    let sealed_b = journal
        .prepare(&id, b.id, &[], None, &words, &later())
        .unwrap();
    let steps = |p: &Prepared, action: &str| {
        chronicle_bundle::custody::verify(&p.custody)
            .unwrap()
            .into_iter()
            .filter(|s| s.action == action)
            .map(|s| s.at)
            .collect::<Vec<_>>()
    };
    assert_eq!(steps(&sealed_b, "sealed").len(), 3);
    assert!(
        !steps(&sealed_b, "sealed").contains(&at),
        "B is not told when it was sealed to A"
    );
    // A itself is told the last of its own: it has the one before in the bundle before.
    let mut again = example();
    again.what.narrative = "More".into();
    journal.save(Some(&id), again, &later()).unwrap();
    let sealed_a = journal
        .prepare(&id, a.id, &[], None, &words, &later())
        .unwrap();
    let last = crate::incidents::stamp(&later());
    assert_eq!(steps(&sealed_a, "sealed"), vec![last; 3]);
}

#[test]
fn the_preview_tells_every_step_that_goes_along() {
    let dir = tempfile::tempdir().unwrap();
    let a = house("A");
    let mut journal = joined(dir.path(), &[&a]);
    let words = Words::new(Locale::En);
    let id = journal.save(None, example(), &now()).unwrap().id;
    let kept = attach(&mut journal, &id, "kept.txt", b"1");
    let out = attach(&mut journal, &id, "out.txt", b"2");
    journal
        .describe(&id, &kept, "What it shows", &now())
        .unwrap();
    let leave = [out];
    let view = journal
        .preview(&id, a.id, &leave, &words, &later())
        .unwrap();
    let steps: Vec<(&str, &str)> = view
        .steps
        .iter()
        .map(|s| (s.about.as_str(), s.action.as_str()))
        .collect();
    assert_eq!(
        steps,
        [
            ("", "created"),
            ("", "sealed"),
            ("kept.txt", "imported"),
            ("kept.txt", "described"),
            ("kept.txt", "sealed"),
            ("out.txt", "withheld"),
        ]
    );
    let prepared = journal
        .prepare(&id, a.id, &leave, Some(&view.seen), &words, &later())
        .unwrap();
    let sealed = chronicle_bundle::custody::verify(&prepared.custody).unwrap();
    let described = journal.describe(&id, &kept, "Something else", &now());
    described.unwrap();
    assert!(matches!(
        journal.prepare(&id, a.id, &leave, Some(&view.seen), &words, &later()),
        Err(Error::NotAsSeen)
    ));
    let view = journal
        .preview(&id, a.id, &leave, &words, &later())
        .unwrap();
    for (leave, change) in [(&leave[..0], false), (&leave[..], true)] {
        if change {
            attach(&mut journal, &id, "late.txt", b"3");
        }
        let seen = Some(view.seen.as_str());
        assert!(matches!(
            journal.prepare(&id, a.id, leave, seen, &words, &later()),
            Err(Error::NotAsSeen)
        ));
    }
    assert_eq!(
        sealed.iter().map(|s| &s.at).collect::<Vec<_>>(),
        view.steps.iter().map(|s| &s.at).collect::<Vec<_>>()
    );
    let part = view.parts.iter().find(|p| p.kind == "custody").unwrap();
    assert_eq!(part.size, prepared.custody.len() as u64);
    // What was left out is not even named to the organisation.
    assert!(!prepared.custody.contains("out.txt"));
}

#[test]
fn a_new_invitation_gives_a_new_permission() {
    let dir = tempfile::tempdir().unwrap();
    let a = house("A");
    let mut journal = joined(dir.path(), &[&a]);
    let words = Words::new(Locale::En);
    let id = journal.save(None, example(), &now()).unwrap().id;
    let delivery = journal.send(&id, a.id, &[], &words, &now()).unwrap().id;
    let before = journal.organisations[&a.id].capability.clone();
    let shared: Shared = Arc::new(Mutex::new(journal));
    let outbox = JournalOutbox::new(Arc::clone(&shared), now, || {});
    outbox.exchanged(a.id).unwrap();
    outbox.created(&delivery, "/v1/upload/1").unwrap();
    outbox.trouble(&delivery, &Trouble::from(Reason::CapabilityRevoked));
    assert!(outbox.waiting().unwrap().is_empty());

    let mut invitation = Invitation::parse(&a.invitation).unwrap();
    invitation.token = Token::draw(TokenRole::Reporter).unwrap();
    invitation.introduction = 9;
    let text = invitation.to_text();
    {
        let mut journal = shared.lock().unwrap();
        let seen = journal.look_at(&text).unwrap();
        assert!(seen.known && seen.renews);
        assert!(!journal.look_at(&a.invitation).unwrap().renews);
        assert!(matches!(
            journal.join(&a.invitation, &a.words, &now()),
            Err(Error::Known)
        ));
        let wrong = ["abandon"; 6];
        assert!(journal.join(&text, &wrong, &now()).is_err());
        assert_eq!(journal.organisations[&a.id].capability, before);
        journal.join(&text, &a.words, &now()).unwrap();
        assert_eq!(journal.organisations.len(), 1);
        assert!(matches!(
            journal.join(&text, &a.words, &now()),
            Err(Error::Known)
        ));
    }
    // The visit that was under way comes to its end: it says nothing of the new permission.
    let trouble = Trouble::from(Reason::TokenUsed);
    outbox.noted(a.id, Matter::Access, Some(&trouble));
    outbox.trouble(&delivery, &Trouble::from(Reason::CapabilityRevoked));
    outbox.exchanged(a.id).unwrap();
    let parcel = outbox.waiting().unwrap().remove(0);
    assert_eq!(parcel.token.unwrap().hash(), invitation.token.hash());
    assert_eq!(parcel.upload, None, "an upload belongs to its capability");
    // What the next one says counts.
    outbox.trouble(&delivery, &Trouble::from(Reason::CapabilityRevoked));
    assert!(outbox.waiting().unwrap().is_empty());
    shared.lock().unwrap().try_again(&delivery, &now()).unwrap();
    assert!(outbox.waiting().unwrap()[0].token.is_some());
    drop(outbox);
    let journal = Arc::into_inner(shared).unwrap().into_inner().unwrap();
    let journal = reopen(journal, dir.path());
    let now_known = &journal.organisations[&a.id];
    assert_ne!(now_known.capability, before);
    assert_eq!((now_known.introduction, now_known.counter), (9, 1));
}

#[test]
fn what_is_sealed_anew_after_a_stop_is_withdrawn_by_its_number() {
    let dir = tempfile::tempdir().unwrap();
    let a = house("A");
    let mut journal = joined(dir.path(), &[&a]);
    let words = Words::new(Locale::En);
    let id = journal.save(None, example(), &now()).unwrap().id;
    let first = journal.send(&id, a.id, &[], &words, &now()).unwrap().id;
    let shared: Shared = Arc::new(Mutex::new(journal));
    let outbox = JournalOutbox::new(Arc::clone(&shared), now, || {});
    outbox.trouble(&first, &Trouble::from(Reason::TooLarge));
    drop(outbox);
    let mut journal = Arc::into_inner(shared).unwrap().into_inner().unwrap();
    let prepared = journal
        .prepare(&id, a.id, &[], None, &words, &now())
        .unwrap();
    assert_eq!(
        (prepared.chain.counter, prepared.chain.withdrawn.as_slice()),
        (2, &[1][..])
    );
    let sealed = prepared.seal(&mut |_| true).unwrap();
    journal.enqueue(prepared, sealed, &now()).unwrap();
    let journal = reopen(journal, dir.path());
    assert_eq!(journal.deliveries(&now()).len(), 1);
    assert_eq!(journal.organisations[&a.id].withdrawn, [1]);
}

#[test]
fn an_incident_comes_with_all_its_files_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = fresh(dir.path());
    let mut broken = example();
    broken.what.narrative = "x".repeat(30_000);
    let files = vec![(taken(&journal, "a"), None), (taken(&journal, "b"), None)];
    assert_eq!(blobs(dir.path()), 2);
    assert!(matches!(
        journal.add(broken, files, &now()),
        Err(Error::Draft(_))
    ));
    assert_eq!(
        (blobs(dir.path()), journal.incidents(&now()).unwrap().len()),
        (0, 0)
    );
    let one = taken(&journal, "a");
    journal.let_go(&one);
    assert_eq!(blobs(dir.path()), 0);
    let files = vec![(taken(&journal, "a"), None), (taken(&journal, "b"), None)];
    journal.add(example(), files, &now()).unwrap();
    let journal = reopen(journal, dir.path());
    assert_eq!(journal.incidents(&now()).unwrap()[0].files, 2);
}

#[test]
fn a_record_that_this_version_does_not_understand_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = fresh(dir.path());
    journal.save(None, example(), &now()).unwrap();
    let body = serde_json::json!({ "id": "half" });
    let seq = journal
        .vault
        .commit(now().timestamp(), |c| {
            c.append("new-kind", &body)?;
            c.append(Incident::KIND, &body)
        })
        .unwrap();
    drop(journal);
    let journal = Journal::unlock(dir.path(), &passphrase()).unwrap();
    assert_eq!(journal.findings(), [Finding::Unreadable(seq)]);
    assert_eq!(
        journal.incidents(&now()).unwrap().len(),
        1,
        "the others stay usable"
    );
}
