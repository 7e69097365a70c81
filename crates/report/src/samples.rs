//! Two invented reports: one to learn from, one that fills everything.
//!
//! No real person, organisation, case or number: phones are from a range reserved for fiction, addresses from example.org.
//! Both are written without `..`, so that a new field of the schema stops the build until it is filled here.

use std::collections::BTreeMap;

use serde_json::Map;

use crate::caps::*;
use crate::codes::*;
use crate::draft::{Actor, Affected, Consent, Contact, Draft, Geo, Impact, Kind, NotReported};
use crate::draft::{Place, Related, ReportedTo, ReportingFor, Safety, What, Witness};
use crate::evidence::{Evidence, Imported, Tool};
use crate::time::{IncidentTime, Repeated};
use crate::vocabulary::vocabulary;

impl Draft {
    /// A valid report as a person may write it, complete for sealing.
    #[must_use]
    pub fn example() -> Self {
        Self {
            report_id: String::new(),
            what: example_what(),
            when: Some(example_when().with_bounds()),
            place: Place {
                country: "LT".to_owned(),
                text: "Вильнюс, дома".to_owned(),
                kind: PlaceKind::from("home"),
                geo: None,
                rest: Map::new(),
            },
            actors: vec![example_actor()],
            affected: vec![example_mother()],
            reporting_for: ReportingFor {
                who: ReportingWho::from("self"),
                agreed: Agreement::default(),
                rest: Map::new(),
            },
            witnesses: Vec::new(),
            evidence: Vec::new(),
            missing_evidence: "У мамы осталась бумага об изъятии, переслать её сейчас опасно."
                .to_owned(),
            related: Vec::new(),
            safety: Some(Safety::default()),
            impact: Impact {
                text: "С мамой теперь говорим реже.".to_owned(),
                marks: vec![ImpactMark::from("lost_contact")],
                rest: Map::new(),
            },
            needs: vec![Need::from("legal"), Need::from("digital")],
            reported_to: Vec::new(),
            not_reported: Some(NotReported {
                reason: NotReportedReason::from("not_useful"),
                text: String::new(),
                rest: Map::new(),
            }),
            consent: Some(Consent {
                date: "2026-02-04".to_owned(),
                text_version: "1".to_owned(),
                language: "ru".to_owned(),
                ..Consent::safe()
            }),
            contact: Some(Contact {
                mode: ContactMode::from("app_only"),
                ..Contact::default()
            }),
            rest: Map::new(),
        }
    }

    /// One entry in every list and every text filled to its cap with characters of four bytes: nothing longer is sealed.
    #[doc(hidden)]
    #[must_use]
    pub fn fullest() -> Self {
        let full = |most: usize| "🚗".repeat(most);
        let mut draft = Self::everything();
        draft.what.types.truncate(1);
        for kind in &mut draft.what.types {
            kind.label = Some(full(MAX_LABEL));
        }
        draft.what.narrative = full(MAX_NARRATIVE);
        draft.place.text = full(MAX_REMARK);
        draft.actors.truncate(1);
        for actor in &mut draft.actors {
            actor.name = full(MAX_NAME);
            actor.handles = vec![full(MAX_NAME)];
            actor.description = full(MAX_DESCRIPTION);
            actor.basis = full(MAX_BASIS);
        }
        draft.affected.truncate(1);
        for affected in &mut draft.affected {
            affected.alias = full(MAX_NAME);
        }
        for witness in &mut draft.witnesses {
            witness.alias = full(MAX_NAME);
            witness.knows = full(MAX_DESCRIPTION);
        }
        draft.missing_evidence = full(MAX_DESCRIPTION);
        draft.safety.get_or_insert_default().deadline_reason = full(MAX_DEADLINE_REASON);
        draft.impact.text = full(MAX_IMPACT);
        for told in &mut draft.reported_to {
            told.reference = full(MAX_NAME);
            told.result = full(MAX_REMARK);
        }
        if let Some(not_reported) = &mut draft.not_reported {
            not_reported.text = full(MAX_REMARK);
        }
        let contact = draft.contact.get_or_insert_default();
        contact.address = full(MAX_NAME);
        contact.safe_times = full(MAX_NAME);
        contact.code_phrase = full(MAX_NAME);
        draft.evidence.clear();
        draft
    }

