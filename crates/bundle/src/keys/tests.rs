//! Keys as files: what is written is read, under the right passphrase alone, and a damaged file is told from a wrong one.

use super::*;

const LOG_N: u8 = 2;

fn passphrase(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

#[test]
fn what_a_passphrase_seals_it_opens_and_no_other_does() {
    for plain in [&b""[..], b"x", &[7; 100_000]] {
        let sealed = crate::seal_with_passphrase(plain, passphrase("right"), LOG_N).unwrap();
        assert!(sealed.starts_with(b"age-encryption.org/v1\n-> scrypt "));
        let opened = crate::open_with_passphrase(&sealed, passphrase("right"));
        assert_eq!(opened.unwrap().as_slice(), plain);
        let other = crate::open_with_passphrase(&sealed, passphrase("wrong"));
        assert!(
            matches!(other, Err(KeyFileError::Passphrase)),
            "another passphrase"
        );
        let again = crate::seal_with_passphrase(plain, passphrase("right"), LOG_N).unwrap();
        assert_ne!(sealed, again, "drawn anew");
    }
}

#[test]
fn a_damaged_file_is_not_taken_for_another_passphrase() {
    let sealed = crate::seal_with_passphrase(b"secret", passphrase("right"), LOG_N).unwrap();
    let damaged = |bytes: &[u8]| {
        let opened = crate::open_with_passphrase(bytes, passphrase("right"));
        assert!(matches!(opened, Err(KeyFileError::Damaged)));
    };
    for cut in [0, 10, sealed.len() - 1] {
        damaged(&sealed[..cut]);
    }
    let mut flipped = sealed.clone();
    *flipped.last_mut().unwrap() ^= 1;
    damaged(&flipped);
    // A file that would cost minutes before it says anything is not tried.
    let text = String::from_utf8_lossy(&sealed[..60]).replacen(" 2\n", " 23\n", 1);
    let mut costly = text.into_bytes();
    costly.extend_from_slice(&sealed[60..]);
    damaged(&costly);
}

#[test]
fn an_identity_comes_back_from_its_file() {
    for of in [RecipientType::X25519, RecipientType::Hybrid] {
        let identity = Identity::draw(of);
        let file = identity.to_file();
        assert!(file.contains(&identity.recipient()) && file.lines().count() == 2);
        let back = Identity::from_file(&file).unwrap();
        assert_eq!(back.recipient(), identity.recipient());
        assert_eq!(*back.to_file(), *file);
        assert_ne!(Identity::draw(of).recipient(), identity.recipient());
    }
    assert!(Identity::from_file("# public key: age1\n").is_none());
}
