//! Somebody has had the folder: one stored thing of each kind has a bit flipped, is cut, changed places, is there twice or is
//! gone. The vault, opened by the library, by its index and by its sheet, refuses by a named error or names what was done; a part
//! of the cases goes to the shipped command line too, which must say the same.

mod damage;
mod oracle;
mod subject;

use crate::campaign::{Campaign, Random, all};
use chronicle_tests::{Cli, PASSPHRASE, Table};
use chronicle_vault::Vault;
use damage::{Act, Hurt, Named, Thing, tamper};
use oracle::{Eyes, Outcome, judge, shipped};
use serde_json::json;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use subject::{Subject, What, now, passphrase};

#[test]
fn a_sample_of_tamperings() {
    let bench = Bench::prepare(1, SAMPLE_CLI);
    let (_, found) = all(0..SAMPLE, || true, |i| bench.fault(i));
    println!("{SAMPLE} cases: {}", bench.counted());
    assert!(found.is_empty(), "{}", found.join("\n"));
    bench.finds_planted_faults(4);
}

#[test]
#[ignore = "thousands of vaults, some minutes: scripts/campaign.sh tampering"]
fn campaign_tampering() {
    let campaign = Campaign::asked("tampering");
    let bench = Bench::prepare(campaign.seed, CLI);
    bench.finds_planted_faults(40);
    let mut done = campaign.done();
    while done < CASES && campaign.goes_on() {
        let end = (done + STEP).min(CASES);
        let (reached, found) = all(done..end, || campaign.goes_on(), |i| bench.fault(i));
        assert!(found.is_empty(), "{}", found.join("\n"));
        done = reached;
        campaign.keep(done, CASES, &json!({ "of this run": bench.counted() }));
    }
}

struct Bench {
    small: Subject,
    large: Subject,
    seed: u64,
    // Every so many cases go to the shipped command line too.
    cli_every: usize,
    passphrase: tempfile::NamedTempFile,
    outcomes: Mutex<BTreeMap<(String, Outcome), usize>>,
}

impl Bench {
    fn prepare(seed: u64, cli_every: usize) -> Self {
        let _ = chronicle_tests::binary("chronicle-cli");
        let passphrase = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(passphrase.path(), PASSPHRASE).unwrap();
        let bench = Self {
            small: Subject::small(),
            large: Subject::large(),
            seed,
            cli_every,
            passphrase,
            outcomes: Mutex::default(),
        };
        bench.judges_well();
        bench
    }

    fn counted(&self) -> serde_json::Value {
        let outcomes = self.outcomes.lock().unwrap();
        let one = |((thing, outcome), count): (&(String, Outcome), &usize)| {
            (format!("{thing} {outcome:?}"), json!(count))
        };
        serde_json::Value::Object(outcomes.iter().map(one).collect())
    }

    /// What is wrong in one case; nothing when all is well.
    fn fault(&self, number: usize) -> Option<String> {
        let mut random = Random::new(self.seed, number as u64);
        // Every pair comes once before any comes again.
        let thing = THINGS[number % THINGS.len()];
        let act = ACTS[number / THINGS.len() % ACTS.len()];
        let large = thing == Thing::Snapshot
            || (matches!(thing, Thing::Record | Thing::Head | Thing::Table)
                && random.below(4) == 0);
        let subject = if large { &self.large } else { &self.small };
        let at = subject.copy(&format!("case-{number}"));
        let hurt = tamper(subject, thing, act, &at, &mut random);
        let cli = number.is_multiple_of(self.cli_every).then(|| Cli {
            side: "vault",
            vault: subject.copy_of(&at, &format!("cli-{number}")),
            passphrase: self.passphrase.path().to_owned(),
        });
        let judged = self.judged(subject, &hurt, &at, Eyes::Open, &mut random);
        let said = cli.map_or(Ok(()), |cli| {
            let said = shipped(&cli);
            std::fs::remove_dir_all(cli.vault).unwrap();
            said
        });
        std::fs::remove_dir_all(at).unwrap();
        match (judged, said) {
            (Ok(outcome), Ok(())) => {
                let key = (format!("{thing:?} {act:?}"), outcome);
                *self.outcomes.lock().unwrap().entry(key).or_default() += 1;
                None
            }
            (Err(what), _) | (_, Err(what)) => Some(format!(
                "number {number}, {thing:?} {act:?}, {}: {what}",
                hurt.how
            )),
        }
    }

