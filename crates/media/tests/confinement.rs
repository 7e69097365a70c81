//! What the child cannot do once it is confined, tried by a probe that confines itself in the same way; and the same
//! probe without walls, so that it is seen that these tests can see.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "these are tests"
)]

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};

const SIGKILL: i32 = 9;
const SIGXCPU: i32 = 24;
const SIGSYS: i32 = 31;
const REFUSED: i32 = 9;

fn start(program: &str, arguments: &[&str]) -> Child {
    Command::new(program)
        .args(arguments)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn probe(walls: &str, what: &str) -> ExitStatus {
    let mut child = start(env!("CARGO_BIN_EXE_chronicle-media-probe"), &[walls, what]);
    child.wait().unwrap()
}

// What ends a confined process, and what a free one can do.
const ENDS: [&str; 10] = [
    "look", "socket", "connect", "exec", "fork", "thread", "map", "trace", "write", "signal",
];

#[test]
fn a_confined_process_that_does_nothing_ends_well() {
    assert_eq!(probe("confined", "nothing").code(), Some(0));
    assert_eq!(probe("confined", "unknown").code(), Some(2));
}

#[test]
fn whatever_decoding_does_not_need_ends_the_process() {
    for what in ENDS.into_iter().chain(["create", "remove"]) {
        let status = probe("confined", what);
        assert_eq!(status.signal(), Some(SIGSYS), "{what}: {status}");
    }
}

#[test]
fn nothing_is_opened() {
    for what in ["open", "list"] {
        let status = probe("confined", what);
        assert_eq!(status.code(), Some(REFUSED), "{what}: {status}");
    }
}

#[test]
fn without_walls_the_same_attempts_succeed() {
    for what in ENDS.into_iter().chain(["open", "list", "memory"]) {
        let status = probe("free", what);
        assert_eq!(status.code(), Some(0), "{what}: {status}");
    }
}

#[test]
fn memory_ends_at_its_limit() {
    let status = probe("confined", "memory");
    assert!(status.signal().is_some(), "{status}");
}

#[test]
fn the_seconds_of_the_processor_end() {
    let status = probe("confined", "spin");
    let signal = status.signal();
    assert!(matches!(signal, Some(SIGXCPU | SIGKILL)), "{status}");
}

#[test]
fn a_process_whose_output_is_no_pipe_does_not_start() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_chronicle-media-probe"))
        .args(["confined", "nothing"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

#[test]
fn descriptors_that_were_left_open_are_closed() {
    // A shell hands on what it has open, as a careless library in the parent would.
    let script = format!(
        "exec 7</etc/passwd 9</etc/passwd; exec {} confined nothing",
        env!("CARGO_BIN_EXE_chronicle-media-probe")
    );
    let mut child = start("/bin/sh", &["-c", &script]);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let script = format!(
        "exec 7</etc/passwd; exec {}",
        env!("CARGO_BIN_EXE_chronicle-media")
    );
    let mut child = start("/bin/sh", &["-c", &script]);
    let seen = once_confined(child.id());
    assert!(seen.is_some(), "the shipped child was not confined");
    let left = std::fs::read_dir(format!("/proc/{}/fd", child.id())).map(|list| {
        list.map(|entry| entry.unwrap().file_name())
            .collect::<Vec<_>>()
    });
    // Only root may look into a process that is not dumpable.
    if let Ok(mut left) = left {
        left.sort();
        assert_eq!(left, ["0", "1"]);
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

// The status of a child that has put its filter up, which takes it a moment.
fn once_confined(process: u32) -> Option<String> {
    (0..500).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        let mut status = String::new();
        File::open(format!("/proc/{process}/status"))
            .and_then(|mut file| file.read_to_string(&mut status))
            .ok()?;
        status.contains("\nSeccomp_filters:\t2\n").then_some(status)
    })
}

#[test]
fn the_shipped_child_is_confined_before_it_is_given_a_byte() {
    let mut child = start(env!("CARGO_BIN_EXE_chronicle-media"), &[]);
    let status = once_confined(child.id()).unwrap();
    assert!(status.contains("\nSeccomp:\t2\n"), "{status}");
    assert!(status.contains("\nNoNewPrivs:\t1\n"), "{status}");
    assert!(status.contains("\nThreads:\t1\n"), "{status}");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id()));
    // Only root may look into a process that is not dumpable.
    if let Ok(limits) = limits {
        let limit = |name: &str| {
            let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
            let mut values = line[name.len()..].split_whitespace();
            let [soft, hard] = [values.next().unwrap(), values.next().unwrap()];
            // The seconds of the processor end by a signal that says so, and by one that cannot be held off.
            match name {
                "Max cpu time" => assert_eq!((soft, hard), ("10", "11")),
                _ => assert_eq!(soft, hard, "{name}"),
            }
            soft.to_owned()
        };
        assert_eq!(limit("Max address space"), (768u64 << 20).to_string());
        assert_eq!(limit("Max cpu time"), "10");
        for name in [
            "Max file size",
            "Max open files",
            "Max core file size",
            "Max processes",
        ] {
            assert_eq!(limit(name), "0", "{name}");
        }
    }
    // And it still answers: here, to what is no request, with nothing.
    child.stdin.take().unwrap().write_all(&[0; 24]).unwrap();
    let mut said = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut said).unwrap();
    assert_eq!(said, []);
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn the_child_ends_with_its_parent() {
    // The shell starts the child, says its number, and is killed. This test holds the other ends of the pipes.
    let script = format!(
        "exec 5<&0; {} <&5 5<&- & echo $! >&2; wait",
        env!("CARGO_BIN_EXE_chronicle-media")
    );
    let mut shell = Command::new("/bin/sh")
        .args(["-c", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut number = [0; 16];
    let got = shell.stderr.take().unwrap().read(&mut number).unwrap();
    let number: u32 = String::from_utf8_lossy(&number[..got])
        .trim()
        .parse()
        .unwrap();
    let alive = || {
        let stat = std::fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
        let state = stat
            .rsplit(')')
            .next()
            .unwrap_or_default()
            .trim_start()
            .chars()
            .next();
        state.is_some_and(|state| state != 'Z')
    };
    assert!(once_confined(number).is_some());
    shell.kill().unwrap();
    let ended = (0..500).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        !alive()
    });
    assert!(ended, "the child outlived its parent");
    shell.wait().unwrap();
}
