//! The operator's folder: made once, closed to others, and strict about profiles.

use crate::scene::{Founded, Scene};
use chronicle_endpoint::{Data, DataError};
use chronicle_wire::{SigningKey, TrustError};
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, SystemTime};

#[tokio::test]
async fn a_folder_is_made_once_and_closed_to_others() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("new/endpoint");
    assert!(matches!(Data::open(&inside), Err(DataError::Missing)));
    let (data, key) = Data::init(&inside).unwrap();
    assert!(matches!(Data::init(&inside), Err(DataError::Exists)));
    assert_eq!(
        data.key().unwrap().public(),
        key,
        "the second init changed nothing"
    );
    let mode = |name: &str| {
        std::fs::metadata(inside.join(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(
        (mode("receipt.key"), mode("objects"), mode(".")),
        (0o600, 0o700, 0o700)
    );
    std::fs::write(inside.join("receipt.key"), "no key").unwrap();
    assert!(matches!(data.key(), Err(DataError::Key)));
}

#[tokio::test]
async fn only_a_profile_that_follows_and_names_the_key_is_installed() {
    let mut scene = Scene::new().await;
    let data = scene.data();
    let key = data.key().unwrap().public();
    assert!(matches!(
        data.install("{}").await,
        Err(DataError::NoProfile)
    ));
    let foreign = Founded::naming(SigningKey::draw().unwrap().public());
    assert!(matches!(
        data.install(&foreign.file()).await,
        Err(DataError::ForeignKey)
    ));
    let other = Founded::naming(key);
    assert!(matches!(
        data.install(&other.file()).await,
        Err(DataError::Trust(TrustError::OtherOrganisation))
    ));
    let changed = scene.founded.file().replace("Open Border", "Open Harbour");
    assert!(matches!(
        data.install(&changed).await,
        Err(DataError::Trust(TrustError::Signature))
    ));
    scene.founded.body.name = "Renamed".into();
    assert!(matches!(
        data.install(&scene.founded.file()).await,
        Err(DataError::Trust(TrustError::Rollback))
    ));
    assert_eq!(scene.objects("profile").len(), 1, "nothing was installed");
    scene.founded.body.version = 2;
    data.install(&scene.founded.file()).await.unwrap();
    data.install(&scene.founded.file())
        .await
        .expect("the same once more");
    scene.founded.body.keys[0].role = chronicle_wire::organisation::Role::Caseworker;
    scene.founded.body.version = 3;
    assert!(matches!(
        data.install(&scene.founded.file()).await,
        Err(DataError::ForeignKey)
    ));
}

#[tokio::test]
async fn only_old_leftovers_are_swept() {
    let scene = Scene::new().await;
    let (old, new) = (scene.object("up/p0#1"), scene.object("up/p0#2"));
    let now = SystemTime::now();
    for (path, age) in [(&old, 3600), (&new, 1)] {
        std::fs::write(path, "half").unwrap();
        let file = std::fs::File::options().write(true).open(path).unwrap();
        file.set_modified(now - Duration::from_secs(age)).unwrap();
    }
    let _ = scene.store();
    assert!(
        old.exists(),
        "making a token beside a running endpoint sweeps nothing"
    );
    scene.data().sweep(now - Duration::from_secs(600)).unwrap();
    assert!(
        !old.exists() && new.exists(),
        "what somebody may be writing stays"
    );
    assert_eq!(scene.objects("profile").len(), 1);
}