    /// Every field of the schema filled and every kind of the vocabulary used; for tests that walk all of them.
    #[doc(hidden)]
    #[must_use]
    pub fn everything() -> Self {
        Self {
            report_id: "r-7Jq2".to_owned(),
            what: all_what(),
            when: Some(all_when()),
            place: Place {
                country: "DE".to_owned(),
                text: "Гамбург, у вокзала".to_owned(),
                kind: PlaceKind::from("street"),
                geo: Some(Geo {
                    lat: 53.5529,
                    lon: 10.0066,
                    radius_m: 250,
                    exportable: true,
                    rest: Map::new(),
                }),
                rest: Map::new(),
            },
            actors: all_actors(),
            affected: all_affected(),
            reporting_for: ReportingFor {
                who: ReportingWho::from("someone_else"),
                agreed: Agreement::from("could_not_ask"),
                rest: Map::new(),
            },
            witnesses: vec![Witness {
                alias: "соседка со второго этажа".to_owned(),
                knows: "Видела серую машину.".to_owned(),
                can_be_contacted: MayContact::from("ask_me_first"),
                rest: Map::new(),
            }],
            evidence: vec![all_evidence()],
            missing_evidence: "Запись камеры в подъезде, у домоуправления.".to_owned(),
            related: vec![Related {
                report_id: "r-2Kd9".to_owned(),
                link: Link::from("same_campaign"),
                rest: Map::new(),
            }],
            safety: Some(Safety {
                now: SafetyNow::from("in_danger"),
                deadline: "2026-05-22".to_owned(),
                deadline_reason: "Заседание по экстрадиции".to_owned(),
                rest: Map::new(),
            }),
            impact: Impact {
                text: "Переехали к друзьям.".to_owned(),
                marks: all(),
                rest: Map::new(),
            },
            needs: all(),
            reported_to: vec![ReportedTo {
                body: Body::from("police"),
                country: "AT".to_owned(),
                date: "2026-06-22".to_owned(),
                reference: "AZ 0000/26".to_owned(),
                result: "Приняли заявление.".to_owned(),
                rest: Map::new(),
            }],
            not_reported: Some(NotReported {
                reason: NotReportedReason::from("language"),
                text: "В другой стране не понял, куда идти.".to_owned(),
                rest: Map::new(),
            }),
            consent: Some(all_consent()),
            contact: Some(Contact {
                mode: ContactMode::from("signal"),
                address: "+44 7700 900123".to_owned(),
                safe_times: "после 20:00 по Берлину".to_owned(),
                language: "ru".to_owned(),
                code_phrase: "как здоровье тёти".to_owned(),
                interpreter: true,
                rest: Map::new(),
            }),
            rest: Map::new(),
        }
    }
}

fn all<C: CodeList + for<'a> From<&'a str>>() -> Vec<C> {
    C::KNOWN.iter().map(|code| C::from(code)).collect()
}

/// The code at this place of its list, beginning again at the end.
fn turn<C: CodeList + Default + for<'a> From<&'a str>>(at: usize) -> C {
    C::KNOWN
        .iter()
        .cycle()
        .nth(at)
        .map_or_else(C::default, |code| C::from(code))
}

fn example_what() -> What {
    let kind = |code: &str, status: &str| Kind {
        code: code.to_owned(),
        status: Status::from(status),
        target: Target::from("relative"),
        label: None,
        rest: Map::new(),
    };
    What {
        types: vec![kind("fam.threat", "completed"), kind("leg.case", "threatened")],
        narrative: "Вчера вечером маме позвонили с незнакомого номера. Представились следователем и сказали: если сын \
                    не удалит канал, придут с обыском. Утром действительно пришли двое и забрали её старый телефон. \
                    My mother wrote down the number."
            .to_owned(),
        narrative_lang: "ru-Cyrl".to_owned(),
        channel: vec![Channel::from("phone_call"), Channel::from("through_a_relative")],
        rest: Map::new(),
    }
}

fn example_when() -> IncidentTime {
    IncidentTime {
        edtf: "2026-02-03".to_owned(),
        local_time: "evening".to_owned(),
        time_precision: TimePrecision::from("part_of_day"),
        tz: "Europe/Minsk".to_owned(),
        tz_basis: ZoneBasis::from("stated"),
        noticed: Some("2026-02-04".to_owned()),
        ..IncidentTime::default()
    }
}

fn example_actor() -> Actor {
    Actor {
        acting_state: "BY".to_owned(),
        assisting_state: String::new(),
        kind: ActorKind::from("police"),
        name: String::new(),
        handles: vec!["+44 7700 900457".to_owned()],
        description: String::new(),
        basis: "Назвался следователем; на следующий день пришли двое в форме.".to_owned(),
        certainty: Certainty::from("told"),
        rest: Map::new(),
    }
}

fn example_mother() -> Affected {
    Affected {
        role: Role::from("relative"),
        relation: Relation::from("parent"),
        alias: "мама".to_owned(),
        age_band: AgeBand::from("50_64"),
        country: "BY".to_owned(),
        knows_of_report: Knows::from("yes"),
        consents: OthersConsent::from("yes"),
        rest: Map::new(),
    }
}

