//! One session at the real window, under strace from its first process on.

use crate::evidence::{Evidence, joined};
use crate::needles::{Marker, in_each_alphabet};
use crate::processes::{self, PAGE, SHELL};
use crate::script::{Act, Ending, Script};
use crate::trace;
use chronicle_tour::dialogs::{answer_save, answer_with_all_of, drop_files};
use chronicle_tour::fault::{During, Fault, Outcome, ensure};
use chronicle_tour::founded::{Founded, text, written};
use chronicle_tour::hand::{self, until};
use chronicle_tour::operator::Programs;
use chronicle_tour::page::{Page, SOON};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

/// What every session needs.
pub struct Surroundings<'a> {
    /// The programs.
    pub programs: &'a Programs,
    /// The organisation to which is sent.
    pub founded: &'a Founded,
    /// A folder on a disk, for vaults and copies.
    pub disk: &'a Path,
    /// A folder in memory, for all that holds markers on purpose.
    pub memory: &'a Path,
    /// A film without a title.
    pub film: &'a Path,
}

/// A session before, while and after it runs.
pub struct Session<'a> {
    around: &'a Surroundings<'a>,
    script: &'a Script,
    /// The vault's folder.
    pub vault: PathBuf,
    /// A folder in memory: evidence, traces, the log.
    pub folder: PathBuf,
    /// Where copies are saved on purpose.
    pub saved: PathBuf,
    /// What the window and its processes say.
    pub log: PathBuf,
    /// The logs of strace.
    pub traces: Vec<PathBuf>,
    /// What runs under strace before the window.
    pub before: Vec<String>,
    /// What is written as notes.
    pub notes: Vec<Marker>,
    names: Vec<Marker>,
    /// What is written as a caption.
    pub captions: Vec<Marker>,
    passphrase: Vec<Marker>,
    /// What is attached.
    pub evidence: Evidence,
}

impl<'a> Session<'a> {
    /// Prepares it; `before` is a command that becomes the one that is added to it.
    pub fn prepare(
        around: &'a Surroundings<'a>,
        script: &'a Script,
        before: Vec<String>,
    ) -> Outcome<Self> {
        let name = format!("session-{}", script.number);
        let (disk, folder) = (around.disk.join(&name), around.memory.join(&name));
        let saved = disk.join("saved");
        std::fs::create_dir_all(&saved).during("a folder for copies")?;
        std::fs::create_dir_all(&folder).during("a folder in memory")?;
        let session = Self {
            around,
            script,
            vault: disk.join("journal"),
            saved,
            log: folder.join("window.log"),
            traces: Vec::new(),
            before,
            notes: in_each_alphabet("notes")?,
            names: in_each_alphabet("name")?,
            captions: in_each_alphabet("caption")?,
            // One word is too short to be taken.
            passphrase: vec![
                Marker::new("passphrase", script.passphrase)?,
                Marker::new("end of the passphrase", script.passphrase)?,
            ],
            evidence: Evidence::make(&folder.join("evidence"), around.film)?,
            folder,
        };
        if !script.in_window {
            session.made_by_command()?;
        }
        Ok(session)
    }

    /// Everything that must not be found.
    pub fn markers(&self) -> Vec<Marker> {
        let mut all = self.passphrase.clone();
        let lists = [
            &self.notes,
            &self.names,
            &self.captions,
            &self.evidence.markers,
        ];
        all.extend(lists.into_iter().flatten().cloned());
        all
    }

    /// Does all of it, up to the end of every process.
    pub fn run(&mut self) -> Outcome {
        let page = self.open(&self.before.clone())?;
        self.first(&page)?;
        for act in &self.script.acts {
            self.act(*act, &page)
                .map_err(|f| Fault::new(format!("{act:?}: {f}")))?;
        }
        page.no_troubles()?;
        let ending = self.script.ending;
        self.end(page)
            .map_err(|f| Fault::new(format!("{ending:?}: {f}")))?;
        self.clipboard_is_empty()?;
        if matches!(ending, Ending::Shell(_) | Ending::Page(_)) {
            self.look_again()?;
        }
        Ok(())
    }

