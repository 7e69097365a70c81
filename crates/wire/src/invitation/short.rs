//! The short form of an invitation, for a QR code or a message: too small for a profile, so it names the root by its hash,
//! and the endpoint is asked for the rest, which must stand under that root.

use super::{Invitation, InvitationError};
use crate::organisation::{Profile, TrustError, Verified};
use crate::route;
use crate::signed::Hash;
use crate::token::{Token, TokenRole};
use data_encoding::BASE32_NOPAD;
use zeroize::Zeroizing;

/// The longest short invitation, in bytes.
pub const MAX_SHORT: usize = 600;

/// A short invitation as read: nothing in it was verified yet.
pub struct ShortInvitation {
    /// SHA-256 of the root's body.
    pub root: Hash,
    /// Where root and profile can be asked for, best first.
    pub addresses: Vec<String>,
    /// To be exchanged at the first visit.
    pub token: Token,
    /// Repeated, sealed, in the first manifest.
    pub introduction: u64,
}

impl ShortInvitation {
    /// The short form for an organisation, with as many of its addresses, best first, as there is room for. None when
    /// there is no room for the first.
    #[must_use]
    pub fn of(profile: &Profile<Verified>, token: Token, introduction: u64) -> Option<Self> {
        let mut short = Self {
            root: profile.root_hash(),
            addresses: Vec::new(),
            token,
            introduction,
        };
        for address in &profile.body().addresses {
            short.addresses.push(address.clone());
            let fits = address.len() <= usize::from(u8::MAX) && short.length() <= MAX_SHORT;
            if !fits {
                short.addresses.pop();
                break;
            }
        }
        (!short.addresses.is_empty()).then_some(short)
    }

    /// The text to hand over: one line of letters, digits and `:-`, as a QR code holds them most densely. It holds a secret:
    /// the token.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_SHORT));
        bytes.extend_from_slice(&self.root.0);
        bytes.extend_from_slice(self.token.secret());
        bytes.extend_from_slice(&self.introduction.to_be_bytes());
        for address in &self.addresses {
            bytes.push(u8::try_from(address.len()).unwrap_or(u8::MAX));
            bytes.extend_from_slice(address.as_bytes());
        }
        let check = check(&bytes);
        bytes.extend_from_slice(&check);
        let letters = Zeroizing::new(BASE32_NOPAD.encode(&bytes));
        Zeroizing::new(format!("{BEGIN}{}{END}", letters.as_str()))
    }

    /// Whether `text` holds the beginning of a short invitation.
    #[must_use]
    pub fn begins_in(text: &str) -> bool {
        find(text).is_some()
    }

    /// Reads one out of a text; what stands before and after it is ignored, and so are white space and `>` inside, and
    /// whether letters are small.
    ///
    /// # Errors
    /// See [`InvitationError`].
    pub fn parse(text: &str) -> Result<Self, InvitationError> {
        Self::read(text).ok_or(InvitationError::Unreadable)
    }

    fn read(text: &str) -> Option<Self> {
        let rest = text.get(find(text)?..)?;
        let (letters, _) = rest.split_once(END)?;
        let letters = letters.chars().filter(|c| !c.is_whitespace() && *c != '>');
        // Nothing longer is looked at, however long the text.
        let mut clean = Zeroizing::new(String::with_capacity(MAX_SHORT));
        clean.extend(letters.take(MAX_SHORT).map(|c| c.to_ascii_uppercase()));
        if BEGIN.len() + clean.len() + END.len() > MAX_SHORT {
            return None;
        }
        let bytes = Zeroizing::new(BASE32_NOPAD.decode(clean.as_bytes()).ok()?);
        let (said, sum) = bytes.split_last_chunk::<CHECK>()?;
        if *sum != check(said) {
            return None;
        }
        let (root, said) = said.split_first_chunk::<32>()?;
        let (secret, said) = said.split_first_chunk::<32>()?;
        let (introduction, said) = said.split_first_chunk::<8>()?;
        Some(Self {
            root: Hash(*root),
            addresses: addresses(said)?,
            token: Token::of_secret(TokenRole::Reporter, secret),
            introduction: u64::from_be_bytes(*introduction),
        })
    }

    /// The whole invitation, once root and profile were fetched.
    ///
    /// # Errors
    /// [`TrustError::OtherOrganisation`] when they do not stand under the root that this invitation names, or one after it.
    pub fn with(&self, profile: &Profile<Verified>) -> Result<Invitation, TrustError> {
        if !profile.has_walked(self.root) {
            return Err(TrustError::OtherOrganisation);
        }
        Ok(Invitation {
            credentials: profile.credentials().clone(),
            token: self.token.clone(),
            introduction: self.introduction,
        })
    }

    fn length(&self) -> usize {
        self.to_text().len()
    }
}

fn addresses(mut said: &[u8]) -> Option<Vec<String>> {
    let mut all = Vec::new();
    while let Some((length, rest)) = said.split_first() {
        let (address, rest) = rest.split_at_checked(usize::from(*length))?;
        let address = std::str::from_utf8(address).ok()?;
        if !route::address_allowed(address) {
            return None;
        }
        all.push(address.to_owned());
        said = rest;
    }
    (1..=MAX_ADDRESSES).contains(&all.len()).then_some(all)
}

fn check(bytes: &[u8]) -> [u8; CHECK] {
    let Hash(hash) = Hash::of(bytes);
    let (sum, _) = hash.split_first_chunk().unwrap_or((&[0; CHECK], &[]));
    *sum
}

// Where the letters begin.
fn find(text: &str) -> Option<usize> {
    let window = |w: &[u8]| w.eq_ignore_ascii_case(BEGIN.as_bytes());
    let at = text.as_bytes().windows(BEGIN.len()).position(window)?;
    Some(at + BEGIN.len())
}

const BEGIN: &str = "CHRONICLE-INVITATION-1:";
const END: &str = ":";
const CHECK: usize = 4;
const MAX_ADDRESSES: usize = 8;

#[cfg(test)]
mod tests;
