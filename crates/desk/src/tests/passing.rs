//! What goes on from this desk: to a colleague, to somebody with age, to a third party.

use super::line::Line;
use super::*;
use crate::Onward;
use chronicle_bundle::{GrantError, Identity, RecipientType};
use chronicle_report::Draft;
use chronicle_wire::route::LogEntry;
use chronicle_words::{Locale, Words};
use std::collections::BTreeMap;
use std::io::Read;

/// A desk with one report that has two items, and its id.
fn received() -> (Line, Vec<u8>, String) {
    let mut line = Line::new();
    let bundle = line.sealed(&[b"first item", b"second item"]);
    line.with(|s| s.take(&bundle));
    assert_eq!(line.brought(), (1, 0));
    let list = line.desk.lock().unwrap().reports(&now()).unwrap();
    let id = list.reports[0].id.clone();
    (line, bundle, id)
}

fn codes(desk: &Desk) -> Vec<String> {
    let all = desk.decisions().unwrap();
    all.into_iter().map(|d| d.what).collect()
}

/// What an age file holds, by age and tar alone: the identity's file and the archive.
fn opened(sealed: &[u8], identity: &Identity) -> BTreeMap<String, Vec<u8>> {
    let dir = tempfile::tempdir().unwrap();
    let (key, file) = (dir.path().join("key"), dir.path().join("file.age"));
    std::fs::write(&key, identity.to_file().as_bytes()).unwrap();
    std::fs::write(&file, sealed).unwrap();
    let out = std::process::Command::new("age")
        .arg("-d")
        .arg("-i")
        .arg(&key)
        .arg(&file)
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let list = dir.path().join("out");
    std::fs::create_dir(&list).unwrap();
    let tar = dir.path().join("plain.tar");
    std::fs::write(&tar, out.stdout).unwrap();
    let status = std::process::Command::new("tar")
        .arg("-xf")
        .arg(&tar)
        .arg("-C")
        .arg(&list)
        .status()
        .unwrap();
    assert!(status.success());
    let mut all = BTreeMap::new();
    let mut folders = vec![list.clone()];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&list).unwrap().display().to_string();
                all.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    all
}

#[test]
fn a_new_colleague_opens_an_old_bundle_that_was_granted() {
    let (line, bundle, id) = received();
    let mut desk = line.desk.lock().unwrap();
    let folder = line.house.dir.path().join("colleague");
    let mut other = Desk::create_with(&folder, &passphrase("another desk of its own"), 10).unwrap();
    let (request, read_out) = other.ask(&now()).unwrap();
    let welcome = desk.admit(&request, &read_out, "Dana", &now()).unwrap();
    let words = desk.view(&now()).unwrap().organisation.unwrap().words;
    other.enter(&welcome, &words, &now()).unwrap();
    // The colleague's desk has fetched it, and no key of theirs opens it.
    let hash = Hash::of(&bundle);
    let entry = LogEntry {
        sha256: hash,
        size: bundle.len() as u64,
        day: "2026-03-14".parse().unwrap(),
    };
    other.take_for_test(&entry, &bundle, &now()).unwrap();
    let apart = |other: &Desk| -> Vec<String> {
        let list = other.reports(&now()).unwrap();
        list.quarantine.into_iter().map(|q| q.reason.code).collect()
    };
    assert_eq!(apart(&other), ["bundle-not-for-us"]);

    let label = {
        let view = desk.view(&now()).unwrap().organisation.unwrap();
        let dana = view.colleagues.into_iter().find(|c| c.name == "Dana");
        dana.unwrap().label
    };
    assert!(matches!(
        desk.grant("no", &label, "", &now()),
        Err(Error::NotFound)
    ));
    assert!(matches!(
        desk.grant(&id, "no", "", &now()),
        Err(Error::NotFound)
    ));
    let own = desk.own_recipient().unwrap();
    let view = desk.view(&now()).unwrap().organisation.unwrap();
    let ours = view.colleagues.iter().find(|c| c.own).unwrap();
    assert!(
        matches!(
            desk.grant(&id, &ours.label, "", &now()),
            Err(Error::NotFound)
        ),
        "{own}"
    );
    let grant = desk
        .grant(&id, &label, "takes over her cases", &now())
        .unwrap();
    assert_eq!(codes(&desk)[0], "granted");
    // The colleague does not know yet that their own key is in the profile of the one who gives: both are.
    assert_eq!(other.take_grant(&grant, &now()).unwrap(), 1);
    assert_eq!(apart(&other), Vec::<String>::new());
    assert_eq!(codes(&other)[0], "grant-taken");
    let list = other.reports(&now()).unwrap();
    let shown = other.open(&list.reports[0].id, &now()).unwrap();
    assert!(
        shown.checks.iter().all(|c| c.ok),
        "all of it is verified as ever"
    );
    assert_eq!(shown.evidence.len(), 2);
    // Whose key it is not gets nothing, and nothing is granted by a file that is none.
    let refused = desk.take_grant(&grant, &now());
    assert!(matches!(refused, Err(Error::Grant(GrantError::NotForUs))));
    let refused = other.take_grant(&grant[..40], &now());
    assert!(matches!(refused, Err(Error::Grant(GrantError::Malformed))));
    // After a lock it is still there, and what comes later opens too.
    drop(other);
    let mut other = Desk::unlock(&folder, &passphrase("another desk of its own")).unwrap();
    assert_eq!(other.findings(), []);
    assert_eq!(other.reports(&now()).unwrap().reports.len(), 1);
    assert_eq!(
        other.take_grant(&grant, &now()).unwrap(),
        0,
        "once more, nothing new"
    );
}

