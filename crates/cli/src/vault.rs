//! The verbs of any vault, a journal's or a desk's.

use crate::args::VaultArgs;
use crate::args::vault::{NewArgs, VaultVerb};
use crate::fail::Failure;
use crate::interrupt::Interrupt;
use crate::meter::Meter;
use crate::out::Out;
use crate::secrets::{self, Drawn};
use crate::{Ended, now, terminal, text};
use chronicle_passphrase::{Passphrase, RecoveryCode};
use chronicle_sharing::Holders;
use chronicle_vault::secrecy::SecretString;
use chronicle_vault::{Error, Finding, Lend, Vault};
use chronicle_words::Problem;
use serde::Serialize;
use std::cell::RefCell;
use std::path::{Path, PathBuf};

/// Does one verb.
pub(crate) fn run(verb: &VaultVerb, out: &Out) -> Result<Ended, Failure> {
    match verb {
        VaultVerb::Check { vault, read_data } => return check(vault, *read_data, out),
        VaultVerb::Backup { vault, to } => {
            let open = unlock(vault, out)?;
            work(|progress| chronicle_vault::back_up(&open, to, now().timestamp(), progress))?;
            done("cli-backup-made", out)?;
        }
        VaultVerb::Passphrase(args) => {
            let (new, old) = (&args.new, &args.vault);
            secrets::one_from_stdin(&[
                old.passphrase_file.as_deref(),
                new.new_passphrase_file.as_deref(),
            ])?;
            let open = unlock(old, out)?;
            let (passphrase, drawn) = new_passphrase(new, out)?;
            open.with(|v| v.change_passphrase(secret(&passphrase), now().timestamp()))
                .map_err(refused)?;
            changed(drawn, out)?;
        }
        VaultVerb::SealAgain { vault } => {
            let open = unlock(vault, out)?;
            work(|progress| chronicle_vault::seal_again(&open, now().timestamp(), progress))?;
            done("cli-sealed-again", out)?;
        }
        VaultVerb::Sheet { vault, unpractised } => sheet(vault, *unpractised, out)?,
        VaultVerb::ForgetSheet { vault } => {
            unlock(vault, out)?
                .with(Vault::forget_sheet)
                .map_err(refused)?;
            done("cli-sheet-forgotten", out)?;
        }
        VaultVerb::Recover {
            vault,
            code_file,
            new,
        } => recover(vault, code_file.as_deref(), new, out)?,
        VaultVerb::Shares {
            vault,
            code_file,
            to,
            out: folder,
        } => shares(vault, code_file.as_deref(), to, folder, out)?,
        VaultVerb::JoinShares { files } => join_shares(files, out)?,
        VaultVerb::RemoveStray { vault, name } => {
            unlock(vault, out)?
                .with(|v| v.remove_stray(name))
                .map_err(refused)?;
            done("cli-removed", out)?;
        }
        VaultVerb::TakeNote { vault } => {
            unlock(vault, out)?
                .with(|v| v.take_note(now().timestamp()))
                .map_err(refused)?;
            done("cli-noted", out)?;
        }
    }
    Ok(Ended::Well)
}

struct Open(RefCell<Vault>);

impl Lend for Open {
    fn with<T>(&self, act: impl FnOnce(&mut Vault) -> Result<T, Error>) -> Result<T, Error> {
        act(&mut self.0.borrow_mut())
    }
}

fn unlock(vault: &VaultArgs, out: &Out) -> Result<Open, Failure> {
    let passphrase = secrets::unlocking(vault, out)?;
    let unlocked = Vault::unlock(&vault.vault, secret(&passphrase))
        .map_err(|e| secrets::refused(Problem::new(e.code()), &passphrase))?;
    text::findings(&unlocked.findings, out);
    Ok(Open(RefCell::new(unlocked.vault)))
}

#[derive(Serialize)]
struct Checked {
    records: u64,
    files: u64,
    bytes: u64,
    read: bool,
    findings: Vec<Problem>,
}

fn check(vault: &VaultArgs, read_data: bool, out: &Out) -> Result<Ended, Failure> {
    let passphrase = secrets::unlocking(vault, out)?;
    let open = Vault::unlock(&vault.vault, secret(&passphrase))
        .map_err(|e| secrets::refused(Problem::new(e.code()), &passphrase))?;
    let open = Open(RefCell::new(open.vault));
    let check = work(|progress| chronicle_vault::check(&open, read_data, progress))?;
    let view = Checked {
        records: check.records,
        files: check.files(),
        bytes: check.bytes,
        read: read_data,
        findings: check.findings().iter().map(problem).collect(),
    };
    out.answer(&view, |words| {
        let mut lines: Vec<String> = view.findings.iter().map(|f| f.say(words)).collect();
        lines.push(text::checked(view.records, view.files, view.bytes, words));
        lines.push(out.say(match (view.findings.is_empty(), read_data) {
            (false, _) => "cli-check-found",
            (true, true) => "cli-check-well",
            (true, false) => "cli-check-well-unread",
        }));
        lines.join("\n")
    })?;
    Ok(if view.findings.is_empty() {
        Ended::Well
    } else {
        Ended::Refused
    })
}

