//! An endpoint that is written by hand, one answer a connection, and a reporter who seals for the desk under test.

use super::{House, founding, now, passphrase};
use crate::Shared;
use crate::events::Connection;
use chronicle_journal::{Journal, JournalOutbox};
use chronicle_sync::{Outbox, Timing, Transport};
use chronicle_wire::route::{LogBatch, LogEntry};
use chronicle_wire::{Capability, Hash, Token, TokenRole};
use chronicle_words::{Locale, Words};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the endpoint has, and how it fails.
#[derive(Default)]
pub struct Script {
    pub log: Vec<Vec<u8>>,
    pub bundles: BTreeMap<Hash, Vec<u8>>,
    /// Bundles whose line breaks after some bytes.
    pub cut: Vec<Hash>,
    pub shut_out: bool,
    /// An endpoint of an earlier version.
    pub no_mailboxes: bool,
    /// Mailboxes that take nothing.
    pub full: Vec<Hash>,
    /// To which mailboxes something was posted.
    pub posted: Vec<Hash>,
    pub profile: String,
    pub requests: Vec<String>,
}

impl Script {
    /// Appends a log object with one bundle of this size.
    pub fn list(&mut self, sha256: Hash, size: u64) {
        let batch = LogBatch {
            number: self.log.len() as u64,
            previous: self.log.last().map_or(Hash([0; 32]), |b| Hash::of(b)),
            entries: vec![LogEntry {
                sha256,
                size,
                day: "2026-03-14".parse().unwrap(),
            }],
        };
        self.log.push(serde_json::to_vec(&batch).unwrap());
    }

    /// Takes a bundle in, and logs it.
    pub fn take(&mut self, bytes: &[u8]) -> Hash {
        let hash = Hash::of(bytes);
        self.bundles.insert(hash, bytes.to_vec());
        self.list(hash, bytes.len() as u64);
        hash
    }

    /// Takes several in.
    pub fn take_all(&mut self, all: &[Vec<u8>]) {
        for bytes in all {
            self.take(bytes);
        }
    }

    fn answer(&mut self, path: &str, range: Option<(usize, usize)>) -> Vec<u8> {
        self.requests.push(path.to_owned());
        let (kind, rest) = path["/v1/".len()..].split_once('/').unwrap_or(("", path));
        let nothing = br#"{"title":"x","status":404,"code":"not-found"}"#;
        let refused = || {
            reply(
                "404 X",
                "Content-Type: application/problem+json\r\n",
                nothing,
            )
        };
        match kind {
            "" => reply("200 X", "", self.profile.as_bytes()),
            _ if self.shut_out => refused(),
            "mailbox" if self.full.contains(&Hash::parse(rest).unwrap()) => reply(
                "507 X",
                "Content-Type: application/problem+json\r\n",
                br#"{"title":"x","status":507,"code":"mailbox-full"}"#,
            ),
            "mailbox" if !self.no_mailboxes => {
                self.posted.push(Hash::parse(rest).unwrap());
                reply("201 X", "", b"")
            }
            "mailbox" => refused(),
            "log" => match self.log.get(rest.parse::<usize>().unwrap()) {
                Some(bytes) => reply("200 X", "", bytes),
                None => reply("204 X", "", b""),
            },
            _ => {
                let hash = Hash::parse(rest).unwrap();
                let (Some(bytes), Some((from, to))) = (self.bundles.get(&hash), range) else {
                    return refused();
                };
                let head = format!("Content-Range: bytes {from}-{to}/{}\r\n", bytes.len());
                let mut answer = reply("206 X", &head, &bytes[from..=to]);
                if self.cut.contains(&hash) {
                    answer.truncate(answer.len() - 100 * 1024);
                }
                answer
            }
        }
    }
}

fn reply(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let mut answer = format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
    )
    .into_bytes();
    answer.extend_from_slice(body);
    answer
}

fn serve(stream: TcpStream, script: &Mutex<Script>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        lines.push(line.trim().to_ascii_lowercase());
    }
    let path = lines.first()?.split(' ').nth(1)?.to_owned();
    let range = lines.iter().find_map(|l| {
        let (from, to) = l.strip_prefix("range: bytes=")?.split_once('-')?;
        Some((from.parse().ok()?, to.parse().ok()?))
    });
    let length = lines
        .iter()
        .find_map(|l| l.strip_prefix("content-length: ")?.parse().ok());
    std::io::copy(
        &mut (&mut reader).take(length.unwrap_or(0)),
        &mut std::io::sink(),
    )
    .ok()?;
    let answer = script.lock().unwrap().answer(&path, range);
    reader.get_mut().write_all(&answer).ok()
}

/// A desk that is connected to a scripted endpoint.
pub struct Line {
    pub house: House,
    pub desk: Shared,
    pub script: Arc<Mutex<Script>>,
    reporters: u32,
}

