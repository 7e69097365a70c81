//! What an organisation says of itself later, and what becomes of what waits.

use super::*;
use chronicle_wire::organisation::{Current, Revoked};
use chronicle_wire::{PublicKey, TrustError};

impl House {
    /// A profile of the next version.
    fn newer(&self, change: impl FnOnce(&mut ProfileBody)) -> Credentials {
        self.under(&self.credentials, &self.profile_key, change)
    }

    fn under(
        &self,
        credentials: &Credentials,
        key: &SigningKey,
        change: impl FnOnce(&mut ProfileBody),
    ) -> Credentials {
        let text = &self.credentials.profile.body;
        let mut body: ProfileBody = serde_json::from_str(text).unwrap();
        body.version += 1;
        body.root = credentials.root.hash();
        change(&mut body);
        let text = serde_json::to_string(&body).unwrap();
        Credentials {
            profile: SignedDocument::sign(purpose::PROFILE, text, &[key]),
            ..credentials.clone()
        }
    }

    /// A root of the next version under another key, and the profile under it.
    fn later_root(&self, new: &SigningKey) -> (Credentials, Vec<String>) {
        let mut root: RootBody = serde_json::from_str(&self.credentials.root.body).unwrap();
        root.version = 2;
        root.organisation = Some(self.id);
        root.root_keys = vec![new.public()];
        root.profile_keys = vec![new.public()];
        root.nonce = random_id().unwrap();
        let text = serde_json::to_string(&root).unwrap();
        let signed = Credentials {
            earlier: vec![self.credentials.root.clone()],
            root: SignedDocument::sign(purpose::ROOT, text, &[&self.root_key, new]),
            ..self.credentials.clone()
        };
        let credentials = self.under(&signed, new, |_| {});
        let profile = Profile::read(credentials.clone())
            .unwrap()
            .verify()
            .unwrap();
        let words = profile.words().words();
        (credentials, words.into_iter().map(str::to_owned).collect())
    }
}

struct Story {
    dir: tempfile::TempDir,
    journal: Journal,
    house: House,
    incident: String,
}

fn waiting() -> Story {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = fresh(dir.path());
    let house = house("A");
    journal
        .join(&house.invitation, &house.words, &now())
        .unwrap();
    let incident = journal.save(None, example(), &now()).unwrap().id;
    send(&mut journal, &incident, &house).unwrap();
    Story {
        dir,
        journal,
        house,
        incident,
    }
}

fn send(
    journal: &mut Journal,
    incident: &str,
    house: &House,
) -> Result<crate::view::DeliveryView, Error> {
    journal.send(incident, house.id, &[], &Words::new(Locale::En), &now())
}

fn only(journal: &Journal) -> crate::view::OrganisationView {
    journal.organisations(&now()).remove(0)
}

fn later(days: i64) -> Zoned {
    now().checked_add(jiff::Span::new().days(days)).unwrap()
}

#[test]
fn what_was_looked_at_for_other_keys_or_in_another_language_is_not_sealed() {
    let dir = tempfile::tempdir().unwrap();
    let house = house("A");
    let mut journal = fresh(dir.path());
    journal
        .join(&house.invitation, &house.words, &now())
        .unwrap();
    let id = journal.save(None, example(), &now()).unwrap().id;
    let (english, russian) = (Words::new(Locale::En), Words::new(Locale::Ru));
    let look = |journal: &mut Journal| {
        let view = journal.preview(&id, house.id, &[], &english, &now());
        view.unwrap().seen
    };
    let seen = look(&mut journal);
    let prepare = |journal: &mut Journal, seen: &str, words| {
        journal.prepare(&id, house.id, &[], Some(seen), words, &now())
    };
    assert!(prepare(&mut journal, &seen, &english).is_ok());
    assert!(matches!(
        prepare(&mut journal, &seen, &russian),
        Err(Error::NotAsSeen)
    ));
    // Said to be current on a later day: the same profile.
    let profile = Profile::read(house.credentials.clone()).unwrap();
    let profile = profile.verify().unwrap();
    let said = Current::sign(
        &profile,
        "2026-03-14".parse().unwrap(),
        &[&house.profile_key],
    );
    let current = Credentials {
        current: Some(said),
        ..house.credentials.clone()
    };
    journal.refresh(house.id, &current, &now()).unwrap();
    assert!(prepare(&mut journal, &seen, &english).is_ok());
    let newer = house.newer(|body| body.name = "Other".into());
    journal.refresh(house.id, &newer, &now()).unwrap();
    assert!(matches!(
        prepare(&mut journal, &seen, &english),
        Err(Error::NotAsSeen)
    ));
    let seen = look(&mut journal);
    assert!(prepare(&mut journal, &seen, &english).is_ok());
}

