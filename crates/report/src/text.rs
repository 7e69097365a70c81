//! A report as text for a person. The words come from outside: this room knows keys, not languages.

use crate::{Draft, Line, LineValue};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Says the sentence of a key with its arguments.
pub type Say<'a> = &'a dyn Fn(&str, &BTreeMap<String, String>) -> String;

impl Draft {
    /// Every answer that is not a name or a contact, as sections of lines: `report.txt`.
    #[must_use]
    pub fn to_text(&self, say: Say<'_>) -> String {
        lines(self, say, false)
    }

    /// Names and contacts alone; empty when there are none.
    #[must_use]
    pub fn people_to_text(&self, say: Say<'_>) -> String {
        lines(self, say, true)
    }
}

fn lines(draft: &Draft, say: Say<'_>, people: bool) -> String {
    let none = BTreeMap::new();
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
        let heading = format!("{}{number}", say(&section.key, &none));
        let _ = writeln!(out, "{}\n{}", heading, "-".repeat(heading.chars().count()));
        for line in lines {
            let label = say(&line.label_key, &none);
            let _ = writeln!(out, "{label}: {}", value(&line.value, say));
        }
    }
    out
}

// Text of several lines is set in, so that it cannot pass for a line of the form.
fn value(value: &LineValue, say: Say<'_>) -> String {
    match value {
        LineValue::Code(key) => say(key, &BTreeMap::new()),
        LineValue::Text(text) => text.trim_end().replace('\n', "\n\t"),
        LineValue::Time(when) => say(&when.key, &when.args),
        LineValue::Number(number) => number.to_string(),
    }
}
