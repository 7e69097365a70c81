//! Clients that mean no good: slow, oversized and ambiguous requests are cut, and nobody else notices.

use crate::client::{exchange, parse, rest, send};
use crate::scene::{Line, Scene, quick};
use chronicle_endpoint::Limits;
use chronicle_endpoint::access::Role;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const SOON: Duration = Duration::from_secs(4);

async fn impatient(scene: &Scene) -> Line {
    let (header, silence) = (Duration::from_millis(300), Duration::from_millis(300));
    scene
        .line_with(Limits {
            header,
            silence,
            ..quick()
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_header_is_cut() {
    let scene = Scene::new().await;
    let line = impatient(&scene).await;
    let began = Instant::now();
    let answer = exchange(line.address, b"GET /v1/profile HTTP/1.1\r\nHost: x\r\n").await;
    assert!(
        parse(&answer).is_none_or(|a| a.status == 408),
        "cut, or told why"
    );
    assert!(began.elapsed() < SOON);

    let mut stream = TcpStream::connect(line.address).await.unwrap();
    stream
        .write_all(b"GET /v1/profile HTTP/1.1\r\n")
        .await
        .unwrap();
    let began = Instant::now();
    while stream.write_all(b"a: b\r\n").await.is_ok() {
        assert!(began.elapsed() < SOON, "a header that drips is cut too");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_without_a_request_is_cut() {
    let scene = Scene::new().await;
    let line = impatient(&scene).await;
    let began = Instant::now();
    exchange(line.address, b"").await;
    assert!(began.elapsed() < SOON, "before the first request");
    let began = Instant::now();
    let answer = exchange(line.address, b"GET /v1/profile HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert_eq!(parse(&answer).unwrap().status, 200);
    assert!(began.elapsed() < SOON, "after one, too");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_body_is_cut_on_every_route_that_takes_one() {
    let scene = Scene::new().await;
    let line = impatient(&scene).await;
    let token = scene.token(Role::Reporter).await;
    let request = format!(
        "POST /v1/capability HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Length: 100\r\n\r\n{{",
        token.expose().as_str()
    );
    let began = Instant::now();
    let answer = exchange(line.address, request.as_bytes()).await;
    assert_eq!(parse(&answer).unwrap().status, 400);
    assert!(began.elapsed() < SOON);
}

#[tokio::test(flavor = "multi_thread")]
async fn oversized_headers_are_refused() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let long = "x".repeat(100 * 1024);
    let many = "a: b\r\n".repeat(65);
    for header in [format!("Long: {long}\r\n"), many] {
        let request = format!("GET /v1/profile HTTP/1.1\r\nHost: x\r\n{header}\r\n");
        let answer = exchange(line.address, request.as_bytes()).await;
        // A client that is still writing may see only the cut.
        assert!(
            parse(&answer).is_none_or(|a| a.status == 431),
            "{:.40}",
            header
        );
    }
    let uri = format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n");
    let answer = exchange(line.address, uri.as_bytes()).await;
    assert!(parse(&answer).is_none_or(|a| [414, 431].contains(&a.status)));
    let fits = format!("x: {}\r\n", "y".repeat(8000));
    let request = format!("GET /v1/profile HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{fits}\r\n");
    assert_eq!(
        parse(&exchange(line.address, request.as_bytes()).await)
            .unwrap()
            .status,
        200
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ambiguous_lengths_are_refused() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    for lengths in [
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5, 6\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: 5 5\r\n",
        "Content-Length : 5\r\n",
        "Content-Length: 0x5\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding:\r\n chunked\r\n",
    ] {
        let request = format!(
            "POST /v1/capability HTTP/1.1\r\nHost: x\r\n{lengths}\r\nhello GET / HTTP/1.1\r\n\r\n"
        );
        let answer = exchange(line.address, request.as_bytes()).await;
        assert_eq!(parse(&answer).map(|a| a.status), Some(400), "{lengths}");
        assert_eq!(answers(&answer), 1, "{lengths}");
    }
    let old = "POST /v1/capability HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    assert_eq!(
        parse(&exchange(line.address, old.as_bytes()).await)
            .unwrap()
            .status,
        400
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_hidden_behind_two_framings_is_never_answered() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let hidden = "GET /v1/profile HTTP/1.1\r\nHost: x\r\n\r\n";
    for framing in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    ] {
        let request =
            format!("POST /v1/capability HTTP/1.1\r\nHost: x\r\n{framing}\r\n0\r\n\r\n{hidden}");
        let answer = exchange(line.address, request.as_bytes()).await;
        assert_eq!(
            answers(&answer),
            1,
            "{framing}: {}",
            String::from_utf8_lossy(&answer)
        );
        assert!([400, 404].contains(&parse(&answer).unwrap().status));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_free_connection_serves_the_next_client() {
    let scene = Scene::new().await;
    let header = Duration::from_millis(300);
    let line = scene
        .line_with(Limits {
            connections: 2,
            header,
            ..quick()
        })
        .await;
    let mut idle = [
        TcpStream::connect(line.address).await.unwrap(),
        TcpStream::connect(line.address).await.unwrap(),
    ];
    let began = Instant::now();
    assert_eq!(
        send(line.address, "GET", "/v1/profile", &[], b"")
            .await
            .status,
        200
    );
    assert!(
        began.elapsed() >= Duration::from_millis(200),
        "it waited for a place"
    );
    for stream in &mut idle {
        assert!(rest(stream).await.is_empty() || stream.read(&mut [0]).await.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_house_stops_when_it_is_told_to() {
    let scene = Scene::new().await;
    let limits = Limits {
        connections: 1,
        header: Duration::from_millis(500),
        ..quick()
    };
    let endpoint = scene.endpoint(limits);
    let (listener, address) = crate::scene::listener().await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(chronicle_endpoint::serve(endpoint, listener, None, async {
        drop(stopped.await)
    }));
    assert_eq!(
        send(address, "GET", "/v1/profile", &[], b"").await.status,
        200
    );
    let _held = TcpStream::connect(address).await.unwrap();
    stop.send(()).unwrap();
    tokio::time::timeout(SOON, serving)
        .await
        .expect("it stops")
        .unwrap()
        .unwrap();
    assert!(
        TcpStream::connect(address).await.is_err(),
        "nobody listens any more"
    );
}

fn answers(bytes: &[u8]) -> usize {
    bytes
        .windows(9)
        .filter(|w| w == b"HTTP/1.1 " || w == b"HTTP/1.0 ")
        .count()
}
