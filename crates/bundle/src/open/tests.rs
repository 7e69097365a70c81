//! What is sealed opens, for its organisation only, and nothing else does.

mod vectors;

use super::*;
use crate::manifest::{Chain, Purpose, Versions};
use crate::seal::{Letter, PartSource, seal, sealed_size};
use crate::{RecipientType, SealError, custody::CustodyChain};
use chronicle_wire::organisation::{Credentials, ProfileBody, RecipientEntry, RootBody};
use chronicle_wire::signed::{SignedDocument, purpose};
use chronicle_wire::{ConfirmedOrganisation, Profile, SigningKey};
use std::io::Write;

struct House {
    identity: Identity,
    organisation: ConfirmedOrganisation,
    sender: SigningKey,
}

fn house() -> House {
    house_of(RecipientType::X25519)
}

// One for each type of recipients.
fn houses() -> [House; 2] {
    [RecipientType::X25519, RecipientType::Hybrid].map(house_of)
}

fn house_of(of: RecipientType) -> House {
    let (root_key, profile_key) = (SigningKey::draw().unwrap(), SigningKey::draw().unwrap());
    let identity = Identity::draw(of);
    let root = RootBody {
        format: purpose::ROOT.into(),
        version: 1,
        organisation: None,
        root_keys: vec![root_key.public()],
        root_threshold: 1,
        profile_keys: vec![profile_key.public()],
        profile_threshold: 1,
        expires: "2029-01-01".parse().unwrap(),
        nonce: "5a".repeat(16),
    };
    let root = SignedDocument::sign(
        purpose::ROOT,
        serde_json::to_string(&root).unwrap(),
        &[&root_key],
    );
    let body = ProfileBody {
        format: purpose::PROFILE.into(),
        organisation: root.hash(),
        root: root.hash(),
        version: 1,
        name: "Open Border".into(),
        addresses: vec!["https://example.org".into()],
        transport: "any".into(),
        recipient_type: of.name().into(),
        recipients: vec![
            RecipientEntry {
                label: "a".into(),
                recipient: identity.recipient(),
                archive: false,
            },
            RecipientEntry {
                label: "b".into(),
                recipient: Identity::draw(of).recipient(),
                archive: true,
            },
        ],
        keys: vec![],
        padding: 1,
        formats: vec![1],
        release: None,
        closed: false,
        expires: "2026-12-01".parse().unwrap(),
    };
    let profile = SignedDocument::sign(
        purpose::PROFILE,
        serde_json::to_string(&body).unwrap(),
        &[&profile_key],
    );
    let profile = Profile::read(Credentials {
        earlier: vec![],
        root,
        profile,
    })
    .unwrap()
    .verify()
    .unwrap();
    let words = profile.words().words();
    House {
        identity,
        organisation: profile.confirm(&words).unwrap(),
        sender: SigningKey::draw().unwrap(),
    }
}

impl House {
    fn letter(&self) -> Letter<'_> {
        Letter {
            purpose: Purpose::Report,
            organisation: &self.organisation,
            report: REPORT.repeat(2),
            revision: 1,
            sender: &self.sender,
            reply: Identity::draw(RecipientType::X25519).recipient(),
            mailbox: Hash::of(b"mailbox"),
            chain: Chain {
                id: "00".repeat(16),
                counter: 1,
                previous: None,
                withdrawn: vec![],
            },
            introduction: Some(17),
            language: "ru".into(),
            sealed: "2026-03-14".parse().unwrap(),
            versions: Versions {
                vocabulary: 1,
                consent: "1".into(),
                application: "0.1.0".into(),
            },
        }
    }

    fn seal(&self, evidence: &[&[u8]]) -> Vec<u8> {
        let mut out = Vec::new();
        let sealed = seal(
            &self.letter(),
            parts(&custody(evidence), evidence),
            &mut out,
            &mut |_| true,
        )
        .unwrap();
        assert_eq!(sealed.size, out.len() as u64);
        out
    }

    fn open(&self, bundle: &[u8]) -> Result<Opened<Vec<u8>>, OpenError> {
        open_for(self, bundle, std::slice::from_ref(&self.identity))
    }
}

