//! Signed documents: the exact text that was signed, and Ed25519 signatures over a purpose string and that text.
//! A signature for one purpose never counts for another. Verification is strict (no small-order keys, no malleable
//! signatures). Signing keys are secrets: they have no `Debug` and wipe themselves.

use ed25519_dalek::Signer;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::Read;
use zeroize::Zeroizing;

/// A SHA-256 digest; written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// SHA-256 of all that `reader` gives, in constant memory.
    ///
    /// # Errors
    /// Those of the reader.
    pub fn of_reader(mut reader: impl Read) -> std::io::Result<Self> {
        let (mut hasher, mut buffer) = (Sha256::new(), Zeroizing::new(vec![0u8; 256 * 1024]));
        loop {
            match reader.read(&mut buffer)? {
                0 => return Ok(Self(hasher.finalize().into())),
                got => hasher.update(buffer.get(..got).unwrap_or_default()),
            }
        }
    }

    /// What a sealed file with this hash is called when it is carried by hand: it says nothing to whoever finds it.
    #[must_use]
    pub fn file_name(self) -> String {
        let beginning: String = self.to_string().chars().take(12).collect();
        format!("{beginning}.age")
    }

    /// Parses exactly 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.bytes().any(|b| b.is_ascii_uppercase()) {
            return None;
        }
        let mut out = [0; 32];
        hex::decode_to_slice(text, &mut out).ok()?;
        Some(Self(out))
    }
}

/// Whether `text` has the form of an id: 32 hexadecimal digits in lower case.
#[must_use]
pub fn is_id(text: &str) -> bool {
    text.len() == 32
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

impl std::fmt::Display for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not 64 hexadecimal digits"))
    }
}

/// A public Ed25519 key; written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(ed25519_dalek::VerifyingKey);

impl PublicKey {
    /// Parses 64 lower-case hexadecimal digits; refuses points that are not on the curve or of small order, and a second way
    /// to write a point.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = Hash::parse(text)?.0;
        let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes).ok()?;
        let canonical = key.to_edwards().compress().to_bytes() == bytes;
        (canonical && !key.is_weak()).then_some(Self(key))
    }

    fn verifies(&self, purpose: &str, body: &[u8], signature: &str) -> bool {
        let mut bytes = [0; 64];
        if hex::decode_to_slice(signature, &mut bytes).is_err() {
            return false;
        }
        let signature = ed25519_dalek::Signature::from_bytes(&bytes);
        self.0
            .verify_strict(&message(purpose, body), &signature)
            .is_ok()
    }
}

impl std::fmt::Display for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0.as_bytes()))
    }
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl Serialize for PublicKey {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not an Ed25519 public key"))
    }
}

/// A secret Ed25519 key. Wipes itself; has no `Debug`.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// Draws a new key from the operating system.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn draw() -> Result<Self, getrandom::Error> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut())?;
        Ok(Self(ed25519_dalek::SigningKey::from_bytes(&seed)))
    }

    /// Takes a 32-byte seed written as 64 hexadecimal digits, as [`Self::seed`] gives it.
    #[must_use]
    pub fn from_seed(text: &str) -> Option<Self> {
        let mut seed = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text.trim(), seed.as_mut()).ok()?;
        Some(Self(ed25519_dalek::SigningKey::from_bytes(&seed)))
    }

    /// The secret seed as 64 hexadecimal digits, to be sealed at once.
    #[must_use]
    pub fn seed(&self) -> Zeroizing<String> {
        let seed = Zeroizing::new(self.0.to_bytes());
        Zeroizing::new(hex::encode(seed.as_ref()))
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs `body` for `purpose`; 128 hexadecimal digits.
    #[must_use]
    pub fn sign(&self, purpose: &str, body: &[u8]) -> String {
        hex::encode(self.0.sign(&message(purpose, body)).to_bytes())
    }
}

/// One signature beside a body.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Signature {
    /// Who signed.
    pub key: PublicKey,
    /// 128 hexadecimal digits.
    pub signature: String,
}

/// The exact text that was signed, with its signatures. Nothing in `body` counts before [`SignedDocument::count`] or
/// [`SignedDocument::signed_by`] said so.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SignedDocument {
    /// The exact text (JSON).
    pub body: String,
    /// Who signed it.
    pub signatures: Vec<Signature>,
}

impl SignedDocument {
    /// Signs `body` with each of `keys` for `purpose`.
    #[must_use]
    pub fn sign(purpose: &str, body: String, keys: &[&SigningKey]) -> Self {
        let signatures = keys
            .iter()
            .map(|key| Signature {
                key: key.public(),
                signature: key.sign(purpose, body.as_bytes()),
            })
            .collect();
        Self { body, signatures }
    }

    /// How many *different* keys of `allowed` signed the body for `purpose`. At most 16 signatures are looked at.
    #[must_use]
    pub fn count(&self, purpose: &str, allowed: &[PublicKey]) -> usize {
        let mut seen: Vec<PublicKey> = Vec::new();
        for one in self.signatures.iter().take(16) {
            if allowed.contains(&one.key)
                && !seen.contains(&one.key)
                && one
                    .key
                    .verifies(purpose, self.body.as_bytes(), &one.signature)
            {
                seen.push(one.key);
            }
        }
        seen.len()
    }

    /// Whether `key` signed the body for `purpose`.
    #[must_use]
    pub fn signed_by(&self, purpose: &str, key: PublicKey) -> bool {
        self.count(purpose, &[key]) == 1
    }

