//! The rules of root, profile, receipt and invitation, each broken once.

mod attacks;
mod opener;
mod walk;

pub(crate) use walk::way;

use super::*;
use crate::organisation::Current;
use crate::receipt::StoredReceipt;
use crate::{Invitation, SigningKey, Token, TokenRole, invitation::InvitationError};
use base64::Engine;

pub(crate) struct Founded {
    root_key: SigningKey,
    profile_key: SigningKey,
    receipt_key: SigningKey,
    root: RootBody,
    pub(crate) body: ProfileBody,
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub(crate) fn founded() -> Founded {
    let (root_key, profile_key, receipt_key) = (
        SigningKey::draw().unwrap(),
        SigningKey::draw().unwrap(),
        SigningKey::draw().unwrap(),
    );
    let root = RootBody {
        format: purpose::ROOT.into(),
        version: 1,
        organisation: None,
        root_keys: vec![root_key.public()],
        root_threshold: 1,
        profile_keys: vec![profile_key.public()],
        profile_threshold: 1,
        expires: day("2029-01-01"),
        nonce: "00".repeat(16),
    };
    let id = Hash::of(serde_json::to_string(&root).unwrap().as_bytes());
    let body = ProfileBody {
        format: purpose::PROFILE.into(),
        organisation: id,
        root: id,
        version: 3,
        name: "Open Border".into(),
        addresses: vec!["https://example.org".into()],
        transport: "any".into(),
        recipient_type: "X25519".into(),
        recipients: vec![RecipientEntry {
            label: "a".into(),
            recipient: "age1abc".into(),
            archive: false,
        }],
        keys: vec![KeyEntry {
            key: receipt_key.public(),
            role: Role::EndpointReceipt,
            label: "r".into(),
            from: day("2026-01-01"),
            until: day("2026-03-31"),
        }],
        padding: 1,
        formats: vec![1],
        release: None,
        revoked: vec![],
        closed: false,
        expires: day("2026-06-01"),
    };
    Founded {
        root_key,
        profile_key,
        receipt_key,
        root,
        body,
    }
}

impl Founded {
    pub(crate) fn credentials(&self) -> Credentials {
        Credentials {
            earlier: vec![],
            current: None,
            root: SignedDocument::sign(
                purpose::ROOT,
                serde_json::to_string(&self.root).unwrap(),
                &[&self.root_key],
            ),
            profile: SignedDocument::sign(
                purpose::PROFILE,
                serde_json::to_string(&self.body).unwrap(),
                &[&self.profile_key],
            ),
        }
    }

