//! What a session left: nothing of it may stand in anything that was written, nothing may be touched that is not on the
//! list, no process stays, and everything planted was found.

use crate::needles::{Hit, Needles, fault};
use crate::places::{self, Allowed, Moment};
use crate::planted::{Planted, is_planted};
use crate::processes;
use crate::session::Session;
use crate::trace::{Trace, is_file};
use chronicle_tour::fault::{During, Fault, Outcome, ensure};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

/// The session's places.
pub struct Where<'a> {
    /// The folder on a disk in which all of it happens, the home folder too.
    pub disk: &'a Path,
    /// The home folder.
    pub home: &'a Path,
    /// The desktop's run folder, in memory.
    pub runtime: &'a Path,
    /// When it began.
    pub since: Moment,
}

/// Judges a session that has ended; gives its numbers.
pub fn judge(session: &Session, planted: &Planted, at: &Where) -> Outcome<Value> {
    let mut markers = session.markers();
    let own = markers.len();
    markers.extend(planted.markers());
    let needles = Needles::new(&markers, &[])?;
    let allowed = Allowed {
        vault: session.vault.clone(),
        home: at.home.to_owned(),
        runtime: at.runtime.to_owned(),
        saved: session.copies(),
        log: session.log.clone(),
    };
    let mut trace = Trace::default();
    for log in &session.traces {
        trace.add(Trace::read(log)?);
    }
    ensure(trace.calls > 1000, || {
        format!("strace saw {} calls only", trace.calls)
    })?;
    let mut faults = Vec::new();
    let (rules, passing) = written(&trace, &needles, &allowed, planted, &mut faults);
    let disk = on_disk(session, &needles, &allowed, planted, at, &mut faults)?;
    let memory = in_memory(&needles, at, session.was_struck(), &mut faults)?;
    left_over(session, &mut faults)?;
    ensure(faults.is_empty(), || faults.join("\n"))?;
    let (kept, all) = planted.count();
    Ok(json!({
        "markers": own,
        "planted": kept + all,
        "calls": trace.calls,
        "previews": trace.begun.iter().filter(|program| program.ends_with("/chronicle-media")).count(),
        "bytes_written": trace.written.values().map(Vec::len).sum::<usize>(),
        "paths_by_rule": rules,
        "passed_through_memory": passing,
        "changed_on_disk": disk,
        "left_in_memory": memory,
        "hits": 0,
    }))
}

// Everything that strace saw.
fn written(
    trace: &Trace,
    needles: &Needles,
    allowed: &Allowed,
    planted: &Planted,
    faults: &mut Vec<String>,
) -> (BTreeMap<String, usize>, BTreeSet<String>) {
    let mut seen = BTreeSet::new();
    let mut passing = BTreeSet::new();
    let in_memory = |file: &str| allowed.in_memory(Path::new(file));
    for (file, bytes) in &trace.written {
        if (!is_file(file) && !file.starts_with('(')) || allowed.rule(file) == Some("saved by hand")
        {
            continue;
        }
        let hits = needles.find_deep(bytes);
        let (found, own): (BTreeSet<Hit>, BTreeSet<Hit>) = hits.into_iter().partition(is_planted);
        seen.extend(found);
        if own.is_empty() {
            continue;
        }
        if in_memory(file) {
            let name = Path::new(file)
                .file_name()
                .unwrap_or_default()
                .to_string_lossy();
            // Its name before it is whole ends in six random letters.
            let name = name
                .split(".xbel.")
                .next()
                .unwrap_or_default()
                .trim_end_matches(".xbel");
            passing.extend(own.into_iter().map(|hit| format!("{} in {name}", hit.what)));
        } else {
            faults.push(fault(&format!("written to {file}"), &own).to_string());
        }
    }
    let missed = planted.missed_in_trace(&seen);
    if !missed.is_empty() {
        faults.push(format!("blind, not seen while it was written: {missed:?}"));
    }
    let odd = |file: &str| Path::new(file).starts_with(&planted.folder);
    let mapped = trace
        .unseen
        .iter()
        .any(|(call, file)| call == "mmap" && odd(file));
    if !mapped {
        faults.push("blind, a planted mapping was not seen".into());
    }
    for (call, file) in &trace.unseen {
        if is_file(file) && !in_memory(file) && !odd(file) {
            faults.push(format!("{call} could have written to {file} unseen"));
        }
    }
    let mut rules = BTreeMap::new();
    let mut odd_touched = 0;
    for path in &trace.touched {
        match allowed.rule(path) {
            Some(rule) => *rules.entry(rule.to_owned()).or_default() += 1,
            None if odd(path) => odd_touched += 1,
            None => faults.push(format!("touched and not on the list: {path}")),
        }
    }
    if odd_touched < planted.count().0 {
        faults.push(format!(
            "blind, only {odd_touched} planted files were seen as not on the list"
        ));
    }
    (rules, passing)
}

