//! The index lists, filters and finds; its snapshot spares reading, holds no deleted word, and never hides a damage.

use super::*;
use crate::snapshot::SNAPSHOT_FROM;
use crate::{Document, Entry, Find, Keys, Projection, Rank};
use std::io::Read;

struct Notes(u32);

impl Projection for Notes {
    fn kind(&self) -> VaultKind {
        VaultKind::Journal
    }

    fn version(&self) -> u32 {
        self.0
    }

    fn document(&self, entry: &Entry) -> Document {
        if entry.kind != "note" {
            return Document::default();
        }
        let word = entry.body["word"].as_str().unwrap_or_default();
        let day = entry.body["day"].as_i64();
        Document {
            id: word.split(' ').next().unwrap_or_default().to_owned(),
            group: "all".into(),
            row: json!({ "word": word }).to_string(),
            marks: vec![("first", word.chars().take(1).collect())],
            span: day.map(|d| (d * 86_400, (d + 1) * 86_400 - 1)),
            rank: Rank {
                base: i64::from(word.contains("urgent")),
                ..Rank::default()
            },
        }
    }

    fn text(&self, entry: &Entry) -> String {
        entry.body["word"]
            .as_str()
            .unwrap_or_default()
            .to_lowercase()
    }
}

fn keys(folder: &Path) -> Keys {
    Vault::keys(folder, secret("pass")).unwrap()
}

fn indexed(folder: &Path) -> Unlocked {
    let open = keys(folder).open_with(&Notes(1), &mut |_| {});
    open.unwrap()
}

fn note(vault: &mut Vault, word: &str, day: i64) -> u64 {
    vault
        .commit(now(), |c| {
            c.append("note", &json!({ "word": word, "day": day }))
        })
        .unwrap()
}

fn found(vault: &Vault, find: &Find<'_>) -> Vec<String> {
    let (total, hits) = vault.find(find).unwrap();
    assert!(total >= hits.len() as u64);
    hits.into_iter().map(|hit| hit.id).collect()
}

pub(super) fn all() -> Find<'static> {
    Find {
        kind: "note",
        limit: 100,
        ..Find::default()
    }
}

#[test]
fn records_are_listed_filtered_and_found() {
    let dir = tempfile::tempdir().unwrap();
    drop(fresh(dir.path()));
    let mut vault = indexed(dir.path()).vault;
    note(&mut vault, "apple tree", 10);
    let second = note(&mut vault, "boat urgent apple apple", 20);
    note(&mut vault, "cart", 30);
    put_file(&mut vault, b"x");
    let check = |vault: &Vault| {
        assert_eq!(found(vault, &all()), ["boat", "cart", "apple"]);
        let matching = Find {
            matching: Some("\"apple\""),
            ..all()
        };
        assert_eq!(found(vault, &matching), ["boat", "apple"], "the best first");
        let marked = Find {
            marks: vec![("first", vec!["a".into(), "c".into()])],
            ..all()
        };
        assert_eq!(found(vault, &marked), ["cart", "apple"]);
        let within = |from: i64, to: i64| Find {
            span: Some((from * 86_400, to * 86_400)),
            ..all()
        };
        assert_eq!(found(vault, &within(20, 29)), ["boat"]);
        assert_eq!(found(vault, &within(0, 10)), ["apple"]);
        let only = Find {
            only: Some(vec!["cart".into(), "boat".into()]),
            except: vec!["boat".into()],
            ..all()
        };
        assert_eq!(found(vault, &only), ["cart"]);
        let page = Find {
            offset: 1,
            limit: 1,
            ..all()
        };
        assert_eq!(vault.find(&page).unwrap().0, 3);
        assert_eq!(found(vault, &page), ["cart"]);
        assert_eq!(vault.by_id("note", "boat").unwrap(), Some(second));
        assert_eq!(vault.of_kind("evidence").unwrap().len(), 1);
        assert_eq!(vault.marked("note", "first", "b").unwrap(), [second]);
        assert_eq!(vault.in_group("note", "all").unwrap().len(), 3);
        assert_eq!(vault.entry(second).unwrap().body["day"], 20);
    };
    check(&vault);
    drop(vault);
    let vault = indexed(dir.path()).vault;
    check(&vault);
    assert!(matches!(vault.entry(99), Err(Error::Record)));
}