#[test]
fn a_closed_organisation_gets_nothing_more_and_what_waited_is_free_for_another() {
    let Story {
        dir,
        mut journal,
        house,
        incident,
    } = waiting();
    let closed = house.newer(|b| b.closed = true);
    journal.refresh(house.id, &closed, &now()).unwrap();
    let mut journal = reopen(journal, dir.path());
    assert!(only(&journal).closed);
    let delivery = journal.deliveries(&now()).remove(0);
    assert_eq!(delivery.problem.unwrap().code, "organisation-closed");
    let outbox = JournalOutbox::new(
        Arc::new(Mutex::new(fresh(&dir.path().join("x")))),
        now,
        || {},
    );
    assert!(outbox.waiting().unwrap().is_empty());
    assert!(matches!(
        send(&mut journal, &incident, &house),
        Err(Error::Closed)
    ));
    assert!(matches!(
        journal.join(&house.invitation, &house.words, &now()),
        Err(Error::Known)
    ));
    let b = super::house("B");
    journal.join(&b.invitation, &b.words, &now()).unwrap();
    let sent = send(&mut journal, &incident, &b).unwrap();
    assert_eq!(sent.stage, Stage::Waiting);
}

#[test]
fn what_is_sealed_to_a_key_that_somebody_else_may_have_is_not_sent() {
    let Story {
        dir,
        journal,
        house,
        incident,
    } = waiting();
    let journal = Arc::new(Mutex::new(journal));
    let outbox = JournalOutbox::new(Arc::clone(&journal), now, || {});
    let parcel = outbox.waiting().unwrap().remove(0).id;
    assert!(outbox.still_waits(&parcel));
    let identity = Identity::draw(RecipientType::Hybrid);
    let revoked = house.newer(|b| {
        let old = std::mem::take(&mut b.recipients);
        b.revoked = vec![Revoked {
            recipient: Hash::of(old[0].recipient.as_bytes()),
            day: "2026-03-13".parse().unwrap(),
        }];
        b.recipients = vec![RecipientEntry {
            label: "b".into(),
            recipient: identity.recipient(),
            archive: false,
        }];
    });
    outbox.refreshed(house.id, &revoked).unwrap();
    assert!(!outbox.still_waits(&parcel), "not even in this visit");
    assert!(outbox.waiting().unwrap().is_empty());
    drop(outbox);
    let journal = Arc::into_inner(journal).unwrap().into_inner().unwrap();
    let mut journal = reopen(journal, dir.path());
    let delivery = journal.deliveries(&now()).remove(0);
    assert_eq!(delivery.problem.unwrap().code, "recipient-revoked");
    // Nor when the person asks for it once more.
    let again = journal.try_again(&delivery.id, &now());
    assert_eq!(again.err().unwrap().problem().code, "recipient-revoked");
    assert_eq!(journal.deliveries(&now())[0].stage, Stage::Stopped);
    let notices: Vec<_> = only(&journal).notices.into_iter().map(|n| n.code).collect();
    assert_eq!(notices, ["organisation-key-revoked"]);
    // Sealed again, it goes to the other key, and says that the one before was taken back.
    send(&mut journal, &incident, &house).unwrap();
    assert_eq!(journal.organisations[&house.id].withdrawn, [1]);
    assert_eq!(journal.deliveries(&now()).len(), 1);
    // A later profile that names nothing new stops nothing.
    let mut again: ProfileBody = serde_json::from_str(&revoked.profile.body).unwrap();
    again.version += 1;
    let again = house.newer(|b| *b = again.clone());
    journal.refresh(house.id, &again, &now()).unwrap();
    assert_eq!(journal.deliveries(&now()).remove(0).stage, Stage::Waiting);
}

