//! A colleague opens the untouched bundle with what was given, and nobody else does.

use super::*;
use crate::open::tests::{House, house_of, open_for};
use crate::{RecipientType, Rule};
use std::io::Read;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

struct Given {
    house: House,
    bundle: Vec<u8>,
    key: BundleKey,
    colleague: Identity,
}

fn given(of: RecipientType) -> Given {
    let house = house_of(of);
    let bundle = house.seal(&[b"evidence"]);
    let key = house.open(&bundle).unwrap().key;
    let colleague = Identity::draw(of);
    Given {
        house,
        bundle,
        key,
        colleague,
    }
}

impl Given {
    fn sealed(&self, signing: &SigningKey) -> Vec<u8> {
        let profile = self.house.organisation.profile();
        let to = self.colleague.recipient();
        let bundle = Hash::of(&self.bundle);
        Grant::seal(
            bundle,
            &self.key,
            "new colleague",
            day("2026-03-14"),
            profile,
            signing,
            &to,
        )
        .unwrap()
    }

    fn open(&self, sealed: &[u8]) -> Result<Grant, GrantError> {
        let profile = self.house.organisation.profile();
        Grant::open(sealed, std::slice::from_ref(&self.colleague), profile)
    }
}

#[test]
fn a_granted_bundle_opens_and_no_other() {
    for of in [RecipientType::X25519, RecipientType::Hybrid] {
        let given = given(of);
        let own = std::slice::from_ref(&given.colleague);
        let before = open_for(&given.house, &given.bundle, own);
        assert_eq!(before.err().and_then(|e| e.rule()), Some(Rule::NotForUs));
        let grant = given.open(&given.sealed(&given.house.caseworker)).unwrap();
        assert_eq!(grant.bundle, Hash::of(&given.bundle));
        assert_eq!(
            (grant.reason.as_str(), grant.day),
            ("new colleague", day("2026-03-14"))
        );
        let identity = grant.key.identity();
        let opened =
            open_for(&given.house, &given.bundle, std::slice::from_ref(&identity)).unwrap();
        assert_eq!(opened.evidence, [b"evidence"]);
        assert_eq!(
            opened.key.expose(),
            given.key.expose(),
            "it can be given on"
        );
        assert!(identity.to_file().is_empty() && identity.recipient().is_empty());
        // Of another bundle age refuses the header's MAC; of this one each piece is still looked at.
        let other = given.house.seal(&[b"evidence"]);
        let refused = |bundle: &[u8]| {
            let opened = open_for(&given.house, bundle, std::slice::from_ref(&identity));
            opened.err().and_then(|e| e.rule())
        };
        assert_eq!(refused(&other), Some(Rule::HeaderMac));
        let mut flipped = given.bundle.clone();
        flipped[200_000] ^= 1;
        assert_eq!(refused(&flipped), Some(Rule::Ciphertext));
    }
}

#[test]
fn a_grant_counts_from_a_caseworker_for_its_organisation_and_its_colleague() {
    let given = given(RecipientType::Hybrid);
    let good = given.sealed(&given.house.caseworker);
    let stranger = SigningKey::draw().unwrap();
    let error = |sealed: &[u8]| given.open(sealed).err();
    assert_eq!(error(&good), None);
    // Whoever ever opened a bundle can seal to a colleague: only the signature tells who gives.
    assert_eq!(error(&given.sealed(&stranger)), Some(GrantError::Signature));
    assert_eq!(
        error(&given.sealed(&given.house.receipt)),
        Some(GrantError::Signature)
    );
    let profile = given.house.organisation.profile();
    let to = given.colleague.recipient();
    let at = |d: &str| {
        let bundle = Hash::of(&given.bundle);
        let signing = &given.house.caseworker;
        Grant::seal(bundle, &given.key, "", day(d), profile, signing, &to).unwrap()
    };
    assert_eq!(
        error(&at("2027-12-01")),
        Some(GrantError::Signature),
        "after its window"
    );
    let other = house_of(RecipientType::Hybrid);
    let theirs = other.organisation.profile();
    let sealed = Grant::seal(
        Hash::of(b"x"),
        &given.key,
        "",
        day("2026-03-14"),
        theirs,
        &given.house.caseworker,
        &to,
    )
    .unwrap();
    assert_eq!(error(&sealed), Some(GrantError::OtherOrganisation));
    let identities = [Identity::draw(RecipientType::Hybrid)];
    assert_eq!(
        Grant::open(&good, &identities, profile).err(),
        Some(GrantError::NotForUs)
    );
    for broken in [
        b"".to_vec(),
        b"no age file".to_vec(),
        good[..good.len() - 1].to_vec(),
        vec![b'a'; 70_000],
    ] {
        assert_eq!(error(&broken), Some(GrantError::Malformed));
    }
    let refused = Grant::seal(
        Hash::of(b"x"),
        &given.key,
        "",
        day("2026-03-14"),
        profile,
        &stranger,
        "age1nobody",
    );
    assert!(matches!(refused, Err(SealError::Recipients)));
}

#[test]
fn what_is_passed_on_opens_with_age_and_tar_alone() {
    for of in [RecipientType::X25519, RecipientType::Hybrid] {
        let person = Identity::draw(of);
        let large = vec![7u8; 700_001];
        let files = |sizes: [u64; 2]| {
            [
                ("report.txt", sizes[0], b"text".as_slice()),
                ("files/0001", sizes[1], &large),
            ]
            .into_iter()
            .map(|(name, size, content)| crate::Passed {
                name: name.into(),
                size,
                content: Box::new(content),
            })
            .collect::<Vec<_>>()
        };
        let mut out = Vec::new();
        let mut told = 0;
        let whole = [4, 700_001];
        crate::pass_on(&person.recipient(), files(whole), &mut out, &mut |n| {
            told += n;
            true
        })
        .unwrap();
        assert_eq!(told, 700_005);
        let mut plain = Vec::new();
        age::Decryptor::new_buffered(out.as_slice())
            .unwrap()
            .decrypt(std::iter::once(person.age()))
            .unwrap()
            .read_to_end(&mut plain)
            .unwrap();
        let mut archive = tar::Archive::new(plain.as_slice());
        let read: Vec<(String, Vec<u8>)> = archive
            .entries()
            .unwrap()
            .map(|entry| {
                let mut entry = entry.unwrap();
                let mut bytes = Vec::new();
                entry.read_to_end(&mut bytes).unwrap();
                (entry.path().unwrap().display().to_string(), bytes)
            })
            .collect();
        assert_eq!(
            read,
            [
                ("report.txt".into(), b"text".to_vec()),
                ("files/0001".into(), large.clone())
            ]
        );
        for sizes in [[5, 700_001], [3, 700_001], [4, 700_000]] {
            let passed = crate::pass_on(
                &person.recipient(),
                files(sizes),
                &mut std::io::sink(),
                &mut |_| true,
            );
            assert!(matches!(passed, Err(SealError::PartChanged)), "{sizes:?}");
        }
        let cancelled = crate::pass_on(
            &person.recipient(),
            files(whole),
            &mut std::io::sink(),
            &mut |_| false,
        );
        assert!(matches!(cancelled, Err(SealError::Cancelled)));
    }
}
