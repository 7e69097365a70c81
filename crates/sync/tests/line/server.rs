//! The scripted server: raw HTTP/1.1 over a real socket, with tus, profile, receipts, log and bundles, and a script of
//! what goes wrong. It records each request as it came, and counts the body bytes of pieces, kept or not.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chronicle_wire::organisation::Credentials;
use chronicle_wire::route::{Problem, ProblemBody};
use chronicle_wire::{Hash, SignedDocument};
use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What is answered instead of the right thing.
#[derive(Clone)]
pub enum Reply {
    Problem(Problem),
    Raw(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// A body without an end.
    Endless(u16),
    /// A body without an end, a byte at a time.
    Drip(u16),
    /// The connection is dropped without an answer.
    Drop,
    /// Nothing is ever said.
    Silence,
}

/// How a piece is cut after so many of its bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    Reset,
    Silence,
}

#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    pub path: String,
    /// Names as they came, in order.
    pub headers: Vec<(String, String)>,
    pub body: usize,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_str())
    }
}

#[derive(Default)]
pub struct Script {
    pub profile: Option<Credentials>,
    /// Receipts that are given once the bytes are there (or at once, for bytes that were there before).
    pub receipts: HashMap<Hash, SignedDocument>,
    pub there: Vec<Hash>,
    /// So many 202 before a receipt.
    pub pending: u32,
    /// (method, beginning of the path, answer, how often).
    pub instead: Vec<(&'static str, &'static str, Reply, u32)>,
    /// Cuts pieces: how, after how many bytes, how often, whether what came is kept.
    pub cut: Option<(Cut, usize, u32, bool)>,
    /// When a piece reaches this offset, go back to the other one, once.
    pub back: Option<(usize, usize)>,
    /// When an upload reaches this offset, forget it, once.
    pub forget: Option<usize>,
    /// What arrived whole is refused so often; whether the last piece's answer already says so.
    pub refuse: Option<(u32, bool)>,
    /// Hashes whose last upload was refused.
    pub refused: Vec<Hash>,
    pub log: Vec<Vec<u8>>,
    pub bundles: HashMap<Hash, Vec<u8>>,
    /// By the bearer that reads them: what a mailbox lists and holds.
    pub mailboxes: HashMap<String, Vec<(Hash, Vec<u8>)>>,
    /// Ranges end after so many bytes, so often.
    pub cut_range: Option<(usize, u32)>,
    // What happened.
    pub uploads: BTreeMap<String, Upload>,
    pub requests: Vec<Request>,
    pub piece_bytes: usize,
}

#[derive(Clone, Default)]
pub struct Upload {
    pub length: usize,
    pub sha256: Option<Hash>,
    pub bytes: Vec<u8>,
}

#[derive(Clone)]
pub struct Server {
    pub address: String,
    pub port: u16,
    script: Arc<Mutex<Script>>,
}

