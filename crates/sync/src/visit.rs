//! A visit to one organisation: the newest profile, the token's exchange if it is due, then one parcel after the other.
//! A wrong profile is noted and never stops delivery; a line that fails ends the visit to this organisation only. It
//! must never take another kind of address than the one used first.

use crate::line::{Answer, Cut, Line, SMALL, bearer};
use crate::outbox::{Outbox, OutboxError, Parcel};
use crate::pace::Pace;
use crate::transport::{Net, Timing, Way};
use crate::trouble::{Reason, Trouble};
use crate::{SyncError, upload};
use chronicle_wire::organisation::Credentials;
use chronicle_wire::route::{self, CapabilityAnswer, CapabilityRequest, Problem};
use chronicle_wire::{Capability, Hash, Profile, Token, Verified};
use reqwest::Method;
use std::sync::Arc;

/// What one pass over everything that waits came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Visit {
    /// Parcels whose receipt was verified and kept.
    pub delivered: usize,
    /// Parcels that wait for the next visit.
    pub waiting: usize,
    /// Parcels for which a person must act.
    pub stopped: usize,
}

impl Visit {
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            delivered: self.delivered + other.delivered,
            waiting: self.waiting + other.waiting,
            stopped: self.stopped + other.stopped,
        }
    }

    fn count(&mut self, trouble: &Trouble) {
        if trouble.stops {
            self.stopped += 1
        } else {
            self.waiting += 1
        }
    }
}

/// Why a parcel is not delivered in this visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Halt {
    pub(crate) trouble: Trouble,
    /// Whether the other parcels of the organisation would meet the same.
    pub(crate) line: bool,
}

impl Halt {
    pub(crate) fn parcel(trouble: Trouble) -> Self {
        Self {
            trouble,
            line: false,
        }
    }

    pub(crate) fn refused(answer: &Answer) -> Self {
        Self::parcel(Trouble::refused(answer.status, answer.problem()))
    }
}

impl From<Cut> for Halt {
    fn from(cut: Cut) -> Self {
        let reason = match cut {
            Cut::Unreachable | Cut::Broken => Reason::EndpointUnreachable,
            Cut::Proxy => Reason::ProxyUnreachable,
            Cut::Certificate => Reason::CertificateRefused,
        };
        Self {
            trouble: reason.into(),
            line: true,
        }
    }
}

impl From<OutboxError> for Halt {
    fn from(error: OutboxError) -> Self {
        Self::parcel(Trouble::from(Reason::OutboxFailed).with("reason", error.code()))
    }
}

/// Everything that a delivery to one organisation needs.
pub(crate) struct Round {
    pub(crate) line: Line,
    pub(crate) profile: Profile<Verified>,
    pub(crate) outbox: Arc<dyn Outbox>,
    pub(crate) timing: Timing,
}

impl Round {
    /// Calls the outbox where blocking is allowed.
    pub(crate) async fn outbox<T, F>(&self, call: F) -> Result<T, OutboxError>
    where
        T: Send + 'static,
        F: FnOnce(&dyn Outbox) -> Result<T, OutboxError> + Send + 'static,
    {
        off_thread(&self.outbox, call).await
    }

    /// Tells the outbox why a parcel waits.
    pub(crate) async fn tell(&self, parcel: &Parcel, trouble: Trouble) {
        tell(&self.outbox, &parcel.id, trouble).await;
    }
}

/// Visits one organisation. `parcels` all belong to it.
pub(crate) async fn organisation(
    net: &Net,
    outbox: &Arc<dyn Outbox>,
    organisation: Hash,
    parcels: Vec<Parcel>,
    pace: &mut Pace,
) -> Visit {
    let mut visit = Visit::default();
    match reach(net, outbox, organisation, &parcels).await {
        Ok(round) => deliver_all(&round, organisation, &parcels, pace, &mut visit).await,
        Err(halt) => {
            for parcel in &parcels {
                visit.count(&halt.trouble);
                tell(outbox, &parcel.id, halt.trouble.clone()).await;
            }
        }
    }
    visit
}

