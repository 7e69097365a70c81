//! The straight way, and what an honest endpoint may say on it.

use crate::founded::{ciphertext, day, founded, quick};
use crate::server::{Reply, Script, Server};
use crate::shelf::{Event, Shelf};
use chronicle_sync::{Matter, Visit, Way};
use chronicle_wire::route::Problem;
use chronicle_wire::{Hash, Token, TokenRole};
use std::sync::Arc;

pub const MIB: usize = 1 << 20;
pub const DELIVERED: Visit = Visit {
    delivered: 1,
    waiting: 0,
    stopped: 0,
};
pub const WAITING: Visit = Visit {
    delivered: 0,
    waiting: 1,
    stopped: 0,
};
pub const STOPPED: Visit = Visit {
    delivered: 0,
    waiting: 0,
    stopped: 1,
};

/// A server that does everything right for these bytes, the organisation it serves, and an outbox that holds them.
pub async fn ready(bytes: &[u8]) -> (Server, crate::founded::Founded, Arc<Shelf>) {
    let server = Server::start(Script::default()).await;
    let org = founded(&[&server.address]);
    server.with(|s| {
        s.profile = Some(org.credentials());
        s.receipts.insert(Hash::of(bytes), org.receipt(bytes));
    });
    let shelf = Shelf::holding(&org, bytes);
    (server, org, shelf)
}

#[tokio::test]
async fn the_straight_way() {
    let bytes = ciphertext(3 * MIB, 1);
    let (server, org, shelf) = ready(&bytes).await;
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
    let events = shelf.events();
    assert_eq!(
        events[0],
        Event::Travelled(org.id(), Way::Direct),
        "before anything is contacted"
    );
    assert_eq!(
        events[1],
        Event::Created("a".into(), "/v1/upload/0".into()),
        "before the first byte"
    );
    assert_eq!(
        events.last(),
        Some(&Event::Stored("a".into(), day("2026-03-04")))
    );
    assert_eq!(shelf.offsets().last(), Some(&(bytes.len() as u64)));
    server.with(|s| {
        assert_eq!(s.uploads["/v1/upload/0"].bytes, bytes);
        assert_eq!(s.piece_bytes, bytes.len());
        let pieces: Vec<usize> = s
            .requests
            .iter()
            .filter(|r| r.method == "PATCH")
            .map(|r| r.body)
            .collect();
        assert!(pieces.iter().all(|p| p.is_power_of_two()), "{pieces:?}");
        assert!(
            pieces.windows(2).any(|w| w[1] > w[0]),
            "a quick line gets larger pieces: {pieces:?}"
        );
    });
}

#[tokio::test]
async fn a_token_is_exchanged_at_once_and_then_nobody_is_contacted_for_nothing() {
    let (server, org, _) = ready(&ciphertext(MIB, 1)).await;
    let shelf = Shelf::joined(&org, &Token::draw(TokenRole::Reporter).unwrap());
    let visit = || shelf.visit(quick());
    assert_eq!(visit().await, Visit::default(), "nothing waits any more");
    let asked = server.with(|s| {
        s.requests
            .iter()
            .map(|r| r.path.clone())
            .collect::<Vec<_>>()
    });
    assert_eq!(asked, ["/v1/profile", "/v1/capability"], "one visit");
    assert_eq!(shelf.events().last(), Some(&Event::Exchanged(org.id())));
    assert_eq!(shelf.noted(Matter::Access), [None]);
    for _ in 0..2 {
        assert_eq!(visit().await, Visit::default());
        assert_eq!(server.with(|s| s.requests.len()), 2, "a contact is a trace");
    }
}

