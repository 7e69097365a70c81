//! The endpoint is killed while many clients upload at once: every receipt that any of them was ever given is honoured, by the
//! endpoint that starts again, with every byte.

use crate::campaign::{Campaign, Random};
use chronicle_tests::Scene;
use chronicle_wire::organisation::Credentials;
use chronicle_wire::{Capability, Day, Hash, Profile, SignedDocument, StoredReceipt, Verified};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

#[test]
fn a_killed_endpoint_honours_every_receipt() {
    let mut house = House::begin(1);
    for number in 0..3 {
        house.cycle(number, 24);
    }
    assert!(house.given() >= 3, "{} receipts in all", house.given());
    house.judge().unwrap();
    house.planted_faults_are_found();
}

#[test]
#[ignore = "a thousand kills under 200 uploads: scripts/campaign.sh receipts"]
fn campaign_receipts() {
    let campaign = Campaign::asked("receipts");
    let (mut done, mut given) = (campaign.done(), 0);
    while done < CYCLES && campaign.goes_on() {
        // A folder of its own for some kills: each leaves gigabytes.
        let mut house = House::begin(campaign.seed);
        let end = (done + STEP).min(CYCLES);
        while done < end && campaign.goes_on() {
            house.cycle(done, 200);
            done += 1;
        }
        house.judge().unwrap();
        given += house.given();
        house.planted_faults_are_found();
        campaign.keep(done, CYCLES, &json!({ "receipts in this run": given }));
    }
}

struct House {
    scene: Scene,
    profile: Profile<Verified>,
    // Eight people's and, last, a caseworker's.
    bearers: Vec<String>,
    given: Given,
    seed: u64,
}

type Given = Arc<Mutex<Vec<(u64, Vec<u8>)>>>;

impl House {
    fn begin(seed: u64) -> Self {
        let mut scene = Scene::found(|_| None);
        let limits = "[limits]\nbundles-a-day = 10000\nuploads = 1000\nconnections = 2000\nreserve-mib = 0\n";
        std::fs::write(scene.endpoint.data.join("endpoint.toml"), limits).unwrap();
        let text = std::fs::read_to_string(scene.at("profile.json")).unwrap();
        let credentials: Credentials = serde_json::from_str(&text).unwrap();
        let profile = Profile::read(credentials).unwrap().verify().unwrap();
        scene.endpoint.serve();
        let mut bearers = Vec::new();
        for role in ["reporter"; 8].into_iter().chain(["caseworker"]) {
            let (token, capability) = (scene.endpoint.token(role), Capability::draw().unwrap());
            let body = json!({ "capability": capability.hash() }).to_string();
            let answer = ask(
                scene.endpoint.port,
                "POST",
                "/v1/capability",
                &token,
                &[],
                body.as_bytes(),
            );
            assert_eq!(answer.unwrap().status, 200);
            bearers.push(capability.expose().to_string());
        }
        scene.endpoint.kill();
        Self {
            scene,
            profile,
            bearers,
            given: Given::default(),
            seed,
        }
    }

    fn given(&self) -> usize {
        self.given.lock().unwrap().len()
    }

    // So many clients at once, until the endpoint is killed.
    fn cycle(&mut self, number: usize, clients: usize) {
        let mut random = Random::new(self.seed, number as u64);
        self.scene.endpoint.serve();
        let (port, over) = (self.scene.endpoint.port, AtomicBool::new(false));
        let next = AtomicU64::new(random.next() >> 1);
        let after = Duration::from_millis(random.below(1500) as u64);
        let before = self.given();
        std::thread::scope(|scope| {
            for client in 0..clients {
                let (bearer, given) = (&self.bearers[client % 8], Arc::clone(&self.given));
                let (over, next) = (&over, &next);
                scope.spawn(move || {
                    while !over.load(Ordering::Relaxed) {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        let Some(receipt) = deliver(port, bearer, &bundle(seed)) else {
                            continue;
                        };
                        given.lock().unwrap().push((seed, receipt));
                    }
                });
            }
            // Somewhere among receipts that are being given.
            let end = Instant::now() + Duration::from_secs(30);
            while self.given() == before && Instant::now() < end {
                std::thread::sleep(Duration::from_millis(5));
            }
            std::thread::sleep(after);
            self.scene.endpoint.kill();
            over.store(true, Ordering::Relaxed);
        });
    }

    // The endpoint that starts again still has what every receipt speaks of.
    fn judge(&mut self) -> Result<(), String> {
        self.scene.endpoint.serve();
        let judged = self.judge_now();
        self.scene.endpoint.kill();
        judged
    }

