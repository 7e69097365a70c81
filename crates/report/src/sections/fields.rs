//! The lines of each part of a report, field by field.
//!
//! Each struct is taken apart without `..`, so that a new field of the schema stops the build until it has its line. The
//! order within a part is the one in which a person would tell it.

use super::{LineValue, Lines, label, said};
use crate::codes::{DayPart, Purpose};
use crate::draft::{Actor, Affected, Consent, Contact, Impact, Kind, NotReported, Place};
use crate::draft::{ReportedTo, ReportingFor, Safety, What, Witness};
use crate::evidence::{Evidence, Imported, Tool};
use crate::time::{IncidentTime, Repeated};
use crate::time_words::time_words;
use crate::vocabulary::{TypeEntry, vocabulary};

impl Lines {
    pub(super) fn what(&mut self, what: &What) {
        let What {
            types,
            narrative,
            narrative_lang,
            channel,
            rest,
        } = what;
        for (at, kind) in types.iter().enumerate() {
            let Kind {
                code,
                status,
                target,
                label,
                rest,
            } = kind;
            let name = |field: &str| format!("types[{at}].{field}");
            let known = vocabulary().find(code);
            match known {
                Some(known) => self.put(&name("code"), LineValue::Code(known.key())),
                None => self.text(&name("code"), code),
            }
            // The vocabulary's own name, which travels for older versions, is no word of the person.
            if known.map(TypeEntry::name) != *label {
                self.text(&name("label"), label.as_deref().unwrap_or_default());
            }
            self.code(&name("status"), status);
            self.code(&name("target"), target);
            self.rest_of(&name(""), rest);
        }
        self.text("narrative", narrative);
        self.text("narrative_lang", narrative_lang);
        self.codes("channel", channel);
        self.rest(rest);
    }

    pub(super) fn when(&mut self, when: &IncidentTime) {
        let IncidentTime {
            edtf: _,
            local_time,
            time_precision,
            tz,
            tz_basis,
            repeated,
            noticed,
            earliest_utc,
            latest_utc,
            rest,
        } = when;
        self.put("edtf", LineValue::Time(time_words(when)));
        let part = DayPart::from(local_time.as_str());
        if part.is_known() {
            self.code("local_time", &part)
        } else {
            self.text("local_time", local_time)
        }
        self.code("time_precision", time_precision);
        if tz == "unknown" {
            self.put("tz", LineValue::Code("zone-unknown".to_owned()));
        } else {
            self.text("tz", tz);
        }
        self.code("tz_basis", tz_basis);
        if let Some(repeated) = repeated {
            self.repeated(repeated);
        }
        self.date("noticed", noticed.as_deref().unwrap_or_default());
        self.text("earliest_utc", earliest_utc.as_deref().unwrap_or_default());
        self.text("latest_utc", latest_utc.as_deref().unwrap_or_default());
        self.rest(rest);
    }

    fn repeated(&mut self, repeated: &Repeated) {
        let Repeated {
            how,
            count,
            since,
            rest,
        } = repeated;
        self.code("repeated.how", how);
        if let Some(count) = count {
            self.number("repeated.count", *count);
        }
        self.date("repeated.since", since);
        self.rest_of("repeated.", rest);
    }

