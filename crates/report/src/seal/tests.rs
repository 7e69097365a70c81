//! Six answers, two parts, and the way back.

use serde_json::{Value, json};

use super::{PEOPLE, People, ReportPart, join};
use crate::draft::{Consent, Draft, Safety};
use crate::evidence::Evidence;
use crate::time::IncidentTime;

fn names(draft: &Draft) -> Vec<&'static str> {
    draft
        .missing()
        .into_iter()
        .map(super::Missing::name)
        .collect()
}

#[test]
fn six_answers_are_needed_and_each_may_be_the_last() {
    assert_eq!(
        names(&Draft::default()),
        ["types", "narrative", "when", "country", "safety", "consent"]
    );
    type Take = fn(&mut Draft);
    let without: [(&str, Take); 8] = [
        ("types", |draft| draft.what.types.clear()),
        ("types", |draft| {
            draft
                .what
                .types
                .iter_mut()
                .for_each(|kind| kind.code.clear())
        }),
        ("narrative", |draft| {
            draft.what.narrative = " \n\t".to_owned()
        }),
        ("when", |draft| draft.when = None),
        ("when", |draft| draft.when = Some(IncidentTime::default())),
        ("country", |draft| draft.place.country.clear()),
        ("safety", |draft| draft.safety = None),
        ("consent", |draft| draft.consent = None),
    ];
    for (name, take) in without {
        let mut draft = Draft::example();
        take(&mut draft);
        assert_eq!(names(&draft), [name]);
        assert!(draft.complete().is_err());
    }
}

#[test]
fn not_known_is_an_answer_and_a_file_is_a_story() {
    let mut draft = Draft::example();
    draft.when = Some(IncidentTime::unknown());
    draft.place.country = "unknown".to_owned();
    draft.safety = Some(Safety::default());
    draft.what.narrative.clear();
    draft.evidence = vec![Evidence::default()];
    assert_eq!(names(&draft), [""; 0]);
}

#[test]
fn without_a_yes_to_help_nothing_is_sent() {
    let mut draft = Draft::example();
    draft.consent = Some(Consent::default());
    assert_eq!(names(&draft), ["consent-help"]);
    draft.consent = Some(Consent::safe());
    assert_eq!(names(&draft), [""; 0]);
    assert!(!Consent::safe().allows("media") && !Consent::safe().allows("statistics"));
}

#[test]
fn the_report_holds_no_name_and_people_nothing_else() {
    let report = Draft::everything().complete().unwrap();
    let (part, people) = report.split();
    let (text, names) = (part.to_json(), people.to_json());
    let (text, names) = (
        String::from_utf8(text).unwrap(),
        String::from_utf8(names).unwrap(),
    );
    let mut count = 0;
    for line in Draft::everything()
        .sections()
        .into_iter()
        .flat_map(|section| section.lines)
    {
        if let crate::sections::LineValue::Text(said) = line.value
            && line.people
        {
            assert!(!text.contains(&said), "{} is in report.json", line.path);
            assert!(names.contains(&said), "{} is not in people.json", line.path);
            count += 1;
        }
    }
    assert_eq!(count, 11 + 22 + 13 + 1 + 2 + 3);
    assert!(!names.contains("серая куртка") && !names.contains("do_not_contact"));
    assert!(
        part.draft()
            .sections()
            .iter()
            .all(|section| section.lines.iter().all(|line| !line.people))
    );
}

/// A desk of years ago has never heard of a kind: it shows the name that travels with it, and keeps both.
#[test]
fn kinds_carry_their_names_to_older_versions() {
    let mut draft = Draft::example();
    draft.what.types[1].label = Some("дело".into());
    draft.name_kinds();
    let named: Vec<_> = draft
        .what
        .types
        .iter()
        .map(|k| k.label.clone().unwrap())
        .collect();
    assert_eq!(
        named,
        ["Relative threatened, visited or interrogated", "дело"]
    );
    // Here the kind is known, and its name is no second line beside its words.
    let lines = |draft: &Draft| {
        let sections = draft.sections();
        let labels = |line: &crate::sections::Line| line.path.ends_with(".label");
        sections
            .iter()
            .flat_map(|s| &s.lines)
            .filter(|l| labels(l))
            .count()
    };
    assert_eq!(lines(&draft), 1);
    draft.what.types[0].code = "fam.invented_later".into();
    assert_eq!(lines(&draft), 2);
    let (part, _) = draft.complete().unwrap().split();
    let back = crate::ReportPart::received(&part.to_json()).unwrap();
    assert_eq!(back.draft().what, draft.what);
    for kind in crate::vocabulary().types() {
        assert!((1..=crate::caps::MAX_LABEL).contains(&kind.name().chars().count()));
    }
}

