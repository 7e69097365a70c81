//! A child that is not what it should be, or was taken over: the parent believes nothing but an exact answer, waits no
//! longer than its deadline, and leaves nothing running.

use chronicle_media::protocol::{Answer, MAX_INPUT, Status};
use chronicle_media::{PreviewError, Previewer, Want};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tempfile::TempDir;

// A child that is a script. `$HEAD` stands for the head of an answer of 2 by 1 pixels; `$EIGHT` for its pixels.
struct Impostor {
    folder: TempDir,
}

impl Impostor {
    fn new(script: &str) -> Self {
        let head = Answer {
            status: Status::Done,
            width: 2,
            height: 1,
            pages: 0,
        };
        let script = script
            .replace("$HEAD", &printed(&head))
            .replace("$EIGHT", "printf abcdefgh");
        let impostor = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let path = impostor.path();
        std::fs::write(&path, format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o700)).unwrap();
        impostor
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("child")
    }

    // Asks it about a megabyte, with a deadline of one second, which is kept.
    fn ask(&self) -> Result<Vec<u8>, PreviewError> {
        let content = vec![7; 1 << 20];
        let begun = Instant::now();
        let shown = Previewer::new(self.path())
            .with_deadline(Duration::from_secs(1))
            .preview(&mut &content[..], 1 << 20, Want::Picture { edge: 64 });
        assert!(begun.elapsed() < Duration::from_secs(3), "the deadline");
        shown.map(|picture| {
            assert_eq!((picture.width, picture.height), (2, 1));
            picture.png
        })
    }
}

// Asks it for a code.
fn code(script: &str) -> Result<String, PreviewError> {
    let impostor = Impostor::new(script);
    let previewer = Previewer::new(impostor.path()).with_deadline(Duration::from_secs(1));
    let text = previewer.code(&mut &[7; 100][..], 100)?;
    Ok(text.as_str().to_owned())
}

// A command that prints an answer's head.
fn printed(head: &Answer) -> String {
    let bytes = head.to_bytes();
    let octal: String = bytes.iter().map(|b| format!("\\{b:03o}")).collect();
    format!("printf '{octal}'")
}

fn refusal(script: &str) -> Option<PreviewError> {
    Impostor::new(script).ask().err()
}

#[test]
fn an_exact_answer_is_taken() {
    let png = Impostor::new("cat >/dev/null; $HEAD; $EIGHT")
        .ask()
        .unwrap();
    let shown = image::load_from_memory(&png).unwrap().into_rgba8();
    assert_eq!(shown.into_raw(), b"abcdefgh");
}

#[test]
fn an_answer_that_is_not_exact_is_refused() {
    let wide = Answer {
        status: Status::Done,
        width: 65,
        height: 1,
        pages: 0,
    };
    let huge = Answer {
        width: u32::MAX,
        height: u32::MAX,
        ..wide
    };
    let talkative = Answer {
        status: Status::Damaged,
        ..wide
    };
    for (what, script) in [
        ("nothing", "cat >/dev/null".to_owned()),
        ("nothing, and nothing read", "exit 0".to_owned()),
        ("half a head", "cat >/dev/null; printf CHA1".to_owned()),
        (
            "too little",
            "cat >/dev/null; $HEAD; printf abcdefg".to_owned(),
        ),
        (
            "too much",
            "cat >/dev/null; $HEAD; $EIGHT; printf i".to_owned(),
        ),
        ("far too much", "cat >/dev/null; $HEAD; exec yes".to_owned()),
        ("words", "cat >/dev/null; exec yes".to_owned()),
        (
            "wider than asked",
            format!("cat >/dev/null; {}; exec yes", printed(&wide)),
        ),
        (
            "without end",
            format!("cat >/dev/null; {}; exec yes", printed(&huge)),
        ),
        (
            "a refusal with a size",
            format!("cat >/dev/null; {}", printed(&talkative)),
        ),
        (
            "a refusal with pixels",
            format!(
                "cat >/dev/null; {}; $EIGHT",
                printed(&Answer::refusal(Status::Damaged))
            ),
        ),
        ("a signal", "kill -SEGV $$".to_owned()),
        (
            "an end to the answer",
            "cat >/dev/null; exec >&-; exec sleep 30".to_owned(),
        ),
    ] {
        assert_eq!(refusal(&script), Some(PreviewError::Crashed), "{what}");
    }
}

#[test]
fn a_refusal_is_given_its_code() {
    for (status, error, code) in [
        (
            Status::Unsupported,
            PreviewError::Unsupported,
            "preview-unsupported",
        ),
        (Status::Damaged, PreviewError::Damaged, "preview-damaged"),
        (
            Status::TooLarge,
            PreviewError::TooLarge,
            "preview-too-large",
        ),
        (
            Status::Unconfined,
            PreviewError::Unavailable,
            "preview-unavailable",
        ),
    ] {
        // Without having read what was sent.
        let script = printed(&Answer::refusal(status));
        assert_eq!(refusal(&script), Some(error));
        assert_eq!(error.code(), code);
    }
    assert_eq!(PreviewError::Timeout.code(), "preview-timeout");
    assert_eq!(PreviewError::Crashed.code(), "preview-crashed");
}