fn open_for(
    house: &House,
    bundle: &[u8],
    identities: &[Identity],
) -> Result<Opened<Vec<u8>>, OpenError> {
    let profile = house.organisation.profile();
    let expected = Expected {
        organisation: profile.organisation(),
        roots: &[profile.root_hash()],
        recipients: &[profile.recipients_hash()],
        recipient_types: &["mlkem768x25519", "X25519"],
    };
    open(
        bundle,
        bundle.len() as u64,
        identities,
        &expected,
        |_, content| {
            let mut bytes = Vec::new();
            content.read_to_end(&mut bytes)?;
            Ok(bytes)
        },
    )
}

const REPORT: &str = "0123456789abcdef";

fn custody(evidence: &[&[u8]]) -> String {
    let begun = |id: &str, action: &str, hash| {
        let mut chain = CustodyChain::default();
        chain.append(id, "2026-03-14T12:00:00Z", action, hash);
        chain
    };
    let items = (1..)
        .zip(evidence)
        .map(|(n, bytes)| begun(&format!("{n:032}"), "imported", Some(Hash::of(bytes))));
    let chains: Vec<_> = std::iter::once(begun(&REPORT.repeat(2), "created", None))
        .chain(items)
        .collect();
    crate::custody::to_text(chains.iter())
}

fn parts<'a>(custody: &'a str, evidence: &[&'a [u8]]) -> Vec<PartSource<'a>> {
    let mut parts = vec![
        PartSource::bytes(PartKind::Report, b"{\"what\":{}}"),
        PartSource::bytes(PartKind::Text, "Что случилось".as_bytes()),
        PartSource::bytes(PartKind::People, b"{}"),
        PartSource::bytes(PartKind::Custody, custody.as_bytes()),
    ];
    parts.extend(evidence.iter().map(|e| PartSource {
        name: "../../etc/passwd".into(),
        ..PartSource::bytes(PartKind::Evidence, e)
    }));
    parts
}

#[test]
fn what_is_sealed_opens_byte_for_byte() {
    let large = vec![7u8; 700_001];
    let contents = [
        vec![],
        vec![b"one".as_slice()],
        vec![b"".as_slice(), &large, b"x"],
    ];
    for (house, evidence) in houses()
        .iter()
        .flat_map(|h| contents.iter().map(move |c| (h, c)))
    {
        let bundle = house.seal(evidence);
        assert!(size::contains(bundle.len() as u64));
        let opened = house.open(&bundle).unwrap();
        assert_eq!(opened.evidence, *evidence);
        assert_eq!(opened.manifest.introduction, Some(17));
        assert_eq!(
            opened.part(PartKind::Text),
            Some("Что случилось".as_bytes())
        );
        assert!(signed::verify(
            opened.manifest.sender,
            Purpose::Report.string(),
            &opened.manifest_bytes,
            &opened.signature
        ));
    }
}

#[test]
fn everything_without_files_has_one_size() {
    for house in houses() {
        for _ in 0..40 {
            assert_eq!(house.seal(&[]).len() as u64, size::SMALLEST);
        }
    }
    let sizes = [11, 26, 2, custody(&[]).len() as u64];
    for of in [RecipientType::X25519, RecipientType::Hybrid] {
        assert_eq!(sealed_size(of, sizes.into_iter()), Some(size::SMALLEST));
    }
}

#[test]
fn another_identity_or_organisation_does_not_open() {
    for (ours, theirs) in houses().into_iter().zip(houses()) {
        does_not_open_for(&ours, &theirs);
    }
}

fn does_not_open_for(ours: &House, theirs: &House) {
    let bundle = ours.seal(&[b"x"]);
    assert!(matches!(
        open_for(
            ours,
            &bundle,
            &[
                Identity::draw(RecipientType::X25519),
                Identity::draw(RecipientType::Hybrid)
            ]
        ),
        Err(OpenError::NotForUs)
    ));
    let both = open_for(
        theirs,
        &bundle,
        &[ours.identity.clone(), theirs.identity.clone()],
    );
    assert!(
        matches!(both, Err(OpenError::OtherOrganisation)),
        "re-addressed to another organisation"
    );
}

#[test]
fn cuts_flips_and_additions_are_refused() {
    houses().iter().for_each(refuses_cuts_flips_and_additions);
}

fn refuses_cuts_flips_and_additions(house: &House) {
    let bundle = house.seal(&[&[9u8; 50_000]]);
    assert!(house.open(&bundle).is_ok());
    for cut in [0, 1, 100, 5000, bundle.len() / 2, bundle.len() - 1] {
        assert!(house.open(&bundle[..cut]).is_err(), "cut at {cut}");
        // Also when the announced length is right and the bytes are not there.
        let profile = house.organisation.profile();
        let expected = Expected {
            organisation: profile.organisation(),
            roots: &[profile.root_hash()],
            recipients: &[profile.recipients_hash()],
            recipient_types: &[&profile.body().recipient_type],
        };
        let result = open(
            &bundle[..cut],
            bundle.len() as u64,
            std::slice::from_ref(&house.identity),
            &expected,
            |_, r| std::io::copy(r, &mut std::io::sink()),
        );
        assert!(
            result.is_err(),
            "cut at {cut} with the right length announced"
        );
    }
    for at in (0..bundle.len()).step_by(997) {
        let mut flipped = bundle.clone();
        flipped[at] ^= 1;
        assert!(house.open(&flipped).is_err(), "flip at {at}");
    }
    let mut longer = bundle.clone();
    longer.resize(bundle.len() * 2, 0);
    assert!(house.open(&longer).is_err());
}

/// A failing disk here says nothing about the bundle: it is no reason to put one apart.
#[test]
fn a_disk_that_fails_is_no_fault_of_the_bundle() {
    struct Failing<'a>(&'a [u8]);
    impl std::io::Read for Failing<'_> {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            if self.0.is_empty() {
                return Err(std::io::Error::other("the disk"));
            }
            std::io::Read::read(&mut self.0, out)
        }
    }
    let house = house();
    let bundle = house.seal(&[&[9u8; 50_000]]);
    let profile = house.organisation.profile();
    let expected = Expected {
        organisation: profile.organisation(),
        roots: &[profile.root_hash()],
        recipients: &[profile.recipients_hash()],
        recipient_types: &[&profile.body().recipient_type],
    };
    for at in [0, 100, 3_000, 70_000, 200_000] {
        let result = open(
            Failing(&bundle[..at]),
            bundle.len() as u64,
            std::slice::from_ref(&house.identity),
            &expected,
            |_, r| std::io::copy(r, &mut std::io::sink()),
        );
        assert!(matches!(result, Err(OpenError::Io(_))), "at {at}");
    }
}

