//! The reporter's way: a new journal, an incident with everything the form shows, evidence, an organisation, sending
//! while nobody listens, and what happens after a restart.

use crate::dialogs::{answer_dialog, answer_with_all_of, drop_files};
use crate::fault::{During, Fault, Outcome, ensure};
use crate::files::{Originals, weight};
use crate::hand::{self, until};
use crate::locking::image;
use crate::page::{Page, SOON};
use crate::steps::Steps;
use crate::story::Story;
use serde_json::json;
use std::thread::sleep;
use std::time::Duration;

/// The visit in which everything is written and sent.
pub fn first_visit(
    page: &Page,
    story: &mut Story,
    originals: &Originals,
    steps: &mut Steps,
) -> Outcome {
    steps.step(Some(page), "journal first run", || page.click("first-next"))?;
    steps.step(Some(page), "journal role", || {
        page.tick("role-journal")?;
        page.click("first-next")
    })?;
    steps.step(Some(page), "journal folder", || {
        page.reads("place-folder", "journal")?;
        page.click("first-next")
    })?;
    steps.step(Some(page), "own passphrase weighed", || {
        own_passphrase(page)
    })?;
    steps.step(Some(page), "journal open", || {
        page.click("first-next")?;
        page.follow()?;
        page.see("welcome-new")
    })?;
    steps.step(Some(page), "what happened", || what(page))?;
    steps.step(Some(page), "notes in two languages", || {
        page.fill("notes", &format!("{NOTES_RU} {NOTES_EN}"))?;
        page.reads("kept", "Kept on this device at")
    })?;
    steps.step(Some(page), "when", || when(page))?;
    steps.step(Some(page), "where", || place(page))?;
    steps.step(Some(page), "who", || who(page))?;
    steps.step(Some(page), "in danger", || {
        page.click("danger-toggle")?;
        page.tick("safety-not-sure")
    })?;
    steps.step(Some(page), "consent", || {
        page.click("consent-toggle")?;
        page.tick("consent-lawyers-yes")?;
        page.tick("consent-looked")
    })?;
    evidence(page, story, originals, steps)?;
    steps.step(Some(page), "list", || {
        page.click("nav-incidents")?;
        page.reads("incident-line", "5 files")
    })?;
    join(page, story, steps)?;
    steps.step(Some(page), "review", || review(page))?;
    story.endpoint.stop();
    steps.step(Some(page), "sent and waiting", || {
        page.click("send")?;
        stage(page, "waiting", Duration::from_secs(60))?;
        page.see("show-sent")
    })?;
    Ok(())
}

fn own_passphrase(page: &Page) -> Outcome {
    page.see("generated-words")?;
    page.click("passphrase-swap")?;
    page.fill("own-passphrase", "qwerty123")?;
    page.reads("strength", "bits")?;
    page.fill("passphrase-again", "qwerty123")?;
    let off = page.property("first-next", "disabled")?;
    ensure(off == "true", || "a weak passphrase is taken".into())?;
    page.fill("own-passphrase", PASSPHRASE)?;
    page.click("own-passphrase-show")?;
    page.fill("passphrase-again", PASSPHRASE)?;
    until("a passphrase that is enough", SOON, || {
        Ok((page.property("first-next", "disabled")? == "false").then_some(()))
    })
}

fn what(page: &Page) -> Outcome {
    page.click("welcome-new")?;
    page.reads("kept", "Kept as soon as you write something")?;
    page.click("family-fam")?;
    page.tick("kind-fam.threat")?;
    page.pick("status-fam.threat", "ongoing")?;
    page.click("family-thr")?;
    page.tick("kind-thr.harm")?;
    page.pick("status-thr.harm", "threatened")?;
    page.pick("target-thr.harm", "friend_or_colleague")
}

fn when(page: &Page) -> Outcome {
    page.tick("when-precision-range")?;
    date(page, "when-from", "3", "2")?;
    date(page, "when-to", "5", "2")?;
    page.reads("understood", "5")?;
    page.tick("when-precision-about")?;
    page.pick("when-from-day", "")?;
    page.reads("understood", "2026")?;
    page.tick("when-precision-day")?;
    date(page, "when-from", "3", "2")?;
    page.pick("when-part", "evening")?;
    page.reads("understood", "3 February 2026")
}

