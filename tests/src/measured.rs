//! What is measured, how fast it must be, and the tables that say so. A line is the same run five times, beside the same work
//! of a peer in turn; what counts is the median, and for a peer the median of the ratios of the runs. The document holds the
//! runs, so that its other numbers can be made from them again.

use std::collections::BTreeMap;
use std::fmt::Write;

/// How often each line is run.
pub const RUNS: usize = 5;

/// One line of the table.
pub struct Line {
    /// Its name; it is in no other line.
    pub name: &'static str,
    /// `s`, `ms` or `MiB`.
    pub unit: &'static str,
    /// Whose work it is compared with.
    pub peer: Option<&'static str>,
    /// What it must keep to.
    pub bound: Bound,
}

/// What a line must keep to.
#[derive(Clone, Copy, PartialEq)]
pub enum Bound {
    /// Nothing: it is told.
    Told,
    /// The median in the line's unit is at most this.
    Most(f64),
    /// The median ratio to the peer is at most this.
    Ratio(f64),
    /// The median ratio to the peer should be at most the first, which is told, and is at most the second.
    Goal(f64, f64),
}

/// Every line, in the order of the table.
pub const LINES: &[Line] = &[
    Line {
        name: "import 1 GiB",
        unit: "s",
        peer: Some("`age -r`, then `sync`"),
        bound: Bound::Ratio(1.5),
    },
    Line {
        name: "import: hash alone",
        unit: "s",
        peer: None,
        bound: Bound::Told,
    },
    Line {
        name: "import: cipher alone",
        unit: "s",
        peer: None,
        bound: Bound::Told,
    },
    Line {
        name: "import: disk alone",
        unit: "s",
        peer: None,
        bound: Bound::Told,
    },
    Line {
        name: "unlock to 50 rows, 10,000 reports",
        unit: "s",
        peer: Some("SQLCipher"),
        bound: Bound::Most(0.3),
    },
    Line {
        name: "unlock to 50 rows, 100,000 reports",
        unit: "s",
        peer: Some("SQLCipher"),
        bound: Bound::Most(2.0),
    },
    Line {
        name: "search p95, 100,000 reports",
        unit: "ms",
        peer: Some("SQLCipher, FTS5"),
        bound: Bound::Ratio(0.5),
    },
    Line {
        name: "search p50, 100,000 reports",
        unit: "ms",
        peer: Some("SQLCipher, FTS5"),
        bound: Bound::Told,
    },
    Line {
        name: "search p95, the peer ranking as few",
        unit: "ms",
        peer: Some("SQLCipher, FTS5"),
        bound: Bound::Told,
    },
    Line {
        name: "search p95, with excerpts",
        unit: "ms",
        peer: None,
        bound: Bound::Told,
    },
    Line {
        name: "save p99",
        unit: "ms",
        peer: Some("SQLite"),
        bound: Bound::Ratio(1.5),
    },
    Line {
        name: "save p50",
        unit: "ms",
        peer: Some("SQLite"),
        bound: Bound::Told,
    },
    Line {
        name: "save, the longest of 400",
        unit: "ms",
        peer: Some("SQLite"),
        bound: Bound::Told,
    },
    Line {
        name: "resident, 1,000 reports",
        unit: "MiB",
        peer: None,
        bound: Bound::Told,
    },
    Line {
        name: "resident, 10,000 reports",
        unit: "MiB",
        peer: None,
        bound: Bound::Told,
    },
    Line {
        name: "resident, 100,000 reports",
        unit: "MiB",
        peer: None,
        bound: Bound::Told,
    },
    Line {
        name: "resident at most, 1,000 reports",
        unit: "MiB",
        peer: None,
        bound: Bound::Told,
    },
    Line {
        name: "resident at most, 10,000 reports",
        unit: "MiB",
        peer: None,
        bound: Bound::Told,
    },
    Line {
        name: "resident at most, 100,000 reports",
        unit: "MiB",
        peer: None,
        bound: Bound::Told,
    },
    Line {
        name: "bundle: seal 1 GiB, X25519",
        unit: "s",
        peer: Some("`tar` to `age -r`, then `sync`"),
        bound: Bound::Goal(1.0, 1.5),
    },
    Line {
        name: "bundle: open 1 GiB, X25519",
        unit: "s",
        peer: Some("`age -d` to `tar`, then `sync`"),
        bound: Bound::Goal(1.0, 1.5),
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
        bound: Bound::Goal(1.0, 1.5),
    },
    Line {
        name: "bundle: open 1 GiB, hybrid",
        unit: "s",
        peer: Some("the same, X25519"),
        bound: Bound::Goal(1.0, 1.5),
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

/// The runs of one line: Chronicle's, and the peer's where there is one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Runs {
    /// Chronicle's.
    pub ours: Vec<f64>,
    /// The peer's.
    pub peer: Vec<f64>,
}

/// All that was measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measured(pub BTreeMap<String, Runs>);

impl Measured {
    /// Adds one run, in the line's unit.
    pub fn add(&mut self, name: &str, ours: f64, peer: Option<f64>) {
        assert!(LINES.iter().any(|l| l.name == name), "no such line: {name}");
        let runs = self.0.entry(name.to_owned()).or_default();
        runs.ours.push(rounded(ours));
        runs.peer.extend(peer.map(rounded));
    }

    /// The lines that do not keep to their bound, among those that were measured.
    #[must_use]
    pub fn missed(&self) -> Vec<&'static str> {
        let measured = LINES.iter().filter_map(|l| Some((l, self.0.get(l.name)?)));
        measured
            .filter(|(line, runs)| !runs.keep_to(line.bound))
            .map(|(line, _)| line.name)
            .collect()
    }

    /// The table of medians.
    #[must_use]
    pub fn table(&self) -> String {
        let mut out = String::from(
            "| What | Chronicle | Peer | The peer | Ratio | At most |\n|---|---:|---:|---|---:|---:|\n",
        );
        for (line, runs) in self.lines() {
            let in_unit = |value: f64| format!("{value} {}", line.unit);
            let peer = runs.peers_median().map(in_unit).unwrap_or_default();
            let ratio = runs.ratio().map(|r| format!("{r:.2}")).unwrap_or_default();
            let bound = match line.bound {
                Bound::Told => String::new(),
                Bound::Most(most) => in_unit(most),
                Bound::Ratio(most) => format!("ratio {most}"),
                Bound::Goal(goal, most) => {
                    let reached = runs.keep_to(Bound::Ratio(goal));
                    let not = if reached { "" } else { ", not reached" };
                    format!("ratio {most} (goal {goal:?}{not})")
                }
            };
            let kept = if runs.keep_to(line.bound) {
                ""
            } else {
                " (missed)"
            };
            let _ = writeln!(
                out,
                "| {} | {} | {peer} | {} | {ratio} | {bound}{kept} |",
                line.name,
                in_unit(median(&runs.ours)),
                line.peer.unwrap_or_default(),
            );
        }
        out
    }

    /// The table of runs.
    #[must_use]
    pub fn runs(&self) -> String {
        let mut out = String::from("| Run of | Whose | Unit | Each |\n|---|---|---|---|\n");
        for (line, runs) in self.lines() {
            for (whose, values) in [("Chronicle", &runs.ours), ("peer", &runs.peer)] {
                if values.is_empty() {
                    continue;
                }
                let each: Vec<String> = values.iter().map(f64::to_string).collect();
                let _ = writeln!(
                    out,
                    "| {} | {whose} | {} | {} |",
                    line.name,
                    line.unit,
                    each.join(", ")
                );
            }
        }
        out
    }

    /// What a document's table of runs says.
    ///
    /// # Errors
    /// A sentence, for a row that is none of these.
    pub fn read(document: &str) -> Result<Self, String> {
        let mut read = Self::default();
        let rows = document
            .lines()
            .skip_while(|l| !l.starts_with("| Run of |"));
        for row in rows.skip(2).take_while(|l| l.starts_with('|')) {
            let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
            let [name, whose, unit, each] = cells.as_slice() else {
                return Err(format!("a row of {} cells: {row}", cells.len()));
            };
            let known = LINES.iter().any(|l| l.name == *name && l.unit == *unit);
            if !known {
                return Err(format!("no such line: {row}"));
            }
            let values = each
                .split(", ")
                .map(str::parse)
                .collect::<Result<Vec<f64>, _>>()
                .map_err(|e| format!("{e}: {row}"))?;
            let runs = read.0.entry((*name).to_owned()).or_default();
            match *whose {
                "Chronicle" => runs.ours = values,
                "peer" => runs.peer = values,
                _ => return Err(format!("whose? {row}")),
            }
        }
        Ok(read)
    }

    fn lines(&self) -> impl Iterator<Item = (&'static Line, &Runs)> {
        LINES.iter().filter_map(|l| Some((l, self.0.get(l.name)?)))
    }
}

