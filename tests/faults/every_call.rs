//! Every n-th call that changes files fails, in every change to a vault: whatever the disk answers, the vault then opens
//! without repair, is as it was before or as it should be afterwards, holds no file that nobody names, and whoever asked was
//! told the truth.

use crate::campaign::{Campaign, Random, all};
use crate::look::{look, passphrase, without_chance};
use crate::scenario::{Bench, Scenario};
use crate::shim::{self, Call, Kind};
use chronicle_tests::Ran;
use chronicle_words::{Locale, Problem, Words};
use rustix::io::Errno;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

#[test]
fn a_sample_of_calls_fails() {
    let bench = Bench::prepare();
    let house = House::new(&bench, &Scenario::ALL);
    let cases = house.cases(SEED);
    let sample = &cases[..SAMPLE.min(cases.len())];
    let (_, found) = all(0..sample.len(), || true, |i| house.fault(&sample[i], i));
    println!("{} of {} cases", sample.len(), cases.len());
    assert!(found.is_empty(), "{}", found.join("\n"));
    let shipped = House::new(&bench, &[Scenario::CreateShipped]);
    let cases = shipped.cases(SEED);
    let (_, found) = all(0..SHIPPED, || true, |i| shipped.fault(&cases[i], i));
    println!("{SHIPPED} of {} cases of a shipped vault", cases.len());
    assert!(found.is_empty(), "{}", found.join("\n"));
    house.finds_lies(&[Scenario::AddEvidence]);
}

#[test]
#[ignore = "every call and every error, some minutes: scripts/campaign.sh faults"]
fn campaign_faults() {
    let campaign = Campaign::asked("faults");
    let bench = Bench::prepare();
    let house = House::new(&bench, &Scenario::ALL);
    house.finds_lies(&Scenario::ALL[1..7]);
    let cases = house.cases(campaign.seed);
    let mut done = campaign.done();
    while done < cases.len() && campaign.goes_on() {
        let end = (done + STEP).min(cases.len());
        let (reached, found) = all(
            done..end,
            || campaign.goes_on(),
            |i| house.fault(&cases[i], i),
        );
        assert!(found.is_empty(), "{}", found.join("\n"));
        done = reached;
        campaign.keep(done, cases.len(), &house.calls());
    }
}

/// One call, and what happens to it.
#[derive(Clone, Copy, Debug)]
struct Case {
    scenario: Scenario,
    at: usize,
    kind: Kind,
}

/// What a change does when nothing fails.
struct Clean {
    calls: Vec<Call>,
    old: Option<Value>,
    new: Value,
}

struct House<'a> {
    bench: &'a Bench,
    clean: BTreeMap<Scenario, Clean>,
    sentences: Vec<String>,
}

impl<'a> House<'a> {
    fn new(bench: &'a Bench, scenarios: &[Scenario]) -> Self {
        let words = Words::new(Locale::En);
        let sentence = |code: &&str| Problem::new(code).say(&words);
        let clean = scenarios.iter().map(|s| (*s, clean(bench, *s)));
        Self {
            bench,
            clean: clean.collect(),
            sentences: CODES.iter().map(sentence).collect(),
        }
    }

    /// Every call of every change with every error, in the order that `seed` gives.
    fn cases(&self, seed: u64) -> Vec<Case> {
        let mut cases = Vec::new();
        for (scenario, clean) in &self.clean {
            for (i, call) in clean.calls.iter().enumerate() {
                let short = call.writes().then_some(Kind::Short);
                let fail = ERRORS.map(|e| Kind::Fail(e.raw_os_error()));
                let dead = FOR_GOOD.map(|e| Kind::Dead(e.raw_os_error()));
                cases.extend(fail.into_iter().chain(dead).chain(short).map(|kind| Case {
                    scenario: *scenario,
                    at: i + 1,
                    kind,
                }));
            }
        }
        Random::new(seed, 0).shuffle(&mut cases);
        cases
    }

    /// The number of calls of each change.
    fn calls(&self) -> Value {
        let count = |(scenario, clean): (&Scenario, &Clean)| {
            (format!("{scenario:?}"), json!(clean.calls.len()))
        };
        Value::Object(self.clean.iter().map(count).collect())
    }

    /// What is wrong after one case; nothing when all is well.
    fn fault(&self, case: &Case, number: usize) -> Option<String> {
        let call = &self.clean[&case.scenario].calls[case.at - 1];
        let what = self.judge(case, number).err()?;
        let (name, path) = (&call.name, &call.path);
        Some(format!("{case:?} ({name} {path}): {what}"))
    }

