//! No field is forgotten: neither by the samples, nor by the lines for reading.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{LineValue, pattern};
use crate::codes::code_lists;
use crate::draft::Draft;
use crate::vocabulary::vocabulary;

/// Paths of everything that is not an object or a list, with what stands there.
fn leaves(value: &Value, path: &str, found: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(object) => {
            for (name, inner) in object {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                leaves(inner, &path, found);
            }
            assert!(!object.is_empty(), "{path} is empty");
        }
        Value::Array(list) => {
            for (at, inner) in list.iter().enumerate() {
                leaves(inner, &format!("{path}[{at}]"), found);
            }
            assert!(!list.is_empty(), "{path} is empty");
        }
        leaf => found.push((path.to_owned(), leaf.clone())),
    }
}

fn everything() -> Vec<(String, Value)> {
    let mut found = Vec::new();
    leaves(&Draft::everything().to_value(), "", &mut found);
    found
}

#[test]
fn everything_leaves_nothing_empty_and_the_list_of_the_schema_is_fresh() {
    let mut paths = BTreeSet::new();
    for (path, leaf) in everything() {
        let empty = leaf.is_null() || leaf.as_str() == Some("") || leaf.as_bool() == Some(false);
        assert!(!empty, "{path} is empty");
        paths.insert(pattern(&path));
    }
    let fresh: String = paths.iter().map(|path| format!("{path}\n")).collect();
    assert_eq!(
        fresh,
        include_str!("../../schema-paths.txt"),
        "schema-paths.txt is stale"
    );
}

#[test]
fn every_kind_of_the_vocabulary_is_used() {
    let everything = Draft::everything();
    let used: BTreeSet<_> = everything
        .what
        .types
        .iter()
        .map(|kind| kind.code.as_str())
        .collect();
    assert_eq!(
        used,
        vocabulary()
            .types()
            .map(|kind| kind.code.as_str())
            .collect()
    );
}

#[test]
fn every_field_has_a_line() {
    let sections = Draft::everything().sections();
    let lines: Vec<_> = sections.iter().flat_map(|section| &section.lines).collect();
    for (path, leaf) in everything() {
        let line = lines
            .iter()
            .find(|line| line.path == path)
            .unwrap_or_else(|| panic!("no line for {path}"));
        match (&line.value, &leaf) {
            (LineValue::Text(text), Value::String(leaf)) => assert!(text.contains(leaf), "{path}"),
            (LineValue::Number(number), leaf) => assert_eq!(Some(*number), leaf.as_i64(), "{path}"),
            (LineValue::Code(key), Value::Bool(_)) => assert_eq!(key, "answer-yes", "{path}"),
            (LineValue::Code(key), Value::String(code)) => {
                assert!(
                    key.ends_with(&code.replace(['.', '_'], "-")),
                    "{path}: {key} for {code}"
                );
            }
            (LineValue::Time(words), Value::String(date)) => {
                assert!(words.args.values().any(|arg| arg == date), "{path}");
            }
            (LineValue::Text(text), Value::Number(number)) => {
                assert_eq!(*text, number.to_string(), "{path}")
            }
            _ => panic!("{path}: nothing fits"),
        }
    }
    let unique: BTreeSet<_> = lines.iter().map(|line| &line.path).collect();
    assert_eq!(unique.len(), lines.len(), "a field has two lines");
    assert_eq!(lines.len(), everything().len());
}

#[test]
fn what_is_not_known_is_still_shown() {
    let text = r#"{
        "what": {"types": [{"code": "zzz.new", "mood": "blue"}], "smell": 1},
        "where": {"country": "QQ", "geo": {"lat": 1, "altitude": 5}},
        "when": {"edtf": "once", "repeated": {"rhythm": "3/4"}},
        "related": [{"why": "w"}], "consent": {"purposes": {"museum": "yes"}},
        "evidence": [{"tool": {"colour": "red"}, "imported_at": {"moon": "full"}}], "weather": ["rain"]
    }"#;
    let sections = Draft::received(text.as_bytes()).unwrap().sections();
    let mut said = String::new();
    for line in sections.iter().flat_map(|section| &section.lines) {
        match &line.value {
            LineValue::Text(text) => said.push_str(text),
            LineValue::Time(words) => said.extend(words.args.values().map(String::as_str)),
            LineValue::Code(_) | LineValue::Number(_) => {}
        }
        said.push('\n');
    }
    for part in [
        "zzz.new",
        "mood",
        "smell",
        "QQ",
        "altitude",
        "once",
        "rhythm",
        "why",
        "museum: yes",
        "red",
        "moon",
        "rain",
    ] {
        assert!(said.contains(part), "{part} is not shown in\n{said}");
    }
}

#[test]
fn debug_prints_no_content() {
    let everything = Draft::everything();
    let (part, people) = everything.complete().unwrap().split();
    let said = format!(
        "{everything:?} {part:?} {people:?} {:?} {:?} {:?} {:?}",
        everything.what,
        everything.evidence,
        everything.sections(),
        everything.needs
    );
    for (path, leaf) in self::everything() {
        if let Value::String(text) = leaf
            && text.len() > 3
        {
            assert!(!said.contains(&text), "{path}: {said}");
        }
    }
}

#[test]
fn no_two_lists_of_codes_share_their_words() {
    let mut seen = BTreeSet::new();
    for (prefix, codes) in code_lists() {
        for code in codes {
            assert!(
                seen.insert(crate::codes::key_of(prefix, code)),
                "{prefix} {code}"
            );
        }
    }
}
