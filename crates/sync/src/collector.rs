//! The caseworker's side: reads the endpoint's log as a dense, hash-chained cursor and fetches bundles by ranges. The
//! endpoint is not trusted: a gap, a broken chain, a log that was put back and bytes that are not the announced ones
//! each have an error of their own. Nothing here can open what it fetches.

use crate::error::SyncError;
use crate::line::{Answer, Cut, Line, SMALL};
use crate::transport::{Net, Transport};
use crate::visit::{self, Exchange, PROFILE_LIMIT};
use chronicle_wire::route::{self, LogBatch, LogEntry, Problem};
use chronicle_wire::{Capability, Hash, Profile, SignedDocument, Token, Verified, size};
use reqwest::Method;
use reqwest::header::{CONTENT_RANGE, RANGE};
use sha2::{Digest, Sha256};
use std::io::Write;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// Fetches what arrived at one endpoint.
pub struct Collector {
    net: Net,
    line: Line,
    capability: Capability,
}

/// How far the log was read. Keep it: the next reading notices by it whether the endpoint was put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Number of the next object; as many were read.
    pub next: u64,
    /// SHA-256 of the object before it (exact bytes); zeros at the start.
    pub last: Hash,
}

impl Default for Cursor {
    fn default() -> Self {
        Self {
            next: 0,
            last: Hash([0; 32]),
        }
    }
}

/// A verified stretch of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRead {
    /// The objects, in order, each chained to the one before.
    pub batches: Vec<LogBatch>,
    /// Where to go on.
    pub cursor: Cursor,
    /// Whether there may be more to read at once.
    pub more: bool,
}

impl Collector {
    /// Prepares a line to `address` for `capability`; nothing is contacted.
    ///
    /// # Errors
    /// [`SyncError::Setup`], [`SyncError::AddressRefused`], [`SyncError::TorNeeded`].
    pub fn new(
        transport: Transport,
        address: &str,
        capability: Capability,
    ) -> Result<Self, SyncError> {
        let net = Net::new(transport)?;
        let line = net.line(&format!("collect {address}"), address)?;
        Ok(Self {
            net,
            line,
            capability,
        })
    }

    /// Exchanges `token` for this collector's capability, which was drawn and kept before; gives back the role
    /// (`caseworker`). The same exchange again gets the same answer.
    ///
    /// # Errors
    /// [`SyncError::TokenRefused`], [`SyncError::TokenUsed`], or the line's.
    pub async fn exchange(&self, token: &Token) -> Result<String, SyncError> {
        match visit::exchange(&self.line, token, &self.capability).await? {
            Exchange::Role(role) => Ok(role),
            Exchange::Used => Err(SyncError::TokenUsed),
            Exchange::Unknown => Err(SyncError::TokenRefused),
            Exchange::Other(answer) => Err(SyncError::Refused {
                status: answer.status,
            }),
        }
    }

    /// The endpoint's profile, its signatures verified. Whether it follows the known one is for the caller to ask.
    ///
    /// # Errors
    /// [`SyncError::Profile`], [`SyncError::Refused`], or the line's.
    pub async fn profile(&self) -> Result<Profile<Verified>, SyncError> {
        let answer = self
            .line
            .ask(
                self.line.request(Method::GET, route::PROFILE),
                PROFILE_LIMIT,
            )
            .await?;
        let refused = SyncError::Refused {
            status: answer.status,
        };
        Profile::read(visit::served(&answer).ok_or(refused)?)
            .and_then(Profile::verify)
            .map_err(SyncError::Profile)
    }

    /// Hands over what the organisation signed: that its profile is current today.
    ///
    /// # Errors
    /// [`SyncError::Refused`] when the endpoint has another profile, [`SyncError::AccessRefused`], or the line's.
    pub async fn tell_current(&self, said: &SignedDocument) -> Result<(), SyncError> {
        let secret = self.capability.expose();
        let request = self.line.tus(Method::PUT, route::CURRENT, &secret);
        let answer = self.line.ask(request.json(said), SMALL).await?;
        match answer.status {
            204 => Ok(()),
            _ if answer.problem() == Some(Problem::NotFound) => Err(SyncError::AccessRefused),
            status => Err(SyncError::Refused { status }),
        }
    }

    /// Puts a sealed message into a mailbox. The same again is the same.
    ///
    /// # Errors
    /// [`SyncError::MailboxFull`], [`SyncError::NoMailboxes`] (or this caseworker is not known any more, which the log tells),
    /// [`SyncError::Refused`], or the line's.
    pub async fn post(&self, mailbox: Hash, message: Vec<u8>) -> Result<(), SyncError> {
        let path = format!("{}/{mailbox}", route::MAILBOX);
        let secret = self.capability.expose();
        let request = self.line.tus(Method::POST, &path, &secret);
        let answer = self.line.ask(request.body(message), SMALL).await?;
        match (answer.status, answer.problem()) {
            (201, _) => Ok(()),
            (_, Some(Problem::MailboxFull)) => Err(SyncError::MailboxFull),
            (_, Some(Problem::NotFound)) => Err(SyncError::NoMailboxes),
            (status, _) => Err(SyncError::Refused { status }),
        }
    }