fn date(page: &Page, part: &str, day: &str, month: &str) -> Outcome {
    page.pick(&format!("{part}-day"), day)?;
    page.pick(&format!("{part}-month"), month)?;
    page.fill(&format!("{part}-year"), "2026")
}

fn place(page: &Page) -> Outcome {
    page.click("where-toggle")?;
    page.narrow("where-country", "lith", "Lithuania")?;
    page.pick("where-kind", "home")?;
    page.fill("where-text", "Вильнюс, дома")?;
    until("the zone of the place", SOON, || {
        Ok((page.property("when-zone", "value")? == "Europe/Vilnius").then_some(()))
    })
}

fn who(page: &Page) -> Outcome {
    page.click("who-toggle")?;
    page.click("actor-add")?;
    page.narrow("actor-0-acting", "belar", "Belarus")?;
    page.pick("actor-0-kind", "police")?;
    page.fill("actor-0-name", ACTOR)?;
    page.fill("actor-0-basis", "He said so, and two came in uniform.")?;
    page.tick("actor-0-certainty-told")
}

fn evidence(page: &Page, story: &Story, originals: &Originals, steps: &mut Steps) -> Outcome {
    steps.step(Some(page), "files by dialog", || {
        page.click("evidence-add")?;
        answer_with_all_of("Choose files", &originals.together)?;
        evidence_count(page, 2)?;
        page.click("evidence-show")?;
        let shown = || {
            Ok(
                (page.property("[data-test=evidence-show] img", "naturalWidth")? == "480")
                    .then_some(()),
            )
        };
        until("the photograph", SOON, shown)?;
        page.fill("evidence-caption", "The gate, the evening before")
    })?;
    steps.step(Some(page), "files dropped", || {
        drop_files(
            page,
            &[&originals.text, &originals.film, &originals.large],
            || evidence_count(page, 5),
        )?;
        page.gone("job", SOON)?;
        let seen = page.ask(
            "return window.__tour.jobs.some((job) => job.includes('recording.bin'))",
            &json!([]),
        )?;
        ensure(seen == json!(true), || {
            "no progress of the large file was seen".into()
        })
    })?;
    let before = weight(&story.journal());
    steps.step(Some(page), "attaching under way", || {
        drop_files(page, &[&originals.endless], || {
            page.reads("job", "endless.bin").map(drop)
        })
    })?;
    steps.step(Some(page), "attaching cancelled", || {
        page.click("job-cancel")?;
        page.gone("job", SOON)?;
        evidence_count(page, 5)?;
        sleep(Duration::from_millis(500));
        let after = weight(&story.journal());
        ensure(after.0.abs_diff(before.0) < 64 << 10, || {
            format!("{before:?} became {after:?}")
        })
    })
}

fn evidence_count(page: &Page, wanted: usize) -> Outcome {
    until(&format!("{wanted} files"), Duration::from_secs(30), || {
        Ok((page.count("evidence")? == wanted).then_some(()))
    })
}

