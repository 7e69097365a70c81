//! Uploads by tus 1.0 over write-once pieces. The offset is always what the listed pieces say; `end`, created if absent,
//! decides between finishing and ending. No piece is empty, and none counts before all its bytes are there and checked.

use crate::Endpoint;
use crate::access::json;
use crate::store::StoreError;
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use chronicle_wire::route::{MAX_PIECE, Problem};
use chronicle_wire::{Day, Hash, size};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use sha2::Digest;

/// `up/<id>/new`.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct New {
    pub(crate) capability: Hash,
    pub(crate) length: u64,
    pub(crate) sha256: Option<Hash>,
    pub(crate) day: Day,
}

/// Where an upload stands.
pub(crate) struct Standing {
    pub(crate) new: New,
    pub(crate) offset: u64,
    pub(crate) end: Option<End>,
}

/// `up/<id>/end`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum End {
    Finished,
    Void,
}

/// A checksum that a client announced.
pub(crate) enum Checksum {
    Sha1(Vec<u8>),
    Sha256(Vec<u8>),
}

impl Checksum {
    /// Reads `Upload-Checksum`.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let (kind, value) = text.split_once(' ').ok_or(Problem::BadRequest)?;
        let value = STANDARD
            .decode(value.trim())
            .map_err(|_| Problem::BadRequest)?;
        match kind {
            "sha1" => Ok(Self::Sha1(value)),
            "sha256" => Ok(Self::Sha256(value)),
            _ => Err(Problem::ChecksumKind),
        }
    }

    fn matches(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Sha1(value) => sha1::Sha1::digest(bytes).as_slice() == value,
            Self::Sha256(value) => sha2::Sha256::digest(bytes).as_slice() == value,
        }
    }
}

impl Endpoint {
    /// Begins an upload; gives its id.
    pub(crate) async fn create_upload(
        &self,
        capability: Hash,
        length: u64,
        sha256: Option<Hash>,
    ) -> Result<String, Problem> {
        if !size::contains(length) {
            return Err(Problem::Size);
        }
        if !self.has_room_for(length) {
            return Err(Problem::Full);
        }
        if self.open(capability).await? >= self.limits.uploads {
            self.drop_empty(capability).await?;
            if self.open(capability).await? >= self.limits.uploads {
                return Err(Problem::TooMany);
            }
        }
        self.count_bundle(capability, sha256).await?;
        let id = random_id()?;
        if let Some(sha256) = sha256 {
            self.store
                .delete(&format!("refused/{capability}/{sha256}"))
                .await?;
        }
        let new = New {
            capability,
            length,
            sha256,
            day: self.today(),
        };
        self.begin(&id, &new).await?;
        Ok(id)
    }

    /// An upload that has no byte yet.
    pub(crate) async fn begin(&self, id: &str, new: &New) -> Result<(), StoreError> {
        let name = format!("up/{id}/new");
        self.store.create(&name, json(new)?).await?;
        let name = format!("open/{}/{id}", new.capability);
        self.store.create(&name, "open").await.map(drop)
    }

    /// Whether so many bytes fit beside what is left free; always where that is not known (a bucket).
    pub(crate) fn has_room_for(&self, length: u64) -> bool {
        let room = self.store.room();
        room.is_none_or(|room| room >= length.saturating_add(self.limits.reserve))
    }

    async fn open(&self, capability: Hash) -> Result<usize, StoreError> {
        let open = self.store.list(&format!("open/{capability}")).await?;
        Ok(open.len())
    }

    // On a bad line the answer to a creation is lost again and again: what never got a byte makes room.
    async fn drop_empty(&self, capability: Hash) -> Result<(), StoreError> {
        for (id, _) in self.store.list(&format!("open/{capability}")).await? {
            let standing = self.any_standing(&id).await?;
            if standing.is_some_and(|s| s.offset == 0 && s.end.is_none()) {
                self.void(&id, capability).await?;
            }
        }
        Ok(())
    }

    /// Where an upload of this capability stands; another one's is [`Problem::NotFound`].
    pub(crate) async fn standing(&self, id: &str, capability: Hash) -> Result<Standing, Problem> {
        let standing = self.any_standing(id).await?.ok_or(Problem::NotFound)?;
        if standing.new.capability == capability {
            Ok(standing)
        } else {
            Err(Problem::NotFound)
        }
    }

