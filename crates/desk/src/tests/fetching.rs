//! A fetch goes on past everything that is wrong with one bundle, notices an endpoint that was set back, and never says
//! "nothing new" where it was shut out.

use super::line::Line;
use super::now;
use chronicle_wire::{Hash, size};

#[test]
fn a_desk_that_was_shut_out_is_never_told_that_nothing_is_new() {
    let mut line = Line::new();
    assert_eq!(line.brought(), (0, 0), "an empty log");
    line.with(|s| s.shut_out = true);
    let code = |line: &Line| line.fetch().err().unwrap().problem().code;
    assert_eq!(code(&line), "desk-access-refused", "before anything came");
    let bytes = line.sealed(&[]);
    line.with(|s| {
        s.take(&bytes);
        s.shut_out = false;
    });
    assert_eq!(line.brought(), (1, 0));
    line.with(|s| s.shut_out = true);
    assert_eq!(code(&line), "desk-access-refused", "afterwards");
}

#[test]
fn sizes_that_no_bundle_has_and_a_disk_that_is_too_small_stop_nothing_behind_them() {
    let mut line = Line::new();
    let good = line.sealed(&[]);
    line.with(|s| {
        for (salt, size) in [("a", u64::MAX), ("b", 0), ("c", size::SMALLEST + 1)] {
            s.list(Hash::of(salt.as_bytes()), size);
        }
        s.take(&good);
    });
    assert_eq!(line.brought(), (1, 3));
    assert_eq!(line.apart(), ["listed-size"; 3]);
    assert_eq!(line.next(), 4, "nothing better can come of them");
    assert_eq!(line.brought(), (0, 0));

    // 8 GiB twice over: more than the room that this machine has, or the rest of the test says nothing.
    let room = line.desk.lock().unwrap().vault.room().unwrap();
    let largest = size::LARGEST;
    let second = line.sealed(&[]);
    line.with(|s| {
        s.list(Hash::of(b"large"), largest);
        s.take(&second);
    });
    assert_eq!(line.brought().0, 1, "the one behind it came");
    if room < largest * 2 {
        assert_eq!(line.apart()[3], "no-room-for-parcel");
    }
    assert_eq!(line.next(), 4, "it is asked for again");
    assert_eq!(line.brought(), (0, 0), "and noted once");
    assert_eq!(line.reports(), 2);
}

#[test]
fn a_cut_is_not_called_wrong_bytes_and_is_tried_again() {
    let mut line = Line::new();
    let (one, two, three, good) = (
        line.sealed(&[]),
        line.sealed(&[]),
        line.sealed(&[]),
        line.sealed(&[]),
    );
    let mut changed = two.clone();
    changed[5000] ^= 1;
    let hashes = line.with(|s| {
        let hashes = [s.take(&one), s.take(&two), s.take(&three), s.take(&good)];
        s.cut.push(hashes[0]);
        s.bundles.insert(hashes[1], changed);
        s.bundles.remove(&hashes[2]);
        hashes
    });
    assert_eq!(line.brought(), (1, 3));
    assert_eq!(line.apart(), ["fetch-cut", "not-given", "wrong-bytes"]);
    assert_eq!(line.next(), 0);
    // What is in the way now replaces what was: one line a bundle.
    line.with(|s| {
        s.cut.clear();
        s.bundles.remove(&hashes[0]);
    });
    assert_eq!(line.brought(), (0, 1));
    assert_eq!(line.apart(), ["not-given", "not-given", "wrong-bytes"]);
    line.with(|s| s.bundles.extend([(hashes[0], one), (hashes[2], three)]));
    assert_eq!(line.brought(), (2, 0));
    assert_eq!(
        (line.apart(), line.next()),
        (vec!["wrong-bytes".to_owned()], 1)
    );
    line.with(|s| s.bundles.insert(hashes[1], two));
    assert_eq!(line.brought(), (1, 0));
    assert_eq!((line.apart().len(), line.next(), line.reports()), (0, 4, 4));
}

#[test]
fn an_endpoint_that_was_set_back_is_told_loudly_and_read_on() {
    let mut line = Line::new();
    let all: Vec<_> = (0..4).map(|_| line.sealed(&[])).collect();
    line.with(|s| s.take_all(&all[..3]));
    assert_eq!(line.brought(), (3, 0));
    let back: [(&str, usize, &[Vec<u8>]); 3] = [
        ("shorter", 1, &[]),
        ("and grown again another way", 1, &all[3..]),
        ("all gone", 0, &[]),
    ];
    for (name, keep, more) in back {
        line.with(|s| {
            s.log.truncate(keep);
            s.take_all(more);
        });
        // The second case continues what the first one left: nothing was noticed to be wrong with it then.
        let told = line.fetch().unwrap();
        let problem = told.problem.map(|p| p.code);
        if name.starts_with("and grown") {
            assert_eq!((problem, told.new_reports), (None, 1), "{name}");
        } else {
            assert_eq!(problem.as_deref(), Some("log-rolled-back"), "{name}");
            assert_eq!(told.new_reports, 0, "{name}: nothing twice");
        }
        assert_eq!(line.next(), (keep + more.len()) as u64, "{name}");
        assert_eq!(line.brought(), (0, 0), "{name}: told once");
    }
    assert_eq!(line.reports(), 4);
    let fifth = line.sealed(&[]);
    line.with(|s| s.take(&fifth));
    assert_eq!(line.brought(), (1, 0), "reading goes on");

    // It stays noted, also over a restart, for 30 days.
    line.reopen();
    let notices = |days: i64| {
        let later = now().checked_add(jiff::Span::new().days(days)).unwrap();
        line.desk.lock().unwrap().reports(&later).unwrap().notices
    };
    let days: Vec<_> = notices(30).iter().map(|n| n.args["day"].clone()).collect();
    assert_eq!(days, ["2026-03-14"; 2]);
    assert!(notices(31).is_empty());
}

