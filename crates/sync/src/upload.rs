//! One parcel by tus 1.0: is it there already, begin or take up an upload, send pieces, wait for the receipt. The
//! server's offset is believed, also when it moves back, but never beyond the length; whatever it answers, the only way
//! out with success is a verified receipt that the outbox has kept. Every loop here has a limit.

use crate::line::{Answer, Cut, SMALL, TUS_RESUMABLE};
use crate::outbox::Parcel;
use crate::pace::Pace;
use crate::receipt::{self, Receipt};
use crate::trouble::{Reason, Trouble};
use crate::visit::{Halt, Round};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chronicle_wire::Hash;
use chronicle_wire::route::{self, Problem};
use futures_util::stream;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use reqwest::{Body, Method};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;
use tokio::time::{Duration, Instant, sleep};
use zeroize::Zeroizing;

/// Delivers one parcel; `Ok` means that its receipt was verified and kept.
pub(crate) async fn deliver(round: &Round, parcel: &Parcel, pace: &mut Pace) -> Result<(), Halt> {
    let secret = parcel.capability.expose();
    let mut delivery = Delivery {
        round,
        parcel,
        pace,
        secret,
        file: None,
        lost: false,
    };
    // What is there already, or being finished, is not sent again.
    match delivery.settled(false).await? {
        Settled::Stored => return Ok(()),
        // Said of an earlier upload: a new one clears it, unless the ciphertext here is what was damaged.
        Settled::Refused => delivery.check_sealed().await?,
        Settled::Missing => delivery.lost = parcel.stored,
    }
    let mut upload = parcel.upload.clone().filter(|path| upload_path(path));
    if delivery.lost {
        upload = None;
    }
    let mut refused = false;
    let mut end = Trouble::refused(410, None);
    for _ in 0..=MAX_ANEW {
        let begun_here = upload.is_none();
        let (path, first) = match upload.take() {
            Some(path) => {
                let first = delivery.offset(&path).await;
                (path, first)
            }
            None => (delivery.create().await?, Step::At(0)),
        };
        match delivery.bring(&path, first).await? {
            Brought::Stored => return Ok(()),
            // A server that takes everything and signs nothing is not sent it again and again.
            Brought::NoReceipt if begun_here => {
                return Err(Halt::parcel(Reason::ReceiptWrong.into()));
            }
            Brought::NoReceipt => end = Reason::ReceiptWrong.into(),
            Brought::Gone => end = Trouble::refused(410, None),
            Brought::Refused if refused => return Err(Halt::parcel(Reason::BundleRefused.into())),
            Brought::Refused => {
                delivery.check_sealed().await?;
                refused = true;
            }
        }
    }
    // An endpoint that forgets each upload.
    Err(Halt::parcel(end))
}

struct Delivery<'a> {
    round: &'a Round,
    parcel: &'a Parcel,
    pace: &'a mut Pace,
    secret: Zeroizing<String>,
    file: Option<Arc<File>>,
    /// Its receipt is here, and the endpoint says that it is not there. That is believed once an upload was begun: to whom it
    /// does not know any more, an endpoint says the same.
    lost: bool,
}

enum Sent {
    Whole,
    Gone,
    Refused,
}

/// What an upload came to, its receipt included.
enum Brought {
    Stored,
    NoReceipt,
    Gone,
    Refused,
}

/// What asking for the receipt came to.
enum Settled {
    Stored,
    Missing,
    Refused,
}

/// What a step inside an upload came to.
enum Step {
    At(u64),
    /// The server has less than it was sent, and says so: back to there, but not for ever.
    Less(u64),
    Gone,
    Refused,
    /// Not done, but worth another look at the offset.
    Again(Halt),
}

