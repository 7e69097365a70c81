//! The whole line on the shipped binaries: evidence of every size, a line that is cut twice in the middle of a piece, an
//! endpoint that loses its power, and in the end every byte where it belongs, exactly once.

use chronicle_tests::{Cutter, Lines, Scene, flip_a_byte, jpeg, pdf, random_file, same_bytes};
use std::path::{Path, PathBuf};
use std::time::Duration;

#[test]
fn a_report_arrives_once_and_whole_whatever_is_cut() {
    let mut scene =
        Scene::begin_behind(|port| Some(Cutter::start(CUTTER, port, RESET_AT, SILENCE_AT)));
    let evidence = evidence(&scene);
    let incident = scene.add(&evidence);
    scene.send(&incident);
    assert_eq!(scene.delivery()["stage"], "waiting");

    deliver_over_a_broken_line(&mut scene);
    let delivery = scene.delivery();
    assert_eq!(
        delivery["stage"], "stored",
        "the receipt was verified: {delivery}"
    );
    assert_eq!(delivery["percent"], 100);
    assert!(delivery["day"].is_string());

    let none: &[&str] = &[];
    let fetched = scene.desk.json("fetch", none);
    assert_eq!(
        (&fetched["new_reports"], &fetched["quarantined"]),
        (&1.into(), &0.into())
    );
    let again = scene.desk.json("fetch", none);
    assert_eq!(again["new_reports"], 0, "a second fetch brings nothing new");
    let inbox = scene.desk.json("list", none);
    assert_eq!(
        inbox["reports"].as_array().map(Vec::len),
        Some(1),
        "exactly one report: {inbox}"
    );
    let id = inbox["reports"][0]["id"].as_str().unwrap();

    let shown = scene.desk.json("show", &[id]);
    assert_eq!(
        shown["draft"]["what"]["narrative"],
        chronicle_report::Draft::example().what.narrative
    );
    assert_eq!(shown["introduction"], 1);
    let out = scene.at("saved");
    let saved = scene
        .desk
        .json("save", &[Path::new(id), Path::new("--out"), &out]);
    let saved: Vec<PathBuf> = saved["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f.as_str().unwrap().into())
        .collect();
    let copies = [
        out.join("0001.jpg"),
        out.join("0002.pdf"),
        out.join("0003.bin"),
    ];
    for (original, copy) in evidence.iter().zip(&copies) {
        assert!(
            saved.contains(copy),
            "{} is not among {saved:?}",
            copy.display()
        );
        assert_eq!(same_bytes(original, copy), None, "{}", original.display());
    }
    for (original, copy) in evidence.iter().zip(&copies) {
        flip_a_byte(copy, std::fs::metadata(copy).unwrap().len() / 2);
        assert!(
            same_bytes(original, copy).is_some(),
            "a flipped byte in {} went unnoticed",
            copy.display()
        );
    }
}

fn evidence(scene: &Scene) -> Vec<PathBuf> {
    let files = ["двор.jpg", "протокол.pdf", "recording.bin"].map(|name| scene.at(name));
    jpeg(&files[0]);
    pdf(&files[1]);
    random_file(&files[2], 300 << 20);
    files.into()
}

// Cut by reset, then the endpoint loses its power, then cut by silence; `sync` goes on through all of it.
fn deliver_over_a_broken_line(scene: &mut Scene) {
    let none: &[&str] = &[];
    let mut sync = scene.journal.start("sync", none);
    let said = Lines::of(sync.stderr.take().unwrap());
    {
        let Scene {
            cutter, endpoint, ..
        } = &mut *scene;
        let line = &cutter.as_ref().unwrap().lines;
        let reset = line.wait_for("cut by reset", PATIENCE);
        assert!(
            unanswered(&reset) >= 128 * 1024,
            "not in the middle of a piece: {reset}"
        );
        line.wait_for("carried 160 MiB", PATIENCE);
        endpoint.kill();
        // Long enough for the courier to meet a server that is not there.
        std::thread::sleep(Duration::from_secs(3));
        endpoint.serve();
        let silence = line.wait_for("cut by silence", PATIENCE);
        assert!(
            unanswered(&silence) >= 128 * 1024,
            "not in the middle of a piece: {silence}"
        );
    }
    let end = std::time::Instant::now() + PATIENCE;
    let status = loop {
        if let Some(status) = sync.try_wait().unwrap() {
            break status;
        }
        if std::time::Instant::now() > end {
            let _ = sync.kill();
            panic!(
                "sync did not end: {}",
                said.wait_for("", Duration::from_secs(1))
            );
        }
        std::thread::sleep(Duration::from_millis(200));
    };
    assert_eq!(status.code(), Some(0), "nothing waits any more");
}

fn unanswered(line: &str) -> u64 {
    line.rsplit(' ')
        .next()
        .and_then(|n| n.parse().ok())
        .unwrap()
}

const CUTTER: &str = env!("CARGO_BIN_EXE_line-cutter");
const RESET_AT: u64 = (100 << 20) + 12_345;
const SILENCE_AT: u64 = (240 << 20) + 54_321;
const PATIENCE: Duration = Duration::from_secs(180);
