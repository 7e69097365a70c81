//! Reports go over the line while every process on their way is killed: the sender's while it seals and while it carries,
//! the endpoint, and the desk's while it fetches; a cutter breaks the line as well. Each report arrives exactly once, with
//! every byte of its evidence; what was stored stays stored.

use crate::campaign::{Campaign, Random};
use crate::scenario::memory;
use crate::shim::{self, Kind, Shim};
use chronicle_report::Draft;
use chronicle_tests::{Cli, Cutter, Ran, Scene, random_file, same_bytes};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn a_report_arrives_once_whoever_is_killed_on_its_way() {
    let mut line = Line::begin(1);
    for number in 0..SAMPLE {
        line.trial(number).unwrap();
    }
    println!("{}", json!(line.seen));
    line.planted_faults_are_found();
}

#[test]
#[ignore = "hundreds of reports, some minutes: scripts/campaign.sh kill-line"]
fn campaign_kill_line() {
    let campaign = Campaign::asked("kill-line");
    Line::begin(campaign.seed).planted_faults_are_found();
    let mut done = campaign.done();
    let mut seen = BTreeMap::new();
    while done < REPORTS && campaign.goes_on() {
        // A line of its own for some reports: what an older one has kept makes each step slower.
        let mut line = Line::begin(campaign.seed);
        line.seen = seen;
        let end = (done + STEP).min(REPORTS);
        while done < end && campaign.goes_on() {
            line.trial(done).unwrap();
            done += 1;
        }
        seen = line.seen;
        campaign.keep(done, REPORTS, &json!(seen));
    }
}

struct Line {
    scene: Scene,
    shim: Shim,
    // Where the shim lies.
    _folder: tempfile::TempDir,
    seed: u64,
    sent: Vec<Sent>,
    takes: BTreeMap<&'static str, Duration>,
    seen: BTreeMap<&'static str, u64>,
}

struct Sent {
    narrative: String,
    file: PathBuf,
}

impl Line {
    fn begin(seed: u64) -> Self {
        let cutter = |port| {
            Some(Cutter::start(
                env!("CARGO_BIN_EXE_line-cutter"),
                port,
                RESET_AT,
                u64::MAX,
            ))
        };
        let folder = memory();
        Self {
            scene: Scene::begin_behind(cutter),
            shim: Shim::build(folder.path(), false),
            _folder: folder,
            seed,
            sent: Vec::new(),
            takes: BTreeMap::new(),
            seen: BTreeMap::new(),
        }
    }

    fn count(&mut self, what: &'static str) {
        *self.seen.entry(what).or_default() += 1;
    }

    /// One report on its way. The error says what is wrong.
    fn trial(&mut self, number: usize) -> Result<(), String> {
        let mut random = Random::new(self.seed, number as u64);
        let seed = self.seed;
        let said = |what: String| format!("seed {seed}, report {number}: {what}");
        let file = self.scene.at(&format!("{number}.bin"));
        random_file(&file, 50_000 + random.next() % 1_200_000);
        let narrative = format!("Report {number} of this line.");
        let incident = self.add(&narrative, &file);
        let done = self
            .send(&incident, &mut random)
            .and_then(|()| self.carry(&incident, &mut random))
            .and_then(|()| self.fetch(&mut random));
        let sent = Sent { narrative, file };
        self.sent.push(sent);
        done.and_then(|()| self.judge(&self.sent))
            .and_then(|()| self.checked())
            .map_err(said)?;
        self.count("reports");
        Ok(())
    }

    fn add(&self, narrative: &str, file: &Path) -> String {
        let mut draft = Draft::example();
        narrative.clone_into(&mut draft.what.narrative);
        let report = self.scene.at("report.json");
        std::fs::write(&report, draft.to_json()).unwrap();
        let args = [Path::new("--report"), &report, Path::new("--attach"), file];
        self.scene.journal.run("add", &args).ok().to_owned()
    }

    // Killed while it seals and queues, then asked whether it did.
    fn send(&mut self, incident: &str, random: &mut Random) -> Result<(), String> {
        let to = self.scene.organisation.clone();
        let args = [incident, "--to", &to];
        let ran = self.killed(
            "send",
            |line| line.scene.journal.command("send", &args),
            random,
        );
        let queued = self.deliveries(incident)?.len();
        match (queued, ran.code) {
            (0, Some(0)) => return Err("sent, and not queued".into()),
            (0, _) => drop(self.scene.journal.run("send", &args).ok().to_owned()),
            _ => {}
        }
        match self.deliveries(incident)?.len() {
            1 => Ok(()),
            other => Err(format!("queued {other} times")),
        }
    }

