//! The kinds of incident: nine families with their codes, urgency and what other vocabularies call them.
//!
//! The list is `vocabulary.json`, part of the program and read once. Codes are permanent: one may be added, none is ever
//! removed or given another meaning. The mappings name the nearest entry elsewhere; they are no quotation.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::caps::MAX_LABEL;
use crate::codes::key_of;

/// How soon somebody should look at a report; later is more urgent.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// In the order of arrival.
    #[default]
    Normal,
    /// Within days.
    Soon,
    /// Today.
    Now,
}

impl Urgency {
    /// The key of its words.
    #[must_use]
    pub fn key(self) -> String {
        key_of(
            "urgency",
            match self {
                Self::Normal => "normal",
                Self::Soon => "soon",
                Self::Now => "now",
            },
        )
    }
}

/// The whole list.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Vocabulary {
    /// Grows with every change of the list.
    pub version: u32,
    /// Families, in the order in which a form offers them.
    pub families: Vec<Family>,
}

/// A family of kinds.
#[derive(Debug, Clone, Deserialize)]
pub struct Family {
    /// Code, such as `phy`.
    pub code: String,
    /// English label.
    pub en: String,
    /// Russian label.
    pub ru: String,
    /// Its kinds.
    pub types: Vec<TypeEntry>,
}

/// One kind of incident.
#[derive(Debug, Clone, Deserialize)]
pub struct TypeEntry {
    /// Code, such as `phy.kill`.
    pub code: String,
    /// English label.
    pub en: String,
    /// Russian label.
    pub ru: String,
    /// Nearest method in Freedom House's list: DA, CC, MC, TD; `*` marks one that the list does not name.
    pub freedom_house: String,
    /// Stage to which it contributes in the Central Asian Political Exiles database, `1` to `3` or `-`.
    pub cape_stage: String,
    /// Nearest terms of HURIDOCS micro-thesaurus 4.
    pub huridocs_mt4: Vec<String>,
    /// Urgency before anybody looked.
    pub default_urgency: Urgency,
}

impl Family {
    /// The key of its words.
    #[must_use]
    pub fn key(&self) -> String {
        key_of("family", &self.code)
    }
}

impl TypeEntry {
    /// The key of its words.
    #[must_use]
    pub fn key(&self) -> String {
        key_of("kind", &self.code)
    }

    /// Its name as a report carries it, for whoever has an older vocabulary: the English one, at most 60 characters.
    #[must_use]
    pub fn name(&self) -> String {
        match self.en.char_indices().nth(MAX_LABEL) {
            None => self.en.clone(),
            Some(_) => self.en.chars().take(MAX_LABEL - 1).chain(['…']).collect(),
        }
    }
}

impl Vocabulary {
    /// All kinds, family by family.
    pub fn types(&self) -> impl Iterator<Item = &TypeEntry> {
        self.families.iter().flat_map(|family| &family.types)
    }

    /// The kind with this code, if this version knows it.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<&TypeEntry> {
        self.types().find(|kind| kind.code == code)
    }
}

/// The vocabulary of this version.
#[must_use]
pub fn vocabulary() -> &'static Vocabulary {
    // The file is part of the program and a test reads it, so the empty list stands for nothing that can happen.
    static LIST: LazyLock<Vocabulary> =
        LazyLock::new(|| serde_json::from_str(TEXT).unwrap_or_default());
    &LIST
}

const TEXT: &str = include_str!("../vocabulary.json");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{TEXT, Vocabulary, vocabulary};

    #[test]
    fn the_file_is_read_whole() {
        let list: Vocabulary = serde_json::from_str(TEXT).unwrap();
        assert_eq!(list.version, 1);
        assert_eq!(list.families.len(), 9);
        assert_eq!(vocabulary().types().count(), 45);
        for family in &list.families {
            for kind in &family.types {
                assert!(kind.code.starts_with(&format!("{}.", family.code)));
            }
        }
    }

    #[test]
    fn codes_and_labels_are_unique_and_split_nothing() {
        let mut seen = BTreeSet::new();
        let mut take = |text: &str, kind: &str| {
            assert!(!text.trim().is_empty());
            assert!(seen.insert(format!("{kind}:{text}")), "twice: {text}");
        };
        for family in &vocabulary().families {
            take(&family.code, "code");
            let kinds = family.types.iter();
            let labels = kinds.map(|kind| (&kind.code, &kind.en, &kind.ru));
            for (code, en, ru) in labels {
                take(code, "code");
                take(en, "en");
                take(ru, "ru");
                for label in [en, ru, &family.en, &family.ru] {
                    assert!(
                        !["|", ";", "::"].iter().any(|mark| label.contains(mark)),
                        "{label}"
                    );
                }
            }
            take(&family.en, "en");
            take(&family.ru, "ru");
        }
    }
}
