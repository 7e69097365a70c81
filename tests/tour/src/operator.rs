//! The operator's part, in a terminal: the endpoint and the command line, as separate processes. The endpoint is ended
//! by its own id when it is dropped.

use crate::fault::{During, Fault, Outcome, ensure};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The programs under test.
pub struct Programs {
    /// The window, built so that it can be driven.
    pub window: PathBuf,
    /// The command line.
    pub cli: PathBuf,
    /// The endpoint.
    pub endpoint: PathBuf,
}

impl Programs {
    /// Runs the command line on a vault; gives what it printed.
    pub fn cli(
        &self,
        side: &str,
        verb: &str,
        vault: &Path,
        passphrase: &Path,
        args: &[&str],
    ) -> Outcome<String> {
        let mut command = Command::new(&self.cli);
        command
            .args([side, verb, "--vault"])
            .arg(vault)
            .arg("--passphrase-file")
            .arg(passphrase);
        said(command.args(args))
    }

    /// The same, as JSON.
    pub fn cli_json(
        &self,
        side: &str,
        verb: &str,
        vault: &Path,
        passphrase: &Path,
        args: &[&str],
    ) -> Outcome<Value> {
        let mut all = args.to_vec();
        all.push("--json");
        serde_json::from_str(&self.cli(side, verb, vault, passphrase, &all)?).during(verb)
    }
}

/// An endpoint: its folder, its port and, while it serves, its process.
pub struct Endpoint {
    program: PathBuf,
    data: PathBuf,
    port: u16,
    process: Option<Child>,
}

impl Endpoint {
    /// Makes a new endpoint; it does not serve yet.
    pub fn init(program: &Path, data: &Path, port: u16) -> Outcome<Self> {
        let endpoint = Self {
            program: program.to_owned(),
            data: data.to_owned(),
            port,
            process: None,
        };
        endpoint.run(&["init"])?;
        Ok(endpoint)
    }

    /// Where it is reached.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Its public receipt key.
    pub fn receipt_key(&self) -> Outcome<String> {
        last_word(&self.run(&["receipt-key"])?)
    }

    /// Installs a profile; gives what it says.
    pub fn profile(&self, file: &Path) -> Outcome<String> {
        self.run(&["profile", &file.to_string_lossy()])
    }

    /// A new token.
    pub fn token(&self, role: &str) -> Outcome<String> {
        last_word(&self.run(&["token", "new", role])?)
    }

    /// Serves until it is stopped.
    pub fn serve(&mut self) -> Outcome {
        let mut command = Command::new(&self.program);
        command
            .args([
                "serve",
                "--listen",
                &format!("127.0.0.1:{}", self.port),
                "--data",
            ])
            .arg(&self.data);
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .during("the endpoint")?;
        let output = process
            .stdout
            .take()
            .ok_or_else(|| Fault::new("the endpoint says nothing"))?;
        self.process = Some(process);
        let mut line = String::new();
        BufReader::new(output)
            .read_line(&mut line)
            .during("the endpoint")?;
        ensure(line.contains("listening on"), || {
            format!("the endpoint says {line:?}")
        })
    }

    /// Stops it at once.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    fn run(&self, args: &[&str]) -> Outcome<String> {
        said(
            Command::new(&self.program)
                .args(args)
                .arg("--data")
                .arg(&self.data),
        )
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Runs a command; gives what it printed.
pub fn said(command: &mut Command) -> Outcome<String> {
    let out = command
        .stdin(Stdio::null())
        .output()
        .during(command.get_program().to_string_lossy())?;
    let why = || {
        format!(
            "{:?}: {}",
            command.get_args().take(2).collect::<Vec<_>>(),
            String::from_utf8_lossy(&out.stderr)
        )
    };
    ensure(out.status.success(), why)?;
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}

fn last_word(text: &str) -> Outcome<String> {
    text.split_whitespace()
        .next_back()
        .map(str::to_owned)
        .ok_or_else(|| Fault::new("nothing was printed"))
}