    // Killed while it carries, the endpoint too sometimes; then left alone.
    fn carry(&mut self, incident: &str, random: &mut Random) -> Result<(), String> {
        let none: &[&str] = &[];
        let mut stored = false;
        for _ in 0..1 + random.below(3) {
            let _ = self.killed(
                "sync",
                |line| line.scene.journal.command("sync", none),
                random,
            );
            let now = self.deliveries(incident)?;
            let stage = now.first().map_or(&Value::Null, |d| &d["stage"]);
            if stored && stage != "stored" {
                return Err(format!("was stored, and is {stage}"));
            }
            stored = stage == "stored";
            if random.below(3) == 0 {
                self.scene.endpoint.kill();
                self.scene.endpoint.serve();
                self.count("endpoint killed");
            }
        }
        let begun = Instant::now();
        let mut sync = self.scene.journal.command("sync", none);
        let ran = within(&mut sync, PATIENCE);
        let _ = self.takes.entry("sync").or_insert(begun.elapsed());
        match self.deliveries(incident)?.first() {
            Some(one) if one["stage"] == "stored" && ran.code == Some(0) => Ok(()),
            other => Err(format!("is not stored: {other:?}, {ran:?}")),
        }
    }

    fn fetch(&mut self, random: &mut Random) -> Result<(), String> {
        let none: &[&str] = &[];
        for _ in 0..1 + random.below(2) {
            let before = self.reports()?.len();
            let _ = self.killed(
                "fetch",
                |line| line.scene.desk.command("fetch", none),
                random,
            );
            let after = self.reports()?.len();
            if after < before || after > before + 1 {
                return Err(format!("{before} reports became {after}"));
            }
        }
        let begun = Instant::now();
        let ran = self.scene.desk.run("fetch", none);
        let _ = self.takes.entry("fetch").or_insert(begun.elapsed());
        match ran.code {
            Some(0) => Ok(()),
            _ => Err(format!("is not fetched: {ran:?}")),
        }
    }

    /// Whether the desk has each of `sent` exactly once, as it was sent, and nothing else.
    fn judge(&self, sent: &[Sent]) -> Result<(), String> {
        let mut found: Vec<String> = Vec::new();
        for id in self.reports()? {
            let shown = self.scene.desk.json("show", &[&id]);
            let narrative = shown["draft"]["what"]["narrative"].as_str().unwrap();
            found.push(narrative.to_owned());
            // The newest only: the others were compared when they came.
            let newest = sent.last().filter(|s| s.narrative == narrative);
            if let Some(newest) = newest {
                let out = self.scene.at("saved");
                let _ = std::fs::remove_dir_all(&out);
                let args = [Path::new(&id), Path::new("--out"), &out];
                let _ = self.scene.desk.run("save", &args).ok();
                if let Some(other) = same_bytes(&newest.file, &out.join("0001.bin")) {
                    return Err(format!("{narrative}: {other}"));
                }
            }
        }
        let once: BTreeSet<&String> = found.iter().collect();
        let expected: BTreeSet<&String> = sent.iter().map(|s| &s.narrative).collect();
        if once.len() != found.len() {
            return Err(format!("doubled: {found:?}"));
        }
        if once != expected {
            return Err(format!("lost, or nobody's: {found:?}"));
        }
        Ok(())
    }

    // Both vaults are whole. Whole files that nobody names are counted.
    fn checked(&mut self) -> Result<(), String> {
        for cli in [&self.scene.journal, &self.scene.desk] {
            let vault = Cli {
                side: "vault",
                vault: cli.vault.clone(),
                passphrase: cli.passphrase.clone(),
            };
            let ran = Ran::of(vault.command("check", &["--read-data"]).arg("--json"));
            let checked: Value =
                serde_json::from_str(&ran.stdout).map_err(|_| format!("{ran:?}"))?;
            let findings = checked["findings"].as_array().unwrap();
            let stray = |f: &&Value| f["code"] == "finding-stray";
            // A key file that costs nothing is one finding.
            let others = findings.iter().filter(|f| !stray(f)).count();
            if others != 1 {
                return Err(format!("check found {findings:?}"));
            }
            let most = self.seen.entry("left over at most").or_default();
            *most = (*most).max(findings.iter().filter(stray).count() as u64);
        }
        Ok(())
    }

