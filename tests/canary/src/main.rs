//! Looks for what sessions at the real window leave on disks and in memory. Needs a display with a window manager, strace and
//! the right to look into processes: `scripts/canary.sh`. Exit status 0 when nothing was found and everything planted was, 1
//! otherwise.

mod disk;
mod evidence;
mod guard;
mod judge;
mod memory;
mod needles;
mod places;
mod planted;
mod processes;
mod residue;
mod script;
mod secrets;
mod session;
mod trace;
mod undriven;

use chronicle_tour::fault::{Fault, Outcome};
use chronicle_tour::operator::Programs;
use std::path::PathBuf;
use std::time::Duration;

/// What is asked for on the command line.
pub struct Asked {
    /// The programs under test.
    pub programs: Programs,
    /// The window as it is shipped.
    pub shipped: PathBuf,
    /// A folder on a disk; the home folder lies in it.
    pub disk: PathBuf,
    /// A folder in memory.
    pub memory: PathBuf,
    /// The desktop's run folder, in memory.
    pub runtime: PathBuf,
    /// Where numbers and pictures go.
    pub out: PathBuf,
    /// Draws the sessions.
    pub seed: u64,
    /// Sessions at most.
    pub sessions: u64,
    /// No new session begins after this.
    pub time: Duration,
}

impl Asked {
    /// Where the numbers of one mode go.
    pub fn file(&self, mode: &str) -> PathBuf {
        self.out.join(format!("canary-{mode}-{}.json", self.seed))
    }
}

fn main() {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let done = match given.split_first() {
        Some((mode, rest)) => asked(rest).and_then(|asked| match mode.as_str() {
            "disk" => disk::sessions(&asked),
            "undriven" => undriven::session(&asked),
            "memory" => residue::residue(&asked),
            "guard" => guard::guard(&asked),
            other => Err(Fault::new(format!("{other} is no mode"))),
        }),
        None => Err(Fault::new(
            "usage: chronicle-canary disk|memory|guard|undriven PROGRAMS DISK MEMORY RUNTIME OUT SEED SESSIONS MINUTES",
        )),
    };
    if let Err(fault) = done {
        eprintln!("canary: {fault}");
        std::process::exit(1);
    }
}

fn asked(given: &[String]) -> Outcome<Asked> {
    let [
        programs,
        disk,
        memory,
        runtime,
        out,
        seed,
        sessions,
        minutes,
    ] = given
    else {
        return Err(Fault::new("eight arguments are needed"));
    };
    let number = |text: &String| {
        let parsed = text.parse::<u64>();
        parsed.map_err(|_| Fault::new(format!("{text} is no number")))
    };
    let programs = PathBuf::from(programs);
    Ok(Asked {
        shipped: programs.join("chronicle-shipped"),
        programs: Programs {
            window: programs.join("chronicle-driven"),
            cli: programs.join("chronicle-cli"),
            endpoint: programs.join("chronicle-endpoint"),
        },
        disk: disk.into(),
        memory: memory.into(),
        runtime: runtime.into(),
        out: out.into(),
        seed: number(seed)?,
        sessions: number(sessions)?,
        time: Duration::from_secs(number(minutes)? * 60),
    })
}
