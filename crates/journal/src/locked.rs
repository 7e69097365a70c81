//! A locked journal that still delivers: what waits goes on with its ciphertext, an address and a permission, without any
//! key of the vault. What comes of it is spooled, sealed, and counts after the next unlock only as far as it proves
//! itself: a receipt by its signature, the path of a begun upload by what the endpoint says to it.

use crate::events::{Delivery, Joined};
use crate::organisations::profile_of;
use crate::outbox::MAX_REFUSED;
use crate::trust::must_not_go;
use crate::{Error, Journal};
use chronicle_sync::{
    Entrance, Matter, Outbox, OutboxError, Parcel, Reason, Transport, Travel, Trouble, Way,
};
use chronicle_vault::{Event as _, Locked, RawRef, Spooled};
use chronicle_wire::organisation::Credentials;
use chronicle_wire::{Capability, Day, Hash, Profile, SignedDocument, StoredReceipt, Token};
use jiff::Zoned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::sync::{Mutex, MutexGuard, PoisonError};
use zeroize::Zeroizing;

/// What memory keeps of a locked journal so that sealed bundles can go on: for each its place, size, hash and upload, for
/// each organisation its profile and the permission for its endpoint, and the vault's recipient. No text and no key that
/// opens anything. It is handed from one image of the process to the next and never written.
#[derive(Clone, Serialize, Deserialize)]
pub struct Errands {
    recipient: Zeroizing<String>,
    travel: Travel,
    organisations: BTreeMap<Hash, Reached>,
    parcels: Vec<Waiting>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Reached {
    credentials: Credentials,
    capability: Zeroizing<String>,
    token: Option<Zeroizing<String>>,
    way: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Waiting {
    id: String,
    organisation: Hash,
    bundle: RawRef,
    /// SHA-256 of each recipient's text.
    sealed_to: Vec<Hash>,
    sealed: Day,
    upload: Option<String>,
    /// Not to be given again before somebody has unlocked: it was stored, or a person must act.
    done: bool,
    /// How often the endpoint refused it.
    refused: u32,
}

impl Errands {
    /// How they travel.
    #[must_use]
    pub fn transport(&self) -> Transport {
        self.travel.transport()
    }

    /// How many parcels still wait.
    #[must_use]
    pub fn left(&self) -> usize {
        self.parcels.iter().filter(|p| !p.done).count()
    }
}

/// An entry of the spool.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Brought {
    Upload {
        delivery: String,
        path: String,
    },
    Receipt {
        delivery: String,
        receipt: SignedDocument,
    },
}

/// The courier's side of a locked journal.
pub struct LockedOutbox {
    // None after the end: an unlock needs the vault for itself.
    locked: Mutex<Option<Locked>>,
    errands: Mutex<Errands>,
    changed: Box<dyn Fn(usize) + Send + Sync>,
}

impl LockedOutbox {
    /// Takes the locked vault in `folder` for these errands. `changed` is told how many parcels wait whenever that may
    /// have changed.
    ///
    /// # Errors
    /// Those of [`Locked::again`].
    pub fn begin(
        folder: &std::path::Path,
        errands: Errands,
        changed: impl Fn(usize) + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        Ok(Self {
            locked: Mutex::new(Some(Locked::again(folder, &errands.recipient)?)),
            errands: Mutex::new(errands),
            changed: Box::new(changed),
        })
    }

    /// How many parcels still wait.
    #[must_use]
    pub fn left(&self) -> usize {
        held(&self.errands).left()
    }

    /// Lets the vault go, once what is being written is written. Gives what is needed to begin again.
    pub fn end(&self) -> Errands {
        held(&self.locked).take();
        held(&self.errands).clone()
    }

    fn spool(&self, brought: &Brought) -> Result<(), OutboxError> {
        let text =
            Zeroizing::new(serde_json::to_vec(brought).map_err(|_| OutboxError("internal"))?);
        let locked = held(&self.locked);
        let locked = locked.as_ref().ok_or(OutboxError("locked"))?;
        locked.spool(&text).map_err(|e| OutboxError(e.code()))
    }

    fn change(&self, parcel: &str, change: impl FnOnce(&mut Waiting)) {
        let waiting = {
            let mut errands = held(&self.errands);
            if let Some(known) = errands.parcels.iter_mut().find(|p| p.id == parcel) {
                change(known);
            }
            errands.left()
        };
        (self.changed)(waiting);
    }
}

impl Outbox for LockedOutbox {
    fn waiting(&self) -> Result<Vec<Parcel>, OutboxError> {
        let errands = held(&self.errands);
        let waiting = errands.parcels.iter().filter(|p| !p.done);
        Ok(waiting
            .filter_map(|p| parcel(errands.organisations.get(&p.organisation)?, p))
            .collect())
    }

