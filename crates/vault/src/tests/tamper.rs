//! Forged, removed, altered and put-back rows are found, named, and never acted on.

use super::*;

#[test]
fn a_record_forged_with_the_recipient_alone_is_foreign() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    put(&mut vault, "mine");
    let recipient = vault.ring.newest().unwrap().recipient().clone();
    let line = serde_json::to_string(&Line {
        vault: vault.id().to_owned(),
        seq: 2,
        at: now(),
        kind: "note".into(),
        body: json!({ "word": "forged" }),
    })
    .unwrap();
    let forged = seal_to(
        &[&recipient],
        format!("{line}\n{}\n", "00".repeat(32)).as_bytes(),
    )
    .unwrap();
    vault
        .db
        .execute(
            "INSERT INTO record (seq, sealed) VALUES (2, ?1)",
            params![forged],
        )
        .unwrap();
    drop(vault);
    let open = unlock(dir.path());
    assert_eq!(open.entries.len(), 1);
    assert_eq!(open.findings, [Finding::Foreign(2)]);
    // The planted failure: without the MAC this line would have been taken.
    assert!(
        serde_json::from_str::<Line>(&line).is_ok_and(|l| l.seq == 2 && l.vault == open.vault.id())
    );
}

#[test]
fn removed_doubled_swapped_and_flipped_rows_are_named_and_take_nothing_along() {
    type Attack = fn(&Path);
    let missing = |number| {
        Finding::Doubt(Doubt::Missing {
            count: 1,
            number: Some(number),
        })
    };
    let table: &[(&str, usize, Vec<Finding>, Attack)] = &[
        ("removed", 2, vec![missing(2)], |d| {
            raw_sql(d, "DELETE FROM record WHERE seq = 2")
        }),
        ("tail cut", 2, vec![missing(3)], |d| {
            raw_sql(d, "DELETE FROM record WHERE seq = 3")
        }),
        (
            "two removed",
            1,
            vec![Finding::Doubt(Doubt::Missing {
                count: 2,
                number: None,
            })],
            |d| raw_sql(d, "DELETE FROM record WHERE seq > 1"),
        ),
        ("doubled", 3, vec![Finding::Foreign(9)], |d| {
            raw_sql(
                d,
                "INSERT INTO record SELECT 9, sealed FROM record WHERE seq = 2",
            )
        }),
        (
            "swapped",
            1,
            vec![Finding::Foreign(1), Finding::Foreign(2)],
            |d| {
                raw_sql(
                    d,
                    "UPDATE record SET seq = 100 WHERE seq = 1; UPDATE record SET seq = 1 WHERE seq = 2; UPDATE record SET seq = 2 WHERE seq = 100",
                );
            },
        ),
        ("flipped", 2, vec![Finding::Unreadable(2)], |d| {
            raw_sql(
                d,
                "UPDATE record SET sealed = CAST(substr(sealed, 1, 300) || x'00' || substr(sealed, 302) AS BLOB) WHERE seq = 2",
            );
        }),
        ("head gone", 3, vec![Finding::Doubt(Doubt::HeadLost)], |d| {
            raw_sql(d, "DELETE FROM head")
        }),
        (
            "head of another row",
            3,
            vec![Finding::Doubt(Doubt::HeadLost)],
            |d| {
                raw_sql(
                    d,
                    "UPDATE head SET sealed = (SELECT sealed FROM record WHERE seq = 1)",
                )
            },
        ),
    ];
    for (name, left, expected, attack) in table {
        let dir = tempfile::tempdir().unwrap();
        let mut vault = fresh(dir.path());
        ["a", "b", "c"].iter().for_each(|w| {
            put(&mut vault, w);
        });
        drop(vault);
        assert_eq!(
            unlock(dir.path()).findings,
            [],
            "{name}: nothing to find before"
        );
        attack(dir.path());
        let mut open = unlock(dir.path());
        assert_eq!(open.entries.len(), *left, "{name}");
        assert_eq!(open.findings, *expected, "{name}");
        // It is not forgotten by going on, and what is written then is kept.
        put(&mut open.vault, "d");
        drop(open);
        let open = unlock(dir.path());
        assert_eq!(open.entries.len(), left + 1, "{name}");
        assert_eq!(open.findings, *expected, "{name}: still told");
    }
}

#[test]
fn what_a_person_has_taken_note_of_is_not_told_again_and_the_next_loss_is() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    ["a", "b", "c"].iter().for_each(|w| {
        put(&mut vault, w);
    });
    drop(vault);
    raw_sql(dir.path(), "DELETE FROM record WHERE seq = 2");
    let mut open = unlock(dir.path());
    assert_eq!(open.findings.len(), 1);
    open.vault.take_note(now()).unwrap();
    drop(open);
    assert_eq!(unlock(dir.path()).findings, []);
    raw_sql(dir.path(), "DELETE FROM record WHERE seq = 3");
    let number = Some(3);
    assert_eq!(
        unlock(dir.path()).findings,
        [Finding::Doubt(Doubt::Missing { count: 1, number })]
    );
}

