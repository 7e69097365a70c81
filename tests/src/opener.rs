//! The independent opener: a vault read by its format's document alone, by none of this project's code.

use crate::{root, set_up};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

/// What the file with the secret holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secret {
    /// The passphrase.
    Passphrase,
    /// The code of the printed sheet.
    Sheet,
}

/// What the opener reads in the vault in `folder`; `{"refused": ...}` where it does not open.
#[must_use]
pub fn opened(folder: &Path, file: &Path, by: Secret) -> Value {
    let mut args = vec![folder.as_os_str(), file.as_os_str()];
    args.extend((by == Secret::Sheet).then_some(std::ffi::OsStr::new("sheet")));
    let output = script("open.py", |command| command.args(args));
    let told = serde_json::from_slice(&output.stdout);
    let told: Value = told.unwrap_or_else(|e| panic!("no JSON ({e}): {output:?}"));
    let amiss = told["amiss"].as_array().is_none_or(|list| !list.is_empty());
    let code = match told.get("refused") {
        Some(_) => 2,
        None => i32::from(amiss),
    };
    assert_eq!(output.status.code(), Some(code), "{output:?}");
    told
}

/// Runs one of the opener's scripts to its end.
#[must_use]
pub fn script(name: &str, arm: impl FnOnce(&mut Command) -> &mut Command) -> Output {
    arm(&mut script_with(name))
        .output()
        .expect("the opener runs")
}

/// One of the opener's scripts, to be started.
#[must_use]
pub fn script_with(name: &str) -> Command {
    let mut command = Command::new(set_up("opener/bin/python"));
    // Without the files that Python would leave beside the scripts.
    command
        .arg("-B")
        .arg(root().join("tests/opener").join(name))
        .env("PYTHONIOENCODING", "utf-8");
    command
}
