//! Whether somebody is at the window, and the quick way out: Escape twice. The window is gone at once, on every screen
//! picture from then on; the page keeps what is unsaved meanwhile, and then the process ends.

use crate::session::Shell;
use crate::view::ShellEvent;
use std::time::Duration;
use tauri::WebviewWindow;

/// Two presses, both let go in between, and how far they lie apart.
#[derive(Default)]
struct Presses {
    down: bool,
    before: Option<u32>,
}

impl Presses {
    /// Escape goes down at `time`, in milliseconds of the desktop's clock. Gives whether this was the second.
    fn down(&mut self, time: u32) -> bool {
        // A key that is held down repeats itself.
        if std::mem::replace(&mut self.down, true) {
            return false;
        }
        let before = self.before.replace(time);
        before.is_some_and(|before| time.wrapping_sub(before) <= APART)
    }

    fn up(&mut self) {
        self.down = false;
    }

    /// Another key or button in between: it was not meant.
    fn other(&mut self) {
        self.before = None;
    }
}

/// Watches what the window receives.
#[cfg(target_os = "linux")]
pub fn watch(window: &WebviewWindow, shell: Shell) -> tauri::Result<()> {
    use gtk::gdk::EventType;
    use gtk::gdk::keys::constants::Escape;
    use gtk::glib::Propagation;
    use gtk::prelude::*;
    use std::cell::RefCell;

    let left = window.clone();
    window.with_webview(move |view| {
        let presses = RefCell::new(Presses::default());
        view.inner().connect_event(move |_, event| {
            let escape = event.keyval().is_some_and(|key| key == *Escape);
            let mut presses = presses.borrow_mut();
            match event.event_type() {
                EventType::KeyPress if escape && presses.down(event.time()) => {
                    drop(presses);
                    leave(&left, &shell);
                    return Propagation::Stop;
                }
                EventType::KeyRelease if escape => presses.up(),
                EventType::KeyPress if !escape => presses.other(),
                EventType::ButtonPress => presses.other(),
                _ => {}
            }
            if matches!(
                event.event_type(),
                EventType::KeyPress
                    | EventType::ButtonPress
                    | EventType::MotionNotify
                    | EventType::Scroll
                    | EventType::TouchBegin
                    | EventType::TouchUpdate
            ) {
                shell.touch();
            }
            Propagation::Proceed
        });
    })
}

// The page saves and calls `close`; one that does not answer is not waited for.
#[cfg(target_os = "linux")]
fn leave(window: &WebviewWindow, shell: &Shell) {
    use gtk::prelude::*;
    for shown in gtk::Window::list_toplevels() {
        shown.hide();
    }
    if let Some(display) = gtk::gdk::Display::default() {
        display.flush();
    }
    shell.tell(ShellEvent::Leaving);
    let (shell, window) = (shell.clone(), window.clone());
    std::thread::spawn(move || {
        std::thread::sleep(PATIENCE);
        shell.end();
        let _ = window.destroy();
    });
}

#[cfg(not(target_os = "linux"))]
pub fn watch(_: &WebviewWindow, _: Shell) -> tauri::Result<()> {
    Ok(())
}

/// Milliseconds between two presses that belong together.
const APART: u32 = 500;
/// How long the page may take to keep what is unsaved.
const PATIENCE: Duration = Duration::from_millis(1500);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_two_presses_in_a_row_are_meant() {
        let mut presses = Presses::default();
        let mut press = |time| {
            let second = presses.down(time);
            presses.up();
            second
        };
        assert!(!press(1000), "the first");
        assert!(!press(1501), "too late");
        assert!(press(1900), "the second");
        let mut held = Presses::default();
        assert!(!held.down(1000));
        assert!(!held.down(1030) && !held.down(1060), "held down");
        let mut between = Presses::default();
        between.down(1000);
        between.up();
        between.other();
        assert!(!between.down(1100), "something else in between");
        let mut around = Presses::default();
        around.down(u32::MAX - 10);
        around.up();
        assert!(around.down(20), "the clock of the desktop begins anew");
    }
}
