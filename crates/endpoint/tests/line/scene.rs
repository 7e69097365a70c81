//! An operator's folder with a founded organisation, endpoints that serve it, and people with capabilities.

use crate::client::{Answer, send};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use chronicle_endpoint::access::{self, Role};
use chronicle_endpoint::{Data, Endpoint, Limits, Store, serve};
use chronicle_wire::organisation::{
    Credentials, KeyEntry, ProfileBody, RecipientEntry, Role as KeyRole, RootBody,
};
use chronicle_wire::signed::purpose;
use chronicle_wire::{
    Capability, Day, Hash, Profile, PublicKey, SignedDocument, SigningKey, StoredReceipt, Token,
    Verified,
};
use sha2::{Digest, Sha256};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// The root and the keys of one organisation.
pub struct Founded {
    pub root_key: SigningKey,
    pub profile_key: SigningKey,
    pub root: RootBody,
    pub body: ProfileBody,
}

impl Founded {
    pub fn naming(receipt_key: PublicKey) -> Self {
        let root_key = SigningKey::draw().unwrap();
        let profile_key = SigningKey::draw().unwrap();
        let root = RootBody {
            format: purpose::ROOT.into(),
            version: 1,
            organisation: None,
            root_keys: vec![root_key.public()],
            root_threshold: 1,
            profile_keys: vec![profile_key.public()],
            profile_threshold: 1,
            expires: day("2029-01-01"),
            nonce: "5a".repeat(16),
        };
        let id = Hash::of(serde_json::to_string(&root).unwrap().as_bytes());
        let body = ProfileBody {
            format: purpose::PROFILE.into(),
            organisation: id,
            root: id,
            version: 1,
            name: "Open Border".into(),
            addresses: vec!["http://127.0.0.1:1".into()],
            transport: "any".into(),
            recipient_type: "X25519".into(),
            recipients: vec![RecipientEntry {
                label: "a".into(),
                recipient: "age1abc".into(),
                archive: false,
            }],
            keys: vec![KeyEntry {
                key: receipt_key,
                role: KeyRole::EndpointReceipt,
                label: "r".into(),
                from: day("2026-01-01"),
                until: day("2099-12-31"),
            }],
            padding: 1,
            formats: vec![1],
            release: None,
            revoked: vec![],
            closed: false,
            expires: day("2026-06-01"),
        };
        Self {
            root_key,
            profile_key,
            root,
            body,
        }
    }

    pub fn credentials(&self) -> Credentials {
        let root = serde_json::to_string(&self.root).unwrap();
        let body = serde_json::to_string(&self.body).unwrap();
        Credentials {
            earlier: vec![],
            current: None,
            root: SignedDocument::sign(purpose::ROOT, root, &[&self.root_key]),
            profile: SignedDocument::sign(purpose::PROFILE, body, &[&self.profile_key]),
        }
    }

    pub fn file(&self) -> String {
        serde_json::to_string(&self.credentials()).unwrap()
    }

    pub fn profile(&self) -> Profile<Verified> {
        Profile::read(self.credentials()).unwrap().verify().unwrap()
    }
}

/// The operator's folder, with its organisation installed.
pub struct Scene {
    folder: tempfile::TempDir,
    pub founded: Founded,
}

