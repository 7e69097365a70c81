//! Evidence: taken in by picker or drop, looked at, saved elsewhere. Paths stay on this side.

use crate::session::Shell;
use crate::view::TextView;
use crate::{dialogs, jobs, media, window_words};
use chronicle_desk::write_new;
use chronicle_media::Kind;
use chronicle_words::Problem;
use jiff::Zoned;
use std::io::Read;
use std::path::PathBuf;
use tauri::{AppHandle, State};

#[tauri::command]
pub async fn pick_evidence(
    app: AppHandle,
    shell: State<'_, Shell>,
    id: String,
) -> Result<Option<u32>, Problem> {
    let title = window_words::title(&shell, "dialog-evidence");
    let Some(files) = dialogs::files(&app, title).await else {
        return Ok(None);
    };
    Ok(Some(jobs::attach(&shell, id, files)))
}

#[tauri::command(async)]
pub fn take_dropped(shell: State<'_, Shell>, id: String) -> Option<u32> {
    let files = shell.take_dropped();
    (!files.is_empty()).then(|| jobs::attach(&shell, id, files))
}

#[tauri::command(async)]
pub fn cancel_job(shell: State<'_, Shell>, job: u32) {
    shell.jobs().cancel(job);
}

#[tauri::command(async)]
pub fn describe_evidence(
    shell: State<'_, Shell>,
    id: String,
    item: String,
    caption: String,
) -> Result<(), Problem> {
    shell.with_journal(|j| j.describe(&id, &item, &caption, &Zoned::now()))
}

#[tauri::command(async)]
pub fn made_from(
    shell: State<'_, Shell>,
    id: String,
    item: String,
    from: String,
) -> Result<(), Problem> {
    shell.with_journal(|j| j.made_from(&id, &item, &from, &Zoned::now()))
}

#[tauri::command(async)]
pub fn remove_evidence(shell: State<'_, Shell>, id: String, item: String) -> Result<(), Problem> {
    shell.with_journal(|j| j.detach(&id, &item, &Zoned::now()))
}

#[tauri::command(async)]
pub fn evidence_text(
    shell: State<'_, Shell>,
    id: String,
    item: String,
) -> Result<TextView, Problem> {
    let (about, reader) =
        media::open(&shell, &id, &item).ok_or_else(|| Problem::new("not-found"))?;
    if Kind::of_media_type(&about.media_type) != Kind::Text {
        return Err(Problem::new("not-text"));
    }
    let mut bytes = Vec::new();
    reader
        .take(TEXT)
        .read_to_end(&mut bytes)
        .map_err(|_| Problem::new("evidence-damaged"))?;
    Ok(TextView {
        text: chronicle_media::read_text(&bytes),
        truncated: about.size > TEXT,
    })
}

/// How many pages a document has.
#[tauri::command(async)]
pub fn evidence_pages(shell: State<'_, Shell>, id: String, item: String) -> Result<u32, Problem> {
    media::pages(&shell, &id, &item).map_err(|e| Problem::new(e.code()))
}

#[tauri::command]
pub async fn save_evidence(
    app: AppHandle,
    shell: State<'_, Shell>,
    id: String,
    item: String,
    name: String,
) -> Result<Option<u32>, Problem> {
    let (about, reader) =
        media::open(&shell, &id, &item).ok_or_else(|| Problem::new("not-found"))?;
    let title = window_words::title(&shell, "dialog-save-copy");
    let name = dialogs::offered(&name);
    let Some(path) = dialogs::save(&app, title, name.clone()).await else {
        return Ok(None);
    };
    let job = jobs::Job::begin(&shell, "save", Some(id));
    Ok(Some(save(job, &name, about.size, path, reader)))
}

/// Writes what takes longer to the place that was chosen; gives the job's number.
pub(super) fn save(
    mut job: jobs::Job,
    name: &str,
    size: u64,
    path: PathBuf,
    mut content: impl Read + Send + 'static,
) -> u32 {
    let number = job.number();
    job.name(name, size);
    std::thread::spawn(move || {
        let saved = dialogs::put(&path, |beside| {
            write_new(beside, &mut content, &mut |done| job.progress(done, size))
                .map(drop)
                .map_err(|e| e.problem())
        });
        job.end(saved);
    });
    number
}

/// The most of a text item that is shown.
const TEXT: u64 = 256 * 1024;
