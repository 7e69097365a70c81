//! What is sealed here opens with another implementation, and the other way round; both have the same recipient for the same
//! secret. The other one is `age-encryption` of npm, by the author of age.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use age::{Decryptor, Encryptor};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chronicle_hybrid::Identity;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::process::{Command, Stdio};

#[test]
fn another_implementation_opens_what_is_sealed_here_and_seals_what_opens_here() {
    let identity = Identity::generate();
    let recipient = identity.to_public();
    for size in [0, 1, 70_000] {
        let content: Vec<u8> = (0..size).map(|i: usize| (i % 251) as u8).collect();
        let mut file = Vec::new();
        let to = std::iter::once(&recipient as &dyn age::Recipient);
        let encryptor = Encryptor::with_recipients(to).unwrap();
        let mut writer = encryptor.wrap_output(&mut file).unwrap();
        writer.write_all(&content).unwrap();
        let _ = writer.finish().unwrap();

        let said = other(
            &json!({ "identity": *identity.to_text(), "file": BASE64_STANDARD.encode(&file) }),
        );
        let bytes = |name: &str| {
            BASE64_STANDARD
                .decode(said[name].as_str().unwrap())
                .unwrap()
        };
        assert_eq!(said["recipient"], recipient.to_string());
        assert!(bytes("opened") == content);

        let theirs = bytes("sealed");
        let decryptor = Decryptor::new_buffered(theirs.as_slice()).unwrap();
        let by = std::iter::once(&identity as &dyn age::Identity);
        let mut back = Vec::new();
        let _ = decryptor
            .decrypt(by)
            .unwrap()
            .read_to_end(&mut back)
            .unwrap();
        back.reverse();
        assert!(back == content);
    }
}

fn other(given: &Value) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/opener/hybrid.mjs");
    let mut node = Command::new("node")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node runs");
    let mut input = node.stdin.take().unwrap();
    input.write_all(given.to_string().as_bytes()).unwrap();
    drop(input);
    let ended = node.wait_with_output().unwrap();
    assert!(
        ended.status.success(),
        "node failed; scripts/setup.sh installs what it needs"
    );
    serde_json::from_slice(&ended.stdout).unwrap()
}
