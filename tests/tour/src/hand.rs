//! The hand on mouse and keyboard, through the X server, as a person's would come. Knows windows and points, never the
//! page's inside. Types nothing that did not come from the caller.

use crate::fault::{During, Fault, Outcome, ensure};
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A window on the display, as the X server numbers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Xid(String);

/// Waits until `find` gives something; the fault names `what`.
pub fn until<T>(
    what: &str,
    limit: Duration,
    mut find: impl FnMut() -> Outcome<Option<T>>,
) -> Outcome<T> {
    let end = Instant::now() + limit;
    loop {
        if let Some(found) = find()? {
            return Ok(found);
        }
        ensure(Instant::now() < end, || {
            format!("{what} did not come within {} s", limit.as_secs())
        })?;
        sleep(Duration::from_millis(60));
    }
}

/// The visible window with exactly this title, if there is one.
pub fn window(title: &str) -> Outcome<Option<Xid>> {
    let out = Command::new("xdotool")
        .args(["search", "--onlyvisible", "--name", &format!("^{title}$")])
        .output();
    let out = out.during("xdotool")?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    Ok(text.lines().next_back().map(|id| Xid(id.to_owned())))
}

/// How many windows can be seen, menus among them.
pub fn visible() -> Outcome<usize> {
    let out = Command::new("xdotool")
        .args(["search", "--onlyvisible", ".*"])
        .output()
        .during("xdotool")?;
    Ok(String::from_utf8_lossy(&out.stdout).lines().count())
}

/// Gives a window the focus.
pub fn focus(window: &Xid) -> Outcome {
    xdotool(["windowactivate", "--sync", &window.0])
}

/// Makes a window as large as asked.
pub fn resize(window: &Xid, width: u32, height: u32) -> Outcome {
    xdotool([
        "windowsize",
        "--sync",
        &window.0,
        &width.to_string(),
        &height.to_string(),
    ])
}

/// Takes a window from the display; its process does not notice more than that.
pub fn hide(window: &Xid) -> Outcome {
    xdotool(["windowunmap", "--sync", &window.0])
}

/// Brings it back.
pub fn show(window: &Xid) -> Outcome {
    xdotool(["windowmap", "--sync", &window.0])
}

/// Moves the pointer to a point of a window.
pub fn point(window: &Xid, at: (f64, f64)) -> Outcome {
    let (x, y) = (at.0.round().to_string(), at.1.round().to_string());
    xdotool([
        "mousemove",
        "--window",
        &window.0,
        "--",
        x.as_str(),
        y.as_str(),
    ])
}

/// Clicks where the pointer is.
pub fn click() -> Outcome {
    xdotool(["click", "1"])
}

/// Presses the first button and keeps it down.
pub fn press() -> Outcome {
    xdotool(["mousedown", "1"])
}

/// Lets the first button go.
pub fn release() -> Outcome {
    xdotool(["mouseup", "1"])
}

/// Presses a key or a chord such as `ctrl+l`, `times` times.
pub fn key(chord: &str, times: usize) -> Outcome {
    if times == 0 {
        return Ok(());
    }
    let mut args = vec!["key", "--delay", "20"];
    args.extend(std::iter::repeat_n(chord, times));
    xdotool(args)
}

/// Types a text; `delay` milliseconds between the keys.
pub fn type_text(text: &str, delay: u32) -> Outcome {
    xdotool(["type", "--delay", &delay.to_string(), "--", text])
}

/// Takes a picture of the whole display, or of one window.
pub fn picture(of: Option<&Xid>, file: &Path) -> Outcome {
    let mut command = Command::new("import");
    command
        .args([
            "-silent",
            "-window",
            of.map_or("root", |xid| xid.0.as_str()),
        ])
        .arg(file);
    ran(&mut command)
}

/// A window as a telephone would photograph it: turned, seen from aside, out of focus, grainy, as a JPEG.
pub fn photograph(of: &Xid, file: &Path) -> Outcome {
    let sharp = file.with_extension("png");
    picture(Some(of), &sharp)?;
    let mut command = Command::new("convert");
    command
        .arg(&sharp)
        .args(["-background", "#55504a", "-virtual-pixel", "background"])
        .args(["+distort", "SRT", "1.3 11"])
        .args(["+distort", "Perspective"])
        .arg("0,0 30,0  1400,0 1400,60  0,1200 0,1200  1400,1200 1370,1150")
        .args([
            "-blur",
            "0x2",
            "-attenuate",
            "0.2",
            "-seed",
            "7",
            "+noise",
            "Gaussian",
        ])
        .args(["-quality", "70"])
        .arg(file);
    ran(&mut command)
}

/// A small window in a corner whose content can be dragged: files, as a file manager would offer them.
pub struct DragSource {
    process: Child,
    window: Xid,
}

impl DragSource {
    /// Shows the files.
    pub fn show(files: &[&Path]) -> Outcome<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("drag-source.py");
        let process = Command::new("/usr/bin/python3")
            .arg(script)
            .args(files)
            .stdin(Stdio::null())
            .spawn();
        let process = process.during("the window to drag from")?;
        let mut source = Self {
            process,
            window: Xid(String::new()),
        };
        source.window = until("the window to drag from", Duration::from_secs(10), || {
            window("Files to drag")
        })?;
        sleep(Duration::from_millis(300));
        Ok(source)
    }

    /// Drags the files to a point of `target` and lets them go there once `over` sees that they have arrived.
    pub fn drop_on(
        &self,
        target: &Xid,
        at: (f64, f64),
        mut over: impl FnMut() -> Outcome<bool>,
    ) -> Outcome {
        for _ in 0..3 {
            point(&self.window, (60.0, 24.0))?;
            sleep(Duration::from_millis(100));
            press()?;
            // A drag begins only after some distance, and its target is told by moving over it.
            for step in 1..=6 {
                point(
                    &self.window,
                    (60.0 - 12.0 * f64::from(step), 24.0 - 8.0 * f64::from(step)),
                )?;
                sleep(Duration::from_millis(60));
            }
            for (dx, dy) in [(-20.0, -10.0), (-8.0, -4.0), (0.0, 0.0)] {
                point(target, (at.0 + dx, at.1 + dy))?;
                sleep(Duration::from_millis(120));
            }
            let arrived = until("files over the page", Duration::from_secs(3), || {
                Ok(over()?.then_some(()))
            });
            release()?;
            if arrived.is_ok() {
                return Ok(());
            }
        }
        Err(Fault::new(
            "the page does not see files that are dragged over it",
        ))
    }
}

impl Drop for DragSource {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn xdotool<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Outcome {
    ran(Command::new("xdotool").args(args))
}

fn ran(command: &mut Command) -> Outcome {
    let out = command
        .output()
        .during(command.get_program().to_string_lossy())?;
    if out.status.success() {
        return Ok(());
    }
    Err(Fault::new(format!(
        "{:?} failed: {}",
        command.get_program(),
        String::from_utf8_lossy(&out.stderr).trim()
    )))
}
