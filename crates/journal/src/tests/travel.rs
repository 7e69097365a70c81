//! What was chosen about going out is kept, counts for the locked journal too, and nothing goes another way unasked.

use super::*;
use chronicle_sync::{Travel, Way};
use serde_json::json;

const TOR: &str = "127.0.0.1:9050";

fn tor() -> Travel {
    Travel {
        socks: Some(TOR.parse().unwrap()),
        by_hand: false,
    }
}

fn queued(journal: &mut Journal, house: &House) {
    let id = journal.save(None, example(), &now()).unwrap().id;
    let words = Words::new(Locale::En);
    let prepared = journal
        .prepare(&id, house.id, &[], None, &words, &now())
        .unwrap();
    let sealed = prepared.seal(&mut |_| true).unwrap();
    journal.enqueue(prepared, sealed, &now()).unwrap();
}

fn shown(journal: &Journal) -> (Option<String>, Option<String>, Option<String>) {
    let one = journal.organisations(&now()).remove(0);
    let stays = one.stays.map(|problem| problem.code);
    (one.way, stays, one.instead)
}

fn told(
    way: Option<&str>,
    stays: Option<&str>,
    instead: Option<&str>,
) -> (Option<String>, Option<String>, Option<String>) {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    (owned(way), owned(stays), owned(instead))
}

#[test]
fn what_was_chosen_is_kept_as_one_record() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = fresh(dir.path());
    assert_eq!(journal.travel(), Travel::default());
    for travel in [
        tor(),
        Travel::default(),
        Travel {
            by_hand: true,
            ..tor()
        },
    ] {
        journal.set_travel(travel, &now()).unwrap();
        assert_eq!(journal.travel(), travel);
    }
    assert_eq!(journal.vault.of_kind(Travel::KIND).unwrap().len(), 1);
    drop(journal);
    let again = Journal::unlock(dir.path(), &passphrase()).unwrap();
    assert_eq!(
        again.travel(),
        Travel {
            by_hand: true,
            ..tor()
        }
    );
}

#[test]
fn what_cannot_be_read_lets_nothing_go_by_itself() {
    let dir = tempfile::tempdir().unwrap();
    let house = house("A");
    let mut journal = joined(dir.path(), &[&house]);
    queued(&mut journal, &house);
    assert!(journal.errands().unwrap().is_some());
    for body in [
        json!({"socks": "tor", "by_hand": false}),
        json!({"socks": null}),
        json!([]),
    ] {
        let at = now().timestamp();
        journal.vault.choose(Travel::KIND, &body, at).unwrap();
        assert_eq!(journal.travel(), Travel::UNREADABLE, "{body}");
        assert!(journal.errands().unwrap().is_none(), "{body}");
    }
}

#[test]
fn a_locked_journal_goes_out_as_the_open_one_and_not_at_all_by_hand() {
    let dir = tempfile::tempdir().unwrap();
    let house = house("A");
    let mut journal = joined(dir.path(), &[&house]);
    queued(&mut journal, &house);
    let socks = |journal: &Journal| journal.errands().unwrap().map(|e| e.transport().socks);
    assert_eq!(socks(&journal), Some(None));
    journal.set_travel(tor(), &now()).unwrap();
    assert_eq!(socks(&journal), Some(Some(TOR.parse().unwrap())));
    let by_hand = Travel {
        by_hand: true,
        ..tor()
    };
    journal.set_travel(by_hand, &now()).unwrap();
    assert_eq!(socks(&journal), None);
}

#[test]
fn what_went_through_tor_stays_until_the_person_agrees() {
    let dir = tempfile::tempdir().unwrap();
    let house = house("A");
    let mut journal = joined(dir.path(), &[&house]);
    assert_eq!(shown(&journal), told(Some("direct"), None, None));
    journal.set_travel(tor(), &now()).unwrap();
    queued(&mut journal, &house);
    assert_eq!(shown(&journal), told(Some("proxied"), None, None));
    journal.set_travel(Travel::default(), &now()).unwrap();
    assert_eq!(
        shown(&journal),
        told(None, Some("tor-needed"), Some("direct"))
    );
    // What is sealed meanwhile does not settle another way.
    queued(&mut journal, &house);
    assert_eq!(shown(&journal).0, None);
    let id = journal.save(None, example(), &now()).unwrap().id;
    let words = Words::new(Locale::En);
    let preview = |journal: &mut Journal| {
        let view = journal.preview(&id, house.id, &[], &words, &now()).unwrap();
        (view.route, view.stays.map(|p| p.code))
    };
    assert_eq!(
        preview(&mut journal),
        ("route-none".into(), Some("tor-needed".into()))
    );
    journal.agree_to_another_way(house.id, &now()).unwrap();
    assert_eq!(shown(&journal), told(Some("direct"), None, None));
    assert_eq!(preview(&mut journal).1, None);
    queued(&mut journal, &house);
    assert_eq!(
        journal.organisations[&house.id]
            .way
            .as_deref()
            .and_then(Way::parse),
        Some(Way::Direct)
    );
}
