//! From a draft to what is sealed, and back: the six answers, and names kept apart.
//!
//! A [`Report`] exists only when everything that sealing needs was answered. It is split in two: the report without names
//! and contacts, and [`People`], an object of the same shape that holds nothing else. Joined again, nothing is lost or
//! added. The narrative and other free text stay as the person wrote them: nobody searches them for names.

use serde_json::{Map, Value};

use crate::draft::{Draft, quiet};
use crate::json::{canonical, draft_of, strict};
use crate::problem::{Fault, Problem};
use crate::vocabulary::vocabulary;

/// Fields that go to `people.json`: names, other words for persons, and ways to reach them or the one who writes.
///
/// What stays in the report: what an actor looks like and why the person thinks so, what a witness knows, who may be
/// contacted and how (the choice "do not contact" must never get lost), references of authorities, addresses of web
/// pages, and what a file says about itself, because the file says it too.
pub const PEOPLE: &[&str] = &[
    "actors[].name",
    "actors[].handles[]",
    "affected[].alias",
    "witnesses[].alias",
    "evidence[].original_name",
    "evidence[].obtained_from",
    "contact.address",
    "contact.safe_times",
    "contact.code_phrase",
];

/// An answer that sealing needs and that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// No kind of incident was chosen.
    Types,
    /// Neither notes nor evidence.
    Narrative,
    /// Neither a time nor "I do not know".
    When,
    /// No country, nor one of the other answers.
    Country,
    /// Nothing on how safe the person is.
    Safety,
    /// The person did not choose what may be done with the report.
    Consent,
    /// The person chose, and did not say yes to being helped by the organisation.
    ConsentHelp,
}

impl Missing {
    /// Its name: `types`, `narrative`, `when`, `country`, `safety`, `consent`, `consent-help`. Words: `field-<name>`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Types => "types",
            Self::Narrative => "narrative",
            Self::When => "when",
            Self::Country => "country",
            Self::Safety => "safety",
            Self::Consent => "consent",
            Self::ConsentHelp => "consent-help",
        }
    }
}

/// A draft that answers what sealing needs. Made by [`Draft::complete`] only.
#[derive(Clone, PartialEq)]
pub struct Report(Draft);

/// A report without names and contacts: `report.json`.
#[derive(Clone, PartialEq)]
pub struct ReportPart(Draft);

/// Names and contacts: `people.json`, an object of the shape of a report that holds only fields of [`PEOPLE`].
#[derive(Clone, Default, PartialEq)]
pub struct People(Map<String, Value>);

quiet!(Report, ReportPart, People);

impl Draft {
    /// What sealing still needs, in the order of the form; empty when nothing.
    #[must_use]
    pub fn missing(&self) -> Vec<Missing> {
        self.missing_beside(self.evidence.len())
    }

    /// As [`Self::missing`], for a draft whose files are kept elsewhere: there are so many.
    #[must_use]
    pub fn missing_beside(&self, files: usize) -> Vec<Missing> {
        let kinds = self.what.types.iter().any(|kind| !kind.code.is_empty());
        let told = !self.what.narrative.trim().is_empty() || files > 0;
        let when = self.when.as_ref().is_some_and(|when| when.is_answered());
        let safety = self
            .safety
            .as_ref()
            .is_some_and(|safety| !safety.now.is_empty());
        let chosen = self.consent.as_ref();
        let help = chosen.is_none_or(|consent| consent.allows("help"));
        let answers = [
            (kinds, Missing::Types),
            (told, Missing::Narrative),
            (when, Missing::When),
            (!self.place.country.is_empty(), Missing::Country),
            (safety, Missing::Safety),
            (chosen.is_some(), Missing::Consent),
            (help, Missing::ConsentHelp),
        ];
        answers
            .into_iter()
            .filter(|(there, _)| !there)
            .map(|(_, missing)| missing)
            .collect()
    }