impl Scene {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (data, key) = Data::init(folder.path()).unwrap();
        let founded = Founded::naming(key);
        data.install(&founded.file()).await.unwrap();
        Self { folder, founded }
    }

    pub fn data(&self) -> Data {
        Data::open(self.folder.path()).unwrap()
    }

    pub fn store(&self) -> Store {
        self.data().store().unwrap()
    }

    /// The path of one object.
    pub fn object(&self, name: &str) -> PathBuf {
        self.folder.path().join("objects").join(name)
    }

    /// Names below `folder`, sorted.
    pub fn objects(&self, folder: &str) -> Vec<String> {
        let Ok(found) = std::fs::read_dir(self.object(folder)) else {
            return Vec::new();
        };
        let names = found.map(|item| item.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    /// An endpoint that does not serve yet.
    pub fn endpoint(&self, limits: Limits) -> Arc<Endpoint> {
        Endpoint::new(self.store(), self.data().key().unwrap(), moment, limits)
    }

    pub async fn line(&self) -> Line {
        self.line_over(self.store(), quick()).await
    }

    pub async fn line_with(&self, limits: Limits) -> Line {
        self.line_over(self.store(), limits).await
    }

    pub async fn line_over(&self, store: Store, limits: Limits) -> Line {
        self.line_at(store, limits, moment).await
    }

    pub async fn line_at(
        &self,
        store: Store,
        limits: Limits,
        clock: fn() -> jiff::Timestamp,
    ) -> Line {
        let endpoint = Endpoint::new(store, self.data().key().unwrap(), clock, limits);
        let (listener, address) = listener().await;
        let task = tokio::spawn(async move {
            serve(endpoint, listener, None, std::future::pending())
                .await
                .unwrap();
        });
        Line { address, task }
    }

    pub async fn token(&self, role: Role) -> Token {
        access::make_token(&self.store(), role, today())
            .await
            .unwrap()
    }

    /// Somebody who exchanged a token at `line`.
    pub async fn person(&self, line: &Line, role: Role) -> Person {
        let person = Person::at(line);
        let token = self.token(role).await;
        assert_eq!(person.exchange(&token).await.status, 200);
        person
    }

    pub async fn reporter(&self, line: &Line) -> Person {
        self.person(line, Role::Reporter).await
    }

    /// Verifies a receipt as the courier does.
    pub fn verify(&self, receipt: &Answer, bytes: &[u8]) -> StoredReceipt {
        assert_eq!(receipt.status, 200, "{receipt:?}");
        let document: SignedDocument = serde_json::from_slice(&receipt.body).unwrap();
        let profile = self.founded.profile();
        StoredReceipt::verify(
            &document,
            &profile,
            Hash::of(bytes),
            bytes.len() as u64,
            chronicle_wire::Day::MIN,
        )
        .unwrap()
    }
}

/// An endpoint that serves until this is dropped.
pub struct Line {
    pub address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Somebody with a capability, at one endpoint.
#[derive(Clone)]
pub struct Person {
    pub address: SocketAddr,
    pub capability: Capability,
    bearer: String,
}

impl Person {
    pub fn at(line: &Line) -> Self {
        let capability = Capability::draw().unwrap();
        let bearer = format!("Bearer {}", capability.expose().as_str());
        Self {
            address: line.address,
            capability,
            bearer,
        }
    }

    /// The same person at another endpoint.
    pub fn moved(&self, line: &Line) -> Self {
        Self {
            address: line.address,
            ..self.clone()
        }
    }

    pub async fn exchange(&self, token: &Token) -> Answer {
        let bearer = format!("Bearer {}", token.expose().as_str());
        let body = format!("{{\"capability\":\"{}\"}}", self.capability.hash());
        let headers = [("Authorization", bearer.as_str())];
        send(
            self.address,
            "POST",
            "/v1/capability",
            &headers,
            body.as_bytes(),
        )
        .await
    }

    pub async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let own = [
            ("Authorization", self.bearer.as_str()),
            ("Tus-Resumable", "1.0.0"),
        ];
        send(self.address, method, path, &[&own, headers].concat(), body).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], b"").await
    }

    pub async fn receipt(&self, bytes: &[u8]) -> Answer {
        self.get(&format!("/v1/receipt/{}", Hash::of(bytes))).await
    }

    /// `POST /v1/upload` for `bytes`, with their hash declared.
    pub async fn begin(&self, bytes: &[u8]) -> Answer {
        self.begin_as(bytes.len(), Hash::of(bytes)).await
    }

    pub async fn begin_as(&self, length: usize, declared: Hash) -> Answer {
        let length = length.to_string();
        let declared = format!("sha256 {}", STANDARD.encode(declared.to_string()));
        let headers = [
            ("Upload-Length", length.as_str()),
            ("Upload-Metadata", declared.as_str()),
        ];
        self.ask("POST", "/v1/upload", &headers, b"").await
    }

    /// Begins an upload; gives its path.
    pub async fn upload(&self, bytes: &[u8]) -> String {
        let begun = self.begin(bytes).await;
        assert_eq!(begun.status, 201, "{begun:?}");
        begun.header("location").unwrap().to_owned()
    }

    /// One piece with its checksum.
    pub async fn patch(&self, path: &str, offset: u64, piece: &[u8]) -> Answer {
        let sum = format!("sha256 {}", STANDARD.encode(Sha256::digest(piece)));
        self.patch_with(path, offset, &[("Upload-Checksum", sum.as_str())], piece)
            .await
    }

    pub async fn patch_with(
        &self,
        path: &str,
        offset: u64,
        more: &[(&str, &str)],
        piece: &[u8],
    ) -> Answer {
        let offset = offset.to_string();
        let own = [
            ("Upload-Offset", offset.as_str()),
            ("Content-Type", "application/offset+octet-stream"),
        ];
        self.ask("PATCH", path, &[&own, more].concat(), piece).await
    }

    pub async fn head(&self, path: &str) -> Answer {
        self.ask("HEAD", path, &[], b"").await
    }

    /// The head of a PATCH for a body of `length`, to be followed by hand.
    pub fn patch_head(
        &self,
        path: &str,
        offset: u64,
        length: usize,
        more: &[(&str, &str)],
    ) -> String {
        let (offset, length) = (offset.to_string(), length.to_string());
        let own = [
            ("Authorization", self.bearer.as_str()),
            ("Tus-Resumable", "1.0.0"),
            ("Upload-Offset", offset.as_str()),
            ("Content-Type", "application/offset+octet-stream"),
            ("Content-Length", length.as_str()),
        ];
        crate::client::head("PATCH", path, &[&own, more].concat())
    }

    /// Sends what the endpoint does not have yet, as the courier does: it believes the endpoint's offset. Gives the receipt.
    pub async fn resume(&self, path: &str, bytes: &[u8]) -> Answer {
        for _ in 0..50 {
            let offset = self.head(path).await.offset();
            if offset == bytes.len() as u64 {
                break;
            }
            let from = usize::try_from(offset).unwrap();
            let to = bytes.len().min(from + PIECE);
            let sent = self.patch(path, offset, &bytes[from..to]).await;
            assert!([204, 409].contains(&sent.status), "{sent:?}");
        }
        self.receipt(bytes).await
    }

    pub async fn deliver(&self, bytes: &[u8]) -> Answer {
        let path = self.upload(bytes).await;
        self.resume(&path, bytes).await
    }
}

