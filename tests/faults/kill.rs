//! The process is killed by SIGKILL at any point of a change: after a random part of the time that it takes, at a random
//! call that changes files, or with half of a write done. Then the vault opens by itself, holds what it held or what it
//! should hold and never a mixture, has what was said to be done, and lets go of nothing but unfinished files; and what was
//! interrupted can be done again.

use crate::campaign::{Campaign, Random, all};
use crate::deed::{Deed, Prepared, cli, secret_in};
use crate::look::{look_by, without_chance};
use crate::scenario::copy;
use crate::shim::{self, Kind};
use chronicle_passphrase::Passphrase;
use chronicle_tests::Ran;
use chronicle_vault::Vault;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Mutex;
use std::time::{Duration, Instant};

#[test]
fn a_sample_of_killed_processes() {
    let kills = Kills::new(&Deed::ALL);
    let (_, found) = all(0..SAMPLE, || true, |i| kills.fault(SEED, i));
    println!("{}", kills.tally());
    assert!(found.is_empty(), "{}", found.join("\n"));
    kills.planted_faults_are_found();
}

#[test]
#[ignore = "a thousand kills, some minutes: scripts/campaign.sh kill"]
fn campaign_kill() {
    let campaign = Campaign::asked("kill");
    let deeds: Vec<Deed> = Deed::ALL.into_iter().chain(Deed::SLOW).collect();
    let kills = Kills::new(&deeds);
    kills.planted_faults_are_found();
    let mut done = campaign.done();
    while done < KILLS && campaign.goes_on() {
        let end = (done + STEP).min(KILLS);
        let (reached, found) = all(
            done..end,
            || campaign.goes_on(),
            |i| kills.fault(campaign.seed, i),
        );
        assert!(found.is_empty(), "{}", found.join("\n"));
        done = reached;
        campaign.keep(done, KILLS, &kills.tally());
    }
}

/// When a process is killed.
#[derive(Clone, Copy, Debug)]
enum When {
    /// After this time.
    After(Duration),
    /// Before the call of this number, or with half of it done.
    Call(usize, Kind),
}

/// What a deed does when nobody kills it.
struct Clean {
    calls: usize,
    takes: Duration,
    old: Value,
    new: Value,
}

struct Kills {
    all: Prepared,
    clean: BTreeMap<Deed, Clean>,
    seen: Mutex<BTreeMap<&'static str, u64>>,
}

impl Kills {
    fn new(deeds: &[Deed]) -> Self {
        let all = Prepared::new();
        let planted = PLANTED.map(|(deed, _)| deed);
        let clean = deeds
            .iter()
            .chain(&planted)
            .map(|deed| (*deed, clean(&all, *deed)));
        Self {
            clean: clean.collect(),
            all,
            seen: Mutex::default(),
        }
    }

    fn count(&self, what: &'static str, more: u64) {
        *self.seen.lock().unwrap().entry(what).or_default() += more;
    }

    fn longest(&self, what: &'static str, one: u64) {
        let mut seen = self.seen.lock().unwrap();
        let longest = seen.entry(what).or_default();
        *longest = one.max(*longest);
    }

    /// What was seen so far in this run.
    fn tally(&self) -> Value {
        json!(*self.seen.lock().unwrap())
    }

    /// What is wrong after the kill of a number; nothing when all is well.
    fn fault(&self, seed: u64, number: usize) -> Option<String> {
        let mut random = Random::new(seed, number as u64);
        // The slow ones come once in a while; the others in turn.
        let slow = Deed::SLOW.iter().filter(|d| self.clean.contains_key(d));
        let slow: Vec<&Deed> = slow.collect();
        let deed = if !slow.is_empty() && number % SLOW_EVERY == SLOW_EVERY - 1 {
            *slow[number / SLOW_EVERY % slow.len()]
        } else {
            Deed::ALL[number % Deed::ALL.len()]
        };
        let clean = &self.clean[&deed];
        let when = match random.below(3) {
            0 => {
                let most = u64::try_from(clean.takes.as_micros()).unwrap() * 11 / 10;
                When::After(Duration::from_micros(random.next() % most))
            }
            1 => When::Call(1 + random.below(clean.calls), Kind::Die),
            _ => When::Call(1 + random.below(clean.calls), Kind::DieHalf),
        };
        let again = random.below(4) == 0;
        let found = self.killed(deed, when, number, again).err()?;
        Some(format!(
            "number {number}, {deed:?} killed {when:?}: {found}"
        ))
    }

