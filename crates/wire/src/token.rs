//! Bearer secrets of the line. A *token* buys one thing: it is exchanged once for a *capability* that the client drew
//! itself. The endpoint keeps only hashes of both. Both wipe themselves and have no `Debug`.

use crate::signed::Hash;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// What a token, and the capability bought with it, is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenRole {
    /// May upload and ask for receipts.
    Reporter,
    /// May read the log and fetch.
    Caseworker,
}

impl TokenRole {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Reporter => "reporter",
            Self::Caseworker => "caseworker",
        }
    }
}

/// What an operator hands to one person: `chronicle-token-1-`, the role, `-`, and 43 letters. The role stands in it so that
/// one that went to the wrong person is noticed before it is spent; it is part of the hash, so it cannot be changed.
#[derive(Clone, ZeroizeOnDrop)]
pub struct Token {
    #[zeroize(skip)]
    role: TokenRole,
    secret: [u8; 32],
}

/// What a client shows at each visit, in the `Authorization` header.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Capability([u8; 32]);

impl Token {
    /// Draws a token from the operating system.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn draw(role: TokenRole) -> Result<Self, getrandom::Error> {
        let secret = draw()?;
        Ok(Self { role, secret })
    }

    /// What it is for.
    #[must_use]
    pub fn role(&self) -> TokenRole {
        self.role
    }

    /// Reads a token as it was printed; surrounding white space is ignored.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.trim().strip_prefix(TOKEN_PREFIX)?;
        [TokenRole::Reporter, TokenRole::Caseworker]
            .into_iter()
            .find_map(|role| {
                let letters = rest.strip_prefix(role.name())?.strip_prefix('-')?;
                let secret = decode(letters)?;
                Some(Self { role, secret })
            })
    }

    // For the short form of an invitation, which has no room for the text.
    pub(crate) fn secret(&self) -> &[u8; 32] {
        &self.secret
    }

    pub(crate) fn of_secret(role: TokenRole, secret: &[u8; 32]) -> Self {
        Self {
            role,
            secret: *secret,
        }
    }

    /// The text to hand over.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        let letters = Zeroizing::new(URL_SAFE_NO_PAD.encode(self.secret));
        Zeroizing::new(format!(
            "{TOKEN_PREFIX}{}-{}",
            self.role.name(),
            letters.as_str()
        ))
    }

    /// What the endpoint keeps of it.
    #[must_use]
    pub fn hash(&self) -> Hash {
        let context = format!("chronicle/token/v1\n{}\n", self.role.name());
        keyed(&context, &self.secret)
    }
}

impl Capability {
    /// Draws a capability from the operating system.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn draw() -> Result<Self, getrandom::Error> {
        draw().map(Self)
    }

    /// Reads what [`Self::expose`] gave.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        decode(text).map(Self)
    }

    /// The text for `Authorization: Bearer`.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(URL_SAFE_NO_PAD.encode(self.0))
    }

    /// What the endpoint keeps of it.
    #[must_use]
    pub fn hash(&self) -> Hash {
        keyed("chronicle/capability/v1\n", &self.0)
    }
}

/// What reads and empties one mailbox, and nothing else: drawn by a journal for one organisation, shown in the
/// `Authorization` header as 64 lower-case hexadecimal digits. Its SHA-256 names the mailbox, which is all that a bundle
/// tells.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct ReadKey([u8; 32]);

impl ReadKey {
    /// Draws a read key from the operating system.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn draw() -> Result<Self, getrandom::Error> {
        draw().map(Self)
    }

    /// Reads what [`Self::expose`] gave.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut key = Self([0; 32]);
        let lower = text.bytes().all(|b| !b.is_ascii_uppercase());
        hex::decode_to_slice(text, &mut key.0).ok()?;
        lower.then_some(key)
    }

    /// The text for `Authorization: Bearer`.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(self.0))
    }

    /// The name of its mailbox.
    #[must_use]
    pub fn mailbox(&self) -> Hash {
        Hash::of(&self.0)
    }
}

fn draw() -> Result<[u8; 32], getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

fn decode(text: &str) -> Option<[u8; 32]> {
    let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).ok()?);
    bytes.as_slice().try_into().ok()
}

fn keyed(context: &str, secret: &[u8; 32]) -> Hash {
    let mut input = Zeroizing::new(context.as_bytes().to_vec());
    input.extend_from_slice(secret);
    Hash::of(&input)
}

const TOKEN_PREFIX: &str = "chronicle-token-1-";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_and_hashes_differ_by_kind() {
        let token = Token::draw(TokenRole::Reporter).unwrap();
        assert_eq!(
            Token::parse(&format!("  {}\n", token.expose().as_str()))
                .unwrap()
                .hash(),
            token.hash()
        );
        let text = token.expose();
        let capability = Capability::parse(&text[text.len() - 43..]).unwrap();
        assert_ne!(capability.hash(), token.hash());
        let other = Token::parse(&text.replace("-reporter-", "-caseworker-")).unwrap();
        assert_eq!(other.role(), TokenRole::Caseworker);
        assert_ne!(other.hash(), token.hash(), "the role is part of it");
        assert!(Token::parse(&text.replace("reporter-", "")).is_none());
        assert!(Token::parse(&text.replace("reporter", "operator")).is_none());
        assert!(Token::parse("chronicle-token-1-short").is_none());
        assert!(Token::parse(&capability.expose()).is_none());
    }

    #[test]
    fn nothing_is_drawn_twice_and_no_half_of_it_stands_still() {
        let drawn: Vec<[u8; 32]> = (0..64).map(|_| draw().unwrap()).collect();
        for at in 0..32 {
            let values: std::collections::BTreeSet<u8> = drawn.iter().map(|d| d[at]).collect();
            assert!(values.len() > 32, "byte {at} takes {} values", values.len());
        }
    }

    #[test]
    fn a_read_key_comes_back_and_its_mailbox_does_not_open_itself() {
        let key = ReadKey::draw().unwrap();
        let text = key.expose();
        let again = ReadKey::parse(&text).unwrap();
        assert_eq!(again.mailbox(), key.mailbox());
        assert_eq!(
            key.mailbox(),
            Hash::of(&hex::decode(text.as_str()).unwrap())
        );
        let name = key.mailbox().to_string();
        assert_ne!(ReadKey::parse(&name).unwrap().mailbox(), key.mailbox());
        for bad in [
            "",
            &text[1..],
            &text.replace(|c: char| c.is_ascii_digit(), "A"),
            &format!("{}0", text.as_str()),
        ] {
            assert!(ReadKey::parse(bad).is_none());
        }
    }
}