impl Delivery<'_> {
    async fn receipt(&self) -> Result<Receipt, Halt> {
        let (round, parcel) = (self.round, self.parcel);
        receipt::ask(&round.line, &self.secret, &round.profile, parcel).await
    }

    /// Keeps the receipt if it is there or comes in time (`sent`: after everything was sent).
    async fn settled(&self, sent: bool) -> Result<Settled, Halt> {
        match self.settle(if sent { MAX_MISSING } else { 0 }).await? {
            Receipt::Stored(receipt, day) => {
                let id = self.parcel.id.clone();
                self.round
                    .outbox(move |o| o.stored(&id, &receipt, day))
                    .await?;
                Ok(Settled::Stored)
            }
            Receipt::Pending => Err(Halt::parcel(Reason::ReceiptPending.into())),
            Receipt::Missing => Ok(Settled::Missing),
            Receipt::Refused => Ok(Settled::Refused),
        }
    }

    /// Sends what is left of one upload, and asks for the receipt.
    async fn bring(&mut self, path: &str, first: Step) -> Result<Brought, Halt> {
        Ok(match self.send(path, first).await? {
            Sent::Whole => match self.settled(true).await? {
                Settled::Stored => Brought::Stored,
                Settled::Missing => Brought::NoReceipt,
                Settled::Refused => Brought::Refused,
            },
            Sent::Gone => Brought::Gone,
            Sent::Refused => Brought::Refused,
        })
    }

    /// After a refusal: the ciphertext here must still be what was sealed, or sending it again would help nobody.
    async fn check_sealed(&self) -> Result<(), Halt> {
        let (outbox, id) = (Arc::clone(&self.round.outbox), self.parcel.id.clone());
        let hashing = tokio::task::spawn_blocking(move || Hash::of_reader(outbox.open(&id)?));
        match hashing.await {
            Ok(Ok(hash)) if hash == self.parcel.sha256 => Ok(()),
            Ok(Ok(_)) => Err(Halt::parcel(Reason::SealedDamaged.into())),
            _ => Err(Halt::parcel(Reason::FileUnreadable.into())),
        }
    }

    /// Begins an upload and keeps its path before anything is sent.
    async fn create(&mut self) -> Result<String, Halt> {
        let line = &self.round.line;
        let name = STANDARD.encode(self.parcel.sha256.to_string());
        let request = line
            .tus(Method::POST, route::UPLOAD, &self.secret)
            .header("Upload-Length", self.parcel.size)
            .header("Upload-Metadata", format!("sha256 {name}"))
            .header(CONTENT_LENGTH, 0);
        let answer = line.ask(request, SMALL).await?;
        if answer.problem() == Some(Problem::NotFound) {
            return Err(Halt::parcel(Reason::CapabilityRevoked.into()));
        }
        let path = if answer.status == 201 && speaks_tus(&answer) {
            location(&answer, line.base())
        } else {
            None
        };
        let path = path.ok_or_else(|| Halt::refused(&answer))?;
        if std::mem::take(&mut self.lost) {
            let id = self.parcel.id.clone();
            self.round.outbox(move |o| o.lost(&id)).await?;
        }
        let (id, kept) = (self.parcel.id.clone(), path.clone());
        self.round.outbox(move |o| o.created(&id, &kept)).await?;
        Ok(path)
    }

    /// Sends pieces from the server's offset on (`step`), until it has everything.
    async fn send(&mut self, path: &str, mut step: Step) -> Result<Sent, Halt> {
        let (mut reached, mut strikes, mut back) = (0, 0, 0);
        loop {
            let ask = match step {
                Step::Gone => return Ok(Sent::Gone),
                Step::Refused => return Ok(Sent::Refused),
                Step::At(at) | Step::Less(at) => {
                    back += u32::from(at < reached || matches!(step, Step::Less(_)));
                    if at > self.parcel.size || back > MAX_BACK {
                        return Err(Halt::parcel(Trouble::refused(200, None)));
                    }
                    strikes = if at > reached { 0 } else { strikes };
                    reached = at;
                    self.progress(at).await;
                    if at == self.parcel.size {
                        return Ok(Sent::Whole);
                    }
                    false
                }
                Step::Again(halt) => {
                    strikes += 1;
                    if strikes > MAX_STRIKES {
                        return Err(halt);
                    }
                    sleep(self.round.timing.retry * (1 << (strikes - 1))).await;
                    true
                }
            };
            step = if ask {
                self.offset(path).await
            } else {
                self.piece(path, reached).await?
            };
        }
    }

    /// Asks how much the server has.
    async fn offset(&self, path: &str) -> Step {
        let line = &self.round.line;
        let answer = match line
            .ask(line.tus(Method::HEAD, path, &self.secret), SMALL)
            .await
        {
            Ok(answer) => answer,
            Err(cut) => return Step::Again(cut.into()),
        };
        let length = answer.number("upload-length").unwrap_or(self.parcel.size);
        match answer.status {
            // Not the upload that was begun for this parcel.
            200 | 204 if length != self.parcel.size => Step::Gone,
            200 | 204 if speaks_tus(&answer) => answer
                .number("upload-offset")
                .map_or_else(|| Step::Again(Halt::refused(&answer)), Step::At),
            404 | 410 => Step::Gone,
            _ => Step::Again(Halt::refused(&answer)),
        }
    }

    /// Sends one piece; `Err` where another look at the offset cannot help.
    async fn piece(&mut self, path: &str, at: u64) -> Result<Step, Halt> {
        let piece = self.read(at, self.pace.next(self.parcel.size - at)).await?;
        let (sent, began) = (piece.len() as u64, Instant::now());
        let answer = match self.patch(path, at, piece).await {
            Ok(answer) => answer,
            Err(cut) => {
                self.pace.shrink();
                return Ok(Step::Again(cut.into()));
            }
        };
        let again = |answer: &Answer| Ok(Step::Again(Halt::refused(answer)));
        match (answer.status, answer.problem()) {
            (200 | 204, _) if speaks_tus(&answer) => match answer.number("upload-offset") {
                // Nothing new: a strike, or this would go on for ever.
                Some(offset) if offset == at => again(&answer),
                Some(offset) if offset < at + sent => Ok(Step::Less(offset)),
                Some(offset) if offset == at + sent => {
                    self.pace.took(sent, began.elapsed());
                    Ok(Step::At(offset))
                }
                // No offset, or more than it can have.
                _ => again(&answer),
            },
            (404 | 410, _) => Ok(Step::Gone),
            (422, Some(Problem::Refused)) => Ok(Step::Refused),
            (413, Some(Problem::PieceTooLarge)) => {
                self.pace.shrink();
                again(&answer)
            }
            (409 | 460 | 500..=506, _) => again(&answer),
            _ => Err(Halt::refused(&answer)),
        }
    }

    async fn patch(&self, path: &str, at: u64, piece: Bytes) -> Result<Answer, Cut> {
        let line = &self.round.line;
        let checksum = STANDARD.encode(Sha256::digest(&piece));
        let activity = line.activity();
        let request = line
            .tus(Method::PATCH, path, &self.secret)
            .header(CONTENT_TYPE, route::OFFSET_OCTET_STREAM)
            .header(CONTENT_LENGTH, piece.len())
            .header("Upload-Offset", at)
            .header("Upload-Checksum", format!("sha256 {checksum}"));
        let marked = activity.clone();
        let parts = (0..piece.len()).step_by(SLICE).map(move |from| {
            marked.mark();
            Ok::<_, std::io::Error>(piece.slice(from..piece.len().min(from + SLICE)))
        });
        line.ask_with(
            request.body(Body::wrap_stream(stream::iter(parts))),
            &activity,
            SMALL,
        )
        .await
    }

    async fn read(&mut self, at: u64, len: u64) -> Result<Bytes, Halt> {
        let (outbox, id, size) = (
            Arc::clone(&self.round.outbox),
            self.parcel.id.clone(),
            self.parcel.size,
        );
        let open = self.file.clone();
        let reading =
            tokio::task::spawn_blocking(move || -> std::io::Result<(Arc<File>, Bytes)> {
                let file = match open {
                    Some(file) => file,
                    None => Arc::new(outbox.open(&id)?),
                };
                if file.metadata()?.len() != size {
                    return Err(std::io::ErrorKind::InvalidData.into());
                }
                let mut piece = vec![0; usize::try_from(len).unwrap_or_default()];
                let mut reader = &*file;
                reader.seek(SeekFrom::Start(at))?;
                reader.read_exact(&mut piece)?;
                Ok((file, Bytes::from(piece)))
            });
        match reading.await {
            Ok(Ok((file, piece))) => {
                self.file = Some(file);
                Ok(piece)
            }
            _ => Err(Halt::parcel(Reason::FileUnreadable.into())),
        }
    }

    async fn progress(&self, at: u64) {
        let id = self.parcel.id.clone();
        // Progress is for the eyes: nothing depends on it.
        let _ = self
            .round
            .outbox(move |o| {
                o.progress(&id, at);
                Ok(())
            })
            .await;
    }

    /// Asks for the receipt until it is there, or missing more than so many times.
    async fn settle(&self, patience: u32) -> Result<Receipt, Halt> {
        let timing = &self.round.timing;
        let until = Instant::now() + timing.poll_for;
        let (mut pause, mut missing) = (timing.poll, 0);
        loop {
            match self.receipt().await? {
                Receipt::Missing if missing >= patience => return Ok(Receipt::Missing),
                Receipt::Missing => missing += 1,
                Receipt::Pending if Instant::now() >= until => return Ok(Receipt::Pending),
                Receipt::Pending => {}
                stored => return Ok(stored),
            }
            sleep(pause).await;
            pause = (pause * 2)
                .min(timing.poll * 8)
                .max(Duration::from_millis(1));
        }
    }
}