    // An organisation for which nothing waits is not visited while nobody is there.
    fn entrances(&self) -> Result<Vec<Entrance>, OutboxError> {
        Ok(Vec::new())
    }

    fn open(&self, parcel: &str) -> std::io::Result<File> {
        let missing = || std::io::Error::from(std::io::ErrorKind::NotFound);
        let bundle = {
            let errands = held(&self.errands);
            let known = errands.parcels.iter().find(|p| p.id == parcel);
            known.ok_or_else(missing)?.bundle.clone()
        };
        let locked = held(&self.locked);
        let intake = locked.as_ref().ok_or_else(missing)?.intake();
        intake.open_raw(&bundle).map_err(|_| missing())
    }

    // Settled when the first parcel was queued, so that the spool need not be believed about it.
    fn travelled(&self, organisation: Hash, way: Way) -> Result<(), OutboxError> {
        if let Some(known) = held(&self.errands).organisations.get_mut(&organisation) {
            known.way = Some(way.code().into());
        }
        Ok(())
    }

    // Not spooled: shown again, the same token gets the same answer.
    fn exchanged(&self, organisation: Hash) -> Result<(), OutboxError> {
        if let Some(known) = held(&self.errands).organisations.get_mut(&organisation) {
            known.token = None;
        }
        Ok(())
    }

    // Not spooled either: the next visit of the open journal brings it again.
    fn refreshed(&self, organisation: Hash, credentials: &Credentials) -> Result<(), OutboxError> {
        let waiting = {
            let mut errands = held(&self.errands);
            if let Some(known) = errands.organisations.get_mut(&organisation) {
                known.credentials = credentials.clone();
            }
            // What is to be stopped for it, the open journal will say too; until then none of that goes.
            if let Ok(profile) = Profile::read(credentials.clone()).and_then(Profile::verify) {
                let all = errands.parcels.iter_mut();
                all.filter(|p| p.organisation == organisation)
                    .filter(|p| must_not_go(&p.sealed_to, &profile).is_some())
                    .for_each(|p| p.done = true);
            }
            errands.left()
        };
        (self.changed)(waiting);
        Ok(())
    }

    // A person must say; the next visit of the open journal brings it again.
    fn root_changed(&self, _: Hash, _: &Credentials) -> Result<(), OutboxError> {
        Ok(())
    }

    fn still_waits(&self, parcel: &str) -> bool {
        let errands = held(&self.errands);
        let known = errands.parcels.iter().find(|p| p.id == parcel);
        known.is_some_and(|p| !p.done)
    }

    fn created(&self, parcel: &str, upload: &str) -> Result<(), OutboxError> {
        self.spool(&Brought::Upload {
            delivery: parcel.to_owned(),
            path: upload.to_owned(),
        })?;
        self.change(parcel, |p| p.upload = Some(upload.to_owned()));
        Ok(())
    }

    fn progress(&self, _: &str, _: u64) {}

    fn stored(&self, parcel: &str, receipt: &SignedDocument, _: Day) -> Result<(), OutboxError> {
        self.spool(&Brought::Receipt {
            delivery: parcel.to_owned(),
            receipt: receipt.clone(),
        })?;
        self.change(parcel, |p| p.done = true);
        Ok(())
    }

    // Of what is stored the open journal asks.
    fn lost(&self, _: &str) -> Result<(), OutboxError> {
        Err(OutboxError("locked"))
    }

    // The open journal meets the same at its next visit, and keeps it then.
    fn noted(&self, _: Hash, _: Matter, _: Option<&Trouble>) {}

    fn trouble(&self, parcel: &str, trouble: &Trouble) {
        let refused = trouble.code == Reason::BundleRefused.code();
        self.change(parcel, |p| {
            p.refused += u32::from(refused);
            p.done |= trouble.stops || p.refused >= MAX_REFUSED;
        });
    }
}

impl Journal {
    /// What a courier needs to go on while this journal is locked; `None` when nothing waits, and where nothing goes before
    /// the person says so.
    ///
    /// # Errors
    /// Those of the vault.
    pub fn errands(&self) -> Result<Option<Errands>, Error> {
        let mut under_way: Vec<&Delivery> = self
            .deliveries
            .values()
            .filter(|d| d.is_under_way())
            .collect();
        under_way.sort_by_key(|d| d.seq);
        let organisations: BTreeMap<Hash, Reached> = under_way
            .iter()
            .filter_map(|d| {
                Some((
                    d.organisation,
                    reached(self.organisations.get(&d.organisation)?),
                ))
            })
            .collect();
        let parcels: Vec<Waiting> = under_way
            .into_iter()
            .filter(|d| organisations.contains_key(&d.organisation))
            .filter_map(waiting)
            .collect();
        let travel = self.travel();
        Ok((!parcels.is_empty() && !travel.by_hand).then_some(Errands {
            recipient: self.vault.sealer()?.recipient(),
            travel,
            organisations,
            parcels,
        }))
    }

