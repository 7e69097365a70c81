//! Locking that nobody asked for with the mouse: the desktop locks its session, the device is about to sleep, a screen
//! saver begins, nobody is there; and the quick way out. The desktop is a stand-in for logind on a bus of its own.
//! Each time the process that held the keys must be another one afterwards, its helpers gone, and the last words kept.

use crate::fault::{During, Fault, Outcome, ensure};
use crate::hand::{self, until};
use crate::operator::{Programs, said};
use crate::page::{Page, SOON};
use crate::steps::Steps;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Walks all of it; pictures go to `out`.
pub fn locking(programs: &Programs, out: &Path, folder: &Path) -> Outcome {
    let mut steps = Steps::new(out).during("the folder of pictures")?;
    let journal = Kept::make(programs, folder)?;
    let desktop = Desktop::begin()?;
    let log = out.join("window.log");
    let page = Page::open(&programs.window, &journal.vault, None, &log)?;
    let walked = walk(&page, &desktop, &journal, &mut steps);
    walked.inspect_err(|fault| steps.failed(fault, Some(&page)))
}

fn walk(page: &Page, desktop: &Desktop, journal: &Kept, steps: &mut Steps) -> Outcome {
    steps.step(Some(page), "unlocked, the page is another process", || {
        let before = pages_of(page.process())?;
        unlock(page)?;
        ensure(!before.is_empty(), || "no page's process is seen".into())?;
        ended(&before)?;
        ensure(!pages_of(page.process())?.is_empty(), || {
            "no page's process is seen afterwards".into()
        })
    })?;
    steps.step(Some(page), "sleep is delayed", || {
        until("a delay", SOON, || {
            Ok((desktop.delays()? == 1).then_some(()))
        })
    })?;
    steps.step(Some(page), "another session's lock is not ours", || {
        let before = alive(page.process())?;
        desktop.lock_session("c2")?;
        sleep(Duration::from_millis(2500));
        ensure(image(page.process())? == before.image, || {
            "locked by somebody else's session".into()
        })?;
        page.see("incident-line")
    })?;
    for (what, word, act) in WAYS {
        steps.step(Some(page), what, || {
            write(page, word)?;
            let before = alive(page.process())?;
            let began = Instant::now();
            act(desktop)?;
            locked(page, &before, began)
        })?;
        steps.step(
            Some(page),
            &format!("{what}: the last words are kept"),
            || {
                if desktop.sleeping()? {
                    desktop.sleep(false)?;
                }
                unlock(page)?;
                page.click("incident-line")?;
                page.see("notes")?;
                let notes = page.property("notes", "value")?;
                ensure(notes.ends_with(word), || {
                    format!("the notes end in {notes:?}")
                })
            },
        )?;
    }
    refusing(page, desktop, journal, steps)?;
    idle(page, steps)?;
    quick_exit(page, journal, steps)
}

// What cannot be kept is held in memory, sealed, over the lock; locking does not wait for the disk.
fn refusing(page: &Page, desktop: &Desktop, journal: &Kept, steps: &mut Steps) -> Outcome {
    // A folder where the table's journal would be: nothing can be written, whoever one is.
    let obstacle = journal.vault.join("vault.db-journal");
    steps.step(Some(page), "the disk refuses", || {
        page.see("notes")?;
        if obstacle.is_file() {
            std::fs::remove_file(&obstacle).during("the table's journal")?;
        }
        std::fs::create_dir(&obstacle).during("the obstacle")?;
        write(page, HELD)?;
        until("a text that could not be kept", SOON, || {
            let state = page.ask(KEPT, &json!([]))?;
            Ok((state == json!("failed")).then_some(()))
        })
    })?;
    steps.step(Some(page), "locked although it refuses", || {
        let before = alive(page.process())?;
        let began = Instant::now();
        desktop.lock_session("c1")?;
        locked(page, &before, began)?;
        page.see("unlock-held")
    })?;
    steps.step(Some(page), "the text comes back", || {
        std::fs::remove_dir(&obstacle).during("the obstacle")?;
        ensure(!journal_has(journal, HELD)?, || {
            "the disk did not refuse".into()
        })?;
        unlock(page)?;
        until("the text is kept", SOON, || {
            Ok(journal_has(journal, HELD)?.then_some(()))
        })
    })
}

