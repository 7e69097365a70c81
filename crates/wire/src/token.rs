//! Bearer secrets of the line. A *token* buys one thing: it is exchanged once for a *capability* that the client drew
//! itself. The endpoint keeps only hashes of both. Both wipe themselves and have no `Debug`.

use crate::signed::Hash;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// What an operator hands to one person: `chronicle-token-1-` and 43 letters.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Token([u8; 32]);

/// What a client shows at each visit, in the `Authorization` header.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Capability([u8; 32]);

impl Token {
    /// Draws a token from the operating system.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn draw() -> Result<Self, getrandom::Error> {
        draw().map(Self)
    }

    /// Reads a token as it was printed; surrounding white space is ignored.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        decode(text.trim().strip_prefix(TOKEN_PREFIX)?).map(Self)
    }

    /// The text to hand over.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{TOKEN_PREFIX}{}", URL_SAFE_NO_PAD.encode(self.0)))
    }

    /// What the endpoint keeps of it.
    #[must_use]
    pub fn hash(&self) -> Hash {
        keyed("chronicle/token/v1\n", &self.0)
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
        let token = Token::draw().unwrap();
        assert_eq!(
            Token::parse(&format!("  {}\n", token.expose().as_str()))
                .unwrap()
                .hash(),
            token.hash()
        );
        let capability =
            Capability::parse(token.expose().strip_prefix(TOKEN_PREFIX).unwrap()).unwrap();
        assert_ne!(capability.hash(), token.hash());
        assert!(Token::parse("chronicle-token-1-short").is_none());
        assert!(Token::parse(&capability.expose()).is_none());
    }
}