    /// Opens the window without strace.
    pub fn open_plainly(&self) -> Outcome<Page> {
        self.open_by(Command::new("dbus-run-session"))
    }

    /// Opens the window by a command to which it is added.
    pub fn open_by(&self, mut command: Command) -> Outcome<Page> {
        command.arg("--").arg(&self.around.programs.window);
        command.arg("--vault").arg(&self.vault);
        Page::begin(command, None, &self.log)
    }

    /// Whether the shell had no time to tidy up.
    pub fn was_struck(&self) -> bool {
        matches!(self.script.ending, Ending::Shell(_))
    }

    /// What opens the vault.
    pub fn passphrase(&self) -> String {
        joined(&self.passphrase)
    }

    // The journal is joined to the organisation and has a report that can be sent.
    fn made_by_command(&self) -> Outcome {
        let programs = self.around.programs;
        let secret = written(&self.folder, "passphrase", &joined(&self.passphrase))?;
        let name = format!("invitation-{}", self.script.number);
        let invitation = text(&self.around.founded.invitation(programs, &name)?);
        let on =
            |verb: &str, args: &[&str]| programs.cli("journal", verb, &self.vault, &secret, args);
        on("create", &[])?;
        on(
            "join",
            &[&invitation, "--words", &self.around.founded.words],
        )?;
        let example = Command::new(&programs.cli)
            .args(["journal", "example"])
            .output();
        let example = String::from_utf8_lossy(&example.during("the example")?.stdout).into_owned();
        let report = text(&written(&self.folder, "report.json", &example)?);
        on("add", &["--report", &report]).map(drop)
    }

    fn open(&mut self, before: &[String]) -> Outcome<Page> {
        let command = self.traced(before, &self.around.programs.window);
        Page::begin(command, None, &self.log)
    }

    /// The window under strace, by a command that becomes it; the log is one more of [`Self::traces`].
    pub fn traced(&mut self, before: &[String], window: &Path) -> Command {
        let trace = self.folder.join(format!("trace-{}", self.traces.len()));
        let mut command = Command::new("strace");
        command.args([
            "-f",
            "-y",
            "-x",
            "--seccomp-bpf",
            "--quiet=all",
            "-s",
            trace::STRING,
        ]);
        command
            .arg("-e")
            .arg(format!("trace={}", trace::CALLS))
            .arg("-e")
            .arg("signal=none");
        command
            .arg("-o")
            .arg(&trace)
            .args(before)
            .args(["dbus-run-session", "--"]);
        command.arg(window).arg("--vault").arg(&self.vault);
        self.traces.push(trace);
        command
    }

    fn first(&self, page: &Page) -> Outcome {
        if !self.script.in_window {
            return self.unlock(page);
        }
        page.click("first-next")?;
        page.tick("role-journal")?;
        page.click("first-next")?;
        page.reads("place-folder", "journal")?;
        page.click("first-next")?;
        page.see("generated-words")?;
        page.click("passphrase-swap")?;
        page.fill("own-passphrase", &joined(&self.passphrase))?;
        page.fill("passphrase-again", &joined(&self.passphrase))?;
        page.click("first-next")?;
        page.follow()?;
        page.see("welcome-new")
    }

    /// Unlocks, up to the list.
    pub fn unlock(&self, page: &Page) -> Outcome {
        page.fill("unlock-passphrase", &joined(&self.passphrase))?;
        hand::key("Return", 1)?;
        page.follow()?;
        page.see("incident-line")
    }