fn speaks_tus(answer: &Answer) -> bool {
    answer
        .headers
        .get(TUS_RESUMABLE)
        .is_some_and(|v| v.as_bytes() == route::TUS_VERSION.as_bytes())
}

/// The path of a new upload, below the endpoint's own route; never another host.
fn location(answer: &Answer, base: &str) -> Option<String> {
    let text = answer.headers.get(LOCATION)?.to_str().ok()?;
    let path = match text.strip_prefix(base) {
        Some(path) => path,
        // A path alone starts at the host; an address may have a path of its own.
        None => text
            .strip_prefix(base_path(base))
            .filter(|_| text.starts_with('/'))?,
    };
    upload_path(path).then(|| path.to_string())
}

fn base_path(base: &str) -> &str {
    let host = base.split_once("://").map_or(base, |(_, rest)| rest);
    host.find('/')
        .and_then(|at| host.get(at..))
        .unwrap_or_default()
}

/// Whether this is the path of one upload and nothing else.
fn upload_path(path: &str) -> bool {
    let id = path
        .strip_prefix(route::UPLOAD)
        .and_then(|rest| rest.strip_prefix('/'));
    id.is_some_and(|id| {
        (1..=200).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_~.".contains(&b))
            && !id.bytes().all(|b| b == b'.')
    })
}

