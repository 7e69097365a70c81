//! A Tor network of our own on loopback: a few authorities that are relays too, a client with a SOCKS port, and an onion service in
//! front of one port. Debian's tor, as it is; nothing leaves this machine.

use crate::children::{Running, until};
use crate::{free_port, set_up};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// The network, for as long as it lives.
pub struct Tor {
    /// The client's SOCKS port.
    pub socks: u16,
    /// The onion service's name.
    pub onion: String,
    client: Option<Running>,
    _others: Vec<Running>,
    client_file: PathBuf,
}

struct Authority {
    folder: PathBuf,
    line: String,
    own: String,
}

impl Tor {
    /// Starts it in `folder` and waits until the onion service in front of `port` answers, which takes most of a minute.
    #[must_use]
    pub fn start(folder: &Path, port: u16) -> Self {
        let authorities: Vec<Authority> = (0..4).map(|i| authority(folder, i)).collect();
        let lines: String = authorities.iter().map(|a| a.line.as_str()).collect();
        let mut others = Vec::new();
        for one in &authorities {
            let file = one.folder.join("torrc");
            write(&file, &format!("{}{lines}{VOTING}", one.own));
            others.push(tor(&file));
        }
        let (service, client) = (
            private(&folder.join("service")),
            private(&folder.join("client")),
        );
        let onion = private(&service.join("onion"));
        let file = service.join("torrc");
        let of = format!(
            "SocksPort 0\nHiddenServiceDir {}\nHiddenServicePort 80 127.0.0.1:{port}\n",
            onion.display()
        );
        write(&file, &format!("{}{lines}{of}", usual(&service)));
        others.push(tor(&file));
        let socks = free_port();
        let client_file = client.join("torrc");
        let of = format!("SocksPort 127.0.0.1:{socks} IsolateSOCKSAuth\n");
        write(&client_file, &format!("{}{lines}{of}", usual(&client)));
        let mut network = Self {
            socks,
            onion: String::new(),
            client: Some(tor(&client_file)),
            _others: others,
            client_file,
        };
        let name = onion.join("hostname");
        until("the onion service has a name", PATIENCE, || name.is_file());
        network.onion = std::fs::read_to_string(name)
            .expect("its name")
            .trim()
            .to_owned();
        // Somebody must be there for as long as it is asked; the endpoint comes later.
        let _there = TcpListener::bind(("127.0.0.1", port)).expect("the port is free");
        network.wait_for_the_service();
        network
    }

    /// Ends the client: its SOCKS port is gone.
    pub fn kill_client(&mut self) {
        drop(self.client.take().expect("it runs"));
    }

    /// Starts the client again, at the same port.
    pub fn restart_client(&mut self) {
        self.client = Some(tor(&self.client_file));
        self.wait_for_the_service();
    }

    fn wait_for_the_service(&self) {
        until("the onion service answers", PATIENCE, || {
            self.reaches().is_some()
        });
    }

    // SOCKS5 (RFC 1928), no authentication, by name.
    fn reaches(&self) -> Option<()> {
        let mut socks = TcpStream::connect(("127.0.0.1", self.socks)).ok()?;
        socks.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
        socks.write_all(&[5, 1, 0]).ok()?;
        let mut chosen = [0; 2];
        socks.read_exact(&mut chosen).ok()?;
        let length = u8::try_from(self.onion.len()).ok()?;
        let ask = [&[5, 1, 0, 3, length], self.onion.as_bytes(), &[0, 80]].concat();
        socks.write_all(&ask).ok()?;
        let mut answer = [0; 10];
        socks.read_exact(&mut answer).ok()?;
        (chosen == [5, 0] && answer[1] == 0).then_some(())
    }
}

