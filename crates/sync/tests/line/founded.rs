//! An organisation founded on the spot, with every key in hand, and the sealed bytes that are sent to it.

use chronicle_sync::{Timing, Transport};
use chronicle_wire::organisation::{
    Credentials, Current, KeyEntry, ProfileBody, RecipientEntry, Role, RootBody,
};
use chronicle_wire::signed::purpose;
use chronicle_wire::{Day, Hash, Profile, SignedDocument, SigningKey, StoredReceipt, Verified};
use std::time::Duration;

pub struct Founded {
    root_key: SigningKey,
    pub profile_key: SigningKey,
    pub receipt_key: SigningKey,
    root: RootBody,
    pub body: ProfileBody,
}

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub fn founded(addresses: &[&str]) -> Founded {
    let key = || SigningKey::draw().unwrap();
    let (root_key, profile_key, receipt_key) = (key(), key(), key());
    let root = RootBody {
        format: purpose::ROOT.into(),
        version: 1,
        organisation: None,
        root_keys: vec![root_key.public()],
        root_threshold: 1,
        profile_keys: vec![profile_key.public()],
        profile_threshold: 1,
        expires: day("2029-01-01"),
        nonce: "00".repeat(16),
    };
    let id = Hash::of(serde_json::to_string(&root).unwrap().as_bytes());
    let body = ProfileBody {
        format: purpose::PROFILE.into(),
        organisation: id,
        root: id,
        version: 1,
        name: "Open Border".into(),
        addresses: addresses.iter().map(ToString::to_string).collect(),
        transport: "any".into(),
        recipient_type: "X25519".into(),
        recipients: vec![RecipientEntry {
            label: "a".into(),
            recipient: "age1abc".into(),
            archive: false,
        }],
        keys: vec![entry(&receipt_key, Role::EndpointReceipt)],
        padding: 1,
        formats: vec![1],
        release: None,
        revoked: vec![],
        closed: false,
        expires: day("2026-06-01"),
    };
    Founded {
        root_key,
        profile_key,
        receipt_key,
        root,
        body,
    }
}

pub fn entry(key: &SigningKey, role: Role) -> KeyEntry {
    KeyEntry {
        key: key.public(),
        role,
        label: "r".into(),
        from: day("2026-01-01"),
        until: day("2026-12-31"),
    }
}

impl Founded {
    pub fn id(&self) -> Hash {
        self.body.organisation
    }

    pub fn credentials(&self) -> Credentials {
        let (root, body) = (
            serde_json::to_string(&self.root).unwrap(),
            serde_json::to_string(&self.body).unwrap(),
        );
        Credentials {
            earlier: vec![],
            current: None,
            root: SignedDocument::sign(purpose::ROOT, root, &[&self.root_key]),
            profile: SignedDocument::sign(purpose::PROFILE, body, &[&self.profile_key]),
        }
    }

    /// With the organisation's word that its profile was current on this day.
    pub fn current_on(&self, on: &str) -> Credentials {
        let said = Current::sign(&self.profile(), day(on), &[&self.profile_key]);
        Credentials {
            current: Some(said),
            ..self.credentials()
        }
    }

    /// Under master keys of the next version.
    pub fn later_root(&self) -> Credentials {
        let key = SigningKey::draw().unwrap();
        let mut root = self.root.clone();
        (root.version, root.organisation) = (2, Some(self.id()));
        root.root_keys = vec![key.public()];
        let text = serde_json::to_string(&root).unwrap();
        let root = SignedDocument::sign(purpose::ROOT, text, &[&self.root_key, &key]);
        let mut body = self.body.clone();
        body.root = root.hash();
        let text = serde_json::to_string(&body).unwrap();
        Credentials {
            earlier: vec![self.credentials().root],
            root,
            profile: SignedDocument::sign(purpose::PROFILE, text, &[&self.profile_key]),
            current: None,
        }
    }

    pub fn profile(&self) -> Profile<Verified> {
        Profile::read(self.credentials()).unwrap().verify().unwrap()
    }

    /// A right receipt for these bytes.
    pub fn receipt(&self, bytes: &[u8]) -> SignedDocument {
        StoredReceipt::sign(
            self.id(),
            Hash::of(bytes),
            bytes.len() as u64,
            day("2026-03-04"),
            &self.receipt_key,
        )
    }
}

/// Bytes that look like nothing, a different text for each `seed`.
pub fn ciphertext(len: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    (0..len)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u8
        })
        .collect()
}

/// Short patience, so that silence is found out quickly.
pub fn quick() -> Transport {
    let ms = Duration::from_millis;
    let timing = Timing {
        connect: ms(2000),
        silence: ms(700),
        retry: ms(10),
        poll: ms(5),
        poll_for: ms(150),
        visit_min: ms(20),
        visit_max: ms(80),
        apart: ms(0),
        look_first: ms(20),
        look_every: ms(40),
    };
    Transport {
        timing,
        ..Transport::default()
    }
}
