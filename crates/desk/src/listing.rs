//! What the desk's records say to whoever looks for them: the rows of the inbox, and the words they are found by.

use crate::events::{OpenedBy, Received};
use crate::senders::{chain_mark, person};
use chronicle_report::{Pressing, TimeWords, Urgency, when_words};
use chronicle_search::index_text;
use chronicle_vault::{Document, Entry, Event, Projection, Rank, VaultKind};
use chronicle_wire::{Day, Hash};
use serde::{Deserialize, Serialize};

/// The desk's projection.
pub(crate) struct Listing;

/// What the inbox shows of a report without opening it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) kinds: Vec<String>,
    pub(crate) when: TimeWords,
    pub(crate) country: String,
    pub(crate) safety: String,
    pub(crate) files: u32,
    pub(crate) received: String,
    pub(crate) sealed: String,
    /// The first of their keys.
    pub(crate) sender: String,
    pub(crate) introduction: Option<u64>,
    pub(crate) revision: u32,
    pub(crate) base: i64,
    pub(crate) from: i64,
    pub(crate) until: Option<i64>,
    pub(crate) opened: bool,
}

impl Projection for Listing {
    fn kind(&self) -> VaultKind {
        VaultKind::Desk
    }

    fn version(&self) -> u32 {
        VERSION
    }

    fn document(&self, entry: &Entry) -> Document {
        let read = match entry.kind.as_str() {
            Received::KIND => Received::read(entry.seq, &entry.body).and_then(report),
            OpenedBy::KIND => OpenedBy::read(entry.seq, &entry.body).map(|o| Document {
                id: o.report,
                ..Document::default()
            }),
            _ => None,
        };
        read.unwrap_or_default()
    }

    fn text(&self, entry: &Entry) -> String {
        let report = match entry.kind.as_str() {
            Received::KIND => Received::read(entry.seq, &entry.body),
            _ => None,
        };
        let Some(draft) = report.and_then(|report| report.draft()) else {
            return String::new();
        };
        let mut said: Vec<String> = draft.written().map(|(_, text)| text).collect();
        for item in &draft.evidence {
            said.extend([item.caption.clone(), item.original_name.clone()]);
        }
        index_text(&said.join("\n"))
    }
}

fn report(report: Received) -> Option<Document> {
    let draft = report.draft()?;
    let kinds: Vec<String> = draft.what.types.iter().map(|t| t.code.clone()).collect();
    let mut marks: Vec<(&'static str, String)> =
        kinds.iter().map(|code| (KIND, code.clone())).collect();
    marks.push((COUNTRY, draft.place.country.clone()));
    let acting = draft.actors.iter().map(|a| a.acting_state.clone());
    marks.extend(acting.map(|state| (ACTING, state)));
    marks.retain(|(_, value)| !value.is_empty());
    marks.push((BUNDLE, report.bundle.to_string()));
    marks.push((MANIFEST, manifest_mark(&report.manifest_text)));
    let introduction = report.manifest.introduction.map(|i| i.to_string());
    marks.extend(introduction.map(|i| (INTRODUCTION, i)));
    marks.push((PERSON, person(&report.manifest)));
    marks.push((CHAIN, chain_mark(&report.manifest)));
    let before = report.manifest.senders().skip(1);
    marks.extend(before.map(|key| (SUCCEEDS, key)));
    if report.opened_at.is_some() {
        marks.push((OPENED, "yes".into()));
    }
    let rank = rank(draft.pressing());
    let row = Row {
        kinds,
        when: when_words(draft.when.as_ref()),
        country: draft.place.country.clone(),
        safety: draft
            .safety
            .as_ref()
            .map(|s| s.now.as_str().to_owned())
            .unwrap_or_default(),
        files: u32::try_from(report.evidence.len()).unwrap_or(u32::MAX),
        received: report.stored.to_string(),
        sealed: report.manifest.sealed.to_string(),
        sender: person(&report.manifest),
        introduction: report.manifest.introduction,
        revision: report.manifest.revision,
        base: rank.base,
        from: rank.from,
        until: rank.until,
        opened: report.opened_at.is_some(),
    };
    Some(Document {
        id: report.id,
        row: serde_json::to_string(&row).unwrap_or_default(),
        marks,
        span: draft.span(),
        rank,
        ..Document::default()
    })
}

/// The same manifest, whatever the bundle around it.
pub(crate) fn manifest_mark(text: &str) -> String {
    Hash::of(text.as_bytes()).to_string()
}

/// Days from 1970-01-01.
pub(crate) fn number(day: Day) -> i64 {
    day.to_zoned(jiff::tz::TimeZone::UTC)
        .map_or(0, |z| z.timestamp().as_second().div_euclid(86_400))
}

fn rank(pressing: Pressing) -> Rank {
    let base = match pressing.base {
        Urgency::Normal => 0,
        Urgency::Soon => 1,
        Urgency::Now => 2,
    };
    match pressing.due {
        None => Rank {
            base,
            ..Rank::default()
        },
        Some(due) => Rank {
            base,
            from: due.from.map_or(i64::MIN, number),
            until: Some(due.until.map_or(i64::MAX, number)),
        },
    }
}

/// Names of marks.
pub(crate) const KIND: &str = "kind";
pub(crate) const COUNTRY: &str = "country";
pub(crate) const ACTING: &str = "acting";
pub(crate) const BUNDLE: &str = "bundle";
pub(crate) const MANIFEST: &str = "manifest";
pub(crate) const OPENED: &str = "opened";
pub(crate) const INTRODUCTION: &str = "introduction";
pub(crate) const PERSON: &str = "person";
pub(crate) const CHAIN: &str = "chain";
pub(crate) const SUCCEEDS: &str = "succeeds";
const VERSION: u32 = 2;
