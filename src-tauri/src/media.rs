//! Evidence for the page: pictures straight from the sealed blob, by ranges, never through a file. Only what begins
//! like a picture is given out as one; everything else is refused.

use crate::session::{Shell, hold};
use chronicle_media::{EvidenceView, Kind, START, sniff};
use chronicle_vault::BlobReader;
use std::io::{Read, Seek, SeekFrom};
use tauri::http::{Request, Response, StatusCode, header};

/// The scheme: `chronicle-media://localhost/<incident or report>/<item>`.
pub const SCHEME: &str = "chronicle-media";

/// Answers one request of the page.
pub fn answer(shell: &Shell, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
    serve(shell, request).unwrap_or_else(|status| {
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

fn serve(shell: &Shell, request: &Request<Vec<u8>>) -> Result<Response<Vec<u8>>, StatusCode> {
    let mut path = request.uri().path().trim_start_matches('/').split('/');
    let (owner, item) = (
        path.next().unwrap_or_default(),
        path.next().unwrap_or_default(),
    );
    let (about, mut reader) = open(shell, owner, item).ok_or(StatusCode::NOT_FOUND)?;
    let broken = |_| StatusCode::UNPROCESSABLE_ENTITY;
    let mut start = Vec::new();
    reader
        .by_ref()
        .take(START as u64)
        .read_to_end(&mut start)
        .map_err(broken)?;
    let (media_type, kind) = sniff(&start);
    if kind != Kind::Image {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let range = request
        .headers()
        .get(header::RANGE)
        .and_then(|r| r.to_str().ok())
        .and_then(|r| parse_range(r, about.size));
    let (from, length, status) = match range {
        Some((from, to)) => (
            from,
            (to - from + 1).min(PIECE),
            StatusCode::PARTIAL_CONTENT,
        ),
        None if about.size <= WHOLE => (0, about.size, StatusCode::OK),
        None => return Err(StatusCode::PAYLOAD_TOO_LARGE),
    };
    reader.seek(SeekFrom::Start(from)).map_err(broken)?;
    let mut body = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    reader.take(length).read_to_end(&mut body).map_err(broken)?;
    let mut response = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, media_type)
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::ACCEPT_RANGES, "bytes");
    if status == StatusCode::PARTIAL_CONTENT {
        let to = from + body.len() as u64 - 1;
        response = response.header(
            header::CONTENT_RANGE,
            format!("bytes {from}-{to}/{}", about.size),
        );
    }
    response
        .body(body)
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
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

/// The most that one ranged answer carries: memory stays flat.
const PIECE: u64 = 1 << 20;
/// The largest picture that is shown.
const WHOLE: u64 = 48 << 20;

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
