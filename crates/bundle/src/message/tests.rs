//! Only a caseworker's words reach the person, whole and about their own report, and every message looks alike.

use super::*;
use crate::open::tests::{House, house_of};
use std::collections::BTreeSet;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

const TYPES: [RecipientType; 2] = [RecipientType::X25519, RecipientType::Hybrid];

fn message(said: Said) -> Message {
    Message {
        id: "0b".repeat(16),
        said,
        to: SigningKey::draw().unwrap().public(),
        report: "0a".repeat(16),
        manifest: Hash::of(b"manifest"),
        bundle: Hash::of(b"bundle"),
        day: day("2026-03-14"),
    }
}

fn answer(text: &str) -> Message {
    message(Said::Answer(Zeroizing::new(text.to_owned())))
}

fn signed(house: &House, message: &Message) -> SignedDocument {
    let profile = house.organisation.profile();
    message.sign(profile, &house.caseworker).unwrap()
}

fn opened(house: &House, sealed: &[u8], identity: &Identity) -> Result<Verdict, MessageError> {
    Message::open(sealed, identity, house.organisation.profile())
}

#[test]
fn what_was_said_comes_back_and_every_message_has_one_size() {
    let longest = [
        "я".repeat(MAX_TEXT),
        "\u{1f642}".repeat(MAX_TEXT),
        "\"".repeat(MAX_TEXT),
        "\u{1}".repeat(MAX_TEXT),
    ];
    for of in TYPES {
        let (house, reply) = (house_of(of), Identity::draw(of));
        let short = ["a", "Когда вам звонили?\nНапишите."].map(str::to_owned);
        let texts = short.into_iter().chain(longest.clone());
        let all = texts.map(|text| answer(&text));
        for message in all.chain([message(Said::Opened)]) {
            let document = signed(&house, &message);
            let sealed = Message::seal(&document, &reply.recipient()).unwrap();
            assert_eq!(sealed.len() as u64, MESSAGE_SIZE);
            assert!(agehead::check(&sealed, &[of.name()]).is_ok());
            let verdict = opened(&house, &sealed, &reply).unwrap();
            assert!(verdict.message.said == message.said);
            assert_eq!(verdict.by, house.caseworker.public());
            assert_eq!(verdict.document, document);
            let read = &verdict.message;
            assert_eq!(
                (
                    &read.id,
                    read.to,
                    &read.report,
                    read.manifest,
                    read.bundle,
                    read.day
                ),
                (
                    &message.id,
                    message.to,
                    &message.report,
                    message.manifest,
                    message.bundle,
                    message.day
                )
            );
            // By the profile alone, without any key of the person's.
            let profile = house.organisation.profile();
            assert!(Message::verify(document, profile).is_ok());
        }
    }
}

#[test]
fn what_no_reader_takes_is_not_signed() {
    let house = house_of(RecipientType::X25519);
    let profile = house.organisation.profile();
    let good = answer("text");
    let with = |id: &str, report: &str, text: &str| Message {
        id: id.into(),
        report: report.into(),
        said: Said::Answer(Zeroizing::new(text.into())),
        ..good.clone()
    };
    let (id, long) = ("0b".repeat(16), "x".repeat(MAX_TEXT + 1));
    for bad in [
        with("", &id, "text"),
        with(&id, &"0B".repeat(16), "text"),
        with(&id, &"g".repeat(32), "text"),
        with(&id, &id, ""),
        with(&id, &id, " \n"),
        with(&id, &id, "a\0b"),
        with(&id, &id, &long),
    ] {
        assert!(bad.sign(profile, &house.caseworker).is_err());
    }
    assert!(
        with(&id, &id, &long[1..])
            .sign(profile, &house.caseworker)
            .is_ok()
    );
    let document = signed(&house, &good);
    assert!(Message::seal(&document, "age1nobody").is_err());
    let huge = SignedDocument {
        body: "x".repeat(300_000),
        ..document
    };
    let reply = Identity::draw(RecipientType::X25519).recipient();
    assert!(matches!(
        Message::seal(&huge, &reply),
        Err(SealError::TooLarge)
    ));
}

