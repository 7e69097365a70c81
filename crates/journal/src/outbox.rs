//! The journal as the courier's outbox: it hands out ciphertext and keeps what was verified. The stage that a person
//! sees is told from the records alone, so it survives a restart at any point.

use crate::events::{Delivery, Joined, Sent};
use crate::incidents::when_of;
use crate::locked::held;
use crate::organisations::{FOR_WANT_OF_ACCESS, profile_of};
use crate::trust::must_not_go;
use crate::view::{DeliveryView, Stage};
use crate::{Error, Journal};
use chronicle_report::Draft;
use chronicle_sync::{Entrance, Matter, Outbox, OutboxError, Parcel, Reason, Trouble, Way};
use chronicle_vault::Event as _;
use chronicle_wire::organisation::Credentials;
use chronicle_wire::{Capability, Day, Hash, SignedDocument, Token};
use chronicle_words::Problem;
use jiff::Zoned;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard};

/// A journal that window or command line and courier share. Whoever holds it does something short.
pub type Shared = Arc<Mutex<Journal>>;

/// The courier's side of a shared journal.
pub struct JournalOutbox {
    journal: Shared,
    clock: fn() -> Zoned,
    changed: Box<dyn Fn() + Send + Sync>,
    /// How often the endpoint refused a parcel since this outbox was made.
    refused: Mutex<BTreeMap<String, u32>>,
    /// By which invitation each organisation is being visited.
    by: Mutex<BTreeMap<Hash, Option<Hash>>>,
}

impl JournalOutbox {
    /// `clock` tells the time; `changed` is called whenever a stage may have changed.
    pub fn new(
        journal: Shared,
        clock: fn() -> Zoned,
        changed: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        Self {
            journal,
            clock,
            changed: Box::new(changed),
            refused: Mutex::default(),
            by: Mutex::default(),
        }
    }

    // Somebody may have joined anew during a visit: what came of the invitation before says nothing of the one now.
    fn is_past(&self, organisation: Hash) -> bool {
        let by = held(&self.by);
        let journal = self.journal();
        let now = journal.organisations.get(&organisation);
        matches!((by.get(&organisation), now), (Some(by), Some(now)) if *by != now.invited_by)
    }

    fn journal(&self) -> MutexGuard<'_, Journal> {
        held(&self.journal)
    }

    // A damaged line is worth another try, an endpoint that never takes it is not: gigabytes would go for ever.
    fn refused_too_often(&self, parcel: &str, trouble: &Trouble) -> bool {
        if trouble.code != Reason::BundleRefused.code() {
            return false;
        }
        let mut refused = held(&self.refused);
        let times = refused.entry(parcel.to_owned()).or_default();
        *times += 1;
        *times >= MAX_REFUSED
    }

    fn change(&self, parcel: &str, change: impl FnOnce(&mut Delivery)) -> Result<(), OutboxError> {
        let now = (self.clock)();
        let done = self.journal().change_delivery(parcel, &now, change);
        (self.changed)();
        done.map_err(failed)
    }
}

impl Outbox for JournalOutbox {
    fn waiting(&self) -> Result<Vec<Parcel>, OutboxError> {
        let now = (self.clock)();
        let journal = self.journal();
        let mut waiting: Vec<&Delivery> = journal
            .deliveries
            .values()
            .filter(|d| d.is_under_way() || journal.is_to_be_asked_for(d, &now))
            .collect();
        // What is to be brought comes before what is only asked for.
        waiting.sort_by_key(|d| (d.receipt.is_some(), d.seq));
        let parcels = waiting
            .into_iter()
            .filter_map(|d| parcel(&journal, d, &now))
            .collect();
        let all = journal.organisations.values();
        let by = all.map(|joined| (joined.id, joined.invited_by)).collect();
        drop(journal);
        *held(&self.by) = by;
        Ok(parcels)
    }

    fn entrances(&self) -> Result<Vec<Entrance>, OutboxError> {
        let journal = self.journal();
        Ok(journal
            .organisations
            .values()
            .filter_map(entrance)
            .collect())
    }

    fn noted(&self, organisation: Hash, matter: Matter, trouble: Option<&Trouble>) {
        let now = (self.clock)();
        if matter == Matter::Access && self.is_past(organisation) {
            return;
        }
        // If this cannot be kept, the next visit is told the same again.
        let _ = self.journal().note(organisation, matter, trouble, &now);
        (self.changed)();
    }

