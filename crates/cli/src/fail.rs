//! Why a verb failed, as lines for standard error: what happened, and what to do next. Nothing secret, and of what a
//! person wrote only the names of fields, parts and files that were typed on this command line.

use chronicle_words::{Args, Problem, Words};
use thiserror::Error;

/// Why a verb did not do what it was asked for.
#[derive(Debug)]
pub(crate) enum Failure {
    /// One or several things, one line each.
    Problems(Vec<Problem>),
    /// One thing, and a sentence that helps with it.
    Hinted(Problem, &'static str),
    /// The command line contradicts itself.
    Usage(String),
}

/// What can go wrong in this room itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum CliError {
    /// No terminal to ask on.
    #[error("a secret is needed and there is no terminal")]
    NoTerminal,
    /// Typed twice, not the same.
    #[error("the two passphrases differ")]
    Differ,
    /// Below the limit.
    #[error("the passphrase is too weak")]
    Weak,
    /// A file with a secret cannot be read.
    #[error("a file with a secret cannot be read")]
    SecretFile,
    /// A file that was named cannot be read.
    #[error("a file cannot be read")]
    Unreadable,
    /// Standard output or a file cannot be written.
    #[error("output cannot be written")]
    Unwritable,
    /// A file with this name is there already.
    #[error("the file exists")]
    Exists,
    /// An entry of evidence without its file.
    #[error("the report describes a file that was not attached")]
    NotAttached,
    /// The person interrupted.
    #[error("cancelled")]
    Cancelled,
    /// The system gives no threads or no network.
    #[error("the runtime cannot be started")]
    Runtime,
}

impl CliError {
    /// The stable code.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::NoTerminal => "no-terminal",
            Self::Differ => "passphrases-differ",
            Self::Weak => "passphrase-weak",
            Self::SecretFile => "secret-file-unreadable",
            Self::Unreadable => "file-unreadable",
            Self::Unwritable => "file-unwritable",
            Self::Exists => "file-exists",
            Self::NotAttached => "evidence-not-attached",
            Self::Cancelled => "cancelled",
            Self::Runtime => "network-setup-failed",
        }
    }

    /// With the name of the file at fault, as it was typed.
    pub(crate) fn of(self, name: &str) -> Failure {
        Failure::Problems(vec![Problem::new(self.code()).with(ABOUT, name)])
    }
}

impl Failure {
    /// One line for each thing.
    pub(crate) fn lines(&self, words: &Words) -> Vec<String> {
        match self {
            Self::Problems(all) => all.iter().map(|p| said(p, words)).collect(),
            Self::Hinted(problem, key) => vec![format!(
                "{} {}",
                said(problem, words),
                words.say(key, &Args::new())
            )],
            Self::Usage(what) => vec![what.clone()],
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problems(vec![problem])
    }
}

impl From<CliError> for Failure {
    fn from(error: CliError) -> Self {
        Problem::new(error.code()).into()
    }
}

impl From<chronicle_journal::Error> for Failure {
    fn from(error: chronicle_journal::Error) -> Self {
        error.problem().into()
    }
}

impl From<chronicle_desk::Error> for Failure {
    fn from(error: chronicle_desk::Error) -> Self {
        error.problem().into()
    }
}

impl From<chronicle_passphrase::Error> for Failure {
    fn from(error: chronicle_passphrase::Error) -> Self {
        Problem::new(error.code()).into()
    }
}

impl From<std::io::Error> for Failure {
    fn from(_: std::io::Error) -> Self {
        CliError::Unwritable.into()
    }
}

/// A problem as one line. Lists of codes inside it are said in words; the file it is about stands before it.
pub(crate) fn said(problem: &Problem, words: &Words) -> String {
    let mut problem = problem.clone();
    if let Some(missing) = problem.args.get_mut("missing") {
        let named = |name: &str| {
            let key = format!("missing-{name}");
            words.say(
                if words.has(&key) {
                    &key
                } else {
                    "missing-other"
                },
                &Args::new(),
            )
        };
        *missing = missing
            .split(',')
            .map(named)
            .collect::<Vec<_>>()
            .join(" · ");
    }
    let about = problem.args.remove(ABOUT);
    let line = problem.say(words);
    // Not every sentence about a report names the field itself.
    let field = problem
        .args
        .remove("field")
        .filter(|field| !field.is_empty() && !line.contains(field.as_str()));
    about
        .or(field)
        .map_or_else(|| line.clone(), |about| format!("{about}: {line}"))
}

/// The argument with what a problem is about, as it was typed: a file, a word.
pub(crate) const ABOUT: &str = "about";

/// Adds which word it is that was typed. It is known here only: problems of the rooms carry nothing that was typed.
pub(crate) fn named<S: AsRef<str>>(problem: Problem, typed: &[S]) -> Failure {
    let index = problem
        .args
        .get("index")
        .and_then(|index| index.parse::<usize>().ok());
    match index.and_then(|index| typed.get(index.checked_sub(1)?)) {
        Some(word) => problem.with(ABOUT, word.as_ref()).into(),
        None => problem.into(),
    }
}
