//! Each rule has a report that breaks it and names the field.

use serde_json::{Value, json};

use crate::caps::*;
use crate::draft::{Draft, Witness};
use crate::evidence::Evidence;

/// The filled report with one value changed; what is wrong with it then.
fn broken(pointer: &str, value: Value) -> Vec<(String, String)> {
    let mut report = Draft::everything().to_value();
    *report
        .pointer_mut(pointer)
        .unwrap_or_else(|| panic!("{pointer}")) = value;
    let draft: Draft = serde_json::from_value(report).unwrap();
    draft
        .check()
        .iter()
        .map(|problem| (problem.code().to_owned(), problem.path.clone()))
        .collect()
}

#[test]
fn the_filled_reports_are_valid() {
    assert_eq!(Draft::everything().check(), []);
    assert_eq!(Draft::example().check(), []);
    assert_eq!(Draft::default().check(), []);
}

#[test]
fn each_rule_can_fail() {
    for (pointer, value, code, path) in [
        (
            "/what/types/1/code",
            json!("phy.dragon"),
            "report-code-unknown",
            "what.types[1].code",
        ),
        (
            "/what/types/0/status",
            json!("done"),
            "report-code-unknown",
            "what.types[0].status",
        ),
        (
            "/what/types/0/target",
            json!("you"),
            "report-code-unknown",
            "what.types[0].target",
        ),
        (
            "/what/channel/2",
            json!("fax"),
            "report-code-unknown",
            "what.channel[2]",
        ),
        (
            "/what/narrative_lang",
            json!("по-русски"),
            "report-code-unknown",
            "what.narrative_lang",
        ),
        (
            "/what/narrative",
            json!("a\u{0007}b"),
            "report-control",
            "what.narrative",
        ),
        ("/when/edtf", json!("2026-02-30"), "date-day", "when.edtf"),
        (
            "/when/edtf",
            json!("2026-03-16/2026-03-10"),
            "date-order",
            "when.edtf",
        ),
        ("/when/noticed", json!("March"), "date-form", "when.noticed"),
        (
            "/when/local_time",
            json!("25:00"),
            "report-time",
            "when.local_time",
        ),
        (
            "/when/time_precision",
            json!("second"),
            "report-code-unknown",
            "when.time_precision",
        ),
        ("/when/tz", json!("Mars/Base"), "report-zone", "when.tz"),
        (
            "/when/tz_basis",
            json!("dream"),
            "report-code-unknown",
            "when.tz_basis",
        ),
        (
            "/when/repeated/how",
            json!("never"),
            "report-code-unknown",
            "when.repeated.how",
        ),
        (
            "/when/repeated/since",
            json!("2026-13"),
            "date-month",
            "when.repeated.since",
        ),
        (
            "/where/country",
            json!("Germany"),
            "report-country",
            "where.country",
        ),
        (
            "/where/country",
            json!("de"),
            "report-country",
            "where.country",
        ),
        (
            "/where/kind",
            json!("castle"),
            "report-code-unknown",
            "where.kind",
        ),
        (
            "/where/geo/lat",
            json!(90.5),
            "report-out-of-range",
            "where.geo.lat",
        ),
        (
            "/where/geo/lon",
            json!(-180.01),
            "report-out-of-range",
            "where.geo.lon",
        ),
        (
            "/actors/3/acting_state",
            json!("XX"),
            "report-country",
            "actors[3].acting_state",
        ),
        (
            "/actors/0/certainty",
            json!("sure"),
            "report-code-unknown",
            "actors[0].certainty",
        ),
        (
            "/affected/2/age_band",
            json!("old"),
            "report-code-unknown",
            "affected[2].age_band",
        ),
        (
            "/reporting_for/who",
            json!("us"),
            "report-code-unknown",
            "reporting_for.who",
        ),
        (
            "/witnesses/0/can_be_contacted",
            json!("maybe"),
            "report-code-unknown",
            "witnesses[0].can_be_contacted",
        ),
        (
            "/evidence/0/sha256",
            json!("9F2A"),
            "report-hash",
            "evidence[0].sha256",
        ),
        (
            "/evidence/0/obtained_at",
            json!("2O26"),
            "date-form",
            "evidence[0].obtained_at",
        ),
        (
            "/evidence/0/imported_at/tz",
            json!("Here"),
            "report-zone",
            "evidence[0].imported_at.tz",
        ),
        (
            "/evidence/0/sensitivity",
            json!("bad"),
            "report-code-unknown",
            "evidence[0].sensitivity",
        ),
        (
            "/related/0/link",
            json!("cousin"),
            "report-code-unknown",
            "related[0].link",
        ),
        (
            "/safety/deadline",
            json!("soon"),
            "date-form",
            "safety.deadline",
        ),
        (
            "/safety/now",
            json!("fine"),
            "report-code-unknown",
            "safety.now",
        ),
        (
            "/impact/marks/0",
            json!("fun"),
            "report-code-unknown",
            "impact.marks[0]",
        ),
        ("/needs/0", json!("tea"), "report-code-unknown", "needs[0]"),
        (
            "/reported_to/0/date",
            json!("1066"),
            "date-year",
            "reported_to[0].date",
        ),
        (
            "/not_reported/reason",
            json!("lazy"),
            "report-code-unknown",
            "not_reported.reason",
        ),
        (
            "/consent/purposes/media",
            json!("perhaps"),
            "report-code-unknown",
            "consent.purposes.media",
        ),
        (
            "/consent/purposes",
            json!({"museum": "no"}),
            "report-code-unknown",
            "consent.purposes.museum",
        ),
        (
            "/consent/keep_until",
            json!("forever"),
            "report-code-unknown",
            "consent.keep_until",
        ),
        (
            "/contact/mode",
            json!("pigeon"),
            "report-code-unknown",
            "contact.mode",
        ),
    ] {
        assert_eq!(
            broken(pointer, value),
            [(code.to_owned(), path.to_owned())],
            "{pointer}"
        );
    }
    for code in ["online", "in_transit", "unknown", "XK", ""] {
        assert_eq!(broken("/where/country", json!(code)), [], "{code}");
    }
}

