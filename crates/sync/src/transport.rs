//! How bytes leave the device: TLS 1.3 by rustls with the hybrid key exchange preferred, directly or through a SOCKS5
//! proxy with isolation for each organisation and purpose. The roots of trust are Mozilla's, built in: the same for
//! every client, and not to be widened by whoever administers the machine. It must never read a proxy, a resolver
//! setting or a root from the environment.

use crate::error::SyncError;
use crate::line::Line;
use crate::mailbox::{LOOK_EVERY, LOOK_FIRST};
use crate::trouble::Reason;
use chronicle_wire::{Hash, route};
use reqwest::header::{HeaderMap, HeaderValue};
use rustls::client::Resumption;
use rustls::pki_types::CertificateDer;
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// How to reach endpoints.
#[derive(Clone, Debug, Default)]
pub struct Transport {
    /// A SOCKS5 proxy (Tor). When set, *everything* goes through it, and names are never resolved here.
    pub socks: Option<SocketAddr>,
    /// Certificates (DER) trusted beside the built-in roots: for an organisation with an authority of its own.
    pub roots: Vec<Vec<u8>>,
    /// How long to wait for what.
    pub timing: Timing,
}

impl Transport {
    /// Everything through this SOCKS5 proxy, with the patience that circuits need.
    #[must_use]
    pub fn through(socks: SocketAddr) -> Self {
        let minute = Duration::from_secs(60);
        let timing = Timing {
            connect: minute,
            silence: minute,
            ..Timing::default()
        };
        Self {
            socks: Some(socks),
            roots: Vec::new(),
            timing,
        }
    }
}

/// What the person chose about going out: each vault keeps its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Travel {
    /// A SOCKS5 proxy (Tor) for everything.
    pub socks: Option<SocketAddr>,
    /// Whether nothing goes before the person says so, each time.
    pub by_hand: bool,
}

impl Travel {
    /// What counts where the choice cannot be read: it may have been Tor, so nothing goes by itself.
    pub const UNREADABLE: Self = Self {
        socks: None,
        by_hand: true,
    };

    /// The choice in a record of the kind [`Self::KIND`], as a vault gives it back: nothing was chosen, or it cannot be read.
    pub fn of<E>(chosen: Result<Option<serde_json::Value>, E>) -> Self {
        match chosen {
            Ok(None) => Self::default(),
            Ok(Some(body)) => Self::deserialize(body).unwrap_or(Self::UNREADABLE),
            Err(_) => Self::UNREADABLE,
        }
    }

    /// The kind of its record in a vault.
    pub const KIND: &str = "travel";

    /// The transport of this choice.
    #[must_use]
    pub fn transport(self) -> Transport {
        self.socks
            .map_or_else(Transport::default, Transport::through)
    }
}

/// How long to wait for what. The defaults are the product's; tests take shorter ones.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// To connect, through a proxy and TLS included (20 s).
    pub connect: Duration,
    /// No byte in either direction for this long is a cut (30 s).
    pub silence: Duration,
    /// First pause after a cut inside a visit; doubles each time (0.5 s).
    pub retry: Duration,
    /// First pause before a receipt is asked for again; doubles up to eightfold (0.5 s).
    pub poll: Duration,
    /// How long a visit waits for a receipt (60 s).
    pub poll_for: Duration,
    /// Shortest pause between two visits (2 s).
    pub visit_min: Duration,
    /// Between the beginnings of visits to two organisations, so that they do not see the same moment (20 s, drawn around it).
    pub apart: Duration,
    /// Until mailboxes are looked into first (3 min, drawn around it).
    pub look_first: Duration,
    /// Between two looks into the mailboxes (45 min, drawn around it).
    pub look_every: Duration,
    /// Longest pause between two visits (5 min).
    pub visit_max: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(20),
            silence: Duration::from_secs(30),
            retry: Duration::from_millis(500),
            poll: Duration::from_millis(500),
            poll_for: Duration::from_secs(60),
            apart: Duration::from_secs(20),
            look_first: LOOK_FIRST,
            look_every: LOOK_EVERY,
            visit_min: Duration::from_secs(2),
            visit_max: Duration::from_secs(300),
        }
    }
}

/// How an organisation is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// An ordinary address, straight from this device: whoever watches the line sees which one.
    Direct,
    /// An ordinary address, behind the SOCKS proxy.
    Proxied,
    /// An onion service, behind the SOCKS proxy.
    Onion,
}

impl Way {
    const ALL: [Self; 3] = [Self::Direct, Self::Proxied, Self::Onion];