#[tokio::test]
async fn a_token_without_a_parcel_waits_or_is_refused_like_one() {
    let table = [
        (
            Reply::Problem(Problem::TokenUsed),
            STOPPED,
            "invitation-used",
        ),
        (Reply::Problem(Problem::NotFound), STOPPED, "token-refused"),
        (
            Reply::Problem(Problem::Internal),
            WAITING,
            "endpoint-refused",
        ),
        (Reply::Drop, WAITING, "endpoint-unreachable"),
    ];
    for (reply, visit, code) in table {
        let (server, org, _) = ready(&ciphertext(MIB, 1)).await;
        let shelf = Shelf::joined(&org, &Token::draw(TokenRole::Reporter).unwrap());
        server.with(|s| s.instead.push(("POST", "/v1/capability", reply, 2)));
        assert_eq!(shelf.visit(quick()).await, visit, "{code}");
        assert_eq!(shelf.noted(Matter::Access).last(), Some(&Some(code)));
        let asked = server.with(|s| s.requests.len());
        // One that was refused is not shown again; the other one is, until it is exchanged.
        while shelf.visit(quick()).await != Visit::default() {}
        let more = server.with(|s| s.requests.len()) > asked;
        assert_eq!(more, visit == WAITING, "{code}");
    }
    // Nobody there: it is noted, and waits.
    let shelf = Shelf::joined(
        &founded(&["http://127.0.0.1:1"]),
        &Token::draw(TokenRole::Reporter).unwrap(),
    );
    assert_eq!(shelf.visit(quick()).await, WAITING);
    assert_eq!(shelf.noted(Matter::Access), [Some("endpoint-unreachable")]);
}

#[tokio::test]
async fn headers_are_the_same_for_every_client() {
    let bytes = ciphertext(512 * 1024, 1);
    let mut seen = Vec::new();
    for _ in 0..2 {
        let (server, _, shelf) = ready(&bytes).await;
        shelf.visit(quick()).await;
        seen.push(server.with(|s| s.requests.clone()));
        let secret = shelf.items.lock().unwrap()[0]
            .capability
            .expose()
            .to_string();
        server.with(|s| {
            let shown = s.requests.iter().filter(|r| {
                r.header("authorization")
                    .is_some_and(|a| a.contains(&secret))
            });
            assert!(shown.count() >= 4, "the capability is shown");
            assert!(
                s.requests.iter().all(|r| !r.path.contains(&secret)),
                "and never in a path"
            );
        });
    }
    let names =
        |r: &crate::server::Request| r.headers.iter().map(|(n, _)| n.clone()).collect::<Vec<_>>();
    assert_eq!(seen[0].len(), seen[1].len());
    for (one, other) in seen[0].iter().zip(&seen[1]) {
        assert_eq!((&one.method, names(one)), (&other.method, names(other)));
        let mut once = names(one);
        once.sort();
        once.dedup();
        assert_eq!(once.len(), one.headers.len(), "no header twice: {one:?}");
        assert_eq!(one.header("user-agent"), Some("chronicle"));
        for bad in [
            "cookie",
            "referer",
            "accept-language",
            "accept-encoding",
            "date",
        ] {
            assert_eq!(one.header(bad), None, "{bad}");
        }
    }
}

#[tokio::test]
async fn what_is_there_already_is_not_sent_again() {
    let bytes = ciphertext(MIB, 2);
    let (server, _, shelf) = ready(&bytes).await;
    server.with(|s| s.there.push(Hash::of(&bytes)));
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
    assert_eq!(
        (server.count("POST", "/"), server.count("PATCH", "/")),
        (0, 0)
    );
}

#[tokio::test]
async fn a_receipt_may_take_its_time() {
    let (server, _, shelf) = ready(&ciphertext(MIB, 3)).await;
    server.with(|s| s.pending = 3);
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
    assert_eq!(
        server.count("GET", "/v1/receipt"),
        5,
        "once before, three times 202, once 200"
    );
}

#[tokio::test]
async fn what_is_being_finished_is_not_sent_again() {
    let bytes = ciphertext(MIB, 3);
    let (server, _, shelf) = ready(&bytes).await;
    server.with(|s| {
        s.there.push(Hash::of(&bytes));
        s.pending = 2;
    });
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
    assert_eq!(
        (
            server.count("POST", "/"),
            server.count("GET", "/v1/receipt")
        ),
        (0, 3)
    );
}