// Seals any plaintext as a message is, to look at what the reader says.
fn raw(plain: &[u8], reply: &Identity, of: RecipientType) -> Vec<u8> {
    let to = keys::recipient(of, &reply.recipient()).unwrap();
    let recipients = seal::filled(of, vec![to]).unwrap();
    let (mut out, gate) = (Vec::new(), Gate::default());
    let (mut writer, payload, _) =
        seal::begin(&recipients, &mut out, &gate, plain.len() as u64).unwrap();
    writer.write_all(plain).unwrap();
    let rest = payload - plain.len() as u64;
    writer
        .write_all(&vec![0; usize::try_from(rest).unwrap()])
        .unwrap();
    writer.finish().unwrap();
    out
}

#[test]
fn everything_else_is_refused_each_with_its_reason() {
    use MessageError as E;
    let mut seen = BTreeSet::new();
    for of in TYPES {
        let (house, reply) = (house_of(of), Identity::draw(of));
        let document = signed(&house, &answer("text"));
        let sealed = Message::seal(&document, &reply.recipient()).unwrap();
        let text = serde_json::to_vec(&document).unwrap();
        let body = |change: &dyn Fn(&mut serde_json::Value)| {
            let mut body: serde_json::Value = serde_json::from_str(&document.body).unwrap();
            change(&mut body);
            let format = body["format"]
                .as_str()
                .unwrap_or("chronicle/answer/v1")
                .to_owned();
            let again = SignedDocument::sign(&format, body.to_string(), &[&house.caseworker]);
            raw(&serde_json::to_vec(&again).unwrap(), &reply, of)
        };
        let by = |key: &SigningKey| {
            let document = answer("text")
                .sign(house.organisation.profile(), key)
                .unwrap();
            Message::seal(&document, &reply.recipient()).unwrap()
        };
        let on = |on: &str| {
            let message = Message {
                day: day(on),
                ..answer("text")
            };
            Message::seal(&signed(&house, &message), &reply.recipient()).unwrap()
        };
        let flipped = |at: usize| {
            let mut sealed = sealed.clone();
            sealed[at] ^= 1;
            sealed
        };
        let other = house_of(of);
        let theirs = Message::seal(&signed(&other, &answer("text")), &reply.recipient()).unwrap();
        let padded = |more: &[u8]| raw(&[text.as_slice(), more].concat(), &reply, of);
        let whole = {
            // To the very end a document, without one byte that ends it.
            let payload = raw(b"", &reply, of).len();
            let mut long = vec![b' '; payload];
            long[..text.len()].copy_from_slice(&text);
            let to = keys::recipient(of, &reply.recipient()).unwrap();
            let recipients = seal::filled(of, vec![to]).unwrap();
            let (mut out, gate) = (Vec::new(), Gate::default());
            let (mut writer, exact, _) =
                seal::begin(&recipients, &mut out, &gate, text.len() as u64).unwrap();
            writer
                .write_all(&long[..usize::try_from(exact).unwrap()])
                .unwrap();
            writer.finish().unwrap();
            out
        };
        let foreign = match of {
            RecipientType::X25519 => RecipientType::Hybrid,
            RecipientType::Hybrid => RecipientType::X25519,
        };
        let signed_twice = {
            let mut twice = document.clone();
            twice.signatures = vec![];
            raw(&serde_json::to_vec(&twice).unwrap(), &reply, of)
        };
        let table: Vec<(&str, Vec<u8>, E)> = vec![
            ("nothing", vec![], E::Size),
            ("cut", sealed[..sealed.len() - 1].to_vec(), E::Size),
            ("longer", [sealed.as_slice(), b"x"].concat(), E::Size),
            ("no age file", vec![b'x'; sealed.len()], E::Header),
            (
                "of another type",
                Message::seal(&document, &Identity::draw(foreign).recipient()).unwrap(),
                E::Header,
            ),
            (
                "to somebody else",
                Message::seal(&document, &Identity::draw(of).recipient()).unwrap(),
                E::NotForUs,
            ),
            ("flipped", flipped(sealed.len() - 1), E::Ciphertext),
            ("a letter in the padding", padded(b"\0\0x"), E::Padding),
            ("no end", whole, E::Padding),
            (
                "a second document",
                padded(&[b" ", text.as_slice()].concat()),
                E::Document,
            ),
            ("no document", raw(b"text", &reply, of), E::Document),
            ("nothing in it", raw(b"", &reply, of), E::Document),
            (
                "a report's id of another form",
                body(&|b| b["report"] = "x".into()),
                E::Document,
            ),
            (
                "an id of another form",
                body(&|b| b["id"] = "x".into()),
                E::Document,
            ),
            (
                "an empty answer",
                body(&|b| b["text"] = " ".into()),
                E::Document,
            ),
            (
                "too long",
                body(&|b| b["text"] = "x".repeat(MAX_TEXT + 1).into()),
                E::Document,
            ),
            (
                "no text",
                body(&|b| drop(b.as_object_mut().unwrap().remove("text"))),
                E::Document,
            ),
            (
                "a receipt with a text",
                body(&|b| b["format"] = "chronicle/receipt-opened/v1".into()),
                E::Document,
            ),
            (
                "no day",
                body(&|b| b["day"] = "2026-02-30".into()),
                E::Document,
            ),
            (
                "a later format",
                body(&|b| b["format"] = "chronicle/answer/v2".into()),
                E::Newer,
            ),
            (
                "a grant",
                body(&|b| b["format"] = "chronicle/grant/v1".into()),
                E::Newer,
            ),
            ("of another organisation", theirs, E::OtherOrganisation),
            (
                "by a stranger",
                by(&SigningKey::draw().unwrap()),
                E::Signature,
            ),
            ("by the endpoint's key", by(&house.receipt), E::Signature),
            ("after its window", on("2027-12-01"), E::Signature),
            ("without a signature", signed_twice, E::Signature),
        ];
        for (name, sealed, error) in table {
            assert_eq!(
                opened(&house, &sealed, &reply).err(),
                Some(error),
                "{of:?}: {name}"
            );
            seen.insert(error.reason());
        }
        assert!(
            opened(&house, &sealed, &reply).is_ok(),
            "the planted failure"
        );
    }
    assert_eq!(seen.len(), 9, "every reason there is: {seen:?}");
}

