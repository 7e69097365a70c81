//! What a short invitation holds, and everything that is none.

use super::*;
use crate::organisation::tests::{founded, way};
use proptest::prelude::*;

fn short(addresses: Vec<String>) -> ShortInvitation {
    ShortInvitation {
        root: Hash::of(b"root"),
        addresses,
        token: Token::of_secret(TokenRole::Reporter, &[7; 32]),
        introduction: (1 << 53) - 1,
    }
}

fn onion(letter: char) -> String {
    format!("http://{}.onion", letter.to_string().repeat(56))
}

#[test]
fn it_is_the_published_one() {
    let vector = include_str!("../../../vectors/invitation-short-1.txt");
    let invitation = short(vec!["https://example.org".into(), onion('a')]);
    assert_eq!(*invitation.to_text(), vector.trim_end());
    assert!(invitation.to_text().len() < 300, "a small code");
    // Only what a QR code holds as letters and digits, at five and a half bits each.
    let dense = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || ":-".contains(c);
    assert!(invitation.to_text().chars().all(dense));
}

#[test]
fn it_survives_chat_and_small_letters() {
    let invitation = short(vec![onion('a'), "https://example.org".into()]);
    let text = invitation.to_text().to_lowercase();
    let cut: Vec<String> = text
        .as_bytes()
        .chunks(40)
        .map(|line| format!("> {}\r\n", String::from_utf8_lossy(line)))
        .collect();
    // The beginning itself stands in one line.
    let quoted = format!("Hello: use this.\n{}Bye: see you", cut.concat());
    assert!(ShortInvitation::begins_in(&quoted));
    let back = ShortInvitation::parse(&quoted).unwrap();
    assert_eq!(*back.to_text(), *invitation.to_text());
    assert!(!ShortInvitation::begins_in("chronicle-invitation-2:AA:"));
}

#[test]
fn every_other_letter_and_every_cut_is_refused() {
    let text = short(vec!["https://example.org".into()]).to_text();
    let begin = BEGIN.len();
    for at in begin..text.len() - 1 {
        for other in ['A', 'Q', '7', '1', '='] {
            let mut changed = text.to_string();
            changed.replace_range(at..=at, &other.to_string());
            let same = changed == *text;
            assert_eq!(
                ShortInvitation::parse(&changed).is_ok(),
                same,
                "letter {at}"
            );
        }
        let cut = format!("{}{END}", &text[..at]);
        assert!(ShortInvitation::parse(&cut).is_err(), "cut at {at}");
        assert!(ShortInvitation::parse(&text[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn what_is_whole_and_wrong_is_refused_too() {
    for addresses in [
        vec![],
        vec!["https://example.org/?q".to_string()],
        vec!["http://example.org".into()],
        vec!["file:///etc/passwd".into()],
        vec![String::new()],
        vec!["https://a.org".to_string(); 9],
        vec![format!("https://{}.org", "a".repeat(500))],
    ] {
        let text = short(addresses.clone()).to_text();
        assert!(ShortInvitation::parse(&text).is_err(), "{addresses:?}");
    }
    assert!(ShortInvitation::parse(&short(vec!["https://a.org".to_string(); 8]).to_text()).is_ok());
}

#[test]
fn as_many_addresses_as_there_is_room_for() {
    let mut f = founded();
    let of = |f: &crate::organisation::tests::Founded| {
        let token = Token::draw(TokenRole::Reporter).unwrap();
        ShortInvitation::of(&f.verify().unwrap(), token, 1)
    };
    f.body.addresses = "abcdefgh".chars().map(onion).collect();
    let invitation = of(&f).unwrap();
    assert_eq!(invitation.addresses, f.body.addresses[..4]);
    assert!(invitation.to_text().len() <= MAX_SHORT);
    assert!(ShortInvitation::parse(&invitation.to_text()).is_ok());
    f.body.addresses = vec![format!(
        "https://{}.org/{}",
        "a".repeat(60),
        "b".repeat(300)
    )];
    assert!(of(&f).is_none(), "no code where the first has no room");
}

#[test]
fn only_what_stands_under_its_root_completes_it() {
    let token = Token::draw(TokenRole::Reporter).unwrap();
    let [first, later, other] = [way(1), way(3), way(2)].map(|w| w.unwrap());
    let invitation = ShortInvitation::of(&first, token.clone(), 5).unwrap();
    let whole = invitation.with(&first).unwrap();
    assert_eq!((whole.introduction, whole.token.hash()), (5, token.hash()));
    assert_eq!(whole.credentials, *first.credentials());
    assert_eq!(
        invitation.with(&other).err(),
        Some(TrustError::OtherOrganisation)
    );
    // Made before the root changed: what was fetched must lead there. The other way round it does not.
    let (earlier, token) = (
        later.credentials().earlier[1].hash(),
        invitation.token.clone(),
    );
    let invitation = ShortInvitation {
        root: earlier,
        ..ShortInvitation::of(&later, token, 5).unwrap()
    };
    assert!(invitation.with(&later).is_ok());
    assert!(invitation.with(&first).is_err());
}

#[test]
fn the_longest_is_read_and_one_letter_more_is_not() {
    let (mut read, mut refused) = (0, 0);
    for room in 0..200 {
        let long = format!("https://example.org/{}", "a".repeat(200));
        let text = short(vec![
            long,
            format!("https://example.org/{}", "b".repeat(room)),
        ])
        .to_text();
        let fits = text.len() <= MAX_SHORT;
        assert_eq!(
            ShortInvitation::parse(&text).is_ok(),
            fits,
            "{} bytes",
            text.len()
        );
        read = read.max(if fits { text.len() } else { 0 });
        refused = if fits {
            refused
        } else {
            text.len()
                .min(if refused == 0 { usize::MAX } else { refused })
        };
    }
    assert!(
        MAX_SHORT - read < 2 && refused - MAX_SHORT <= 2,
        "{read}, {refused}"
    );
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        root: [u8; 32], secret: [u8; 32], introduction: u64,
        names in prop::collection::vec("[a-z]{1,20}", 1..=8),
    ) {
        let invitation = ShortInvitation {
            root: Hash(root),
            addresses: names.iter().map(|n| format!("https://{n}.example.org/intake")).collect(),
            token: Token::of_secret(TokenRole::Reporter, &secret),
            introduction,
        };
        let text = invitation.to_text();
        prop_assume!(text.len() <= MAX_SHORT);
        let back = ShortInvitation::parse(&text).unwrap();
        prop_assert_eq!((back.root, back.introduction), (invitation.root, introduction));
        prop_assert_eq!(back.addresses, invitation.addresses);
        prop_assert_eq!(back.token.hash(), invitation.token.hash());
    }

    #[test]
    fn no_text_makes_it_fall(text in ".{0,200}", letters in "[A-Za-z2-7 >]{0,700}") {
        let _ = ShortInvitation::parse(&text);
        let _ = ShortInvitation::parse(&format!("{text}{BEGIN}{letters}{END}{text}"));
    }
}