    /// Does one thing.
    pub fn act(&self, act: Act, page: &Page) -> Outcome {
        match act {
            Act::Write => self.write(page),
            Act::Name => {
                page.click("who-toggle")?;
                page.click("actor-add")?;
                page.fill("actor-0-name", &joined(&self.names))?;
                kept(page)
            }
            Act::Pick => {
                page.click("evidence-add")?;
                answer_with_all_of("Choose files", &self.evidence.together)?;
                self.attached(page, 2)?;
                let [text, film] = [&self.evidence.text, &self.evidence.film];
                drop_files(page, &[text, film], || self.attached(page, 4))
            }
            Act::Drop => {
                let files = &self.evidence;
                let all: [&Path; 4] = [&files.photo, &files.document, &files.text, &files.film];
                drop_files(page, &all, || self.attached(page, 4))
            }
            Act::View => self.view(page),
            Act::Caption => {
                page.fill("evidence-caption", &joined(&self.captions))?;
                hand::key("Tab", 1)?;
                sleep(Duration::from_millis(800));
                Ok(())
            }
            Act::Save => self.save(page),
            Act::Search => {
                let word = self
                    .notes
                    .get(1)
                    .map(|m| m.text.clone())
                    .unwrap_or_default();
                hand::key("ctrl+f", 1)?;
                page.fill("incident-search", &word)?;
                page.see("incident-found")?;
                page.click("incident-line")?;
                page.see("incident-page")
            }
            Act::Copy => {
                page.click("notes")?;
                hand::key("ctrl+a", 1)?;
                hand::key("ctrl+c", 1)?;
                let there = || Ok(clipboard()?.contains(&joined(&self.notes)).then_some(()));
                until("the notes in the clipboard", SOON, there)
            }
            Act::Send => self.send(page),
            Act::Lock => self.lock_and_unlock(page),
        }
    }

    fn write(&self, page: &Page) -> Outcome {
        if self.script.in_window {
            page.click("welcome-new")?;
        } else {
            page.click("incident-line")?;
        }
        page.see("notes")?;
        page.fill("notes", &joined(&self.notes))?;
        kept(page)
    }

    fn attached(&self, page: &Page, wanted: usize) -> Outcome {
        until(&format!("{wanted} files"), Duration::from_secs(30), || {
            Ok((page.count("evidence")? == wanted).then_some(()))
        })?;
        page.gone("job", Duration::from_secs(30))
    }

    fn view(&self, page: &Page) -> Outcome {
        page.click("evidence-show")?;
        let shown = |mark: &str| {
            until(&format!("the picture in [{mark}]"), SOON, || {
                let width = page.property(mark, "naturalWidth")?;
                Ok((width.parse::<u32>().unwrap_or(0) > 200).then_some(()))
            })
        };
        shown("[data-test=evidence-show] img")?;
        page.click(&button(page, &self.evidence.photo, "evidence-open")?)?;
        shown("item-image")?;
        page.click(&button(page, &self.evidence.document, "evidence-open")?)?;
        shown("item-page")?;
        page.click(&button(page, &self.evidence.text, "evidence-open")?)?;
        page.see("item-text")?;
        page.click(&button(page, &self.evidence.film, "evidence-open")?)?;
        // The first frame moves the button.
        until("the first frame", Duration::from_secs(30), || {
            let ready = page.property("player-media", "readyState")?;
            Ok((ready.parse::<u32>().unwrap_or(0) >= 2).then_some(()))
        })?;
        page.click("player-play")?;
        until("the film", SOON, || {
            let at = page.property("player-media", "currentTime")?;
            Ok((at.parse::<f64>().unwrap_or(0.0) > 0.7).then_some(()))
        })
    }

    fn save(&self, page: &Page) -> Outcome {
        page.click(&button(page, &self.evidence.text, "evidence-open")?)?;
        page.click("item-save")?;
        page.see("save-dialog")?;
        page.click("save-dialog-yes")?;
        let copy = self.copies().into_iter().next().unwrap_or_default();
        answer_save("Save a copy", &copy)?;
        until("the saved copy", SOON, || Ok(copy.is_file().then_some(())))?;
        chronicle_tour::files::same(&self.evidence.text, &copy)
    }

    /// The copies that are saved on purpose.
    pub fn copies(&self) -> Vec<PathBuf> {
        vec![self.saved.join("copy.txt")]
    }

