//! The line is tus: clients that others wrote deliver to the endpoint, cut and resumed, and the courier uploads to a server that
//! others wrote, and takes nothing there for a receipt.

use chronicle_tests::{Endpoint, Lines, Scene, root, set_up};
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const NONE: &[&str] = &[];

// A sealed report that a journal wrote, as a file.
fn sealed(scene: &Scene) -> PathBuf {
    let incident = scene.add(&[]);
    scene.send(&incident);
    let id = scene.delivery()["id"].as_str().unwrap().to_owned();
    let stick = scene.at("");
    let written = scene
        .journal
        .json("hand", &[Path::new(&id), Path::new("--out"), &stick]);
    written["files"][0].as_str().unwrap().into()
}

fn run(command: &mut Command, token: &str) -> Value {
    let child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.expect("it starts");
    writeln!(child.stdin.take().unwrap(), "{token}").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

fn node(script: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(root().join("tests/peers").join(script));
    command
}

fn python(script: &str) -> Command {
    let mut command = Command::new(set_up("peers/bin/python"));
    command
        .arg("-B")
        .arg(root().join("tests/peers").join(script));
    command
}

#[test]
fn clients_that_others_wrote_deliver() {
    for mut client in [node("tus.mjs"), python("tus.py")] {
        let scene = Scene::begin();
        let file = sealed(&scene);
        client.arg(scene.endpoint.address()).arg(&file);
        let told = run(&mut client, &scene.endpoint.token("reporter"));
        assert!(told["resumed"].as_u64().unwrap() >= 131_072, "{told}");
        assert_eq!(told["status"], 200, "{told}");
        // The journal that sealed it takes the receipt.
        let receipt = scene.write("receipt", told["receipt"].as_str().unwrap());
        let back = scene.journal.json("take", &[&receipt]);
        assert_eq!(back["taken"][0]["came"], "stored");
        assert_eq!(scene.desk.json("fetch", NONE)["new_reports"], 1);
        let kept = contents(&scene.endpoint);
        assert!(
            !kept.windows(9).any(|w| w == b"says-too-"),
            "what a client says of its file is not kept"
        );
    }
}

// Everything that the endpoint keeps, without the bundles.
fn contents(endpoint: &Endpoint) -> Vec<u8> {
    fn walk(folder: &Path, all: &mut Vec<u8>) {
        for item in std::fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            all.extend(path.display().to_string().into_bytes());
            match path.is_dir() {
                true => walk(&path, all),
                false => all.extend(std::fs::read(&path).unwrap()),
            }
        }
    }
    let mut all = Vec::new();
    walk(&endpoint.data, &mut all);
    assert!(all.len() > 262_144);
    all
}

#[test]
fn the_courier_uploads_to_a_server_without_receipts_and_claims_nothing() {
    let mut scene = Scene::begin();
    // The journal's token is exchanged with its first report.
    let first = scene.add(&[]);
    scene.send(&first);
    let _ = scene.journal.run("sync", NONE).ok();
    scene.endpoint.kill();
    let folder = scene.at("tus");
    std::fs::create_dir(&folder).unwrap();
    let mut server = node("tus-server.mjs");
    server.arg(scene.endpoint.port.to_string()).arg(&folder);
    let server = server.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut server = server.expect("the server starts");
    let _open = server.stdin.take();
    Lines::of(server.stdout.take().unwrap()).wait_for("serving", Duration::from_secs(30));

    let second = scene.add(&[]);
    scene.send(&second);
    let ran = scene.journal.run("sync", &["--once"]);
    assert_eq!(ran.code, Some(3), "something still waits: {ran:?}");
    let status = scene.journal.json("status", &[&second]);
    let delivery = &status["deliveries"][0];
    assert!(
        ["waiting", "sending"].contains(&delivery["stage"].as_str().unwrap()),
        "{delivery}"
    );
    assert!(delivery["percent"].as_u64() < Some(100), "{delivery}");
    let _ = (server.kill(), server.wait());

    // What lies there is what was sealed, to the last byte.
    let id = delivery["id"].as_str().unwrap();
    let stick = scene.at("stick");
    std::fs::create_dir(&stick).unwrap();
    let written = scene
        .journal
        .json("hand", &[Path::new(id), Path::new("--out"), &stick]);
    let sealed = std::fs::read(written["files"][0].as_str().unwrap()).unwrap();
    let all = std::fs::read_dir(&folder)
        .unwrap()
        .map(|f| f.unwrap().path());
    let whole: Vec<_> = all
        .filter(|f| std::fs::read(f).unwrap() == sealed)
        .collect();
    assert_eq!(whole.len(), 1, "uploaded once, whole");

    // The endpoint is back: it is delivered there, from the beginning.
    scene.endpoint.serve();
    let _ = scene.journal.run("sync", NONE).ok();
    let status = scene.journal.json("status", &[&second]);
    assert_eq!(status["deliveries"][0]["stage"], "stored");
    assert_eq!(scene.desk.json("fetch", NONE)["new_reports"], 2);
}
