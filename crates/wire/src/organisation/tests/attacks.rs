//! Attacks on updates, one test for each of those that The Update Framework's specification lists, as far as there are roots and
//! profiles here; and what of them is not kept off.

use super::*;
use crate::organisation::Current;

fn profile_of(f: &Founded) -> Profile<Verified> {
    f.verify().unwrap()
}

fn next(f: &Founded, change: impl FnOnce(&mut ProfileBody)) -> Founded {
    let copy = |key: &SigningKey| SigningKey::from_seed(&key.seed()).unwrap();
    let mut new = Founded {
        root_key: copy(&f.root_key),
        profile_key: copy(&f.profile_key),
        receipt_key: copy(&f.receipt_key),
        root: f.root.clone(),
        body: f.body.clone(),
    };
    new.body.version += 1;
    change(&mut new.body);
    new
}

/// Arbitrary software: a profile that no key of the root signed.
#[test]
fn arbitrary_profiles_are_refused() {
    let f = founded();
    let mut credentials = f.credentials();
    for signatures in [
        vec![],
        SignedDocument::sign(
            purpose::PROFILE,
            credentials.profile.body.clone(),
            &[&f.root_key, &f.receipt_key],
        )
        .signatures,
    ] {
        credentials.profile.signatures = signatures;
        let read = Profile::read(credentials.clone()).unwrap();
        assert_eq!(read.verify().err(), Some(TrustError::Signature));
    }
}

/// Rollback: an older profile, and another text of the same version.
#[test]
fn older_profiles_are_refused() {
    let f = founded();
    let newer = profile_of(&next(&f, |_| {}));
    assert_eq!(newer.follows(&profile_of(&f)), Ok(()));
    assert_eq!(profile_of(&f).follows(&newer), Err(TrustError::Rollback));
    let other = profile_of(&next(&f, |b| b.name = "Other".into()));
    assert_eq!(other.follows(&newer), Err(TrustError::Rollback));
}

/// Indefinite freeze: the same old profile for ever. Nothing here stops for it; it is noticed by the days that the
/// organisation signs, and by the expiry.
#[test]
fn a_freeze_is_told_by_the_days_that_were_signed() {
    let f = founded();
    let profile = profile_of(&f);
    assert_eq!(profile.current_on(), None);
    let said = |d: &str, keys: &[&SigningKey]| Current::sign(&profile, day(d), keys);
    let with = |current| {
        let credentials = Credentials {
            current,
            ..f.credentials()
        };
        Profile::read(credentials)
            .unwrap()
            .verify()
            .unwrap()
            .current_on()
    };
    assert_eq!(
        with(Some(said("2026-02-03", &[&f.profile_key]))),
        Some(day("2026-02-03"))
    );
    // What is wrong with it is worth no more than if it were left out, which anybody can do.
    let newer = profile_of(&next(&f, |_| {}));
    let forged = {
        let mut said = said("2026-02-03", &[&f.profile_key]);
        said.body = said.body.replace("2026-02-03", "2026-12-03");
        said
    };
    for (name, document) in [
        (
            "a stranger's",
            said("2026-02-03", &[&SigningKey::draw().unwrap()]),
        ),
        ("the endpoint's", said("2026-02-03", &[&f.receipt_key])),
        (
            "about another profile",
            Current::sign(&newer, day("2026-02-03"), &[&f.profile_key]),
        ),
        ("another day", forged),
        ("a profile's signature", f.credentials().profile),
    ] {
        assert!(Current::verify(&document, &profile).is_err(), "{name}");
        assert_eq!(with(Some(document)), None, "{name}");
    }
}

/// Mix and match: root and profile of different organisations, or times.
#[test]
fn root_and_profile_that_do_not_belong_together_are_refused() {
    let (a, b) = (founded(), founded());
    let mixed = Credentials {
        root: b.credentials().root,
        ..a.credentials()
    };
    assert_eq!(
        Profile::read(mixed).unwrap().verify().err(),
        Some(TrustError::Signature)
    );
    // Also where both keys are the thief's own.
    let mut c = founded();
    c.body.organisation = profile_of(&a).organisation();
    assert_eq!(c.verify().err(), Some(TrustError::Mixed));
}

/// Fast-forward: whoever once had a profile key made a version that nothing follows. A new root begins to count anew.
#[test]
fn a_version_far_ahead_is_left_behind_by_a_new_root() {
    let f = founded();
    let far = profile_of(&next(&f, |b| b.version = u64::MAX));
    assert_eq!(
        profile_of(&next(&f, |_| {})).follows(&far),
        Err(TrustError::Rollback)
    );
    let key = SigningKey::draw().unwrap();
    let mut root = f.root.clone();
    (root.version, root.organisation) = (2, Some(far.organisation()));
    root.profile_keys = vec![key.public()];
    root.nonce = "11".repeat(16);
    let text = serde_json::to_string(&root).unwrap();
    let root = SignedDocument::sign(purpose::ROOT, text, &[&f.root_key]);
    let mut body = f.body.clone();
    (body.version, body.root) = (1, root.hash());
    let text = serde_json::to_string(&body).unwrap();
    let later = Credentials {
        earlier: vec![f.credentials().root],
        root,
        profile: SignedDocument::sign(purpose::PROFILE, text, &[&key]),
        current: None,
    };
    let later = Profile::read(later).unwrap().verify().unwrap();
    // A person is asked, and then it may have any version.
    assert_eq!(later.follows(&far), Err(TrustError::RootChanged));
    let words = later.words().words();
    let confirmed = later.confirm(&words).unwrap();
    assert_eq!(confirmed.profile().body().version, 1);
}

