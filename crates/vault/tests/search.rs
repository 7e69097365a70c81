//! Searching through a real FTS5 table in memory: what must be found, where, and what must not be.
//!
//! The tables beside this file are read line by line. A plain lower-case index is put to the same table, to show that the
//! table sees what folding does.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use chronicle_search::{index_text, query};
use proptest::prelude::*;
use rusqlite::Connection;
use std::ops::Range;

const FOUND: &str = include_str!("search/found.txt");
const APART: &str = include_str!("search/apart.txt");

struct Table(Connection);

impl Table {
    fn new() -> Self {
        let rows = Connection::open_in_memory().unwrap();
        rows.execute_batch("CREATE VIRTUAL TABLE found USING fts5(words, tokenize='ascii')")
            .unwrap();
        Self(rows)
    }

    fn hold(&self, words: &str) {
        self.0.execute("DELETE FROM found", []).unwrap();
        self.0
            .execute("INSERT INTO found(words) VALUES (?1)", [words])
            .unwrap();
    }

    fn answers(&self, expression: Option<&str>) -> bool {
        let Some(expression) = expression else {
            return false;
        };
        let sql = "SELECT count(*) FROM found WHERE found MATCH ?1";
        let count: Result<i64, _> = self.0.query_row(sql, [expression], |row| row.get(0));
        count.map_err(|e| (e, expression)).unwrap() > 0
    }

    fn finds(&self, sought: &str, text: &str) -> bool {
        self.hold(&index_text(text));
        let sought = query(sought);
        let answer = self.answers(sought.expression().as_deref());
        assert_eq!(sought.finds(text), answer, "{sought:?} in {text:?}");
        answer
    }
}

fn written(text: &str) -> String {
    let mut pieces = text.split("\\u{");
    let mut out = pieces.next().unwrap().to_owned();
    for piece in pieces {
        let (number, rest) = piece.split_once('}').unwrap();
        out.push(char::from_u32(u32::from_str_radix(number, 16).unwrap()).unwrap());
        out.push_str(rest);
    }
    out
}

/// Query and text of each line; the text may have brackets in it.
fn pairs(table: &str) -> Vec<(String, String)> {
    let lines = table
        .lines()
        .filter(|l| !l.starts_with('#') && !l.starts_with("==") && !l.is_empty());
    lines
        .map(|line| line.split_once(" | ").unwrap())
        .map(|(query, text)| (written(query), written(text)))
        .collect()
}

/// The text without its brackets, and the places between them.
fn places(text: &str) -> (String, Vec<Range<usize>>) {
    let (mut out, mut places) = (String::new(), Vec::new());
    for piece in text.split("]]") {
        match piece.split_once("[[") {
            Some((before, place)) => {
                out.push_str(before);
                places.push(out.len()..out.len() + place.len());
                out.push_str(place);
            }
            None => out.push_str(piece),
        }
    }
    (out, places)
}

#[test]
fn what_must_be_found_is_found_in_its_place() {
    let (table, pairs) = (Table::new(), pairs(FOUND));
    let mut faults = Vec::new();
    for (sought, text) in &pairs {
        let (text, expected) = places(text);
        let shown = query(sought).matches(&text);
        if !table.finds(sought, &text) || shown != expected {
            let shown: Vec<&str> = shown.into_iter().map(|p| &text[p]).collect();
            faults.push(format!(
                "{sought} in {text}: {shown:?}\n    {}",
                index_text(&text)
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let scripts = FOUND.lines().filter(|l| l.starts_with("==")).count();
    assert!(
        pairs.len() >= 60 && scripts >= 10,
        "{} {scripts}",
        pairs.len()
    );
}

#[test]
fn what_must_not_be_found_is_not() {
    let (table, pairs) = (Table::new(), pairs(APART));
    let mut faults = Vec::new();
    for (sought, text) in &pairs {
        if table.finds(sought, text) {
            faults.push(format!("{sought} in {text}: {}", index_text(text)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(pairs.len() >= 40, "{}", pairs.len());
}

#[test]
fn without_folding_the_table_loses_its_words() {
    let (table, pairs) = (Table::new(), pairs(FOUND));
    let lost = pairs.iter().filter(|(sought, text)| {
        let (text, _) = places(text);
        table.hold(&text.to_lowercase());
        let words = sought.to_lowercase().replace('"', " ");
        let words: Vec<String> = words
            .split_whitespace()
            .map(|w| format!("\"{w}\"*"))
            .collect();
        !table.answers(Some(&words.join(" AND ")))
    });
    let lost = lost.count();
    assert!(lost * 3 > pairs.len(), "{lost} of {}", pairs.len());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_is_typed_fails(sought in ".{0,40}", text in ".{0,80}") {
        Table::new().finds(&sought, &text);
    }

    #[test]
    fn nothing_that_looks_like_syntax_fails(
        sought in r#"(AND|OR|NOT|NEAR|\(|\)|"|\*|\^|:|\+|-|\{|\}|words|a|ж|№|√|≈| |,|\\|;|\x00){0,14}"#,
    ) {
        Table::new().finds(&sought, "words and a ж near");
    }

    #[test]
    fn a_text_is_found_by_its_own_words(
        text in r"([a-zA-ZäßşığçñЁа-яўқғҳіїʻ’'אבםن-يآةی0-9 .,@警察を\-\u{200c}\u{301}\u{ad}]{1,60})",
        at in any::<prop::sample::Index>(),
    ) {
        let words: Vec<&str> = text.split_whitespace().collect();
        let table = Table::new();
        if let Some(word) = words.get(at.index(words.len().max(1))) {
            for sought in [(*word).to_owned(), word.to_uppercase()] {
                prop_assert!(query(&sought).is_empty() || table.finds(&sought, &text), "{sought:?}");
            }
        }
    }
}

#[test]
fn a_very_long_query_is_answered() {
    let table = Table::new();
    for sought in [
        "слово ".repeat(5000),
        "警察".repeat(20_000),
        "a.".repeat(50_000),
        "1 2 ".repeat(9000),
        "ж".repeat(100_000),
    ] {
        assert!(table.finds(&sought, &sought));
    }
}
