//! A vault of the first format is brought to the newest one, and the process is killed at any of its calls, once or several
//! times in a row: the vault opens, is the old or the new one, and holds what it held.

use crate::campaign::{Campaign, Random, all};
use crate::private::{for_all, private};
use crate::scenario::{copy, memory};
use crate::shim::{self, Kind, Shim};
use chronicle_tests::{Cli, Ran, root};
use chronicle_vault::secrecy::SecretString;
use chronicle_vault::{Finding, Vault};
use serde_json::{Value, json};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

#[test]
fn a_sample_of_killed_migrations() {
    let bench = Bench::prepare(1);
    let (_, found) = all(0..SAMPLE, || true, |i| bench.fault(i, Kept::Whole));
    println!("{SAMPLE} cases over {} calls", bench.calls);
    assert!(found.is_empty(), "{}", found.join("\n"));
    bench.finds_planted_faults();
}

#[test]
#[ignore = "hundreds of killed processes: scripts/campaign.sh migration"]
fn campaign_migration() {
    let campaign = Campaign::asked("migration");
    let bench = Bench::prepare(campaign.seed);
    bench.finds_planted_faults();
    let mut done = campaign.done();
    while done < CASES && campaign.goes_on() {
        let end = (done + STEP).min(CASES);
        let work = |i| bench.fault(i, Kept::Whole);
        let (reached, found) = all(done..end, || campaign.goes_on(), work);
        assert!(found.is_empty(), "{}", found.join("\n"));
        done = reached;
        campaign.keep(done, CASES, &json!({ "calls": bench.calls }));
    }
}

/// What a killed process leaves of the new table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// What it wrote.
    Whole,
    /// The planted fault: as if it had been written in the place of the old one.
    InPlace,
}

struct Bench {
    folder: tempfile::TempDir,
    shim: Shim,
    seed: u64,
    calls: usize,
    expected: Vec<Value>,
}

impl Bench {
    fn prepare(seed: u64) -> Self {
        let _ = chronicle_tests::binary("chronicle-cli");
        let folder = memory();
        let expected = std::fs::read(golden().join("expected.json")).unwrap();
        let mut bench = Self {
            shim: Shim::build(folder.path(), false),
            folder,
            seed,
            calls: 0,
            expected: serde_json::from_slice(&expected).unwrap(),
        };
        let place = bench.place("clean");
        assert_eq!(format(&place), 1);
        let (ran, calls) = bench.run(&place, None);
        assert_eq!(
            ran.code,
            Some(1),
            "its passphrase is cheap, which is told: {ran:?}"
        );
        assert_eq!(format(&place), 2);
        bench.calls = calls;
        bench.judge(&place).unwrap();
        bench
    }

    fn place(&self, name: &str) -> PathBuf {
        let place = self.folder.path().join(name);
        let _ = std::fs::remove_dir_all(&place);
        std::fs::create_dir(&place).unwrap();
        let vault = place.join("vault");
        copy(&golden().join("vault"), &vault);
        for folder in [&vault, &vault.join("blobs")] {
            std::fs::set_permissions(folder, Permissions::from_mode(0o700)).unwrap();
            for item in std::fs::read_dir(folder).unwrap() {
                let path = item.unwrap().path();
                if path.is_file() {
                    std::fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
                }
            }
        }
        place
    }

    // The shipped command line over the vault, perhaps killed; how many of its calls changed something.
    fn run(&self, place: &Path, kill_at: Option<usize>) -> (Ran, usize) {
        let cli = Cli {
            side: "vault",
            vault: place.join("vault"),
            passphrase: golden().join("passphrase"),
        };
        let log = place.join("log");
        let mut command = for_all(&cli.command("check", &["--read-data", "--json"]));
        self.shim.arm(&mut command, &cli.vault, &log);
        if let Some(at) = kill_at {
            shim::plan(&mut command, at, Kind::Die);
        }
        let ran = Ran::of(&mut command);
        let calls = shim::read(&log, false).len();
        std::fs::remove_file(log).unwrap();
        (ran, calls)
    }

