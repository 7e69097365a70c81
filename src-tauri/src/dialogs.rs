//! The desktop's own dialogs, opened from here: the page asks for one and never sees a path.

use chronicle_words::Problem;
use rfd::AsyncFileDialog;
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

/// Makes way for a new file where the person chose one that is there: the dialog asked before.
///
/// # Errors
/// `file-unwritable`.
pub fn replaceable(path: &Path) -> Result<(), Problem> {
    if path.is_file() {
        std::fs::remove_file(path).map_err(|_| Problem::new("file-unwritable"))?;
    }
    Ok(())
}

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
