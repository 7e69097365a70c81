//! What is promised about what comes over the line or by hand: each check takes bytes and panics when its promise does not hold.
//! Compiled for tests, which give it the kept corpus, and for the fuzzer, which sets `cfg(fuzzing)`; in nothing that is shipped.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a check fails as a test does"
)]

use crate::agehead::{self, MAX_HEADER, TYPES};
use crate::invitation::{Invitation, MAX_SHORT, ShortInvitation};
use crate::organisation::{Credentials, Role};
use crate::signed::{Hash, SignedDocument, purpose};
use crate::{Profile, StoredReceipt};

#[cfg(test)]
#[path = "../../../fuzz/replay.rs"]
mod replay;

// Every check by its name: the target of that name gives it bytes too.
#[cfg(test)]
const CHECKS: [replay::Check; 4] = [
    ("age_header", age_header),
    ("credentials", credentials),
    ("invitation", invitation),
    ("receipt", receipt),
];

/// The beginning of an age file: what passes ends within its limit, and passes without what follows it.
pub fn age_header(bytes: &[u8]) {
    if let Ok(length) = agehead::check(bytes, &TYPES) {
        assert!(length <= MAX_HEADER && length <= bytes.len());
        assert!(agehead::check(&bytes[..length], &TYPES) == Ok(length));
        assert!(agehead::check(&bytes[..length - 1], &TYPES).is_err());
        // One type only: the other alone does not pass.
        let alone = TYPES.map(|kind| agehead::check(bytes, &[kind]).is_ok());
        assert!(alone[0] != alone[1]);
    }
}

/// Root and profile: what is believed is signed enough, follows itself, and survives being passed on.
pub fn credentials(bytes: &[u8]) {
    let Ok(read) = serde_json::from_slice::<Credentials>(bytes) else {
        return;
    };
    let Ok(profile) = Profile::read(read.clone()).and_then(Profile::verify) else {
        return;
    };
    let (root, body) = (profile.root(), profile.body());
    assert!(read.root.count(purpose::ROOT, &root.root_keys) >= root.root_threshold);
    assert!(read.profile.count(purpose::PROFILE, &root.profile_keys) >= root.profile_threshold);
    assert!(body.root == read.root.hash() && !body.recipients.is_empty());
    assert!(profile.follows(&profile).is_ok());
    let passed = serde_json::to_vec(profile.credentials()).unwrap();
    let again: Credentials = serde_json::from_slice(&passed).unwrap();
    let again = Profile::read(again)
        .and_then(Profile::verify)
        .expect("the same");
    assert!(again.body() == body && again.current_on() == profile.current_on());
    // No receipt key counts for longer than it may.
    for key in body.keys.iter().filter(|k| k.role == Role::EndpointReceipt) {
        let most = jiff::Span::new().days(90);
        assert!(key.last_day() <= key.from.saturating_add(most));
    }
}

/// An invitation's text: what is read writes itself to what reads as the same.
pub fn invitation(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(short) = ShortInvitation::parse(&text) {
        let text = short.to_text();
        assert!(text.len() <= MAX_SHORT && !short.addresses.is_empty());
        let again = ShortInvitation::parse(&text).expect("its own text");
        assert!(again.to_text() == text && again.token.hash() == short.token.hash());
    }
    let Ok(read) = Invitation::parse(&text) else {
        return;
    };
    let again = Invitation::parse(&read.to_text()).expect("its own text");
    assert!(again.credentials == read.credentials && again.introduction == read.introduction);
    assert!(again.token.hash() == read.token.hash());
}

/// A receipt: what counts says what was asked, and counts for nothing else.
pub fn receipt(bytes: &[u8]) {
    let Ok(document) = serde_json::from_slice::<SignedDocument>(bytes) else {
        return;
    };
    let profile = known();
    let (sha256, size) = (Hash::of(b"bundle"), 262_144);
    let sealed = jiff::civil::date(2026, 2, 1);
    if let Ok(receipt) = StoredReceipt::verify(&document, &profile, sha256, size, sealed) {
        assert!(receipt.sha256 == sha256 && receipt.size == size);
        assert!(receipt.organisation == profile.organisation());
        assert!(document.signed_by(purpose::STORED, receipt.key));
        assert!(StoredReceipt::verify(&document, &profile, Hash::of(b"x"), size, sealed).is_err());
        assert!(StoredReceipt::verify(&document, &profile, sha256, size + 1, sealed).is_err());
    }
}

// The organisation whose credentials are the first input of `credentials`.
fn known() -> Profile<crate::Verified> {
    let text = include_bytes!("../../../fuzz/corpus/credentials/first");
    let read = serde_json::from_slice(text).unwrap();
    Profile::read(read).and_then(Profile::verify).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kept_input_keeps_the_promises() {
        replay::all(&CHECKS);
    }

    #[test]
    fn the_first_inputs_are_believed() {
        let corpus = |name: &str| {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
            std::fs::read(folder.join(name).join("first")).unwrap()
        };
        let header = corpus("age_header");
        assert!(agehead::check(&header, &TYPES).is_ok());
        let text = String::from_utf8(corpus("invitation")).unwrap();
        assert!(Invitation::parse(&text).is_ok());
        let document = serde_json::from_slice(&corpus("receipt")).unwrap();
        let verified = StoredReceipt::verify(
            &document,
            &known(),
            Hash::of(b"bundle"),
            262_144,
            jiff::civil::date(2026, 2, 1),
        );
        assert!(verified.is_ok());
    }
}
