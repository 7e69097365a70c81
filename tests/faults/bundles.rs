//! Every bit of a bundle turned, every end, every doubling and exchange: nothing of it opens. Seals by the hundred thousand: no
//! share or nonce comes twice, and every size is one of the table.

use crate::campaign::{Campaign, Random, all};
use crate::house::House;
use chronicle_bundle::custody::{CustodyChain, to_text};
use chronicle_bundle::{Expected, PartKind, PartSource, RecipientType, Rule};
use chronicle_wire::{Hash, SigningKey, agehead, size};
use serde_json::json;
use std::collections::{BTreeMap, HashSet};
use std::io::Read;
use std::sync::Mutex;

struct Sealer {
    house: House,
    sender: SigningKey,
    of: RecipientType,
}

impl Sealer {
    fn new(of: RecipientType) -> Self {
        Self {
            house: House::of("A", of),
            sender: SigningKey::draw().unwrap(),
            of,
        }
    }

    fn seal(&self, report: &[u8], evidence: &[&[u8]]) -> Vec<u8> {
        let id = "0a".repeat(16);
        let begun = |id: &str, action: &str, hash| {
            let mut chain = CustodyChain::default();
            chain.append(id, "2026-03-14T12:00:00Z", action, hash);
            chain
        };
        let items = (1..).zip(evidence);
        let items = items.map(|(n, e)| begun(&format!("{n:032}"), "imported", Some(Hash::of(e))));
        let chains: Vec<_> = std::iter::once(begun(&id, "created", None))
            .chain(items)
            .collect();
        let custody = to_text(chains.iter());
        let mut parts = vec![
            PartSource::bytes(PartKind::Report, report),
            PartSource::bytes(PartKind::Text, b"text"),
            PartSource::bytes(PartKind::Custody, custody.as_bytes()),
        ];
        parts.extend(
            evidence
                .iter()
                .map(|e| PartSource::bytes(PartKind::Evidence, e)),
        );
        let letter = self.house.letter(&self.sender, &id);
        let mut out = Vec::new();
        chronicle_bundle::seal(&letter, parts, &mut out, &mut |_| true).unwrap();
        out
    }

    /// What is wrong with it; `None` when it opens.
    fn refused(&self, bundle: &[u8], announced: usize) -> Option<Rule> {
        let profile = self.house.organisation.profile();
        let expected = Expected {
            organisation: profile.organisation(),
            roots: &[profile.root_hash()],
            recipients: &[profile.recipients_hash()],
            recipient_types: &agehead::TYPES,
        };
        let opened = chronicle_bundle::open(
            bundle,
            announced as u64,
            std::slice::from_ref(&self.house.identity),
            &expected,
            |_, content| std::io::copy(&mut content.take(u64::MAX), &mut std::io::sink()),
        );
        opened
            .err()
            .map(|e| e.rule().expect("the bundle's own fault"))
    }
}

/// One bundle of each type, and every way to spoil it, by number.
struct Spoiler {
    sealers: [Sealer; 2],
    bundles: [Vec<u8>; 2],
}

const CHUNK: usize = 64 * 1024 + 16;

impl Spoiler {
    fn new() -> Self {
        let sealers = [RecipientType::X25519, RecipientType::Hybrid].map(Sealer::new);
        let evidence = vec![7u8; 100_000];
        let bundles = [0, 1].map(|at: usize| sealers[at].seal(b"{}", &[b"one", &evidence]));
        for (sealer, bundle) in sealers.iter().zip(&bundles) {
            assert_eq!(bundle.len(), 256 * 1024);
            assert_eq!(
                sealer.refused(bundle, bundle.len()),
                None,
                "unspoilt, it opens"
            );
        }
        Self { sealers, bundles }
    }

    fn length(&self) -> usize {
        self.bundles[0].len()
    }

    /// Every bit, every end, a byte more and a byte less at every place, and pieces exchanged.
    fn cases(&self) -> usize {
        2 * self.each()
    }

    fn each(&self) -> usize {
        self.length() * (8 + 1 + 1 + 1) + 64
    }

