//! The reporter's keys: a sheet made and practised, its code in three parts that the tools of others open, another
//! passphrase, everything sealed again, and the way back by the sheet and by two parts.

use crate::caseworker::hold_to_read;
use crate::dialogs::answer_dialog;
use crate::fault::{During, Fault, Outcome, ensure};
use crate::hand;
use crate::page::Page;
use crate::reporter::PASSPHRASE;
use crate::steps::Steps;
use crate::story::Story;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The visit in which the keys are looked after.
pub fn visit(page: &Page, story: &mut Story, steps: &mut Steps) -> Outcome {
    steps.step(Some(page), "keys", || {
        page.fill("unlock-passphrase", PASSPHRASE)?;
        page.click("unlock")?;
        page.follow()?;
        page.see("incident-line")?;
        page.click("nav-settings")?;
        page.click("keys-go")?;
        page.reads("sheet-state", "There is no recovery sheet")
    })?;
    steps.step(Some(page), "no sheet without the passphrase", || {
        page.click("sheet-make")?;
        page.fill("sheet-passphrase", "not this one at all")?;
        page.click("sheet-next")?;
        page.reads("problem", "does not open it")?;
        page.fill("sheet-passphrase", PASSPHRASE)?;
        page.click("sheet-next")?;
        page.see("sheet-hold")
    })?;
    let mut code = Vec::new();
    steps.step(Some(page), "sheet held to read", || {
        let words = hold_to_read(page, "sheet", 11)?;
        code = words.split(' ').map(str::to_owned).collect();
        ensure(tells_nothing(page, &code).is_err(), || {
            "the words are on the page and the check does not see them".into()
        })
    })?;
    steps.step(Some(page), "three words from the paper", || {
        hand::release()?;
        page.tick("sheet-written")?;
        page.click("sheet-next")?;
        practise(page, &code)
    })?;
    steps.step(Some(page), "sheet valid", || {
        page.click("sheet-next")?;
        page.follow()?;
        page.reads("keys-done", "The sheet is valid from now on")?;
        page.see("share-go")?;
        tells_nothing(page, &code)
    })?;
    let parts = shared(page, story, &code, steps)?;
    changed(page, steps)?;
    steps.step(Some(page), "old passphrase refused", || {
        hand::key("ctrl+l", 1)?;
        page.follow()?;
        page.fill("unlock-passphrase", PASSPHRASE)?;
        page.click("unlock")?;
        page.reads("problem", "does not open it")
    })?;
    by_sheet(page, &code, steps)?;
    by_parts(page, &parts, steps)
}

// One word wrong first, then as it is on the paper.
fn practise(page: &Page, code: &[String]) -> Outcome {
    page.see("sheet-word")?;
    let body = "return [...document.querySelectorAll('[data-test=sheet-word]')].map((e) => Number(e.dataset.number))";
    let asked = page.ask(body, &json!([]))?;
    let asked: Vec<usize> = asked
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|n| usize::try_from(n.as_u64()?).ok())
        .collect();
    ensure(asked.len() == 3, || {
        format!("three were expected: {asked:?}")
    })?;
    let write = |place: usize, word: &str| {
        page.fill(
            &format!("[data-test=\"sheet-word\"][data-number=\"{place}\"]"),
            word,
        )
    };
    for place in &asked {
        let word = code.get(place - 1).map_or("", String::as_str);
        write(*place, word)?;
    }
    let last = asked.last().copied().unwrap_or_default();
    write(last, "notonthepaper")?;
    page.click("sheet-next")?;
    page.reads("problem", &format!("Word {last} was a different one"))?;
    write(last, code.get(last - 1).map_or("", String::as_str))
}

// Three people with age's own tool; gives what two of them read in their files.
fn shared(page: &Page, story: &Story, code: &[String], steps: &mut Steps) -> Outcome<Vec<String>> {
    let (folder, people) = (story.folder.join("parts"), people(&story.folder)?);
    std::fs::create_dir_all(&folder).during("the folder of parts")?;
    steps.step(Some(page), "code in three parts", || {
        page.click("share-go")?;
        for (index, (_, recipient)) in people.iter().enumerate() {
            page.fill(&format!("[id=\"holder-{index}\"]"), recipient)?;
        }
        type_code(page, code)?;
        page.click("share-save")?;
        answer_dialog("Choose a folder for the three files", &folder)?;
        page.follow()?;
        page.reads("keys-done", "The three files are saved")
    })?;
    let mut lines = Vec::new();
    steps.step(None, "parts opened with age", || {
        let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
            .during("the parts")?
            .flatten()
            .map(|item| item.path())
            .collect();
        files.sort();
        ensure(files.len() == 3, || format!("three files: {files:?}"))?;
        for (file, (identity, _)) in files.iter().zip(&people) {
            let text = said(
                Command::new("age")
                    .arg("-d")
                    .arg("-i")
                    .arg(identity)
                    .arg(file),
            )?;
            let line = text.lines().find(|l| l.starts_with("chronicle-share1"));
            lines.push(
                line.ok_or_else(|| Fault::new("a file without a part"))?
                    .to_owned(),
            );
        }
        Ok(())
    })?;
    Ok(lines)
}

