//! Looking for records in the index: which there are, in which order, and those of one page. Only the page's rows are read; all
//! before is done with numbers, since a frequent word is in thousands of reports and a person sees fifty.

use crate::Error;
use crate::index::{Find, Hit, Index, Rank};
use rusqlite::params_from_iter;
use rusqlite::types::Value;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// What ordering and counting need of each record that its room understood.
#[derive(Default)]
pub(crate) struct Briefs {
    kinds: Vec<String>,
    /// By their numbers.
    all: Vec<Brief>,
    /// Where it is not the least there is.
    ranks: HashMap<u64, Rank>,
}

struct Brief {
    seq: u64,
    /// Its place in `kinds`.
    kind: usize,
}

/// A record's number, and how well it fits where that was measured: less is better.
type Found = (u64, Option<f64>);

impl Briefs {
    pub(crate) fn add(&mut self, seq: u64, kind: &str, rank: Rank) {
        let kind = self.kind(kind).unwrap_or_else(|| {
            self.kinds.push(kind.to_owned());
            self.kinds.len() - 1
        });
        self.remove(seq);
        // Numbers only grow: this is the end, but for what is read out of order.
        let at = self.all.partition_point(|brief| brief.seq < seq);
        self.all.insert(at, Brief { seq, kind });
        if rank != Rank::default() {
            self.ranks.insert(seq, rank);
        }
    }

    pub(crate) fn remove(&mut self, seq: u64) {
        if let Ok(at) = self.all.binary_search_by_key(&seq, |brief| brief.seq) {
            self.all.remove(at);
            self.ranks.remove(&seq);
        }
    }

    fn kind(&self, name: &str) -> Option<usize> {
        self.kinds.iter().position(|kind| kind == name)
    }

    fn level(&self, seq: u64, today: i64) -> i64 {
        self.ranks.get(&seq).map_or(0, |rank| level(*rank, today))
    }
}

impl Index {
    /// How many there are, and those of one page.
    pub(crate) fn find(&self, find: &Find<'_>) -> Result<(u64, Vec<Hit>), Error> {
        let Some(kind) = self.briefs.kind(find.kind) else {
            return Ok((0, Vec::new()));
        };
        let mut found: Vec<Found> = match find.matching {
            Some(matching) => self.fitting(find, kind, matching)?,
            None => {
                let all = self.briefs.all.iter().rev();
                all.filter(|brief| brief.kind == kind)
                    .map(|brief| (brief.seq, None))
                    .collect()
            }
        };
        if let Some((query, values)) = narrowing(find) {
            let mut rows = self.db.prepare_cached(&query)?;
            let narrow = rows.query_map(params_from_iter(&values), |row| row.get(0))?;
            let narrow: HashSet<u64> = narrow.collect::<Result<_, _>>()?;
            found.retain(|(seq, _)| narrow.contains(seq));
        }
        let total = found.len() as u64;
        let page: Vec<u64> = self.in_order(found, find.today);
        let page = page
            .into_iter()
            .skip(usize::try_from(find.offset).unwrap_or(usize::MAX))
            .take(usize::try_from(find.limit).unwrap_or(usize::MAX));
        let mut rows = self
            .db
            .prepare_cached("SELECT id, shown FROM doc WHERE seq = ?1")?;
        let hits = page
            .map(|seq| {
                let hit = |row: &rusqlite::Row<'_>| {
                    Ok(Hit {
                        seq,
                        id: row.get(0)?,
                        row: row.get(1)?,
                    })
                };
                Ok(rows.query_row([seq], hit)?)
            })
            .collect::<Result<_, Error>>()?;
        Ok((total, hits))
    }

    // The best fitting first; what is not measured stands behind. Where nothing tells them apart, the newest first.
    fn in_order(&self, found: Vec<Found>, today: i64) -> Vec<u64> {
        let (mut measured, mut behind) = (Vec::new(), Vec::new());
        for (seq, fit) in found {
            match fit {
                Some(fit) => measured.push((fit, seq)),
                None => behind.push(seq),
            }
        }
        let rank = |seq: u64| (Reverse(self.briefs.level(seq, today)), Reverse(seq));
        measured.sort_by(|(one, a), (other, b)| {
            let by_fit = one.total_cmp(other);
            by_fit.then_with(|| rank(*a).cmp(&rank(*b)))
        });
        behind.sort_by_cached_key(|seq| rank(*seq));
        let measured = measured.into_iter().map(|(_, seq)| seq);
        measured.chain(behind).collect()
    }

    // Each that has the words, and how well it fits: as well as the best of what belongs to it. Measured are the newest
    // only: of what is in thousands of reports nobody knows what fits best, and measuring costs most of a search.
    fn fitting(&self, find: &Find<'_>, kind: usize, matching: &str) -> Result<Vec<Found>, Error> {
        self.catch_up()?;
        let mut rows = self
            .db
            .prepare_cached("SELECT rowid FROM words WHERE words MATCH ?1 ORDER BY rowid DESC")?;
        let matched = rows.query_map([matching], |row| row.get(0))?;
        let matched: Vec<u64> = matched.collect::<Result<_, _>>()?;
        let from = matched.get(MEASURED - 1).copied().unwrap_or(0);
        let mut rows = self.db.prepare_cached(
            "SELECT rowid, bm25(words) FROM words WHERE words MATCH ?1 AND rowid >= ?2 ORDER BY rowid DESC",
        )?;
        let fits = rows.query_map((matching, from), |row| Ok((row.get(0)?, row.get(1)?)))?;
        let fits: Vec<(u64, f64)> = fits.collect::<Result<_, _>>()?;
        let parts = find.parts.and_then(|parts| self.briefs.kind(parts));
        let (mut own, mut of_parts) = (Vec::with_capacity(matched.len()), Vec::new());
        // All three go down by their numbers together.
        let mut fits = fits.into_iter().peekable();
        let mut briefs = self.briefs.all.as_slice();
        for seq in matched {
            let fit = fits.next_if(|(of, _)| *of == seq).map(|(_, fit)| fit);
            while let Some((last, rest)) = briefs.split_last()
                && last.seq > seq
            {
                briefs = rest;
            }
            match briefs.last() {
                Some(brief) if brief.seq == seq && brief.kind == kind => own.push((seq, fit)),
                Some(brief) if brief.seq == seq && Some(brief.kind) == parts => {
                    of_parts.push((seq, fit));
                }
                _ => {}
            }
        }
        if of_parts.is_empty() {
            Ok(own)
        } else {
            self.with_parts(find.kind, own, &of_parts)
        }
    }

    fn with_parts(
        &self,
        kind: &str,
        own: Vec<Found>,
        of_parts: &[Found],
    ) -> Result<Vec<Found>, Error> {
        let mut hosts = self.db.prepare_cached(
            "SELECT host.seq FROM doc part JOIN doc host ON host.kind = ?1 AND host.id = part.grp WHERE part.seq = ?2",
        )?;
        let mut found: HashMap<u64, Option<f64>> = own.into_iter().collect();
        for (part, fit) in of_parts {
            for host in hosts.query_map((kind, part), |row| row.get(0))? {
                let best = found.entry(host?).or_default();
                *best = match (*best, *fit) {
                    (Some(one), Some(other)) => Some(one.min(other)),
                    (one, other) => one.or(other),
                };
            }
        }
        Ok(found.into_iter().collect())
    }
}

