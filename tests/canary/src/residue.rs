//! What one session leaves in memory: counted while the vault is open, and nothing of it two seconds after the lock, in no
//! process. The same search must find words in a window that is only hidden.

use crate::Asked;
use crate::evidence;
use crate::memory::{self, Places};
use crate::needles::{Hit, Needles};
use crate::processes::{self, PAGE, Process, SHELL};
use crate::script::{Act, Script};
use crate::session::{Session, Surroundings};
use crate::{judge, places, secrets};
use chronicle_tour::fault::{During, Fault, Outcome, ensure};
use chronicle_tour::founded::Founded;
use chronicle_tour::hand;
use chronicle_tour::page::Page;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

/// Looks into every process of one session, open, hidden, locked and struck.
pub fn residue(asked: &Asked) -> Outcome {
    judge::check_places(&asked.disk, &[&asked.memory, &asked.runtime])?;
    let film = asked.memory.join("film.mp4");
    evidence::film(&film)?;
    let organisation = asked.memory.join("organisation");
    std::fs::create_dir_all(&organisation).during("a folder for the organisation")?;
    let founded = Founded::by_command(&asked.programs, &organisation, FOUNDED)?;
    let around = Surroundings {
        programs: &asked.programs,
        founded: &founded,
        disk: &asked.disk,
        memory: &asked.memory,
        film: &film,
    };
    let script = Script {
        in_window: false,
        ..Script::draw(asked.seed, 0)
    };
    let session = Session::prepare(&around, &script, Vec::new())?;
    let secrets = secrets::of(&session.vault, &session.passphrase(), &asked.memory)?;
    let needles = Needles::new(&session.markers(), &secrets)?;
    let mut told = Map::new();
    let page = session.open_plainly()?;
    let walked = walk(&page, &session, &needles, asked, &mut told);
    let text = serde_json::to_string_pretty(&told).during("the numbers")?;
    let picture = asked.out.join("memory-failed.png");
    let failed = asked.out.join("memory-failed.json");
    walked.inspect_err(|_| {
        let _ = hand::picture(None, &picture);
        let _ = std::fs::write(&failed, &text);
    })?;
    std::fs::write(asked.file("memory"), &text).during("the numbers")?;
    println!("{text}");
    page.close()
}

