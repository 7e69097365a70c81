//! The operator's one file, `endpoint.toml`: every option, explained, with what counts where nothing is said.

use crate::Limits;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use thiserror::Error;

/// The file that `init` writes: all options as comments, each with its default or an example.
pub const TEMPLATE: &str = include_str!("endpoint.toml");

/// Why a configuration is not taken.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// Not what is expected there; the text names the line. (No secret stands in this file.)
    #[error("endpoint.toml, {0}; `init` in an empty folder writes one that explains every option")]
    Text(String),
    /// Zero, or so much that the machine could not do it.
    #[error("endpoint.toml: {0} must be {1}")]
    Range(&'static str, &'static str),
    /// The line to the bucket would carry its secret in the open.
    #[error(
        "endpoint.toml: the bucket's address must begin with https:// (http:// only on this machine)"
    )]
    PlainBucket,
}

/// `endpoint.toml` as it is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where journals and desks are served.
    pub listen: Listen,
    /// Certificate and key; without them plain HTTP is spoken.
    pub tls: Option<Tls>,
    /// A bucket; without it objects lie in the endpoint's folder.
    pub bucket: Option<Bucket>,
    /// What is allowed.
    pub limits: Allowed,
    /// Health and measures, for whoever runs the machine.
    pub watch: Option<Watch>,
}

/// `[listen]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Listen {
    /// Address and port.
    pub address: SocketAddr,
    /// Whether plain HTTP is spoken also where other machines can reach it.
    pub plain: bool,
}

/// `[tls]`: PEM files. They are read again when they change.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The chain, the endpoint's own certificate first.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// `[bucket]`: any store that speaks S3 and can create an object only if it is absent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bucket {
    /// Where the store is.
    pub address: String,
    /// The bucket's name.
    pub name: String,
    /// Its region, as the store calls it.
    #[serde(default = "region")]
    pub region: String,
    /// A folder in the bucket.
    #[serde(default)]
    pub folder: String,
    /// A file of two lines: the key's id, and the secret.
    pub credentials: PathBuf,
}

/// `[limits]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Allowed {
    /// Connections at once.
    pub connections: usize,
    /// Pieces in memory at once, 8 MiB each at most.
    pub pieces_in_memory: usize,
    /// Uploads of one capability under way at once.
    pub uploads: usize,
    /// Bundles that one capability may begin to send in a day.
    pub bundles_a_day: u32,
    /// MiB of the disk that are left free.
    pub reserve_mib: u64,
    /// Seconds until a request's header must be there.
    pub header_seconds: u64,
    /// Seconds without a byte after which a line counts as cut.
    pub silence_seconds: u64,
}

/// `[watch]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watch {
    /// Address and port, never the one that journals use.
    pub address: SocketAddr,
}

impl Config {
    /// Reads the text of `endpoint.toml`.
    ///
    /// # Errors
    /// See [`ConfigError`].
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text).map_err(|error| {
            let before = error
                .span()
                .and_then(|span| text.get(..span.start))
                .unwrap_or_default();
            let (line, message) = (before.matches('\n').count() + 1, error.message());
            ConfigError::Text(format!("line {line}: {message}"))
        })?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let limits = &self.limits;
        let ranges = [
            (
                "connections",
                (1..=100_000).contains(&limits.connections),
                "1 to 100000",
            ),
            (
                "pieces-in-memory",
                (1..=4096).contains(&limits.pieces_in_memory),
                "1 to 4096",
            ),
            ("uploads", (1..=1000).contains(&limits.uploads), "1 to 1000"),
            (
                "bundles-a-day",
                (1..=10_000).contains(&limits.bundles_a_day),
                "1 to 10000",
            ),
            (
                "reserve-mib",
                limits.reserve_mib <= 1 << 30,
                "at most 1073741824",
            ),
            (
                "header-seconds",
                (1..=600).contains(&limits.header_seconds),
                "1 to 600",
            ),
            (
                "silence-seconds",
                (1..=600).contains(&limits.silence_seconds),
                "1 to 600",
            ),
        ];
        if let Some((name, _, must)) = ranges.iter().find(|(_, holds, _)| !holds) {
            return Err(ConfigError::Range(name, must));
        }
        match &self.bucket {
            Some(bucket) if !is_guarded(&bucket.address) => Err(ConfigError::PlainBucket),
            _ => Ok(()),
        }
    }

    /// The limits in the units that the endpoint counts in.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let allowed = &self.limits;
        Limits {
            connections: allowed.connections,
            buffers: allowed.pieces_in_memory,
            uploads: allowed.uploads,
            bundles: allowed.bundles_a_day,
            reserve: allowed.reserve_mib << 20,
            header: Duration::from_secs(allowed.header_seconds),
            silence: Duration::from_secs(allowed.silence_seconds),
        }
    }
}

// To another machine the secret signs requests and never goes itself, but who reads the line sees every object.
fn is_guarded(address: &str) -> bool {
    if let Some(rest) = address.strip_prefix("http://") {
        let host = rest.split('/').next().unwrap_or_default();
        return host
            .parse::<SocketAddr>()
            .is_ok_and(|host| host.ip().is_loopback());
    }
    address.starts_with("https://")
}

impl Default for Listen {
    fn default() -> Self {
        Self {
            address: SocketAddr::from(([127, 0, 0, 1], 8440)),
            plain: false,
        }
    }
}

impl Default for Allowed {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            connections: limits.connections,
            pieces_in_memory: limits.buffers,
            uploads: limits.uploads,
            bundles_a_day: limits.bundles,
            reserve_mib: limits.reserve >> 20,
            header_seconds: limits.header.as_secs(),
            silence_seconds: limits.silence.as_secs(),
        }
    }
}

fn region() -> String {
    "us-east-1".into()
}

#[cfg(test)]
mod tests;
