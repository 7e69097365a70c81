//! Every rule of the format is broken, each by itself, and gives its own code; and a reader with one rule left out lets exactly
//! that rule's cases by.

use super::inside::*;
use super::*;
use crate::rule::blind_to;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

struct Case {
    name: &'static str,
    rule: Rule,
    bundle: Vec<u8>,
    /// As announced.
    length: u64,
    /// Another identity than the one it is sealed to.
    stranger: bool,
}

/// Kept by whoever knows what a report is.
const OF_THE_DESK: [Rule; 4] = [
    Rule::Report,
    Rule::ReportText,
    Rule::People,
    Rule::ReportEvidence,
];
/// Kept by age, or by the look at the header before it: they cannot be left out here.
const BEFORE: [Rule; 16] = [
    Rule::HeaderNotAge,
    Rule::HeaderLong,
    Rule::HeaderLine,
    Rule::HeaderPassphrase,
    Rule::HeaderType,
    Rule::HeaderMixed,
    Rule::HeaderFew,
    Rule::HeaderMany,
    Rule::HeaderGrease,
    Rule::StanzaShape,
    Rule::HeaderEnd,
    Rule::StanzaShare,
    Rule::HeaderMac,
    Rule::NotForUs,
    Rule::Ciphertext,
    Rule::Cut,
];
/// Without them there is nothing to read on with.
const UNREADABLE: [Rule; 12] = [
    Rule::ManifestJson,
    Rule::ManifestTwice,
    Rule::ManifestDeep,
    Rule::ManifestMany,
    Rule::ManifestPurpose,
    Rule::ManifestFields,
    Rule::SenderKey,
    Rule::PartsJson,
    Rule::PartsTwice,
    Rule::CustodyText,
    Rule::CustodyLine,
    Rule::EntrySize,
];

fn verdict(house: &House, case: &Case) -> Option<Rule> {
    let identity = match case.stranger {
        true => Identity::draw(RecipientType::X25519),
        false => house.identity.clone(),
    };
    let profile = house.organisation.profile();
    let expected = Expected {
        organisation: profile.organisation(),
        roots: &[profile.root_hash()],
        recipients: &[profile.recipients_hash()],
        recipient_types: &["mlkem768x25519", "X25519"],
    };
    let keep = |_: &Part, content: &mut dyn Read| std::io::copy(content, &mut std::io::sink());
    let opened = open(
        case.bundle.as_slice(),
        case.length,
        &[identity],
        &expected,
        keep,
    );
    opened
        .err()
        .map(|e| e.rule().unwrap_or_else(|| panic!("{}: {e}", case.name)))
}

