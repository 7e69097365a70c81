//! Adding an incident from a file. Everything is looked at before anything is taken in, and all is kept in one transaction:
//! whatever fails or interrupts before, there is nothing.

use super::unlock;
use crate::args::VaultArgs;
use crate::fail::{ABOUT, CliError, Failure};
use crate::interrupt::Interrupt;
use crate::meter::Meter;
use crate::now;
use crate::out::Out;
use chronicle_journal::{Error, Journal, MAX_ITEM, MAX_ITEMS, MAX_REPORT, TakenIn, take_in};
use chronicle_report::{Draft, Evidence, MAX_INPUT_BYTES};
use chronicle_words::Problem;
use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};

/// Adds one incident with its evidence, or nothing.
pub(crate) fn add(
    vault: &VaultArgs,
    report: &Path,
    attach: &[PathBuf],
    out: &Out,
) -> Result<(), Failure> {
    let draft = read(report)?;
    let files = attach
        .iter()
        .map(|path| Attached::open(path))
        .collect::<Result<Vec<_>, _>>()?;
    check_sizes(&files)?;
    let plan = plan(&draft.evidence, files)?;
    let mut journal = unlock(vault, out)?;
    check_room(&journal, &plan)?;
    let mut taken = Vec::new();
    if let Err(failure) = take_all(&journal, plan, &mut taken, &Interrupt::listen()) {
        taken.iter().for_each(|(one, _)| journal.let_go(one));
        return Err(failure);
    }
    let kept = journal.add(draft, taken, &now())?;
    out.answer(&kept, |_| kept.id.clone())
}

/// A file that was named, opened once: what is checked is what is taken in.
struct Attached {
    file: File,
    size: u64,
    name: String,
    typed: String,
}

impl Attached {
    fn open(path: &Path) -> Result<Self, Failure> {
        let typed = path.display().to_string();
        let failed = |_| CliError::Unreadable.of(&typed);
        // A pipe or a device would block here, or never end.
        if !std::fs::metadata(path).map_err(failed)?.is_file() {
            return Err(CliError::Unreadable.of(&typed));
        }
        let mut file = File::open(path).map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        let _ = file.read(&mut [0u8; 1]).map_err(failed)?;
        file.rewind().map_err(failed)?;
        let name = path
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default();
        Ok(Self {
            file,
            size,
            name,
            typed,
        })
    }
}

fn read(path: &Path) -> Result<Draft, Failure> {
    let failed = |_| CliError::Unreadable.of(&path.display().to_string());
    let mut bytes = Vec::new();
    let limit = MAX_INPUT_BYTES as u64 + 1;
    File::open(path)
        .map_err(failed)?
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    Draft::from_json(&bytes).map_err(|problems| {
        let said = |p: &chronicle_report::Problem| Problem {
            code: p.code().to_owned(),
            args: p.args(),
        };
        Failure::Problems(problems.iter().map(said).collect())
    })
}

fn check_sizes(files: &[Attached]) -> Result<(), Failure> {
    if files.len() > MAX_ITEMS {
        return Err(Error::TooManyItems.into());
    }
    for file in files {
        if file.size > MAX_ITEM {
            return Err(about(Error::ItemTooLarge, &file.typed));
        }
    }
    if files.iter().map(|f| f.size).sum::<u64>() > MAX_REPORT {
        return Err(Error::ReportTooLarge.into());
    }
    Ok(())
}

fn check_room(journal: &Journal, plan: &[Planned]) -> Result<(), Failure> {
    let needed: u64 = plan
        .iter()
        .map(|p| chronicle_vault::padme(p.attached.size))
        .sum();
    let room = journal.intake().room().map_err(Error::from)?;
    if room < needed.saturating_add(RESERVE) {
        Err(Error::from(chronicle_vault::Error::Full).into())
    } else {
        Ok(())
    }
}

struct Planned {
    attached: Attached,
    said: Option<Evidence>,
}

// An entry belongs to the attached file that has its name. An entry without a file would be lost in silence, so it is
// refused.
fn plan(said: &[Evidence], files: Vec<Attached>) -> Result<Vec<Planned>, Failure> {
    let mut open: Vec<&Evidence> = said.iter().collect();
    let mut plan = Vec::new();
    for attached in files {
        let at = open.iter().position(|e| e.original_name == attached.name);
        plan.push(Planned {
            said: at.map(|at| open.remove(at).clone()),
            attached,
        });
    }
    match open.first() {
        None => Ok(originals_first(plan)),
        Some(entry) => Err(CliError::NotAttached.of(&entry.original_name)),
    }
}

// An item that was made from another one is taken in after it, so that it can name it.
fn originals_first(mut waiting: Vec<Planned>) -> Vec<Planned> {
    let mut ready = Vec::new();
    while !waiting.is_empty() {
        let free = |one: &Planned| {
            let from = one.said.as_ref().map_or("", |s| s.derived_from.as_str());
            from.is_empty()
                || !waiting
                    .iter()
                    .any(|w| w.said.as_ref().is_some_and(|s| s.id == from))
        };
        // In a circle nothing is free: whichever comes first is.
        let at = waiting.iter().position(free).unwrap_or(0);
        ready.push(waiting.remove(at));
    }
    ready
}

fn take_all(
    journal: &Journal,
    plan: Vec<Planned>,
    into: &mut Vec<(TakenIn, Option<Evidence>)>,
    interrupt: &Interrupt,
) -> Result<(), Failure> {
    let total: u64 = plan.iter().map(|p| p.attached.size).sum();
    let (mut meter, mut before) = (Meter::new(), 0);
    for Planned { attached, said } in plan {
        let intake = journal.intake();
        let taken = take_in(&intake, attached.file, &attached.name, &mut |done| {
            meter.at(before + done, total);
            interrupt.go_on()
        });
        let taken = taken.map_err(|error| about(error, &attached.typed))?;
        into.push((taken, said));
        before += attached.size;
    }
    Ok(())
}

fn about(error: Error, file: &str) -> Failure {
    match error {
        Error::Unreadable | Error::FileChanged | Error::ItemTooLarge => {
            error.problem().with(ABOUT, file).into()
        }
        other => other.into(),
    }
}

const RESERVE: u64 = 16 << 20;
