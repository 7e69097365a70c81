//! The accept loop, with timers of its own: hyper's header timeout does nothing without one. Connections, headers,
//! bodies and silence are bounded; nothing about a client is logged.

use crate::Endpoint;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What one endpoint allows.
#[derive(Clone)]
pub struct Limits {
    /// Connections at once.
    pub connections: usize,
    /// Bodies in memory at once, 8 MiB each at most.
    pub buffers: usize,
    /// Uploads of one capability under way at once.
    pub uploads: usize,
    /// Bytes of the disk that are left free.
    pub reserve: u64,
    /// Until the whole header must be there.
    pub header: Duration,
    /// Without a byte of a body, the line counts as cut.
    pub silence: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1000,
            buffers: 32,
            uploads: 8,
            reserve: 64 << 20,
            header: Duration::from_secs(10),
            silence: Duration::from_secs(30),
        }
    }
}

/// Serves until `stop`; requests under way are finished for up to ten seconds.
///
/// # Errors
/// When the listener fails for good.
pub async fn serve(
    endpoint: Arc<Endpoint>,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
) -> std::io::Result<()> {
    let tending = tokio::spawn(tend(Arc::clone(&endpoint)));
    let router = crate::router(Arc::clone(&endpoint));
    let slots = Arc::new(Semaphore::new(endpoint.limits.connections));
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &slots) => accepted,
            () = &mut stop => break,
        };
        let Ok((socket, slot)) = accepted else {
            // Out of descriptors, or a client that was gone already.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let _ = socket.set_nodelay(true);
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(endpoint.limits.header)
            .max_headers(64)
            // A header of up to twice this passes: hyper looks before it reads, not after.
            .max_buf_size(32 * 1024)
            .serve_connection(
                TokioIo::new(socket),
                TowerToHyperService::new(router.clone()),
            );
        let watched = graceful.watch(connection);
        tokio::spawn(async move {
            // A client that leaves in the middle is its own matter.
            let _ = watched.await;
            drop(slot);
        });
    }
    tending.abort();
    let _ = tokio::time::timeout(Duration::from_secs(10), graceful.shutdown()).await;
    Ok(())
}

// A slot first: who finds none waits in the listener's queue.
async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> std::io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let slot = Arc::clone(slots)
        .acquire_owned()
        .await
        .map_err(std::io::Error::other)?;
    let (socket, _) = listener.accept().await?;
    Ok((socket, slot))
}

// What an earlier run left is completed at the start, what nobody continues is ended once an hour.
async fn tend(endpoint: Arc<Endpoint>) {
    loop {
        if endpoint.tend().await.is_err() || endpoint.tend_mailboxes().await.is_err() {
            eprintln!("the store could not be tended; trying again in an hour");
        }
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }
}
