//! What the checks of several rooms share. Each room compiles this file for itself, for its tests and for the fuzzer.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads bytes as a `T`. What is one writes itself to what reads as the same, as a value and as text.
pub(crate) fn same_meaning<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let read: T = serde_json::from_slice(bytes).ok()?;
    let once = serde_json::to_value(&read).expect("what was read can be written");
    let again: T = serde_json::from_value(once.clone()).expect("what was written can be read");
    let twice = serde_json::to_value(&again).expect("and written again");
    assert!(once == twice, "another meaning after one more writing");
    let text: Value = serde_json::from_str(&once.to_string()).expect("as text too");
    assert!(once == text, "another meaning after it was text");
    Some(read)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[test]
    fn what_does_not_come_back_is_found() {
        #[derive(Serialize, Deserialize)]
        struct Forgetful {
            #[serde(skip_serializing)]
            kept: String,
        }
        #[derive(Serialize, Deserialize)]
        #[serde(transparent)]
        struct Growing(#[serde(serialize_with = "one_more")] u64);
        fn one_more<S: serde::Serializer>(n: &u64, to: S) -> Result<S::Ok, S::Error> {
            to.serialize_u64(n + 1)
        }
        assert!(same_meaning::<Growing>(b"x").is_none());
        assert!(same_meaning::<Value>(b"{\"a\": [1, 0.1]}").is_some());
        let forgets = || same_meaning::<Forgetful>(b"{\"kept\": \"a\"}").map(|f| f.kept);
        assert!(std::panic::catch_unwind(forgets).is_err());
        assert!(std::panic::catch_unwind(|| same_meaning::<Growing>(b"1")).is_err());
    }
}
