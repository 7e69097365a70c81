//! A token buys one capability, once; unknown, revoked and wrong are one answer, byte for byte.

use crate::client::{Answer, send};
use crate::scene::{Person, Scene, bundle, day, today};
use chronicle_endpoint::access::{self, Role};
use chronicle_wire::{Hash, Token};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_buys_one_capability() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    for (role, name) in [
        (Role::Reporter, "reporter"),
        (Role::Caseworker, "caseworker"),
    ] {
        let token = scene.token(role).await;
        let (person, other) = (Person::at(&line), Person::at(&line));
        let first = person.exchange(&token).await;
        assert_eq!((first.status, &first.json()["role"]), (200, &name.into()));
        assert_eq!(
            person.exchange(&token).await,
            first,
            "asked again after a lost answer"
        );
        assert_eq!(other.exchange(&token).await.code(), "token-used");
        assert_eq!(other.get("/v1/receipt/x").await.code(), "not-found");
        assert_eq!(
            person.exchange(&token).await,
            first,
            "the other one changed nothing"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_at_once_one_gets_the_token() {
    let scene = Scene::new().await;
    let (here, there) = (scene.line().await, scene.line().await);
    for _ in 0..5 {
        let token = scene.token(Role::Reporter).await;
        let (a, b) = (Person::at(&here), Person::at(&there));
        let (first, second) = tokio::join!(a.exchange(&token), b.exchange(&token));
        let mut both = [first.status, second.status];
        both.sort_unstable();
        assert_eq!(both, [200, 409]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_expired_revoked_and_malformed_tokens_get_the_same_bytes() {
    let scene = Scene::new().await;
    let (line, store) = (scene.line().await, scene.store());
    let person = Person::at(&line);
    let unknown = person.exchange(&Token::draw(Role::Reporter).unwrap()).await;
    assert_eq!(unknown.code(), "not-found");

    let expired = access::make_token(&store, Role::Reporter, day("2025-11-04")).await;
    assert_eq!(
        person.exchange(&expired.unwrap()).await,
        unknown,
        "91 days old"
    );
    let revoked = scene.token(Role::Reporter).await;
    assert_eq!(access::revoke(&store, &revoked.expose()).await.unwrap(), 1);
    assert_eq!(person.exchange(&revoked).await, unknown);
    let body = format!("{{\"capability\":\"{}\"}}", person.capability.hash());
    for header in [
        &[][..],
        &[("Authorization", "Bearer x")],
        &[("Authorization", "Basic x")],
    ] {
        let answer = send(
            line.address,
            "POST",
            "/v1/capability",
            header,
            body.as_bytes(),
        )
        .await;
        assert_eq!(answer, unknown, "{header:?}");
    }

    let last_day = access::make_token(&store, Role::Reporter, day("2025-11-05")).await;
    assert_eq!(
        person.exchange(&last_day.unwrap()).await.status,
        200,
        "90 days old"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_used_in_time_answers_after_its_expiry_and_not_after_its_revocation() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let later = scene.line_at(scene.store(), crate::scene::quick(), || {
        "2027-01-01T00:00:00Z".parse().unwrap()
    });
    let later = later.await;
    let token = scene.token(Role::Reporter).await;
    let person = Person::at(&line);
    let first = person.exchange(&token).await;
    assert_eq!(person.moved(&later).exchange(&token).await, first);

    let revoked = access::revoke(&scene.store(), &token.hash().to_string()[..12])
        .await
        .unwrap();
    assert_eq!(revoked, 2, "the token, and what it bought");
    assert_eq!(person.exchange(&token).await.code(), "not-found");
    assert_eq!(person.begin(&bundle(1)).await.code(), "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_first_delivery_nothing_says_who_bought_what() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let token = scene.token(Role::Reporter).await;
    let (person, other) = (Person::at(&line), Person::at(&line));
    let first = person.exchange(&token).await;
    let used = scene.object(&format!("used/{}", token.hash()));
    let kept = scene.object(&format!("cap/{}", person.capability.hash()));
    let told = |path: &std::path::Path| std::fs::read_to_string(path).unwrap();
    assert_eq!(told(&used), person.capability.hash().to_string());

    scene.verify(&person.deliver(&bundle(1)).await, &bundle(1));
    assert_eq!(told(&used), "forgotten");
    assert!(!told(&kept).contains(&token.hash().to_string()));
    // Nor the times of the files: everybody's of that day are the same.
    let second = scene.reporter(&line).await;
    scene.verify(&second.deliver(&bundle(2)).await, &bundle(2));
    let midnight: jiff::Timestamp = "2026-02-03T00:00:00Z".parse().unwrap();
    let midnight = std::time::SystemTime::from(midnight);
    for folder in ["used", "cap"] {
        let times: Vec<_> = scene
            .objects(folder)
            .iter()
            .map(|name| {
                let path = scene.object(&format!("{folder}/{name}"));
                std::fs::metadata(path).unwrap().modified().unwrap()
            })
            .collect();
        assert_eq!(times, [midnight; 2], "{folder}");
    }
    assert_eq!(
        person.exchange(&token).await,
        first,
        "still the same answer"
    );
    assert_eq!(other.exchange(&token).await.code(), "token-used");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_hashes_are_kept() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let token = scene.token(Role::Reporter).await;
    let person = Person::at(&line);
    person.exchange(&token).await;
    scene.verify(&person.deliver(&bundle(1)).await, &bundle(1));
    let (token, capability) = (token.expose(), person.capability.expose());
    let secrets = [
        token.strip_prefix("chronicle-token-1-reporter-").unwrap(),
        capability.as_str(),
    ];
    let mut files = 0;
    let mut folders = vec![scene.object("")];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            files += 1;
            for secret in secrets {
                assert!(
                    !text.contains(secret) && !path.to_string_lossy().contains(secret),
                    "{path:?}"
                );
            }
        }
    }
    assert!(files > 8, "looked at {files} files");
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_revoked_and_misplaced_people_get_the_same_bytes_everywhere() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let (owner, reporter) = (scene.reporter(&line).await, scene.reporter(&line).await);
    let upload = owner.upload(&bundle(1)).await;
    scene.verify(&owner.deliver(&bundle(2)).await, &bundle(2));
    let revoked = scene.person(&line, Role::Caseworker).await;
    let hash = revoked.capability.hash().to_string();
    assert_eq!(access::revoke(&scene.store(), &hash).await.unwrap(), 1);
    let stranger = Person::at(&line);

    let delivered = Hash::of(&bundle(2));
    let nothing = stranger.get("/v1/log/7").await;
    assert_eq!(nothing.code(), "not-found");
    let past = "/v1/log/1";
    for path in [&format!("/v1/bundle/{delivered}"), "/v1/log/0", past] {
        assert_eq!(reporter.get(path).await, nothing, "a reporter at {path}");
    }
    let desk = scene.person(&line, Role::Caseworker).await;
    assert_eq!(desk.get(past).await.status, 204, "who may read is told");
    for person in [&stranger, &revoked] {
        for path in [
            format!("/v1/receipt/{delivered}"),
            format!("/v1/bundle/{delivered}"),
            "/v1/log/0".into(),
            past.into(),
        ] {
            assert_eq!(person.get(&path).await, nothing, "{path}");
        }
        assert_eq!(person.begin(&bundle(3)).await, nothing);
    }
    let unknown = format!("/v1/upload/{}", "0".repeat(32));
    for (person, path) in [
        (&stranger, &upload),
        (&revoked, &upload),
        (&reporter, &upload),
        (&owner, &unknown),
    ] {
        assert_eq!(person.patch(path, 0, b"x").await, nothing);
        assert_eq!(person.ask("DELETE", path, &[], b"").await, nothing);
        let head = person.head(path).await;
        assert_eq!((head.status, head.body.len()), (404, 0));
    }
    assert_eq!(owner.head(&upload).await.offset(), 0, "nobody touched it");
}

#[tokio::test(flavor = "multi_thread")]
async fn revoking_needs_eight_digits() {
    let scene = Scene::new().await;
    let store = scene.store();
    let token = scene.token(Role::Reporter).await;
    let hash = token.hash().to_string();
    for wanted in [&hash[..7], "", "zzzzzzzzz", "../../etc/x"] {
        assert_eq!(access::revoke(&store, wanted).await.unwrap(), 0, "{wanted}");
    }
    let state = |all: Vec<access::Listed>| all.iter().map(|one| one.state).collect::<Vec<_>>();
    assert_eq!(state(access::list(&store, today()).await.unwrap()), ["new"]);
    assert_eq!(
        state(access::list(&store, day("2026-06-01")).await.unwrap()),
        ["expired"]
    );
    assert_eq!(access::revoke(&store, &hash[..8]).await.unwrap(), 1);
    assert_eq!(
        state(access::list(&store, today()).await.unwrap()),
        ["revoked"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_for_a_capability_is_read_strictly() {
    let scene = Scene::new().await;
    let line = scene.line().await;
    let bearer = format!(
        "Bearer {}",
        scene.token(Role::Reporter).await.expose().as_str()
    );
    let header = [("Authorization", bearer.as_str())];
    let upper = format!("{{\"capability\":\"{}\"}}", "AB".repeat(32));
    let long = format!(
        "{{\"capability\":\"{}\",\"x\":\"{}\"}}",
        "ab".repeat(32),
        "x".repeat(5000)
    );
    for body in ["", "{}", "[]", "{\"capability\":\"ab\"}", &upper, &long] {
        let answer: Answer = send(
            line.address,
            "POST",
            "/v1/capability",
            &header,
            body.as_bytes(),
        )
        .await;
        assert_eq!(answer.code(), "bad-request", "{body}");
    }
    assert!(
        scene.objects("used").is_empty(),
        "the token is as good as new"
    );
}
