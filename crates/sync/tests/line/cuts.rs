//! Lines that are cut: what came is not sent again, but for one piece, and in the end the bytes are there once.

use crate::delivering::{DELIVERED, MIB, WAITING, ready};
use crate::founded::{ciphertext, founded, quick};
use crate::server::{Cut, Reply, Script, Server};
use crate::shelf::{Event, Shelf};
use chronicle_wire::Hash;
use chronicle_wire::route::{MAX_PIECE, Problem};
use tokio::net::TcpListener;

#[tokio::test]
async fn cut_in_the_middle_of_a_piece_and_resumed() {
    for (how, keep) in [
        (Cut::Reset, false),
        (Cut::Reset, true),
        (Cut::Silence, false),
        (Cut::Silence, true),
    ] {
        let bytes = ciphertext(4 * MIB, 20);
        let (server, _, shelf) = ready(&bytes).await;
        server.with(|s| s.cut = Some((how, 100_000, 1, keep)));
        assert_eq!(shelf.visit(quick()).await, DELIVERED);
        server.with(|s| {
            assert_eq!(s.uploads["/v1/upload/0"].bytes, bytes);
            assert!(
                s.piece_bytes <= bytes.len() + MAX_PIECE as usize,
                "at most one piece again"
            );
            assert!(
                s.piece_bytes < bytes.len() + 512 * 1024,
                "{} of {}",
                s.piece_bytes,
                bytes.len()
            );
            assert_eq!(s.uploads.len(), 1);
        });
    }
}

#[tokio::test]
async fn many_cuts_with_some_progress_end_in_delivery() {
    let bytes = ciphertext(2 * MIB, 21);
    let (server, _, shelf) = ready(&bytes).await;
    server.with(|s| s.cut = Some((Cut::Reset, 70_000, 25, true)));
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
    server.with(|s| {
        assert_eq!(s.uploads["/v1/upload/0"].bytes, bytes);
        assert_eq!(s.requests.iter().filter(|r| r.method == "HEAD").count(), 25);
        let resent = s.piece_bytes - bytes.len();
        assert!(resent <= 25 * 256 * 1024, "{resent}");
    });
}

#[tokio::test]
async fn an_answer_that_is_lost_costs_no_byte() {
    let bytes = ciphertext(MIB, 22);
    let (server, _, shelf) = ready(&bytes).await;
    // The piece is kept whole, only its answer never comes.
    server.with(|s| s.cut = Some((Cut::Reset, usize::MAX, 1, true)));
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
    assert_eq!(server.with(|s| s.piece_bytes), bytes.len());
}

#[tokio::test]
async fn cuts_without_progress_wait_for_the_next_visit() {
    let bytes = ciphertext(MIB, 23);
    let (server, _, shelf) = ready(&bytes).await;
    server.with(|s| s.cut = Some((Cut::Reset, 1000, 5, false)));
    assert_eq!(shelf.visit(quick()).await, WAITING);
    assert_eq!(shelf.troubles(), ["endpoint-unreachable"]);
    assert_eq!(
        shelf.visit(quick()).await,
        DELIVERED,
        "taken up where it was"
    );
    assert_eq!(server.count("POST", "/v1/upload"), 1);
}

#[tokio::test]
async fn a_begun_upload_is_taken_up_at_the_servers_offset() {
    let bytes = ciphertext(MIB, 24);
    let (server, _, shelf) = ready(&bytes).await;
    server.with(|s| {
        let begun = crate::server::Upload {
            length: MIB,
            sha256: Some(Hash::of(&bytes)),
            bytes: bytes[..300_000].to_vec(),
        };
        s.uploads.insert("/v1/upload/begun".into(), begun);
    });
    shelf.change("a", |i| i.upload = Some("/v1/upload/begun".into()));
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
    assert_eq!(server.with(|s| s.piece_bytes), bytes.len() - 300_000);
    assert_eq!(server.count("POST", "/v1/upload"), 0);
}

