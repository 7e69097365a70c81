//! What `docs/performance.md` says: its tables come from its runs, all lines are there with five runs each, and none is told
//! as kept that was missed. No time is measured here.

use chronicle_tests::{LINES, Measured, RUNS, root};

#[test]
fn the_document_says_what_its_runs_say() {
    let document = std::fs::read_to_string(root().join("docs/performance.md")).unwrap();
    assert_eq!(faults(&document), [""; 0]);
}

#[test]
fn a_document_that_does_not_is_found() {
    let document = std::fs::read_to_string(root().join("docs/performance.md")).unwrap();
    let row = document
        .lines()
        .find(|l| l.starts_with("| save p99 | Chronicle |"))
        .unwrap();
    let last = row.rsplit_once(", ").unwrap();
    for (what, planted) in [
        ("a line less", document.replace(row, "")),
        (
            "a run less",
            document.replace(row, &format!("{} |", last.0)),
        ),
        (
            "a median that its runs do not give",
            document.replacen("| save p99 | ", "| save p99 | 0.", 1),
        ),
        (
            "a miss that is not told",
            document.replace(
                row,
                "| save p99 | Chronicle | ms | 1e3, 1e3, 1e3, 1e3, 1e3 |",
            ),
        ),
    ] {
        assert_ne!(planted, document, "{what} was not planted");
        assert_ne!(faults(&planted), [""; 0], "{what}");
    }
}

fn faults(document: &str) -> Vec<String> {
    let measured = match Measured::read(document) {
        Ok(measured) => measured,
        Err(error) => return vec![error],
    };
    let mut faults = Vec::new();
    for line in LINES {
        let runs = measured.0.get(line.name);
        let count = |peer: bool| runs.map_or(0, |r| if peer { r.peer.len() } else { r.ours.len() });
        if count(false) != RUNS || count(true) != line.peer.map_or(0, |_| RUNS) {
            faults.push(format!("{} was not run {RUNS} times", line.name));
        }
    }
    if faults.is_empty() && !document.contains(&measured.table()) {
        faults.push("the table is not that of the runs".into());
    }
    faults.extend(
        measured
            .missed()
            .into_iter()
            .map(|l| format!("{l} is too slow")),
    );
    faults
}
