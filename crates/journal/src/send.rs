//! Review, seal, queue. Sealing streams outside the journal, on any thread; the bundle, the delivery and the chain are
//! committed in one transaction, or nothing is.

use crate::events::{Ciphertext, Delivery, Incident, Item, Joined, Sent};
use crate::incidents::stamp;
use crate::organisations::profile_of;
use crate::preview::Composed;
use crate::travel::settled;
use crate::trust::must_not_go;
use crate::view::DeliveryView;
use crate::{Error, Journal, random_id};
use chronicle_bundle::custody::CustodyChain;
use chronicle_bundle::{
    Chain, Identity, Letter, MAX_WITHDRAWN, PartKind, PartSource, Purpose, SealError, Succession,
    Versions,
};
use chronicle_report::Draft;
use chronicle_vault::{BlobRef, Error as VaultError, Event as _, Intake, RawRef};
use chronicle_wire::{ConfirmedOrganisation, Day, Hash, Profile, SigningKey, Verified};
use chronicle_words::Words;
use jiff::Zoned;
use std::collections::BTreeMap;
use std::io::Write;
use zeroize::Zeroizing;

/// Everything that one bundle needs, taken out of the journal.
pub struct Prepared {
    incident: String,
    incident_seq: u64,
    revision: u32,
    /// The revision as the organisation counts it.
    pub(crate) told: u32,
    /// What it takes the place of, with its counter.
    replaced: Vec<(String, u64)>,
    organisation: ConfirmedOrganisation,
    id: Hash,
    sender: SigningKey,
    reply: String,
    mailbox: Hash,
    succeeds: Vec<Succession>,
    pub(crate) chain: Chain,
    introduction: u64,
    language: String,
    consent: String,
    day: Day,
    report_id: String,
    item_ids: BTreeMap<String, String>,
    pub(crate) report: Vec<u8>,
    pub(crate) text: String,
    pub(crate) people: Option<Vec<u8>>,
    pub(crate) custody: String,
    evidence: Vec<(BlobRef, String)>,
    own_chains: Vec<(String, CustodyChain)>,
    sent: Sent,
    intake: Intake,
}

/// A bundle that was sealed and waits for its record.
pub struct SealedReport {
    bundle: RawRef,
    manifest: Hash,
}

impl Journal {
    /// Takes out what sealing needs.
    ///
    /// # Errors
    /// [`Error::NotAsSeen`] when `seen` is not what a preview gave, or something changed since; [`Error::NotComplete`],
    /// [`Error::Draft`] for an answer that has to be mended first, [`Error::Sent`] when this revision was sealed for this organisation before,
    /// [`Error::Closed`], [`Error::NotFound`], [`Error::NoOrganisation`], and those of the vault.
    pub fn prepare(
        &mut self,
        id: &str,
        organisation: Hash,
        leave_out: &[String],
        seen: Option<&str>,
        words: &Words,
        now: &Zoned,
    ) -> Result<Prepared, Error> {
        if seen.is_some_and(|seen| seen != self.seen(id, organisation, leave_out, words)) {
            return Err(Error::NotAsSeen);
        }
        self.begin_own_chains(now)?;
        let joined = self.organisations.get(&organisation);
        if joined.is_some_and(|j| j.withdrawn.len() + REPLACED_AT_ONCE > MAX_WITHDRAWN) {
            self.begin_chain(organisation, now, |_| Ok(()))?;
        }
        self.draw_ids(id, organisation)?;
        let composed = self.compose(id, organisation, leave_out, words, now)?;
        if !composed.missing.is_empty() {
            return Err(Error::NotComplete(composed.missing));
        }
        if composed.confirmed.profile().body().closed {
            return Err(Error::Closed);
        }
        let revision = composed.incident.revision;
        let same = |d: &&Delivery| {
            d.incident == id && d.organisation == organisation && d.revision == revision
        };
        if self
            .deliveries
            .values()
            .filter(same)
            .any(|d| d.stopped.is_none())
        {
            return Err(Error::Sent);
        }
        // Counted for this organisation alone: how often a report was sealed to others is not its business.
        let sealed = self.deliveries.values();
        let sealed = sealed.filter(|d| d.incident == id && d.organisation == organisation);
        let told = 1 + sealed.filter(|d| d.stopped.is_none()).count();
        let replaced = self.replaced(id, organisation);
        let replaced = replaced.iter().filter(|d| d.chain.is_none());
        let replaced = replaced.map(|d| (d.id.clone(), d.counter)).collect();
        let told = u32::try_from(told).map_err(|_| VaultError::Internal)?;
        prepared(composed, words, self.vault.intake(), (told, replaced), now)
    }

