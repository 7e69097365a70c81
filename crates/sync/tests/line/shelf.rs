//! An outbox in memory, with the ciphertexts in a folder. It writes down each call in order, so that a test can say
//! what was kept before what.

use crate::founded::Founded;
use chronicle_sync::{
    Courier, Entrance, Matter, Outbox, OutboxError, Parcel, Transport, Trouble, Visit, Way,
};
use chronicle_wire::organisation::Credentials;
use chronicle_wire::{Capability, Day, Hash, Profile, SignedDocument, Token, Verified};
use std::fs::File;
use std::sync::{Arc, Mutex};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Travelled(Hash, Way),
    Exchanged(Hash),
    Refreshed(Hash, u64),
    RootChanged(Hash, u64),
    Created(String, String),
    Progress(String, u64),
    Stored(String, Day),
    Lost(String),
    Trouble(String, Trouble),
}

pub struct Item {
    pub id: String,
    pub organisation: Hash,
    pub profile: Profile<Verified>,
    pub capability: Capability,
    pub token: Option<Token>,
    pub bytes: Vec<u8>,
    pub upload: Option<String>,
    pub way: Option<Way>,
    /// Its receipt is here.
    pub stored: bool,
    pub done: bool,
}

/// An organisation that was joined and not visited yet.
pub struct Door {
    pub profile: Profile<Verified>,
    pub capability: Capability,
    /// Until it was exchanged, or refused for good.
    pub token: Option<Token>,
}

pub struct Shelf {
    folder: tempfile::TempDir,
    pub items: Mutex<Vec<Item>>,
    pub doors: Mutex<Vec<Door>>,
    pub events: Mutex<Vec<Event>>,
    /// How the organisation stands: matters, and codes of what is not in order, as told.
    pub notes: Mutex<Vec<(Matter, Option<&'static str>)>>,
    /// A parcel that is stopped when its turn comes.
    pub stops_at: Mutex<Option<String>>,
    /// Calls that fail: their names.
    pub failing: Mutex<Vec<&'static str>>,
}

impl Shelf {
    pub fn new() -> Arc<Self> {
        let folder = tempfile::tempdir().unwrap();
        Arc::new(Self {
            folder,
            items: Mutex::default(),
            doors: Mutex::default(),
            notes: Mutex::default(),
            events: Mutex::default(),
            failing: Mutex::default(),
            stops_at: Mutex::default(),
        })
    }

    /// An outbox with one parcel, "a", for an organisation.
    pub fn holding(org: &Founded, bytes: &[u8]) -> Arc<Self> {
        let shelf = Self::new();
        shelf.add("a", org, bytes);
        shelf
    }

    pub fn add(&self, id: &str, org: &Founded, bytes: &[u8]) {
        std::fs::write(self.folder.path().join(id), bytes).unwrap();
        self.items.lock().unwrap().push(Item {
            id: id.into(),
            organisation: org.id(),
            profile: org.profile(),
            capability: Capability::draw().unwrap(),
            token: None,
            bytes: bytes.to_vec(),
            upload: None,
            way: None,
            stored: false,
            done: false,
        });
    }

    /// An outbox without parcels that joined an organisation by this token.
    pub fn joined(org: &Founded, token: &Token) -> Arc<Self> {
        let shelf = Self::new();
        shelf.doors.lock().unwrap().push(Door {
            profile: org.profile(),
            capability: Capability::draw().unwrap(),
            token: Some(token.clone()),
        });
        shelf
    }

    /// What was noted in one matter, in order.
    pub fn noted(&self, matter: Matter) -> Vec<Option<&'static str>> {
        let notes = self.notes.lock().unwrap();
        notes
            .iter()
            .filter(|(m, _)| *m == matter)
            .map(|(_, code)| *code)
            .collect()
    }

    pub fn change(&self, id: &str, change: impl FnOnce(&mut Item)) {
        change(
            self.items
                .lock()
                .unwrap()
                .iter_mut()
                .find(|i| i.id == id)
                .unwrap(),
        );
    }

    pub fn truncate(&self, id: &str) {
        std::fs::write(self.folder.path().join(id), b"short").unwrap();
    }

    /// One byte of the ciphertext becomes another one.
    pub fn damage(&self, id: &str) {
        let path = self.folder.path().join(id);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[1000] ^= 1;
        std::fs::write(path, bytes).unwrap();
    }

    pub async fn visit(self: &Arc<Self>, transport: Transport) -> Visit {
        let outbox: Arc<dyn Outbox> = Arc::clone(self) as _;
        Courier::new(transport)
            .unwrap()
            .visit(&outbox)
            .await
            .unwrap()
    }

    pub fn events(&self) -> Vec<Event> {
        self.events.lock().unwrap().clone()
    }

    pub fn stored(&self) -> Vec<String> {
        self.events()
            .into_iter()
            .filter_map(|e| {
                if let Event::Stored(id, _) = e {
                    Some(id)
                } else {
                    None
                }
            })
            .collect()
    }

    /// Codes of every trouble told.
    pub fn travelled(&self) -> Vec<Way> {
        let way = |e| match e {
            Event::Travelled(_, way) => Some(way),
            _ => None,
        };
        self.events().into_iter().filter_map(way).collect()
    }