fn join(page: &Page, story: &Story, steps: &mut Steps) -> Outcome {
    steps.step(Some(page), "invitation read", || {
        page.click("nav-organisations")?;
        page.click("organisation-add")?;
        page.click("pick-invitation")?;
        answer_dialog("Choose the invitation", &story.invitation())?;
        page.reads("invitation", "Open Door")?;
        page.reads("invitation", &story.endpoint.address())?;
        let shown = page.all_text()?;
        let told: Vec<&str> = shown.split_whitespace().collect();
        // One of the list's everyday words stands there by chance; two of them that follow each other do not.
        let pair = |pair: &[String]| told.windows(2).any(|two| two == pair);
        ensure(!story.words.windows(2).any(pair), || {
            "the page tells the words".into()
        })
    })?;
    steps.step(Some(page), "code photographed", || {
        page.click("other-invitation")?;
        page.click("pick-invitation")?;
        answer_dialog("Choose the invitation", &story.photograph())?;
        // Nobody was asked yet: it is not known whose it is.
        page.reads("invitation-short", &story.endpoint.address())?;
        ensure(!page.all_text()?.contains("Open Door"), || {
            "the name is known already".into()
        })
    })?;
    steps.step(Some(page), "invitation kept for later", || {
        page.click("keep-invitation")?;
        page.see("kept-invitation")?;
        page.click("kept-go-on")?;
        page.see("invitation-short")
    })?;
    steps.step(Some(page), "organisation asked", || {
        page.click("fetch-invitation")?;
        page.reads("invitation", "Open Door")
    })?;
    steps.step(Some(page), "wrong word said", || {
        page.fill("word-1", "zzzz")?;
        hand::key("Tab", 1)?;
        until("the sentence about the word", SOON, || {
            Ok(page
                .all_text()?
                .contains("This word is not in the list")
                .then_some(()))
        })
    })?;
    steps.step(Some(page), "six words joined", || {
        for (index, word) in story.words.iter().enumerate() {
            page.fill(&format!("word-{}", index + 1), word)?;
            hand::key("Tab", 1)?;
        }
        page.click("join")?;
        page.see("joined")
    })?;
    steps.step(Some(page), "organisation listed", || {
        page.click("join-finish")?;
        page.reads("organisation", "Open Door")
    })
}

fn review(page: &Page) -> Outcome {
    page.click("nav-incidents")?;
    page.click("incident-line")?;
    page.see("incident-page")?;
    hand::key("ctrl+Return", 1)?;
    page.reads("preview-text", NOTES_RU)?;
    page.reads("preview-people", ACTOR)?;
    page.click("part-people")?;
    until("the names left out", SOON, || {
        Ok((page.property("part-people", "checked")? == "false").then_some(()))
    })?;
    page.tick("part-people")?;
    until("the button that sends", SOON, || {
        Ok((page.property("send", "disabled")? == "false").then_some(()))
    })
}

fn stage(page: &Page, wanted: &str, limit: Duration) -> Outcome {
    let mark = format!("[data-test=\"stage\"][data-stage=\"{wanted}\"]");
    page.see_within(&mark, limit).map_err(|fault| {
        let there = page.texts("stages").unwrap_or_default();
        Fault::new(format!("{fault}; there is {there:?}"))
    })
}

/// The visit after a restart: still waiting, then stored by itself; revision 2; a second incident deleted; lock.
pub fn second_visit(page: &Page, story: &mut Story, steps: &mut Steps) -> Outcome {
    steps.step(Some(page), "wrong passphrase", || {
        page.fill("unlock-passphrase", "not this one at all")?;
        page.click("unlock")?;
        page.reads("problem", "This passphrase does not open it.")
    })?;
    steps.step(Some(page), "still waiting", || {
        unlock(page)?;
        stage(page, "waiting", SOON)?;
        page.click("incident-line")?;
        page.see("stages")
    })?;
    steps.step(Some(page), "locked while it waits", || {
        let process = page.process();
        let before = image(process)?;
        hand::key("ctrl+l", 1)?;
        page.follow()?;
        ensure(image(process)? != before, || {
            "the process that held the keys goes on".into()
        })?;
        ensure(page.count("incident-line")? == 0, || {
            "the list stays".into()
        })?;
        page.reads("unlock-sending", "One sealed report")
    })?;
    story.endpoint.serve()?;
    steps.step(Some(page), "sent while locked", || {
        page.gone("unlock-sending", Duration::from_secs(90))
    })?;
    steps.step(Some(page), "stored", || {
        unlock(page)?;
        stage(page, "stored", SOON)?;
        page.click("incident-line")?;
        page.reads("stages", "Stored on")
    })?;
    steps.step(Some(page), "outbox", || {
        page.click("nav-outbox")?;
        page.see("[data-test=\"delivery\"][data-stage=\"stored\"]")
    })?;
    steps.step(Some(page), "revision 2 begun", || {
        page.click("delivery-open")?;
        page.append("notes", " Later they called again.")?;
        page.reads("revision-note", "You are writing revision 2")
    })?;
    steps.step(Some(page), "what was sent", || {
        page.click("show-sent")?;
        page.reads("sent-page", NOTES_EN)?;
        ensure(
            !page.text("sent-page")?.contains("Later they called"),
            || "what was sent has changed".into(),
        )
    })?;
    steps.step(Some(page), "second incident", || {
        hand::key("ctrl+n", 1)?;
        page.fill("notes", "Written by mistake.")?;
        page.reads("kept", "Kept on this device")?;
        until("two incidents", SOON, || {
            Ok((page.count("incident-line")? == 2).then_some(()))
        })
    })?;
    steps.step(Some(page), "question before deleting", || {
        page.click("incident-delete")?;
        page.see("delete-dialog")?;
        page.point("delete-dialog-yes").map(drop)
    })?;
    steps.step(Some(page), "deleted", || {
        page.click("delete-dialog-yes")?;
        until("one incident", SOON, || {
            Ok((page.count("incident-line")? == 1).then_some(()))
        })
    })?;
    kept(page, story, steps)?;
    steps.step(Some(page), "locked by key", || {
        hand::key("ctrl+l", 1)?;
        page.follow()?;
        page.see("unlock-passphrase")?;
        ensure(page.count("incident-line")? == 0, || {
            "the list stays".into()
        })
    })?;
    steps.step(Some(page), "unlocked again", || unlock(page))?;
    Ok(())
}