    fn send(&self, page: &Page) -> Outcome {
        page.click("notes")?;
        hand::key("ctrl+Return", 1)?;
        page.reads("preview-text", &joined(&self.notes))?;
        let ready = || Ok((page.property("send", "disabled")? == "false").then_some(()));
        until("the button that sends", SOON, ready)?;
        page.click("send")?;
        let stored = "[data-test=\"stage\"][data-stage=\"stored\"]";
        page.see_within(stored, Duration::from_secs(60))
    }

    fn lock_and_unlock(&self, page: &Page) -> Outcome {
        hand::key("ctrl+l", 1)?;
        page.follow()?;
        page.see("unlock-passphrase")?;
        self.clipboard_is_empty()?;
        self.unlock(page)?;
        page.click("incident-line")?;
        page.see("incident-page")
    }

    fn end(&self, page: Page) -> Outcome {
        let root = page.process();
        match self.script.ending {
            Ending::Close => page.close()?,
            Ending::Locked => {
                hand::key("ctrl+l", 1)?;
                page.follow()?;
                page.see("unlock-passphrase")?;
                page.close()?;
            }
            Ending::Quick => {
                hand::key("Escape", 2)?;
                let hidden = || Ok(hand::window("Chronicle")?.is_none().then_some(()));
                until("no window", Duration::from_secs(1), hidden)?;
                page.ended()?;
            }
            Ending::Shell(signal) => {
                struck(root, SHELL, signal)?;
                page.ended()?;
            }
            Ending::Page(signal) => {
                struck(root, PAGE, signal)?;
                page.follow()?;
                page.see("unlock-passphrase")?;
                page.close()?;
            }
        }
        Ok(())
    }

    // After a crash: what was kept is there.
    fn look_again(&mut self) -> Outcome {
        let page = self.open(&[])?;
        self.unlock(&page)?;
        page.click("incident-line")?;
        page.see("notes")?;
        let notes = page.property("notes", "value")?;
        ensure(notes == joined(&self.notes), || {
            "the notes are not there after a crash".into()
        })?;
        page.close()
    }

    fn clipboard_is_empty(&self) -> Outcome {
        let there = clipboard()?;
        let found: Vec<String> = self
            .markers()
            .into_iter()
            .filter(|marker| there.contains(&marker.text))
            .map(|marker| marker.what)
            .collect();
        ensure(found.is_empty(), || format!("in the clipboard: {found:?}"))
    }
}

fn kept(page: &Page) -> Outcome {
    page.reads("kept", "Kept on this device at")
}

/// A button of the item with this file's name.
pub fn button(page: &Page, file: &Path, mark: &str) -> Outcome<String> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let body = "return [...document.querySelectorAll('[data-test=evidence]')].find((e) => e.innerText.includes(arguments[0]))?.dataset.item";
    let id = page.ask(body, &json!([name]))?;
    let id = id
        .as_str()
        .ok_or_else(|| Fault::new(format!("{name} is not shown")))?;
    Ok(format!("[data-item=\"{id}\"] [data-test=\"{mark}\"]"))
}

/// Gives a signal to the first process under `root` whose name begins like this, until it is gone.
pub fn struck(root: u32, name: &str, signal: &str) -> Outcome {
    let process = processes::named(root, name);
    let process = process.ok_or_else(|| Fault::new(format!("there is no {name}")))?;
    let pid = process.pid.to_string();
    // A fault comes again when its instruction does; Rust's handler takes the first one and waits for the next.
    until(
        &format!("the end of {name}"),
        Duration::from_secs(5),
        || {
            if processes::of(process.pid).is_none_or(|now| now.began != process.began) {
                return Ok(Some(()));
            }
            Command::new("kill")
                .args(["-s", signal, &pid])
                .status()
                .during("kill")?;
            Ok(None)
        },
    )
}

fn clipboard() -> Outcome<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("clipboard.py");
    let out = Command::new("/usr/bin/python3")
        .arg(script)
        .output()
        .during("the clipboard")?;
    ensure(out.status.success(), || {
        String::from_utf8_lossy(&out.stderr).into_owned()
    })?;
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}
