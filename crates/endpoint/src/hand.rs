//! By hand: a sealed bundle that somebody brought on a stick is stored as if it had been sent, and its receipt goes back the
//! same way.

use crate::Endpoint;
use crate::upload::New;
use bytes::Bytes;
use chronicle_wire::route::{MAX_PIECE, Problem};
use chronicle_wire::{Hash, size};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::sync::Arc;

impl Endpoint {
    /// Stores a bundle of `length` bytes; gives its receipt, as a journal takes it back. The same again gives the same.
    ///
    /// # Errors
    /// [`Problem::Size`], [`Problem::Refused`] for what is no bundle, [`Problem::Full`], [`Problem::NoProfile`],
    /// [`Problem::BadRequest`] when `source` fails or ends too early, [`Problem::Internal`].
    pub async fn import(
        self: &Arc<Self>,
        source: &mut (dyn Read + Send),
        length: u64,
    ) -> Result<Bytes, Problem> {
        if !size::contains(length) {
            return Err(Problem::Size);
        }
        if !self.has_room_for(length) {
            return Err(Problem::Full);
        }
        let id = crate::upload::random_id()?;
        let mut new = New {
            capability: Hash::of(NOBODY),
            length,
            sha256: None,
            day: self.today(),
        };
        self.begin(&id, &new).await?;
        let taken = self.take_from(&id, source, length).await;
        let sha256 = match taken {
            Ok(sha256) => sha256,
            Err(problem) => {
                self.void(&id, new.capability).await?;
                return Err(problem);
            }
        };
        new.sha256 = Some(sha256);
        self.finish(&id, &new).await?;
        let receipt = self.store.get(&format!("receipt/{sha256}")).await?;
        receipt.ok_or(Problem::Internal)
    }

    async fn take_from(
        &self,
        id: &str,
        source: &mut (dyn Read + Send),
        length: u64,
    ) -> Result<Hash, Problem> {
        let mut hash = Sha256::new();
        let mut at = 0;
        while at < length {
            let wanted = MAX_PIECE.min(length - at);
            let mut piece = vec![0; usize::try_from(wanted).map_err(|_| Problem::Internal)?];
            source
                .read_exact(&mut piece)
                .map_err(|_| Problem::BadRequest)?;
            hash.update(&piece);
            at = self.put_piece(id, at, piece.into()).await?;
        }
        Ok(Hash(hash.finalize().into()))
    }
}

// No capability has this hash: what nobody continues is ended like any other upload.
const NOBODY: &[u8] = b"chronicle/by-hand";
