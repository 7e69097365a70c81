//! The power goes at any point of a story. Whatever the disk may then hold: the vault opens without repair, what was
//! acknowledged is there, what was under way is there as a whole or not at all, and every file of evidence is what it was.

use crate::campaign::{Campaign, Random, all};
use crate::disk::{Disk, Held, Names};
use crate::look::{look, passphrase};
use crate::scenario::Bench;
use crate::story::{Story, Syncs};
use chronicle_tests::Ran;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::Mutex;

#[test]
fn a_sample_of_states_after_a_loss_of_power() {
    let bench = Bench::prepare();
    let story = Story::record(&bench, Syncs::Done);
    whole(&bench, &story);
    let power = Power::new(&bench, &story, 1, CLI_EVERY_IN_SAMPLE);
    let (_, found) = all(0..SAMPLE, || true, |i| power.fault(i));
    let steps = story.acknowledged.len();
    println!(
        "{steps} steps, {} calls, {SAMPLE} states, {} distinct",
        story.calls.len(),
        power.distinct()
    );
    assert!(found.is_empty(), "{}", said(&found));
    planted_faults_are_found(&bench);
}

#[test]
#[ignore = "tens of thousands of states, some minutes: scripts/campaign.sh crash-states"]
fn campaign_crash_states() {
    let campaign = Campaign::asked("crash-states");
    let bench = Bench::prepare();
    let files = [".calls", ".story", ".seen"].map(|end| campaign.file(end));
    let mut done = campaign.done();
    // The same story under the same seed, or a number would not give the same state again.
    let story = Story::kept(&files[0], &files[1])
        .filter(|_| done > 0)
        .unwrap_or_else(|| {
            done = 0;
            let story = Story::record(&bench, Syncs::Done);
            story.keep(&files[0], &files[1]);
            let _ = std::fs::remove_file(&files[2]);
            story
        });
    planted_faults_are_found(&bench);
    let power = Power::new(&bench, &story, campaign.seed, CLI_EVERY);
    power.remember(&files[2]);
    while done < STATES && campaign.goes_on() {
        let end = (done + STEP).min(STATES);
        let (reached, found) = all(done..end, || campaign.goes_on(), |i| power.fault(i));
        assert!(found.is_empty(), "{}", said(&found));
        done = reached;
        power.keep(&files[2]);
        campaign.keep(done, STATES, &json!({ "distinct": power.distinct() }));
    }
    assert!(
        done < STATES || power.distinct() >= DISTINCT,
        "{} states are too few",
        power.distinct()
    );
}

/// What is wrong with a state.
#[derive(Debug)]
enum Fault {
    /// Something acknowledged is not there any more.
    Lost(String),
    /// Anything else.
    Damage(String),
}

/// A story whose power goes.
struct Power<'a> {
    bench: &'a Bench,
    story: &'a Story,
    seed: u64,
    // Every so many states are opened by the shipped command line too.
    cli_every: usize,
    // After how many calls the power goes: more often where more is at stake.
    points: Vec<usize>,
    seen: Mutex<HashSet<u64>>,
}

impl<'a> Power<'a> {
    fn new(bench: &'a Bench, story: &'a Story, seed: u64, cli_every: usize) -> Self {
        let weight = |point: &usize| Disk::after(&story.root, &story.calls[..*point]).at_stake();
        let points = 1..=story.calls.len();
        let points = points.flat_map(|p| std::iter::repeat_n(p, 1 + weight(&p).min(WEIGHT)));
        Self {
            bench,
            story,
            seed,
            cli_every,
            points: points.collect(),
            seen: Mutex::default(),
        }
    }

