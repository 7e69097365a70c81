//! Bounds of times, with clocks that jump.

use proptest::prelude::*;

use super::{IncidentTime, TimeError};
use crate::codes::TimePrecision;
use crate::edtf::EdtfError;

fn time(edtf: &str, local: &str, precision: &str, tz: &str) -> IncidentTime {
    IncidentTime {
        edtf: edtf.to_owned(),
        local_time: local.to_owned(),
        time_precision: TimePrecision::from(precision),
        tz: tz.to_owned(),
        ..IncidentTime::default()
    }
}

fn bounds(edtf: &str, local: &str, precision: &str, tz: &str) -> String {
    let bounds = time(edtf, local, precision, tz).bounds().unwrap();
    let say = |t: Option<jiff::Timestamp>| t.map_or("..".to_owned(), |t| t.to_string());
    format!("{} {}", say(bounds.earliest), say(bounds.latest))
}

#[test]
fn bounds_follow_the_zone() {
    for (edtf, local, precision, tz, meaning) in [
        (
            "2026-06-21",
            "23:40",
            "minute",
            "Europe/Vienna",
            "2026-06-21T21:40:00Z 2026-06-21T21:40:59Z",
        ),
        (
            "2026-06-21",
            "23:40",
            "hour",
            "Europe/Vienna",
            "2026-06-21T21:00:00Z 2026-06-21T21:59:59Z",
        ),
        (
            "2026-04-02",
            "evening",
            "part_of_day",
            "Europe/Istanbul",
            "2026-04-02T14:00:00Z 2026-04-02T20:59:59Z",
        ),
        (
            "2026-07-30",
            "night",
            "part_of_day",
            "Europe/Prague",
            "2026-07-29T22:00:00Z 2026-07-31T03:59:59Z",
        ),
        (
            "2026-02-03",
            "",
            "day",
            "Europe/Minsk",
            "2026-02-02T21:00:00Z 2026-02-03T20:59:59Z",
        ),
        (
            "2026-06",
            "",
            "month",
            "Asia/Tashkent",
            "2026-05-31T19:00:00Z 2026-06-30T18:59:59Z",
        ),
        (
            "2026-03-10/2026-03-16",
            "21:00",
            "minute",
            "UTC",
            "2026-03-10T00:00:00Z 2026-03-16T23:59:59Z",
        ),
        (
            "2026-05-25/..",
            "",
            "day",
            "Asia/Tbilisi",
            "2026-05-24T20:00:00Z ..",
        ),
        (
            "2026-03-14",
            "",
            "day",
            "unknown",
            "2026-03-13T10:00:00Z 2026-03-15T11:59:59Z",
        ),
        (
            "2026-03-14",
            "12:00",
            "minute",
            "",
            "2026-03-13T22:00:00Z 2026-03-15T00:00:59Z",
        ),
        ("", "21:00", "unknown", "Europe/Berlin", ".. .."),
    ] {
        assert_eq!(
            bounds(edtf, local, precision, tz),
            meaning,
            "{edtf} {local} {tz}"
        );
    }
}

#[test]
fn a_clock_that_jumps_widens_the_bounds() {
    // 02:30 was skipped in Berlin on 29 March 2026 and shown twice on 25 October.
    let skipped = bounds("2026-03-29", "02:30", "minute", "Europe/Berlin");
    assert_eq!(skipped, "2026-03-29T00:30:00Z 2026-03-29T01:30:59Z");
    let twice = bounds("2026-10-25", "02:30", "minute", "Europe/Berlin");
    assert_eq!(twice, "2026-10-25T00:30:00Z 2026-10-25T01:30:59Z");
    // Samoa had no 30 December 2011 at all.
    assert!(
        time("2011-12-30", "", "day", "Pacific/Apia")
            .bounds()
            .is_ok()
    );
}

#[test]
fn what_cannot_be_read_is_said() {
    let why = |edtf, local, tz| time(edtf, local, "minute", tz).bounds().unwrap_err();
    assert_eq!(why("2026-02-30", "", ""), TimeError::Date(EdtfError::Day));
    for clock in [
        "24:00",
        "9:30",
        "09:60",
        "9pm",
        "09:3",
        "+9:30",
        "noon",
        "٠٩:٣٠",
    ] {
        assert_eq!(why("2026-02-03", clock, ""), TimeError::Clock, "{clock}");
    }
    for tz in ["Mars/Base", "europe/berlin", "UTC+3", "Europe/Berlin "] {
        assert_eq!(why("2026-02-03", "", tz), TimeError::Zone, "{tz}");
    }
}

#[test]
fn not_known_is_an_answer_and_nothing_is_none() {
    assert!(IncidentTime::unknown().is_answered());
    assert!(!IncidentTime::default().is_answered());
    assert!(time("2026", "", "", "").is_answered());
}

#[test]
fn computed_bounds_replace_what_a_file_claims() {
    let mut claimed = time("2026-06-21", "", "day", "UTC");
    claimed.earliest_utc = Some("1999-01-01T00:00:00Z".to_owned());
    let computed = claimed.with_bounds();
    assert_eq!(
        computed.earliest_utc.as_deref(),
        Some("2026-06-21T00:00:00Z")
    );
    assert_eq!(computed.latest_utc.as_deref(), Some("2026-06-21T23:59:59Z"));
}

fn places() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "unknown",
        "Europe/Berlin",
        "Asia/Tashkent",
        "America/St_Johns",
        "Pacific/Apia",
        "Asia/Kolkata",
        "Pacific/Kiritimati",
        "Etc/GMT+12",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
    ])
}

fn clocks() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        prop::sample::select(vec!["night", "morning", "afternoon", "evening"])
            .prop_map(str::to_owned),
        (0..24u8, 0..60u8).prop_map(|(h, m)| format!("{h:02}:{m:02}")),
    ]
}

proptest! {
    #[test]
    fn earliest_is_never_after_latest(
        year in 1970i16..2100, month in 1i8..13, day in 1i8..29, local in clocks(), tz in places(),
        precision in prop::sample::select(TimePrecision::KNOWN.to_vec()),
    ) {
        let edtf = format!("{year}-{month:02}-{day:02}");
        let found = time(&edtf, &local, precision, tz).bounds().unwrap();
        prop_assert!(found.earliest.unwrap() <= found.latest.unwrap());
        // Whatever the zone is, it lies within what an unknown zone allows.
        let wide = time(&edtf, &local, precision, "unknown").bounds().unwrap();
        prop_assert!(wide.earliest <= found.earliest && found.latest <= wide.latest);
    }

    #[test]
    fn a_coarser_date_holds_the_finer_one(year in 1970i16..2100, month in 1i8..13, day in 1i8..29, tz in places()) {
        let fine = time(&format!("{year}-{month:02}-{day:02}"), "", "day", tz).bounds().unwrap();
        for coarse in [format!("{year}-{month:02}"), format!("{year}")] {
            let coarse = time(&coarse, "", "", tz).bounds().unwrap();
            prop_assert!(coarse.earliest <= fine.earliest && fine.latest <= coarse.latest);
        }
    }
}