    fn open(&self, parcel: &str) -> std::io::Result<File> {
        let journal = self.journal();
        let delivery = journal
            .deliveries
            .get(parcel)
            .ok_or(std::io::ErrorKind::NotFound)?;
        journal
            .vault
            .open_raw(delivery.bundle.here().ok_or(std::io::ErrorKind::NotFound)?)
            .map_err(|_| std::io::ErrorKind::NotFound.into())
    }

    fn travelled(&self, organisation: Hash, way: Way) -> Result<(), OutboxError> {
        let now = (self.clock)();
        self.journal()
            .change_organisation(organisation, &now, |j| j.way = Some(way.code().into()))
            .map_err(failed)
    }

    fn exchanged(&self, organisation: Hash) -> Result<(), OutboxError> {
        let now = (self.clock)();
        // That visit may go on with what it has.
        if self.is_past(organisation) {
            return Ok(());
        }
        self.journal()
            .change_organisation(organisation, &now, |j| {
                (j.token, j.access_trouble) = (None, None);
            })
            .map_err(failed)
    }

    fn refreshed(&self, organisation: Hash, credentials: &Credentials) -> Result<(), OutboxError> {
        let now = (self.clock)();
        self.journal()
            .refresh(organisation, credentials, &now)
            .map_err(failed)
    }

    fn root_changed(
        &self,
        organisation: Hash,
        credentials: &Credentials,
    ) -> Result<(), OutboxError> {
        let now = (self.clock)();
        self.journal()
            .keep_later_root(organisation, credentials, &now)
            .map_err(failed)
    }

    fn still_waits(&self, parcel: &str) -> bool {
        let (now, journal) = ((self.clock)(), self.journal());
        let known = journal.deliveries.get(parcel);
        known.is_some_and(|d| d.is_under_way() || journal.is_to_be_asked_for(d, &now))
    }

    fn created(&self, parcel: &str, upload: &str) -> Result<(), OutboxError> {
        self.change(parcel, |d| d.upload = Some(upload.to_owned()))
    }

    fn progress(&self, parcel: &str, offset: u64) {
        if let Some(delivery) = self.journal().deliveries.get_mut(parcel) {
            (delivery.offset, delivery.moving, delivery.trouble) = (offset, true, None);
        }
        (self.changed)();
    }

    fn stored(&self, parcel: &str, receipt: &SignedDocument, day: Day) -> Result<(), OutboxError> {
        let today = (self.clock)().date();
        if let Some(known) = self.journal().deliveries.get_mut(parcel) {
            known.asked = Some(today);
            if known.receipt.as_ref() == Some(receipt) {
                return Ok(());
            }
        }
        self.change(parcel, |d| {
            (d.receipt, d.day) = (Some(receipt.clone()), Some(day))
        })
    }

    fn lost(&self, parcel: &str) -> Result<(), OutboxError> {
        self.change(parcel, |d| {
            (d.receipt, d.day, d.upload, d.lost) = (None, None, None, true);
            d.offset = 0;
        })
    }

    fn trouble(&self, parcel: &str, trouble: &Trouble) {
        let problem = problem(trouble);
        let of = self
            .journal()
            .deliveries
            .get(parcel)
            .map(|d| d.organisation);
        if FOR_WANT_OF_ACCESS.contains(&trouble.code) && of.is_some_and(|of| self.is_past(of)) {
            return;
        }
        if trouble.stops || self.refused_too_often(parcel, trouble) {
            // If this cannot be kept, the next visit is told the same again.
            let _ = self.change(parcel, |d| d.stopped = Some(problem));
            return;
        }
        if let Some(delivery) = self.journal().deliveries.get_mut(parcel) {
            (delivery.moving, delivery.trouble) = (false, Some(problem));
        }
        (self.changed)();
    }
}

impl Journal {
    // Stored and opened by nobody yet: once a day its endpoint is asked whether it still has it. What must not go is not sent
    // again either.
    fn is_to_be_asked_for(&self, delivery: &Delivery, now: &Zoned) -> bool {
        let kept = delivery.receipt.is_some() && delivery.bundle.here().is_some();
        if !kept || delivery.asked == Some(now.date()) {
            return false;
        }
        let joined = self.organisations.get(&delivery.organisation);
        let profile = joined.and_then(|joined| profile_of(joined).ok());
        profile.is_some_and(|profile| must_not_go(&delivery.sealed_to, &profile).is_none())
    }

    /// Where every report is, the newest first.
    #[must_use]
    pub fn deliveries(&self, now: &Zoned) -> Vec<DeliveryView> {
        self.deliveries_of(None, now)
    }