#[tokio::test]
async fn a_receipt_that_takes_too_long_is_asked_for_in_the_next_visit() {
    let (server, _, shelf) = ready(&ciphertext(MIB, 3)).await;
    server.with(|s| s.pending = u32::MAX);
    assert_eq!(shelf.visit(quick()).await, WAITING);
    assert_eq!(shelf.troubles(), ["receipt-pending"]);
    server.with(|s| s.pending = 0);
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
    assert_eq!(
        server.with(|s| s.piece_bytes),
        MIB,
        "nothing was sent twice"
    );
}

#[tokio::test]
async fn answers_that_make_a_parcel_wait_or_stop() {
    let table: &[(&str, &str, Problem, &str, Visit)] = &[
        (
            "POST",
            "/v1/upload",
            Problem::Full,
            "endpoint-full",
            WAITING,
        ),
        (
            "PATCH",
            "/v1/upload",
            Problem::Full,
            "endpoint-full",
            WAITING,
        ),
        (
            "POST",
            "/v1/upload",
            Problem::TooMany,
            "endpoint-busy",
            WAITING,
        ),
        ("POST", "/v1/upload", Problem::Quota, "quota-used", WAITING),
        (
            "POST",
            "/v1/upload",
            Problem::NotFound,
            "capability-revoked",
            STOPPED,
        ),
        (
            "POST",
            "/v1/upload",
            Problem::Size,
            "too-large-for-endpoint",
            STOPPED,
        ),
        (
            "POST",
            "/v1/upload",
            Problem::Internal,
            "endpoint-refused",
            WAITING,
        ),
        (
            "POST",
            "/v1/upload",
            Problem::TusVersion,
            "endpoint-refused",
            WAITING,
        ),
        (
            "PATCH",
            "/v1/upload",
            Problem::Refused,
            "bundle-refused",
            WAITING,
        ),
        (
            "PATCH",
            "/v1/upload",
            Problem::Gone,
            "endpoint-refused",
            WAITING,
        ),
        (
            "PATCH",
            "/v1/upload",
            Problem::Checksum,
            "endpoint-refused",
            WAITING,
        ),
        (
            "GET",
            "/v1/receipt",
            Problem::Internal,
            "endpoint-refused",
            WAITING,
        ),
    ];
    for (method, path, problem, code, visit) in table {
        let (server, _, shelf) = ready(&ciphertext(MIB, 4)).await;
        server.with(|s| {
            s.instead
                .push((method, path, Reply::Problem(*problem), u32::MAX))
        });
        assert_eq!(shelf.visit(quick()).await, *visit, "{method} {problem:?}");
        assert_eq!(shelf.troubles(), [*code], "{method} {problem:?}");
        assert!(shelf.stored().is_empty());
    }
}

#[tokio::test]
async fn a_portal_in_between_stops_nothing() {
    for status in [200u16, 401, 403, 404, 413, 422, 511] {
        let (server, _, shelf) = ready(&ciphertext(MIB, 4)).await;
        let page = Reply::Raw(
            status,
            vec![("Content-Type", "text/html".into())],
            b"<h1>Pay first</h1>".to_vec(),
        );
        server.with(|s| s.instead.push(("POST", "/v1/upload", page, 1)));
        assert_eq!(shelf.visit(quick()).await, WAITING, "{status}");
        assert_eq!(shelf.visit(quick()).await, DELIVERED, "{status}");
    }
}

#[tokio::test]
async fn a_problem_counts_only_in_its_own_format_and_with_its_own_status() {
    let told = br#"{"title":"x","status":404,"code":"not-found"}"#;
    let mixed = br#"{"title":"x","status":403,"code":"not-found"}"#;
    let table: [(u16, &str, &[u8], Visit); 4] = [
        (404, "application/problem+json", told, STOPPED),
        (404, "text/html", told, WAITING),
        (403, "application/problem+json", told, WAITING),
        (403, "application/problem+json", mixed, WAITING),
    ];
    for (status, kind, body, visit) in table {
        let (server, _, shelf) = ready(&ciphertext(MIB, 4)).await;
        let reply = Reply::Raw(status, vec![("Content-Type", kind.into())], body.to_vec());
        server.with(|s| s.instead.push(("POST", "/v1/upload", reply, 1)));
        assert_eq!(shelf.visit(quick()).await, visit, "{status} {kind}");
    }
}

