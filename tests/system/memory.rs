//! A benchmark: attaching, sealing and opening a file of 1 GiB stays under 200 MiB resident once the vault is open.

use chronicle_tests::{Ran, Scene, random_file, same_bytes};
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

#[test]
#[ignore = "a measurement of several minutes and 8 GiB: scripts/bench.sh runs it"]
fn bench_memory() {
    let scene = Scene::begin();
    let file = scene.at("recording.bin");
    random_file(&file, 1 << 30);
    let example = String::from_utf8(chronicle_report::Draft::example().to_json()).unwrap();
    let report = scene.write("report.json", &example);
    let add = [Path::new("--report"), &report, Path::new("--attach"), &file];
    let (added, said) = measure("attach", scene.journal.start("add", &add));
    let incident = said.ok().to_owned();
    let (sealed, said) = measure(
        "seal",
        scene
            .journal
            .start("send", &[incident.as_str(), "--to", &scene.organisation]),
    );
    let _ = said.ok();
    let none: &[&str] = &[];
    let (carried, said) = measure("carry", scene.journal.start("sync", none));
    let _ = said.ok();
    let (opened, said) = measure("fetch and open", scene.desk.start("fetch", none));
    let _ = said.ok();
    let inbox = scene.desk.json("list", none);
    let id = inbox["reports"][0]["id"].as_str().unwrap().to_owned();
    let out = scene.at("saved");
    let (saved, said) = measure(
        "save",
        scene
            .desk
            .start("save", &[Path::new(&id), Path::new("--out"), &out]),
    );
    let _ = said.ok();
    assert_eq!(same_bytes(&file, &out.join("0001.bin")), None);
    for (what, peak) in [
        ("attach", added),
        ("seal", sealed),
        ("carry", carried),
        ("open", opened),
        ("save", saved),
    ] {
        assert!(peak < LIMIT, "{what} took {} MiB", peak >> 20);
    }
}

#[test]
fn a_process_that_takes_too_much_is_measured() {
    let script = "import time\ntime.sleep(0.5)\nx = bytearray(300 << 20)\ntime.sleep(0.5)\n";
    chronicle_tests::tool("python3", "python3");
    let mut python = std::process::Command::new("python3");
    python
        .args(["-c", script])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let child = python.spawn().unwrap();
    assert!(peak_after(child.id(), Duration::from_millis(200)) > LIMIT);
    let _ = child.wait_with_output().unwrap();
}

/// The most that may be resident after the passphrase was taken, in bytes.
const LIMIT: u64 = 200 << 20;

// The key derivation needs 256 MiB for about a second: what counts begins when that has been given back.
fn measure(what: &str, child: Child) -> (u64, Ran) {
    let (id, began) = (child.id(), Instant::now());
    wait_for_key_derivation(id);
    let peak = peak_after(id, Duration::ZERO);
    let output = child.wait_with_output().unwrap();
    println!(
        "{what} of 1 GiB: {} MiB resident at most, {:.1} s",
        peak >> 20,
        began.elapsed().as_secs_f64()
    );
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        peak,
        Ran {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        },
    )
}

fn wait_for_key_derivation(id: u32) {
    let end = Instant::now() + Duration::from_secs(60);
    let mut grew = false;
    while Instant::now() < end {
        let now = status(id, "VmRSS:").expect("the process ended before its vault was open");
        grew |= now > KDF;
        if grew && now < KDF / 2 {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("no key derivation was seen");
}

// The kernel's own high-water mark, begun anew; read until the process is gone.
fn peak_after(id: u32, wait: Duration) -> u64 {
    std::thread::sleep(wait);
    std::fs::write(format!("/proc/{id}/clear_refs"), "5")
        .expect("the high-water mark can be begun anew (root is needed)");
    let mut peak = 0;
    while let Some(now) = status(id, "VmHWM:") {
        peak = peak.max(now);
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(peak > 0, "the process was too quick to be measured");
    peak
}

// Bytes; `None` once the process has ended.
fn status(id: u32, line: &str) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let found = text.lines().find(|l| l.starts_with(line))?;
    Some(found.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

const KDF: u64 = 200 << 20;
