//! Finding incidents: by words, kind, country, stage and time. A page of the list is answered from the index; only what is
//! found by words is opened, to show where.

use crate::events::{Incident, Item};
use crate::listing::{ACTING, COUNTRY, KIND, Row};
use crate::view::{IncidentLine, IncidentList, IncidentQuery, Stage};
use crate::{Error, Journal};
use chronicle_report::span_of_days;
use chronicle_search::{Excerpt, Query};
use chronicle_vault::{Error as VaultError, Find, Hit};
use jiff::Zoned;
use std::collections::BTreeSet;

impl Journal {
    /// Every incident, the one edited last first.
    ///
    /// # Errors
    /// Those of the vault.
    pub fn incidents(&self, now: &Zoned) -> Result<Vec<IncidentLine>, Error> {
        let all = IncidentQuery {
            limit: u32::MAX,
            ..IncidentQuery::default()
        };
        Ok(self.find(&all, now)?.incidents)
    }

    /// The incidents that are asked for: those found by words the best fitting first, otherwise the one edited last.
    ///
    /// # Errors
    /// Those of the vault.
    pub fn find(&self, query: &IncidentQuery, now: &Zoned) -> Result<IncidentList, Error> {
        let words = chronicle_search::query(&query.text);
        let matching = words.expression();
        // Something was typed that holds nothing to look for, such as a single comma: everything is shown.
        let (only, except) = self.by_stage(&query.stages);
        let marks = [
            (KIND, &query.kinds),
            (COUNTRY, &query.countries),
            (ACTING, &query.acting),
        ];
        let find = Find {
            kind: Incident::KIND,
            parts: Some(Item::KIND),
            matching: matching.as_deref(),
            marks: marks
                .into_iter()
                .filter(|(_, values)| !values.is_empty())
                .map(|(name, values)| (name, values.clone()))
                .collect(),
            span: span_of_days(query.from, query.to),
            only,
            except,
            offset: query.offset,
            limit: query.limit,
            ..Find::default()
        };
        let (total, hits) = self.vault.find(&find)?;
        let incidents = hits
            .into_iter()
            .map(|hit| self.line(hit, matching.as_ref().map(|_| &words), now))
            .collect::<Result<_, _>>()?;
        Ok(IncidentList { total, incidents })
    }

    fn line(&self, hit: Hit, words: Option<&Query>, now: &Zoned) -> Result<IncidentLine, Error> {
        let row: Row = serde_json::from_str(&hit.row).map_err(VaultError::from)?;
        let files = self.vault.in_group(Item::KIND, &hit.id)?.len();
        Ok(IncidentLine {
            kinds: row.kinds,
            when: row.when,
            quote: row.quote,
            edited: row.edited,
            files: u32::try_from(files).unwrap_or(u32::MAX),
            deliveries: self.deliveries_of(Some(&hit.id), now),
            hit: match words {
                Some(words) => self.hit(&hit.id, words)?,
                None => None,
            },
            id: hit.id,
        })
    }

    // Where it was found: in the incident's own words first, else in what is said of its files.
    fn hit(&self, id: &str, words: &Query) -> Result<Option<Excerpt>, Error> {
        let incident = self.kept_incident(id)?;
        let mut written = incident.draft.written();
        let own = written.find_map(|(label, text)| words.excerpt(&label, &text));
        if own.is_some() {
            return Ok(own);
        }
        Ok(self.items_of(id)?.into_iter().find_map(|item| {
            let (caption, name) = (item.about.caption, item.about.original_name);
            words
                .excerpt("evidence-caption", &caption)
                .or_else(|| words.excerpt("evidence-title", &name))
        }))
    }

    fn by_stage(&self, stages: &[Stage]) -> (Option<Vec<String>>, Vec<String>) {
        if stages.is_empty() {
            return (None, Vec::new());
        }
        let sent = self.deliveries.values();
        let in_stage = |wanted: bool| -> BTreeSet<String> {
            sent.clone()
                .filter(|d| stages.contains(&self.stage_of(d)) == wanted)
                .map(|d| d.incident.clone())
                .collect()
        };
        let yes = in_stage(true);
        if stages.contains(&Stage::Kept) {
            // What was never sealed is in no delivery.
            let no = in_stage(false).difference(&yes).cloned().collect();
            (None, no)
        } else {
            (Some(yes.into_iter().collect()), Vec::new())
        }
    }
}