fn people(folder: &Path) -> Outcome<Vec<(PathBuf, String)>> {
    let made = |name: &str| {
        let identity = folder.join(format!("{name}.key"));
        said(Command::new("age-keygen").arg("-o").arg(&identity))?;
        let recipient = said(Command::new("age-keygen").arg("-y").arg(&identity))?;
        Ok((identity, recipient.trim().to_owned()))
    };
    ["aunt", "friend", "lawyer"].into_iter().map(made).collect()
}

fn said(command: &mut Command) -> Outcome<String> {
    let out = command.output().during("age")?;
    ensure(out.status.success(), || {
        String::from_utf8_lossy(&out.stderr).into_owned()
    })?;
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}

fn changed(page: &Page, steps: &mut Steps) -> Outcome {
    steps.step(Some(page), "another passphrase", || {
        page.click("change-go")?;
        page.fill("change-present", "not this one at all")?;
        own(page, SECOND)?;
        page.click("change")?;
        page.reads("problem", "does not open it")?;
        page.fill("change-present", PASSPHRASE)?;
        page.point("change").map(drop)
    })?;
    steps.step(Some(page), "passphrase changed", || {
        page.click("change")?;
        page.follow()?;
        page.reads("keys-done", "The passphrase is changed")?;
        page.see("again-go")
    })?;
    steps.step(Some(page), "everything sealed again", || {
        page.click("again-go")?;
        page.reads_within(
            "keys-page",
            "The old keys are forgotten",
            Duration::from_secs(60),
        )
    })
}

fn by_sheet(page: &Page, code: &[String], steps: &mut Steps) -> Outcome {
    steps.step(Some(page), "words of the sheet", || {
        page.click("recover-go")?;
        type_code(page, code)
    })?;
    steps.step(Some(page), "a new passphrase after the sheet", || {
        page.click("recover-open")?;
        page.reads("recover-page", "Now a new passphrase")?;
        tells_nothing(page, code)?;
        own(page, THIRD)
    })?;
    steps.step(Some(page), "opened by the sheet", || {
        page.click("recover-open")?;
        page.follow()?;
        page.reads("keys-done", "It is open again")?;
        page.click("nav-incidents")?;
        page.see("incident-line")
    })
}

fn by_parts(page: &Page, parts: &[String], steps: &mut Steps) -> Outcome {
    steps.step(Some(page), "two parts", || {
        hand::key("ctrl+l", 1)?;
        page.follow()?;
        page.click("recover-go")?;
        page.click("recover-shares")?;
        for (index, part) in parts.iter().rev().take(2).enumerate() {
            page.fill(&format!("recover-share-{}", index + 1), part)?;
        }
        page.point("recover-open").map(drop)
    })?;
    steps.step(Some(page), "opened by two parts", || {
        page.click("recover-open")?;
        page.reads("recover-page", "Now a new passphrase")?;
        own(page, FOURTH)?;
        page.click("recover-open")?;
        page.follow()?;
        page.see("keys-done")
    })
}

fn type_code(page: &Page, code: &[String]) -> Outcome {
    for (index, word) in code.iter().enumerate() {
        page.fill(&format!("code-word-{}", index + 1), word)?;
        hand::key("Tab", 1)?;
    }
    Ok(())
}

fn own(page: &Page, passphrase: &str) -> Outcome {
    page.click("new-passphrase-swap")?;
    page.fill("new-own-passphrase", passphrase)?;
    page.reads("new-strength", "Strong enough")?;
    page.fill("new-passphrase-again", passphrase)
}

fn tells_nothing(page: &Page, code: &[String]) -> Outcome {
    let body = "return document.documentElement.outerHTML + [...document.querySelectorAll('input, textarea')].map((e) => e.value).join(' ')";
    let shown = page.ask(body, &json!([]))?.to_string().to_lowercase();
    let told = code
        .iter()
        .filter(|word| word.len() > 5 && shown.contains(*word));
    let told = told.count();
    // One may be an ordinary word of the page.
    ensure(told <= 1, || {
        format!("the page still holds {told} words of the code")
    })
}

const SECOND: &str = "eleven brass buttons behind the clock 1764";
const THIRD: &str = "a wet umbrella named after the lighthouse 52";
const FOURTH: &str = "seven paper boats over the frozen quarry 309";
