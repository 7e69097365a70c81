//! The caseworker's side: the log as a cursor that notices gaps, forks and rollbacks, and bundles by ranges.

use crate::founded::{ciphertext, day, founded, quick};
use crate::server::{Reply, Script, Server, json};
use chronicle_sync::{Collector, Cursor, SyncError};
use chronicle_wire::route::{LogBatch, LogEntry, Problem};
use chronicle_wire::{Capability, Hash, Token, TokenRole, size};
use tokio_util::sync::CancellationToken;

fn log(len: u64, salt: &str) -> Vec<Vec<u8>> {
    let mut out: Vec<Vec<u8>> = Vec::new();
    for number in 0..len {
        let previous = out.last().map_or(Hash([0; 32]), |b| Hash::of(b));
        let sha256 = Hash::of(format!("{salt}{number}").as_bytes());
        let entries = vec![LogEntry {
            sha256,
            size: size::SMALLEST,
            day: day("2026-03-04"),
        }];
        out.push(
            serde_json::to_vec(&LogBatch {
                number,
                previous,
                entries,
            })
            .unwrap(),
        );
    }
    out
}

async fn desk(script: Script) -> (Server, Collector) {
    let server = Server::start(script).await;
    let collector = Collector::new(quick(), &server.address, Capability::draw().unwrap()).unwrap();
    (server, collector)
}

async fn read_all(log: Vec<Vec<u8>>) -> (Server, Collector, Cursor) {
    let (server, collector) = desk(Script {
        log,
        ..Script::default()
    })
    .await;
    let cursor = collector.log(Cursor::default()).await.unwrap().cursor;
    (server, collector, cursor)
}

#[tokio::test]
async fn a_log_is_read_once_and_then_from_the_cursor_on() {
    let (server, collector) = desk(Script {
        log: log(3, ""),
        ..Script::default()
    })
    .await;
    let first = collector.log(Cursor::default()).await.unwrap();
    assert_eq!(
        (first.batches.len(), first.cursor.next, first.more),
        (3, 3, false)
    );
    let longer = log(5, "");
    assert_eq!(longer[..3], log(3, "")[..]);
    server.with(|s| s.log = longer.clone());
    let second = collector.log(first.cursor).await.unwrap();
    assert_eq!(
        second.batches.iter().map(|b| b.number).collect::<Vec<_>>(),
        [3, 4]
    );
    assert_eq!(second.cursor.last, Hash::of(&longer[4]));
    assert!(
        collector
            .log(second.cursor)
            .await
            .unwrap()
            .batches
            .is_empty()
    );
}

#[tokio::test]
async fn a_long_log_is_read_in_stretches() {
    let (_server, collector) = desk(Script {
        log: log(1001, ""),
        ..Script::default()
    })
    .await;
    let first = collector.log(Cursor::default()).await.unwrap();
    assert_eq!((first.batches.len(), first.more), (1000, true));
    let rest = collector.log(first.cursor).await.unwrap();
    assert_eq!((rest.batches.len(), rest.more), (1, false));
}

#[tokio::test]
async fn each_broken_log_is_refused() {
    type Break = fn(&mut Vec<Vec<u8>>);
    let table: &[(&str, u64, Break)] = &[
        ("a gap", 1, |l| drop(l.remove(1))),
        ("two changed places", 1, |l| l.swap(1, 2)),
        ("one twice", 2, |l| l[2] = l[1].clone()),
        ("another one's object", 2, |l| {
            l[2] = log(4, "other")[2].clone()
        }),
        ("bytes changed before", 2, |l| l[1].push(b' ')),
        ("another number in the right chain", 3, |l| {
            let mut batch: LogBatch = serde_json::from_slice(&l[3]).unwrap();
            batch.number = 4;
            l[3] = serde_json::to_vec(&batch).unwrap();
        }),
        ("a first one that follows something", 0, |l| {
            drop(l.remove(0))
        }),
        ("no JSON", 2, |l| l[2] = b"?".to_vec()),
        ("larger than any", 3, |l| l[3] = vec![b' '; 2 << 20]),
    ];
    for (name, number, breaking) in table {
        let mut objects = log(4, "");
        breaking(&mut objects);
        let (_server, collector) = desk(Script {
            log: objects,
            ..Script::default()
        })
        .await;
        let result = collector.log(Cursor::default()).await;
        assert_eq!(
            result,
            Err(SyncError::LogBroken { number: *number }),
            "{name}"
        );
    }
}