#[tokio::test]
async fn what_the_line_damaged_is_sent_again() {
    for at_once in [true, false] {
        let bytes = ciphertext(MIB, 11);
        let (server, _, shelf) = ready(&bytes).await;
        server.with(|s| s.refuse = Some((1, at_once)));
        assert_eq!(shelf.visit(quick()).await, DELIVERED, "in the same visit");

        // Refused in an earlier visit: asked before an upload, the refusal is an old one.
        let (server, _, shelf) = ready(&bytes).await;
        shelf.change("a", |i| i.upload = Some("/v1/upload/old".into()));
        server.with(|s| s.refused = vec![Hash::of(&bytes)]);
        assert_eq!(shelf.visit(quick()).await, DELIVERED, "in a later one");

        // Twice in one visit: it waits, and is not sent a third time before the next visit.
        let (server, _, shelf) = ready(&bytes).await;
        server.with(|s| s.refuse = Some((2, at_once)));
        assert_eq!(shelf.visit(quick()).await, WAITING);
        assert_eq!(shelf.troubles(), ["bundle-refused"]);
        assert_eq!(server.with(|s| s.piece_bytes), 2 * MIB);
        assert_eq!(shelf.visit(quick()).await, DELIVERED);
    }
}

#[tokio::test]
async fn what_was_damaged_here_is_not_sent_for_ever() {
    let bytes = ciphertext(MIB, 12);
    for (before, sent) in [(true, 0), (false, MIB)] {
        let (server, _, shelf) = ready(&bytes).await;
        shelf.damage("a");
        server.with(|s| {
            s.refuse = Some((u32::MAX, true));
            s.refused = if before {
                vec![Hash::of(&bytes)]
            } else {
                vec![]
            };
        });
        assert_eq!(shelf.visit(quick()).await, STOPPED);
        assert_eq!(shelf.troubles(), ["sealed-damaged"]);
        assert_eq!(server.with(|s| s.piece_bytes), sent, "{before}");
    }
}

