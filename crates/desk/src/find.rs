//! Finding reports: by words, kind, country and time. A page of the inbox is answered from the index; only what is found by
//! words is opened, to show where.

use crate::events::{OpenedBy, Received};
use crate::listing::{ACTING, COUNTRY, KIND, OPENED, Row, number};
use crate::reports::label;
use crate::view::{QuarantineLine, ReportLine, ReportList, ReportQuery};
use crate::{Desk, Error, day};
use chronicle_report::{Urgency, span_of_days};
use chronicle_search::{Excerpt, Query};
use chronicle_vault::{Error as VaultError, Find, Hit};
use chronicle_wire::Day;
use jiff::Zoned;

impl Desk {
    /// The whole inbox: most urgent first, then the newest.
    ///
    /// # Errors
    /// Those of the vault.
    pub fn reports(&self, now: &Zoned) -> Result<ReportList, Error> {
        let all = ReportQuery {
            limit: u32::MAX,
            ..ReportQuery::default()
        };
        self.find(&all, now)
    }

    /// The reports that are asked for: those found by words the best fitting first, otherwise the most urgent, then the
    /// newest. What is kept apart, and notices, come along whatever is asked.
    ///
    /// # Errors
    /// Those of the vault.
    pub fn find(&self, query: &ReportQuery, now: &Zoned) -> Result<ReportList, Error> {
        let words = chronicle_search::query(&query.text);
        let matching = words.expression();
        let marks = [
            (KIND, &query.kinds),
            (COUNTRY, &query.countries),
            (ACTING, &query.acting),
        ];
        let today = number(day(now));
        let find = Find {
            kind: Received::KIND,
            matching: matching.as_deref(),
            marks: marks
                .into_iter()
                .filter(|(_, values)| !values.is_empty())
                .map(|(name, values)| (name, values.clone()))
                .collect(),
            span: span_of_days(query.from, query.to),
            beside: query.unopened.then_some((OpenedBy::KIND, false)),
            unmarked: query.unopened.then_some(OPENED),
            today,
            offset: query.offset,
            limit: query.limit,
            ..Find::default()
        };
        let (total, hits) = self.vault.find(&find)?;
        let reports = hits
            .into_iter()
            .map(|hit| self.line(hit, matching.as_ref().map(|_| &words), today))
            .collect::<Result<_, _>>()?;
        let mut quarantine: Vec<_> = self.quarantine.values().collect();
        quarantine.sort_by_key(|q| std::cmp::Reverse(q.seq));
        let apart = |q: &crate::events::Quarantined| QuarantineLine {
            id: q.id.clone(),
            reason: q.reason.clone(),
            received: q.stored.to_string(),
            size: q.bundle_size,
        };
        Ok(ReportList {
            total,
            reports,
            quarantine: quarantine.into_iter().map(apart).collect(),
            notices: self.notices(day(now)),
        })
    }

    fn line(&self, hit: Hit, words: Option<&Query>, today: i64) -> Result<ReportLine, Error> {
        let row: Row = serde_json::from_str(&hit.row).map_err(VaultError::from)?;
        let noted = self.vault.by_id(OpenedBy::KIND, &hit.id)?;
        let urgency = urgency(&row, today);
        let sealed: Day = row.sealed.parse().unwrap_or_default();
        Ok(ReportLine {
            hit: match words {
                Some(words) => self.hit(hit.seq, words)?,
                None => None,
            },
            id: hit.id,
            kinds: row.kinds,
            when: row.when,
            country: row.country,
            safety: row.safety,
            files: row.files,
            received: row.received,
            sealed: row.sealed,
            noticed: self.is_noticed(&row.sender, row.introduction, sealed)?,
            sender: label(&row.sender),
            introduction: self.invitation(row.introduction),
            revision: row.revision,
            urgency: urgency.key().trim_start_matches("urgency-").to_owned(),
            opened: noted.is_some() || row.opened,
        })
    }

    fn hit(&self, seq: u64, words: &Query) -> Result<Option<Excerpt>, Error> {
        let draft = self.report_record(seq)?.draft().ok_or(Error::NotFound)?;
        let own = draft
            .written()
            .find_map(|(label, text)| words.excerpt(&label, &text));
        Ok(own.or_else(|| {
            draft.evidence.iter().find_map(|item| {
                words
                    .excerpt("evidence-caption", &item.caption)
                    .or_else(|| words.excerpt("evidence-title", &item.original_name))
            })
        }))
    }
}

fn urgency(row: &Row, today: i64) -> Urgency {
    let due = match row.until {
        None => 0,
        Some(until) if today > until => 0,
        Some(_) if today >= row.from => 2,
        Some(_) => 1,
    };
    match row.base.max(due) {
        0 => Urgency::Normal,
        1 => Urgency::Soon,
        _ => Urgency::Now,
    }
}