    fn distinct(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    fn remember(&self, file: &Path) {
        let bytes = std::fs::read(file).unwrap_or_default();
        let numbers = bytes
            .chunks_exact(8)
            .map(|n| u64::from_le_bytes(n.try_into().unwrap()));
        self.seen.lock().unwrap().extend(numbers);
    }

    fn keep(&self, file: &Path) {
        let seen = self.seen.lock().unwrap();
        let bytes: Vec<u8> = seen.iter().flat_map(|n| n.to_le_bytes()).collect();
        std::fs::write(file, bytes).unwrap();
    }

    /// What is wrong with the state of a number.
    fn fault(&self, number: usize) -> Option<(usize, Fault)> {
        let mut random = Random::new(self.seed, number as u64);
        let point = self.points[random.below(self.points.len())];
        let names = [Names::InOrder, Names::Any][random.below(2)];
        let disk = Disk::after(&self.story.root, &self.story.calls[..point]);
        let held = disk.without_power(names, &mut random);
        self.seen.lock().unwrap().insert(identity(&held));
        let place = self.bench.place(&format!("state-{number}"), false);
        write(&held, &self.story.root, &place);
        let cli = number.is_multiple_of(self.cli_every);
        let judged = self.judge(&place.join("vault"), point, cli);
        std::fs::remove_dir_all(place).unwrap();
        let named =
            |what: String| format!("number {number}, {point} calls, names {names:?}: {what}");
        judged.err().map(|fault| match fault {
            Fault::Lost(what) => (number, Fault::Lost(named(what))),
            Fault::Damage(what) => (number, Fault::Damage(named(what))),
        })
    }

    fn judge(&self, vault: &Path, point: usize, cli: bool) -> Result<(), Fault> {
        let story = self.story;
        let done = story.acknowledged.iter().filter(|n| **n <= point).count();
        let under_way = done.checked_sub(1).map_or(0, |i| story.acknowledged[i]) < point;
        let said = cli.then(|| self.shipped(vault)).transpose()?;
        let seen = look(vault).map_err(Fault::Damage)?;
        if said.is_some_and(|said| said != lines(&seen.state)) {
            return Err(Fault::Damage("the command line says otherwise".into()));
        }
        let new = story.states.get(done + 1).filter(|_| under_way);
        if seen.state != story.states[done] && Some(&seen.state) != new {
            let earlier = story.states[..done].contains(&seen.state);
            let what = format!("after step {done}: {:?}", seen.state);
            return Err(if earlier {
                Fault::Lost(what)
            } else {
                Fault::Damage(what)
            });
        }
        if seen.state.is_none() {
            let made = chronicle_journal::Journal::create_with(vault, &passphrase(), 10);
            drop(made.map_err(|e| Fault::Damage(format!("cannot be made anew: {e}")))?);
        }
        Ok(())
    }

    // What `list` says, and that `show` shows each.
    fn shipped(&self, vault: &Path) -> Result<Value, Fault> {
        let run =
            |verb: &str, args: &[&str]| Ran::of(&mut self.bench.person.cli(vault, verb, args));
        let list = run("list", &[]);
        match list.code {
            Some(0) => {
                let list = list.json()["incidents"].clone();
                for line in list.as_array().unwrap() {
                    let shown = run("show", &[line["id"].as_str().unwrap()]);
                    if shown.code != Some(0) || !shown.stderr.is_empty() {
                        return Err(Fault::Damage(format!("{shown:?}")));
                    }
                }
                Ok(list)
            }
            Some(1) if list.stderr.starts_with("There is no journal") => Ok(Value::Null),
            _ => Err(Fault::Damage(format!("{list:?}"))),
        }
    }
}

/// Without syncs, saves must be found lost; with names before data, damage must be found.
fn planted_faults_are_found(bench: &Bench) {
    let story = Story::record(bench, Syncs::Skipped);
    let power = Power::new(bench, &story, 1, usize::MAX);
    let (_, found) = all(0..PLANTED, || true, |i| power.fault(i + 1));
    let lost = found
        .iter()
        .filter(|(_, f)| matches!(f, Fault::Lost(_)))
        .count();
    assert!(lost > 0, "no lost save was found where nothing was synced");
    println!(
        "without syncs: {lost} lost saves and {} damages in {PLANTED} states",
        found.len() - lost
    );

    let story = Story::record(bench, Syncs::Done).with_names_before_data();
    let mut power = Power::new(bench, &story, 1, usize::MAX);
    // What is in danger then is a new vault's key file, until its data are synced at last.
    let end = story.acknowledged[0];
    power.points = (end - 3..end).collect();
    let (_, found) = all(0..PLANTED, || true, |i| power.fault(i + 1));
    assert!(
        !found.is_empty(),
        "no damage was found where names came before data"
    );
    println!(
        "names before data: {} faults in {PLANTED} states",
        found.len()
    );
}

// With nothing lost the model must give what the folder holds, byte by byte, or it misses calls.
fn whole(bench: &Bench, story: &Story) {
    let held = Disk::after(&story.root, &story.calls).whole();
    assert!(held.len() > 5, "{:?}", held.keys());
    for (path, bytes) in &held {
        match bytes {
            Some(bytes) => assert!(std::fs::read(path).unwrap() == *bytes, "{path}"),
            None => assert!(Path::new(path).is_dir(), "{path}"),
        }
    }
    let count = |folder: &str| std::fs::read_dir(bench.at(folder)).unwrap().count();
    let there = count("story") + count("story/vault") + count("story/vault/blobs");
    assert_eq!(there, held.len(), "{:?}", held.keys());
}

fn lines(state: &Option<Value>) -> Value {
    let Some(state) = state else {
        return Value::Null;
    };
    let incidents = state["incidents"].as_array().unwrap();
    incidents.iter().map(|i| i["line"].clone()).collect()
}

fn identity(held: &Held) -> u64 {
    let mut hasher = DefaultHasher::new();
    held.hash(&mut hasher);
    hasher.finish()
}

fn write(held: &Held, root: &str, place: &Path) {
    for (path, bytes) in held {
        let target = place.join(path.strip_prefix(root).unwrap().trim_start_matches('/'));
        match bytes {
            Some(bytes) => std::fs::write(target, bytes).unwrap(),
            None => std::fs::create_dir(target).unwrap(),
        }
    }
}

fn said(found: &[(usize, Fault)]) -> String {
    let first: Vec<String> = found
        .iter()
        .take(5)
        .map(|(_, f)| format!("{f:?}"))
        .collect();
    format!(
        "{} faults, the first of them:\n{}",
        found.len(),
        first.join("\n")
    )
}

const SAMPLE: usize = 600;
const CLI_EVERY_IN_SAMPLE: usize = 60;
const PLANTED: usize = 150;
const STATES: usize = 40_000;
const CLI_EVERY: usize = 100;
const DISTINCT: usize = 10_000;
const WEIGHT: usize = 24;
const STEP: usize = 500;
