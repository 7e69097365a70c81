//! The routes. Each handler reads the request, asks who it is, and hands on; unknown, revoked and wrong are one answer.

use crate::Endpoint;
use crate::access::{self, Role};
use crate::answer::{Refusal, constant, json_bytes, tus};
use crate::finish::EXPIRY_DAYS;
use crate::profile;
use crate::upload::{Checksum, End};
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, StatusCode, header};
use axum::routing::{any, get, post, put};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chronicle_wire::route::{
    self, CapabilityAnswer, CapabilityRequest, MailboxList, Problem, TUS_VERSION,
};
use chronicle_wire::{Capability, Hash, ReadKey, Token, size};
use std::sync::Arc;
use std::time::Duration;

type App = State<Arc<Endpoint>>;
type Answer = Result<Response<Body>, Refusal>;

/// All routes of one endpoint.
pub fn router(endpoint: Arc<Endpoint>) -> Router {
    let counting = Arc::clone(&endpoint);
    Router::new()
        .route(route::PROFILE, get(newest_profile))
        .route(route::CURRENT, put(current))
        .route(route::CAPABILITY, post(capability))
        .route(route::UPLOAD, post(create).options(options))
        .route(
            "/v1/upload/{id}",
            axum::routing::head(head).patch(patch).delete(terminate),
        )
        .route("/v1/receipt/{sha256}", get(receipt))
        .route("/v1/log/{number}", get(log))
        .route("/v1/bundle/{sha256}", get(bundle))
        .route(route::MAILBOX, get(mailbox))
        .route(
            "/v1/mailbox/{name}",
            get(message).post(post_message).delete(take_message),
        )
        .fallback(any(|| async { Refusal(Problem::NotFound) }))
        .method_not_allowed_fallback(|| async { Refusal(Problem::Method) })
        .layer(axum::middleware::map_response(
            move |response: Response<Body>| {
                counting.measures.answered(response.status());
                async { constant(response) }
            },
        ))
        .with_state(endpoint)
}

async fn newest_profile(State(endpoint): App) -> Answer {
    let profile = profile::newest(&endpoint.store)
        .await?
        .ok_or(Problem::NoProfile)?;
    let bytes = serde_json::to_vec(profile.credentials()).map_err(|_| Problem::Internal)?;
    Ok(json_bytes(StatusCode::OK, bytes))
}

async fn capability(State(endpoint): App, headers: HeaderMap, body: Body) -> Answer {
    let token = bearer(&headers)
        .and_then(Token::parse)
        .ok_or(Problem::NotFound)?;
    let body = small(&endpoint, body).await?;
    let request: CapabilityRequest =
        serde_json::from_slice(&body).map_err(|_| Problem::BadRequest)?;
    let role = access::exchange(
        &endpoint.store,
        &token,
        request.capability,
        endpoint.today(),
    )
    .await?;
    let answer = serde_json::to_vec(&CapabilityAnswer {
        role: role.name().into(),
    })
    .map_err(|_| Problem::Internal)?;
    Ok(json_bytes(StatusCode::OK, answer))
}

async fn current(State(endpoint): App, headers: HeaderMap, body: Body) -> Answer {
    caseworker(&endpoint, &headers).await?;
    let said = small(&endpoint, body).await?;
    let said = serde_json::from_slice(&said).map_err(|_| Problem::BadRequest)?;
    profile::said(&endpoint.store, &said, endpoint.today()).await?;
    Ok(tus(StatusCode::NO_CONTENT, &[]))
}

// A body of at most 4 KiB, whole.
async fn small(endpoint: &Endpoint, body: Body) -> Result<Bytes, Problem> {
    whole(body, 4096, endpoint.limits.silence).await
}

// A body of at most so many bytes, whole.
async fn whole(body: Body, most: usize, patience: Duration) -> Result<Bytes, Problem> {
    let whole = axum::body::to_bytes(body, most);
    tokio::time::timeout(patience, whole)
        .await
        .map_err(|_| Problem::BadRequest)?
        .map_err(|_| Problem::BadRequest)
}

async fn options() -> Response<Body> {
    tus(
        StatusCode::NO_CONTENT,
        &[
            ("tus-version", TUS_VERSION.into()),
            (
                "tus-extension",
                "creation,creation-with-upload,checksum,expiration,termination".into(),
            ),
            ("tus-checksum-algorithm", "sha1,sha256".into()),
            ("tus-max-size", size::LARGEST.to_string()),
        ],
    )
}

