//! Finishing: all bytes are hashed and looked at, `end` is created, then manifest, log entry and receipt. No receipt is
//! made before everything it speaks of is durable. Any endpoint completes a finish that another one left.

use crate::access::{forget_token, json};
use crate::store::StoreError;
use crate::upload::{End, New};
use crate::{Endpoint, day_of};
use chronicle_wire::agehead;
use chronicle_wire::route::{LogEntry, Problem};
use chronicle_wire::{Hash, StoredReceipt};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::sync::{Arc, PoisonError};

/// `bundle/<sha256>`: where its bytes are.
#[derive(Serialize, Deserialize)]
pub(crate) struct BundleManifest {
    pub(crate) upload: String,
    pub(crate) size: u64,
    /// (offset, size), end to end.
    pub(crate) pieces: Vec<(u64, u64)>,
}

/// What pieces hold together.
pub(crate) struct ReadPieces {
    pub(crate) sha256: Hash,
    pub(crate) size: u64,
    /// As much of the beginning as a header may take.
    pub(crate) start: Vec<u8>,
}

impl Endpoint {
    /// Finishes an upload whose bytes are all there; gives up at once, promising nothing, while this process is at it
    /// already.
    pub(crate) async fn finish(self: &Arc<Self>, id: &str, new: &New) -> Result<(), Problem> {
        let Some(_alone) = Alone::with(self, id) else {
            return Ok(());
        };
        let pieces = self.pieces(id).await?;
        let sha256 = match self.verify(id, new, &pieces).await {
            Ok(sha256) => sha256,
            // Bytes go only after `end`: what is missing then says nothing about the bundle.
            Err(problem) => {
                return Err(match self.end(id).await? {
                    Some(End::Void) => Problem::Gone,
                    None if problem == Problem::Refused => self.refuse(id, new).await?,
                    _ if problem == Problem::Refused => Problem::Internal,
                    _ => problem,
                });
            }
        };
        self.store
            .create(&format!("up/{id}/end"), "finished")
            .await?;
        if self.end(id).await? != Some(End::Finished) {
            return Err(Problem::Gone);
        }
        self.complete(id, new, sha256, pieces).await
    }

    // The client is told also when it asks later, by another connection or endpoint.
    async fn refuse(&self, id: &str, new: &New) -> Result<Problem, Problem> {
        if let Some(declared) = new.sha256 {
            self.store
                .create(&format!("refused/{}/{declared}", new.capability), "refused")
                .await?;
        }
        self.void(id, new.capability).await?;
        Ok(Problem::Refused)
    }

    /// Completes finishes that were left, and ends uploads that nobody continued for 14 days.
    pub(crate) async fn tend(self: &Arc<Self>) -> Result<(), StoreError> {
        for (name, _) in self.store.list("open").await? {
            let Some((_, id)) = name.split_once('/') else {
                continue;
            };
            let Some(standing) = self.any_standing(id).await? else {
                self.store.delete(&format!("open/{name}")).await?;
                continue;
            };
            let whole = standing.offset == standing.new.length;
            match standing.end {
                Some(End::Void) => {
                    self.void(id, standing.new.capability).await?;
                }
                // A refusal is kept for the client; a failing disk is tried again the next time.
                _ if whole => drop(self.finish(id, &standing.new).await),
                // Its bytes were being removed since the same bundle came before.
                Some(End::Finished) => self.leave(id, &standing.new).await?,
                None if self.expired(id, &standing.new).await? => {
                    self.void(id, standing.new.capability).await?;
                }
                None => {}
            }
        }
        Ok(())
    }

    async fn leave(&self, id: &str, new: &New) -> Result<(), StoreError> {
        let kept = match new.sha256 {
            Some(sha256) => self.bundle(sha256).await?,
            None => None,
        };
        if kept.is_some_and(|kept| kept.upload != id) {
            self.delete_pieces(id).await?;
        }
        self.store
            .delete(&format!("open/{}/{id}", new.capability))
            .await
    }

    // Counted from the last piece: a slow line has as long as it moves.
    async fn expired(&self, id: &str, new: &New) -> Result<bool, StoreError> {
        let newest = self.store.newest(&format!("up/{id}")).await?;
        let newest = newest
            .and_then(|second| jiff::Timestamp::from_second(second).ok())
            .map_or(new.day, day_of);
        let last = new
            .day
            .max(newest)
            .saturating_add(jiff::Span::new().days(EXPIRY_DAYS));
        Ok(last < self.today())
    }

