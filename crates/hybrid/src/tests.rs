//! The form of keys, and what is no key. That what is sealed opens elsewhere, and what others seal here: `tests/`.

use super::*;
use age::{Decryptor, Encryptor};
use std::io::{Read, Write};

fn sealed(to: &[&dyn age::Recipient]) -> Result<Vec<u8>, EncryptError> {
    let mut out = Vec::new();
    let mut writer = Encryptor::with_recipients(to.iter().copied())?.wrap_output(&mut out)?;
    writer.write_all(b"content")?;
    let _ = writer.finish()?;
    Ok(out)
}

fn opened(file: &[u8], by: &dyn age::Identity) -> Result<Vec<u8>, DecryptError> {
    let mut out = Vec::new();
    let reader = Decryptor::new_buffered(file)?.decrypt(std::iter::once(by));
    let _ = reader?.read_to_end(&mut out)?;
    Ok(out)
}

#[test]
fn keys_come_back_from_their_texts() {
    let identity = Identity::generate();
    let text = identity.to_text();
    assert!(text.starts_with("AGE-SECRET-KEY-PQ-1") && text.len() == 77);
    let recipient = identity.to_public();
    let said = recipient.to_string();
    assert!(said.starts_with("age1pq1") && said.len() == 1959);
    assert!(said.parse::<Recipient>().unwrap() == recipient);
    let again: Identity = text.parse().unwrap();
    assert!(again.to_public() == recipient);
    let file = sealed(&[&recipient]).unwrap();
    assert_eq!(opened(&file, &again).unwrap(), b"content");
    let other = opened(&file, &Identity::generate());
    assert!(matches!(other, Err(DecryptError::NoMatchingKeys)));
}

#[test]
fn what_is_no_key_is_refused() {
    let identity = Identity::generate();
    let (text, said) = (identity.to_text(), identity.to_public().to_string());
    for wrong in [&said[..1958], &said[1..], "", "age1pq1", text.as_str()] {
        assert!(wrong.parse::<Recipient>().is_err(), "{}", wrong.len());
    }
    let classic = age::x25519::Identity::generate();
    for wrong in [
        classic.to_string().expose_secret(),
        &classic.to_public().to_string(),
        &text[1..],
        &said,
    ] {
        assert!(wrong.parse::<Identity>().is_err());
    }
    assert!(
        classic
            .to_public()
            .to_string()
            .parse::<Recipient>()
            .is_err()
    );
    // A number of the lattice key that is not below q; a point of low order.
    let bytes = identity.to_public().0.to_bytes();
    let mut high = bytes;
    high[0] = 0xff;
    high[1] |= 0x0f;
    let mut low = bytes;
    low[1184..].fill(0);
    for wrong in [high, low] {
        let text = bech32_encode(RECIPIENT, &wrong);
        assert!(text.parse::<Recipient>().is_err());
    }
}

#[test]
fn one_header_has_one_type() {
    let (hybrid, classic) = (
        Identity::generate().to_public(),
        age::x25519::Identity::generate().to_public(),
    );
    assert!(sealed(&[&hybrid, &hybrid]).is_ok());
    assert!(sealed(&[&hybrid, &classic]).is_err());
}