/// Text that looks like an age file for eight recipients, filled up to the smallest size of the table; another one for
/// each `seed`.
pub fn bundle(seed: u64) -> Vec<u8> {
    let mut bytes = header("X25519");
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    while bytes.len() < SIZE {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        bytes.push((state >> 56) as u8);
    }
    bytes
}

pub fn header(kind: &str) -> Vec<u8> {
    let encoded = |bytes: usize| STANDARD_NO_PAD.encode(vec![7; bytes]);
    let (share, body) = (
        encoded(if kind == "X25519" { 32 } else { 1120 }),
        encoded(32),
    );
    let stanzas = format!("-> {kind} {share}\n{body}\n").repeat(8);
    let text = format!("age-encryption.org/v1\n{stanzas}--- {body}\n");
    text.into_bytes()
}

/// A listener at a free port of this machine.
pub async fn listener() -> (tokio::net::TcpListener, SocketAddr) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// Limits with no room kept free, whatever this machine has.
pub fn quick() -> Limits {
    Limits {
        reserve: 0,
        ..Limits::default()
    }
}

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub fn today() -> Day {
    day("2026-02-03")
}

pub fn moment() -> jiff::Timestamp {
    "2026-02-03T23:59:00Z".parse().unwrap()
}

/// Waits until something that happens by itself has happened.
pub async fn until(what: &str, mut happened: impl FnMut() -> bool) {
    for _ in 0..500 {
        if happened() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("never happened: {what}");
}

pub const SIZE: usize = 256 * 1024;
pub const PIECE: usize = 100 * 1000;