#[tokio::test]
async fn an_endpoint_that_was_put_back_is_noticed() {
    let back: &[(&str, Vec<Vec<u8>>)] = &[
        ("shorter", log(2, "")),
        ("shorter, and grown again another way", log(9, "other")),
        (
            "of the same length, with another end",
            [&log(4, "")[..3], &[log(4, "other")[3].clone()]].concat(),
        ),
    ];
    for (name, older) in back {
        let (server, collector, cursor) = read_all(log(4, "")).await;
        server.with(|s| s.log = older.clone());
        assert_eq!(
            collector.log(cursor).await,
            Err(SyncError::LogRolledBack { number: 3 }),
            "{name}"
        );
    }
    assert_eq!(
        SyncError::LogRolledBack { number: 3 }.code(),
        "log-rolled-back"
    );
    let (server, collector, cursor) = read_all(log(4, "")).await;
    server.with(|s| s.log.clear());
    assert_eq!(
        collector.log(cursor).await,
        Err(SyncError::LogRolledBack { number: 3 }),
        "all gone"
    );
    assert_eq!(
        collector.log(Cursor::default()).await.map(|r| r.cursor),
        Ok(Cursor::default()),
        "from the start it can be read again"
    );
}

#[tokio::test]
async fn a_desk_that_was_shut_out_is_told_so_and_never_that_nothing_is_new() {
    let portal = Reply::Raw(404, vec![("Content-Type", "text/html".into())], vec![]);
    let table = [
        (Reply::Problem(Problem::NotFound), SyncError::AccessRefused),
        (portal, SyncError::Refused { status: 404 }),
    ];
    for (reply, error) in table {
        for len in [0, 3] {
            let (server, collector, cursor) = read_all(log(len, "")).await;
            server.with(|s| {
                s.instead.push(("GET", "/v1/log", reply.clone(), u32::MAX));
            });
            for from in [Cursor::default(), cursor] {
                assert_eq!(collector.log(from).await, Err(error), "after {len}");
            }
        }
    }
}

fn bundle(len: usize) -> (Vec<u8>, LogEntry) {
    let bytes = ciphertext(len, 120);
    let entry = LogEntry {
        sha256: Hash::of(&bytes),
        size: len as u64,
        day: day("2026-03-04"),
    };
    (bytes, entry)
}

async fn fetch(
    collector: &Collector,
    entry: &LogEntry,
) -> (Result<(), SyncError>, Vec<u8>, Vec<u64>) {
    let (mut out, mut steps) = (Vec::new(), Vec::new());
    let result = collector
        .fetch(
            entry,
            &mut out,
            &mut |at| steps.push(at),
            &CancellationToken::new(),
        )
        .await;
    (result, out, steps)
}

#[tokio::test]
async fn a_bundle_is_fetched_by_ranges_and_taken_up_after_cuts() {
    for (cut, ranges) in [(None, 3), (Some((300_000, 3)), 5), (Some((0, 2)), 5)] {
        let (bytes, entry) = bundle((2 << 20) + 500);
        let bundles = [(entry.sha256, bytes.clone())].into();
        let (server, collector) = desk(Script {
            bundles,
            cut_range: cut,
            ..Script::default()
        })
        .await;
        let (result, out, steps) = fetch(&collector, &entry).await;
        assert_eq!(
            (result, out == bytes, steps.last()),
            (Ok(()), true, Some(&entry.size)),
            "{cut:?}"
        );
        server.with(|s| {
            let asked: Vec<_> = s
                .requests
                .iter()
                .map(|r| r.header("range").unwrap().to_string())
                .collect();
            assert_eq!(asked.len(), ranges, "{asked:?}");
        });
    }
}

