//! The operator's commands as processes: what they print, how they end, and that profiles and tokens count at once.

use crate::client::send;
use crate::scene::{Founded, bundle};
use chronicle_wire::{Capability, Hash, PublicKey, SigningKey, Token};
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

pub struct Operator(tempfile::TempDir);

impl Operator {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With an organisation whose profile is installed.
    pub fn founded() -> Self {
        let operator = Self::new();
        let key = operator.says(&["init"]);
        let founded = Founded::naming(PublicKey::parse(&key[0]).unwrap());
        operator.says(&["profile", &operator.file("profile.json", &founded.file())]);
        operator
    }

    pub fn data(&self) -> PathBuf {
        self.0.path().join("endpoint")
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chronicle-endpoint"));
        command.args(words).arg("--data").arg(self.data());
        command
    }

    fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// The lines of a command that must succeed.
    pub fn says(&self, words: &[&str]) -> Vec<String> {
        let ran = self.run(words);
        assert!(ran.status.success(), "{words:?}: {ran:?}");
        assert!(ran.stderr.is_empty(), "{ran:?}");
        let text = String::from_utf8(ran.stdout).unwrap();
        assert!(text.is_empty() || text.ends_with('\n'));
        text.lines().map(str::to_owned).collect()
    }

    /// The one line with which a command refuses.
    pub fn refuses(&self, words: &[&str]) -> String {
        let ran = self.run(words);
        assert_eq!(ran.status.code(), Some(1), "{words:?}: {ran:?}");
        assert!(ran.stdout.is_empty());
        let text = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(text.lines().count(), 1, "{text}");
        text
    }

    pub fn file(&self, name: &str, text: &str) -> String {
        let path: PathBuf = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path_text(&path)
    }
}

fn path_text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

