//! What was chosen about going out counts for every verb that goes out, and nothing goes another way than before unasked.

use chronicle_tests::{Scene, folder};
use serde_json::{Value, json};

const NONE: &[&str] = &[];

// Where nothing listens.
fn dead() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

fn known(scene: &Scene) -> Value {
    scene.journal.json("organisations", NONE)["organisations"][0].clone()
}

// What one visit says of the only delivery.
fn visited(scene: &Scene) -> String {
    let ran = scene.journal.run("sync", &["--once"]);
    assert_ne!(ran.code, Some(0), "{ran:?}");
    assert_eq!(scene.delivery()["stage"], "waiting");
    ran.stderr
}

#[test]
fn nothing_goes_another_way_than_the_one_that_was_chosen() {
    let scene = Scene::begin();
    let none = json!({"socks": null, "by_hand": false});
    assert_eq!(scene.journal.json("travel", NONE), none);
    assert_eq!(known(&scene)["way"], "direct");
    let proxy = dead();
    let chosen = scene.journal.json("travel", &["--socks", &proxy]);
    assert_eq!(chosen, json!({"socks": proxy, "by_hand": false}));
    let incident = scene.add(&[]);
    scene.send(&incident);
    // The proxy is not there: nothing goes, and it is said.
    assert!(visited(&scene).contains("Tor does not answer"));
    assert_eq!(known(&scene)["way"], "proxied");
    // Without it, it stays: it was to go behind one.
    let _ = scene.journal.run("travel", &["--direct"]).ok();
    assert!(visited(&scene).contains("only go through Tor"));
    let stays = known(&scene);
    let told = (&stays["way"], &stays["stays"]["code"], &stays["instead"]);
    assert_eq!(told, (&Value::Null, &"tor-needed".into(), &"direct".into()));
    assert_eq!(scene.desk.json("fetch", NONE)["new_reports"], 0);
    let agreed = scene.journal.json("agree", &[&scene.organisation]);
    assert_eq!(agreed["way"], "direct");
    let _ = scene.journal.run("sync", NONE).ok();
    assert_eq!(scene.delivery()["stage"], "stored");
    // A desk goes out as it was told to, too.
    let _ = scene.desk.run("travel", &["--socks", &proxy]).ok();
    scene.desk.run("fetch", NONE).refused("Tor does not answer");
    let _ = scene.desk.run("travel", &["--direct"]).ok();
    assert_eq!(scene.desk.json("fetch", NONE)["new_reports"], 1);
}

#[test]
fn a_short_invitation_is_asked_for_as_was_chosen() {
    let scene = Scene::begin();
    let dir = folder();
    let token = scene.write("short.token", &scene.endpoint.token("reporter"));
    let short = dir.path().join("short");
    let args = [
        "--short",
        "--token-file",
        token.to_str().unwrap(),
        "--out",
        short.to_str().unwrap(),
    ];
    let _ = scene.desk.run("invite", &args).ok();
    let other = chronicle_tests::Cli {
        side: "journal",
        vault: dir.path().join("journal"),
        passphrase: scene.journal.passphrase.clone(),
    };
    other.make();
    let _ = other.run("travel", &["--socks", &dead()]).ok();
    let join = [short.to_str().unwrap(), "--words", &scene.words];
    other.run("join", &join).refused("Tor does not answer");
    let _ = other.run("travel", &["--direct"]).ok();
    let _ = other.run("join", &join).ok();
}
