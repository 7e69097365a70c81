//! The window's types: every field of the schema, nothing that its language cannot hold.
#![cfg(feature = "ts")]

use chronicle_report::*;
use ts_rs::TS;

#[test]
fn the_types_name_every_field_and_hold_plain_numbers() {
    let config = ts_rs::Config::new();
    let all = [
        Draft::inline(&config),
        What::inline(&config),
        Kind::inline(&config),
        IncidentTime::inline(&config),
        Repeated::inline(&config),
        Place::inline(&config),
        Geo::inline(&config),
        Actor::inline(&config),
        Affected::inline(&config),
        ReportingFor::inline(&config),
        Witness::inline(&config),
        Evidence::inline(&config),
        Imported::inline(&config),
        Tool::inline(&config),
        Related::inline(&config),
        Safety::inline(&config),
        Impact::inline(&config),
        ReportedTo::inline(&config),
        NotReported::inline(&config),
        Consent::inline(&config),
        Contact::inline(&config),
    ]
    .join(" ");
    assert!(!all.contains("bigint") && !all.contains("rest:"), "{all}");
    for path in include_str!("../schema-paths.txt").lines() {
        let free = ["purposes.", "file_times.", "embedded_metadata."];
        let name = path
            .rsplit('.')
            .next()
            .unwrap_or(path)
            .trim_end_matches("[]");
        let named = all.contains(&format!("{name}:")) || all.contains(&format!("{name}?:"));
        assert!(
            named || free.iter().any(|map| path.contains(map)),
            "{path}: {all}"
        );
    }
}
