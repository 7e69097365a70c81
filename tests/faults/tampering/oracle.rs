//! What must be true of a vault after it was tampered with: it refuses with an error that has a name, or it opens, names what
//! was done, shows everything else as it is, and nothing wrong as right.

use super::damage::{Hurt, Named};
use super::subject::{LOG_N, Notes, Subject, code, content, now, passphrase};
use crate::campaign::Random;
use chronicle_tests::{Cli, Ran};
use chronicle_vault::{Entry, Error, Finding, Keys, Vault, in_record};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It did not open, and said why.
    Refused,
    /// It opened, and named what was done.
    Named,
    /// It opened, and what was hit is refused where it is used: an identity, or the sheet.
    AtUse,
    /// What was done took nothing and changed nothing.
    Harmless,
}

/// Who looks. The ones that do not read files are the planted fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eyes {
    Open,
    Unread,
}

/// Judges the vault in `at` after `hurt`. The error is what is wrong with how the vault bears it.
pub fn judge(
    subject: &Subject,
    hurt: &Hurt,
    at: &Path,
    eyes: Eyes,
    random: &mut Random,
) -> Result<Outcome, String> {
    let before = prints(at);
    let mut refused = false;
    let outcome = match keys(at).and_then(Keys::open) {
        Err(error) => {
            refusal(hurt.shut || hurt.anything, &error)?;
            if prints(at) != before {
                return Err("refusing has changed it".into());
            }
            Outcome::Refused
        }
        Ok(_) if hurt.shut => return Err("it opens".into()),
        Ok(open) => {
            let shown: BTreeSet<u64> = open.entries.iter().map(|e| e.seq).collect();
            open.entries.iter().try_for_each(|e| right(subject, e))?;
            let lost = lost(subject, hurt, &shown)?;
            let mut found = open.findings;
            refused = uses(subject, hurt, &open.vault, &open.entries)?;
            match checked(&open.vault, eyes) {
                Ok(more) => found.extend(more),
                Err(error) => refusal(hurt.anything, &error)?,
            }
            drop(open.vault);
            let outcome = named(subject, hurt, &found, lost)?;
            by_index(subject, hurt, at, &shown, random)?;
            outcome
        }
    };
    refused |= by_sheet(subject, hurt, at)?;
    Ok(match outcome {
        Outcome::Harmless if refused => Outcome::AtUse,
        other => other,
    })
}

/// What the shipped command line says of the vault in `at`, beside what the library finds there.
pub fn shipped(cli: &Cli) -> Result<(), String> {
    let ran = cli.run("check", &["--read-data", "--json"]);
    if ran.stderr.contains("panicked") {
        return Err(format!("a panic: {ran:?}"));
    }
    let open = match keys(&cli.vault).and_then(Keys::open) {
        Ok(open) => open,
        Err(error) => return one_line(&ran, &error),
    };
    let found = match checked(&open.vault, Eyes::Open) {
        Ok(found) => found,
        Err(error) => return one_line(&ran, &error),
    };
    let told: Value = serde_json::from_str(&ran.stdout).map_err(|e| format!("{e}: {ran:?}"))?;
    let found: Vec<Value> = found
        .iter()
        .map(|f| {
            let args: BTreeMap<_, _> = f.args().into_iter().collect();
            json!({ "code": f.code(), "args": args })
        })
        .collect();
    let same = told["findings"].as_array().is_some_and(|list| {
        list.len() == found.len() && list.iter().all(|one| found.contains(one))
    });
    if same && ran.code == Some(1) {
        Ok(())
    } else {
        Err(format!(
            "the command line says {ran:?}, the library {found:?}"
        ))
    }
}

fn one_line(ran: &Ran, error: &Error) -> Result<(), String> {
    if ran.code == Some(1) && ran.stdout.is_empty() && ran.stderr.lines().count() == 1 {
        Ok(())
    } else {
        Err(format!("{error}, and the command line: {ran:?}"))
    }
}

fn refusal(allowed: bool, error: &Error) -> Result<(), String> {
    let named = matches!(
        error,
        Error::KeyFile
            | Error::WrongPassphrase
            | Error::WrongCode
            | Error::Database
            | Error::Newer
            | Error::NoSheet
    );
    if allowed && named {
        Ok(())
    } else {
        Err(format!("it refuses: {error:?}"))
    }
}

fn right(subject: &Subject, entry: &Entry) -> Result<(), String> {
    let truth = subject.truth.get(&entry.seq);
    if truth.is_some_and(|(kind, body)| *kind == entry.kind && *body == entry.body) {
        Ok(())
    } else {
        Err(format!(
            "record {} is shown and is not what was written",
            entry.seq
        ))
    }
}