    /// What a spoilt bundle gives and what was done; `None` where it opens.
    fn spoil(&self, number: usize) -> (String, Option<Rule>) {
        let (which, number) = (number / self.each(), number % self.each());
        let (sealer, whole) = (&self.sealers[which], &self.bundles[which]);
        let length = whole.len();
        let mut bundle = whole.clone();
        let what = match (number / length, number % length) {
            (bit @ 0..8, at) => {
                bundle[at] ^= 1 << bit;
                format!("bit {bit} of byte {at}")
            }
            (8, at) => {
                bundle.truncate(at);
                format!("cut at {at}")
            }
            (9, at) => {
                bundle.insert(at, whole[at]);
                bundle.pop();
                format!("byte {at} doubled")
            }
            (10, at) => {
                bundle.remove(at);
                bundle.push(0);
                format!("byte {at} removed")
            }
            (_, n) => {
                // The pieces of the ciphertext from its end, each with each.
                let (a, b) = (n / 8 % 4, n % 8 % 4);
                let start = length % CHUNK;
                let mut pieces: Vec<Vec<u8>> =
                    whole[start..].chunks(CHUNK).map(<[u8]>::to_vec).collect();
                let (a, b) = (a % pieces.len(), b % pieces.len());
                if a == b {
                    let one = pieces[a].clone();
                    let next = (a + 1) % pieces.len();
                    pieces[next] = one;
                } else {
                    pieces.swap(a, b);
                }
                bundle.truncate(start);
                pieces
                    .iter()
                    .for_each(|piece| bundle.extend_from_slice(piece));
                bundle.resize(length, 0);
                format!("pieces {a} and {b}")
            }
        };
        if bundle == *whole {
            // A byte that was doubled before its equal, say: nothing was changed.
            return (what, Some(Rule::Size));
        }
        (what, sealer.refused(&bundle, length))
    }
}

fn opens(spoiler: &Spoiler, number: usize) -> Option<String> {
    let (what, rule) = spoiler.spoil(number);
    rule.is_none().then_some(what)
}

/// A sample of the campaign, in the ordinary tests.
#[test]
fn a_spoilt_bundle_does_not_open() {
    let spoiler = Spoiler::new();
    let mut random = Random::new(14, 0);
    let drawn: Vec<usize> = (0..3000).map(|_| random.below(spoiler.cases())).collect();
    let pieces = (0..64).flat_map(|n| [spoiler.each() - 64 + n, spoiler.cases() - 64 + n]);
    let all_of_the_start = (0..20_000).step_by(7);
    for number in drawn.into_iter().chain(pieces).chain(all_of_the_start) {
        assert_eq!(opens(&spoiler, number), None);
    }
}

/// The planted failure: a bundle that somebody spoils and seals anew as it should be is opened, so this test can see.
#[test]
fn what_is_sealed_anew_is_seen_to_open() {
    let spoiler = Spoiler::new();
    let anew = spoiler.sealers[0].seal(b"{}", &[b"two"]);
    assert_eq!(spoiler.sealers[0].refused(&anew, anew.len()), None);
}

#[test]
#[ignore = "five million openings, an hour: scripts/campaign.sh bits"]
fn campaign_bits() {
    let campaign = Campaign::asked("bits");
    let spoiler = Spoiler::new();
    let (cases, mut done) = (spoiler.cases(), campaign.done());
    assert!(cases >= 5_000_000, "{cases}");
    while done < cases && campaign.goes_on() {
        let end = (done + 50_000).min(cases);
        let (reached, found) = all(done..end, || campaign.goes_on(), |n| opens(&spoiler, n));
        assert!(found.is_empty(), "{found:?}");
        done = reached;
        campaign.keep(done, cases, &json!({}));
    }
}

// What must never come twice: the share of each stanza, and the payload's nonce.
fn drawn(bundle: &[u8]) -> Vec<[u8; 16]> {
    let end = agehead::check(bundle, &agehead::TYPES).unwrap();
    let header = std::str::from_utf8(&bundle[..end]).unwrap();
    let short = |bytes: &[u8]| Hash::of(bytes).0[..16].try_into().unwrap();
    let stanzas = header.lines().filter(|line| line.starts_with("-> "));
    let shares = stanzas.filter(|line| agehead::TYPES.iter().any(|t| line[3..].starts_with(t)));
    let mut all: Vec<[u8; 16]> = shares.map(|line| short(line.as_bytes())).collect();
    assert_eq!(all.len(), agehead::RECIPIENTS);
    all.push(short(&bundle[end..end + 16]));
    all
}

/// The planted failure: the same bundle twice has everything twice.
#[test]
fn no_share_and_no_nonce_comes_twice() {
    for of in [RecipientType::X25519, RecipientType::Hybrid] {
        let sealer = Sealer::new(of);
        let mut seen = HashSet::new();
        let mut last = Vec::new();
        for _ in 0..300 {
            last = sealer.seal(b"{}", &[]);
            for one in drawn(&last) {
                assert!(seen.insert(one), "a share or nonce came twice");
            }
        }
        assert!(drawn(&last).iter().all(|one| !seen.insert(*one)));
    }
}