    /// The report that can be sealed, its bounds in time computed.
    ///
    /// # Errors
    /// What is missing. Whether the answers are sound is the matter of [`Draft::check`].
    pub fn complete(&self) -> Result<Report, Vec<Missing>> {
        let missing = self.missing();
        if !missing.is_empty() {
            return Err(missing);
        }
        let mut draft = self.clone();
        draft.when = draft.when.map(|when| when.with_bounds());
        Ok(Report(draft))
    }

    /// Gives every kind of the vocabulary the name that it has there, unless the person gave it a word of their own: a desk
    /// whose vocabulary is older shows that instead of a code.
    pub fn name_kinds(&mut self) {
        for kind in &mut self.what.types {
            if let (None, Some(known)) = (&kind.label, vocabulary().find(&kind.code)) {
                kind.label = Some(known.name());
            }
        }
    }

    /// Gives every piece of evidence the id that `rename` says and takes out those for which it says none.
    ///
    /// Links between pieces follow; one to a piece that was taken out is removed. So each organisation sees ids of its own.
    pub fn rename_evidence(&mut self, mut rename: impl FnMut(&str) -> Option<String>) {
        let mut names = std::collections::BTreeMap::new();
        for item in &self.evidence {
            if let Some(new) = rename(&item.id) {
                names.insert(item.id.clone(), new);
            }
        }
        self.evidence.retain_mut(|item| {
            item.derived_from = names.get(&item.derived_from).cloned().unwrap_or_default();
            let new = names.get(&item.id).cloned();
            item.id = new.clone().unwrap_or_default();
            new.is_some()
        });
    }
}

impl Report {
    /// The whole report.
    #[must_use]
    pub const fn draft(&self) -> &Draft {
        &self.0
    }

    /// The report without names and contacts, and these.
    #[must_use]
    pub fn split(&self) -> (ReportPart, People) {
        split(&self.0)
    }
}

impl ReportPart {
    /// What it says.
    #[must_use]
    pub const fn draft(&self) -> &Draft {
        &self.0
    }

    /// The bytes of `report.json`.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        self.0.to_json()
    }

    /// Reads a `report.json` that somebody sent; see [`Draft::received`].
    ///
    /// # Errors
    /// As [`Draft::received`]; and when it holds names or contacts, which belong into the other part.
    pub fn received(bytes: &[u8]) -> Result<Self, Vec<Problem>> {
        let draft = Draft::received(bytes)?;
        let (part, people) = split(&draft);
        if people.is_empty() {
            Ok(part)
        } else {
            Err(vec![Problem::new("", Fault::People)])
        }
    }
}

impl People {
    /// Whether there is no name and no contact.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The bytes of `people.json`.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        canonical(Value::Object(self.0.clone()))
    }

    /// Reads a `people.json` that somebody sent. Whether it fits the report shows when they are joined.
    ///
    /// # Errors
    /// When it is no JSON object, has a name twice, or is too large.
    pub fn received(bytes: &[u8]) -> Result<Self, Vec<Problem>> {
        match strict(bytes).map_err(|problem| vec![problem])? {
            Value::Object(object) => Ok(Self(object)),
            _ => Err(vec![Problem::new("", Fault::WrongShape)]),
        }
    }
}

/// Puts names and contacts back where they were. Without them the report stays as it is.
///
/// # Errors
/// When they do not fit the report: an entry that it does not have, a field that it already fills, or one that holds
/// neither names nor contacts.
pub fn join(part: ReportPart, people: Option<People>) -> Result<Draft, Vec<Problem>> {
    let Some(people) = people else {
        return Ok(part.0);
    };
    let mut whole = part.0.to_value();
    if fill(&mut whole, Value::Object(people.0), "").is_none() {
        return Err(vec![Problem::new("", Fault::People)]);
    }
    let draft = draft_of(whole)?;
    match draft.check_sizes() {
        problems if problems.is_empty() => Ok(draft),
        problems => Err(problems),
    }
}

pub(crate) fn split(draft: &Draft) -> (ReportPart, People) {
    let mut report = draft.to_value();
    let people = take_people(&mut report);
    // Only texts and lists were emptied, so it is still the same kind of report.
    (ReportPart(draft_of(report).unwrap_or_default()), people)
}

