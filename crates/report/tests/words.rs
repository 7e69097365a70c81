//! Everything that a report can say has words in every language, short enough for the room that is kept for it.

use std::collections::BTreeMap;

use chronicle_report::*;
use fluent_syntax::{ast, parser};

/// The messages of one language: id and, where it is plain text, the text.
fn messages(files: [&'static str; 2]) -> BTreeMap<&'static str, Option<&'static str>> {
    let mut found = BTreeMap::new();
    for file in files {
        let (resource, errors) = match parser::parse(file) {
            Ok(resource) => (resource, Vec::new()),
            Err((resource, errors)) => (resource, errors),
        };
        assert!(errors.is_empty(), "{errors:?}");
        for entry in resource.body {
            let ast::Entry::Message(message) = entry else {
                continue;
            };
            let text =
                message
                    .value
                    .as_ref()
                    .and_then(|pattern| match pattern.elements.as_slice() {
                        [ast::PatternElement::TextElement { value }] => Some(*value),
                        _ => None,
                    });
            assert!(
                found.insert(message.id.name, text).is_none(),
                "{} twice",
                message.id.name
            );
        }
    }
    found
}

fn languages() -> [(&'static str, BTreeMap<&'static str, Option<&'static str>>); 2] {
    [
        (
            "en",
            messages([
                include_str!("../../words/ftl/en/report.ftl"),
                include_str!("../../words/ftl/en/countries.ftl"),
            ]),
        ),
        (
            "ru",
            messages([
                include_str!("../../words/ftl/ru/report.ftl"),
                include_str!("../../words/ftl/ru/countries.ftl"),
            ]),
        ),
    ]
}

/// Every key that this crate can give, by what it is for.
fn labels() -> Vec<String> {
    let purposes = Purpose::KNOWN
        .iter()
        .map(|code| key_of(Purpose::PREFIX, code));
    line_keys().into_iter().chain(purposes).collect()
}

fn codes() -> Vec<String> {
    let lists = code_lists();
    let listed = lists
        .iter()
        .flat_map(|(prefix, codes)| codes.iter().map(|code| key_of(prefix, code)));
    let families = vocabulary().families.iter().map(Family::key);
    let kinds = vocabulary().types().map(TypeEntry::key);
    let places = countries()
        .iter()
        .chain(PSEUDO_COUNTRIES)
        .map(|code| key_of("country", code));
    let urgency = [Urgency::Now, Urgency::Soon, Urgency::Normal].map(Urgency::key);
    let other = ["zone-unknown", "place-in-transit", "place-unknown"].map(str::to_owned);
    listed
        .chain(families)
        .chain(kinds)
        .chain(places)
        .chain(urgency)
        .chain(other)
        .collect()
}

#[test]
fn every_code_label_and_sentence_exists() {
    let missing = [
        Missing::Types,
        Missing::Narrative,
        Missing::When,
        Missing::Country,
        Missing::Safety,
        Missing::Consent,
        Missing::ConsentHelp,
    ];
    let fields = missing.map(|missing| format!("field-{}", missing.name()));
    let times = TIME_KEYS.iter().map(|key| (*key).to_owned());
    let wanted: Vec<_> = labels()
        .into_iter()
        .chain(codes())
        .chain(times)
        .chain(fields)
        .collect();
    for (language, messages) in languages() {
        for key in &wanted {
            assert!(
                messages.contains_key(key.as_str()),
                "{language}: no words for {key}"
            );
        }
    }
    assert!(wanted.len() > 550, "{}", wanted.len());
}

#[test]
fn every_problem_says_what_and_what_next() {
    let zero = 0;
    let mut faults = vec![
        Fault::NotJson { line: 1, column: 1 },
        Fault::Twice,
        Fault::WrongShape,
        Fault::UnknownCode(String::new()),
        Fault::Clock,
        Fault::Zone,
        Fault::Country(String::new()),
        Fault::OutOfRange,
        Fault::TooLong {
            most: zero,
            length: zero,
        },
        Fault::TooMany {
            most: zero,
            count: zero,
        },
        Fault::TooLarge {
            most: zero,
            size: zero,
        },
        Fault::Control,
        Fault::Hash,
        Fault::People,
    ];
    let dates = [
        EdtfError::Form,
        EdtfError::Year,
        EdtfError::Month,
        EdtfError::Day,
        EdtfError::Unspecified,
        EdtfError::Order,
        EdtfError::Nothing,
    ];
    faults.extend(dates.map(Fault::Date));
    for (language, messages) in languages() {
        for fault in &faults {
            for key in [
                format!("error-{}", fault.code()),
                format!("error-{}-next", fault.code()),
            ] {
                assert!(messages.contains_key(key.as_str()), "{language}: {key}");
            }
        }
    }
}

#[test]
fn kinds_are_called_as_in_the_vocabulary() {
    let [(_, en), (_, ru)] = languages();
    for family in &vocabulary().families {
        assert_eq!(en[family.key().as_str()], Some(family.en.as_str()));
        assert_eq!(ru[family.key().as_str()], Some(family.ru.as_str()));
    }
    for kind in vocabulary().types() {
        assert_eq!(en[kind.key().as_str()], Some(kind.en.as_str()));
        assert_eq!(ru[kind.key().as_str()], Some(kind.ru.as_str()));
    }
}

#[test]
fn words_fit_the_room_that_is_kept_for_them() {
    for (language, messages) in languages() {
        let length = |key: &String| messages[key.as_str()].map_or(0, str::len);
        for key in labels() {
            assert!(
                length(&key) + 4 <= MAX_LABEL_BYTES,
                "{language}: {key} is long"
            );
        }
        for key in codes() {
            assert!(
                length(&key) + 4 <= MAX_WORDS_BYTES,
                "{language}: {key} is long"
            );
        }
    }
}

#[test]
fn no_message_of_a_code_is_left_over() {
    let known: Vec<_> = labels().into_iter().chain(codes()).collect();
    let free = ["time-", "error-", "field-"];
    for (language, messages) in languages() {
        for id in messages.keys() {
            let used = free.iter().any(|prefix| id.starts_with(prefix))
                || known.iter().any(|key| key == id);
            assert!(used, "{language}: {id} belongs to nothing");
        }
    }
}

/// A report whose lists and files are as many as may be, each of them with as many short lines as there is room for: short
/// lines are what makes the text longer than the JSON.
fn longest() -> Draft {
    let mut draft = Draft::everything();
    draft.what.narrative = "ж".repeat(MAX_NARRATIVE);
    let mut item = draft.evidence.first().cloned().unwrap_or_default();
    let short = |at: usize| (at.to_string(), "x".repeat(10));
    item.embedded_metadata = (0..MAX_METADATA).map(short).collect();
    item.file_times = (0..MAX_METADATA).map(short).collect();
    draft.evidence = vec![item; MAX_EVIDENCE];
    draft
}

fn report_txt(draft: &Draft, words: &BTreeMap<&'static str, Option<&'static str>>) -> usize {
    let said = |key: &str| words.get(key).copied().flatten().map(str::len);
    let value = |value: &LineValue| match value {
        LineValue::Text(text) => text.len() + text.matches('\n').count(),
        LineValue::Code(key) => said(key).unwrap_or(MAX_WORDS_BYTES),
        LineValue::Number(_) => 20,
        LineValue::Time(words) => {
            MAX_WORDS_BYTES + words.args.values().map(String::len).sum::<usize>()
        }
    };
    let lines = draft.sections().into_iter().flat_map(|section| {
        let heading = LineValue::Text(String::new());
        let title = (section.key, heading);
        let lines = section.lines.into_iter().filter(|line| !line.people);
        std::iter::once(title).chain(lines.map(|line| (line.label_key, line.value)))
    });
    lines
        .map(|(label, said_of_it)| said(&label).unwrap_or(MAX_LABEL_BYTES) + 3 + value(&said_of_it))
        .sum()
}

/// What a person may write can be sealed: a bundle's `report.json` and `people.json` hold 1 MiB each, `report.txt` 2 MiB.
#[test]
fn the_longest_report_fits_the_parts_of_a_bundle() {
    let draft = longest();
    assert_eq!(draft.check_sizes(), []);
    let bytes = serde_json::to_vec(&draft.evidence).unwrap().len();
    assert!(bytes > MAX_EVIDENCE_BYTES * 9 / 10, "room unused: {bytes}");
    assert!(draft.to_json().len() < MAX_REPORT_BYTES + MAX_EVIDENCE_BYTES);
    const { assert!(MAX_REPORT_BYTES + MAX_EVIDENCE_BYTES < 900 << 10) };
    for (language, words) in languages() {
        let size = report_txt(&draft, &words);
        assert!(size < (2 << 20) * 3 / 4, "{language}: {size}");
    }
}