fn level(rank: Rank, today: i64) -> i64 {
    let by_day = match rank.until {
        Some(until) if today <= until => 1 + i64::from(today >= rank.from),
        _ => 0,
    };
    rank.base.max(by_day)
}

// What is asked for beside words, as a query of the numbers that are left; `None` when nothing is. Every value is bound,
// none is ever part of the text.
fn narrowing(find: &Find<'_>) -> Option<(String, Vec<Value>)> {
    let mut values = vec![Value::from(find.kind.to_owned())];
    let mut clause = String::new();
    let all = |values: &mut Vec<Value>, some: &[String]| {
        let from = values.len();
        values.extend(some.iter().cloned().map(Value::from));
        let places: Vec<String> = (from..values.len())
            .map(|i| format!("?{}", i + 1))
            .collect();
        places.join(", ")
    };
    for (name, some) in &find.marks {
        values.push(Value::from((*name).to_owned()));
        let name = values.len();
        let some = all(&mut values, some);
        clause.push_str(&format!(
            " AND doc.seq IN (SELECT seq FROM mark WHERE name = ?{name} AND value IN ({some}))"
        ));
    }
    if let Some((kind, there)) = find.beside {
        values.push(Value::from(kind.to_owned()));
        let not = if there { "" } else { "NOT " };
        clause.push_str(&format!(
            " AND {not}EXISTS (SELECT 1 FROM doc AS peer WHERE peer.kind = ?{} AND peer.id = doc.id)",
            values.len()
        ));
    }
    if let Some(name) = find.unmarked {
        values.push(Value::from(name.to_owned()));
        clause.push_str(&format!(
            " AND doc.seq NOT IN (SELECT seq FROM mark WHERE name = ?{})",
            values.len()
        ));
    }
    if let Some((first, last)) = find.span {
        values.extend([Value::from(first), Value::from(last)]);
        let at = values.len();
        clause.push_str(&format!(" AND hi >= ?{} AND lo <= ?{at}", at - 1));
    }
    if let Some(only) = &find.only {
        let some = all(&mut values, only);
        clause.push_str(&format!(" AND doc.id IN ({some})"));
    }
    if !find.except.is_empty() {
        let some = all(&mut values, &find.except);
        clause.push_str(&format!(" AND doc.id NOT IN ({some})"));
    }
    (!clause.is_empty()).then(|| {
        let query = format!("SELECT seq FROM doc WHERE doc.kind = ?1{clause}");
        (query, values)
    })
}

/// Of so many records that have the words it is measured how well they fit: the newest.
pub(crate) const MEASURED: usize = 2000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn briefs_stay_in_order_and_forget() {
        let mut briefs = Briefs::default();
        let high = Rank {
            base: 3,
            ..Rank::default()
        };
        for (seq, kind) in [(5, "a"), (9, "b"), (2, "a"), (9, "a")] {
            briefs.add(seq, kind, high);
        }
        let all: Vec<(u64, usize)> = briefs.all.iter().map(|b| (b.seq, b.kind)).collect();
        assert_eq!(all, [(2, 0), (5, 0), (9, 0)]);
        assert_eq!((briefs.level(5, 0), briefs.level(6, 0)), (3, 0));
        briefs.remove(5);
        briefs.remove(6);
        assert_eq!((briefs.all.len(), briefs.level(5, 0)), (2, 0));
    }

    #[test]
    fn a_rank_is_that_of_its_day() {
        let rank = |base, from, until| Rank { base, from, until };
        for (rank, today, expected) in [
            (rank(0, 0, None), 5, 0),
            (rank(3, 0, None), 5, 3),
            (rank(0, 10, Some(20)), 5, 1),
            (rank(0, 10, Some(20)), 10, 2),
            (rank(0, 10, Some(20)), 20, 2),
            (rank(0, 10, Some(20)), 21, 0),
            (rank(1, 10, Some(20)), 21, 1),
            (rank(2, 10, Some(20)), 5, 2),
        ] {
            assert_eq!(level(rank, today), expected, "{rank:?} on {today}");
        }
    }
}