    // What was stopped for good makes room for what is sealed anew.
    fn replaced(&self, incident: &str, organisation: Hash) -> Vec<&Delivery> {
        self.deliveries
            .values()
            .filter(|d| d.incident == incident && d.organisation == organisation)
            .filter(|d| d.stopped.is_some())
            .collect()
    }

    /// Commits a sealed bundle: delivery, chain and custody in one transaction. From here on it is *waiting*.
    ///
    /// # Errors
    /// [`Error::Busy`] when the report or the chain changed since [`Self::prepare`], and those of the vault; the bundle
    /// is removed then.
    pub fn enqueue(
        &mut self,
        prepared: Prepared,
        sealed: SealedReport,
        now: &Zoned,
    ) -> Result<DeliveryView, Error> {
        let bundle = sealed.bundle.clone();
        let queued = self.try_enqueue(prepared, sealed, now);
        if queued.is_err() {
            // The reason why it was not queued is what the person must hear.
            let _ = self.vault.discard_raw(&bundle);
        }
        queued
    }

    /// Seals and queues in one call, for callers that may block.
    ///
    /// # Errors
    /// Those of [`Self::prepare`], [`Prepared::seal`] and [`Self::enqueue`].
    pub fn send(
        &mut self,
        id: &str,
        organisation: Hash,
        leave_out: &[String],
        words: &Words,
        now: &Zoned,
    ) -> Result<DeliveryView, Error> {
        let prepared = self.prepare(id, organisation, leave_out, None, words, now)?;
        let sealed = prepared.seal(&mut |_| true)?;
        self.enqueue(prepared, sealed, now)
    }

