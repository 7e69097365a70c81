//! Whether somebody is at the window, and the quick way out: Escape twice. The window is gone at once, on every screen
//! picture from then on; the page keeps what is unsaved meanwhile, and then the process ends.

use crate::session::Shell;
use crate::view::ShellEvent;
use std::time::Duration;
use tauri::WebviewWindow;

/// Two presses, both let go in between, and how far they lie apart. Times are milliseconds of the desktop's clock.
#[derive(Default)]
struct Presses {
    down: bool,
    before: Option<u32>,
    newest: Option<u32>,
}

impl Presses {
    /// Takes note of a key that went down or up at `time`. False for one that was seen before: a key that the page makes
    /// no use of comes a second time, when the page has answered, which may be after it was let go.
    fn news(&mut self, time: u32) -> bool {
        if self.newest.is_some_and(|n| n.wrapping_sub(time) < ECHO) {
            return false;
        }
        self.newest = Some(time);
        true
    }

    /// Escape goes down. Gives whether this was the second.
    fn down(&mut self, time: u32) -> bool {
        // A key that is held down repeats itself.
        if !self.news(time) || std::mem::replace(&mut self.down, true) {
            return false;
        }
        let before = self.before.replace(time);
        before.is_some_and(|before| time.wrapping_sub(before) <= APART)
    }

    fn up(&mut self, time: u32) {
        if self.news(time) {
            self.down = false;
        }
    }

    /// Another key in between: it was not meant.
    fn other(&mut self, time: u32) {
        if self.news(time) {
            self.before = None;
        }
    }

    /// A button of the mouse in between.
    fn clicked(&mut self) {
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
                EventType::KeyRelease if escape => presses.up(event.time()),
                EventType::KeyPress if !escape => presses.other(event.time()),
                EventType::ButtonPress => presses.clicked(),
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
/// Milliseconds after which a key that comes a second time is not the same press any more.
const ECHO: u32 = 20_000;
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
            presses.up(time + 10);
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
        between.up(1010);
        between.other(1050);
        assert!(!between.down(1100), "another key in between");
        let mut clicked = Presses::default();
        clicked.down(1000);
        clicked.up(1010);
        clicked.clicked();
        assert!(!clicked.down(1100), "a click in between");
        let mut around = Presses::default();
        around.down(u32::MAX - 20);
        around.up(u32::MAX - 10);
        assert!(around.down(20), "the clock of the desktop begins anew");
    }

    #[test]
    fn a_press_that_comes_again_from_a_slow_page_is_no_second_one() {
        let mut once = Presses::default();
        assert!(!once.down(1000));
        once.up(1010);
        assert!(!once.down(1000), "the same press");
        once.up(1010);
        assert!(once.down(1300), "a second one");
        let mut late = Presses::default();
        assert!(!late.down(1000));
        late.up(1010);
        assert!(!late.down(1600), "too late");
        late.up(1010);
        assert!(!late.down(1640), "held down, the first let go once more");
        let mut typed = Presses::default();
        typed.other(900);
        assert!(!typed.down(1000));
        typed.up(1010);
        typed.other(900);
        assert!(typed.down(1200), "the letter before came again");
    }
}