    pub fn troubles(&self) -> Vec<&'static str> {
        let code = |e| {
            if let Event::Trouble(_, trouble) = e {
                Some(trouble.code)
            } else {
                None
            }
        };
        self.events().into_iter().filter_map(code).collect()
    }

    pub fn offsets(&self) -> Vec<u64> {
        let offset = |e| {
            if let Event::Progress(_, at) = e {
                Some(at)
            } else {
                None
            }
        };
        self.events().into_iter().filter_map(offset).collect()
    }

    fn close(&self, organisation: Hash) {
        let mut doors = self.doors.lock().unwrap();
        doors
            .iter_mut()
            .filter(|d| d.profile.organisation() == organisation)
            .for_each(|d| d.token = None);
    }

    fn note(&self, name: &'static str, event: Event) -> Result<(), OutboxError> {
        if self.failing.lock().unwrap().contains(&name) {
            return Err(OutboxError("disk-full"));
        }
        self.events.lock().unwrap().push(event);
        Ok(())
    }
}

impl Outbox for Shelf {
    fn waiting(&self) -> Result<Vec<Parcel>, OutboxError> {
        if self.failing.lock().unwrap().contains(&"waiting") {
            return Err(OutboxError("disk-full"));
        }
        let parcel = |item: &Item| Parcel {
            id: item.id.clone(),
            organisation: item.organisation,
            profile: item.profile.clone(),
            capability: item.capability.clone(),
            token: item.token.clone(),
            sha256: Hash::of(&item.bytes),
            size: item.bytes.len() as u64,
            sealed: "2026-01-01".parse().unwrap(),
            stored: item.stored,
            upload: item.upload.clone(),
            way: item.way,
        };
        Ok(self
            .items
            .lock()
            .unwrap()
            .iter()
            .filter(|i| !i.done)
            .map(parcel)
            .collect())
    }

    fn entrances(&self) -> Result<Vec<Entrance>, OutboxError> {
        let entrance = |door: &Door| {
            Some(Entrance {
                organisation: door.profile.organisation(),
                profile: door.profile.clone(),
                capability: door.capability.clone(),
                token: door.token.clone()?,
                way: None,
            })
        };
        let doors = self.doors.lock().unwrap();
        Ok(doors.iter().filter_map(entrance).collect())
    }

    fn noted(&self, organisation: Hash, matter: Matter, trouble: Option<&Trouble>) {
        let code = trouble.map(|t| t.code);
        self.notes.lock().unwrap().push((matter, code));
        if matter == Matter::Access && trouble.is_some_and(|t| t.stops) {
            self.close(organisation);
        }
    }

    fn open(&self, parcel: &str) -> std::io::Result<File> {
        File::open(self.folder.path().join(parcel))
    }

    fn travelled(&self, organisation: Hash, way: Way) -> Result<(), OutboxError> {
        self.note("travelled", Event::Travelled(organisation, way))?;
        let mut items = self.items.lock().unwrap();
        items
            .iter_mut()
            .filter(|i| i.profile.organisation() == organisation)
            .for_each(|i| i.way = Some(way));
        Ok(())
    }

    fn exchanged(&self, organisation: Hash) -> Result<(), OutboxError> {
        self.note("exchanged", Event::Exchanged(organisation))?;
        let mut items = self.items.lock().unwrap();
        items
            .iter_mut()
            .filter(|i| i.profile.organisation() == organisation)
            .for_each(|i| i.token = None);
        self.close(organisation);
        Ok(())
    }

    fn refreshed(&self, organisation: Hash, credentials: &Credentials) -> Result<(), OutboxError> {
        let profile = Profile::read(credentials.clone())
            .unwrap()
            .verify()
            .unwrap();
        self.note(
            "refreshed",
            Event::Refreshed(organisation, profile.body().version),
        )
    }

    fn still_waits(&self, parcel: &str) -> bool {
        self.stops_at.lock().unwrap().as_deref() != Some(parcel)
    }

    fn root_changed(
        &self,
        organisation: Hash,
        credentials: &Credentials,
    ) -> Result<(), OutboxError> {
        let profile = Profile::read(credentials.clone())
            .unwrap()
            .verify()
            .unwrap();
        self.note(
            "root_changed",
            Event::RootChanged(organisation, profile.root().version),
        )
    }

    fn created(&self, parcel: &str, upload: &str) -> Result<(), OutboxError> {
        self.note("created", Event::Created(parcel.into(), upload.into()))?;
        self.change(parcel, |i| i.upload = Some(upload.into()));
        Ok(())
    }

    fn progress(&self, parcel: &str, offset: u64) {
        let _ = self.note("progress", Event::Progress(parcel.into(), offset));
    }

    fn stored(&self, parcel: &str, _: &SignedDocument, day: Day) -> Result<(), OutboxError> {
        self.note("stored", Event::Stored(parcel.into(), day))?;
        self.change(parcel, |i| i.done = true);
        Ok(())
    }

    fn lost(&self, parcel: &str) -> Result<(), OutboxError> {
        self.note("lost", Event::Lost(parcel.into()))?;
        self.change(parcel, |i| i.stored = false);
        Ok(())
    }

    fn trouble(&self, parcel: &str, trouble: &Trouble) {
        let _ = self.note("trouble", Event::Trouble(parcel.into(), trouble.clone()));
        if trouble.stops {
            self.change(parcel, |i| i.done = true);
        }
    }
}
