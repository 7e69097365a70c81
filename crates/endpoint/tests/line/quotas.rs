//! How many bundles a capability may begin in a day: exact over several endpoints, and nobody else's matter.

use crate::scene::{Scene, bundle, moment, quick};
use chronicle_endpoint::Limits;

fn few(bundles: u32) -> Limits {
    Limits {
        bundles,
        uploads: 1000,
        ..quick()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_endpoints_together_hand_out_no_more_than_one() {
    let scene = Scene::new().await;
    let (one, two) = (scene.line_with(few(7)).await, scene.line_with(few(7)).await);
    let person = scene.reporter(&one).await;
    let moved = person.moved(&two);
    let mut asked = tokio::task::JoinSet::new();
    for seed in 0..30 {
        let person = if seed % 2 == 0 { &person } else { &moved }.clone();
        asked.spawn(async move { person.begin(&bundle(seed)).await });
    }
    let answers = asked.join_all().await;
    let begun = answers.iter().filter(|a| a.status == 201).count();
    assert_eq!(begun, 7);
    let refused = answers.iter().filter(|a| a.status != 201);
    assert!(
        refused
            .clone()
            .all(|a| a.status == 403 && a.code() == "quota-used"),
        "{answers:?}"
    );
    let other = scene.reporter(&two).await;
    assert_eq!(other.begin(&bundle(1)).await.status, 201, "each for itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_that_is_begun_again_counts_once() {
    let scene = Scene::new().await;
    let line = scene.line_with(few(1)).await;
    let person = scene.reporter(&line).await;
    for _ in 0..8 {
        assert_eq!(person.begin(&bundle(1)).await.status, 201);
    }
    assert_eq!(
        person.begin(&bundle(1)).await.code(),
        "quota-used",
        "not for ever"
    );
    assert_eq!(person.begin(&bundle(2)).await.code(), "quota-used");
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_are_cut_to_what_is_allowed_and_a_restart_costs_one() {
    let scene = Scene::new().await;
    // Blocks of two, the last one of one.
    let (limits, mut begun, mut restarts) = (few(41), 0, 0);
    let first = scene.line_with(limits.clone()).await;
    let mut person = scene.reporter(&first).await;
    let mut line = first;
    for seed in 0..60 {
        if seed == 5 {
            line = scene.line_with(limits.clone()).await;
            person = person.moved(&line);
            restarts += 1;
        }
        begun += u32::from(person.begin(&bundle(seed)).await.status == 201);
    }
    assert_eq!(
        (begun, restarts),
        (40, 1),
        "five taken of three blocks: one of the third is lost"
    );
    drop(line);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_day_begins_anew_and_the_old_slots_go() {
    let scene = Scene::new().await;
    let line = scene.line_at(scene.store(), few(1), moment).await;
    let person = scene.reporter(&line).await;
    assert_eq!(person.begin(&bundle(1)).await.status, 201);
    assert_eq!(person.begin(&bundle(2)).await.code(), "quota-used");
    let later = || "2026-02-06T00:00:00Z".parse().unwrap();
    let tomorrow = scene.line_at(scene.store(), few(1), later).await;
    assert_eq!(person.moved(&tomorrow).begin(&bundle(2)).await.status, 201);
    crate::scene::until("the slots of days that are over go", || {
        scene.objects("slot/2026-02-03").is_empty()
            || scene
                .objects(&format!("slot/2026-02-03/{}", person.capability.hash()))
                .is_empty()
    })
    .await;
    assert!(!scene.objects("slot/2026-02-06").is_empty());
}
