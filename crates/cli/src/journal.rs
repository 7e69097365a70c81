//! The journal's verbs.

mod add;
pub(crate) mod sync;

use crate::args::{CreateArgs, JournalVerb, LineArgs, SendArgs, VaultArgs};
use crate::desk::{about, must_be_new, open, read_text, saved, write_new};
use crate::fail::{CliError, Failure, named};
use crate::interrupt::Interrupt;
use crate::meter::Meter;
use crate::out::Out;
use crate::{Ended, now, secrets, terminal, text};
use chronicle_journal::view::{DeliveryView, OrganisationView, ReturnedView};
use chronicle_journal::{Error, Journal, Shared, complete};
use chronicle_report::Draft;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use sync::{runtime, transport, travel};
use zeroize::Zeroizing;

/// Does one verb.
pub(crate) fn run(verb: &JournalVerb, out: &Out) -> Result<Ended, Failure> {
    match verb {
        JournalVerb::Example => out.document(&Draft::example())?,
        JournalVerb::Create(args) => create(args, out)?,
        JournalVerb::Add {
            vault,
            report,
            attach,
        } => add::add(vault, report, attach, out)?,
        JournalVerb::List { vault } => list(vault, out)?,
        JournalVerb::Show { vault, id } => {
            let view = unlock(vault, out)?.incident(id, &now())?;
            out.answer(&view, |words| text::journal::incident(&view, words))?;
        }
        JournalVerb::Delete { vault, id } => delete(vault, id, out)?,
        JournalVerb::Join {
            vault,
            line,
            invitation,
            words,
        } => join(vault, line, invitation, words.as_deref(), out)?,
        JournalVerb::Organisations { vault } => organisations(vault, out)?,
        JournalVerb::Travel(args) => {
            let mut journal = unlock(&args.vault, out)?;
            let chosen = journal.travel();
            travel(args, chosen, |new| journal.set_travel(new, &now()), out)?;
        }
        JournalVerb::Answers { vault, line } => sync::answers(vault, line, out)?,
        JournalVerb::Agree {
            vault,
            organisation,
        } => {
            let mut journal = unlock(vault, out)?;
            let id = journal.find_organisation(organisation)?;
            journal.agree_to_another_way(id, &now())?;
            one(&journal.organisation(id, &now())?, out)?;
        }
        JournalVerb::ConfirmRoot {
            vault,
            organisation,
            words,
        } => confirm_root(vault, organisation, words.as_deref(), out)?,
        JournalVerb::RenewSender {
            vault,
            organisation,
        } => {
            let mut journal = unlock(vault, out)?;
            let id = journal.find_organisation(organisation)?;
            one(&journal.renew_sender(id, &now())?, out)?;
        }
        JournalVerb::Preview(args) => preview(args, out)?,
        JournalVerb::Send(args) => send(args, out)?,
        JournalVerb::Sync { vault, line, once } => return sync::sync(vault, line, *once, out),
        JournalVerb::Hand {
            vault,
            delivery,
            out: folder,
        } => {
            let mut sealed = unlock(vault, out)?.sealed_file(delivery)?;
            let path = folder.join(&sealed.name);
            let (interrupt, mut meter) = (Interrupt::listen(), Meter::new());
            let written = chronicle_desk::write_new(&path, &mut sealed.content, &mut |done| {
                meter.at(done, sealed.size);
                interrupt.go_on()
            });
            drop(meter);
            let written = written.map_err(|e| about(e.problem(), &path))?;
            saved(&[written], out)?;
        }
        JournalVerb::Receipt {
            vault,
            delivery,
            out: path,
        } => {
            must_be_new(path)?;
            let receipt = unlock(vault, out)?.receipt(delivery)?;
            write_new(path, receipt.as_bytes(), out)?;
        }
        JournalVerb::Take { vault, files } => take(vault, files, out)?,
        JournalVerb::Status { vault, id } => status(vault, id.as_deref(), out)?,
    }
    Ok(Ended::Well)
}

/// Where reports are: what `status` and `sync` print.
#[derive(Serialize)]
pub(crate) struct Deliveries {
    pub(crate) deliveries: Vec<DeliveryView>,
}

pub(crate) fn unlock(vault: &VaultArgs, out: &Out) -> Result<Journal, Failure> {
    let passphrase = secrets::unlocking(vault, out)?;
    let journal = Journal::unlock(&vault.vault, &passphrase)
        .map_err(|e| secrets::refused(e.problem(), &passphrase))?;
    text::findings(journal.findings(), out);
    Ok(journal)
}

fn create(args: &CreateArgs, out: &Out) -> Result<(), Failure> {
    if chronicle_vault::exists(&args.vault.vault) {
        return Err(Error::from(chronicle_vault::Error::Exists).into());
    }
    let (passphrase, drawn) = secrets::creating(args, out)?;
    drop(Journal::create(&args.vault.vault, &passphrase)?);
    text::drawn(drawn, "cli-created", out)
}