#[test]
fn what_is_typed_is_never_part_of_a_question() {
    let dir = tempfile::tempdir().unwrap();
    drop(fresh(dir.path()));
    let mut vault = indexed(dir.path()).vault;
    note(&mut vault, "a", 1);
    for nasty in ["' OR 1=1 --", "\"; DROP TABLE doc", "?1", "%"] {
        let find = Find {
            only: Some(vec![nasty.into()]),
            marks: vec![("first", vec![nasty.into()])],
            ..all()
        };
        assert_eq!(found(&vault, &find), Vec::<String>::new());
    }
    assert_eq!(found(&vault, &all()), ["a"]);
}

// A vault that is large enough for a snapshot, with one.
fn large(folder: &Path) -> Vault {
    drop(fresh(folder));
    let mut vault = indexed(folder).vault;
    let many: Vec<u64> = (0..SNAPSHOT_FROM).collect();
    vault
        .commit(now(), |c| {
            many.iter().try_for_each(|n| {
                let rare = ["", " chaffinch"][usize::from(*n == 77)];
                let word = format!("word{n} secret{n}{rare}");
                c.append("note", &json!({ "word": word, "day": n }))
                    .map(|_| ())
            })
        })
        .unwrap();
    shoot(&mut vault);
    vault
}

fn shoot(vault: &mut Vault) {
    let image = vault.image().unwrap().unwrap();
    let file = image.write().unwrap();
    vault.keep_snapshot(&image, file, now()).unwrap();
}

struct Lent(std::cell::RefCell<Vault>);

impl crate::Lend for Lent {
    fn with<T>(&self, act: impl FnOnce(&mut Vault) -> Result<T, Error>) -> Result<T, Error> {
        act(&mut self.0.borrow_mut())
    }
}

#[test]
fn an_opened_vault_is_settled_and_one_that_is_given_up_is_as_before() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = large(dir.path());
    let old = vault.of_kind("note").unwrap()[5];
    note(&mut vault, "one more", 1);
    note(&mut vault, "and one", 1);
    // A change of what the snapshot covers drops it.
    vault.commit(now(), |c| c.remove(old)).unwrap();
    drop(vault);
    let files = || std::fs::read_dir(dir.path().join("blobs")).unwrap().count();
    for steps in 0..4 {
        let (open, seen) = read(dir.path());
        assert!(seen > 0, "there is no snapshot");
        let mut left = steps;
        let mut go_on = || {
            left -= 1;
            left >= 0
        };
        let ended = crate::settle(&Lent(open.vault.into()), now(), &mut go_on);
        assert!(matches!(ended, Err(Error::Cancelled)), "{steps} steps");
        assert_eq!(files(), 0, "{steps} steps");
    }
    let (open, _) = read(dir.path());
    let lent = Lent(open.vault.into());
    assert_eq!(crate::settle(&lent, now(), &mut || true).unwrap(), []);
    drop(lent);
    let (open, seen) = read(dir.path());
    assert_eq!((seen, files()), (0, 1));
    drop(open);
    // What happens to the rows that a snapshot spares reading is seen here.
    Connection::open(dir.path().join("vault.db"))
        .unwrap()
        .execute("DELETE FROM record WHERE seq = ?1", [old + 1])
        .unwrap();
    let (open, _) = read(dir.path());
    let found = crate::settle(&Lent(open.vault.into()), now(), &mut || true).unwrap();
    assert!(matches!(found.as_slice(), [Finding::Doubt(_)]), "{found:?}");
}

fn read(folder: &Path) -> (Unlocked, u64) {
    let mut read = 0;
    let open = keys(folder).open_with(&Notes(1), &mut |n| read = n);
    (open.unwrap(), read)
}