#[tokio::test]
async fn wrong_bytes_are_refused() {
    let (bytes, entry) = bundle(1 << 20);
    let mut changed = bytes.clone();
    changed[777] ^= 1;
    let (_server, collector) = desk(Script {
        bundles: [(entry.sha256, changed)].into(),
        ..Script::default()
    })
    .await;
    assert_eq!(
        fetch(&collector, &entry).await.0,
        Err(SyncError::WrongBytes)
    );
    let range = format!("bytes 0-{}/{}", bytes.len() - 1, bytes.len());
    let more = [bytes.clone(), b"more".to_vec()].concat();
    let table: Vec<(&str, Reply, SyncError)> = vec![
        (
            "everything at once",
            Reply::Raw(200, vec![], bytes.clone()),
            SyncError::Refused { status: 200 },
        ),
        (
            "a redirect",
            Reply::Raw(302, vec![("Location", "/".into())], vec![]),
            SyncError::Refused { status: 302 },
        ),
        (
            "not there",
            Reply::Problem(Problem::NotFound),
            SyncError::Refused { status: 404 },
        ),
        (
            "another range",
            Reply::Raw(206, vec![("Content-Range", "bytes 1-2/3".into())], bytes),
            SyncError::WrongBytes,
        ),
        (
            "no range",
            Reply::Raw(206, vec![], vec![]),
            SyncError::WrongBytes,
        ),
        (
            "more than asked for",
            Reply::Raw(206, vec![("Content-Range", range)], more),
            SyncError::WrongBytes,
        ),
        ("nothing, for ever", Reply::Drop, SyncError::Unreachable),
    ];
    for (name, reply, error) in table {
        let instead = vec![("GET", "/v1/bundle", reply, u32::MAX)];
        let (_server, collector) = desk(Script {
            instead,
            ..Script::default()
        })
        .await;
        assert_eq!(fetch(&collector, &entry).await.0, Err(error), "{name}");
    }
    let (long, entry) = bundle(2 << 20);
    let range = ("Content-Range", format!("bytes 0-1048575/{}", long.len()));
    let instead = vec![(
        "GET",
        "/v1/bundle",
        Reply::Raw(206, vec![range], long),
        u32::MAX,
    )];
    let (_server, collector) = desk(Script {
        instead,
        ..Script::default()
    })
    .await;
    let (result, out, _) = fetch(&collector, &entry).await;
    assert_eq!(result, Err(SyncError::WrongBytes));
    assert!(
        out.len() <= 1 << 20,
        "no more than was asked for is taken: {}",
        out.len()
    );
    let huge = LogEntry {
        size: u64::MAX,
        ..entry
    };
    assert_eq!(
        fetch(&collector, &huge).await.0,
        Err(SyncError::WrongBytes),
        "larger than any bundle"
    );
}

#[tokio::test]
async fn fetching_can_be_cancelled_and_a_full_disk_is_said() {
    let (bytes, entry) = bundle(3 << 20);
    let (_server, collector) = desk(Script {
        bundles: [(entry.sha256, bytes)].into(),
        ..Script::default()
    })
    .await;
    let cancel = CancellationToken::new();
    let (mut out, stop) = (Vec::new(), cancel.clone());
    let result = collector
        .fetch(&entry, &mut out, &mut move |_| stop.cancel(), &cancel)
        .await;
    assert_eq!((result, out.len()), (Err(SyncError::Cancelled), 1 << 20));
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let result = collector
        .fetch(&entry, &mut Full, &mut |_| {}, &CancellationToken::new())
        .await;
    assert_eq!(result, Err(SyncError::Write));
}

#[tokio::test]
async fn profile_and_exchange() {
    let org = founded(&["https://example.org"]);
    let (server, collector) = desk(Script {
        profile: Some(org.credentials()),
        ..Script::default()
    })
    .await;
    assert_eq!(collector.profile().await.unwrap().organisation(), org.id());
    let token = Token::draw(TokenRole::Caseworker).unwrap();
    assert_eq!(collector.exchange(&token).await, Ok("reporter".to_string()));
    let mut forged = org.credentials();
    forged.profile.body = forged.profile.body.replace("Open Border", "Other Border");
    server.with(|s| {
        s.profile = Some(forged);
        s.instead.push((
            "POST",
            "/v1/capability",
            Reply::Problem(Problem::TokenUsed),
            1,
        ));
        s.instead.push((
            "POST",
            "/v1/capability",
            Reply::Problem(Problem::NotFound),
            1,
        ));
        s.instead
            .push(("POST", "/v1/capability", json(500, &"no"), 1));
    });
    assert_eq!(
        collector.profile().await.err().map(|e| e.code()),
        Some("profile-refused")
    );
    assert_eq!(collector.exchange(&token).await, Err(SyncError::TokenUsed));
    assert_eq!(
        collector.exchange(&token).await,
        Err(SyncError::TokenRefused)
    );
    assert_eq!(
        collector.exchange(&token).await,
        Err(SyncError::Refused { status: 500 })
    );
}
