//! What can go wrong with parts, by what a person can do about it.

use chronicle_words::Problem;

/// Why a code could not be split or joined.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// This text has no part in it, or one with a wrong letter.
    #[error("this is no part of a code, or a letter of it is wrong")]
    Unreadable,
    /// Written by a newer version.
    #[error("this part was written by a newer version")]
    Newer,
    /// The same part twice.
    #[error("the same part was given twice")]
    Same,
    /// They are of two splittings.
    #[error("the two parts do not belong to the same code")]
    Apart,
    /// They are of one set and give no code: somebody changed one.
    #[error("the two parts give no code")]
    NoCode,
    /// The recipient with this number, from 1, is none.
    #[error("recipient {0} is no age recipient")]
    Holder(usize),
    /// Two of the parts would go to the same person.
    #[error("each part needs another recipient")]
    SameHolder,
    /// A file with that name is there already.
    #[error("a file with that name is there already")]
    Exists,
    /// The folder takes no file.
    #[error("the file cannot be written")]
    Unwritable,
    /// The operating system gave no random numbers, or sealing failed.
    #[error("internal fault")]
    Internal,
}

impl Error {
    /// The stable code under which `words` has a sentence and a next step.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable => "share-unreadable",
            Self::Newer => "share-newer",
            Self::Same => "shares-same",
            Self::Apart => "shares-apart",
            Self::NoCode => "shares-no-code",
            Self::Holder(_) => "share-holder",
            Self::SameHolder => "share-holders-same",
            Self::Exists => "file-exists",
            Self::Unwritable => "file-unwritable",
            Self::Internal => "internal",
        }
    }

    /// As it leaves for window and command line.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let problem = Problem::new(self.code());
        match self {
            Self::Holder(index) => problem.with("index", index),
            // Which of several it is knows only who asked for them.
            Self::Unreadable => problem.with("index", 0),
            _ => problem,
        }
    }
}

impl From<getrandom::Error> for Error {
    fn from(_: getrandom::Error) -> Self {
        Self::Internal
    }
}

impl From<chronicle_passphrase::Error> for Error {
    fn from(_: chronicle_passphrase::Error) -> Self {
        Self::Internal
    }
}
