//! One line to one endpoint: requests with constant headers, answers with a limit, and one meaning of "cut". A line
//! believes nothing: it gives back a status, headers and at most so many bytes; what they mean is judged elsewhere.

use crate::transport::Transport;
use bytes::Bytes;
use chronicle_wire::route::{self, Problem, ProblemBody};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, RequestBuilder, Response};
use std::error::Error;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;
use zeroize::Zeroizing;

/// The most of an answer that is read, where nothing larger is expected, in bytes.
pub(crate) const SMALL: usize = 16 * 1024;

/// A connection that was not made or did not last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Never connected.
    Unreachable,
    /// The proxy does not answer.
    Proxy,
    /// TLS refused the other side.
    Certificate,
    /// Connected, then reset, closed, silent, or not HTTP.
    Broken,
}

/// One answer, read up to its limit.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Whether the body ended within the limit.
    pub(crate) whole: bool,
}

impl Answer {
    /// The problem that the endpoint names in its own format, with the status that belongs to it.
    pub(crate) fn problem(&self) -> Option<Problem> {
        let kind = self
            .headers
            .get(reqwest::header::CONTENT_TYPE)?
            .to_str()
            .ok()?;
        if !self.whole || !kind.starts_with("application/problem+json") {
            return None;
        }
        let body: ProblemBody = serde_json::from_slice(&self.body).ok()?;
        Problem::parse(&body.code)
            .filter(|p| p.status() == self.status && body.status == self.status)
    }

    /// Reads a whole JSON body.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self) -> Option<T> {
        if self.whole {
            serde_json::from_slice(&self.body).ok()
        } else {
            None
        }
    }

    /// Reads a header that must be a decimal number.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        let text = self.headers.get(name)?.to_str().ok()?;
        text.parse()
            .ok()
            .filter(|_| text.bytes().all(|b| b.is_ascii_digit()))
    }
}

/// The moment of the last byte.
#[derive(Clone)]
pub(crate) struct Activity(Arc<Mutex<Instant>>);

impl Activity {
    pub(crate) fn mark(&self) {
        self.set(Instant::now());
    }

    fn at(moment: Instant) -> Self {
        Self(Arc::new(Mutex::new(moment)))
    }

    fn set(&self, moment: Instant) {
        *self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = moment;
    }

    fn last(&self) -> Instant {
        *self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// A client of its own for one organisation and purpose, at one address.
pub(crate) struct Line {
    client: Client,
    base: String,
    connect: Duration,
    silence: Duration,
    socks: Option<SocketAddr>,
}

impl Line {
    pub(crate) fn new(client: Client, address: &str, transport: &Transport) -> Self {
        let base = address.trim_end_matches('/').to_string();
        let Transport { socks, timing, .. } = transport;
        Self {
            client,
            base,
            connect: timing.connect,
            silence: timing.silence,
            socks: *socks,
        }
    }

    /// Where the endpoint's own routes begin, without a slash at the end.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Begins a request to a route of the endpoint.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    /// Begins a request that shows a bearer secret and speaks tus.
    pub(crate) fn tus(&self, method: Method, path: &str, secret: &str) -> RequestBuilder {
        bearer(
            self.request(method, path)
                .header(TUS_RESUMABLE, route::TUS_VERSION),
            secret,
        )
    }

    /// Sends a request and reads at most `limit` bytes of the answer, all within four times the allowed silence.
    pub(crate) async fn ask(&self, request: RequestBuilder, limit: usize) -> Result<Answer, Cut> {
        self.ask_with(request, &self.activity(), limit).await
    }

    /// The same, for a body whose every byte marks `activity`.
    pub(crate) async fn ask_with(
        &self,
        request: RequestBuilder,
        activity: &Activity,
        limit: usize,
    ) -> Result<Answer, Cut> {
        let mut response = self.send(request, activity).await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let reading = self.read(&mut response, limit);
        let (body, whole) = tokio::time::timeout(self.silence * 4, reading)
            .await
            .map_err(|_| Cut::Broken)??;
        Ok(Answer {
            status,
            headers,
            body,
            whole,
        })
    }

    /// Sends a request; gives back the answer's head.
    pub(crate) async fn send(
        &self,
        request: RequestBuilder,
        activity: &Activity,
    ) -> Result<Response, Cut> {
        let sending = request.send();
        tokio::pin!(sending);
        loop {
            tokio::select! {
                answer = &mut sending => return match answer {
                    Ok(response) => Ok(response),
                    Err(error) => Err(self.cut(&error).await),
                },
                // Looked at often, because a mark also moves the end of patience closer: from connecting to sending.
                () = tokio::time::sleep(self.silence / 8) => {
                    if activity.last() + self.silence <= Instant::now() {
                        return Err(Cut::Broken);
                    }
                }
            }
        }
    }

    /// The next bytes of an answer; `None` at its end.
    pub(crate) async fn chunk(&self, response: &mut Response) -> Result<Option<Bytes>, Cut> {
        let next = tokio::time::timeout(self.silence, response.chunk()).await;
        next.map_err(|_| Cut::Broken)?.map_err(|_| Cut::Broken)
    }

    /// Connecting has a limit of its own, so silence counts from its end.
    pub(crate) fn activity(&self) -> Activity {
        Activity::at(Instant::now() + self.connect)
    }

    async fn read(&self, response: &mut Response, limit: usize) -> Result<(Vec<u8>, bool), Cut> {
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk(response).await? {
            let room = limit - body.len();
            body.extend(chunk.iter().take(room));
            if chunk.len() > room {
                return Ok((body, false));
            }
        }
        Ok((body, true))
    }

    async fn cut(&self, error: &reqwest::Error) -> Cut {
        if refused_by_tls(error) {
            return Cut::Certificate;
        }
        if !error.is_connect() {
            return Cut::Broken;
        }
        match self.socks {
            Some(socks) => {
                let reached =
                    tokio::time::timeout(self.connect, tokio::net::TcpStream::connect(socks)).await;
                if matches!(reached, Ok(Ok(_))) {
                    Cut::Unreachable
                } else {
                    Cut::Proxy
                }
            }
            None => Cut::Unreachable,
        }
    }
}

/// Shows a bearer secret.
pub(crate) fn bearer(request: RequestBuilder, secret: &str) -> RequestBuilder {
    let text = Zeroizing::new(format!("Bearer {secret}"));
    match HeaderValue::from_str(&text) {
        Ok(mut value) => {
            value.set_sensitive(true);
            request.header(AUTHORIZATION, value)
        }
        // Secrets are base64: this cannot happen, and without the header the endpoint refuses.
        Err(_) => request,
    }
}

// An `io::Error` hides what it carries from `source()`, so it is opened by hand.
fn refused_by_tls(error: &(dyn Error + 'static)) -> bool {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(one) = next {
        if let Some(tls) = one.downcast_ref::<rustls::Error>() {
            return matches!(
                tls,
                rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented
            );
        }
        let inner = one
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        next = match inner {
            Some(inner) => Some(inner),
            None => one.source(),
        };
    }
    false
}

pub(crate) const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