// What lies in the folder of all sessions now.
fn on_disk(
    session: &Session,
    needles: &Needles,
    allowed: &Allowed,
    planted: &Planted,
    at: &Where,
    faults: &mut Vec<String>,
) -> Outcome<Value> {
    let changed = places::changed(at.disk, at.since, &[])?;
    let copies = session.copies();
    let found = places::search(&changed, needles)?;
    let mut seen = BTreeSet::new();
    for (path, hits) in found.hits {
        if copies.contains(&path) {
            continue;
        }
        let (planted, own): (BTreeSet<Hit>, BTreeSet<Hit>) = hits.into_iter().partition(is_planted);
        seen.extend(planted);
        if !own.is_empty() {
            faults.push(fault(&path.display().to_string(), &own).to_string());
        }
    }
    let missed = planted.missed_on_disk(&seen);
    if !missed.is_empty() {
        faults.push(format!("blind, not found on the disk: {missed:?}"));
    }
    let session_folder = session.vault.parent().unwrap_or(at.disk);
    let expected = |path: &Path| {
        // The folders in which the harness itself puts sessions and faults.
        path.starts_with(&planted.folder)
            || planted.folder.starts_with(path)
            || session.saved == path
            || session_folder.starts_with(path)
            || allowed.on_disk(path).is_some()
    };
    for path in changed.iter().filter(|path| !expected(path)) {
        faults.push(format!("changed and not on the list: {}", path.display()));
    }
    Ok(json!({ "files": found.files, "bytes": found.bytes }))
}

// What only looks like files: gone or empty of words by the end. A shell that was struck cannot remove its own; the next one
// that begins a minute later does, or the end of the person's desktop.
fn in_memory(
    needles: &Needles,
    at: &Where,
    struck: bool,
    faults: &mut Vec<String>,
) -> Outcome<Value> {
    let files = places::all(at.runtime)?;
    let found = places::search(&files, needles)?;
    for (path, hits) in &found.hits {
        if struck && path.ends_with("data/recently-used.xbel") {
            continue;
        }
        faults.push(fault(&format!("{} in memory", path.display()), hits).to_string());
    }
    Ok(
        json!({ "files": found.files, "bytes": found.bytes, "with_names_after_a_crash": found.hits.len() }),
    )
}

// Every process that strace followed has ended.
fn left_over(session: &Session, faults: &mut Vec<String>) -> Outcome {
    for log in &session.traces {
        for pid in Trace::processes(log)? {
            if let Some(process) = processes::of(pid) {
                faults.push(format!("{} still lives", process.name));
            }
        }
    }
    Ok(())
}

/// Searches the whole disk for everything at once, with a fault planted in an odd place.
pub fn whole_disk(
    needles: &Needles,
    since: Moment,
    planted: &Planted,
    but: &[&Path],
) -> Outcome<Value> {
    let began = std::time::Instant::now();
    let files = places::changed(Path::new("/"), since, but)?;
    let found = places::search(&files, needles)?;
    let (mut seen, mut faults) = (BTreeSet::new(), Vec::new());
    for (path, hits) in found.hits {
        let (planted, own): (BTreeSet<Hit>, BTreeSet<Hit>) = hits.into_iter().partition(is_planted);
        seen.extend(planted);
        if !own.is_empty() {
            faults.push(fault(&path.display().to_string(), &own).to_string());
        }
    }
    let missed = planted.missed_on_disk(&seen);
    ensure(missed.is_empty(), || {
        format!("blind, not found on the whole disk: {missed:?}")
    })?;
    ensure(faults.is_empty(), || faults.join("\n"))?;
    Ok(json!({
        "files": found.files,
        "bytes": found.bytes,
        "seconds": began.elapsed().as_secs(),
        "planted": planted.count().0,
        "hits": 0,
    }))
}

/// Waits until nothing lives any more that strace followed, at most some seconds.
pub fn settled(session: &Session) -> Outcome {
    let until = std::time::Instant::now() + Duration::from_secs(8);
    loop {
        let mut alive = false;
        for log in &session.traces {
            alive |= Trace::processes(log)?
                .into_iter()
                .any(|pid| processes::of(pid).is_some());
        }
        if !alive {
            return Ok(());
        }
        if std::time::Instant::now() > until {
            return Err(Fault::new("processes of the session go on"));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Fails on a place that is not what it should be: a disk in memory, or a memory on a disk.
pub fn check_places(disk: &Path, memory: &[&Path]) -> Outcome {
    let kind = |path: &Path| -> Outcome<String> {
        let out = std::process::Command::new("stat")
            .args(["-f", "-c", "%T"])
            .arg(path)
            .output();
        Ok(String::from_utf8_lossy(&out.during("stat")?.stdout)
            .trim()
            .to_owned())
    };
    let of_disk = kind(disk)?;
    ensure(!MEMORY.contains(&of_disk.as_str()), || {
        format!("{} is {of_disk}", disk.display())
    })?;
    for path in memory {
        let of_memory = kind(path)?;
        ensure(MEMORY.contains(&of_memory.as_str()), || {
            format!("{} is {of_memory}", path.display())
        })?;
    }
    Ok(())
}

const MEMORY: &[&str] = &["tmpfs", "ramfs"];