/// Takes names and contacts out of a report.
pub(crate) fn take_people(report: &mut Value) -> People {
    let mut people = Value::Object(Map::new());
    for path in PEOPLE {
        let steps: Vec<_> = path.trim_end_matches("[]").split('.').collect();
        if let Some(taken) = take(report, &steps) {
            // Pieces of one report never stand in each other's way.
            let _ = merge(&mut people, taken);
        }
    }
    match people {
        Value::Object(people) => People(people),
        _ => People::default(),
    }
}

/// Takes what stands at a path, wrapped in the objects and lists in which it stood; `None` when there is nothing.
fn take(value: &mut Value, steps: &[&str]) -> Option<Value> {
    let (step, deeper) = steps.split_first()?;
    let name = step.trim_end_matches("[]");
    let slot = value.get_mut(name)?;
    let taken = if deeper.is_empty() {
        empty_out(slot)?
    } else if step.ends_with("[]") {
        let found: Vec<_> = slot
            .as_array_mut()?
            .iter_mut()
            .map(|entry| take(entry, deeper))
            .collect();
        if found.iter().all(Option::is_none) {
            return None;
        }
        let entries = found
            .into_iter()
            .map(|entry| entry.unwrap_or_else(|| Value::Object(Map::new())));
        Value::Array(entries.collect())
    } else {
        take(slot, deeper)?
    };
    Some(Value::Object(Map::from_iter([(name.to_owned(), taken)])))
}

fn empty_out(slot: &mut Value) -> Option<Value> {
    let empty = match slot {
        Value::String(text) if !text.is_empty() => Value::String(String::new()),
        Value::Array(list) if !list.is_empty() => Value::Array(Vec::new()),
        _ => return None,
    };
    Some(std::mem::replace(slot, empty))
}

/// Sets names and contacts into their empty places; `None` when something does not fit or is none of [`PEOPLE`].
///
/// The report is signed with and without them: they must never say what happened. What the report has no place for is a
/// newer version's; it stays in `people.json` and is passed over here.
fn fill(into: &mut Value, from: Value, path: &str) -> Option<()> {
    let list = format!("{path}[]");
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            from.into_iter()
                .try_for_each(|(name, value)| match into.get_mut(&name) {
                    Some(slot) if path.is_empty() => fill(slot, value, &name),
                    Some(slot) => fill(slot, value, &format!("{path}.{name}")),
                    None => Some(()),
                })
        }
        (Value::Array(into), Value::Array(from)) if from.iter().any(Value::is_object) => {
            if from.len() > into.len() {
                return None;
            }
            into.iter_mut()
                .zip(from)
                .try_for_each(|(slot, value)| fill(slot, value, &list))
        }
        (Value::Array(into), Value::Array(from))
            if into.is_empty() && PEOPLE.contains(&list.as_str()) =>
        {
            *into = from;
            Some(())
        }
        (Value::String(into), Value::String(text)) if into.is_empty() && PEOPLE.contains(&path) => {
            *into = text;
            Some(())
        }
        _ => None,
    }
}

/// Puts pieces of one object together; `None` when something does not fit.
fn merge(into: &mut Value, from: Value) -> Option<()> {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            from.into_iter()
                .try_for_each(|(name, value)| match into.get_mut(&name) {
                    Some(slot) => merge(slot, value),
                    None => {
                        into.insert(name, value);
                        Some(())
                    }
                })
        }
        (Value::Array(into), Value::Array(from)) if from.iter().any(Value::is_object) => {
            if from.len() > into.len() {
                return None;
            }
            into.iter_mut()
                .zip(from)
                .try_for_each(|(slot, value)| merge(slot, value))
        }
        (slot @ Value::Array(_), Value::Array(from))
            if slot.as_array().is_some_and(Vec::is_empty) =>
        {
            *slot = Value::Array(from);
            Some(())
        }
        (slot @ Value::String(_), Value::String(text)) if slot.as_str() == Some("") => {
            *slot = Value::String(text);
            Some(())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
