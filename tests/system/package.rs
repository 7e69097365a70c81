//! The endpoint's Debian package: it installs, what it installs works, its unit shuts the program in, and what the program asks of
//! the system is what the unit allows.

use chronicle_tests::{Endpoint, Scene, binary, folder, root, tool};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn run(command: &mut Command) -> Output {
    let output = command.output().expect("it runs");
    assert!(output.status.success(), "{command:?}: {output:?}");
    output
}

fn built(into: &Path) -> PathBuf {
    run(Command::new(root().join("scripts/deb.sh"))
        .arg(into)
        .arg(binary("chronicle-endpoint")));
    let mut all = std::fs::read_dir(into).unwrap().map(|f| f.unwrap().path());
    all.next().expect("a package")
}

// As root of a system of our own: nothing of this one is touched.
fn dpkg(system: &Path, words: &[&str], package: &Path) {
    tool("unshare", "util-linux");
    let mut command = Command::new("unshare");
    command
        .arg("--map-root-user")
        .args(["dpkg", "--force-script-chrootless", "--force-depends"]);
    command
        .arg(format!("--root={}", system.display()))
        .args(words)
        .arg(package);
    run(&mut command);
}

#[test]
fn it_installs_works_and_leaves_reports_when_it_goes() {
    let room = folder();
    let (one, two) = (room.path().join("one"), room.path().join("two"));
    let package = built(&one);
    let again = built(&two);
    assert!(
        std::fs::read(&package).unwrap() == std::fs::read(again).unwrap(),
        "the same again, byte for byte"
    );

    let system = room.path().join("system");
    for place in [
        "var/lib/dpkg/info",
        "var/lib/dpkg/updates",
        "etc",
        "var/lib",
    ] {
        std::fs::create_dir_all(system.join(place)).unwrap();
    }
    std::fs::write(system.join("var/lib/dpkg/status"), "").unwrap();
    dpkg(&system, &["--install"], &package);
    let users = std::fs::read_to_string(system.join("etc/passwd")).unwrap();
    assert!(users.contains("chronicle-endpoint:"), "its user: {users}");

    let program = system.join("usr/bin/chronicle-endpoint");
    let data = system.join("var/lib/chronicle-endpoint");
    let key = run(Command::new(&program).args(["init", "--data"]).arg(&data));
    let shown = run(Command::new(&program)
        .args(["receipt-key", "--data"])
        .arg(&data));
    assert_eq!(key.stdout, shown.stdout);
    let example = system.join("usr/share/doc/chronicle-endpoint/examples/endpoint.toml");
    assert_eq!(
        std::fs::read(data.join("endpoint.toml")).unwrap(),
        std::fs::read(example).unwrap(),
        "what init writes is what the package explains"
    );

    dpkg(&system, &["--purge"], Path::new("chronicle-endpoint"));
    assert!(!program.exists());
    assert!(data.join("receipt.key").exists(), "reports and key stay");
}

fn unit() -> PathBuf {
    root().join("crates/endpoint/packaging/chronicle-endpoint.service")
}

fn exposure(unit: &Path) -> f64 {
    tool("systemd-analyze", "systemd");
    let mut command = Command::new("systemd-analyze");
    command
        .args(["security", "--offline=true", "--no-pager"])
        .arg(unit);
    let said = String::from_utf8(run(&mut command).stdout).unwrap();
    let last = said
        .lines()
        .rfind(|line| line.contains("Overall exposure level"))
        .expect("a level");
    let level = last.rsplit(": ").next().unwrap().split(' ').next().unwrap();
    level.parse().expect("a number")
}

#[test]
fn its_unit_shuts_the_program_in() {
    let level = exposure(&unit());
    assert!(level <= 1.5, "{level}");
    // Without its rules the same unit would not pass.
    let text = std::fs::read_to_string(unit()).unwrap();
    let bare: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with("Protect"))
        .collect();
    let room = folder();
    let open = room.path().join("open.service");
    std::fs::write(&open, bare.join("\n")).unwrap();
    assert!(exposure(&open) > 1.5);

    let mut command = Command::new("systemd-analyze");
    command.args(["verify", "--man=no"]).arg(unit());
    let said = command.output().unwrap();
    let said = String::from_utf8(said.stderr).unwrap();
    let other = said
        .lines()
        .filter(|line| !line.contains("/usr/bin/chronicle-endpoint is not executable"));
    assert_eq!(other.collect::<Vec<_>>(), Vec::<&str>::new());
}

// What a set of systemd's names holds, other sets within it included.
fn calls(set: &str) -> BTreeSet<String> {
    let mut command = Command::new("systemd-analyze");
    let output = run(command.args(["syscall-filter", "--no-pager", set]));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut all = BTreeSet::new();
    for name in text
        .lines()
        .skip(1)
        .map(str::trim)
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        match name.starts_with('@') {
            true => all.extend(calls(name)),
            false => drop(all.insert(name.to_owned())),
        }
    }
    all
}

#[test]
fn what_the_program_asks_of_the_system_is_allowed() {
    tool("strace", "strace");
    let mut scene = Scene::begin();
    let Endpoint { data, port, .. } = &scene.endpoint;
    let trace = scene.at("trace");
    let mut command = Command::new("strace");
    command
        .args([
            "--daemonize",
            "--follow-forks",
            "--quiet=all",
            "--seccomp-bpf",
            "--output",
        ])
        .arg(&trace);
    command.arg(binary("chronicle-endpoint")).args([
        "serve",
        "--listen",
        &format!("127.0.0.1:{port}"),
        "--data",
    ]);
    command.arg(data);
    scene.endpoint.kill();
    scene.endpoint.serve_by(&mut command);
    let none: &[&str] = &[];
    let incident = scene.add(&[]);
    scene.send(&incident);
    let _ = scene.journal.run("sync", none).ok();
    assert_eq!(scene.desk.json("fetch", none)["new_reports"], 1);
    scene.endpoint.terminate();
    let traced = std::fs::read_to_string(&trace).unwrap();
    let asked: BTreeSet<&str> = traced
        .lines()
        .filter_map(|line| line.split_once(' ')?.1.trim_start().split_once('('))
        .map(|(name, _)| name)
        .filter(|name| {
            name.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        })
        .collect();
    assert!(
        asked.contains("fsync") && asked.contains("accept4") && asked.len() > 30,
        "{asked:?}"
    );
    let (service, privileged, resources) = (
        calls("@system-service"),
        calls("@privileged"),
        calls("@resources"),
    );
    let refused = |name: &&&str| {
        !service.contains(**name) || privileged.contains(**name) || resources.contains(**name)
    };
    let refused: Vec<_> = asked.iter().filter(refused).collect();
    assert!(refused.is_empty(), "the unit would end it for: {refused:?}");
    assert!(privileged.contains("setuid") && resources.contains("setpriority"));
}