    fn killed(&self, deed: Deed, when: When, number: usize, again: bool) -> Result<(), String> {
        let place = self.all.place(deed, &format!("kill-{number}"));
        let ran = run(&self.all, deed, &place, Some(when));
        let told = deed.told(&ran);
        self.count("killed", u64::from(ran.code.is_none()));
        self.count("told", u64::from(told));
        let judged = if !told && ran.code.is_some() {
            Err(format!("failed by itself: {ran:?}"))
        } else {
            self.judge(deed, &place, told)
        };
        let judged = judged.and_then(|new| match again && !new {
            true => self.again(deed, &place),
            false => Ok(()),
        });
        std::fs::remove_dir_all(&place).unwrap();
        let _ = std::fs::remove_file(place.with_extension("log"));
        judged
    }

    /// What is wrong in `place`; whether the deed counts.
    fn judge(&self, deed: Deed, place: &Path, told: bool) -> Result<bool, String> {
        let (vault, clean) = (place.join("vault"), &self.clean[&deed]);
        let whole = blobs(&vault);
        let opens = self.opens(&vault)?;
        // Whoever opens with the sheet does not know what the forgotten passphrase opened: until the new one counts, the
        // sheet alone may.
        if matches!(deed, Deed::Recover(_)) && opens.is_none() && !told {
            if !self.code_opens(&vault, &self.all.code) {
                return Err("nothing opens it".into());
            }
            self.count("only the sheet", 1);
            self.again(deed, place)?;
            return self.judge(deed, place, true);
        }
        let Some(by) = opens else {
            let nothing = clean.old.is_null() && !chronicle_vault::exists(&vault);
            return match nothing && !told {
                true => Ok(false),
                false => Err("no passphrase opens it".into()),
            };
        };
        let begun = Instant::now();
        let list = Ran::of(&mut cli("journal", &vault, &by, "list", &[]));
        let opened = begun.elapsed();
        // Where the passphrase itself takes seconds, what comes after it cannot be told from it.
        let cheap = !Deed::SLOW.contains(&deed);
        if list.code != Some(0) || (cheap && opened > OPENS_WITHIN) {
            return Err(format!("opened in {opened:?}: {list:?}"));
        }
        if cheap {
            let opened = u64::try_from(opened.as_millis()).unwrap();
            self.longest("slowest opening, ms", opened);
        }
        let said = said(&vault, &by)?;
        let old = said == clean.old;
        let new = without_chance(&said) == clean.new;
        if !old && !new {
            return Err(format!("neither old nor new: {said}"));
        }
        let counts = match deed.keys() {
            true => self.judge_keys(deed, &vault, &by)?,
            false => new,
        };
        if told && !counts {
            return Err("said to be done, and is not".into());
        }
        self.count("new", u64::from(counts));
        if deed == Deed::Backup {
            self.judge_copy(place, told)?;
        }
        let found = findings(&vault, &by)?;
        let passphrase = Passphrase::from_file_bytes(&std::fs::read(&by).unwrap()).unwrap();
        let seen = look_by(&vault, &passphrase)?;
        let strays: BTreeSet<String> = seen.strays.into_iter().collect();
        if found != strays {
            return Err(format!(
                "check lists {found:?}, and nobody names {strays:?}"
            ));
        }
        if blobs(&vault) != whole {
            return Err("a whole file went, or came, by opening".into());
        }
        if let Some(left) = parts(&vault).first() {
            return Err(format!("{left} was not swept"));
        }
        self.count("left over", strays.len() as u64);
        self.count("with something left over", u64::from(!strays.is_empty()));
        Ok(counts)
    }