async fn create(State(endpoint): App, headers: HeaderMap, body: Body) -> Answer {
    let (capability, _) = who(&endpoint, &headers).await?;
    speaks_tus(&headers)?;
    let length = number(&headers, "upload-length")?.ok_or(Problem::Size)?;
    let id = endpoint
        .create_upload(capability, length, declared(&headers))
        .await?;
    let mut out = vec![
        ("location", format!("{}/{id}", route::UPLOAD)),
        expires(&endpoint),
    ];
    if number(&headers, "content-length")?.is_some_and(|n| n > 0) {
        is_offset_stream(&headers)?;
        let offset = take_in(&endpoint, &id, capability, 0, &headers, body).await?;
        out.push(("upload-offset", offset.to_string()));
    }
    Ok(tus(StatusCode::CREATED, &out))
}

async fn head(State(endpoint): App, Path(id): Path<String>, headers: HeaderMap) -> Answer {
    let (capability, _) = who(&endpoint, &headers).await?;
    speaks_tus(&headers)?;
    let standing = endpoint.standing(&id, capability).await?;
    if standing.end == Some(End::Void) {
        return Err(Problem::Gone.into());
    }
    let offset = if standing.end == Some(End::Finished) {
        standing.new.length
    } else {
        standing.offset
    };
    let length = ("upload-length", standing.new.length.to_string());
    Ok(tus(
        StatusCode::OK,
        &[
            ("upload-offset", offset.to_string()),
            length,
            expires(&endpoint),
        ],
    ))
}

async fn patch(
    State(endpoint): App,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let (capability, _) = who(&endpoint, &headers).await?;
    speaks_tus(&headers)?;
    is_offset_stream(&headers)?;
    let offset = number(&headers, "upload-offset")?.ok_or(Problem::BadRequest)?;
    let offset = take_in(&endpoint, &id, capability, offset, &headers, body).await?;
    Ok(tus(
        StatusCode::NO_CONTENT,
        &[("upload-offset", offset.to_string()), expires(&endpoint)],
    ))
}

async fn terminate(State(endpoint): App, Path(id): Path<String>, headers: HeaderMap) -> Answer {
    let (capability, _) = who(&endpoint, &headers).await?;
    speaks_tus(&headers)?;
    endpoint.standing(&id, capability).await?;
    if endpoint.void(&id, capability).await? {
        Ok(tus(StatusCode::NO_CONTENT, &[]))
    } else {
        Err(Problem::Gone.into())
    }
}

async fn receipt(State(endpoint): App, Path(sha256): Path<String>, headers: HeaderMap) -> Answer {
    let (capability, _) = who(&endpoint, &headers).await?;
    let sha256 = Hash::parse(&sha256).ok_or(Problem::NotFound)?;
    let name = format!("receipt/{sha256}");
    if let Some(bytes) = endpoint.store.get(&name).await? {
        endpoint.store.sync_folder_of(&name).await?;
        return Ok(json_bytes(StatusCode::OK, bytes));
    }
    // Somebody's finish may have been left halfway: it is completed by whoever is asked.
    for (id, _) in endpoint.store.list(&format!("open/{capability}")).await? {
        let Some(standing) = endpoint.any_standing(&id).await? else {
            continue;
        };
        let whole = standing.offset == standing.new.length && standing.end != Some(End::Void);
        if whole && standing.new.sha256 == Some(sha256) {
            finish_soon(&endpoint, &id, standing.new).await?;
            if let Some(bytes) = endpoint.store.get(&name).await? {
                return Ok(json_bytes(StatusCode::OK, bytes));
            }
            return Ok(tus(StatusCode::ACCEPTED, &[]));
        }
    }
    let refused = endpoint
        .store
        .get(&format!("refused/{capability}/{sha256}"))
        .await?
        .is_some();
    Err(if refused {
        Problem::Refused
    } else {
        Problem::NotFound
    }
    .into())
}

async fn log(State(endpoint): App, Path(number): Path<String>, headers: HeaderMap) -> Answer {
    caseworker(&endpoint, &headers).await?;
    let number = number.parse::<u64>().map_err(|_| Problem::NotFound)?;
    // "No more" is said only to whoever may read: a desk that was shut out must not take it for "nothing new".
    Ok(match endpoint.log_object(number).await? {
        Some(bytes) => json_bytes(StatusCode::OK, bytes),
        None => tus(StatusCode::NO_CONTENT, &[]),
    })
}

