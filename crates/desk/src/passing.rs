//! What goes on from this desk: the key of one old bundle to a colleague; a whole report to somebody with age and without
//! Chronicle; chosen parts to a third party. Each is written down with its reason.

use crate::events::{Decision, Granted, Received};
use crate::{Desk, Error, day};
use chronicle_bundle::{BundleKey, Grant, Identity, Passed, RecipientType, SealError, pass_on};
use chronicle_report::{Draft, Evidence};
use chronicle_vault::Error as VaultError;
use chronicle_wire::SigningKey;
use chronicle_words::{Args, Words};
use jiff::Zoned;
use std::collections::BTreeMap;
use std::io::Write;

/// Which parts of a report go to a third party, and why they may.
pub struct Onward<'a> {
    /// Their age recipient.
    pub to: &'a str,
    /// For what: a code of the consent form, such as `lawyers`.
    pub purpose: &'a str,
    /// How the reporter agreed, where the consent form does not say yes. Kept here.
    pub agreed: &'a str,
    /// Whether names and contacts go along.
    pub people: bool,
    /// Ids of the items of evidence that go along.
    pub items: &'a [String],
}

impl Desk {
    /// Gives a colleague the key of a report's bundle: signed by this caseworker, sealed to the colleague of this label. Gives
    /// the file.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a report or a label, [`Error::NoBundleKey`], [`Error::NotFounded`], and those of the vault.
    pub fn grant(
        &mut self,
        report: &str,
        label: &str,
        reason: &str,
        now: &Zoned,
    ) -> Result<Vec<u8>, Error> {
        let received = self.received(report)?;
        let key = received.bundle_key.as_ref().ok_or(Error::NoBundleKey)?;
        let key = BundleKey::parse(key).ok_or(VaultError::Record)?;
        let founded = self.founded()?;
        let profile = crate::ours::profile_of(founded)?;
        let own = self.own_recipient()?;
        let all = profile.body().recipients.iter();
        let to = all
            .filter(|r| r.recipient != own)
            .find(|r| r.label == label);
        let to = to.ok_or(Error::NotFound)?.recipient.clone();
        let signing = SigningKey::from_seed(&founded.caseworker_key).ok_or(VaultError::Internal)?;
        let bundle = received.bundle;
        let sealed = Grant::seal(bundle, &key, reason, day(now), &profile, &signing, &to)?;
        let mut decision = Decision::new("granted", report, reason, now);
        decision.recipient = Some(to);
        self.vault
            .commit(now.timestamp(), |c| c.append(Decision::KIND, &decision))?;
        Ok(sealed)
    }

    /// Takes a grant that a colleague gave, and opens what is here and could not be opened. What is not here yet opens when it
    /// is fetched. Gives how many reports came of it.
    ///
    /// # Errors
    /// [`Error::Grant`], [`Error::NotFounded`], and those of the vault.
    pub fn take_grant(&mut self, sealed: &[u8], now: &Zoned) -> Result<u32, Error> {
        let profile = crate::ours::profile_of(self.founded()?)?;
        let identities = self.identities()?;
        let grant = Grant::open(sealed, &identities, &profile)?;
        let mut granted = Granted {
            seq: 0,
            bundle: grant.bundle,
            key: grant.key.expose(),
            by: grant.by,
            day: grant.day,
            reason: grant.reason,
            rest: serde_json::Map::new(),
        };
        let old = self.granted.get(&grant.bundle).map_or(0, |g| g.seq);
        let about = grant.bundle.to_string();
        let decision = Decision::new("grant-taken", &about, &granted.reason, now);
        granted.seq = self.vault.commit(now.timestamp(), |c| {
            c.append(Decision::KIND, &decision)?;
            c.remove(old)?;
            c.append(Granted::KIND, &granted)
        })?;
        self.granted.insert(grant.bundle, granted);
        self.open_kept(now)
    }

