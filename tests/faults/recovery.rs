//! The sheet when it is needed: a code typed wrongly is refused with the sentence that says what is wrong, and nothing is
//! tried with it; the right one opens a vault whose passphrase is forgotten, also a copy of it elsewhere, for good.

use crate::campaign::{Campaign, Random};
use crate::deed::{By, Deed, Prepared, cli, recover, secret_in};
use crate::scenario::copy;
use chronicle_journal::secret;
use chronicle_passphrase::{CODE_WORDS, CodeError, LIST, Passphrase, RecoveryCode};
use chronicle_tests::Ran;
use chronicle_vault::{Error, Vault};
use jiff::Timestamp;
use serde_json::json;

#[test]
fn a_thousand_codes_typed_wrongly() {
    let mut passed = 0;
    for number in 0..CODES {
        passed += usize::from(typed(SEED, number).unwrap());
    }
    println!("{passed} of {CODES} typing errors fit by chance");
    // Once in 7,776: four in a thousand would be very many.
    assert!(passed <= 4, "{passed}");
    // Planted: a reader that takes any eleven words of the list lets many of them through.
    let careless = (0..CODES).filter(|n| {
        let (words, typo, _) = mistyped(SEED, *n);
        typo.len() == words.len() && typo.iter().all(|w| LIST.contains(&w.as_str()))
    });
    assert!(careless.count() > CODES / 5);
}

#[test]
fn each_typing_error_is_told_in_its_own_words() {
    let all = Prepared::new();
    let place = all.place(Deed::Recover(By::Shipped), "told");
    let vault = place.join("vault");
    let before = std::fs::read(vault.join("key.age")).unwrap();
    let right = std::fs::read_to_string(&all.code).unwrap();
    let words: Vec<&str> = right.split(' ').collect();
    let file = all.bench.at("typed");
    let told = |typed: &[&str], says: &str| {
        std::fs::write(&file, typed.join(" ")).unwrap();
        Ran::of(&mut recover(&vault, &file, &all.second)).refused(says);
    };
    let other = LIST.iter().find(|w| **w != words[4]).unwrap();
    let with = |at: usize, word| {
        let mut typed = words.clone();
        typed[at] = word;
        typed
    };
    told(&with(4, "xyzzy"), "Word 5 is not a word of any code.");
    told(&with(4, other), "they do not belong together");
    told(&words[..10], "A code has 11 words; this has 10.");
    told(&[words.as_slice(), &["abacus"]].concat(), "this has 12.");
    let mut swapped = words.clone();
    let at = (1..10).find(|i| words[*i] != words[i + 1]).unwrap();
    swapped.swap(at, at + 1);
    told(&swapped, "they do not belong together");
    let another = RecoveryCode::generate().unwrap();
    told(&another.words(), "This code does not open it.");
    assert!(
        std::fs::read(vault.join("key.age")).unwrap() == before,
        "nothing was changed"
    );
}

#[test]
fn who_forgot_the_passphrase_opens_a_copy_elsewhere_by_the_sheet() {
    let all = Prepared::new();
    for number in 0..OPENINGS {
        opened(&all, number).unwrap();
    }
}

#[test]
#[ignore = "a thousand openings, some minutes: scripts/campaign.sh recovery"]
fn campaign_recovery() {
    let campaign = Campaign::asked("recovery");
    let prepared = Prepared::new();
    let mut done = campaign.done();
    let mut passed = 0;
    while done < RECOVERIES && campaign.goes_on() {
        let end = (done + STEP).min(RECOVERIES);
        for number in (done * TYPED_EACH)..(end * TYPED_EACH) {
            passed += usize::from(typed(campaign.seed, number).unwrap());
        }
        // One after the other: what another thread starts would hold the locks of this process for a moment.
        while done < end && campaign.goes_on() {
            opened(&prepared, done).unwrap();
            done += 1;
        }
        let more = json!({ "typed": done * TYPED_EACH, "fitting by chance, in this run": passed });
        campaign.keep(done, RECOVERIES, &more);
    }
}

