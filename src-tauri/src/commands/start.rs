//! First run, unlocking, locking.

use crate::session::{Shell, last_part};
use crate::view::{PlaceView, SessionView, ShellEvent, StrengthView, VaultRole};
use crate::window::fresh_page;
use crate::{dialogs, platform, window_words};
use chronicle_desk::Desk;
use chronicle_journal::Journal;
use chronicle_passphrase::{NEEDED, Passphrase, generate, layout_hint, weigh};
use chronicle_vault::{Keys, Vault, VaultKind};
use chronicle_wire::words::Language;
use chronicle_words::Problem;
use jiff::Zoned;
use std::path::{Path, PathBuf};
use tauri::ipc::Channel;
use tauri::{AppHandle, State, WebviewWindow};
use zeroize::Zeroizing;

#[tauri::command]
pub fn events(shell: State<'_, Shell>, channel: Channel<ShellEvent>) {
    shell.set_channel(channel);
}

#[tauri::command(async)]
pub fn session(shell: State<'_, Shell>) -> SessionView {
    shell.view()
}

#[tauri::command(async)]
pub fn set_locale(shell: State<'_, Shell>, locale: String) -> SessionView {
    shell.set_locale(&locale);
    shell.view()
}

// Asked for an existing vault, a folder without one is told and not taken.
#[tauri::command]
pub async fn choose_folder(
    app: AppHandle,
    shell: State<'_, Shell>,
    existing: bool,
) -> Result<Option<PlaceView>, Problem> {
    let title = window_words::title(&shell, "dialog-choose-folder");
    let Some(folder) = dialogs::folder(&app, title).await else {
        return Ok(None);
    };
    let folder = vault_in(folder);
    let view = place_view(&folder);
    if view.has_vault || !existing {
        shell.set_place(folder);
    }
    Ok(Some(view))
}

// In a folder that holds other things, the vault gets one of its own.
fn vault_in(folder: PathBuf) -> PathBuf {
    let empty = std::fs::read_dir(&folder).is_ok_and(|mut items| items.next().is_none());
    if chronicle_vault::exists(&folder) || empty {
        folder
    } else {
        folder.join(platform::FOLDER)
    }
}

#[tauri::command(async)]
pub fn place(shell: State<'_, Shell>) -> PlaceView {
    place_view(&shell.place())
}

#[tauri::command(async)]
pub fn generate_passphrase() -> Result<Vec<&'static str>, Problem> {
    Ok(generate().map_err(|e| Problem::new(e.code()))?.to_vec())
}

#[tauri::command(async)]
pub fn weigh_passphrase(passphrase: String) -> StrengthView {
    let passphrase = Zeroizing::new(passphrase);
    let strength = weigh(&passphrase);
    StrengthView {
        bits: strength.bits,
        enough: strength.enough(),
        needed: NEEDED,
        hint: strength.hint.map(|hint| hint.key().to_owned()),
    }
}

#[tauri::command(async)]
pub fn create_vault(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    role: VaultRole,
    passphrase: String,
    listed: bool,
) -> Result<SessionView, Problem> {
    let passphrase = read_new(passphrase)?;
    let place = shell.place();
    shell.stop_recovering();
    match role {
        VaultRole::Journal => {
            shell.open_journal(Journal::create(&place, &passphrase).map_err(|e| e.problem())?)?
        }
        VaultRole::Desk => {
            shell.open_desk(Desk::create(&place, &passphrase).map_err(|e| e.problem())?)
        }
    }
    shell.opened_at(place);
    if !listed {
        // Where this fails the folder is listed until it is said again, in the settings.
        let _ = shell.with_vault(|vault| vault.set_listed(false, Zoned::now().timestamp()));
    }
    shell.keep_known();
    fresh_page(&window);
    Ok(shell.view())
}

#[tauri::command(async)]
pub fn unlock(
    shell: State<'_, Shell>,
    window: WebviewWindow,
    passphrase: String,
) -> Result<SessionView, Problem> {
    let passphrase = read_passphrase(passphrase)?;
    shell.with_place(|place| {
        let keys = Vault::keys(place, chronicle_journal::secret(&passphrase));
        open(&shell, keys.map_err(|e| refused(&e, &passphrase))?)?;
        shell.opened_at(place.to_owned());
        Ok(())
    })?;
    shell.keep_known();
    fresh_page(&window);
    Ok(shell.view())
}