fn problem(finding: &Finding) -> Problem {
    finding
        .args()
        .into_iter()
        .fold(Problem::new(finding.code()), |p, (name, value)| {
            p.with(name, value)
        })
}

fn sheet(vault: &VaultArgs, unpractised: bool, out: &Out) -> Result<(), Failure> {
    let open = unlock(vault, out)?;
    let code = RecoveryCode::generate()?;
    out.note(&out.say("cli-sheet-drawn"));
    print_code(&code, out)?;
    if !unpractised {
        for place in RecoveryCode::practice()? {
            let question = text::which_word(place, &out.words);
            while !code.has_at(place, &terminal::secret(&question)?) {
                out.note(&out.say("cli-sheet-not-it"));
            }
        }
    }
    let code = secret(&code.passphrase()?);
    open.with(|v| v.keep_sheet(code, now().timestamp()))
        .map_err(refused)?;
    out.note(&out.say("cli-sheet-valid"));
    Ok(())
}

fn print_code(code: &RecoveryCode, out: &Out) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Code {
        code: Vec<&'static str>,
    }
    let view = Code { code: code.words() };
    out.answer(&view, |_| numbered(&view.code))
}

// Two words that are alike are told apart by their places.
fn numbered(words: &[&str]) -> String {
    let line = |(at, word): (usize, &&str)| format!("{:>2} {word}", at + 1);
    let lines: Vec<String> = words.iter().enumerate().map(line).collect();
    lines.join("\n")
}

fn recover(
    vault: &Path,
    code_file: Option<&Path>,
    new: &NewArgs,
    out: &Out,
) -> Result<(), Failure> {
    secrets::one_from_stdin(&[code_file, new.new_passphrase_file.as_deref()])?;
    let code = secrets::code(code_file, out)?;
    let recovered = Vault::recover(vault, secret(&code.passphrase()?)).map_err(refused)?;
    let (passphrase, drawn) = new_passphrase(new, out)?;
    recovered
        .set_passphrase(secret(&passphrase), now().timestamp())
        .map_err(refused)?;
    changed(drawn, out)
}

fn shares(
    vault: &Path,
    code_file: Option<&Path>,
    to: &[String],
    folder: &Path,
    out: &Out,
) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Files {
        files: Vec<String>,
    }
    let [one, two, three] = to else {
        return Err(Failure::Usage("--to is needed three times".into()));
    };
    let holders = Holders::parse([one, two, three]).map_err(|e| e.problem())?;
    let code = secrets::code(code_file, out)?;
    // Parts of a code that opens nothing would be worse than none.
    drop(Vault::recover(vault, secret(&code.passphrase()?)).map_err(refused)?);
    let files = chronicle_sharing::write_all(folder, &code, &holders, &out.words)
        .map_err(|e| e.problem())?;
    out.note(&out.say("cli-shares-written"));
    let view = Files { files };
    out.answer(&view, |_| view.files.join("\n"))
}

fn join_shares(files: &[PathBuf], out: &Out) -> Result<(), Failure> {
    let (one, other) = match files {
        [one, other] => {
            secrets::one_from_stdin(&[Some(one), Some(other)])?;
            (
                secrets::share(Some(one), 1, out)?,
                secrets::share(Some(other), 2, out)?,
            )
        }
        [] => (secrets::share(None, 1, out)?, secrets::share(None, 2, out)?),
        _ => return Err(Failure::Usage("two files are needed".into())),
    };
    let code = chronicle_sharing::join(&one, &other).map_err(|e| e.problem())?;
    out.note(&out.say("cli-shares-joined"));
    print_code(&code, out)
}

fn new_passphrase(new: &NewArgs, out: &Out) -> Result<(Passphrase, Drawn), Failure> {
    secrets::chosen(new.generate, new.new_passphrase_file.as_deref(), out)
}

fn changed(drawn: Drawn, out: &Out) -> Result<(), Failure> {
    text::drawn(drawn, "cli-passphrase-changed", out)
}

fn done(key: &str, out: &Out) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Done {
        done: bool,
    }
    out.answer(&Done { done: true }, |_| out.say(key))
}

fn work<T>(
    act: impl FnOnce(&mut chronicle_vault::Progress<'_>) -> Result<T, Error>,
) -> Result<T, Failure> {
    let (interrupt, mut meter) = (Interrupt::listen(), Meter::new());
    act(&mut |done, total| {
        meter.at(done, total);
        interrupt.go_on()
    })
    .map_err(refused)
}

fn refused(error: Error) -> Failure {
    Problem::new(error.code()).into()
}

fn secret(passphrase: &Passphrase) -> SecretString {
    SecretString::from(passphrase.expose().to_owned())
}
