//! Comparing two JSON documents field by field: every path (as a JSON pointer) of one must be in the other, with the same
//! value.

use serde_json::Value;

/// One path at which two documents differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// In the first only.
    Missing(String),
    /// In the second only.
    Extra(String),
    /// In both, not the same.
    Other(String),
}

impl Difference {
    /// The path.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Missing(path) | Self::Extra(path) | Self::Other(path) => path,
        }
    }
}

/// Every difference between `sent` and `came`.
#[must_use]
pub fn differences(sent: &Value, came: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    walk("", Some(sent), Some(came), &mut found);
    found
}

/// The paths of all values that hold no others.
#[must_use]
pub fn leaves(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk("", Some(value), None, &mut found);
    found
        .into_iter()
        .map(|difference| difference.path().to_owned())
        .collect()
}

fn walk(path: &str, sent: Option<&Value>, came: Option<&Value>, found: &mut Vec<Difference>) {
    if sent.or(came).is_some_and(holds_others)
        && [sent, came].iter().flatten().all(|v| holds_others(v))
    {
        for step in steps(sent, came) {
            let next = format!("{path}/{step}");
            walk(
                &next,
                sent.and_then(|v| child(v, &step)),
                came.and_then(|v| child(v, &step)),
                found,
            );
        }
        return;
    }
    match (sent, came) {
        (Some(a), Some(b)) if a == b => {}
        (Some(_), Some(_)) => found.push(Difference::Other(path.to_owned())),
        (Some(_), None) => found.push(Difference::Missing(path.to_owned())),
        _ => found.push(Difference::Extra(path.to_owned())),
    }
}

fn holds_others(value: &Value) -> bool {
    value.as_object().is_some_and(|map| !map.is_empty())
        || value.as_array().is_some_and(|list| !list.is_empty())
}

fn steps(sent: Option<&Value>, came: Option<&Value>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for value in [sent, came].into_iter().flatten() {
        let own: Vec<String> = match value {
            Value::Object(map) => map.keys().cloned().collect(),
            Value::Array(list) => (0..list.len()).map(|i| i.to_string()).collect(),
            _ => Vec::new(),
        };
        all.extend(
            own.into_iter()
                .filter(|step| !all.contains(step))
                .collect::<Vec<_>>(),
        );
    }
    all
}

fn child<'a>(value: &'a Value, step: &str) -> Option<&'a Value> {
    value
        .get(step)
        .or_else(|| step.parse::<usize>().ok().and_then(|i| value.get(i)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_kind_of_difference_is_found() {
        let sent = json!({ "a": { "b": [1, 2], "c": "" }, "d": null, "e": {} });
        assert_eq!(differences(&sent, &sent), []);
        assert_eq!(leaves(&sent), ["/a/b/0", "/a/b/1", "/a/c", "/d", "/e"]);
        let came = json!({ "a": { "b": [1, 3], "f": true }, "d": null, "e": {} });
        let expected = [
            Difference::Other("/a/b/1".into()),
            Difference::Missing("/a/c".into()),
            Difference::Extra("/a/f".into()),
        ];
        assert_eq!(differences(&sent, &came), expected);
        assert_eq!(
            differences(&json!({ "a": [1] }), &json!({ "a": "1" })),
            [Difference::Other("/a".into())]
        );
        assert_eq!(
            differences(&json!({ "a": [1, 2] }), &json!({ "a": [1] })),
            [Difference::Missing("/a/1".into())]
        );
    }
}