fn walk(
    page: &Page,
    session: &Session,
    needles: &Needles,
    asked: &Asked,
    told: &mut Map<String, Value>,
) -> Outcome {
    let look = |what: &str| Scan::of(page.process(), &asked.runtime, needles, what);
    let locked_from_start = look("locked from the start")?;
    locked_from_start.is_clean()?;
    told.insert("locked from the start".into(), locked_from_start.told());

    page.fill("unlock-passphrase", &session.passphrase())?;
    let typed = look("typed")?;
    typed.sees(&["passphrase"])?;
    told.insert("passphrase typed".into(), typed.told());
    session.unlock(page)?;
    sleep(Duration::from_secs(2));
    let unlocked = look("unlocked, nothing shown but the list")?;
    told.insert("after the unlock".into(), unlocked.told());
    guarded(page.process(), told)?;

    for act in [
        Act::Write,
        Act::Name,
        Act::Pick,
        Act::View,
        Act::Caption,
        Act::Save,
        Act::Copy,
    ] {
        session.act(act, page)?;
    }
    let open = look("open")?;
    told.insert("open".into(), open.told());
    open.sees(&[
        "notes (Latin)",
        "notes (Cyrillic)",
        "notes (Persian)",
        "content of the text (Latin)",
    ])?;

    let files = places::search(&places::all(&asked.runtime)?, needles)?;
    ensure(!files.hits.is_empty(), || {
        "blind: the dialog leaves no name in the run folder".into()
    })?;
    told.insert(
        "files in the run folder with names, open".into(),
        json!(files.hits.len()),
    );

    // What a lock that only hides the window would leave.
    hand::hide(&page.xid())?;
    sleep(Duration::from_secs(2));
    let hidden = look("only hidden")?;
    hand::show(&page.xid())?;
    ensure(hidden.is_clean().is_err(), || {
        "blind: a hidden window passes for a locked one".into()
    })?;
    told.insert("only hidden".into(), hidden.told());

    let (before, files) = (page.shell()?, open_files(page)?);
    hand::key("ctrl+l", 1)?;
    sleep(Duration::from_secs(2));
    let locked = look("two seconds after the lock")?;
    told.insert("two seconds after the lock".into(), locked.told());
    locked.is_clean()?;
    let files_then = places::search(&places::all(&asked.runtime)?, needles)?;
    ensure(files_then.hits.is_empty(), || {
        format!("in the run folder after the lock: {:?}", files_then.hits)
    })?;
    ensure(page.shell()?.pid == before.pid, || {
        "the window is another process".into()
    })?;
    page.follow()?;

    // No file stays open over a lock, however often.
    session.unlock(page)?;
    hand::key("ctrl+l", 1)?;
    page.follow()?;
    sleep(Duration::from_secs(2));
    let again = open_files(page)?;
    let inside: Vec<&PathBuf> = again
        .iter()
        .filter(|file| file.starts_with(&session.vault))
        .collect();
    ensure(inside.is_empty(), || {
        format!("open after the lock: {inside:?}")
    })?;
    ensure(
        files.iter().any(|file| file.starts_with(&session.vault)),
        || "blind: no file of the vault is open while the vault is".into(),
    )?;
    session.unlock(page)?;
    hand::key("ctrl+l", 1)?;
    page.follow()?;
    sleep(Duration::from_secs(2));
    let third = open_files(page)?;
    ensure(third.len() <= again.len() + 1, || {
        format!(
            "files leak over the lock: {} became {}: {again:?} and {third:?}",
            again.len(),
            third.len()
        )
    })?;
    told.insert(
        "open files".into(),
        json!({ "open": files.len(), "locked": again.len(), "locked once more": third.len() }),
    );
    Ok(())
}

// What the kernel says of the processes while the vault is open.
fn guarded(root: u32, told: &mut Map<String, Value>) -> Outcome {
    let mut each = Map::new();
    for process in processes::under(root) {
        let limits =
            std::fs::read_to_string(format!("/proc/{}/limits", process.pid)).unwrap_or_default();
        let core = limits
            .lines()
            .find_map(|l| l.strip_prefix("Max core file size"));
        let core = core
            .unwrap_or_default()
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned();
        let line = |name: &str| processes::status(process.pid, name).unwrap_or_default();
        let is = |name: &str| process.name.starts_with(name);
        if is(SHELL) || is(PAGE) || is("WebKitNetworkPr") {
            // Smaller than any dump, and no dump is handed to a collector either.
            ensure(core == "1", || {
                format!("{} may write a core of {core}", process.name)
            })?;
        }
        if is(PAGE) {
            ensure(line("Seccomp") == "2", || {
                "the page's process has no filter".into()
            })?;
        }
        if is(SHELL) {
            ensure(!line("VmLck").starts_with("0 "), || {
                "no page of the shell is locked".into()
            })?;
        }
        each.insert(
            process.name.clone(),
            json!({ "seccomp": line("Seccomp"), "core": core, "locked": line("VmLck"), "swapped": line("VmSwap") }),
        );
    }
    told.insert("processes while open".into(), Value::Object(each));
    Ok(())
}

fn open_files(page: &Page) -> Outcome<Vec<PathBuf>> {
    let shell = page.shell()?;
    Ok(processes::open_files(shell.pid)
        .into_iter()
        .map(|(_, to)| to)
        .collect())
}

trait HasShell {
    fn shell(&self) -> Outcome<Process>;
}