async fn bundle(State(endpoint): App, Path(sha256): Path<String>, headers: HeaderMap) -> Answer {
    caseworker(&endpoint, &headers).await?;
    let sha256 = Hash::parse(&sha256).ok_or(Problem::NotFound)?;
    let manifest = endpoint.bundle(sha256).await?.ok_or(Problem::NotFound)?;
    let range = headers
        .get(header::RANGE)
        .and_then(|r| r.to_str().ok())
        .map(|r| parse_range(r, manifest.size));
    let (from, to) = match range {
        Some(Some(range)) => range,
        Some(None) => return Err(Problem::BadRequest.into()),
        None => (0, manifest.size),
    };
    let mut response = Response::new(Body::from_stream(stream(
        endpoint,
        manifest.upload,
        manifest.pieces,
        from,
        to,
    )));
    let out = response.headers_mut();
    out.insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("application/octet-stream"),
    );
    out.insert(header::CONTENT_LENGTH, (to - from).into());
    if range.is_some() {
        let value = format!("bytes {from}-{}/{}", to - 1, manifest.size);
        out.insert(
            header::CONTENT_RANGE,
            value.parse().map_err(|_| Problem::Internal)?,
        );
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(response)
}

async fn post_message(
    State(endpoint): App,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    caseworker(&endpoint, &headers).await?;
    let mailbox = Hash::parse(&name).ok_or(Problem::NotFound)?;
    let most = usize::try_from(size::SMALLEST).map_err(|_| Problem::Internal)?;
    if number(&headers, "content-length")?.is_some_and(|n| n > size::SMALLEST) {
        return Err(Problem::Size.into());
    }
    let _buffer = endpoint
        .buffers
        .acquire()
        .await
        .map_err(|_| Problem::Internal)?;
    // As long as a slow circuit needs.
    let patience = endpoint.limits.silence * 8;
    let message = whole(body, most, patience).await?;
    endpoint.post(mailbox, message.to_vec()).await?;
    Ok(tus(StatusCode::CREATED, &[]))
}

async fn mailbox(State(endpoint): App, headers: HeaderMap) -> Answer {
    let key = read_key(&headers)?;
    let messages = endpoint.messages(key.mailbox()).await?;
    let list = MailboxList {
        messages: messages.into_iter().map(|(_, sha256)| sha256).collect(),
    };
    let bytes = serde_json::to_vec(&list).map_err(|_| Problem::Internal)?;
    Ok(json_bytes(StatusCode::OK, bytes))
}

async fn message(State(endpoint): App, Path(name): Path<String>, headers: HeaderMap) -> Answer {
    let key = read_key(&headers)?;
    let sha256 = Hash::parse(&name).ok_or(Problem::NotFound)?;
    let message = endpoint.message(key.mailbox(), sha256).await?;
    let mut response = Response::new(Body::from(message.ok_or(Problem::NotFound)?));
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("application/octet-stream"),
    );
    Ok(response)
}

async fn take_message(
    State(endpoint): App,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let key = read_key(&headers)?;
    let sha256 = Hash::parse(&name).ok_or(Problem::NotFound)?;
    endpoint.take_away(key.mailbox(), sha256).await?;
    Ok(tus(StatusCode::NO_CONTENT, &[]))
}

fn read_key(headers: &HeaderMap) -> Result<ReadKey, Problem> {
    bearer(headers)
        .and_then(ReadKey::parse)
        .ok_or(Problem::NotFound)
}

// Bytes from..to over the pieces, in steps that keep memory flat.
fn stream(
    endpoint: Arc<Endpoint>,
    upload: String,
    pieces: Vec<(u64, u64)>,
    from: u64,
    to: u64,
) -> impl futures_util::Stream<Item = Result<Bytes, std::io::Error>> {
    futures_util::stream::unfold(
        (endpoint, upload, pieces, from),
        move |(endpoint, upload, pieces, at)| async move {
            if at >= to {
                return None;
            }
            let read = async {
                let index = pieces.partition_point(|(offset, size)| offset + size <= at);
                let (offset, size) = pieces.get(index).copied()?;
                let end = (offset + size).min(to).min(at + STEP);
                endpoint
                    .store
                    .range(
                        &format!("up/{upload}/p{offset:020}"),
                        at - offset,
                        end - offset,
                    )
                    .await
                    .ok()
            };
            match read.await {
                Some(bytes) => {
                    let next = at + bytes.len() as u64;
                    Some((Ok(bytes), (endpoint, upload, pieces, next)))
                }
                None => Some((
                    Err(std::io::ErrorKind::Other.into()),
                    (endpoint, upload, pieces, to),
                )),
            }
        },
    )
}

