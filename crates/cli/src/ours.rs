//! The desk's verbs about its own organisation.

use crate::args::VaultArgs;
use crate::args::ours::{MediumArgs, OursVerb, RootVerb};
use crate::desk::{must_be_new, read_text, saved, unlock, write_new};
use crate::fail::{CliError, Failure, named};
use crate::interrupt::Interrupt;
use crate::out::Out;
use crate::{now, secrets, terminal, text};
use chronicle_desk::view::{DecisionLine, DeskView};
use chronicle_desk::{Error, Medium, Onward, RootDraft, new_root_key, sign_root};
use serde::Serialize;
use std::io::{BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Does one verb.
pub(crate) fn run(verb: &OursVerb, out: &Out) -> Result<(), Failure> {
    match verb {
        OursVerb::Change {
            vault,
            name,
            address,
            receipt_key,
        } => change(vault, name.as_deref(), address, receipt_key.as_deref(), out),
        OursVerb::Rotate { vault, compromised } => {
            told(&unlock(vault, out)?.rotate(*compromised, &now())?, out)
        }
        OursVerb::Ask { vault, out: path } => ask(vault, path, out),
        OursVerb::Admit {
            vault,
            request,
            words,
            name,
            out: path,
        } => {
            must_be_new(path)?;
            let request = read_text(request, "colleague-request-unreadable")?;
            let mut desk = unlock(vault, out)?;
            let typed = typed(words.as_deref(), "cli-ask-colleague-words", out)?;
            let admitted = desk.admit(&request, &typed, name, &now());
            let welcome = admitted.map_err(|e| named(e.problem(), &typed))?;
            write_new(path, welcome.as_bytes(), out)
        }
        OursVerb::Enter {
            vault,
            welcome,
            words,
        } => {
            let welcome = read_text(welcome, "colleague-request-unreadable")?;
            let mut desk = unlock(vault, out)?;
            let typed = typed(words.as_deref(), "cli-ask-words", out)?;
            let view = desk.enter(&welcome, &typed, &now());
            told(&view.map_err(|e| named(e.problem(), &typed))?, out)
        }
        OursVerb::Dismiss {
            vault,
            label,
            compromised,
            reason,
        } => {
            let mut desk = unlock(vault, out)?;
            told(&desk.dismiss(label, *compromised, reason, &now())?, out)
        }
        OursVerb::ForgetIdentity {
            vault,
            identity,
            reason,
        } => {
            let mut desk = unlock(vault, out)?;
            told(&desk.forget_identity(identity, reason, &now())?, out)
        }
        OursVerb::Decisions { vault } => decisions(vault, out),
        OursVerb::Close { vault, name } => {
            let mut desk = unlock(vault, out)?;
            let view = desk.view(&now())?;
            if view.organisation.is_some_and(|o| o.name != *name) {
                return Err(Error::Name.into());
            }
            told(&desk.close(&now())?, out)
        }
        OursVerb::Grant {
            vault,
            report,
            to,
            reason,
            out: path,
        } => {
            must_be_new(path)?;
            let grant = unlock(vault, out)?.grant(report, to, reason, &now())?;
            write_new(path, &grant, out)
        }
        OursVerb::TakeGrant { vault, grant } => take_grant(vault, grant, out),
        OursVerb::ExportAsAge {
            vault,
            report,
            to,
            reason,
            out: path,
        } => {
            let mut desk = unlock(vault, out)?;
            sealed(path, out, |file, progress| {
                desk.export_as_age(report, to, reason, file, progress, &now())
            })
        }
        OursVerb::Onward {
            vault,
            report,
            to,
            purpose,
            agreed,
            people,
            item,
            out: path,
        } => {
            let mut desk = unlock(vault, out)?;
            let onward = Onward {
                to,
                purpose,
                agreed,
                people: *people,
                items: item,
            };
            sealed(path, out, |file, progress| {
                desk.onward(report, &onward, &out.words, file, progress, &now())
            })
        }
        OursVerb::MarkSender {
            vault,
            report,
            from,
            reason,
        } => {
            let mut desk = unlock(vault, out)?;
            desk.mark_sender(report, *from, reason, &now())?;
            let view = desk.open(report, &now())?;
            out.answer(&view, |words| text::desk::report(&view, words))
        }
        OursVerb::ConfirmRoot { vault, words } => {
            let mut desk = unlock(vault, out)?;
            let typed = typed(words.as_deref(), "cli-ask-words", out)?;
            let view = desk.confirm_root(&typed, &now());
            told(&view.map_err(|e| named(e.problem(), &typed))?, out)
        }
        OursVerb::Root { verb } => root(verb, out),
    }
}

fn change(
    vault: &VaultArgs,
    name: Option<&str>,
    addresses: &[String],
    receipt_key: Option<&str>,
    out: &Out,
) -> Result<(), Failure> {
    let mut desk = unlock(vault, out)?;
    if let Some(name) = name {
        desk.set_name(name, &now())?;
    }
    if !addresses.is_empty() {
        desk.set_addresses(addresses, &now())?;
    }
    if let Some(key) = receipt_key {
        desk.set_receipt_key(key, &now())?;
    }
    told(&desk.view(&now())?, out)
}

fn ask(vault: &VaultArgs, path: &Path, out: &Out) -> Result<(), Failure> {
    must_be_new(path)?;
    let (request, words) = unlock(vault, out)?.ask(&now())?;
    out.note(&format!("{} {}", out.say("cli-read-out"), words.join(" ")));
    write_new(path, request.as_bytes(), out)
}

fn take_grant(vault: &VaultArgs, path: &Path, out: &Out) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Taken {
        opened: u32,
    }
    let mut sealed = Vec::new();
    let read =
        std::fs::File::open(path).and_then(|file| file.take(MAX_GRANT).read_to_end(&mut sealed));
    read.map_err(|_| CliError::Unreadable.of(&path.display().to_string()))?;
    let opened = unlock(vault, out)?.take_grant(&sealed, &now())?;
    out.answer(&Taken { opened }, |words| {
        text::desk::granted(opened, words)
    })
}