    fn judge(&self, case: &Case, number: usize) -> Result<(), String> {
        let clean = &self.clean[&case.scenario];
        let name = format!("case-{number}");
        let (ran, calls, place) = run(self.bench, case.scenario, &name, Some((case.at, case.kind)));
        let vault = place.join("vault");
        let outcome = (|| {
            let came = calls.iter().any(|call| call.injected);
            assert!(came, "{case:?}: this call did not come");
            self.told(&ran)?;
            let seen = look(&vault)?;
            let new = seen
                .state
                .as_ref()
                .is_some_and(|s| without_chance(s) == clean.new);
            let old = seen.state == clean.old;
            match ran.code {
                Some(0) if !new => return Err(format!("said to be done, and is not: {seen:?}")),
                _ if !new && !old => return Err(format!("neither old nor new: {seen:?}")),
                _ => {}
            }
            // A disk that takes nothing any more does not let a file go either.
            if !seen.strays.is_empty() && !matches!(case.kind, Kind::Dead(_)) {
                return Err(format!("nobody names {:?} ({ran:?})", seen.strays));
            }
            if seen.state.is_none() {
                again(&vault)?;
            }
            Ok(())
        })();
        std::fs::remove_dir_all(place).unwrap();
        outcome
    }

    // An error is told as one sentence that says what to do; a panic never is.
    fn told(&self, ran: &Ran) -> Result<(), String> {
        let lines: Vec<&str> = ran.stderr.lines().collect();
        let clear = match ran.code {
            Some(0) => lines.is_empty(),
            Some(1) => {
                lines.len() == 1
                    && self
                        .sentences
                        .iter()
                        .any(|s| lines[0].ends_with(s.as_str()))
            }
            _ => false,
        };
        if clear {
            Ok(())
        } else {
            Err(format!("not told clearly: {ran:?}"))
        }
    }

    /// The planted fault: a write that says that it was done. Every one to evidence must be found, and one at least of those
    /// to the table. (What goes into the table's journal is not read again unless something else fails too.)
    fn finds_lies(&self, scenarios: &[Scenario]) {
        for scenario in scenarios {
            let calls = &self.clean[scenario].calls;
            let lies: Vec<usize> = (0..calls.len())
                .filter(|i| calls[*i].writes() && !calls[*i].path.ends_with("-journal"))
                .collect();
            let (_, found) = all(
                0..lies.len(),
                || true,
                |i| {
                    let case = Case {
                        scenario: *scenario,
                        at: lies[i] + 1,
                        kind: Kind::Lie,
                    };
                    self.judge(&case, i).err().map(|_| lies[i])
                },
            );
            let table = |i: &usize| calls[*i].path.ends_with("vault.db");
            let missed: Vec<&usize> = lies.iter().filter(|i| !found.contains(i)).collect();
            assert!(
                missed.iter().all(|i| table(i)) && found.iter().any(table),
                "{scenario:?}: writes that were not done went unnoticed: {missed:?}"
            );
            println!("{scenario:?}: {} of {} lies found", found.len(), lies.len());
        }
    }
}

// What was never made can be made.
fn again(vault: &Path) -> Result<(), String> {
    drop(
        chronicle_journal::Journal::create_with(vault, &passphrase(), 10)
            .map_err(|e| format!("cannot be made anew: {e}"))?,
    );
    look(vault).map(drop)
}

fn clean(bench: &Bench, scenario: Scenario) -> Clean {
    let old = (!scenario.begins()).then(|| {
        let place = bench.place("old", true);
        look(&place.join("vault")).unwrap().state.unwrap()
    });
    let (ran, calls, place) = run(bench, scenario, "clean", None);
    let _ = ran.ok();
    let seen = look(&place.join("vault")).unwrap();
    assert!(seen.strays.is_empty(), "{scenario:?}: {:?}", seen.strays);
    let new = without_chance(&seen.state.unwrap());
    if scenario != Scenario::Unlock {
        assert_ne!(
            old.as_ref().map(without_chance),
            Some(new.clone()),
            "{scenario:?}"
        );
    }
    println!("{scenario:?}: {} calls", calls.len());
    Clean { calls, old, new }
}

fn run(
    bench: &Bench,
    scenario: Scenario,
    name: &str,
    fault: Option<(usize, Kind)>,
) -> (Ran, Vec<Call>, std::path::PathBuf) {
    let place = bench.place(name, !scenario.begins());
    let log = bench.at(&format!("{name}.log"));
    let mut command = scenario.command(bench, &place.join("vault"));
    bench.shim.arm(&mut command, &place, &log);
    if let Some((at, kind)) = fault {
        shim::plan(&mut command, at, kind);
    }
    let ran = Ran::of(&mut command);
    let calls = shim::read(&log, false);
    std::fs::remove_file(log).unwrap();
    (ran, calls, place)
}

/// What a disk answers.
const ERRORS: [Errno; 5] = [
    Errno::NOSPC,
    Errno::IO,
    Errno::ROFS,
    Errno::DQUOT,
    Errno::INTR,
];
/// What it answers from then on.
const FOR_GOOD: [Errno; 2] = [Errno::IO, Errno::ROFS];
/// What a person may be told then.
const CODES: [&str; 3] = ["disk-full", "folder-not-writable", "disk-failed"];
const SEED: u64 = 1;
const SAMPLE: usize = 400;
const SHIPPED: usize = 2;
const STEP: usize = 200;