fn journal_has(journal: &Kept, word: &str) -> Outcome<bool> {
    let copy = journal.vault.with_extension("copy");
    // The window holds the vault: what is on the disk is looked at in a copy.
    let _ = std::fs::remove_dir_all(&copy);
    said(Command::new("cp").arg("-a").arg(&journal.vault).arg(&copy))?;
    let at = Kept {
        programs: journal.programs,
        vault: copy,
        passphrase: journal.passphrase.clone(),
    };
    Ok(at.notes()?.contains(word))
}

type Way = (&'static str, &'static str, fn(&Desktop) -> Outcome);

const WAYS: [Way; 3] = [
    ("the desktop locks its session", " one", |d| {
        d.lock_session("c1")
    }),
    ("the device is about to sleep", " two", |d| d.sleep(true)),
    ("a screen saver begins", " three", Desktop::screen_saver),
];

// One minute, the shortest that can be chosen, and not a second before.
fn idle(page: &Page, steps: &mut Steps) -> Outcome {
    steps.step(Some(page), "one minute is chosen", || {
        page.click("nav-settings")?;
        page.tick("lock-after-1")
    })?;
    let mut before = None;
    steps.step(None, "nobody is there for a minute", || {
        page.click("nav-settings")?;
        let began = Instant::now();
        let there = alive(page.process())?;
        sleep(Duration::from_secs(50));
        ensure(image(page.process())? == there.image, || {
            "locked before the minute was over".into()
        })?;
        until(
            "the lock of an idle window",
            Duration::from_secs(20),
            || Ok((image(page.process())? != there.image).then_some(())),
        )?;
        ensure(began.elapsed() >= Duration::from_secs(59), || {
            format!("locked after {} s", began.elapsed().as_secs())
        })?;
        before = Some(there);
        Ok(())
    })?;
    let before = before.ok_or_else(|| Fault::new("nothing was seen before"))?;
    steps.step(Some(page), "idle: locked", || {
        locked(page, &before, Instant::now())?;
        unlock(page)
    })
}

fn quick_exit(page: &Page, journal: &Kept, steps: &mut Steps) -> Outcome {
    steps.step(Some(page), "Escape once, the page answers late", || {
        page.click("nav-incidents")?;
        let shown = pages_of(page.process())?;
        ensure(!shown.is_empty(), || "no page's process is seen".into())?;
        signal("-STOP", &shown)?;
        let pressed = hand::key("Escape", 1);
        sleep(Duration::from_millis(300));
        signal("-CONT", &shown)?;
        pressed?;
        // The key has come back from the page by then.
        sleep(Duration::from_millis(900));
        stays()
    })?;
    steps.step(None, "Escape twice", || {
        write(page, " four")?;
        let helpers = alive(page.process())?.helpers;
        hand::key("Escape", 1)?;
        sleep(Duration::from_millis(900));
        stays()?;
        hand::type_text(" five", 12)?;
        // What the tool itself takes to press two keys and to look belongs to neither.
        let began = Instant::now();
        hand::key("Escape", 2)?;
        let pressed = began.elapsed();
        let gone = until("no window", SOON, || {
            Ok(hand::window("Chronicle")?
                .is_none()
                .then(|| began.elapsed()))
        })?;
        println!(
            "   no window {} ms after two keys that took {} ms to press",
            gone.as_millis(),
            pressed.as_millis()
        );
        ensure(gone - pressed < GONE, || {
            format!(
                "the window was there for {} ms",
                (gone - pressed).as_millis()
            )
        })?;
        page.ended()?;
        ended(&helpers)
    })?;
    steps.step(None, "what was written before leaving is kept", || {
        let shown = journal.notes()?;
        ensure(shown.ends_with("four five"), || {
            format!("the notes end in {shown:?}")
        })
    })
}

fn signal(which: &str, processes: &[u32]) -> Outcome {
    let mut kill = Command::new("kill");
    kill.arg(which).args(processes.iter().map(u32::to_string));
    said(&mut kill).map(drop)
}

