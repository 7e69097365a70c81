//! `report.txt`: the report for a person with a text viewer, in the reporter's language. Names and contacts stand in a
//! text of their own. Every field of the schema that was answered is in one of the two.

use chronicle_report::{Draft, Line, LineValue, TimeWords};
use chronicle_words::{Args, Words};
use std::fmt::Write;

/// The report without names and contacts.
pub(crate) fn report(draft: &Draft, words: &Words) -> String {
    lines(draft, words, false)
}

/// Names and contacts alone; empty when there are none.
pub(crate) fn people(draft: &Draft, words: &Words) -> String {
    lines(draft, words, true)
}

/// A time in words.
pub(crate) fn time(time: &TimeWords, words: &Words) -> String {
    words.say(&time.key, &Args::from(&time.args))
}

fn lines(draft: &Draft, words: &Words, people: bool) -> String {
    let mut out = String::new();
    for section in draft.sections() {
        let lines: Vec<&Line> = section
            .lines
            .iter()
            .filter(|l| l.people == people)
            .collect();
        if lines.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        let number = section.number.map(|n| format!(" {n}")).unwrap_or_default();
        let heading = format!("{}{number}", words.say(&section.key, &Args::new()));
        let _ = writeln!(out, "{}\n{}", heading, "-".repeat(heading.chars().count()));
        for line in lines {
            let _ = writeln!(
                out,
                "{}: {}",
                words.say(&line.label_key, &Args::new()),
                value(&line.value, words)
            );
        }
    }
    out
}

// Text of several lines is set in, so that it cannot pass for a line of the form.
fn value(value: &LineValue, words: &Words) -> String {
    match value {
        LineValue::Code(key) => words.say(key, &Args::new()),
        LineValue::Text(text) => text.trim_end().replace('\n', "\n\t"),
        LineValue::Time(when) => time(when, words),
        LineValue::Number(number) => number.to_string(),
    }
}
