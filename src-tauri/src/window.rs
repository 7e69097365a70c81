//! The one window: what it may load, where it may go, what of the web engine is switched off.

use crate::platform::Traces;
use crate::session::Shell;
use crate::view::ShellEvent;
use crate::{commands, media, platform};
use std::path::PathBuf;
use tauri::webview::NewWindowResponse;
use tauri::{
    App, DragDropEvent, Manager, RunEvent, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    WindowEvent,
};

/// Runs until the window is closed; gives the exit status.
pub fn run(vault: Option<PathBuf>, traces: &Traces) -> i32 {
    let shell = Shell::new(vault.unwrap_or_else(platform::default_place));
    let for_media = shell.clone();
    let folder = traces.folder().to_owned();
    let built = tauri::Builder::default()
        .manage(shell.clone())
        .invoke_handler(commands::handler())
        .register_asynchronous_uri_scheme_protocol(media::SCHEME, move |_, request, responder| {
            let shell = for_media.clone();
            tauri::async_runtime::spawn(async move {
                responder.respond(media::answer(shell, request).await)
            });
        })
        .setup(move |app| Ok(open(app, folder)?))
        .build(tauri::generate_context!());
    let app = match built {
        Ok(app) => app,
        Err(error) => {
            eprintln!("the window could not be opened: {error}");
            return 1;
        }
    };
    app.run_return(move |_, event| {
        if matches!(event, RunEvent::Exit) {
            shell.lock();
        }
    })
}

fn open(app: &App, traces: PathBuf) -> tauri::Result<()> {
    let mut builder = WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
        .title("Chronicle")
        .inner_size(1280.0, 800.0)
        .min_inner_size(480.0, 480.0)
        .devtools(false)
        .general_autofill_enabled(false)
        .on_navigation(|url| url.scheme() == "tauri" && url.host_str() == Some("localhost"))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false);
    // Automation does not reach a window that keeps nothing, so the window that tests drive is the same one with an
    // ordinary context in the folder that is thrown away.
    builder = if cfg!(feature = "automation") {
        builder.data_directory(traces)
    } else {
        builder.incognito(true)
    };
    let window = builder.build()?;
    quiet(&window)?;
    let handle = window.clone();
    window.on_window_event(move |event| on_event(&handle, event));
    Ok(())
}

fn on_event(window: &WebviewWindow, event: &WindowEvent) {
    let shell = window.state::<Shell>();
    match event {
        WindowEvent::CloseRequested { api, .. } if shell.is_open() || shell.has_held() => {
            // The page saves what is unsaved and calls `close`, or `stay` while it asks; one that does not answer is not
            // waited for.
            api.prevent_close();
            let (shell, window) = (shell.inner().clone(), window.clone());
            let request = shell.begin_closing();
            shell.tell(ShellEvent::Closing);
            std::thread::spawn(move || {
                std::thread::sleep(std::time::Duration::from_millis(1500));
                if !shell.stays(request) {
                    let _ = window.destroy();
                }
            });
        }
        WindowEvent::DragDrop(drag) => match drag {
            DragDropEvent::Enter { .. } => shell.tell(ShellEvent::Drag { over: true }),
            DragDropEvent::Leave => shell.tell(ShellEvent::Drag { over: false }),
            DragDropEvent::Drop { paths, .. } => {
                shell.tell(ShellEvent::Drag { over: false });
                shell.drop_files(paths.clone());
            }
            _ => {}
        },
        _ => {}
    }
}

// What a page of text and pictures does not need is off.
#[cfg(target_os = "linux")]
fn quiet(window: &WebviewWindow) -> tauri::Result<()> {
    window.with_webview(|view| {
        use webkit2gtk::{SettingsExt, WebViewExt};
        if let Some(settings) = view.inner().settings() {
            settings.set_enable_page_cache(false);
            settings.set_enable_webgl(false);
            settings.set_enable_webaudio(false);
            settings.set_enable_media_stream(false);
            settings.set_enable_html5_database(false);
            settings.set_enable_html5_local_storage(false);
            settings.set_enable_dns_prefetching(false);
            settings.set_enable_developer_extras(false);
            // What the page's policy refuses must not go unseen in tests.
            settings.set_enable_write_console_messages_to_stdout(cfg!(feature = "automation"));
        }
    })
}

#[cfg(not(target_os = "linux"))]
fn quiet(_: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}
