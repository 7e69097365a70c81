//! The rules of each field.
//!
//! Each struct is taken apart without `..`, so that a new field of the schema stops the build until its rule is written.

use std::collections::BTreeMap;

use super::Checker;
use crate::caps::*;
use crate::codes::DayPart;
use crate::draft::{Actor, Affected, Consent, Contact, Geo, Impact, Kind, NotReported, Place};
use crate::draft::{Related, ReportedTo, ReportingFor, Safety, What, Witness};
use crate::evidence::{Evidence, Imported, Tool};
use crate::problem::{Fault, shortened};
use crate::time::{IncidentTime, Repeated, clock};
use crate::vocabulary::vocabulary;

impl Checker {
    pub(super) fn what(&mut self, what: &What) {
        let What {
            types,
            narrative,
            narrative_lang,
            channel,
            rest: _,
        } = what;
        self.each("types", types, MAX_TYPES, |to, kind| {
            let Kind {
                code,
                status,
                target,
                label,
                rest: _,
            } = kind;
            to.known("code", code, |code| vocabulary().find(code).is_some());
            to.code("status", status);
            to.code("target", target);
            to.text("label", label.as_deref().unwrap_or_default(), MAX_LABEL);
        });
        self.text("narrative", narrative, MAX_NARRATIVE);
        self.language("narrative_lang", narrative_lang);
        self.codes("channel", channel);
    }

    pub(super) fn when(&mut self, when: &IncidentTime) {
        let IncidentTime {
            edtf,
            local_time,
            time_precision,
            tz,
            tz_basis,
            repeated,
            noticed,
            earliest_utc,
            latest_utc,
            rest: _,
        } = when;
        self.date("edtf", edtf);
        let readable = clock(local_time).is_some() || DayPart::from(local_time.as_str()).is_known();
        if self.strict && !local_time.is_empty() && !readable {
            self.put("local_time", Fault::Clock);
        } else {
            self.text("local_time", local_time, MAX_CODE);
        }
        self.code("time_precision", time_precision);
        self.zone("tz", tz);
        self.code("tz_basis", tz_basis);
        if let Some(Repeated {
            how,
            count: _,
            since,
            rest: _,
        }) = repeated
        {
            self.code("repeated.how", how);
            self.date("repeated.since", since);
        }
        self.date("noticed", noticed.as_deref().unwrap_or_default());
        self.text(
            "earliest_utc",
            earliest_utc.as_deref().unwrap_or_default(),
            MAX_CODE,
        );
        self.text(
            "latest_utc",
            latest_utc.as_deref().unwrap_or_default(),
            MAX_CODE,
        );
    }

    pub(super) fn place(&mut self, place: &Place) {
        let Place {
            country,
            text,
            kind,
            geo,
            rest: _,
        } = place;
        self.country("country", country, true);
        self.text("text", text, MAX_REMARK);
        self.code("kind", kind);
        if let Some(Geo {
            lat,
            lon,
            radius_m: _,
            exportable: _,
            rest: _,
        }) = geo
        {
            for (name, value, most) in [("geo.lat", lat, 90.0), ("geo.lon", lon, 180.0)] {
                // Written so that "not a number" is refused as well.
                if !(-most..=most).contains(value) {
                    self.put(name, Fault::OutOfRange);
                }
            }
        }
    }

    pub(super) fn actor(&mut self, actor: &Actor) {
        let Actor {
            acting_state,
            assisting_state,
            kind,
            name,
            handles,
            description,
            basis,
            certainty,
            rest: _,
        } = actor;
        self.country("acting_state", acting_state, true);
        self.country("assisting_state", assisting_state, true);
        self.code("kind", kind);
        self.text("name", name, MAX_NAME);
        self.count("handles", handles.len(), MAX_HANDLES);
        for (at, handle) in handles.iter().enumerate().take(MAX_HANDLES) {
            self.text(&format!("handles[{at}]"), handle, MAX_NAME);
        }
        self.text("description", description, MAX_DESCRIPTION);
        self.text("basis", basis, MAX_BASIS);
        self.code("certainty", certainty);
    }

    pub(super) fn affected(&mut self, affected: &Affected) {
        let Affected {
            role,
            relation,
            alias,
            age_band,
            country,
            knows_of_report,
            consents,
            rest: _,
        } = affected;
        self.code("role", role);
        self.code("relation", relation);
        self.text("alias", alias, MAX_NAME);
        self.code("age_band", age_band);
        self.country("country", country, true);
        self.code("knows_of_report", knows_of_report);
        self.code("consents", consents);
    }

    pub(super) fn reporting_for(&mut self, reporting: &ReportingFor) {
        let ReportingFor {
            who,
            agreed,
            rest: _,
        } = reporting;
        self.code("who", who);
        self.code("agreed", agreed);
    }

    pub(super) fn witness(&mut self, witness: &Witness) {
        let Witness {
            alias,
            knows,
            can_be_contacted,
            rest: _,
        } = witness;
        self.text("alias", alias, MAX_NAME);
        self.text("knows", knows, MAX_DESCRIPTION);
        self.code("can_be_contacted", can_be_contacted);
    }

