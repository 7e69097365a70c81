//! What comes back from an organisation: a caseworker's answer, or the receipt that a person has opened a report. Signed by
//! the caseworker, bound to one report and to the sender's key that it came under, sealed to the reply recipient in its
//! manifest, and of one size. `FORMAT.md`, "Messages".

use crate::SealError;
use crate::keys::{self, Identity, RecipientType};
use crate::seal::{self, Gate};
use chronicle_json::Caps;
use chronicle_wire::organisation::Role;
use chronicle_wire::signed::{SignedDocument, purpose};
use chronicle_wire::{Day, Hash, Profile, PublicKey, SigningKey, Verified, agehead, size};
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};
use thiserror::Error;
use zeroize::Zeroizing;

/// What a message says.
#[derive(Clone, PartialEq, Eq)]
pub enum Said {
    /// A person has opened the report.
    Opened,
    /// An answer, or a question: 1 to [`MAX_TEXT`] characters.
    Answer(Zeroizing<String>),
}

/// A message about one report.
#[derive(Clone)]
pub struct Message {
    /// Its own id: 32 hexadecimal digits, drawn. The same one again is the same message.
    pub id: String,
    /// What it says.
    pub said: Said,
    /// The sender's key under which the report came.
    pub to: PublicKey,
    /// The report's id, as its manifest has it.
    pub report: String,
    /// SHA-256 of the report's manifest.
    pub manifest: Hash,
    /// SHA-256 of the ciphertext that the report came in.
    pub bundle: Hash,
    /// When.
    pub day: Day,
}

/// A message that was verified, with what proves it.
pub struct Verdict {
    /// What it says.
    pub message: Message,
    /// The caseworker's key.
    pub by: PublicKey,
    /// The exact document, which anybody can verify who has the organisation's profile.
    pub document: SignedDocument,
}

/// Why a message does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MessageError {
    /// Its length is not that of every message.
    #[error("a message of another size")]
    Size,
    /// Its header is not that of a message.
    #[error("the header is not that of a message")]
    Header,
    /// It is sealed to somebody else.
    #[error("the message is sealed to somebody else")]
    NotForUs,
    /// It was damaged after it was sealed.
    #[error("the message was damaged")]
    Ciphertext,
    /// There is something behind the document that is no padding.
    #[error("the padding is not of zeros")]
    Padding,
    /// What is in it is no message.
    #[error("this is no message")]
    Document,
    /// A later version wrote it, or says something that this one does not know.
    #[error("the message is of a later version")]
    Newer,
    /// Nobody signed it who may speak for the organisation.
    #[error("nobody signed the message who may speak for the organisation")]
    Signature,
    /// It is of another organisation.
    #[error("the message is of another organisation")]
    OtherOrganisation,
}

impl MessageError {
    /// The reason's stable name, for logs and tests; no person is told.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Size => "message-size",
            Self::Header => "message-header",
            Self::NotForUs => "message-not-for-us",
            Self::Ciphertext => "message-ciphertext",
            Self::Padding => "message-padding",
            Self::Document => "message-document",
            Self::Newer => "message-newer",
            Self::Signature => "message-signature",
            Self::OtherOrganisation => "message-other-organisation",
        }
    }
}

/// Characters of an answer at most.
pub const MAX_TEXT: usize = 20_000;
/// Bytes of every sealed message.
pub const MESSAGE_SIZE: u64 = size::SMALLEST;

#[derive(Serialize, Deserialize)]
struct Body {
    format: String,
    organisation: Hash,
    id: String,
    to: PublicKey,
    report: String,
    manifest: Hash,
    bundle: Hash,
    /// Absent in a receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<Zeroizing<String>>,
    day: Day,
    by: PublicKey,
}

impl Message {
    /// Signs it.
    ///
    /// # Errors
    /// [`SealError::Parts`] for a text or id that no reader would take.
    pub fn sign(
        &self,
        profile: &Profile<Verified>,
        signing: &SigningKey,
    ) -> Result<SignedDocument, SealError> {
        let (purpose, text) = match &self.said {
            Said::Opened => (purpose::OPENED, None),
            Said::Answer(text) => (purpose::ANSWER, Some(text.clone())),
        };
        let body = Body {
            format: purpose.into(),
            organisation: profile.organisation(),
            id: self.id.clone(),
            to: self.to,
            report: self.report.clone(),
            manifest: self.manifest,
            bundle: self.bundle,
            text,
            day: self.day,
            by: signing.public(),
        };
        if !well_formed(&body) {
            return Err(SealError::Parts);
        }
        let body = serde_json::to_string(&body).map_err(std::io::Error::from)?;
        Ok(SignedDocument::sign(purpose, body, &[signing]))
    }

    /// Verifies a document by `profile` alone: signed by a caseworker's key in its window. Nothing is said of whose report it
    /// is about.
    ///
    /// # Errors
    /// [`MessageError::Document`], [`MessageError::Newer`], [`MessageError::OtherOrganisation`],
    /// [`MessageError::Signature`], looked at in this order.
    pub fn verify(
        document: SignedDocument,
        profile: &Profile<Verified>,
    ) -> Result<Verdict, MessageError> {
        let (organisation, verdict) = Self::parse(document)?;
        if organisation != profile.organisation() {
            return Err(MessageError::OtherOrganisation);
        }
        let purpose = match verdict.message.said {
            Said::Opened => purpose::OPENED,
            Said::Answer(_) => purpose::ANSWER,
        };
        let may = profile.key_counts(verdict.by, Role::Caseworker, verdict.message.day);
        if !may || !verdict.document.signed_by(purpose, verdict.by) {
            return Err(MessageError::Signature);
        }
        Ok(verdict)
    }

