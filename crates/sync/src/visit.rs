//! A visit to one organisation: the newest profile, the token's exchange if it is due, then one parcel after the other.
//! A wrong profile is noted and never stops delivery; a line that fails ends the visit to this organisation only. It
//! must never take another kind of address than the one used first.

use crate::line::{Answer, Cut, Line, SMALL, bearer};
use crate::outbox::{Entrance, Matter, Outbox, OutboxError, Parcel};
use crate::pace::Pace;
use crate::transport::{Net, Timing, Way, travels};
use crate::trouble::{Reason, Trouble};
use crate::{SyncError, upload};
use chronicle_wire::organisation::{Credentials, TrustError};
use chronicle_wire::route::{self, CapabilityAnswer, CapabilityRequest, Problem};
use chronicle_wire::{Capability, Hash, Profile, Token, Verified};
use reqwest::Method;
use std::sync::Arc;

/// What one pass over everything that waits came to. A token that is to be exchanged counts like a parcel where no
/// parcel waits with it.
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

/// Why one organisation is visited: parcels, or a token, or both.
#[derive(Default)]
pub(crate) struct Errand {
    pub(crate) parcels: Vec<Parcel>,
    pub(crate) entrance: Option<Entrance>,
}

impl Errand {
    fn way(&self) -> Option<Way> {
        let entrance = self.entrance.as_ref().and_then(|e| e.way);
        self.parcels.iter().find_map(|p| p.way).or(entrance)
    }

    // Parcels of one organisation may have been queued under different profiles.
    fn newest_profile(&self) -> Option<&Profile<Verified>> {
        let entrance = self.entrance.iter().map(|e| &e.profile);
        let all = self.parcels.iter().map(|p| &p.profile).chain(entrance);
        all.reduce(|best, one| {
            if one.body().version > best.body().version && one.follows(best).is_ok() {
                one
            } else {
                best
            }
        })
    }
}

/// Visits one organisation. All of `errand` belongs to it.
pub(crate) async fn organisation(
    net: &Net,
    outbox: &Arc<dyn Outbox>,
    organisation: Hash,
    errand: Errand,
    pace: &mut Pace,
) -> Visit {
    let mut visit = Visit::default();
    match reach(net, outbox, organisation, &errand).await {
        Ok(round) => {
            let mut exchanged = Exchanged::default();
            if let Some(entrance) = &errand.entrance {
                let (token, capability) = (&entrance.token, &entrance.capability);
                let entered = exchanged.once(&round, organisation, token, capability);
                if let (Err(halt), true) = (entered.await, errand.parcels.is_empty()) {
                    visit.count(&halt.trouble);
                }
            }
            deliver_all(
                &round,
                organisation,
                &errand.parcels,
                &mut exchanged,
                pace,
                &mut visit,
            )
            .await;
        }
        Err(halt) => {
            for parcel in errand.parcels.iter().filter(|p| !p.stored) {
                visit.count(&halt.trouble);
                tell(outbox, &parcel.id, halt.trouble.clone()).await;
            }
            if errand.parcels.iter().all(|p| p.stored) && errand.entrance.is_some() {
                visit.count(&halt.trouble);
                note(outbox, organisation, Matter::Access, Some(halt.trouble)).await;
            }
        }
    }
    visit
}

/// Calls an outbox where blocking is allowed.
pub(crate) async fn off_thread<T, F>(outbox: &Arc<dyn Outbox>, call: F) -> Result<T, OutboxError>
where
    T: Send + 'static,
    F: FnOnce(&dyn Outbox) -> Result<T, OutboxError> + Send + 'static,
{
    let outbox = Arc::clone(outbox);
    off(move || call(&*outbox)).await
}

