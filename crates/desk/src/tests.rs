//! Founding, and what of it reads back from the offline medium.

mod answers;
mod fetching;
mod line;
mod ours;
mod passing;
mod reading;
mod senders;

use super::*;
use chronicle_wire::organisation::Role;
use chronicle_wire::{Hash, SigningKey, TokenRole};
use jiff::Zoned;

fn now() -> Zoned {
    "2026-03-14T12:04:00+01:00[Europe/Berlin]".parse().unwrap()
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text).unwrap()
}

fn founding() -> Founding<'static> {
    // The public key of a seed of ones.
    let key = chronicle_wire::SigningKey::from_seed(&"01".repeat(32))
        .unwrap()
        .public()
        .to_string();
    Founding {
        name: "Open Border",
        endpoint: "http://127.0.0.1:9/",
        receipt_key: Box::leak(key.into_boxed_str()),
    }
}

struct House {
    dir: tempfile::TempDir,
    desk: Desk,
    secret: Passphrase,
}

impl House {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let desk = Desk::create_with(
            &dir.path().join("desk"),
            &passphrase("a desk of its own"),
            10,
        )
        .unwrap();
        Self {
            dir,
            desk,
            secret: passphrase("an offline secret"),
        }
    }

    fn found(&mut self, founding: &Founding<'_>, folder: &str) -> Result<view::DeskView, Error> {
        let folder = self.dir.path().join(folder);
        let medium = Medium {
            folder: &folder,
            passphrase: &self.secret,
            log_n: 10,
        };
        self.desk.found(
            founding,
            &[medium],
            1,
            &self.dir.path().join("desk"),
            &now(),
        )
    }
}

#[test]
fn an_organisation_is_founded_once_and_its_root_key_leaves_the_desk() {
    let mut house = House::new();
    let view = house.found(&founding(), "offline").unwrap();
    let organisation = view.organisation.unwrap();
    assert_eq!(
        (
            organisation.words.len(),
            organisation.digits.len(),
            organisation.profile_version
        ),
        (6, 20, 1)
    );
    assert_eq!(organisation.endpoint, "http://127.0.0.1:9");
    assert!(matches!(
        house.found(&founding(), "elsewhere"),
        Err(Error::AlreadyFounded)
    ));
    let open = |name: &str| {
        let sealed = std::fs::read(house.dir.path().join("offline").join(name)).unwrap();
        let back = chronicle_bundle::open_with_passphrase(&sealed, secret(&house.secret)).unwrap();
        String::from_utf8(back.to_vec()).unwrap()
    };
    let root = open("root.age");
    let seed = root.lines().nth(1).unwrap();
    let root_key = chronicle_wire::SigningKey::from_seed(seed)
        .unwrap()
        .public();
    let credentials: chronicle_wire::organisation::Credentials =
        serde_json::from_str(&house.desk.profile_file().unwrap()).unwrap();
    let profile = chronicle_wire::Profile::read(credentials)
        .unwrap()
        .verify()
        .unwrap();
    assert_eq!(profile.root().root_keys, [root_key]);
    assert!(chronicle_bundle::Identity::from_file(&open("archive.age")).is_some());
    // Nothing that the desk keeps holds the root's seed.
    let founded = serde_json::to_string(house.desk.founded.as_ref().unwrap()).unwrap();
    assert!(!founded.contains(seed));

    let House { dir, desk, .. } = house;
    drop(desk);
    let desk = Desk::unlock(&dir.path().join("desk"), &passphrase("a desk of its own")).unwrap();
    assert_eq!(
        desk.view(&now()).unwrap().organisation.unwrap().words,
        organisation.words
    );
    assert_eq!(desk.findings(), []);
}

