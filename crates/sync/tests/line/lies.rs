//! An endpoint that lies never leads to "stored", and never holds the courier for ever.

use crate::delivering::{DELIVERED, MIB, WAITING, ready};
use crate::founded::{Founded, ciphertext, day, entry, quick};
use crate::server::{Reply, json, tus};
use chronicle_wire::organisation::Role;
use chronicle_wire::{Hash, SignedDocument, SigningKey, StoredReceipt};
use std::time::{Duration, Instant};

type Lie = fn(&Founded, &[u8]) -> Reply;

fn signed(org: &Founded, bytes: &[u8], key: &SigningKey) -> SignedDocument {
    StoredReceipt::sign(
        org.id(),
        Hash::of(bytes),
        bytes.len() as u64,
        day("2026-03-04"),
        key,
    )
}

/// Wrong receipts that are documents: each is well formed, and signed by somebody.
const WRONG_DOCUMENTS: &[(&str, Lie)] = &[
    ("signed by a stranger", |f, b| {
        json(200, &signed(f, b, &SigningKey::draw().unwrap()))
    }),
    ("signed by the profile's key", |f, b| {
        json(200, &signed(f, b, &f.profile_key))
    }),
    ("for other bytes", |f, _| json(200, &f.receipt(b"other"))),
    ("for another size", |f, b| {
        json(
            200,
            &StoredReceipt::sign(f.id(), Hash::of(b), 1, day("2026-03-04"), &f.receipt_key),
        )
    }),
    ("for another organisation", |f, b| {
        let other = Hash::of(b"other");
        json(
            200,
            &StoredReceipt::sign(
                other,
                Hash::of(b),
                b.len() as u64,
                day("2026-03-04"),
                &f.receipt_key,
            ),
        )
    }),
    ("outside the key's window", |f, b| {
        json(
            200,
            &StoredReceipt::sign(
                f.id(),
                Hash::of(b),
                b.len() as u64,
                day("2027-06-01"),
                &f.receipt_key,
            ),
        )
    }),
    ("signed for another purpose", |f, b| {
        let body = f.receipt(b).body;
        json(
            200,
            &SignedDocument::sign("chronicle/receipt-opened/v1", body, &[&f.receipt_key]),
        )
    }),
];

/// Answers that are no receipt at all.
const NO_RECEIPTS: &[(&str, Lie)] = &[
    ("200 and nothing", |_, _| Reply::Raw(200, vec![], vec![])),
    ("200 and a page", |_, _| {
        Reply::Raw(200, vec![], b"<h1>stored</h1>".to_vec())
    }),
    ("without signatures", |f, b| {
        json(
            200,
            &SignedDocument {
                signatures: Vec::new(),
                ..f.receipt(b)
            },
        )
    }),
    ("one letter changed", |f, b| {
        let right = f.receipt(b);
        json(
            200,
            &SignedDocument {
                body: right.body.replace("2026-03-04", "2026-03-05"),
                ..right
            },
        )
    }),
    ("a right receipt after 16 KiB of blanks", |f, b| {
        let mut body = vec![b' '; 17 * 1024];
        body.extend(serde_json::to_vec(&f.receipt(b)).unwrap());
        Reply::Raw(200, vec![], body)
    }),
    ("a right receipt before 16 KiB of blanks", |f, b| {
        let mut body = serde_json::to_vec(&f.receipt(b)).unwrap();
        body.extend(vec![b' '; 17 * 1024]);
        Reply::Raw(200, vec![], body)
    }),
    ("without an end", |_, _| Reply::Endless(200)),
    ("a redirect", |_, _| {
        Reply::Raw(302, vec![("Location", "/v1/profile".into())], vec![])
    }),
    ("201 with a right receipt", |f, b| json(201, &f.receipt(b))),
];

#[tokio::test]
async fn a_wrong_receipt_is_never_stored() {
    for (name, lie) in WRONG_DOCUMENTS.iter().chain(NO_RECEIPTS) {
        let bytes = ciphertext(MIB, 60);
        let (server, org, shelf) = ready(&bytes).await;
        let reply = lie(&org, &bytes);
        server.with(|s| {
            s.instead
                .push(("GET", "/v1/receipt", Reply::Raw(404, vec![], vec![]), 1));
            s.instead.push(("GET", "/v1/receipt", reply, u32::MAX));
        });
        assert_eq!(shelf.visit(quick()).await, WAITING, "{name}");
        assert!(shelf.stored().is_empty(), "{name}");
        assert_eq!(
            server.with(|s| s.piece_bytes),
            MIB,
            "{name}: everything was sent before"
        );
        // The right receipt, later, is still taken.
        server.with(|s| s.instead.clear());
        assert_eq!(shelf.visit(quick()).await, DELIVERED, "{name}");
    }
}

/// A window that ended, or a clock that is off, is no forgery: it is said in other words, and counts as little.
#[tokio::test]
async fn a_right_receipt_outside_of_its_keys_window_is_told_apart() {
    // The profile names a window of a year; that of a receipt key is 90 days at most, and 30 more on both sides.
    for (last, first, told) in [
        ("2026-05-01", "2025-12-02", None),
        ("2026-05-02", "2025-12-01", Some("receipt-day")),
    ] {
        for at in [last, first] {
            let bytes = ciphertext(MIB, 62);
            let (server, org, shelf) = ready(&bytes).await;
            let (hash, size) = (Hash::of(&bytes), bytes.len() as u64);
            let receipt = StoredReceipt::sign(org.id(), hash, size, day(at), &org.receipt_key);
            server.with(|s| s.receipts.insert(hash, receipt));
            let expected = if told.is_some() { WAITING } else { DELIVERED };
            assert_eq!(shelf.visit(quick()).await, expected, "{at}");
            assert_eq!(shelf.troubles(), Vec::from_iter(told), "{at}");
        }
    }
}