impl Line {
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let script = Arc::new(Mutex::new(Script::default()));
        let served = Arc::clone(&script);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let _ = serve(stream, &served);
            }
        });
        let mut house = House::new();
        let founding = crate::Founding {
            endpoint: Box::leak(address.into_boxed_str()),
            ..founding()
        };
        house.found(&founding, "offline").unwrap();
        script.lock().unwrap().profile = house.desk.profile_file().unwrap();
        let connection = Connection {
            seq: 0,
            capability: Capability::draw().unwrap().expose(),
            connected_at: String::new(),
            next: 0,
            last: Hash([0; 32]),
            rest: serde_json::Map::new(),
        };
        let kept = house.desk.vault.commit(now().timestamp(), |c| {
            c.append(Connection::KIND, &connection)
        });
        let seq = kept.unwrap();
        house.desk.connection = Some(Connection { seq, ..connection });
        let empty = crate::Desk::create_with(
            &house.dir.path().join("other"),
            &passphrase("another desk, in its place"),
            10,
        );
        let desk = std::mem::replace(&mut house.desk, empty.unwrap());
        Self {
            house,
            desk: Arc::new(Mutex::new(desk)),
            script,
            reporters: 0,
        }
    }

    /// A report with these items of evidence, sealed for this desk.
    pub fn sealed(&mut self, evidence: &[&[u8]]) -> Vec<u8> {
        self.reporters += 1;
        let folder = self
            .house
            .dir
            .path()
            .join(format!("journal-{}", self.reporters));
        let mut journal =
            Journal::create_with(&folder, &passphrase("a journal of its own"), 10).unwrap();
        let token = Token::draw(TokenRole::Reporter).unwrap();
        let mut desk = self.desk.lock().unwrap();
        let invitation = desk.invite(&token.expose(), &now()).unwrap();
        let words = desk.view(&now()).unwrap().organisation.unwrap().words;
        drop(desk);
        let organisation = journal.join(&invitation, &words, &now()).unwrap().id;
        let mut draft = chronicle_report::Draft::example();
        draft.evidence.clear();
        draft.report_id.clear();
        let id = journal.save(None, draft, &now()).unwrap().id;
        for (number, bytes) in evidence.iter().enumerate() {
            let path = self.house.dir.path().join(format!("item-{number}.bin"));
            std::fs::write(&path, bytes).unwrap();
            let (file, name) = (std::fs::File::open(&path).unwrap(), format!("{number}.bin"));
            let taken =
                chronicle_journal::take_in(&journal.intake(), file, &name, &mut |_| true).unwrap();
            journal.attach(&id, taken, &now()).unwrap();
        }
        let organisation = journal.find_organisation(&organisation).unwrap();
        let words = Words::new(Locale::En);
        journal
            .send(&id, organisation, &[], &words, &now())
            .unwrap();
        let outbox = JournalOutbox::new(Arc::new(Mutex::new(journal)), now, || {});
        let parcel = outbox.waiting().unwrap().remove(0);
        let mut bytes = Vec::new();
        let mut file = outbox.open(&parcel.id).unwrap();
        file.read_to_end(&mut bytes).unwrap();
        bytes
    }

    pub fn fetch(&self) -> Result<crate::view::FetchView, crate::Error> {
        let ms = Duration::from_millis;
        let timing = Timing {
            connect: ms(2000),
            silence: ms(2000),
            retry: ms(1),
            ..Timing::default()
        };
        let transport = Transport {
            timing,
            ..Transport::default()
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(crate::fetch(
            &self.desk,
            transport,
            now,
            &mut |_, _| {},
            &tokio_util::sync::CancellationToken::new(),
        ))
    }

    /// (new reports, newly kept apart), of a fetch that went well.
    pub fn brought(&self) -> (u32, u32) {
        let view = self.fetch().unwrap();
        assert!(view.problem.is_none());
        (view.new_reports, view.quarantined)
    }

    /// Codes of what is kept apart.
    pub fn apart(&self) -> Vec<String> {
        let list = self.desk.lock().unwrap().reports(&now()).unwrap();
        let mut codes: Vec<_> = list.quarantine.into_iter().map(|q| q.reason.code).collect();
        codes.sort();
        codes
    }

    pub fn reports(&self) -> usize {
        let list = self.desk.lock().unwrap().reports(&now()).unwrap();
        list.reports.len()
    }

    /// Where the next fetch begins.
    pub fn next(&self) -> u64 {
        self.desk.lock().unwrap().connection.as_ref().unwrap().next
    }

    pub fn with<T>(&self, change: impl FnOnce(&mut Script) -> T) -> T {
        change(&mut self.script.lock().unwrap())
    }

    /// Locks the desk and opens it again.
    pub fn reopen(&mut self) {
        let other = std::mem::replace(&mut self.desk, {
            let folder = self.house.dir.path().join("between");
            let _ = std::fs::remove_dir_all(&folder);
            let empty = crate::Desk::create_with(&folder, &passphrase("between two"), 10);
            Arc::new(Mutex::new(empty.unwrap()))
        });
        drop(Arc::into_inner(other));
        let folder = self.house.dir.path().join("desk");
        let desk = crate::Desk::unlock(&folder, &passphrase("a desk of its own")).unwrap();
        self.desk = Arc::new(Mutex::new(desk));
    }
}
