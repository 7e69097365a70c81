//! A save, to the moment at which it is kept. Beside it SQLite removes and writes rows of the same numbers and sizes in a copy
//! of the same table, with the same journal, each waiting for its sync in turn.

use crate::Run;
use crate::journals::{self, passphrase, seq_of};
use crate::peer::Peer;
use crate::texts::{self, Dice};
use chronicle_journal::Journal;
use chronicle_journal::view::IncidentQuery;
use chronicle_tests::{Measured, percentile};
use jiff::Zoned;
use std::path::Path;
use std::time::Instant;

pub fn measure(run: &Run, measured: &mut Measured) {
    let made = journals::journal(&run.data, REPORTS);
    let aside = tempfile::tempdir_in(&run.data).unwrap();
    let (folder, plain) = (aside.path().join("journal"), aside.path().join("plain.db"));
    journals::copy(&made.folder, &folder);
    let vault = folder.join("vault.db");
    let mut journal = Journal::unlock(&folder, &passphrase()).unwrap();
    let page = IncidentQuery {
        limit: REPORTS,
        ..IncidentQuery::default()
    };
    let all = journal.find(&page, &jiff::Zoned::now()).unwrap().incidents;
    let ids: Vec<&str> = all.iter().map(|i| i.id.as_str()).collect();
    let mut dice = Dice(11);
    // The first change of what a snapshot covers drops it; that is not what is compared.
    let _ = journal
        .save(Some(ids[0]), texts::report(&mut dice), &Zoned::now())
        .unwrap();
    let _ = std::fs::copy(&vault, &plain).unwrap();
    let mut peer = Peer::sqlite(&run.data);
    let _ = peer.open(
        &plain,
        "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL",
    );
    for number in 0..run.count {
        let (mut ours, mut peers) = (Vec::new(), Vec::new());
        for place in 0..SAVES {
            // Three of four are changes, as they are while somebody writes.
            let id = (place % 4 > 0).then(|| ids[1 + dice.below(ids.len() - 1)]);
            let draft = texts::report(&mut dice);
            // The editor shows a report before anybody changes it.
            let _ = id.map(|id| journal.incident(id, &jiff::Zoned::now()).unwrap());
            let old = id.map_or(0, |id| seq_of(&mut journal, id));
            let mut save = || {
                let began = Instant::now();
                let kept = journal.save(id, draft.clone(), &Zoned::now()).unwrap();
                if run.planted {
                    std::thread::sleep(2 * began.elapsed());
                }
                ours.push(began.elapsed().as_secs_f64() * 1000.0);
                seq_of(&mut journal, &kept.id)
            };
            let new = save();
            peers.push(mirrored(&mut peer, &vault, old, new));
        }
        for (line, percent) in [
            ("save p99", 99),
            ("save p50", 50),
            ("save, the longest of 400", 100),
        ] {
            let (ours, peers) = (percentile(&ours, percent), percentile(&peers, percent));
            println!(
                "{line}, run {}: {ours:.2} ms, SQLite {peers:.2} ms",
                number + 1
            );
            measured.add(line, ours, Some(peers));
        }
    }
}

fn mirrored(peer: &mut Peer, vault: &Path, old: u64, new: u64) -> f64 {
    let sizes = peer.order(&["sizes", vault.to_str().unwrap(), &new.to_string()]);
    assert!(sizes.total > 0 && sizes.rows > 0, "the row is not there");
    let [old, new, head, row] = [old, new, sizes.total, sizes.rows].map(|n| n.to_string());
    let saved = peer.order(&["save", &old, &new, &row, &head]);
    saved.took.as_secs_f64() * 1000.0
}

const REPORTS: u32 = 10_000;
const SAVES: usize = 400;
