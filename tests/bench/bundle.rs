//! Sealing and opening bundles, beside `tar` and `age` with as many recipients: a report with 1 GiB of evidence from disk to
//! disk, and reports without files in memory, one after the other. What was opened is compared with what was sealed, on both
//! sides, outside the time.

mod age_crate;
#[path = "../faults/house.rs"]
#[allow(dead_code, reason = "nobody joins it here")]
mod house;
mod large;
mod sealer;
mod small;

use crate::Run;
use chronicle_bundle::RecipientType;
use chronicle_tests::{Bound, Line, Measured, Runs, median};
use std::fmt::Write;
use std::time::Instant;

/// The lines of bundles.
// Not among `chronicle_tests::LINES`, of which `docs/performance.md` must hold every one.
pub const LINES: &[Line] = &[
    Line {
        name: "bundle: seal 1 GiB, X25519",
        unit: "s",
        peer: Some("`tar` to `age -r`, then `sync`"),
        bound: Bound::Ratio(1.0),
    },
    Line {
        name: "bundle: open 1 GiB, X25519",
        unit: "s",
        peer: Some("`age -d` to `tar`, then `sync`"),
        bound: Bound::Ratio(1.0),
    },
    Line {
        name: "bundle: seal 1 GiB, the peer padding as much",
        unit: "s",
        peer: Some("`tar` to `age -r`, then `sync`"),
        bound: Bound::Told,
    },
    Line {
        name: "bundle: open 1 GiB, the peer padding as much",
        unit: "s",
        peer: Some("`age -d` to `tar`, then `sync`"),
        bound: Bound::Told,
    },
    Line {
        name: "bundle: seal 1 GiB, hybrid",
        unit: "s",
        peer: Some("the same, X25519"),
        bound: Bound::Ratio(1.0),
    },
    Line {
        name: "bundle: open 1 GiB, hybrid",
        unit: "s",
        peer: Some("the same, X25519"),
        bound: Bound::Ratio(1.0),
    },
    Line {
        name: "bundle: seal 20 KiB, X25519",
        unit: "ms",
        peer: Some("`age` crate, 8 recipients"),
        bound: Bound::Told,
    },
    Line {
        name: "bundle: open 20 KiB, X25519",
        unit: "ms",
        peer: Some("`age` crate, 8 recipients"),
        bound: Bound::Told,
    },
    Line {
        name: "bundle: seal 20 KiB, hybrid",
        unit: "ms",
        peer: Some("`age` crate, 8 recipients"),
        bound: Bound::Told,
    },
    Line {
        name: "bundle: open 20 KiB, hybrid",
        unit: "ms",
        peer: Some("`age` crate, 8 recipients"),
        bound: Bound::Told,
    },
];

/// Measures all of it; planted, of one type of recipients only.
pub fn measure(run: &Run, measured: &mut Measured) {
    let types = [
        (RecipientType::X25519, "X25519"),
        (RecipientType::Hybrid, "hybrid"),
    ];
    for of in &types[..if run.planted { 1 } else { 2 }] {
        small::measure(run, measured, *of);
        large::measure(run, measured, *of);
    }
}

/// The rows of the table.
pub fn rows(measured: &Measured) -> String {
    let mut out = String::new();
    for (line, runs) in lines(measured) {
        let unit = line.unit;
        let ratio = runs.ratio().map(|r| format!("{r:.2}")).unwrap_or_default();
        let bound = match line.bound {
            Bound::Told => String::new(),
            Bound::Most(most) => format!("{most} {unit}"),
            Bound::Ratio(most) => format!("ratio {most}"),
        };
        let kept = if runs.keep_to(line.bound) {
            ""
        } else {
            " (missed)"
        };
        let _ = writeln!(
            out,
            "| {} | {} {unit} | {} {unit} | {} | {ratio} | {bound}{kept} |",
            line.name,
            median(&runs.ours),
            median(&runs.peer),
            line.peer.unwrap_or_default(),
        );
    }
    out
}

/// The lines that do not keep to their bound.
pub fn missed(measured: &Measured) -> Vec<&'static str> {
    let missed = lines(measured).filter(|(line, runs)| !runs.keep_to(line.bound));
    missed.map(|(line, _)| line.name).collect()
}

fn lines(measured: &Measured) -> impl Iterator<Item = (&'static Line, &Runs)> {
    LINES
        .iter()
        .filter_map(|l| Some((l, measured.0.get(l.name)?)))
}

fn add(measured: &mut Measured, name: &str, ours: f64, peer: f64) {
    assert!(LINES.iter().any(|l| l.name == name), "no such line: {name}");
    let runs = measured.0.entry(name.to_owned()).or_default();
    runs.ours.push(rounded(ours));
    runs.peer.push(rounded(peer));
}

// As `Measured::add` does.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

// How long Chronicle's side takes; planted, three times as long.
fn timed<T>(planted: bool, act: impl FnOnce() -> T) -> (f64, T) {
    crate::seconds(|| {
        let began = Instant::now();
        let made = act();
        if planted {
            std::thread::sleep(2 * began.elapsed());
        }
        made
    })
}
