use super::*;
use proptest::prelude::*;
use serde_json::json;

const CAPS: Caps = Caps {
    bytes: 10_000,
    values: 100,
    depth: 5,
};

fn refused(text: &str) -> Fault {
    value(text.as_bytes(), &CAPS).unwrap_err()
}

#[test]
fn what_is_well_formed_is_what_any_reader_sees() {
    let text = r#"{"a": [1, -2, 0.5, true, null, "x"], "b": {"c": {}}}"#;
    let read = value(text.as_bytes(), &CAPS).unwrap();
    assert_eq!(
        read,
        json!({"a": [1, -2, 0.5, true, null, "x"], "b": {"c": {}}})
    );
    assert_eq!(typed::<Vec<u8>>(b"[1, 2]", &CAPS), Ok(vec![1, 2]));
    assert_eq!(typed::<Vec<u8>>(b"[1, 256]", &CAPS), Err(None));
}

#[test]
fn a_name_that_stands_twice_is_refused_on_every_level_and_not_repeated() {
    for (text, path) in [
        (r#"{"a":1,"a":1}"#, "a"),
        (r#"{"a":1,"\u0061":1}"#, "a"),
        (r#"{"b":[0,{"a":1,"c":2,"a":3}]}"#, "b[1].a"),
        (r#"{"Иван Иванов":1,"Иван Иванов":2}"#, "*"),
    ] {
        let path = path.to_owned();
        assert_eq!(refused(text), Fault::Twice { path }, "{text}");
    }
    assert!(value(br#"{"a":{"a":1},"b":{"a":1}}"#, &CAPS).is_ok());
}

#[test]
fn caps_hold_to_the_one() {
    let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    assert!(value(deep(5).as_bytes(), &CAPS).is_ok());
    assert_eq!(refused(&deep(6)), Fault::TooDeep);
    assert_eq!(refused(&"[".repeat(10_000)), Fault::TooDeep);
    let many = |n: usize| format!("[{}]", vec!["{}"; n].join(","));
    assert!(value(many(99).as_bytes(), &CAPS).is_ok());
    assert_eq!(refused(&many(100)), Fault::TooMany);
    let long = |n: usize| format!("\"{}\"", "x".repeat(n));
    assert!(value(long(9_998).as_bytes(), &CAPS).is_ok());
    assert_eq!(refused(&long(9_999)), Fault::TooLong);
}

#[test]
fn what_is_no_json_is_refused_with_its_place() {
    for text in [
        "",
        "{",
        "nul",
        "1 2",
        "{} x",
        "[1,]",
        "{'a':1}",
        "\"\u{1}\"",
        "\u{feff}{}",
    ] {
        assert!(matches!(refused(text), Fault::NotJson { .. }), "{text:?}");
    }
    assert_eq!(
        refused("{\n  \"a\": x}"),
        Fault::NotJson { line: 2, column: 8 }
    );
    assert!(matches!(
        value(b"\"\xff\"", &CAPS),
        Err(Fault::NotJson { .. })
    ));
}

proptest! {
    #[test]
    fn nothing_panics_and_what_is_read_is_what_serde_reads(text in r#"[\[\]{}:,"a0-9.eE\\ -]{0,60}"#) {
        if let Ok(read) = value(text.as_bytes(), &CAPS) {
            prop_assert_eq!(read, serde_json::from_str::<Value>(&text).unwrap());
        }
    }
}