    pub(crate) fn verify(&self) -> Result<Profile<Verified>, TrustError> {
        Profile::read(self.credentials())?.verify()
    }
}

#[test]
fn what_was_founded_verifies() {
    let f = founded();
    let profile = f.verify().unwrap();
    assert_eq!(profile.organisation(), profile.root_hash());
    assert!(profile.clone().confirm(&profile.words().words()).is_ok());
    assert!(ConfirmedOrganisation::recall(profile.clone(), profile.root_hash()).is_ok());
    assert!(matches!(
        ConfirmedOrganisation::recall(profile, Hash::of(b"x")),
        Err(TrustError::RootChanged)
    ));
}

#[test]
fn each_broken_rule_is_refused() {
    type Break = fn(&mut Founded);
    let table: &[(&str, TrustError, Break)] = &[
        ("stranger signs the profile", TrustError::Signature, |f| {
            f.profile_key = SigningKey::draw().unwrap()
        }),
        ("stranger signs the root", TrustError::Signature, |f| {
            f.root_key = SigningKey::draw().unwrap()
        }),
        ("threshold out of reach", TrustError::Malformed, |f| {
            f.root.root_threshold = 2
        }),
        ("threshold nought", TrustError::Malformed, |f| {
            f.root.profile_threshold = 0
        }),
        ("a key twice", TrustError::Malformed, |f| {
            f.root.root_keys = vec![f.root_key.public(); 2];
            f.root.root_threshold = 2;
        }),
        ("other organisation", TrustError::Mixed, |f| {
            f.body.organisation = Hash::of(b"other")
        }),
        ("other root", TrustError::Mixed, |f| {
            f.body.root = Hash::of(b"other")
        }),
        ("first root names an id", TrustError::Malformed, |f| {
            f.root.organisation = Some(Hash::of(b"x"))
        }),
        ("plain http", TrustError::Malformed, |f| {
            f.body.addresses = vec!["http://example.org".into()]
        }),
        ("no address", TrustError::Malformed, |f| {
            f.body.addresses.clear()
        }),
        ("onion-only with https", TrustError::Malformed, |f| {
            f.body.transport = "onion-only".into()
        }),
        ("no recipient", TrustError::Malformed, |f| {
            f.body.recipients.clear()
        }),
        ("nine recipients", TrustError::Malformed, |f| {
            f.body.recipients = vec![f.body.recipients[0].clone(); 9]
        }),
        ("recipient with a line feed", TrustError::Malformed, |f| {
            f.body.recipients[0].recipient = "age1\nx".into()
        }),
        ("no name", TrustError::Malformed, |f| {
            f.body.name = " ".into()
        }),
        ("other padding table", TrustError::Newer, |f| {
            f.body.padding = 2
        }),
        ("other bundle format", TrustError::Newer, |f| {
            f.body.formats = vec![2]
        }),
        ("unknown recipients", TrustError::Newer, |f| {
            f.body.recipient_type = "other".into()
        }),
        ("unknown transport", TrustError::Newer, |f| {
            f.body.transport = "by-pigeon".into()
        }),
        ("unknown scheme of an address", TrustError::Newer, |f| {
            f.body.addresses.push("quic+x://example.org".into())
        }),
        ("an address that is none", TrustError::Malformed, |f| {
            f.body.addresses.push("example.org".into())
        }),
        (
            "a stranger never says that it needs a newer version",
            TrustError::Signature,
            |f| {
                f.body.transport = "by-pigeon".into();
                f.profile_key = SigningKey::draw().unwrap();
            },
        ),
        ("a nonce that is none", TrustError::Malformed, |f| {
            f.root.nonce = "age1mg98fupk8h3uqlyytfl6lqqdexzr".into()
        }),
        ("a nonce in capitals", TrustError::Malformed, |f| {
            f.root.nonce = "AB".repeat(16)
        }),
        ("a short nonce", TrustError::Malformed, |f| {
            f.root.nonce = "ab".repeat(15)
        }),
        ("a root longer than 4 KiB", TrustError::Malformed, |f| {
            f.root.nonce = "a".repeat(4 * 1024)
        }),
        ("newer root", TrustError::Newer, |f| {
            f.root.format = "chronicle/root/v2".into()
        }),
        ("newer profile", TrustError::Newer, |f| {
            f.body.format = "chronicle/profile/v2".into()
        }),
        ("no profile at all", TrustError::Malformed, |f| {
            f.body.format = "x".into()
        }),
    ];
    for (name, expected, breaking) in table {
        let mut f = founded();
        breaking(&mut f);
        if *name != "other organisation" && *name != "other root" {
            let id = Hash::of(serde_json::to_string(&f.root).unwrap().as_bytes());
            (f.body.organisation, f.body.root) = (id, id);
        }
        assert_eq!(f.verify().err(), Some(*expected), "{name}");
    }
}

/// A key of a newer role lies beside the others, counts for nothing, and goes on with the exact text.
#[test]
fn a_role_of_a_newer_version_is_kept_and_ignored() {
    let f = founded();
    let mut body = serde_json::to_value(&f.body).unwrap();
    let stranger = SigningKey::draw().unwrap().public();
    let mut entry = body["keys"][0].clone();
    entry["role"] = "auditor".into();
    entry["key"] = stranger.to_string().into();
    entry["colour"] = "green".into();
    body["keys"].as_array_mut().unwrap().insert(0, entry);
    let text = serde_json::to_string(&body).unwrap();
    let credentials = Credentials {
        profile: SignedDocument::sign(purpose::PROFILE, text.clone(), &[&f.profile_key]),
        ..f.credentials()
    };
    let profile = Profile::read(credentials).unwrap().verify().unwrap();
    for role in [Role::EndpointReceipt, Role::Caseworker] {
        assert!(!profile.key_has(stranger, role));
    }
    assert!(profile.key_has(f.receipt_key.public(), Role::EndpointReceipt));
    assert_eq!(profile.credentials().profile.body, text);
}

#[test]
fn the_newest_format_that_both_know_is_taken() {
    let mut f = founded();
    f.body.formats = vec![1, 2, 77];
    assert_eq!(f.verify().unwrap().body().newest_format(), Some(1));
    f.body.formats = vec![2, 77];
    assert_eq!(f.verify().err(), Some(TrustError::Newer));
}

#[test]
fn versions_only_grow() {
    let mut f = founded();
    let known = f.verify().unwrap();
    assert_eq!(f.verify().unwrap().follows(&known), Ok(()));
    f.body.name = "Renamed".into();
    assert_eq!(
        f.verify().unwrap().follows(&known),
        Err(TrustError::Rollback),
        "same version, other words"
    );
    f.body.version = 4;
    assert_eq!(f.verify().unwrap().follows(&known), Ok(()));
    f.body.version = 2;
    assert_eq!(
        f.verify().unwrap().follows(&known),
        Err(TrustError::Rollback)
    );
    assert_eq!(
        founded().verify().unwrap().follows(&known),
        Err(TrustError::OtherOrganisation)
    );
}

#[test]
fn receipts_count_for_their_key_role_window_and_bundle() {
    let mut f = founded();
    let profile = f.verify().unwrap();
    let (org, sha) = (profile.organisation(), Hash::of(b"ciphertext"));
    let sign = |d: &str, key: &SigningKey| StoredReceipt::sign(org, sha, 9, day(d), key);
    let good = sign("2026-02-03", &f.receipt_key);
    let sealed = day("2025-12-20");
    assert_eq!(
        StoredReceipt::verify(&good, &profile, sha, 9, sealed)
            .unwrap()
            .day,
        day("2026-02-03")
    );
    let wrong = Some(TrustError::Receipt);
    assert_eq!(
        StoredReceipt::verify(&good, &profile, sha, 8, sealed).err(),
        wrong
    );
    assert_eq!(
        StoredReceipt::verify(&good, &profile, Hash::of(b"x"), 9, sealed).err(),
        wrong
    );
    assert!(
        StoredReceipt::verify(
            &sign("2026-04-30", &f.receipt_key),
            &profile,
            sha,
            9,
            sealed
        )
        .is_ok(),
        "30 days longer"
    );
    assert!(
        StoredReceipt::verify(
            &sign("2025-12-02", &f.receipt_key),
            &profile,
            sha,
            9,
            sealed
        )
        .is_ok(),
        "and 30 days sooner: the desk's clock may have been ahead"
    );
    // A key whose window is over signs for nothing that was sealed since, whatever day it writes.
    let since = |sealed| StoredReceipt::verify(&good, &profile, sha, 9, day(sealed)).err();
    assert_eq!(since("2026-03-05"), None, "clocks differ");
    assert_eq!(since("2026-03-06"), Some(TrustError::ReceiptDay));
    for outside in ["2025-12-01", "2026-05-01"] {
        let verify = |receipt: &SignedDocument, sha, size| {
            StoredReceipt::verify(receipt, &profile, sha, size, sealed).err()
        };
        let late = sign(outside, &f.receipt_key);
        assert_eq!(verify(&late, sha, 9), Some(TrustError::ReceiptDay));
        // Only what is right but for its day is told so.
        assert_eq!(verify(&late, sha, 8), wrong);
        assert_eq!(verify(&late, Hash::of(b"x"), 9), wrong);
        assert_eq!(verify(&sign(outside, &f.profile_key), sha, 9), wrong);
        let mut forged = late.clone();
        forged.signatures[0].signature = good.signatures[0].signature.clone();
        assert_eq!(verify(&forged, sha, 9), wrong);
    }
    assert_eq!(
        StoredReceipt::verify(
            &sign("2026-02-03", &f.profile_key),
            &profile,
            sha,
            9,
            sealed
        )
        .err(),
        wrong
    );
    let other = StoredReceipt::sign(
        Hash::of(b"other"),
        sha,
        9,
        day("2026-02-03"),
        &f.receipt_key,
    );
    assert_eq!(
        StoredReceipt::verify(&other, &profile, sha, 9, sealed).err(),
        wrong
    );
    f.body.keys[0].role = Role::Caseworker;
    assert_eq!(
        StoredReceipt::verify(&good, &f.verify().unwrap(), sha, 9, sealed).err(),
        wrong,
        "wrong role"
    );
}

/// What stands inside the text block.
fn inside(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|l| !l.starts_with("-----")).collect();
    let json = base64::engine::general_purpose::STANDARD
        .decode(lines.concat())
        .unwrap();
    String::from_utf8(json).unwrap()
}

