//! The desk's verbs.

use crate::args::{CreateArgs, DeskVerb, LineArgs, VaultArgs};
use crate::fail::{ABOUT, CliError, Failure, said};
use crate::interrupt::came_one;
use crate::journal::sync::{runtime, transport, travel};
use crate::meter::Meter;
use crate::out::Out;
use crate::{Ended, now, ours, secrets, text};
use chronicle_desk::view::FetchView;
use chronicle_desk::{Desk, Error, Founding, Medium, Shared};
use chronicle_words::Problem;
use serde::Serialize;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

/// Does one verb.
pub(crate) fn run(verb: &DeskVerb, out: &Out) -> Result<Ended, Failure> {
    match verb {
        DeskVerb::Create(args) => create(args, out)?,
        DeskVerb::Found {
            vault,
            name,
            endpoint,
            receipt_key,
            offline,
            offline_passphrase_file,
            threshold,
        } => {
            let founding = Founding {
                name,
                endpoint,
                receipt_key,
            };
            found(
                vault,
                &founding,
                offline,
                offline_passphrase_file,
                *threshold,
                out,
            )?;
        }
        DeskVerb::Ours(verb) => ours::run(verb, out)?,
        DeskVerb::Organisation { vault } => {
            let view = unlock(vault, out)?
                .view(&now())?
                .organisation
                .ok_or(Error::NotFounded)?;
            out.answer(&view, |words| text::desk::organisation(&view, words))?;
        }
        DeskVerb::Profile {
            vault,
            renew,
            out: path,
        } => {
            must_be_new(path)?;
            let mut desk = unlock(vault, out)?;
            if *renew {
                desk.renew(&now())?;
            }
            write_new(path, desk.profile_file()?.as_bytes(), out)?;
        }
        DeskVerb::Connect {
            vault,
            line,
            token_file,
        } => connect(vault, line, token_file, out)?,
        DeskVerb::Invite {
            vault,
            token_file,
            short,
            out: path,
        } => invite(vault, token_file, *short, path, out)?,
        DeskVerb::Answer {
            vault,
            id,
            text_file,
        } => {
            let text = Zeroizing::new(read_text(text_file, "text-unreadable")?);
            let view = unlock(vault, out)?.answer(id, &text, &now())?;
            out.answer(&view, |_| out.say("desk-answer-waits"))?;
        }
        DeskVerb::Travel(args) => {
            let mut desk = unlock(&args.vault, out)?;
            let chosen = desk.travel();
            travel(args, chosen, |new| desk.set_travel(new, &now()), out)?;
        }
        DeskVerb::Fetch { vault, line } => return fetch(vault, line, out),
        DeskVerb::Take { vault, files } => return take(vault, files, out),
        DeskVerb::Hand { vault, out: folder } => {
            let waiting = unlock(vault, out)?.to_hand_over(None)?;
            let mut written = Vec::new();
            for (name, sealed) in waiting {
                let path = folder.join(name);
                let new = chronicle_desk::write_new(&path, &mut sealed.as_slice(), &mut |_| true);
                written.push(new.map_err(|e| about(e.problem(), &path))?);
            }
            saved(&written, out)?;
        }
        DeskVerb::List { vault } => {
            let view = unlock(vault, out)?.reports(&now())?;
            out.answer(&view, |words| text::desk::inbox(&view, words))?;
        }
        DeskVerb::Show { vault, id } => {
            let view = unlock(vault, out)?.open(id, &now())?;
            out.answer(&view, |words| text::desk::report(&view, words))?;
        }
        DeskVerb::Save {
            vault,
            id,
            out: folder,
        } => {
            let done = unlock(vault, out)?.save_all(id, folder)?;
            saved(&done.files, out)?;
            return Ok(damaged(&done.damaged, out));
        }
    }
    Ok(Ended::Well)
}

pub(crate) fn unlock(vault: &VaultArgs, out: &Out) -> Result<Desk, Failure> {
    let passphrase = secrets::unlocking(vault, out)?;
    let mut desk = Desk::unlock(&vault.vault, &passphrase)
        .map_err(|e| secrets::refused(e.problem(), &passphrase))?;
    // What fails here stays kept apart, and is tried again the next time.
    let _ = desk.open_kept(&now());
    text::findings(desk.findings(), out);
    Ok(desk)
}

fn create(args: &CreateArgs, out: &Out) -> Result<(), Failure> {
    if chronicle_vault::exists(&args.vault.vault) {
        return Err(Error::from(chronicle_vault::Error::Exists).into());
    }
    let (passphrase, drawn) = secrets::creating(args, out)?;
    drop(Desk::create(&args.vault.vault, &passphrase)?);
    text::drawn(drawn, "cli-created", out)
}

fn found(
    vault: &VaultArgs,
    founding: &Founding<'_>,
    folders: &[PathBuf],
    files: &[PathBuf],
    threshold: usize,
    out: &Out,
) -> Result<(), Failure> {
    let own = std::iter::once(vault.passphrase_file.as_deref());
    let all: Vec<_> = own.chain(files.iter().map(|f| Some(f.as_path()))).collect();
    secrets::one_from_stdin(&all)?;
    let mut desk = unlock(vault, out)?;
    let mut passphrases = Vec::new();
    for (at, _) in folders.iter().enumerate() {
        let file = files.get(at).map(PathBuf::as_path);
        passphrases.push(secrets::new_one(file, "cli-ask-offline-passphrase", out)?);
    }
    let media: Vec<Medium<'_>> = folders
        .iter()
        .zip(&passphrases)
        .map(|(folder, passphrase)| Medium {
            folder,
            passphrase,
            log_n: chronicle_vault::LOG_N,
        })
        .collect();
    let view = desk.found(founding, &media, threshold, &vault.vault, &now())?;
    let organisation = view.organisation.ok_or(Error::NotFounded)?;
    out.answer(&organisation, |words| {
        text::desk::organisation(&organisation, words)
    })
}

