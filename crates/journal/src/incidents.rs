//! Writing incidents: saved on every pause, nothing required, no history of typing. Editing what was sent begins the
//! next revision; deleting takes back what still waits.

use crate::events::{Delivery, Incident, Item};
use crate::view::{IncidentView, KeptView, SentView};
use crate::{Error, Journal, random_id};
use chronicle_bundle::custody::CustodyChain;
use chronicle_media::EvidenceView;
use chronicle_report::{Draft, Fault, MAX_INPUT_BYTES, TimeWords, when_words};
use chronicle_vault::{Error as VaultError, Event};
use chronicle_words::Problem;
use jiff::Zoned;

impl Incident {
    /// A new incident.
    ///
    /// # Errors
    /// [`Error::Draft`] for more than 4 MiB.
    pub(crate) fn begin(mut draft: Draft, now: &Zoned) -> Result<Self, Error> {
        own_words(&mut draft)?;
        let (id, at) = (random_id()?, stamp(now));
        let mut custody = CustodyChain::default();
        custody.append(&id, &at, "created", None);
        Ok(Self {
            seq: 0,
            id,
            revision: 1,
            draft,
            created_at: at.clone(),
            kept_at: at,
            custody,
            rest: serde_json::Map::new(),
        })
    }
}

// What the vault itself vouches for is never taken from a draft.
fn own_words(draft: &mut Draft) -> Result<(), Error> {
    draft.evidence.clear();
    draft.report_id.clear();
    let size = draft.json_bytes();
    if size > MAX_INPUT_BYTES {
        let fault = Fault::TooLarge {
            most: MAX_INPUT_BYTES,
            size,
        };
        let found = chronicle_report::Problem::new("", fault);
        return Err(Error::Draft(problem_of(&found)));
    }
    Ok(())
}

fn faults(draft: &Draft) -> Vec<Problem> {
    draft.check().iter().map(problem_of).collect()
}