    pub(super) fn related(&mut self, related: &Related) {
        let Related {
            report_id,
            link,
            rest: _,
        } = related;
        self.text("report_id", report_id, MAX_CODE);
        self.code("link", link);
    }

    pub(super) fn safety(&mut self, safety: &Safety) {
        let Safety {
            now,
            deadline,
            deadline_reason,
            rest: _,
        } = safety;
        self.code("now", now);
        self.date("deadline", deadline);
        self.text("deadline_reason", deadline_reason, MAX_DEADLINE_REASON);
    }

    pub(super) fn impact(&mut self, impact: &Impact) {
        let Impact {
            text,
            marks,
            rest: _,
        } = impact;
        self.text("text", text, MAX_IMPACT);
        self.codes("marks", marks);
    }

    pub(super) fn reported_to(&mut self, reported: &ReportedTo) {
        let ReportedTo {
            body,
            country,
            date,
            reference,
            result,
            rest: _,
        } = reported;
        self.code("body", body);
        self.country("country", country, true);
        self.date("date", date);
        self.text("reference", reference, MAX_NAME);
        self.text("result", result, MAX_REMARK);
    }

    pub(super) fn not_reported(&mut self, none: &NotReported) {
        let NotReported {
            reason,
            text,
            rest: _,
        } = none;
        self.code("reason", reason);
        self.text("text", text, MAX_REMARK);
    }

    pub(super) fn consent(&mut self, consent: &Consent) {
        let Consent {
            purposes,
            identity,
            exact_place: _,
            publish_evidence: _,
            others,
            keep_until,
            date,
            text_version,
            language,
            rest: _,
        } = consent;
        self.count("purposes", purposes.len(), MAX_CHOICES);
        for (purpose, answer) in purposes.iter().take(MAX_CHOICES) {
            // The name of the field is a code here, so it is shortened like one.
            self.inside("purposes", |to| {
                let name = shortened(purpose.as_str());
                to.code(&name, purpose);
                to.code(&name, answer);
            });
        }
        self.code("identity", identity);
        self.code("others", others);
        self.code("keep_until", keep_until);
        self.date("date", date);
        self.text("text_version", text_version, MAX_CODE);
        self.language("language", language);
    }

    pub(super) fn contact(&mut self, contact: &Contact) {
        let Contact {
            mode,
            address,
            safe_times,
            language,
            code_phrase,
            interpreter: _,
            rest: _,
        } = contact;
        self.code("mode", mode);
        self.text("address", address, MAX_NAME);
        self.text("safe_times", safe_times, MAX_NAME);
        self.language("language", language);
        self.text("code_phrase", code_phrase, MAX_NAME);
    }

    pub(super) fn evidence(&mut self, item: &Evidence) {
        let Evidence {
            id,
            sha256,
            size: _,
            kind,
            media_type,
            original_name,
            obtained_how,
            obtained_at,
            obtained_tz,
            obtained_from,
            url,
            captured_at,
            file_times,
            embedded_metadata,
            c2pa_present,
            imported_at,
            tool,
            derived_from,
            caption,
            language,
            sensitivity,
            rest: _,
        } = item;
        self.text("id", id, MAX_CODE);
        self.hash("sha256", sha256);
        self.code("kind", kind);
        self.text("media_type", media_type, 2 * MAX_CODE);
        self.text("original_name", original_name, MAX_FILE_NAME);
        self.code("obtained_how", obtained_how);
        self.date("obtained_at", obtained_at);
        self.zone("obtained_tz", obtained_tz);
        self.text("obtained_from", obtained_from, MAX_REMARK);
        self.text("url", url, MAX_URL);
        self.text("captured_at", captured_at, MAX_CODE);
        self.metadata("file_times", file_times);
        self.metadata("embedded_metadata", embedded_metadata);
        self.code("c2pa_present", c2pa_present);
        self.taken_in(imported_at, tool);
        self.text("derived_from", derived_from, MAX_CODE);
        self.text("caption", caption, MAX_CAPTION);
        self.language("language", language);
        self.code("sensitivity", sensitivity);
        self.bytes("", item, MAX_ITEM_BYTES);
    }

    fn taken_in(&mut self, imported: &Imported, tool: &Tool) {
        let Imported {
            local,
            tz,
            utc,
            clock_source,
            clock_difference_s: _,
            rest: _,
        } = imported;
        self.text("imported_at.local", local, MAX_CODE);
        self.zone("imported_at.tz", tz);
        self.text("imported_at.utc", utc, MAX_CODE);
        self.code("imported_at.clock_source", clock_source);
        let Tool {
            name,
            version,
            build,
            rest: _,
        } = tool;
        self.text("tool.name", name, MAX_CODE);
        self.text("tool.version", version, MAX_CODE);
        self.text("tool.build", build, 2 * MAX_CODE);
    }

    /// What a file says about itself may hold anything, so only its size counts.
    pub(super) fn metadata(&mut self, name: &str, entries: &BTreeMap<String, String>) {
        self.count(name, entries.len(), MAX_METADATA);
        for (key, text) in entries {
            let length = key.chars().count().max(text.chars().count());
            if length > MAX_METADATA_TEXT {
                self.put(
                    name,
                    Fault::TooLong {
                        most: MAX_METADATA_TEXT,
                        length,
                    },
                );
                return;
            }
        }
    }
}