#[test]
fn a_fork_at_the_cursor_is_noticed_and_what_is_new_in_it_comes() {
    let mut line = Line::new();
    let all: Vec<_> = (0..3).map(|_| line.sealed(&[])).collect();
    line.with(|s| s.take_all(&all[..2]));
    assert_eq!(line.brought(), (2, 0));
    line.with(|s| {
        s.log.truncate(1);
        s.take(&all[2]);
    });
    let told = line.fetch().unwrap();
    assert_eq!(told.problem.unwrap().code, "log-rolled-back");
    assert_eq!((told.new_reports, line.next(), line.reports()), (1, 2, 3));
}

#[test]
fn what_could_not_be_opened_is_tried_again_at_each_fetch_and_after_unlocking() {
    for by_fetch in [true, false] {
        let mut line = Line::new();
        let bytes = line.sealed(&[b"evidence"]);
        line.with(|s| s.take(&bytes));
        let names = {
            let mut desk = line.desk.lock().unwrap();
            std::mem::take(&mut desk.founded.as_mut().unwrap().identities)
        };
        assert_eq!(line.brought(), (0, 1));
        assert_eq!(line.apart(), ["bundle-not-for-us"]);
        assert_eq!(line.brought(), (0, 0), "tried, and still the same");
        assert_eq!(line.apart(), ["bundle-not-for-us"]);
        let asked = line.with(|s| s.requests.iter().filter(|r| r.contains("bundle")).count());
        assert_eq!(asked, 1, "not fetched twice");
        let opened = if by_fetch {
            line.desk
                .lock()
                .unwrap()
                .founded
                .as_mut()
                .unwrap()
                .identities = names;
            line.brought().0
        } else {
            line.reopen();
            line.desk.lock().unwrap().open_kept(&now()).unwrap()
        };
        assert_eq!((opened, line.reports()), (1, 1));
        assert!(line.apart().is_empty(), "it moved");
        line.reopen();
        assert_eq!((line.reports(), line.apart().len()), (1, 0));
        let desk = line.desk.lock().unwrap();
        assert_eq!(desk.vault.check().unwrap().files(), 1, "evidence only");
        assert_eq!(desk.findings(), [], "and no file that no record names");
    }
}

#[test]
fn a_bundle_of_a_newer_version_is_kept_until_a_version_opens_it() {
    let vector = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../bundle/vectors/newer-format-hybrid"
    );
    let told: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(format!("{vector}/vector.json")).unwrap())
            .unwrap();
    let newer = std::fs::read(format!("{vector}/bundle.age")).unwrap();
    let mut line = Line::new();
    {
        // As if it had been sealed to this desk.
        let mut desk = line.desk.lock().unwrap();
        let identity = told["identity"].as_str().unwrap();
        let kept = desk.vault.keep_identity(identity.as_bytes()).unwrap();
        let at = now().timestamp();
        desk.vault.commit(at, |c| c.name_identity(&kept)).unwrap();
        let founded = desk.founded.as_mut().unwrap();
        founded.identities.push(kept.name().to_owned());
    }
    line.with(|s| s.take(&newer));
    assert_eq!(line.brought(), (0, 1));
    assert_eq!(line.apart(), ["bundle-newer"]);
    assert_eq!(line.brought(), (0, 0), "tried again, and noted once");
    assert_eq!(line.apart(), ["bundle-newer"]);
    {
        let desk = line.desk.lock().unwrap();
        let kept = desk.quarantine.values().next().unwrap();
        let mut bytes = Vec::new();
        let mut file = desk.vault.open_raw(kept.file.as_ref().unwrap()).unwrap();
        std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();
        assert!(bytes == newer, "every byte of it is there");
    }
    // What an older version could not open, as this one finds it after the installation.
    let bytes = line.sealed(&[b"evidence"]);
    line.with(|s| s.take(&bytes));
    let names = {
        let mut desk = line.desk.lock().unwrap();
        std::mem::take(&mut desk.founded.as_mut().unwrap().identities)
    };
    assert_eq!(line.brought(), (0, 1));
    {
        let mut desk = line.desk.lock().unwrap();
        desk.founded.as_mut().unwrap().identities = names;
        for kept in desk.quarantine.values_mut() {
            kept.reason = chronicle_words::Problem::new("bundle-newer");
        }
    }
    assert_eq!(line.apart(), ["bundle-newer"; 2]);
    assert_eq!(line.brought(), (1, 0));
    assert_eq!((line.apart().len(), line.reports()), (1, 1));
}

/// The same report over and over is one report, whatever else comes in between, and nothing is brought twice.
#[test]
fn a_report_that_comes_a_thousand_times_is_one() {
    let mut line = Line::new();
    let bundle = line.sealed(&[b"evidence"]);
    let other = line.sealed(&[]);
    line.with(|s| {
        for round in 0..1000 {
            s.take(if round == 500 { &other } else { &bundle });
        }
    });
    assert_eq!(line.brought(), (2, 0));
    assert_eq!(line.reports(), 2);
    let fetched =
        |line: &Line| line.with(|s| s.requests.iter().filter(|r| r.contains("/bundle/")).count());
    let once = fetched(&line);
    line.reopen();
    assert_eq!(line.brought(), (0, 0));
    assert_eq!((line.reports(), fetched(&line)), (2, once));
}
