//! Short invitations, and those that wait for their words.

use super::*;
use chronicle_sync::{SyncError, Timing, Transport};
use chronicle_wire::TrustError;
use chronicle_wire::invitation::ShortInvitation;
use std::net::TcpListener;
use std::time::Duration;

/// An endpoint that answers everything with one text; none when it was never asked.
fn serving(text: String) -> (String, std::thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let answering = std::thread::spawn(move || {
        let (mut line, _) = listener.accept().unwrap();
        let mut asked = [0; 4096];
        let read = line.read(&mut asked).unwrap();
        let asked = String::from_utf8_lossy(&asked[..read]).to_lowercase();
        assert!(asked.starts_with("get /v1/profile "), "{asked}");
        // Nothing of the invitation goes along: whoever listens learns that somebody asked, no more.
        assert!(!asked.contains("authorization") && !asked.contains("bearer"));
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", text.len());
        line.write_all(head.as_bytes()).unwrap();
        line.write_all(text.as_bytes()).unwrap();
    });
    (address, answering)
}

fn served(credentials: &Credentials) -> (String, std::thread::JoinHandle<()>) {
    serving(serde_json::to_string(credentials).unwrap())
}

fn transport() -> Transport {
    Transport {
        timing: Timing {
            connect: Duration::from_secs(2),
            silence: Duration::from_secs(2),
            ..Timing::default()
        },
        ..Transport::default()
    }
}

fn short(house: &House, addresses: Vec<String>) -> String {
    let short = ShortInvitation {
        root: house.credentials.root.hash(),
        addresses,
        token: Token::draw(TokenRole::Reporter).unwrap(),
        introduction: 9,
    };
    short.to_text().to_string()
}

fn complete(journal: &Shared, id: &str) -> Result<crate::view::InvitationView, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(crate::complete(journal, id, transport(), now))
}

fn opened(shared: Shared, dir: &Path) -> Journal {
    reopen(Arc::into_inner(shared).unwrap().into_inner().unwrap(), dir)
}

#[test]
fn a_short_one_is_kept_completed_and_joined() {
    let dir = tempfile::tempdir().unwrap();
    let house = house("A");
    let (address, answering) = served(&house.credentials);
    let text = short(&house, vec!["http://127.0.0.1:1".into(), address.clone()]);
    let mut journal = fresh(dir.path());
    let seen = journal.look_at(&text).unwrap();
    assert!(!seen.whole && seen.name.is_empty() && seen.addresses[1] == address);
    assert!(matches!(
        journal.join(&text, &house.words, &now()),
        Err(Error::NotFetched)
    ));
    let id = journal.keep_invitation(&text, &now()).unwrap();
    assert_eq!(journal.keep_invitation(&text, &now()).unwrap(), id);
    // Locked and opened again: it is there, and there is nothing yet to seal to.
    let journal = reopen(journal, dir.path());
    assert!(!journal.kept_invitations()[0].invitation.whole);
    assert!(journal.organisations(&now()).is_empty() && journal.findings().is_empty());
    let shared: Shared = Arc::new(Mutex::new(journal));
    let seen = complete(&shared, &id).unwrap();
    answering.join().unwrap();
    assert!(seen.whole && seen.name == "A");
    let mut journal = opened(shared, dir.path());
    let text = journal.kept_invitation(&id).unwrap();
    let wrong = ["abandon"; 6];
    assert!(journal.join(&text, &wrong, &now()).is_err());
    assert_eq!(journal.kept_invitations().len(), 1);
    journal.join(&text, &house.words, &now()).unwrap();
    assert!(journal.kept_invitations().is_empty(), "used");
    let journal = reopen(journal, dir.path());
    assert!(journal.kept_invitations().is_empty());
    assert_eq!(journal.organisations[&house.id].introduction, 9);
}