#[test]
fn no_invitation_contains_its_words() {
    let mut f = founded();
    let invitation = |f: &Founded| {
        let text = Invitation {
            credentials: f.credentials(),
            token: Token::draw(TokenRole::Reporter).unwrap(),
            introduction: 17,
        };
        inside(&text.to_text()).to_lowercase()
    };
    let profile = f.verify().unwrap();
    let words = profile.words().words();
    let digits = profile.words().digits();
    // Short words turn up in names and field names by chance; two that follow each other never do.
    let held = |text: &str| {
        let parts: Vec<&str> = text.split(|c: char| !c.is_alphabetic()).collect();
        let row = parts.windows(2);
        text.contains(&digits)
            || row
                .into_iter()
                .any(|w| words.windows(2).any(|pair| w == pair))
    };
    assert!(inside_is_read(&invitation(&f)) && !held(&invitation(&f)));
    // The check sees them: the root stays, and with it the words.
    f.body.name = format!("Call us: {}", words.join(" "));
    assert!(held(&invitation(&f)));
    f.body.name = format!("Call us: {digits}");
    assert!(held(&invitation(&f)));
}

fn inside_is_read(text: &str) -> bool {
    text.contains("open border") && text.contains("chronicle-token-1-reporter-")
}

#[test]
fn an_invitation_survives_chat_and_no_change() {
    let f = founded();
    let token = Token::draw(TokenRole::Reporter).unwrap();
    let text = Invitation {
        credentials: f.credentials(),
        token: token.clone(),
        introduction: 17,
    }
    .to_text();
    let quoted = format!(
        "Hello!\n{}\nBye",
        text.lines()
            .map(|l| format!("> {l}\r\n"))
            .collect::<String>()
    );
    let back = Invitation::parse(&quoted).unwrap();
    assert_eq!((back.introduction, back.token.hash()), (17, token.hash()));
    assert_eq!(back.credentials, f.credentials());
    let unreadable = Some(InvitationError::Unreadable);
    assert_eq!(Invitation::parse("hello").err(), unreadable);
    assert_eq!(Invitation::parse(&text[..text.len() / 2]).err(), unreadable);
    for at in (40..text.len() - 40).step_by(101) {
        let mut changed = text.to_string().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        assert!(
            Invitation::parse(&String::from_utf8(changed).unwrap()).is_err(),
            "letter {at}"
        );
    }
}