// Whether anything is not shown any more. Only what was tampered with may be.
fn lost(subject: &Subject, hurt: &Hurt, shown: &BTreeSet<u64>) -> Result<bool, String> {
    let mut lost = subject
        .truth
        .keys()
        .filter(|seq| !shown.contains(seq))
        .peekable();
    let any = lost.peek().is_some();
    match lost.find(|seq| !hurt.records.contains(seq)) {
        Some(seq) => Err(format!("record {seq} is gone, which nobody touched")),
        None => Ok(any),
    }
}

// Evidence, identities and the spool, as whoever uses them gets them. Whether an identity is refused.
fn uses(subject: &Subject, hurt: &Hurt, vault: &Vault, entries: &[Entry]) -> Result<bool, String> {
    for entry in entries.iter().filter(|e| e.kind == "evidence") {
        let file = &entry.body["file"];
        let name = file["blob"].as_str().expect("a name");
        let size = usize::try_from(file["size"].as_u64().expect("a size")).expect("fits");
        let blob = in_record::deserialize(file).map_err(|e| e.to_string())?;
        let mut got = Vec::new();
        let read = vault
            .open_blob(&blob)
            .map(|mut content| content.read_to_end(&mut got));
        match read {
            Ok(Ok(_)) if got == content(size) => {}
            Ok(Ok(_)) => return Err(format!("file {name} is read and is not what was kept")),
            _ if hurt.files.contains(name) => {}
            _ => return Err(format!("file {name} is not read, which nobody touched")),
        }
    }
    let mut refused = false;
    for (name, text) in &subject.identities {
        match vault.identity(name) {
            Ok(opened) if *opened == *text => {}
            Err(Error::KeyFile) if hurt.identities.contains(name) => refused = true,
            _ => return Err(format!("identity {name} is not what was kept")),
        }
    }
    let spooled = vault.spooled();
    let Ok(spooled) = spooled else {
        return refusal(hurt.anything, &Error::Database).map(|()| false);
    };
    let texts: Vec<&[u8]> = spooled
        .iter()
        .filter_map(|s| s.text.as_deref())
        .map(Vec::as_slice)
        .collect();
    let known = [b"receipt".as_slice(), b"progress"];
    // With its rows moved about, anything that was sealed to the vault may stand there: it counts for no more than bytes from
    // the network.
    if hurt.anything {
        return Ok(refused);
    }
    if texts.iter().any(|text| !known.contains(text)) || (!hurt.spool && texts != known) {
        return Err(format!("the spool holds {texts:?}"));
    }
    Ok(refused)
}

fn checked(vault: &Vault, eyes: Eyes) -> Result<Vec<Finding>, Error> {
    let mut check = vault.check()?;
    if eyes == Eyes::Open {
        check.read_data(&mut |_| true)?;
    }
    Ok(check.findings().to_vec())
}

// Everything that must be named is, and nothing is that follows from nothing.
fn named(subject: &Subject, hurt: &Hurt, found: &[Finding], lost: bool) -> Result<Outcome, String> {
    let cheap = ["key.age", "recovery.age"].map(|name| Named::KeyFile(name.to_owned()));
    let left_over = |f: &Finding| {
        let Finding::Stray(file) = f else {
            return false;
        };
        let record = subject.files.get(file).map(|(record, _)| record);
        record.is_some_and(|record| hurt.records.contains(record))
    };
    let found: Vec<&Finding> = found
        .iter()
        .filter(|f| !cheap.iter().any(|c| c.is(f)))
        .collect();
    if hurt.anything {
        let told = found.iter().any(|f| f.alarms());
        return match (told, lost) {
            (true, _) => Ok(Outcome::Named),
            (false, false) => Ok(Outcome::Harmless),
            (false, true) => Err("something is gone, and nothing is said".into()),
        };
    }
    if let Some(missed) = hurt.named.iter().find(|n| !found.iter().any(|f| n.is(f))) {
        return Err(format!("not named: {missed:?}; found was {found:?}"));
    }
    let reason = |f: &Finding| left_over(f) || hurt.named.iter().any(|n| n.is(f));
    if let Some(accused) = found.iter().find(|f| !reason(f)) {
        return Err(format!("named without a reason: {accused:?}"));
    }
    Ok(if hurt.named.is_empty() {
        Outcome::Harmless
    } else {
        Outcome::Named
    })
}

