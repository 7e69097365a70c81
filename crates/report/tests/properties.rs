//! Whatever a report holds survives being written, split, joined and read again.

use chronicle_report::{Draft, People, ReportPart, join};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Draws one choice after another from the given bytes.
struct Choices<'a>(std::slice::Iter<'a, u8>, &'a str);

impl Choices<'_> {
    fn next(&mut self) -> u8 {
        self.0.next().copied().unwrap_or(0)
    }
}

/// Changes a filled report: empties texts, lists and answers, sets other texts in, adds fields of a newer version.
fn vary(value: &mut Value, name: &str, choices: &mut Choices<'_>) {
    let choice = choices.next();
    match value {
        Value::Object(object) => {
            if choice % 11 == 1
                && [
                    "when",
                    "geo",
                    "safety",
                    "consent",
                    "contact",
                    "not_reported",
                ]
                .contains(&name)
            {
                *value = Value::Null;
                return;
            }
            for (name, inner) in object.iter_mut() {
                vary(inner, name, choices);
            }
            let open = !["purposes", "file_times", "embedded_metadata"].contains(&name);
            if open && choice % 5 == 2 {
                object.insert(
                    "x_new".to_owned(),
                    json!({"b": [1, null, choices.1], "a": -1.25}),
                );
            }
        }
        Value::Array(list) => {
            list.truncate(usize::from(choice) % 4);
            for inner in list.iter_mut() {
                vary(inner, "", choices);
            }
        }
        Value::String(text) => match choice % 4 {
            1 => text.clear(),
            2 => choices.1.clone_into(text),
            _ => {}
        },
        Value::Bool(answer) => *answer = choice.is_multiple_of(2),
        Value::Number(_) | Value::Null => {}
    }
}

fn drafts() -> impl Strategy<Value = Draft> {
    (prop::collection::vec(any::<u8>(), 700), "\\PC{0,20}").prop_map(|(bytes, text)| {
        let mut value = Draft::everything().to_value();
        vary(&mut value, "", &mut Choices(bytes.iter(), &text));
        Draft::received(value.to_string().as_bytes()).unwrap_or_default()
    })
}

/// Adds the answers that sealing needs.
fn sealable(mut draft: Draft) -> Draft {
    let example = Draft::example();
    draft.what.types = example.what.types;
    draft.what.narrative = example.what.narrative;
    draft.when = example.when;
    draft.place.country = example.place.country;
    draft.safety = example.safety;
    draft.consent = example.consent;
    draft
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn writing_and_reading_lose_nothing(draft in drafts()) {
        let bytes = draft.to_json();
        let again = Draft::received(&bytes).unwrap();
        prop_assert!(draft != Draft::default());
        prop_assert!(again == draft);
        prop_assert_eq!(again.to_json(), bytes);
    }

    #[test]
    fn splitting_and_joining_lose_nothing(draft in drafts()) {
        let report = sealable(draft).complete().unwrap();
        let (part, people) = report.split();
        let part = ReportPart::received(&part.to_json()).unwrap();
        let people = People::received(&people.to_json()).unwrap();
        let people = (!people.is_empty()).then_some(people);
        prop_assert!(join(part, people).unwrap() == *report.draft());
    }

    #[test]
    fn lines_and_sizes_never_fail(draft in drafts()) {
        let lines: usize = draft.sections().iter().map(|section| section.lines.len()).sum();
        prop_assert!(draft.sealed_bytes() >= draft.to_json().len() / 4 && lines < 2_000);
        prop_assert!(draft.sealed_bytes_at_most() >= draft.sealed_bytes());
        let _ = (draft.check(), draft.missing(), draft.urgency(jiff::civil::date(2026, 5, 19)));
    }

    #[test]
    fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = (Draft::from_json(&bytes), Draft::received(&bytes), People::received(&bytes));
    }
}