#[test]
fn older_rows_put_back_are_found_and_a_single_one_is_not_acted_on() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    let old: Vec<u64> = ["old", "older"].map(|w| put(&mut vault, w)).to_vec();
    put(&mut vault, "new");
    let rows: Vec<Vec<u8>> = old
        .iter()
        .map(|seq| {
            let select = "SELECT sealed FROM record WHERE seq = ?1";
            vault.db.query_row(select, [seq], |r| r.get(0)).unwrap()
        })
        .collect();
    vault
        .commit(now(), |c| old.iter().try_for_each(|seq| c.remove(*seq)))
        .unwrap();
    drop(vault);
    for (count, expected) in [(1, Some(old[0])), (2, None)] {
        let db = Connection::open(dir.path().join(DATABASE)).unwrap();
        for (seq, row) in old.iter().zip(&rows).take(count) {
            let insert = "INSERT OR REPLACE INTO record (seq, sealed) VALUES (?1, ?2)";
            db.execute(insert, params![seq, row]).unwrap();
        }
        drop(db);
        let open = unlock(dir.path());
        let number = expected;
        assert_eq!(open.findings, [Finding::Doubt(Doubt::PutBack { number })]);
        if count == 1 {
            assert_eq!(words(&open), ["new"]);
        }
    }
}

#[test]
fn nobody_else_changes_the_table_of_an_open_vault() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    let seq = put(&mut vault, "word");
    let other = || {
        let db = Connection::open(dir.path().join(DATABASE)).unwrap();
        db.busy_timeout(std::time::Duration::ZERO).unwrap();
        db.execute("DELETE FROM record", [])
    };
    let refused = other().unwrap_err().sqlite_error_code();
    assert_eq!(refused, Some(rusqlite::ErrorCode::DatabaseBusy));
    assert_eq!(vault.entry(seq).unwrap().body["word"], "word");
    drop(vault);
    assert_eq!(other().unwrap(), 1);
}

#[test]
fn what_was_opened_before_is_not_taken_for_what_is_there_now() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    let (one, other) = (put(&mut vault, "one"), put(&mut vault, "other"));
    for seq in [one, other, one] {
        let _ = vault.entry(seq).unwrap();
    }
    let change =
        "UPDATE record SET sealed = (SELECT sealed FROM record WHERE seq = ?1) WHERE seq = ?2";
    let _ = vault.db.execute(change, [other, one]).unwrap();
    assert!(matches!(vault.entry(one), Err(Error::Record)));
    assert_eq!(vault.entry(other).unwrap().body["word"], "other");
}

#[test]
fn a_table_set_back_to_the_first_format_forgets_no_doubt() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    ["a", "b", "c"].iter().for_each(|w| {
        put(&mut vault, w);
    });
    drop(vault);
    raw_sql(dir.path(), "DELETE FROM record WHERE seq = 2");
    let mut open = unlock(dir.path());
    let told = open.findings.clone();
    assert_eq!(told.len(), 1);
    put(&mut open.vault, "d");
    drop(open);
    raw_sql(dir.path(), "PRAGMA user_version = 1");
    let open = unlock(dir.path());
    assert_eq!(words(&open), ["a", "c", "d"]);
    assert_eq!(open.findings, told);
}

#[test]
fn instructions_left_in_the_table_are_not_carried_out_and_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = fresh(dir.path());
    put(&mut vault, "a");
    drop(vault);
    let eats = "CREATE TRIGGER eats AFTER INSERT ON record BEGIN DELETE FROM record WHERE seq < NEW.seq; END";
    raw_sql(dir.path(), eats);
    let mut open = unlock(dir.path());
    put(&mut open.vault, "b");
    let named = |vault: &Vault| {
        let check = vault.check().unwrap();
        check.findings().contains(&Finding::Table)
    };
    assert!(named(&open.vault));
    drop(open);
    let open = unlock(dir.path());
    assert_eq!(words(&open), ["a", "b"]);
    assert_eq!(open.findings, []);
    drop(open);
    raw_sql(dir.path(), "DROP TRIGGER eats");
    assert!(!named(&unlock(dir.path()).vault));
    // The planted failure: to any other program it is carried out.
    raw_sql(dir.path(), eats);
    raw_sql(dir.path(), "INSERT INTO record VALUES (7, x'00')");
    assert_eq!(words(&unlock(dir.path())), [""; 0]);
}
