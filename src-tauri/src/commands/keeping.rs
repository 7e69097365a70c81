//! How the vault is kept: a copy of it elsewhere, whether everything in it is whole, and whether this computer may
//! remember its folder.

use crate::commands::start::{place_view, same_disk};
use crate::jobs::Job;
use crate::keys::Lent;
use crate::session::{Shell, last_part};
use crate::view::{KeepingView, KnownView, MediumView, PlaceView, WholeView};
use crate::{dialogs, platform, window_words};
use chronicle_vault::Finding;
use chronicle_words::Problem;
use jiff::{Timestamp, Zoned};
use std::path::{Path, PathBuf};
use tauri::{AppHandle, State};

#[tauri::command(async)]
pub fn keeping(shell: State<'_, Shell>) -> Result<KeepingView, Problem> {
    view(&shell)
}

/// A folder in which the copy gets one of its own; nothing is made yet.
#[tauri::command]
pub async fn choose_copy_place(
    app: AppHandle,
    shell: State<'_, Shell>,
) -> Result<Option<MediumView>, Problem> {
    let title = window_words::title(&shell, "dialog-copy-place");
    let Some(into) = dialogs::folder(&app, title).await else {
        return Ok(None);
    };
    let place = shell.place();
    // A copy within what is copied would be taken for damage, and goes when the folder goes.
    if into
        .canonicalize()
        .is_ok_and(|i| place.canonicalize().is_ok_and(|p| i.starts_with(p)))
    {
        return Err(Problem::new("copy-inside"));
    }
    let same_disk = same_disk(&into, &place);
    let copy = unused(&into, &Zoned::now().date().to_string());
    let view = PlaceView {
        folder: format!("{} / {}", last_part(&into), last_part(&copy)),
        ..place_view(&copy)
    };
    shell.set_copy_place(copy);
    Ok(Some(MediumView {
        place: view,
        same_disk,
    }))
}

#[tauri::command(async)]
pub fn back_up(shell: State<'_, Shell>) -> Result<u32, Problem> {
    let to = shell
        .take_copy_place()
        .ok_or_else(|| Problem::new("not-found"))?;
    let mut job = Job::begin(&shell, "backup", None);
    let number = job.number();
    job.name(&last_part(&to), 0);
    let lent = Lent(shell.inner().clone());
    std::thread::spawn(move || {
        let progress = &mut |done, total| job.progress(done, total);
        let done = chronicle_vault::back_up(&lent, &to, Timestamp::now(), progress);
        job.end(done.map_err(|e| Problem::new(e.code())));
    });
    Ok(number)
}

#[tauri::command(async)]
pub fn check_vault(shell: State<'_, Shell>) -> u32 {
    let mut job = Job::begin(&shell, "check", None);
    let number = job.number();
    let lent = Lent(shell.inner().clone());
    std::thread::spawn(move || {
        let progress = &mut |done, total| job.progress(done, total);
        let done = chronicle_vault::check(&lent, true, progress).map(|check| {
            lent.0.set_checked(WholeView {
                at: Zoned::now().to_string(),
                records: check.records,
                files: check.files(),
                bytes: check.bytes,
                findings: check.findings().iter().map(problem).collect(),
            });
        });
        job.end(done.map_err(|e| Problem::new(e.code())));
    });
    number
}

/// Removes a file that no record names, by its name as the check told it.
#[tauri::command(async)]
pub fn remove_stray(shell: State<'_, Shell>, file: String) -> Result<KeepingView, Problem> {
    Lent(shell.inner().clone()).ask(|vault| vault.remove_stray(&file))?;
    let told = problem(&Finding::Stray(file));
    shell.forget_findings(|f| f.code == told.code && f.args == told.args);
    view(&shell)
}

/// A person read what was found wrong with the records as a whole: it is not told again.
#[tauri::command(async)]
pub fn take_note(shell: State<'_, Shell>) -> Result<KeepingView, Problem> {
    Lent(shell.inner().clone()).ask(|vault| vault.take_note(Timestamp::now()))?;
    shell.forget_findings(|f| DOUBTS.contains(&f.code.as_ref()));
    view(&shell)
}

#[tauri::command(async)]
pub fn set_listed(shell: State<'_, Shell>, listed: bool) -> Result<KeepingView, Problem> {
    Lent(shell.inner().clone()).ask(|vault| vault.set_listed(listed, Timestamp::now()))?;
    shell.keep_known();
    view(&shell)
}

/// The other folders that this computer remembers, newest first.
#[tauri::command(async)]
pub fn known_places(shell: State<'_, Shell>) -> Vec<KnownView> {
    let here = shell.place();
    let others = shell.known_places();
    let others = others.iter().enumerate().filter(|(_, f)| **f != here);
    others
        .map(|(number, folder)| KnownView {
            number,
            folder: last_part(folder),
            within: folder.parent().map(last_part).unwrap_or_default(),
            has_vault: chronicle_vault::exists(folder),
        })
        .collect()
}

#[tauri::command(async)]
pub fn choose_known_place(shell: State<'_, Shell>, number: usize) -> Result<PlaceView, Problem> {
    let all = shell.known_places();
    let folder = all.get(number).ok_or_else(|| Problem::new("not-found"))?;
    let view = place_view(folder);
    if view.has_vault {
        shell.set_place(folder.clone());
    }
    Ok(view)
}

fn view(shell: &Shell) -> Result<KeepingView, Problem> {
    let (copied, listed) =
        Lent(shell.clone()).ask(|vault| Ok((vault.last_backup(), vault.listed())))?;
    Ok(KeepingView {
        copied: copied.map(|at| at.to_zoned(jiff::tz::TimeZone::system()).to_string()),
        listed,
        usual: shell.place() == platform::default_place(),
        findings: shell.findings(),
        checked: shell.checked(),
    })
}

/// A finding as the page says it.
pub fn problem(finding: &Finding) -> Problem {
    let args = finding.args().into_iter();
    args.fold(Problem::new(finding.code()), |p, (name, value)| {
        p.with(name, value)
    })
}

// Neutral, told apart by the day, and never one that is there.
fn unused(into: &Path, day: &str) -> PathBuf {
    let name = format!("{}-{day}", platform::FOLDER);
    let names = std::iter::once(name.clone()).chain((2..).map(|n| format!("{name}-{n}")));
    let mut folders = names.map(|name| into.join(name));
    folders
        .find(|folder| !folder.exists())
        .unwrap_or_else(|| into.join(name))
}

/// What [`take_note`] takes note of.
const DOUBTS: [&str; 3] = ["finding-missing", "finding-put-back", "finding-head-lost"];

#[cfg(test)]
mod tests {
    use super::*;
    use chronicle_vault::Doubt;

    #[test]
    fn a_copy_never_meets_another() {
        let dir = tempfile::tempdir().unwrap();
        let first = unused(dir.path(), "2026-03-14");
        assert_eq!(last_part(&first), "Chronicle-2026-03-14");
        std::fs::create_dir(&first).unwrap();
        let second = unused(dir.path(), "2026-03-14");
        assert_eq!(last_part(&second), "Chronicle-2026-03-14-2");
    }

    #[test]
    fn every_doubt_can_be_taken_note_of() {
        let doubts = [
            Doubt::Missing {
                count: 1,
                number: None,
            },
            Doubt::PutBack { number: None },
            Doubt::HeadLost,
        ];
        for doubt in doubts {
            assert!(DOUBTS.contains(&Finding::Doubt(doubt).code()));
        }
        assert!(!DOUBTS.contains(&Finding::Foreign(1).code()));
    }
}