#[test]
fn evidence_that_changed_is_not_sealed() {
    let house = house();
    let (custody, others) = (custody(&[b"evidence"]), custody(&[b"other"]));
    let mut changed = parts(&others, &[b"evidence"]);
    changed[4].sha256 = Hash::of(b"other");
    assert!(matches!(
        seal(&house.letter(), changed, &mut std::io::sink(), &mut |_| {
            true
        }),
        Err(SealError::PartChanged)
    ));
    for size in [7, 9] {
        let mut changed = parts(&custody, &[b"evidence"]);
        changed[4].size = size;
        assert!(matches!(
            seal(&house.letter(), changed, &mut std::io::sink(), &mut |_| {
                true
            }),
            Err(SealError::PartChanged)
        ));
    }
    let cancelled = seal(
        &house.letter(),
        parts(&custody, &[b"evidence"]),
        &mut std::io::sink(),
        &mut |_| false,
    );
    assert!(matches!(cancelled, Err(SealError::Cancelled)));
    let mut disordered = parts(&custody, &[b"evidence"]);
    disordered.swap(0, 1);
    assert!(matches!(
        seal(
            &house.letter(),
            disordered,
            &mut std::io::sink(),
            &mut |_| true
        ),
        Err(SealError::Parts)
    ));
}