async fn take_in(
    endpoint: &Arc<Endpoint>,
    id: &str,
    capability: Hash,
    offset: u64,
    headers: &HeaderMap,
    body: Body,
) -> Result<u64, Problem> {
    let standing = endpoint.standing(id, capability).await?;
    let checksum = headers
        .get("upload-checksum")
        .map(|c| c.to_str().map_err(|_| Problem::BadRequest))
        .transpose()?;
    let checksum = checksum.map(Checksum::parse).transpose()?;
    let reached = endpoint
        .append(id, &standing, offset, checksum, body)
        .await?;
    if reached == standing.new.length {
        finish_soon(endpoint, id, standing.new).await?;
    }
    Ok(reached)
}

// Hashing gigabytes takes a while: the answer does not wait for it longer than a moment, and promises nothing.
async fn finish_soon(
    endpoint: &Arc<Endpoint>,
    id: &str,
    new: crate::upload::New,
) -> Result<(), Problem> {
    let (finishing, id) = (Arc::clone(endpoint), id.to_owned());
    let task = tokio::spawn(async move { finishing.finish(&id, &new).await });
    match tokio::time::timeout(Duration::from_secs(3), task).await {
        Ok(Ok(done)) => done,
        Ok(Err(_)) => Err(Problem::Internal),
        Err(_) => Ok(()),
    }
}

async fn who(endpoint: &Endpoint, headers: &HeaderMap) -> Result<(Hash, Role), Problem> {
    let capability = bearer(headers)
        .and_then(Capability::parse)
        .ok_or(Problem::NotFound)?
        .hash();
    let role = access::role(&endpoint.store, capability).await?;
    Ok((capability, role))
}

async fn caseworker(endpoint: &Endpoint, headers: &HeaderMap) -> Result<(), Problem> {
    match who(endpoint, headers).await? {
        (_, Role::Caseworker) => Ok(()),
        _ => Err(Problem::NotFound),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Bearer ")
}

fn speaks_tus(headers: &HeaderMap) -> Result<(), Problem> {
    let version = headers.get("tus-resumable").and_then(|v| v.to_str().ok());
    if version == Some(TUS_VERSION) {
        Ok(())
    } else {
        Err(Problem::TusVersion)
    }
}

fn is_offset_stream(headers: &HeaderMap) -> Result<(), Problem> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok());
    if kind == Some(route::OFFSET_OCTET_STREAM) {
        Ok(())
    } else {
        Err(Problem::MediaType)
    }
}

fn number(headers: &HeaderMap, name: &str) -> Result<Option<u64>, Problem> {
    let Some(value) = headers.get(name) else {
        return Ok(None);
    };
    let text = value
        .to_str()
        .ok()
        .filter(|t| t.bytes().all(|b| b.is_ascii_digit()));
    text.and_then(|t| t.parse().ok())
        .map(Some)
        .ok_or(Problem::BadRequest)
}

// Of a client's metadata only the hash is looked at, and only to be compared; nothing else is kept.
fn declared(headers: &HeaderMap) -> Option<Hash> {
    let text = headers.get("upload-metadata")?.to_str().ok()?;
    let value = text
        .split(',')
        .find_map(|pair| pair.trim().strip_prefix("sha256 "))?;
    let decoded = STANDARD.decode(value.trim()).ok()?;
    Hash::parse(std::str::from_utf8(&decoded).ok()?)
}

fn expires(endpoint: &Endpoint) -> (&'static str, String) {
    let day = endpoint
        .today()
        .saturating_add(jiff::Span::new().days(EXPIRY_DAYS));
    (
        "upload-expires",
        day.strftime("%a, %d %b %Y 00:00:00 GMT").to_string(),
    )
}

fn parse_range(text: &str, size: u64) -> Option<(u64, u64)> {
    let (from, to) = text.strip_prefix("bytes=")?.split_once('-')?;
    let digits = |t: &str| {
        (!t.is_empty() && t.bytes().all(|b| b.is_ascii_digit()))
            .then(|| t.parse::<u64>().ok())
            .flatten()
    };
    let from = digits(from)?;
    let to = if to.is_empty() {
        size
    } else {
        digits(to)?.checked_add(1)?.min(size)
    };
    (from < to).then_some((from, to))
}

const STEP: u64 = 1 << 20;
