//! The accept loop, with timers of its own: hyper's header timeout does nothing without one. Connections, headers,
//! bodies and silence are bounded; nothing about a client is logged.

use crate::Endpoint;
use crate::tls::Pair;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
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
    /// Bundles that one capability may begin to send in a day, at all endpoints of a store together.
    pub bundles: u32,
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
            bundles: 200,
            reserve: 64 << 20,
            header: Duration::from_secs(10),
            silence: Duration::from_secs(30),
        }
    }
}

/// Serves until `stop`; requests under way are finished for up to ten seconds. With a `pair` every connection begins with its
/// handshake; plain HTTP is for loopback addresses, behind an onion service or a web server.
///
/// # Errors
/// When the listener fails for good, or TLS cannot be spoken with this pair.
pub async fn serve(
    endpoint: Arc<Endpoint>,
    listener: TcpListener,
    pair: Option<Arc<Pair>>,
    stop: impl Future<Output = ()>,
) -> std::io::Result<()> {
    let acceptor = pair.as_ref().map(Pair::acceptor).transpose();
    let acceptor = acceptor.map_err(std::io::Error::other)?;
    let mut beside = tokio::task::JoinSet::new();
    beside.spawn(tend(Arc::clone(&endpoint)));
    if let Some(pair) = pair {
        beside.spawn(renew(pair));
    }
    let router = crate::router(Arc::clone(&endpoint));
    let slots = Arc::new(Semaphore::new(endpoint.limits.connections));
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&endpoint, &listener, &slots) => accepted,
            () = &mut stop => break,
        };
        let Ok((socket, slot)) = accepted else {
            // Out of descriptors, or a client that was gone already.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let _ = socket.set_nodelay(true);
        let (limits, router, watcher) =
            (endpoint.limits.clone(), router.clone(), graceful.watcher());
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            match acceptor {
                None => talk(socket, router, &limits, watcher).await,
                Some(acceptor) => {
                    // As long as for a header: who does not get through is not told more than by the handshake itself.
                    let shaken = tokio::time::timeout(limits.header, acceptor.accept(socket));
                    if let Ok(Ok(socket)) = shaken.await {
                        talk(socket, router, &limits, watcher).await;
                    }
                }
            }
            drop(slot);
        });
    }
    drop(beside);
    let _ = tokio::time::timeout(Duration::from_secs(10), graceful.shutdown()).await;
    Ok(())
}

/// Serves health and measures ([`crate::watch`]) until it is dropped.
pub async fn serve_watch(endpoint: Arc<Endpoint>, listener: TcpListener) {
    let router = crate::watch::router(Arc::clone(&endpoint));
    let graceful = GracefulShutdown::new();
    // Whoever asks for measures is one program on this machine.
    let slots = Arc::new(Semaphore::new(8));
    loop {
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else {
            return;
        };
        let Ok((socket, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let (limits, router, watcher) =
            (endpoint.limits.clone(), router.clone(), graceful.watcher());
        tokio::spawn(async move {
            talk(socket, router, &limits, watcher).await;
            drop(slot);
        });
    }
}

async fn talk(
    socket: impl AsyncRead + AsyncWrite + Unpin + 'static,
    router: axum::Router,
    limits: &Limits,
    watcher: Watcher,
) {
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        .max_headers(64)
        // A header of up to twice this passes: hyper looks before it reads, not after.
        .max_buf_size(32 * 1024)
        .serve_connection(TokioIo::new(socket), TowerToHyperService::new(router));
    // A client that leaves in the middle is its own matter.
    let _ = watcher.watch(connection).await;
}

// A slot first: who finds none waits in the listener's queue.
async fn accept(
    endpoint: &Endpoint,
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> std::io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let slot = match Arc::clone(slots).try_acquire_owned() {
        Ok(slot) => slot,
        Err(_) => {
            endpoint.measures.waited();
            let slot = Arc::clone(slots).acquire_owned().await;
            slot.map_err(std::io::Error::other)?
        }
    };
    let (socket, _) = listener.accept().await?;
    Ok((socket, slot))
}

// What an earlier run left is completed at the start, what nobody continues is ended once an hour.
async fn tend(endpoint: Arc<Endpoint>) {
    loop {
        let tended = async {
            endpoint.tend().await?;
            endpoint.tend_mailboxes().await?;
            endpoint.tend_slots().await
        };
        if tended.await.is_err() {
            eprintln!("the store could not be tended; trying again in an hour");
        }
        if endpoint.is_nearly_full() {
            eprintln!("the disk is nearly full: soon no bundle will be taken; make room");
        }
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }
}

async fn renew(pair: Arc<Pair>) {
    let mut told = false;
    loop {
        tokio::time::sleep(RENEWAL).await;
        match pair.renew() {
            Ok(renewed) => {
                told = false;
                if renewed {
                    eprintln!("the TLS certificate was read again");
                }
            }
            Err(error) if !told => {
                told = true;
                eprintln!("{error}; the one before is served on");
            }
            Err(_) => {}
        }
    }
}

// Two files are looked at; nobody waits for it.
const RENEWAL: Duration = Duration::from_secs(5);
