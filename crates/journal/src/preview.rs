//! What would be sealed, and to whom: built by one function for looking at it and for sealing it, so that the two
//! cannot differ.

use crate::events::{Incident, Item, Joined};
use crate::incidents::{problem_of, stamp};
use crate::travel::next;
use crate::view::{PreviewPart, PreviewStep, PreviewView};
use crate::{Error, Journal};
use chronicle_bundle::custody::{self, CustodyChain};
use chronicle_bundle::{RecipientType, SealError};
use chronicle_report::{Draft, Related};
use chronicle_sync::Way;
use chronicle_wire::{ConfirmedOrganisation, Hash};
use chronicle_words::{Args, Words};
use jiff::Zoned;
use std::collections::{BTreeMap, BTreeSet};

/// The id by which names and contacts are left out.
pub const PEOPLE: &str = "people";

/// All parts of a report for one organisation, under the ids made for it.
pub(crate) struct Composed<'a> {
    pub(crate) joined: &'a Joined,
    pub(crate) confirmed: ConfirmedOrganisation,
    pub(crate) incident: Incident,
    /// Items that go.
    pub(crate) items: Vec<Item>,
    /// Items that are left out.
    pub(crate) withheld: Vec<Item>,
    pub(crate) with_people: bool,
    pub(crate) report_id: String,
    pub(crate) item_ids: BTreeMap<String, String>,
    pub(crate) report: Vec<u8>,
    pub(crate) people: Vec<u8>,
    pub(crate) text: String,
    pub(crate) people_text: String,
    /// `custody.jsonl`, as it would be sealed now.
    pub(crate) custody: String,
    /// What the vault's own chains become by sealing.
    pub(crate) own_chains: Vec<(String, CustodyChain)>,
    /// What the person is shown afterwards as sent.
    pub(crate) draft: Draft,
    pub(crate) missing: Vec<String>,
}

impl Journal {
    /// Exactly what [`Journal::prepare`] with the same choices would seal.
    ///
    /// # Errors
    /// [`Error::NotFound`] (also for a part that is not there), [`Error::NoOrganisation`], and those of the vault.
    pub fn preview(
        &mut self,
        id: &str,
        organisation: Hash,
        leave_out: &[String],
        words: &Words,
        now: &Zoned,
    ) -> Result<PreviewView, Error> {
        self.draw_ids(id, organisation)?;
        let composed = self.compose(id, organisation, leave_out, words, now)?;
        let profile = composed.confirmed.profile();
        let joined = self.organisations.get(&organisation);
        let travel = self.travel();
        let next = next(joined.ok_or(Error::NoOrganisation)?, profile, travel);
        let address = next.address.clone().unwrap_or_default();
        let sizes = [
            composed.report.len() as u64,
            composed.text.len() as u64,
            composed.custody.len() as u64,
        ]
        .into_iter()
        .chain(composed.with_people.then_some(composed.people.len() as u64))
        .chain(composed.items.iter().map(|i| i.about.size));
        let of = RecipientType::of(&profile.body().recipient_type).ok_or(SealError::Recipients)?;
        let sealed_bytes = chronicle_bundle::sealed_size(of, sizes).ok_or(Error::ReportTooLarge)?;
        Ok(PreviewView {
            incident: id.to_owned(),
            organisation: organisation.to_string(),
            organisation_name: profile.body().name.clone(),
            revision: composed.incident.revision,
            seen: self.seen(id, organisation, leave_out, words),
            parts: composed.parts(),
            steps: composed.steps(),
            sealed_bytes,
            route: route_key(next.way, &address).to_owned(),
            address,
            stays: next.stays,
            by_hand: travel.by_hand,
            text: composed.text,
            people: composed.people_text,
            missing: composed.missing,
        })
    }

