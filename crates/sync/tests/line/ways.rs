//! By which way bytes leave: addresses in their order, never another kind of way, names resolved behind the proxy,
//! circuits apart for each organisation, and the hybrid key exchange first.

use crate::delivering::{DELIVERED, MIB, WAITING, ready};
use crate::founded::{Founded, ciphertext, founded, quick};
use crate::server::{Script, Server};
use crate::shelf::{Event, Shelf};
use crate::socks::Socks;
use chronicle_sync::{Collector, Reason, SyncError, Transport, Visit, Way, travels};
use chronicle_wire::{Capability, Hash};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

const ONION: &str = "http://abcdefghijklmnop.onion";

fn through(socks: &Socks) -> Transport {
    Transport {
        socks: Some(socks.address),
        ..quick()
    }
}

async fn serving(orgs: &[(&Founded, &[u8])]) -> Server {
    let server = Server::start(Script::default()).await;
    server.with(|s| {
        orgs.iter()
            .for_each(|(o, b)| drop(s.receipts.insert(Hash::of(b), o.receipt(b))))
    });
    server
}

#[tokio::test]
async fn names_are_resolved_behind_the_proxy_and_circuits_are_apart() {
    let (one, two) = (ciphertext(MIB, 100), ciphertext(MIB, 101));
    let (a, b) = (founded(&[ONION]), founded(&[ONION]));
    let server = serving(&[(&a, &one), (&b, &two)]).await;
    let socks = Socks::to(server.port).await;
    let shelf = Shelf::holding(&a, &one);
    shelf.add("b", &b, &two);
    assert_eq!(
        shelf.visit(through(&socks)).await,
        Visit {
            delivered: 2,
            ..Visit::default()
        }
    );
    let asked = socks.asked();
    assert!(
        asked
            .iter()
            .all(|x| x.kind == 3 && x.host == "abcdefghijklmnop.onion"),
        "{asked:?}"
    );
    let mut users: Vec<_> = asked.iter().map(|x| (&x.user, &x.password)).collect();
    users.sort();
    users.dedup();
    assert_eq!(
        users.len(),
        2,
        "one circuit for each organisation: {asked:?}"
    );
    assert!(
        users
            .iter()
            .all(|(u, p)| u.len() == 32 && p.len() == 32 && u != p)
    );
    assert_ne!(users[0].0, users[1].0);
    let text = format!("{asked:?}");
    assert!(
        !text.contains(&a.id().to_string()[..16]),
        "the proxy does not learn the organisation's id"
    );
    let pieces = server.with(|s| {
        s.requests
            .iter()
            .filter(|r| r.method == "PATCH")
            .map(|r| r.body)
            .collect::<Vec<_>>()
    });
    assert_eq!(pieces, vec![256 * 1024; 8], "one size through a proxy");
}

#[tokio::test]
async fn an_ordinary_name_goes_unresolved_through_the_proxy_too() {
    let bytes = ciphertext(MIB, 102);
    let org = founded(&["http://localhost:9"]);
    let server = serving(&[(&org, &bytes)]).await;
    let socks = Socks::to(server.port).await;
    assert_eq!(
        Shelf::holding(&org, &bytes).visit(through(&socks)).await,
        DELIVERED
    );
    assert!(
        socks
            .asked()
            .iter()
            .all(|x| x.kind == 3 && x.host == "localhost"),
        "{:?}",
        socks.asked()
    );
}

#[tokio::test]
async fn two_starts_do_not_share_a_circuit() {
    let bytes = ciphertext(MIB, 103);
    let org = founded(&[ONION]);
    let server = serving(&[(&org, &bytes)]).await;
    let socks = Socks::to(server.port).await;
    Shelf::holding(&org, &bytes).visit(through(&socks)).await;
    Shelf::holding(&org, &bytes).visit(through(&socks)).await;
    let asked = socks.asked();
    assert_ne!(asked.first().unwrap().user, asked.last().unwrap().user);
}

#[tokio::test]
async fn when_the_proxy_is_dead_nothing_goes_another_way() {
    let bytes = ciphertext(MIB, 104);
    let (server, _, shelf) = ready(&bytes).await;
    let socks = Socks::to(server.port).await;
    socks.die();
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    assert_eq!(shelf.visit(through(&socks)).await, WAITING);
    assert_eq!(shelf.troubles(), ["proxy-unreachable"]);
    assert_eq!(server.with(|s| s.requests.len()), 0);
}

