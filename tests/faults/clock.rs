//! A clock that is ten years wrong, either way and from one step to the next: nothing is refused or lost for it, and what was
//! written stays in its order.

use crate::house::House;
use crate::scenario::Bench;
use crate::shim::{self, NOW};
use chronicle_tests::{Cli, Ran, Secret, binary, opened};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn every_verb_works_and_nothing_is_lost_with_a_clock_ten_years_off() {
    let bench = Bench::prepare();
    let story = Story {
        bench: &bench,
        place: bench.place("clock", false),
    };
    let vault = story.place.join("vault");
    let person = &bench.person;
    let _ = story.step(AHEAD, person.step("create", &vault, &[]));
    let house = House::found("House");
    let (invitation, words) = (bench.at("invitation"), house.words.join(" "));
    std::fs::write(&invitation, &house.invitation).unwrap();
    let invitation = invitation.to_str().unwrap();
    let joined = story.step(
        BEHIND,
        person.cli(&vault, "join", &[invitation, "--words", &words]),
    );
    let to = joined["id"].as_str().unwrap();
    let id = |added: Value| added["id"].as_str().unwrap().to_owned();
    let ids: Vec<String> = [BEHIND, AHEAD, RIGHT, BEHIND]
        .map(|clock| id(story.step(clock, person.add(&vault, true))))
        .into();
    let _ = story.step(
        AHEAD,
        person.step("edit", &vault, &[&ids[0], "Another text."]),
    );
    let _ = story.step(BEHIND, person.attach(&vault, &ids[1]));
    let _ = story.step(AHEAD, person.cli(&vault, "preview", &[&ids[2], "--to", to]));
    let _ = story.step(AHEAD, person.cli(&vault, "send", &[&ids[2], "--to", to]));
    let _ = story.step(BEHIND, person.cli(&vault, "send", &[&ids[1], "--to", to]));
    let _ = story.step(AHEAD, person.cli(&vault, "delete", &[&ids[3]]));

    let kept = Secret::Passphrase;
    let numbers = |read: &Value| -> Vec<u64> {
        let records = read["records"].as_array().unwrap().iter();
        records.map(|r| r["seq"].as_u64().unwrap()).collect()
    };
    let before = opened(&vault, &bench.at("passphrase"), kept);
    let listed = [RIGHT, AHEAD, BEHIND].map(|clock| {
        let list = story.step(clock, person.cli(&vault, "list", &[]));
        let list = list["incidents"].as_array().unwrap().iter();
        let list: Vec<String> = list.map(|i| i["id"].as_str().unwrap().to_owned()).collect();
        let shown = ids[..3].iter().map(|id| {
            let shown = story.step(clock, person.cli(&vault, "show", &[id]));
            let text = &shown["draft"]["what"]["narrative"];
            (text.clone(), shown["evidence"].as_array().unwrap().len())
        });
        let shown: Vec<(Value, usize)> = shown.collect();
        let status = story.step(clock, person.cli(&vault, "status", &[]));
        assert_eq!(status["deliveries"].as_array().unwrap().len(), 2);
        (list, shown)
    });
    assert_eq!(listed[0], listed[1]);
    assert_eq!(listed[0], listed[2]);
    assert_eq!(listed[0].0.len(), 3, "{:?}", listed[0].0);
    assert_eq!(
        listed[0].1.iter().map(|s| s.1).collect::<Vec<_>>(),
        [1, 2, 1]
    );
    assert_eq!(listed[0].1[0].0, "Another text.");
    let numbers_now = numbers(&before);
    assert!(numbers_now.is_sorted(), "{numbers_now:?}");

    // Keys, copies and sealing again.
    let at = |name: &str| story.place.join(name);
    let tools = |verb: &str, args: &[&Path]| {
        let cli = Cli {
            side: "vault",
            vault: vault.clone(),
            passphrase: bench.at("passphrase"),
        };
        let mut command = cli.command(verb, args);
        command.arg("--json");
        command
    };
    let _ = story.step(BEHIND, tools("backup", &[&at("copy")]));
    let _ = story.step(AHEAD, tools("backup", &[&at("copy-ahead")]));
    let sheet = story.step(BEHIND, tools("sheet", &[Path::new("--unpractised")]));
    let code: Vec<&str> = sheet["code"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(Value::as_str)
        .collect();
    std::fs::write(at("code"), code.join(" ")).unwrap();
    let _ = story.step(AHEAD, tools("seal-again", &[]));
    let new = [Path::new("--new-passphrase-file"), &bench.at("passphrase")];
    let _ = story.step(BEHIND, tools("passphrase", &new));
    let mut recover = Command::new(binary("chronicle-cli"));
    recover.args(["vault", "recover", "--vault"]).arg(&vault);
    recover.arg("--code-file").arg(at("code")).args(new);
    let _ = story.step(AHEAD, recover);
    let after = opened(&vault, &bench.at("passphrase"), kept);
    let own = |r: &&Value| !r["kind"].as_str().unwrap().starts_with("vault.");
    let lines = |read: &Value| -> Vec<String> {
        let records = read["records"].as_array().unwrap().iter().filter(own);
        records
            .map(|r| format!("{} {} {}", r["seq"], r["at"], r["kind"]))
            .collect()
    };
    assert_eq!(lines(&after), lines(&before));
    assert_eq!(after["amiss"], serde_json::json!([]));
}

#[test]
fn a_desk_works_with_a_clock_ten_years_off() {
    let bench = Bench::prepare();
    let story = Story {
        bench: &bench,
        place: bench.place("desk-clock", false),
    };
    let at = |name: &str| story.place.join(name);
    let desk = Cli {
        side: "desk",
        vault: at("desk"),
        passphrase: bench.at("passphrase"),
    };
    let none: &[&str] = &[];
    let _ = story.step(AHEAD, desk.command("create", none));
    let key = "2e223b6687cf5cfdc0d0ddcc1b4def700ad6b5b73cc2bf0ee51db3672b58bc70";
    let endpoint = "http://127.0.0.1:9";
    let mut found = desk.command(
        "found",
        &[
            "--name",
            "House",
            "--endpoint",
            endpoint,
            "--receipt-key",
            key,
        ],
    );
    found
        .arg("--offline")
        .arg(at("offline"))
        .arg("--offline-passphrase-file")
        .arg(&desk.passphrase);
    let _ = story.step(BEHIND, found);
    for (clock, out) in [(AHEAD, "ahead"), (BEHIND, "behind")] {
        let mut profile = desk.command("profile", &["--renew"]);
        profile.arg("--out").arg(at(out));
        let _ = story.step(clock, profile);
        assert!(at(out).is_file());
    }
    let read = opened(&desk.vault, &desk.passphrase, Secret::Passphrase);
    assert_eq!(read["amiss"], serde_json::json!([]));
}

struct Story<'a> {
    bench: &'a Bench,
    place: PathBuf,
}

impl Story<'_> {
    // One process to its end, under a clock; what it said as JSON, where it did.
    fn step(&self, clock: i64, mut command: Command) -> Value {
        let log = self.bench.at("clock.log");
        self.bench.shim.arm(&mut command, &self.place, &log);
        shim::at_time(&mut command, NOW.parse::<i64>().unwrap() + clock);
        let ran = Ran::of(&mut command);
        serde_json::from_str(ran.ok()).unwrap_or_default()
    }
}

const RIGHT: i64 = 0;
const AHEAD: i64 = 315_576_000;
const BEHIND: i64 = -AHEAD;
