//! The verbs of any vault: check, copy, change the passphrase, sheet, recovery, sealing again.

use chronicle_tests::{Cli, PASSPHRASE, Ran, flip_a_byte, folder, random_file, tool};
use std::path::{Path, PathBuf};
use std::process::Command;

struct Kept {
    dir: tempfile::TempDir,
    journal: Cli,
    incident: String,
}

impl Kept {
    fn begin() -> Self {
        let dir = folder();
        let passphrase = dir.path().join("passphrase");
        std::fs::write(&passphrase, PASSPHRASE).unwrap();
        let journal = Cli {
            side: "journal",
            vault: dir.path().join("journal"),
            passphrase,
        };
        let none: &[&str] = &[];
        let _ = journal.run("create", none).ok();
        let (report, evidence) = (dir.path().join("report.json"), dir.path().join("photo.jpg"));
        std::fs::write(&report, chronicle_report::Draft::example().to_json()).unwrap();
        random_file(&evidence, 200_000);
        let incident = journal
            .run(
                "add",
                &[
                    Path::new("--report"),
                    &report,
                    Path::new("--attach"),
                    &evidence,
                ],
            )
            .ok()
            .to_owned();
        Self {
            dir,
            journal,
            incident,
        }
    }

    fn vault(&self) -> Cli {
        Cli {
            side: "vault",
            vault: self.journal.vault.clone(),
            passphrase: self.journal.passphrase.clone(),
        }
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn blob(&self) -> PathBuf {
        let mut all = std::fs::read_dir(self.journal.vault.join("blobs")).unwrap();
        all.next().unwrap().unwrap().path()
    }

    fn shows(&self, cli: &Cli) -> bool {
        let journal = Cli {
            side: "journal",
            vault: cli.vault.clone(),
            passphrase: cli.passphrase.clone(),
        };
        let shown = journal.run("show", &[&self.incident]);
        shown.code == Some(0)
    }
}

#[test]
fn a_check_reads_every_byte_and_a_copy_is_whole() {
    let kept = Kept::begin();
    let vault = kept.vault();
    let none: &[&str] = &[];
    let whole = vault.json("check", &["--read-data"]);
    assert_eq!(
        (whole["files"].as_u64(), whole["bytes"].as_u64()),
        (Some(1), Some(200_000))
    );
    let copy = kept.dir.path().join("copy");
    let _ = vault.run("backup", &[&copy]).ok();
    vault.run("backup", &[&copy]).refused("already");

    flip_a_byte(&kept.blob(), 150_000);
    assert_eq!(vault.run("check", none).code, Some(0), "unread");
    let found = vault.run("check", &["--read-data", "--json"]);
    assert_eq!(found.code, Some(1));
    assert!(
        found.stdout.contains("finding-file-damaged"),
        "{}",
        found.stdout
    );

    let mut copied = vault.with_passphrase(&vault.passphrase);
    copied.vault = copy;
    let whole = copied.json("check", &["--read-data"]);
    assert_eq!(whole["findings"], serde_json::json!([]));
    assert!(kept.shows(&copied));
}

#[test]
fn passphrase_sheet_and_sealing_again_do_what_they_say() {
    let kept = Kept::begin();
    let vault = kept.vault();
    let sheet = vault.json("sheet", &["--unpractised"]);
    let code: Vec<&str> = sheet["code"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| w.as_str().unwrap())
        .collect();
    assert_eq!(code.len(), 11);
    let second = kept.write("second", "window harvest plural ostrich canyon");
    let changed = vault.run("passphrase", &[Path::new("--new-passphrase-file"), &second]);
    let _ = changed.ok();
    let none: &[&str] = &[];
    vault.run("check", none).refused("does not open");
    let vault = vault.with_passphrase(&second);
    let before = kept.blob();
    let _ = vault.run("seal-again", none).ok();
    assert_ne!(before, kept.blob(), "the file has a new key and name");
    assert!(kept.shows(&vault));

    let mut wrong = code.clone();
    wrong.swap(3, 4);
    let third = kept.write("third", "ember violin sandbag quarterly moth");
    let recover = |code: &str| {
        let code = kept.write("code", code);
        let mut command = Command::new(chronicle_tests::binary("chronicle-cli"));
        command
            .args(["vault", "recover", "--vault"])
            .arg(&kept.journal.vault)
            .arg("--code-file")
            .arg(code)
            .arg("--new-passphrase-file")
            .arg(&third);
        Ran::of(&mut command)
    };
    recover(&wrong.join(" ")).refused("do not belong together");
    recover(&code[..10].join(" ")).refused("11 words");
    let _ = recover(&code.join("\n")).ok();
    vault.run("check", none).refused("does not open");
    let vault = vault.with_passphrase(&third);
    assert!(kept.shows(&vault));
    assert_eq!(
        vault.json("check", &["--read-data"])["findings"],
        serde_json::json!([])
    );
}

#[test]
fn a_code_in_three_parts_comes_back_from_any_two() {
    tool("age", "age");
    let kept = Kept::begin();
    let none: &[&str] = &[];
    // As it is printed, with its numbers.
    let code = kept.write("code", kept.vault().run("sheet", &["--unpractised"]).ok());
    let people: Vec<(PathBuf, String)> = ["aunt", "friend", "lawyer"]
        .iter()
        .map(|name| person(&kept.dir.path().join(name)))
        .collect();
    let out = kept.dir.path().join("parts");
    std::fs::create_dir(&out).unwrap();
    let split = |code: &Path, to: &[&str]| {
        let mut command = cli("shares");
        command.arg("--vault").arg(&kept.journal.vault);
        command.arg("--code-file").arg(code).arg("--out").arg(&out);
        for one in to {
            command.args(["--to", one]);
        }
        Ran::of(&mut command)
    };
    let [a, b, c] = [0, 1, 2].map(|at| people[at].1.as_str());
    assert_eq!(split(&code, &[a, b]).code, Some(2), "three are needed");
    split(&code, &[a, b, a]).refused("the same person");
    split(&code, &[a, "somebody", c]).refused("the second person");
    let other = chronicle_passphrase::RecoveryCode::generate().unwrap();
    let other = kept.write("other", &other.words().join(" "));
    split(&other, &[a, b, c]).refused("does not open");
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), 0);
    let names = split(&code, &[a, b, c]);
    let names: Vec<&str> = names.ok().lines().collect();
    assert_eq!(names.len(), 3);
    let texts: Vec<String> = names
        .iter()
        .zip(&people)
        .map(|(name, (key, _))| {
            let mut age = Command::new("age");
            age.arg("-d").arg("-i").arg(key).arg(out.join(name));
            Ran::of(&mut age).ok().to_owned()
        })
        .collect();
    let joined = |first: &str, second: &str| {
        let files = [kept.write("first", first), kept.write("second", second)];
        Ran::of(cli("join-shares").args(files))
    };
    let printed = std::fs::read_to_string(&code).unwrap();
    for (one, two) in [(0, 1), (2, 0), (1, 2)] {
        assert_eq!(joined(&texts[one], &texts[two]).ok(), printed.trim());
    }
    joined(&texts[0], &texts[0]).refused("the same part twice");
    joined(&texts[0], &texts[1].replace("share1q", "share1p"))
        .refused("The second part cannot be read");
    let again = split(&code, &[a, b, c]);
    let newer: Vec<&str> = again.ok().lines().collect();
    let text = Ran::of(
        Command::new("age")
            .arg("-d")
            .arg("-i")
            .arg(&people[1].0)
            .arg(out.join(newer[1])),
    );
    joined(&texts[0], text.ok()).refused("do not belong to the same code");

    let code = kept.write("joined", joined(&texts[2], &texts[1]).ok());
    let new = kept.write("new", "ember violin sandbag quarterly moth");
    let mut recover = cli("recover");
    recover
        .arg("--vault")
        .arg(&kept.journal.vault)
        .arg("--code-file")
        .arg(code);
    let _ = Ran::of(recover.arg("--new-passphrase-file").arg(&new)).ok();
    let _ = kept.vault().with_passphrase(&new).run("check", none).ok();
}

fn cli(verb: &str) -> Command {
    let mut command = Command::new(chronicle_tests::binary("chronicle-cli"));
    command.args(["--locale", "en", "vault", verb]);
    command
}

fn person(key: &Path) -> (PathBuf, String) {
    let _ = Ran::of(Command::new("age-keygen").arg("-o").arg(key)).ok();
    let recipient = Ran::of(Command::new("age-keygen").arg("-y").arg(key));
    (key.to_owned(), recipient.ok().to_owned())
}
