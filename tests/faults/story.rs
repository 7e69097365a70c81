//! A person's story with a vault, step by step by processes of their own, with everything that was written in its order, and
//! what the vault held when each step had been acknowledged.

use crate::house::House;
use crate::look::look;
use crate::scenario::{Bench, copy};
use crate::shim::{self, Call};
use chronicle_tests::Ran;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What was recorded.
pub struct Story {
    /// The folder above the vault, as it is named in the calls.
    pub root: String,
    /// Every call that changed something.
    pub calls: Vec<Call>,
    /// How many calls had been done when each step was acknowledged.
    pub acknowledged: Vec<usize>,
    /// What the vault held: before the first step, and after each.
    pub states: Vec<Option<Value>>,
}

/// How syncs are done while a story is recorded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Syncs {
    /// As they are asked for.
    Done,
    /// None is: the planted fault.
    Skipped,
}

impl Story {
    /// Lives through the story and records it.
    pub fn record(bench: &Bench, syncs: Syncs) -> Self {
        let teller = Teller::begin(bench, syncs);
        let Teller {
            log,
            place,
            acknowledged,
            states,
            ..
        } = teller.tell();
        let calls = shim::read(&log, true);
        std::fs::remove_file(log).unwrap();
        let mut story = Self {
            root: place.to_str().unwrap().to_owned(),
            calls,
            acknowledged,
            states,
        };
        story.drop_what_changed_nothing();
        story
    }

    /// Keeps the record in two files.
    pub fn keep(&self, calls: &Path, rest: &Path) {
        shim::write(calls, &self.calls);
        let rest_of = json!({
            "root": self.root, "acknowledged": self.acknowledged, "states": self.states,
        });
        std::fs::write(rest, rest_of.to_string()).unwrap();
    }

    /// Reads what [`Self::keep`] kept.
    pub fn kept(calls: &Path, rest: &Path) -> Option<Self> {
        let rest: Value = serde_json::from_slice(&std::fs::read(rest).ok()?).unwrap();
        let list = |name: &str| rest[name].as_array().unwrap().iter();
        Some(Self {
            root: rest["root"].as_str().unwrap().to_owned(),
            calls: shim::read(calls, true),
            acknowledged: list("acknowledged")
                .map(|n| usize::try_from(n.as_u64().unwrap()).unwrap())
                .collect(),
            states: list("states")
                .map(|s| (!s.is_null()).then(|| s.clone()))
                .collect(),
        })
    }

    /// The planted fault: a file that is renamed is synced only after its new name is durable.
    pub fn with_names_before_data(mut self) -> Self {
        let synced = |calls: &[Call], path: &str| -> Vec<usize> {
            let of_it = |i: &usize| calls[*i].name == "fsync" && calls[*i].path == path;
            (0..calls.len()).filter(of_it).collect()
        };
        for at in 0..self.calls.len() {
            let call = self.calls[at].clone();
            if call.name != "rename" {
                continue;
            }
            let folder = Path::new(&call.other).parent().unwrap().to_str().unwrap();
            let file = synced(&self.calls[..at], &call.path).pop();
            let name = synced(&self.calls[at..], folder).first().copied();
            if let (Some(file), Some(name)) = (file, name) {
                let mut sync = self.calls.remove(file);
                sync.path.clone_from(&call.other);
                self.calls.insert(at + name, sync);
            }
        }
        self
    }

    fn drop_what_changed_nothing(&mut self) {
        let kept = |c: &Call| c.result >= 0 && !["open", "fchown"].contains(&c.name.as_str());
        let before = |n: usize| self.calls[..n].iter().filter(|c| kept(c)).count();
        self.acknowledged = self.acknowledged.iter().map(|n| before(*n)).collect();
        self.calls.retain(kept);
    }
}

struct Teller<'a> {
    bench: &'a Bench,
    place: PathBuf,
    log: PathBuf,
    syncs: Syncs,
    acknowledged: Vec<usize>,
    states: Vec<Option<Value>>,
}

impl<'a> Teller<'a> {
    fn begin(bench: &'a Bench, syncs: Syncs) -> Self {
        let place = bench.place("story", false);
        let log = bench.at("story.log");
        let _ = std::fs::remove_file(&log);
        Self {
            bench,
            place,
            log,
            syncs,
            acknowledged: Vec::new(),
            states: vec![None],
        }
    }

    fn tell(mut self) -> Self {
        let vault = self.place.join("vault");
        let person = &self.bench.person;
        let house = House::found("House");
        let invitation = self.bench.at("invitation");
        std::fs::write(&invitation, &house.invitation).unwrap();
        let (invitation, words) = (invitation.to_str().unwrap(), house.words.join(" "));
        let _ = self.step(person.step("create", &vault, &[]));
        let joined = self.step(person.cli(&vault, "join", &[invitation, "--words", &words]));
        let to = joined["id"].as_str().unwrap().to_owned();
        let id = |added: Value| added["id"].as_str().unwrap().to_owned();
        let first = id(self.step(person.add(&vault, false)));
        let second = id(self.step(person.add(&vault, true)));
        let _ = self.step(person.attach(&vault, &first));
        let _ = self.step(person.step("edit", &vault, &[&first, "Another text."]));
        let _ = self.step(person.cli(&vault, "send", &[&second, "--to", &to]));
        let _ = self.step(person.cli(&vault, "delete", &[&second]));
        let _ = self.step(person.cli(&vault, "list", &[]));
        let _ = self.step(person.cli(&vault, "send", &[&first, "--to", &to]));
        self
    }

    // One process to its end; what it said, where it said something.
    fn step(&mut self, mut command: Command) -> Value {
        let armed = self.bench.shim.arm(&mut command, &self.place, &self.log);
        armed.env("FAULTS_DATA", "1");
        if self.syncs == Syncs::Skipped {
            armed.env("FAULTS_NO_SYNC", "1");
        }
        let ran = Ran::of(armed);
        let said = ran.ok().to_owned();
        self.acknowledged.push(shim::read(&self.log, true).len());
        // Looked at in a copy: looking sweeps, and the record must not miss anything.
        let seen = self.bench.place("seen", false).join("vault");
        copy(&self.place.join("vault"), &seen);
        self.states.push(look(&seen).unwrap().state);
        serde_json::from_str(&said).unwrap_or_default()
    }
}