impl Runs {
    fn peers_median(&self) -> Option<f64> {
        (!self.peer.is_empty()).then(|| median(&self.peer))
    }

    /// The median of the runs' ratios to the peer's.
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        let ratios: Vec<f64> = self
            .ours
            .iter()
            .zip(&self.peer)
            .map(|(o, p)| o / p)
            .collect();
        (!ratios.is_empty()).then(|| median(&ratios))
    }

    /// Whether they keep to a bound. A ratio without a peer keeps to none.
    #[must_use]
    pub fn keep_to(&self, bound: Bound) -> bool {
        match bound {
            Bound::Told => true,
            Bound::Most(most) => median(&self.ours) <= most,
            Bound::Ratio(most) | Bound::Goal(_, most) => {
                self.ratio().is_some_and(|ratio| ratio <= most)
            }
        }
    }
}

/// The value in the middle; of an even number the upper one.
#[must_use]
pub fn median(values: &[f64]) -> f64 {
    percentile(values, 50)
}

/// The smallest value that at least `percent` of them do not exceed.
#[must_use]
pub fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted[place]
}

// Three places: what is written is what was judged.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn five(name: &str, ours: [f64; 5], peer: Option<[f64; 5]>) -> Measured {
        let mut measured = Measured::default();
        for run in 0..5 {
            measured.add(name, ours[run], peer.map(|p| p[run]));
        }
        measured
    }

    #[test]
    fn a_line_that_is_too_slow_is_missed_and_one_at_its_bound_is_not() {
        let name = "unlock to 50 rows, 10,000 reports";
        let runs = |third| five(name, [0.1, 0.2, third, 0.9, 9.0], Some([1.0; 5]));
        assert_eq!(runs(0.3).missed(), [""; 0]);
        assert_eq!(runs(0.301).missed(), [name]);
        assert!(runs(0.301).table().contains("0.3 s (missed)"));
    }

    #[test]
    fn a_goal_that_is_not_reached_is_told_and_its_bound_is_kept() {
        let name = "bundle: seal 1 GiB, X25519";
        let runs = |third| five(name, [0.1, 0.2, third, 9.0, 9.0], Some([1.0; 5]));
        assert!(!runs(1.0).table().contains("not reached"));
        assert!(runs(1.01).table().contains("(goal 1.0, not reached)"));
        assert_eq!(runs(1.5).missed(), [""; 0]);
        assert_eq!(runs(1.51).missed(), [name]);
    }

    #[test]
    fn a_ratio_is_that_of_each_run_and_not_of_the_medians() {
        let name = "save p99";
        // The disk was slow for both in some runs, and the medians (4 and 4) would hide that ours took twice as long.
        let ours = [2.0, 4.0, 8.0, 4.0, 2.0];
        let peer = [1.0, 2.0, 4.0, 5.0, 6.0];
        let measured = five(name, ours, Some(peer));
        assert_eq!(measured.0[name].ratio(), Some(2.0));
        assert_eq!(measured.missed(), [name]);
        assert_eq!(five(name, ours, None).missed(), [name], "without a peer");
    }

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(percentile(&hundred, 99), 99.0);
        assert_eq!(percentile(&hundred, 95), 95.0);
        assert_eq!(percentile(&hundred, 50), 50.0);
        assert_eq!(percentile(&[7.0], 99), 7.0);
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
    }

    #[test]
    fn what_was_written_is_read_again() {
        let mut measured = five("save p99", [1.5, 2.0, 3.25, 4.0, 5.0], Some([1.0; 5]));
        measured
            .0
            .extend(five("import: hash alone", [0.6; 5], None).0);
        let document = format!("# x\n\n{}\ntext\n\n{}\n", measured.table(), measured.runs());
        assert_eq!(Measured::read(&document).unwrap(), measured);
        assert!(Measured::read(&document.replace("3.25", "fast")).is_err());
        assert!(Measured::read(&document.replace("| ms | 1.5", "| s | 1.5")).is_err());
    }
}
