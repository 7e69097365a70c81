//! Searching 100,000 reports: for each query how many there are, the best 50 and what a list shows of them. The same words,
//! folded the same way, lie in FTS5 on both sides; the same expressions are asked; the counts must be the same. One query goes
//! to all sides before the next one does.

use crate::journals::{self, passphrase};
use crate::peer::{Peer, RAW_KEY};
use crate::texts::{self, Dice};
use crate::{Run, unlock};
use chronicle_journal::Journal;
use chronicle_journal::view::IncidentQuery;
use chronicle_tests::{Measured, percentile};
use chronicle_vault::Find;
use std::time::Instant;

pub fn measure(run: &Run, measured: &mut Measured) {
    let made = journals::journal(&run.data, REPORTS);
    let mut peer = Peer::sqlcipher(&run.data);
    let table = unlock::peer_table(&run.data, &mut peer, REPORTS);
    let _ = peer.open(&table, RAW_KEY);
    let mut journal = Journal::unlock(&made.folder, &passphrase()).unwrap();
    let queries = texts::queries(&mut Dice(7), QUERIES);
    for number in 0..run.count {
        let mut took = [const { Vec::new() }; SIDES.len()];
        let mut found = 0;
        for (place, text) in queries.iter().enumerate() {
            let words = chronicle_search::query(text).expression().expect("words");
            let mut totals = [0; SIDES.len()];
            for turn in 0..SIDES.len() {
                let side = (number + place + turn) % SIDES.len();
                let (milliseconds, total) = match side {
                    0 => index(&mut journal, &words, if run.planted { 20 } else { 1 }),
                    1 => verb(&journal, text),
                    side => {
                        let answer = peer.order(&[SIDES[side], &words]);
                        assert_eq!(answer.rows, answer.total.min(50));
                        (answer.took.as_secs_f64() * 1000.0, answer.total)
                    }
                };
                took[side].push(milliseconds);
                totals[side] = total;
            }
            assert_eq!(
                totals,
                [totals[0]; SIDES.len()],
                "{text} is not found as often"
            );
            found += usize::from(totals[0] > 0);
        }
        assert!(
            found * 10 > queries.len() * 8,
            "{found} of {} found anything",
            queries.len()
        );
        for (name, percent) in [("p95", 95), ("p50", 50)] {
            let [ours, verb, all, newest] = took.each_ref().map(|t| percentile(t, percent));
            println!(
                "search {name}: {ours:.2} ms, with excerpts {verb:.2} ms, SQLCipher {all:.2} ms, and among the newest {newest:.2} ms"
            );
            measured.add(&format!("search {name}, 100,000 reports"), ours, Some(all));
            if percent == 95 {
                measured.add("search p95, the peer ranking as few", ours, Some(newest));
                measured.add("search p95, with excerpts", verb, None);
            }
        }
    }
}

// The index, as the journal asks it.
fn index(journal: &mut Journal, words: &str, times: u32) -> (f64, u64) {
    let find = Find {
        kind: "incident",
        parts: Some("evidence"),
        matching: Some(words),
        limit: 50,
        ..Find::default()
    };
    let began = Instant::now();
    let mut total = 0;
    for _ in 0..times {
        total = journal.vault().find(&find).unwrap().0;
    }
    (began.elapsed().as_secs_f64() * 1000.0, total)
}

// The whole verb: it opens the records that it shows, to say where the words are.
fn verb(journal: &Journal, text: &str) -> (f64, u64) {
    let query = IncidentQuery {
        text: text.to_owned(),
        limit: 50,
        ..IncidentQuery::default()
    };
    let began = Instant::now();
    let total = journal.find(&query, &jiff::Zoned::now()).unwrap().total;
    (began.elapsed().as_secs_f64() * 1000.0, total)
}

const SIDES: [&str; 4] = ["index", "verb", "search", "search-newest"];
const REPORTS: u32 = 100_000;
const QUERIES: usize = 240;
