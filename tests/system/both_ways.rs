//! A bundle for X25519 recipients is an age file like any other: Debian's `age` and PyPI's `pyrage` open what was sealed here,
//! and what they seal is opened here. (The hybrid type goes both ways with npm's, beside its own room.)

use chronicle_bundle::{Expected, Identity, OpenError, Opened, open};
use chronicle_tests::{folder, root, script_with, tool};
use chronicle_wire::organisation::Credentials;
use chronicle_wire::{Profile, agehead, size};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Gives `input` to a program; what it gives back.
fn through(mut command: Command, input: &[u8]) -> Vec<u8> {
    let mut running = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut to, input) = (running.stdin.take().unwrap(), input.to_vec());
    let writing = std::thread::spawn(move || to.write_all(&input));
    let output = running.wait_with_output().unwrap();
    // `tar` reads no further than the end of the archive.
    let _ = writing.join().unwrap();
    assert!(output.status.success(), "{command:?}");
    output.stdout
}

fn debian(args: &[&str]) -> Command {
    let mut age = Command::new("age");
    age.args(args);
    age
}

fn python(args: &[&str]) -> Command {
    let mut command = script_with("crypt.py");
    command.args(args);
    command
}

struct Vector {
    identity: String,
    profile: Profile<chronicle_wire::Verified>,
    bundle: Vec<u8>,
}

impl Vector {
    fn read() -> Self {
        let folder = root().join("crates/bundle/vectors/report");
        let told = std::fs::read(folder.join("vector.json")).unwrap();
        let told: serde_json::Value = serde_json::from_slice(&told).unwrap();
        let credentials: Credentials = serde_json::from_value(told["credentials"].clone()).unwrap();
        Self {
            identity: told["identity"].as_str().unwrap().to_owned(),
            profile: Profile::read(credentials).unwrap().verify().unwrap(),
            bundle: std::fs::read(folder.join("bundle.age")).unwrap(),
        }
    }

    fn open(&self, bundle: &[u8]) -> Result<Opened<Vec<u8>>, OpenError> {
        let expected = Expected {
            organisation: self.profile.organisation(),
            roots: &[self.profile.root_hash()],
            recipients: &[self.profile.recipients_hash()],
            recipient_types: &["X25519"],
        };
        let identity = Identity::from_file(&self.identity).unwrap();
        let keep = |_: &_, content: &mut dyn std::io::Read| {
            let mut bytes = Vec::new();
            content.read_to_end(&mut bytes).map(|_| bytes)
        };
        open(bundle, bundle.len() as u64, &[identity], &expected, keep)
    }

    /// The recipients that its size is filled up with, the identity's own first.
    fn recipients(&self) -> Vec<String> {
        let own = Identity::from_file(&self.identity).unwrap().recipient();
        let draw = || Identity::draw(chronicle_bundle::RecipientType::X25519).recipient();
        let others = std::iter::repeat_with(draw);
        std::iter::once(own)
            .chain(others)
            .take(agehead::RECIPIENTS)
            .collect()
    }
}

#[test]
fn what_was_sealed_here_opens_with_stock_tools_and_the_other_way_round() {
    tool("age", "age");
    let vector = Vector::read();
    let folder = folder();
    let file = folder.path().join("identity");
    std::fs::write(&file, &vector.identity).unwrap();
    let file = file.display().to_string();
    let plain = through(debian(&["-d", "-i", &file]), &vector.bundle);
    assert!(through(python(&["open", &file]), &vector.bundle) == plain);
    untar(folder.path(), &plain);

    let recipients = vector.recipients();
    let to: Vec<&str> = recipients.iter().map(String::as_str).collect();
    let flags: Vec<&str> = to.iter().flat_map(|one| ["-r", one]).collect();
    let size = size::SMALLEST.to_string();
    let python_to = [&["seal", &size], to.as_slice()].concat();
    let by_debian = |bytes: &[u8]| sealed_to_a_size(bytes, |b| through(debian(&flags), b));
    let by_python = |bytes: &[u8]| through(python(&python_to), bytes);
    let bare = plain.len() - plain.iter().rev().take_while(|byte| **byte == 0).count();
    let bare = bare.next_multiple_of(512) + 1024;
    for (name, seal) in [
        ("age", &by_debian as &dyn Fn(&[u8]) -> Vec<u8>),
        ("pyrage", &by_python),
    ] {
        let sealed = seal(&plain[..bare]);
        let opened = vector.open(&sealed);
        let opened = opened.unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(opened.evidence, [b"evidence".to_vec()], "{name}");
        // With one letter of it changed it is no bundle of this sender any more.
        let mut changed = plain[..bare].to_vec();
        let at = changed.windows(8).position(|w| w == b"evidence").unwrap();
        changed[at] ^= 1;
        assert!(vector.open(&seal(&changed)).is_err(), "{name}");
    }
}

// The zeros at the end are as many as make the whole a size of the table: the tags of the pieces that came with them are
// taken off once.
fn sealed_to_a_size(plain: &[u8], seal: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let wanted = usize::try_from(size::SMALLEST).unwrap();
    let mut bytes = plain.to_vec();
    for _ in 0..3 {
        let sealed = seal(&bytes);
        if sealed.len() == wanted {
            return sealed;
        }
        bytes.resize(bytes.len() + wanted - sealed.len(), 0);
    }
    panic!("no way to {wanted} bytes");
}

fn untar(folder: &Path, plain: &[u8]) {
    let into = folder.join("into");
    std::fs::create_dir(&into).unwrap();
    let mut tar = Command::new("tar");
    tar.arg("-xC").arg(&into);
    through(tar, plain);
    assert_eq!(std::fs::read(into.join("files/0001")).unwrap(), b"evidence");
    for name in ["manifest.json", "manifest.sig", "parts.json", "report.json"] {
        assert!(into.join(name).is_file(), "{name}");
    }
}