fn connect(vault: &VaultArgs, line: &LineArgs, token: &Path, out: &Out) -> Result<(), Failure> {
    secrets::one_from_stdin(&[vault.passphrase_file.as_deref(), Some(token)])?;
    let token = secrets::token(token)?;
    let desk = unlock(vault, out)?;
    let transport = transport(line, desk.travel());
    let desk: Shared = Arc::new(Mutex::new(desk));
    let view = runtime()?.block_on(chronicle_desk::connect(&desk, transport, &token, now))?;
    out.answer(&view, |_| out.say("ours-connected"))
}

fn invite(
    vault: &VaultArgs,
    token: &Path,
    short: bool,
    path: &Path,
    out: &Out,
) -> Result<(), Failure> {
    secrets::one_from_stdin(&[vault.passphrase_file.as_deref(), Some(token)])?;
    must_be_new(path)?;
    let token = secrets::token(token)?;
    let mut desk = unlock(vault, out)?;
    let invitation = match short {
        true => desk.invite_shortly(&token, &now())?,
        false => desk.invite(&token, &now())?,
    };
    write_new(path, invitation.as_bytes(), out)
}

fn fetch(vault: &VaultArgs, line: &LineArgs, out: &Out) -> Result<Ended, Failure> {
    let desk = unlock(vault, out)?;
    let transport = transport(line, desk.travel());
    let desk: Shared = Arc::new(Mutex::new(desk));
    let (cancel, mut meter) = (CancellationToken::new(), Meter::new());
    let view = runtime()?.block_on(async {
        let stop = cancel.clone();
        let listener = tokio::spawn(async move {
            if came_one().await {
                stop.cancel();
            }
        });
        let mut progress = |done, total| meter.at(done, total);
        let view = chronicle_desk::fetch(&desk, transport, now, &mut progress, &cancel).await;
        listener.abort();
        view
    })?;
    drop(meter);
    out.answer(&view, |words| text::desk::fetched(&view, words))?;
    Ok(match &view.problem {
        Some(problem) => {
            out.note(&said(problem, &out.words));
            Ended::Refused
        }
        None => Ended::Well,
    })
}

fn take(vault: &VaultArgs, files: &[PathBuf], out: &Out) -> Result<Ended, Failure> {
    let desk: Shared = Arc::new(Mutex::new(unlock(vault, out)?));
    let (interrupt, mut view) = (CancellationToken::new(), FetchView::default());
    for path in files {
        let failed = |_| about(Error::Unreadable.problem(), path);
        let mut file = open(path)?;
        let total = file.metadata().map_err(failed)?.len();
        let mut meter = Meter::new();
        let mut progress = |done| meter.at(done, total);
        let taken = chronicle_desk::take(&desk, &mut file, total, now, &mut progress, &interrupt);
        drop(meter);
        let taken = taken.map_err(|e| about(e.problem(), path))?;
        view.new_reports += taken.new_reports;
        view.quarantined += taken.quarantined;
    }
    out.answer(&view, |words| text::desk::fetched(&view, words))?;
    Ok(Ended::Well)
}

/// A file from outside, to be read.
pub(crate) fn open(path: &Path) -> Result<std::fs::File, Failure> {
    std::fs::File::open(path).map_err(|_| about(Error::Unreadable.problem(), path))
}

/// A failure that names the file it is about.
pub(crate) fn about(problem: Problem, path: &Path) -> Failure {
    problem.with(ABOUT, path.display()).into()
}

// Everything else was saved; these are named one by one.
fn damaged(names: &[String], out: &Out) -> Ended {
    for name in names {
        let problem = Error::from(chronicle_vault::Error::Blob).problem();
        out.note(&said(&problem.with(ABOUT, name), &out.words));
    }
    if names.is_empty() {
        Ended::Well
    } else {
        Ended::Refused
    }
}

// Asked before anything is signed or counted for a file that then cannot be written.
pub(crate) fn must_be_new(path: &Path) -> Result<(), Failure> {
    if path.exists() {
        Err(CliError::Exists.of(&path.display().to_string()))
    } else {
        Ok(())
    }
}

pub(crate) fn write_new(path: &Path, bytes: &[u8], out: &Out) -> Result<(), Failure> {
    let mut content = bytes;
    let written = chronicle_desk::write_new(path, &mut content, &mut |_| true)
        .map_err(|e| about(e.problem(), path))?;
    saved(&[written], out)
}

/// A small text from outside; `code` says what it is not.
pub(crate) fn read_text(path: &Path, code: &str) -> Result<String, Failure> {
    let failed = || CliError::Unreadable.of(&path.display().to_string());
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|_| failed())?;
    file.take(MAX_TEXT)
        .read_to_end(&mut bytes)
        .map_err(|_| failed())?;
    String::from_utf8(bytes).map_err(|_| Problem::new(code).into())
}

pub(crate) fn saved(files: &[PathBuf], out: &Out) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Saved {
        files: Vec<String>,
    }
    let view = Saved {
        files: files.iter().map(|f| f.display().to_string()).collect(),
    };
    out.answer(&view, |_| view.files.join("\n"))
}

const MAX_TEXT: u64 = 1 << 20;
