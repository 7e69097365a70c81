//! The order in which everything begins: an endpoint, a desk that founded an organisation, a journal that joined it.

use crate::cli::Cli;
use crate::{Cutter, Endpoint};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A passphrase that is strong enough, for every vault of a scenario.
pub const PASSPHRASE: &str = "correct gravel umbrella tonight fission";

/// All parts of the line, each in a folder of its own.
pub struct Scene {
    /// The reporter.
    pub journal: Cli,
    /// The caseworker.
    pub desk: Cli,
    /// The server.
    pub endpoint: Endpoint,
    /// The organisation's id.
    pub organisation: String,
    /// The six words.
    pub words: String,
    /// A line cutter in front of the endpoint, when the scenario wants one.
    pub cutter: Option<Cutter>,
    folder: tempfile::TempDir,
}

impl Scene {
    /// Begins with everything: init, found, profile, tokens, serve, connect, invite, join.
    #[must_use]
    pub fn begin() -> Self {
        Self::begin_behind(|_| None)
    }

    /// As [`Self::begin`]; the organisation's address is that of the cutter which `cutter` starts for the endpoint's port.
    #[must_use]
    pub fn begin_behind(cutter: impl FnOnce(u16) -> Option<Cutter>) -> Self {
        Self::found(cutter).serving()
    }

    fn serving(self) -> Self {
        let mut scene = self;
        scene.endpoint.serve();
        let token = scene.write("caseworker.token", &scene.endpoint.token("caseworker"));
        let _ = scene
            .desk
            .run("connect", &[Path::new("--token-file"), &token])
            .ok();
        scene.organisation = scene.join("first", &scene.words.clone());
        scene
    }

    /// Begins up to the profile: nothing serves, nobody joined.
    #[must_use]
    pub fn found(cutter: impl FnOnce(u16) -> Option<Cutter>) -> Self {
        Self::found_with(cutter, Cli::make)
    }

    /// As [`Self::found`], with vaults that the shipped command line makes.
    #[must_use]
    pub fn found_shipped() -> Self {
        Self::found_with(|_| None, shipped)
    }

    /// As [`Self::begin`], with vaults that the shipped command line makes.
    #[must_use]
    pub fn begin_shipped() -> Self {
        Self::found_shipped().serving()
    }

    /// As [`Self::begin`], with an endpoint that was made before, reached at `address`; `folder` holds everything.
    #[must_use]
    pub fn begin_at(folder: tempfile::TempDir, endpoint: Endpoint, address: &str) -> Self {
        Self::found_at(folder, endpoint, None, address, Cli::make).serving()
    }

    /// As [`Self::begin_at`], where everybody goes through a SOCKS proxy on this machine.
    #[must_use]
    pub fn begin_behind_proxy(
        folder: tempfile::TempDir,
        endpoint: Endpoint,
        address: &str,
        socks: u16,
    ) -> Self {
        let create = |cli: &Cli| {
            cli.make();
            let proxy = format!("127.0.0.1:{socks}");
            let _ = cli.run("travel", &["--socks", &proxy]).ok();
        };
        Self::found_at(folder, endpoint, None, address, create).serving()
    }

    fn found_with(cutter: impl FnOnce(u16) -> Option<Cutter>, create: impl Fn(&Cli)) -> Self {
        let folder = folder();
        let endpoint = Endpoint::init(&folder.path().join("endpoint"));
        let cutter = cutter(endpoint.port);
        let address = cutter.as_ref().map_or(endpoint.address(), |c| {
            format!("http://127.0.0.1:{}", c.port)
        });
        Self::found_at(folder, endpoint, cutter, &address, create)
    }