#[test]
fn what_the_reader_refuses_is_not_sealed() {
    let house = house();
    let whole = custody(&[b"e"]);
    let attempt = |letter: &Letter<'_>, parts: Vec<PartSource<'_>>| {
        seal(letter, parts, &mut std::io::sink(), &mut |_| true)
            .err()
            .map(|e| e.code())
    };
    let with = |change: &dyn Fn(&mut Vec<PartSource<'_>>)| {
        let mut parts = parts(&whole, &[b"e"]);
        change(&mut parts);
        attempt(&house.letter(), parts)
    };
    assert_eq!(with(&|_| ()), None);
    for (index, cap) in [(0, 1 << 20), (1, 2 << 20), (2, 1 << 20)] {
        let bytes = |length| std::io::repeat(b' ').take(length);
        let filled = |length: u64| {
            with(&|p| {
                let mut hash = Sha256::new();
                std::io::copy(&mut bytes(length), &mut hash).unwrap();
                p[index].size = length;
                p[index].sha256 = Hash(hash.finalize().into());
                p[index].content = Box::new(bytes(length));
            })
        };
        assert_eq!(filled(cap), None, "part {index} full");
        assert_eq!(filled(cap + 1), Some("too-long-report"), "part {index}");
    }
    let refused = Some("internal");
    assert_eq!(with(&|p| p[4].name = "n".repeat(1024)), None);
    assert_eq!(with(&|p| p[4].name = "n".repeat(1025)), refused);
    assert_eq!(with(&|p| p[0].name = "n".into()), refused);
    for custody in [
        String::new(),
        custody(&[]),
        custody(&[b"f"]),
        whole.replace("\"seq\":0", "\"seq\":1"),
    ] {
        let parts = parts(&custody, &[b"e"]);
        assert_eq!(attempt(&house.letter(), parts), refused, "{custody}");
    }
    type Change = fn(&mut Letter<'_>);
    let letters: [Change; 6] = [
        |l| l.report = "no id".into(),
        |l| l.revision = 0,
        |l| l.chain.counter = 0,
        |l| l.chain.withdrawn = vec![1; 1001],
        |l| l.language = "x".repeat(36),
        |l| l.reply = "x".repeat(2049),
    ];
    for change in letters {
        let mut letter = house.letter();
        change(&mut letter);
        assert_eq!(attempt(&letter, parts(&whole, &[b"e"])), refused);
    }
}

#[test]
fn a_bundle_that_waited_opens_after_a_change_of_type() {
    let house = house();
    let bundle = house.seal(&[]);
    let profile = house.organisation.profile();
    let with = |types: &[&str]| {
        let expected = Expected {
            organisation: profile.organisation(),
            roots: &[profile.root_hash()],
            recipients: &[profile.recipients_hash()],
            recipient_types: types,
        };
        let identities = std::slice::from_ref(&house.identity);
        open(
            bundle.as_slice(),
            bundle.len() as u64,
            identities,
            &expected,
            |_, r| std::io::copy(r, &mut std::io::sink()),
        )
        .err()
        .map(|e| e.code())
    };
    assert_eq!(with(&["mlkem768x25519", "X25519"]), None);
    assert_eq!(with(&["X25519", "mlkem768x25519"]), None);
    assert_eq!(with(&["mlkem768x25519"]), Some("bundle-malformed"));
    assert_eq!(with(&[]), Some("bundle-malformed"));
}

#[test]
fn a_part_in_a_log_says_nothing() {
    let house = house();
    let opened = house.open(&house.seal(&[b"evidence"])).unwrap();
    let part = &opened.parts[4];
    let text = format!("{:?}", opened.parts);
    for secret in [&part.name, &part.salt.to_string(), &part.sha256.to_string()] {
        assert!(!text.contains(secret.as_str()), "{text}");
    }
    assert!(text.contains("Evidence"));
}

/// The commitment as the document has it, computed by hand.
#[test]
fn a_commitment_is_what_the_document_says() {
    let part = Part {
        index: 4,
        kind: PartKind::Evidence,
        name: "é".into(),
        size: 258,
        sha256: Hash([2; 32]),
        salt: Hash([1; 32]),
    };
    let by_hand = [
        b"chronicle/part/v1".as_slice(),
        &[1; 32],
        &[0, 0, 0, 0, 0, 0, 1, 2],
        &[2; 32],
        &[0, 0, 0, 0, 0, 0, 0, 8],
        b"evidence",
        &[0, 0, 0, 0, 0, 0, 0, 2],
        "é".as_bytes(),
    ]
    .concat();
    assert_eq!(part.commitment(), Hash::of(&by_hand));
}

/// Somebody who holds the recipients can seal anything: each rule of the reader is broken once, inside a well-made age file.
#[test]
fn each_rule_of_the_inside_is_kept() {
    let house = house();
    let plain = inside(&house, &house.seal(&[b"evidence"]));
    let resigned = |entries: &mut Entries, change: &dyn Fn(&mut serde_json::Value)| {
        let mut manifest: serde_json::Value = serde_json::from_slice(&entries[0].1).unwrap();
        change(&mut manifest);
        entries[0].1 = serde_json::to_vec(&manifest).unwrap();
        entries[1].1 = house
            .sender
            .sign(Purpose::Report.string(), &entries[0].1)
            .into_bytes();
    };
    type Attack<'a> = Box<dyn Fn(&mut Entries) + 'a>;
    let table: Vec<(&str, &str, Attack<'_>)> = vec![
        (
            "signature of another purpose",
            "bundle-signature",
            Box::new(|e| e[1].1 = house.sender.sign(purpose::ROOT, &e[0].1).into_bytes()),
        ),
        (
            "signature of a stranger",
            "bundle-signature",
            Box::new(|e| {
                e[1].1 = SigningKey::draw()
                    .unwrap()
                    .sign(Purpose::Report.string(), &e[0].1)
                    .into_bytes()
            }),
        ),
        (
            "no signature",
            "bundle-signature",
            Box::new(|e| e[1].1 = vec![b'0'; 128]),
        ),
        (
            "manifest changed",
            "bundle-signature",
            Box::new(|e| e[0].1.push(b' ')),
        ),
        (
            "newer format",
            "bundle-newer",
            Box::new(|e| resigned(e, &|m| m["format"] = "chronicle/bundle/v2".into())),
        ),
        (
            "a format of something else",
            "bundle-malformed",
            Box::new(|e| resigned(e, &|m| m["format"] = "chronicle/answer/v1".into())),
        ),
        (
            "other organisation",
            "bundle-wrong-organisation",
            Box::new(|e| {
                resigned(e, &|m| {
                    m["organisation"] = Hash::of(b"x").to_string().into()
                })
            }),
        ),
        (
            "other root",
            "bundle-wrong-organisation",
            Box::new(|e| resigned(e, &|m| m["root"] = Hash::of(b"x").to_string().into())),
        ),
        (
            "other recipients",
            "bundle-wrong-organisation",
            Box::new(|e| resigned(e, &|m| m["recipients"] = Hash::of(b"x").to_string().into())),
        ),
        (
            "purpose of a newer version",
            "bundle-newer",
            Box::new(|e| resigned(e, &|m| m["purpose"] = "withdrawal".into())),
        ),
        (
            "newer purpose in a shape of its own",
            "bundle-newer",
            Box::new(|e| {
                resigned(e, &|m| {
                    *m = serde_json::json!({"format": m["format"], "purpose": "opened"})
                })
            }),
        ),
        (
            "no purpose",
            "bundle-malformed",
            Box::new(|e| resigned(e, &|m| m["purpose"] = 7.into())),
        ),
        (
            "id that is a path",
            "bundle-malformed",
            Box::new(|e| {
                resigned(e, &|m| {
                    m["report"] = "../../../../../../../etc/passwd1".into()
                })
            }),
        ),
        (
            "revision nought",
            "bundle-malformed",
            Box::new(|e| resigned(e, &|m| m["revision"] = 0.into())),
        ),
        (
            "a commitment less",
            "bundle-malformed",
            Box::new(|e| {
                resigned(e, &|m| {
                    m["parts"].as_array_mut().unwrap().pop();
                })
            }),
        ),
        (
            "a commitment changed",
            "bundle-hash",
            Box::new(|e| resigned(e, &|m| m["parts"][4] = Hash::of(b"x").to_string().into())),
        ),
        (
            "another name, by somebody who opened it",
            "bundle-hash",
            Box::new(|e| {
                let mut parts: Vec<Part> = serde_json::from_slice(&e[2].1).unwrap();
                parts[4].name = "harmless.jpg".into();
                e[2].1 = serde_json::to_vec(&parts).unwrap();
            }),
        ),
        (
            "a letter moved from kind to name",
            "bundle-hash",
            Box::new(|e| {
                let mut parts: Vec<Part> = serde_json::from_slice(&e[2].1).unwrap();
                parts[4].name.insert(0, 'e');
                e[2].1 = serde_json::to_vec(&parts).unwrap();
            }),
        ),
        (
            "name too long",
            "bundle-malformed",
            Box::new(|e| repart(&house, e, 4, &|p| p.name = "n".repeat(1025))),
        ),
        (
            "a name where there is none",
            "bundle-malformed",
            Box::new(|e| repart(&house, e, 0, &|p| p.name = "n".into())),
        ),
        (
            "report.json over its cap",
            "bundle-malformed",
            Box::new(|e| refill(&house, e, 0, vec![b' '; (1 << 20) + 1])),
        ),
        (
            "report.txt over its cap",
            "bundle-malformed",
            Box::new(|e| refill(&house, e, 1, vec![b' '; (2 << 20) + 1])),
        ),
        (
            "people.json over its cap",
            "bundle-malformed",
            Box::new(|e| refill(&house, e, 2, vec![b' '; (1 << 20) + 1])),
        ),
        (
            "custody.jsonl over its cap",
            "bundle-malformed",
            Box::new(|e| refill(&house, e, 3, vec![b'\n'; (1 << 20) + 1])),
        ),
        (
            "no custody at all",
            "bundle-malformed",
            Box::new(|e| refill(&house, e, 3, vec![])),
        ),
        (
            "a broken custody chain",
            "bundle-malformed",
            Box::new(|e| {
                let line = String::from_utf8(e[6].1.clone()).unwrap();
                refill(
                    &house,
                    e,
                    3,
                    line.replace("\"seq\":0", "\"seq\":1").into_bytes(),
                );
            }),
        ),
        (
            "custody of other evidence",
            "bundle-malformed",
            Box::new(|e| refill(&house, e, 3, custody(&[b"other"]).into_bytes())),
        ),
        (
            "evidence without custody",
            "bundle-malformed",
            Box::new(|e| refill(&house, e, 3, custody(&[]).into_bytes())),
        ),
        (
            "evidence exchanged and committed to, its custody left",
            "bundle-malformed",
            Box::new(|e| refill(&house, e, 4, b"other".to_vec())),
        ),
        (
            "duplicate key",
            "bundle-malformed",
            Box::new(|e| {
                let text =
                    String::from_utf8(e[0].1.clone())
                        .unwrap()
                        .replacen("{", "{\"revision\":1,", 1);
                e[0].1 = text.into_bytes();
                e[1].1 = house
                    .sender
                    .sign(Purpose::Report.string(), &e[0].1)
                    .into_bytes();
            }),
        ),
        (
            "deep JSON",
            "bundle-malformed",
            Box::new(|e| e[0].1 = [vec![b'['; 100_000], vec![b']'; 100_000]].concat()),
        ),
        (
            "huge manifest",
            "bundle-malformed",
            Box::new(|e| e[0].1 = vec![b' '; 2 << 20]),
        ),
        (
            "evidence changed",
            "bundle-hash",
            Box::new(|e| e[7].1 = b"evidencf".to_vec()),
        ),
        (
            "evidence longer",
            "bundle-malformed",
            Box::new(|e| e[7].1.push(b'x')),
        ),
        (
            "report changed",
            "bundle-hash",
            Box::new(|e| e[3].1 = b"{\"what\":[]}".to_vec()),
        ),
        (
            "other name",
            "bundle-malformed",
            Box::new(|e| e[7].0 = "files/0002".into()),
        ),
        (
            "path",
            "bundle-malformed",
            Box::new(|e| e[7].0 = "files/../x".into()),
        ),
        ("order", "bundle-malformed", Box::new(|e| e.swap(3, 4))),
        (
            "one entry more",
            "bundle-padding",
            Box::new(|e| e.push(("files/0002".into(), b"x".to_vec()))),
        ),
        (
            "one entry less",
            "bundle-malformed",
            Box::new(|e| {
                e.pop();
            }),
        ),
    ];
    assert!(reseal(&house, &plain, 0).is_ok(), "unchanged, it opens");
    let mut named = plain.clone();
    repart(&house, &mut named, 4, &|p| p.name = "n".repeat(1024));
    assert!(reseal(&house, &named, 0).is_ok(), "the sender may name it");
    for (name, code, attack) in table {
        let mut entries = plain.clone();
        attack(&mut entries);
        assert_eq!(
            reseal(&house, &entries, 0).err().map(|e| e.code()),
            Some(code),
            "{name}"
        );
    }
    assert_eq!(
        reseal(&house, &plain, 1).err().map(|e| e.code()),
        Some("bundle-padding"),
        "padding is zero"
    );
}

type Entries = Vec<(String, Vec<u8>)>;

/// Changes one part as its sender could: committed to and signed.
fn repart(house: &House, entries: &mut Entries, index: usize, change: &dyn Fn(&mut Part)) {
    let mut parts: Vec<Part> = serde_json::from_slice(&entries[2].1).unwrap();
    change(&mut parts[index]);
    entries[2].1 = serde_json::to_vec(&parts).unwrap();
    let mut manifest: Manifest = serde_json::from_slice(&entries[0].1).unwrap();
    manifest.parts = parts.iter().map(Part::commitment).collect();
    entries[0].1 = serde_json::to_vec(&manifest).unwrap();
    entries[1].1 = house
        .sender
        .sign(Purpose::Report.string(), &entries[0].1)
        .into_bytes();
}

/// Exchanges the content of one part as its sender could.
fn refill(house: &House, entries: &mut Entries, index: usize, bytes: Vec<u8>) {
    repart(house, entries, index, &|p| {
        (p.size, p.sha256) = (bytes.len() as u64, Hash::of(&bytes))
    });
    entries[3 + index].1 = bytes;
}

fn inside(house: &House, bundle: &[u8]) -> Vec<(String, Vec<u8>)> {
    let identity = house.identity.age();
    let mut plain = Vec::new();
    age::Decryptor::new_buffered(bundle)
        .unwrap()
        .decrypt(std::iter::once(identity))
        .unwrap()
        .read_to_end(&mut plain)
        .unwrap();
    let mut archive = tar::Archive::new(plain.as_slice());
    archive
        .entries()
        .unwrap()
        .map(|entry| {
            let mut entry = entry.unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            (entry.path().unwrap().to_str().unwrap().to_owned(), bytes)
        })
        .collect()
}

fn reseal(
    house: &House,
    entries: &[(String, Vec<u8>)],
    fill: u8,
) -> Result<Opened<Vec<u8>>, OpenError> {
    house.open(&resealed(house, entries, fill))
}

fn resealed(house: &House, entries: &[(String, Vec<u8>)], fill: u8) -> Vec<u8> {
    let mut plain = Vec::new();
    for (name, bytes) in entries {
        // A path that the writer itself would refuse is put into the header by hand.
        let mut header = *tar::Header::from_byte_slice(
            &archive::header("files/0000", bytes.len() as u64).unwrap(),
        )
        .as_bytes();
        header[..100].fill(0);
        header[..name.len()].copy_from_slice(name.as_bytes());
        let mut header = tar::Header::from_byte_slice(&header).clone();
        header.set_cksum();
        plain.extend_from_slice(header.as_bytes());
        plain.extend_from_slice(bytes);
        plain.resize(plain.len().next_multiple_of(512), 0);
    }
    let of = house.organisation.profile().body();
    let of = RecipientType::of(&of.recipient_type).unwrap();
    let recipients: Vec<_> = (0..8)
        .map(|i| {
            if i == 3 {
                crate::keys::recipient(of, &house.identity.recipient()).unwrap()
            } else {
                crate::keys::throw_away(of)
            }
        })
        .collect();
    let mut out = Vec::new();
    let gate = crate::seal::Gate::default();
    let (mut writer, exact, _) =
        crate::seal::begin(&recipients, &mut out, &gate, plain.len() as u64 + 1024).unwrap();
    plain.resize(usize::try_from(exact).unwrap(), fill);
    writer.write_all(&plain).unwrap();
    writer.finish().unwrap();
    out
}
