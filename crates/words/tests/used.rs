//! What the code asks for exists: the keys written out in Rust sources, a sentence for every error's code, and the window's
//! typed list of keys. So a key that is missing from the Fluent files fails here, before a person sees it in brackets.

use std::fs;
use std::path::{Path, PathBuf};

use chronicle_words::{Locale, Words, keys_as_typescript};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All Rust files below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The literal that follows each `.say(` or `.has(`.
fn said(source: &str) -> Vec<&str> {
    [".say(", ".has("]
        .iter()
        .flat_map(|call| source.split(call).skip(1))
        .filter_map(literal)
        .collect()
}

fn literal(rest: &str) -> Option<&str> {
    rest.trim_start().strip_prefix('"')?.split('"').next()
}

/// The codes of errors: the literals of each function `code` of an error type, and those of the courier's table of reasons.
fn codes(source: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = source;
    while let Some((before, after)) = rest.split_once("fn code(") {
        let owner = before
            .rsplit("impl ")
            .next()
            .and_then(|text| text.split_whitespace().next());
        let of_error = owner.is_some_and(|name| name.ends_with("Error") || name == "Fault");
        if of_error
            && after
                .split('{')
                .next()
                .is_some_and(|head| head.contains("&'static str"))
        {
            found.extend(literals(after));
        }
        rest = after;
    }
    if let Some((_, table)) = source.split_once("\nreasons! ") {
        found.extend(literals(table));
    }
    found
}

/// The literals in the first block in braces.
fn literals(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    let end = text.find(|letter| {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        depth == 0 && letter == '}'
    });
    let block = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
    block
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split('"').skip(1).step_by(2))
}

fn missing(texts: impl Iterator<Item = String>) -> Vec<String> {
    let words = Words::new(Locale::En);
    let mut missing = Vec::new();
    for text in texts {
        // Below this mark come a file's own tests, which also ask for keys that must not exist.
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        missing.extend(
            said(text)
                .into_iter()
                .filter(|key| !words.has(key))
                .map(str::to_owned),
        );
        for code in codes(text) {
            let pair = [format!("error-{code}"), format!("error-{code}-next")];
            missing.extend(pair.into_iter().filter(|key| !words.has(key)));
        }
    }
    missing.sort();
    missing.dedup();
    missing
}

#[test]
fn every_key_and_error_code_in_the_sources_has_its_sentence() {
    let mut files = Vec::new();
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        sources(&entry.unwrap().path().join("src"), &mut files);
    }
    sources(&root().join("src-tauri/src"), &mut files);
    files.retain(|path| !path.ends_with("tests.rs"));
    assert!(files.len() >= 12, "the sources were not found");
    let missing = missing(files.iter().map(|path| fs::read_to_string(path).unwrap()));
    assert!(
        missing.is_empty(),
        "no sentence for: {}",
        missing.join(", ")
    );
}

#[test]
fn a_key_that_nobody_wrote_is_found() {
    let source = r#"
        words.say("no-such-sentence", &args);
        impl SealError { pub fn code(&self) -> &'static str {
            match self { Self::A { .. } => "no-such-code" }
        } }
        let other = "not-a-key";
        impl Way { fn code(self) -> &'static str { "not-an-error" } }
        impl OpenError { fn code(&self) -> Code { Code::from("not-a-code") } }

reasons! {
    /// The "best" reason.
    Gone "no-such-reason" true,
}
    "#;
    assert_eq!(
        missing([source.to_owned()].into_iter()),
        [
            "error-no-such-code",
            "error-no-such-code-next",
            "error-no-such-reason",
            "error-no-such-reason-next",
            "no-such-sentence"
        ]
    );
}

#[test]
fn the_list_of_keys_for_the_window_is_fresh() {
    let path = root().join("ui/src/lib/bindings/keys.ts");
    let there = fs::read_to_string(path).unwrap_or_default();
    assert!(
        there == keys_as_typescript(),
        "ui/src/lib/bindings/keys.ts is stale: run `make bindings`"
    );
}
