//! From the passphrase to the first 50 rows of the list, by a process of its own, with nothing of the journal in the page
//! cache; and what that process then takes of memory. The key derivation is that of a cheap passphrase (3 ms) and counts.

use crate::journals::{self, files, passphrase};
use crate::peer::{Peer, RAW_KEY};
use crate::{Run, seconds};
use chronicle_journal::Journal;
use chronicle_journal::view::IncidentQuery;
use chronicle_tests::{Measured, tool};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};

pub fn measure(run: &Run, measured: &mut Measured) {
    for (count, name) in [(1000, "1,000"), (10_000, "10,000"), (100_000, "100,000")] {
        if run.planted && count != 10_000 {
            continue;
        }
        let mut made = journals::journal(&run.data, count);
        let mut peer = Peer::sqlcipher(&run.data);
        let table = peer_table(&run.data, &mut peer, count);
        let slow = tempfile::tempdir_in(&run.data).unwrap();
        if run.planted {
            made.folder = without_snapshot(&made.folder, slow.path());
        }
        for number in 0..run.count {
            let mut ours = Process::default();
            let mut peers = 0.0;
            for turn in 0..2 {
                if (number + turn) % 2 == 0 {
                    cold(&made.folder);
                    ours = Process::of(&made.folder);
                } else {
                    // A fresh process, so that nothing is in its own cache.
                    peer = Peer::sqlcipher(&run.data);
                    cold(&table);
                    let opened = peer.open(&table, RAW_KEY).took;
                    let first = peer.order(&["first"]);
                    assert_eq!((first.total, first.rows), (u64::from(count), 50));
                    peers = (opened + first.took).as_secs_f64();
                }
            }
            println!("unlock, {count} reports: {ours:?}, SQLCipher {peers:.3} s");
            if count > 1000 {
                let line = format!("unlock to 50 rows, {name} reports");
                measured.add(&line, ours.seconds, Some(peers));
            }
            measured.add(&format!("resident, {name} reports"), ours.resident, None);
            measured.add(
                &format!("resident at most, {name} reports"),
                ours.most,
                None,
            );
        }
    }
}

/// What the process that was begun for it does: opens, lists, says how long that took, and waits to be looked at.
pub fn child(folder: &str) {
    let (took, (_journal, total)) = seconds(|| {
        let journal = Journal::unlock(Path::new(folder), &passphrase()).unwrap();
        let page = IncidentQuery {
            limit: 50,
            ..IncidentQuery::default()
        };
        let list = journal.find(&page, &jiff::Zoned::now()).unwrap();
        assert_eq!(list.incidents.len(), 50);
        (journal, list.total)
    });
    println!("{took} {total}");
    let _ = std::io::stdin().read(&mut [0]);
}

/// The peer's table of the same reports.
pub fn peer_table(data: &Path, peer: &mut Peer, count: u32) -> std::path::PathBuf {
    let table = data.join(format!("peer-{count}.db"));
    if !table.is_file() {
        println!("filling SQLCipher with {count} reports");
        let part = table.with_extension("part");
        let _ = std::fs::remove_file(&part);
        let _ = peer.open(&part, RAW_KEY);
        let rows = data.join(format!("rows-{count}"));
        let _ = peer.order(&["fill", rows.to_str().unwrap()]);
        let _ = peer.open(Path::new(":memory:"), "SELECT 1");
        std::fs::rename(part, &table).unwrap();
    }
    table
}

#[derive(Debug, Default)]
struct Process {
    seconds: f64,
    /// MiB once it is open, and the most until then.
    resident: f64,
    most: f64,
}

impl Process {
    fn of(folder: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg("unlock-one")
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut said)
            .unwrap();
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        let mib = |name: &str| {
            let line = status.lines().find(|l| l.starts_with(name)).unwrap();
            line.split_whitespace()
                .nth(1)
                .unwrap()
                .parse::<f64>()
                .unwrap()
                / 1024.0
        };
        let read = Self {
            seconds: said
                .split_whitespace()
                .next()
                .expect("it unlocks")
                .parse()
                .unwrap(),
            resident: mib("VmRSS:"),
            most: mib("VmHWM:"),
        };
        drop(child.stdin.take());
        assert!(child.wait().unwrap().success());
        read
    }
}

/// Nothing below `path` is in the page cache any more: asked for with `posix_fadvise`, and looked at with `fincore`.
fn cold(path: &Path) {
    tool("fincore", "util-linux");
    let files = if path.is_dir() {
        files(path)
    } else {
        vec![path.to_owned()]
    };
    for file in &files {
        let file = File::open(file).unwrap();
        file.sync_all().unwrap();
        rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed).unwrap();
    }
    let seen = Command::new("fincore")
        .args(["--bytes", "--noheadings", "--output", "RES"])
        .args(&files)
        .output()
        .expect("fincore runs");
    assert!(seen.status.success(), "fincore does not tell");
    let seen = String::from_utf8(seen.stdout).unwrap();
    let resident: Vec<u64> = seen.lines().map(|l| l.trim().parse().unwrap()).collect();
    assert_eq!(resident.len(), files.len());
    assert_eq!(
        resident.iter().sum::<u64>(),
        0,
        "part of {} stays in memory",
        path.display()
    );
}

// The planted slow variant: every record has to be read.
fn without_snapshot(folder: &Path, aside: &Path) -> std::path::PathBuf {
    let slow = aside.join("journal");
    journals::copy(folder, &slow);
    let largest = files(&slow.join("blobs"))
        .into_iter()
        .max_by_key(|f| std::fs::metadata(f).unwrap().len());
    std::fs::remove_file(largest.unwrap()).unwrap();
    slow
}