    fn try_enqueue(
        &mut self,
        prepared: Prepared,
        sealed: SealedReport,
        now: &Zoned,
    ) -> Result<DeliveryView, Error> {
        let incident = self.kept_incident(&prepared.incident)?;
        let items = self.items_of(&prepared.incident)?;
        let joined = self
            .organisations
            .get(&prepared.id)
            .ok_or(Error::NoOrganisation)?;
        let profile = profile_of(joined)?;
        if profile.body().closed {
            return Err(Error::Closed);
        }
        // While gigabytes were sealed, much may have happened: what was sealed must still be what is to be sent.
        let sealed_to = recipients(prepared.organisation.profile());
        let still_stopped = |(id, _): &(String, u64)| {
            let known = self.deliveries.get(id);
            known.is_some_and(|d| d.stopped.is_some())
        };
        let same = incident.seq == prepared.incident_seq
            && joined.chain_id == prepared.chain.id
            && joined.counter + 1 == prepared.chain.counter
            && joined.confirmed_root == prepared.organisation.profile().root_hash()
            && must_not_go(&sealed_to, &profile).is_none()
            && prepared.replaced.iter().all(still_stopped);
        if !same {
            return Err(Error::Busy);
        }
        let mut joined: Joined = joined.copy()?;
        joined.counter = prepared.chain.counter;
        joined.way = settled(&joined, &profile, self.travel());
        // What was taken back since then is told with the next one.
        for counter in &prepared.chain.withdrawn {
            if !joined.withdrawn.contains(counter) {
                joined.withdrawn.push(*counter);
            }
        }
        joined.previous = Some(sealed.manifest);
        joined
            .reports
            .insert(prepared.incident.clone(), prepared.report_id.clone());
        joined.items.extend(prepared.item_ids.clone());
        let mut delivery = Delivery {
            seq: 0,
            id: random_id()?,
            incident: prepared.incident.clone(),
            organisation: prepared.id,
            revision: prepared.revision,
            sealed_at: stamp(now),
            manifest: sealed.manifest,
            counter: prepared.chain.counter,
            chain: None,
            bundle: Ciphertext::Here(sealed.bundle),
            sealed_to,
            sent: Some(prepared.sent),
            upload: None,
            receipt: None,
            day: None,
            lost: false,
            stopped: None,
            offset: 0,
            moving: false,
            trouble: None,
            asked: None,
            rest: serde_json::Map::new(),
        };
        // Those whose counters the sealed manifest says are withdrawn, and those of an earlier chain.
        let stopped: Vec<(String, u64, Ciphertext)> = self
            .replaced(&delivery.incident, delivery.organisation)
            .into_iter()
            .filter(|d| d.chain.is_some() || joined.withdrawn.contains(&d.counter))
            .map(|d| (d.id.clone(), d.seq, d.bundle.clone()))
            .collect();
        let (incident, items) = with_chains(incident, items, prepared.own_chains);
        let seqs = self.vault.commit(now.timestamp(), |c| {
            for (_, seq, bundle) in &stopped {
                c.remove(*seq)?;
                bundle.here().into_iter().for_each(|raw| c.forget_raw(raw));
            }
            c.remove(incident.seq)?;
            c.append(Incident::KIND, &incident)?;
            for item in &items {
                c.remove(item.seq)?;
                c.append(Item::KIND, item)?;
            }
            c.remove(joined.seq)?;
            Ok((
                c.append(Joined::KIND, &joined)?,
                c.append(Delivery::KIND, &delivery)?,
            ))
        })?;
        (joined.seq, delivery.seq) = seqs;
        for (id, ..) in &stopped {
            self.deliveries.remove(id);
        }
        self.organisations.insert(joined.id, joined);
        let view = self.delivery_view(&delivery, now);
        self.deliveries.insert(delivery.id.clone(), delivery);
        Ok(view)
    }
}

impl Prepared {
    /// Bytes of evidence that will go in, for progress.
    #[must_use]
    pub fn evidence_bytes(&self) -> u64 {
        self.evidence.iter().map(|(blob, _)| blob.size()).sum()
    }

    /// Seals into the vault's folder. `progress` is told the bytes of evidence that went in and says whether to go on.
    ///
    /// # Errors
    /// [`Error::Seal`], and those of the disk (room is checked before); nothing is left behind then.
    pub fn seal(&self, progress: &mut dyn FnMut(u64) -> bool) -> Result<SealedReport, Error> {
        if self.intake.room()? < self.evidence_bytes() + self.evidence_bytes() / 8 + RESERVE {
            return Err(VaultError::Full.into());
        }
        let letter = Letter {
            purpose: Purpose::Report,
            organisation: &self.organisation,
            report: self.report_id.clone(),
            revision: self.told,
            sender: &self.sender,
            reply: self.reply.clone(),
            mailbox: self.mailbox,
            chain: self.chain.clone(),
            succeeds: self.succeeds.clone(),
            introduction: Some(self.introduction),
            language: self.language.clone(),
            sealed: self.day,
            versions: Versions {
                vocabulary: chronicle_report::vocabulary().version,
                consent: self.consent.clone(),
                application: env!("CARGO_PKG_VERSION").into(),
            },
        };
        let mut parts = vec![
            PartSource::bytes(PartKind::Report, &self.report),
            PartSource::bytes(PartKind::Text, self.text.as_bytes()),
        ];
        parts.extend(
            self.people
                .as_ref()
                .map(|p| PartSource::bytes(PartKind::People, p)),
        );
        parts.push(PartSource::bytes(
            PartKind::Custody,
            self.custody.as_bytes(),
        ));
        for (blob, name) in &self.evidence {
            parts.push(PartSource {
                kind: PartKind::Evidence,
                name: name.clone(),
                size: blob.size(),
                sha256: Hash::parse(blob.sha256()).ok_or(SealError::PartChanged)?,
                content: Box::new(self.intake.open_blob(blob)?),
            });
        }
        let mut out = self.intake.new_raw()?;
        let sealed = chronicle_bundle::seal(&letter, parts, &mut out as &mut dyn Write, progress)?;
        Ok(SealedReport {
            bundle: out.finish()?,
            manifest: sealed.manifest,
        })
    }
}