    fn judged(
        &self,
        subject: &Subject,
        hurt: &Hurt,
        at: &Path,
        eyes: Eyes,
        random: &mut Random,
    ) -> Result<Outcome, String> {
        let judged = catch_unwind(AssertUnwindSafe(|| judge(subject, hurt, at, eyes, random)));
        judged.unwrap_or_else(|_| Err("a panic".into()))
    }

    /// A vault that nobody touched is whole, and what its owner removed is not missing.
    fn judges_well(&self) {
        let random = &mut Random::new(self.seed, 0);
        for subject in [&self.small, &self.large] {
            let at = subject.copy("whole");
            let judged = self.judged(subject, &Hurt::default(), &at, Eyes::Open, random);
            assert_eq!(judged, Ok(Outcome::Harmless));
            let seq = *subject.truth.keys().next().unwrap();
            let at = removed_by_its_owner(subject, seq);
            let records = [seq].into();
            let hurt = Hurt {
                records,
                ..Hurt::default()
            };
            let judged = self.judged(subject, &hurt, &at, Eyes::Open, random);
            assert_eq!(judged, Ok(Outcome::Harmless), "deleted is not missing");
        }
    }

    /// The planted faults, each of which must be reported: damage that is hidden by somebody who has the keys, and a check
    /// that does not read.
    fn finds_planted_faults(&self, count: usize) {
        let subject = &self.small;
        let mut random = Random::new(self.seed, u64::MAX);
        let random = &mut random;
        let notes: Vec<u64> = subject.truth.keys().copied().collect();
        for i in 0..count {
            let seq = notes[random.below(notes.len())];
            let named = vec![Named::Missing(seq)];
            let hurt = Hurt {
                records: [seq].into(),
                named,
                ..Hurt::default()
            };
            let at = removed_by_its_owner(subject, seq);
            let judged = self.judged(subject, &hurt, &at, Eyes::Open, random);
            let told = judged.expect_err("a removal that the head was made to hide");
            assert!(told.starts_with("not named"), "{told}");

            let at = rewritten(subject, i);
            let judged = self.judged(subject, &Hurt::default(), &at, Eyes::Open, random);
            let told = judged.expect_err("a record that was written anew with the keys");
            assert!(told.contains("is not what was written"), "{told}");

            let bundle = subject.of(What::Bundle)[0];
            let at = subject.copy("unread");
            let hurt = tamper(subject, Thing::Bundle, Act::Flip, &at, random);
            assert!(hurt.files.contains(bundle));
            let judged = self.judged(subject, &hurt, &at, Eyes::Unread, random);
            let told = judged.expect_err("a check that does not read");
            assert!(told.starts_with("not named"), "{told}");
        }
        println!("{} planted faults, each reported", 3 * count);
    }
}

// With the keys the head is made to agree: to the vault this is what its owner did.
fn removed_by_its_owner(subject: &Subject, seq: u64) -> std::path::PathBuf {
    let at = subject.copy("removed");
    let mut vault = Vault::unlock(&at, passphrase()).unwrap().vault;
    vault.commit(now(), |c| c.remove(seq)).unwrap();
    at
}

// The last record says something else, and everything agrees with it.
fn rewritten(subject: &Subject, number: usize) -> std::path::PathBuf {
    let at = subject.copy_of(&subject.before, "rewritten");
    let mut vault = Vault::unlock(&at, passphrase()).unwrap().vault;
    let body = json!({ "word": format!("something else {number}") });
    let seq = vault.commit(now(), |c| c.append("note", &body)).unwrap();
    drop(vault);
    assert_eq!(seq, subject.last);
    assert_eq!(Table::of(&at).rows("record").len(), subject.rows.len());
    at
}

const THINGS: [Thing; 13] = [
    Thing::Record,
    Thing::Head,
    Thing::Evidence,
    Thing::Bundle,
    Thing::Snapshot,
    Thing::Key,
    Thing::Sheet,
    Thing::Ring,
    Thing::Identity,
    Thing::Spool,
    Thing::Part,
    Thing::Lock,
    Thing::Table,
];
const ACTS: [Act; 5] = [Act::Flip, Act::Cut, Act::Swap, Act::Double, Act::Remove];
const CASES: usize = 2600;
const STEP: usize = 100;
const CLI: usize = 7;
const SAMPLE: usize = 65;
const SAMPLE_CLI: usize = 13;
