//! An object store that fails at the n-th write: without room, or after writing and before saying so.

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use std::io::ErrorKind;
use std::ops::Range;
use std::sync::{Arc, Mutex};

/// What a write that fails does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Writes nothing: the disk is full.
    Full,
    /// Writes, and the answer is lost.
    Unanswered,
}

#[derive(Debug)]
pub struct Failing {
    inner: LocalFileSystem,
    plan: Mutex<Option<(usize, Fault)>>,
}

impl Failing {
    /// Over a folder; nothing fails yet.
    pub fn new(folder: &std::path::Path) -> Arc<Self> {
        let inner = LocalFileSystem::new_with_prefix(folder).unwrap();
        Arc::new(Self {
            inner,
            plan: Mutex::new(None),
        })
    }

    /// After `writes` more, a full disk fails until [`Self::heal`], an unanswered write is one.
    pub fn after(&self, writes: usize, fault: Fault) {
        *self.plan.lock().unwrap() = Some((writes, fault));
    }

    /// Room is back; gives whether anything failed meanwhile or would never have.
    pub fn heal(&self) {
        *self.plan.lock().unwrap() = None;
    }

    fn strikes(&self) -> Option<Fault> {
        let mut plan = self.plan.lock().unwrap();
        let (writes, fault) = (*plan)?;
        if writes > 0 {
            *plan = Some((writes - 1, fault));
            return None;
        }
        if fault == Fault::Unanswered {
            *plan = None;
        }
        Some(fault)
    }
}

impl std::fmt::Display for Failing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a store that fails")
    }
}

fn error(kind: ErrorKind) -> object_store::Error {
    let source = Box::new(std::io::Error::from(kind));
    object_store::Error::Generic {
        store: "failing",
        source,
    }
}

#[async_trait]
impl ObjectStore for Failing {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        opts: PutOptions,
    ) -> Result<PutResult> {
        match self.strikes() {
            None => self.inner.put_opts(location, payload, opts).await,
            Some(Fault::Full) => Err(error(ErrorKind::StorageFull)),
            Some(Fault::Unanswered) => {
                self.inner.put_opts(location, payload, opts).await?;
                Err(error(ErrorKind::TimedOut))
            }
        }
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        opts: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(location, opts).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.inner.get_opts(location, options).await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.inner.get_ranges(location, ranges).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}