fn authority(folder: &Path, index: usize) -> Authority {
    let folder = private(&folder.join(format!("authority-{index}")));
    let keys = private(&folder.join("keys"));
    let (or, dir) = (free_port(), free_port());
    let mut gencert = program("tor-gencert");
    gencert.args([
        "--create-identity-key",
        "--passphrase-fd",
        "0",
        "-m",
        "12",
        "-a",
    ]);
    gencert.arg(format!("127.0.0.1:{dir}"));
    for (option, file) in [
        ("-i", "authority_identity_key"),
        ("-s", "authority_signing_key"),
        ("-c", "authority_certificate"),
    ] {
        gencert.arg(option).arg(keys.join(file));
    }
    let made = gencert
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let mut made = made.expect("tor-gencert runs");
    let mut input = made.stdin.take().expect("its input");
    input.write_all(b"passphrase\n").expect("written");
    drop(input);
    assert!(made.wait().expect("it ends").success());
    let own = format!(
        "{}Nickname a{index}\nORPort 127.0.0.1:{or}\nDirPort 127.0.0.1:{dir}\nAddress 127.0.0.1\nSocksPort 0\n",
        usual(&folder)
    );
    let file = folder.join("torrc");
    write(&file, &own);
    let nobody = "0".repeat(40);
    let mut asked = program("tor");
    asked
        .args(["--quiet", "--list-fingerprint", "-f"])
        .arg(&file);
    asked.args([
        "--DirAuthority",
        &format!("x orport=1 v3ident={nobody} 127.0.0.1:1 {nobody}"),
    ]);
    let said = asked.output().expect("tor runs");
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let fingerprint: String = said.split_whitespace().skip(1).collect();
    assert_eq!(fingerprint.len(), 40, "{said}");
    let certificate =
        std::fs::read_to_string(keys.join("authority_certificate")).expect("a certificate");
    let identity = certificate
        .lines()
        .find_map(|line| line.strip_prefix("fingerprint "));
    let line = format!(
        "DirAuthority a{index} orport={or} no-v2 v3ident={} 127.0.0.1:{dir} {fingerprint}\n",
        identity.expect("its identity")
    );
    Authority { folder, line, own }
}

fn usual(folder: &Path) -> String {
    let at = folder.display();
    format!(
        "TestingTorNetwork 1\nDataDirectory {at}\nPidFile {at}/pid\nLog notice file {at}/log\nAssumeReachable 1\n\
         PathsNeededToBuildCircuits 0.67\nV3AuthNIntervalsValid 2\nShutdownWaitLength 0\nConnLimit 60\nSandbox 0\n"
    )
}

fn program(name: &str) -> Command {
    let path = set_up(&format!("servers/usr/bin/{name}"));
    let libraries = path
        .parent()
        .and_then(Path::parent)
        .expect("usr")
        .join("lib");
    // Beside Debian's own, those that were unpacked with it.
    let all = std::fs::read_dir(libraries)
        .expect("its libraries")
        .flatten();
    let all: Vec<String> = all.map(|f| f.path().display().to_string()).collect();
    let mut command = Command::new(path);
    command.env("LD_LIBRARY_PATH", all.join(":"));
    command
}

fn tor(file: &Path) -> Running {
    let mut command = program("tor");
    command
        .arg("-f")
        .arg(file)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    Running(command.stderr(Stdio::null()).spawn().expect("tor starts"))
}

fn private(folder: &Path) -> PathBuf {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = std::fs::DirBuilder::new();
    builder
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .expect("a folder of its own");
    folder.to_owned()
}

fn write(file: &Path, text: &str) {
    std::fs::write(file, text).expect("written");
}

const PATIENCE: Duration = Duration::from_secs(180);
const VOTING: &str = "AuthoritativeDirectory 1\nV3AuthoritativeDirectory 1\nContactInfo test@example.org\nExitRelay 0\n\
    TestingV3AuthInitialVotingInterval 5\nTestingV3AuthInitialVoteDelay 2\nTestingV3AuthInitialDistDelay 2\n\
    V3AuthVotingInterval 10\nV3AuthVoteDelay 2\nV3AuthDistDelay 2\nTestingDirAuthVoteExit *\nTestingDirAuthVoteGuard *\n\
    TestingDirAuthVoteHSDir *\nTestingMinExitFlagThreshold 0\n";
