//! A report as an ordered list of lines, for being read: `report.txt`, previews, the desk, paper.
//!
//! Every field of the schema that holds something has a line; each struct is taken apart without `..`, so that a new
//! field cannot be forgotten. No words are made here, only keys. Lines with names and contacts are marked, so that they
//! can be shown apart from the rest or left out.

use serde_json::{Map, Value};

use crate::codes::{CodeList, key_of};
use crate::draft::{Draft, quiet};
use crate::seal::PEOPLE;
use crate::time_words::{TimeWords, date_words};
use crate::zones::{PSEUDO_COUNTRIES, is_country};

/// Lines that belong together.
#[derive(Clone, PartialEq)]
pub struct Section {
    /// Key of the heading.
    pub key: String,
    /// Which of several, from 1; `None` when there can be only one.
    pub number: Option<usize>,
    /// Never empty.
    pub lines: Vec<Line>,
}
quiet!(Section);

/// One field that holds something.
#[derive(Clone, PartialEq)]
pub struct Line {
    /// Path of the field, such as `actors[0].name`.
    pub path: String,
    /// Key of the label; exists in every language.
    pub label_key: String,
    /// What it holds.
    pub value: LineValue,
    /// Whether it is a name or a contact, kept apart in `people.json`.
    pub people: bool,
}
quiet!(Line);

/// What a line holds.
#[derive(Clone, PartialEq)]
pub enum LineValue {
    /// Key of the words for a code; exists in every language.
    Code(String),
    /// As the person or the file wrote it, or a code that has no words.
    Text(String),
    /// A time, to be said.
    Time(TimeWords),
    /// A number: bytes, metres, times, seconds.
    Number(i64),
}
quiet!(LineValue);

impl Draft {
    /// Every field that holds something, in the order in which a person would tell it.
    #[must_use]
    pub fn sections(&self) -> Vec<Section> {
        let Self {
            report_id,
            what,
            when,
            place,
            actors,
            affected,
            reporting_for,
            witnesses,
            evidence,
            missing_evidence,
            related,
            safety,
            impact,
            needs,
            reported_to,
            not_reported,
            consent,
            contact,
            rest,
        } = self;
        let mut out = Lines::default();
        out.section("what", None, |to| to.what(what));
        out.section("when", None, |to| {
            if let Some(when) = when {
                to.when(when)
            }
        });
        out.section("where", None, |to| to.place(place));
        out.each("actors", actors, Lines::actor);
        out.each("affected", affected, Lines::affected);
        out.section("reporting_for", None, |to| to.reporting_for(reporting_for));
        out.each("witnesses", witnesses, Lines::witness);
        out.section("safety", None, |to| {
            if let Some(safety) = safety {
                to.safety(safety)
            }
        });
        out.section("impact", None, |to| to.impact(impact));
        out.section("needs", None, |to| to.codes("", needs));
        out.each("reported_to", reported_to, Lines::reported_to);
        out.section("not_reported", None, |to| {
            if let Some(none) = not_reported {
                to.not_reported(none)
            }
        });
        out.each("evidence", evidence, Lines::evidence);
        out.section("missing_evidence", None, |to| to.text("", missing_evidence));
        out.each("related", related, |to, related| {
            to.text("report_id", &related.report_id);
            to.code("link", &related.link);
            to.rest(&related.rest);
        });
        out.section("consent", None, |to| {
            if let Some(consent) = consent {
                to.consent(consent)
            }
        });
        out.section("contact", None, |to| {
            if let Some(contact) = contact {
                to.contact(contact)
            }
        });
        out.section("report_id", None, |to| to.text("", report_id));
        out.section("", None, |to| to.rest(rest));
        out.done
    }
}

/// Every label that [`Draft::sections`] can give, for the test that all of them have words.
#[must_use]
pub fn line_keys() -> Vec<String> {
    let everything = Draft::everything().sections();
    let mut keys: Vec<_> = everything
        .iter()
        .flat_map(|section| {
            let labels = section.lines.iter().map(|line| line.label_key.clone());
            labels.chain([section.key.clone()])
        })
        .chain(["field-rest".to_owned(), "field-consent-purposes".to_owned()])
        .collect();
    keys.sort();
    keys.dedup();
    keys
}

#[derive(Default)]
struct Lines {
    done: Vec<Section>,
    base: String,
    lines: Vec<Line>,
}

