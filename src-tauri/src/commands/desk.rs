//! The caseworker's verbs.

use crate::commands::start::{place_view, read_new, same_disk};
use crate::session::{Shell, hold};
use crate::view::{MediumView, ShellEvent};
use crate::{dialogs, jobs::Job, window_words};
use chronicle_desk::view::{
    CodeView, DeskView, FetchView, PostingView, ReportList, ReportQuery, ReportView,
};
use chronicle_desk::{Founding, Medium};
use chronicle_words::Problem;
use jiff::Zoned;
use std::io::Write;
use tauri::{AppHandle, State};
use zeroize::Zeroizing;

#[tauri::command(async)]
pub fn desk(shell: State<'_, Shell>) -> Result<DeskView, Problem> {
    shell.with_desk(|d| d.view(&Zoned::now()))
}

#[tauri::command]
pub async fn choose_offline_medium(
    app: AppHandle,
    shell: State<'_, Shell>,
) -> Result<Option<MediumView>, Problem> {
    let title = window_words::title(&shell, "dialog-offline-medium");
    let Some(folder) = dialogs::folder(&app, title).await else {
        return Ok(None);
    };
    shell.set_offline_medium(folder.clone());
    Ok(Some(MediumView {
        same_disk: same_disk(&folder, &shell.place()),
        place: place_view(&folder),
    }))
}

#[tauri::command(async)]
pub fn found(
    shell: State<'_, Shell>,
    name: String,
    endpoint: String,
    receipt_key: String,
    passphrase: String,
) -> Result<DeskView, Problem> {
    let passphrase = read_new(passphrase)?;
    let folder = shell
        .offline_medium()
        .ok_or_else(|| Problem::new("offline-medium-missing"))?;
    let place = shell.place();
    let medium = Medium {
        folder: &folder,
        passphrase: &passphrase,
        log_n: chronicle_vault::LOG_N,
    };
    let founding = Founding {
        name: &name,
        endpoint: &endpoint,
        receipt_key: &receipt_key,
    };
    shell.with_desk(|d| d.found(&founding, &[medium], 1, &place, &Zoned::now()))
}

#[tauri::command]
pub async fn save_profile(
    app: AppHandle,
    shell: State<'_, Shell>,
    renew: bool,
) -> Result<bool, Problem> {
    let title = window_words::title(&shell, "dialog-save-profile");
    // A new version is signed only once there is a place for it.
    let text = || {
        shell.with_desk(|d| {
            if renew {
                d.renew(&Zoned::now())?;
            }
            d.profile_file().map(Zeroizing::new)
        })
    };
    save_text(&app, title, "profile.json", text).await
}

#[tauri::command]
pub async fn connect(shell: State<'_, Shell>, token: String) -> Result<DeskView, Problem> {
    let token = Zeroizing::new(token);
    let desk = shell.desk()?;
    let transport = shell.travel()?.transport();
    let connecting = chronicle_desk::connect(&desk, transport, &token, Zoned::now);
    shell
        .while_open(async { connecting.await.map_err(|e| e.problem()) })
        .await
}

#[tauri::command]
pub async fn invite(
    app: AppHandle,
    shell: State<'_, Shell>,
    token: String,
) -> Result<bool, Problem> {
    let token = Zeroizing::new(token);
    let title = window_words::title(&shell, "dialog-save-invitation");
    // It counts only once there is a place for it.
    let text = || shell.with_desk(|d| d.invite(&token, &Zoned::now()));
    save_text(&app, title, "invitation.txt", text).await
}

#[tauri::command(async)]
pub fn invite_by_code(shell: State<'_, Shell>, token: String) -> Result<CodeView, Problem> {
    let token = Zeroizing::new(token);
    shell.with_desk(|d| d.invite_by_code(&token, &Zoned::now()))
}

#[tauri::command(async)]
pub fn answer(
    shell: State<'_, Shell>,
    report: String,
    text: String,
) -> Result<PostingView, Problem> {
    let text = Zeroizing::new(text);
    shell.with_desk(|d| d.answer(&report, &text, &Zoned::now()))
}

