//! What an organisation says back lies where only its owner can find it, once, until it is taken away or too old.

use crate::client::{Answer, send};
use crate::scene::{Line, Person, SIZE, Scene, bundle, header, moment, quick};
use chronicle_endpoint::access::Role;
use chronicle_wire::route::{MAILBOX_DAYS, MAILBOX_ROOM};
use chronicle_wire::{Hash, ReadKey};

struct Owner<'a> {
    line: &'a Line,
    key: ReadKey,
}

impl<'a> Owner<'a> {
    fn new(line: &'a Line) -> Self {
        let key = ReadKey::draw().unwrap();
        Self { line, key }
    }

    async fn ask(&self, method: &str, path: &str) -> Answer {
        let bearer = format!("Bearer {}", self.key.expose().as_str());
        send(
            self.line.address,
            method,
            path,
            &[("Authorization", &bearer)],
            b"",
        )
        .await
    }

    async fn list(&self) -> Vec<String> {
        let answer = self.ask("GET", "/v1/mailbox").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let messages = answer.json()["messages"].as_array().unwrap().clone();
        messages
            .iter()
            .map(|m| m.as_str().unwrap().to_owned())
            .collect()
    }

    fn place(&self) -> String {
        format!("/v1/mailbox/{}", self.key.mailbox())
    }
}

fn at(message: &[u8]) -> String {
    format!("/v1/mailbox/{}", Hash::of(message))
}

async fn post(by: &Person, place: &str, message: &[u8]) -> Answer {
    by.ask("POST", place, &[], message).await
}

#[tokio::test]
async fn a_message_is_found_by_its_owner_alone_until_it_is_taken_away() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let caseworker = scene.person(&line, Role::Caseworker).await;
    let (owner, stranger) = (Owner::new(&line), Owner::new(&line));
    let (one, two) = (bundle(1), bundle(2));
    // Of a mailbox that nobody ever posted to nothing else is said.
    assert_eq!(owner.list().await, [""; 0]);
    for message in [&one, &two, &one] {
        assert_eq!(post(&caseworker, &owner.place(), message).await.status, 201);
    }
    let mut both = [&one, &two].map(|message| Hash::of(message).to_string());
    both.sort();
    assert_eq!(owner.list().await, both, "each once");
    let read = owner.ask("GET", &at(&one)).await;
    assert!(read.status == 200 && read.body == one);
    assert_eq!(stranger.list().await, [""; 0]);
    assert_eq!(stranger.ask("GET", &at(&one)).await.code(), "not-found");
    // Another's key takes nothing away, and is not told so.
    assert_eq!(stranger.ask("DELETE", &at(&one)).await.status, 204);
    assert_eq!(owner.list().await.len(), 2);
    for _ in 0..2 {
        assert_eq!(owner.ask("DELETE", &at(&one)).await.status, 204);
    }
    assert_eq!(owner.list().await, [Hash::of(&two).to_string()]);
    assert_eq!(owner.ask("GET", &at(&one)).await.code(), "not-found");
}

#[tokio::test]
async fn nobody_reads_by_a_name_or_a_capability_and_only_caseworkers_post() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let caseworker = scene.person(&line, Role::Caseworker).await;
    let reporter = scene.reporter(&line).await;
    let (owner, message) = (Owner::new(&line), bundle(3));
    assert_eq!(
        post(&reporter, &owner.place(), &message).await.code(),
        "not-found"
    );
    let nobody = Person::at(&line);
    assert_eq!(
        post(&nobody, &owner.place(), &message).await.code(),
        "not-found"
    );
    assert_eq!(
        post(&caseworker, &owner.place(), &message).await.status,
        201
    );
    for person in [&caseworker, &reporter, &nobody] {
        for path in ["/v1/mailbox", &at(&message)] {
            assert_eq!(person.get(path).await.code(), "not-found");
        }
        let taken = person.ask("DELETE", &at(&message), &[], b"").await;
        assert_eq!(taken.code(), "not-found");
    }
    // Whoever opened a bundle knows the name.
    let bearer = format!("Bearer {}", owner.key.mailbox());
    let headers = [("Authorization", bearer.as_str())];
    let by_name = send(line.address, "GET", "/v1/mailbox", &headers, b"").await;
    assert_eq!(by_name.json()["messages"], serde_json::json!([]));
    assert_eq!(owner.list().await.len(), 1);
}

#[tokio::test]
async fn what_is_no_message_is_refused() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let caseworker = scene.person(&line, Role::Caseworker).await;
    let (owner, good) = (Owner::new(&line), bundle(4));
    let mut other = vec![b'x'; SIZE];
    other[..5].copy_from_slice(b"hello");
    let mut hybrid = header("mlkem768x25519");
    hybrid.resize(SIZE, 5);
    for (message, code) in [
        (&good[..SIZE - 1], "size-refused"),
        (&[good.as_slice(), b"x"].concat(), "size-refused"),
        (b"", "size-refused"),
        (&other, "bundle-refused"),
    ] {
        assert_eq!(
            post(&caseworker, &owner.place(), message).await.code(),
            code
        );
    }
    for place in ["/v1/mailbox/short", "/v1/mailbox/..%2Fprofile"] {
        assert_eq!(post(&caseworker, place, &good).await.code(), "not-found");
    }
    assert_eq!(owner.list().await, [""; 0]);
    assert_eq!(post(&caseworker, &owner.place(), &hybrid).await.status, 201);
}

#[tokio::test]
async fn a_full_mailbox_refuses_and_drops_nothing() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let caseworker = scene.person(&line, Role::Caseworker).await;
    let (full, other) = (Owner::new(&line), Owner::new(&line));
    for seed in 0..MAILBOX_ROOM as u64 {
        assert_eq!(
            post(&caseworker, &full.place(), &bundle(seed)).await.status,
            201
        );
    }
    let more = bundle(1000);
    assert_eq!(
        post(&caseworker, &full.place(), &more).await.code(),
        "mailbox-full"
    );
    // What lies there already is no more, and another mailbox is another one.
    assert_eq!(
        post(&caseworker, &full.place(), &bundle(7)).await.status,
        201
    );
    assert_eq!(post(&caseworker, &other.place(), &more).await.status, 201);
    assert_eq!(full.list().await.len(), MAILBOX_ROOM);
    assert_eq!(full.ask("DELETE", &at(&bundle(7))).await.status, 204);
    assert_eq!(post(&caseworker, &full.place(), &more).await.status, 201);
}

fn at_the_last_day() -> jiff::Timestamp {
    moment() + jiff::SignedDuration::from_hours(24 * MAILBOX_DAYS)
}

fn the_day_after() -> jiff::Timestamp {
    at_the_last_day() + jiff::SignedDuration::from_hours(24)
}

#[tokio::test]
async fn what_nobody_takes_away_is_kept_for_its_days_and_then_gone_from_the_disk() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let caseworker = scene.person(&line, Role::Caseworker).await;
    let owner = Owner::new(&line);
    let folder = format!("mailbox/{}", owner.key.mailbox());
    assert_eq!(
        post(&caseworker, &owner.place(), &bundle(5)).await.status,
        201
    );
    let later = scene.line_at(scene.store(), quick(), at_the_last_day).await;
    let moved = Owner {
        line: &later,
        key: owner.key.clone(),
    };
    assert_eq!(moved.list().await.len(), 1);
    let last = scene.line_at(scene.store(), quick(), the_day_after).await;
    let moved = Owner {
        line: &last,
        key: owner.key.clone(),
    };
    assert_eq!(moved.list().await, [""; 0]);
    crate::scene::until("it goes", || scene.objects(&folder).is_empty()).await;
}
