//! How a record names files of the vault: evidence with its own key, and bundles as they came. The form in a record's
//! body is the vault's, so that every file that any record names is known, also of records that a newer version wrote.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Names a sealed blob and holds its key: belongs into a record and nowhere else (see [`in_record`]).
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct BlobRef {
    pub(crate) name: String,
    pub(crate) key: String,
    pub(crate) size: u64,
    pub(crate) sha256: String,
}

impl BlobRef {
    /// Bytes of the content.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// SHA-256 of the content, in hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
}

/// Names a blob that is kept as it came (a sealed bundle).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRef {
    #[serde(rename = "bundle")]
    pub(crate) name: String,
    /// Bytes of the file.
    pub size: u64,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
}

/// How a [`BlobRef`] is written into the body of a record: `#[serde(with = "chronicle_vault::in_record")]`. Asked for
/// by name, since the key goes with it.
pub mod in_record {
    use super::BlobRef;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Written {
        blob: String,
        key: String,
        size: u64,
        sha256: String,
    }

    /// Writes name, key, size and hash.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(blob: &BlobRef, serializer: S) -> Result<S::Ok, S::Error> {
        let BlobRef {
            name,
            key,
            size,
            sha256,
        } = blob;
        Written {
            blob: name.clone(),
            key: key.clone(),
            size: *size,
            sha256: sha256.clone(),
        }
        .serialize(serializer)
    }

    /// Reads name, key, size and hash.
    ///
    /// # Errors
    /// Those of the deserializer.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BlobRef, D::Error> {
        let Written {
            blob: name,
            key,
            size,
            sha256,
        } = Written::deserialize(deserializer)?;
        Ok(BlobRef {
            name,
            key,
            size,
            sha256,
        })
    }
}

/// A file that a record names.
pub(crate) enum FileRef {
    Blob(BlobRef),
    Raw(RawRef),
}

impl FileRef {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Blob(blob) => &blob.name,
            Self::Raw(raw) => &raw.name,
        }
    }

    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Blob(blob) => blob.size,
            Self::Raw(raw) => raw.size,
        }
    }
}

/// Every file that `body` names, wherever in it.
pub(crate) fn files(body: &Value) -> Vec<FileRef> {
    let mut found = Vec::new();
    walk(body, &mut |value| found.extend(read(value)));
    found
}

/// The reference that `value` is, if it is one: an object with exactly the members of [`in_record`] or of [`RawRef`].
pub(crate) fn read(value: &Value) -> Option<FileRef> {
    let members = value.as_object()?;
    if members.contains_key("blob") {
        in_record::deserialize(value).ok().map(FileRef::Blob)
    } else if members.contains_key("bundle") {
        RawRef::deserialize(value).ok().map(FileRef::Raw)
    } else {
        None
    }
}

fn walk(value: &Value, see: &mut impl FnMut(&Value)) {
    see(value);
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, see)),
        Value::Object(members) => members.values().for_each(|member| walk(member, see)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_file_is_found_wherever_a_body_names_it() {
        let blob = json!({ "blob": "aa", "key": "K", "size": 1, "sha256": "s" });
        let raw = json!({ "bundle": "bb", "size": 2, "sha256": "t" });
        let body = json!({ "deep": [{ "x": blob }, 7, [raw]], "later": { "y": raw } });
        let names: Vec<String> = files(&body).iter().map(|f| f.name().to_owned()).collect();
        assert_eq!(names, ["aa", "bb", "bb"]);
        for other in [
            json!({ "blob": "aa", "key": "K", "size": 1 }),
            json!({ "blob": "aa", "key": "K", "size": 1, "sha256": "s", "more": 1 }),
            json!({ "name": "aa", "size": 1, "sha256": "s" }),
            json!("blob"),
        ] {
            assert!(files(&other).is_empty(), "{other}");
        }
    }
}