// A backup that opens, a check of everything, and what this computer remembers.
fn kept(page: &Page, story: &Story, steps: &mut Steps) -> Outcome {
    let stick = story.folder.join("stick");
    steps.step(Some(page), "backup made", || {
        std::fs::create_dir_all(&stick).during("the stick")?;
        page.click("nav-settings")?;
        page.reads("copy-last", "No backup")?;
        page.click("copy-choose")?;
        answer_dialog("Choose where the backup goes", &stick)?;
        page.reads("copy-place", "stick / Chronicle-")?;
        page.see("copy-same")?;
        page.click("copy-make")?;
        page.reads("job-done", "made and checked")?;
        page.reads("copy-last", "The last backup was made on")
    })?;
    steps.step(None, "backup opened by command", || {
        let made = std::fs::read_dir(&stick).during("the stick")?.flatten();
        let made: Vec<_> = made.map(|item| item.path()).collect();
        let [copy] = made.as_slice() else {
            return Err(Fault::new(format!("one backup was expected: {made:?}")));
        };
        let secret = story.folder.join("journal.passphrase");
        std::fs::write(&secret, PASSPHRASE).during("the passphrase file")?;
        let programs = &story.programs;
        programs.cli("vault", "check", copy, &secret, &["--read-data"])?;
        let list = programs.cli_json("journal", "list", copy, &secret, &[])?;
        let kept = list.get("incidents").and_then(serde_json::Value::as_array);
        ensure(kept.is_some_and(|all| all.len() == 1), || {
            format!("one incident was expected: {list}")
        })
    })?;
    steps.step(Some(page), "everything checked", || {
        page.click("nav-safety")?;
        page.click("check-everything")?;
        page.see("checked-well")
    })?;
    steps.step(Some(page), "folder forgotten and remembered", || {
        let place = story.journal().to_string_lossy().into_owned();
        let remembered = |wanted: bool| {
            until("the list of folders", SOON, || {
                let list = std::env::home_dir().unwrap_or_default();
                let list = list.join(".config/chronicle/folders");
                let there = std::fs::read_to_string(list).unwrap_or_default();
                let there = there.split('\0').any(|folder| folder == place);
                Ok((there == wanted).then_some(()))
            })
        };
        remembered(true)?;
        page.click("nav-settings")?;
        page.click("settings-listed")?;
        remembered(false)?;
        page.click("settings-listed")?;
        remembered(true)?;
        page.click("nav-incidents")
    })
}

fn unlock(page: &Page) -> Outcome {
    page.fill("unlock-passphrase", PASSPHRASE)?;
    hand::key("Return", 1)?;
    page.follow()?;
    page.see("incident-line")
}

/// A name among the people.
pub const ACTOR: &str = "Unit 14";
/// The beginning of the notes.
pub const NOTES_RU: &str = "Вчера вечером маме позвонили с незнакомого номера.";
/// Their end.
pub const NOTES_EN: &str = "My mother wrote down the number.";
/// The journal's passphrase.
pub const PASSPHRASE: &str = "copper kettle under the third stair 1987";