    /// The way to `address`, where there is a SOCKS proxy (`proxy`) or none.
    #[must_use]
    pub fn of(address: &str, proxy: bool) -> Self {
        match (route::address_is_onion(address), proxy) {
            (true, _) => Self::Onion,
            (false, true) => Self::Proxied,
            (false, false) => Self::Direct,
        }
    }

    // Unasked only what hides more of the same: a proxy was set where none was.
    fn may_become(self, other: Self) -> bool {
        self == other || (self, other) == (Self::Direct, Self::Proxied)
    }

    /// The stable text to keep.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Proxied => "proxied",
            Self::Onion => "onion",
        }
    }

    /// Reads what [`Self::code`] gave.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.code() == code)
    }
}

/// How the next visit travels to an organisation with these `addresses`, best first, that was reached the `kept` way before.
///
/// # Errors
/// [`Reason::TorNeeded`], [`Reason::WayGone`] and [`Reason::AddressRefused`]: nothing is contacted then. Another way is for the
/// person to agree to, after which none is kept.
pub fn travels(addresses: &[String], kept: Option<Way>, proxy: bool) -> Result<Way, Reason> {
    let mut ways = addresses.iter().map(|address| Way::of(address, proxy));
    let way = match kept {
        None => ways.next(),
        Some(Way::Proxied | Way::Onion) if !proxy => return Err(Reason::TorNeeded),
        Some(kept) => ways.find(|way| kept.may_become(*way)),
    };
    let none = kept.map_or(Reason::AddressRefused, |_| Reason::WayGone);
    match way.ok_or(none)? {
        Way::Onion if !proxy => Err(Reason::TorNeeded),
        way => Ok(way),
    }
}

/// A transport, ready to make lines. Made once; lines share nothing that an endpoint could recognise.
pub(crate) struct Net {
    pub(crate) transport: Transport,
    tls: rustls::ClientConfig,
    seed: Hash,
}

impl Net {
    pub(crate) fn new(transport: Transport) -> Result<Self, SyncError> {
        let tls = tls(&transport.roots)?;
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|_| SyncError::Setup)?;
        Ok(Self {
            transport,
            tls,
            seed: Hash(seed),
        })
    }

    /// A line of its own (connections, and behind a proxy circuits) for one organisation and purpose.
    pub(crate) fn line(&self, isolation: &str, address: &str) -> Result<Line, SyncError> {
        if !route::address_allowed(address) {
            return Err(SyncError::AddressRefused);
        }
        if self.transport.socks.is_none() && route::address_is_onion(address) {
            return Err(SyncError::TorNeeded);
        }
        let client = self.client(isolation).map_err(|_| SyncError::Setup)?;
        Ok(Line::new(client, address, &self.transport))
    }

    fn client(&self, isolation: &str) -> reqwest::Result<reqwest::Client> {
        let loopback: [SocketAddr; 2] = [
            (Ipv4Addr::LOCALHOST, 0).into(),
            (Ipv6Addr::LOCALHOST, 0).into(),
        ];
        let mut headers = HeaderMap::new();
        headers.insert(reqwest::header::ACCEPT, HeaderValue::from_static("*/*"));
        let builder = reqwest::Client::builder()
            .tls_backend_preconfigured(self.tls.clone())
            .http1_only()
            .no_proxy()
            .referer(false)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .user_agent(route::USER_AGENT)
            .default_headers(headers)
            .pool_max_idle_per_host(1)
            .connect_timeout(self.transport.timing.connect)
            // Plain http is allowed to this name: no resolver may say that it is elsewhere.
            .resolve_to_addrs("localhost", &loopback);
        match self.transport.socks {
            None => builder.build(),
            Some(socks) => {
                let (user, password) = (
                    self.secret(isolation, "user"),
                    self.secret(isolation, "password"),
                );
                builder
                    .proxy(reqwest::Proxy::all(format!(
                        "socks5h://{user}:{password}@{socks}"
                    ))?)
                    .build()
            }
        }
    }

    // Tor gives streams with different credentials different circuits; drawn anew with each start.
    fn secret(&self, isolation: &str, part: &str) -> String {
        let mut text =
            Hash::of(format!("{}\n{part}\n{isolation}", self.seed).as_bytes()).to_string();
        text.truncate(32);
        text
    }
}

fn tls(extra: &[Vec<u8>]) -> Result<rustls::ClientConfig, SyncError> {
    let mut roots = rustls::RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    for der in extra {
        roots
            .add(CertificateDer::from(der.clone()))
            .map_err(|_| SyncError::Setup)?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|_| SyncError::Setup)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // A ticket would tell two organisations on one machine that they have the same visitor.
    config.resumption = Resumption::disabled();
    Ok(config)
}
