//! What is said to be verified was looked at, and a report with one damaged item is saved but for that item.

use super::line::Line;
use super::now;
use crate::events::Received;
use crate::view::CheckView;
use crate::{Error, Saved};
use chronicle_vault::Event as _;
use std::path::{Path, PathBuf};

fn received(evidence: &[&[u8]]) -> (Line, String) {
    let mut line = Line::new();
    let bytes = line.sealed(evidence);
    line.with(|s| s.take(&bytes));
    assert_eq!(line.brought(), (1, 0));
    let list = line.desk.lock().unwrap().reports(&now()).unwrap();
    (line, list.reports[0].id.clone())
}

fn checks(line: &Line, id: &str) -> Vec<CheckView> {
    line.desk.lock().unwrap().open(id, &now()).unwrap().checks
}

fn failing(line: &Line, id: &str) -> Vec<String> {
    let all = checks(line, id).into_iter();
    all.filter(|c| !c.ok).map(|c| c.key).collect()
}

// The file in which an item lies: the only one of its size in the vault.
fn flip(line: &Line, size_at_least: u64) -> PathBuf {
    let blobs = line.house.dir.path().join("desk/blobs");
    let files = std::fs::read_dir(blobs).unwrap().map(|f| f.unwrap().path());
    let size = |path: &Path| std::fs::metadata(path).unwrap().len();
    let path = files
        .filter(|p| size(p) >= size_at_least)
        .min_by_key(|p| size(p))
        .unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let at = bytes.len() / 2;
    bytes[at] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn checks_are_made_when_the_report_is_opened() {
    type Break = fn(&mut crate::events::Received);
    let table: [(&str, &[&str], Break); 7] = [
        ("nothing", &[], |_| {}),
        ("a text", &["check-hashes"], |r| r.text.push('x')),
        ("names", &["check-hashes"], |r| {
            r.people = Some("{}".into());
        }),
        ("custody", &["check-hashes", "check-custody"], |r| {
            r.custody = r.custody.replacen("\"seq\":0", "\"seq\":7", 1);
        }),
        ("the manifest", &["check-signature"], |r| {
            r.manifest_text.push(' ')
        }),
        ("what is shown of it", &["check-signature"], |r| {
            r.manifest.revision += 1
        }),
        ("to whom", &["check-signature", "check-recipients"], |r| {
            r.manifest.organisation = chronicle_wire::Hash([1; 32]);
        }),
    ];
    let (line, id) = received(&[b"evidence"]);
    let change = |change: &dyn Fn(&mut Received)| {
        let mut desk = line.desk.lock().unwrap();
        let mut report = desk.received(&id).unwrap();
        change(&mut report);
        desk.vault
            .commit(now().timestamp(), |c| {
                c.remove(report.seq)?;
                c.append(Received::KIND, &report)
            })
            .unwrap();
    };
    let whole = {
        let desk = line.desk.lock().unwrap();
        serde_json::to_value(desk.received(&id).unwrap()).unwrap()
    };
    for (name, wrong, breaking) in table {
        change(&|r| breaking(r));
        assert_eq!(failing(&line, &id), wrong, "{name}");
        change(&|r| *r = Received::read(r.seq, &whole).unwrap());
    }
    assert!(checks(&line, &id).iter().all(|c| c.looked));
    flip(&line, 0);
    assert_eq!(
        failing(&line, &id),
        ["check-hashes"],
        "evidence on the disk"
    );
}

#[test]
fn what_is_too_large_to_be_read_each_time_is_said_to_be_so() {
    let large = vec![7u8; (64 << 20) + 1];
    let (line, id) = received(&[b"small", &large]);
    let said = |line: &Line| -> Vec<(String, bool, bool)> {
        let all = checks(line, &id).into_iter();
        all.map(|c| (c.key, c.ok, c.looked)).collect()
    };
    let told = |large: bool| -> Vec<(String, bool, bool)> {
        [
            ("check-signature", true, true),
            ("check-hashes-small", large, true),
            ("check-hashes-large", true, false),
            ("check-custody", true, true),
            ("check-recipients", true, true),
        ]
        .map(|(key, ok, looked)| (key.to_owned(), ok, looked))
        .into()
    };
    assert_eq!(said(&line), told(true));
    let path = flip(&line, 64 << 20);
    assert_eq!(said(&line), told(true), "not looked at, and not said to be");
    std::fs::remove_file(path).unwrap();
    assert_eq!(said(&line), told(false), "gone is seen at once");
}

fn save(line: &Line, id: &str, folder: &Path) -> Result<Saved, Error> {
    line.desk.lock().unwrap().save_all(id, folder)
}

#[test]
fn one_damaged_item_does_not_keep_the_others_from_being_saved() {
    let (first, second, third) = ([1u8; 100], vec![2u8; 300_000], vec![3u8; 900_000]);
    let (line, id) = received(&[&first, &second, &third]);
    let whole = {
        let blobs = line.house.dir.path().join("desk/blobs");
        let copy = line.house.dir.path().join("copy");
        std::fs::create_dir(&copy).unwrap();
        for file in std::fs::read_dir(blobs).unwrap().map(|f| f.unwrap()) {
            std::fs::copy(file.path(), copy.join(file.file_name())).unwrap();
        }
        copy
    };
    let path = flip(&line, 200_000);
    let out = line.house.dir.path().join("out");
    let names = |saved: &Saved| -> Vec<String> {
        let name = |p: &PathBuf| p.file_name().unwrap().to_string_lossy().into_owned();
        saved.files.iter().map(name).collect()
    };
    for _ in 0..2 {
        let saved = save(&line, &id, &out).unwrap();
        assert_eq!(saved.damaged, ["0002.bin"], "the same at a second try");
        assert!(names(&saved).contains(&"0003.bin".to_owned()));
        assert_eq!(saved.files.len(), 9, "{:?}", saved.files);
        assert!(saved.files.iter().all(|f| f.exists()));
        assert!(!out.join("0002.bin").exists(), "nothing half saved");
    }
    // The vault's folder is put back from a backup: the rest comes to what is there.
    std::fs::copy(whole.join(path.file_name().unwrap()), &path).unwrap();
    let saved = save(&line, &id, &out).unwrap();
    assert!(saved.damaged.is_empty() && saved.files.len() == 10);
    assert_eq!(std::fs::read(out.join("0001.bin")).unwrap(), first);
    assert_eq!(std::fs::read(out.join("0002.bin")).unwrap(), second);
    assert_eq!(std::fs::read(out.join("0003.bin")).unwrap(), third);
}

#[test]
fn what_is_not_this_report_is_never_written_over_or_mixed_with_it() {
    let (line, id) = received(&[b"evidence"]);
    for name in ["report.txt", "0001.bin", "0001.txt"] {
        let out = line.house.dir.path().join(format!("out-{name}"));
        std::fs::create_dir(&out).unwrap();
        std::fs::write(out.join(name), "EVIDENCE").unwrap();
        let saved = save(&line, &id, &out);
        let there = std::fs::read_dir(&out).unwrap().count();
        assert_eq!(std::fs::read(out.join(name)).unwrap(), b"EVIDENCE");
        if matches!(saved, Err(Error::FileExists)) {
            assert_eq!(there, 1, "{name}: nothing is mixed");
        } else {
            assert_eq!(there, 9, "{name} is no file of this report");
        }
    }
}
