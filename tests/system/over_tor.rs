//! Over a Tor network of our own: a report reaches an onion service, and when the proxy dies in the middle, nothing is asked of
//! any other address, nothing is lost, and delivery goes on when the proxy is back.

use chronicle_tests::{Endpoint, Lines, Scene, Tor, folder, random_file, same_bytes, tool, until};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const NONE: &[&str] = &[];

#[test]
fn a_report_goes_over_tor_and_no_other_way() {
    tool("strace", "strace");
    let folder = folder();
    let endpoint = Endpoint::init(&folder.path().join("endpoint"));
    let mut tor = Tor::start(&folder.path().join("tor"), endpoint.port);
    let address = format!("http://{}", tor.onion);
    let scene = Scene::begin_behind_proxy(folder, endpoint, &address, tor.socks);
    let file = scene.at("recording.bin");
    random_file(&file, 6 << 20);
    let incident = scene.add(std::slice::from_ref(&file));
    scene.send(&incident);

    // Every address that the courier asks the system for.
    let trace = scene.at("trace");
    let plain = scene.journal.command("sync", NONE);
    let mut command = Command::new("strace");
    command.args([
        "--follow-forks",
        "--quiet=all",
        "--trace=connect,sendto,sendmsg,bind",
        "--output",
    ]);
    command
        .arg(&trace)
        .arg(plain.get_program())
        .args(plain.get_args());
    let mut sync = command
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let said = Lines::of(sync.stderr.take().unwrap());
    let pieces = || {
        std::fs::read_dir(scene.endpoint.data.join("objects/up"))
            .unwrap()
            .flatten()
            .map(|up| std::fs::read_dir(up.path()).unwrap().count())
            .sum::<usize>()
    };
    // `new` and a few pieces: in the middle.
    until("pieces arrive", Duration::from_secs(120), || pieces() >= 4);
    tor.kill_client();
    let told = said.wait_for("Tor", Duration::from_secs(120));
    let before = pieces();
    assert!(
        !scene
            .endpoint
            .data
            .join("objects/receipt")
            .read_dir()
            .unwrap()
            .any(|_| true),
        "{told}"
    );
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(pieces(), before, "nothing goes while the proxy is gone");
    tor.restart_client();
    let status = sync.wait().unwrap();
    assert_eq!(status.code(), Some(0));
    assert_eq!(scene.delivery()["stage"], "stored");

    let traced = std::fs::read_to_string(&trace).unwrap();
    let reached: BTreeSet<&str> = traced
        .lines()
        .filter(|line| line.contains("AF_INET"))
        .map(|line| {
            line.split_once('{').map_or(line, |(_, rest)| {
                rest.split_once('}').map_or(rest, |(to, _)| to)
            })
        })
        .collect();
    let proxy = format!(
        "sa_family=AF_INET, sin_port=htons({}), sin_addr=inet_addr(\"127.0.0.1\")",
        tor.socks
    );
    assert_eq!(
        reached,
        BTreeSet::from([proxy.as_str()]),
        "the proxy alone is spoken to"
    );
    assert!(!traced.contains(&tor.onion), "no name is looked up");

    // The desk fetches over the same way, every byte.
    assert_eq!(scene.desk.json("fetch", NONE)["new_reports"], 1);
    let inbox = scene.desk.json("list", NONE);
    let id = inbox["reports"][0]["id"].as_str().unwrap().to_owned();
    let out = scene.at("saved");
    let _ = scene
        .desk
        .json("save", &[Path::new(&id), Path::new("--out"), &out]);
    assert_eq!(same_bytes(&file, &out.join("0001.bin")), None);
}
