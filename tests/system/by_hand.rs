//! By hand: nobody has a line. A sealed report goes on a stick, to the endpoint's operator or straight to a desk, and what was
//! signed for it comes back the same way.

use chronicle_tests::{Ran, Scene, binary, flip_a_byte};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

const NONE: &[&str] = &[];

// A report that waits, and a stick with it.
fn waiting() -> (Scene, PathBuf, PathBuf) {
    let mut scene = Scene::begin();
    scene.endpoint.kill();
    let incident = scene.add(&[]);
    scene.send(&incident);
    let id = scene.delivery()["id"].as_str().unwrap().to_owned();
    let stick = scene.at("stick");
    std::fs::create_dir(&stick).unwrap();
    let words = [Path::new(&id), Path::new("--out"), &stick];
    let written = scene.journal.json("hand", &words);
    let file = PathBuf::from(written["files"][0].as_str().unwrap());
    assert_eq!(
        scene.delivery()["stage"],
        "waiting",
        "only what was signed is shown"
    );
    scene.journal.run("hand", &words).refused("already a file");
    (scene, stick, file)
}

fn only(stick: &Path, but: &[&Path]) -> PathBuf {
    let all = std::fs::read_dir(stick).unwrap().map(|f| f.unwrap().path());
    let mut left: Vec<PathBuf> = all.filter(|f| !but.contains(&f.as_path())).collect();
    assert_eq!(left.len(), 1, "{left:?}");
    left.remove(0)
}

#[test]
fn over_the_operators_table() {
    let (mut scene, stick, file) = waiting();
    let name = file.display().to_string();
    // A copy that was cut, one that changed, and something else: each is said, and the whole one is stored all the same.
    let (cut, other, broken) = (stick.join("cut"), stick.join("other"), stick.join("broken"));
    std::fs::copy(&file, &cut).unwrap();
    std::fs::File::options()
        .write(true)
        .open(&cut)
        .unwrap()
        .set_len(200_000)
        .unwrap();
    std::fs::write(&other, "hello").unwrap();
    std::fs::copy(&file, &broken).unwrap();
    flip_a_byte(&broken, 0);
    let [cut, other, broken] = [cut, other, broken].map(|f| f.display().to_string());
    let ran = scene
        .endpoint
        .run(&["import", &cut, &broken, &name, &other]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    for wrong in [&cut, &other, &broken] {
        assert!(
            ran.stderr
                .contains(&format!("{wrong}: this is not a sealed report")),
            "{ran:?}"
        );
        assert!(!Path::new(&format!("{wrong}.receipt")).exists());
    }
    let receipt = format!("{name}.receipt");
    assert_eq!(ran.stdout.trim(), receipt);
    let before = std::fs::read(&receipt).unwrap();
    assert_eq!(scene.endpoint.run(&["import", &name]).ok().trim(), receipt);
    assert_eq!(std::fs::read(&receipt).unwrap(), before, "the same receipt");
    // A server that can open nothing stores what changed inside, and the receipt for that is none for the report.
    let changed = stick.join("changed");
    std::fs::copy(&file, &changed).unwrap();
    flip_a_byte(&changed, 250_000);
    let changed = changed.display().to_string();
    let changed = scene
        .endpoint
        .run(&["import", &changed])
        .ok()
        .trim()
        .to_owned();
    scene
        .journal
        .run("take", &[changed.as_str()])
        .refused("belongs to no report");

    scene
        .journal
        .run("take", &[name.as_str()])
        .refused("belongs to no report");
    let taken = scene.journal.json("take", &[receipt.as_str()]);
    assert_eq!(taken["taken"][0]["came"], "stored");
    assert_eq!(scene.delivery()["stage"], "stored");
    // Anyone can see what it proves, by the profile alone.
    let at = |name: &str| scene.at(name).display().to_string();
    let profile = at("profile.json");
    let verify = |receipt: &str, sealed: &str| {
        let args = [
            "receipt",
            "verify",
            receipt,
            "--profile",
            &profile,
            "--sealed",
            sealed,
        ];
        let mut command = Command::new(binary("chronicle-cli"));
        Ran::of(command.arg("--json").args(args))
    };
    let proved = verify(&receipt, &name).json();
    assert_eq!(proved["words"], scene.words.as_str());
    assert_eq!(
        (&proved["compared"], &proved["size"]),
        (&true.into(), &262_144.into())
    );
    verify(&changed, &name).refused("another sealed file");
    verify(&name, &name).refused("not a receipt");
    let forged = std::fs::read_to_string(&receipt)
        .unwrap()
        .replace("262144", "524288");
    let forged = scene.write("forged.receipt", &forged).display().to_string();
    verify(&forged, &name).refused("is not valid");
    let id = scene.delivery()["id"].as_str().unwrap().to_owned();
    let own = scene.at("own.receipt");
    let _ = scene
        .journal
        .json("receipt", &[Path::new(&id), Path::new("--out"), &own]);
    let parsed =
        |path: &Path| -> Value { serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap() };
    assert_eq!(parsed(&own), parsed(Path::new(&receipt)));
    let looked = scene.endpoint.run(&["check"]);
    assert!(looked.ok().contains("all as it should be"), "{looked:?}");

    // The desk fetches it like any other.
    scene.endpoint.serve();
    let fetched = scene.desk.json("fetch", NONE);
    assert_eq!(
        (&fetched["new_reports"], &fetched["quarantined"]),
        (&1.into(), &1.into())
    );
    // And a journal that has a line again meets what is there.
    let _ = scene.journal.run("sync", NONE).ok();
    assert_eq!(scene.desk.json("fetch", NONE)["new_reports"], 0);
}

#[test]
fn straight_to_a_desk_and_back() {
    let (scene, stick, file) = waiting();
    let name = file.display().to_string();
    let other = scene.write("other", "hello").display().to_string();
    scene
        .desk
        .run("take", &[other.as_str()])
        .refused("not a sealed report");
    let taken = scene.desk.json("take", &[name.as_str()]);
    assert_eq!(
        (&taken["new_reports"], &taken["quarantined"]),
        (&1.into(), &0.into())
    );
    let again = scene.desk.json("take", &[name.as_str()]);
    assert_eq!(again["new_reports"], 0, "{again}");
    let id = scene.desk.json("list", NONE)["reports"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    // Taking in is not opening.
    let out = [Path::new("--out"), &stick];
    assert_eq!(
        scene.desk.json("hand", &out)["files"]
            .as_array()
            .map(Vec::len),
        Some(0)
    );
    let _ = scene.desk.run("show", &[&id]).ok();
    let _ = scene.desk.json("hand", &out);
    let message = only(&stick, &[&file]).display().to_string();
    let back = scene.journal.json("take", &[message.as_str()]);
    assert_eq!(back["taken"][0]["came"], "message");
    assert_eq!(scene.delivery()["stage"], "opened");
    let back = scene.journal.json("take", &[message.as_str()]);
    assert_eq!(back["taken"][0]["came"], "known");
    flip_a_byte(&file, 250_000);
    let changed = scene.desk.json("take", &[name.as_str()]);
    assert_eq!(
        (&changed["new_reports"], &changed["quarantined"]),
        (&0.into(), &1.into())
    );
}
