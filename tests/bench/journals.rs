//! The journals that are measured: written by the journal's own verbs, in memory, where a save costs no sync, and then copied
//! to the disk. The key derivation of their passphrase is cheap; nothing else about them is.

use crate::texts::{self, Dice};
use chronicle_journal::{Journal, take_in};
use chronicle_passphrase::Passphrase;
use chronicle_report::Draft;
use chronicle_search::index_text;
use chronicle_tests::random_file;
use jiff::{ToSpan, Zoned};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A journal on the disk, with what a peer is to be filled with.
pub struct Made {
    pub folder: PathBuf,
    /// Number, id, shown row, text and tokens of each report.
    pub rows: PathBuf,
}

/// Makes the journal of `count` reports below `data`, or takes the one that is there when nothing was built since.
pub fn journal(data: &Path, count: u32) -> Made {
    let (folder, rows) = (
        data.join(format!("journal-{count}")),
        data.join(format!("rows-{count}")),
    );
    let made = Made { folder, rows };
    if made.rows.is_file() {
        return made;
    }
    println!("writing a journal of {count} reports");
    let memory = tempfile::tempdir_in("/dev/shm").expect("a folder in memory");
    let inside = memory.path().join("journal");
    let part = made.rows.with_extension("part");
    write(&inside, &part, count);
    let _ = std::fs::remove_dir_all(&made.folder);
    copy(&inside, &made.folder);
    std::fs::rename(part, &made.rows).unwrap();
    made
}

/// Copies a journal that nobody has open, synced.
pub fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-r").args([from, to]).status();
    assert!(
        copied.expect("cp runs").success(),
        "the journal is not copied"
    );
    for file in files(to) {
        File::open(file).unwrap().sync_all().unwrap();
    }
}

/// Every file below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder)
        .unwrap()
        .flat_map(|item| {
            let path = item.unwrap().path();
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

pub fn passphrase() -> Passphrase {
    Passphrase::new("six words that nobody else has").unwrap()
}

fn write(folder: &Path, rows: &Path, count: u32) {
    let mut journal = Journal::create_with(folder, &passphrase(), LOG_N).unwrap();
    let mut out = std::io::BufWriter::new(File::create(rows).unwrap());
    let mut dice = Dice(u64::from(count));
    let began: Zoned = "2026-01-01T00:00:00[UTC]".parse().unwrap();
    let photograph = folder.with_file_name("photograph");
    random_file(&photograph, 40_000);
    for number in 0..count {
        let now = began.checked_add(i64::from(number).minutes()).unwrap();
        let draft = texts::report(&mut dice);
        let said = said(&draft);
        let kept = journal.save(None, draft, &now).unwrap();
        if number % WITH_FILE == 0 {
            let file = File::open(&photograph).unwrap();
            let name = format!("IMG_{number:06}.jpg");
            let taken = take_in(&journal.intake(), file, &name, &mut |_| true).unwrap();
            let _ = journal.attach(&kept.id, taken, &now).unwrap();
        }
        let shown = serde_json::json!({ "quote": said.chars().take(140).collect::<String>(), "edited": kept.kept_at });
        let seq = seq_of(&mut journal, &kept.id);
        let tokens = index_text(&said);
        writeln!(
            out,
            "{seq}\t{}\t{shown}\t{}\t{tokens}",
            kept.id,
            said.replace(['\n', '\t'], " ")
        )
        .unwrap();
    }
    out.flush().unwrap();
    keep_snapshot(&mut journal, &began);
}

/// The number of the record that holds an incident.
pub fn seq_of(journal: &mut Journal, id: &str) -> u64 {
    journal.vault().by_id("incident", id).unwrap().unwrap()
}

// As `chronicle_vault::settle` does once a vault is open.
fn keep_snapshot(journal: &mut Journal, now: &Zoned) {
    if let Some(image) = journal.vault().image().unwrap() {
        let file = image.write().unwrap();
        journal
            .vault()
            .keep_snapshot(&image, file, now.timestamp())
            .unwrap();
    }
}

// What the journal finds a draft by.
fn said(draft: &Draft) -> String {
    let all: Vec<String> = draft.written().map(|(_, text)| text).collect();
    all.join("\n")
}

/// Of so many reports one has a file.
const WITH_FILE: u32 = 50;
const LOG_N: u8 = 10;
