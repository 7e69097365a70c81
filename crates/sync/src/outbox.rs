//! What the courier asks of whoever keeps the bundles. The trait is implemented where the vault is known; the courier
//! itself sees a parcel's size, hash and credentials, and its ciphertext by ranges. All calls are blocking; the courier
//! makes each of them on a thread where blocking is allowed, so an implementation may write and sync.

use crate::transport::Way;
use crate::trouble::Trouble;
use chronicle_wire::organisation::Credentials;
use chronicle_wire::{Capability, Day, Hash, Profile, SignedDocument, Token, Verified};
use std::fs::File;
use thiserror::Error;

/// One sealed bundle on its way to one organisation.
pub struct Parcel {
    /// The outbox's own name for it; never leaves the device.
    pub id: String,
    /// The organisation's id; must be the one of `profile`.
    pub organisation: Hash,
    /// The newest profile of the organisation that the outbox knows.
    pub profile: Profile<Verified>,
    /// Drawn and kept before the first visit.
    pub capability: Capability,
    /// The invitation's token, as long as it was not exchanged for `capability`.
    pub token: Option<Token>,
    /// SHA-256 of the ciphertext.
    pub sha256: Hash,
    /// Bytes of the ciphertext.
    pub size: u64,
    /// The day on which it was sealed; no receipt is from more than 30 days before.
    pub sealed: Day,
    /// Whether its receipt is here already: it is asked whether the endpoint still has it, and sent again where it has not.
    pub stored: bool,
    /// Path of a begun upload, as [`Outbox::created`] received it.
    pub upload: Option<String>,
    /// The way used first with this organisation, as [`Outbox::travelled`] received it; `None` before the first visit.
    pub way: Option<Way>,
}

/// An organisation whose invitation was not used up yet: its token is still to be exchanged. As long as it is not,
/// whoever saw the invitation can use it, so the courier visits also when no parcel waits.
pub struct Entrance {
    /// The organisation's id; must be the one of `profile`.
    pub organisation: Hash,
    /// The newest profile that the outbox knows.
    pub profile: Profile<Verified>,
    /// Drawn and kept before the first visit.
    pub capability: Capability,
    /// To be exchanged for `capability`.
    pub token: Token,
    /// As [`Parcel::way`].
    pub way: Option<Way>,
}

/// What about an organisation is in order, or is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matter {
    /// Whether it lets this journal in.
    Access,
    /// Whether the profile that its endpoint serves can be believed.
    Profile,
}

/// Why an outbox could not keep or give something: a stable kebab-case code of its own, without content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the outbox failed: {0}")]
pub struct OutboxError(pub &'static str);

impl OutboxError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0
    }
}

/// Where parcels wait, and where what was verified is kept.
///
/// A parcel whose [`Trouble`] stops is not to be given by [`Outbox::waiting`] again before a person has acted; every
/// other parcel is given at each visit until [`Outbox::stored`] was called for it; and now and then after that, as long as
/// nobody has opened it.
pub trait Outbox: Send + Sync {
    /// Everything that is to be delivered now, in the order of delivery.
    ///
    /// # Errors
    /// When the outbox cannot be read; the visit then does nothing.
    fn waiting(&self) -> Result<Vec<Parcel>, OutboxError>;

    /// Organisations whose token was not exchanged yet, with parcels or without. One whose token was refused
    /// ([`Self::noted`] with a trouble that stops) is not to be given again: a needless contact is a trace.
    ///
    /// # Errors
    /// When the outbox cannot be read; the visit then does nothing.
    fn entrances(&self) -> Result<Vec<Entrance>, OutboxError>;

    /// Opens a parcel's ciphertext. It is read by ranges, possibly several times.
    ///
    /// # Errors
    /// When the file is not there or not readable now; the parcel waits.
    fn open(&self, parcel: &str) -> std::io::Result<File>;

    /// An organisation is about to be contacted for the first time, this way. Keep it: later parcels carry it in
    /// [`Parcel::way`], so that an onion service is never exchanged for a direct connection silently, or the reverse.
    ///
    /// # Errors
    /// When it cannot be kept; nothing is then sent to the organisation in this visit.
    fn travelled(&self, organisation: Hash, way: Way) -> Result<(), OutboxError>;

    /// The token was exchanged for the capability; durable when it returns. (Asked again, the endpoint gives the same
    /// answer for the same capability, so a lost call is harmless.)
    ///
    /// # Errors
    /// When it cannot be kept; the parcels of this organisation wait.
    fn exchanged(&self, organisation: Hash) -> Result<(), OutboxError>;

    /// A newer profile, or the same with a later day on which it is current: its signatures were verified and it follows the
    /// known one.
    ///
    /// # Errors
    /// When it cannot be kept; the visit goes on with the newer profile.
    fn refreshed(&self, organisation: Hash, credentials: &Credentials) -> Result<(), OutboxError>;

    /// A profile under a later root, on a way from the known one, its signatures verified. It counts for nothing before a
    /// person has compared the new words.
    ///
    /// # Errors
    /// When it cannot be kept; the next visit brings it again.
    fn root_changed(
        &self,
        organisation: Hash,
        credentials: &Credentials,
    ) -> Result<(), OutboxError>;

    /// Whether a parcel of [`Self::waiting`] is still to be sent, asked right before it is: what came first in this visit may
    /// have stopped it (a recipient that is not to be trusted any more, say).
    fn still_waits(&self, parcel: &str) -> bool;

    /// An upload was begun; called before its first byte is sent. `upload` replaces an earlier path.
    ///
    /// # Errors
    /// When it cannot be kept; the parcel waits.
    fn created(&self, parcel: &str, upload: &str) -> Result<(), OutboxError>;

    /// The endpoint says that it has `offset` bytes. May move back. Nothing needs to be kept.
    fn progress(&self, parcel: &str, offset: u64);

    /// The receipt was verified: the organisation has stored the parcel on `day`. Durable when it returns.
    ///
    /// # Errors
    /// When it cannot be kept; the parcel waits, and the receipt is asked for again.
    fn stored(&self, parcel: &str, receipt: &SignedDocument, day: Day) -> Result<(), OutboxError>;

    /// The endpoint signed for this parcel ([`Parcel::stored`]) and does not have it any more: it is sent again now.
    ///
    /// # Errors
    /// When it cannot be kept; nothing is sent then.
    fn lost(&self, parcel: &str) -> Result<(), OutboxError>;

    /// How an organisation stands in one matter after this visit; `None`: in order. To be kept where it stays, so that
    /// the next progress of a parcel does not wipe it. Called at every visit: what is known already changes nothing.
    fn noted(&self, organisation: Hash, matter: Matter, trouble: Option<&Trouble>);

    /// Why the parcel waits, or is stopped. Delivery may still go on after it ([`crate::Reason::ProfileRefused`]).
    fn trouble(&self, parcel: &str, trouble: &Trouble);
}