    /// Reads a document that was verified when it came: a later profile may not have its signer's window any more.
    ///
    /// # Errors
    /// [`MessageError::Document`], [`MessageError::Newer`].
    pub fn read(document: SignedDocument) -> Result<Self, MessageError> {
        Self::parse(document).map(|(_, verdict)| verdict.message)
    }

    // The organisation that it names, and what it says; nothing of it is verified.
    fn parse(document: SignedDocument) -> Result<(Hash, Verdict), MessageError> {
        let format = chronicle_json::typed::<Format>(document.body.as_bytes(), &CAPS)
            .map_err(|_| MessageError::Document)?
            .format;
        if ![purpose::OPENED, purpose::ANSWER].contains(&format.as_str()) {
            return Err(MessageError::Newer);
        }
        let body: Body = chronicle_json::typed(document.body.as_bytes(), &CAPS)
            .map_err(|_| MessageError::Document)?;
        if !well_formed(&body) {
            return Err(MessageError::Document);
        }
        let message = Self {
            id: body.id,
            said: body.text.map_or(Said::Opened, Said::Answer),
            to: body.to,
            report: body.report,
            manifest: body.manifest,
            bundle: body.bundle,
            day: body.day,
        };
        let verdict = Verdict {
            message,
            by: body.by,
            document,
        };
        Ok((body.organisation, verdict))
    }

    /// Seals a signed message to the reply recipient of a manifest. [`MESSAGE_SIZE`] bytes.
    ///
    /// # Errors
    /// [`SealError::Recipients`] for what is none, [`SealError::TooLarge`] for what is no message, [`SealError::Io`].
    pub fn seal(document: &SignedDocument, reply: &str) -> Result<Vec<u8>, SealError> {
        let of = RecipientType::of_recipient(reply).ok_or(SealError::Recipients)?;
        let recipients = seal::filled(of, vec![keys::recipient(of, reply)?])?;
        let text = Zeroizing::new(serde_json::to_vec(document).map_err(std::io::Error::from)?);
        let (mut out, gate) = (Vec::new(), Gate::default());
        // One zero byte at least ends the document.
        let least = text.len() as u64 + 1;
        let (mut writer, payload, size) = seal::begin(&recipients, &mut out, &gate, least)?;
        if size != MESSAGE_SIZE {
            return Err(SealError::TooLarge);
        }
        writer.write_all(&text)?;
        std::io::copy(
            &mut std::io::repeat(0).take(payload - text.len() as u64),
            &mut writer,
        )?;
        writer.finish()?.flush()?;
        Ok(out)
    }

    /// Opens and verifies a message that was sealed to `identity`.
    ///
    /// # Errors
    /// See [`MessageError`], in the order of its table.
    pub fn open(
        sealed: &[u8],
        identity: &Identity,
        profile: &Profile<Verified>,
    ) -> Result<Verdict, MessageError> {
        if sealed.len() as u64 != MESSAGE_SIZE {
            return Err(MessageError::Size);
        }
        let of = RecipientType::of_recipient(&identity.recipient());
        let of = of.ok_or(MessageError::NotForUs)?;
        agehead::check(sealed, &[of.name()]).map_err(|_| MessageError::Header)?;
        let opened = age::Decryptor::new_buffered(sealed)
            .and_then(|d| d.decrypt(std::iter::once(identity.age())));
        let mut plain = opened.map_err(|error| match error {
            age::DecryptError::NoMatchingKeys => MessageError::NotForUs,
            age::DecryptError::InvalidMac => MessageError::Ciphertext,
            _ => MessageError::Header,
        })?;
        let mut text = Zeroizing::new(Vec::with_capacity(sealed.len()));
        plain
            .read_to_end(&mut text)
            .map_err(|_| MessageError::Ciphertext)?;
        let end = text.iter().position(|byte| *byte == 0);
        let (document, padding) = text.split_at(end.unwrap_or(text.len()));
        if padding.is_empty() || padding.iter().any(|byte| *byte != 0) {
            return Err(MessageError::Padding);
        }
        let document =
            chronicle_json::typed(document, &CAPS).map_err(|_| MessageError::Document)?;
        Self::verify(document, profile)
    }
}

#[derive(Deserialize)]
struct Format {
    format: String,
}

fn well_formed(body: &Body) -> bool {
    let id = |id: &str| {
        id.len() == 32
            && id
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let text = match &body.text {
        None => body.format == purpose::OPENED,
        Some(text) => {
            body.format == purpose::ANSWER
                && !text.trim().is_empty()
                && text.chars().count() <= MAX_TEXT
                && !text.contains('\0')
        }
    };
    id(&body.id) && id(&body.report) && text
}

// The longest text, each of its characters escaped in the body and the escape again in the document.
const CAPS: Caps = Caps {
    bytes: 240 * 1024,
    values: 64,
    depth: 8,
};

#[cfg(test)]
mod tests;