fn stays() -> Outcome {
    ensure(hand::window("Chronicle")?.is_some(), || {
        "one press is enough to leave".into()
    })
}

fn unlock(page: &Page) -> Outcome {
    page.fill("unlock-passphrase", PASSPHRASE)?;
    hand::key("Return", 1)?;
    page.follow()?;
    page.see("incident-line")
}

fn write(page: &Page, word: &str) -> Outcome {
    if page.count("notes")? == 0 {
        page.click("nav-incidents")?;
        page.click("incident-line")?;
        page.see("notes")?;
    }
    page.append("notes", word)
}

/// What was alive before a lock: the shell's image and the processes that it had begun.
struct Alive {
    image: String,
    helpers: Vec<u32>,
}

fn alive(process: u32) -> Outcome<Alive> {
    let helpers = descendants(process)?;
    ensure(!helpers.is_empty(), || "the window has no helpers".into())?;
    Ok(Alive {
        image: image(process)?,
        helpers,
    })
}

fn locked(page: &Page, before: &Alive, began: Instant) -> Outcome {
    until("another image of the process", SOON, || {
        Ok((image(page.process())? != before.image).then_some(()))
    })?;
    println!("   locked after {} ms", began.elapsed().as_millis());
    ensure(began.elapsed() < LOCKED, || {
        format!("locking took {} ms", began.elapsed().as_millis())
    })?;
    ended(&before.helpers)?;
    page.follow()?;
    page.see("unlock-passphrase")?;
    ensure(page.count("incident-line")? == 0, || {
        "the list stays".into()
    })
}

fn ended(helpers: &[u32]) -> Outcome {
    until("the end of the helpers", Duration::from_secs(2), || {
        Ok(helpers.iter().all(|helper| is_gone(*helper)).then_some(()))
    })
}

fn is_gone(process: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    // One that waits for its parent to take note holds no memory any more.
    status.is_empty() || status.lines().any(|line| line.starts_with("State:\tZ"))
}

/// Where the stack of a process lies: at random, and so elsewhere when another image runs under the same number.
pub fn image(process: u32) -> Outcome<String> {
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).during("its memory")?;
    let stack = maps.lines().find(|line| line.ends_with("[stack]"));
    Ok(stack.unwrap_or_default().to_owned())
}

fn descendants(of: u32) -> Outcome<Vec<u32>> {
    let mut found = Vec::new();
    let mut waiting = vec![of];
    while let Some(parent) = waiting.pop() {
        let tasks = std::fs::read_dir(format!("/proc/{parent}/task"));
        for task in tasks.into_iter().flatten().flatten() {
            // A thread that ended meanwhile has no children.
            let children = std::fs::read_to_string(task.path().join("children"));
            for child in children.unwrap_or_default().split_whitespace() {
                let child = child.parse().during("a number of a process")?;
                found.push(child);
                waiting.push(child);
            }
        }
    }
    Ok(found)
}

fn pages_of(process: u32) -> Outcome<Vec<u32>> {
    let is_page = |pid: &u32| {
        std::fs::read_to_string(format!("/proc/{pid}/comm"))
            .is_ok_and(|name| name.starts_with("WebKitWebProces"))
    };
    Ok(descendants(process)?.into_iter().filter(is_page).collect())
}

/// The journal with its one incident, and the command line to look into it.
struct Kept<'a> {
    programs: &'a Programs,
    vault: PathBuf,
    passphrase: PathBuf,
}

impl<'a> Kept<'a> {
    fn make(programs: &'a Programs, folder: &Path) -> Outcome<Self> {
        let kept = Self {
            programs,
            vault: folder.join("journal"),
            passphrase: folder.join("journal.passphrase"),
        };
        std::fs::write(&kept.passphrase, PASSPHRASE).during("the passphrase file")?;
        let example = said(Command::new(&programs.cli).args(["journal", "example"]))?;
        let report = folder.join("report.json");
        std::fs::write(&report, example).during("the report")?;
        kept.cli("create", &[])?;
        kept.cli("add", &["--report", &report.to_string_lossy()])?;
        Ok(kept)
    }