// A new file of which nothing is left when it cannot be finished.
fn sealed(
    path: &Path,
    out: &Out,
    seal: impl FnOnce(&mut dyn Write, &mut dyn FnMut(u64) -> bool) -> Result<(), Error>,
) -> Result<(), Failure> {
    must_be_new(path)?;
    let mut options = std::fs::File::options();
    let file = options.write(true).create_new(true).mode(0o600).open(path);
    let file = file.map_err(|_| Failure::from(Error::Unwritable))?;
    let (interrupt, mut writer) = (Interrupt::listen(), BufWriter::new(file));
    let done = seal(&mut writer, &mut |_| interrupt.go_on());
    let kept = done.map_err(Failure::from).and_then(|()| {
        let file = writer.into_inner().map_err(|_| Error::Unwritable)?;
        file.sync_all().map_err(|_| Error::Unwritable.into())
    });
    if kept.is_err() {
        let _ = std::fs::remove_file(path);
    }
    kept?;
    saved(&[path.to_owned()], out)
}

fn decisions(vault: &VaultArgs, out: &Out) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Decisions {
        decisions: Vec<DecisionLine>,
    }
    let view = Decisions {
        decisions: unlock(vault, out)?.decisions()?,
    };
    out.answer(&view, |words| text::desk::decisions(&view.decisions, words))
}

fn root(verb: &RootVerb, out: &Out) -> Result<(), Failure> {
    match verb {
        RootVerb::Key { medium } => {
            #[derive(Serialize)]
            struct Key {
                key: String,
            }
            let key = with(medium, true, out, new_root_key)?.to_string();
            let view = Key { key };
            out.answer(&view, |_| view.key.clone())
        }
        RootVerb::Draft {
            vault,
            root_key,
            threshold,
            new_profile_key,
            out: path,
        } => {
            must_be_new(path)?;
            let draft = RootDraft {
                root_keys: root_key,
                threshold: *threshold,
                new_profile_key: *new_profile_key,
            };
            let text = unlock(vault, out)?.draft_root(&draft, &now())?;
            write_new(path, text.as_bytes(), out)
        }
        RootVerb::Sign {
            draft,
            medium,
            out: path,
        } => {
            must_be_new(path)?;
            let draft = read_text(draft, "root-draft-unreadable")?;
            let signed = with(medium, false, out, |medium| sign_root(&draft, medium))?;
            write_new(path, signed.as_bytes(), out)
        }
        RootVerb::Finish { vault, signed } => {
            let texts = signed
                .iter()
                .map(|path| read_text(path, "root-draft-unreadable"));
            let texts = texts.collect::<Result<Vec<_>, _>>()?;
            told(&unlock(vault, out)?.finish_root(&texts, &now())?, out)
        }
    }
}

fn with<T>(
    args: &MediumArgs,
    new: bool,
    out: &Out,
    act: impl FnOnce(&Medium<'_>) -> Result<T, Error>,
) -> Result<T, Failure> {
    let file = args.offline_passphrase_file.as_deref();
    let passphrase = match new {
        true => secrets::new_one(file, "cli-ask-offline-passphrase", out)?,
        false => secrets::known_one(file, "cli-ask-offline-passphrase", out)?,
    };
    let medium = Medium {
        folder: &args.offline,
        passphrase: &passphrase,
        log_n: chronicle_vault::LOG_N,
    };
    Ok(act(&medium)?)
}

fn typed(words: Option<&str>, question: &str, out: &Out) -> Result<Vec<String>, Failure> {
    let text = match words {
        Some(words) => words.to_owned(),
        None => terminal::plain(&out.say(question))?,
    };
    Ok(text.split_whitespace().map(str::to_owned).collect())
}

fn told(view: &DeskView, out: &Out) -> Result<(), Failure> {
    let ours = view.organisation.as_ref().ok_or(Error::NotFounded)?;
    out.answer(ours, |words| text::desk::organisation(ours, words))
}

const MAX_GRANT: u64 = 64 * 1024;