#[tokio::test]
async fn an_onion_service_without_a_proxy_waits_for_tor() {
    let (bytes, org) = (ciphertext(MIB, 105), founded(&[ONION]));
    let shelf = Shelf::holding(&org, &bytes);
    assert_eq!(shelf.visit(quick()).await, WAITING);
    assert_eq!(shelf.troubles(), ["tor-needed"]);
    assert!(
        !shelf
            .events()
            .iter()
            .any(|e| matches!(e, Event::Travelled(..))),
        "that way was not used"
    );
    let made = Collector::new(quick(), ONION, Capability::draw().unwrap());
    assert_eq!(made.err(), Some(SyncError::TorNeeded));
    let plain = Collector::new(quick(), "http://example.org", Capability::draw().unwrap());
    assert_eq!(plain.err(), Some(SyncError::AddressRefused));
    // Tor comes up later: it goes by itself.
    let server = serving(&[(&org, &bytes)]).await;
    let socks = Socks::to(server.port).await;
    assert_eq!(shelf.visit(through(&socks)).await, DELIVERED);
}

#[tokio::test]
async fn the_best_address_that_answers_is_taken() {
    let bytes = ciphertext(MIB, 106);
    let org = founded(&[]);
    let server = serving(&[(&org, &bytes)]).await;
    let mut org = org;
    org.body.addresses = vec!["http://127.0.0.1:1".into(), server.address.clone()];
    assert_eq!(Shelf::holding(&org, &bytes).visit(quick()).await, DELIVERED);
}

#[tokio::test]
async fn the_way_used_first_stays() {
    let bytes = ciphertext(MIB, 107);
    let org = founded(&[]);
    let server = serving(&[(&org, &bytes)]).await;
    let mut org = org;
    // Onion first, out of reach without a proxy; the direct one is there, and is not taken.
    org.body.addresses = vec![ONION.into(), server.address.clone()];
    let shelf = Shelf::holding(&org, &bytes);
    assert_eq!(shelf.visit(quick()).await, WAITING);
    assert_eq!(server.with(|s| s.requests.len()), 0);
    // After the person agreed, the outbox says so.
    shelf.change("a", |i| i.way = Some(Way::Direct));
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
    // The way is gone from the profile: it waits, and no other one is taken.
    let shelf = Shelf::holding(&founded(&[ONION]), &bytes);
    shelf.change("a", |i| i.way = Some(Way::Direct));
    assert_eq!(shelf.visit(quick()).await, WAITING);
    assert_eq!(shelf.troubles(), ["way-gone"]);
}

#[tokio::test]
async fn what_went_behind_a_proxy_never_goes_without_one() {
    let (one, two) = (ciphertext(MIB, 110), ciphertext(MIB, 111));
    let org = founded(&[]);
    let server = serving(&[(&org, &one), (&org, &two)]).await;
    let mut org = org;
    org.body.addresses = vec![server.address.clone()];
    server.with(|s| s.profile = Some(org.credentials()));
    let socks = Socks::to(server.port).await;
    let shelf = Shelf::holding(&org, &one);
    // Before there was a proxy it went straight; with one it goes behind it unasked, which hides more.
    shelf.change("a", |i| i.way = Some(Way::Direct));
    assert_eq!(shelf.visit(through(&socks)).await, DELIVERED);
    assert_eq!(shelf.travelled(), [Way::Proxied]);
    let asked = server.with(|s| s.requests.len());
    shelf.add("b", &org, &two);
    shelf.change("b", |i| i.way = Some(Way::Proxied));
    assert_eq!(shelf.visit(quick()).await, WAITING);
    assert_eq!(shelf.troubles(), ["tor-needed"]);
    assert_eq!(
        server.with(|s| s.requests.len()),
        asked,
        "nothing without it"
    );
    // After the person agreed, nothing is kept any more.
    shelf.change("b", |i| i.way = None);
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
    assert_eq!(shelf.travelled(), [Way::Proxied, Way::Direct]);
}