#[test]
fn only_what_stands_under_its_root_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b) = (house("A"), house("B"));
    let mut journal = fresh(dir.path());
    type Right = fn(&SyncError) -> bool;
    let refusals: [(String, Right); 3] = [
        (serde_json::to_string(&b.credentials).unwrap(), |e| {
            *e == SyncError::Profile(TrustError::OtherOrganisation)
        }),
        (
            serde_json::to_string(&Credentials {
                profile: b.credentials.profile.clone(),
                ..a.credentials.clone()
            })
            .unwrap(),
            |e| *e == SyncError::Profile(TrustError::Signature),
        ),
        ("<html>Welcome to the hotel</html>".into(), |e| {
            *e == SyncError::Refused { status: 200 }
        }),
    ];
    for (text, right) in refusals {
        let (address, answering) = serving(text);
        let id = journal
            .keep_invitation(&short(&a, vec![address]), &now())
            .unwrap();
        let shared: Shared = Arc::new(Mutex::new(journal));
        let refused = complete(&shared, &id);
        answering.join().unwrap();
        assert!(matches!(&refused, Err(Error::Sync(e)) if right(e)));
        journal = opened(shared, dir.path());
        assert!(
            !journal
                .look_at(&journal.kept_invitation(&id).unwrap())
                .unwrap()
                .whole
        );
        journal.drop_invitation(&id, &now()).unwrap();
    }
    // A portal in front of one address, and the organisation at the next.
    let (hotel, first) = serving("<html>".into());
    let (address, second) = served(&a.credentials);
    let id = journal
        .keep_invitation(&short(&a, vec![hotel, address]), &now())
        .unwrap();
    let shared: Shared = Arc::new(Mutex::new(journal));
    assert_eq!(complete(&shared, &id).unwrap().name, "A");
    first.join().unwrap();
    second.join().unwrap();
}

#[test]
fn an_onion_service_is_not_left_for_an_open_address() {
    let dir = tempfile::tempdir().unwrap();
    let a = house("A");
    let mut journal = fresh(dir.path());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let open = format!("http://{}", listener.local_addr().unwrap());
    let onion = format!("http://{}.onion", "a".repeat(56));
    let text = short(&a, vec![onion, open]);
    let id = journal.keep_invitation(&text, &now()).unwrap();
    let shared: Shared = Arc::new(Mutex::new(journal));
    assert!(matches!(
        complete(&shared, &id),
        Err(Error::Sync(SyncError::TorNeeded))
    ));
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_err(), "nobody came");
}

#[test]
fn of_a_known_organisation_nobody_is_asked() {
    let dir = tempfile::tempdir().unwrap();
    let a = house("A");
    let mut journal = fresh(dir.path());
    journal.join(&a.invitation, &a.words, &now()).unwrap();
    let text = short(&a, vec!["http://127.0.0.1:1".into()]);
    let seen = journal.look_at(&text).unwrap();
    assert!(seen.whole && seen.known && seen.renews);
    let id = journal.keep_invitation(&text, &now()).unwrap();
    journal.join(&text, &a.words, &now()).unwrap();
    assert!(journal.kept_invitation(&id).is_err(), "used");
    assert_eq!(journal.organisations[&a.id].introduction, 9);
}

#[test]
fn what_was_dropped_stays_dropped_and_there_is_an_end() {
    let dir = tempfile::tempdir().unwrap();
    let a = house("A");
    let mut journal = fresh(dir.path());
    let id = journal.keep_invitation(&a.invitation, &now()).unwrap();
    assert!(journal.kept_invitations()[0].invitation.whole);
    journal.drop_invitation(&id, &now()).unwrap();
    let mut journal = reopen(journal, dir.path());
    assert!(journal.kept_invitations().is_empty());
    assert!(matches!(
        journal.drop_invitation(&id, &now()),
        Err(Error::NotFound)
    ));
    assert!(journal.keep_invitation("hello", &now()).is_err());
    for _ in 0..100 {
        let text = short(&a, vec!["https://example.org".into()]);
        journal.keep_invitation(&text, &now()).unwrap();
    }
    let text = short(&a, vec!["https://example.org".into()]);
    assert!(matches!(
        journal.keep_invitation(&text, &now()),
        Err(Error::TooManyInvitations)
    ));
}
