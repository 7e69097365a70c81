//! The keys of a vault: its passphrase, its sheet, and opening by the sheet. A secret comes inward once; outward goes the code
//! of a new sheet alone, once, to be written down. Whatever took one is followed by a fresh page.

use crate::commands::start::{open, read_new, read_passphrase, refused};
use crate::jobs::Job;
use crate::keys::{Lent, Recovering};
use crate::session::Shell;
use crate::view::{KeysDone, KeysView, SheetView};
use crate::window::fresh_page;
use crate::{dialogs, window_words};
use chronicle_journal::secret;
use chronicle_passphrase::{CodeError, LIST, Passphrase, RecoveryCode};
use chronicle_sharing::{Holders, SHARES, Share};
use chronicle_vault::{Recovered, Vault};
use chronicle_words::Problem;
use jiff::Zoned;
use tauri::{AppHandle, State, WebviewWindow};
use zeroize::Zeroizing;

#[tauri::command(async)]
pub fn keys(shell: State<'_, Shell>) -> Result<KeysView, Problem> {
    let done = shell.keys().take_done();
    view(&shell, done)
}

fn view(shell: &Shell, done: Option<KeysDone>) -> Result<KeysView, Problem> {
    Lent(shell.clone()).ask(|vault| {
        let made = vault.sheet_made();
        Ok(KeysView {
            sheet: vault.has_sheet(),
            sheet_made: made.map(|at| {
                at.to_zoned(Zoned::now().time_zone().clone())
                    .date()
                    .to_string()
            }),
            older_keys: vault.has_older_keys(),
            done,
        })
    })
}

#[tauri::command(async)]
pub fn code_words() -> Vec<&'static str> {
    LIST.clone()
}

#[tauri::command(async)]
pub fn draw_sheet(shell: State<'_, Shell>, passphrase: String) -> Result<SheetView, Problem> {
    prove(&shell, passphrase)?;
    shell.keys().draw()
}

#[tauri::command(async)]
pub fn drop_sheet(shell: State<'_, Shell>) {
    shell.keys().drop_drawn();
}

#[tauri::command(async)]
pub fn keep_sheet(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    typed: Vec<String>,
) -> Result<(), Problem> {
    let typed = Zeroizing::new(typed);
    let asked = shell.keys().asked();
    let code = shell.keys().practised(&typed)?;
    let sealed = code_secret(&code)?;
    let job = Job::begin(&shell, "keys", None);
    let kept = Lent(shell.inner().clone()).ask(|v| v.keep_sheet(sealed, Zoned::now().timestamp()));
    if kept.is_err() {
        shell.keys().put_back(code, &asked);
    }
    finish(&shell, &window, job, kept, KeysDone::Sheet)
}

#[tauri::command(async)]
pub fn forget_sheet(shell: State<'_, Shell>) -> Result<KeysView, Problem> {
    Lent(shell.inner().clone()).ask(Vault::forget_sheet)?;
    view(&shell, Some(KeysDone::Forgotten))
}

#[tauri::command(async)]
pub fn change_passphrase(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    old: String,
    passphrase: String,
) -> Result<(), Problem> {
    let passphrase = read_new(passphrase)?;
    prove(&shell, old)?;
    let job = Job::begin(&shell, "keys", None);
    let new = secret(&passphrase);
    let changed = Lent(shell.inner().clone()).ask(|v| {
        v.change_passphrase(new, Zoned::now().timestamp())?;
        v.sealer()
    });
    let done = changed.map(|sealer| shell.set_sealer(sealer));
    finish(&shell, &window, job, done, KeysDone::Changed)
}

/// Seals everything again, as a job; gives its number.
#[tauri::command(async)]
pub fn seal_again(shell: State<'_, Shell>) -> Result<u32, Problem> {
    let lent = Lent(shell.inner().clone());
    lent.ask(|_| Ok(()))?;
    let mut job = Job::begin(&shell, "seal-again", None);
    let number = job.number();
    std::thread::spawn(move || {
        let at = Zoned::now().timestamp();
        let done =
            chronicle_vault::seal_again(&lent, at, &mut |done, total| job.progress(done, total));
        job.end(done.map_err(|e| Problem::new(e.code())));
    });
    Ok(number)
}

