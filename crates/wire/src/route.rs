//! Routes, headers, limits and problem codes of the line: one table for the endpoint and for the courier.

use serde::{Deserialize, Serialize};

/// `GET`: the newest root and profile, `{root, profile}`; asks for no capability.
pub const PROFILE: &str = "/v1/profile";
/// `PUT`: a signed [`crate::organisation::Current`], by a caseworker; 204.
pub const CURRENT: &str = "/v1/current";
/// `POST` with `Authorization: Bearer <token>` and `{"capability": "<sha-256>"}`: exchanges a token.
pub const CAPABILITY: &str = "/v1/capability";
/// tus creation (`POST`), discovery (`OPTIONS`); one upload is `/v1/upload/<id>`.
pub const UPLOAD: &str = "/v1/upload";
/// `GET /v1/receipt/<sha-256>`: 200 with the receipt, 202 while it is being made, 404.
pub const RECEIPT: &str = "/v1/receipt";
/// `GET /v1/log/<n>`: the n-th log object, for caseworkers.
pub const LOG: &str = "/v1/log";
/// `GET /v1/bundle/<sha-256>`: the ciphertext, by ranges, for caseworkers.
pub const BUNDLE: &str = "/v1/bundle";

/// `POST /v1/mailbox/<name>`: a sealed message, by a caseworker. `GET`, and `GET` and `DELETE` of `/v1/mailbox/<sha-256>`, with
/// the mailbox's read key as bearer.
pub const MAILBOX: &str = "/v1/mailbox";
/// Messages that a mailbox holds; one more is refused.
pub const MAILBOX_ROOM: usize = 100;
/// Days for which a mailbox keeps a message that nobody took away.
pub const MAILBOX_DAYS: i64 = 180;

/// The one User-Agent of every client.
pub const USER_AGENT: &str = "chronicle";
/// The version of tus that both sides speak.
pub const TUS_VERSION: &str = "1.0.0";
/// Media type of a piece (tus 1.0).
pub const OFFSET_OCTET_STREAM: &str = "application/offset+octet-stream";
/// The largest piece, in bytes.
pub const MAX_PIECE: u64 = 8 << 20;
/// The smallest piece that a courier sends, and the only one over Tor.
pub const MIN_PIECE: u64 = 256 * 1024;
/// tus' own status for a failed checksum.
pub const CHECKSUM_MISMATCH: u16 = 460;

/// The body of `POST /v1/capability`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapabilityRequest {
    /// Hash of the capability that the client drew.
    pub capability: crate::Hash,
}

/// The answer to `POST /v1/capability`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapabilityAnswer {
    /// `reporter` or `caseworker`.
    pub role: String,
}

/// One object of the log: bundles in the order in which they became durable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogBatch {
    /// This object's number; dense, from 0.
    pub number: u64,
    /// SHA-256 of the object before it (exact bytes); all zeros for the first.
    pub previous: crate::Hash,
    /// What arrived.
    pub entries: Vec<LogEntry>,
}

/// One bundle in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// SHA-256 of the ciphertext.
    pub sha256: crate::Hash,
    /// Bytes of the ciphertext.
    pub size: u64,
    /// The day of its receipt.
    pub day: crate::Day,
}

/// What lies in a mailbox, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxList {
    /// SHA-256 of each message's ciphertext.
    pub messages: Vec<crate::Hash>,
}

/// What the endpoint says when it refuses: RFC 9457 `application/problem+json` with a stable `code`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemBody {
    /// A short English sentence.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code, see [`Problem::code`].
    pub code: String,
}

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident = $status:literal $code:literal $title:literal,)*) => {
        /// Every reason for which the endpoint refuses.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Problem { $($(#[$doc])* $name,)* }

        impl Problem {
            /// Every problem, in the order of the table.
            pub const ALL: &'static [Problem] = &[$(Problem::$name,)*];
            /// The stable code.
            #[must_use]
            pub fn code(self) -> &'static str { match self { $(Problem::$name => $code,)* } }
            /// The HTTP status.
            #[must_use]
            pub fn status(self) -> u16 { match self { $(Problem::$name => $status,)* } }
            /// The sentence.
            #[must_use]
            pub fn title(self) -> &'static str { match self { $(Problem::$name => $title,)* } }
            /// The problem with this code.
            #[must_use]
            pub fn parse(code: &str) -> Option<Self> { match code { $($code => Some(Problem::$name),)* _ => None } }
        }
    };
}