fn all_what() -> What {
    let kinds = vocabulary().types().enumerate().map(|(at, kind)| Kind {
        code: kind.code.clone(),
        status: turn(at),
        target: turn(at),
        label: Some(format!("своими словами {at}")),
        rest: Map::new(),
    });
    What {
        types: kinds.collect(),
        narrative: "Две строки.\nBoz maşın; «серая», 灰色, 🚗.".to_owned(),
        narrative_lang: "uz-Cyrl".to_owned(),
        channel: all(),
        rest: Map::new(),
    }
}

fn all_when() -> IncidentTime {
    IncidentTime {
        edtf: "2026-06-21".to_owned(),
        local_time: "23:40".to_owned(),
        time_precision: TimePrecision::from("minute"),
        tz: "Europe/Vienna".to_owned(),
        tz_basis: ZoneBasis::from("place"),
        repeated: Some(Repeated {
            how: Often::from("several"),
            count: Some(3),
            since: "2026-06".to_owned(),
            rest: Map::new(),
        }),
        noticed: Some("2026-06-22".to_owned()),
        earliest_utc: None,
        latest_utc: None,
        rest: Map::new(),
    }
    .with_bounds()
}

fn all_actors() -> Vec<Actor> {
    let actor = |(at, kind): (usize, &&str)| Actor {
        acting_state: "TJ".to_owned(),
        assisting_state: "TR".to_owned(),
        kind: ActorKind::from(*kind),
        name: format!("Некто {at}"),
        handles: vec![format!("@nobody{at}"), format!("+44 7700 9001{at:02}")],
        description: "Высокий, серая куртка".to_owned(),
        basis: "Номер машины и акцент".to_owned(),
        certainty: turn(at),
        rest: Map::new(),
    };
    ActorKind::KNOWN.iter().enumerate().map(actor).collect()
}

fn all_affected() -> Vec<Affected> {
    let one = |(at, relation): (usize, &&str)| Affected {
        role: turn(at),
        relation: Relation::from(*relation),
        alias: format!("близкий {at}"),
        age_band: turn(at),
        country: "UZ".to_owned(),
        knows_of_report: turn(at),
        consents: turn(at),
        rest: Map::new(),
    };
    Relation::KNOWN.iter().enumerate().map(one).collect()
}

fn all_consent() -> Consent {
    let answers = Purpose::KNOWN
        .iter()
        .enumerate()
        .map(|(at, code)| (Purpose::from(*code), turn(at)));
    Consent {
        purposes: answers.collect(),
        identity: Identity::from("pseudonym"),
        exact_place: true,
        publish_evidence: true,
        others: OthersConsent::from("not_asked"),
        keep_until: KeepUntil::from("3_years"),
        date: "2026-06-23".to_owned(),
        text_version: "1".to_owned(),
        language: "ru".to_owned(),
        rest: Map::new(),
    }
}

fn all_evidence() -> Evidence {
    let pair = |name: &str, text: &str| BTreeMap::from([(name.to_owned(), text.to_owned())]);
    Evidence {
        id: "e-1".to_owned(),
        sha256: "9f2a".repeat(16),
        size: 2_621_440,
        kind: EvidenceKind::from("image"),
        media_type: "image/heic".to_owned(),
        original_name: "IMG_0042.HEIC".to_owned(),
        obtained_how: ObtainedHow::from("i_took_it"),
        obtained_at: "2026-06-21".to_owned(),
        obtained_tz: "Europe/Vienna".to_owned(),
        obtained_from: "сосед".to_owned(),
        url: "https://example.org/post/1".to_owned(),
        captured_at: "2026-06-21T21:45:00Z".to_owned(),
        file_times: pair("modified", "2026-06-21T21:41:10Z"),
        embedded_metadata: pair("Exif.Photo.DateTimeOriginal", "2026:06:21 23:41:10"),
        c2pa_present: C2pa::from("not_checked"),
        imported_at: Imported {
            local: "2026-06-22T09:00:00+02:00".to_owned(),
            tz: "Europe/Vienna".to_owned(),
            utc: "2026-06-22T07:00:00Z".to_owned(),
            clock_source: ClockSource::from("system"),
            clock_difference_s: Some(-2),
            rest: Map::new(),
        },
        tool: Tool {
            name: "chronicle".to_owned(),
            version: "0.1.0".to_owned(),
            build: "c0ffee".to_owned(),
            rest: Map::new(),
        },
        derived_from: "e-0".to_owned(),
        caption: "Двое у подъезда".to_owned(),
        language: "de".to_owned(),
        sensitivity: Sensitivity::from("third_party_faces"),
        rest: Map::new(),
    }
}