#[test]
fn later_master_keys_count_when_their_words_were_typed() {
    let Story {
        dir,
        mut journal,
        house,
        incident,
    } = waiting();
    let new = SigningKey::draw().unwrap();
    let (later, words) = house.later_root(&new);
    assert!(matches!(
        journal.refresh(house.id, &later, &now()),
        Err(Error::Trust(TrustError::RootChanged))
    ));
    assert!(matches!(
        journal.confirm_root(house.id, &words, &now()),
        Err(Error::NoLaterRoot)
    ));
    journal.keep_later_root(house.id, &later, &now()).unwrap();
    let mut journal = reopen(journal, dir.path());
    let shown = only(&journal);
    assert!(shown.later_root && shown.confirmed);
    // Until then it is sealed to what was confirmed.
    let mut draft = example();
    draft.what.narrative = "Second".into();
    journal.save(Some(&incident), draft, &now()).unwrap();
    send(&mut journal, &incident, &house).unwrap();
    let root = |journal: &Journal| journal.organisations[&house.id].credentials.root.hash();
    assert_eq!(root(&journal), house.credentials.root.hash());
    for wrong in [house.words.clone(), words[..5].to_vec()] {
        assert!(matches!(
            journal.confirm_root(house.id, &wrong, &now()),
            Err(Error::Words(_))
        ));
    }
    let shown = journal.confirm_root(house.id, &words, &now()).unwrap();
    assert!(shown.confirmed && !shown.later_root);
    assert_eq!(root(&journal), later.root.hash());
    let journal = reopen(journal, dir.path());
    assert!(only(&journal).confirmed);
    assert!(journal.confirmed(house.id).is_ok());
}

/// Whoever has the old root key can offer a root of their own, before the true one or after it: the words decide.
#[test]
fn of_two_roots_that_parted_the_words_choose() {
    for true_first in [true, false] {
        let mut story = waiting();
        let (thief, founder) = (SigningKey::draw().unwrap(), SigningKey::draw().unwrap());
        let (theirs, _) = story.house.later_root(&thief);
        let (ours, words) = story.house.later_root(&founder);
        let (a, b) = if true_first {
            (&ours, &theirs)
        } else {
            (&theirs, &ours)
        };
        let id = story.house.id;
        for offered in [a, b, a] {
            story.journal.keep_later_root(id, offered, &now()).unwrap();
        }
        story.journal.confirm_root(id, &words, &now()).unwrap();
        let joined = &story.journal.organisations[&id];
        assert_eq!(joined.credentials.root.hash(), ours.root.hash());
        // The other parted from the one that counts.
        assert!(joined.later_roots.is_empty());
        assert!(matches!(
            story.journal.keep_later_root(id, &theirs, &now()),
            Err(Error::Trust(TrustError::Rollback))
        ));
    }
}

#[test]
fn roots_that_are_offered_do_not_pile_up_and_a_profile_under_one_does_not_go_back() {
    let mut story = waiting();
    let id = story.house.id;
    let new = SigningKey::draw().unwrap();
    let (later, _) = story.house.later_root(&new);
    let newer = story.house.under(&later, &new, |b| b.version = 9);
    story.journal.keep_later_root(id, &newer, &now()).unwrap();
    assert!(story.journal.keep_later_root(id, &later, &now()).is_err());
    for _ in 0..10 {
        let (other, _) = story.house.later_root(&SigningKey::draw().unwrap());
        story.journal.keep_later_root(id, &other, &now()).unwrap();
    }
    assert_eq!(story.journal.organisations[&id].later_roots.len(), 4);
    // Nothing of a stranger is kept, nor what the journal has.
    let strangers = house("B");
    let (theirs, _) = strangers.later_root(&new);
    for wrong in [&theirs, &story.house.credentials] {
        assert!(story.journal.keep_later_root(id, wrong, &now()).is_err());
    }
}

#[test]
fn a_new_invitation_under_later_master_keys_is_joined_by_their_words() {
    let mut story = waiting();
    let (later, words) = story.house.later_root(&SigningKey::draw().unwrap());
    let invitation = Invitation {
        credentials: later.clone(),
        token: Token::draw(TokenRole::Reporter).unwrap(),
        introduction: 9,
    };
    let text = invitation.to_text();
    assert!(story.journal.look_at(&text).unwrap().renews);
    assert!(matches!(
        story.journal.join(&text, &story.house.words, &now()),
        Err(Error::Words(_))
    ));
    story.journal.join(&text, &words, &now()).unwrap();
    let joined = &story.journal.organisations[&story.house.id];
    assert_eq!(joined.confirmed_root, later.root.hash());
    assert_eq!(joined.introduction, 9);
}

