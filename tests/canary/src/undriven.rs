//! A session at the window as it is shipped: nothing can ask its page, so it is moved by keys and clicks alone. Where things
//! stand is learned from the window for tests, on a vault that was made the same way; whether it worked is asked of the vault
//! afterwards.

use crate::Asked;
use crate::evidence::{self, joined};
use crate::judge::{self, Where};
use crate::places::Moment;
use crate::planted::Planted;
use crate::processes::{self, PAGE};
use crate::script::{Act, Script};
use crate::session::{Session, Surroundings, button};
use chronicle_tour::driver::appended;
use chronicle_tour::fault::{During, Fault, Outcome, ensure};
use chronicle_tour::founded::{Founded, written};
use chronicle_tour::hand::{self, DragSource, Xid, until};
use chronicle_tour::page::SOON;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// Does one, and judges it like every other.
pub fn session(asked: &Asked) -> Outcome {
    judge::check_places(&asked.disk, &[&asked.memory, &asked.runtime])?;
    let film = asked.memory.join("film.mp4");
    evidence::film(&film)?;
    let organisation = asked.memory.join("organisation");
    std::fs::create_dir_all(&organisation).during("a folder for the organisation")?;
    let founded = Founded::by_command(
        &asked.programs,
        &organisation,
        "copper kettle under the third stair 1987",
    )?;
    let around = Surroundings {
        programs: &asked.programs,
        founded: &founded,
        disk: &asked.disk,
        memory: &asked.memory,
        film: &film,
    };
    let script = |number| Script {
        number,
        in_window: false,
        ..Script::draw(asked.seed, number)
    };
    let (learned, done) = (script(900), script(901));
    let twin = Session::prepare(&around, &learned, Vec::new())?;
    let points = learn(&twin)?;
    // What the twin left is nothing of the session that is judged.
    let since = Moment::now(&asked.disk)?;
    let home = std::env::var_os("HOME")
        .map(PathBuf::from)
        .unwrap_or_default();
    let planted = Planted::prepare(&home.join(".cache/.odd-undriven"), &asked.memory)?;
    let mut session = Session::prepare(&around, &done, planted.command())?;
    let walked = Undriven::open(&mut session, &asked.shipped)
        .and_then(|window| window.walk(&session, &points));
    let picture = asked.out.join("undriven-failed.png");
    walked.inspect_err(|_| drop(hand::picture(None, &picture)))?;
    judge::settled(&session)?;
    kept(asked, &session)?;
    let at = Where {
        disk: &asked.disk,
        home: &home,
        runtime: &asked.runtime,
        since,
    };
    let told = judge::judge(&session, &planted, &at)?;
    // Two covers, the page of the document, the picture.
    let previews = told
        .get("previews")
        .and_then(serde_json::Value::as_u64)
        .unwrap_or_default();
    ensure(previews >= 3, || {
        format!("only {previews} pictures were looked at")
    })?;
    println!("the shipped window: {told}");
    std::fs::write(asked.file("undriven"), told.to_string()).during("the numbers")
}

/// Where things stand in a window of this size.
struct Points {
    line: Point,
    notes: Point,
    drop: Point,
    caption: Point,
    cover: Point,
    open: Point,
}

type Point = (f64, f64);

fn learn(twin: &Session) -> Outcome<Points> {
    let page = twin.open_plainly()?;
    hand::resize(&page.xid(), SIZE.0, SIZE.1)?;
    twin.unlock(&page)?;
    let line = page.point("incident-line")?;
    page.click("incident-line")?;
    page.see("notes")?;
    let notes = page.point("notes")?;
    page.fill("notes", &joined(&twin.notes))?;
    let drop = page.point("drop-zone")?;
    twin.act(Act::Drop, &page)?;
    let caption = page.point("evidence-caption")?;
    page.fill("evidence-caption", &joined(&twin.captions))?;
    let cover = page.point("evidence-show")?;
    page.click("evidence-show")?;
    let open = page.point(&button(&page, &twin.evidence.photo, "evidence-open")?)?;
    page.close()?;
    Ok(Points {
        line,
        notes,
        drop,
        caption,
        cover,
        open,
    })
}

struct Undriven {
    program: Child,
    xid: Xid,
}

