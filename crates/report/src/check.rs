//! What is wrong with a draft: unknown codes, broken dates, too much text.
//!
//! [`Draft::check`] is for what a person writes here; everything must be of this version. [`Draft::check_sizes`] is for
//! what came from elsewhere: only sizes. Each struct is taken apart without `..`. Nothing is changed or repaired.

use std::borrow::Cow;

use serde_json::Value;

use crate::caps::*;
use crate::codes::CodeList;
use crate::draft::Draft;
use crate::edtf::Edtf;
use crate::problem::{Fault, Problem, shortened};
use crate::sections::{LineValue, Section};
use crate::time::zone;
use crate::zones::{PSEUDO_COUNTRIES, is_country};

impl Draft {
    /// Everything that is wrong with what a person wrote; empty when nothing.
    ///
    /// An answer that is not there is not wrong: see [`Draft::missing`].
    #[must_use]
    pub fn check(&self) -> Vec<Problem> {
        self.checked(true)
    }

    /// What is too large in a report that came from elsewhere; empty when nothing.
    #[must_use]
    pub fn check_sizes(&self) -> Vec<Problem> {
        self.checked(false)
    }

    /// Bytes of `report.json`, `people.json` and `report.txt` together at most, without what describes evidence.
    #[must_use]
    pub fn sealed_bytes(&self) -> usize {
        let bare = match self.evidence.as_slice() {
            [] => Cow::Borrowed(self),
            _ => Cow::Owned(Self {
                evidence: Vec::new(),
                ..self.clone()
            }),
        };
        let text: usize = bare.sections().iter().map(section_bytes).sum();
        // The names of the fields of `people.json` stand in both parts.
        let mut report = bare.to_value();
        let whole = report.to_string().len();
        let people = crate::seal::take_people(&mut report).to_json().len();
        whole + people + text
    }

    /// No less than [`Self::sealed_bytes`], and found without telling the report line by line: several times as much, which
    /// settles it for nearly every report.
    #[must_use]
    pub fn sealed_bytes_at_most(&self) -> usize {
        // A line of the text is a place of the report with its label; its words are the report's own, a code's, or a time's.
        const LINE: usize = 2 * MAX_LABEL_BYTES + 2 * MAX_WORDS_BYTES;
        let value = self.to_value();
        3 * value.to_string().len() + places(&value) * LINE
    }

    fn checked(&self, strict: bool) -> Vec<Problem> {
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
            rest: _,
        } = self;
        let mut to = Checker {
            strict,
            base: String::new(),
            problems: Vec::new(),
        };
        to.text("report_id", report_id, MAX_CODE);
        to.inside("what", |to| to.what(what));
        to.inside("when", |to| {
            if let Some(when) = when {
                to.when(when)
            }
        });
        to.inside("where", |to| to.place(place));
        to.each("actors", actors, MAX_ENTRIES, Checker::actor);
        to.each("affected", affected, MAX_ENTRIES, Checker::affected);
        to.inside("reporting_for", |to| to.reporting_for(reporting_for));
        to.each("witnesses", witnesses, MAX_ENTRIES, Checker::witness);
        to.each("evidence", evidence, MAX_EVIDENCE, Checker::evidence);
        to.bytes("evidence", evidence, MAX_EVIDENCE_BYTES);
        to.text("missing_evidence", missing_evidence, MAX_DESCRIPTION);
        to.each("related", related, MAX_ENTRIES, Checker::related);
        to.inside("safety", |to| {
            if let Some(safety) = safety {
                to.safety(safety)
            }
        });
        to.inside("impact", |to| to.impact(impact));
        to.codes("needs", needs);
        to.each(
            "reported_to",
            reported_to,
            MAX_ENTRIES,
            Checker::reported_to,
        );
        to.inside("not_reported", |to| {
            if let Some(none) = not_reported {
                to.not_reported(none)
            }
        });
        to.inside("consent", |to| {
            if let Some(consent) = consent {
                to.consent(consent)
            }
        });
        to.inside("contact", |to| {
            if let Some(contact) = contact {
                to.contact(contact)
            }
        });
        let size = self.sealed_bytes_at_most();
        let size = if size > MAX_REPORT_BYTES {
            self.sealed_bytes()
        } else {
            size
        };
        if size > MAX_REPORT_BYTES {
            to.problems.push(Problem::new(
                "",
                Fault::TooLarge {
                    most: MAX_REPORT_BYTES,
                    size,
                },
            ));
        }
        to.problems
    }
}

/// Values, lists and objects.
fn places(value: &Value) -> usize {
    1 + match value {
        Value::Array(list) => list.iter().map(places).sum(),
        Value::Object(object) => object.values().map(places).sum(),
        _ => 0,
    }
}