#[test]
fn i_am_still_me_under_a_new_key() {
    let Story {
        dir,
        mut journal,
        house,
        incident,
    } = waiting();
    let key = |journal: &Journal| -> PublicKey {
        let seed = &journal.organisations[&house.id].sender;
        SigningKey::from_seed(seed).unwrap().public()
    };
    let first = key(&journal);
    let chain = journal.organisations[&house.id].chain_id.clone();
    for _ in 0..9 {
        journal.renew_sender(house.id, &now()).unwrap();
    }
    let mut journal = reopen(journal, dir.path());
    let joined = &journal.organisations[&house.id];
    assert_ne!(joined.chain_id, chain);
    assert_eq!((joined.counter, joined.succeeds.len()), (0, 8));
    assert_ne!(key(&journal), first);
    let waiting = journal.deliveries.values().next().unwrap();
    assert_eq!(
        waiting.chain,
        Some(chain),
        "what waits goes on in its chain"
    );
    let mut draft = example();
    draft.what.narrative = "Second".into();
    journal.save(Some(&incident), draft, &now()).unwrap();
    let words = Words::new(Locale::En);
    let prepared = journal
        .prepare(&incident, house.id, &[], None, &words, &now())
        .unwrap();
    assert_eq!(prepared.chain.counter, 1);
    // Sealing checks what it seals: each key before vouches for the one after it.
    prepared.seal(&mut |_| true).unwrap();
}

#[test]
fn what_changed_while_it_was_sealed_is_looked_at_again() {
    type Change = fn(&mut Journal, &House, &str);
    let table: [(&str, Option<&str>, Change); 6] = [
        ("nothing", None, |_, _, _| {}),
        (
            "the organisation closed",
            Some("organisation-closed"),
            |j, h, _| {
                let closed = h.newer(|b| b.closed = true);
                j.refresh(h.id, &closed, &now()).unwrap();
            },
        ),
        ("its key was revoked", Some("busy"), |j, h, _| {
            let revoked = h.newer(|b| {
                let old = b.recipients[0].recipient.clone();
                b.recipients[0].recipient = Identity::draw(RecipientType::Hybrid).recipient();
                b.revoked = vec![Revoked {
                    recipient: Hash::of(old.as_bytes()),
                    day: "2026-03-13".parse().unwrap(),
                }];
            });
            j.refresh(h.id, &revoked, &now()).unwrap();
        }),
        ("a new key was drawn", Some("busy"), |j, h, _| {
            j.renew_sender(h.id, &now()).unwrap();
        }),
        ("its master keys were confirmed", Some("busy"), |j, h, _| {
            let (later, words) = h.later_root(&SigningKey::draw().unwrap());
            j.keep_later_root(h.id, &later, &now()).unwrap();
            j.confirm_root(h.id, &words, &now()).unwrap();
        }),
        ("another report was taken back", None, |j, _, other| {
            j.delete(other, &now()).unwrap();
        }),
    ];
    for (name, code, change) in table {
        let Story {
            dir: _dir,
            mut journal,
            house,
            incident: other,
        } = waiting();
        let incident = journal.save(None, example(), &now()).unwrap().id;
        let words = Words::new(Locale::En);
        let prepared = journal
            .prepare(&incident, house.id, &[], None, &words, &now())
            .unwrap();
        let sealed = prepared.seal(&mut |_| true).unwrap();
        change(&mut journal, &house, &other);
        let queued = journal.enqueue(prepared, sealed, &now());
        assert_eq!(
            queued.err().map(|e| e.problem().code),
            code.map(str::to_owned),
            "{name}"
        );
        if name == "another report was taken back" {
            let joined = &journal.organisations[&house.id];
            assert_eq!(joined.withdrawn, [1], "told with the next one");
        }
    }
}

#[test]
fn a_revision_is_counted_for_each_organisation_alone() {
    let Story {
        dir: _dir,
        mut journal,
        house,
        incident,
    } = waiting();
    let b = super::house("B");
    journal.join(&b.invitation, &b.words, &now()).unwrap();
    let mut draft = example();
    draft.what.narrative = "Second".into();
    assert_eq!(
        journal
            .save(Some(&incident), draft, &now())
            .unwrap()
            .revision,
        2
    );
    let words = Words::new(Locale::En);
    let mut told = |house: &House| {
        let prepared = journal.prepare(&incident, house.id, &[], None, &words, &now());
        prepared.unwrap().told
    };
    assert_eq!(
        (told(&house), told(&b)),
        (2, 1),
        "B does not learn that A has one"
    );
}