    /// What is wrong after one case; nothing when all is well.
    fn fault(&self, number: usize, kept: Kept) -> Option<String> {
        let mut random = Random::new(self.seed, number as u64);
        // Every call once, then any of them, up to three times in a row.
        let mut kills = vec![number % self.calls + 1];
        if number >= self.calls {
            kills.extend((0..random.below(3)).map(|_| random.below(self.calls) + 1));
        }
        let place = self.place(&format!("case-{number}"));
        let vault = place.join("vault");
        let judged = kills.iter().try_for_each(|at| {
            let (ran, _) = self.run(&place, Some(*at));
            if ran.code.is_some() && kills.len() == 1 {
                return Err(format!("it was not killed: {ran:?}"));
            }
            let part = vault.join("vault.db.part");
            if kept == Kept::InPlace && part.exists() {
                std::fs::rename(part, vault.join("vault.db")).unwrap();
            }
            private(&vault).map(drop)
        });
        let judged = judged.and_then(|()| self.judge(&place));
        std::fs::remove_dir_all(place).unwrap();
        judged
            .err()
            .map(|what| format!("number {number}, killed at {kills:?}: {what}"))
    }

    fn judge(&self, place: &Path) -> Result<(), String> {
        let vault = place.join("vault");
        let before = format(place);
        if before != 1 && before != 2 {
            return Err(format!("it has the format {before}"));
        }
        let (ran, _) = self.run(place, None);
        let told: Value = serde_json::from_str(&ran.stdout).map_err(|e| format!("{e}: {ran:?}"))?;
        let cheap = json!([{ "code": "finding-key-file", "args": { "file": "key.age" } }]);
        if told["findings"] != cheap || told["records"] != 3 || told["files"] != 3 {
            return Err(format!("after a kill: {ran:?}"));
        }
        if format(place) != 2 {
            return Err("it stays in the old format".into());
        }
        let open = Vault::unlock(&vault, SecretString::from("vector passphrase".to_owned()));
        let open = open.map_err(|e| e.to_string())?;
        if open.findings != [] as [Finding; 0] {
            return Err(format!("found: {:?}", open.findings));
        }
        let shown = open
            .entries
            .iter()
            .map(|e| (e.seq, &e.body["word"], &e.body["blob"]["sha256"]));
        let expected = self.expected.iter();
        let same = expected.map(|e| (e["seq"].as_u64().unwrap(), &e["word"], &e["sha256"]));
        if !shown.eq(same) {
            return Err("it holds something else".into());
        }
        let left = std::fs::read_dir(&vault).unwrap();
        let left: Vec<_> = left.map(|i| i.unwrap().file_name()).collect();
        if left
            .iter()
            .any(|name| name.to_string_lossy().contains(".part"))
        {
            return Err(format!("left over: {left:?}"));
        }
        Ok(())
    }

    fn finds_planted_faults(&self) {
        let cases = 0..self.calls;
        let found = all(cases, || true, |i| self.fault(i, Kept::InPlace)).1;
        assert!(
            !found.is_empty(),
            "a table written in place was not reported"
        );
        println!(
            "{} of {} kills of a migration in place are reported",
            found.len(),
            self.calls
        );
    }
}

// As it stands in the file's header, whatever else is in the file.
fn format(place: &Path) -> u32 {
    let bytes = std::fs::read(place.join("vault/vault.db")).unwrap();
    let version = bytes
        .get(60..64)
        .map(|b| u32::from_be_bytes(b.try_into().unwrap()));
    version.unwrap_or_default()
}

fn golden() -> PathBuf {
    root().join("crates/vault/vectors/format-1")
}

const SAMPLE: usize = 20;
const CASES: usize = 500;
const STEP: usize = 50;
