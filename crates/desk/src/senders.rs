//! Who a sender is, as far as it can be known: a key, by which invitation it came, whether it goes on from another key, what is
//! missing or double among its reports, and what the organisation was told about it by another way. Nothing is refused for any
//! of it: a person is told, and judges.

use crate::events::{Invited, Marked, Received};
use crate::listing::{CHAIN, INTRODUCTION, PERSON, SUCCEEDS};
use crate::{Desk, Error, day, stamp};
use chronicle_bundle::Manifest;
use chronicle_vault::Error as VaultError;
use chronicle_wire::{Day, Hash};
use chronicle_words::Problem;
use jiff::Zoned;
use std::collections::{BTreeMap, BTreeSet};

impl Desk {
    /// Marks the sender of a report: what they told by another way, such as a device that was lost on a day. Reports that
    /// were sealed on that day or later are shown with it. An empty reason takes the mark away.
    ///
    /// # Errors
    /// [`Error::NotFound`], and those of the vault.
    pub fn mark_sender(
        &mut self,
        report: &str,
        from: Day,
        reason: &str,
        now: &Zoned,
    ) -> Result<(), Error> {
        let person = person(&self.received(report)?.manifest);
        let old = self.marked.get(&person).map_or(0, |m| m.seq);
        let mut new = Marked {
            seq: 0,
            sender: person.clone(),
            from,
            reason: reason.trim().to_owned(),
            at: stamp(now),
            rest: serde_json::Map::new(),
        };
        let takes_away = new.reason.is_empty();
        new.seq = self.vault.commit(now.timestamp(), |c| {
            c.remove(old)?;
            if takes_away {
                Ok(0)
            } else {
                c.append(Marked::KIND, &new)
            }
        })?;
        if takes_away {
            self.marked.remove(&person);
        } else {
            self.marked.insert(person, new);
        }
        Ok(())
    }

    /// The number of the invitation with this secret number, if this desk made it.
    pub(crate) fn invitation(&self, introduction: Option<u64>) -> Option<u64> {
        let introduction = introduction?;
        match self.invited.get(&introduction) {
            Some(invited) => Some(invited.number),
            None => self.counted(introduction).then_some(introduction),
        }
    }

    // Invitations of which there is no record were made when an invitation held its own number.
    fn counted(&self, number: u64) -> bool {
        let made = self.founded().map_or(0, |f| f.introductions);
        (1..=made).contains(&number) && !self.invited.values().any(|i| i.number == number)
    }

    /// Whether a person should look twice at who sent this, from what a list knows.
    pub(crate) fn is_noticed(
        &self,
        person: &str,
        introduction: Option<u64>,
        sealed: Day,
    ) -> Result<bool, Error> {
        let marked = self.marked.get(person).is_some_and(|m| sealed >= m.from);
        Ok(marked
            || (introduction.is_some() && self.invitation(introduction).is_none())
            || self.came_otherwise(person, introduction)?)
    }

    // Another person came by this invitation before.
    fn came_otherwise(&self, person: &str, introduction: Option<u64>) -> Result<bool, Error> {
        let Some(introduction) = introduction else {
            return Ok(false);
        };
        let by_it = self
            .vault
            .marked(Received::KIND, INTRODUCTION, &introduction.to_string())?;
        let theirs = self.vault.marked(Received::KIND, PERSON, person)?;
        Ok(by_it.first().is_some_and(|first| !theirs.contains(first)))
    }

    /// What a person should know of who sent this report.
    pub(crate) fn sender_notices(&self, report: &Received) -> Result<Vec<Problem>, Error> {
        let manifest = &report.manifest;
        let person = person(manifest);
        let mut all = Vec::new();
        if let Some(mark) = self
            .marked
            .get(&person)
            .filter(|m| manifest.sealed >= m.from)
        {
            let told = Problem::new("sender-marked");
            all.push(told.with("day", mark.from).with("reason", &mark.reason));
        }
        let introduction = manifest.introduction;
        if introduction.is_some() && self.invitation(introduction).is_none() {
            all.push(Problem::new("introduction-unknown"));
        } else if self.came_otherwise(&person, introduction)? {
            all.push(Problem::new("introduction-second-key"));
        }
        if !manifest.succeeds.is_empty() {
            all.push(Problem::new(if self.parted(manifest)? {
                "sender-parted"
            } else {
                "sender-renewed"
            }));
        }
        let chain = self.chain(manifest)?;
        if chain
            .get(&manifest.chain.counter)
            .is_some_and(|m| m.len() > 1)
        {
            all.push(Problem::new("chain-forked"));
        }
        let missing = missing(&chain, manifest.chain.counter);
        if missing > 0 {
            all.push(Problem::new("chain-gap").with("count", missing));
        }
        Ok(all)
    }

    // Whether a key that this sender had names two that take its place.
    fn parted(&self, manifest: &Manifest) -> Result<bool, Error> {
        for before in manifest.senders().skip(1) {
            let mut after = BTreeSet::new();
            for seq in self.vault.marked(Received::KIND, SUCCEEDS, &before)? {
                let other = self.report_record(seq)?.manifest;
                let keys: Vec<String> = other.senders().collect();
                let at = keys.iter().position(|key| *key == before);
                after.extend(at.and_then(|at| keys.get(at.checked_sub(1)?)).cloned());
            }
            if after.len() > 1 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    // What came of the sender's chain: counters, and the manifests and withdrawn counters of each.
    fn chain(&self, manifest: &Manifest) -> Result<Chain, Error> {
        let mut all = Chain::new();
        let mark = chain_mark(manifest);
        for seq in self.vault.marked(Received::KIND, CHAIN, &mark)? {
            let report = self.report_record(seq)?;
            let hash = Hash::of(report.manifest_text.as_bytes());
            let chain = report.manifest.chain;
            all.entry(chain.counter)
                .or_default()
                .insert(hash, chain.withdrawn);
        }
        Ok(all)
    }
}

type Chain = BTreeMap<u64, BTreeMap<Hash, Vec<u64>>>;

// Counters before this one of which nothing came and which nobody took back.
fn missing(chain: &Chain, counter: u64) -> u64 {
    let withdrawn = chain.values().flat_map(BTreeMap::values).flatten();
    let mut known: BTreeSet<u64> = withdrawn.copied().collect();
    known.extend(chain.keys());
    let here = known.range(1..counter).count() as u64;
    (counter - 1).saturating_sub(here)
}

impl Invited {
    /// Draws the secret number of a new invitation: of 53 bits, so that readers of JSON that know doubles only read it rightly.
    pub(crate) fn draw(number: u64, now: &Zoned) -> Result<Self, Error> {
        let drawn = getrandom::u64().map_err(|_| VaultError::Internal)?;
        Ok(Self {
            seq: 0,
            introduction: (drawn >> 11) | 1,
            number,
            on: day(now),
            rest: serde_json::Map::new(),
        })
    }
}

/// The key by which a person is known: the first of those that went over into each other.
pub(crate) fn person(manifest: &Manifest) -> String {
    manifest.senders().last().unwrap_or_default()
}

/// A sender's chain; two senders may have drawn the same id, by chance or on purpose.
pub(crate) fn chain_mark(manifest: &Manifest) -> String {
    format!("{}{}", manifest.sender, manifest.chain.id)
}
