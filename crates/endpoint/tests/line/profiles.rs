//! What the organisation says of itself: later roots, and that a profile is current.

use crate::client::send;
use crate::scene::{Line, Person, Scene, today};
use chronicle_endpoint::DataError;
use chronicle_endpoint::access::Role;
use chronicle_wire::organisation::{Credentials, Current};
use chronicle_wire::signed::purpose;
use chronicle_wire::{Day, Profile, SignedDocument, SigningKey, TrustError, Verified};

async fn served(line: &Line) -> Profile<Verified> {
    let answer = send(line.address, "GET", "/v1/profile", &[], b"").await;
    let credentials: Credentials = serde_json::from_slice(&answer.body).unwrap();
    Profile::read(credentials).unwrap().verify().unwrap()
}

async fn say(person: &Person, said: &SignedDocument) -> u16 {
    let body = serde_json::to_vec(said).unwrap();
    person.ask("PUT", "/v1/current", &[], &body).await.status
}

fn in_days(days: i64) -> Day {
    today().saturating_add(jiff::Span::new().days(days))
}

#[tokio::test]
async fn the_newest_day_is_given_out_with_the_profile_it_is_about() {
    let mut scene = Scene::new().await;
    let line = scene.line().await;
    let caseworker = scene.person(&line, Role::Caseworker).await;
    assert_eq!(served(&line).await.current_on(), None);
    let first = scene.founded.profile();
    let sign =
        |profile: &Profile<Verified>, day, key: &SigningKey| Current::sign(profile, day, &[key]);
    let key = SigningKey::from_seed(&scene.founded.profile_key.seed()).unwrap();
    for day in [in_days(-3), in_days(0), in_days(-1), in_days(0)] {
        assert_eq!(say(&caseworker, &sign(&first, day, &key)).await, 204);
    }
    assert_eq!(served(&line).await.current_on(), Some(in_days(0)));
    assert_eq!(scene.objects("current").len(), 3, "one for each day");
    // A clock that is ahead would silence the warning for years.
    assert_eq!(say(&caseworker, &sign(&first, in_days(1), &key)).await, 204);
    assert_eq!(say(&caseworker, &sign(&first, in_days(2), &key)).await, 400);
    // Nobody else's word, and nobody else may say it.
    let stranger = SigningKey::draw().unwrap();
    assert_eq!(
        say(&caseworker, &sign(&first, in_days(0), &stranger)).await,
        400
    );
    let reporter = scene.reporter(&line).await;
    assert_eq!(say(&reporter, &sign(&first, in_days(0), &key)).await, 404);
    let nobody = Person::at(&line);
    assert_eq!(say(&nobody, &sign(&first, in_days(0), &key)).await, 404);
    let long = caseworker
        .ask("PUT", "/v1/current", &[], &[b' '; 5000])
        .await;
    assert_eq!(long.status, 400);
    // A newer profile has not been said to be current yet, and what is said of the old one counts no more.
    scene.founded.body.version = 2;
    scene.data().install(&scene.founded.file()).await.unwrap();
    assert_eq!(served(&line).await.current_on(), None);
    assert_eq!(say(&caseworker, &sign(&first, in_days(0), &key)).await, 400);
    let second = scene.founded.profile();
    assert_eq!(
        say(&caseworker, &sign(&second, in_days(0), &key)).await,
        204
    );
    assert_eq!(served(&line).await.current_on(), Some(in_days(0)));
}

#[tokio::test]
async fn a_later_root_is_installed_and_begins_to_count_anew() {
    let mut scene = Scene::new().await;
    scene.founded.body.version = 7;
    scene.data().install(&scene.founded.file()).await.unwrap();
    let first = scene.founded.credentials();
    let key = SigningKey::draw().unwrap();
    let later = |keys: &[&SigningKey]| {
        let mut root = scene.founded.root.clone();
        (root.version, root.organisation) = (2, Some(scene.founded.body.organisation));
        root.root_keys = vec![key.public()];
        root.profile_keys = vec![key.public()];
        let text = serde_json::to_string(&root).unwrap();
        let root = SignedDocument::sign(purpose::ROOT, text, keys);
        let mut body = scene.founded.body.clone();
        (body.version, body.root) = (1, root.hash());
        let text = serde_json::to_string(&body).unwrap();
        let credentials = Credentials {
            earlier: vec![first.root.clone()],
            root,
            profile: SignedDocument::sign(purpose::PROFILE, text, &[&key]),
            current: None,
        };
        serde_json::to_string(&credentials).unwrap()
    };
    let alone = scene.data().install(&later(&[&key])).await;
    assert!(matches!(
        alone,
        Err(DataError::Trust(TrustError::Signature))
    ));
    let text = later(&[&key, &scene.founded.root_key]);
    scene.data().install(&text).await.unwrap();
    let line = scene.line().await;
    let now = served(&line).await;
    assert_eq!((now.root().version, now.body().version), (2, 1));
    // The root before is a rollback from now on.
    let back = scene.data().install(&scene.founded.file()).await;
    assert!(matches!(back, Err(DataError::Trust(TrustError::Rollback))));
    // What was sealed under the root before still gets its receipt, by a key that the newest profile names.
    let (person, bytes) = (scene.reporter(&line).await, crate::scene::bundle(3));
    assert_eq!(person.deliver(&bytes).await.status, 200);
}
