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
    assert!(results.contains("ok") && results.len() >= 3, "{results:?}");
}

#[test]
#[ignore = "writes the vectors of this format; never for one that was released"]
fn write_vectors() {
    let house = house();
    let good = house.seal(&[b"evidence"]);
    let mut flipped = good.clone();
    flipped[200_000] ^= 1;
    let mut stranger = inside(&house, &good);
    stranger[1].1 = SigningKey::draw()
        .unwrap()
        .sign(Purpose::Report.string(), &stranger[0].1)
        .into_bytes();
    let mut path = inside(&house, &good);
    path[7].0 = "files/../x".into();
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
    write(
        "signed-by-a-stranger",
        "bundle-signature",
        &resealed(&house, &stranger, 0),
    );
    write(
        "entry-with-a-path",
        "bundle-malformed",
        &resealed(&house, &path, 0),
    );
}