    /// Changes whenever what a preview shows, or to whom it would be sealed, may have changed: the incident, its evidence, what
    /// is left out, the organisation's profile, the language.
    pub(crate) fn seen(
        &self,
        id: &str,
        organisation: Hash,
        leave_out: &[String],
        words: &Words,
    ) -> String {
        let out: BTreeSet<&String> = leave_out.iter().collect();
        let found = self.vault.by_id(Incident::KIND, id);
        let seq = found.ok().flatten().unwrap_or_default();
        let items: Vec<u64> = self
            .items_of(id)
            .map(|items| items.iter().map(|item| item.seq).collect())
            .unwrap_or_default();
        let joined = self.organisations.get(&organisation);
        let profile = joined.map(|j| Hash::of(j.credentials.profile.body.as_bytes()));
        let language = words.locale().tag();
        let all = format!("{id} {seq} {items:?} {organisation} {profile:?} {out:?} {language}");
        Hash::of(all.as_bytes()).to_string()
    }

    // The ids of a report that was not sent yet are drawn once for an open journal: what is looked at is what goes.
    pub(crate) fn draw_ids(&mut self, id: &str, organisation: Hash) -> Result<(), Error> {
        let joined = self
            .organisations
            .get(&organisation)
            .ok_or(Error::NoOrganisation)?;
        let known = joined.reports.contains_key(id);
        if !known && !self.drawn.contains_key(&(id.to_owned(), organisation)) {
            self.drawn
                .insert((id.to_owned(), organisation), crate::random_id()?);
        }
        for Item { id: item, .. } in self.items_of(id)? {
            let known = self
                .organisations
                .get(&organisation)
                .is_some_and(|j| j.items.contains_key(&item));
            if !known && !self.drawn.contains_key(&(item.clone(), organisation)) {
                self.drawn.insert((item, organisation), crate::random_id()?);
            }
        }
        Ok(())
    }

    pub(crate) fn compose(
        &self,
        id: &str,
        organisation: Hash,
        leave_out: &[String],
        words: &Words,
        now: &Zoned,
    ) -> Result<Composed<'_>, Error> {
        let incident = self.kept_incident(id)?;
        let (joined, confirmed) = self.confirmed(organisation)?;
        let mut out: BTreeSet<&str> = leave_out.iter().map(String::as_str).collect();
        let with_people = !out.remove(PEOPLE);
        let (withheld, items): (Vec<Item>, Vec<Item>) = self
            .items_of(id)?
            .into_iter()
            .partition(|item| out.remove(item.id.as_str()));
        if !out.is_empty() {
            return Err(Error::NotFound);
        }
        let id_for = |known: &BTreeMap<String, String>, own: &str| {
            known
                .get(own)
                .or_else(|| self.drawn.get(&(own.to_owned(), organisation)))
                .cloned()
                .ok_or(Error::NotFound)
        };
        let report_id = id_for(&joined.reports, id)?;
        let item_ids = items
            .iter()
            .chain(&withheld)
            .map(|i| Ok((i.id.clone(), id_for(&joined.items, &i.id)?)))
            .collect::<Result<BTreeMap<_, _>, Error>>()?;

        let mut draft = incident.draft.clone();
        draft.evidence = items.iter().map(|i| i.about.clone()).collect();
        let mut sealed = draft.clone();
        sealed.report_id.clone_from(&report_id);
        for about in &mut sealed.evidence {
            about.id = item_ids.get(&about.id).cloned().unwrap_or_default();
            about.derived_from = item_ids
                .get(&about.derived_from)
                .cloned()
                .unwrap_or_default();
        }
        sealed.related = related_for(&draft.related, joined);
        sealed.name_kinds();
        // The text tells what is sealed and nothing of the vault's own; numbers of items only where one was made from another.
        let mut shown = sealed.clone();
        shown.report_id.clear();
        if shown.evidence.iter().all(|e| e.derived_from.is_empty()) {
            shown.evidence.iter_mut().for_each(|e| e.id.clear());
        }
        let say = |key: &str, args: &BTreeMap<String, String>| words.say(key, &Args::from(args));
        let (text, people_text) = (shown.to_text(&say), shown.people_to_text(&say));
        let (own_chains, custody) = chains(
            &incident,
            &items,
            &withheld,
            &report_id,
            &item_ids,
            organisation,
            now,
        );
        if let Some(found) = sealed.check().into_iter().next() {
            return Err(Error::Draft(problem_of(&found)));
        }
        let missing: Vec<String> = sealed
            .missing()
            .iter()
            .map(|m| m.name().to_owned())
            .collect();
        let (report, people) = match sealed.complete() {
            Ok(report) => {
                let (report, people) = report.split();
                (report.to_json(), people.to_json())
            }
            // Not to be sealed yet; shown in about its size.
            Err(_) => (sealed.to_json(), Vec::new()),
        };
        Ok(Composed {
            joined,
            confirmed,
            incident,
            items,
            withheld,
            with_people,
            report_id,
            item_ids,
            report,
            people,
            text,
            custody,
            own_chains,
            people_text: if with_people {
                people_text
            } else {
                String::new()
            },
            draft,
            missing,
        })
    }
}