    /// Looks at what was spooled while this journal was locked: what proves itself is kept, all of it leaves the spool, in one
    /// transaction for each entry. Gives how many entries there were and were not believed.
    ///
    /// # Errors
    /// Those of the vault; what was not looked at yet stays in the spool.
    pub fn take_spooled(&mut self, now: &Zoned) -> Result<usize, Error> {
        let mut refused = 0;
        for spooled in self.vault.spooled()? {
            if !self.take_one(&spooled, now)? {
                refused += 1;
                self.vault
                    .commit(now.timestamp(), |c| c.unspool(spooled.n))?;
            }
        }
        Ok(refused)
    }

    fn take_one(&mut self, spooled: &Spooled, now: &Zoned) -> Result<bool, Error> {
        let brought = spooled
            .text
            .as_ref()
            .and_then(|text| serde_json::from_slice::<Brought>(text).ok());
        let Some(brought) = brought else {
            return Ok(false);
        };
        let (Brought::Upload { delivery: id, .. } | Brought::Receipt { delivery: id, .. }) =
            &brought;
        let Some(known) = self.deliveries.get(id).filter(|d| d.receipt.is_none()) else {
            return Ok(false);
        };
        let mut new: Delivery = known.copy()?;
        match &brought {
            // Whatever stands here: the courier takes only what is a path of an upload, and asks the endpoint about it.
            Brought::Upload { path, .. } if path.len() <= LONGEST_PATH => {
                new.upload = Some(path.clone())
            }
            Brought::Upload { .. } => return Ok(false),
            Brought::Receipt { receipt, .. } => match self.verified(known, receipt, now) {
                Some(day) => (new.receipt, new.day) = (Some(receipt.clone()), Some(day)),
                None => return Ok(false),
            },
        }
        new.seq = self.vault.commit(now.timestamp(), |c| {
            c.unspool(spooled.n)?;
            c.remove(new.seq)?;
            c.append(Delivery::KIND, &new)
        })?;
        self.deliveries.insert(new.id.clone(), new);
        Ok(true)
    }

    fn verified(&self, delivery: &Delivery, receipt: &SignedDocument, now: &Zoned) -> Option<Day> {
        let joined = self.organisations.get(&delivery.organisation)?;
        let profile = profile_of(joined).ok()?;
        let sha256 = Hash::parse(delivery.bundle.sha256())?;
        let verified = StoredReceipt::verify(
            receipt,
            &profile,
            sha256,
            delivery.bundle.size(),
            delivery.sealed_by(now),
        );
        verified.ok().map(|receipt| receipt.day)
    }
}

fn reached(joined: &Joined) -> Reached {
    Reached {
        credentials: joined.credentials.clone(),
        capability: joined.capability.clone(),
        token: joined.token.clone(),
        way: joined.way.clone(),
    }
}

fn waiting(delivery: &Delivery) -> Option<Waiting> {
    Some(Waiting {
        id: delivery.id.clone(),
        organisation: delivery.organisation,
        bundle: delivery.bundle.here()?.clone(),
        sealed_to: delivery.sealed_to.clone(),
        sealed: delivery.sealed_on(),
        upload: delivery.upload.clone(),
        done: false,
        refused: 0,
    })
}

fn parcel(reached: &Reached, waiting: &Waiting) -> Option<Parcel> {
    let profile = Profile::read(reached.credentials.clone());
    Some(Parcel {
        id: waiting.id.clone(),
        organisation: waiting.organisation,
        profile: profile.and_then(Profile::verify).ok()?,
        capability: Capability::parse(&reached.capability)?,
        token: reached.token.as_ref().and_then(|t| Token::parse(t)),
        sha256: Hash::parse(&waiting.bundle.sha256)?,
        size: waiting.bundle.size,
        stored: false,
        sealed: waiting.sealed,
        upload: waiting.upload.clone(),
        way: reached.way.as_deref().and_then(Way::parse),
    })
}

// A panic elsewhere has not changed what is committed or spooled.
pub(crate) fn held<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Bytes of an upload's path at most; the courier's own bound is below it.
const LONGEST_PATH: usize = 1024;
