//! `chronicle-cli`: the verbs of journal and desk without a window, for scripts, for moving in from spreadsheets and for
//! machines without a display. It calls the same rooms as the window and prints the same view types.
//!
//! Promises: a secret comes by prompt or from a file, never from the command line or the environment; standard output
//! holds only what was asked for; exit status 0 done, 1 refused or failed, 2 usage, 3 something still waits.

mod args;
mod desk;
mod fail;
mod interrupt;
mod journal;
mod meter;
mod ours;
mod out;
mod receipt;
mod secrets;
mod terminal;
mod text;
mod vault;

use args::{Args, Side};
use chronicle_words::{Locale, Words};
use clap::Parser;
use fail::Failure;
use out::Out;
use std::process::ExitCode;

fn main() -> ExitCode {
    harden();
    let args = Args::parse();
    let out = Out::new(Words::new(args.locale.unwrap_or_else(locale)), args.json);
    let done = match &args.side {
        Side::Journal { verb } => journal::run(verb, &out),
        Side::Desk { verb } => desk::run(verb, &out),
        Side::Receipt { verb } => receipt::run(verb, &out),
        Side::Vault { verb } => vault::run(verb, &out),
    };
    match done {
        Ok(Ended::Well) => ExitCode::SUCCESS,
        Ok(Ended::Refused) => ExitCode::from(1),
        Ok(Ended::Waits) => ExitCode::from(3),
        Err(Failure::Usage(what)) => args::refuse(&what),
        Err(failure) => {
            for line in failure.lines(&out.words) {
                out.note(&line);
            }
            ExitCode::from(1)
        }
    }
}

/// How a verb ended that did not fail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ended {
    /// All is done.
    Well,
    /// Something was refused; the reasons were said.
    Refused,
    /// Something still waits; the reasons were said.
    Waits,
}

/// The one clock of this program.
pub(crate) fn now() -> jiff::Zoned {
    jiff::Zoned::now()
}

// A core dump would hold the keys. Where the system refuses, the work goes on: the person asked for it.
fn harden() {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = setrlimit(Resource::Core, none);
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

// As the C library chooses: the first of these that is set counts.
fn locale() -> Locale {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let wanted = set("LC_ALL")
        .or_else(|| set("LC_MESSAGES"))
        .or_else(|| set("LANG"));
    Locale::choose(&[wanted.as_deref().unwrap_or_default()])
}