    /// SHA-256 of the exact body.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(self.body.as_bytes())
    }
}

/// Verifies a detached signature of `key` over `body` for `purpose`.
#[must_use]
pub fn verify(key: PublicKey, purpose: &str, body: &[u8], signature: &str) -> bool {
    key.verifies(purpose, body, signature)
}

// The purpose comes first and holds no line feed, so that no text can be read as another purpose with another body.
fn message(purpose: &str, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(purpose.len() + 1 + body.len());
    out.extend_from_slice(purpose.as_bytes());
    out.push(b'\n');
    out.extend_from_slice(body);
    out
}

/// The purpose strings in use.
pub mod purpose {
    /// `root.json`.
    pub const ROOT: &str = "chronicle/root/v1";
    /// `profile.json`.
    pub const PROFILE: &str = "chronicle/profile/v1";
    /// The key of one bundle, given to a colleague.
    pub const GRANT: &str = "chronicle/grant/v1";
    /// What a colleague's desk asks, signed by the key that it names.
    pub const COLLEAGUE: &str = "chronicle/colleague/v1";
    /// What a colleague's desk is told, signed by a profile key.
    pub const WELCOME: &str = "chronicle/welcome/v1";
    /// "This profile was current on that day."
    pub const CURRENT: &str = "chronicle/current/v1";
    /// The endpoint's receipt: stored.
    pub const STORED: &str = "chronicle/receipt-stored/v1";
    /// A caseworker's receipt: opened by a person.
    pub const OPENED: &str = "chronicle/receipt-opened/v1";
    /// What a caseworker writes to the person who sent a report.
    pub const ANSWER: &str = "chronicle/answer/v1";
    /// The key before says that another takes its place.
    pub const SUCCESSION: &str = "chronicle/sender-succession/v1";
    /// A manifest of a report.
    pub const MANIFEST_REPORT: &str = "chronicle/manifest-report/v1";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_a_hash_and_a_key_is_its_text() {
        let (hash, key) = (Hash::of(b"x"), SigningKey::draw().unwrap().public());
        assert!(format!("{hash:?}").contains(&hash.to_string()));
        assert!(format!("{key:?}").contains(&key.to_string()));
    }

    #[test]
    fn a_detached_signature_counts_for_its_key_purpose_and_text() {
        let key = SigningKey::draw().unwrap();
        let signature = key.sign(purpose::OPENED, b"text");
        let is = |key: PublicKey, purpose, text: &[u8]| verify(key, purpose, text, &signature);
        assert!(is(key.public(), purpose::OPENED, b"text"));
        assert!(!is(key.public(), purpose::STORED, b"text"));
        assert!(!is(key.public(), purpose::OPENED, b"texts"));
        assert!(!is(
            SigningKey::draw().unwrap().public(),
            purpose::OPENED,
            b"text"
        ));
    }

    #[test]
    fn a_signature_counts_for_its_purpose_body_and_key_only() {
        let (a, b) = (SigningKey::draw().unwrap(), SigningKey::draw().unwrap());
        let doc = SignedDocument::sign(purpose::ROOT, "{}".into(), &[&a, &a]);
        assert!(doc.signed_by(purpose::ROOT, a.public()));
        assert_eq!(
            doc.count(purpose::ROOT, &[a.public(), b.public()]),
            1,
            "one key twice is one signature"
        );
        assert!(!doc.signed_by(purpose::PROFILE, a.public()));
        assert!(!doc.signed_by(purpose::ROOT, b.public()));
        let other = SignedDocument {
            body: "{ }".into(),
            ..doc
        };
        assert!(!other.signed_by(purpose::ROOT, a.public()));
    }

    #[test]
    fn weak_keys_are_refused() {
        let mut identity = [0u8; 32];
        identity[0] = 1;
        assert!(PublicKey::parse(&hex::encode(identity)).is_none());
        assert!(PublicKey::parse(&hex::encode([0u8; 32])).is_none());
        // All points of small order.
        let edge = |first: &str, last: &str| format!("{first}{}{last}", "00".repeat(30));
        for point in [
            edge("00", "00"),
            edge("00", "80"),
            edge("01", "00"),
            format!("ec{}7f", "ff".repeat(30)),
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05".into(),
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85".into(),
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a".into(),
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa".into(),
        ] {
            let bytes = Hash::parse(&point).unwrap().0;
            let known = ed25519_dalek::VerifyingKey::from_bytes(&bytes).unwrap();
            assert!(known.is_weak(), "{point}");
            assert!(PublicKey::parse(&point).is_none(), "{point}");
        }
    }

    /// The field has 2^255 - 19 elements, and 255 bits have 19 values more: the same points a second time.
    #[test]
    fn a_second_way_to_write_a_key_is_refused() {
        let mut seen = 0;
        for low in 0xed..=0xffu8 {
            let mut bytes = [0xff; 32];
            (bytes[0], bytes[31]) = (low, 0x7f);
            if let Ok(key) = ed25519_dalek::VerifyingKey::from_bytes(&bytes) {
                seen += usize::from(!key.is_weak());
                assert!(PublicKey::parse(&hex::encode(bytes)).is_none(), "{low}");
            }
        }
        assert!(seen > 5, "points that are not weak: {seen}");
    }

    #[test]
    fn a_seed_comes_back() {
        let key = SigningKey::draw().unwrap();
        assert_eq!(
            SigningKey::from_seed(&key.seed()).unwrap().public(),
            key.public()
        );
        assert!(SigningKey::from_seed("00").is_none());
    }
}