#[test]
fn a_chain_that_took_back_a_thousand_begins_anew() {
    let Story {
        dir: _dir,
        mut journal,
        house,
        ..
    } = waiting();
    journal
        .change_organisation(house.id, &now(), |joined| {
            joined.counter = 2000;
            joined.previous = Some(Hash::of(b"x"));
            joined.withdrawn = (1..=950).collect();
        })
        .unwrap();
    let incident = journal.save(None, example(), &now()).unwrap().id;
    send(&mut journal, &incident, &house).unwrap();
    let joined = &journal.organisations[&house.id];
    assert_eq!((joined.counter, joined.withdrawn.len()), (1, 0));
}

#[test]
fn what_a_person_should_know_of_a_profile_is_told_by_day() {
    let mut story = waiting();
    let (id, house) = (story.house.id, &story.house);
    let said = |journal: &Journal, days: i64| -> Vec<String> {
        let all = journal.organisations(&later(days)).remove(0).notices;
        all.into_iter().map(|n| n.code).collect()
    };
    // Until 1 September: 171 days from now.
    assert_eq!(said(&story.journal, 0), Vec::<String>::new());
    assert_eq!(said(&story.journal, 82), ["profile-expires-soon"]);
    assert_eq!(said(&story.journal, 172), ["profile-expired"]);
    assert!(
        send(&mut story.journal, &story.incident.clone(), house).is_err(),
        "sent before"
    );
    let mut told = house.credentials.clone();
    let profile = Profile::read(told.clone()).unwrap().verify().unwrap();
    let sign = |day: &str| {
        Some(Current::sign(
            &profile,
            day.parse().unwrap(),
            &[&house.profile_key],
        ))
    };
    told.current = sign("2026-03-14");
    story.journal.refresh(id, &told, &now()).unwrap();
    assert_eq!(only(&story.journal).current.as_deref(), Some("2026-03-14"));
    assert_eq!(said(&story.journal, 30), Vec::<String>::new());
    assert_eq!(said(&story.journal, 31), ["profile-not-current"]);
    assert_eq!(said(&story.journal, -3), ["clock-behind"]);
    // By the later of the clock and that day: a clock that is years behind does not make a profile young.
    told.current = sign("2026-09-02");
    story.journal.refresh(id, &told, &now()).unwrap();
    assert_eq!(said(&story.journal, 0), ["profile-expired", "clock-behind"]);
    // A word of somebody else counts for nothing, and takes nothing back.
    let stranger = SigningKey::draw().unwrap();
    let theirs = Current::sign(&profile, "2026-12-01".parse().unwrap(), &[&stranger]);
    for said in [None, Some(theirs)] {
        told.current = said;
        story.journal.refresh(id, &told, &now()).unwrap();
        assert_eq!(only(&story.journal).current.as_deref(), Some("2026-09-02"));
    }
}

#[test]
fn while_locked_only_what_must_not_go_stays() {
    for (bad, left) in [(true, 0), (false, 1)] {
        let Story {
            dir,
            journal,
            house,
            ..
        } = waiting();
        let errands = journal.errands().unwrap().unwrap();
        drop(journal);
        let outbox = LockedOutbox::begin(dir.path(), errands, |_| {}).unwrap();
        let parcel = outbox.waiting().unwrap().remove(0).id;
        let revoked = house.newer(|b| {
            let old = b.recipients[0].recipient.clone();
            let recipient = if bad {
                Hash::of(old.as_bytes())
            } else {
                Hash::of(b"another")
            };
            if bad {
                b.recipients[0].recipient = Identity::draw(RecipientType::Hybrid).recipient();
            }
            let day = "2026-03-13".parse().unwrap();
            b.revoked = vec![Revoked { recipient, day }];
        });
        outbox.refreshed(house.id, &revoked).unwrap();
        assert_eq!(outbox.waiting().unwrap().len(), left);
        assert_eq!(outbox.still_waits(&parcel), left == 1);
    }
}
