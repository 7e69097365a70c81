//! Every field of the schema and every code of the vocabulary goes through vault, bundle, desk and `--json`, and comes out
//! as it went in. What is made anew on the way is listed here, each with its reason.

use chronicle_report::Draft;
use chronicle_tests::{Difference, Scene, differences, leaves};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[test]
fn every_field_comes_out_as_it_went_in() {
    let scene = Scene::begin();
    let earlier = scene.add(&[]);
    scene.send(&earlier);
    let sent = everything(&scene, &earlier);
    let incident = add(&scene, &sent);
    let kept = scene.journal.json("show", &[&incident])["draft"].clone();
    scene.send(&incident);
    let none: &[&str] = &[];
    let _ = scene.journal.run("sync", none).ok();
    let _ = scene.desk.run("fetch", none).ok();
    let came = received(&scene);

    // The vault keeps the evidence's description with the items, not in the draft.
    let mut own = sent.clone();
    own["evidence"] = json!([]);
    own["report_id"] = json!("");
    assert_eq!(differences(&own, &kept), [], "journal show --json");
    let changed = unexpected(&sent, &came);
    assert!(changed.is_empty(), "desk show --json: {changed:?}");
    anew(&sent, &came);

    let codes: Vec<&str> = came["what"]["types"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t["code"].as_str().unwrap())
        .collect();
    for kind in chronicle_report::vocabulary().types() {
        assert!(
            codes.contains(&kind.code.as_str()),
            "{} is missing",
            kind.code
        );
    }
    every_removed_field_is_found(&sent, &came);
}

/// Paths that are made anew on the way, and why.
const ANEW: &[(&str, &str)] = &[
    ("/report_id", "drawn for each organisation"),
    (
        "/related/0/report_id",
        "the id under which this organisation knows the other report",
    ),
    ("/evidence/0/id", "drawn for each organisation"),
    ("/evidence/1/id", "drawn for each organisation"),
    ("/evidence/1/derived_from", "the new id of the first item"),
    (
        "/evidence/0/imported_at",
        "when this vault took the file in",
    ),
    (
        "/evidence/1/imported_at",
        "when this vault took the file in",
    ),
    ("/evidence/0/tool", "what took it in"),
    ("/evidence/1/tool", "what took it in"),
];

fn is_anew(path: &str) -> bool {
    ANEW.iter().any(|(anew, _)| {
        path == *anew
            || path
                .strip_prefix(anew)
                .is_some_and(|rest| rest.starts_with('/'))
    })
}

fn unexpected(sent: &Value, came: &Value) -> Vec<Difference> {
    let other = |d: &Difference| !(is_anew(d.path()) && matches!(d, Difference::Other(_)));
    differences(sent, came).into_iter().filter(other).collect()
}

// What is made anew must still be there, and must fit together.
fn anew(sent: &Value, came: &Value) {
    for path in [
        "/report_id",
        "/related/0/report_id",
        "/evidence/0/id",
        "/evidence/1/id",
    ] {
        let at = |value: &Value| {
            value
                .pointer(path)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        assert_eq!(at(came).len(), 32, "{path} is drawn");
        assert_ne!(at(came), at(sent), "{path} is not the vault's own");
    }
    assert_eq!(
        came["evidence"][1]["derived_from"],
        came["evidence"][0]["id"]
    );
    assert_eq!(came["evidence"][0]["tool"]["name"], "chronicle");
    assert!(
        came["evidence"][0]["imported_at"]["local"]
            .as_str()
            .is_some_and(|t| t.contains('T'))
    );
}

// The planted fault, at every single place: a comparison that would miss a lost field is no comparison.
fn every_removed_field_is_found(sent: &Value, came: &Value) {
    let all = leaves(sent);
    assert!(all.len() > 300, "only {} fields were walked", all.len());
    for path in &all {
        let mut lost = came.clone();
        let (parent, name) = path.rsplit_once('/').unwrap();
        match lost.pointer_mut(parent).unwrap() {
            Value::Object(map) => drop(map.shift_remove(name)),
            Value::Array(list) => drop(list.remove(name.parse().unwrap())),
            other => panic!("{parent} is {other}"),
        }
        assert!(
            !unexpected(sent, &lost).is_empty(),
            "losing {path} went unnoticed"
        );
    }
}

// The sample that fills everything, described evidence included, with two files, the second made from the first.
fn everything(scene: &Scene, earlier: &str) -> Value {
    let mut sent = Draft::everything().to_value();
    sent["related"][0]["report_id"] = json!(earlier);
    let mut items = [sent["evidence"][0].clone(), sent["evidence"][0].clone()];
    for (number, item) in items.iter_mut().enumerate() {
        let name = format!("file-{number}.txt");
        let content = format!("Содержание файла {number}\n");
        let path = scene.write(&name, &content);
        item["id"] = json!(format!("e-{number}"));
        item["derived_from"] = json!(if number == 0 { "" } else { "e-0" });
        item["original_name"] = json!(name);
        item["size"] = json!(content.len());
        item["media_type"] = json!("text/plain");
        item["sha256"] = json!(sha256(&path));
    }
    sent["evidence"] = json!(items);
    sent
}

fn add(scene: &Scene, sent: &Value) -> String {
    let report = scene.write("everything.json", &sent.to_string());
    // In the other order: an item that was made from another one finds it all the same.
    let files = [scene.at("file-1.txt"), scene.at("file-0.txt")];
    let mut args = vec![PathBuf::from("--report"), report];
    args.extend(
        files
            .into_iter()
            .flat_map(|file| [PathBuf::from("--attach"), file]),
    );
    scene.journal.run("add", &args).ok().to_owned()
}

fn received(scene: &Scene) -> Value {
    let none: &[&str] = &[];
    let inbox = scene.desk.json("list", none);
    let two = inbox["reports"].as_array().unwrap();
    assert_eq!(
        (two.len(), inbox["quarantine"].as_array().unwrap().len()),
        (2, 0),
        "{inbox}"
    );
    let id = two.iter().find(|line| line["files"] == 2).unwrap()["id"]
        .as_str()
        .unwrap();
    scene.desk.json("show", &[id])["draft"].clone()
}

fn sha256(path: &Path) -> String {
    let said = chronicle_tests::Ran::of(std::process::Command::new("sha256sum").arg(path));
    said.ok().split_whitespace().next().unwrap().to_owned()
}