    pub(crate) async fn any_standing(&self, id: &str) -> Result<Option<Standing>, StoreError> {
        if id.len() != 32 || !id.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Ok(None);
        }
        let Some(new) = self.store.get(&format!("up/{id}/new")).await? else {
            return Ok(None);
        };
        let new: New = serde_json::from_slice(&new).map_err(|_| StoreError::Failed)?;
        let offset = self
            .pieces(id)
            .await?
            .last()
            .map_or(0, |(at, size)| at + size);
        let end = self.end(id).await?;
        Ok(Some(Standing { new, offset, end }))
    }

    /// The pieces that lie end to end from 0: (offset, size).
    pub(crate) async fn pieces(&self, id: &str) -> Result<Vec<(u64, u64)>, StoreError> {
        let (mut pieces, mut at) = (Vec::new(), 0);
        for (name, size) in self.store.list(&format!("up/{id}")).await? {
            let Some(offset) = name.strip_prefix('p').and_then(|n| n.parse::<u64>().ok()) else {
                continue;
            };
            if offset != at {
                break;
            }
            pieces.push((offset, size));
            at += size;
        }
        Ok(pieces)
    }

    /// Takes a body in at `offset`; gives the new offset. What came before a cut is kept where no checksum was announced.
    pub(crate) async fn append(
        &self,
        id: &str,
        standing: &Standing,
        offset: u64,
        checksum: Option<Checksum>,
        body: Body,
    ) -> Result<u64, Problem> {
        if standing.end.is_some() {
            return Err(Problem::Gone);
        }
        if offset != standing.offset {
            return Err(Problem::Offset);
        }
        let _budget = self
            .buffers
            .acquire()
            .await
            .map_err(|_| Problem::Internal)?;
        let room = standing.new.length - standing.offset;
        let reached = match checksum {
            Some(checksum) => {
                let bytes = self.whole(body, room).await?;
                if !checksum.matches(&bytes) {
                    return Err(Problem::Checksum);
                }
                self.put_piece(id, offset, bytes).await?
            }
            None => self.stream_pieces(id, offset, room, body).await?,
        };
        // Somebody may have ended the upload meanwhile: then this piece counts for nothing.
        if self.end(id).await? == Some(End::Void) {
            self.void(id, standing.new.capability).await?;
            Err(Problem::Gone)
        } else {
            Ok(reached)
        }
    }

    /// Ends an upload for good; `false` when it was finished before.
    pub(crate) async fn void(&self, id: &str, capability: Hash) -> Result<bool, StoreError> {
        self.store.create(&format!("up/{id}/end"), "void").await?;
        if self.end(id).await? != Some(End::Void) {
            return Ok(false);
        }
        self.delete_pieces(id).await?;
        self.store
            .delete(&format!("open/{capability}/{id}"))
            .await?;
        Ok(true)
    }

    /// Removes the pieces, the highest offset first.
    pub(crate) async fn delete_pieces(&self, id: &str) -> Result<(), StoreError> {
        let mut names: Vec<(String, u64)> = self.store.list(&format!("up/{id}")).await?;
        names.reverse();
        for (name, _) in names.iter().filter(|(n, _)| n.starts_with('p')) {
            self.store.delete(&format!("up/{id}/{name}")).await?;
        }
        Ok(())
    }

    pub(crate) async fn end(&self, id: &str) -> Result<Option<End>, StoreError> {
        Ok(
            match self.store.get(&format!("up/{id}/end")).await?.as_deref() {
                Some(b"finished") => Some(End::Finished),
                Some(_) => Some(End::Void),
                None => None,
            },
        )
    }

    pub(crate) async fn put_piece(
        &self,
        id: &str,
        offset: u64,
        bytes: Bytes,
    ) -> Result<u64, Problem> {
        if bytes.is_empty() {
            return Ok(offset);
        }
        let size = bytes.len() as u64;
        if self
            .store
            .create(&format!("up/{id}/p{offset:020}"), bytes)
            .await?
        {
            Ok(offset + size)
        } else {
            Err(Problem::Offset)
        }
    }

    async fn whole(&self, body: Body, room: u64) -> Result<Bytes, Problem> {
        let mut stream = body.into_data_stream();
        let mut bytes = BytesMut::new();
        while let Some(frame) = self.next(&mut stream).await {
            let frame = frame.map_err(|()| Problem::BadRequest)?;
            if (bytes.len() + frame.len()) as u64 > MAX_PIECE.min(room) {
                return Err(if (bytes.len() + frame.len()) as u64 > MAX_PIECE {
                    Problem::PieceTooLarge
                } else {
                    Problem::Size
                });
            }
            bytes.extend_from_slice(&frame);
        }
        Ok(bytes.freeze())
    }

    async fn stream_pieces(
        &self,
        id: &str,
        mut offset: u64,
        mut room: u64,
        body: Body,
    ) -> Result<u64, Problem> {
        let mut stream = body.into_data_stream();
        let mut held = BytesMut::new();
        let mut cut = false;
        while let Some(frame) = self.next(&mut stream).await {
            let Ok(frame) = frame else {
                cut = true;
                break;
            };
            room = room.checked_sub(frame.len() as u64).ok_or(Problem::Size)?;
            held.extend_from_slice(&frame);
            while held.len() as u64 >= MAX_PIECE {
                let piece =
                    held.split_to(usize::try_from(MAX_PIECE).map_err(|_| Problem::Internal)?);
                offset = self.put_piece(id, offset, piece.freeze()).await?;
            }
        }
        offset = self.put_piece(id, offset, held.freeze()).await?;
        if cut {
            Err(Problem::BadRequest)
        } else {
            Ok(offset)
        }
    }

    // A body that stops coming is a cut line: nobody waits for it.
    async fn next(&self, stream: &mut axum::body::BodyDataStream) -> Option<Result<Bytes, ()>> {
        match tokio::time::timeout(self.limits.silence, stream.next()).await {
            Ok(Some(Ok(bytes))) => Some(Ok(bytes)),
            Ok(None) => None,
            Ok(Some(Err(_))) | Err(_) => Some(Err(())),
        }
    }
}

pub(crate) fn random_id() -> Result<String, Problem> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(|_| Problem::Internal)?;
    Ok(hex::encode(bytes))
}