#[test]
fn what_cannot_be_founded_is_not() {
    let mut house = House::new();
    let broken = |change: fn(&mut Founding<'static>)| {
        let mut founding = founding();
        change(&mut founding);
        founding
    };
    assert!(matches!(
        house.found(&broken(|f| f.name = "  "), "o"),
        Err(Error::Name)
    ));
    assert!(matches!(
        house.found(&broken(|f| f.endpoint = "http://example.org"), "o"),
        Err(Error::Address)
    ));
    assert!(matches!(
        house.found(&broken(|f| f.receipt_key = "00"), "o"),
        Err(Error::ReceiptKey)
    ));
    assert!(matches!(
        house.found(&founding(), "desk/inside"),
        Err(Error::SameMedium)
    ));
    std::fs::create_dir(house.dir.path().join("used")).unwrap();
    std::fs::write(house.dir.path().join("used/root.age"), "x").unwrap();
    assert!(matches!(
        house.found(&founding(), "used"),
        Err(Error::MediumUsed)
    ));
    // What was written before the medium failed does not stay: it is a key of nothing.
    let broken = house.dir.path().join("broken");
    std::fs::create_dir(&broken).unwrap();
    std::os::unix::fs::symlink("nowhere/at/all", broken.join("archive.age")).unwrap();
    assert!(house.found(&founding(), "broken").is_err());
    assert!(!broken.join("root.age").exists());
    assert!(house.desk.view(&now()).unwrap().organisation.is_none());
    assert!(matches!(
        house.desk.invite("chronicle-token-1-x", &now()),
        Err(Error::Token)
    ));
    let token = chronicle_wire::Token::draw(TokenRole::Reporter)
        .unwrap()
        .expose();
    assert!(matches!(
        house.desk.invite(&token, &now()),
        Err(Error::NotFounded)
    ));
}

#[test]
fn invitations_are_numbered_and_carry_no_words() {
    let mut house = House::new();
    let words = house
        .found(&founding(), "offline")
        .unwrap()
        .organisation
        .unwrap()
        .words;
    for number in 1..=3 {
        let token = chronicle_wire::Token::draw(TokenRole::Reporter).unwrap();
        let text = house.desk.invite(&token.expose(), &now()).unwrap();
        let invitation = chronicle_wire::Invitation::parse(&text).unwrap();
        assert_eq!(
            house.desk.invitation(Some(invitation.introduction)),
            Some(number)
        );
        assert_eq!(invitation.token.hash(), token.hash());
        let inside = serde_json::to_string(&invitation.credentials).unwrap();
        // One word that is drawn may also be the name of a field.
        let told = words.iter().filter(|w| {
            [format!("\"{w}\""), format!(" {w} ")]
                .iter()
                .any(|w| inside.contains(w))
        });
        assert!(told.count() <= 2);
    }
    assert_eq!(house.desk.view(&now()).unwrap().invitations, 3);
    // The short form is counted in the same row, and its code holds it.
    let token = chronicle_wire::Token::draw(TokenRole::Reporter).unwrap();
    let text = house.desk.invite_shortly(&token.expose(), &now()).unwrap();
    let short = chronicle_wire::ShortInvitation::parse(&text).unwrap();
    assert_eq!(house.desk.invitation(Some(short.introduction)), Some(4));
    assert_eq!(short.token.hash(), token.hash());
    let token = chronicle_wire::Token::draw(TokenRole::Reporter).unwrap();
    let code = house.desk.invite_by_code(&token.expose(), &now()).unwrap();
    let side = code.rows.len();
    assert!(
        (41..=57).contains(&side),
        "{side} squares, to be photographed"
    );
    assert!(code.rows.iter().all(|row| row.len() == side));
    // A caseworker's token would open the desk's door to whoever gets the invitation.
    let token = chronicle_wire::Token::draw(TokenRole::Caseworker).unwrap();
    assert!(matches!(
        house.desk.invite(&token.expose(), &now()),
        Err(Error::TokenRole)
    ));
    assert_eq!(
        house.desk.view(&now()).unwrap().invitations,
        5,
        "no number is lost"
    );
}

