//! The names of all sentences, for code that wants them checked before it runs.
//!
//! The window's keys are written into a TypeScript file by `cargo run -p chronicle-words --example keys`; a test fails when
//! that file is stale. Nothing is written here.

use fluent_bundle::FluentResource;
use fluent_syntax::ast;

use crate::files::FILES;

/// The keys of all sentences that the window says, sorted: messages, and attributes as `id.attribute`.
#[must_use]
pub fn keys() -> Vec<String> {
    let mut keys = Vec::new();
    for file in FILES.iter().filter(|file| file.in_window) {
        let resource = FluentResource::try_new(file.en.to_owned()).unwrap_or_else(|(rest, _)| rest);
        for entry in resource.entries() {
            if let ast::Entry::Message(message) = entry {
                let id = message.id.name;
                keys.extend(message.value.iter().map(|_| id.to_owned()));
                keys.extend(
                    message
                        .attributes
                        .iter()
                        .map(|a| format!("{id}.{}", a.id.name)),
                );
            }
        }
    }
    keys.sort();
    keys
}

/// The text of `ui/src/lib/bindings/keys.ts`: one type that is the union of all keys.
#[must_use]
pub fn keys_as_typescript() -> String {
    let keys = keys();
    let mut text = String::from(HEAD);
    if keys.is_empty() {
        text.push_str("export type Key = never;\n");
        return text;
    }
    text.push_str("export type Key =");
    for key in keys {
        text.push_str("\n  | \"");
        text.push_str(&key);
        text.push('"');
    }
    text.push_str(";\n");
    text
}

const HEAD: &str = "\
// Made from crates/words/ftl/en by `make bindings`. Do not edit.

/** Names a sentence. */
";
