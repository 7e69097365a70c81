//! Processes that run beside a scenario: the endpoint and the line cutter. Each is ended by its own id.

use crate::{Ran, binary};
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// A process that is ended, by its own id, when this is dropped.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until something has happened.
///
/// # Panics
/// When it has not within `patience`.
pub fn until(what: &str, patience: Duration, mut happened: impl FnMut() -> bool) {
    let end = std::time::Instant::now() + patience;
    while !happened() {
        assert!(std::time::Instant::now() < end, "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// What a process says, line by line, from a thread that always reads on: a full pipe would stop the process.
pub struct Lines(Receiver<String>);

impl Lines {
    /// Reads from `output`.
    #[must_use]
    pub fn of(output: impl Read + Send + 'static) -> Self {
        let (send, lines) = channel();
        std::thread::spawn(move || {
            BufReader::new(output)
                .lines()
                .map_while(Result::ok)
                .for_each(|line| drop(send.send(line)));
        });
        Self(lines)
    }

    /// The next line that has `words` in it. Those before it are passed over.
    pub fn wait_for(&self, words: &str, patience: Duration) -> String {
        let end = std::time::Instant::now() + patience;
        let mut seen = Vec::new();
        loop {
            let left = end.saturating_duration_since(std::time::Instant::now());
            match self.0.recv_timeout(left) {
                Ok(line) if line.contains(words) => return line,
                Ok(line) => seen.push(line),
                Err(RecvTimeoutError::Timeout) => {
                    panic!("{words:?} did not come in {patience:?}: {seen:?}")
                }
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("the process ended before {words:?}: {seen:?}")
                }
            }
        }
    }
}

/// A port that nobody listens on just now.
#[must_use]
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|l| l.local_addr())
        .expect("a free port")
        .port()
}

/// An endpoint: its data and, while it serves, its process.
pub struct Endpoint {
    /// Its folder.
    pub data: PathBuf,
    /// Its port, the same after a restart.
    pub port: u16,
    process: Option<Child>,
}

impl Endpoint {
    /// Initialises an endpoint in `data`; it does not serve yet.
    #[must_use]
    pub fn init(data: &Path) -> Self {
        let endpoint = Self {
            data: data.to_owned(),
            port: free_port(),
            process: None,
        };
        let _ = endpoint.run(&["init"]).ok();
        endpoint
    }

    /// Another one of the same operator, in `data`: with the same receipt key and the same `endpoint.toml`.
    #[must_use]
    pub fn twin(&self, data: &Path) -> Self {
        std::fs::create_dir_all(data).expect("its folder");
        for file in ["receipt.key", "endpoint.toml"] {
            std::fs::copy(self.data.join(file), data.join(file)).expect("copied");
        }
        Self {
            data: data.to_owned(),
            port: free_port(),
            process: None,
        }
    }

    /// Runs one of its verbs.
    #[must_use]
    pub fn run(&self, args: &[&str]) -> Ran {
        Ran::of(
            Command::new(binary("chronicle-endpoint"))
                .args(args)
                .arg("--data")
                .arg(&self.data),
        )
    }

    /// Its public receipt key.
    #[must_use]
    pub fn receipt_key(&self) -> String {
        self.run(&["receipt-key"])
            .ok()
            .split_whitespace()
            .last()
            .expect("a key")
            .to_owned()
    }

    /// A new token for `role`.
    #[must_use]
    pub fn token(&self, role: &str) -> String {
        let said = self.run(&["token", "new", role]);
        let token = said
            .ok()
            .split_whitespace()
            .find(|word| word.starts_with("chronicle-token-1-"));
        token.expect("a token is printed").to_owned()
    }

    /// Begins to serve, on its port.
    pub fn serve(&mut self) {
        let mut command = Command::new(binary("chronicle-endpoint"));
        command
            .args([
                "serve",
                "--listen",
                &format!("127.0.0.1:{}", self.port),
                "--data",
            ])
            .arg(&self.data);
        self.serve_by(&mut command);
    }

    /// Begins to serve by a command that ends up being this endpoint.
    pub fn serve_by(&mut self, command: &mut Command) {
        let mut process = command
            .stdout(Stdio::piped())
            .stdin(Stdio::null())
            .spawn()
            .expect("the endpoint starts");
        let lines = Lines::of(process.stdout.take().expect("its output"));
        let line = lines.wait_for("listening on", Duration::from_secs(30));
        assert!(
            line.ends_with(&format!("http://127.0.0.1:{}", self.port)),
            "{line}"
        );
        self.process = Some(process);
    }

    /// Ends it at once, by SIGKILL, as a loss of power would.
    pub fn kill(&mut self) {
        let mut process = self.process.take().expect("the endpoint serves");
        process.kill().expect("killed");
        let _ = process.wait();
    }

    /// Ends it as a supervisor would, by SIGTERM, and waits for that.
    pub fn terminate(&mut self) {
        let mut process = self.process.take().expect("the endpoint serves");
        let id = rustix::process::Pid::from_child(&process);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("told to end");
        let ended = process.wait().expect("it ends");
        assert!(ended.success(), "{ended}");
    }

    /// Where it is reached.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// A line that is cut twice: once by reset, once by silence.
pub struct Cutter {
    /// Its port.
    pub port: u16,
    /// What it says.
    pub lines: Lines,
    _process: Running,
}

impl Cutter {
    /// Starts the cutter in front of `to`. Cuts are placed in bytes sent towards the endpoint.
    #[must_use]
    pub fn start(program: &str, to: u16, reset_at: u64, silence_at: u64) -> Self {
        let to = format!("127.0.0.1:{to}");
        let mut process = Command::new(program)
            .args([to, reset_at.to_string(), silence_at.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the cutter starts");
        let lines = Lines::of(process.stdout.take().expect("its output"));
        let said = lines.wait_for("listening on", Duration::from_secs(10));
        let port = said
            .rsplit(':')
            .next()
            .and_then(|p| p.parse().ok())
            .expect("a port");
        Self {
            port,
            lines,
            _process: Running(process),
        }
    }
}
