//! Invitations that were changed, words that were misheard, and what cannot be sent.

use super::NONE;
use chronicle_tests::{Ran, Scene};
use std::path::Path;
use std::process::Command;

#[test]
fn invitations_and_words() {
    let mut scene = Scene::found(|_| None);
    let invitation = scene.invitation("first");
    let text = std::fs::read_to_string(&invitation).unwrap();

    let letter = text.len() / 2;
    let other = if text.as_bytes()[letter] == b'A' {
        "B"
    } else {
        "A"
    };
    let _ = scene.write(
        "letter",
        &format!("{}{other}{}", &text[..letter], &text[letter + 1..]),
    );
    join(&scene, "letter", &scene.words)
        .refused("This is not an invitation, or part of it is missing.");
    let _ = scene.write("half", &text[..letter]);
    join(&scene, "half", &scene.words)
        .refused("This is not an invitation, or part of it is missing.");
    let _ = scene.write("forged", &forged(&scene, &text));
    join(&scene, "forged", &scene.words).refused("The signature");
    join(&scene, "nowhere", &scene.words).refused("nowhere: This file could not be read.");

    let words: Vec<&str> = scene.words.split(' ').collect();
    join(&scene, "first.invitation", &words[..5].join(" ")).refused("Six words are needed.");
    let misheard = [&words[..3], &["chronikle"], &words[4..]]
        .concat()
        .join(" ");
    join(&scene, "first.invitation", &misheard).refused("chronikle: ");
    let swapped = [words[1], words[0], words[2], words[3], words[4], words[5]].join(" ");
    join(&scene, "first.invitation", &swapped)
        .refused("These words do not belong to this invitation.");
    assert_eq!(
        scene.journal.json("organisations", NONE)["organisations"]
            .as_array()
            .map(Vec::len),
        Some(0)
    );

    let id = join(&scene, "first.invitation", &scene.words.to_uppercase());
    scene.organisation = id.ok().to_owned();
    join(&scene, "first.invitation", &scene.words).refused("You already know this organisation.");
    let before = scene.journal.json("organisations", NONE);
    let incident = scene.add(&[]);
    scene
        .journal
        .run("send", &[incident.as_str(), "--to", "Nobody"])
        .refused("There is no such organisation here.");
    let part = ["--leave-out", "photo"];
    scene
        .journal
        .run(
            "send",
            &[&[incident.as_str(), "--to", &scene.organisation], &part[..]].concat(),
        )
        .refused("no longer here");
    let empty = scene.write("empty.json", "{}");
    let empty = scene
        .journal
        .run("add", &[Path::new("--report"), &empty])
        .ok()
        .to_owned();
    scene
        .journal
        .run("send", &[empty.as_str(), "--to", &scene.organisation])
        .refused("Something is still missing");
    scene.send(&incident);
    scene
        .journal
        .run("send", &[incident.as_str(), "--to", &scene.organisation])
        .refused("sent");
    assert_eq!(scene.delivery()["stage"], "waiting");
    assert_eq!(scene.journal.json("organisations", NONE), before);
}

fn join(scene: &Scene, name: &str, words: &str) -> Ran {
    scene.journal.run(
        "join",
        &[&*scene.at(name).display().to_string(), "--words", words],
    )
}

// Whole by its own check, but the profile was changed after it was signed.
fn forged(scene: &Scene, text: &str) -> String {
    let (block, out) = (scene.write("block", text), scene.at("forged.out"));
    let script = r#"
import base64, hashlib, sys
lines = open(sys.argv[1]).read().split("\n")
begin, end = lines[0], lines[-2]
body = base64.b64decode("".join(lines[1:-2])).decode()
assert "127.0.0.1" in body
body = body.replace("127.0.0.1", "127.0.0.9").encode()
letters = base64.b64encode(body).decode()
end = end[:len("-----END CHRONICLE INVITATION")] + " " + hashlib.sha256(body).hexdigest()[:8] + "-----"
open(sys.argv[2], "w").write("\n".join([begin, letters, end, ""]))
"#;
    chronicle_tests::tool("python3", "python3");
    let _ = Ran::of(
        Command::new("python3")
            .args(["-c", script])
            .arg(block)
            .arg(&out),
    )
    .ok();
    std::fs::read_to_string(out).unwrap()
}
