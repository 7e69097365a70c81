//! Reading strictly, reading leniently, writing one way only.

use serde_json::{Value, json};

use super::strict;
use crate::caps::MAX_INPUT_BYTES;
use crate::draft::Draft;

fn refused(text: &str) -> Vec<(String, String)> {
    let problems = Draft::from_json(text.as_bytes()).unwrap_err();
    problems
        .iter()
        .map(|problem| (problem.code().to_owned(), problem.path.clone()))
        .collect()
}

fn one(code: &str, path: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), path.to_owned())]
}

#[test]
fn the_example_is_valid_and_complete() {
    let example = Draft::example();
    assert!(Draft::from_json(&example.to_json()).unwrap() == example);
    assert!(example.complete().is_ok());
}

#[test]
fn nothing_is_required() {
    assert!(Draft::from_json(b"{}").unwrap() == Draft::default());
    assert!(Draft::from_json(b"\xEF\xBB\xBF{ \"when\": null }\n").unwrap() == Draft::default());
}

#[test]
fn what_cannot_be_read_names_the_place() {
    assert_eq!(refused("{\"what\": "), one("report-not-json", ""));
    assert_eq!(refused("{} {}"), one("report-not-json", ""));
    assert_eq!(refused("[]"), one("report-wrong-shape", ""));
    assert_eq!(
        refused("{\"what\": {\"types\": {}}}"),
        one("report-wrong-shape", "what.types")
    );
    assert_eq!(
        refused("{\"what\": {\"types\": [{\"code\": 7}]}}"),
        one("report-wrong-shape", "what.types[0].code")
    );
    assert_eq!(
        refused("{\"what\": {\"narrative\": null}}"),
        one("report-wrong-shape", "what.narrative")
    );
    assert_eq!(
        refused("{\"evidence\": [{\"size\": -1}]}"),
        one("report-wrong-shape", "evidence[0].size")
    );
    assert_eq!(
        refused("{\"consent\": {\"purposes\": {\"media\": true}}}"),
        one("report-wrong-shape", "consent.purposes.media")
    );
    assert_eq!(
        refused("{\"where\": {\"geo\": {\"lat\": \"53\"}}}"),
        one("report-wrong-shape", "where.geo.lat")
    );
    let deep = "[".repeat(200) + &"]".repeat(200);
    assert_eq!(
        refused(&format!("{{\"x\": {deep}}}")),
        one("report-not-json", "")
    );
    let not_text = Draft::from_json(b"{\"what\": {\"narrative\": \"\xFF\"}}").unwrap_err();
    assert_eq!(not_text[0].code(), "report-not-json");
}

#[test]
fn a_name_that_stands_twice_is_refused_everywhere() {
    for (text, path) in [
        ("{\"what\": {}, \"what\": {}}", "what"),
        (
            "{\"what\": {\"narrative\": \"a\", \"narrative\": \"b\"}}",
            "what.narrative",
        ),
        (
            "{\"what\": {\"types\": [{}, {\"code\": \"a\", \"c\\u006fde\": \"b\"}]}}",
            "what.types[1].code",
        ),
        ("{\"new\": [{\"a\": 1, \"a\": 1}]}", "new[0].a"),
        ("{\"Мама\": 1, \"Мама\": 2}", "*"),
        (
            "{\"consent\": {\"purposes\": {\"media\": \"no\", \"media\": \"yes\"}}}",
            "consent.purposes.media",
        ),
    ] {
        assert_eq!(refused(text), one("report-name-twice", path), "{text}");
        assert_eq!(
            Draft::received(text.as_bytes()).unwrap_err()[0].code(),
            "report-name-twice"
        );
    }
}

#[test]
fn a_file_of_any_size_is_not_read() {
    let large = vec![b' '; MAX_INPUT_BYTES + 1];
    assert_eq!(strict(&large).unwrap_err().code(), "report-too-large");
}

#[test]
fn a_short_text_with_a_million_entries_is_not_taken_apart() {
    let many = |count: usize| format!("{{\"actors\": [{}]}}", vec!["{}"; count].join(","));
    let problems = Draft::received(many(1_000_000).as_bytes()).unwrap_err();
    assert_eq!(
        (problems[0].code(), problems[0].path.as_str()),
        ("report-too-many", "")
    );
    let problems = Draft::received(many(90_000).as_bytes()).unwrap_err();
    assert_eq!(
        (problems[0].code(), problems[0].path.as_str()),
        ("report-too-many", "actors")
    );
}

#[test]
fn a_received_report_keeps_what_this_version_does_not_know() {
    let sent = json!({
        "what": {"types": [{"code": "zzz.new", "status": "dreamt", "colour": 3}], "channel": ["telepathy"]},
        "when": {"edtf": "sometime", "tz": "Moon/Base", "tides": [1, 2]},
        "where": {"country": "QQ", "geo": {"lat": 1.5, "lon": 2.25, "altitude": 7.125}},
        "actors": [{"kind": "robot", "model": {"name": "R2"}}],
        "evidence": [{"imported_at": {"moon": "full"}, "tool": {"colour": "red"}}],
        "consent": {"purposes": {"museum": "perhaps"}, "fee": null},
        "safety": {"now": "asleep", "x": true},
        "when_else": {"nested": {"deep": ["a", {"b": -3}]}},
    });
    let draft = Draft::received(sent.to_string().as_bytes()).unwrap();
    let again: Value = serde_json::from_slice(&draft.to_json()).unwrap();
    assert!(holds(&again, &sent), "{again}");
    assert!(Draft::received(&draft.to_json()).unwrap() == draft);
}

/// Whether everything in `part` is in `whole`.
fn holds(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => part
            .iter()
            .all(|(name, part)| whole.get(name).is_some_and(|whole| holds(whole, part))),
        (Value::Array(whole), Value::Array(part)) => {
            whole.len() == part.len()
                && whole
                    .iter()
                    .zip(part)
                    .all(|(whole, part)| holds(whole, part))
        }
        (whole, part) => whole == part,
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let a = Draft::received(b"{\"zeta\": {\"b\": 1, \"a\": 2}, \"alpha\": 3}").unwrap();
    let b = Draft::received(b"{\"alpha\": 3, \"zeta\": {\"a\": 2, \"b\": 1}}").unwrap();
    assert_eq!(a.to_json(), b.to_json());
    let text = String::from_utf8(Draft::everything().to_json()).unwrap();
    assert!(text.starts_with("{\"actors\":[{\"acting_state\":\"TJ\",\"assisting_state\":\"TR\""));
}
