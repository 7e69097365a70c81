//! The object store: write-once objects are created if absent, and an answer that rests on "already exists" syncs that
//! folder first, since a name can stand there before it is durable.

use bytes::Bytes;
use futures_util::TryStreamExt;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions};
use std::path::PathBuf;
use std::sync::Arc;
use thiserror::Error;

/// Why the store could not.
#[derive(Debug, Error)]
pub enum StoreError {
    /// No room.
    #[error("no room")]
    Full,
    /// Anything else.
    #[error("the store failed")]
    Failed,
}

/// Objects by name.
#[derive(Clone)]
pub struct Store {
    inner: Arc<dyn ObjectStore>,
    local: Option<PathBuf>,
}

impl Store {
    /// A folder on this machine; every object is synced before it counts.
    ///
    /// # Errors
    /// [`StoreError::Failed`] when the folder is not there.
    pub fn local(folder: PathBuf) -> Result<Self, StoreError> {
        let inner = LocalFileSystem::new_with_prefix(&folder)
            .map_err(|_| StoreError::Failed)?
            .with_fsync(true);
        Ok(Self {
            inner: Arc::new(inner),
            local: Some(folder),
        })
    }

    /// Any other store (a bucket, or one that fails on purpose).
    #[must_use]
    pub fn over(inner: Arc<dyn ObjectStore>) -> Self {
        Self { inner, local: None }
    }

    /// Creates an object; `false` when it was there already (durable then).
    pub(crate) async fn create(
        &self,
        name: &str,
        bytes: impl Into<Bytes>,
    ) -> Result<bool, StoreError> {
        let options = PutOptions {
            mode: PutMode::Create,
            ..PutOptions::default()
        };
        match self
            .inner
            .put_opts(&Path::from(name), bytes.into().into(), options)
            .await
        {
            Ok(_) => Ok(true),
            Err(object_store::Error::AlreadyExists { .. }) => {
                self.sync_folder_of(name).await?;
                Ok(false)
            }
            Err(error) => Err(failed(&error)),
        }
    }

    /// Writes an object over another one.
    pub(crate) async fn replace(
        &self,
        name: &str,
        bytes: impl Into<Bytes>,
    ) -> Result<(), StoreError> {
        self.inner
            .put(&Path::from(name), bytes.into().into())
            .await
            .map(|_| ())
            .map_err(|e| failed(&e))
    }

    /// An object's bytes; `None` when it is not there.
    pub(crate) async fn get(&self, name: &str) -> Result<Option<Bytes>, StoreError> {
        match self.inner.get(&Path::from(name)).await {
            Ok(found) => Ok(Some(found.bytes().await.map_err(|e| failed(&e))?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(failed(&error)),
        }
    }

    /// Bytes `from..to` of an object.
    pub(crate) async fn range(&self, name: &str, from: u64, to: u64) -> Result<Bytes, StoreError> {
        self.inner
            .get_range(&Path::from(name), from..to)
            .await
            .map_err(|e| failed(&e))
    }

    /// Names below `folder` (without it) and sizes, in order.
    pub(crate) async fn list(&self, folder: &str) -> Result<Vec<(String, u64)>, StoreError> {
        let prefix = Path::from(folder);
        let found: Vec<_> = self
            .inner
            .list(Some(&prefix))
            .try_collect()
            .await
            .map_err(|e| failed(&e))?;
        let start = format!("{folder}/");
        let mut names: Vec<(String, u64)> = found
            .into_iter()
            .filter_map(|o| Some((o.location.as_ref().strip_prefix(&start)?.to_owned(), o.size)))
            .collect();
        names.sort();
        Ok(names)
    }

    /// Removes an object; one that is not there is passed over.
    pub(crate) async fn delete(&self, name: &str) -> Result<(), StoreError> {
        match self.inner.delete(&Path::from(name)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failed(&error)),
        }
    }

    /// Bytes that there is room for; `None` where that is not known (a bucket).
    pub(crate) fn room(&self) -> Option<u64> {
        let found = rustix::fs::statvfs(self.local.as_ref()?).ok()?;
        Some(found.f_bavail.saturating_mul(found.f_frsize))
    }

    async fn sync_folder_of(&self, name: &str) -> Result<(), StoreError> {
        let Some(local) = &self.local else {
            return Ok(());
        };
        let folder = local
            .join(name)
            .parent()
            .map(PathBuf::from)
            .ok_or(StoreError::Failed)?;
        let synced = tokio::task::spawn_blocking(move || {
            std::fs::File::open(folder).and_then(|f| f.sync_all())
        })
        .await;
        match synced {
            Ok(Ok(())) => Ok(()),
            // After a sync that failed nobody can say what is durable: whoever starts this again begins from the disk.
            _ => {
                eprintln!("a folder could not be synced; ending");
                std::process::exit(1);
            }
        }
    }
}

fn failed(error: &object_store::Error) -> StoreError {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(found) = source {
        if let Some(io) = found.downcast_ref::<std::io::Error>()
            && matches!(
                io.kind(),
                std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded
            )
        {
            return StoreError::Full;
        }
        source = found.source();
    }
    StoreError::Failed
}