impl HasShell for Page {
    fn shell(&self) -> Outcome<Process> {
        let shell = processes::named(self.process(), SHELL);
        shell.ok_or_else(|| Fault::new("there is no shell"))
    }
}

/// One look into every process.
struct Scan {
    what: String,
    each: BTreeMap<String, BTreeMap<Hit, Places>>,
    bytes: u64,
    processes: BTreeSet<String>,
}

impl Scan {
    fn of(root: u32, runtime: &Path, needles: &Needles, what: &str) -> Outcome<Self> {
        let mut scan = Self {
            what: what.to_owned(),
            each: BTreeMap::new(),
            bytes: 0,
            processes: BTreeSet::new(),
        };
        for process in living(root, runtime) {
            let found = memory::search(&process, needles)?;
            scan.bytes += found.bytes;
            scan.processes.insert(process.name.clone());
            if !found.places.is_empty() {
                let each = scan.each.entry(process.name.clone()).or_default();
                for (hit, places) in found.places {
                    let sum = each.entry(hit).or_default();
                    sum.all += places.all;
                    sum.locked += places.locked;
                }
            }
        }
        let shell = scan.processes.iter().any(|name| name.starts_with(SHELL));
        ensure(shell && scan.bytes > 10 << 20, || {
            format!("{what}: {} bytes were read", scan.bytes)
        })?;
        Ok(scan)
    }

    fn is_clean(&self) -> Outcome {
        let all: Vec<String> = self
            .each
            .iter()
            .flat_map(|(process, hits)| {
                hits.iter().map(move |(hit, places)| {
                    format!(
                        "{} times {} as {} in {process}",
                        places.all, hit.what, hit.how
                    )
                })
            })
            .collect();
        ensure(all.is_empty(), || {
            format!("{}: {}", self.what, all.join("; "))
        })
    }

    fn sees(&self, wanted: &[&str]) -> Outcome {
        for what in wanted {
            let seen = self
                .each
                .values()
                .any(|hits| hits.keys().any(|hit| hit.what == *what));
            ensure(seen, || {
                format!("blind: {what} is not found in an open window")
            })?;
        }
        Ok(())
    }

    // How often each kind of thing stands in each process.
    fn told(&self) -> Value {
        let mut each = Map::new();
        for (process, hits) in &self.each {
            let mut kinds: BTreeMap<String, (usize, usize)> = BTreeMap::new();
            for (hit, places) in hits {
                let kind = hit.what.split(" (").next().unwrap_or_default();
                let sum = kinds.entry(format!("{kind} as {}", hit.how)).or_default();
                *sum = (sum.0 + places.all, sum.1 + places.locked);
            }
            let kinds: Map<String, Value> = kinds
                .into_iter()
                .map(|(kind, (all, locked))| {
                    (kind, json!({ "places": all, "in locked pages": locked }))
                })
                .collect();
            each.insert(process.clone(), Value::Object(kinds));
        }
        json!({ "MiB": self.bytes >> 20, "processes": self.processes, "found": each })
    }
}

// The window and all that came from it or was begun for its desktop, but not those who typed and asked: they know the words.
fn living(root: u32, runtime: &Path) -> Vec<Process> {
    let own = processes::under(root);
    let desktop = processes::all().into_iter().filter(|process| {
        let environment =
            std::fs::read(format!("/proc/{}/environ", process.pid)).unwrap_or_default();
        let wanted = format!("XDG_RUNTIME_DIR={}", runtime.display()).into_bytes();
        let of_this = environment.split(|b| *b == 0).any(|line| line == wanted);
        let knows = ["chronicle-canar", "WebKitWebDriver", "chronicle-endpo"];
        of_this && !knows.contains(&process.name.as_str()) && !process.name.starts_with("bash")
    });
    let mut all: Vec<Process> = own;
    for process in desktop {
        if all.iter().all(|p| p.pid != process.pid) {
            all.push(process);
        }
    }
    all
}

const FOUNDED: &str = "copper kettle under the third stair 1987";