    /// Reads the log from `from` on, at most 1,000 objects. What was read last time is looked at again first: an
    /// endpoint that was put back to an older state no longer has it.
    ///
    /// # Errors
    /// [`SyncError::LogRolledBack`], [`SyncError::LogBroken`], [`SyncError::AccessRefused`], or the line's. Nothing of
    /// the stretch is given back then.
    pub async fn log(&self, from: Cursor) -> Result<LogRead, SyncError> {
        self.still_there(from).await?;
        let mut read = LogRead {
            batches: Vec::new(),
            cursor: from,
            more: false,
        };
        while read.batches.len() < MAX_OBJECTS {
            let number = read.cursor.next;
            let Some(bytes) = self.object(number).await? else {
                return Ok(read);
            };
            let broken = SyncError::LogBroken { number };
            let batch: LogBatch = serde_json::from_slice(&bytes).map_err(|_| broken)?;
            if batch.number != number || batch.previous != read.cursor.last {
                return Err(broken);
            }
            read.cursor = Cursor {
                next: number + 1,
                last: Hash::of(&bytes),
            };
            read.batches.push(batch);
        }
        read.more = true;
        Ok(read)
    }

    /// Fetches one bundle into `out` by ranges of 1 MiB, taken up where they were cut, and compares size and hash with
    /// the log's entry. `progress` hears the bytes written so far. `out` holds anything at all until this returns `Ok`:
    /// write to a place that is thrown away otherwise. It is written to on the calling task, at most 1 MiB at a time.
    ///
    /// # Errors
    /// [`SyncError::WrongBytes`], [`SyncError::Write`], [`SyncError::Cancelled`], or the line's.
    pub async fn fetch(
        &self,
        entry: &LogEntry,
        out: &mut (dyn Write + Send),
        progress: &mut (dyn FnMut(u64) + Send),
        cancel: &CancellationToken,
    ) -> Result<(), SyncError> {
        if entry.size > size::LARGEST {
            return Err(SyncError::WrongBytes);
        }
        let mut hasher = Sha256::new();
        let (mut at, mut strikes) = (0, 0);
        while at < entry.size {
            let wanted = RANGE_SIZE.min(entry.size - at);
            let mut piece = Vec::new();
            let result = tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(SyncError::Cancelled),
                result = self.range(entry, at, wanted, &mut piece) => result,
            };
            hasher.update(&piece);
            out.write_all(&piece).map_err(|_| SyncError::Write)?;
            at += piece.len() as u64;
            progress(at);
            strikes = if piece.is_empty() { strikes + 1 } else { 0 };
            match result {
                Err(error) if error != SyncError::Unreachable || strikes > MAX_STRIKES => {
                    return Err(error);
                }
                Err(_) => tokio::select! {
                    () = cancel.cancelled() => return Err(SyncError::Cancelled),
                    () = sleep(self.net.transport.timing.retry * (1 << strikes)) => {}
                },
                Ok(()) => {}
            }
        }
        out.flush().map_err(|_| SyncError::Write)?;
        if Hash(hasher.finalize().into()) == entry.sha256 {
            Ok(())
        } else {
            Err(SyncError::WrongBytes)
        }
    }

    /// Reads one range into `piece`; what came before a cut stays there.
    async fn range(
        &self,
        entry: &LogEntry,
        at: u64,
        wanted: u64,
        piece: &mut Vec<u8>,
    ) -> Result<(), SyncError> {
        let path = format!("{}/{}", route::BUNDLE, entry.sha256);
        let end = at + wanted - 1;
        let request = self.line.tus(Method::GET, &path, &self.capability.expose());
        let request = request.header(RANGE, format!("bytes={at}-{end}"));
        let mut response = self.line.send(request, &self.line.activity()).await?;
        let status = response.status().as_u16();
        if status != 206 {
            return Err(SyncError::Refused { status });
        }
        let told = response
            .headers()
            .get(CONTENT_RANGE)
            .and_then(|v| v.to_str().ok());
        if told != Some(format!("bytes {at}-{end}/{}", entry.size).as_str()) {
            return Err(SyncError::WrongBytes);
        }
        while let Some(chunk) = self.line.chunk(&mut response).await? {
            if (piece.len() + chunk.len()) as u64 > wanted {
                return Err(SyncError::WrongBytes);
            }
            piece.extend_from_slice(&chunk);
        }
        if piece.len() as u64 == wanted {
            Ok(())
        } else {
            Err(SyncError::Unreachable)
        }
    }

    async fn still_there(&self, from: Cursor) -> Result<(), SyncError> {
        let Some(number) = from.next.checked_sub(1) else {
            return Ok(());
        };
        match self.object(number).await? {
            Some(bytes) if Hash::of(&bytes) == from.last => Ok(()),
            _ => Err(SyncError::LogRolledBack { number }),
        }
    }

    /// The exact bytes of one object; `None` past the end. Unknown, revoked and wrong are one answer, and an error: it
    /// must never be taken for an empty log.
    async fn object(&self, number: u64) -> Result<Option<Vec<u8>>, SyncError> {
        let path = format!("{}/{number}", route::LOG);
        let once = || {
            self.line.ask(
                self.line.tus(Method::GET, &path, &self.capability.expose()),
                LOG_LIMIT,
            )
        };
        let answer: Answer = match once().await {
            Err(Cut::Broken) => once().await,
            other => other,
        }?;
        match answer.status {
            200 if answer.whole => Ok(Some(answer.body)),
            200 => Err(SyncError::LogBroken { number }),
            204 => Ok(None),
            _ if answer.problem() == Some(Problem::NotFound) => Err(SyncError::AccessRefused),
            status => Err(SyncError::Refused { status }),
        }
    }
}

// One range of a bundle, in bytes.
const RANGE_SIZE: u64 = 1 << 20;
// Objects in one reading.
const MAX_OBJECTS: usize = 1000;
// One object: some thousand entries, in bytes.
const LOG_LIMIT: usize = 64 * SMALL;
// Cuts in a row without a byte.
const MAX_STRIKES: u32 = 4;
