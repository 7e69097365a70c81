//! TLS by the endpoint itself: version 1.3 alone, the hybrid key exchange first, no resumption that would tell one visit
//! from another. Certificate and key are read again when their files change; a pair that cannot be used leaves the one
//! before in its place.

use crate::config::Tls;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, NoServerSessionStorage, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;
use thiserror::Error;

/// Why certificate and key cannot be used.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A file is not there, or is no PEM of its kind.
    #[error("the TLS certificate or key cannot be read; look at the two files that [tls] names")]
    Unreadable,
    /// Everybody on the machine could read the key.
    #[error("everybody on this machine can read the TLS key; take that right away: chmod o-rwx")]
    Open,
    /// They do not belong together, or are of a kind that is not spoken.
    #[error(
        "the TLS certificate and key do not belong together, or are of a kind that is not spoken"
    )]
    Mismatch,
}

/// The pair that is served now.
#[derive(Debug)]
pub struct Pair {
    files: Tls,
    now: RwLock<Arc<CertifiedKey>>,
    seen: RwLock<Seen>,
}

type Seen = [Option<(SystemTime, u64, u64)>; 2];

impl Pair {
    /// Reads both files.
    ///
    /// # Errors
    /// See [`TlsError`].
    pub fn read(files: &Tls) -> Result<Arc<Self>, TlsError> {
        let seen = look(files);
        Ok(Arc::new(Self {
            now: RwLock::new(Arc::new(load(files)?)),
            seen: RwLock::new(seen),
            files: files.clone(),
        }))
    }

    /// Reads both again when one has changed since; `true` when another pair is served from now on.
    pub(crate) fn renew(&self) -> Result<bool, TlsError> {
        let found = look(&self.files);
        if *self.seen.read().unwrap_or_else(PoisonError::into_inner) == found {
            return Ok(false);
        }
        // Whoever renews writes one file after the other: between the two they do not fit, and are looked at again.
        let renewed = Arc::new(load(&self.files)?);
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = renewed;
        *self.seen.write().unwrap_or_else(PoisonError::into_inner) = found;
        Ok(true)
    }

    /// What hands the pair to every client.
    pub(crate) fn acceptor(self: &Arc<Self>) -> Result<tokio_rustls::TlsAcceptor, TlsError> {
        let mut config =
            ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
                .with_protocol_versions(&[&rustls::version::TLS13])
                .map_err(|_| TlsError::Mismatch)?
                .with_no_client_auth()
                .with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(Arc::new(config).into())
    }
}

impl ResolvesServerCert for Pair {
    // Whatever name is asked for: an address, or none, is served the same.
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&now))
    }
}

fn load(files: &Tls) -> Result<CertifiedKey, TlsError> {
    if mode(&files.key)? & 0o007 != 0 {
        return Err(TlsError::Open);
    }
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|_| TlsError::Unreadable)?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|_| TlsError::Unreadable)?;
    if chain.is_empty() {
        return Err(TlsError::Unreadable);
    }
    CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider())
        .map_err(|_| TlsError::Mismatch)
}

fn mode(file: &Path) -> Result<u32, TlsError> {
    std::fs::metadata(file)
        .map(|found| found.mode())
        .map_err(|_| TlsError::Unreadable)
}

fn look(files: &Tls) -> Seen {
    [&files.certificate, &files.key].map(|file| {
        let found = std::fs::metadata(file).ok()?;
        Some((found.modified().ok()?, found.len(), found.ino()))
    })
}
