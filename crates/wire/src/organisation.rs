//! Who an organisation is. `root.json` names the keys that may sign `profile.json`; the profile says everything that
//! changes. What was read is [`Profile<Unverified>`]; only [`Profile<Unverified>::verify`] makes it
//! [`Profile<Verified>`], and only six matching words make that a [`ConfirmedOrganisation`], the one thing to which a
//! report can be sealed. Expiry never blocks anything here: it is a question that callers ask for their words.

mod current;
mod documents;

pub use current::Current;
pub use documents::{
    Credentials, KeyEntry, ProfileBody, RECEIPT_DAYS, RecipientEntry, Release, Revoked, Role,
    RootBody,
};

use crate::Day;
use crate::receipt::CLOCKS_DIFFER;
use crate::signed::{Hash, PublicKey, SignedDocument, purpose};
use crate::words::{SixWords, WordsError};
use documents::{read_profile, read_root, root_well_formed, understood, well_formed};
use std::marker::PhantomData;
use thiserror::Error;

/// Why something of an organisation is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TrustError {
    /// Not a root and a profile, or against a rule of the format.
    #[error("root or profile is malformed")]
    Malformed,
    /// Made for a newer version of Chronicle.
    #[error("root or profile needs a newer version")]
    Newer,
    /// A signature is missing or wrong.
    #[error("a signature is missing or wrong")]
    Signature,
    /// The profile belongs to another root.
    #[error("profile and root do not belong together")]
    Mixed,
    /// Another organisation than the one that is known.
    #[error("another organisation")]
    OtherOrganisation,
    /// Older than what is known, or on a way that parted from it.
    #[error("older than what is known")]
    Rollback,
    /// The root changed: the new words must be compared first.
    #[error("the root has changed")]
    RootChanged,
    /// A receipt that does not count.
    #[error("the receipt does not count")]
    Receipt,
    /// A receipt that would count on another day: all of it is right, and its day is outside the key's window.
    #[error("the receipt's day is outside its key's window")]
    ReceiptDay,
    /// The endpoint's own receipt key is not in the profile.
    #[error("the profile does not name this receipt key")]
    ForeignReceiptKey,
}

impl TrustError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Malformed | Self::Mixed | Self::Rollback => "profile-refused",
            Self::Newer => "invitation-newer",
            Self::Signature => "invitation-signature",
            Self::OtherOrganisation => "organisation-unknown",
            Self::RootChanged => "root-changed",
            Self::Receipt => "receipt-wrong",
            Self::ReceiptDay => "receipt-day",
            Self::ForeignReceiptKey => "receipt-key-missing",
        }
    }
}

/// Marks a profile that was only read.
#[derive(Clone)]
pub struct Unverified;
/// Marks a profile whose signatures were verified.
#[derive(Clone)]
pub struct Verified;

/// Root and profile of one organisation.
#[derive(Clone)]
pub struct Profile<State> {
    credentials: Credentials,
    earlier: Vec<RootBody>,
    root: RootBody,
    body: ProfileBody,
    current: Option<Day>,
    state: PhantomData<State>,
}

impl Profile<Unverified> {
    /// Reads the documents; believes nothing.
    ///
    /// # Errors
    /// [`TrustError::Malformed`], [`TrustError::Newer`].
    pub fn read(credentials: Credentials) -> Result<Self, TrustError> {
        if credentials.earlier.len() > MAX_EARLIER {
            return Err(TrustError::Malformed);
        }
        let earlier = credentials.earlier.iter().map(read_root);
        Ok(Self {
            earlier: earlier.collect::<Result<_, _>>()?,
            root: read_root(&credentials.root)?,
            body: read_profile(&credentials.profile)?,
            credentials,
            current: None,
            state: PhantomData,
        })
    }

    /// Verifies signatures and rules, and walks the roots from version 1 on: only they bind a later root to its
    /// organisation's id. Whether the profile follows the one that is known is asked by [`Profile::<Verified>::follows`].
    ///
    /// # Errors
    /// See [`TrustError`]. [`TrustError::Newer`] is said only by the organisation: after its signatures were verified.
    pub fn verify(self) -> Result<Profile<Verified>, TrustError> {
        let Self {
            credentials,
            earlier,
            root,
            body,
            ..
        } = self;
        let id = walk(&credentials, &earlier, &root)?;
        if credentials
            .profile
            .count(purpose::PROFILE, &root.profile_keys)
            < root.profile_threshold
        {
            return Err(TrustError::Signature);
        }
        if body.root != credentials.root.hash() || body.organisation != id {
            return Err(TrustError::Mixed);
        }
        understood(&body)?;
        well_formed(&body)?;
        // Whoever passes a profile on could leave this out: what is wrong with it is worth no more than that.
        let said = credentials.current.as_ref();
        let current = said.and_then(|said| current::verify(said, &credentials, &root, id).ok());
        Ok(Profile {
            credentials,
            earlier,
            root,
            body,
            current,
            state: PhantomData,
        })
    }
}

impl Profile<Verified> {
    /// The organisation's id.
    #[must_use]
    pub fn organisation(&self) -> Hash {
        self.body.organisation
    }

    /// SHA-256 of the exact bytes of the root.
    #[must_use]
    pub fn root_hash(&self) -> Hash {
        self.credentials.root.hash()
    }

    /// What the profile says.
    #[must_use]
    pub fn body(&self) -> &ProfileBody {
        &self.body
    }

    /// What the root says.
    #[must_use]
    pub fn root(&self) -> &RootBody {
        &self.root
    }