#[test]
fn each_cap_can_be_exceeded_and_just_met() {
    for (pointer, most, path) in [
        ("/what/types/0/label", MAX_LABEL, "what.types[0].label"),
        ("/where/text", MAX_REMARK, "where.text"),
        ("/actors/0/name", MAX_NAME, "actors[0].name"),
        ("/actors/0/handles/1", MAX_NAME, "actors[0].handles[1]"),
        (
            "/actors/0/description",
            MAX_DESCRIPTION,
            "actors[0].description",
        ),
        ("/actors/0/basis", MAX_BASIS, "actors[0].basis"),
        ("/affected/0/alias", MAX_NAME, "affected[0].alias"),
        ("/witnesses/0/knows", MAX_DESCRIPTION, "witnesses[0].knows"),
        (
            "/evidence/0/original_name",
            MAX_FILE_NAME,
            "evidence[0].original_name",
        ),
        ("/evidence/0/caption", MAX_CAPTION, "evidence[0].caption"),
        ("/evidence/0/url", MAX_URL, "evidence[0].url"),
        ("/missing_evidence", MAX_DESCRIPTION, "missing_evidence"),
        (
            "/safety/deadline_reason",
            MAX_DEADLINE_REASON,
            "safety.deadline_reason",
        ),
        ("/impact/text", MAX_IMPACT, "impact.text"),
        ("/reported_to/0/result", MAX_REMARK, "reported_to[0].result"),
        ("/not_reported/text", MAX_REMARK, "not_reported.text"),
        ("/contact/address", MAX_NAME, "contact.address"),
        ("/report_id", MAX_CODE, "report_id"),
    ] {
        assert_eq!(broken(pointer, json!("ж".repeat(most))), [], "{pointer}");
        let found = broken(pointer, json!("ж".repeat(most + 1)));
        assert_eq!(found, [("report-too-long".to_owned(), path.to_owned())]);
    }
    let long = Draft::from_json(
        json!({"what": {"narrative": "ж".repeat(MAX_NARRATIVE + 1)}})
            .to_string()
            .as_bytes(),
    );
    assert_eq!(long.unwrap_err()[0].path, "what.narrative");
}

