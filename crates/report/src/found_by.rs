//! What a draft is found by: what a person wrote in it, and the time in which it may lie.

use crate::draft::Draft;
use crate::sections::LineValue;
use jiff::civil::Date;
use jiff::tz::TimeZone;

impl Draft {
    /// What a person wrote, field by field, each with the key of its label.
    pub fn written(&self) -> impl Iterator<Item = (String, String)> {
        let lines = self.sections().into_iter().flat_map(|s| s.lines);
        lines.filter_map(|line| match line.value {
            LineValue::Text(text) => Some((line.label_key, text)),
            _ => None,
        })
    }

    /// The first and the last second in which it may have happened, in Unix time; `None` when nothing is known of it.
    #[must_use]
    pub fn span(&self) -> Option<(i64, i64)> {
        let bounds = self.when.as_ref()?.bounds().ok()?;
        if bounds.earliest.is_none() && bounds.latest.is_none() {
            return None;
        }
        Some((
            bounds.earliest.map_or(i64::MIN, |t| t.as_second()),
            bounds.latest.map_or(i64::MAX, |t| t.as_second()),
        ))
    }
}

/// The first and the last second of these days in UTC, in Unix time; `None` without any day. What happened on the edge of
/// a day, somewhere, may lie in both.
#[must_use]
pub fn span_of_days(from: Option<Date>, to: Option<Date>) -> Option<(i64, i64)> {
    let second = |day: Date| Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second());
    if from.is_none() && to.is_none() {
        return None;
    }
    Some((
        from.and_then(second).unwrap_or(i64::MIN),
        to.and_then(|day| day.tomorrow().ok())
            .and_then(second)
            .map_or(i64::MAX, |end| end - 1),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn every_answer_in_words_is_found_and_no_code() {
        let draft = Draft::example();
        let all: Vec<String> = draft.written().map(|(_, text)| text).collect();
        assert!(all.contains(&draft.what.narrative));
        assert!(all.contains(&draft.actors[0].basis));
        assert!(!all.iter().any(|t| t.contains("fam.threat")), "{all:?}");
    }

    #[test]
    fn an_uncertain_time_is_a_span() {
        let mut draft = Draft::example();
        let span = |draft: &Draft| draft.span();
        let when = draft.when.as_mut().unwrap();
        (when.edtf, when.tz) = ("2026-02".into(), "Europe/Minsk".into());
        let (first, last) = span(&draft).unwrap();
        let month = span_of_days(Some(date(2026, 2, 1)), Some(date(2026, 2, 28))).unwrap();
        assert!(first < month.0 && last < month.1, "Minsk is ahead of UTC");
        draft.when.as_mut().unwrap().edtf = "2026-03/..".into();
        assert_eq!(span(&draft).unwrap().1, i64::MAX);
        draft.when = None;
        assert_eq!(span(&draft), None);
        assert_eq!(span_of_days(None, None), None);
        assert_eq!(
            span_of_days(Some(date(1970, 1, 2)), None),
            Some((86_400, i64::MAX))
        );
    }
}
