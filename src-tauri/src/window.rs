//! The one window: what it may load, where it may go, what of the web engine is switched off, and how it is left.

use crate::handover::Frame;
use crate::platform::Traces;
use crate::session::Shell;
use crate::view::ShellEvent;
use crate::{commands, desktop, leaving, media};
use std::path::PathBuf;
use std::time::Duration;
use tauri::webview::NewWindowResponse;
use tauri::{
    App, DragDropEvent, Manager, PhysicalPosition, PhysicalSize, RunEvent, WebviewUrl,
    WebviewWindow, WebviewWindowBuilder, WindowEvent,
};

/// Runs until the window is closed; gives the exit status.
pub fn run(shell: Shell, traces: &Traces) -> i32 {
    let for_desktop = shell.clone();
    desktop::watch(move || for_desktop.ask_to_lock());
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
            shell.end();
        }
    })
}

/// Ends the process in which the page ran, with all that was typed there, and shows the page anew in a fresh one.
#[cfg(target_os = "linux")]
pub fn fresh_page(window: &WebviewWindow) {
    let replaced = window.with_webview(|view| {
        use webkit2gtk::WebViewExt;
        let view = view.inner();
        let address = view.uri();
        view.terminate_web_process();
        view.load_uri(address.as_deref().unwrap_or(PAGE));
    });
    // A window that is closing has no page any more.
    drop(replaced);
}

#[cfg(not(target_os = "linux"))]
pub fn fresh_page(_: &WebviewWindow) {}

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
    let shell = window.state::<Shell>().inner().clone();
    place(&window, shell.frame());
    quiet(&window)?;
    leaving::watch(&window, shell.clone())?;
    survive(&window, shell)?;
    let handle = window.clone();
    window.on_window_event(move |event| on_event(&handle, event));
    Ok(())
}

fn on_event(window: &WebviewWindow, event: &WindowEvent) {
    let shell = window.state::<Shell>();
    match event {
        WindowEvent::Resized(size) => {
            shell.keep_frame(|f| f.size = Some((size.width, size.height)))
        }
        WindowEvent::Moved(to) => shell.keep_frame(|f| f.position = Some((to.x, to.y))),
        WindowEvent::CloseRequested { api, .. }
            if shell.is_open() || shell.has_held() || shell.is_sending_locked() =>
        {
            // The page saves what is unsaved and calls `close`, or `stay` while it asks; one that does not answer is not
            // waited for.
            api.prevent_close();
            let (shell, window) = (shell.inner().clone(), window.clone());
            let request = shell.begin_closing();
            shell.tell(ShellEvent::Closing);
            std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(1500));
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

// A page whose process ended by itself shows nothing any more, and nobody at it could lock: an open vault is locked then,
// which begins everything anew; a locked window gets a new page.
#[cfg(target_os = "linux")]
fn survive(window: &WebviewWindow, shell: Shell) -> tauri::Result<()> {
    use webkit2gtk::{WebProcessTerminationReason, WebViewExt};
    window.with_webview(move |view| {
        view.inner()
            .connect_web_process_terminated(move |view, reason| {
                if reason == WebProcessTerminationReason::TerminatedByApi {
                    return;
                }
                if shell.is_open() {
                    let shell = shell.clone();
                    std::thread::spawn(move || shell.lock(true));
                } else {
                    view.load_uri(PAGE);
                }
            });
    })
}

#[cfg(not(target_os = "linux"))]
fn survive(_: &WebviewWindow, _: Shell) -> tauri::Result<()> {
    Ok(())
}

// Where the image before this one had it.
fn place(window: &WebviewWindow, frame: Frame) {
    if let Some((width, height)) = frame.size {
        let _ = window.set_size(PhysicalSize::new(width, height));
    }
    if let Some((x, y)) = frame.position {
        let _ = window.set_position(PhysicalPosition::new(x, y));
    }
}

#[cfg(target_os = "linux")]
const PAGE: &str = "tauri://localhost/";

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