impl Lines {
    fn section(&mut self, base: &str, number: Option<usize>, fill: impl FnOnce(&mut Self)) {
        self.base = match number {
            Some(number) => format!("{base}[{}]", number - 1),
            None => base.to_owned(),
        };
        fill(self);
        let lines = std::mem::take(&mut self.lines);
        if !lines.is_empty() {
            let key = label(if base.is_empty() { "rest" } else { base });
            self.done.push(Section { key, number, lines });
        }
    }

    fn each<T>(&mut self, base: &str, list: &[T], mut fill: impl FnMut(&mut Self, &T)) {
        for (at, entry) in list.iter().enumerate() {
            self.section(base, Some(at + 1), |to| fill(to, entry));
        }
    }

    fn put(&mut self, name: &str, value: LineValue) {
        let path = match (self.base.as_str(), name) {
            (base, "") => base.to_owned(),
            ("", name) => name.to_owned(),
            (base, name) if name.starts_with('[') => format!("{base}{name}"),
            (base, name) => format!("{base}.{name}"),
        };
        let pattern = pattern(&path);
        let people = PEOPLE.contains(&pattern.as_str());
        self.lines.push(Line {
            label_key: label(&pattern),
            path,
            value,
            people,
        });
    }

    fn put_as(&mut self, name: &str, label_key: String, value: LineValue) {
        self.put(name, value);
        if let Some(line) = self.lines.last_mut() {
            line.label_key = label_key;
        }
    }

    fn text(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.put(name, LineValue::Text(text.to_owned()));
        }
    }

    fn date(&mut self, name: &str, edtf: &str) {
        if !edtf.is_empty() {
            self.put(name, LineValue::Time(date_words(edtf)));
        }
    }

    fn code<C: CodeList>(&mut self, name: &str, code: &C) {
        if !code.code().is_empty() {
            self.put(name, said(code));
        }
    }

    fn codes<C: CodeList>(&mut self, name: &str, codes: &[C]) {
        for (at, code) in codes.iter().enumerate() {
            self.code(&format!("{name}[{at}]"), code);
        }
    }

    fn country(&mut self, name: &str, code: &str) {
        if is_country(code) || PSEUDO_COUNTRIES.contains(&code) {
            self.put(name, LineValue::Code(key_of("country", code)));
        } else {
            self.text(name, code);
        }
    }

    fn answer(&mut self, name: &str, yes: bool) {
        let key = if yes { "answer-yes" } else { "answer-no" };
        self.put(name, LineValue::Code(key.to_owned()));
    }

    fn number(&mut self, name: &str, number: impl TryInto<i64>) {
        self.put(
            name,
            LineValue::Number(number.try_into().unwrap_or(i64::MAX)),
        );
    }

    fn rest(&mut self, rest: &Map<String, Value>) {
        self.rest_of("", rest);
    }

    /// Fields of a newer version of a part below this one; `prefix` ends with a dot.
    fn rest_of(&mut self, prefix: &str, rest: &Map<String, Value>) {
        for (name, value) in rest {
            let value = LineValue::Text(format!("{name}: {value}"));
            self.put_as(&format!("{prefix}{name}"), label("rest"), value);
        }
    }
}

/// The words for a code, or the code itself when it is not known.
fn said<C: CodeList>(code: &C) -> LineValue {
    if C::KNOWN.contains(&code.code()) {
        LineValue::Code(key_of(C::PREFIX, code.code()))
    } else {
        LineValue::Text(code.code().to_owned())
    }
}

/// A path with `[]` in place of each position.
pub(crate) fn pattern(path: &str) -> String {
    let mut pattern = String::with_capacity(path.len());
    for (at, piece) in path.split('[').enumerate() {
        match piece.split_once(']') {
            Some((_, after)) if at > 0 => {
                pattern.push_str("[]");
                pattern.push_str(after);
            }
            _ => pattern.push_str(piece),
        }
    }
    pattern
}

/// The key of a field's label: `field-` and its path with hyphens, without positions.
pub(crate) fn label(path: &str) -> String {
    let mut key = String::with_capacity("field-".len() + path.len());
    key.push_str("field-");
    for piece in path.split("[]") {
        key.extend(
            piece
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }),
        );
    }
    key
}

mod fields;
#[cfg(test)]
mod tests;
