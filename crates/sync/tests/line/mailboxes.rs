//! A mailbox is emptied without losing anything, apart from deliveries, and never another way.

use crate::delivering::{MIB, ready};
use crate::founded::{Founded, ciphertext, founded, quick};
use crate::server::{Reply, Script, Server};
use crate::socks::Socks;
use chronicle_sync::{Courier, Inbox, Looked, Mailbox, OutboxError, Transport, Way};
use chronicle_wire::route::Problem;
use chronicle_wire::{Hash, ReadKey};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// One organisation's messages, as a journal keeps them.
struct Kept {
    org: Founded,
    key: ReadKey,
    way: Mutex<Way>,
    here: Mutex<Vec<Hash>>,
    kept: Mutex<Vec<Hash>>,
    taken: Mutex<Vec<Hash>>,
    failing: Mutex<bool>,
}

impl Kept {
    fn new(org: Founded, way: Way) -> Arc<Self> {
        Arc::new(Self {
            org,
            key: ReadKey::draw().unwrap(),
            way: Mutex::new(way),
            here: Mutex::default(),
            kept: Mutex::default(),
            taken: Mutex::default(),
            failing: Mutex::new(false),
        })
    }

    fn bearer(&self) -> String {
        self.key.expose().to_string()
    }

    async fn look(self: &Arc<Self>, transport: Transport) -> Looked {
        let inbox: Arc<dyn Inbox> = Arc::clone(self) as _;
        Courier::new(transport).unwrap().look(&inbox).await.unwrap()
    }

    fn here(&self) -> Vec<Hash> {
        self.here.lock().unwrap().clone()
    }

    // What the unlocked journal has verified.
    fn verified(&self) {
        *self.kept.lock().unwrap() = self.here();
    }
}

impl Inbox for Kept {
    fn mailboxes(&self) -> Result<Vec<Mailbox>, OutboxError> {
        Ok(vec![Mailbox {
            organisation: self.org.id(),
            profile: self.org.profile(),
            way: *self.way.lock().unwrap(),
            key: self.key.clone(),
            known: self.here(),
            kept: self.kept.lock().unwrap().clone(),
        }])
    }

    fn came(&self, organisation: Hash, sha256: Hash, message: &[u8]) -> Result<(), OutboxError> {
        assert_eq!((organisation, Hash::of(message)), (self.org.id(), sha256));
        if *self.failing.lock().unwrap() {
            return Err(OutboxError("disk-full"));
        }
        self.here.lock().unwrap().push(sha256);
        Ok(())
    }

    fn taken(&self, _: Hash, sha256: Hash) -> Result<(), OutboxError> {
        self.kept.lock().unwrap().retain(|known| *known != sha256);
        self.taken.lock().unwrap().push(sha256);
        Ok(())
    }
}

fn message(seed: u64) -> (Hash, Vec<u8>) {
    let bytes = ciphertext(256 * 1024, seed);
    (Hash::of(&bytes), bytes)
}

async fn posted(messages: &[(Hash, Vec<u8>)]) -> (Server, Arc<Kept>) {
    let server = Server::start(Script::default()).await;
    let kept = Kept::new(founded(&[&server.address]), Way::Direct);
    let bearer = kept.bearer();
    server.with(|s| s.mailboxes.insert(bearer, messages.to_vec()));
    (server, kept)
}

fn holds(server: &Server, kept: &Kept) -> usize {
    server.with(|s| s.mailboxes[&kept.bearer()].len())
}

#[tokio::test]
async fn a_message_is_taken_away_on_a_visit_after_it_was_kept() {
    let (one, two) = (message(1), message(2));
    let (server, kept) = posted(&[one.clone(), two.clone()]).await;
    let looked = kept.look(quick()).await;
    assert_eq!((looked.mailboxes, looked.came), (1, 2));
    assert_eq!(kept.here(), [one.0, two.0]);
    // Not verified yet: nothing is taken away, and nothing is fetched twice.
    let looked = kept.look(quick()).await;
    assert_eq!((looked.came, holds(&server, &kept)), (0, 2));
    kept.verified();
    kept.look(quick()).await;
    assert_eq!(*kept.taken.lock().unwrap(), [one.0, two.0]);
    assert_eq!(holds(&server, &kept), 0);
    // No capability goes along, and of the organisation only the mailbox is asked for.
    server.with(|s| {
        for request in &s.requests {
            assert!(request.path.starts_with("/v1/mailbox"), "{}", request.path);
            let bearer = format!("Bearer {}", kept.bearer());
            assert_eq!(request.header("authorization"), Some(bearer.as_str()));
        }
    });
}

#[tokio::test]
async fn what_cannot_be_kept_comes_again() {
    let (server, kept) = posted(&[message(3)]).await;
    *kept.failing.lock().unwrap() = true;
    let inbox: Arc<dyn Inbox> = Arc::clone(&kept) as _;
    let courier = Courier::new(quick()).unwrap();
    assert_eq!(courier.look(&inbox).await, Err(OutboxError("disk-full")));
    assert_eq!((kept.here().len(), holds(&server, &kept)), (0, 1));
    *kept.failing.lock().unwrap() = false;
    assert_eq!(kept.look(quick()).await.came, 1);
}