    /// Seals a whole report to one age recipient as an ordinary age file with an ordinary archive in it: all that is signed,
    /// so that whoever gets it can verify it by the format's document. `progress` is told the bytes that went in and says
    /// whether to go on.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Recipient`], [`Error::Cancelled`], those of the vault and of `out`.
    pub fn export_as_age(
        &mut self,
        report: &str,
        to: &str,
        reason: &str,
        out: &mut dyn Write,
        progress: &mut dyn FnMut(u64) -> bool,
        now: &Zoned,
    ) -> Result<(), Error> {
        must_be_recipient(to)?;
        let received = self.received(report)?;
        let parts = serde_json::to_string(&received.parts).map_err(VaultError::from)?;
        let mut files: Vec<Passed<'_>> = [
            ("manifest.json", received.manifest_text.as_str()),
            ("manifest.sig", &received.signature),
            ("parts.json", &parts),
            ("report.json", &received.report),
            ("report.txt", &received.text),
        ]
        .into_iter()
        .chain(received.people.as_deref().map(|p| ("people.json", p)))
        .chain(std::iter::once((
            "custody.jsonl",
            received.custody.as_str(),
        )))
        .map(|(name, text)| file(name.into(), text.as_bytes()))
        .collect();
        for (number, kept) in (1..).zip(&received.evidence) {
            files.push(Passed {
                name: format!("files/{number:04}"),
                size: kept.blob.size(),
                content: Box::new(self.vault.open_blob(&kept.blob)?),
            });
        }
        pass_on(to, files, out, progress).map_err(passed)?;
        self.note_passed("exported", &received, to, reason, now)
    }

    /// Seals chosen parts of a report to a third party's age recipient: written anew, without the ids of sender, report and
    /// items, without what was not chosen, and without the exact place where the reporter did not agree to it. The
    /// manifest does not go along, because the sender's key in it ties reports of one person together.
    ///
    /// # Errors
    /// [`Error::Consent`], [`Error::Purpose`], [`Error::NotFound`] for a report or an item, [`Error::Recipient`],
    /// [`Error::Cancelled`], those of the vault and of `out`.
    pub fn onward(
        &mut self,
        report: &str,
        onward: &Onward<'_>,
        words: &Words,
        out: &mut dyn Write,
        progress: &mut dyn FnMut(u64) -> bool,
        now: &Zoned,
    ) -> Result<(), Error> {
        must_be_recipient(onward.to)?;
        let received = self.received(report)?;
        let people = received.people.as_deref().filter(|_| onward.people);
        let draft = crate::reports::read(received.report.as_bytes(), people.map(str::as_bytes));
        let draft = draft.map_err(|_| Error::NotFound)?;
        may(&draft, onward)?;
        let chosen = chosen(&received, &draft, onward)?;
        let told = without_ids(draft, &chosen);
        let say = |key: &str, args: &BTreeMap<String, String>| words.say(key, &Args::from(args));
        let text = told.to_text(&say);
        let people = told.people_to_text(&say);
        let json = told.to_json();
        let mut files = vec![
            file("report.txt".into(), text.as_bytes()),
            file("report.json".into(), &json),
        ];
        if onward.people {
            files.push(file("people.txt".into(), people.as_bytes()));
        }
        for (number, (place, _)) in (1..).zip(&chosen) {
            let kept = received.evidence.get(*place).ok_or(Error::NotFound)?;
            files.push(Passed {
                name: format!("files/{number:04}"),
                size: kept.blob.size(),
                content: Box::new(self.vault.open_blob(&kept.blob)?),
            });
        }
        pass_on(onward.to, files, out, progress).map_err(passed)?;
        let why = format!("{}: {}", onward.purpose, onward.agreed);
        self.note_passed(
            "passed-on",
            &received,
            onward.to,
            why.trim_end_matches(": "),
            now,
        )
    }

    fn note_passed(
        &mut self,
        what: &str,
        received: &Received,
        to: &str,
        reason: &str,
        now: &Zoned,
    ) -> Result<(), Error> {
        let mut decision = Decision::new(what, &received.id, reason, now);
        decision.recipient = Some(to.to_owned());
        self.vault
            .commit(now.timestamp(), |c| c.append(Decision::KIND, &decision))?;
        Ok(())
    }

    fn identities(&self) -> Result<Vec<Identity>, Error> {
        let names = self.founded()?.identities.iter();
        names
            .map(|name| {
                let file = self.vault.identity(name)?;
                let text = std::str::from_utf8(&file).map_err(|_| VaultError::KeyFile)?;
                Ok(Identity::from_file(text).ok_or(VaultError::KeyFile)?)
            })
            .collect()
    }
}

fn must_be_recipient(text: &str) -> Result<(), Error> {
    RecipientType::of_recipient(text)
        .map(drop)
        .ok_or(Error::Recipient)
}

fn passed(error: SealError) -> Error {
    match error {
        SealError::Recipients => Error::Recipient,
        SealError::Cancelled => Error::Cancelled,
        SealError::Io(_) => Error::Unwritable,
        other => other.into(),
    }
}

fn file(name: String, bytes: &[u8]) -> Passed<'_> {
    Passed {
        name,
        size: bytes.len() as u64,
        content: Box::new(bytes),
    }
}

// The form says yes, or somebody writes down how the reporter agreed since.
fn may(draft: &Draft, onward: &Onward<'_>) -> Result<(), Error> {
    let purpose = chronicle_report::Purpose::from(onward.purpose);
    if !chronicle_report::Purpose::KNOWN.contains(&onward.purpose) {
        return Err(Error::Purpose);
    }
    let consent = draft.consent.as_ref();
    let answer = consent.and_then(|c| c.purposes.get(&purpose));
    let yes = answer.is_some_and(|answer| answer.as_str() == "yes");
    if yes || !onward.agreed.trim().is_empty() {
        Ok(())
    } else {
        Err(Error::Consent)
    }
}

// The chosen items: their place among what is kept, and what describes them.
fn chosen(
    received: &Received,
    draft: &Draft,
    onward: &Onward<'_>,
) -> Result<Vec<(usize, Evidence)>, Error> {
    let mut chosen = Vec::new();
    for wanted in onward.items {
        let at = draft.evidence.iter().position(|e| e.id == *wanted);
        let at = at.filter(|at| *at < received.evidence.len());
        let at = at.ok_or(Error::NotFound)?;
        let described = draft.evidence.get(at).cloned().ok_or(Error::NotFound)?;
        chosen.push((at, described));
    }
    Ok(chosen)
}

fn without_ids(mut draft: Draft, chosen: &[(usize, Evidence)]) -> Draft {
    draft.report_id = String::new();
    draft.related.clear();
    let exact = draft.consent.as_ref().is_some_and(|c| c.exact_place);
    if !exact {
        draft.place.geo = None;
    }
    let numbers: BTreeMap<&str, String> = (1..)
        .zip(chosen)
        .map(|(number, (_, item))| (item.id.as_str(), number.to_string()))
        .collect();
    draft.evidence = chosen
        .iter()
        .map(|(_, item)| {
            let number = |id: &str| numbers.get(id).cloned().unwrap_or_default();
            let mut told = item.clone();
            (told.id, told.derived_from) = (number(&item.id), number(&item.derived_from));
            told
        })
        .collect();
    draft
}