#[test]
fn lists_have_an_end() {
    let mut draft = Draft {
        witnesses: vec![Witness::default(); MAX_ENTRIES + 1],
        ..Draft::default()
    };
    assert_eq!(draft.check()[0].code(), "report-too-many");
    assert_eq!(draft.check()[0].path, "witnesses");
    draft.witnesses.clear();
    draft.evidence = vec![Evidence::default(); MAX_EVIDENCE];
    assert_eq!(draft.check(), []);
    draft.evidence.push(Evidence::default());
    assert_eq!(draft.check_sizes()[0].path, "evidence");
    let metadata = |name: &str| (name.to_owned(), "ж".repeat(MAX_METADATA_TEXT));
    draft.evidence = vec![Evidence {
        embedded_metadata: (0..MAX_METADATA)
            .map(|at| metadata(&at.to_string()))
            .collect(),
        ..Evidence::default()
    }];
    let found = draft.check();
    assert_eq!(
        (found[0].code(), found[0].path.as_str()),
        ("report-too-large", "evidence[0]")
    );
}

#[test]
fn what_describes_all_evidence_has_a_sum() {
    let item = |caption: usize| Evidence {
        caption: "ж".repeat(caption),
        url: "u".repeat(MAX_URL),
        ..Evidence::default()
    };
    let bytes = |draft: &Draft| serde_json::to_vec(&draft.evidence).unwrap().len();
    let mut draft = Draft {
        evidence: vec![item(0); MAX_EVIDENCE],
        ..Draft::default()
    };
    assert_eq!(draft.check(), []);
    let mut at = 0;
    while bytes(&draft) <= MAX_EVIDENCE_BYTES {
        assert_eq!(draft.check_sizes(), []);
        draft.evidence[at] = item(MAX_CAPTION);
        at += 1;
    }
    for found in [draft.check(), draft.check_sizes()] {
        assert_eq!(
            (found[0].code(), found[0].path.as_str()),
            ("report-too-large", "evidence")
        );
    }
}

#[test]
fn every_text_at_its_cap_fits_and_more_entries_are_counted() {
    let mut draft = Draft::fullest();
    assert_eq!(draft.check(), []);
    assert!(
        draft.sealed_bytes() > 200 * 1024,
        "the caps leave room unused: {}",
        draft.sealed_bytes()
    );
    let entry = draft.actors[0].clone();
    draft.actors = vec![entry; 4];
    let found = draft.check();
    assert_eq!(
        (found[0].code(), found[0].path.as_str()),
        ("report-too-large", "")
    );
    assert_eq!(draft.check_sizes()[0].code(), "report-too-large");
}

#[test]
fn a_problem_never_repeats_what_a_person_wrote() {
    let secret = "Мадина живёт на улице Ленина, дом 5, квартира 12, второй подъезд";
    let report = Draft::everything().to_value();
    let mut seen = 0;
    for line in Draft::everything()
        .sections()
        .iter()
        .flat_map(|section| section.lines.clone())
    {
        let pointer = format!("/{}", line.path.replace(['.', '['], "/").replace(']', ""));
        let mut changed = report.clone();
        let Some(slot) = changed.pointer_mut(&pointer) else {
            continue;
        };
        if !slot.is_string() {
            continue;
        }
        *slot = json!(format!("{secret}\u{0}").repeat(400));
        let Ok(draft) = serde_json::from_value::<Draft>(changed) else {
            continue;
        };
        for problem in draft.check() {
            let said = format!("{problem} {problem:?} {:?}", problem.args());
            assert!(
                !said.contains(secret) && !said.contains('\u{0}'),
                "{}",
                line.path
            );
            seen += 1;
        }
    }
    assert!(seen > 100, "{seen}");
}
