//! A report with 1 GiB of evidence, from files in the page cache to a file on the disk, and back.

use super::sealer::{Evidence, Report, Sealer};
use super::timed;
use crate::import::{GIB, done, recipient, settle};
use crate::{Run, seconds};
use chronicle_bundle::RecipientType;
use chronicle_tests::{Measured, flip_a_byte, random_file, same_bytes, tool};
use chronicle_vault::secrecy::SecretString;
use chronicle_vault::{Vault, VaultKind};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub fn measure(run: &Run, measured: &mut Measured, (of, name): (RecipientType, &str)) {
    tool("age", "age");
    let bench = Bench::new(run, of);
    // The peer that pads is the same for both types.
    let sides = match of {
        RecipientType::X25519 => [Side::Ours, Side::Peer, Side::Padding].as_slice(),
        RecipientType::Hybrid => &[Side::Ours, Side::Peer],
    };
    for number in 0..run.count {
        let (mut seal, mut open) = ([0.0; 3], [0.0; 3]);
        for (act, took) in [
            (Bench::seal as fn(&Bench, Side) -> f64, &mut seal),
            (Bench::open, &mut open),
        ] {
            // No side always follows the same other one, whose work the disk may not have forgotten.
            let mut turns = sides.to_vec();
            turns.rotate_left(number % sides.len());
            if number % 2 == 1 {
                turns.reverse();
            }
            for side in turns {
                settle();
                took[side as usize] = act(&bench, side);
            }
        }
        for side in sides {
            std::fs::remove_file(bench.sealed(*side)).unwrap();
        }
        for (act, [ours, peer, padding]) in [("seal", seal), ("open", open)] {
            println!("bundle: {act} 1 GiB, {name}: {ours:.2} s, the peer {peer:.2} s");
            measured.add(&format!("bundle: {act} 1 GiB, {name}"), ours, Some(peer));
            if sides.contains(&Side::Padding) {
                println!("  the peer padding as much: {padding:.2} s");
                let line = format!("bundle: {act} 1 GiB, the peer padding as much");
                measured.add(&line, ours, Some(padding));
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Ours,
    Peer,
    /// The peer with a file of zeros beside the report, so that it seals as many bytes.
    Padding,
}

struct Bench {
    planted: bool,
    sealer: Sealer,
    vault: Vault,
    report: Report,
    evidence: Evidence,
    /// What the peer seals to.
    recipients: Vec<String>,
    folder: tempfile::TempDir,
}

impl Bench {
    fn new(run: &Run, of: RecipientType) -> Self {
        let folder = tempfile::tempdir_in(&run.data).unwrap();
        let recording = folder.path().join("report/recording");
        std::fs::create_dir(folder.path().join("report")).unwrap();
        random_file(&recording, GIB);
        // It also brings all of it into the page cache.
        let evidence = Evidence::of(&recording);
        let report = Report::new(Some(evidence.hash));
        for (_, file, bytes) in report.parts() {
            std::fs::write(folder.path().join("report").join(file), bytes).unwrap();
        }
        let padded = chronicle_bundle::sealed_size(of, [GIB].into_iter()).unwrap();
        let padding = File::create(folder.path().join("padding")).unwrap();
        padding.set_len(padded - GIB - PEERS_OWN).unwrap();
        let recipients = (0..chronicle_wire::agehead::RECIPIENTS)
            .map(|number| recipient(&folder.path().join(format!("identity-{number}"))))
            .collect();
        let secret = SecretString::from("a vault for what is sealed".to_owned());
        let vault = folder.path().join("vault");
        let vault = Vault::create_with(&vault, VaultKind::Journal, secret, 10).unwrap();
        Self {
            planted: run.planted,
            vault,
            sealer: Sealer::new(of),
            report,
            evidence,
            recipients,
            folder,
        }
    }

    fn seal(&self, side: Side) -> f64 {
        let sealed = self.sealed(side);
        if side == Side::Ours {
            // As the journal does it: with the sum of the ciphertext, for which a receipt is asked.
            let (took, size) = timed(self.planted, || {
                let mut out = self.vault.intake().new_raw().unwrap();
                let report = &self.report;
                let size = self.sealer.seal(report, Some(&self.evidence), &mut out);
                out.finish().unwrap();
                size
            });
            let blobs = self.folder.path().join("vault/blobs");
            let only = blobs.read_dir().unwrap().next().unwrap().unwrap();
            std::fs::rename(only.path(), &sealed).unwrap();
            assert_eq!(sealed.metadata().unwrap().len(), size);
            return took;
        }
        let out = File::create(&sealed).unwrap();
        let mut tar = Command::new("tar");
        tar.args(["-cf", "-", "-C"])
            .arg(self.folder.path())
            .arg("report");
        if side == Side::Padding {
            tar.arg("padding");
        }
        let mut age = Command::new("age");
        for recipient in &self.recipients {
            age.args(["-r", recipient]);
        }
        age.stdout(out);
        let (took, ()) = seconds(|| {
            piped(tar, age);
            done(Command::new("sync").arg(&sealed));
        });
        took
    }

    // Every file that comes out is synced, one after the other.
    fn open(&self, side: Side) -> f64 {
        let sealed = self.sealed(side);
        let folder = tempfile::tempdir_in(self.folder.path()).unwrap();
        let into = folder.path().join("report");
        let took = if side == Side::Ours {
            std::fs::create_dir(&into).unwrap();
            timed(self.planted, || self.opened_by_us(&sealed, &into)).0
        } else {
            let mut age = Command::new("age");
            // In the middle, where the one that opens a bundle stands on average.
            let identity = self.folder.path().join("identity-4");
            age.arg("-d").arg("-i").args([&identity, &sealed]);
            let mut tar = Command::new("tar");
            tar.args(["-xf", "-", "-C"])
                .arg(folder.path())
                .arg("report");
            let files: Vec<PathBuf> = self.files().map(|(file, _)| into.join(file)).collect();
            let (took, ()) = seconds(|| {
                piped(age, tar);
                done(Command::new("sync").args(&files));
            });
            took
        };
        for (file, original) in self.files() {
            let opened = into.join(file);
            let compare = || same_bytes(&original, &opened);
            assert_eq!(compare(), None, "{file} is not what was sealed");
            if self.planted {
                flip_a_byte(&opened, original.metadata().unwrap().len() - 1);
                assert!(compare().is_some(), "a planted byte in {file} is not seen");
            }
        }
        took
    }

    fn opened_by_us(&self, sealed: &Path, into: &Path) {
        let bundle = File::open(sealed).unwrap();
        let length = bundle.metadata().unwrap().len();
        let opened = self.sealer.open(bundle, length, |_, content| {
            let mut file = File::create(into.join("recording"))?;
            let mut buffer = vec![0u8; 1 << 18];
            loop {
                match content.read(&mut buffer)? {
                    0 => break,
                    got => file.write_all(&buffer[..got])?,
                }
            }
            file.sync_all()
        });
        assert_eq!(opened.evidence.len(), 1);
        for (kind, file, _) in self.report.parts() {
            let mut file = File::create(into.join(file)).unwrap();
            file.write_all(opened.part(kind).unwrap()).unwrap();
            file.sync_all().unwrap();
        }
    }

    fn sealed(&self, side: Side) -> PathBuf {
        self.folder.path().join(format!("sealed-{}", side as usize))
    }

    fn files(&self) -> impl Iterator<Item = (&'static str, PathBuf)> {
        let names = ["recording", "report.json", "report.txt", "custody.jsonl"];
        names
            .map(|name| (name, self.folder.path().join("report").join(name)))
            .into_iter()
    }
}

fn piped(mut from: Command, mut to: Command) {
    let mut from = from.stdout(Stdio::piped()).spawn().expect("it runs");
    to.stdin(from.stdout.take().unwrap());
    done(&mut to);
    assert!(
        from.wait().unwrap().success(),
        "what goes into {to:?} fails"
    );
}

/// The report, the headers of tar and age, and the tags of the pieces.
const PEERS_OWN: u64 = (1 << 16) + (GIB >> 12) + (GIB >> 15);
