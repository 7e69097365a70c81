//! The `age` crate without Chronicle, in a process beside this one that measures itself around the library's calls. It is built
//! for that alone, in the versions and with the settings of what is shipped.

use chronicle_tests::root;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The running peer.
pub struct AgeCrate {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl AgeCrate {
    /// Builds and starts it.
    pub fn start(data: &Path) -> Self {
        let mut child = Command::new(build(data))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the peer starts");
        let orders = child.stdin.take().unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap());
        Self {
            child,
            orders,
            answers,
        }
    }

    /// The seconds that it takes to seal `size` bytes to eight recipients of this type `count` times, and to open them.
    pub fn work(&mut self, of: &str, size: usize, count: usize) -> (f64, f64) {
        writeln!(self.orders, "{of} {size} {count}").expect("the peer runs");
        let mut answer = String::new();
        let _ = self.answers.read_line(&mut answer).expect("it answers");
        let mut numbers = answer.split_whitespace().map(|n| n.parse::<f64>());
        let mut next = || numbers.next().expect("the peer ended").expect("a number");
        (next(), next())
    }
}

impl Drop for AgeCrate {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn build(data: &Path) -> PathBuf {
    let (root, folder) = (root(), data.join("age-crate"));
    std::fs::create_dir_all(&folder).unwrap();
    let workspace = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let section = |name: &str| {
        let lines = workspace.lines().skip_while(|l| *l != name);
        let lines = lines
            .enumerate()
            .take_while(|(n, l)| *n == 0 || !l.starts_with('['));
        lines.map(|(_, l)| format!("{l}\n")).collect::<String>()
    };
    let age = workspace.lines().find(|l| l.starts_with("age = "));
    let manifest = format!(
        "[package]\nname = \"age-crate\"\nedition = \"2024\"\n[workspace]\n[[bin]]\nname = \"age-crate\"\npath = {:?}\n\
         [dependencies]\n{}\nchronicle-hybrid = {{ path = {:?} }}\n{}",
        root.join("tests/bench/age.rs"),
        age.expect("the version of age"),
        root.join("crates/hybrid"),
        section("[profile.release]"),
    );
    std::fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    let _ = std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let target = data.parent().expect("the target folder");
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(&folder)
        .args(["build", "--release", "--offline", "--quiet", "--target-dir"])
        .arg(target);
    assert!(
        cargo.status().expect("cargo runs").success(),
        "age.rs does not compile"
    );
    target.join("release/age-crate")
}
