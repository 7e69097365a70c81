//! One change to a vault, as a process of its own, for what the shipped command line has no verb for: a cheap passphrase or
//! sheet, an edited text, one more file; and changes that are planted faults. Exit status 1 and the problem's sentence where it fails, as the command line does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a helper of tests fails as tests do: at once, and saying why"
)]

use chronicle_journal::{Error, Journal, secret, take_in};
use chronicle_passphrase::Passphrase;
use chronicle_report::Draft;
use chronicle_vault::Vault;
use chronicle_words::{Locale, Words};
use jiff::{Timestamp, Zoned};
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
    let (vault, passphrase) = (Path::new(args[1]), read(args[2]));
    match args[0] {
        "create" => drop(Journal::create_with(vault, &passphrase, LOG_N)?),
        "edit" => {
            let mut journal = Journal::unlock(vault, &passphrase)?;
            let mut draft = journal.incident(args[3], &jiff::Zoned::now())?.draft;
            args[4].clone_into(&mut draft.what.narrative);
            let _ = journal.save(Some(args[3]), draft, &Zoned::now())?;
        }
        "attach" => {
            let mut journal = Journal::unlock(vault, &passphrase)?;
            let file = std::fs::File::open(args[4]).expect("the file to attach");
            let taken = take_in(&journal.intake(), file, "attached", &mut |_| true)?;
            let _ = journal.attach(args[3], taken, &Zoned::now())?;
        }
        "passphrase" => Journal::unlock(vault, &passphrase)?.vault().change_with(
            secret(&read(args[3])),
            Timestamp::now(),
            LOG_N,
        )?,
        "sheet" => Journal::unlock(vault, &passphrase)?
            .vault()
            .keep_sheet_with(secret(&read(args[3])), Timestamp::now(), LOG_N)?,
        "recover" => {
            let recovered = Vault::recover(vault, secret(&read(args[3])))?;
            let new = secret(&read(args[4]));
            drop(recovered.set_passphrase_with(new, Timestamp::now(), LOG_N)?);
        }
        // Planted: a draft is replaced by two changes, between which it is not there.
        "edit-in-halves" => {
            let mut journal = Journal::unlock(vault, &passphrase)?;
            let draft = journal.incident(args[3], &jiff::Zoned::now())?.draft;
            journal.delete(args[3], &Zoned::now())?;
            let _ = journal.save(None, draft, &Zoned::now())?;
        }
        // Planted: it is said to be kept before it is.
        "told-first" => {
            let mut journal = Journal::unlock(vault, &passphrase)?;
            println!("{{}}");
            let _ = journal.save(None, Draft::example(), &Zoned::now())?;
        }
        verb => panic!("no such step: {verb}"),
    }
    Ok(())
}

fn read(file: &str) -> Passphrase {
    Passphrase::from_file_bytes(&std::fs::read(file).expect("its file")).expect("one")
}

const LOG_N: u8 = 10;