#[test]
fn a_renewed_profile_follows_and_moves_every_window_on() {
    let mut house = House::new();
    let before = house
        .found(&founding(), "offline")
        .unwrap()
        .organisation
        .unwrap();
    assert_eq!(
        (before.profile_version, before.receipts_until.as_str()),
        (1, "2026-06-12")
    );
    let known = crate::ours::profile_of(house.desk.founded.as_ref().unwrap()).unwrap();
    let receipt = known.body().keys[0].key;
    let autumn: Zoned = "2026-10-20T09:00:00+02:00[Europe/Berlin]".parse().unwrap();
    assert!(!known.key_counts(receipt, Role::EndpointReceipt, day(&autumn)));

    let after = house.desk.renew(&autumn).unwrap().organisation.unwrap();
    assert_eq!(
        (after.profile_version, after.receipts_until.as_str()),
        (2, "2027-01-18")
    );
    assert_eq!(
        (after.expires.as_str(), &after.words),
        ("2027-04-18", &before.words)
    );
    let folder = house.dir.path().join("desk");
    drop(house.desk);
    let mut desk = Desk::unlock(&folder, &passphrase("a desk of its own")).unwrap();
    let profile = crate::ours::profile_of(desk.founded.as_ref().unwrap()).unwrap();
    assert_eq!(profile.follows(&known), Ok(()));
    assert!(
        known.follows(&profile).is_err(),
        "the old one no longer counts"
    );
    for at in [now(), autumn] {
        assert!(profile.key_counts(receipt, Role::EndpointReceipt, day(&at)));
    }
    // A clock that went back takes nothing away.
    let back = desk.renew(&now()).unwrap().organisation.unwrap();
    assert_eq!(
        (back.profile_version, back.receipts_until.as_str()),
        (3, "2027-01-18")
    );
}

#[test]
fn what_a_newer_version_wrote_into_a_profile_is_renewed_with_it() {
    let mut house = House::new();
    house.found(&founding(), "offline").unwrap();
    let founded = house.desk.founded.as_mut().unwrap();
    let mut body: serde_json::Value =
        serde_json::from_str(&founded.credentials.profile.body).unwrap();
    body["languages"] = serde_json::json!(["be", "ru"]);
    let mut auditor = body["keys"][0].clone();
    auditor["role"] = "auditor".into();
    body["keys"]
        .as_array_mut()
        .unwrap()
        .insert(0, auditor.clone());
    let key = chronicle_wire::SigningKey::from_seed(founded.profile_key.as_ref().unwrap()).unwrap();
    founded.credentials.profile = chronicle_wire::signed::SignedDocument::sign(
        chronicle_wire::signed::purpose::PROFILE,
        body.to_string(),
        &[&key],
    );
    house.desk.renew(&now()).unwrap();
    let text = &house
        .desk
        .founded
        .as_ref()
        .unwrap()
        .credentials
        .profile
        .body;
    let new: serde_json::Value = serde_json::from_str(text).unwrap();
    assert_eq!(new["languages"], body["languages"]);
    assert_eq!(new["keys"][0], auditor);
    assert_eq!((&new["version"], &body["version"]), (&2.into(), &1.into()));
}

#[test]
fn a_record_that_this_version_does_not_understand_is_told() {
    let mut house = House::new();
    house.found(&founding(), "offline").unwrap();
    let body = serde_json::json!({ "id": "half" });
    let seq = house
        .desk
        .vault
        .commit(now().timestamp(), |c| {
            c.append("new-kind", &body)?;
            c.append(crate::events::Received::KIND, &body)
        })
        .unwrap();
    let folder = house.dir.path().join("desk");
    drop(house.desk);
    let desk = Desk::unlock(&folder, &passphrase("a desk of its own")).unwrap();
    assert_eq!(desk.findings(), [Finding::Unreadable(seq)]);
    assert!(desk.founded.is_some(), "the rest stays usable");
}
