//! Looking through everything that is stored: whether every bundle is what its name says, has a receipt that counts and a
//! place in the log, and whether nothing of the log is missing. Nothing is changed.

use crate::Endpoint;
use crate::finish::BundleManifest;
use crate::store::StoreError;
use chronicle_wire::route::LogBatch;
use chronicle_wire::{
    Day, Hash, Profile, SignedDocument, StoredReceipt, TrustError, Verified, agehead, size,
};
use std::collections::BTreeSet;

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// What: a stable code, kebab-case; `OPERATING.md` explains each.
    pub code: &'static str,
    /// The object's name.
    pub name: String,
}

/// What was looked at, and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Bundles.
    pub bundles: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Everything that is not as it should be.
    pub findings: Vec<Finding>,
}

impl Checked {
    fn find(&mut self, code: &'static str, name: impl Into<String>) {
        let name = name.into();
        self.findings.push(Finding { code, name });
    }
}

impl Endpoint {
    /// Looks at every object; reads every byte of every bundle. What arrives meanwhile may be told as not logged yet.
    ///
    /// # Errors
    /// Those of the store, when it does not answer at all.
    pub async fn check(&self) -> Result<Checked, StoreError> {
        let mut checked = Checked::default();
        let (profiles, broken) = crate::profile::all(&self.store).await?;
        for name in broken {
            checked.find("profile-broken", name);
        }
        // In the order in which the last of them is written first: what comes meanwhile is not missed in what was listed before.
        let receipts = self.names("receipt").await?;
        let logged = self.read_log(&mut checked).await?;
        let bundles = self.names("bundle").await?;
        for sha256 in logged.difference(&bundles) {
            checked.find("bundle-missing", sha256.to_string());
        }
        for sha256 in &bundles {
            self.check_bundle(*sha256, &mut checked).await?;
            let name = sha256.to_string();
            if !receipts.contains(sha256) {
                // Unless it came after the list was made.
                if self
                    .store
                    .get(&format!("receipt/{sha256}"))
                    .await?
                    .is_none()
                {
                    checked.find("receipt-missing", name);
                }
            } else if !logged.contains(sha256) {
                checked.find("not-logged", name);
            }
        }
        for sha256 in &receipts {
            if !bundles.contains(sha256) {
                checked.find("bundle-missing", sha256.to_string());
            }
            self.check_receipt(*sha256, &profiles, &mut checked).await?;
        }
        self.check_mailboxes(&mut checked).await?;
        checked.findings.sort();
        checked.findings.dedup();
        Ok(checked)
    }

    async fn names(&self, folder: &str) -> Result<BTreeSet<Hash>, StoreError> {
        let all = self.store.list(folder).await?;
        Ok(all
            .iter()
            .filter_map(|(name, _)| Hash::parse(name))
            .collect())
    }

    // Every entry that holds together; what stands after a gap is found by its number.
    async fn read_log(&self, checked: &mut Checked) -> Result<BTreeSet<Hash>, StoreError> {
        let (mut logged, mut previous) = (BTreeSet::new(), Hash([0; 32]));
        let all = self.store.list("log").await?;
        for (at, (name, _)) in (0u64..).zip(&all) {
            let whole = format!("log/{name}");
            if name.parse() != Ok(at) {
                checked.find("log-gap", whole);
                break;
            }
            let bytes = self.store.get(&whole).await?.unwrap_or_default();
            let Ok(batch) = serde_json::from_slice::<LogBatch>(&bytes) else {
                checked.find("log-broken", whole);
                break;
            };
            if batch.number != at || batch.previous != previous {
                checked.find("log-broken", whole);
            }
            for entry in &batch.entries {
                logged.insert(entry.sha256);
            }
            previous = Hash::of(&bytes);
        }
        Ok(logged)
    }

    async fn check_bundle(&self, sha256: Hash, checked: &mut Checked) -> Result<(), StoreError> {
        let name = sha256.to_string();
        let Ok(Some(manifest)) = self.bundle(sha256).await else {
            checked.find("bundle-broken", name);
            return Ok(());
        };
        checked.bundles += 1;
        checked.bytes += manifest.size;
        let right = size::contains(manifest.size) && self.is_whole(&manifest, sha256).await?;
        if !right {
            checked.find("bundle-broken", name);
        }
        Ok(())
    }

    // Its pieces are those that lie end to end, and what they hold is what its name says.
    async fn is_whole(&self, manifest: &BundleManifest, sha256: Hash) -> Result<bool, StoreError> {
        let BundleManifest {
            upload,
            size,
            pieces,
        } = manifest;
        if self.pieces(upload).await? != *pieces {
            return Ok(false);
        }
        let read = self.read_pieces(upload, pieces).await?;
        Ok(read.is_some_and(|read| {
            read.sha256 == sha256
                && read.size == *size
                && agehead::check(&read.start, &agehead::TYPES).is_ok()
        }))
    }

    async fn check_receipt(
        &self,
        sha256: Hash,
        profiles: &[Profile<Verified>],
        checked: &mut Checked,
    ) -> Result<(), StoreError> {
        let name = sha256.to_string();
        let bytes = self.store.get(&format!("receipt/{sha256}")).await?;
        let size = self.bundle(sha256).await.ok().flatten().map(|b| b.size);
        let document = bytes.and_then(|b| serde_json::from_slice::<SignedDocument>(&b).ok());
        let (Some(document), Some(size)) = (document, size) else {
            if size.is_some() {
                checked.find("receipt-broken", name);
            }
            return Ok(());
        };
        // Of a key that a later profile does not name, or of a day after its window: that is not the store's fault.
        let counted = profiles.iter().any(|profile| {
            let verdict = StoredReceipt::verify(&document, profile, sha256, size, Day::MIN);
            matches!(verdict, Ok(_) | Err(TrustError::ReceiptDay))
        });
        if !counted {
            checked.find("receipt-broken", name);
        }
        Ok(())
    }

    async fn check_mailboxes(&self, checked: &mut Checked) -> Result<(), StoreError> {
        for (name, length) in self.store.list("mailbox").await? {
            let whole = format!("mailbox/{name}");
            let said = crate::mailbox::parse_place(&name).map(|(_, sha256)| sha256);
            let bytes = match length {
                size::SMALLEST => self.store.get(&whole).await?,
                _ => None,
            };
            if bytes.map(|b| Hash::of(&b)) != said || said.is_none() {
                checked.find("message-broken", whole);
            }
        }
        Ok(())
    }
}