/// Calls an outbox where blocking is allowed; a panic in it is an error like any other.
pub(crate) async fn off_thread<T, F>(outbox: &Arc<dyn Outbox>, call: F) -> Result<T, OutboxError>
where
    T: Send + 'static,
    F: FnOnce(&dyn Outbox) -> Result<T, OutboxError> + Send + 'static,
{
    let outbox = Arc::clone(outbox);
    tokio::task::spawn_blocking(move || call(&*outbox))
        .await
        .unwrap_or(Err(OutboxError("outbox-ended")))
}

async fn tell(outbox: &Arc<dyn Outbox>, parcel: &str, trouble: Trouble) {
    let id = parcel.to_string();
    // There is nobody left to tell that telling failed; the parcel waits in any case.
    let _ = off_thread(outbox, move |o| {
        o.trouble(&id, &trouble);
        Ok(())
    })
    .await;
}

async fn deliver_all(
    round: &Round,
    organisation: Hash,
    parcels: &[Parcel],
    pace: &mut Pace,
    visit: &mut Visit,
) {
    let mut exchanged: Vec<(Hash, Result<(), Halt>)> = Vec::new();
    let mut down: Option<Halt> = None;
    for parcel in parcels {
        let done = match &down {
            Some(halt) => Err(halt.clone()),
            None => match exchange_once(round, organisation, parcel, &mut exchanged).await {
                Ok(()) => upload::deliver(round, parcel, pace).await,
                refused => refused,
            },
        };
        match done {
            Ok(()) => visit.delivered += 1,
            Err(halt) => {
                visit.count(&halt.trouble);
                round.tell(parcel, halt.trouble.clone()).await;
                if halt.line {
                    down = Some(halt);
                }
            }
        }
    }
}

/// Finds the address that answers, best first, and takes up the newest profile on the way.
async fn reach(
    net: &Net,
    outbox: &Arc<dyn Outbox>,
    organisation: Hash,
    parcels: &[Parcel],
) -> Result<Round, Halt> {
    let Some(first) = parcels.first() else {
        return Err(Halt::parcel(Reason::AddressRefused.into()));
    };
    let known = newest(parcels, &first.profile);
    let kept = parcels.iter().find_map(|p| p.way);
    let addresses = &known.body().addresses;
    let way = kept.or_else(|| addresses.first().map(|a| Way::of(a)));
    let Some(way) = way else {
        return Err(Halt::parcel(Reason::AddressRefused.into()));
    };
    let mut last = Halt::parcel(Reason::AddressRefused.into());
    let mut told = kept.is_some();
    for address in addresses.iter().filter(|a| Way::of(a) == way) {
        let line = match net.line(&format!("deliver {organisation}"), address) {
            Ok(line) => line,
            Err(error) => {
                last = Halt::parcel(setup_trouble(error));
                continue;
            }
        };
        if !told {
            off_thread(outbox, move |o| o.travelled(organisation, way)).await?;
            told = true;
        }
        let request = line.request(Method::GET, route::PROFILE);
        match line.ask(request, PROFILE_LIMIT).await {
            Ok(answer) => {
                let round = Round {
                    line,
                    profile: known.clone(),
                    outbox: Arc::clone(outbox),
                    timing: net.transport.timing,
                };
                let round = refresh(round, &answer, organisation, parcels).await;
                // A newer profile may have given up this way (onion only, say): then it is not used any more.
                let still = round
                    .profile
                    .body()
                    .addresses
                    .iter()
                    .any(|a| Way::of(a) == way);
                return if still {
                    Ok(round)
                } else {
                    Err(Halt::parcel(Reason::AddressRefused.into()))
                };
            }
            Err(cut) => last = cut.into(),
        }
    }
    Err(last)
}

// Parcels of one organisation may have been queued under different profiles.
fn newest<'a>(parcels: &'a [Parcel], first: &'a Profile<Verified>) -> &'a Profile<Verified> {
    parcels.iter().map(|p| &p.profile).fold(first, |best, one| {
        if one.body().version > best.body().version && one.follows(best).is_ok() {
            one
        } else {
            best
        }
    })
}

