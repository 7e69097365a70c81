//! What was written over or deleted cannot be opened any more, by any key at hand, wherever in the folder it may be left: in
//! a row, in a free page or piece of one, in a file. (What flash memory keeps below the file system is not seen here.)

use crate::campaign::Campaign;
use crate::look::passphrase;
use crate::scenario::{copy, memory};
use chronicle_journal::{Journal, take_in};
use chronicle_report::Draft;
use chronicle_tests::{PASSPHRASE, Table, script};
use jiff::Zoned;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[test]
fn no_key_opens_what_was_written_over_or_deleted() {
    println!("{}", nothing_is_left(SAMPLE));
}

#[test]
#[ignore = "hundreds of drafts: scripts/campaign.sh remnants"]
fn campaign_remnants() {
    let campaign = Campaign::asked("remnants");
    let read = nothing_is_left(DRAFTS);
    campaign.keep(DRAFTS, DRAFTS, &read);
}

// What was seen of a vault in which so many drafts were written over.
fn nothing_is_left(drafts: usize) -> Value {
    let folder = memory();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("passphrase"), PASSPHRASE).unwrap();
    let vault = at("vault");
    let (mut old, mut kept) = (Vec::new(), Vec::new());
    write(drafts, &vault, &at("file"), &mut old, &mut kept);
    let look = |vault: &Path, words: &[String]| -> Value {
        let list = at("words");
        std::fs::write(&list, serde_json::to_string(words).unwrap()).unwrap();
        let args: [PathBuf; 3] = [vault.to_owned(), at("passphrase"), list];
        let said = script("remnants.py", |command| command.args(args));
        serde_json::from_slice(&said.stdout).unwrap_or_else(|e| panic!("{e}: {said:?}"))
    };
    let read = look(&vault, &old);
    let seen = json!({ "old texts": old.len(), "seen": read });
    assert_eq!(read["found"], json!({}));
    assert_eq!(read["headers"], read["rows"]);
    assert_eq!((&read["free"], &read["journal"]), (&0.into(), &0.into()));
    // What is kept is found, each once: the look sees.
    let read = look(&vault, &kept);
    assert_eq!(read["found"].as_object().unwrap().len(), kept.len());

    // The planted fault: a row deleted as any program would.
    let planted = at("planted");
    copy(&vault, &planted);
    let table = Table::of(&planted);
    let last = table.rows("record").pop().unwrap().0;
    let _ = table.sql(&format!(
        "PRAGMA secure_delete = OFF; DELETE FROM record WHERE seq = {last};"
    ));
    let read = look(&planted, &["opened by a remnant".to_owned()]);
    assert_eq!(read["found"].as_object().unwrap().len(), 1, "{read}");
    assert_ne!(read["headers"], read["rows"]);
    // And one that leaves its pages.
    let biggest = table
        .rows("record")
        .into_iter()
        .max_by_key(|(_, row)| row.len())
        .unwrap()
        .0;
    let _ = table.sql(&format!(
        "PRAGMA secure_delete = OFF; DELETE FROM record WHERE seq = {biggest};"
    ));
    assert_ne!(look(&planted, &[])["free"], 0);
    seen
}

// Drafts, each saved over; every other one is deleted, with its file.
fn write(drafts: usize, vault: &Path, file: &Path, old: &mut Vec<String>, kept: &mut Vec<String>) {
    let now: Zoned = "2026-03-14T12:04:00+02:00[Europe/Vilnius]".parse().unwrap();
    let mut journal = Journal::create_with(vault, &passphrase(), 10).unwrap();
    for i in 0..drafts {
        let mut draft = Draft::example();
        let mut save = |journal: &mut Journal, id: Option<&str>, name: &str, filler: usize| {
            let word = format!("канарейка-{name}-{i}-{:x}", i.wrapping_mul(0x9E37_79B9));
            draft.what.narrative = format!("{word} {}", "слово ".repeat(filler));
            (word, journal.save(id, draft.clone(), &now).unwrap().id)
        };
        // Of several lengths: a row in one page, and one that takes others.
        let (first, id) = save(&mut journal, None, "old", i * 37 % 1500);
        let evidence = format!("evidence-{i}");
        if i % 10 == 1 {
            std::fs::write(file, &evidence).unwrap();
            let content = std::fs::File::open(file).unwrap();
            let taken = take_in(&journal.intake(), content, "note", &mut |_| true).unwrap();
            let _ = journal.attach(&id, taken, &now).unwrap();
        }
        let (second, _) = save(&mut journal, Some(&id), "new", i * 11 % 900);
        old.push(first);
        if i % 2 == 1 {
            journal.delete(&id, &now).unwrap();
            old.push(second);
            if i % 10 == 1 {
                old.push(evidence);
            }
        } else {
            kept.push(second);
        }
    }
    drop(journal);
    let secret = chronicle_journal::secret(&passphrase());
    let mut vault = chronicle_vault::Vault::unlock(vault, secret).unwrap().vault;
    let body = json!({ "word": "opened by a remnant" });
    let at = now.timestamp();
    let _ = vault.commit(at, |c| c.append("note", &body)).unwrap();
}

const SAMPLE: usize = 80;
const DRAFTS: usize = 500;