#[test]
fn every_way_and_what_it_may_become() {
    use Way::{Direct, Onion, Proxied};
    let (plain, hidden) = ("https://example.org", ONION);
    let tor = Err(Reason::TorNeeded);
    let gone = Err(Reason::WayGone);
    let none = Err(Reason::AddressRefused);
    type Told = Result<Way, Reason>;
    // Addresses, what was kept, then without a proxy and with one.
    let table: [(&[&str], Option<Way>, Told, Told); 12] = [
        (&[plain], None, Ok(Direct), Ok(Proxied)),
        (&[plain], Some(Direct), Ok(Direct), Ok(Proxied)),
        (&[plain], Some(Proxied), tor, Ok(Proxied)),
        (&[plain], Some(Onion), tor, gone),
        (&[hidden], None, tor, Ok(Onion)),
        (&[hidden], Some(Direct), gone, gone),
        (&[hidden], Some(Proxied), tor, gone),
        (&[hidden], Some(Onion), tor, Ok(Onion)),
        (&[hidden, plain], None, tor, Ok(Onion)),
        (&[hidden, plain], Some(Direct), Ok(Direct), Ok(Proxied)),
        (&[plain, hidden], Some(Onion), tor, Ok(Onion)),
        (&[], None, none, none),
    ];
    for (addresses, kept, without, with) in table {
        let all: Vec<String> = addresses.iter().map(|a| (*a).to_owned()).collect();
        assert_eq!(
            travels(&all, kept, false),
            without,
            "{addresses:?} {kept:?}"
        );
        assert_eq!(
            travels(&all, kept, true),
            with,
            "{addresses:?} {kept:?}, proxy"
        );
    }
    for way in [Direct, Proxied, Onion] {
        assert_eq!(Way::parse(way.code()), Some(way));
    }
}

#[tokio::test]
async fn the_proxy_of_the_environment_is_not_asked() {
    // Setting a variable needs unsafe code in this edition, so the test starts itself with one.
    if std::env::var_os("http_proxy").is_none() {
        let name = "ways::the_proxy_of_the_environment_is_not_asked";
        let mut again = std::process::Command::new(std::env::current_exe().unwrap());
        for variable in [
            "http_proxy",
            "https_proxy",
            "all_proxy",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "ALL_PROXY",
        ] {
            again.env(variable, "http://127.0.0.1:1");
        }
        let done = again
            .args(["--exact", name, "--nocapture"])
            .env_remove("no_proxy")
            .env_remove("NO_PROXY")
            .output()
            .unwrap();
        assert!(
            done.status.success() && String::from_utf8_lossy(&done.stdout).contains("1 passed"),
            "{done:?}"
        );
        return;
    }
    let (_server, _, shelf) = ready(&ciphertext(MIB, 108)).await;
    assert_eq!(shelf.visit(quick()).await, DELIVERED);
}

#[tokio::test]
async fn tls_is_1_3_with_the_hybrid_key_exchange_first() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let shelf = Shelf::holding(&founded(&[&format!("https://{at}")]), &ciphertext(MIB, 109));
    let hello = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut record = [0; 5];
        stream.read_exact(&mut record).await.unwrap();
        let mut body = vec![0; usize::from(u16::from_be_bytes([record[3], record[4]]))];
        stream.read_exact(&mut body).await.unwrap();
        body
    });
    assert_eq!(shelf.visit(quick()).await, WAITING);
    let hello = hello.await.unwrap();
    let extensions = extensions(&hello);
    let find = |kind: u16| &extensions.iter().find(|(k, _)| *k == kind).unwrap().1;
    assert_eq!(find(43).as_slice(), [2, 3, 4], "only TLS 1.3");
    assert_eq!(find(10)[2..4], [0x11, 0xec], "X25519MLKEM768 is preferred");
    assert_eq!(find(51)[2..4], [0x11, 0xec], "and its share is sent");
    assert_eq!(find(16).as_slice(), b"\x00\x09\x08http/1.1");
    assert!(
        !extensions.iter().any(|(k, _)| *k == 41),
        "no ticket of an earlier visit"
    );
}

fn extensions(hello: &[u8]) -> Vec<(u16, Vec<u8>)> {
    let mut rest = &hello[4 + 2 + 32..];
    let skip = |rest: &mut &[u8], len: usize| *rest = &rest[len..];
    let session = usize::from(rest[0]);
    skip(&mut rest, 1 + session);
    let ciphers = usize::from(u16::from_be_bytes([rest[0], rest[1]]));
    skip(&mut rest, 2 + ciphers);
    let compression = usize::from(rest[0]);
    skip(&mut rest, 1 + compression + 2);
    let mut out = Vec::new();
    while rest.len() >= 4 {
        let (kind, len) = (
            u16::from_be_bytes([rest[0], rest[1]]),
            usize::from(u16::from_be_bytes([rest[2], rest[3]])),
        );
        out.push((kind, rest[4..4 + len].to_vec()));
        skip(&mut rest, 4 + len);
    }
    out
}