fn list(vault: &VaultArgs, out: &Out) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Incidents {
        incidents: Vec<chronicle_journal::view::IncidentLine>,
    }
    let view = Incidents {
        incidents: unlock(vault, out)?.incidents(&now())?,
    };
    out.answer(&view, |words| {
        text::journal::incidents(&view.incidents, words)
    })
}

fn delete(vault: &VaultArgs, id: &str, out: &Out) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Deleted<'a> {
        deleted: &'a str,
    }
    unlock(vault, out)?.delete(id, &now())?;
    out.answer(&Deleted { deleted: id }, |_| out.say("cli-deleted"))
}

fn join(
    vault: &VaultArgs,
    line: &LineArgs,
    invitation: &Path,
    words: Option<&str>,
    out: &Out,
) -> Result<(), Failure> {
    let invitation = read_text(invitation, "invitation-unreadable")?;
    let mut journal = unlock(vault, out)?;
    let mut found = journal.look_at(&invitation)?;
    let mut invitation = Zeroizing::new(invitation);
    if !found.whole {
        // Kept: what was fetched once is there when the words are not at hand now.
        let id = journal.keep_invitation(&invitation, &now())?;
        let transport = transport(line, journal.travel());
        let shared: Shared = Arc::new(Mutex::new(journal));
        found = runtime()?.block_on(complete(&shared, &id, transport, now))?;
        journal = Arc::into_inner(shared)
            .and_then(|shared| shared.into_inner().ok())
            .ok_or(CliError::Runtime)?;
        invitation = journal.kept_invitation(&id)?;
    }
    if found.known && !found.renews {
        return Err(Error::Known.into());
    }
    let typed = match words {
        Some(words) => words.to_owned(),
        None => {
            out.note(&text::journal::invitation(&found, &out.words));
            terminal::plain(&out.say("cli-ask-words"))?
        }
    };
    let typed: Vec<&str> = typed.split_whitespace().collect();
    let joined = journal
        .join(&invitation, &typed, &now())
        .map_err(|error| named(error.problem(), &typed))?;
    out.answer(&joined, |_| joined.id.clone())
}

fn organisations(vault: &VaultArgs, out: &Out) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Organisations {
        organisations: Vec<chronicle_journal::view::OrganisationView>,
    }
    let view = Organisations {
        organisations: unlock(vault, out)?.organisations(&now()),
    };
    out.answer(&view, |words| {
        text::journal::organisations(&view.organisations, words)
    })
}

fn confirm_root(
    vault: &VaultArgs,
    organisation: &str,
    words: Option<&str>,
    out: &Out,
) -> Result<(), Failure> {
    let mut journal = unlock(vault, out)?;
    let id = journal.find_organisation(organisation)?;
    let typed = match words {
        Some(words) => words.to_owned(),
        None => terminal::plain(&out.say("cli-ask-words"))?,
    };
    let typed: Vec<&str> = typed.split_whitespace().collect();
    let view = journal.confirm_root(id, &typed, &now());
    one(&view.map_err(|e| named(e.problem(), &typed))?, out)
}

fn one(view: &OrganisationView, out: &Out) -> Result<(), Failure> {
    let all = std::slice::from_ref(view);
    out.answer(view, |words| text::journal::organisations(all, words))
}

fn preview(args: &SendArgs, out: &Out) -> Result<(), Failure> {
    let mut journal = unlock(&args.vault, out)?;
    let organisation = journal.find_organisation(&args.to)?;
    let view = journal.preview(&args.id, organisation, &args.leave_out, &out.words, &now())?;
    out.answer(&view, |words| text::journal::preview(&view, words))
}

fn send(args: &SendArgs, out: &Out) -> Result<(), Failure> {
    let mut journal = unlock(&args.vault, out)?;
    let organisation = journal.find_organisation(&args.to)?;
    let prepared = journal.prepare(
        &args.id,
        organisation,
        &args.leave_out,
        None,
        &out.words,
        &now(),
    )?;
    let (interrupt, mut meter, total) =
        (Interrupt::listen(), Meter::new(), prepared.evidence_bytes());
    let sealed = prepared.seal(&mut |done| {
        meter.at(done, total);
        interrupt.go_on()
    })?;
    drop(meter);
    let view = journal.enqueue(prepared, sealed, &now())?;
    out.answer(&view, |words| text::journal::delivery(&view, words))
}

fn take(vault: &VaultArgs, files: &[PathBuf], out: &Out) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Back {
        taken: Vec<ReturnedView>,
    }
    let mut journal = unlock(vault, out)?;
    let mut view = Back { taken: Vec::new() };
    for path in files {
        let taken = journal.take_back(&mut open(path)?, &now());
        view.taken
            .push(taken.map_err(|e| about(e.problem(), path))?);
    }
    out.answer(&view, |words| text::journal::returned(&view.taken, words))
}

fn status(vault: &VaultArgs, id: Option<&str>, out: &Out) -> Result<(), Failure> {
    let journal = unlock(vault, out)?;
    let deliveries = match id {
        Some(id) => journal.incident(id, &now())?.deliveries,
        None => journal.deliveries(&now()),
    };
    let view = Deliveries { deliveries };
    out.answer(&view, |words| {
        text::journal::deliveries(&view.deliveries, words)
    })
}