problems! {
    /// Unknown, revoked and wrong all get this one answer.
    NotFound = 404 "not-found" "There is nothing here for you.",
    /// The token was exchanged for another capability before.
    TokenUsed = 409 "token-used" "This token was used before, with another capability.",
    /// The request does not follow the protocol.
    BadRequest = 400 "bad-request" "The request is not understood.",
    /// `Tus-Resumable` is missing or of another version.
    TusVersion = 412 "tus-version" "Only tus 1.0.0 is spoken here.",
    /// The length is missing, not in the padding table, or over the limit.
    Size = 413 "size-refused" "This size is not taken.",
    /// A piece with a checksum is larger than one piece may be.
    PieceTooLarge = 413 "piece-too-large" "The piece is too large.",
    /// The offset is not the server's.
    Offset = 409 "offset-conflict" "The offset is another one.",
    /// The checksum of a piece differs.
    Checksum = 460 "checksum-mismatch" "The checksum differs.",
    /// The checksum algorithm is not spoken.
    ChecksumKind = 400 "checksum-unknown" "This checksum algorithm is not spoken.",
    /// The upload was finished, ended or has expired.
    Gone = 410 "upload-ended" "This upload has ended.",
    /// What arrived is not what was announced, or does not look like a bundle.
    Refused = 422 "bundle-refused" "What arrived is not a bundle, or not the one announced.",
    /// Too many uploads of this capability at once.
    TooMany = 429 "too-many-uploads" "Too many uploads at once.",
    /// The capability's quota is used up.
    Quota = 403 "quota-used" "This capability's room is used up.",
    /// The mailbox is full: its owner has to take something away first.
    MailboxFull = 507 "mailbox-full" "This mailbox is full.",
    /// No room on the endpoint.
    Full = 507 "endpoint-full" "The endpoint has no room.",
    /// No profile was installed yet.
    NoProfile = 503 "no-profile" "This endpoint has no organisation yet.",
    /// Something failed inside.
    Internal = 500 "endpoint-failed" "The endpoint could not do this.",
    /// Method not allowed.
    Method = 405 "method-not-allowed" "This method is not spoken here.",
    /// The media type is not the one that is spoken.
    MediaType = 415 "media-type" "This media type is not spoken here.",
}

/// Whether Chronicle may speak to `address`: https anywhere, plain http to loopback addresses and onion services only.
#[must_use]
pub fn address_allowed(address: &str) -> bool {
    let Ok(url) = url::Url::parse(address) else {
        return false;
    };
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    let host = url.host();
    plain
        && match (url.scheme(), host) {
            ("https", Some(_)) => true,
            ("http", Some(url::Host::Ipv4(ip))) => ip.is_loopback(),
            ("http", Some(url::Host::Ipv6(ip))) => ip.is_loopback(),
            ("http", Some(url::Host::Domain(name))) => name == "localhost" || is_onion(name),
            _ => false,
        }
}

/// Whether `address` has a scheme that this version does not speak at all: a newer version may.
#[must_use]
pub fn address_is_of_another_scheme(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|url| !["https", "http"].contains(&url.scheme()))
}

/// Whether `address` is an onion service.
#[must_use]
pub fn address_is_onion(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|url| url.host_str().is_some_and(is_onion))
}

fn is_onion(name: &str) -> bool {
    name.strip_suffix(".onion")
        .is_some_and(|rest| !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_on_loopback_and_onion() {
        for good in [
            "https://example.org",
            "http://127.0.0.1:8440",
            "http://[::1]:1",
            "http://localhost:1/x",
            "http://abc.onion",
        ] {
            assert!(address_allowed(good), "{good}");
        }
        for bad in [
            "http://example.org",
            "http://10.0.0.1",
            "ftp://example.org",
            "example.org",
            "",
            "http://.onion",
            "https://me:pw@example.org",
            "https://example.org?x=1",
            "http://localhost.example.org",
        ] {
            assert!(!address_allowed(bad), "{bad}");
        }
    }

    #[test]
    fn the_sizes_are_the_published_ones() {
        assert_eq!((MIN_PIECE, MAX_PIECE), (262_144, 8_388_608));
    }

    #[test]
    fn an_onion_service_is_told_from_what_only_looks_like_one() {
        for onion in [
            "http://abc.onion",
            "https://a.abc.onion:81/x",
            "http://ABC.ONION",
        ] {
            assert!(address_is_onion(onion), "{onion}");
        }
        for other in [
            "http://onion",
            "http://.onion",
            "https://abc.onion.org",
            "https://x/abc.onion",
            "abc.onion",
            "",
        ] {
            assert!(!address_is_onion(other), "{other}");
        }
    }

    #[test]
    fn codes_are_unique_and_come_back() {
        for problem in Problem::ALL {
            assert_eq!(Problem::parse(problem.code()), Some(*problem));
        }
    }
}