    // The file of the passphrase that opens it; both would be one too many.
    fn opens(&self, vault: &Path) -> Result<Option<PathBuf>, String> {
        let files = [&self.all.bench.person.passphrase, &self.all.second];
        let opening: Vec<&PathBuf> = files
            .into_iter()
            .filter(|f| {
                !Ran::of(&mut self.all.vault(vault, f, "check", &[]))
                    .stdout
                    .is_empty()
            })
            .collect();
        match opening.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some((*one).clone())),
            _ => Err("two passphrases open it".into()),
        }
    }

    // Whether the change of keys counts.
    fn judge_keys(&self, deed: Deed, vault: &Path, by: &Path) -> Result<bool, String> {
        let code = self.code_opens(vault, &self.all.code);
        let new_code = self.code_opens(vault, &self.all.new_code);
        let second = by == self.all.second;
        match deed {
            Deed::Passphrase(_) | Deed::Recover(_) if !code => {
                Err("the sheet opens nothing".into())
            }
            Deed::Passphrase(_) | Deed::Recover(_) => Ok(second),
            // Of the shipped one nobody knows the new code here.
            Deed::Sheet(crate::deed::By::Shipped) => Ok(!code),
            Deed::Sheet(_) if !code && !new_code => Err("no sheet opens it".into()),
            Deed::Sheet(_) => Ok(new_code && !code),
            _ => Ok(!code),
        }
    }

    // In a copy: the lock of this process may be held for a moment by what another thread starts.
    fn code_opens(&self, vault: &Path, code: &Path) -> bool {
        let copied = vault.with_file_name("tried");
        copy(vault, &copied);
        let opened = Vault::recover(&copied, secret_in(code)).is_ok();
        std::fs::remove_dir_all(copied).unwrap();
        opened
    }

    // A copy is whole under its own name, or has another.
    fn judge_copy(&self, place: &Path, told: bool) -> Result<(), String> {
        let copied = place.join("copy");
        if !copied.exists() {
            return match told {
                true => Err("the copy is not there".into()),
                false => Ok(()),
            };
        }
        let by = &self.all.bench.person.passphrase;
        let (found, said) = (findings(&copied, by)?, said(&copied, by)?);
        let same = without_chance(&said) == self.clean[&Deed::Backup].new;
        match found.is_empty() && same {
            true => Ok(()),
            false => Err(format!("the copy has {found:?} and says {said}")),
        }
    }

    // What was interrupted can be done.
    fn again(&self, deed: Deed, place: &Path) -> Result<(), String> {
        // What another thread is just starting may hold the lock that this process let go.
        std::thread::sleep(Duration::from_millis(50));
        let ran = Ran::of(&mut deed.command(&self.all, place));
        self.count("done again", 1);
        if ran.code != Some(0) {
            return Err(format!("cannot be done again: {ran:?}"));
        }
        if deed == Deed::Backup {
            self.judge_copy(place, true)?;
        }
        Ok(())
    }

    /// A change in two halves must be found to be a mixture, and what is said too early to be missing.
    fn planted_faults_are_found(&self) {
        for (deed, sign) in PLANTED {
            let calls = self.clean[&deed].calls;
            let some = calls.min(PLANTED_KILLS);
            let at = |i: usize| 1 + i * (calls - 1) / (some - 1);
            let (_, found) = all(
                0..some,
                || true,
                |i| {
                    let when = When::Call(at(i), Kind::Die);
                    self.killed(deed, when, i, false).err()
                },
            );
            let signs = found.iter().filter(|f| f.contains(sign)).count();
            assert!(
                signs > 0,
                "{deed:?} went unnoticed in {some} kills: {found:?}"
            );
            println!("{deed:?}: found in {signs} of {some} kills");
        }
        // They are not counted.
        self.seen.lock().unwrap().clear();
    }
}