impl Composed<'_> {
    // The custody log as a person reads it: whose step, what, when.
    fn steps(&self) -> Vec<PreviewStep> {
        let own = |id: &str| self.item_ids.iter().find(|(_, made)| *made == id);
        let name = |id: &str| {
            let item = own(id).and_then(|(own, _)| {
                let mut all = self.items.iter().chain(&self.withheld);
                all.find(|i| i.id == *own)
            });
            item.map_or_else(String::new, |i| i.about.original_name.clone())
        };
        custody::verify(&self.custody)
            .unwrap_or_default()
            .into_iter()
            .map(|step| PreviewStep {
                about: name(&step.chain),
                action: step.action,
                at: step.at,
            })
            .collect()
    }

    fn parts(&self) -> Vec<PreviewPart> {
        let part = |part: &str, kind: &str, name: &str, size: u64, included: bool| PreviewPart {
            part: part.into(),
            kind: kind.into(),
            name: name.into(),
            size,
            included,
        };
        let mut parts = vec![
            part(
                "report",
                "report",
                "",
                (self.report.len() + self.text.len()) as u64,
                true,
            ),
            part(
                PEOPLE,
                PEOPLE,
                "",
                self.people.len() as u64,
                self.with_people,
            ),
            part("custody", "custody", "", self.custody.len() as u64, true),
        ];
        let mut evidence: Vec<(&Item, bool)> = self
            .items
            .iter()
            .map(|i| (i, true))
            .chain(self.withheld.iter().map(|i| (i, false)))
            .collect();
        evidence.sort_by_key(|(item, _)| item.order);
        parts.extend(evidence.iter().map(|(i, yes)| {
            part(
                &i.id,
                "evidence",
                &i.about.original_name,
                i.about.size,
                *yes,
            )
        }));
        parts
    }
}

// The vault's own chains with the step of this sealing, and what of them this organisation gets.
fn chains(
    incident: &Incident,
    items: &[Item],
    withheld: &[Item],
    report_id: &str,
    item_ids: &BTreeMap<String, String>,
    organisation: Hash,
    now: &Zoned,
) -> (Vec<(String, CustodyChain)>, String) {
    let at = stamp(now);
    let own: Vec<(String, CustodyChain)> = std::iter::once((&incident.id, &incident.custody))
        .chain(items.iter().map(|i| (&i.id, &i.custody)))
        .map(|(id, chain)| {
            let mut chain = chain.clone();
            chain.append_for(organisation, id, &at, "sealed");
            (id.clone(), chain)
        })
        .collect();
    let mut sealed: Vec<CustodyChain> = own
        .iter()
        .map(|(id, chain)| {
            let id = item_ids.get(id).map_or(report_id, String::as_str);
            chain.rechain(id, organisation)
        })
        .collect();
    // Of what is left out, only that something was.
    for item in withheld {
        let mut chain = CustodyChain::default();
        let id = item_ids.get(&item.id).map_or("", String::as_str);
        chain.append(id, &at, "withheld", None);
        sealed.push(chain);
    }
    let text = custody::to_text(sealed.iter());
    (own, text)
}

// Another report is named only to an organisation that has it, by the id that it knows.
fn related_for(related: &[Related], joined: &Joined) -> Vec<Related> {
    related
        .iter()
        .filter_map(|r| {
            Some(Related {
                report_id: joined.reports.get(&r.report_id)?.clone(),
                ..r.clone()
            })
        })
        .collect()
}

fn route_key(way: Option<Way>, address: &str) -> &'static str {
    match way {
        Some(Way::Direct) if address.starts_with("http://") => "route-local",
        Some(Way::Direct) => "route-direct",
        Some(Way::Proxied) => "route-proxied",
        Some(Way::Onion) => "route-onion",
        None => "route-none",
    }
}