// Times that an upload is begun anew in one visit.
const MAX_ANEW: u32 = 2;
// Cuts and refusals in a row without a byte of progress.
const MAX_STRIKES: u32 = 4;
// Times that the server may have less than it had or was sent, in one upload and visit.
const MAX_BACK: u32 = 8;
// Times that a receipt may be missing after everything was sent.
const MAX_MISSING: u32 = 2;
// What is handed to the socket at once, in bytes.
const SLICE: usize = 32 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_uploads_are_paths_of_uploads() {
        for good in ["/v1/upload/a", "/v1/upload/0f-_~.Z"] {
            assert!(upload_path(good), "{good}");
        }
        let long = format!("/v1/upload/{}", "a".repeat(201));
        for bad in [
            "",
            "/v1/upload",
            "/v1/upload/",
            "/v1/upload/..",
            "/v1/upload/a/b",
            "/v1/upload/a?b",
            "/v1/receipt/a",
            "//host/v1/upload/a",
            "/v1/upload/a#b",
            "/v1/upload/%2e",
            &long,
        ] {
            assert!(!upload_path(bad), "{bad}");
        }
    }

    #[test]
    fn a_location_stays_at_its_address() {
        let at = |base: &str, text: &str| {
            let mut headers = reqwest::header::HeaderMap::new();
            headers.insert(LOCATION, text.parse().unwrap());
            location(
                &Answer {
                    status: 201,
                    headers,
                    body: Vec::new(),
                    whole: true,
                },
                base,
            )
        };
        let path = Some("/v1/upload/x".to_string());
        assert_eq!(at("https://a.org", "/v1/upload/x"), path);
        assert_eq!(at("https://a.org", "https://a.org/v1/upload/x"), path);
        assert_eq!(at("https://a.org/b", "https://a.org/b/v1/upload/x"), path);
        assert_eq!(at("https://a.org/b", "/b/v1/upload/x"), path);
        for bad in [
            "https://b.org/v1/upload/x",
            "https://a.org.evil/v1/upload/x",
            "//b.org/v1/upload/x",
            "x",
            "https://a.org",
        ] {
            assert_eq!(at("https://a.org", bad), None, "{bad}");
        }
        assert_eq!(at("https://a.org/b", "/v1/upload/x"), None);
    }
}
