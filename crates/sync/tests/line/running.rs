//! The courier on its own: comes again while something waits, rests while nothing does, ends when told to.

use crate::delivering::{MIB, ready};
use crate::founded::{ciphertext, quick};
use crate::server::Reply;
use chronicle_sync::{Courier, Outbox};
use chronicle_wire::Hash;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

struct Running {
    wake: Arc<Notify>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

fn run(shelf: &Arc<crate::shelf::Shelf>, transport: chronicle_sync::Transport) -> Running {
    let (wake, stop) = (Arc::new(Notify::new()), CancellationToken::new());
    let outbox: Arc<dyn Outbox> = Arc::clone(shelf) as _;
    let courier = Courier::new(transport).unwrap();
    let task = tokio::spawn(courier.run(outbox, Arc::clone(&wake), stop.clone(), false));
    Running { wake, stop, task }
}

async fn until(what: &str, mut done: impl FnMut() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < Duration::from_secs(10), "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn comes_again_until_it_is_delivered_then_rests_until_woken() {
    let (one, two) = (ciphertext(MIB, 80), ciphertext(MIB, 81));
    let (server, org, shelf) = ready(&one).await;
    server.with(|s| s.instead.push(("GET", "/v1/profile", Reply::Drop, 3)));
    let running = run(&shelf, quick());
    until("first", || shelf.stored() == ["a"]).await;
    assert_eq!(shelf.troubles(), ["endpoint-unreachable"; 3]);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let asked = server.with(|s| s.requests.len());
    server.with(|s| s.receipts.insert(Hash::of(&two), org.receipt(&two)));
    shelf.add("b", &org, &two);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(
        server.with(|s| s.requests.len()),
        asked,
        "rests while it knows of nothing"
    );
    running.wake.notify_one();
    until("second", || shelf.stored() == ["a", "b"]).await;
    running.stop.cancel();
    running.task.await.unwrap();
}

#[tokio::test]
async fn comes_at_once_when_woken() {
    let (server, _, shelf) = ready(&ciphertext(MIB, 82)).await;
    server.with(|s| s.instead.push(("GET", "/v1/profile", Reply::Drop, 1)));
    let mut transport = quick();
    transport.timing.visit_min = Duration::from_secs(600);
    transport.timing.visit_max = Duration::from_secs(900);
    let running = run(&shelf, transport);
    until("trouble", || !shelf.troubles().is_empty()).await;
    running.wake.notify_one();
    until("delivered", || shelf.stored() == ["a"]).await;
    running.stop.cancel();
}

#[tokio::test]
async fn ends_promptly_also_in_the_middle_of_an_answer() {
    let (server, _, shelf) = ready(&ciphertext(MIB, 83)).await;
    server.with(|s| {
        s.instead
            .push(("GET", "/v1/receipt", Reply::Silence, u32::MAX))
    });
    let mut transport = quick();
    transport.timing.silence = Duration::from_secs(600);
    let running = run(&shelf, transport);
    until("asked", || server.count("GET", "/v1/receipt") == 1).await;
    let began = Instant::now();
    running.stop.cancel();
    running.task.await.unwrap();
    assert!(began.elapsed() < Duration::from_millis(200));
}

#[tokio::test]
async fn an_outbox_that_cannot_be_read_is_asked_again() {
    let (_server, _, shelf) = ready(&ciphertext(MIB, 84)).await;
    shelf.failing.lock().unwrap().push("waiting");
    let running = run(&shelf, quick());
    tokio::time::sleep(Duration::from_millis(60)).await;
    shelf.failing.lock().unwrap().clear();
    until("delivered", || shelf.stored() == ["a"]).await;
    running.stop.cancel();
}

#[tokio::test]
async fn by_hand_it_goes_once_each_time_it_is_told_to() {
    let (one, two) = (ciphertext(MIB, 82), ciphertext(MIB, 83));
    let (server, org, shelf) = ready(&one).await;
    server.with(|s| s.instead.push(("GET", "/v1/profile", Reply::Drop, 1)));
    let (told, stop) = (Arc::new(Notify::new()), CancellationToken::new());
    let outbox: Arc<dyn Outbox> = Arc::clone(&shelf) as _;
    let courier = Courier::new(quick()).unwrap();
    let task = tokio::spawn(courier.run(outbox, Arc::clone(&told), stop.clone(), true));
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(server.with(|s| s.requests.len()), 0, "not told yet");
    told.notify_one();
    until("the cut", || shelf.troubles() == ["endpoint-unreachable"]).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(shelf.stored().is_empty(), "it came again by itself");
    told.notify_one();
    until("first", || shelf.stored() == ["a"]).await;
    server.with(|s| s.receipts.insert(Hash::of(&two), org.receipt(&two)));
    shelf.add("b", &org, &two);
    let asked = server.with(|s| s.requests.len());
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(server.with(|s| s.requests.len()), asked);
    told.notify_one();
    until("second", || shelf.stored() == ["a", "b"]).await;
    stop.cancel();
    task.await.unwrap();
}

#[tokio::test]
async fn two_organisations_do_not_see_the_same_moment() {
    let (one, two) = (ciphertext(MIB, 84), ciphertext(MIB, 85));
    let (server, a, shelf) = ready(&one).await;
    let b = crate::founded::founded(&[&server.address]);
    server.with(|s| s.receipts.insert(Hash::of(&two), b.receipt(&two)));
    shelf.add("b", &b, &two);
    let (mut firsts, apart) = (Vec::new(), Duration::from_millis(400));
    for _ in 0..12 {
        let mut transport = quick();
        transport.timing.apart = apart;
        let began = Instant::now();
        let before = shelf.events().len();
        let outbox: Arc<dyn Outbox> = Arc::clone(&shelf) as _;
        let _ = Courier::new(transport).unwrap().visit(&outbox).await;
        assert!(began.elapsed() >= apart / 2, "both at once");
        let stored = shelf.events().into_iter().skip(before);
        let first = stored.into_iter().find_map(|e| match e {
            crate::shelf::Event::Stored(id, _) => Some(id),
            _ => None,
        });
        firsts.push(first.expect("one was delivered"));
        shelf.add("a", &a, &one);
        shelf.add("b", &b, &two);
    }
    firsts.sort();
    firsts.dedup();
    assert_eq!(firsts.len(), 2, "neither is always the first");
}