    /// Why each thing waits that the courier still has to do: deliveries, and tokens of organisations without one. `None`
    /// where nothing is known to be in the way. Empty: there is nothing to do.
    #[must_use]
    pub fn waits(&self) -> Vec<Option<Reason>> {
        let all = self.deliveries.values();
        let deliveries: Vec<&Delivery> = all.filter(|d| d.is_under_way()).collect();
        let entrances = self
            .organisations
            .values()
            .filter(|j| entrance(j).is_some() && deliveries.iter().all(|d| d.organisation != j.id));
        let reason = |p: &Option<Problem>| Reason::parse(&p.as_ref()?.code);
        let tokens: Vec<_> = entrances.map(|j| reason(&j.line_trouble)).collect();
        let parcels = deliveries.iter().map(|d| reason(&d.trouble));
        parcels.chain(tokens).collect()
    }

    /// A delivery that was stopped is tried again, after the person changed something.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::MustNotGo`], and those of the vault.
    pub fn try_again(&mut self, delivery: &str, now: &Zoned) -> Result<(), Error> {
        let stopped = self.deliveries.get(delivery).ok_or(Error::NotFound)?;
        let joined = self.organisations.get(&stopped.organisation);
        let profile = profile_of(joined.ok_or(Error::NoOrganisation)?)?;
        if let Some(reason) = must_not_go(&stopped.sealed_to, &profile) {
            return Err(Error::MustNotGo(reason));
        }
        self.change_delivery(delivery, now, |d| d.stopped = None)
    }

    // What stays is kept, what this session meets is not; nothing is written for what is known already.
    fn note(
        &mut self,
        organisation: Hash,
        matter: Matter,
        trouble: Option<&Trouble>,
        now: &Zoned,
    ) -> Result<(), Error> {
        let known = self
            .organisations
            .get_mut(&organisation)
            .ok_or(Error::NoOrganisation)?;
        let told = trouble.map(problem);
        let kept: fn(&mut Joined) -> &mut Option<Problem> = match matter {
            Matter::Access if trouble.is_some_and(|t| !t.stops) => {
                known.line_trouble = told;
                return Ok(());
            }
            Matter::Access => |j| &mut j.access_trouble,
            Matter::Profile => |j| &mut j.profile_trouble,
        };
        if matter == Matter::Access {
            known.line_trouble = None;
        }
        if *kept(known) == told {
            return Ok(());
        }
        self.change_organisation(organisation, now, |j| *kept(j) = told)
    }

    pub(crate) fn deliveries_of(&self, incident: Option<&str>, now: &Zoned) -> Vec<DeliveryView> {
        let mut all: Vec<&Delivery> = self
            .deliveries
            .values()
            .filter(|d| incident.is_none_or(|i| i == d.incident))
            .collect();
        all.sort_by(|a, b| (&b.sealed_at, b.counter).cmp(&(&a.sealed_at, a.counter)));
        all.into_iter()
            .map(|d| self.delivery_view(d, now))
            .collect()
    }

    /// Exactly what was verified.
    pub(crate) fn stage_of(&self, delivery: &Delivery) -> Stage {
        let (opened, answers) = self.said_of(delivery);
        stage(delivery, opened.is_some(), !answers.is_empty())
    }

    pub(crate) fn delivery_view(&self, delivery: &Delivery, now: &Zoned) -> DeliveryView {
        let (opened, answers) = self.said_of(delivery);
        let stage = stage(delivery, opened.is_some(), !answers.is_empty());
        let percent = (delivery.offset.min(delivery.bundle.size()) * 100)
            .checked_div(delivery.bundle.size())
            .unwrap_or(0);
        let percent = if stage.arrived() {
            100
        } else {
            u8::try_from(percent).unwrap_or(99).min(99)
        };
        DeliveryView {
            id: delivery.id.clone(),
            incident: delivery.incident.clone(),
            kinds: delivery.sent.as_ref().map(kinds).unwrap_or_default(),
            when: when_of(
                delivery
                    .sent
                    .as_ref()
                    .map_or(&Draft::default(), |s| &s.draft),
            ),
            organisation: delivery.organisation.to_string(),
            organisation_name: self.organisation_name(delivery.organisation),
            revision: delivery.revision,
            stage,
            percent,
            day: delivery.day.map(|d| d.to_string()),
            problem: (!stage.arrived())
                .then(|| {
                    delivery
                        .stopped
                        .clone()
                        .or_else(|| delivery.trouble.clone())
                })
                .flatten(),
            lost: delivery.lost,
            sealed_at: delivery.sealed_at.clone(),
            notices: notices(delivery, stage, now),
            opened,
            answers,
        }
    }