pub struct Serving {
    child: Child,
    address: SocketAddr,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Serving {
    pub fn start(operator: &Operator) -> Self {
        Self::start_with(operator, &["--listen", "127.0.0.1:0", "--reserve-mib", "0"])
    }

    pub fn start_with(operator: &Operator, options: &[&str]) -> Self {
        let mut command = operator.command(&[&["serve"], options].concat());
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.next().unwrap().unwrap();
        let address = line
            .strip_prefix("listening on http://127.0.0.1:")
            .expect("the line that scripts wait for");
        let address = format!("127.0.0.1:{address}").parse().unwrap();
        Self {
            child,
            address,
            lines,
        }
    }

    /// Ends by SIGTERM; gives everything else that it said.
    pub fn stop(mut self) -> (Option<i32>, String) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        let status = self.child.wait().unwrap();
        let mut said: Vec<String> = self.lines.by_ref().map(Result::unwrap).collect();
        let errors = BufReader::new(self.child.stderr.take().unwrap()).lines();
        said.extend(errors.map(Result::unwrap));
        (status.code(), said.join("\n"))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn exchange(at: SocketAddr, token: &str, capability: &Capability) -> u16 {
    let bearer = format!("Bearer {token}");
    let body = format!("{{\"capability\":\"{}\"}}", capability.hash());
    let headers = [("Authorization", bearer.as_str())];
    send(at, "POST", "/v1/capability", &headers, body.as_bytes())
        .await
        .status
}

async fn begin(at: SocketAddr, capability: &Capability) -> u16 {
    let bearer = format!("Bearer {}", capability.expose().as_str());
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Tus-Resumable", "1.0.0"),
        ("Upload-Length", "262144"),
    ];
    send(at, "POST", "/v1/upload", &headers, b"").await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn profiles_tokens_and_revocations_count_while_it_serves() {
    let operator = Operator::new();
    let key = operator.says(&["init"]);
    assert_eq!(operator.says(&["receipt-key"]), key);
    let founded = Founded::naming(PublicKey::parse(&key[0]).unwrap());
    let profile = operator.file("profile.json", &founded.file());

    let serving = Serving::start(&operator);
    let at = serving.address;
    assert_eq!(
        send(at, "GET", "/v1/profile", &[], b"").await.code(),
        "no-profile"
    );
    let words = operator.says(&["profile", &profile]);
    assert_eq!(words, [founded.profile().words().words().join(" ")]);
    assert_eq!(send(at, "GET", "/v1/profile", &[], b"").await.status, 200);

    let token = operator.says(&["token", "new", "reporter"]);
    let hash = Token::parse(&token[0]).unwrap().hash().to_string();
    let capability = Capability::draw().unwrap();
    assert_eq!(exchange(at, &token[0], &capability).await, 200);
    assert_eq!(begin(at, &capability).await, 201);
    let list = operator.says(&["token", "list"]);
    assert_eq!(list.len(), 2);
    assert!(
        list[0].starts_with(&format!("token      {} reporter", &hash[..12]))
            && list[0].ends_with(" used")
    );
    assert!(
        list[1].starts_with("capability ") && list[1].ends_with(" active"),
        "{list:?}"
    );

    assert_eq!(
        operator.says(&["token", "revoke", &hash[..12]]),
        ["revoked 2"]
    );
    assert_eq!(begin(at, &capability).await, 404);
    assert_eq!(exchange(at, &token[0], &capability).await, 404);

    let token = operator.says(&["token", "new", "caseworker"]);
    let mut revoking = operator
        .command(&["token", "revoke", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(revoking.stdin.take().unwrap(), "{}", token[0]).unwrap();
    assert!(revoking.wait().unwrap().success());
    assert_eq!(
        exchange(at, &token[0], &Capability::draw().unwrap()).await,
        404
    );

    let bytes = Hash::of(&bundle(1)).to_string();
    let (code, said) = serving.stop();
    assert_eq!(
        (code, said.as_str()),
        (Some(0), ""),
        "nothing about anybody is said"
    );
    assert!(!said.contains(&bytes));
}

#[test]
fn what_cannot_be_done_is_said_in_one_line() {
    let operator = Operator::new();
    for words in [
        &["receipt-key"][..],
        &["token", "list"],
        &["serve", "--listen", "127.0.0.1:0"],
    ] {
        assert!(
            operator.refuses(words).contains("run init first"),
            "{words:?}"
        );
    }
    let key = operator.says(&["init"]);
    assert!(operator.refuses(&["init"]).contains("already"));
    let own = Founded::naming(PublicKey::parse(&key[0]).unwrap());
    let foreign = Founded::naming(SigningKey::draw().unwrap().public());
    let foreign = operator.file("foreign.json", &foreign.file());
    assert!(
        operator
            .refuses(&["profile", &foreign])
            .contains("receipt-key"),
        "says what to do next"
    );
    let none = operator.file("none.json", "hello");
    assert!(
        operator
            .refuses(&["profile", &none])
            .contains("not a profile file")
    );
    operator.says(&["profile", &operator.file("profile.json", &own.file())]);
    let second = Founded::naming(PublicKey::parse(&key[0]).unwrap());
    operator.refuses(&["profile", &operator.file("second.json", &second.file())]);
    assert!(
        operator
            .refuses(&["token", "revoke", "00000000"])
            .contains("token list")
    );
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    assert!(
        operator
            .refuses(&["serve", "--listen", &taken])
            .contains("address")
    );
    assert_eq!(
        operator.run(&["token", "new", "nobody"]).status.code(),
        Some(2),
        "usage"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_endpoint_serves_again() {
    let operator = Operator::founded();
    let token = operator.says(&["token", "new", "reporter"]);
    let capability = Capability::draw().unwrap();
    let first = Serving::start(&operator);
    assert_eq!(exchange(first.address, &token[0], &capability).await, 200);
    drop(first);
    let second = Serving::start(&operator);
    assert_eq!(
        exchange(second.address, &token[0], &capability).await,
        200,
        "the same answer"
    );
    assert_eq!(begin(second.address, &capability).await, 201);
    assert_eq!(second.stop().0, Some(0));
}
