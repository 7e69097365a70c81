//! What the journal's records say to whoever looks for them: the rows of the list, and the words they are found by.

use crate::events::{Came, Delivery, Incident, Item, Joined, KeptInvitation};
use crate::incidents::when_of;
use chronicle_report::TimeWords;
use chronicle_search::index_text;
use chronicle_vault::{Document, Entry, Event, Projection, VaultKind};
use serde::{Deserialize, Serialize};

/// The journal's projection.
pub(crate) struct Listing;

/// What the list shows of an incident without opening it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) kinds: Vec<String>,
    pub(crate) when: TimeWords,
    pub(crate) quote: String,
    pub(crate) edited: String,
}

impl Projection for Listing {
    fn kind(&self) -> VaultKind {
        VaultKind::Journal
    }

    fn version(&self) -> u32 {
        VERSION
    }

    fn document(&self, entry: &Entry) -> Document {
        let read = match entry.kind.as_str() {
            Incident::KIND => Incident::read(entry.seq, &entry.body).map(incident),
            Item::KIND => Item::read(entry.seq, &entry.body).map(item),
            Delivery::KIND => Delivery::read(entry.seq, &entry.body).map(|d| Document {
                id: d.id,
                group: d.incident,
                ..Document::default()
            }),
            Joined::KIND => Joined::read(entry.seq, &entry.body).map(|j| Document {
                id: j.id.to_string(),
                ..Document::default()
            }),
            KeptInvitation::KIND => {
                KeptInvitation::read(entry.seq, &entry.body).map(|k| Document {
                    id: k.id,
                    ..Document::default()
                })
            }
            // Whoever says it chooses its id: two organisations may choose the same.
            Came::KIND => Came::read(entry.seq, &entry.body).map(|c| Document {
                id: format!("{} {}", c.organisation, c.id),
                group: c.incident,
                ..Document::default()
            }),
            _ => None,
        };
        read.unwrap_or_default()
    }

    fn text(&self, entry: &Entry) -> String {
        let said = match entry.kind.as_str() {
            Incident::KIND => Incident::read(entry.seq, &entry.body).map(|i| {
                let all: Vec<String> = i.draft.written().map(|(_, text)| text).collect();
                all.join("\n")
            }),
            Item::KIND => Item::read(entry.seq, &entry.body)
                .map(|i| format!("{}\n{}", i.about.caption, i.about.original_name)),
            _ => None,
        };
        said.map(|said| index_text(&said)).unwrap_or_default()
    }
}

fn incident(incident: Incident) -> Document {
    let draft = &incident.draft;
    let kinds: Vec<String> = draft.what.types.iter().map(|t| t.code.clone()).collect();
    let mut marks: Vec<(&'static str, String)> =
        kinds.iter().map(|code| (KIND, code.clone())).collect();
    marks.push((COUNTRY, draft.place.country.clone()));
    let acting = draft.actors.iter().map(|a| a.acting_state.clone());
    marks.extend(acting.map(|state| (ACTING, state)));
    marks.retain(|(_, value)| !value.is_empty());
    let row = Row {
        kinds,
        when: when_of(draft),
        quote: draft.what.narrative.chars().take(QUOTE).collect(),
        edited: incident.kept_at.clone(),
    };
    Document {
        id: incident.id,
        row: serde_json::to_string(&row).unwrap_or_default(),
        marks,
        span: draft.span(),
        ..Document::default()
    }
}

fn item(item: Item) -> Document {
    Document {
        id: item.id,
        group: item.incident,
        ..Document::default()
    }
}

/// Names of marks.
pub(crate) const KIND: &str = "kind";
pub(crate) const COUNTRY: &str = "country";
pub(crate) const ACTING: &str = "acting";
/// Letters of the notes in a row.
pub(crate) const QUOTE: usize = 140;
const VERSION: u32 = 1;