fn recipients(profile: &Profile<Verified>) -> Vec<Hash> {
    let all = profile.body().recipients.iter();
    all.map(|r| Hash::of(r.recipient.as_bytes())).collect()
}

fn prepared(
    composed: Composed<'_>,
    words: &Words,
    intake: Intake,
    (told, replaced): (u32, Vec<(String, u64)>),
    now: &Zoned,
) -> Result<Prepared, Error> {
    let Composed {
        joined,
        confirmed,
        incident,
        items,
        withheld,
        with_people,
        report_id,
        item_ids,
        ..
    } = composed;
    let mailbox =
        Zeroizing::new(hex::decode(joined.mailbox.as_str()).map_err(|_| VaultError::Internal)?);
    Ok(Prepared {
        incident: incident.id.clone(),
        incident_seq: incident.seq,
        revision: incident.revision,
        told,
        id: joined.id,
        sender: SigningKey::from_seed(&joined.sender).ok_or(VaultError::Internal)?,
        reply: Identity::from_file(&joined.reply)
            .ok_or(VaultError::Internal)?
            .recipient(),
        mailbox: Hash::of(&mailbox),
        succeeds: joined.succeeds.clone(),
        chain: Chain {
            id: joined.chain_id.clone(),
            counter: joined.counter + 1,
            previous: joined.previous,
            withdrawn: joined
                .withdrawn
                .iter()
                .copied()
                .chain(replaced.iter().map(|(_, counter)| *counter))
                .collect(),
        },
        replaced,
        introduction: joined.introduction,
        language: words.locale().tag().to_owned(),
        consent: composed
            .draft
            .consent
            .as_ref()
            .map(|c| c.text_version.clone())
            .unwrap_or_default(),
        day: now.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date(),
        sent: Sent {
            // Without names and contacts what was sent is shown without them too.
            draft: if with_people {
                composed.draft
            } else {
                Draft::received(&composed.report).unwrap_or_default()
            },
            text: composed.text.clone(),
            people: composed.people_text,
            evidence: items.iter().map(|i| i.view()).collect(),
            left_out: withheld
                .iter()
                .map(|i| i.about.original_name.clone())
                .collect(),
        },
        // A file's name may name a person: without names and contacts it stays here too.
        evidence: items
            .iter()
            .map(|i| {
                (
                    i.blob.clone(),
                    if with_people {
                        i.about.original_name.clone()
                    } else {
                        String::new()
                    },
                )
            })
            .collect(),
        report: composed.report,
        text: composed.text,
        people: with_people.then_some(composed.people),
        custody: composed.custody,
        own_chains: composed.own_chains,
        organisation: confirmed,
        report_id,
        item_ids,
        intake,
    })
}

// The incident and the items that changed, with what was added to their chains by sealing.
fn with_chains(
    mut incident: Incident,
    mut items: Vec<Item>,
    chains: Vec<(String, CustodyChain)>,
) -> (Incident, Vec<Item>) {
    let mut chains: BTreeMap<String, CustodyChain> = chains.into_iter().collect();
    if let Some(chain) = chains.remove(&incident.id) {
        incident.custody = chain;
    }
    items.retain_mut(|item| match chains.remove(&item.id) {
        Some(chain) => {
            item.custody = chain;
            true
        }
        None => false,
    });
    (incident, items)
}

const RESERVE: u64 = 16 << 20;
/// Counters that one sealing may take back beside those of before; more deliveries of one report are not stopped at once.
const REPLACED_AT_ONCE: usize = 100;