    fn deliveries(&self, incident: &str) -> Result<Vec<Value>, String> {
        let status = said(&self.scene.journal, "status", &[incident])?;
        Ok(status["deliveries"].as_array().unwrap().clone())
    }

    fn reports(&self) -> Result<Vec<String>, String> {
        let list = said(&self.scene.desk, "list", &[])?;
        if list["quarantine"] != json!([]) || list["notices"] != json!([]) {
            return Err(format!("the desk says {list}"));
        }
        let reports = list["reports"].as_array().unwrap().iter();
        Ok(reports
            .map(|r| r["id"].as_str().unwrap().to_owned())
            .collect())
    }

    // After a random part of the time that it takes, or at a call that changes its vault.
    fn killed(
        &mut self,
        verb: &'static str,
        command: impl Fn(&Self) -> Command,
        random: &mut Random,
    ) -> Ran {
        let mut command = command(self);
        let takes = self.takes.get(verb).copied().unwrap_or(AT_FIRST);
        let most = u64::try_from(takes.as_micros()).unwrap() * 11 / 10;
        let mut time = Duration::from_micros(random.next() % most);
        if random.below(2) == 0 {
            let cli = if verb == "fetch" {
                &self.scene.desk
            } else {
                &self.scene.journal
            };
            let log = self.scene.at("calls");
            self.shim.arm(&mut command, &cli.vault, &log);
            // The endpoint's receipts are of today.
            command.env_remove("FAULTS_NOW");
            let kind = [Kind::Die, Kind::DieHalf][random.below(2)];
            shim::plan(&mut command, 1 + random.below(CALLS), kind);
            time = PATIENCE;
        }
        let ran = within(&mut command, time);
        self.count(match (verb, ran.code) {
            ("send", None) => "send killed",
            ("sync", None) => "sync killed",
            ("fetch", None) => "fetch killed",
            _ => "ended before",
        });
        ran
    }

    /// One that was never sent must be found lost, one that was sent twice doubled.
    fn planted_faults_are_found(&mut self) {
        let file = self.scene.at("planted.bin");
        random_file(&file, 1000);
        let begun = self.sent.len();
        let sent = |name: &str| Sent {
            narrative: name.to_owned(),
            file: file.clone(),
        };
        let _ = self.add("never sent", &file);
        self.sent.push(sent("never sent"));
        let lost = self.judge(&self.sent).unwrap_err();
        assert!(lost.starts_with("lost"), "{lost}");
        self.sent.truncate(begun);
        let none: &[&str] = &[];
        for _ in 0..2 {
            let incident = self.add("sent twice", &file);
            self.scene.send(&incident);
        }
        let _ = within(&mut self.scene.journal.command("sync", none), PATIENCE);
        let _ = self.scene.desk.run("fetch", none).ok();
        self.sent.push(sent("sent twice"));
        let doubled = self.judge(&self.sent).unwrap_err();
        assert!(doubled.starts_with("doubled"), "{doubled}");
    }
}

/// What a verb says that must end well.
fn said(cli: &Cli, verb: &str, args: &[&str]) -> Result<Value, String> {
    let ran = Ran::of(cli.command(verb, args).arg("--json"));
    match ran.code {
        Some(0) => Ok(ran.json()),
        _ => Err(format!("{verb}: {ran:?}")),
    }
}

// Killed after `time`, if it has not ended by itself.
fn within(command: &mut Command, time: Duration) -> Ran {
    let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    let end = Instant::now() + time;
    while child.try_wait().unwrap().is_none() {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            child.kill().unwrap();
            break;
        }
        std::thread::sleep(left.min(Duration::from_millis(2)));
    }
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran {
        code: output.status.code(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

const SAMPLE: usize = 3;
const REPORTS: usize = 300;
const STEP: usize = 25;
/// Until it is known how long a verb takes here.
const AT_FIRST: Duration = Duration::from_millis(300);
/// Calls by which a verb changes a vault, and some more.
const CALLS: usize = 90;
const PATIENCE: Duration = Duration::from_secs(120);
const RESET_AT: u64 = 700_000;