    fn judge_now(&self) -> Result<(), String> {
        let (port, desk) = (self.scene.endpoint.port, &self.bearers[8]);
        for (seed, receipt) in self.given.lock().unwrap().iter() {
            let bytes = bundle(*seed);
            let hash = Hash::of(&bytes);
            let document: SignedDocument =
                serde_json::from_slice(receipt).map_err(|e| e.to_string())?;
            StoredReceipt::verify(&document, &self.profile, hash, bytes.len() as u64, Day::MIN)
                .map_err(|e| format!("{hash}: {e}"))?;
            let again = ask(port, "GET", &format!("/v1/receipt/{hash}"), desk, &[], b"");
            if again
                .as_ref()
                .is_none_or(|a| a.status != 200 || a.body != *receipt)
            {
                return Err(format!("{hash}: another receipt, or none"));
            }
            let stored = ask(port, "GET", &format!("/v1/bundle/{hash}"), desk, &[], b"");
            if stored.is_none_or(|s| s.status != 200 || s.body != bytes) {
                return Err(format!("{hash}: the bundle is not there, or another"));
            }
        }
        // What was being finished when it died is completed by the start; nothing else is amiss.
        let mut found = String::new();
        for _ in 0..100 {
            let checked = self.scene.endpoint.run(&["check"]);
            found = checked.stdout.clone();
            if checked.code == Some(0) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        Err(found)
    }

    // What was promised and is gone must be seen.
    fn planted_faults_are_found(&mut self) {
        let (seed, _) = self.given.lock().unwrap().last().cloned().unwrap();
        let hash = Hash::of(&bundle(seed));
        let object = |name: &str| self.scene.endpoint.data.join("objects").join(name);
        let manifest = std::fs::read(object(&format!("bundle/{hash}"))).unwrap();
        let manifest: Value = serde_json::from_slice(&manifest).unwrap();
        let upload = object(&format!("up/{}", manifest["upload"].as_str().unwrap()));
        let (receipt, piece) = (object(&format!("receipt/{hash}")), a_piece(&upload));
        for lost in [receipt, piece] {
            let kept = std::fs::read(&lost).unwrap();
            std::fs::remove_file(&lost).unwrap();
            let judged = self.judge();
            assert!(
                judged.is_err(),
                "{} is gone, and nobody saw it",
                lost.display()
            );
            std::fs::write(&lost, kept).unwrap();
        }
        self.judge().unwrap();
    }
}

fn a_piece(upload: &Path) -> PathBuf {
    let mut all = std::fs::read_dir(upload)
        .unwrap()
        .map(|f| f.unwrap().path());
    let is_piece = |f: &PathBuf| f.file_name().unwrap().to_string_lossy().starts_with('p');
    all.find(is_piece).expect("a piece")
}

// As a courier does it, without coming back to what was cut.
fn deliver(port: u16, bearer: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let length = bytes.len().to_string();
    let begun = ask(
        port,
        "POST",
        "/v1/upload",
        bearer,
        &[("Upload-Length", &length)],
        b"",
    )?;
    let path = begun.header("location")?;
    let (first, second) = bytes.split_at(bytes.len() / 2);
    for (at, piece) in [(0, first), (first.len(), second)] {
        let at = at.to_string();
        let of = [
            ("Upload-Offset", at.as_str()),
            ("Content-Type", "application/offset+octet-stream"),
        ];
        ask(port, "PATCH", &path, bearer, &of, piece).filter(|a| a.status == 204)?;
    }
    let asked = format!("/v1/receipt/{}", Hash::of(bytes));
    for _ in 0..50 {
        let answer = ask(port, "GET", &asked, bearer, &[], b"")?;
        match answer.status {
            200 => return Some(answer.body),
            202 | 404 => std::thread::sleep(Duration::from_millis(50)),
            _ => return None,
        }
    }
    None
}

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<String> {
        let mut lines = self.head.lines().filter_map(|l| l.split_once(": "));
        lines
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.to_owned())
    }
}

// One request on a connection of its own; `None` when it was not answered whole.
fn ask(
    port: u16,
    method: &str,
    path: &str,
    bearer: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Option<Answer> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .ok()?;
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nHost: e\r\nConnection: close\r\nTus-Resumable: 1.0.0\r\nAuthorization: Bearer {bearer}\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    stream
        .write_all(head.as_bytes())
        .and_then(|()| stream.write_all(body))
        .ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let end = answer.windows(4).position(|w| w == b"\r\n\r\n")?;
    let head = String::from_utf8(answer[..end].to_vec()).ok()?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let answer = Answer {
        status,
        body: answer[end + 4..].to_vec(),
        head,
    };
    let whole = answer
        .header("content-length")
        .is_none_or(|l| l.parse() == Ok(answer.body.len()));
    whole.then_some(answer)
}

// What looks like an age file for eight people, another one for each seed.
fn bundle(seed: u64) -> Vec<u8> {
    // 32 bytes in base64.
    let text = format!("{}Bwc", "BwcH".repeat(10));
    let stanzas = format!("-> X25519 {text}\n{text}\n").repeat(8);
    let mut bytes = format!("age-encryption.org/v1\n{stanzas}--- {text}\n").into_bytes();
    let mut random = Random::new(seed, 7);
    while bytes.len() < SIZE {
        bytes.extend(random.next().to_le_bytes());
    }
    bytes.truncate(SIZE);
    bytes
}

const SIZE: usize = 256 * 1024;
const CYCLES: usize = 1000;
const STEP: usize = 20;