fn check_all(house: &House) {
    let cases = cases(house);
    let mut covered = BTreeMap::<Rule, usize>::new();
    let mut wrong = Vec::new();
    for case in &cases {
        let found = verdict(house, case);
        if found != Some(case.rule) {
            wrong.push((case.name, case.rule, found));
        }
        *covered.entry(case.rule).or_default() += 1;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let without: Vec<_> = Rule::ALL
        .iter()
        .filter(|rule| !covered.contains_key(rule) && !OF_THE_DESK.contains(rule))
        .collect();
    assert!(without.is_empty(), "rules that nothing breaks: {without:?}");
    assert!(covered.len() >= 60, "{} reasons", covered.len());
}

#[test]
fn each_rule_is_kept_and_says_so() {
    houses().iter().for_each(check_all);
}

/// The planted failure: one check is left out after the other, and the table above notices each.
#[test]
fn a_reader_with_one_rule_left_out_lets_exactly_its_cases_by() {
    let house = house();
    let cases = cases(&house);
    let (mut opened, mut wrong) = (BTreeSet::new(), Vec::new());
    let left_out = Rule::ALL.iter().filter(|r| {
        ![&OF_THE_DESK[..], &BEFORE, &UNREADABLE]
            .concat()
            .contains(r)
    });
    for rule in left_out {
        for case in &cases {
            let found = blind_to(*rule, || verdict(&house, case));
            if found == Some(case.rule) && case.rule == *rule
                || found != Some(case.rule) && case.rule != *rule
            {
                wrong.push((*rule, case.name, found));
            }
            if found.is_none() {
                opened.insert(*rule);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // Nothing but the rule itself keeps these out.
    assert!(opened.len() >= 35, "{}: {opened:?}", opened.len());
}

#[test]
fn codes_are_distinct_and_the_document_lists_them() {
    let codes: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.code()).collect();
    assert_eq!(codes.len(), Rule::ALL.len());
    let document = include_str!("../../../FORMAT.md");
    let listed: BTreeSet<&str> = document
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | ")?.0.into())
        .skip_while(|code| *code != "size")
        .collect();
    let missing: Vec<_> = codes.difference(&listed).collect();
    let unknown: Vec<_> = listed.difference(&codes).collect();
    assert!(
        missing.is_empty() && unknown.is_empty(),
        "{missing:?} {unknown:?}"
    );
}

/// The opener in `tests/opener/`, written from the document by somebody who never saw this code, gives every case the same code.
#[test]
fn a_reader_written_from_the_document_alone_agrees_on_every_case() {
    for house in houses() {
        let dir = tempfile::tempdir().unwrap();
        let (mut folders, mut expected) = (Vec::new(), Vec::new());
        let cases = cases(&house);
        // A folder cannot announce another length than its file has, holds one identity, and knows one type of recipients.
        let told = |case: &&Case| {
            let same = case.length == case.bundle.len() as u64 && !case.stranger;
            same && case.rule != Rule::HeaderMixed
        };
        for case in cases.iter().filter(told) {
            let folder = dir.path().join(folders.len().to_string());
            vectors::write(&house, &folder, case.rule.code(), &case.bundle);
            folders.push(folder);
            expected.push((case.name, case.rule.code().to_owned()));
        }
        assert!(folders.len() > 150, "{}", folders.len());
        let found: Vec<_> = expected
            .iter()
            .map(|(name, _)| *name)
            .zip(vectors::read_by_the_document(&folders))
            .collect();
        let differ: Vec<_> = found
            .iter()
            .zip(&expected)
            .filter(|(a, b)| a != b)
            .collect();
        assert!(differ.is_empty(), "{differ:#?}");
    }
}

/// However a bundle is made, reading it costs little. (Each test is a process of its own where it is measured.)
#[test]
fn hostile_bundles_cost_little_memory_and_time() {
    let house = house();
    let plain = inside(&house, &[b"evidence"]);
    let mut all = cases(&house);
    type Make = fn(&House, &mut Entries);
    let more: [(&str, Make); 6] = [
        ("a million lists in each other", |h, e| {
            retext(h, e, "[".repeat(1_000_000))
        }),
        ("a million objects in each other", |h, e| {
            retext(h, e, "{\"a\":".repeat(170_000))
        }),
        ("one text of a megabyte", |h, e| {
            remanifest(h, e, |m| m["language"] = "x".repeat(1_000_000).into());
        }),
        ("a million numbers", |h, e| {
            remanifest(h, e, |m| {
                m["chain"]["withdrawn"] = vec![1u8; 500_000].into()
            });
        }),
        ("a list of nothing but quotes", |_, e| {
            e[2].put("\"\"".repeat(500_000))
        }),
        ("custody of nothing but lines", |h, e| {
            refill(h, e, 3, &b"{}\n".repeat(340_000))
        }),
    ];
    for (name, make) in more {
        let mut entries = plain.clone();
        make(&house, &mut entries);
        let bundle = sealed(&house, &entries);
        all.push(Case {
            name,
            rule: Rule::ManifestJson,
            length: bundle.len() as u64,
            bundle,
            stranger: false,
        });
    }
    let before = peak_kib();
    for case in &all {
        let began = std::time::Instant::now();
        assert!(verdict(&house, case).is_some(), "{}", case.name);
        let taken = began.elapsed();
        assert!(taken.as_secs() < 1, "{}: {taken:?}", case.name);
    }
    // What was sealed for it lies in memory already.
    let grown = peak_kib() - before;
    assert!(grown < 256 * 1024, "{grown} KiB more");
}

fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Somebody who may open a bundle makes another one of it: with other content, another name, another order, for somebody
/// else. Nothing of that is believed to be the sender's.
#[test]
fn a_recipient_cannot_make_another_bundle_of_one() {
    let house = house();
    let plain = inside(&house, &[b"evidence"]);
    let wrapped = |change: &dyn Fn(&mut Entries)| {
        let mut entries = plain.clone();
        change(&mut entries);
        house
            .open(&sealed(&house, &entries))
            .err()
            .and_then(|e| e.rule())
    };
    assert_eq!(
        wrapped(&|_| ()),
        None,
        "as it was, under a new header: the same report"
    );
    let recipient = SigningKey::draw().unwrap();
    let as_own = |e: &mut Entries| {
        let mut m: Value = serde_json::from_slice(&e[0].bytes).unwrap();
        m["sender"] = recipient.public().to_string().into();
        e[0].put(serde_json::to_vec(&m).unwrap());
        let signature = recipient.sign(Purpose::Report.string(), &e[0].bytes);
        e[1].put(signature);
    };
    assert_eq!(
        wrapped(&as_own),
        None,
        "signed by themselves it is theirs, and shown as theirs"
    );
    type Change<'a> = &'a dyn Fn(&mut Entries);
    let attacks: [(&str, Rule, Change<'_>); 7] = [
        ("other evidence", Rule::PartContent, &|e| {
            e[7].put(*b"Evidence")
        }),
        ("longer evidence", Rule::EntrySize, &|e| {
            e[7].put(*b"evidence and more")
        }),
        ("other evidence, listed", Rule::Commitment, &|e| {
            e[7].put(*b"Evidence");
            reopen(e, |p| p[4].sha256 = Hash::of(b"Evidence"));
        }),
        ("another name", Rule::Commitment, &|e| {
            reopen(e, |p| p[4].name = "x".into())
        }),
        ("another text", Rule::PartContent, &|e| e[4].bytes[0] ^= 1),
        ("no people", Rule::PartsCount, &|e| {
            e.remove(5);
            reopen(e, |p| drop(p.remove(2)));
        }),
        ("another revision", Rule::Signature, &|e| {
            let text = String::from_utf8(e[0].bytes.clone()).unwrap();
            e[0].put(text.replace("\"revision\":1", "\"revision\":2"));
        }),
    ];
    for (name, rule, attack) in attacks {
        assert_eq!(wrapped(attack), Some(rule), "{name}");
    }
}

fn cases(house: &House) -> Vec<Case> {
    let good = house.seal(&[b"evidence"]);
    let plain = inside(house, &[b"evidence"]);
    let mut all = Vec::new();
    of_the_outside(house, &good, &mut all);
    let case = |name, rule, bundle: Vec<u8>| Case {
        name,
        rule,
        length: bundle.len() as u64,
        bundle,
        stranger: false,
    };
    assert_eq!(
        verdict(house, &case("unchanged", Rule::Size, sealed(house, &plain))),
        None
    );
    for (name, rule, attack) in [
        of_the_entries(),
        of_the_signature(),
        of_the_manifest(),
        of_the_parts(),
        of_the_custody(),
    ]
    .concat()
    {
        let mut entries = plain.clone();
        attack(house, &mut entries);
        all.push(case(name, rule, sealed(house, &entries)));
    }
    all.push(case(
        "zeros that are ones",
        Rule::Padding,
        ending(house, &plain, 1),
    ));
    all.push(case(
        "no end of the archive",
        Rule::PaddingShort,
        short(house, &plain),
    ));
    all
}

fn of_the_outside(house: &House, good: &[u8], all: &mut Vec<Case>) {
    let of = &house.organisation.profile().body().recipient_type;
    let length = good.len() as u64;
    let end = 1 + good.windows(5).position(|w| w == b"\n--- ").unwrap();
    let end = end + good[end..].iter().position(|b| *b == b'\n').unwrap() + 1;
    let header = std::str::from_utf8(&good[..end]).unwrap();
    let (stanza, rest) = first_stanza(header, of);
    let mut add = |name, rule, bundle: Vec<u8>| {
        all.push(Case {
            name,
            rule,
            bundle,
            length,
            stranger: false,
        });
    };
    let with = |header: String| {
        let mut bundle = [header.as_bytes(), &good[end..]].concat();
        bundle.resize(good.len(), 0);
        bundle
    };
    let other = match of.as_str() {
        "X25519" => "mlkem768x25519",
        _ => "X25519",
    };
    let line = |n: usize| "A".repeat(n);
    let replaced = |from: &str, to: &str| {
        assert!(header.contains(from));
        with(header.replacen(from, to, 1))
    };
    add(
        "no age file",
        Rule::HeaderNotAge,
        with(format!("x{header}")),
    );
    add(
        "a later age",
        Rule::HeaderNotAge,
        replaced("age-encryption.org/v1", "age-encryption.org/v2"),
    );
    add(
        "a header without end",
        Rule::HeaderLong,
        with(header.replacen(
            "\n",
            &format!("\n-> a-grease\n{}", format!("{}\n", line(64)).repeat(2000)),
            1,
        )),
    );
    add("no stanza", Rule::HeaderLine, replaced("-> ", "-- "));
    add(
        "a passphrase",
        Rule::HeaderPassphrase,
        with(header.replacen(
            &stanza,
            &format!("-> scrypt AAAAAAAAAAAAAAAAAAAAAA 30\n{}\n", line(43)),
            1,
        )),
    );
    add(
        "a type unknown",
        Rule::HeaderType,
        replaced(&format!("-> {of} "), "-> p256tag "),
    );
    let stranger = match other {
        "X25519" => format!("-> X25519 {}\n{}\n", line(43), line(43)),
        _ => format!("-> mlkem768x25519 {}\n{}\n", line(1494), line(43)),
    };
    // A last line of base64 that ends in the middle of a byte has one form only.
    let stranger = stranger.replace(&line(43), &format!("{}A", line(42)));
    add(
        "two types",
        Rule::HeaderMixed,
        with(format!(
            "{}{stanza}{}",
            rest.0,
            rest.1.replacen(&first_stanza(&rest.1, of).0, &stranger, 1)
        )),
    );
    add(
        "seven",
        Rule::HeaderFew,
        with(header.replacen(&stanza, "", 1)),
    );
    add(
        "nine",
        Rule::HeaderMany,
        with(header.replacen(&stanza, &format!("{stanza}{stanza}"), 1)),
    );
    add(
        "two of grease",
        Rule::HeaderGrease,
        with(header.replacen(
            &stanza,
            &format!("-> a-grease\n\n-> b-grease\n\n{stanza}"),
            1,
        )),
    );
    add(
        "an argument more",
        Rule::StanzaShape,
        replaced(&format!("-> {of} "), &format!("-> {of} AA ")),
    );
    add(
        "no MAC",
        Rule::HeaderEnd,
        with(format!("{}--- \n", header.split("--- ").next().unwrap())),
    );
    let nothing = format!("-> X25519 {}\n{}\n", line(43), line(43));
    if of == "X25519" {
        add(
            "a share of small order",
            Rule::StanzaShare,
            with(header.replacen(&stanza, &nothing, 1)),
        );
    } else {
        let share = stanza.split([' ', '\n']).nth(2).unwrap();
        let mut bytes = STANDARD_NO_PAD.decode(share).unwrap();
        bytes[1120 - 32..].fill(0);
        let zeros = STANDARD_NO_PAD.encode(bytes);
        add(
            "a point of small order",
            Rule::StanzaShare,
            with(header.replacen(share, &zeros, 1)),
        );
    }
    let mac = header.rsplit("--- ").next().unwrap().trim();
    let flipped = mac.replacen(&mac[..1], if mac.starts_with('A') { "B" } else { "A" }, 1);
    add("another MAC", Rule::HeaderMac, replaced(mac, &flipped));
    add(
        "a recipient exchanged",
        Rule::HeaderMac,
        exchanged(house, header, &with),
    );
    let mut flip = good.to_vec();
    flip[200_000] ^= 1;
    add("a bit", Rule::Ciphertext, flip);
    let mut swapped = good.to_vec();
    let chunk = 64 * 1024 + 16;
    let (a, b) = swapped[end + 16..].split_at_mut(chunk);
    a.swap_with_slice(&mut b[..chunk]);
    add("two pieces exchanged", Rule::Ciphertext, swapped);
    add("cut", Rule::Cut, good[..200_000].to_vec());
    add("cut in the header", Rule::HeaderLong, good[..300].to_vec());
    let sized = |name, length, bundle: &[u8]| Case {
        name,
        rule: Rule::Size,
        bundle: bundle.to_vec(),
        length,
        stranger: false,
    };
    all.push(sized("a byte less", length - 1, &good[..good.len() - 1]));
    all.push(sized("a byte more", length + 1, &[good, b"x"].concat()));
    all.push(sized("nothing", 0, b""));
    all.push(Case {
        name: "sealed to somebody else",
        rule: Rule::NotForUs,
        bundle: good.to_vec(),
        length,
        stranger: true,
    });
}

// The first stanza of the type, and what stands before and after it.
fn first_stanza(header: &str, of: &str) -> (String, (String, String)) {
    let at = header.find(&format!("-> {of} ")).unwrap();
    let lines: Vec<&str> = header[at..].split_inclusive('\n').take(2).collect();
    let stanza = lines.concat();
    let after = header[at + stanza.len()..].to_owned();
    (stanza, (header[..at].to_owned(), after))
}

// One of the recipients that nobody holds, replaced by another one: it opens for us, but the header was not made so.
fn exchanged(house: &House, header: &str, with: &dyn Fn(String) -> Vec<u8>) -> Vec<u8> {
    let of = &house.organisation.profile().body().recipient_type;
    let other = house.seal(&[]);
    let other = String::from_utf8_lossy(&other[..20_000]).into_owned();
    let theirs = first_stanza(&other, of).0;
    let mut rest = header.to_owned();
    let mut before = String::new();
    // Not the one that is ours: whichever leaves the file readable for us.
    loop {
        let (stanza, (start, after)) = first_stanza(&rest, of);
        let bundle = with(format!("{before}{start}{theirs}{after}"));
        let read = age::Decryptor::new_buffered(bundle.as_slice())
            .unwrap()
            .decrypt(std::iter::once(house.identity.age()));
        if matches!(read, Err(age::DecryptError::InvalidMac)) {
            return bundle;
        }
        before = format!("{before}{start}{stanza}");
        rest = after;
    }
}

type Attack = (&'static str, Rule, fn(&House, &mut Entries));

fn of_the_entries() -> Vec<Attack> {
    vec![
        ("another name", Rule::EntryName, |_, e| {
            e[7].field(0, b"files/0002")
        }),
        ("a path", Rule::EntryName, |_, e| {
            e[7].field(0, b"files/../x")
        }),
        ("an absolute path", Rule::EntryName, |_, e| {
            e[7].field(0, b"/etc/cron.d/x")
        }),
        ("a name of its own in the head", Rule::EntryName, |_, e| {
            e[0].field(0, b"Manifest.json")
        }),
        ("another order", Rule::EntryName, |_, e| e.swap(3, 4)),
        ("an entry less", Rule::EntryName, |_, e| drop(e.pop())),
        ("an entry twice", Rule::EntryName, |_, e| {
            e.insert(4, e[3].clone())
        }),
        ("everybody may read it", Rule::EntryMode, |_, e| {
            e[3].field(100, b"0000644")
        }),
        ("an owner", Rule::EntryOwner, |_, e| {
            e[3].field(108, b"0001750")
        }),
        ("a group", Rule::EntryGroup, |_, e| {
            e[3].field(116, b"0001750")
        }),
        ("a size that is no number", Rule::EntrySize, |_, e| {
            e[0].field(124, b"0000000000x")
        }),
        ("a size in another form", Rule::EntrySize, |_, e| {
            let size = e[4].bytes.len();
            e[4].field(124, format!("{size:>11o}").as_bytes());
        }),
        ("a size below nothing", Rule::EntrySize, |_, e| {
            e[0].field(124, &[0xff; 12])
        }),
        ("a size of all there is", Rule::EntryLarge, |_, e| {
            e[0].field(124, b"77777777777")
        }),
        ("a manifest above its cap", Rule::EntryLarge, |_, e| {
            e[0].put(vec![b' '; (1 << 20) + 1])
        }),
        ("a list above its cap", Rule::EntryLarge, |_, e| {
            e[2].put(vec![b' '; (1 << 20) + 1])
        }),
        ("a long signature", Rule::EntryLarge, |_, e| {
            e[1].put("0".repeat(129))
        }),
        ("evidence longer than it says", Rule::EntrySize, |_, e| {
            e[7].put(*b"evidence!")
        }),
        ("a time", Rule::EntryTime, |_, e| {
            e[3].field(136, b"14774444444")
        }),
        ("a link", Rule::EntryType, |_, e| e[7].field(156, b"2")),
        ("a folder", Rule::EntryType, |_, e| e[7].field(156, b"5")),
        ("a header of pax", Rule::EntryType, |_, e| {
            e[0].field(156, b"x")
        }),
        ("where a link leads", Rule::EntryLink, |_, e| {
            e[7].field(157, b"/etc/passwd")
        }),
        ("GNU's mark", Rule::EntryMagic, |_, e| {
            e[3].field(257, b"ustar  \0")
        }),
        ("no mark", Rule::EntryMagic, |_, e| e[3].field(257, &[0; 8])),
        ("a person's name", Rule::EntryOwnerName, |_, e| {
            e[3].field(265, b"madina")
        }),
        ("a group's name", Rule::EntryGroupName, |_, e| {
            e[3].field(297, b"madina")
        }),
        ("a device", Rule::EntryDevice, |_, e| {
            e[3].field(329, b"0000001")
        }),
        ("a second half of a name", Rule::EntryPrefix, |_, e| {
            e[7].field(345, b"/etc")
        }),
        ("something at the end", Rule::EntryRest, |_, e| {
            e[3].field(500, b"x")
        }),
        ("a wrong checksum", Rule::EntryChecksum, |_, e| {
            e[3].header[148] ^= 1
        }),
        ("a checksum in another form", Rule::EntryChecksum, |_, e| {
            let digits = e[3].header[148..154].to_vec();
            e[3].header[148] = b' ';
            e[3].header[149..155].copy_from_slice(&digits);
        }),
        ("fill that is not zero", Rule::Fill, |_, e| e[3].fill = 1),
        ("fill behind the evidence", Rule::Fill, |_, e| e[7].fill = 7),
        ("an entry more", Rule::Padding, |_, e| {
            e.push(Entry::new("files/0002", b"x"))
        }),
    ]
}

fn of_the_signature() -> Vec<Attack> {
    fn sign(e: &mut Entries, key: &SigningKey, purpose: &str) {
        let signature = key.sign(purpose, &e[0].bytes);
        e[1].put(signature);
    }
    vec![
        ("none", Rule::SignatureForm, |_, e| e[1].put("")),
        ("one digit less", Rule::SignatureForm, |_, e| {
            e[1].bytes.pop();
            let bytes = e[1].bytes.clone();
            e[1].put(bytes);
        }),
        ("in capitals", Rule::SignatureForm, |_, e| {
            let signature = e[1].bytes.to_ascii_uppercase();
            e[1].put(signature);
        }),
        ("no text", Rule::SignatureForm, |_, e| {
            e[1].put(vec![0xff; 128])
        }),
        ("zeros", Rule::Signature, |_, e| e[1].put("0".repeat(128))),
        ("of another purpose", Rule::Signature, |h, e| {
            sign(e, &h.sender, purpose::OPENED)
        }),
        ("of another document", Rule::Signature, |h, e| {
            sign(e, &h.sender, purpose::ROOT)
        }),
        ("of a stranger", Rule::Signature, |_, e| {
            sign(e, &SigningKey::draw().unwrap(), Purpose::Report.string());
        }),
        ("a space more", Rule::Signature, |_, e| {
            let bytes = [e[0].bytes.as_slice(), b" "].concat();
            e[0].put(bytes);
        }),
        ("another sender's name", Rule::Signature, |_, e| {
            let mut m: Value = serde_json::from_slice(&e[0].bytes).unwrap();
            m["sender"] = SigningKey::draw().unwrap().public().to_string().into();
            e[0].put(serde_json::to_vec(&m).unwrap());
        }),
        (
            "its second half once more around",
            Rule::Signature,
            |_, e| {
                let again = once_around(&e[1].bytes);
                e[1].put(again);
            },
        ),
        ("a point of small order", Rule::Signature, |_, e| {
            let half = String::from_utf8(e[1].bytes[64..].to_vec()).unwrap();
            e[1].put(format!("01{}{half}", "0".repeat(62)));
        }),
    ]
}

// S + L in the place of S: the same equation holds, for who does not look whether S is below L.
fn once_around(signature: &[u8]) -> String {
    let order =
        hex::decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").unwrap();
    let mut bytes = hex::decode(signature).unwrap();
    let mut carry = 0u16;
    for (byte, more) in bytes[32..].iter_mut().zip(order) {
        carry += u16::from(*byte) + u16::from(more);
        *byte = (carry & 0xff) as u8;
        carry >>= 8;
    }
    assert_eq!(carry, 0);
    hex::encode(bytes)
}

fn of_the_manifest() -> Vec<Attack> {
    fn other() -> String {
        Hash::of(b"other").to_string()
    }
    vec![
        ("no JSON", Rule::ManifestJson, |h, e| {
            retext(h, e, "report".into())
        }),
        ("two texts", Rule::ManifestJson, |h, e| {
            let text = String::from_utf8(e[0].bytes.clone()).unwrap();
            retext(h, e, format!("{text}{text}"));
        }),
        ("an archive of another kind", Rule::ManifestJson, |h, e| {
            retext(h, e, "PK\u{3}\u{4}".into())
        }),
        ("a field twice", Rule::ManifestTwice, |h, e| {
            let text = String::from_utf8(e[0].bytes.clone()).unwrap();
            retext(h, e, text.replacen('{', "{\"revision\":1,", 1));
        }),
        (
            "an unknown field twice, deep inside",
            Rule::ManifestTwice,
            |h, e| {
                let text = String::from_utf8(e[0].bytes.clone()).unwrap();
                retext(
                    h,
                    e,
                    text.replacen("\"versions\":{", "\"versions\":{\"x\":1,\"x\":1,", 1),
                );
            },
        ),
        (
            "a hundred thousand lists in each other",
            Rule::ManifestDeep,
            |h, e| {
                retext(
                    h,
                    e,
                    format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)),
                );
            },
        ),
        ("sixteen and one", Rule::ManifestDeep, |h, e| {
            let deep = (0..16).fold(json!(1), |inner, _| json!([inner]));
            remanifest(h, e, |m| m["x"] = deep);
        }),
        (
            "three hundred thousand objects",
            Rule::ManifestMany,
            |h, e| {
                retext(h, e, format!("[{}]", vec!["{}"; 300_000].join(",")));
            },
        ),
        (
            "a format of something else",
            Rule::ManifestFormat,
            |h, e| {
                remanifest(h, e, |m| m["format"] = "chronicle/answer/v1".into());
            },
        ),
        ("no format", Rule::ManifestFormat, |h, e| {
            remanifest(h, e, |m| m["format"] = Value::Null)
        }),
        ("a list", Rule::ManifestFormat, |h, e| {
            retext(h, e, "[]".into())
        }),
        ("a later format", Rule::NewerFormat, |h, e| {
            remanifest(h, e, |m| m["format"] = "chronicle/bundle/v2".into());
        }),
        ("no purpose", Rule::ManifestPurpose, |h, e| {
            remanifest(h, e, |m| m["purpose"] = 7.into())
        }),
        (
            "a purpose that is not known yet",
            Rule::NewerPurpose,
            |h, e| {
                remanifest(h, e, |m| m["purpose"] = "withdrawal".into());
            },
        ),
        (
            "a later purpose in a shape of its own",
            Rule::NewerPurpose,
            |h, e| {
                remanifest(h, e, |m| {
                    *m = json!({"format": m["format"], "purpose": "opened"})
                });
            },
        ),
        ("a sender that is no key", Rule::SenderKey, |h, e| {
            remanifest(h, e, |m| {
                m["sender"] = format!("02{}", "00".repeat(31)).into()
            });
        }),
        ("a sender of small order", Rule::SenderKey, |h, e| {
            remanifest(h, e, |m| {
                m["sender"] = format!("01{}", "00".repeat(31)).into()
            });
        }),
        ("a field less", Rule::ManifestFields, |h, e| {
            remanifest(h, e, |m| drop(m.as_object_mut().unwrap().remove("mailbox")));
        }),
        ("a number below nothing", Rule::ManifestFields, |h, e| {
            remanifest(h, e, |m| m["revision"] = (-1).into());
        }),
        ("a number above all", Rule::ManifestFields, |h, e| {
            remanifest(h, e, |m| m["revision"] = (1u64 << 32).into());
        }),
        ("a day that there is not", Rule::ManifestFields, |h, e| {
            remanifest(h, e, |m| m["sealed"] = "2026-02-30".into());
        }),
        ("another organisation", Rule::Organisation, |h, e| {
            remanifest(h, e, |m| m["organisation"] = other().into());
        }),
        ("another root", Rule::Root, |h, e| {
            remanifest(h, e, |m| m["root"] = other().into())
        }),
        ("other recipients", Rule::Recipients, |h, e| {
            remanifest(h, e, |m| m["recipients"] = other().into());
        }),
        ("an id that is a path", Rule::ReportId, |h, e| {
            remanifest(h, e, |m| {
                m["report"] = "../../../../../../../etc/passwd1".into()
            });
        }),
        ("revision nought", Rule::Revision, |h, e| {
            remanifest(h, e, |m| m["revision"] = 0.into())
        }),
        ("a chain's id that is none", Rule::ChainId, |h, e| {
            remanifest(h, e, |m| m["chain"]["id"] = "A".repeat(32).into());
        }),
        ("counter nought", Rule::ChainCounter, |h, e| {
            remanifest(h, e, |m| m["chain"]["counter"] = 0.into());
        }),
        (
            "a first one that follows another",
            Rule::ChainPrevious,
            |h, e| {
                remanifest(h, e, |m| m["chain"]["previous"] = other().into());
            },
        ),
        (
            "a second one that follows none",
            Rule::ChainPrevious,
            |h, e| {
                remanifest(h, e, |m| m["chain"]["counter"] = 2.into());
            },
        ),
        (
            "withdrawn before it was there",
            Rule::ChainWithdrawn,
            |h, e| {
                remanifest(h, e, |m| m["chain"]["withdrawn"] = json!([1]));
            },
        ),
        (
            "a thousand and one withdrawn",
            Rule::ChainWithdrawn,
            |h, e| {
                remanifest(h, e, |m| {
                    let all: Vec<u64> = (1..=1001).collect();
                    m["chain"] = json!({"id": m["chain"]["id"], "counter": 2000, "previous": other(), "withdrawn": all});
                });
            },
        ),
        ("a language of 36 letters", Rule::Language, |h, e| {
            remanifest(h, e, |m| m["language"] = "x".repeat(36).into());
        }),
        ("a language that turns the line", Rule::Language, |h, e| {
            remanifest(h, e, |m| m["language"] = "ru\u{202e}".into());
        }),
        ("a long reply key", Rule::Reply, |h, e| {
            remanifest(h, e, |m| m["reply"] = "x".repeat(2049).into());
        }),
        ("a reply key of two lines", Rule::Reply, |h, e| {
            remanifest(h, e, |m| m["reply"] = "age1\nage1".into());
        }),
        ("a vocabulary of no version", Rule::Versions, |h, e| {
            remanifest(h, e, |m| m["versions"]["vocabulary"] = 0.into());
        }),
        ("a version that is a story", Rule::Versions, |h, e| {
            remanifest(h, e, |m| {
                m["versions"]["application"] = "x".repeat(65).into()
            });
        }),
        ("a consent with a line feed", Rule::Versions, |h, e| {
            remanifest(h, e, |m| m["versions"]["consent"] = "1\n2".into());
        }),
        (
            "a key before that says nothing",
            Rule::Succession,
            |h, e| {
                let before = SigningKey::draw().unwrap().public().to_string();
                remanifest(h, e, |m| {
                    m["succeeds"] = json!([{"sender": before, "signature": "0".repeat(128)}])
                });
            },
        ),
        (
            "a key before that speaks to another organisation",
            Rule::Succession,
            |h, e| {
                let before = SigningKey::draw().unwrap();
                let said = Succession::sign(&before, Hash::of(b"other"), h.sender.public());
                remanifest(h, e, |m| m["succeeds"] = json!([said]));
            },
        ),
        (
            "a key before that speaks of another",
            Rule::Succession,
            |h, e| {
                let before = SigningKey::draw().unwrap();
                let id = h.organisation.profile().organisation();
                let said = Succession::sign(&before, id, before.public());
                remanifest(h, e, |m| m["succeeds"] = json!([said]));
            },
        ),
        ("a key that succeeds itself", Rule::Succession, |h, e| {
            let id = h.organisation.profile().organisation();
            let said = Succession::sign(&h.sender, id, h.sender.public());
            remanifest(h, e, |m| m["succeeds"] = json!([said]));
        }),
        ("nine keys before", Rule::Succession, |h, e| {
            let said = successions(h, 9);
            remanifest(h, e, |m| m["succeeds"] = json!(said));
        }),
    ]
}

pub(super) fn successions(house: &House, count: usize) -> Vec<Succession> {
    let id = house.organisation.profile().organisation();
    let mut after = house.sender.public();
    let mut all = Vec::new();
    for _ in 0..count {
        let before = SigningKey::draw().unwrap();
        all.push(Succession::sign(&before, id, after));
        after = before.public();
    }
    all
}

#[test]
fn keys_that_say_who_takes_their_place_are_believed() {
    let house = house();
    for count in [0, 1, 8] {
        let mut entries = inside(&house, &[]);
        let said = successions(&house, count);
        remanifest(&house, &mut entries, |m| m["succeeds"] = json!(said));
        let opened = house.open(&sealed(&house, &entries)).unwrap();
        assert_eq!(opened.manifest.succeeds, said);
        assert_eq!(opened.manifest.senders().count(), 1 + count);
    }
}

fn of_the_parts() -> Vec<Attack> {
    vec![
        ("a list that is none", Rule::PartsJson, |_, e| {
            e[2].put(*b"{}")
        }),
        ("a part of no kind", Rule::PartsJson, |_, e| {
            let text = String::from_utf8(e[2].bytes.clone()).unwrap();
            e[2].put(text.replacen("\"text\"", "\"program\"", 1));
        }),
        ("a size below nothing", Rule::PartsJson, |_, e| {
            let text = String::from_utf8(e[2].bytes.clone()).unwrap();
            e[2].put(text.replacen("\"size\":8", "\"size\":-8", 1));
        }),
        ("a size above all", Rule::PartsJson, |_, e| {
            let text = String::from_utf8(e[2].bytes.clone()).unwrap();
            e[2].put(text.replacen("\"size\":8", "\"size\":18446744073709551616", 1));
        }),
        ("a name twice", Rule::PartsTwice, |_, e| {
            let text = String::from_utf8(e[2].bytes.clone()).unwrap();
            e[2].put(text.replacen("{\"index\":0", "{\"index\":0,\"index\":0", 1));
        }),
        ("a part less", Rule::PartsCount, |_, e| {
            reopen(e, |p| drop(p.pop()))
        }),
        ("a commitment less", Rule::PartsCount, |h, e| {
            remanifest(h, e, |m| drop(m["parts"].as_array_mut().unwrap().pop()));
        }),
        (
            "ten million parts, as far as they fit",
            Rule::PartsJson,
            |_, e| {
                e[2].put(format!("[{}]", vec!["{}"; 300_000].join(",")));
            },
        ),
        ("text before the report", Rule::PartsOrder, |h, e| {
            relist(h, e, |p| p.swap(0, 1));
        }),
        ("a report without custody", Rule::PartsOrder, |h, e| {
            relist(h, e, |p| drop(p.remove(3)));
        }),
        ("nothing at all", Rule::PartsOrder, |h, e| {
            relist(h, e, Vec::clear)
        }),
        ("two hundred and one", Rule::PartsMany, |h, e| {
            relist(h, e, |p| {
                let evidence = p[4].clone();
                p.extend((0..200).map(|_| evidence.clone()));
                (0..).zip(p.iter_mut()).for_each(|(n, part)| part.index = n);
            });
        }),
        ("another place", Rule::PartIndex, |h, e| {
            relist(h, e, |p| p[4].index = 3)
        }),
        ("a report above its cap", Rule::PartSize, |h, e| {
            relist(h, e, |p| p[0].size = (1 << 20) + 1);
        }),
        ("a text above its cap", Rule::PartSize, |h, e| {
            relist(h, e, |p| p[1].size = (2 << 20) + 1);
        }),
        ("people above their cap", Rule::PartSize, |h, e| {
            relist(h, e, |p| p[2].size = (1 << 20) + 1);
        }),
        ("custody above its cap", Rule::PartSize, |h, e| {
            relist(h, e, |p| p[3].size = (1 << 20) + 1);
        }),
        ("evidence above its cap", Rule::PartSize, |h, e| {
            relist(h, e, |p| p[4].size = (2 << 30) + 1);
        }),
        ("a name for the report", Rule::PartName, |h, e| {
            relist(h, e, |p| p[0].name = "n".into());
        }),
        ("a name of 1,025 bytes", Rule::PartNameLong, |h, e| {
            relist(h, e, |p| p[4].name = "n".repeat(1025));
        }),
        (
            "another name, by somebody who opened it",
            Rule::Commitment,
            |_, e| {
                reopen(e, |p| p[4].name = "harmless.jpg".into());
            },
        ),
        (
            "a letter moved from kind to name",
            Rule::Commitment,
            |_, e| {
                reopen(e, |p| p[4].name.insert(0, 'e'));
            },
        ),
        ("another salt", Rule::Commitment, |_, e| {
            reopen(e, |p| p[0].salt = Hash([0; 32]))
        }),
        ("another hash", Rule::Commitment, |_, e| {
            reopen(e, |p| p[4].sha256 = Hash([0; 32]))
        }),
        ("another size", Rule::Commitment, |_, e| {
            reopen(e, |p| p[4].size += 1)
        }),
        ("a commitment changed", Rule::Commitment, |h, e| {
            remanifest(h, e, |m| m["parts"][4] = Hash([0; 32]).to_string().into());
        }),
        ("evidence changed", Rule::PartContent, |_, e| {
            e[7].bytes[7] ^= 1
        }),
        ("a report changed", Rule::PartContent, |_, e| {
            e[3].bytes[2] ^= 1
        }),
        ("custody changed", Rule::PartContent, |_, e| {
            e[6].bytes[20] ^= 1
        }),
        ("evidence that ends before its end", Rule::Cut, |h, e| {
            e[7].field(124, b"00001000000");
            relist(h, e, |p| p[4].size = 1 << 18);
        }),
    ]
}

fn of_the_custody() -> Vec<Attack> {
    fn edit(h: &House, e: &mut Entries, from: &str, to: &str) {
        let text = String::from_utf8(e[6].bytes.clone()).unwrap();
        assert!(text.contains(from), "{from}");
        let text = text.replace(from, to);
        refill(h, e, 3, text.as_bytes());
    }
    fn put(h: &House, e: &mut Entries, chains: &[CustodyChain]) {
        let text = crate::custody::to_text(chains.iter());
        refill(h, e, 3, text.as_bytes());
    }
    fn chain(id: &str, action: &str, hash: Option<Hash>) -> CustodyChain {
        let mut chain = CustodyChain::default();
        chain.append(id, "2026-03-14T12:00:00Z", action, hash);
        chain
    }
    fn report() -> CustodyChain {
        chain(&REPORT.repeat(2), "created", None)
    }
    fn evidence() -> CustodyChain {
        chain(&"1".repeat(32), "imported", Some(Hash::of(b"evidence")))
    }
    vec![
        ("no text", Rule::CustodyText, |h, e| {
            refill(h, e, 3, b"\xff\n")
        }),
        ("no line", Rule::CustodyEnd, |h, e| refill(h, e, 3, b"")),
        ("a last line without end", Rule::CustodyEnd, |h, e| {
            let text = e[6].bytes.trim_ascii_end().to_vec();
            refill(h, e, 3, &text);
        }),
        ("a line that is none", Rule::CustodyLine, |h, e| {
            refill(h, e, 3, b"{}\n")
        }),
        ("a line with a name twice", Rule::CustodyLine, |h, e| {
            edit(h, e, "{\"chain\"", "{\"x\":1,\"x\":1,\"chain\"");
        }),
        ("a line as long as a book", Rule::CustodyLine, |h, e| {
            edit(h, e, "\"created\"", &format!("\"{}\"", "c".repeat(5000)));
        }),
        (
            "an organisation told to another",
            Rule::CustodyPrivate,
            |h, e| {
                let mut mine = report();
                mine.append_for(
                    Hash::of(b"b"),
                    &REPORT.repeat(2),
                    "2026-03-14T12:00:00Z",
                    "sealed",
                );
                put(h, e, &[mine, evidence()]);
            },
        ),
        ("another number", Rule::CustodySeq, |h, e| {
            edit(h, e, "\"seq\":0", "\"seq\":1")
        }),
        ("a step removed", Rule::CustodySeq, |h, e| {
            let mut long = report();
            long.append(&REPORT.repeat(2), "2026-03-14T12:01:00Z", "sealed", None);
            let text = crate::custody::to_text([long, evidence()].iter());
            let rest = text.split_once('\n').unwrap().1.to_owned();
            refill(h, e, 3, rest.as_bytes());
        }),
        (
            "a step that does not follow",
            Rule::CustodyPrevious,
            |h, e| {
                edit(h, e, &"0".repeat(64), &"1".repeat(64));
            },
        ),
        (
            "a time changed before another step",
            Rule::CustodyPrevious,
            |h, e| {
                let mut long = report();
                long.append(&REPORT.repeat(2), "2026-03-14T12:01:00Z", "sealed", None);
                let text = crate::custody::to_text([long, evidence()].iter());
                let text = text.replacen("12:00:00", "11:00:00", 1);
                refill(h, e, 3, text.as_bytes());
            },
        ),
        ("a time without zone", Rule::CustodyTime, |h, e| {
            edit(h, e, "12:00:00Z", "12:00:00")
        }),
        ("no time", Rule::CustodyTime, |h, e| {
            edit(h, e, "2026-03-14T12:00:00Z", "yesterday")
        }),
        (
            "an action that is a sentence",
            Rule::CustodyAction,
            |h, e| {
                edit(h, e, "\"created\"", "\"Created by Madina\"");
            },
        ),
        ("no action", Rule::CustodyAction, |h, e| {
            edit(h, e, "\"created\"", "\"\"")
        }),
        ("no chain of the report", Rule::CustodyReport, |h, e| {
            put(h, e, &[evidence()])
        }),
        (
            "a chain under the vault's own id",
            Rule::CustodyId,
            |h, e| {
                put(
                    h,
                    e,
                    &[report(), evidence(), chain("vault-id", "withheld", None)],
                );
            },
        ),
        (
            "left out, and its hash told",
            Rule::CustodyWithheld,
            |h, e| {
                let out = chain(&"2".repeat(32), "withheld", Some(Hash::of(b"x")));
                put(h, e, &[report(), evidence(), out]);
            },
        ),
        ("left out and sealed", Rule::CustodyWithheld, |h, e| {
            let mut out = chain(&"2".repeat(32), "withheld", None);
            out.append(&"2".repeat(32), "2026-03-14T12:01:00Z", "sealed", None);
            put(h, e, &[report(), evidence(), out]);
        }),
        (
            "a chain that begins in the middle",
            Rule::CustodyBegin,
            |h, e| {
                put(
                    h,
                    e,
                    &[
                        report(),
                        evidence(),
                        chain(&"2".repeat(32), "described", None),
                    ],
                );
            },
        ),
        ("taken in without a hash", Rule::CustodyHash, |h, e| {
            put(
                h,
                e,
                &[
                    report(),
                    evidence(),
                    chain(&"2".repeat(32), "imported", None),
                ],
            );
        }),
        ("evidence without a chain", Rule::CustodyEvidence, |h, e| {
            put(h, e, &[report()])
        }),
        ("a chain of nothing", Rule::CustodyEvidence, |h, e| {
            put(
                h,
                e,
                &[
                    report(),
                    evidence(),
                    chain(&"2".repeat(32), "imported", Some(Hash::of(b"x"))),
                ],
            );
        }),
        (
            "evidence exchanged and committed to",
            Rule::CustodyEvidence,
            |h, e| {
                refill(h, e, 4, b"another!");
            },
        ),
    ]
}

// The end of the archive, then bytes that are not zero.
fn ending(house: &House, entries: &[Entry], fill: u8) -> Vec<u8> {
    let mut plain = Vec::new();
    entries.iter().for_each(|entry| entry.write(&mut plain));
    let least = plain.len() as u64 + 1024;
    sealed_as(house, least, |exact| {
        plain.resize(exact, 0);
        *plain.last_mut().unwrap() = fill;
        plain
    })
}

// So much evidence that fewer than tar's two blocks are left behind it.
fn short(house: &House, entries: &[Entry]) -> Vec<u8> {
    sealed_as(house, 200_000, |exact| {
        let blocks = exact / 512 * 512;
        let mut entries = entries.to_vec();
        let mut evidence = 100_000;
        loop {
            let bytes = vec![7; evidence];
            let custody = custody(&[&bytes]);
            refill(house, &mut entries, 3, custody.as_bytes());
            refill(house, &mut entries, 4, &bytes);
            let mut plain = Vec::new();
            entries.iter().for_each(|entry| entry.write(&mut plain));
            if plain.len() == blocks {
                plain.resize(exact, 0);
                return plain;
            }
            evidence += blocks - plain.len();
        }
    })
}
