//! The shim between a program and the C library, and what it writes down.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The compiled shim.
pub struct Shim(PathBuf);

/// What is to happen to one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It fails with this errno.
    Fail(i32),
    /// It and every later one fails with this errno: the disk is gone, or was made read-only.
    Dead(i32),
    /// Half of a write is done, and the next write finds a full disk.
    Short,
    /// A write says that it was done, and was not: the planted fault.
    Lie,
    /// The process is killed before it.
    Die,
    /// The process is killed when half of a write is done; before any other call.
    DieHalf,
}

/// One call that changes files, as the shim saw it.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its name, without what only says how its arguments are given.
    pub name: String,
    /// Whether the shim did something to it.
    pub injected: bool,
    /// What it gave back.
    pub result: i64,
    /// Where in the file.
    pub offset: u64,
    /// How many bytes; the size, for `ftruncate`.
    pub length: u64,
    /// The file.
    pub path: String,
    /// The second path of a rename.
    pub other: String,
    /// What was written, where that is recorded.
    pub data: Vec<u8>,
}

impl Call {
    /// Whether it writes bytes into a file.
    pub fn writes(&self) -> bool {
        self.name == "write" || self.name == "pwrite"
    }
}

impl Shim {
    /// Compiles the shim into `folder`; `blind` is the one that does not see syncs.
    pub fn build(folder: &Path, blind: bool) -> Self {
        chronicle_tests::tool("cc", "build-essential");
        let library = folder.join(if blind { "blind.so" } else { "shim.so" });
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror"])
            .args(blind.then_some("-DBLIND"))
            .arg("-o")
            .arg(&library)
            .arg(chronicle_tests::root().join("tests/faults/shim.c"));
        assert!(cc.status().expect("cc runs").success(), "the shim");
        Self(library)
    }

    /// Puts the shim between `command` and the files below `root`; what it sees is appended to `log`.
    pub fn arm<'a>(&self, command: &'a mut Command, root: &Path, log: &Path) -> &'a mut Command {
        command
            .env("LD_PRELOAD", &self.0)
            .env("FAULTS_ROOT", root)
            .env("FAULTS_LOG", log)
            .env("FAULTS_NOW", NOW)
    }
}

/// The time of day that a process sees, in seconds since 1970.
pub fn at_time(command: &mut Command, seconds: i64) {
    command.env("FAULTS_NOW", seconds.to_string());
}

/// To a process everything seems to take long.
pub fn slowly(command: &mut Command) {
    command.env("FAULTS_SLOW", "1");
}

/// Has the shim do something to the call with number `at`, from 1.
pub fn plan(command: &mut Command, at: usize, kind: Kind) {
    let name = match kind {
        Kind::Fail(_) => "fail",
        Kind::Dead(_) => "dead",
        Kind::Short => "short",
        Kind::Lie => "lie",
        Kind::Die => "die",
        Kind::DieHalf => "die-half",
    };
    command
        .env("FAULTS_AT", at.to_string())
        .env("FAULTS_KIND", name);
    if let Kind::Fail(errno) | Kind::Dead(errno) = kind {
        command.env("FAULTS_ERRNO", errno.to_string());
    }
}

/// Reads a record; `with_data` where the shim was told to keep what was written.
pub fn read(log: &Path, with_data: bool) -> Vec<Call> {
    let bytes = std::fs::read(log).unwrap_or_default();
    let (mut calls, mut rest) = (Vec::new(), bytes.as_slice());
    while !rest.is_empty() {
        let end = rest.iter().position(|b| *b == b'\n').expect("whole lines");
        let line = std::str::from_utf8(&rest[..end]).expect("paths are UTF-8");
        let fields: Vec<&str> = line.split('\t').collect();
        let number = |i: usize| fields[i].parse::<i64>().expect("a number");
        let place = |i: usize| u64::try_from(number(i)).expect("no place before the file");
        rest = &rest[end + 1..];
        let mut call = Call {
            name: fields[0].to_owned(),
            injected: number(1) == 1,
            result: number(2),
            offset: place(3),
            length: place(4),
            path: fields[5].to_owned(),
            other: fields[6].to_owned(),
            data: Vec::new(),
        };
        if with_data && call.writes() && call.result > 0 {
            let written = usize::try_from(call.result).expect("fits");
            call.data = rest[..written].to_vec();
            rest = &rest[written..];
        }
        calls.push(call);
    }
    calls
}

/// Writes a record that [`read`] reads, with the data.
pub fn write(log: &Path, calls: &[Call]) {
    let mut bytes = Vec::new();
    for call in calls {
        let Call {
            name,
            injected,
            result,
            offset,
            length,
            path,
            other,
            data,
        } = call;
        let injected = u8::from(*injected);
        let line = format!("{name}\t{injected}\t{result}\t{offset}\t{length}\t{path}\t{other}\n");
        bytes.extend_from_slice(line.as_bytes());
        bytes.extend_from_slice(data);
    }
    std::fs::write(log, bytes).expect("the record is written");
}

/// The time of day in every run: 2026-03-14.
pub const NOW: &str = "1773486240";