/// Does what may block where that is allowed; a panic in it is an error like any other.
pub(crate) async fn off<T: Send + 'static>(
    call: impl FnOnce() -> Result<T, OutboxError> + Send + 'static,
) -> Result<T, OutboxError> {
    tokio::task::spawn_blocking(call)
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

async fn note(
    outbox: &Arc<dyn Outbox>,
    organisation: Hash,
    matter: Matter,
    trouble: Option<Trouble>,
) {
    // As with telling: the next visit notes it again.
    let _ = off_thread(outbox, move |o| {
        o.noted(organisation, matter, trouble.as_ref());
        Ok(())
    })
    .await;
}

async fn deliver_all(
    round: &Round,
    organisation: Hash,
    parcels: &[Parcel],
    exchanged: &mut Exchanged,
    pace: &mut Pace,
    visit: &mut Visit,
) {
    let mut down: Option<Halt> = None;
    for parcel in parcels {
        let id = parcel.id.clone();
        if !round
            .outbox(move |o| Ok(o.still_waits(&id)))
            .await
            .unwrap_or(true)
        {
            continue;
        }
        let done = match &down {
            Some(halt) => Err(halt.clone()),
            None => match exchanged.for_parcel(round, organisation, parcel).await {
                Ok(()) => upload::deliver(round, parcel, pace).await,
                refused => refused,
            },
        };
        match done {
            Ok(()) => visit.delivered += 1,
            Err(halt) => {
                // What is there already waits for nothing.
                if !parcel.stored {
                    visit.count(&halt.trouble);
                    round.tell(parcel, halt.trouble.clone()).await;
                }
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
    errand: &Errand,
) -> Result<Round, Halt> {
    let Some(known) = errand.newest_profile() else {
        return Err(Halt::parcel(Reason::AddressRefused.into()));
    };
    let (kept, proxy) = (errand.way(), net.transport.socks.is_some());
    let addresses = &known.body().addresses;
    let way = travels(addresses, kept, proxy).map_err(|reason| Halt::parcel(reason.into()))?;
    let mut last = Halt::parcel(Reason::AddressRefused.into());
    let mut told = kept == Some(way);
    for address in addresses.iter().filter(|a| Way::of(a, proxy) == way) {
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
                let round = refresh(round, &answer, organisation, &errand.parcels).await;
                // A newer profile may have given up this way (onion only, say): then it is not used any more.
                let still = round
                    .profile
                    .body()
                    .addresses
                    .iter()
                    .any(|a| Way::of(a, proxy) == way);
                return if still {
                    Ok(round)
                } else {
                    Err(Halt::parcel(Reason::WayGone.into()))
                };
            }
            Err(cut) => last = cut.into(),
        }
    }
    Err(last)
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
    let error = match served(answer).map(|c| judged(c, &round.profile)) {
        Some(Judged::Follows(newer)) => {
            if is_news(&newer, &round.profile) {
                let credentials = newer.credentials().clone();
                // Verified is verified, kept or not: the next visit brings it again.
                let _ = round
                    .outbox(move |o| o.refreshed(organisation, &credentials))
                    .await;
                round.profile = *newer;
            }
            note(&round.outbox, organisation, Matter::Profile, None).await;
            return round;
        }
        Some(Judged::LaterRoot(later)) => {
            let credentials = later.credentials().clone();
            let _ = round
                .outbox(move |o| o.root_changed(organisation, &credentials))
                .await;
            Some(TrustError::RootChanged)
        }
        Some(Judged::Refused(error)) => Some(error),
        // A portal's page, say, proves nothing about the organisation.
        None => None,
    };
    let trouble = match error {
        // Somebody made this profile: it stays noted until the endpoint serves a true one again.
        Some(error) => {
            let noted = Some(Trouble::profile(error));
            note(&round.outbox, organisation, Matter::Profile, noted).await;
            Trouble::profile(error)
        }
        None => Trouble::from(Reason::ProfileRefused).with("reason", "unreadable"),
    };
    for parcel in parcels {
        round.tell(parcel, trouble.clone()).await;
    }
    round
}

/// Root and profile that an answer brings; nothing of them is verified.
pub(crate) fn served(answer: &Answer) -> Option<Credentials> {
    if answer.status == 200 {
        answer.json()
    } else {
        None
    }
}

/// What a profile that was served may do.
enum Judged {
    /// Take the place of the known one.
    Follows(Box<Profile<Verified>>),
    /// Nothing before a person has compared the words of its later root.
    LaterRoot(Box<Profile<Verified>>),
    Refused(TrustError),
}

fn judged(credentials: Credentials, known: &Profile<Verified>) -> Judged {
    match Profile::read(credentials).and_then(Profile::verify) {
        Ok(profile) => match profile.follows(known) {
            Ok(()) => Judged::Follows(Box::new(profile)),
            Err(TrustError::RootChanged) => Judged::LaterRoot(Box::new(profile)),
            Err(error) => Judged::Refused(error),
        },
        Err(error) => Judged::Refused(error),
    }
}

// Another text, or the same of which is now known that it is current on a later day.
fn is_news(newer: &Profile<Verified>, known: &Profile<Verified>) -> bool {
    let same = newer.credentials().profile.body == known.credentials().profile.body;
    !same || newer.current_on() > known.current_on()
}

/// Tokens that were shown in this visit, by their hashes, and what came of it.
#[derive(Default)]
struct Exchanged(Vec<(Hash, Result<(), Halt>)>);

impl Exchanged {
    async fn for_parcel(
        &mut self,
        round: &Round,
        organisation: Hash,
        parcel: &Parcel,
    ) -> Result<(), Halt> {
        match &parcel.token {
            Some(token) => {
                self.once(round, organisation, token, &parcel.capability)
                    .await
            }
            None => Ok(()),
        }
    }

    async fn once(
        &mut self,
        round: &Round,
        organisation: Hash,
        token: &Token,
        capability: &Capability,
    ) -> Result<(), Halt> {
        let hash = token.hash();
        if let Some((_, result)) = self.0.iter().find(|(known, _)| *known == hash) {
            return result.clone();
        }
        let result = enter(round, organisation, token, capability).await;
        let trouble = result.as_ref().err().map(|halt| halt.trouble.clone());
        note(&round.outbox, organisation, Matter::Access, trouble).await;
        self.0.push((hash, result.clone()));
        result
    }
}

async fn enter(
    round: &Round,
    organisation: Hash,
    token: &Token,
    capability: &Capability,
) -> Result<(), Halt> {
    match exchange(&round.line, token, capability).await? {
        Exchange::Role(_) => Ok(round.outbox(move |o| o.exchanged(organisation)).await?),
        Exchange::Used => Err(Halt::parcel(Reason::TokenUsed.into())),
        Exchange::Unknown => Err(Halt::parcel(Reason::TokenRefused.into())),
        Exchange::Other(answer) => Err(Halt::refused(&answer)),
    }
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