    fn cli(&self, verb: &str, args: &[&str]) -> Outcome<String> {
        self.programs
            .cli("journal", verb, &self.vault, &self.passphrase, args)
    }

    fn notes(&self) -> Outcome<String> {
        let json = |verb: &str, args: &[&str]| {
            self.programs
                .cli_json("journal", verb, &self.vault, &self.passphrase, args)
        };
        let list = json("list", &[])?;
        let id = list.pointer("/incidents/0/id").and_then(|id| id.as_str());
        let id = id.ok_or_else(|| Fault::new(format!("no incident: {list}")))?;
        let shown = json("show", &[id])?;
        let notes = shown.pointer("/draft/what/narrative");
        let notes = notes.and_then(|notes| notes.as_str());
        notes
            .map(str::to_owned)
            .ok_or_else(|| Fault::new(format!("no notes: {shown}")))
    }
}

/// The stand-in for logind, which `scripts/tour.sh` began, with two sessions of which the first is ours.
struct Desktop;

impl Desktop {
    fn begin() -> Outcome<Self> {
        until("logind's stand-in", SOON, || Ok(Self.delays().ok()))?;
        let ours = "ret = '/org/freedesktop/login1/session/c1'";
        Self.mock(
            "",
            "AddMethod",
            &[MANAGER, "GetSessionByPID", "u", "o", ours],
        )?;
        Self.mock("", "AddSeat", &["seat0"])?;
        for session in ["c1", "c2"] {
            Self.mock(
                "",
                "AddSession",
                &[session, "seat0", "1000", "user", "true"],
            )?;
        }
        Ok(Self)
    }

    fn lock_session(&self, session: &str) -> Outcome {
        let signal = ["org.freedesktop.login1.Session", "Lock", "", "@av []"];
        self.mock(&format!("/session/{session}"), "EmitSignal", &signal)
    }

    fn sleep(&self, begins: bool) -> Outcome {
        let (told, value) = (format!("[<{begins}>]"), format!("<{begins}>"));
        let property = format!("{{'PreparingForSleep': {value}}}");
        self.mock("", "UpdateProperties", &[MANAGER, &property])?;
        self.mock("", "EmitSignal", &[MANAGER, "PrepareForSleep", "b", &told])
    }

    fn sleeping(&self) -> Outcome<bool> {
        let get = "org.freedesktop.DBus.Properties.Get";
        let said = self.call("", get, &[MANAGER, "PreparingForSleep"])?;
        Ok(said.contains("true"))
    }

    // How many ask for a delay of sleep.
    fn delays(&self) -> Outcome<usize> {
        let said = self.call("", &format!("{MANAGER}.ListInhibitors"), &[])?;
        Ok(said.matches("'delay'").count())
    }

    fn screen_saver(&self) -> Outcome {
        let signal = "org.gnome.ScreenSaver.ActiveChanged";
        said(Command::new("dbus-send").args([
            "--session",
            "--type=signal",
            "/org/gnome/ScreenSaver",
            signal,
            "boolean:true",
        ]))
        .map(drop)
    }

    fn mock(&self, path: &str, method: &str, args: &[&str]) -> Outcome {
        self.call(path, &format!("org.freedesktop.DBus.Mock.{method}"), args)
            .map(drop)
    }

    fn call(&self, path: &str, method: &str, args: &[&str]) -> Outcome<String> {
        let object = format!("/org/freedesktop/login1{path}");
        said(
            Command::new("gdbus")
                .args(["call", "--system", "--dest", "org.freedesktop.login1"])
                .args(["--object-path", &object, "--method", method])
                .args(args),
        )
    }
}

const HELD: &str = " held";
const KEPT: &str = "return document.querySelector('[data-test=kept]')?.dataset.state";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const PASSPHRASE: &str = "moss lantern quiet orbit velvet tundra";
/// How long a lock may take that is asked for from outside: the page's time to keep the last words, and the change of images.
const LOCKED: Duration = Duration::from_secs(3);
/// How long a window may be seen after Escape was pressed twice.
const GONE: Duration = Duration::from_millis(300);
