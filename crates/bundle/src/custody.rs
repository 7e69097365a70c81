//! Custody: what happened to a report and to each item of evidence, one hash chain for each. A line is JSON; its
//! `previous` is the SHA-256 of the line before it in the same chain. In the vault the chains are unsigned; sealing
//! chains them anew under ids made for one organisation, and the manifest's signature covers them. No device, network or
//! user name stands in them.

use crate::OpenError;
use crate::rule::{Rule, ensure};
use chronicle_json::Caps;
use chronicle_wire::Hash;
use chronicle_wire::signed::is_id;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One step.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The chain's id: the item's or the report's.
    pub chain: String,
    /// From 0, in its chain.
    pub seq: u64,
    /// When, by the device's clock: RFC 3339 with offset.
    pub at: String,
    /// What: `created`, `imported`, `described`, `sealed`, `withheld` ...
    pub action: String,
    /// SHA-256 of the bytes it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Hash>,
    /// In the vault only: the organisation that this step concerns. What was sealed to one is told to no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Hash>,
    /// SHA-256 of the line before; zeros for the first.
    pub previous: Hash,
}

/// One chain, as its exact lines.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustodyChain(Vec<String>);

impl CustodyChain {
    /// Appends a step.
    pub fn append(&mut self, chain: &str, at: &str, action: &str, sha256: Option<Hash>) {
        self.push(chain, at, action, sha256, None);
    }

    /// Appends a step that concerns one organisation.
    pub fn append_for(&mut self, organisation: Hash, chain: &str, at: &str, action: &str) {
        self.push(chain, at, action, None, Some(organisation));
    }

    fn push(
        &mut self,
        chain: &str,
        at: &str,
        action: &str,
        sha256: Option<Hash>,
        organisation: Option<Hash>,
    ) {
        let previous = self
            .0
            .last()
            .map_or(Hash([0; 32]), |line| Hash::of(line.as_bytes()));
        let step = Step {
            chain: chain.to_owned(),
            seq: self.0.len() as u64,
            at: at.to_owned(),
            action: action.to_owned(),
            sha256,
            organisation,
            previous,
        };
        self.0
            .push(serde_json::to_string(&step).unwrap_or_default());
    }

    /// The steps that concern `organisation` or everybody, under another id, chained anew. Of several sealings for it the
    /// last only: each bundle tells of its own.
    #[must_use]
    pub fn rechain(&self, chain: &str, organisation: Hash) -> Self {
        let steps: Vec<Step> = self
            .steps()
            .filter(|step| step.organisation.is_none_or(|to| to == organisation))
            .collect();
        let last = steps.iter().rposition(|step| step.organisation.is_some());
        let mut out = Self::default();
        for (at, step) in steps.iter().enumerate() {
            if step.organisation.is_none() || Some(at) == last {
                out.append(chain, &step.at, &step.action, step.sha256);
            }
        }
        out
    }

    /// Its steps.
    pub fn steps(&self) -> impl Iterator<Item = Step> + '_ {
        self.0
            .iter()
            .filter_map(|line| serde_json::from_str::<Step>(line).ok())
    }

    /// Its lines.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        &self.0
    }
}

/// `custody.jsonl`: the chains one after another, one line a step.
#[must_use]
pub fn to_text<'a>(chains: impl Iterator<Item = &'a CustodyChain>) -> String {
    chains
        .flat_map(|c| c.lines())
        .map(|line| format!("{line}\n"))
        .collect()
}

/// Reads `custody.jsonl` and walks every chain. Each line ends with a line feed.
///
/// # Errors
/// What is wrong with the first line that is no step, or does not follow the one before it in its chain.
pub fn verify(text: &str) -> Result<Vec<Step>, Rule> {
    walk(text).map_err(|error| error.rule().unwrap_or(Rule::CustodyLine))
}

fn walk(text: &str) -> Result<Vec<Step>, OpenError> {
    let mut heads: BTreeMap<String, (u64, Hash)> = BTreeMap::new();
    let mut steps = Vec::new();
    let whole = text.strip_suffix('\n');
    ensure(whole.is_some(), Rule::CustodyEnd)?;
    // Not `lines()`: it would leave a carriage return out of what is hashed.
    for line in whole.unwrap_or(text).split('\n') {
        let step: Step =
            chronicle_json::typed(line.as_bytes(), &LINE).map_err(|_| Rule::CustodyLine)?;
        let (seq, previous) = heads
            .get(&step.chain)
            .copied()
            .unwrap_or((0, Hash([0; 32])));
        ensure(step.seq == seq, Rule::CustodySeq)?;
        ensure(step.previous == previous, Rule::CustodyPrevious)?;
        heads.insert(step.chain.clone(), (seq + 1, Hash::of(line.as_bytes())));
        steps.push(step);
    }
    Ok(steps)
}