#[tauri::command(async)]
pub fn fetch(shell: State<'_, Shell>) -> Result<u32, Problem> {
    let desk = shell.desk()?;
    let transport = shell.travel()?.transport();
    let mut job = Job::begin(&shell, "fetch", None);
    let number = job.number();
    let shell = shell.inner().clone();
    tauri::async_runtime::spawn(async move {
        let cancel = job.token();
        let mut progress = |done, total| {
            job.progress(done, total);
        };
        let fetching = chronicle_desk::fetch(&desk, transport, Zoned::now, &mut progress, &cancel);
        // Also where the server is silent, the person's word counts at once.
        let fetched = tokio::select! {
            fetched = shell.while_open(async { fetching.await.map_err(|e| e.problem()) }) => fetched,
            () = cancel.cancelled() => Err(Problem::new("cancelled")),
        };
        drop(desk);
        end_fetch(&shell, job, fetched);
    });
    Ok(number)
}

/// Takes in a sealed report that came as a file; what came of it is told as for a fetch.
#[tauri::command]
pub async fn take_sealed(app: AppHandle, shell: State<'_, Shell>) -> Result<Option<u32>, Problem> {
    let title = window_words::title(&shell, "dialog-take-sealed");
    let Some(path) = dialogs::file(&app, title).await else {
        return Ok(None);
    };
    let desk = shell.desk()?;
    let mut job = Job::begin(&shell, "fetch", None);
    let number = job.number();
    let shell = shell.inner().clone();
    std::thread::spawn(move || {
        let unreadable = |_| Problem::new("file-unreadable");
        let cancel = job.token();
        let taken = std::fs::File::open(&path)
            .and_then(|file| Ok((file.metadata()?.len(), file)))
            .map_err(unreadable)
            .and_then(|(size, mut file)| {
                let mut progress = |done| {
                    job.progress(done, size);
                };
                chronicle_desk::take(&desk, &mut file, size, Zoned::now, &mut progress, &cancel)
                    .map_err(|e| e.problem())
            });
        drop(desk);
        end_fetch(&shell, job, taken);
    });
    Ok(Some(number))
}

/// Writes what waits to be posted about a report to a folder that the person chooses; gives how many files were written.
#[tauri::command]
pub async fn hand_answers(
    app: AppHandle,
    shell: State<'_, Shell>,
    report: String,
) -> Result<Option<u32>, Problem> {
    let title = window_words::title(&shell, "dialog-hand-over");
    let Some(folder) = dialogs::folder(&app, title).await else {
        return Ok(None);
    };
    let waiting = shell.with_desk(|d| d.to_hand_over(Some(&report)))?;
    let mut written = 0;
    for (name, sealed) in waiting {
        let path = folder.join(name);
        chronicle_desk::write_new(&path, &mut sealed.as_slice(), &mut |_| true)
            .map_err(|e| e.problem())?;
        written += 1;
    }
    Ok(Some(written))
}

fn end_fetch(shell: &Shell, job: Job, brought: Result<FetchView, Problem>) {
    match brought {
        Ok(result) => {
            job.end(Ok(()));
            shell.tell(ShellEvent::Fetched { result });
        }
        Err(problem) => job.end(Err(problem)),
    }
}

#[tauri::command(async)]
pub fn reports(shell: State<'_, Shell>, query: ReportQuery) -> Result<ReportList, Problem> {
    let desk = shell.desk()?;
    hold(&desk)
        .find(&query, &Zoned::now())
        .map_err(|e| e.problem())
}

#[tauri::command(async)]
pub fn report(shell: State<'_, Shell>, id: String) -> Result<ReportView, Problem> {
    shell.with_desk(|d| d.open(&id, &Zoned::now()))
}

#[tauri::command(async)]
pub fn report_people(shell: State<'_, Shell>, id: String) -> Result<String, Problem> {
    let words = shell.words();
    shell.with_desk(|d| d.people(&id, &words))
}

async fn save_text(
    app: &AppHandle,
    title: String,
    name: &str,
    text: impl FnOnce() -> Result<Zeroizing<String>, Problem>,
) -> Result<bool, Problem> {
    let Some(path) = dialogs::save(app, title, name.to_owned()).await else {
        return Ok(false);
    };
    let unwritable = |_| Problem::new("file-unwritable");
    dialogs::put(&path, |beside| {
        let mut file = dialogs::new_file(beside).map_err(unwritable)?;
        let text = text()?;
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(unwritable)
    })?;
    Ok(true)
}

#[tauri::command(async)]
pub fn mark_sender(
    shell: State<'_, Shell>,
    id: String,
    from: String,
    reason: String,
) -> Result<ReportView, Problem> {
    let from = from.parse().map_err(|_| Problem::new("day-unreadable"))?;
    shell.with_desk(|d| {
        d.mark_sender(&id, from, &reason, &Zoned::now())?;
        d.open(&id, &Zoned::now())
    })
}