#[test]
#[ignore = "writes the inputs that the fuzzer begins with"]
fn write_first_inputs() {
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    let keep = |name: &str, bytes: &[u8]| {
        std::fs::create_dir_all(corpus.join(name)).unwrap();
        std::fs::write(corpus.join(name).join("first"), bytes).unwrap();
    };
    let f = founded();
    let profile = f.verify().unwrap();
    let said = Current::sign(&profile, day("2026-02-03"), &[&f.profile_key]);
    let credentials = Credentials {
        current: Some(said),
        ..f.credentials()
    };
    keep("credentials", &serde_json::to_vec(&credentials).unwrap());
    let receipt = StoredReceipt::sign(
        profile.organisation(),
        Hash::of(b"bundle"),
        262_144,
        day("2026-02-03"),
        &f.receipt_key,
    );
    keep("receipt", &serde_json::to_vec(&receipt).unwrap());
    let invitation = Invitation {
        credentials,
        token: Token::draw(TokenRole::Reporter).unwrap(),
        introduction: 17,
    };
    keep("invitation", invitation.to_text().as_bytes());
    let short = crate::ShortInvitation::of(&profile, invitation.token.clone(), 17).unwrap();
    let short = short.to_text();
    std::fs::write(corpus.join("invitation/short"), short.as_bytes()).unwrap();
    let encoded =
        |bytes: usize| base64::engine::general_purpose::STANDARD_NO_PAD.encode(vec![7; bytes]);
    let (share, body) = (encoded(32), encoded(32));
    let stanzas = format!("-> X25519 {share}\n{body}\n").repeat(8);
    let header = format!("age-encryption.org/v1\n-> a-grease b\n\n{stanzas}--- {body}\n");
    keep("age_header", header.as_bytes());
}

#[test]
fn every_error_has_its_code() {
    for (error, code) in [
        (TrustError::Malformed, "profile-refused"),
        (TrustError::Mixed, "profile-refused"),
        (TrustError::Rollback, "profile-refused"),
        (TrustError::Newer, "invitation-newer"),
        (TrustError::Signature, "invitation-signature"),
        (TrustError::OtherOrganisation, "organisation-unknown"),
        (TrustError::RootChanged, "root-changed"),
        (TrustError::Receipt, "receipt-wrong"),
        (TrustError::ReceiptDay, "receipt-day"),
        (TrustError::ForeignReceiptKey, "receipt-key-missing"),
    ] {
        assert_eq!(error.code(), code);
    }
}