// By the index and its snapshot, and going on from there.
fn by_index(
    subject: &Subject,
    hurt: &Hurt,
    at: &Path,
    shown: &BTreeSet<u64>,
    random: &mut Random,
) -> Result<(), String> {
    let opened = keys(at).and_then(|keys| keys.open_with(&Notes, &mut |_| {}));
    let mut vault = match opened {
        Ok(open) => open.vault,
        Err(error) => return refusal(hurt.anything, &error),
    };
    // Also before every row was compared with the head nothing wrong is shown.
    let all: Vec<u64> = subject.truth.keys().copied().collect();
    let some = (0..5).map(|_| all[random.below(all.len())]);
    for seq in hurt.records.iter().copied().take(20).chain(some) {
        match vault.entry(seq) {
            Ok(entry) if !entry.kind.starts_with("vault.") && seq != subject.removed.0 => {
                right(subject, &entry)?;
            }
            Err(_) if !hurt.records.contains(&seq) => {
                return Err(format!("record {seq} does not open by itself"));
            }
            _ => {}
        }
    }
    if let Err(error) = vault.verify_all(now()) {
        return refusal(hurt.anything, &error);
    }
    let listed: Result<Vec<Vec<u64>>, Error> = ["note", "evidence", "bundle"]
        .iter()
        .map(|kind| vault.of_kind(kind))
        .collect();
    let listed: BTreeSet<u64> = listed
        .map_err(|e| e.to_string())?
        .concat()
        .into_iter()
        .collect();
    if listed != *shown {
        return Err(format!(
            "the index lists {listed:?}, and shown was {shown:?}"
        ));
    }
    let body = json!({ "word": "written afterwards" });
    let seq = match vault.commit(now(), |c| c.append("note", &body)) {
        Ok(seq) => seq,
        Err(error) => return refusal(hurt.anything, &error),
    };
    drop(vault);
    let open = keys(at)
        .and_then(Keys::open)
        .map_err(|e| format!("no longer: {e}"))?;
    if !open.entries.iter().any(|e| e.seq == seq && e.body == body) {
        return Err("what was written afterwards is not kept".into());
    }
    let doubts = [Named::PutBack, Named::HeadLost];
    let stays = |n: &&Named| doubts.contains(n) || matches!(n, Named::Missing(_));
    match hurt
        .named
        .iter()
        .filter(stays)
        .find(|n| !open.findings.iter().any(|f| n.is(f)))
    {
        Some(forgotten) => Err(format!("forgotten by going on: {forgotten:?}")),
        None => Ok(()),
    }
}

// The sheet opens whatever it opened before, also where the passphrase does not any more. Whether it is refused.
fn by_sheet(subject: &Subject, hurt: &Hurt, at: &Path) -> Result<bool, String> {
    let recovered = patient(|| Vault::recover(at, code()));
    match recovered {
        Err(error) => refusal(hurt.sheet_shut, &error).map(|()| true),
        Ok(_) if hurt.sheet_shut && !at.join("vault.db").exists() => Ok(false),
        Ok(_) if hurt.sheet_shut => Err("the sheet opens it".into()),
        Ok(recovered) if hurt.shut => {
            let keys = recovered.set_passphrase_with(passphrase(), now(), LOG_N);
            let open = keys
                .and_then(Keys::open)
                .map_err(|e| format!("by the sheet: {e}"))?;
            open.entries.iter().try_for_each(|e| right(subject, e))?;
            let shown = open.entries.iter().map(|e| e.seq).collect();
            lost(subject, hurt, &shown).map(|_| false)
        }
        Ok(_) => Ok(false),
    }
}

fn keys(at: &Path) -> Result<Keys, Error> {
    patient(|| Vault::keys(at, passphrase()))
}

// A process that another thread is just starting holds every open file of this one, locks too, until it runs.
fn patient<T>(act: impl Fn() -> Result<T, Error>) -> Result<T, Error> {
    let end = Instant::now() + Duration::from_secs(5);
    loop {
        match act() {
            Err(Error::InUse) if Instant::now() < end => {
                std::thread::sleep(Duration::from_millis(2));
            }
            other => return other,
        }
    }
}

// What lies in the folder, but for what counts for nothing.
fn prints(at: &Path) -> BTreeMap<String, String> {
    let mut prints = BTreeMap::new();
    let mut stack = vec![at.to_owned()];
    while let Some(path) = stack.pop() {
        if path.is_dir() {
            stack.extend(std::fs::read_dir(path).unwrap().map(|i| i.unwrap().path()));
            continue;
        }
        let name = path.strip_prefix(at).unwrap().to_str().unwrap().to_owned();
        if name != "lock" && name != "vault.db-journal" && !name.ends_with(".part") {
            prints.insert(
                name,
                hex::encode(Sha256::digest(std::fs::read(path).unwrap())),
            );
        }
    }
    prints
}