    pub(super) fn place(&mut self, place: &Place) {
        let Place {
            country,
            text,
            kind,
            geo,
            rest,
        } = place;
        self.country("country", country);
        self.text("text", text);
        self.code("kind", kind);
        if let Some(geo) = geo {
            self.put("geo.lat", LineValue::Text(geo.lat.to_string()));
            self.put("geo.lon", LineValue::Text(geo.lon.to_string()));
            self.number("geo.radius_m", geo.radius_m);
            self.answer("geo.exportable", geo.exportable);
            self.rest_of("geo.", &geo.rest);
        }
        self.rest(rest);
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
            rest,
        } = actor;
        self.code("kind", kind);
        self.country("acting_state", acting_state);
        self.country("assisting_state", assisting_state);
        self.text("name", name);
        for (at, handle) in handles.iter().enumerate() {
            self.text(&format!("handles[{at}]"), handle);
        }
        self.text("description", description);
        self.text("basis", basis);
        self.code("certainty", certainty);
        self.rest(rest);
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
            rest,
        } = affected;
        self.code("role", role);
        self.code("relation", relation);
        self.text("alias", alias);
        self.code("age_band", age_band);
        self.country("country", country);
        self.code("knows_of_report", knows_of_report);
        self.code("consents", consents);
        self.rest(rest);
    }

    pub(super) fn reporting_for(&mut self, reporting: &ReportingFor) {
        let ReportingFor { who, agreed, rest } = reporting;
        self.code("who", who);
        self.code("agreed", agreed);
        self.rest(rest);
    }

    pub(super) fn witness(&mut self, witness: &Witness) {
        let Witness {
            alias,
            knows,
            can_be_contacted,
            rest,
        } = witness;
        self.text("alias", alias);
        self.text("knows", knows);
        self.code("can_be_contacted", can_be_contacted);
        self.rest(rest);
    }

    pub(super) fn safety(&mut self, safety: &Safety) {
        let Safety {
            now,
            deadline,
            deadline_reason,
            rest,
        } = safety;
        self.code("now", now);
        self.date("deadline", deadline);
        self.text("deadline_reason", deadline_reason);
        self.rest(rest);
    }

    pub(super) fn impact(&mut self, impact: &Impact) {
        let Impact { text, marks, rest } = impact;
        self.codes("marks", marks);
        self.text("text", text);
        self.rest(rest);
    }

    pub(super) fn reported_to(&mut self, reported: &ReportedTo) {
        let ReportedTo {
            body,
            country,
            date,
            reference,
            result,
            rest,
        } = reported;
        self.code("body", body);
        self.country("country", country);
        self.date("date", date);
        self.text("reference", reference);
        self.text("result", result);
        self.rest(rest);
    }

    pub(super) fn not_reported(&mut self, none: &NotReported) {
        let NotReported { reason, text, rest } = none;
        self.code("reason", reason);
        self.text("text", text);
        self.rest(rest);
    }

    pub(super) fn consent(&mut self, consent: &Consent) {
        let Consent {
            purposes,
            identity,
            exact_place,
            publish_evidence,
            others,
            keep_until,
            date,
            text_version,
            language,
            rest,
        } = consent;
        // In the order of the form; a purpose that is not known comes last.
        let mut sorted: Vec<_> = purposes.iter().collect();
        sorted.sort_by_key(|(purpose, _)| {
            Purpose::KNOWN
                .iter()
                .position(|known| *known == purpose.as_str())
                .unwrap_or(usize::MAX)
        });
        for (purpose, answer) in sorted {
            let name = format!("purposes.{}", purpose.as_str());
            if purpose.is_known() {
                self.put_as(&name, purpose.key(), said(answer));
            } else {
                let text = format!("{}: {}", purpose.as_str(), answer.as_str());
                self.put_as(&name, label("consent.purposes"), LineValue::Text(text));
            }
        }
        self.code("identity", identity);
        self.answer("exact_place", *exact_place);
        self.answer("publish_evidence", *publish_evidence);
        self.code("others", others);
        self.code("keep_until", keep_until);
        self.date("date", date);
        self.text("text_version", text_version);
        self.text("language", language);
        self.rest(rest);
    }

    pub(super) fn contact(&mut self, contact: &Contact) {
        let Contact {
            mode,
            address,
            safe_times,
            language,
            code_phrase,
            interpreter,
            rest,
        } = contact;
        self.code("mode", mode);
        self.text("address", address);
        self.text("safe_times", safe_times);
        self.text("language", language);
        self.text("code_phrase", code_phrase);
        self.answer("interpreter", *interpreter);
        self.rest(rest);
    }

    pub(super) fn evidence(&mut self, item: &Evidence) {
        let Evidence {
            id,
            sha256,
            size,
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
            rest,
        } = item;
        self.text("original_name", original_name);
        self.text("caption", caption);
        self.code("kind", kind);
        self.text("media_type", media_type);
        self.number("size", *size);
        self.text("sha256", sha256);
        self.code("sensitivity", sensitivity);
        self.code("obtained_how", obtained_how);
        self.date("obtained_at", obtained_at);
        self.text("obtained_tz", obtained_tz);
        self.text("obtained_from", obtained_from);
        self.text("url", url);
        self.text("captured_at", captured_at);
        self.text("language", language);
        for (map, entries) in [
            ("file_times", file_times),
            ("embedded_metadata", embedded_metadata),
        ] {
            for (name, text) in entries {
                let value = LineValue::Text(format!("{name}: {text}"));
                self.put_as(
                    &format!("{map}.{name}"),
                    label(&format!("evidence.{map}")),
                    value,
                );
            }
        }
        self.code("c2pa_present", c2pa_present);
        self.taken_in(imported_at, tool);
        self.text("derived_from", derived_from);
        self.text("id", id);
        self.rest(rest);
    }

    fn taken_in(&mut self, imported: &Imported, tool: &Tool) {
        let Imported {
            local,
            tz,
            utc,
            clock_source,
            clock_difference_s,
            rest,
        } = imported;
        self.text("imported_at.local", local);
        self.text("imported_at.tz", tz);
        self.text("imported_at.utc", utc);
        self.code("imported_at.clock_source", clock_source);
        if let Some(seconds) = clock_difference_s {
            self.number("imported_at.clock_difference_s", *seconds);
        }
        self.rest_of("imported_at.", rest);
        let Tool {
            name,
            version,
            build,
            rest,
        } = tool;
        self.text("tool.name", name);
        self.text("tool.version", version);
        self.text("tool.build", build);
        self.rest_of("tool.", rest);
    }
}