// With an open vault this does not return: the image of the process that answers is another one.
#[tauri::command(async)]
pub fn lock(shell: State<'_, Shell>, sending: bool) -> SessionView {
    shell.lock(sending);
    shell.view()
}

#[tauri::command(async)]
pub fn lock_after(shell: State<'_, Shell>) -> u32 {
    shell.lock_after()
}

#[tauri::command(async)]
pub fn set_lock_after(shell: State<'_, Shell>, minutes: u32) -> Result<(), Problem> {
    shell.set_lock_after(minutes)
}

#[tauri::command(async)]
pub fn close(shell: State<'_, Shell>, window: WebviewWindow) {
    shell.end();
    let _ = window.destroy();
}

#[tauri::command(async)]
pub fn stay(shell: State<'_, Shell>) {
    shell.stay();
}

#[tauri::command(async)]
pub fn keyboard() -> Option<String> {
    platform::keyboard_layout()
}

#[tauri::command(async)]
pub fn words_list(language: String) -> Vec<&'static str> {
    Language::of(&language)
        .map(Language::list)
        .unwrap_or_default()
}

/// Opens a session with whatever vault the keys are of.
pub fn open(shell: &Shell, keys: Keys) -> Result<(), Problem> {
    let read = &mut |_| {};
    match keys.kind() {
        VaultKind::Journal => {
            shell.open_journal(Journal::with_keys(keys, read).map_err(|e| e.problem())?)
        }
        VaultKind::Desk => {
            shell.open_desk(Desk::with_keys(keys, read).map_err(|e| e.problem())?);
            Ok(())
        }
    }
}

/// Why a typed passphrase opens nothing, with a guess at the layout where there is one.
pub fn refused(error: &chronicle_vault::Error, passphrase: &Passphrase) -> Problem {
    let hint = layout_hint(passphrase.expose()).filter(|_| error.code() == "wrong-passphrase");
    hint.map_or(Problem::new(error.code()), |hint| {
        Problem::new(error.code()).with("hint", hint.key())
    })
}

/// A new passphrase that is strong enough.
pub fn read_new(passphrase: String) -> Result<Passphrase, Problem> {
    let passphrase = read_passphrase(passphrase)?;
    let strength = weigh(passphrase.expose());
    if strength.enough() {
        Ok(passphrase)
    } else {
        Err(Problem::new("passphrase-weak").with("bits", strength.bits))
    }
}

/// A passphrase as it was typed.
pub fn read_passphrase(passphrase: String) -> Result<Passphrase, Problem> {
    let passphrase = Zeroizing::new(passphrase);
    Passphrase::new(&passphrase).map_err(|e| Problem::new(e.code()))
}

/// A folder as the page may know it.
pub fn place_view(folder: &Path) -> PlaceView {
    let there = folder.ancestors().find(|a| a.is_dir()).unwrap_or(folder);
    PlaceView {
        folder: last_part(folder),
        free_bytes: chronicle_vault::room(there).unwrap_or(0),
        has_vault: chronicle_vault::exists(folder),
        writable: rustix::fs::access(there, rustix::fs::Access::WRITE_OK).is_ok(),
        usual: folder == platform::default_place(),
    }
}

/// Whether two folders are on one disk, as far as the system tells disks apart.
pub fn same_disk(one: &Path, other: &Path) -> bool {
    let disk = |folder: &Path| rustix::fs::stat(folder).map(|s| s.st_dev).ok();
    disk(one).is_some_and(|number| disk(other) == Some(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vault_is_found_in_the_folder_and_in_the_one_it_was_given_there() {
        let dir = tempfile::tempdir().unwrap();
        let stick = dir.path().to_owned();
        assert_eq!(vault_in(stick.clone()), stick);
        let own = stick.join(platform::FOLDER);
        std::fs::create_dir(&own).unwrap();
        std::fs::write(own.join("key.age"), "").unwrap();
        assert_eq!(vault_in(stick), own);
        assert_eq!(vault_in(own.clone()), own);
        assert!(place_view(&own).has_vault);
    }

    #[test]
    fn a_folder_beside_is_on_the_same_disk_and_memory_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let (one, other) = (dir.path().join("desk"), dir.path().join("medium"));
        std::fs::create_dir(&one).unwrap();
        std::fs::create_dir(&other).unwrap();
        assert!(same_disk(&one, &other));
        assert!(!same_disk(&one, Path::new("/proc")));
        assert!(!same_disk(&one, &dir.path().join("nowhere")));
    }
}