#[test]
#[ignore = "a million seals, most of an hour: scripts/campaign.sh shares"]
fn campaign_shares() {
    const SEALS: usize = 1_000_000;
    let campaign = Campaign::asked("shares");
    let sealers = [RecipientType::X25519, RecipientType::Hybrid].map(Sealer::new);
    // Kept in memory: what one run has drawn is compared with itself.
    let (seen, mut done) = (Mutex::new(HashSet::new()), campaign.done());
    while done < SEALS && campaign.goes_on() {
        let end = (done + 10_000).min(SEALS);
        let (reached, twice) = all(
            done..end,
            || campaign.goes_on(),
            |n| {
                let bundle = sealers[n % 2].seal(b"{}", &[]);
                let mut seen = seen.lock().unwrap();
                drawn(&bundle).into_iter().find(|one| !seen.insert(*one))
            },
        );
        assert!(twice.is_empty(), "a share or nonce came twice");
        done = reached;
        let known = seen.lock().unwrap().len();
        campaign.keep(done, SEALS, &json!({ "compared in this run": known }));
    }
}

// Bytes of files of one report, as people have them (research: 0 to 4 items, photographs, now and then a film).
fn files(random: &mut Random) -> Vec<usize> {
    let count = [0, 0, 1, 1, 2, 3, 4][random.below(7)];
    let size = |random: &mut Random| match random.below(10) {
        0..3 => 20_000 + random.below(200_000),
        3..8 => 300_000 + random.below(5_000_000),
        _ => 5_000_000 + random.below(20_000_000),
    };
    (0..count).map(|_| size(random)).collect()
}

fn sized(sealers: &[Sealer], random: &mut Random, most: usize) -> (bool, usize, usize) {
    let sealer = &sealers[random.below(sealers.len())];
    let sizes: Vec<usize> = files(random)
        .into_iter()
        .map(|size| size.min(most))
        .collect();
    let contents: Vec<Vec<u8>> = sizes.iter().map(|size| vec![7; *size]).collect();
    let evidence: Vec<&[u8]> = contents.iter().map(Vec::as_slice).collect();
    let report = vec![b' '; random.below(100_000)];
    let bundle = sealer.seal(&report, &evidence);
    let header = match sealer.of {
        RecipientType::X25519 => 1_000,
        RecipientType::Hybrid => 12_700,
    };
    let needed = sizes.iter().sum::<usize>() + report.len() + header;
    (evidence.is_empty(), bundle.len(), needed)
}

#[test]
fn every_size_is_one_of_the_table() {
    let sealers = [RecipientType::X25519, RecipientType::Hybrid].map(Sealer::new);
    let mut random = Random::new(22, 0);
    for _ in 0..150 {
        let (without, length, _) = sized(&sealers, &mut random, 1_000_000);
        assert!(size::contains(length as u64));
        assert!(!without || length as u64 == size::SMALLEST);
    }
}

#[test]
#[ignore = "a hundred thousand seals, most of an hour: scripts/campaign.sh sizes"]
fn campaign_sizes() {
    const SEALS: usize = 100_000;
    let campaign = Campaign::asked("sizes");
    let sealers = [RecipientType::X25519, RecipientType::Hybrid].map(Sealer::new);
    let counts = Mutex::new(BTreeMap::<usize, usize>::new());
    let largest = Mutex::new((0.0f64, 0.0f64));
    let mut done = campaign.done();
    while done < SEALS && campaign.goes_on() {
        let end = (done + 1000).min(SEALS);
        let (reached, wrong) = all(
            done..end,
            || campaign.goes_on(),
            |n| {
                let mut random = Random::new(campaign.seed, n as u64);
                let (without, length, needed) = sized(&sealers, &mut random, usize::MAX);
                *counts.lock().unwrap().entry(length).or_default() += 1;
                let more = length as f64 / needed as f64 - 1.0;
                let mut largest = largest.lock().unwrap();
                if length > 16 << 20 {
                    largest.0 = largest.0.max(more);
                }
                largest.1 += more;
                let right =
                    size::contains(length as u64) && (!without || length as u64 == size::SMALLEST);
                (!right).then_some(length)
            },
        );
        assert!(wrong.is_empty(), "not of the table: {wrong:?}");
        done = reached;
        let counts = counts.lock().unwrap();
        let all: usize = counts.values().sum();
        let bits: f64 = counts
            .values()
            .map(|n| *n as f64 / all as f64)
            .map(|p| -p * p.log2())
            .sum();
        let largest = largest.lock().unwrap();
        campaign.keep(
            done,
            SEALS,
            &json!({
                "sealed in this run": all,
                "sizes": counts.len(),
                "bits that a size tells": (bits * 100.0).round() / 100.0,
                "most added above 16 MiB": (largest.0 * 1000.0).round() / 1000.0,
            }),
        );
    }
}