fn setup_trouble(error: SyncError) -> Trouble {
    match error {
        SyncError::TorNeeded => Reason::TorNeeded.into(),
        SyncError::AddressRefused => Reason::AddressRefused.into(),
        _ => Reason::EndpointUnreachable.into(),
    }
}

async fn refresh(
    mut round: Round,
    answer: &Answer,
    organisation: Hash,
    parcels: &[Parcel],
) -> Round {
    match read_profile(answer, &round.profile) {
        Ok(newer) => {
            if newer.credentials().profile.body != round.profile.credentials().profile.body {
                let credentials = newer.credentials().clone();
                // Verified is verified, kept or not: the next visit brings it again.
                let _ = round
                    .outbox(move |o| o.refreshed(organisation, &credentials))
                    .await;
                round.profile = newer;
            }
        }
        Err(trouble) => {
            for parcel in parcels {
                round.tell(parcel, trouble.clone()).await;
            }
        }
    }
    round
}

fn read_profile(answer: &Answer, known: &Profile<Verified>) -> Result<Profile<Verified>, Trouble> {
    let unreadable = || Trouble::from(Reason::ProfileRefused).with("reason", "unreadable");
    if answer.status != 200 {
        return Err(unreadable());
    }
    let credentials: Credentials = answer.json().ok_or_else(unreadable)?;
    let newer = Profile::read(credentials)
        .and_then(Profile::verify)
        .map_err(Trouble::profile)?;
    newer.follows(known).map_err(Trouble::profile)?;
    Ok(newer)
}

async fn exchange_once(
    round: &Round,
    organisation: Hash,
    parcel: &Parcel,
    done: &mut Vec<(Hash, Result<(), Halt>)>,
) -> Result<(), Halt> {
    let Some(token) = &parcel.token else {
        return Ok(());
    };
    let hash = token.hash();
    if let Some((_, result)) = done.iter().find(|(known, _)| *known == hash) {
        return result.clone();
    }
    let result = match exchange(&round.line, token, &parcel.capability).await {
        Ok(Exchange::Role(_)) => round
            .outbox(move |o| o.exchanged(organisation))
            .await
            .map_err(Halt::from),
        Ok(Exchange::Used) => Err(Halt::parcel(Reason::TokenUsed.into())),
        Ok(Exchange::Unknown) => Err(Halt::parcel(Reason::TokenRefused.into())),
        Ok(Exchange::Other(answer)) => Err(Halt::refused(&answer)),
        Err(cut) => Err(cut.into()),
    };
    done.push((hash, result.clone()));
    result
}

/// What came of showing a token.
pub(crate) enum Exchange {
    /// The capability counts, in this role.
    Role(String),
    /// The token was exchanged for another capability.
    Used,
    /// The token is not known, or no longer.
    Unknown,
    /// Anything else.
    Other(Answer),
}

/// Exchanges a token for a capability that was drawn and kept before. The same question gets the same answer, so a cut
/// costs nothing: it is asked once more.
pub(crate) async fn exchange(
    line: &Line,
    token: &Token,
    capability: &Capability,
) -> Result<Exchange, Cut> {
    let body = CapabilityRequest {
        capability: capability.hash(),
    };
    let once = || {
        let request = bearer(
            line.request(Method::POST, route::CAPABILITY),
            &token.expose(),
        );
        line.ask(request.json(&body), SMALL)
    };
    let answer = match once().await {
        Err(Cut::Broken) => once().await,
        other => other,
    }?;
    Ok(match (answer.status, answer.problem()) {
        (200 | 201, _) => {
            let answered: Option<CapabilityAnswer> = answer.json();
            answered.map_or(Exchange::Other(answer), |a| Exchange::Role(a.role))
        }
        (_, Some(Problem::TokenUsed)) => Exchange::Used,
        (_, Some(Problem::NotFound)) => Exchange::Unknown,
        _ => Exchange::Other(answer),
    })
}

// Two documents of at most 64 KiB each, as JSON in JSON, with signatures.
pub(crate) const PROFILE_LIMIT: usize = 512 * 1024;
