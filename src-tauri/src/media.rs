//! Evidence for the page, never through a file. A picture or a page of a document is decoded by the confined child and
//! given out as the pixels that it found; sound and video are given out as they are, by ranges, for the sandboxed player.
//! What begins like neither is refused.

use crate::session::{Shell, hold};
use chronicle_media::{EvidenceView, Kind, PreviewError, Previewer, START, Want, sniff};
use chronicle_vault::BlobReader;
use std::io::{Read, Seek, SeekFrom};
use tauri::http::{Request, Response, StatusCode, header};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// The scheme: `chronicle-media://localhost/<incident or report>/<item>`. A picture takes `?edge=<pixels>`, a document also
/// `&page=<number from 1>`.
pub const SCHEME: &str = "chronicle-media";

/// Answers one request of the page.
pub async fn answer(shell: Shell, request: Request<Vec<u8>>) -> Response<Vec<u8>> {
    let served = match Wanted::parse(&request) {
        None => Err(StatusCode::NOT_FOUND),
        Some(wanted) => match wanted.range.is_some() {
            true => blocking(move || serve_range(&shell, &wanted)).await,
            false => {
                // Each child may need hundreds of MiB: a page full of covers waits its turn.
                let _turn = CHILDREN.acquire().await;
                blocking(move || serve_picture(&shell, &wanted)).await
            }
        },
    };
    served.unwrap_or_else(|status| {
        let mut response = Response::new(Vec::new());
        *response.status_mut() = status;
        response
    })
}

/// Opens an item of the open vault, whichever kind it is.
pub fn open(shell: &Shell, owner: &str, item: &str) -> Option<(EvidenceView, BlobReader)> {
    if let Ok(journal) = shell.journal() {
        return hold(&journal).content(owner, item).ok();
    }
    let desk = shell.desk().ok()?;
    hold(&desk).content(owner, item).ok()
}

/// The text of the code that a picture shows.
pub fn code(picture: &mut impl Read, size: u64) -> Result<Zeroizing<String>, PreviewError> {
    previewer()?.code(picture, size)
}

/// How many pages a document has.
pub fn pages(shell: &Shell, owner: &str, item: &str) -> Result<u32, PreviewError> {
    let (about, mut reader) = open(shell, owner, item).ok_or(PreviewError::Damaged)?;
    previewer()?.pages(&mut reader, about.size)
}

type Served = Result<Response<Vec<u8>>, StatusCode>;

struct Wanted {
    owner: String,
    item: String,
    edge: u32,
    page: Option<u32>,
    range: Option<String>,
}

impl Wanted {
    fn parse(request: &Request<Vec<u8>>) -> Option<Self> {
        let mut path = request.uri().path().trim_start_matches('/').split('/');
        let (owner, item) = (path.next()?.to_owned(), path.next()?.to_owned());
        let query = request.uri().query().unwrap_or_default();
        let number = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(n, _)| *n == name)?.1.parse::<u32>().ok()
        };
        let range = request.headers().get(header::RANGE);
        Some(Self {
            owner,
            item,
            edge: number("edge").unwrap_or(EDGE),
            page: number("page"),
            range: range.and_then(|r| r.to_str().ok()).map(str::to_owned),
        })
    }
}

fn serve_picture(shell: &Shell, wanted: &Wanted) -> Served {
    let (about, mut reader) =
        open(shell, &wanted.owner, &wanted.item).ok_or(StatusCode::NOT_FOUND)?;
    let (_, kind) = look(&mut reader)?;
    let edge = wanted.edge;
    let want = match (kind, wanted.page) {
        (Kind::Image, None) => Want::Picture { edge },
        (Kind::Pdf, number) => Want::Page {
            number: number.unwrap_or(1),
            edge,
        },
        _ => return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE),
    };
    let picture = previewer()
        .and_then(|p| p.preview(&mut reader, about.size, want))
        .map_err(|_| StatusCode::UNPROCESSABLE_ENTITY)?;
    respond(StatusCode::OK, "image/png", None, picture.png)
}

fn serve_range(shell: &Shell, wanted: &Wanted) -> Served {
    let (about, mut reader) =
        open(shell, &wanted.owner, &wanted.item).ok_or(StatusCode::NOT_FOUND)?;
    let (media_type, kind) = look(&mut reader)?;
    if !matches!(kind, Kind::Audio | Kind::Video) {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let (from, to) = wanted
        .range
        .as_deref()
        .and_then(|range| parse_range(range, about.size))
        .ok_or(StatusCode::RANGE_NOT_SATISFIABLE)?;
    let length = (to - from + 1).min(PIECE);
    let broken = |_| StatusCode::UNPROCESSABLE_ENTITY;
    reader.seek(SeekFrom::Start(from)).map_err(broken)?;
    let mut body = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    reader.take(length).read_to_end(&mut body).map_err(broken)?;
    let to = from + body.len() as u64 - 1;
    let range = format!("bytes {from}-{to}/{}", about.size);
    respond(StatusCode::PARTIAL_CONTENT, media_type, Some(range), body)
}

fn respond(status: StatusCode, media_type: &str, range: Option<String>, body: Vec<u8>) -> Served {
    let mut response = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, media_type)
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        // The page is of another scheme, and the only one there is.
        .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "tauri://localhost")
        .header(header::ACCESS_CONTROL_EXPOSE_HEADERS, "Content-Range");
    if let Some(range) = range {
        response = response.header(header::CONTENT_RANGE, range);
    }
    response
        .body(body)
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

// What the bytes begin like, whatever a record says.
fn look(reader: &mut BlobReader) -> Result<(&'static str, Kind), StatusCode> {
    let broken = |_| StatusCode::UNPROCESSABLE_ENTITY;
    let mut start = Vec::new();
    reader
        .by_ref()
        .take(START as u64)
        .read_to_end(&mut start)
        .map_err(broken)?;
    reader.seek(SeekFrom::Start(0)).map_err(broken)?;
    Ok(sniff(&start))
}

// The child lies beside this program.
fn previewer() -> Result<Previewer, PreviewError> {
    let own = std::env::current_exe().map_err(|_| PreviewError::Unavailable)?;
    Ok(Previewer::new(own.with_file_name("chronicle-media")))
}

async fn blocking(act: impl FnOnce() -> Served + Send + 'static) -> Served {
    tauri::async_runtime::spawn_blocking(act)
        .await
        .unwrap_or(Err(StatusCode::INTERNAL_SERVER_ERROR))
}

fn parse_range(text: &str, size: u64) -> Option<(u64, u64)> {
    let (from, to) = text.strip_prefix("bytes=")?.split_once('-')?;
    let from: u64 = from.parse().ok()?;
    let to = if to.is_empty() {
        size.checked_sub(1)?
    } else {
        to.parse::<u64>().ok()?.min(size.checked_sub(1)?)
    };
    (from <= to).then_some((from, to))
}

static CHILDREN: Semaphore = Semaphore::const_new(2);
/// The most that one ranged answer carries: memory stays flat.
const PIECE: u64 = 1 << 20;
/// The longest edge of a picture for which none is asked.
const EDGE: u32 = 1600;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_stay_inside() {
        assert_eq!(parse_range("bytes=0-", 10), Some((0, 9)));
        assert_eq!(parse_range("bytes=3-100", 10), Some((3, 9)));
        for bad in [
            "bytes=10-",
            "bytes=5-4",
            "bytes=-5",
            "items=0-1",
            "bytes=a-b",
            "bytes=0-1,3-4",
        ] {
            assert_eq!(parse_range(bad, 10), None, "{bad}");
        }
        assert_eq!(parse_range("bytes=0-", 0), None);
    }
}
