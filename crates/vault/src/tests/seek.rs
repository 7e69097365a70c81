//! An index on its own: ranks, what changes between two searches, and what very many records have.

use super::index::all;
use super::*;
use crate::index::Index;
use crate::seek::MEASURED;
use crate::{Document, Entry, Find, Projection, Rank};

/// Whose records say themselves what they say.
struct Told;

impl Projection for Told {
    fn kind(&self) -> VaultKind {
        VaultKind::Journal
    }

    fn version(&self) -> u32 {
        1
    }

    fn document(&self, entry: &Entry) -> Document {
        let body = &entry.body;
        Document {
            id: body["id"].as_str().unwrap_or_default().to_owned(),
            group: body["group"].as_str().unwrap_or_default().to_owned(),
            rank: Rank {
                base: body["base"].as_i64().unwrap_or_default(),
                from: body["from"].as_i64().unwrap_or_default(),
                until: body["until"].as_i64(),
            },
            ..Document::default()
        }
    }

    fn text(&self, entry: &Entry) -> String {
        entry.body["text"].as_str().unwrap_or_default().to_owned()
    }
}

fn told(seq: u64, kind: &str, body: serde_json::Value) -> Entry {
    Entry {
        seq,
        at: now(),
        kind: kind.into(),
        body,
    }
}

#[test]
fn ranks_change_with_the_day() {
    let mut index = Index::new(&Told).unwrap();
    let ranks = [
        ("later", 0, 20, Some(30)),
        ("over", 0, 1, Some(9)),
        ("now", 0, 5, Some(12)),
        ("always", 1, 0, None),
    ];
    for (seq, (id, base, from, until)) in (1..).zip(ranks) {
        let body = json!({ "id": id, "base": base, "from": from, "until": until });
        index.add(told(seq, "note", body).into()).unwrap();
    }
    let order = |today| {
        let find = Find { today, ..all() };
        let (_, hits) = index.find(&find).unwrap();
        hits.into_iter().map(|hit| hit.id).collect::<Vec<_>>()
    };
    assert_eq!(order(10), ["now", "always", "later", "over"]);
    assert_eq!(order(25), ["later", "always", "now", "over"]);
}

#[test]
fn what_was_changed_between_two_searches_is_found_as_it_is_now() {
    let mut index = Index::new(&Told).unwrap();
    let found = |index: &Index, word: &str| {
        let find = Find {
            matching: Some(word),
            ..all()
        };
        index
            .find(&find)
            .unwrap()
            .1
            .iter()
            .map(|h| h.seq)
            .collect::<Vec<_>>()
    };
    let add = |index: &mut Index, seq: u64, text: &str| {
        let body = json!({ "id": "one", "text": text });
        index.add(told(seq, "note", body).into()).unwrap();
    };
    let nothing: Vec<u64> = Vec::new();
    // Never searched before it went.
    add(&mut index, 1, "heron");
    index.remove(1).unwrap();
    assert_eq!(found(&index, "heron"), nothing);
    // Searched, then changed under its old number and under a new one.
    add(&mut index, 2, "heron");
    assert_eq!(found(&index, "heron"), [2]);
    index.remove(2).unwrap();
    add(&mut index, 2, "bittern");
    assert_eq!(found(&index, "heron"), nothing);
    assert_eq!(found(&index, "bittern"), [2]);
    index.remove(2).unwrap();
    add(&mut index, 3, "heron");
    assert_eq!(found(&index, "bittern"), nothing);
    assert_eq!(found(&index, "heron"), [3]);
    // In one that is kept nothing is behind, and nothing is left of what went.
    add(&mut index, 4, "egret");
    index.remove(3).unwrap();
    let bytes = index.image().unwrap().to_vec();
    let index = Index::from_image(&Told, bytes.as_slice(), bytes.len()).unwrap();
    assert_eq!(found(&index, "egret"), [4]);
    assert_eq!(found(&index, "heron"), nothing);
    assert!(!bytes.windows(5).any(|w| w == b"heron" || w == b"itter"));
}

#[test]
fn of_what_very_many_have_the_newest_are_measured_and_all_are_given_once() {
    let mut index = Index::new(&Told).unwrap();
    let many = 2 * MEASURED as u64;
    let mut add = |seq: u64, kind: &str, group: String, text: &str| {
        let body = json!({ "id": seq.to_string(), "group": group, "text": text });
        index.add(told(seq, kind, body).into()).unwrap();
    };
    for seq in 1..=many {
        let text = match seq {
            7 => "road road road",
            3000 => "road road",
            _ => "road was long and dark",
        };
        add(seq, "note", String::new(), text);
    }
    // One that has the word only in what belongs to it, and one that has it there too: each counts once.
    add(many + 1, "note", String::new(), "nothing");
    add(
        many + 2,
        "part",
        (many + 1).to_string(),
        "road road road road",
    );
    add(many + 3, "part", "5".into(), "road");
    let ask = |offset, limit| {
        let find = Find {
            kind: "note",
            parts: Some("part"),
            matching: Some("\"road\""),
            offset,
            limit,
            ..Find::default()
        };
        let (total, hits) = index.find(&find).unwrap();
        assert_eq!(total, many + 1);
        hits.into_iter().map(|hit| hit.seq).collect::<Vec<_>>()
    };
    // Of those that are not measured none comes before one that is, however well it would fit.
    assert_eq!(ask(0, 4), [many + 1, 3000, 5, many]);
    let pages: Vec<u64> = (0..=many)
        .step_by(500)
        .flat_map(|at| ask(u32::try_from(at).unwrap(), 500))
        .collect();
    assert_eq!(pages, ask(0, u32::MAX));
    assert_eq!(*pages.last().unwrap(), 1);
    let once: std::collections::BTreeSet<u64> = pages.iter().copied().collect();
    assert_eq!(once.len() as u64, many + 1);
}