    async fn verify(&self, id: &str, new: &New, pieces: &[(u64, u64)]) -> Result<Hash, Problem> {
        let read = self.read_pieces(id, pieces).await?;
        let ReadPieces {
            sha256,
            size,
            start,
        } = read.ok_or(Problem::Internal)?;
        // Of either type: a bundle that waited while the organisation changed its recipients still arrives.
        let looks = agehead::check(&start, &agehead::TYPES).is_ok();
        let right =
            size == new.length && looks && new.sha256.is_none_or(|declared| declared == sha256);
        if right {
            Ok(sha256)
        } else {
            Err(Problem::Refused)
        }
    }

    /// Reads pieces to their end, in constant memory; `None` when one is not there.
    pub(crate) async fn read_pieces(
        &self,
        id: &str,
        pieces: &[(u64, u64)],
    ) -> Result<Option<ReadPieces>, StoreError> {
        let (mut hash, mut start, mut size) = (Sha256::new(), Vec::new(), 0u64);
        for (offset, _) in pieces {
            let Some(bytes) = self.store.get(&format!("up/{id}/p{offset:020}")).await? else {
                return Ok(None);
            };
            let missing = agehead::MAX_HEADER
                .saturating_sub(start.len())
                .min(bytes.len());
            start.extend_from_slice(bytes.get(..missing).unwrap_or_default());
            size += bytes.len() as u64;
            let hashing = tokio::task::spawn_blocking(move || {
                hash.update(&bytes);
                hash
            });
            hash = hashing.await.map_err(|_| StoreError::Failed)?;
        }
        Ok(Some(ReadPieces {
            sha256: Hash(hash.finalize().into()),
            size,
            start,
        }))
    }

    async fn complete(
        &self,
        id: &str,
        new: &New,
        sha256: Hash,
        pieces: Vec<(u64, u64)>,
    ) -> Result<(), Problem> {
        let manifest = BundleManifest {
            upload: id.to_owned(),
            size: new.length,
            pieces,
        };
        let first = self
            .store
            .create(&format!("bundle/{sha256}"), json(&manifest)?)
            .await?;
        let receipt = format!("receipt/{sha256}");
        if self.store.get(&receipt).await?.is_none() {
            let profile = crate::profile::newest(&self.store)
                .await?
                .ok_or(Problem::NoProfile)?;
            let day = self.today();
            self.append_log(LogEntry {
                sha256,
                size: new.length,
                day,
            })
            .await?;
            let signed =
                StoredReceipt::sign(profile.organisation(), sha256, new.length, day, &self.key);
            if self.store.create(&receipt, json(&signed)?).await? {
                self.measures.stored(day);
            }
        }
        forget_token(&self.store, new.capability).await?;
        // The same bundle came before: its bytes are kept once.
        if !first
            && self
                .bundle(sha256)
                .await?
                .is_some_and(|kept| kept.upload != id)
        {
            self.delete_pieces(id).await?;
        }
        self.store
            .delete(&format!("open/{}/{id}", new.capability))
            .await?;
        Ok(())
    }

    pub(crate) async fn bundle(&self, sha256: Hash) -> Result<Option<BundleManifest>, StoreError> {
        let bytes = self.store.get(&format!("bundle/{sha256}")).await?;
        bytes
            .map(|b| serde_json::from_slice(&b).map_err(|_| StoreError::Failed))
            .transpose()
    }
}

/// Marks an upload as being finished here, for as long as it lives.
struct Alone {
    endpoint: Arc<Endpoint>,
    id: String,
}

impl Alone {
    fn with(endpoint: &Arc<Endpoint>, id: &str) -> Option<Self> {
        let mut finishing = endpoint
            .finishing
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        finishing.insert(id.to_owned()).then(|| Self {
            endpoint: Arc::clone(endpoint),
            id: id.to_owned(),
        })
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        let finishing = self.endpoint.finishing.lock();
        finishing
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.id);
    }
}

/// Days after which an upload that nobody continues is ended.
pub(crate) const EXPIRY_DAYS: i64 = 14;
