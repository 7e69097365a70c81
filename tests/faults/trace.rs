//! Whether the shim sees everything: its record beside the kernel's own trace of the same run. A call that a library makes
//! past the C library is in the trace alone.

use crate::scenario::{Bench, Scenario};
use crate::shim::{self, Shim};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

#[test]
fn the_shim_sees_every_call_that_changes_files() {
    chronicle_tests::tool("strace", "strace");
    let bench = Bench::prepare();
    for scenario in Scenario::ALL {
        let (traced, seen) = compare(&bench, &bench.shim, scenario);
        assert_eq!(traced, seen, "{scenario:?}: the kernel, and the shim");
        println!("{scenario:?}: {} calls, each seen", total(&seen));
    }
    let blind = Shim::build(&bench.at(""), true);
    let (traced, seen) = compare(&bench, &blind, Scenario::Edit);
    assert_ne!(traced, seen, "a shim that sees no sync was not found out");
}

fn total(calls: &BTreeMap<String, usize>) -> usize {
    calls.values().sum()
}

fn compare(
    bench: &Bench,
    shim: &Shim,
    scenario: Scenario,
) -> (BTreeMap<String, usize>, BTreeMap<String, usize>) {
    let place = bench.place("traced", !scenario.begins());
    let (log, trace) = (bench.at("traced.log"), bench.at("trace"));
    let _ = std::fs::remove_file(&log);
    for left in parts(&trace) {
        std::fs::remove_file(left).unwrap();
    }
    let mut inner = scenario.command(bench, &place.join("vault"));
    shim.arm(&mut inner, &place, &log);
    // The command line lets nobody look into it who has no right to look into everything.
    let mut strace = if rustix::process::geteuid().is_root() {
        Command::new("strace")
    } else {
        let mut unshare = Command::new("unshare");
        unshare.args(["--map-root-user", "strace"]);
        unshare
    };
    // One file for each thread: a call is never cut in two lines.
    strace
        .args(["-ff", "-y", "-s", "0", "-e", CALLS, "-o"])
        .arg(&trace);
    for (name, value) in inner.get_envs() {
        match value {
            None => strace.env_remove(name),
            // For the traced process alone.
            Some(value) if name == "LD_PRELOAD" => strace
                .arg("-E")
                .arg(format!("LD_PRELOAD={}", value.display())),
            Some(value) => strace.env(name, value),
        };
    }
    strace.arg(inner.get_program()).args(inner.get_args());
    let ran = chronicle_tests::Ran::of(&mut strace);
    let _ = ran.ok();
    let mut traced = BTreeMap::new();
    for part in parts(&trace) {
        let text = std::fs::read_to_string(part).unwrap();
        for call in text.lines().filter_map(|line| changing(line, &place)) {
            *traced.entry(call).or_default() += 1;
        }
    }
    let mut seen = BTreeMap::new();
    for call in shim::read(&log, false) {
        *seen.entry(same(&call.name).to_owned()).or_default() += 1;
    }
    (traced, seen)
}

fn parts(trace: &Path) -> Vec<std::path::PathBuf> {
    let prefix = format!("{}.", trace.file_name().unwrap().to_str().unwrap());
    std::fs::read_dir(trace.parent().unwrap())
        .unwrap()
        .map(|item| item.unwrap().path())
        .filter(|path| {
            path.file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with(&prefix)
        })
        .collect()
}

// The name of a call of the trace, when it changes something below `place`.
fn changing(line: &str, place: &Path) -> Option<String> {
    let (name, arguments) = line.split_once('(')?;
    // These name no file, and may change any.
    if ["sync", "io_uring_setup", "io_submit"].contains(&name) {
        return Some(name.to_owned());
    }
    let place = place.to_str().unwrap();
    // The shim's own record lies beside the place, and no name below it is written there in full.
    if !arguments.contains(&format!("{place}/")) && !arguments.contains(&format!("<{place}>")) {
        return None;
    }
    let opens = name.starts_with("open");
    let to_write = ["O_CREAT", "O_TRUNC", "O_WRONLY", "O_RDWR"];
    if opens && !to_write.iter().any(|flag| arguments.contains(flag)) {
        return None;
    }
    // A mapping changes a file only when it is shared and may be written.
    if name == "mmap" && !(arguments.contains("MAP_SHARED") && arguments.contains("PROT_WRITE")) {
        return None;
    }
    Some(same(name).to_owned())
}

// One name for what differs only in how its arguments are given.
fn same(name: &str) -> &str {
    match name {
        "open" | "openat" | "openat2" | "creat" | "create" | "empty" => "open",
        "write" | "writev" => "write",
        "pwrite" | "pwrite64" | "pwritev" | "pwritev2" => "pwrite",
        "fsync" | "fdatasync" => "fsync",
        "rename" | "renameat" | "renameat2" => "rename",
        "unlink" | "unlinkat" | "rmdir" => "unlink",
        "mkdir" | "mkdirat" => "mkdir",
        other => other,
    }
}

/// Everything by which a file can be changed, also what nobody here is known to use.
const CALLS: &str = "trace=open,openat,openat2,creat,write,writev,pwrite64,pwritev,pwritev2,ftruncate,truncate,fallocate,\
    fsync,fdatasync,sync_file_range,syncfs,sync,msync,mmap,rename,renameat,renameat2,unlink,unlinkat,rmdir,link,linkat,\
    symlink,symlinkat,mkdir,mkdirat,mknod,mknodat,chmod,fchmod,fchmodat,chown,fchown,lchown,fchownat,copy_file_range,\
    sendfile,splice,utime,utimes,futimesat,utimensat,setxattr,lsetxattr,fsetxattr,removexattr,lremovexattr,fremovexattr,\
    io_uring_setup,io_submit,mount";