#[test]
fn a_text_that_is_not_plain_is_not_believed() {
    let head = |width, height| {
        printed(&Answer {
            status: Status::Done,
            width,
            height,
            pages: 0,
        })
    };
    let says = |width, text: &str| code(&format!("cat >/dev/null; {}; {text}", head(width, 1)));
    assert_eq!(says(8, "printf 'A ~9:/-!'").as_deref(), Ok("A ~9:/-!"));
    for (what, answer) in [
        ("a control", says(3, "printf 'A\\nB'")),
        ("a zero", says(3, "printf 'A\\000B'")),
        ("a letter with an accent", says(2, "printf '\\303\\251'")),
        ("no text in any encoding", says(1, "printf '\\377'")),
        ("too little", says(4, "printf ABC")),
        ("too much", says(2, "printf ABC")),
        ("nothing", says(0, "exit 0")),
        (
            "too long",
            says(1025, "head -c 1025 /dev/zero | tr '\\000' A"),
        ),
        (
            "two lines",
            code(&format!("cat >/dev/null; {}; printf ABCD", head(2, 2))),
        ),
    ] {
        assert_eq!(answer, Err(PreviewError::Crashed), "{what}");
    }
}

#[test]
fn only_a_code_can_be_missing() {
    let nothing = printed(&Answer::refusal(Status::Nothing));
    assert_eq!(code(&nothing), Err(PreviewError::NoCode));
    assert_eq!(PreviewError::NoCode.code(), "preview-no-code");
    assert_eq!(refusal(&nothing), Some(PreviewError::Crashed));
    let damaged = printed(&Answer::refusal(Status::Damaged));
    assert_eq!(code(&damaged), Err(PreviewError::Damaged));
}

#[test]
fn a_child_that_does_not_come_to_an_end_is_left_at_the_deadline() {
    for (what, script) in [
        ("reads nothing", "exec sleep 30"),
        ("says nothing", "cat >/dev/null; exec sleep 30"),
        ("says the half", "cat >/dev/null; $HEAD; exec sleep 30"),
        (
            "says all and stays",
            "cat >/dev/null; $HEAD; $EIGHT; exec sleep 30",
        ),
        (
            "leaves another that holds the pipes",
            "cat >/dev/null; sleep 20 & exit 0",
        ),
        (
            "talks slowly",
            "cat >/dev/null; $HEAD; while :; do sleep 0.3; printf a; done",
        ),
        ("talks and does not listen", "exec yes"),
    ] {
        let error = refusal(script);
        let slow = [Some(PreviewError::Timeout), Some(PreviewError::Crashed)];
        if what == "talks slowly" || what.starts_with("reads") || what.starts_with("says") {
            assert_eq!(error, slow[0], "{what}");
        }
        assert!(slow.contains(&error), "{what}: {error:?}");
    }
}

#[test]
fn a_flood_of_complaints_is_not_heard() {
    let script = "cat >/dev/null; head -c 5000000 /dev/zero >&2; $HEAD; $EIGHT";
    assert!(Impostor::new(script).ask().is_ok());
}

#[test]
fn the_child_is_told_nothing_but_the_request() {
    // What every test under cargo has in its environment, and the arguments.
    let script = "[ -z \"$CARGO_MANIFEST_DIR$HOME$USER$XDG_RUNTIME_DIR\" ] || exit 1; [ $# = 0 ] || exit 1; cat >/dev/null; $HEAD; $EIGHT";
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
    assert!(Impostor::new(script).ask().is_ok());
}

#[test]
fn no_child_is_left_behind() {
    for script in ["echo $$ >$0.pid; exec sleep 30", "echo $$ >$0.pid; exit 3"] {
        let impostor = Impostor::new(script);
        assert!(impostor.ask().is_err());
        let number = std::fs::read_to_string(impostor.path().with_extension("pid")).unwrap();
        let process = PathBuf::from(format!("/proc/{}", number.trim()));
        assert!(
            !process.exists(),
            "neither running nor waiting to be reaped"
        );
    }
}

#[test]
fn a_child_that_cannot_be_started_is_told() {
    let impostor = Impostor::new("exit 0");
    std::fs::set_permissions(impostor.path(), PermissionsExt::from_mode(0o600)).unwrap();
    assert_eq!(impostor.ask(), Err(PreviewError::Unavailable));
    std::fs::remove_file(impostor.path()).unwrap();
    assert_eq!(impostor.ask(), Err(PreviewError::Unavailable));
}

struct Failing;

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::InvalidData.into())
    }
}

#[test]
fn a_file_that_cannot_be_read_to_its_end_is_damaged() {
    let previewer = crate::made::previewer();
    let want = Want::Picture { edge: 64 };
    let short = previewer.preview(&mut &b"\xFF\xD8\xFF"[..], 4, want);
    assert_eq!(short.err(), Some(PreviewError::Damaged));
    let failing = previewer.preview(&mut Failing, 4, want);
    assert_eq!(failing.err(), Some(PreviewError::Damaged));
}

#[test]
fn a_file_that_is_too_large_is_not_even_read() {
    // There is no such child, and the file would fail.
    let previewer = Previewer::new("/nonexistent");
    let refused = previewer.preview(&mut Failing, MAX_INPUT + 1, Want::Picture { edge: 64 });
    assert_eq!(refused.err(), Some(PreviewError::TooLarge));
    assert_eq!(
        previewer.pages(&mut Failing, u64::MAX),
        Err(PreviewError::TooLarge)
    );
    let code = previewer.code(&mut Failing, MAX_INPUT + 1);
    assert_eq!(code.err(), Some(PreviewError::TooLarge));
}

#[test]
fn no_more_is_read_than_the_file_has() {
    let mut content = &b"words and more"[..];
    let refused = crate::made::previewer().preview(&mut content, 5, Want::Picture { edge: 64 });
    assert_eq!(refused.err(), Some(PreviewError::Unsupported));
    assert_eq!(content, b" and more");
}