#[test]
fn a_snapshot_spares_reading_and_follows_what_came_after() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = large(dir.path());
    assert!(vault.image().unwrap().is_none(), "it is new");
    note(&mut vault, "later words", 5);
    drop(vault);
    let (mut open, opened) = read(dir.path());
    assert_eq!((opened, open.findings.len()), (0, 0));
    assert_eq!(open.vault.find(&all()).unwrap().0, SNAPSHOT_FROM + 1);
    let find = |matching| Find {
        matching: Some(matching),
        ..all()
    };
    assert_eq!(found(&open.vault, &find("\"later\"")), ["later"]);
    assert_eq!(found(&open.vault, &find("\"secret7\"")), ["word7"]);
    assert_eq!(open.vault.verify_all(now()).unwrap(), []);
    // Another program's snapshot, or another projection's, is passed over.
    drop(open);
    let mut opened = 0;
    let open = keys(dir.path()).open_with(&Notes(2), &mut |n| opened = n);
    assert!(open.unwrap().findings.is_empty());
    assert_eq!(opened, SNAPSHOT_FROM + 2);
}

#[test]
fn records_without_words_come_and_go_beside_a_snapshot() {
    let dir = tempfile::tempdir().unwrap();
    drop(fresh(dir.path()));
    let mut vault = indexed(dir.path()).vault;
    let mut cursor = vault
        .commit(now(), |c| c.append("cursor", &json!({ "at": 0 })))
        .unwrap();
    drop(vault);
    let mut vault = {
        let mut vault = indexed(dir.path()).vault;
        for n in 0..SNAPSHOT_FROM {
            if n % 250 == 0 {
                vault
                    .commit(now(), |c| {
                        (n..n + 250).try_for_each(|n| {
                            c.append("note", &json!({ "word": format!("w{n}"), "day": n }))
                                .map(|_| ())
                        })
                    })
                    .unwrap();
            }
        }
        shoot(&mut vault);
        vault
    };
    for at in 1..4 {
        cursor = vault
            .commit(now(), |c| {
                c.remove(cursor)?;
                c.append("cursor", &json!({ "at": at }))
            })
            .unwrap();
        drop(vault);
        let (open, opened) = read(dir.path());
        assert_eq!((opened, open.findings.len()), (0, 0), "still from it");
        vault = open.vault;
        assert_eq!(vault.of_kind("cursor").unwrap(), [cursor]);
        assert_eq!(vault.verify_all(now()).unwrap(), []);
    }
}

#[test]
fn a_deleted_word_is_in_no_file_of_the_vault() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = large(dir.path());
    let holds = |vault: &Vault, word: &str| {
        let mut hits = 0;
        for item in std::fs::read_dir(dir.path().join(BLOBS)).unwrap() {
            let name = item.unwrap().file_name().into_string().unwrap();
            let kept = vault.snapshot.clone().unwrap();
            let mut image = Vec::new();
            let mut file = vault.open_blob(&kept.file).unwrap();
            file.read_to_end(&mut image).unwrap();
            assert_eq!(name, kept.file.name, "no other file is left");
            hits += image
                .windows(word.len())
                .filter(|w| *w == word.as_bytes())
                .count();
        }
        hits
    };
    assert!(holds(&vault, "chaffinch") > 0, "it is there before");
    let seq = vault.by_id("note", "word77").unwrap().unwrap();
    vault.commit(now(), |c| c.remove(seq)).unwrap();
    let left = std::fs::read_dir(dir.path().join(BLOBS)).unwrap().count();
    assert_eq!((left, vault.snapshot.is_some()), (0, false), "at once");
    drop(vault);
    let (open, opened) = read(dir.path());
    assert_eq!((opened, open.findings.len()), (SNAPSHOT_FROM - 1, 0));
    let mut vault = open.vault;
    note(&mut vault, "filler", 1);
    shoot(&mut vault);
    assert_eq!(holds(&vault, "chaffinch"), 0);
    assert!(holds(&vault, "word78") > 0);
}

