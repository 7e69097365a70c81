//! The line is cut in the middle of a piece: by an end, by a reset, by silence. What arrived is kept where nobody
//! announced a checksum, and the delivery goes on from the offset that the endpoint says.

use crate::client::{parse, rest};
use crate::scene::{Person, SIZE, Scene, bundle, quick};
use chronicle_endpoint::Limits;
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

// Half of a PATCH over everything, on a connection that is still open.
async fn half(person: &Person, path: &str, bytes: &[u8], more: &[(&str, &str)]) -> TcpStream {
    let mut stream = TcpStream::connect(person.address).await.unwrap();
    let head = person.patch_head(path, 0, bytes.len(), more);
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&bytes[..SIZE / 2]).await.unwrap();
    stream.flush().await.unwrap();
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_before_an_end_is_kept() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let (person, bytes) = (scene.reporter(&line).await, bundle(1));
    let path = person.upload(&bytes).await;
    let mut stream = half(&person, &path, &bytes, &[]).await;
    stream.shutdown().await.unwrap();
    rest(&mut stream).await;
    assert_eq!(person.head(&path).await.offset(), SIZE as u64 / 2);
    scene.verify(&person.resume(&path, &bytes).await, &bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_is_survived() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let person = scene.reporter(&line).await;
    for seed in 0..5 {
        let bytes = bundle(seed);
        let path = person.upload(&bytes).await;
        let stream = half(&person, &path, &bytes, &[]).await;
        stream.set_zero_linger().unwrap();
        drop(stream);
        assert!(person.head(&path).await.offset() <= SIZE as u64 / 2);
        scene.verify(&person.resume(&path, &bytes).await, &bytes);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_is_a_cut() {
    let scene = Scene::new().await;
    let silence = Duration::from_millis(200);
    let line = scene.line_with(Limits { silence, ..quick() }).await;
    let (person, bytes) = (scene.reporter(&line).await, bundle(1));
    let path = person.upload(&bytes).await;
    let began = Instant::now();
    let mut stream = half(&person, &path, &bytes, &[]).await;
    let answer = parse(&rest(&mut stream).await).expect("told before the end");
    assert_eq!(answer.code(), "bad-request");
    assert!(began.elapsed() >= silence && began.elapsed() < Duration::from_secs(5));
    assert_eq!(person.head(&path).await.offset(), SIZE as u64 / 2);
    scene.verify(&person.resume(&path, &bytes).await, &bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_piece_with_a_checksum_counts_for_nothing() {
    let scene = Scene::new().await;
    let silence = Duration::from_millis(200);
    let line = scene.line_with(Limits { silence, ..quick() }).await;
    let (person, bytes) = (scene.reporter(&line).await, bundle(1));
    let path = person.upload(&bytes).await;
    let sum = [("Upload-Checksum", "sha256 AAAA")];
    rest(&mut half(&person, &path, &bytes, &sum).await).await;
    let mut ended = half(&person, &path, &bytes, &sum).await;
    ended.shutdown().await.unwrap();
    rest(&mut ended).await;
    assert_eq!(person.head(&path).await.offset(), 0);
    scene.verify(&person.resume(&path, &bytes).await, &bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_line_gives_its_buffer_back() {
    let scene = Scene::new().await;
    let silence = Duration::from_millis(300);
    let line = scene
        .line_with(Limits {
            silence,
            buffers: 1,
            ..quick()
        })
        .await;
    let (person, bytes) = (scene.reporter(&line).await, bundle(1));
    let (held, path) = (person.upload(&bundle(2)).await, person.upload(&bytes).await);
    let stream = half(&person, &held, &bundle(2), &[]).await;
    scene.verify(&person.resume(&path, &bytes).await, &bytes);
    drop(stream);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_upload_goes_on_at_another_endpoint() {
    let scene = Scene::new().await;
    let here = scene.line().await;
    let (person, bytes) = (scene.reporter(&here).await, bundle(1));
    let path = person.upload(&bytes).await;
    let mut stream = half(&person, &path, &bytes, &[]).await;
    stream.shutdown().await.unwrap();
    rest(&mut stream).await;
    drop(here);
    let there = scene.line().await;
    let person = person.moved(&there);
    assert_eq!(person.head(&path).await.offset(), SIZE as u64 / 2);
    scene.verify(&person.resume(&path, &bytes).await, &bytes);
}