#[test]
fn every_field_of_people_exists_in_the_schema() {
    let paths: Vec<&str> = include_str!("../../schema-paths.txt").lines().collect();
    for path in PEOPLE {
        assert!(paths.contains(path), "{path}");
    }
}

#[test]
fn the_parts_come_together_again_from_their_bytes() {
    let report = Draft::everything().complete().unwrap();
    let (part, people) = report.split();
    let part = ReportPart::received(&part.to_json()).unwrap();
    let people = People::received(&people.to_json()).unwrap();
    assert!(join(part.clone(), Some(people)).unwrap() == *report.draft());
    assert!(join(part.clone(), None).unwrap() == *part.draft());
}

#[test]
fn names_that_do_not_fit_are_refused() {
    let (part, _) = Draft::example().complete().unwrap().split();
    let try_with = |people: Value| {
        let people = People::received(people.to_string().as_bytes()).unwrap();
        join(part.clone(), Some(people))
    };
    assert!(try_with(json!({"actors": [{"name": "N"}]})).is_ok());
    for people in [
        json!({"actors": [{}, {"name": "one too many"}]}),
        json!({"what": {"narrative": "another story"}}),
        json!({"where": {"country": "DE"}}),
        json!({"consent": {"exact_place": true}}),
        json!({"witnesses": [{"alias": "nobody"}]}),
        json!({"actors": [{"name": 7}]}),
        json!({"actors": "N"}),
        json!({"contact": null}),
    ] {
        let problems = try_with(people.clone()).unwrap_err();
        assert_eq!(problems[0].code(), "report-people", "{people}");
    }
    let long = try_with(json!({"actors": [{"name": "N".repeat(101)}]})).unwrap_err();
    assert_eq!(long[0].code(), "report-too-long");
    assert_eq!(
        People::received(b"[]").unwrap_err()[0].code(),
        "report-wrong-shape"
    );
    assert_eq!(
        People::received(b"{\"a\":1,\"a\":2}").unwrap_err()[0].code(),
        "report-name-twice"
    );
}

#[test]
fn a_report_part_with_names_in_it_is_refused() {
    let problems = ReportPart::received(&Draft::everything().to_json()).unwrap_err();
    assert_eq!(problems[0].code(), "report-people");
}

#[test]
fn nothing_but_names_and_contacts_comes_from_people() {
    let mut draft = Draft::example();
    draft.place.text.clear();
    draft.what.narrative_lang.clear();
    draft.needs.clear();
    let (part, _) = draft.complete().unwrap().split();
    for people in [
        json!({"where": {"text": "elsewhere"}}),
        json!({"what": {"narrative_lang": "ru"}}),
        json!({"needs": ["legal_help"]}),
        json!({"missing_evidence": "none"}),
        json!({"actors": [{"basis": "none"}]}),
        json!({"report_id": "another"}),
    ] {
        let read = People::received(people.to_string().as_bytes()).unwrap();
        let problems = join(part.clone(), Some(read)).err().unwrap_or_default();
        assert_eq!(
            problems.first().map(|p| p.code()),
            Some("report-people"),
            "{people}"
        );
    }
    // What was not answered is not in `report.json` at all: there is no place that it could take.
    for people in [
        json!({"when": {"noticed": "2020", "earliest_utc": "2020-01-01T00:00:00Z"}}),
        json!({"what": {"types": [{"label": "another word"}]}}),
    ] {
        let read = People::received(people.to_string().as_bytes()).unwrap();
        if let Ok(whole) = join(part.clone(), Some(read)) {
            assert!(whole == *part.draft(), "{people}");
        }
    }
}

#[test]
fn a_field_that_a_newer_version_counts_as_a_name_is_passed_over() {
    let (part, _) = Draft::example().complete().unwrap().split();
    let people = People::received(br#"{"actors": [{"passport": "X1"}], "family": ["a"]}"#).unwrap();
    assert!(join(part.clone(), Some(people)).unwrap() == *part.draft());
}

#[test]
fn evidence_gets_new_ids_and_loses_what_stays() {
    let mut draft = Draft::default();
    let item = |id: &str, from: &str| Evidence {
        id: id.to_owned(),
        derived_from: from.to_owned(),
        ..Evidence::default()
    };
    draft.evidence = vec![item("a", ""), item("b", "a"), item("c", "b")];
    draft.rename_evidence(|id| (id != "b").then(|| format!("new-{id}")));
    let left: Vec<_> = draft
        .evidence
        .iter()
        .map(|i| (i.id.as_str(), i.derived_from.as_str()))
        .collect();
    assert_eq!(left, [("new-a", ""), ("new-c", "")]);
}