    fn found_at(
        folder: tempfile::TempDir,
        endpoint: Endpoint,
        cutter: Option<Cutter>,
        address: &str,
        create: impl Fn(&Cli),
    ) -> Self {
        let at = |name: &str| folder.path().join(name);
        let passphrase = at("passphrase");
        std::fs::write(&passphrase, format!("{PASSPHRASE}\n")).expect("a passphrase file");
        let cli = |side, name: &str| Cli {
            side,
            vault: at(name),
            passphrase: passphrase.clone(),
        };
        let (journal, desk) = (cli("journal", "journal"), cli("desk", "desk"));
        let none: &[&str] = &[];
        create(&journal);
        create(&desk);
        found_organisation(&desk, address, &endpoint.receipt_key(), &at("offline"));
        let profile = at("profile.json");
        let _ = desk.run("profile", &[Path::new("--out"), &profile]).ok();
        let _ = endpoint
            .run(&["profile", &profile.display().to_string()])
            .ok();
        let words = words_of(&desk.json("organisation", none));
        Self {
            journal,
            desk,
            endpoint,
            organisation: String::new(),
            words,
            cutter,
            folder,
        }
    }

    /// A path in this scenario's folder.
    #[must_use]
    pub fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into this scenario's folder.
    #[must_use]
    pub fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.at(name);
        std::fs::write(&path, content).expect("a file of the scenario");
        path
    }

    /// An invitation with a token of its own.
    #[must_use]
    pub fn invitation(&self, name: &str) -> PathBuf {
        let token = self.write(&format!("{name}.token"), &self.endpoint.token("reporter"));
        let invitation = self.at(&format!("{name}.invitation"));
        let _ = self
            .desk
            .run(
                "invite",
                &[
                    Path::new("--token-file"),
                    &token,
                    Path::new("--out"),
                    &invitation,
                ],
            )
            .ok();
        invitation
    }

    /// Joins with a new invitation; gives the organisation's id.
    #[must_use]
    pub fn join(&self, name: &str, words: &str) -> String {
        let invitation = self.invitation(name).display().to_string();
        self.journal
            .run("join", &[invitation.as_str(), "--words", words])
            .ok()
            .to_owned()
    }

    /// Adds the example report with evidence; gives the incident's id.
    #[must_use]
    pub fn add(&self, evidence: &[PathBuf]) -> String {
        let example =
            String::from_utf8(chronicle_report::Draft::example().to_json()).expect("JSON is UTF-8");
        let report = self.write("report.json", &example);
        let mut args = vec![PathBuf::from("--report"), report];
        args.extend(
            evidence
                .iter()
                .flat_map(|file| [PathBuf::from("--attach"), file.clone()]),
        );
        self.journal.run("add", &args).ok().to_owned()
    }

    /// Seals an incident for the organisation.
    pub fn send(&self, incident: &str) {
        let _ = self
            .journal
            .run("send", &[incident, "--to", &self.organisation])
            .ok();
    }

    /// The stage of the only delivery.
    #[must_use]
    pub fn delivery(&self) -> Value {
        let none: &[&str] = &[];
        let status = self.journal.json("status", none);
        let all = status["deliveries"].as_array().expect("a list").clone();
        assert_eq!(all.len(), 1, "{status}");
        all[0].clone()
    }
}

fn shipped(cli: &Cli) {
    let none: &[&str] = &[];
    let _ = cli.run("create", none).ok();
}

/// Founds an organisation with the desk, its root in `offline`.
pub fn found_organisation(desk: &Cli, address: &str, receipt_key: &str, offline: &Path) {
    let mut command = desk.command(
        "found",
        &[
            "--name",
            "Пример e.V.",
            "--endpoint",
            address,
            "--receipt-key",
            receipt_key,
        ],
    );
    command
        .arg("--offline")
        .arg(offline)
        .arg("--offline-passphrase-file")
        .arg(&desk.passphrase);
    let _ = crate::Ran::of(&mut command).ok();
}

/// The words of an organisation, as they are read out.
#[must_use]
pub fn words_of(organisation: &Value) -> String {
    let words = organisation["words"].as_array().expect("the words");
    words
        .iter()
        .map(|word| word.as_str().expect("a word"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// A folder for one scenario, on the disk that the build is on: a memory file system would be no real disk.
#[must_use]
pub fn folder() -> tempfile::TempDir {
    let own = std::env::current_exe().expect("the path of this test");
    let place = own
        .ancestors()
        .nth(3)
        .expect("the target folder")
        .join("tmp");
    std::fs::create_dir_all(&place).expect("a folder for scenarios");
    tempfile::Builder::new()
        .prefix("chronicle-")
        .tempdir_in(place)
        .expect("a folder for this scenario")
}