#[test]
fn a_report_is_exported_whole_as_an_ordinary_age_file() {
    let (line, _, id) = received();
    let mut desk = line.desk.lock().unwrap();
    let person = Identity::draw(RecipientType::X25519);
    let mut out = Vec::new();
    let to = person.recipient();
    desk.export_as_age(&id, &to, "court", &mut out, &mut |_| true, &now())
        .unwrap();
    let files = opened(&out, &person);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "custody.jsonl",
            "files/0001",
            "files/0002",
            "manifest.json",
            "manifest.sig",
            "parts.json",
            "people.json",
            "report.json",
            "report.txt"
        ]
    );
    assert_eq!(files["files/0002"], b"second item");
    // It is what was signed, byte for byte.
    let manifest: chronicle_bundle::Manifest =
        serde_json::from_slice(&files["manifest.json"]).unwrap();
    assert!(chronicle_wire::signed::verify(
        manifest.sender,
        chronicle_wire::signed::purpose::MANIFEST_REPORT,
        &files["manifest.json"],
        std::str::from_utf8(&files["manifest.sig"]).unwrap(),
    ));
    assert_eq!(codes(&desk)[0], "exported");
    let mut nothing = Vec::new();
    let refused = desk.export_as_age(&id, "age1nobody", "", &mut nothing, &mut |_| true, &now());
    assert!(matches!(refused, Err(Error::Recipient)));
    let cancelled = desk.export_as_age(&id, &to, "", &mut nothing, &mut |_| false, &now());
    assert!(matches!(cancelled, Err(Error::Cancelled)));
    assert_eq!(codes(&desk).len(), 1, "only what was done is written down");
}

#[test]
fn a_third_party_gets_what_was_chosen_and_no_id() {
    let (line, bundle, id) = received();
    let mut desk = line.desk.lock().unwrap();
    let person = Identity::draw(RecipientType::X25519);
    let to = person.recipient();
    let words = Words::new(Locale::En);
    let report = desk.received(&id).unwrap();
    let draft = report.draft().unwrap();
    let second = draft.evidence[1].id.clone();
    let items = [second.clone()];
    let choose = |purpose, agreed, people| Onward {
        to: &to,
        purpose,
        agreed,
        people,
        items: &items,
    };
    let mut send = |onward: &Onward<'_>| {
        let mut out = Vec::new();
        let done = desk.onward(&id, onward, &words, &mut out, &mut |_| true, &now());
        done.map(|()| out)
    };
    // The example's form says nothing of the media: safe answers, so no.
    assert!(matches!(
        send(&choose("media", " ", false)),
        Err(Error::Consent)
    ));
    assert!(matches!(
        send(&choose("anything", "yes", false)),
        Err(Error::Purpose)
    ));
    let wrong = ["no such item".to_owned()];
    let wrong = Onward {
        items: &wrong,
        ..choose("media", "by telephone", false)
    };
    assert!(matches!(send(&wrong), Err(Error::NotFound)));
    let sealed = send(&choose("media", "by telephone, on 12 March", false)).unwrap();
    let files = opened(&sealed, &person);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["files/0001", "report.json", "report.txt"]);
    assert_eq!(files["files/0001"], b"second item");
    let told = Draft::received(&files["report.json"]).unwrap();
    assert_eq!(
        (told.evidence.len(), told.evidence[0].id.as_str()),
        (1, "1")
    );
    assert_eq!(told.what.narrative, draft.what.narrative);
    assert!(told.related.is_empty() && told.place.geo.is_none());
    let all: Vec<u8> = files.values().flatten().copied().collect();
    let all = String::from_utf8_lossy(&all);
    let manifest = &report.manifest;
    let secret = [
        id.clone(),
        manifest.report.clone(),
        manifest.chain.id.clone(),
        manifest.sender.to_string(),
        manifest.mailbox.to_string(),
        manifest.reply.clone(),
        Hash::of(&bundle).to_string(),
        second,
        draft.evidence[0].id.clone(),
        draft.evidence[0].sha256.clone(),
        draft.evidence[0].original_name.clone(),
        draft.evidence[1].original_name.clone(),
    ];
    for one in secret {
        assert!(!one.is_empty() && !all.contains(&one), "{one}");
    }
    let with_people = opened(
        &send(&choose("media", "asked again", true)).unwrap(),
        &person,
    );
    assert!(with_people.contains_key("people.txt"));
    assert_eq!(codes(&desk), ["passed-on", "passed-on"]);
    let why = &desk.decisions().unwrap()[1].reason;
    assert_eq!(why, "media: by telephone, on 12 March");
    let mut yes = Vec::new();
    // What the form says yes to needs no more.
    let helped = Onward {
        purpose: "help",
        agreed: "",
        ..choose("", "", false)
    };
    desk.onward(&id, &helped, &words, &mut yes, &mut |_| true, &now())
        .unwrap();
    let mut rest = Vec::new();
    yes.as_slice().read_to_end(&mut rest).unwrap();
    assert!(!rest.is_empty());
}