fn run(all: &Prepared, deed: Deed, place: &Path, when: Option<When>) -> Ran {
    let log = place.with_extension("log");
    let mut command = deed.command(all, place);
    all.bench.shim.arm(&mut command, place, &log);
    if let Some(When::Call(at, kind)) = when {
        shim::plan(&mut command, at, kind);
    }
    let Some(When::After(time)) = when else {
        return Ran::of(&mut command);
    };
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(time);
    child.kill().unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran {
        code: output.status.code(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

fn clean(all: &Prepared, deed: Deed) -> Clean {
    let place = all.place(deed, "clean");
    let by = all.bench.person.passphrase.clone();
    let vault = place.join("vault");
    let old = match deed.begins() {
        true => Value::Null,
        false => {
            let seen = all.place(deed, "seen");
            said(&seen.join("vault"), &by).unwrap()
        }
    };
    let log = place.with_extension("log");
    let _ = std::fs::remove_file(&log);
    let begun = Instant::now();
    let _ = run(all, deed, &place, None).ok();
    let takes = begun.elapsed();
    let calls = shim::read(&log, false).len();
    let opens = [&by, &all.second].map(|f| said(&vault, f));
    let new = opens.into_iter().find_map(Result::ok);
    let new = without_chance(&new.expect("it opens"));
    if deed.keys() {
        assert_eq!(new, without_chance(&old), "{deed:?}");
    }
    println!("{deed:?}: {calls} calls, {takes:?}");
    std::fs::remove_dir_all(&place).unwrap();
    Clean {
        calls,
        takes,
        old,
        new,
    }
}

/// Everything that the shipped command line says about what a journal holds, word for word.
fn said(vault: &Path, by: &Path) -> Result<Value, String> {
    let say = |verb: &str, args: &[&str]| {
        let ran = Ran::of(&mut cli("journal", vault, by, verb, args));
        // What opening finds is said on standard error; files that nobody names are judged elsewhere.
        match ran.code {
            Some(0) => Ok(ran.json()),
            _ => Err(format!("{verb}: {ran:?}")),
        }
    };
    let list = say("list", &[])?;
    let mut incidents = Vec::new();
    for line in list["incidents"].as_array().unwrap() {
        let shown = say("show", &[line["id"].as_str().unwrap()])?;
        incidents.push(json!({ "line": line, "shown": shown }));
    }
    Ok(json!({
        "incidents": incidents,
        "status": say("status", &[])?,
        "organisations": say("organisations", &[])?,
    }))
}

/// Files that `check --read-data` says nobody names; anything else that it finds is an error. Cheap key files are known here.
fn findings(vault: &Path, by: &Path) -> Result<BTreeSet<String>, String> {
    let ran = Ran::of(&mut cli("vault", vault, by, "check", &["--read-data"]));
    let Ok(checked) = serde_json::from_str::<Value>(&ran.stdout) else {
        return Err(format!("cannot be checked: {ran:?}"));
    };
    let mut strays = BTreeSet::new();
    for finding in checked["findings"].as_array().unwrap() {
        let file = finding["args"]["file"].as_str().unwrap_or_default();
        match finding["code"].as_str().unwrap() {
            "finding-stray" => drop(strays.insert(file.to_owned())),
            "finding-key-file" if ["key.age", "recovery.age"].contains(&file) => {}
            _ => return Err(format!("check found {finding}")),
        }
    }
    Ok(strays)
}

fn names(folder: &Path) -> Vec<String> {
    let items = std::fs::read_dir(folder).into_iter().flatten();
    items
        .map(|item| item.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn blobs(vault: &Path) -> BTreeSet<String> {
    let all = names(&vault.join("blobs")).into_iter();
    all.filter(|name| !name.ends_with(".part")).collect()
}

fn parts(vault: &Path) -> Vec<String> {
    let all = names(&vault.join("blobs")).into_iter().chain(names(vault));
    all.filter(|name| name.contains(".part")).collect()
}

/// Planted faults, and what is said of them.
const PLANTED: [(Deed, &str); 2] = [
    (Deed::PlantedHalves, "neither old nor new"),
    (Deed::PlantedTold, "said to be done, and is not"),
];
const PLANTED_KILLS: usize = 8;
const SEED: u64 = 1;
const SAMPLE: usize = 20;
const KILLS: usize = 1_000;
const STEP: usize = 50;
const SLOW_EVERY: usize = 20;
/// The whole process, on a machine that does much else: what it takes alone is printed.
const OPENS_WITHIN: Duration = Duration::from_secs(5);