#[tokio::test]
async fn a_lying_endpoint_gives_nothing_and_takes_nothing() {
    let raw = |status, body: &[u8]| Reply::Raw(status, vec![], body.to_vec());
    let none = [
        ("no list", raw(200, b"[]")),
        ("a portal", raw(200, b"<html>")),
        ("not found", Reply::Problem(Problem::NotFound)),
        (
            "a redirect",
            Reply::Raw(302, vec![("Location", "/".into())], vec![]),
        ),
        ("an endless list", Reply::Endless(200)),
        ("nothing", Reply::Drop),
        ("silence", Reply::Silence),
    ];
    for (name, reply) in none {
        let (server, kept) = posted(&[message(4)]).await;
        kept.look(quick()).await;
        kept.verified();
        server.with(|s| s.instead.push(("GET", "/v1/mailbox", reply, 9)));
        assert_eq!(kept.look(quick()).await, Looked::default(), "{name}");
        assert_eq!(holds(&server, &kept), 1, "{name}");
        assert!(kept.taken.lock().unwrap().is_empty(), "{name}");
    }
    let (_, other) = message(5);
    for (name, reply) in [
        ("another message", raw(200, &other)),
        ("a longer one", raw(200, &vec![0; 300 * 1024])),
        ("an endless one", Reply::Endless(200)),
        ("a drop", Reply::Drop),
        ("another status", raw(206, &message(6).1)),
    ] {
        let (server, kept) = posted(&[message(6)]).await;
        server.with(|s| s.instead.push(("GET", "/v1/mailbox/", reply, 1)));
        assert_eq!(kept.look(quick()).await.came, 0, "{name}");
        assert_eq!(kept.look(quick()).await.came, 1, "the next time: {name}");
    }
    // A list without an end is looked at for as many as a mailbox holds.
    let (server, kept) = posted(&[]).await;
    let many: Vec<_> = (0..250u32).map(|n| Hash::of(&n.to_be_bytes())).collect();
    let list = serde_json::json!({ "messages": many }).to_string();
    let told = list.len();
    server.with(|s| {
        s.instead
            .push(("GET", "/v1/mailbox", raw(200, list.as_bytes()), 1))
    });
    assert_eq!(
        kept.look(quick()).await,
        Looked::default(),
        "{told} bytes are too many"
    );
}

#[tokio::test]
async fn it_goes_by_the_way_of_the_deliveries_on_a_circuit_of_its_own() {
    let bytes = ciphertext(MIB, 120);
    let (server, _, shelf) = ready(&bytes).await;
    let socks = Socks::to(server.port).await;
    let through = || Transport {
        socks: Some(socks.address),
        ..quick()
    };
    let kept = Kept::new(founded(&[&server.address]), Way::Proxied);
    let bearer = kept.bearer();
    server.with(|s| s.mailboxes.insert(bearer, vec![message(7)]));
    assert_eq!(
        kept.look(quick()).await,
        Looked::default(),
        "never without the proxy"
    );
    assert_eq!(server.with(|s| s.requests.len()), 0);
    let courier = Courier::new(through()).unwrap();
    let inbox: Arc<dyn Inbox> = Arc::clone(&kept) as _;
    assert_eq!(courier.look(&inbox).await.unwrap().came, 1);
    let outbox: Arc<dyn chronicle_sync::Outbox> = Arc::clone(&shelf) as _;
    courier.visit(&outbox).await.unwrap();
    let mut users: Vec<String> = socks.asked().into_iter().map(|asked| asked.user).collect();
    users.dedup();
    assert_eq!(users.len(), 2, "the same circuit for both");
    assert_ne!(users[0], users[1]);
}

#[tokio::test]
async fn it_looks_again_and_again_and_at_once_when_woken() {
    let (server, kept) = posted(&[message(8)]).await;
    let inbox: Arc<dyn Inbox> = Arc::clone(&kept) as _;
    let (wake, stop) = (Arc::new(Notify::new()), CancellationToken::new());
    let mut transport = quick();
    let long = Duration::from_secs(3600);
    transport.timing.look_every = long;
    let run = |transport, by_hand| {
        let courier = Courier::new(transport).unwrap();
        let (inbox, wake, stop) = (Arc::clone(&inbox), Arc::clone(&wake), stop.clone());
        tokio::spawn(async move { courier.run_looking(inbox, wake, stop, by_hand).await })
    };
    let running = run(transport.clone(), false);
    let wait = async |what: &str, count: usize| {
        for _ in 0..400 {
            if kept.here().len() >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{what}");
    };
    wait("after the start", 1).await;
    let bearer = kept.bearer();
    server.with(|s| s.mailboxes.get_mut(&bearer).unwrap().push(message(9)));
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(kept.here().len(), 1, "not before its time");
    wake.notify_one();
    wait("when woken", 2).await;
    running.abort();
    // By hand, only then.
    let bearer = kept.bearer();
    server.with(|s| s.mailboxes.get_mut(&bearer).unwrap().push(message(10)));
    let running = run(transport, true);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(kept.here().len(), 2, "not told to");
    wake.notify_one();
    wait("by hand", 3).await;
    stop.cancel();
    running.await.unwrap();
}