#[tauri::command]
pub async fn share_sheet(
    app: AppHandle,
    shell: State<'_, Shell>,
    window: WebviewWindow,
    code: String,
    holders: Vec<String>,
) -> Result<bool, Problem> {
    let code = read_code(code)?;
    let recipients: [&str; SHARES] =
        std::array::from_fn(|at| holders.get(at).map_or("", String::as_str));
    let holders = Holders::parse(recipients).map_err(|e| e.problem())?;
    let lent = Lent(shell.inner().clone());
    let (proof, tried) = (lent.ask(|v| v.sheet_proof())?, code_secret(&code)?);
    // A second of work, not on a thread that answers.
    let tried = tauri::async_runtime::spawn_blocking(move || proof.try_secret(tried)).await;
    tried
        .map_err(|_| Problem::new("internal"))?
        .map_err(|e| Problem::new(e.code()))?;
    let title = window_words::title(&shell, "dialog-shares");
    let Some(folder) = dialogs::folder(&app, title).await else {
        return Ok(false);
    };
    chronicle_sharing::write_all(&folder, &code, &holders, &shell.words())
        .map_err(|e| e.problem())?;
    shell.keys().set_done(KeysDone::Shared);
    fresh_page(&window);
    Ok(true)
}

#[tauri::command(async)]
pub fn recover(shell: State<'_, Shell>, code: String) -> Result<(), Problem> {
    recover_by(&shell, &read_code(code)?)
}

#[tauri::command(async)]
pub fn recover_by_shares(
    shell: State<'_, Shell>,
    first: String,
    second: String,
) -> Result<(), Problem> {
    let (first, second) = (Zeroizing::new(first), Zeroizing::new(second));
    let read =
        |text: &str, index: u32| Share::parse(text).map_err(|e| e.problem().with("index", index));
    let (one, other) = (read(&first, 1)?, read(&second, 2)?);
    let code = chronicle_sharing::join(&one, &other).map_err(|e| e.problem())?;
    recover_by(&shell, &code)
}

fn recover_by(shell: &Shell, code: &RecoveryCode) -> Result<(), Problem> {
    let code = code_secret(code)?;
    shell.stop_recovering();
    if shell.is_open() {
        return Err(Problem::new("internal"));
    }
    let place = shell.place();
    let rests = shell.pause_delivery().map(|(_, errands)| errands);
    match Vault::recover(&place, code) {
        Ok(recovered) => {
            shell.begin_recovering(Recovering {
                recovered,
                place,
                rests,
            });
            Ok(())
        }
        Err(error) => {
            if let Some(errands) = rests {
                shell.deliver_locked(&place, errands);
            }
            Err(Problem::new(error.code()))
        }
    }
}

#[tauri::command(async)]
pub fn stop_recovering(shell: State<'_, Shell>) {
    shell.stop_recovering();
}

#[tauri::command(async)]
pub fn finish_recovering(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    passphrase: String,
) -> Result<(), Problem> {
    let passphrase = read_new(passphrase)?;
    let recovering = shell.keys().take_recovering();
    let Recovering {
        recovered,
        place,
        rests,
    } = recovering.ok_or_else(|| Problem::new("not-recovering"))?;
    if let Err(problem) = open_with(&shell, recovered, &passphrase) {
        if let Some(errands) = rests {
            shell.deliver_locked(&place, errands);
        }
        return Err(problem);
    }
    shell.opened_at(place);
    shell.keep_known();
    shell.keys().set_done(KeysDone::Recovered);
    fresh_page(&window);
    Ok(())
}

fn open_with(shell: &Shell, recovered: Recovered, new: &Passphrase) -> Result<(), Problem> {
    let keys = recovered
        .set_passphrase(secret(new), Zoned::now().timestamp())
        .map_err(|e| Problem::new(e.code()))?;
    open(shell, keys)
}

// The page held a secret: a fresh one takes its place, and says what was done.
fn finish(
    shell: &Shell,
    window: &WebviewWindow,
    job: Job,
    result: Result<(), Problem>,
    done: KeysDone,
) -> Result<(), Problem> {
    // What failed is the command's answer.
    job.end(Ok(()));
    result?;
    shell.keys().set_done(done);
    fresh_page(window);
    Ok(())
}

// Who finds the window open does not know the passphrase.
fn prove(shell: &Shell, passphrase: String) -> Result<(), Problem> {
    let passphrase = read_passphrase(passphrase)?;
    let proof = Lent(shell.clone()).ask(|v| Ok(v.passphrase_proof()))?;
    let tried = proof.try_secret(secret(&passphrase));
    tried.map_err(|e| refused(&e, &passphrase))
}

fn read_code(code: String) -> Result<RecoveryCode, Problem> {
    let code = Zeroizing::new(code);
    RecoveryCode::parse(&code).map_err(|e| {
        let problem = Problem::new(e.code());
        match e {
            CodeError::Count(count) => problem.with("count", count),
            CodeError::Unknown(index) => problem.with("index", index),
            CodeError::Differ => problem,
        }
    })
}

fn code_secret(code: &RecoveryCode) -> Result<chronicle_vault::secrecy::SecretString, Problem> {
    let code = code.passphrase().map_err(|e| Problem::new(e.code()))?;
    Ok(secret(&code))
}