    /// The newest day on which the organisation is known to have said that this profile is current.
    #[must_use]
    pub fn current_on(&self) -> Option<Day> {
        self.current
    }

    /// The documents themselves, to be kept or passed on.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// SHA-256 over the sorted recipients, one a line: what a manifest binds itself to.
    #[must_use]
    pub fn recipients_hash(&self) -> Hash {
        recipients_hash(self.body.recipients.iter().map(|r| r.recipient.as_str()))
    }

    /// The six words of the root. Takes about 0.1 s.
    #[must_use]
    pub fn words(&self) -> SixWords {
        SixWords::of_root(self.credentials.root.body.as_bytes())
    }

    /// Whether the profile gives `key` this `role`, in any window.
    #[must_use]
    pub fn key_has(&self, key: PublicKey, role: Role) -> bool {
        self.windows(key, role).next().is_some()
    }

    /// Whether `key` has `role` and what it signed on `day` counts: inside one of its windows, or at most 30 days before or
    /// after it, because neither the desk's clock nor the endpoint's is always right.
    #[must_use]
    pub fn key_counts(&self, key: PublicKey, role: Role, day: Day) -> bool {
        let grace = jiff::Span::new().days(CLOCKS_DIFFER);
        self.windows(key, role).any(|entry| {
            day >= entry.from.saturating_sub(grace) && day <= entry.last_day().saturating_add(grace)
        })
    }

    fn windows(&self, key: PublicKey, role: Role) -> impl Iterator<Item = &KeyEntry> {
        let all = self.body.keys.iter();
        all.filter(move |entry| entry.key == key && entry.role == role)
    }

    /// Checks that this profile may take the place of `known`: the same organisation and root, a version that grows
    /// (or the very same document).
    ///
    /// # Errors
    /// [`TrustError::OtherOrganisation`], [`TrustError::RootChanged`], [`TrustError::Rollback`].
    pub fn follows(&self, known: &Self) -> Result<(), TrustError> {
        if self.organisation() != known.organisation() {
            return Err(TrustError::OtherOrganisation);
        }
        if self.root_hash() != known.root_hash() {
            return Err(if self.has_walked(known.root_hash()) {
                TrustError::RootChanged
            } else {
                TrustError::Rollback
            });
        }
        let same = self.credentials.profile.body == known.credentials.profile.body;
        if same || self.body.version > known.body.version {
            Ok(())
        } else {
            Err(TrustError::Rollback)
        }
    }

    /// Whether `root` is the hash of its root, or of one on the way to it.
    #[must_use]
    pub fn has_walked(&self, root: Hash) -> bool {
        let mut earlier = self.credentials.earlier.iter().map(SignedDocument::hash);
        root == self.root_hash() || earlier.any(|walked| walked == root)
    }

    /// Confirms the organisation by the six words that a person typed.
    ///
    /// # Errors
    /// See [`WordsError`].
    pub fn confirm<S: AsRef<str>>(self, typed: &[S]) -> Result<ConfirmedOrganisation, WordsError> {
        self.words().confirm(typed)?;
        Ok(ConfirmedOrganisation(self))
    }
}

/// An organisation whose words were compared by a person.
#[derive(Clone)]
pub struct ConfirmedOrganisation(Profile<Verified>);

impl ConfirmedOrganisation {
    /// Takes up an earlier confirmation: `root` is the hash of the root whose words were compared, as the vault kept it.
    ///
    /// # Errors
    /// [`TrustError::RootChanged`] when the profile stands under another root.
    pub fn recall(profile: Profile<Verified>, root: Hash) -> Result<Self, TrustError> {
        if profile.root_hash() == root {
            Ok(Self(profile))
        } else {
            Err(TrustError::RootChanged)
        }
    }

    /// The verified profile.
    #[must_use]
    pub fn profile(&self) -> &Profile<Verified> {
        &self.0
    }
}

/// SHA-256 over `recipients`, sorted, one a line.
pub fn recipients_hash<'a>(recipients: impl Iterator<Item = &'a str>) -> Hash {
    let mut sorted: Vec<&str> = recipients.collect();
    sorted.sort_unstable();
    Hash::of(
        sorted
            .iter()
            .map(|r| format!("{r}\n"))
            .collect::<String>()
            .as_bytes(),
    )
}

// From version 1, whose hash is the id, to the root of today: each signed by its own keys and by those before it.
fn walk(
    credentials: &Credentials,
    earlier: &[RootBody],
    root: &RootBody,
) -> Result<Hash, TrustError> {
    let documents = credentials.earlier.iter().chain([&credentials.root]);
    let roots = earlier.iter().chain([root]);
    let id = credentials
        .earlier
        .first()
        .unwrap_or(&credentials.root)
        .hash();
    let mut before: Option<&RootBody> = None;
    for ((version, document), root) in (1..).zip(documents).zip(roots) {
        if root.version != version || !root_well_formed(root) {
            return Err(TrustError::Malformed);
        }
        if root.organisation.is_some_and(|named| named != id) {
            return Err(TrustError::Mixed);
        }
        for signing in [Some(root), before].into_iter().flatten() {
            if document.count(purpose::ROOT, &signing.root_keys) < signing.root_threshold {
                return Err(TrustError::Signature);
            }
        }
        before = Some(root);
    }
    Ok(id)
}

/// The bundle formats that this version seals and opens, the newest first.
pub const BUNDLE_FORMATS: [u32; 1] = [1];

/// Roots before the one of today that are walked: with three years for each, half a century.
pub const MAX_EARLIER: usize = 16;

#[cfg(test)]
pub(crate) mod tests;
