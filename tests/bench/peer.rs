//! The peers: SQLite and SQLCipher through their own libraries, in a process beside this one, in which no interpreter runs
//! between an order and its answer. It measures itself, as this side does, around the library's calls alone.

use chronicle_tests::{root, tool};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

/// A running peer.
pub struct Peer {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// What it answers.
pub struct Answer {
    pub took: Duration,
    pub total: u64,
    pub rows: u64,
}

impl Peer {
    /// SQLCipher, as the Python package brings it.
    pub fn sqlcipher(data: &Path) -> Self {
        let python = data.join("python/bin/python3");
        assert!(
            python.is_file(),
            "SQLCipher is missing: scripts/setup.sh bench"
        );
        let library = "__import__('sqlcipher3')._sqlite3.__file__";
        Self::start(data, &python, library)
    }

    /// Debian's SQLite.
    pub fn sqlite(data: &Path) -> Self {
        Self::start(data, Path::new("python3"), "'libsqlite3.so.0'")
    }

    // Python only brings its own library into the process, which SQLCipher's module needs to be loaded.
    fn start(data: &Path, python: &Path, library: &str) -> Self {
        tool("python3", "python3");
        let script = format!(
            "import ctypes\nctypes.CDLL({library}, mode=ctypes.RTLD_GLOBAL)\nctypes.CDLL('{}').serve()",
            build(data).display()
        );
        let mut child = Command::new(python)
            .args(["-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the peer starts");
        let orders = child.stdin.take().unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap());
        Self {
            child,
            orders,
            answers,
        }
    }

    pub fn order(&mut self, parts: &[&str]) -> Answer {
        let answer = self.line(parts);
        let numbers: Vec<u64> = answer
            .split_whitespace()
            .map(|n| n.parse().expect("a number"))
            .collect();
        assert_eq!(numbers.len(), 3, "the peer ended at {}", parts[0]);
        Answer {
            took: Duration::from_nanos(numbers[0]),
            total: numbers[1],
            rows: numbers[2],
        }
    }

    pub fn version(&mut self) -> String {
        self.line(&["version"]).trim().to_owned()
    }

    /// Opens a database, with what is to be said to it first.
    pub fn open(&mut self, path: &Path, settings: &str) -> Answer {
        self.order(&["open", path.to_str().unwrap(), settings])
    }

    fn line(&mut self, parts: &[&str]) -> String {
        writeln!(self.orders, "{}", parts.join("\t")).expect("the peer runs");
        let mut answer = String::new();
        self.answers
            .read_line(&mut answer)
            .expect("the peer answers");
        answer
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn build(data: &Path) -> PathBuf {
    tool("cc", "build-essential");
    let library = data.join("peer.so");
    let mut cc = Command::new("cc");
    cc.args([
        "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", "-o",
    ])
    .arg(&library)
    .arg(root().join("tests/bench/peer.c"));
    assert!(
        cc.status().expect("cc runs").success(),
        "peer.c does not compile"
    );
    library
}

/// A key as SQLCipher takes it without deriving one.
pub const RAW_KEY: &str =
    "PRAGMA key = \"x'2DD29CA851E7B56E4697B0E1F08507293D761A05CE4D1B628663F411A8086D99'\"";