impl Undriven {
    fn open(session: &mut Session, shipped: &Path) -> Outcome<Self> {
        let said = appended(&session.log)?;
        let before = session.before.clone();
        let mut command = session.traced(&before, shipped);
        command.stdin(Stdio::null());
        command
            .stderr(said.try_clone().during("the log")?)
            .stdout(said);
        let program = command.spawn().during("the shipped window")?;
        let xid = until("the window", SOON, || hand::window("Chronicle"))?;
        Ok(Self { program, xid })
    }

    fn walk(mut self, session: &Session, points: &Points) -> Outcome {
        sleep(Duration::from_secs(4));
        hand::focus(&self.xid)?;
        hand::resize(&self.xid, SIZE.0, SIZE.1)?;
        self.unlock(session)?;
        self.click(points.line)?;
        self.click(points.notes)?;
        hand::key("ctrl+a", 1)?;
        self.changes(session, "the notes", || {
            hand::type_text(&joined(&session.notes), 90)
        })?;
        let files = &session.evidence;
        let all: [&Path; 4] = [&files.photo, &files.document, &files.text, &files.film];
        self.changes(session, "the files", || {
            let source = DragSource::show(&all)?;
            source.drop_on(&self.xid, points.drop, || {
                sleep(Duration::from_millis(600));
                Ok(true)
            })?;
            sleep(Duration::from_secs(4));
            Ok(())
        })?;
        self.click(points.caption)?;
        self.changes(session, "the caption", || {
            hand::type_text(&joined(&session.captions), 90)
        })?;
        self.click(points.cover)?;
        self.click(points.open)?;
        sleep(Duration::from_secs(2));
        self.other_page(|| hand::key("ctrl+l", 1))?;
        self.xid = until("the locked window", SOON, || hand::window("Chronicle"))?;
        hand::focus(&self.xid)?;
        self.unlock(session)?;
        self.click(points.line)?;
        hand::key("Escape", 2)?;
        until("the end of the process", SOON, || {
            self.program.try_wait().during("the end")
        })
        .map(drop)
    }

    fn click(&self, at: Point) -> Outcome {
        hand::point(&self.xid, at)?;
        hand::click()?;
        sleep(Duration::from_millis(1200));
        Ok(())
    }

    // The field has the focus; unlocking gives the page another process.
    fn unlock(&self, session: &Session) -> Outcome {
        hand::type_text(&session.passphrase(), 90)?;
        self.other_page(|| hand::key("Return", 1))
    }

    fn other_page(&self, act: impl FnOnce() -> Outcome) -> Outcome {
        let page = || processes::named(self.program.id(), PAGE).map(|p| p.pid);
        let before = page();
        act()?;
        until("another page", Duration::from_secs(20), || {
            Ok(page().filter(|now| Some(*now) != before))
        })?;
        sleep(Duration::from_secs(3));
        Ok(())
    }

    // The vault is written to by what is done, and then rests.
    fn changes(&self, session: &Session, what: &str, act: impl FnOnce() -> Outcome) -> Outcome {
        let written = || {
            session
                .vault
                .join("vault.db")
                .metadata()
                .and_then(|m| m.modified())
                .ok()
        };
        let before = written();
        act()?;
        let changed = || Ok((written() != before).then_some(()));
        until(&format!("{what} in the vault"), SOON, changed)?;
        sleep(Duration::from_secs(2));
        Ok(())
    }
}

impl Drop for Undriven {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

// All that was written and dropped is in the vault.
fn kept(asked: &Asked, session: &Session) -> Outcome {
    let secret = written(&session.folder, "passphrase", &session.passphrase())?;
    let on = |verb: &str, args: &[&str]| {
        asked
            .programs
            .cli_json("journal", verb, &session.vault, &secret, args)
    };
    let list = on("list", &[])?;
    let text = list.to_string();
    let id = list
        .pointer("/incidents/0/id")
        .and_then(serde_json::Value::as_str)
        .ok_or_else(|| Fault::new(format!("no incident: {}", json!(text))))?
        .to_owned();
    let shown = on("show", &[&id])?.to_string();
    let files = &session.evidence;
    let names = [&files.photo, &files.document, &files.text, &files.film].map(|file| {
        file.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    });
    let wanted = [joined(&session.notes), joined(&session.captions)];
    for words in wanted.iter().chain(&names) {
        ensure(shown.contains(words), || {
            format!("{words} is not in the vault")
        })?;
    }
    Ok(())
}

/// So tall that nothing has to be scrolled.
const SIZE: (u32, u32) = (1280, 2400);
