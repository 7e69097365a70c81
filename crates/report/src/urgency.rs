//! How soon somebody should look at a report.
//!
//! A first guess from what the person said, for the order of a list. It is never shown to the reporter as a judgement,
//! and a caseworker may always think otherwise. Today is an argument.

use jiff::ToSpan;
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
        let Pressing { base, due } = self.pressing();
        due.map_or(base, |due| base.max(due.on(today)))
    }

    /// What [`Self::urgency`] is made of, for lists that are ordered on many days.
    #[must_use]
    pub fn pressing(&self) -> Pressing {
        let kinds = self
            .what
            .types
            .iter()
            .map(|kind| match vocabulary().find(&kind.code) {
                Some(known) => known.default_urgency,
                None if kind.code.is_empty() => Urgency::Normal,
                None => Urgency::Soon,
            });
        let mut base = kinds.max().unwrap_or_default();
        let mut due = None;
        if let Some(safety) = &self.safety {
            if safety.now.as_str() == "in_danger" {
                base = Urgency::Now;
            }
            match Edtf::parse(&safety.deadline) {
                Ok(Edtf::Unknown) => {}
                Ok(date) => due = Some(Due::of(date.days())),
                Err(_) => base = Urgency::Now,
            }
        }
        Pressing { base, due }
    }
}

/// How soon somebody should look at a report, on whatever day it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pressing {
    /// What does not depend on the day.
    pub base: Urgency,
    /// A deadline.
    pub due: Option<Due>,
}

/// A deadline: "soon" before the first day of these, "now" on them, nothing after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// `None`: at once.
    pub from: Option<Date>,
    /// `None`: for ever.
    pub until: Option<Date>,
}

impl Due {
    fn of((first, last): (Option<Date>, Option<Date>)) -> Self {
        Self {
            from: first.map(|day| day.saturating_sub(WEEK.days())),
            until: last.map(|day| day.saturating_add(1.day())),
        }
    }

    fn on(self, today: Date) -> Urgency {
        if self.until.is_some_and(|until| today > until) {
            Urgency::Normal
        } else if self.from.is_none_or(|from| today >= from) {
            Urgency::Now
        } else {
            Urgency::Soon
        }
    }
}

const WEEK: i64 = 7;

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