#[test]
fn an_image_that_was_overtaken_is_not_kept() {
    let dir = tempfile::tempdir().unwrap();
    drop(large(dir.path()));
    let (open, _) = read(dir.path());
    let mut vault = open.vault;
    vault.verify_all(now()).unwrap();
    let seq = vault.by_id("note", "word5").unwrap().unwrap();
    vault.commit(now(), |c| c.remove(seq)).unwrap();
    note(&mut vault, "filler", 1);
    let image = vault.image().unwrap().unwrap();
    let file = image.write().unwrap();
    let seq = vault.by_id("note", "word6").unwrap().unwrap();
    vault.commit(now(), |c| c.remove(seq)).unwrap();
    vault.keep_snapshot(&image, file, now()).unwrap();
    assert!(vault.snapshot.is_none());
    assert_eq!(
        std::fs::read_dir(dir.path().join(BLOBS)).unwrap().count(),
        0
    );
}

#[test]
fn a_snapshot_hides_no_damage() {
    type Attack = fn(&Path);
    let table: &[(&str, Attack, bool)] = &[
        (
            "a record removed",
            |d| raw_sql(d, "DELETE FROM record WHERE seq = 500"),
            true,
        ),
        (
            "a record altered",
            |d| {
                raw_sql(
                    d,
                    "UPDATE record SET sealed = zeroblob(900) WHERE seq = 500",
                )
            },
            true,
        ),
        (
            "a record after it removed",
            |d| {
                raw_sql(
                    d,
                    "DELETE FROM record WHERE seq = (SELECT max(seq) FROM record)",
                )
            },
            false,
        ),
        (
            "its own record removed",
            |d| {
                raw_sql(
                    d,
                    &format!("DELETE FROM record WHERE seq = {}", SNAPSHOT_FROM + 1),
                )
            },
            false,
        ),
        (
            "its file cut",
            |d| {
                let file = std::fs::read_dir(d.join(BLOBS)).unwrap().next().unwrap();
                let path = file.unwrap().path();
                let whole = std::fs::read(&path).unwrap();
                std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
            },
            false,
        ),
    ];
    for (name, attack, only_by_verifying) in table {
        let dir = tempfile::tempdir().unwrap();
        let mut vault = large(dir.path());
        note(&mut vault, "after it", 1);
        drop(vault);
        attack(dir.path());
        let (mut open, opened) = read(dir.path());
        if *only_by_verifying {
            assert_eq!((opened, open.findings.len()), (0, 0), "{name}");
            let findings = open.vault.verify_all(now()).unwrap();
            assert_eq!(findings.len(), 1, "{name}");
            let gone = open.vault.by_id("note", "word499").unwrap();
            assert_eq!(gone, None, "{name}: no longer listed");
            assert!(open.vault.snapshot.is_none(), "{name}");
            drop(open);
            let (open, opened) = read(dir.path());
            assert!(
                opened > 0 && open.findings == findings,
                "{name}: told again"
            );
        } else {
            // The cut file is named by its record still: reading it is what a check does.
            assert!(opened > 0, "{name}: the records are read");
            assert_eq!(open.findings.is_empty(), *name == "its file cut", "{name}");
        }
    }
}

#[test]
fn sealing_again_renews_the_names_of_files_that_the_index_knows() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    note(&mut vault, "words", 1);
    let (seq, old) = put_file(&mut vault, &[1; 1000]);
    drop(vault);
    let mut vault = indexed(dir.path()).vault;
    let again = vault.next_again(1).unwrap().unwrap();
    assert_eq!(again.seq, seq);
    let renewed = again.carry_out(&mut |_| true).unwrap();
    vault.keep_again(seq, renewed, now()).unwrap();
    let names = vault.index.as_ref().unwrap().files().unwrap();
    let entry = vault.entry(seq).unwrap();
    let named = entry.body["file"]["blob"].as_str().unwrap().to_owned();
    assert_ne!(named, old.name);
    assert_eq!(names, [(seq, named)]);
    assert_eq!(vault.verify_all(now()).unwrap(), []);
}
