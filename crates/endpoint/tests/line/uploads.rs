//! Uploads by tus 1.0: create, ask, send, resume; what is against the rules changes nothing.

use crate::client::send;
use crate::scene::{PIECE, SIZE, Scene, bundle, quick};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chronicle_endpoint::Limits;
use chronicle_wire::Hash;
use sha1::{Digest, Sha1};

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_moves_piece_by_piece() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let (person, bytes) = (scene.reporter(&line).await, bundle(1));
    let begun = person.begin(&bytes).await;
    assert_eq!(begun.status, 201);
    assert_eq!(begun.header("tus-resumable"), Some("1.0.0"));
    assert_eq!(
        begun.header("upload-expires"),
        Some("Tue, 17 Feb 2026 00:00:00 GMT")
    );
    let path = begun.header("location").unwrap();
    let mut offset = 0;
    for piece in bytes.chunks(PIECE) {
        let head = person.head(path).await;
        assert_eq!((head.status, head.offset()), (200, offset));
        assert_eq!(head.header("upload-length"), Some("262144"));
        assert_eq!(head.header("cache-control"), Some("no-store"));
        let sent = person.patch(path, offset, piece).await;
        offset += piece.len() as u64;
        assert_eq!((sent.status, sent.offset()), (204, offset));
    }
    assert_eq!(
        person.head(path).await.offset(),
        SIZE as u64,
        "also when finished"
    );
    let receipt = scene.verify(&person.receipt(&bytes).await, &bytes);
    assert_eq!(receipt.day, crate::scene::today());
    assert_eq!(
        person.patch(path, SIZE as u64, b"").await.code(),
        "upload-ended"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stock_client_may_send_everything_with_the_creation() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let (person, bytes) = (scene.reporter(&line).await, bundle(1));
    let headers = [
        ("Upload-Length", "262144"),
        ("Content-Type", "application/offset+octet-stream"),
    ];
    let begun = person.ask("POST", "/v1/upload", &headers, &bytes).await;
    assert_eq!((begun.status, begun.offset()), (201, SIZE as u64));
    scene.verify(&person.receipt(&bytes).await, &bytes);

    let options = send(line.address, "OPTIONS", "/v1/upload", &[], b"").await;
    assert_eq!(options.status, 204);
    assert_eq!(options.header("tus-version"), Some("1.0.0"));
    assert_eq!(
        options.header("tus-checksum-algorithm"),
        Some("sha1,sha256")
    );
    assert_eq!(options.header("tus-max-size"), Some("8589934592"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_larger_than_a_piece_is_split() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let person = scene.reporter(&line).await;
    let mut bytes = bundle(1);
    bytes.resize(16 << 20, 7);
    let path = person.upload(&bytes).await;
    assert_eq!(
        person.patch(&path, 0, &bytes).await.code(),
        "piece-too-large"
    );
    assert_eq!(person.head(&path).await.offset(), 0);
    let sent = person.patch_with(&path, 0, &[], &bytes).await;
    assert_eq!((sent.status, sent.offset()), (204, 16 << 20));
    scene.verify(&person.receipt(&bytes).await, &bytes);
    let id = path.rsplit('/').next().unwrap();
    let pieces = [
        "end",
        "new",
        "p00000000000000000000",
        "p00000000000008388608",
    ];
    assert_eq!(scene.objects(&format!("up/{id}")), pieces);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_against_the_rules_changes_nothing() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let (person, bytes) = (scene.reporter(&line).await, bundle(1));
    let path = person.upload(&bytes).await;
    assert_eq!(person.patch(&path, 0, &bytes[..1000]).await.offset(), 1000);

    for offset in [0, 999, 1001, SIZE as u64, u64::MAX] {
        assert_eq!(
            person.patch(&path, offset, b"abcd").await.code(),
            "offset-conflict",
            "{offset}"
        );
    }
    let wrong = format!("sha256 {}", STANDARD.encode(Hash::of(b"other").0));
    let table = [
        (wrong.as_str(), "checksum-mismatch"),
        ("sha1 AAAA", "checksum-mismatch"),
        ("crc32 AAAA", "checksum-unknown"),
        ("sha256", "bad-request"),
        ("sha256 !", "bad-request"),
    ];
    for (sum, code) in table {
        let answer = person
            .patch_with(&path, 1000, &[("Upload-Checksum", sum)], b"abcd")
            .await;
        assert_eq!(answer.code(), code, "{sum}");
    }
    assert_eq!(
        person.patch_with(&path, 1000, &[], &bytes).await.code(),
        "size-refused",
        "beyond the length"
    );
    assert_eq!(
        person.patch(&path, 1000, &bytes).await.code(),
        "size-refused",
        "also with a checksum"
    );
    let empty = person.patch_with(&path, 1000, &[], b"").await;
    assert_eq!(
        (empty.status, empty.offset()),
        (204, 1000),
        "an empty piece only asks"
    );
    let kind = [("Upload-Offset", "1000"), ("Content-Type", "text/plain")];
    assert_eq!(
        person.ask("PATCH", &path, &kind, b"abcd").await.code(),
        "media-type"
    );
    let missing = [("Content-Type", "application/offset+octet-stream")];
    assert_eq!(
        person.ask("PATCH", &path, &missing, b"abcd").await.code(),
        "bad-request"
    );

    assert_eq!(person.head(&path).await.offset(), 1000);
    let sum = format!("sha1 {}", STANDARD.encode(Sha1::digest(&bytes[1000..2000])));
    let sent = person
        .patch_with(
            &path,
            1000,
            &[("Upload-Checksum", &sum)],
            &bytes[1000..2000],
        )
        .await;
    assert_eq!(sent.offset(), 2000, "sha1 is spoken too");
    scene.verify(&person.resume(&path, &bytes).await, &bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn lengths_versions_methods_and_paths_are_checked() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let person = scene.reporter(&line).await;
    for length in ["0", "1", "262143", "262145", "8589934593", "17179869184"] {
        let answer = person
            .ask("POST", "/v1/upload", &[("Upload-Length", length)], b"")
            .await;
        assert_eq!(answer.code(), "size-refused", "{length}");
    }
    for length in ["-1", "+262144", "262144x", "99999999999999999999"] {
        let answer = person
            .ask("POST", "/v1/upload", &[("Upload-Length", length)], b"")
            .await;
        assert_eq!(answer.code(), "bad-request", "{length}");
    }
    assert_eq!(
        person.ask("POST", "/v1/upload", &[], b"").await.code(),
        "size-refused"
    );
    assert!(scene.objects("up").is_empty(), "nothing was begun");

    let bearer = format!("Bearer {}", person.capability.expose().as_str());
    for version in [None, Some("0.2.2"), Some("1.0.1")] {
        let mut headers = vec![
            ("Authorization", bearer.as_str()),
            ("Upload-Length", "262144"),
        ];
        headers.extend(version.map(|v| ("Tus-Resumable", v)));
        let answer = send(line.address, "POST", "/v1/upload", &headers, b"").await;
        assert_eq!(answer.code(), "tus-version");
        assert_eq!(answer.header("tus-version"), Some("1.0.0"));
    }
    for (method, path) in [
        ("PUT", "/v1/upload"),
        ("POST", "/v1/profile"),
        ("GET", "/v1/upload/x"),
    ] {
        assert_eq!(
            person.ask(method, path, &[], b"").await.code(),
            "method-not-allowed"
        );
    }
    for path in ["/", "/v1", "/v1/upload/", "/v1/profile/x", "/v2/profile"] {
        assert_eq!(person.get(path).await.code(), "not-found", "{path}");
    }
    for path in [
        "/v1/upload/..%2f..%2freceipt.key",
        "/v1/upload/%00",
        "/v1/upload/%2e%2e",
    ] {
        assert_eq!(
            person.patch(path, 0, b"x").await.code(),
            "not-found",
            "{path}"
        );
    }
    assert_eq!(
        person.get("/v1/receipt/%ff").await.code(),
        "bad-request",
        "no UTF-8"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_writers_at_one_offset_one_is_told_to_look_again() {
    let scene = Scene::new().await;
    let (here, there) = (scene.line().await, scene.line().await);
    let person = scene.reporter(&here).await;
    for seed in 0..5 {
        let bytes = bundle(seed);
        let path = person.upload(&bytes).await;
        let other = person.moved(&there);
        let (a, b) = tokio::join!(
            person.patch(&path, 0, &bytes[..60_000]),
            other.patch(&path, 0, &bytes[..90_000])
        );
        let mut both = [a.status, b.status];
        both.sort_unstable();
        assert_eq!(both, [204, 409]);
        let won = if a.status == 204 { 60_000 } else { 90_000 };
        assert_eq!(other.head(&path).await.offset(), won);
        scene.verify(&other.resume(&path, &bytes).await, &bytes);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_at_once_are_limited_and_empty_ones_make_room() {
    let scene = Scene::new().await;
    let line = scene
        .line_with(Limits {
            uploads: 2,
            ..quick()
        })
        .await;
    let (person, other) = (scene.reporter(&line).await, scene.reporter(&line).await);
    let (a, b) = (
        person.upload(&bundle(1)).await,
        person.upload(&bundle(2)).await,
    );
    assert_eq!(person.patch(&a, 0, b"age").await.status, 204);
    let c = person.upload(&bundle(3)).await;
    assert_eq!(person.head(&b).await.status, 410, "never got a byte");
    assert_eq!(person.head(&a).await.offset(), 3, "what has bytes stays");
    assert_eq!(person.patch(&c, 0, b"age").await.status, 204);
    assert_eq!(person.begin(&bundle(4)).await.code(), "too-many-uploads");
    assert_eq!(
        other.begin(&bundle(4)).await.status,
        201,
        "each capability for itself"
    );
    assert_eq!(person.ask("DELETE", &a, &[], b"").await.status, 204);
    assert_eq!(person.begin(&bundle(4)).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_room_is_said_before_anything_is_sent() {
    let scene = Scene::new().await;
    let line = scene
        .line_with(Limits {
            reserve: u64::MAX / 2,
            ..quick()
        })
        .await;
    let person = scene.reporter(&line).await;
    assert_eq!(person.begin(&bundle(1)).await.code(), "endpoint-full");
    assert!(scene.objects("up").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn termination_ends_an_upload_for_good() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let (person, bytes) = (scene.reporter(&line).await, bundle(1));
    let path = person.upload(&bytes).await;
    person.patch(&path, 0, &bytes[..PIECE]).await;
    person
        .patch(&path, PIECE as u64, &bytes[PIECE..2 * PIECE])
        .await;
    assert_eq!(person.ask("DELETE", &path, &[], b"").await.status, 204);
    let id = path.rsplit('/').next().unwrap();
    assert_eq!(
        scene.objects(&format!("up/{id}")),
        ["end", "new"],
        "no bytes are left"
    );
    assert_eq!(person.head(&path).await.status, 410);
    assert_eq!(person.patch(&path, 0, b"abcd").await.code(), "upload-ended");
    assert_eq!(
        person.ask("DELETE", &path, &[], b"").await.status,
        204,
        "asked again"
    );
    assert_eq!(person.receipt(&bytes).await.code(), "not-found");
    scene.verify(&person.deliver(&bytes).await, &bytes);
}
