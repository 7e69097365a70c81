//! The desktop's own dialogs, opened from here: the page asks for one and never sees a path.

use chronicle_words::Problem;
use rfd::AsyncFileDialog;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use tauri::{AppHandle, Manager};

/// Asks for a folder.
pub async fn folder(app: &AppHandle, title: String) -> Option<PathBuf> {
    ask(app, move |dialog| {
        let asked = dialog.set_title(title).pick_folder();
        Box::pin(async move { asked.await.map(|f| vec![f.path().to_owned()]) })
    })
    .await?
    .pop()
}

/// Asks for one file.
pub async fn file(app: &AppHandle, title: String) -> Option<PathBuf> {
    ask(app, move |dialog| {
        let asked = dialog.set_title(title).pick_file();
        Box::pin(async move { asked.await.map(|f| vec![f.path().to_owned()]) })
    })
    .await?
    .pop()
}

/// Asks for several files.
pub async fn files(app: &AppHandle, title: String) -> Option<Vec<PathBuf>> {
    ask(app, move |dialog| {
        let asked = dialog.set_title(title).pick_files();
        Box::pin(async move {
            asked
                .await
                .map(|all| all.iter().map(|f| f.path().to_owned()).collect())
        })
    })
    .await
}

/// Asks where to save a new file; `name` is offered.
pub async fn save(app: &AppHandle, title: String, name: String) -> Option<PathBuf> {
    ask(app, move |dialog| {
        let asked = dialog.set_title(title).set_file_name(name).save_file();
        Box::pin(async move { asked.await.map(|f| vec![f.path().to_owned()]) })
    })
    .await?
    .pop()
}

/// Lets `write` make a new file beside the place that was chosen, and puts it there once it is whole; the dialog asked before
/// about a file with that name. Until then that file stays as it was, and a fault leaves nothing else.
///
/// # Errors
/// Those of `write`, and `file-unwritable`.
pub fn put(path: &Path, write: impl FnOnce(&Path) -> Result<(), Problem>) -> Result<(), Problem> {
    let beside = beside(path)?;
    let written = write(&beside)
        .and_then(|()| std::fs::rename(&beside, path).map_err(|_| unwritable()))
        .inspect_err(|_| drop(std::fs::remove_file(&beside)));
    // Some file systems cannot sync a folder; the content is on the disk already.
    let folder = path.parent().and_then(|f| std::fs::File::open(f).ok());
    let _ = folder.map(|f| f.sync_all());
    written
}

/// A file that was not there, for its owner alone.
pub fn new_file(path: &Path) -> std::io::Result<std::fs::File> {
    std::fs::File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

fn beside(path: &Path) -> Result<PathBuf, Problem> {
    let mut bytes = [0u8; 8];
    getrandom::fill(&mut bytes).map_err(|_| Problem::new("internal"))?;
    Ok(path.with_file_name(format!(".{}.part", hex::encode(bytes))))
}

/// A name from outside as a name to offer: no separators, no hidden file, nothing that turns or ends the line, 200 bytes.
pub fn offered(name: &str) -> String {
    let plain: String = name.chars().filter(|c| !unseen(*c)).map(part).collect();
    let plain = plain.trim().trim_start_matches('.');
    if plain.is_empty() {
        return "copy".into();
    }
    let (stem, ending) = match plain.rsplit_once('.') {
        Some((stem, ending)) if ending.len() <= ENDING => (stem, format!(".{ending}")),
        _ => (plain, String::new()),
    };
    let room = stem.floor_char_boundary(LONGEST - ending.len());
    format!("{}{ending}", stem.get(..room).unwrap_or_default())
}

fn part(letter: char) -> char {
    if matches!(letter, '/' | '\\' | ':') {
        '_'
    } else {
        letter
    }
}

fn unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn unwritable() -> Problem {
    Problem::new("file-unwritable")
}

/// Bytes of an offered name, and of its ending, at most.
const LONGEST: usize = 200;
const ENDING: usize = 16;

type Asked = std::pin::Pin<Box<dyn Future<Output = Option<Vec<PathBuf>>> + Send>>;

// GTK wants its dialogs begun on the main thread; the answer is awaited here.
async fn ask(
    app: &AppHandle,
    begin: impl FnOnce(AsyncFileDialog) -> Asked + Send + 'static,
) -> Option<Vec<PathBuf>> {
    let (answer, asked) = tokio::sync::oneshot::channel();
    let parent = app.get_webview_window("main")?;
    app.run_on_main_thread(move || {
        let mut dialog = AsyncFileDialog::new().set_parent(&parent);
        // Else GTK begins with a list of what the person opened lately, in any application.
        if let Some(home) = std::env::home_dir() {
            dialog = dialog.set_directory(home);
        }
        let _ = answer.send(begin(dialog));
    })
    .ok()?;
    asked.await.ok()?.await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_there_stays_until_the_new_file_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("profile.json");
        std::fs::write(&path, "old").unwrap();
        let full = put(&path, |beside| {
            std::fs::write(beside, "ne").unwrap();
            Err(Problem::new("disk-full"))
        });
        assert_eq!(full.unwrap_err().code, "disk-full");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
        put(&path, |beside| {
            assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
            std::fs::write(beside, "new").map_err(|_| unwritable())
        })
        .unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_offered_name_is_only_a_name() {
        assert_eq!(offered("../../.bashrc"), "_.._.bashrc");
        assert_eq!(offered("..hidden"), "hidden");
        assert_eq!(offered("gate at dusk.jpg"), "gate at dusk.jpg");
        assert_eq!(offered("photo\u{202e}gpj.exe\n"), "photogpj.exe");
        assert_eq!(offered("File \u{2068}3\u{2069}.jpg"), "File 3.jpg");
        assert_eq!(offered(" \u{200f}\t"), "copy");
        let long = offered(&format!("{}.jpeg", "ж".repeat(300)));
        assert!(long.len() <= 200 && long.ends_with("ж.jpeg"), "{long}");
        assert!(offered(&"ж.".repeat(300)).len() <= 200);
    }
}
