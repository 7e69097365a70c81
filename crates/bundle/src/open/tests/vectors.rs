//! Bundles as they were once written.

use super::*;

#[derive(serde::Serialize, serde::Deserialize)]
struct Vector {
    /// `ok`, or the code of the refusal.
    result: String,
    identity: String,
    credentials: Credentials,
    /// Name and SHA-256 of each item of evidence.
    evidence: Vec<(String, String)>,
}

/// Bundles as they were once written, found by directory: each stays openable, or stays refused for the same reason.
#[test]
fn every_vector_gives_its_result() {
    let mut results = std::collections::BTreeSet::new();
    for item in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/vectors")).unwrap() {
        let folder = item.unwrap().path();
        let vector: Vector =
            serde_json::from_slice(&std::fs::read(folder.join("vector.json")).unwrap()).unwrap();
        let profile = Profile::read(vector.credentials).unwrap().verify().unwrap();
        let words = profile.words().words();
        let house = House {
            identity: Identity::from_file(&vector.identity).unwrap(),
            organisation: profile.confirm(&words).unwrap(),
            sender: SigningKey::draw().unwrap(),
        };
        let opened = house.open(&std::fs::read(folder.join("bundle.age")).unwrap());
        let found = opened.as_ref().map_or_else(|e| e.code(), |_| "ok");
        assert_eq!(found, vector.result, "{folder:?}");
        if let Ok(opened) = opened {
            let parts = opened.parts.iter().filter(|p| p.kind == PartKind::Evidence);
            let evidence: Vec<_> = parts
                .zip(&opened.evidence)
                .map(|(p, bytes)| (p.name.clone(), Hash::of(bytes).to_string()))
                .collect();
            assert_eq!(evidence, vector.evidence);
        }
        results.insert(vector.result);
    }
    assert!(results.contains("ok") && results.len() >= 7, "{results:?}");
}

#[test]
#[ignore = "writes the vectors of this format; never for one that was released"]
fn write_vectors() {
    let house = house();
    let good = house.seal(&[b"evidence"]);
    let mut flipped = good.clone();
    flipped[200_000] ^= 1;
    let plain = inside(&house, &good);
    let changed = |fill: u8, change: &dyn Fn(&mut Entries)| {
        let mut entries = plain.clone();
        change(&mut entries);
        resealed(&house, &entries, fill)
    };
    let resigned = |name: &str, value: serde_json::Value| {
        changed(0, &|e| {
            let mut manifest: serde_json::Value = serde_json::from_slice(&e[0].1).unwrap();
            manifest[name] = value.clone();
            e[0].1 = serde_json::to_vec(&manifest).unwrap();
            e[1].1 = house
                .sender
                .sign(Purpose::Report.string(), &e[0].1)
                .into_bytes();
        })
    };
    let stranger = changed(0, &|e| {
        e[1].1 = SigningKey::draw()
            .unwrap()
            .sign(Purpose::Report.string(), &e[0].1)
            .into_bytes();
    });
    let renamed = changed(0, &|e| {
        let mut parts: Vec<Part> = serde_json::from_slice(&e[2].1).unwrap();
        parts[4].name = "harmless.jpg".into();
        e[2].1 = serde_json::to_vec(&parts).unwrap();
    });
    let broken_chain = changed(0, &|e| {
        let text = String::from_utf8(e[6].1.clone()).unwrap();
        refill(
            &house,
            e,
            3,
            text.replace("imported", "exported").into_bytes(),
        );
    });
    let write = |name: &str, result: &str, bundle: &[u8]| {
        let folder =
            std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/vectors")).join(name);
        assert!(!folder.exists());
        std::fs::create_dir_all(&folder).unwrap();
        let vector = Vector {
            result: result.into(),
            identity: house.identity.to_file().to_string(),
            credentials: house.organisation.profile().credentials().clone(),
            evidence: vec![("../../etc/passwd".into(), Hash::of(b"evidence").to_string())],
        };
        std::fs::write(
            folder.join("vector.json"),
            serde_json::to_vec_pretty(&vector).unwrap(),
        )
        .unwrap();
        std::fs::write(folder.join("bundle.age"), bundle).unwrap();
    };
    write("report", "ok", &good);
    write("flipped-bit", "bundle-malformed", &flipped);
    write("signed-by-a-stranger", "bundle-signature", &stranger);
    write(
        "entry-with-a-path",
        "bundle-malformed",
        &changed(0, &|e| e[7].0 = "files/../x".into()),
    );
    write(
        "newer-format",
        "bundle-newer",
        &resigned("format", "chronicle/bundle/v2".into()),
    );
    write(
        "newer-purpose",
        "bundle-newer",
        &resigned("purpose", "withdrawal".into()),
    );
    write(
        "other-organisation",
        "bundle-wrong-organisation",
        &resigned("organisation", Hash::of(b"other").to_string().into()),
    );
    write("renamed", "bundle-hash", &renamed);
    write("padding-of-ones", "bundle-padding", &changed(1, &|_| ()));
    write("broken-custody", "bundle-malformed", &broken_chain);
    write(
        "nine-recipients",
        "bundle-malformed",
        &one_stanza_more(&good),
    );
    write("cut", "bundle-truncated", &good[..200_000]);
}

/// A stanza more than a bundle has, and of the same length as a whole.
fn one_stanza_more(bundle: &[u8]) -> Vec<u8> {
    let first = bundle.iter().position(|b| *b == b'\n').unwrap() + 1;
    let lines: Vec<&[u8]> = bundle[first..].splitn(3, |b| *b == b'\n').collect();
    let stanza = [lines[0], b"\n", lines[1], b"\n"].concat();
    let mut longer = [&bundle[..first], &stanza, &bundle[first..]].concat();
    longer.truncate(bundle.len());
    longer
}