/// Checks the chains of a bundle: one of the report under the id `report`, one for each item of `evidence` that begins by
/// taking in exactly these bytes, and for what was left out one line each; no other. Nothing in them tells of another
/// organisation.
pub(crate) fn check(text: &[u8], report: &str, evidence: &[Hash]) -> Result<(), OpenError> {
    let text = std::str::from_utf8(text).map_err(|_| Rule::CustodyText)?;
    let steps = walk(text)?;
    let mut chains: BTreeMap<&str, Vec<&Step>> = BTreeMap::new();
    for step in &steps {
        ensure(step.organisation.is_none(), Rule::CustodyPrivate)?;
        ensure(step.at.parse::<Timestamp>().is_ok(), Rule::CustodyTime)?;
        let word = |b: u8| b.is_ascii_lowercase() || b == b'-';
        let action = (1..=32).contains(&step.action.len()) && step.action.bytes().all(word);
        ensure(action, Rule::CustodyAction)?;
        chains.entry(&step.chain).or_default().push(step);
    }
    ensure(chains.remove(report).is_some(), Rule::CustodyReport)?;
    let mut taken_in = Vec::new();
    for (id, chain) in chains {
        ensure(is_id(id), Rule::CustodyId)?;
        let Some(first) = chain.first() else { continue };
        if first.action == "withheld" {
            let alone = chain.len() == 1 && first.sha256.is_none();
            ensure(alone, Rule::CustodyWithheld)?;
            continue;
        }
        ensure(first.action == "imported", Rule::CustodyBegin)?;
        ensure(first.sha256.is_some(), Rule::CustodyHash)?;
        taken_in.extend(first.sha256);
    }
    // Two items may hold the same bytes: each has a chain of its own.
    let mut evidence = evidence.to_vec();
    evidence.sort_unstable();
    taken_in.sort_unstable();
    ensure(taken_in == evidence, Rule::CustodyEvidence)
}

/// What one line may hold.
const LINE: Caps = Caps {
    bytes: 4096,
    values: 32,
    depth: 2,
};

#[cfg(test)]
mod tests {
    use super::*;

    fn chain() -> CustodyChain {
        let mut chain = CustodyChain::default();
        chain.append(
            "vault-id",
            "2026-03-14T12:00:00+01:00",
            "imported",
            Some(Hash::of(b"x")),
        );
        chain.append("vault-id", "2026-03-14T12:01:00+01:00", "described", None);
        chain.append_for(
            Hash::of(b"a"),
            "vault-id",
            "2026-03-15T12:00:00+01:00",
            "sealed",
        );
        chain
    }

    #[test]
    fn what_was_sealed_to_one_organisation_is_told_to_no_other() {
        let (a, b) = (Hash::of(b"a"), Hash::of(b"b"));
        let mut chain = chain();
        chain.append_for(b, "vault-id", "2026-03-16T12:00:00+01:00", "sealed");
        let seen = |to| to_text([&chain.rechain("x", to)].into_iter());
        assert!(seen(a).contains("2026-03-15") && !seen(a).contains("2026-03-16"));
        assert!(seen(b).contains("2026-03-16") && !seen(b).contains("2026-03-15"));
        for text in [seen(a), seen(b)] {
            assert_eq!(verify(&text).map(|s| s.len()), Ok(3));
            assert!(!text.contains(&a.to_string()) && !text.contains(&b.to_string()));
        }
    }

