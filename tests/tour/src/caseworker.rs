//! The caseworker's way: the first visit founds the organisation and writes an invitation, the second one fetches,
//! reads and saves what came.

use crate::dialogs::{answer_dialog, answer_save};
use crate::fault::{Fault, Outcome, ensure};
use crate::files::{Originals, same};
use crate::hand::{self, until};
use crate::page::{Page, SOON};
use crate::steps::Steps;
use crate::story::Story;
use serde_json::json;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

/// First run of the desk, up to the invitation.
pub fn first_visit(page: &Page, story: &mut Story, steps: &mut Steps) -> Outcome {
    steps.step(Some(page), "desk first run", || page.click("first-next"))?;
    steps.step(Some(page), "desk role", || {
        page.tick("role-desk")?;
        page.click("first-next")
    })?;
    steps.step(Some(page), "desk folder by dialog", || folder(page, story))?;
    let mut words = String::new();
    steps.step(Some(page), "desk passphrase held to read", || {
        words = hold_to_read(page, "generated", 6)?;
        Ok(())
    })?;
    steps.step(Some(page), "desk passphrase typed once", || {
        hand::release()?;
        ensure(
            page.property("generated-words", "dataset.held")? != "true",
            || "the words stay uncovered".into(),
        )?;
        page.tick("written-down")?;
        page.fill("passphrase-again", &words)?;
        page.see("layout")?;
        page.click("first-next")?;
        page.follow()?;
        page.see("inbox")
    })?;
    story.desk_passphrase(&words)?;
    steps.step(Some(page), "organisation to found", || {
        found_form(page, story)
    })?;
    steps.step(Some(page), "organisation founded", || {
        page.click("found")?;
        page.see_within("desk-words", Duration::from_secs(30))?;
        page.point("desk-words").map(drop)
    })?;
    story.words = page.texts("desk-word")?;
    ensure(story.words.len() == 6, || {
        format!("six words were expected: {:?}", story.words)
    })?;
    steps.step(Some(page), "profile saved", || {
        let file = story.folder.join("profile.json");
        page.click("save-profile")?;
        answer_save("Save the profile", &file)?;
        page.see("profile-saved")?;
        let said = story.endpoint.profile(&file)?;
        let told = story.words.iter().all(|word| said.contains(word.as_str()));
        ensure(told, || format!("the operator sees other words: {said}"))
    })?;
    steps.step(Some(page), "caseworker connected", || {
        page.fill("token-caseworker", &story.endpoint.token("caseworker")?)?;
        page.click("connect")?;
        page.see("connected")
    })?;
    steps.step(Some(page), "invitation written", || {
        page.fill("token-reporter", &story.endpoint.token("reporter")?)?;
        page.click("invite")?;
        answer_save("Save the invitation", &story.invitation())?;
        page.see("invitation-saved")
    })?;
    steps.step(Some(page), "invitation shown as a code", || {
        page.fill("token-reporter", &story.endpoint.token("reporter")?)?;
        page.click("invite-by-code")?;
        page.see("invitation-code")?;
        // Brings it into view, and does nothing else.
        page.click("invitation-code")?;
        hand::photograph(&page.xid(), &story.photograph())
    })?;
    steps.step(Some(page), "code closed", || {
        page.click("close-code")?;
        ensure(page.count("invitation-code")? == 0, || {
            "the code is still shown".into()
        })
    })?;
    Ok(())
}

fn folder(page: &Page, story: &Story) -> Outcome {
    let start = page.text("place-folder")?;
    ensure(start == "desk", || format!("{start} is offered"))?;
    let chosen = story.folder.join("second desk");
    std::fs::create_dir_all(&chosen).map_err(|e| Fault::new(e.to_string()))?;
    page.click("choose-folder")?;
    answer_dialog("Choose a folder", &chosen)?;
    page.reads("place-folder", "second desk")?;
    page.click("choose-folder")?;
    let desk = story.desk();
    std::fs::create_dir_all(&desk).map_err(|e| Fault::new(e.to_string()))?;
    answer_dialog("Choose a folder", &desk)?;
    page.reads("place-folder", "desk")?;
    page.click("first-next")
}

/// Reads words that are on the page only while the button is held, and goes on holding it; nothing else ever tells them.
pub fn hold_to_read(page: &Page, test: &str, count: usize) -> Outcome<String> {
    let mark = format!("{test}-words");
    page.see(&mark)?;
    let covered = page.text(&mark)?;
    ensure(
        covered.matches("••••••").count() == count,
        || "the words are not covered".into(),
    )?;
    page.point(&format!("{test}-hold"))?;
    hand::press()?;
    let words = until("the words", SOON, || {
        let found = page.ask("return [...document.querySelectorAll(`[data-test=${arguments[0]}] .word`)].map((e) => e.innerText)", &json!([mark]))?;
        let words: Vec<String> = found
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|w| w.as_str().map(str::to_owned))
            .collect();
        Ok((words.len() == count && words.iter().all(|w| !w.contains('•'))).then_some(words))
    })?;
    Ok(words.join(" "))
}

