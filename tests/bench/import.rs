//! Taking in 1 GiB, to the moment at which it is kept: hashed, sealed, synced, its record committed. Beside it `age` seals the
//! same file to one recipient and `sync` waits for it. The file lies in the page cache for both.

use crate::journals::passphrase;
use crate::{Run, seconds};
use chronicle_journal::{Journal, take_in};
use chronicle_report::Draft;
use chronicle_tests::{Measured, random_file, tool};
use jiff::Zoned;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

pub fn measure(run: &Run, measured: &mut Measured) {
    tool("age", "age");
    let folder = tempfile::tempdir_in(&run.data).unwrap();
    let file = folder.path().join("recording");
    random_file(&file, GIB);
    let recipient = recipient(&folder.path().join("identity"));
    let mut journal =
        Journal::create_with(&folder.path().join("journal"), &passphrase(), 10).unwrap();
    read(&file, |_| {});
    for number in 0..run.count {
        let mut ours = 0.0;
        let mut peers = 0.0;
        for turn in 0..2 {
            settle();
            if (number + turn) % 2 == 0 {
                ours = take(&mut journal, &file, run.planted);
            } else {
                peers = age(folder.path(), &file, &recipient);
            }
        }
        measured.add("import 1 GiB", ours, Some(peers));
        println!("import 1 GiB: {ours:.2} s, age and sync {peers:.2} s");
        if run.planted {
            return;
        }
        parts(&journal, folder.path(), &file, measured);
    }
}

fn take(journal: &mut Journal, file: &Path, planted: bool) -> f64 {
    let now = Zoned::now();
    let incident = journal.save(None, Draft::example(), &now).unwrap().id;
    let (took, _) = seconds(|| {
        let mut progress = |_: u64| {
            if planted {
                std::thread::sleep(Duration::from_millis(2));
            }
            true
        };
        let taken = take_in(
            &journal.intake(),
            File::open(file).unwrap(),
            "recording",
            &mut progress,
        );
        journal.attach(&incident, taken.unwrap(), &now).unwrap()
    });
    // The next one finds the same room on the disk.
    journal.delete(&incident, &now).unwrap();
    took
}

fn age(folder: &Path, file: &Path, recipient: &str) -> f64 {
    let sealed = folder.join("sealed.age");
    let (took, ()) = seconds(|| {
        done(
            Command::new("age")
                .args(["-r", recipient, "-o"])
                .args([&sealed, file]),
        );
        done(Command::new("sync").arg(&sealed));
    });
    std::fs::remove_file(sealed).unwrap();
    took
}

// Each for itself, on the same file: what a pipeline can do at the same time, and what it cannot go below.
fn parts(journal: &Journal, folder: &Path, file: &Path, measured: &mut Measured) {
    let (hash, _) = seconds(|| {
        let mut hash = Sha256::new();
        read(file, |some| hash.update(some));
        hash.finalize()
    });
    measured.add("import: hash alone", hash, None);
    let sealer = journal.sealer().unwrap();
    let text = vec![0x5Au8; 1 << 26];
    let (cipher, ()) = seconds(|| {
        for _ in 0..GIB >> 26 {
            assert!(sealer.seal(&text).unwrap().len() > text.len());
        }
    });
    measured.add("import: cipher alone", cipher, None);
    settle();
    let path = folder.join("written");
    let (disk, ()) = seconds(|| {
        let mut out = File::create(&path).unwrap();
        for _ in 0..GIB >> 18 {
            out.write_all(&text[..1 << 18]).unwrap();
        }
        out.sync_all().unwrap();
    });
    std::fs::remove_file(path).unwrap();
    measured.add("import: disk alone", disk, None);
    println!("  alone: hash {hash:.2} s, cipher {cipher:.2} s, disk {disk:.2} s");
}

/// Nothing that one side left to be written is written in the other's time.
pub fn settle() {
    done(&mut Command::new("sync"));
}

/// Draws an identity into a file, and gives its recipient.
pub fn recipient(identity: &Path) -> String {
    let made = Command::new("age-keygen")
        .arg("-o")
        .arg(identity)
        .stderr(Stdio::piped())
        .output()
        .expect("age-keygen runs");
    let said = String::from_utf8(made.stderr).unwrap();
    let found = said
        .split_whitespace()
        .find(|word| word.starts_with("age1"));
    found.expect("a recipient").to_owned()
}

fn read(file: &Path, mut each: impl FnMut(&[u8])) {
    let mut buffer = vec![0u8; 1 << 18];
    let mut file = File::open(file).unwrap();
    loop {
        match file.read(&mut buffer).unwrap() {
            0 => return,
            got => each(&buffer[..got]),
        }
    }
}

/// Fails when the command does.
pub fn done(command: &mut Command) {
    assert!(command.status().expect("it runs").success(), "{command:?}");
}

/// One.
pub const GIB: u64 = 1 << 30;
