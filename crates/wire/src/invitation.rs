//! An invitation: an organisation's root and profile, one token and an introduction number, as a text block that
//! survives mail and chat. It never contains the organisation's words. [`ShortInvitation`] is the form for a QR code.

mod short;

pub use short::{MAX_SHORT, ShortInvitation};

use crate::organisation::Credentials;
use crate::signed::Hash;
use crate::token::{Token, TokenRole};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use zeroize::Zeroizing;

/// An invitation as read: nothing in it was verified yet.
pub struct Invitation {
    /// Root and profile, to be verified.
    pub credentials: Credentials,
    /// To be exchanged at the first visit.
    pub token: Token,
    /// Repeated, sealed, in the first manifest: the desk sees by which invitation a sender came.
    pub introduction: u64,
}

/// Why a text is not an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvitationError {
    /// No invitation, or cut off, or a letter of it changed on the way.
    #[error("this is not a whole invitation")]
    Unreadable,
    /// Made by a newer version.
    #[error("this invitation needs a newer version")]
    Newer,
}

/// The largest text that is looked at, in bytes: the longest profile and 17 roots in base64, quoted.
pub const MAX_TEXT: usize = 512 * 1024;

#[derive(Serialize, Deserialize)]
struct Body {
    format: String,
    credentials: Credentials,
    token: String,
    introduction: u64,
}

impl Invitation {
    /// The text block to hand over. It holds a secret: the token.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let body = Body {
            format: FORMAT.into(),
            credentials: self.credentials.clone(),
            token: self.token.expose().to_string(),
            introduction: self.introduction,
        };
        let json = Zeroizing::new(serde_json::to_vec(&body).unwrap_or_default());
        let encoded = Zeroizing::new(STANDARD.encode(&*json));
        let mut out = Zeroizing::new(String::from(BEGIN));
        for (i, letter) in encoded.chars().enumerate() {
            if i % 64 == 0 {
                out.push('\n');
            }
            out.push(letter);
        }
        out.push_str(&format!("\n{END} {}-----\n", check(&json)));
        out
    }

    /// Reads a text block; what stands before and after it is ignored, and so are white space and `>` inside.
    ///
    /// # Errors
    /// See [`InvitationError`].
    pub fn parse(text: &str) -> Result<Self, InvitationError> {
        let unreadable = InvitationError::Unreadable;
        if text.len() > MAX_TEXT {
            return Err(unreadable);
        }
        let (_, rest) = text.split_once(BEGIN).ok_or(unreadable)?;
        let (block, end) = rest.split_once(END).ok_or(unreadable)?;
        let letters: Zeroizing<String> = Zeroizing::new(
            block
                .chars()
                .filter(|c| !c.is_whitespace() && *c != '>')
                .collect(),
        );
        let json = Zeroizing::new(
            STANDARD
                .decode(letters.as_bytes())
                .map_err(|_| unreadable)?,
        );
        if end.trim_start().get(..8) != Some(check(&json).as_str()) {
            return Err(unreadable);
        }
        let value: serde_json::Value = serde_json::from_slice(&json).map_err(|_| unreadable)?;
        match value.get("format").and_then(|f| f.as_str()) {
            Some(FORMAT) => {}
            Some(other) if other.starts_with("chronicle/invitation/") => {
                return Err(InvitationError::Newer);
            }
            _ => return Err(unreadable),
        }
        let body: Body = serde_json::from_slice(&json).map_err(|_| unreadable)?;
        let token = Token::parse(&body.token)
            .filter(|t| t.role() == TokenRole::Reporter)
            .ok_or(unreadable)?;
        Ok(Self {
            credentials: body.credentials,
            token,
            introduction: body.introduction,
        })
    }
}

fn check(json: &[u8]) -> String {
    Hash::of(json).to_string().chars().take(8).collect()
}

const FORMAT: &str = "chronicle/invitation/v1";
const BEGIN: &str = "-----BEGIN CHRONICLE INVITATION-----";
const END: &str = "-----END CHRONICLE INVITATION";

#[cfg(test)]
mod tests;