#[test]
fn no_bit_of_a_message_can_be_another() {
    let (house, reply) = (
        house_of(RecipientType::X25519),
        Identity::draw(RecipientType::X25519),
    );
    let document = signed(&house, &answer("text"));
    let sealed = Message::seal(&document, &reply.recipient()).unwrap();
    let start = (0..4000).chain((4000..sealed.len()).step_by(997));
    for at in start {
        let mut spoilt = sealed.clone();
        spoilt[at] ^= 1 << (at % 8);
        assert!(opened(&house, &spoilt, &reply).is_err(), "byte {at}");
    }
}

#[test]
fn the_longest_that_is_sealed_can_be_read() {
    let (house, reply) = (
        house_of(RecipientType::X25519),
        Identity::draw(RecipientType::X25519),
    );
    let of = |length: usize| {
        let body = "x".repeat(length);
        Message::seal(
            &SignedDocument {
                body,
                signatures: vec![],
            },
            &reply.recipient(),
        )
    };
    // age puts as much or as little of nothing in front as it likes: the bound is not always the same.
    let (mut sealed, mut refused) = (0, 0);
    for length in 260_600..261_300 {
        match of(length) {
            // No document of ours, and read to its end.
            Ok(bytes) => {
                sealed += 1;
                let read = opened(&house, &bytes, &reply).map(drop).unwrap_err();
                assert!(!matches!(read, MessageError::Padding), "{length}: {read:?}");
            }
            Err(_) => refused += 1,
        }
    }
    assert!(
        sealed > 100 && refused > 100,
        "{sealed} sealed, {refused} refused"
    );
}

#[test]
fn a_header_that_was_changed_is_told_from_a_shape_that_is_none() {
    let (house, reply) = (
        house_of(RecipientType::X25519),
        Identity::draw(RecipientType::X25519),
    );
    let sealed = Message::seal(&signed(&house, &answer("text")), &reply.recipient()).unwrap();
    let mac = sealed.windows(5).position(|w| w == b"\n--- ").unwrap() + 5;
    let mut changed = sealed.clone();
    changed[mac] = if changed[mac] == b'A' { b'B' } else { b'A' };
    let read = opened(&house, &changed, &reply).map(drop).unwrap_err();
    assert!(matches!(read, MessageError::Ciphertext), "{read:?}");
}