    #[test]
    fn each_line_follows_the_one_before_it() {
        let to = Hash::of(b"a");
        let (a, b) = (chain().rechain("a", to), chain().rechain("b", to));
        let text = to_text([&a, &b].into_iter());
        assert_eq!(verify(&text).map(|s| s.len()), Ok(6));
        assert!(
            !text.contains("vault-id"),
            "an organisation never sees the vault's own ids"
        );
        let lines: Vec<&str> = text.lines().collect();
        let join = |lines: &[&str]| lines.iter().map(|l| format!("{l}\n")).collect::<String>();
        assert_eq!(
            verify(&join(&[&lines[..1], &lines[2..]].concat())).err(),
            Some(Rule::CustodySeq),
            "a step removed"
        );
        assert_eq!(
            verify(&join(&lines[1..])).err(),
            Some(Rule::CustodySeq),
            "the first removed"
        );
        assert_eq!(
            verify(&text.replacen("12:00:00", "13:00:00", 1)).err(),
            Some(Rule::CustodyPrevious),
            "a time changed"
        );
        let mut doubled = lines.clone();
        doubled.insert(1, lines[0]);
        assert_eq!(verify(&join(&doubled)).err(), Some(Rule::CustodySeq));
        assert_eq!(verify("").err(), Some(Rule::CustodyEnd), "no line");
        assert!(verify(text.trim_end()).is_err(), "a line without end");
        assert_eq!(
            verify(&text.replacen('\n', "\r\n", 1)).err(),
            Some(Rule::CustodyPrevious),
            "a carriage return counts"
        );
    }

    #[test]
    fn chains_are_the_reports_and_the_evidences_and_no_others() {
        let id = |digit: &str| digit.repeat(32);
        let begun = |name: &str, action: &str, hash: Option<Hash>| {
            let mut chain = CustodyChain::default();
            chain.append(name, "2026-03-14T12:00:00Z", action, hash);
            chain
        };
        let (a, b) = (Hash::of(b"a"), Hash::of(b"b"));
        let report = begun(&id("0"), "created", None);
        let item = begun(&id("1"), "imported", Some(a));
        let twin = begun(&id("2"), "imported", Some(a));
        let other = begun(&id("3"), "imported", Some(b));
        let withheld = begun(&id("4"), "withheld", None);
        let mut held_on = withheld.clone();
        held_on.append(&id("4"), "2026-03-14T12:01:00Z", "sealed", None);
        let try_with = |chains: &[&CustodyChain], evidence: &[Hash]| {
            let text = to_text(chains.iter().copied());
            check(text.as_bytes(), &id("0"), evidence).map_err(|e| e.rule().expect("a rule"))
        };
        for (chains, evidence) in [
            (&[&report] as &[&CustodyChain], &[] as &[Hash]),
            (&[&report, &withheld], &[]),
            (&[&item, &report, &other], &[b, a]),
            (&[&report, &item, &twin], &[a, a]),
        ] {
            assert_eq!(try_with(chains, evidence), Ok(()));
        }
        let table: &[(&str, &[&CustodyChain], &[Hash], Rule)] = &[
            ("nothing at all", &[], &[], Rule::CustodyEnd),
            (
                "no chain of the report",
                &[&item],
                &[a],
                Rule::CustodyReport,
            ),
            (
                "evidence without a chain",
                &[&report],
                &[a],
                Rule::CustodyEvidence,
            ),
            (
                "one chain for two",
                &[&report, &item],
                &[a, a],
                Rule::CustodyEvidence,
            ),
            (
                "other bytes",
                &[&report, &other],
                &[a],
                Rule::CustodyEvidence,
            ),
            (
                "a chain for nothing",
                &[&report, &item],
                &[],
                Rule::CustodyEvidence,
            ),
            (
                "taken in without a hash",
                &[&report, &begun(&id("5"), "imported", None)],
                &[],
                Rule::CustodyHash,
            ),
            (
                "begins otherwise",
                &[&report, &begun(&id("5"), "described", Some(a))],
                &[a],
                Rule::CustodyBegin,
            ),
            (
                "withheld and sealed",
                &[&report, &held_on],
                &[],
                Rule::CustodyWithheld,
            ),
            (
                "withheld with a hash",
                &[&report, &begun(&id("5"), "withheld", Some(a))],
                &[],
                Rule::CustodyWithheld,
            ),
            (
                "an id that is none",
                &[&report, &begun("vault-id", "withheld", None)],
                &[],
                Rule::CustodyId,
            ),
        ];
        for (name, chains, evidence, broken) in table {
            assert_eq!(try_with(chains, evidence), Err(*broken), "{name}");
        }
        let bytes = check(&[0xff, b'\n'], &id("0"), &[]);
        assert_eq!(bytes.unwrap_err().rule(), Some(Rule::CustodyText));
    }
}