#[tokio::test]
async fn an_upload_of_another_length_is_not_taken_up() {
    let bytes = ciphertext(MIB, 24);
    let (server, _, shelf) = ready(&bytes).await;
    server.with(|s| {
        s.uploads.insert(
            "/v1/upload/begun".into(),
            crate::server::Upload {
                length: 77,
                ..Default::default()
            },
        );
    });
    shelf.change("a", |i| i.upload = Some("/v1/upload/begun".into()));
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
    assert!(server.with(|s| s.uploads["/v1/upload/begun"].bytes.is_empty()));
}

#[tokio::test]
async fn a_kept_path_that_leads_elsewhere_is_not_used() {
    let bytes = ciphertext(MIB, 25);
    let (server, _, shelf) = ready(&bytes).await;
    shelf.change("a", |i| i.upload = Some("/v1/upload/../../other".into()));
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
    assert_eq!(server.count("HEAD", "/"), 0);
}

#[tokio::test]
async fn an_offset_that_moves_back_is_believed() {
    let bytes = ciphertext(3 * MIB, 26);
    let (server, _, shelf) = ready(&bytes).await;
    server.with(|s| s.back = Some((MIB, 10_000)));
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
    assert_eq!(
        server.with(|s| s.uploads["/v1/upload/0"].bytes.clone()),
        bytes
    );
    assert!(shelf.offsets().windows(2).any(|w| w[1] < w[0]), "and shown");
}

#[tokio::test]
async fn an_upload_that_was_forgotten_begins_anew() {
    let bytes = ciphertext(2 * MIB, 27);
    let (server, _, shelf) = ready(&bytes).await;
    server.with(|s| s.forget = Some(MIB / 2));
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
    assert_eq!(server.count("POST", "/v1/upload"), 2);
    let created = shelf
        .events()
        .iter()
        .filter(|e| matches!(e, Event::Created(..)))
        .count();
    assert_eq!(created, 2, "the new path takes the place of the old one");
}

#[tokio::test]
async fn a_bundle_that_was_lost_after_it_was_complete_is_sent_again() {
    let bytes = ciphertext(MIB, 28);
    let (server, _, shelf) = ready(&bytes).await;
    server.with(|s| {
        // Complete, but of bytes whose receipt will never be there.
        let void = crate::server::Upload {
            length: MIB,
            sha256: None,
            bytes: vec![0; MIB],
        };
        s.uploads.insert("/v1/upload/void".into(), void);
    });
    shelf.change("a", |i| i.upload = Some("/v1/upload/void".into()));
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
    assert_eq!(server.with(|s| s.piece_bytes), MIB);
}

#[tokio::test]
async fn a_wrong_checksum_or_offset_or_a_piece_too_large_is_tried_again() {
    for problem in [
        Problem::Checksum,
        Problem::Offset,
        Problem::PieceTooLarge,
        Problem::Internal,
    ] {
        let (server, _, shelf) = ready(&ciphertext(2 * MIB, 29)).await;
        server.with(|s| {
            s.instead
                .push(("PATCH", "/v1/upload", Reply::Problem(problem), 2))
        });
        assert_eq!(shelf.visit(quick()).await, DELIVERED, "{problem:?}");
    }
}

#[tokio::test]
async fn out_of_reach_then_back() {
    let bytes = ciphertext(MIB, 30);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    drop(listener);
    let org = founded(&[&format!("http://{at}")]);
    let shelf = Shelf::holding(&org, &bytes);
    assert_eq!(shelf.visit(quick()).await, WAITING);
    assert_eq!(shelf.troubles(), ["endpoint-unreachable"]);
    let server = Server::on(TcpListener::bind(at).await.unwrap(), Script::default());
    server.with(|s| {
        s.receipts.insert(Hash::of(&bytes), org.receipt(&bytes));
    });
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
}
