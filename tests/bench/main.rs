//! How fast Chronicle is beside its peers, and whether that is fast enough: `scripts/bench.sh` runs it. Without an argument
//! everything is measured, told in a table, and written into `docs/performance.md`; with names (import, unlock, search, save,
//! bundle) only these are, and nothing is written. What misses its bound ends the program with 1, and so does a planted slow
//! variant (`--planted`), which `--plant` tries for each.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark fails as tests do: at once, and saying why"
)]

mod bundle;
mod document;
mod import;
mod journals;
mod peer;
mod save;
mod search;
mod texts;
mod unlock;

use chronicle_tests::{Measured, RUNS};
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Instant;

/// What is to be run, and how.
pub struct Run {
    /// Where journals and tables are made.
    data: PathBuf,
    count: usize,
    /// Whether Chronicle's side is slowed down on purpose.
    planted: bool,
}

type Measure = fn(&Run, &mut Measured);

const PARTS: [(&str, Measure); 5] = [
    ("import", import::measure),
    ("unlock", unlock::measure),
    ("search", search::measure),
    ("save", save::measure),
    ("bundle", bundle::measure),
];

fn main() -> ExitCode {
    // What cargo says to every benchmark.
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    match args
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["unlock-one", folder] => {
            unlock::child(folder);
            ExitCode::SUCCESS
        }
        ["--plant"] => plant(),
        ["--planted", name] => judged(&[name], true),
        [] => judged(&[], false),
        names => judged(names, false),
    }
}

fn judged(names: &[&str], planted: bool) -> ExitCode {
    let unknown = names
        .iter()
        .find(|n| PARTS.iter().all(|(name, _)| name != *n));
    assert!(
        unknown.is_none(),
        "there is nothing to measure that is called {unknown:?}"
    );
    let run = Run {
        data: data(),
        count: if planted { 1 } else { RUNS },
        planted,
    };
    let mut measured = Measured::default();
    let mut load = Vec::new();
    for (name, measure) in PARTS {
        if names.is_empty() || names.contains(&name) {
            load.push((name, document::load()));
            measure(&run, &mut measured);
        }
    }
    println!("\n{}", measured.table());
    if names.is_empty() {
        document::write(&run.data, &measured, &load);
    }
    let missed = measured.missed();
    for line in &missed {
        println!("missed: {line}");
    }
    ExitCode::from(u8::from(!missed.is_empty()))
}

// A slow variant of each must end with a miss, or the bounds are not looked at.
fn plant() -> ExitCode {
    let mut blind = 0;
    for (name, _) in PARTS {
        let ran = Command::new(std::env::current_exe().unwrap())
            .args(["--planted", name])
            .output()
            .unwrap();
        let said = String::from_utf8(ran.stdout).unwrap();
        let missed: Vec<&str> = said.lines().filter(|l| l.starts_with("missed: ")).collect();
        let caught = ran.status.code() == Some(1) && missed.iter().any(|m| m.contains(name));
        println!(
            "planted in {name}: {}",
            if caught {
                missed.join(", ")
            } else {
                format!("NOT SEEN\n{said}")
            }
        );
        blind += u8::from(!caught);
    }
    ExitCode::from(u8::from(blind > 0))
}

/// How long it takes, in seconds, and what comes of it.
pub fn seconds<T>(act: impl FnOnce() -> T) -> (f64, T) {
    let began = Instant::now();
    let made = act();
    (began.elapsed().as_secs_f64(), made)
}

// <target>/bench; this program lies in <target>/<profile>/deps. What another build of it made is made anew.
fn data() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    let data = own
        .ancestors()
        .nth(3)
        .expect("the target folder")
        .join("bench");
    std::fs::create_dir_all(&data).unwrap();
    let stamp = data.join("made-by");
    let built = format!("{:?}", std::fs::metadata(&own).unwrap().modified().unwrap());
    if std::fs::read_to_string(&stamp).is_ok_and(|by| by == built) {
        return data;
    }
    for item in std::fs::read_dir(&data).unwrap() {
        let path = item.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name == "python" {
        } else if path.is_dir() {
            std::fs::remove_dir_all(path).unwrap();
        } else {
            std::fs::remove_file(path).unwrap();
        }
    }
    std::fs::write(stamp, built).unwrap();
    data
}