#[tokio::test]
async fn a_full_endpoint_takes_it_later() {
    let (server, _, shelf) = ready(&ciphertext(MIB, 5)).await;
    server.with(|s| {
        s.instead
            .push(("POST", "/v1/upload", Reply::Problem(Problem::Full), 1))
    });
    assert_eq!(shelf.visit(quick()).await, WAITING);
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_waits_and_the_next_one_goes() {
    let bytes = ciphertext(MIB, 6);
    let (server, org, shelf) = ready(&bytes).await;
    let second = ciphertext(MIB, 7);
    shelf.add("b", &org, &second);
    server.with(|s| s.receipts.insert(Hash::of(&second), org.receipt(&second)));
    shelf.truncate("a");
    assert_eq!(
        shelf.visit(quick()).await,
        Visit {
            delivered: 1,
            waiting: 1,
            stopped: 0
        }
    );
    assert_eq!(
        (shelf.troubles(), shelf.stored()),
        (vec!["file-unreadable"], vec!["b".to_string()])
    );
}

#[tokio::test]
async fn what_the_outbox_cannot_keep_is_not_delivered() {
    for (call, pieces) in [("travelled", 0), ("created", 0), ("stored", MIB)] {
        let (server, _, shelf) = ready(&ciphertext(MIB, 8)).await;
        shelf.failing.lock().unwrap().push(call);
        assert_eq!(shelf.visit(quick()).await, WAITING, "{call}");
        assert_eq!(shelf.troubles(), ["outbox-failed"], "{call}");
        assert_eq!(server.with(|s| s.piece_bytes), pieces, "{call}");
        shelf.failing.lock().unwrap().clear();
        assert_eq!(shelf.visit(quick()).await, DELIVERED, "{call}");
        assert_eq!(
            server.with(|s| s.piece_bytes),
            MIB,
            "{call}: nothing was sent twice"
        );
    }
}

#[tokio::test]
async fn two_organisations_are_apart() {
    let (one, two) = (ciphertext(MIB, 9), ciphertext(MIB, 10));
    let (dead, org, shelf) = ready(&one).await;
    dead.with(|s| {
        s.instead
            .push(("GET", "/v1/profile", Reply::Silence, u32::MAX))
    });
    // The silent one comes first in the courier's order, so that the other would have to wait for it.
    let (alive, other) = loop {
        let (alive, other, _) = ready(&two).await;
        if other.id() > org.id() {
            break (alive, other);
        }
    };
    shelf.add("b", &other, &two);
    let began = std::time::Instant::now();
    assert_eq!(
        shelf.visit(quick()).await,
        Visit {
            delivered: 1,
            waiting: 1,
            stopped: 0
        }
    );
    assert!(began.elapsed() < std::time::Duration::from_secs(8));
    assert_eq!(shelf.stored(), ["b"]);
    let at = |wanted: &Event| shelf.events().iter().position(|e| e == wanted);
    let trouble = shelf
        .events()
        .into_iter()
        .find(|e| matches!(e, Event::Trouble(..)))
        .unwrap();
    assert!(
        at(&Event::Stored("b".into(), day("2026-03-04"))) < at(&trouble),
        "one's silence does not hold up the other"
    );
    let secrets = shelf
        .items
        .lock()
        .unwrap()
        .iter()
        .map(|i| i.capability.expose().to_string())
        .collect::<Vec<_>>();
    for (server, own, foreign) in [(&dead, 0, 1), (&alive, 1, 0)] {
        server.with(|s| {
            let text = format!("{:?}", s.requests);
            assert!(!text.contains(&secrets[foreign]));
            assert!(own == 0 || text.contains(&secrets[own]));
        });
    }
}

#[tokio::test]
async fn what_is_stored_is_asked_for_and_sent_again_only_where_it_is_lost() {
    let bytes = ciphertext(MIB, 20);
    let (server, _, shelf) = ready(&bytes).await;
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
    let again = || {
        shelf.change("a", |i| (i.done, i.stored, i.upload) = (false, true, None));
        server.with(|s| s.requests.clear());
    };
    // Still there: asked for, and that is all.
    again();
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
    assert_eq!(server.count("POST", "/v1/upload"), 0);
    assert!(!shelf.events().contains(&Event::Lost("a".into())));
    // Nobody answers, or not as an endpoint does: nothing waits for it, and nothing is said.
    for reply in [Reply::Drop, Reply::Raw(500, vec![], vec![])] {
        again();
        let troubles = shelf.troubles().len();
        server.with(|s| s.instead = vec![("GET", "/v1/receipt/", reply, 99)]);
        assert_eq!(shelf.visit(quick()).await, Visit::default());
        assert_eq!(shelf.troubles().len(), troubles);
        assert!(!shelf.events().contains(&Event::Lost("a".into())));
    }
    // To whom it does not know any more the endpoint says the same: that is no loss.
    again();
    let unknown = || Reply::Problem(Problem::NotFound);
    server.with(|s| {
        s.instead = vec![
            ("GET", "/v1/receipt/", unknown(), 9),
            ("POST", "/v1/upload", unknown(), 9),
        ];
    });
    assert_eq!(shelf.visit(quick()).await, Visit::default());
    assert!(!shelf.events().contains(&Event::Lost("a".into())));
    server.with(|s| s.instead.clear());
    // Set back to a time before it: told first, then sent again.
    again();
    server.with(|s| {
        s.there.clear();
        s.uploads.clear();
    });
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
    let events = shelf.events();
    let at = |wanted: &dyn Fn(&Event) -> bool| events.iter().rposition(wanted).unwrap();
    let lost = at(&|e| *e == Event::Lost("a".into()));
    let created = at(&|e| matches!(e, Event::Created(..)));
    let stored = at(&|e| matches!(e, Event::Stored(..)));
    assert!(lost < created && created < stored);
    // What cannot be noted is not sent.
    again();
    server.with(|s| {
        s.there.clear();
        s.uploads.clear();
    });
    shelf.failing.lock().unwrap().push("lost");
    assert_eq!(shelf.visit(quick()).await, Visit::default());
    assert_eq!(server.count("PATCH", "/v1/upload"), 0);
}
