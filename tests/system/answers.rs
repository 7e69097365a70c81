//! What an organisation says back: opened by a person only after a person opened it, answered in the caseworker's words, and
//! nothing of it before it was verified.

use chronicle_tests::Scene;
use serde_json::Value;

const NONE: &[&str] = &[];

fn arrived() -> (Scene, String) {
    let scene = Scene::begin();
    let incident = scene.add(&[]);
    scene.send(&incident);
    let _ = scene.journal.run("sync", NONE).ok();
    assert_eq!(scene.desk.json("fetch", NONE)["new_reports"], 1);
    let report = scene.desk.json("list", NONE)["reports"][0]["id"].clone();
    (scene, report.as_str().unwrap().to_owned())
}

fn looked(scene: &Scene) -> (Value, Value) {
    let looked = scene.journal.json("answers", NONE);
    (looked["came"].clone(), looked["deliveries"][0].clone())
}

#[test]
fn opened_and_answered_come_back_to_the_person_who_sent_it() {
    let (scene, report) = arrived();
    // Fetching is not opening.
    let _ = scene.desk.run("fetch", NONE).ok();
    let (came, delivery) = looked(&scene);
    assert_eq!((came, &delivery["stage"]), (0.into(), &"stored".into()));
    // Opened by a person; told at the next visit.
    let shown = scene.desk.json("show", &[&report]);
    assert_eq!(shown["said"][0]["posted"], Value::Null);
    assert_eq!(looked(&scene).0, 0);
    let _ = scene.desk.run("fetch", NONE).ok();
    let (came, delivery) = looked(&scene);
    assert_eq!((came, &delivery["stage"]), (1.into(), &"opened".into()));
    assert!(delivery["opened"].is_string());
    // Shown once more is not opened once more.
    let shown = scene.desk.json("show", &[&report]);
    assert_eq!(shown["said"].as_array().map(Vec::len), Some(1));
    assert!(shown["said"][0]["posted"].is_string());
    let words = "Когда вам звонили?\nОтветьте, когда сможете.";
    let file = scene.write("words.txt", words);
    let file = file.to_str().unwrap();
    let answer = ["--text-file", file];
    let _ = scene
        .desk
        .json("answer", &[&[report.as_str()], answer.as_slice()].concat());
    let fetched = scene.desk.json("fetch", NONE);
    assert_eq!(fetched["problem"], Value::Null);
    let (came, delivery) = looked(&scene);
    assert_eq!((came, &delivery["stage"]), (1.into(), &"answered".into()));
    assert_eq!(delivery["answers"][0]["text"], words);
    // It stays, and is taken out of the mailbox; nothing comes twice.
    for _ in 0..2 {
        assert_eq!(looked(&scene).0, 0);
    }
    let status = scene.delivery();
    assert_eq!(status["answers"][0]["text"], words);
    let told = scene.journal.run("status", NONE);
    assert!(told.ok().contains("Ответьте, когда сможете."));
    let empty = scene.write("empty.txt", " \n");
    let empty = [report.as_str(), "--text-file", empty.to_str().unwrap()];
    scene.desk.run("answer", &empty).refused("1 to 20,000");
}