fn found_form(page: &Page, story: &Story) -> Outcome {
    page.click("nav-organisation")?;
    page.fill("found-name", "Open Door")?;
    page.fill("found-endpoint", &story.endpoint.address())?;
    page.fill("found-key", &story.endpoint.receipt_key()?)?;
    page.click("offline-medium")?;
    let medium = story.folder.join("second medium");
    std::fs::create_dir_all(&medium).map_err(|e| Fault::new(e.to_string()))?;
    answer_dialog("Choose the second medium", &medium)?;
    page.reads("offline-medium-name", "second medium")?;
    page.see("offline-generated-words")?;
    page.click("offline-passphrase-swap")?;
    page.fill("offline-own-passphrase", OFFLINE)?;
    page.fill("offline-passphrase-again", OFFLINE)?;
    let ready = || Ok((page.property("found", "disabled")? == "false").then_some(()));
    until("the button that founds", SOON, ready)
}

/// The second visit: unlock, fetch, read, look, save.
pub fn second_visit(
    page: &Page,
    story: &Story,
    originals: &Originals,
    steps: &mut Steps,
) -> Outcome {
    steps.step(Some(page), "desk unlocked", || {
        page.fill("unlock-passphrase", &story.desk_words)?;
        hand::key("Return", 1)?;
        page.follow()?;
        page.see("inbox")
    })?;
    steps.step(Some(page), "desk fetched", || {
        page.click("fetch")?;
        page.see_within("report-line", Duration::from_secs(60))?;
        page.see("fetched")?;
        ensure(page.count("quarantine-line")? == 0, || {
            "something was put aside".into()
        })
    })?;
    steps.step(Some(page), "report opened", || {
        page.click("report-line")?;
        page.reads("report-text", crate::reporter::NOTES_RU)?;
        page.reads("report-text", crate::reporter::NOTES_EN)?;
        page.reads("report-people", crate::reporter::ACTOR)?;
        let failed = page.count("[data-test=\"check\"][data-ok=\"false\"]")?;
        ensure(failed == 0 && page.count("check")? > 0, || {
            format!("{failed} checks failed")
        })
    })?;
    steps.step(Some(page), "image looked at", || {
        page.click(&item("gate at dusk.jpg", "look", page)?)?;
        until("the image", SOON, || {
            Ok((page.property("item-image", "naturalWidth")? == "960").then_some(()))
        })?;
        page.point("item-image").map(drop)
    })?;
    steps.step(Some(page), "text looked at", || {
        page.click(&item("заметки.txt", "look", page)?)?;
        page.reads("item-text", "Звонок в 19:40")?;
        page.point("item-text").map(drop)
    })?;
    steps.step(Some(page), "document looked at", || {
        page.click(&item("summons.pdf", "look", page)?)?;
        until("the page", SOON, || {
            let width = page.property("item-page", "naturalWidth")?;
            Ok((width.parse::<u32>().unwrap_or(0) > 600).then_some(()))
        })?;
        page.point("item-page").map(drop)
    })?;
    steps.step(Some(page), "film watched", || {
        page.click(&item("from the window.mp4", "look", page)?)?;
        page.click("player-play")?;
        until("the film", SOON, || {
            let at = page.property("player-media", "currentTime")?;
            Ok((at.parse::<f64>().unwrap_or(0.0) > 1.5).then_some(()))
        })?;
        page.click("player-play")?;
        page.point("player-media").map(drop)
    })?;
    for (what, original) in [
        ("film saved", &originals.film),
        ("document saved", &originals.document),
        ("large file saved", &originals.large),
    ] {
        steps.step(Some(page), what, || save(page, original, &story.saved()))?;
    }
    Ok(())
}

fn save(page: &Page, original: &Path, to: &Path) -> Outcome {
    let name = original
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    std::fs::create_dir_all(to).map_err(|e| Fault::new(e.to_string()))?;
    page.click(&item(&name, "save", page)?)?;
    page.see("save-dialog")?;
    page.click("save-dialog-yes")?;
    answer_save("Save a copy", &to.join(&name))?;
    page.see("job-done")?;
    page.click("job-dismiss")?;
    let saved = to.join(&name);
    until("the saved file", Duration::from_secs(30), || {
        let there = saved.metadata().map(|m| m.len()).ok();
        Ok((there == original.metadata().map(|m| m.len()).ok()).then_some(()))
    })?;
    page.gone("job", SOON)?;
    sleep(Duration::from_millis(200));
    same(original, &saved)
}

// The button of the item with this name.
fn item(name: &str, button: &str, page: &Page) -> Outcome<String> {
    page.see("item")?;
    let body = "return [...document.querySelectorAll('[data-test=item]')].find((e) => e.innerText.includes(arguments[0]))?.dataset.item";
    let found = page.ask(body, &json!([name]))?;
    let id = found
        .as_str()
        .ok_or_else(|| Fault::new(format!("{name} did not come")))?;
    Ok(format!(
        "[data-item=\"{id}\"] [data-test=\"item-{button}\"]"
    ))
}

const OFFLINE: &str = "lantern orbit walnut fjord cabinet thimble";