/// The planted failure: a courier that only looked whether somebody signed would take each of these for stored, and one
/// whose profile names the stranger's key does take that receipt. So the table above can fail.
#[tokio::test]
async fn without_verification_the_same_answers_would_count() {
    let bytes = ciphertext(MIB, 61);
    let (server, mut org, shelf) = ready(&bytes).await;
    for (name, lie) in WRONG_DOCUMENTS {
        let Reply::Raw(200, _, body) = lie(&org, &bytes) else {
            panic!("{name}")
        };
        let document: SignedDocument = serde_json::from_slice(&body).unwrap();
        let key = document.signatures[0].key;
        let purposes = ["chronicle/receipt-stored/v1", "chronicle/receipt-opened/v1"];
        assert!(
            purposes.iter().any(|p| document.signed_by(p, key)),
            "{name}: genuinely signed"
        );
        assert!(
            StoredReceipt::verify(
                &document,
                &org.profile(),
                Hash::of(&bytes),
                MIB as u64,
                chronicle_wire::Day::MIN
            )
            .is_err(),
            "{name}"
        );
    }
    let stranger = SigningKey::draw().unwrap();
    org.body.keys.push(entry(&stranger, Role::EndpointReceipt));
    org.body.version = 2;
    server.with(|s| {
        s.instead.push((
            "GET",
            "/v1/receipt",
            json(200, &signed(&org, &bytes, &stranger)),
            u32::MAX,
        ));
    });
    assert_eq!(shelf.visit(quick()).await, WAITING, "a stranger's");
    shelf.change("a", |i| i.profile = org.profile());
    assert_eq!(
        shelf.visit(quick()).await,
        DELIVERED,
        "the same answer, with a profile that names the key"
    );
}

#[tokio::test]
async fn a_lying_upload_is_never_stored_and_always_ends() {
    let offset = |at: usize| tus(204, &[("Upload-Offset", at)]);
    let head = |at: usize| tus(200, &[("Upload-Offset", at), ("Upload-Length", MIB)]);
    let bare = |status: u16| Reply::Raw(status, vec![], vec![]);
    let place = |to: &str| {
        Reply::Raw(
            201,
            vec![("Tus-Resumable", "1.0.0".into()), ("Location", to.into())],
            vec![],
        )
    };
    let table: Vec<(&str, &'static str, Reply)> = vec![
        ("offset beyond the length", "PATCH", offset(MIB + 1)),
        ("more than was sent", "PATCH", offset(MIB)),
        ("nothing ever counts", "PATCH", offset(0)),
        ("always a byte more", "PATCH", offset(1)),
        ("no offset", "PATCH", tus(204, &[])),
        ("200 without tus", "PATCH", bare(200)),
        ("an endless answer", "PATCH", Reply::Endless(204)),
        ("an endless refusal", "PATCH", Reply::Endless(400)),
        ("dropped", "PATCH", Reply::Drop),
        (
            "a redirect of the piece",
            "PATCH",
            Reply::Raw(308, vec![("Location", "/v1/upload/x".into())], vec![]),
        ),
        (
            "upload on another host",
            "POST",
            place("http://127.0.0.1:1/v1/upload/x"),
        ),
        ("upload outside the route", "POST", place("/v1/receipt/x")),
        ("upload above the route", "POST", place("/v1/upload/../x")),
        ("no place", "POST", bare(201)),
        (
            "created by redirect",
            "POST",
            Reply::Raw(303, vec![("Location", "/v1/upload/x".into())], vec![]),
        ),
        ("taken, it says", "POST", bare(200)),
        ("endless", "POST", Reply::Endless(201)),
        ("head beyond the length", "HEAD", head(MIB + 1)),
        ("head complete at once", "HEAD", head(MIB)),
        ("head always back", "HEAD", head(0)),
        ("head without offset", "HEAD", tus(200, &[])),
        ("head refuses", "HEAD", bare(403)),
    ];
    for (name, method, reply) in table {
        let (server, _, shelf) = ready(&ciphertext(MIB, 62)).await;
        server.with(|s| {
            s.receipts.clear();
            s.instead.push((method, "/v1/upload", reply, u32::MAX));
        });
        if method == "HEAD" {
            shelf.change("a", |i| i.upload = Some("/v1/upload/kept".into()));
        }
        let began = Instant::now();
        assert_eq!(shelf.visit(quick()).await, WAITING, "{name}");
        assert!(shelf.stored().is_empty(), "{name}");
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "{name}: {:?}",
            began.elapsed()
        );
        server.with(|s| assert!(s.piece_bytes <= 12 * MIB, "{name}: {}", s.piece_bytes));
    }
}

#[tokio::test]
async fn silence_or_a_drip_instead_of_an_answer_is_a_cut() {
    for reply in [Reply::Silence, Reply::Drip(200), Reply::Drip(500)] {
        let (server, _, shelf) = ready(&ciphertext(MIB, 63)).await;
        server.with(|s| s.instead.push(("GET", "/v1/receipt", reply, u32::MAX)));
        let mut transport = quick();
        transport.timing.connect = Duration::from_millis(300);
        transport.timing.silence = Duration::from_millis(250);
        let began = Instant::now();
        assert_eq!(shelf.visit(transport).await, WAITING);
        assert!(
            began.elapsed() < Duration::from_secs(4),
            "{:?}",
            began.elapsed()
        );
        assert_eq!(shelf.troubles(), ["endpoint-unreachable"]);
    }
}
