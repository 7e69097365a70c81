//! One change to a journal, as a process of its own, for what the shipped command line has no verb for: a vault with a cheap
//! passphrase, an edited text, one more file. Exit status 1 and the problem's sentence where it fails, as the command line does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a helper of tests fails as tests do: at once, and saying why"
)]

use chronicle_journal::{Error, Journal, take_in};
use chronicle_passphrase::Passphrase;
use chronicle_words::{Locale, Words};
use jiff::Zoned;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match step(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", error.problem().say(&Words::new(Locale::En)));
            ExitCode::from(1)
        }
    }
}

fn step(args: &[&str]) -> Result<(), Error> {
    let (vault, passphrase) = (Path::new(args[1]), args[2]);
    let passphrase =
        Passphrase::from_file_bytes(&std::fs::read(passphrase).expect("its file")).expect("one");
    match args[0] {
        "create" => drop(Journal::create_with(vault, &passphrase, LOG_N)?),
        "edit" => {
            let mut journal = Journal::unlock(vault, &passphrase)?;
            let mut draft = journal.incident(args[3])?.draft;
            args[4].clone_into(&mut draft.what.narrative);
            let _ = journal.save(Some(args[3]), draft, &Zoned::now())?;
        }
        "attach" => {
            let mut journal = Journal::unlock(vault, &passphrase)?;
            let file = std::fs::File::open(args[4]).expect("the file to attach");
            let taken = take_in(&journal.intake(), file, "attached", &mut |_| true)?;
            let _ = journal.attach(args[3], taken, &Zoned::now())?;
        }
        verb => panic!("no such step: {verb}"),
    }
    Ok(())
}

const LOG_N: u8 = 10;
