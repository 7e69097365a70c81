//! The object store: write-once objects are created if absent, and an answer that rests on "already exists" syncs that
//! folder first, since a name can stand there before it is durable.

use crate::config::Bucket;
use bytes::Bytes;
use chronicle_wire::Day;
use futures_util::TryStreamExt;
use object_store::aws::{AmazonS3Builder, S3ConditionalPut};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ClientOptions, ObjectStore, ObjectStoreExt, PutMode, PutOptions, RetryConfig};
use std::fs::FileTimes;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
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

    /// A bucket of a store that speaks S3.
    ///
    /// # Errors
    /// [`StoreError::Failed`] when address or name are of no use.
    pub fn bucket(bucket: &Bucket, id: &str, secret: &str) -> Result<Self, StoreError> {
        let inner = AmazonS3Builder::new()
            .with_endpoint(&bucket.address)
            .with_bucket_name(&bucket.name)
            .with_region(&bucket.region)
            .with_access_key_id(id)
            .with_secret_access_key(secret)
            // The configuration lets this be for loopback addresses alone.
            .with_allow_http(bucket.address.starts_with("http://"))
            .with_conditional_put(S3ConditionalPut::ETagMatch)
            .with_client_options(
                ClientOptions::new()
                    .with_connect_timeout(Duration::from_secs(10))
                    .with_timeout(Duration::from_secs(60))
                    .with_allow_http(bucket.address.starts_with("http://")),
            )
            .with_retry(RetryConfig {
                max_retries: 4,
                retry_timeout: Duration::from_secs(60),
                ..RetryConfig::default()
            })
            .build()
            .map_err(|_| StoreError::Failed)?;
        Ok(Self::over(Arc::new(PrefixStore::new(
            inner,
            bucket.folder.as_str(),
        ))))
    }

    /// Whether an object that is there keeps its place, and can be read, listed and removed: what everything else rests on.
    ///
    /// # Errors
    /// [`StoreError::Failed`] when the store does not answer.
    pub async fn keeps_places(&self) -> Result<bool, StoreError> {
        let mut bytes = [0u8; 8];
        getrandom::fill(&mut bytes).map_err(|_| StoreError::Failed)?;
        let (folder, name) = ("probe", format!("probe/{}", hex::encode(bytes)));
        let first = self.create(&name, "first").await?;
        let second = self.create(&name, "second").await?;
        let kept = self.get(&name).await?.as_deref() == Some(b"first");
        let listed = self.list(folder).await?;
        let listed = listed
            .iter()
            .any(|(found, size)| name.strip_prefix("probe/") == Some(found.as_str()) && *size == 5);
        self.delete(&name).await?;
        let gone = self.get(&name).await?.is_none();
        Ok(first && !second && kept && listed && gone)
    }

    /// Any other store (one that fails on purpose).
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

    /// Gives an object's file the first second of a day as its time, so that two files which were written in one moment
    /// do not show it. A bucket keeps times of its own: nothing is done there.
    pub(crate) async fn date(&self, name: &str, day: Day) -> Result<(), StoreError> {
        let Some(local) = &self.local else {
            return Ok(());
        };
        let (path, time) = (local.join(name), midnight(day)?);
        let set = move || -> std::io::Result<()> {
            let file = std::fs::File::options().write(true).open(path)?;
            file.set_times(FileTimes::new().set_accessed(time).set_modified(time))?;
            file.sync_all()
        };
        tokio::task::spawn_blocking(set)
            .await
            .map_err(|_| StoreError::Failed)?
            .map_err(|_| StoreError::Failed)
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

    /// The second at which the newest object below `folder` was written.
    pub(crate) async fn newest(&self, folder: &str) -> Result<Option<i64>, StoreError> {
        let prefix = Path::from(folder);
        let times = self
            .inner
            .list(Some(&prefix))
            .map_ok(|o| o.last_modified.timestamp());
        let times: Vec<i64> = times.try_collect().await.map_err(|e| failed(&e))?;
        Ok(times.into_iter().max())
    }

    /// Makes sure that a name which was found is durable: another request may have put it there a moment ago.
    pub(crate) async fn sync_folder_of(&self, name: &str) -> Result<(), StoreError> {
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
            _ => end_for_sync(),
        }
    }
}

fn midnight(day: Day) -> Result<SystemTime, StoreError> {
    day.to_zoned(jiff::tz::TimeZone::UTC)
        .map(|moment| moment.timestamp().into())
        .map_err(|_| StoreError::Failed)
}

fn failed(error: &object_store::Error) -> StoreError {
    if is_full(error) {
        return StoreError::Full;
    }
    if is_unsynced(error) {
        end_for_sync();
    }
    StoreError::Failed
}

// After a sync that failed nobody can say what is durable: whoever starts this again begins from the disk.
fn end_for_sync() -> ! {
    eprintln!("the disk could not be synced; ending");
    std::process::exit(1);
}

// object_store keeps the kind to itself; only its text tells.
fn is_unsynced(error: &object_store::Error) -> bool {
    error.to_string().contains("Unable to sync data to disk")
}

fn is_full(error: &object_store::Error) -> bool {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(found) = source {
        if let Some(io) = found.downcast_ref::<std::io::Error>()
            && matches!(
                io.kind(),
                std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded
            )
        {
            return true;
        }
        source = found.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Error, ErrorKind};

    fn generic(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> object_store::Error {
        object_store::Error::Generic {
            store: "test",
            source: source.into(),
        }
    }

    #[test]
    fn a_full_disk_is_told_from_a_failing_one() {
        for kind in [ErrorKind::StorageFull, ErrorKind::QuotaExceeded] {
            assert!(is_full(&generic(Error::from(kind))));
            assert!(
                is_full(&generic(generic(Error::from(kind)))),
                "however deep"
            );
        }
        assert!(!is_full(&generic(Error::from(ErrorKind::PermissionDenied))));
    }

    #[test]
    fn a_failed_sync_is_recognised() {
        let text = "Unable to sync data to disk for /x: Input/output error (os error 5)";
        assert!(is_unsynced(&generic(text)));
        assert!(!is_unsynced(&generic("Unable to open file /x")));
    }
}
