//! An organisation founded by the command line: its endpoint serves, its desk writes invitations.

use crate::driver::free_port;
use crate::fault::{During, Outcome};
use crate::operator::{Endpoint, Programs};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The name of every organisation that is founded here.
pub const NAME: &str = "Open Door";

/// See the module.
pub struct Founded {
    /// Its endpoint, which serves until this is dropped.
    pub endpoint: Endpoint,
    /// The desk's vault.
    pub desk: PathBuf,
    /// A file with the desk's passphrase.
    pub secret: PathBuf,
    /// The six words, with blanks between.
    pub words: String,
    folder: PathBuf,
}

impl Founded {
    /// Founds it in `folder`; `passphrase` opens the desk and the second medium.
    pub fn by_command(programs: &Programs, folder: &Path, passphrase: &str) -> Outcome<Self> {
        let mut endpoint =
            Endpoint::init(&programs.endpoint, &folder.join("endpoint"), free_port()?)?;
        endpoint.serve()?;
        let desk = folder.join("desk");
        let secret = written(folder, "passphrase", passphrase)?;
        let medium = folder.join("medium");
        std::fs::create_dir_all(&medium).during("the second medium")?;
        let on_desk = |verb: &str, args: &[&str]| programs.cli("desk", verb, &desk, &secret, args);
        on_desk("create", &[])?;
        let (key, address) = (endpoint.receipt_key()?, endpoint.address());
        let (medium, offline) = (text(&medium), text(&secret));
        on_desk(
            "found",
            &[
                "--name",
                NAME,
                "--endpoint",
                &address,
                "--receipt-key",
                &key,
                "--offline",
                &medium,
                "--offline-passphrase-file",
                &offline,
            ],
        )?;
        let profile = folder.join("profile.json");
        on_desk("profile", &["--out", &text(&profile)])?;
        endpoint.profile(&profile)?;
        let token = written(folder, "token", &endpoint.token("caseworker")?)?;
        on_desk("connect", &["--token-file", &text(&token)])?;
        let organisation = programs.cli_json("desk", "organisation", &desk, &secret, &[])?;
        let words = organisation.get("words").and_then(Value::as_array);
        let words: Vec<&str> = words
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        Ok(Self {
            endpoint,
            desk,
            secret,
            words: words.join(" "),
            folder: folder.to_owned(),
        })
    }

    /// An invitation for one more reporter, in a file of this name.
    pub fn invitation(&self, programs: &Programs, name: &str) -> Outcome<PathBuf> {
        let token = written(&self.folder, "token", &self.endpoint.token("reporter")?)?;
        let to = self.folder.join(name);
        let args = ["--token-file", &text(&token), "--out", &text(&to)];
        programs.cli("desk", "invite", &self.desk, &self.secret, &args)?;
        Ok(to)
    }
}

/// A new file with this text.
pub fn written(folder: &Path, name: &str, content: &str) -> Outcome<PathBuf> {
    let path = folder.join(name);
    std::fs::write(&path, content).during(name)?;
    Ok(path)
}

/// A path as an argument.
pub fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