impl Server {
    pub async fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(listener, script)
    }

    pub fn on(listener: TcpListener, script: Script) -> Self {
        let at: SocketAddr = listener.local_addr().unwrap();
        let script = Arc::new(Mutex::new(script));
        let server = Self {
            address: format!("http://{at}"),
            port: at.port(),
            script,
        };
        let accepting = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let one = accepting.clone();
                tokio::spawn(async move {
                    let _ = one.serve(stream).await;
                });
            }
        });
        server
    }

    pub fn with<T>(&self, look: impl FnOnce(&mut Script) -> T) -> T {
        look(&mut self.script.lock().unwrap())
    }

    pub fn count(&self, method: &str, path: &str) -> usize {
        self.with(|s| {
            s.requests
                .iter()
                .filter(|r| r.method == method && r.path.starts_with(path))
                .count()
        })
    }

    async fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        loop {
            let (mut request, mut body) = read_head(&mut stream).await?;
            let length: usize = request
                .header("content-length")
                .map_or(0, |v| v.parse().unwrap());
            let cut = if request.method == "PATCH" {
                self.next_cut()
            } else {
                None
            };
            let wanted = cut.map_or(length, |(_, after, _)| after.min(length));
            let mut buffer = vec![0; 64 * 1024];
            while body.len() < wanted {
                let got = stream.read(&mut buffer).await?;
                if got == 0 {
                    break;
                }
                body.extend_from_slice(&buffer[..got]);
            }
            request.body = body.len();
            self.with(|s| {
                s.piece_bytes += if request.method == "PATCH" {
                    body.len()
                } else {
                    0
                };
                s.requests.push(request.clone());
            });
            match cut {
                Some((how, _, keep)) => {
                    if keep {
                        self.with(|s| {
                            s.uploads
                                .get_mut(&request.path)
                                .unwrap()
                                .bytes
                                .extend_from_slice(&body)
                        });
                    }
                    if how == Cut::Silence {
                        tokio::time::sleep(std::time::Duration::from_secs(60)).await;
                    }
                    // Unread bytes make the kernel answer with a reset.
                    return Ok(());
                }
                None => {
                    let reply = self
                        .with(|s| s.instead(&request))
                        .unwrap_or_else(|| self.answer(&request, &body));
                    if !send(&mut stream, &request, reply).await? {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn next_cut(&self) -> Option<(Cut, usize, bool)> {
        self.with(|s| match &mut s.cut {
            Some((how, after, times @ 1.., keep)) => {
                *times -= 1;
                Some((*how, *after, *keep))
            }
            _ => None,
        })
    }

    fn answer(&self, request: &Request, body: &[u8]) -> Reply {
        self.with(|s| match (request.method.as_str(), request.path.as_str()) {
            ("GET", "/v1/profile") => match &s.profile {
                Some(credentials) => json(200, credentials),
                None => Reply::Problem(Problem::NoProfile),
            },
            ("POST", "/v1/capability") => json(200, &serde_json::json!({"role": "reporter"})),
            ("GET", path) if path.starts_with("/v1/receipt/") => {
                s.receipt(&path["/v1/receipt/".len()..])
            }
            ("POST", "/v1/upload") => s.create(request),
            ("HEAD", path) => match s.uploads.get(path) {
                Some(upload) => tus(
                    200,
                    &[
                        ("Upload-Offset", upload.bytes.len()),
                        ("Upload-Length", upload.length),
                    ],
                ),
                None => Reply::Problem(Problem::NotFound),
            },
            ("PATCH", path) => s.piece(path, request, body),
            ("GET", path) if path.starts_with("/v1/log/") => {
                let number: usize = path["/v1/log/".len()..].parse().unwrap();
                s.log
                    .get(number)
                    .map_or(Reply::Raw(204, vec![], vec![]), |b| {
                        Reply::Raw(200, vec![], b.clone())
                    })
            }
            ("GET", path) if path.starts_with("/v1/bundle/") => {
                s.range(&path["/v1/bundle/".len()..], request)
            }
            (method, path) if path.starts_with("/v1/mailbox") => {
                let bearer = request.header("authorization").unwrap_or_default();
                s.mailbox(method, &path["/v1/mailbox".len()..], bearer)
            }
            _ => Reply::Problem(Problem::NotFound),
        })
    }
}

impl Script {
    fn mailbox(&mut self, method: &str, rest: &str, bearer: &str) -> Reply {
        let key = bearer.strip_prefix("Bearer ").unwrap_or_default();
        let held = self.mailboxes.entry(key.to_owned()).or_default();
        let Some(hash) = rest.strip_prefix('/').and_then(Hash::parse) else {
            let all: Vec<Hash> = held.iter().map(|(hash, _)| *hash).collect();
            return json(200, &serde_json::json!({ "messages": all }));
        };
        if method == "DELETE" {
            held.retain(|(known, _)| *known != hash);
            return Reply::Raw(204, vec![], vec![]);
        }
        match held.iter().find(|(known, _)| *known == hash) {
            Some((_, message)) => Reply::Raw(200, vec![], message.clone()),
            None => Reply::Problem(Problem::NotFound),
        }
    }

    fn instead(&mut self, request: &Request) -> Option<Reply> {
        let matching =
            |(method, path, _, times): &&mut (&'static str, &'static str, Reply, u32)| {
                *times > 0 && *method == request.method && request.path.starts_with(*path)
            };
        self.instead
            .iter_mut()
            .find(matching)
            .map(|(_, _, reply, times)| {
                *times -= 1;
                reply.clone()
            })
    }

    fn receipt(&mut self, hash: &str) -> Reply {
        let hash = Hash::parse(hash).unwrap();
        let arrived = self
            .uploads
            .values()
            .any(|u| u.sha256 == Some(hash) && u.bytes.len() == u.length);
        if self.refused.contains(&hash) {
            return Reply::Problem(Problem::Refused);
        }
        if !arrived && !self.there.contains(&hash) {
            return Reply::Problem(Problem::NotFound);
        }
        if self.pending > 0 {
            self.pending -= 1;
            return Reply::Raw(202, vec![], Vec::new());
        }
        self.receipts
            .get(&hash)
            .map_or(Reply::Problem(Problem::NotFound), |receipt| {
                json(200, receipt)
            })
    }

    fn create(&mut self, request: &Request) -> Reply {
        let (kind, value) = request
            .header("upload-metadata")
            .unwrap()
            .split_once(' ')
            .unwrap();
        assert_eq!(kind, "sha256");
        let sha256 = Hash::parse(&String::from_utf8(STANDARD.decode(value).unwrap()).unwrap());
        self.refused.retain(|hash| Some(*hash) != sha256);
        let path = format!("/v1/upload/{}", self.uploads.len());
        let length = request.header("upload-length").unwrap().parse().unwrap();
        self.uploads.insert(
            path.clone(),
            Upload {
                length,
                sha256,
                bytes: Vec::new(),
            },
        );
        Reply::Raw(
            201,
            vec![("Tus-Resumable", "1.0.0".into()), ("Location", path)],
            Vec::new(),
        )
    }

    fn piece(&mut self, path: &str, request: &Request, body: &[u8]) -> Reply {
        let sum = format!("sha256 {}", STANDARD.encode(Hash::of(body).0));
        assert_eq!(request.header("upload-checksum"), Some(sum.as_str()));
        let Some(upload) = self.uploads.get_mut(path) else {
            return Reply::Problem(Problem::Gone);
        };
        if request.header("upload-offset") != Some(upload.bytes.len().to_string().as_str()) {
            return Reply::Problem(Problem::Offset);
        }
        upload.bytes.extend_from_slice(body);
        if self.back.is_some_and(|(at, _)| upload.bytes.len() >= at) {
            upload.bytes.truncate(self.back.take().unwrap().1);
        }
        let (offset, length, sha256) = (upload.bytes.len(), upload.length, upload.sha256);
        if self.forget.is_some_and(|at| offset >= at) {
            self.forget = None;
            self.end(path);
            return Reply::Problem(Problem::Gone);
        }
        if let Some((times @ 1.., at_once)) = &mut self.refuse
            && offset == length
        {
            *times -= 1;
            let at_once = *at_once;
            self.refused.extend(sha256);
            self.end(path);
            if at_once {
                return Reply::Problem(Problem::Refused);
            }
        }
        tus(204, &[("Upload-Offset", offset)])
    }

    // The number of uploads names the next one, so the entry stays, under a name that nobody asks for.
    fn end(&mut self, path: &str) {
        let upload = self.uploads.remove(path).unwrap();
        let ended = Upload {
            sha256: None,
            ..upload
        };
        self.uploads.insert(format!("{path}-gone"), ended);
    }

    fn range(&mut self, hash: &str, request: &Request) -> Reply {
        let Some(bytes) = self.bundles.get(&Hash::parse(hash).unwrap()) else {
            return Reply::Problem(Problem::NotFound);
        };
        let (from, to) = request
            .header("range")
            .unwrap()
            .strip_prefix("bytes=")
            .unwrap()
            .split_once('-')
            .unwrap();
        let (from, to): (usize, usize) = (from.parse().unwrap(), to.parse().unwrap());
        let told = format!("bytes {from}-{to}/{}", bytes.len());
        let mut headers = vec![("Content-Range", told)];
        let mut part = bytes[from..=to].to_vec();
        if let Some((after, times @ 1..)) = &mut self.cut_range {
            *times -= 1;
            headers.push(("Content-Length", part.len().to_string()));
            part.truncate(*after);
        }
        Reply::Raw(206, headers, part)
    }
}

pub fn json(status: u16, value: &impl serde::Serialize) -> Reply {
    Reply::Raw(
        status,
        vec![("Content-Type", "application/json".into())],
        serde_json::to_vec(value).unwrap(),
    )
}

pub fn tus(status: u16, headers: &[(&'static str, usize)]) -> Reply {
    let mut all = vec![("Tus-Resumable", "1.0.0".to_string())];
    all.extend(
        headers
            .iter()
            .map(|(name, value)| (*name, value.to_string())),
    );
    Reply::Raw(status, all, Vec::new())
}

async fn read_head(stream: &mut TcpStream) -> std::io::Result<(Request, Vec<u8>)> {
    let mut head = Vec::new();
    let end = loop {
        if let Some(end) = head.windows(4).position(|w| w == b"\r\n\r\n") {
            break end;
        }
        let mut buffer = [0; 8192];
        let got = stream.read(&mut buffer).await?;
        if got == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        head.extend_from_slice(&buffer[..got]);
    };
    let body = head.split_off(end + 4);
    let text = String::from_utf8(head).unwrap();
    let mut lines = text.trim_end().split("\r\n");
    let mut first = lines.next().unwrap().split(' ');
    let (method, path) = (
        first.next().unwrap().to_string(),
        first.next().unwrap().to_string(),
    );
    let pair = |line: &str| {
        line.split_once(": ")
            .map(|(n, v)| (n.to_string(), v.to_string()))
            .unwrap()
    };
    Ok((
        Request {
            method,
            path,
            headers: lines.map(pair).collect(),
            body: 0,
        },
        body,
    ))
}

/// Whether the connection goes on.
async fn send(stream: &mut TcpStream, request: &Request, reply: Reply) -> std::io::Result<bool> {
    let (status, headers, body) = match reply {
        Reply::Raw(status, headers, body) => (status, headers, body),
        Reply::Problem(problem) => {
            let told = ProblemBody {
                title: problem.title().into(),
                status: problem.status(),
                code: problem.code().into(),
            };
            let kind = ("Content-Type", "application/problem+json".to_string());
            (
                problem.status(),
                vec![kind],
                serde_json::to_vec(&told).unwrap(),
            )
        }
        Reply::Endless(status) => {
            stream
                .write_all(
                    format!("HTTP/1.1 {status} X\r\nContent-Type: text/plain\r\n\r\n").as_bytes(),
                )
                .await?;
            loop {
                stream.write_all(&[b'a'; 4096]).await?;
            }
        }
        Reply::Drip(status) => {
            stream
                .write_all(format!("HTTP/1.1 {status} X\r\n\r\n").as_bytes())
                .await?;
            loop {
                stream.write_all(b"a").await?;
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        }
        Reply::Drop => return Ok(false),
        Reply::Silence => {
            tokio::time::sleep(std::time::Duration::from_secs(60)).await;
            return Ok(false);
        }
    };
    let mut head = format!("HTTP/1.1 {status} X\r\n");
    headers
        .iter()
        .for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
    let announced = headers
        .iter()
        .find(|(name, _)| *name == "Content-Length")
        .map(|(_, v)| v.parse().unwrap());
    if announced.is_none() && status != 204 {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    // In one write: two would wait for each other's acknowledgement.
    let mut bytes = format!("{head}\r\n").into_bytes();
    if request.method != "HEAD" {
        bytes.extend_from_slice(&body);
    }
    stream.write_all(&bytes).await?;
    Ok(announced.is_none_or(|length: usize| length == body.len()))
}