/// Endless data: what is longer than it may be is not read.
#[test]
fn endless_documents_are_refused_before_they_are_read() {
    let f = founded();
    for (root, profile) in [(5 * 1024, 0), (0, 65 * 1024), (0, 1 << 24)] {
        let mut credentials = f.credentials();
        let fill = |document: &mut SignedDocument, n: usize| document.body.push_str(&" ".repeat(n));
        fill(&mut credentials.root, root);
        fill(&mut credentials.profile, profile);
        assert_eq!(
            Profile::read(credentials).err(),
            Some(TrustError::Malformed)
        );
    }
    let mut long = f.credentials();
    long.earlier = vec![long.root.clone(); 17];
    assert_eq!(Profile::read(long).err(), Some(TrustError::Malformed));
}

/// Wrong software: a true profile of another organisation.
#[test]
fn another_organisations_profile_is_not_taken_for_ours() {
    let (a, b) = (profile_of(&founded()), profile_of(&founded()));
    assert_eq!(b.follows(&a), Err(TrustError::OtherOrganisation));
}

/// Vulnerability to key compromise: fewer keys than the threshold are worth nothing.
#[test]
fn keys_below_the_threshold_sign_nothing() {
    let mut f = founded();
    let keys: Vec<_> = (0..3).map(|_| SigningKey::draw().unwrap()).collect();
    f.root.root_keys = keys.iter().map(SigningKey::public).collect();
    f.root.root_threshold = 2;
    f.root.profile_keys = f.root.root_keys.clone();
    f.root.profile_threshold = 2;
    let text = serde_json::to_string(&f.root).unwrap();
    let id = Hash::of(text.as_bytes());
    (f.body.organisation, f.body.root) = (id, id);
    let body = serde_json::to_string(&f.body).unwrap();
    let signed = |root: &[&SigningKey], profile: &[&SigningKey]| {
        let read = Profile::read(Credentials {
            earlier: vec![],
            root: SignedDocument::sign(purpose::ROOT, text.clone(), root),
            profile: SignedDocument::sign(purpose::PROFILE, body.clone(), profile),
            current: None,
        });
        read.unwrap().verify().err()
    };
    let [a, b, c] = [&keys[0], &keys[1], &keys[2]];
    assert_eq!(signed(&[a, b], &[b, c]), None);
    for (root, profile) in [
        (vec![a], vec![a, b]),
        (vec![a, b], vec![c]),
        (vec![a, a], vec![a, b]),
        (vec![a, b], vec![b, b, b]),
    ] {
        assert_eq!(signed(&root, &profile), Some(TrustError::Signature));
    }
}

/// A name that stands twice: two readers could see two documents.
#[test]
fn documents_with_a_name_twice_are_refused() {
    let f = founded();
    for (at, from, to) in [
        ("root", "{", "{\"version\":7,"),
        ("profile", "{", "{\"version\":7,"),
        ("profile", "{\"label\"", "{\"label\":\"b\",\"label\""),
    ] {
        let mut credentials = f.credentials();
        let (document, purpose, key) = match at {
            "root" => (&mut credentials.root, purpose::ROOT, &f.root_key),
            _ => (&mut credentials.profile, purpose::PROFILE, &f.profile_key),
        };
        assert!(document.body.contains(from));
        let text = document.body.replacen(from, to, 1);
        *document = SignedDocument::sign(purpose, text, &[key]);
        assert_eq!(
            Profile::read(credentials).err(),
            Some(TrustError::Malformed),
            "{at} {to}"
        );
    }
}

/// Nobody who signs a profile makes a receipt key count longer than 90 days and 30 more, nor names a revoked recipient.
#[test]
fn what_a_profile_may_not_say() {
    let f = founded();
    let long = profile_of(&next(&f, |b| b.keys[0].until = day("2036-01-01")));
    let key = f.receipt_key.public();
    let counts = |d: &str| long.key_counts(key, Role::EndpointReceipt, day(d));
    assert!(counts("2026-05-01") && !counts("2026-05-02"));
    let revoked = |text: &str| Revoked {
        recipient: Hash::of(text.as_bytes()),
        day: day("2026-02-01"),
    };
    let named = next(&f, |b| {
        b.revoked = vec![revoked(&b.recipients[0].recipient)]
    });
    assert_eq!(named.verify().err(), Some(TrustError::Malformed));
    assert!(
        next(&f, |b| b.revoked = vec![revoked("age1other"); 64])
            .verify()
            .is_ok()
    );
    let many = next(&f, |b| b.revoked = vec![revoked("age1other"); 65]);
    assert_eq!(many.verify().err(), Some(TrustError::Malformed));
}
