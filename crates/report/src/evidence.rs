//! What describes a piece of evidence. The bytes are never here.
//!
//! Each item is written once, when the file is taken in, and not changed afterwards except for what the person says about
//! it (caption, language, sensitivity, how and from whom it was obtained). Hashes and sizes are those of the original
//! bytes. No device id, address, host or user name is recorded.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::codes::{C2pa, ClockSource, EvidenceKind, ObtainedHow, Sensitivity};
use crate::draft::part;
use crate::draft::quiet;

part! {
    /// One file, described.
    Evidence {
        /// Random id.
        id: String,
        /// SHA-256 of the original bytes, 64 lower-case hexadecimal digits.
        sha256: String,
        /// Size of the original in bytes.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        size: u64,
        /// What it is, by content.
        kind: EvidenceKind,
        /// Media type, by content, such as `image/png`.
        media_type: String,
        /// Name of the file as it came.
        original_name: String,
        /// How the person came by it.
        obtained_how: ObtainedHow,
        /// When (EDTF).
        obtained_at: String,
        /// Time zone of `obtained_at` (IANA), or `unknown`.
        obtained_tz: String,
        /// From whom: a person, an account, an address.
        obtained_from: String,
        /// Where it was seen online.
        url: String,
        /// When it was seen there (EDTF, or RFC 3339).
        captured_at: String,
        /// What the file system said, by name, such as `modified`; RFC 3339.
        file_times: BTreeMap<String, String>,
        /// What the file says about itself (EXIF, mail headers, PDF information), read and never rewritten.
        embedded_metadata: BTreeMap<String, String>,
        /// What was found about a provenance manifest.
        c2pa_present: C2pa,
        /// When it was taken in.
        imported_at: Imported,
        /// What took it in.
        tool: Tool,
        /// The item that this one was made from, such as the original of a redacted copy; empty when none.
        derived_from: String,
        /// What one sees, in the person's words.
        caption: String,
        /// Language of what is in it (BCP 47).
        language: String,
        /// What somebody should know before looking.
        sensitivity: Sensitivity,
    }

    /// When a file was taken in, and by whose clock.
    Imported {
        /// Local time, RFC 3339 with offset.
        local: String,
        /// Time zone (IANA).
        tz: String,
        /// The same in UTC, RFC 3339.
        utc: String,
        /// Whose clock.
        clock_source: ClockSource,
        /// Seconds by which the organisation's clock was ahead at the next contact; `None` until then.
        #[cfg_attr(feature = "ts", ts(type = "number | null"))]
        clock_difference_s: Option<i64>,
    }

    /// A program with its version.
    Tool {
        /// Name.
        name: String,
        /// Version.
        version: String,
        /// Hash of the build.
        build: String,
    }
}