impl Journal {
    /// One incident.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn incident(&self, id: &str, now: &Zoned) -> Result<IncidentView, Error> {
        let incident = self.kept_incident(id)?;
        let items = self.items_of(id)?;
        Ok(IncidentView {
            id: incident.id.clone(),
            evidence: items.iter().map(Item::view).collect(),
            kept_at: incident.kept_at.clone(),
            revision: incident.revision,
            sent: self.sent_of(id),
            deliveries: self.deliveries_of(Some(id), now),
            when: when_of(&incident.draft),
            missing: missing(&incident, items.len()),
            faults: faults(&incident.draft),
            draft: incident.draft,
        })
    }

    /// Keeps a draft: a new incident without `id`, else in place of what was kept before. The draft's evidence list is
    /// the journal's own matter and is passed over. An answer that breaks the schema is kept as it is and told as a fault:
    /// what somebody typed is never refused, and never sealed before it is mended. Synced when this returns.
    ///
    /// # Errors
    /// [`Error::Draft`] for more than 4 MiB, [`Error::NotFound`], and those of the vault; what was kept before stays then.
    pub fn save(
        &mut self,
        id: Option<&str>,
        mut draft: Draft,
        now: &Zoned,
    ) -> Result<KeptView, Error> {
        let incident = match id {
            None => Incident::begin(draft, now)?,
            Some(id) => {
                own_words(&mut draft)?;
                let old = self.kept_incident(id)?;
                if old.draft == draft {
                    return self.kept(&old);
                }
                Incident {
                    revision: self.next_revision(&old),
                    draft,
                    kept_at: stamp(now),
                    ..old
                }
            }
        };
        let incident = self.keep_incident(incident, now)?;
        self.kept(&incident)
    }

    /// Deletes an incident with its evidence and what was shown as sent. What still waits is taken back; what an
    /// organisation has stored stays there.
    ///
    /// # Errors
    /// [`Error::NotFound`], and those of the vault.
    pub fn delete(&mut self, id: &str, now: &Zoned) -> Result<(), Error> {
        let incident = self.kept_incident(id)?;
        let items = self.items_of(id)?;
        let deliveries: Vec<&Delivery> = self
            .deliveries
            .values()
            .filter(|d| d.incident == id)
            .collect();
        let organisations = &self.organisations;
        let withdrawn = self.vault.commit(now.timestamp(), |c| {
            c.remove(incident.seq)?;
            for item in &items {
                c.remove(item.seq)?;
                c.forget(&item.blob);
            }
            for said in self.came.values().filter(|c| c.incident == id) {
                c.remove(said.seq)?;
            }
            let mut changed = Vec::new();
            for delivery in &deliveries {
                c.remove(delivery.seq)?;
                delivery
                    .bundle
                    .here()
                    .into_iter()
                    .for_each(|raw| c.forget_raw(raw));
                if delivery.receipt.is_none()
                    && delivery.chain.is_none()
                    && let Some(joined) = organisations.get(&delivery.organisation)
                {
                    let counter = delivery.counter;
                    match changed.iter_mut().find(|(id, _, _)| *id == joined.id) {
                        Some((_, counters, _)) => Vec::push(counters, counter),
                        None => changed.push((joined.id, vec![counter], 0)),
                    }
                }
            }
            for (id, counters, seq) in &mut changed {
                if let Some(joined) = organisations.get(id) {
                    c.remove(joined.seq)?;
                    let mut body = serde_json::to_value(joined)?;
                    let all: Vec<u64> = joined
                        .withdrawn
                        .iter()
                        .chain(counters.iter())
                        .copied()
                        .collect();
                    if let Some(map) = body.as_object_mut() {
                        map.insert("withdrawn".into(), all.clone().into());
                    }
                    *counters = all;
                    *seq = c.append(crate::events::Joined::KIND, &body)?;
                }
            }
            Ok(changed)
        })?;
        for (organisation, counters, seq) in withdrawn {
            if let Some(joined) = self.organisations.get_mut(&organisation) {
                (joined.withdrawn, joined.seq) = (counters, seq);
            }
        }
        self.deliveries
            .retain(|_, delivery| delivery.incident != id);
        self.came.retain(|_, said| said.incident != id);
        Ok(())
    }

    pub(crate) fn keep_incident(
        &mut self,
        mut incident: Incident,
        now: &Zoned,
    ) -> Result<Incident, Error> {
        incident.seq = self.vault.commit(now.timestamp(), |c| {
            c.remove(incident.seq)?;
            c.append(Incident::KIND, &incident)
        })?;
        Ok(incident)
    }

    // What is sealed stays as it was: the next change belongs to the next revision.
    pub(crate) fn next_revision(&self, incident: &Incident) -> u32 {
        let sealed = self
            .deliveries
            .values()
            .filter(|d| d.incident == incident.id)
            .map(|d| d.revision)
            .max();
        if sealed.is_some_and(|sealed| sealed >= incident.revision) {
            incident.revision + 1
        } else {
            incident.revision
        }
    }

    /// The incident as it was kept last.
    pub(crate) fn kept_incident(&self, id: &str) -> Result<Incident, Error> {
        let seq = self.vault.by_id(Incident::KIND, id)?;
        self.record(seq.ok_or(Error::NotFound)?)
    }

    /// An item of this incident.
    pub(crate) fn item_of(&self, incident: &str, item: &str) -> Result<Item, Error> {
        let seq = self.vault.by_id(Item::KIND, item)?;
        let found: Item = self.record(seq.ok_or(Error::NotFound)?)?;
        if found.incident == incident {
            Ok(found)
        } else {
            Err(Error::NotFound)
        }
    }

    /// The items of an incident, in the order in which they were taken in.
    pub(crate) fn items_of(&self, incident: &str) -> Result<Vec<Item>, Error> {
        let mut items: Vec<Item> = self
            .vault
            .in_group(Item::KIND, incident)?
            .into_iter()
            .map(|seq| self.record(seq))
            .collect::<Result<_, _>>()?;
        items.sort_by_key(|i| i.order);
        Ok(items)
    }

    fn count_of_items(&self, incident: &str) -> Result<usize, Error> {
        Ok(self.vault.in_group(Item::KIND, incident)?.len())
    }

    fn record<T: Event>(&self, seq: u64) -> Result<T, Error> {
        let entry = self.vault.entry(seq)?;
        Ok(T::read(seq, &entry.body).ok_or(VaultError::Record)?)
    }

    pub(crate) fn kept(&self, incident: &Incident) -> Result<KeptView, Error> {
        Ok(KeptView {
            id: incident.id.clone(),
            kept_at: incident.kept_at.clone(),
            revision: incident.revision,
            when: when_of(&incident.draft),
            missing: missing(incident, self.count_of_items(&incident.id)?),
            faults: faults(&incident.draft),
        })
    }

    fn sent_of(&self, incident: &str) -> Vec<SentView> {
        let mut all: Vec<&Delivery> = self
            .deliveries
            .values()
            .filter(|d| d.incident == incident)
            .collect();
        all.sort_by(|a, b| (&b.sealed_at, b.counter).cmp(&(&a.sealed_at, a.counter)));
        all.into_iter()
            .filter_map(|d| {
                let sent = d.sent.as_ref()?;
                Some(SentView {
                    organisation: d.organisation.to_string(),
                    organisation_name: self.organisation_name(d.organisation),
                    revision: d.revision,
                    sealed_at: d.sealed_at.clone(),
                    draft: sent.draft.clone(),
                    text: sent.text.clone(),
                    people: sent.people.clone(),
                    evidence: sent.evidence.clone(),
                    left_out: sent.left_out.clone(),
                })
            })
            .collect()
    }
}

fn missing(incident: &Incident, files: usize) -> Vec<String> {
    let missing = incident.draft.missing_beside(files);
    missing.iter().map(|m| m.name().to_owned()).collect()
}

impl Item {
    pub(crate) fn view(&self) -> EvidenceView {
        let about = &self.about;
        EvidenceView {
            id: self.id.clone(),
            name: about.original_name.clone(),
            size: about.size,
            media_type: about.media_type.clone(),
            kind: chronicle_media::Kind::of_media_type(&about.media_type)
                .name()
                .into(),
            caption: about.caption.clone(),
            made_from: about.derived_from.clone(),
            sha256: about.sha256.clone(),
            added: about.imported_at.local.clone(),
        }
    }
}

pub(crate) fn problem_of(found: &chronicle_report::Problem) -> Problem {
    Problem {
        code: found.code().to_owned(),
        args: found.args(),
    }
}

pub(crate) fn when_of(draft: &Draft) -> TimeWords {
    when_words(draft.when.as_ref())
}

/// RFC 3339 with offset, to the second: what is shown and kept as local time. No zone name goes along.
pub(crate) fn stamp(now: &Zoned) -> String {
    now.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