/// Bytes of the lines of `report.txt` at most.
fn section_bytes(section: &Section) -> usize {
    let value = |value: &LineValue| match value {
        LineValue::Text(text) => text.len(),
        LineValue::Code(_) | LineValue::Number(_) => MAX_WORDS_BYTES,
        LineValue::Time(words) => {
            MAX_WORDS_BYTES + words.args.values().map(String::len).sum::<usize>()
        }
    };
    let lines = section.lines.iter().filter(|line| !line.people);
    MAX_LABEL_BYTES
        + lines
            .map(|line| MAX_LABEL_BYTES + value(&line.value))
            .sum::<usize>()
}

struct Checker {
    strict: bool,
    base: String,
    problems: Vec<Problem>,
}

impl Checker {
    fn put(&mut self, name: &str, fault: Fault) {
        let path = match (self.base.as_str(), name) {
            (base, "") => base.to_owned(),
            ("", name) => name.to_owned(),
            (base, name) => format!("{base}.{name}"),
        };
        self.problems.push(Problem::new(path, fault));
    }

    fn inside(&mut self, name: &str, check: impl FnOnce(&mut Self)) {
        let outer = self.base.clone();
        self.base = if outer.is_empty() {
            name.to_owned()
        } else {
            format!("{outer}.{name}")
        };
        check(self);
        self.base = outer;
    }

    fn each<T>(
        &mut self,
        name: &str,
        list: &[T],
        most: usize,
        mut check: impl FnMut(&mut Self, &T),
    ) {
        self.count(name, list.len(), most);
        for (at, entry) in list.iter().enumerate().take(most) {
            self.inside(&format!("{name}[{at}]"), |to| check(to, entry));
        }
    }

    fn count(&mut self, name: &str, count: usize, most: usize) {
        if count > most {
            self.put(name, Fault::TooMany { most, count });
        }
    }

    fn bytes(&mut self, name: &str, what: &impl serde::Serialize, most: usize) {
        let size = serde_json::to_vec(what).map_or(0, |json| json.len());
        if size > most {
            self.put(name, Fault::TooLarge { most, size });
        }
    }

    fn text(&mut self, name: &str, text: &str, most: usize) {
        let length = text.chars().count();
        if length > most {
            self.put(name, Fault::TooLong { most, length });
        }
        let hidden = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        if self.strict && text.chars().any(hidden) {
            self.put(name, Fault::Control);
        }
    }

    /// A text that stands for one of several; empty is no answer.
    fn known(&mut self, name: &str, code: &str, is_known: impl FnOnce(&str) -> bool) {
        if self.strict && !code.is_empty() && !is_known(code) {
            self.put(name, Fault::UnknownCode(shortened(code)));
        } else {
            self.text(name, code, MAX_CODE);
        }
    }

    fn code<C: CodeList>(&mut self, name: &str, code: &C) {
        self.known(name, code.code(), |code| C::KNOWN.contains(&code));
    }

    fn codes<C: CodeList>(&mut self, name: &str, codes: &[C]) {
        self.count(name, codes.len(), MAX_CHOICES);
        for (at, code) in codes.iter().enumerate().take(MAX_CHOICES) {
            self.code(&format!("{name}[{at}]"), code);
        }
    }

    fn date(&mut self, name: &str, edtf: &str) {
        match Edtf::parse(edtf) {
            Err(why) if self.strict => self.put(name, why.into()),
            _ => self.text(name, edtf, MAX_CODE),
        }
    }

    fn country(&mut self, name: &str, code: &str, pseudo: bool) {
        let known = is_country(code) || (pseudo && PSEUDO_COUNTRIES.contains(&code));
        if self.strict && !code.is_empty() && !known {
            self.put(name, Fault::Country(shortened(code)));
        } else {
            self.text(name, code, MAX_CODE);
        }
    }

    fn zone(&mut self, name: &str, tz: &str) {
        if self.strict && !matches!(tz, "" | "unknown") && zone(tz).is_err() {
            self.put(name, Fault::Zone);
        } else {
            self.text(name, tz, MAX_CODE);
        }
    }

    fn hash(&mut self, name: &str, hash: &str) {
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        let is_hash = hash.len() == 64 && hash.bytes().all(hex);
        if self.strict && !hash.is_empty() && !is_hash {
            self.put(name, Fault::Hash);
        } else {
            self.text(name, hash, MAX_CODE);
        }
    }

    /// A language tag: letters, digits, hyphens.
    fn language(&mut self, name: &str, tag: &str) {
        self.known(name, tag, |tag| {
            tag.len() <= 35
                && tag
                    .split('-')
                    .all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_alphanumeric()))
        });
    }
}

mod fields;
#[cfg(test)]
mod tests;