// A code, the same with one error in it, and the kind of error.
fn mistyped(seed: u64, number: usize) -> (Vec<&'static str>, Vec<String>, usize) {
    let mut random = Random::new(seed, number as u64);
    let words = RecoveryCode::generate().unwrap().words();
    let mut typed: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
    let at = random.below(CODE_WORDS);
    let kind = random.below(KINDS);
    match kind {
        // A letter more, less, or another.
        0 => typed[at].push('x'),
        1 => drop(typed[at].pop()),
        2 => {
            let first = typed[at].remove(0);
            let others = ('a'..='z').filter(|l| *l != first);
            typed[at].insert(0, others.clone().nth(random.below(25)).unwrap());
        }
        // Another word of the list, two that changed places, one missing, one twice.
        3 => LIST[random.below(LIST.len())].clone_into(&mut typed[at]),
        4 => typed.swap(at, (at + 1) % CODE_WORDS),
        5 => drop(typed.remove(at)),
        _ => typed.insert(at, typed[at].clone()),
    }
    (words, typed, kind)
}

/// Whether a typing error fits by chance; the error when it is told as something else than it is.
fn typed(seed: u64, number: usize) -> Result<bool, String> {
    let (words, typed, kind) = mistyped(seed, number);
    let known = typed.iter().all(|w| LIST.contains(&w.as_str()));
    let same = words.iter().zip(&typed).all(|(a, b)| a == b) && typed.len() == words.len();
    let place = typed.iter().position(|w| !LIST.contains(&w.as_str()));
    let expected = match place {
        _ if typed.len() != CODE_WORDS => Some(CodeError::Count(typed.len())),
        Some(place) => Some(CodeError::Unknown(place + 1)),
        None if same => None,
        None => Some(CodeError::Differ),
    };
    let read = RecoveryCode::parse(&typed.join(" ")).err();
    match (read, expected) {
        (read, expected) if read == expected => Ok(false),
        (None, Some(CodeError::Differ)) if known => Ok(true),
        (read, expected) => Err(format!(
            "seed {seed}, number {number}, kind {kind}: {read:?} in place of {expected:?}"
        )),
    }
}

// Forgotten: the vault lies in another folder, and a sheet of its own opens it once and for all.
fn opened(all: &Prepared, number: usize) -> Result<(), String> {
    let place = all.bench.place(&format!("opened-{number}"), false);
    let vault = place.join("another name");
    copy(&all.keyed, &vault);
    let wrong = |what: &str| Err(format!("number {number}: {what}"));
    let new = Passphrase::new(&format!("window harvest plural ostrich {number}")).unwrap();
    let other = RecoveryCode::generate().unwrap().passphrase().unwrap();
    if !matches!(
        Vault::recover(&vault, secret(&other)),
        Err(Error::WrongCode)
    ) {
        return wrong("another code is not refused as one");
    }
    let recovered = Vault::recover(&vault, secret_in(&all.code)).map_err(|e| e.to_string())?;
    let keys = recovered
        .set_passphrase_with(secret(&new), Timestamp::UNIX_EPOCH, LOG_N)
        .map_err(|e| e.to_string())?;
    drop(keys);
    let by = place.join("new");
    std::fs::write(&by, new.expose()).unwrap();
    let listed = Ran::of(&mut cli("journal", &vault, &by, "list", &[]));
    if listed.code != Some(0) || listed.json()["incidents"].as_array().map(Vec::len) != Some(2) {
        return wrong(&format!("{listed:?}"));
    }
    let forgotten = Ran::of(&mut cli(
        "journal",
        &vault,
        &all.bench.person.passphrase,
        "list",
        &[],
    ));
    if forgotten.code != Some(1) {
        return wrong("the forgotten passphrase still opens it");
    }
    // The sheet stays valid, and the original opens as before.
    if Vault::recover(&vault, secret_in(&all.code)).is_err() {
        return wrong("the sheet opens nothing any more");
    }
    std::fs::remove_dir_all(place).unwrap();
    Ok(())
}

const SEED: u64 = 1;
const CODES: usize = 1_000;
const OPENINGS: usize = 6;
const RECOVERIES: usize = 1_000;
const TYPED_EACH: usize = 10;
const STEP: usize = 50;
const KINDS: usize = 7;
const LOG_N: u8 = 10;
