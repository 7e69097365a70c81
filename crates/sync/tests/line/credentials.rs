//! Profiles and tokens: what is taken over, what is only noted, and what stops.

use crate::delivering::{DELIVERED, MIB, STOPPED, WAITING, ready};
use crate::founded::{ciphertext, entry, founded, quick};
use crate::server::{Reply, json};
use crate::shelf::{Door, Event};
use chronicle_sync::{Matter, Visit};
use chronicle_wire::organisation::{Credentials, Role};
use chronicle_wire::route::Problem;
use chronicle_wire::{Capability, Hash, SignedDocument, SigningKey, Token, TokenRole};

#[tokio::test]
async fn a_profile_that_is_not_believed_is_noted_and_never_stops_delivery() {
    type Serve = fn(&mut crate::founded::Founded) -> Reply;
    let table: &[(&str, &str, Serve)] = &[
        ("signed by a stranger", "invitation-signature", |f| {
            f.profile_key = SigningKey::draw().unwrap();
            f.body.version = 2;
            json(200, &f.credentials())
        }),
        ("signature left out", "invitation-signature", |f| {
            f.body.version = 2;
            let all = f.credentials();
            let bare = SignedDocument {
                signatures: Vec::new(),
                ..all.profile
            };
            json(
                200,
                &Credentials {
                    profile: bare,
                    ..all
                },
            )
        }),
        ("another organisation", "organisation-unknown", |_| {
            json(200, &founded(&["http://127.0.0.1:1"]).credentials())
        }),
        ("same version, other words", "rollback", |f| {
            f.body.name = "Other".into();
            json(200, &f.credentials())
        }),
        ("newer format", "invitation-newer", |f| {
            f.body.format = "chronicle/profile/v2".into();
            json(200, &f.credentials())
        }),
        ("no profile", "unreadable", |_| {
            Reply::Problem(Problem::NoProfile)
        }),
        ("not JSON", "unreadable", |_| {
            Reply::Raw(200, vec![], b"hello".to_vec())
        }),
        ("without an end", "unreadable", |_| Reply::Endless(200)),
        ("a redirect", "unreadable", |_| {
            Reply::Raw(
                302,
                vec![("Location", "http://127.0.0.1:1/".into())],
                vec![],
            )
        }),
    ];
    for (name, reason, serve) in table {
        let (server, mut org, shelf) = ready(&ciphertext(MIB, 40)).await;
        let reply = serve(&mut org);
        server.with(|s| s.instead.push(("GET", "/v1/profile", reply, u32::MAX)));
        assert_eq!(shelf.visit(quick()).await, DELIVERED, "{name}");
        let noted = shelf.events().into_iter().find_map(|e| {
            if let Event::Trouble(_, t) = e {
                Some(t)
            } else {
                None
            }
        });
        let noted = noted.unwrap();
        assert_eq!(
            (noted.code, noted.stops),
            ("profile-refused", false),
            "{name}"
        );
        assert_eq!(noted.args, [("reason", reason.to_string())], "{name}");
        // What somebody made stays with the organisation; what is no profile says nothing about it.
        let kept: &[_] = if *reason == "unreadable" {
            &[]
        } else {
            &[Some("profile-refused")]
        };
        assert_eq!(shelf.noted(Matter::Profile), kept, "{name}");
        assert!(
            !shelf
                .events()
                .iter()
                .any(|e| matches!(e, Event::Refreshed(..))),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_true_profile_takes_the_note_of_a_refused_one_back() {
    let bytes = ciphertext(MIB, 40);
    let (server, org, shelf) = ready(&bytes).await;
    let foreign = json(200, &founded(&["http://127.0.0.1:1"]).credentials());
    server.with(|s| s.instead.push(("GET", "/v1/profile", foreign, 1)));
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
    let second = ciphertext(MIB, 49);
    server.with(|s| s.receipts.insert(Hash::of(&second), org.receipt(&second)));
    shelf.add("b", &org, &second);
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
    assert_eq!(
        shelf.noted(Matter::Profile),
        [Some("profile-refused"), None]
    );
}

#[tokio::test]
async fn a_newer_profile_is_handed_over_and_its_receipt_keys_count() {
    let bytes = ciphertext(MIB, 41);
    let (server, mut org, shelf) = ready(&bytes).await;
    org.receipt_key = SigningKey::draw().unwrap();
    org.body.keys = vec![entry(&org.receipt_key, Role::EndpointReceipt)];
    org.body.version = 2;
    server.with(|s| {
        s.profile = Some(org.credentials());
        s.receipts.insert(Hash::of(&bytes), org.receipt(&bytes));
    });
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
    assert!(shelf.events().contains(&Event::Refreshed(org.id(), 2)));
}

#[tokio::test]
async fn a_receipt_key_that_a_newer_profile_dropped_no_longer_counts() {
    let bytes = ciphertext(MIB, 41);
    let (server, mut org, shelf) = ready(&bytes).await;
    org.body.keys.clear();
    org.body.version = 2;
    server.with(|s| s.profile = Some(org.credentials()));
    assert_eq!(shelf.visit(quick()).await, WAITING);
    assert_eq!(shelf.troubles(), ["receipt-wrong"]);
}

#[tokio::test]
async fn the_same_profile_is_not_handed_over() {
    let (_server, _, shelf) = ready(&ciphertext(MIB, 42)).await;
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
    assert!(
        !shelf
            .events()
            .iter()
            .any(|e| matches!(e, Event::Refreshed(..)))
    );
}

#[tokio::test]
async fn a_token_is_exchanged_once_for_the_capability_kept_before() {
    let (one, two) = (ciphertext(MIB, 43), ciphertext(MIB, 44));
    let (server, org, shelf) = ready(&one).await;
    shelf.add("b", &org, &two);
    server.with(|s| s.receipts.insert(Hash::of(&two), org.receipt(&two)));
    let token = Token::draw(TokenRole::Reporter).unwrap();
    ["a", "b"]
        .iter()
        .for_each(|id| shelf.change(id, |i| i.token = Some(token.clone())));
    shelf.doors.lock().unwrap().push(Door {
        profile: org.profile(),
        capability: Capability::draw().unwrap(),
        token: Some(token.clone()),
    });
    assert_eq!(
        shelf.visit(quick()).await,
        Visit {
            delivered: 2,
            ..Visit::default()
        }
    );
    server.with(|s| {
        let asked: Vec<_> = s
            .requests
            .iter()
            .filter(|r| r.path == "/v1/capability")
            .collect();
        assert_eq!(asked.len(), 1);
        assert_eq!(
            asked[0].header("authorization"),
            Some(format!("Bearer {}", token.expose().as_str()).as_str())
        );
    });
    let at = |wanted: fn(&Event) -> bool| shelf.events().iter().position(wanted).unwrap();
    assert!(
        at(|e| matches!(e, Event::Exchanged(_))) < at(|e| matches!(e, Event::Created(..))),
        "kept before use"
    );
}

#[tokio::test]
async fn an_exchange_whose_answer_was_lost_is_asked_again() {
    let (server, _, shelf) = ready(&ciphertext(MIB, 45)).await;
    shelf.change("a", |i| {
        i.token = Some(Token::draw(TokenRole::Reporter).unwrap())
    });
    server.with(|s| s.instead.push(("POST", "/v1/capability", Reply::Drop, 1)));
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
    assert_eq!(server.count("POST", "/v1/capability"), 2);
}

#[tokio::test]
async fn a_token_that_is_used_or_unknown_stops_and_anything_else_waits() {
    let portal = Reply::Raw(
        404,
        vec![("Content-Type", "text/html".into())],
        b"no".to_vec(),
    );
    let table: Vec<(&str, Reply, &str, Visit)> = vec![
        (
            "used",
            Reply::Problem(Problem::TokenUsed),
            "invitation-used",
            STOPPED,
        ),
        (
            "unknown",
            Reply::Problem(Problem::NotFound),
            "token-refused",
            STOPPED,
        ),
        (
            "failing",
            Reply::Problem(Problem::Internal),
            "endpoint-refused",
            WAITING,
        ),
        ("a portal's 404", portal, "endpoint-refused", WAITING),
        (
            "200 and no answer",
            Reply::Raw(200, vec![], b"ok".to_vec()),
            "endpoint-refused",
            WAITING,
        ),
        (
            "a redirect",
            Reply::Raw(307, vec![("Location", "/v1/receipt".into())], vec![]),
            "endpoint-refused",
            WAITING,
        ),
    ];
    for (name, reply, code, visit) in table {
        let (server, _, shelf) = ready(&ciphertext(MIB, 46)).await;
        shelf.change("a", |i| {
            i.token = Some(Token::draw(TokenRole::Reporter).unwrap())
        });
        server.with(|s| s.instead.push(("POST", "/v1/capability", reply, u32::MAX)));
        assert_eq!(shelf.visit(quick()).await, visit, "{name}");
        assert_eq!(shelf.troubles(), [code], "{name}");
        assert_eq!(
            server.count("POST", "/v1/upload"),
            0,
            "{name}: nothing is sent without a capability"
        );
        assert!(
            !shelf
                .events()
                .iter()
                .any(|e| matches!(e, Event::Exchanged(_))),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_parcel_under_another_organisations_profile_is_not_sent() {
    let (server, _, shelf) = ready(&ciphertext(MIB, 47)).await;
    shelf.change("a", |i| i.organisation = Hash::of(b"another"));
    assert_eq!(shelf.visit(quick()).await, WAITING);
    assert_eq!(shelf.troubles(), ["profile-refused"]);
    assert_eq!(server.with(|s| s.requests.len()), 0);
}

#[tokio::test]
async fn a_newer_profile_that_gives_up_the_way_ends_it_at_once() {
    let (server, mut org, shelf) = ready(&ciphertext(MIB, 48)).await;
    org.body.addresses = vec!["http://abcdefghijklmnop.onion".into()];
    org.body.transport = "onion-only".into();
    org.body.version = 2;
    server.with(|s| s.profile = Some(org.credentials()));
    assert_eq!(shelf.visit(quick()).await, WAITING);
    assert_eq!(shelf.troubles(), ["way-gone"]);
    assert!(shelf.events().contains(&Event::Refreshed(org.id(), 2)));
    assert_eq!(
        server.with(|s| s.requests.len()),
        1,
        "after the profile nothing goes there"
    );
}

/// Later master keys: a person must compare their words, and until then the known profile is the one in use.
#[tokio::test]
async fn a_later_root_is_handed_over_apart_and_delivery_goes_on() {
    let bytes = ciphertext(MIB, 50);
    let (server, org, shelf) = ready(&bytes).await;
    server.with(|s| s.profile = Some(org.later_root()));
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
    let events = shelf.events();
    assert!(events.contains(&Event::RootChanged(org.id(), 2)));
    assert!(!events.iter().any(|e| matches!(e, Event::Refreshed(..))));
    assert_eq!(shelf.noted(Matter::Profile), [Some("profile-refused")]);
    let noted = shelf.events().into_iter().find_map(|e| match e {
        Event::Trouble(_, trouble) => Some(trouble),
        _ => None,
    });
    assert_eq!(noted.unwrap().args, [("reason", "root-changed".to_owned())]);
}

#[tokio::test]
async fn a_later_day_on_which_the_same_profile_is_current_is_handed_over() {
    let bytes = ciphertext(MIB, 51);
    let (server, org, shelf) = ready(&bytes).await;
    server.with(|s| s.profile = Some(org.current_on("2026-03-04")));
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
    assert!(shelf.events().contains(&Event::Refreshed(org.id(), 1)));
}

/// What the newest profile says may stop a parcel of this very visit: a key that somebody else may have, say.
#[tokio::test]
async fn a_parcel_that_no_longer_waits_is_not_sent() {
    let bytes = ciphertext(MIB, 52);
    let (server, _, shelf) = ready(&bytes).await;
    *shelf.stops_at.lock().unwrap() = Some("a".into());
    shelf.visit(quick()).await;
    let travelled = |e: &Event| matches!(e, Event::Travelled(..));
    assert!(shelf.events().iter().all(travelled));
    let seen = server.with(|s| {
        s.requests
            .iter()
            .map(|r| r.path.clone())
            .collect::<Vec<_>>()
    });
    assert_eq!(seen, ["/v1/profile"], "not a byte of it");
}
