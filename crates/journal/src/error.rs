//! What can go wrong in a journal. Leaves as a [`Problem`]: a code and arguments, whose words are in the `.ftl` files.

use chronicle_bundle::SealError;
use chronicle_sync::SyncError;
use chronicle_wire::TrustError;
use chronicle_wire::invitation::InvitationError;
use chronicle_wire::words::WordsError;
use chronicle_words::Problem;
use thiserror::Error;

/// Why a journal could not do something.
#[derive(Debug, Error)]
pub enum Error {
    /// The vault could not.
    #[error(transparent)]
    Vault(#[from] chronicle_vault::Error),
    /// The bundle could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Root or profile is not believed.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// Not an invitation.
    #[error(transparent)]
    Invitation(#[from] InvitationError),
    /// The short invitation's organisation was not asked for its profile yet.
    #[error("root and profile were not fetched yet")]
    NotFetched,
    /// A hundred invitations are kept already.
    #[error("too many invitations are kept")]
    TooManyInvitations,
    /// The organisation could not be asked.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// The typed words do not confirm.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// The draft breaks a rule of the schema.
    #[error("the report breaks a rule of the schema")]
    Draft(Problem),
    /// Answers that sealing needs are missing.
    #[error("answers are missing: {0:?}")]
    NotComplete(Vec<String>),
    /// A desk, not a journal.
    #[error("this vault is a desk")]
    OtherKind,
    /// No such incident, item or delivery.
    #[error("not found")]
    NotFound,
    /// No such organisation.
    #[error("no such organisation")]
    NoOrganisation,
    /// Several organisations have this name.
    #[error("several organisations have this name")]
    Ambiguous,
    /// The organisation is known and confirmed already.
    #[error("this organisation is known already")]
    Known,
    /// The organisation has closed.
    #[error("this organisation has closed")]
    Closed,
    /// There are no later master keys whose words could be compared.
    #[error("no later master keys are known")]
    NoLaterRoot,
    /// As it is sealed it may not go any more: the organisation closed, or somebody else may have a key to it.
    #[error("this parcel must not be sent")]
    MustNotGo(Problem),
    /// This revision was sealed for this organisation before.
    #[error("this revision was sent before")]
    Sent,
    /// More than 2 GiB in one item.
    #[error("the item is too large")]
    ItemTooLarge,
    /// More than 4 GiB in one report.
    #[error("the report is too large")]
    ReportTooLarge,
    /// More than 200 items.
    #[error("too many items")]
    TooManyItems,
    /// An item cannot be made from itself, or from one that was made from it.
    #[error("an item is not made from itself")]
    MadeFromItself,
    /// The sealed file is not kept any more: the report was opened.
    #[error("the sealed file is not kept any more")]
    SealedGone,
    /// What came back by hand counts for no report here.
    #[error("what came back counts for nothing here: {0}")]
    Returned(&'static str),
    /// The file cannot be read.
    #[error("the file cannot be read")]
    Unreadable,
    /// The file changed while it was read.
    #[error("the file changed while it was read")]
    FileChanged,
    /// The person cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The report, or what is left out, is not what was looked at.
    #[error("the report is not as it was seen")]
    NotAsSeen,
    /// Something else changed the report meanwhile.
    #[error("the report changed meanwhile")]
    Busy,
}

impl Error {
    /// The code and arguments that leave this room.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let code = match self {
            Self::Vault(e) => e.code(),
            Self::Seal(e) => e.code(),
            Self::Trust(e) => e.code(),
            Self::Invitation(InvitationError::Unreadable) => "invitation-unreadable",
            Self::Invitation(InvitationError::Newer) => "invitation-newer",
            Self::NotFetched => "not-fetched",
            Self::TooManyInvitations => "too-many-invitations",
            // Not tried again by itself: the first word to an organisation is the person's.
            Self::Sync(SyncError::Unreachable) => "invitation-unanswered",
            Self::Sync(e) => e.code(),
            Self::Words(WordsError::Count(count)) => {
                return Problem::new("words-count").with("count", count);
            }
            Self::Words(WordsError::Unknown { index }) => {
                return Problem::new("word-unknown").with("index", index);
            }
            Self::Words(WordsError::Differ) => "words-differ",
            Self::Draft(problem) | Self::MustNotGo(problem) => return problem.clone(),
            Self::NotComplete(missing) => {
                return Problem::new("not-complete").with("missing", missing.join(","));
            }
            Self::OtherKind => "other-kind",
            Self::NotFound => "not-found",
            Self::NoOrganisation => "organisation-unknown",
            Self::Ambiguous => "organisation-ambiguous",
            Self::Known => "organisation-known",
            Self::Closed => "organisation-closed",
            Self::NoLaterRoot => "no-later-root",
            Self::Sent => "already-sent",
            Self::ItemTooLarge => "too-large-item",
            Self::ReportTooLarge => "too-large-report",
            Self::TooManyItems => "too-many-items",
            Self::MadeFromItself => "made-from-itself",
            Self::SealedGone => "sealed-gone",
            Self::Returned(code) => code,
            Self::Unreadable => "file-unreadable",
            Self::FileChanged => "file-changed",
            Self::Cancelled => "cancelled",
            Self::NotAsSeen => "not-as-seen",
            Self::Busy => "busy",
        };
        Problem::new(code)
    }
}