    pub(crate) fn change_delivery(
        &mut self,
        id: &str,
        now: &Zoned,
        change: impl FnOnce(&mut Delivery),
    ) -> Result<(), Error> {
        let old = self.deliveries.get(id).ok_or(Error::NotFound)?;
        let mut new: Delivery = old.copy()?;
        (new.offset, new.moving, new.asked) = (old.offset, old.moving, old.asked);
        change(&mut new);
        new.seq = self.vault.commit(now.timestamp(), |c| {
            c.remove(new.seq)?;
            c.append(Delivery::KIND, &new)
        })?;
        self.deliveries.insert(id.to_owned(), new);
        Ok(())
    }
}

fn stage(delivery: &Delivery, opened: bool, answered: bool) -> Stage {
    match delivery {
        _ if answered => Stage::Answered,
        _ if opened => Stage::Opened,
        Delivery {
            receipt: Some(_), ..
        } => Stage::Stored,
        Delivery {
            stopped: Some(_), ..
        } => Stage::Stopped,
        Delivery { moving: true, .. } => Stage::Sending,
        _ => Stage::Waiting,
    }
}

// The receipt's day is the server's, the others are this computer's (UTC).
fn notices(delivery: &Delivery, stage: Stage, now: &Zoned) -> Vec<Problem> {
    let Some(day) = delivery.day else {
        return Vec::new();
    };
    let today = now.timestamp().to_zoned(TimeZone::UTC).date();
    let days = |from: Day, to: Day| (to - from).get_days();
    let mut notices = Vec::new();
    let mut tell = |code, days: i32| notices.push(Problem::new(code).with("days", days));
    let (behind, ahead) = (days(today, day), days(day, delivery.sealed_on()));
    let unopened = days(day, today);
    if behind > CLOCK_DAYS {
        tell("receipt-days-ahead", behind);
    } else if stage == Stage::Stored {
        if ahead > CLOCK_DAYS {
            tell("receipt-days-behind", ahead);
        }
        if unopened >= UNOPENED_DAYS {
            tell("unopened-long", unopened);
        }
    }
    notices
}

// Days between this computer and a receipt from which on it is said, and days in which nobody opened a report.
const CLOCK_DAYS: i32 = 2;
const UNOPENED_DAYS: i32 = 14;

fn problem(trouble: &Trouble) -> Problem {
    let bare = Problem::new(trouble.code);
    let with = |p: Problem, (name, value): &(&str, String)| p.with(name, value);
    trouble.args.iter().fold(bare, with)
}

// A token that was refused is shown again only with a parcel: a person has sealed one then.
fn entrance(joined: &Joined) -> Option<Entrance> {
    if joined.access_trouble.is_some() {
        return None;
    }
    Some(Entrance {
        organisation: joined.id,
        profile: profile_of(joined).ok()?,
        capability: Capability::parse(&joined.capability)?,
        token: joined.token.as_ref().and_then(|t| Token::parse(t))?,
        way: joined.way.as_deref().and_then(Way::parse),
    })
}

fn parcel(journal: &Journal, delivery: &Delivery, now: &Zoned) -> Option<Parcel> {
    let joined = journal.organisations.get(&delivery.organisation)?;
    Some(Parcel {
        id: delivery.id.clone(),
        organisation: delivery.organisation,
        profile: profile_of(joined).ok()?,
        capability: Capability::parse(&joined.capability)?,
        token: joined.token.as_ref().and_then(|t| Token::parse(t)),
        sha256: Hash::parse(delivery.bundle.sha256())?,
        size: delivery.bundle.size(),
        stored: delivery.receipt.is_some(),
        sealed: delivery.sealed_by(now),
        upload: delivery.upload.clone(),
        way: joined.way.as_deref().and_then(Way::parse),
    })
}

// Visits in which the endpoint refused a parcel, before a person must act.
pub(crate) const MAX_REFUSED: u32 = 3;

pub(crate) fn failed(error: Error) -> OutboxError {
    match error {
        Error::Vault(e) => OutboxError(e.code()),
        _ => OutboxError("internal"),
    }
}

fn kinds(sent: &Sent) -> Vec<String> {
    let types = &sent.draft.what.types;
    types.iter().map(|t| t.code.clone()).collect()
}
