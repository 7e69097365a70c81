//! Two endpoints on one bucket behind a web server: what one began when it was killed the other one finishes, and everything
//! arrives once.

use chronicle_tests::{Bucket, Endpoint, Front, Lines, Scene, folder, random_file, same_bytes};
use std::path::Path;
use std::time::Duration;

#[test]
fn what_a_killed_endpoint_began_the_other_one_finishes() {
    let (folder, bucket) = (folder(), Bucket::start());
    let one = Endpoint::init(&folder.path().join("one"));
    bucket.configure(&one.data);
    let mut two = one.twin(&folder.path().join("two"));
    let front = Front::start(&folder.path().join("front"), &[one.port, two.port]);
    let address = format!("http://127.0.0.1:{}", front.port);
    two.serve();
    let mut scene = Scene::begin_at(folder, one, &address);
    let file = scene.at("recording.bin");
    random_file(&file, 24 << 20);
    let incident = scene.add(std::slice::from_ref(&file));
    scene.send(&incident);

    let none: &[&str] = &[];
    let mut sync = scene.journal.start("sync", none);
    let said = Lines::of(sync.stderr.take().expect("what it says"));
    // In the middle: pieces are there, and the end is not.
    bucket.lines.wait_for("/p0000000000", PATIENCE);
    bucket.lines.wait_for("/p0000000000", PATIENCE);
    scene.endpoint.kill();
    let ended = bucket.lines.wait_for("/end", PATIENCE);
    assert!(ended.starts_with("put a/b/up/"), "in its folder: {ended}");
    let status = sync.wait().expect("it ends");
    assert_eq!(
        status.code(),
        Some(0),
        "{}",
        said.wait_for("", Duration::from_secs(1))
    );
    assert_eq!(scene.delivery()["stage"], "stored");

    let fetched = scene.desk.json("fetch", none);
    assert_eq!(fetched["new_reports"], 1, "{fetched}");
    let inbox = scene.desk.json("list", none);
    let id = inbox["reports"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let out = scene.at("saved");
    let saved = scene
        .desk
        .json("save", &[Path::new(&id), Path::new("--out"), &out]);
    assert_eq!(saved["files"].as_array().map(|f| !f.is_empty()), Some(true));
    assert_eq!(same_bytes(&file, &out.join("0001.bin")), None);

    // The other way round: the first one is back, the second one goes, and what was there is there.
    scene.endpoint.serve();
    two.kill();
    // The web server takes up again what did not answer a moment ago.
    std::thread::sleep(Duration::from_secs(2));
    let again = scene.desk.json("fetch", none);
    assert_eq!(again["new_reports"], 0, "{again}");
    assert_eq!(
        scene.endpoint.run(&["token", "list"]).ok().lines().count(),
        4
    );
}

#[test]
fn a_bucket_that_lets_objects_be_written_over_is_not_served() {
    let (folder, bucket) = (folder(), Bucket::forgetful());
    let endpoint = Endpoint::init(&folder.path().join("endpoint"));
    bucket.configure(&endpoint.data);
    endpoint
        .run(&["serve", "--listen", "127.0.0.1:0"])
        .refused("If-None-Match");
}

const PATIENCE: Duration = Duration::from_secs(120);
