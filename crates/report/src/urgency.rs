//! How soon somebody should look at a report.
//!
//! A first guess from what the person said, for the order of a list. It is never shown to the reporter as a judgement,
//! and a caseworker may always think otherwise. Today is an argument.

use jiff::civil::Date;

use crate::draft::Draft;
use crate::edtf::Edtf;
use crate::vocabulary::{Urgency, vocabulary};

impl Draft {
    /// The highest of: the default urgency of each kind; "now" for somebody in danger; "now" for a deadline within seven
    /// days of `today` (or one that was yesterday, or cannot be read), "soon" for a later one.
    ///
    /// A kind that this version does not know counts as "soon", so that it is not overlooked.
    #[must_use]
    pub fn urgency(&self, today: Date) -> Urgency {
        let kinds = self
            .what
            .types
            .iter()
            .map(|kind| match vocabulary().find(&kind.code) {
                Some(known) => known.default_urgency,
                None if kind.code.is_empty() => Urgency::Normal,
                None => Urgency::Soon,
            });
        let safety = self.safety.iter().map(|safety| {
            let danger = safety.now.as_str() == "in_danger";
            if danger {
                Urgency::Now
            } else {
                deadline(&safety.deadline, today)
            }
        });
        kinds.chain(safety).max().unwrap_or_default()
    }
}

fn deadline(edtf: &str, today: Date) -> Urgency {
    let (first, last) = match Edtf::parse(edtf) {
        Ok(Edtf::Unknown) => return Urgency::Normal,
        Ok(date) => date.days(),
        Err(_) => return Urgency::Now,
    };
    let away = |day: Option<Date>| day.map_or(0, |day| (day - today).get_days());
    if last.is_some() && away(last) < -1 {
        return Urgency::Normal;
    }
    if away(first) <= 7 {
        Urgency::Now
    } else {
        Urgency::Soon
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use crate::codes::SafetyNow;
    use crate::draft::{Draft, Kind, Safety};
    use crate::vocabulary::{Urgency, vocabulary};

    fn with(code: &str, now: &str, deadline: &str) -> Urgency {
        let mut draft = Draft::default();
        draft.what.types = vec![Kind {
            code: code.to_owned(),
            ..Kind::default()
        }];
        draft.safety = Some(Safety {
            now: SafetyNow::from(now),
            deadline: deadline.to_owned(),
            ..Safety::default()
        });
        draft.urgency(date(2026, 5, 19))
    }

    #[test]
    fn the_most_urgent_reason_counts() {
        use Urgency::{Normal, Now, Soon};
        for (code, now, deadline, urgency) in [
            ("oth.unsure", "safe", "", Normal),
            ("wat.follow", "not_sure", "", Soon),
            ("phy.kill", "safe", "", Now),
            ("oth.unsure", "in_danger", "", Now),
            ("oth.unsure", "safe", "2026-05-22", Now),
            ("oth.unsure", "safe", "2026-05-26", Now),
            ("oth.unsure", "safe", "2026-05-27", Soon),
            ("oth.unsure", "safe", "2026-05", Now),
            ("oth.unsure", "safe", "2026-08", Soon),
            ("oth.unsure", "safe", "2026-05-18", Now),
            ("oth.unsure", "safe", "2026-05-17", Normal),
            ("oth.unsure", "safe", "in three days", Now),
            ("new.kind", "safe", "", Soon),
            ("", "safe", "", Normal),
        ] {
            assert_eq!(
                with(code, now, deadline),
                urgency,
                "{code} {now} {deadline}"
            );
        }
        assert_eq!(Draft::default().urgency(date(2026, 5, 19)), Normal);
    }

    #[test]
    fn every_kind_brings_its_own() {
        for kind in vocabulary().types() {
            assert_eq!(with(&kind.code, "safe", ""), kind.default_urgency);
        }
    }
}
