//! The whole way through the real window, by mouse and keyboard: a caseworker founds an organisation, a reporter writes
//! and sends, the caseworker opens and saves; at the end the saved files are compared with the originals byte by byte.
//! Needs a display with a window manager, a session bus, xdotool, ImageMagick and WebKitWebDriver: `scripts/tour.sh`.
//! Exit status 0 when every step was seen to succeed, 1 otherwise.

mod caseworker;
mod keys;
mod locking;
mod look;
mod reporter;
mod steps;
mod story;

use chronicle_tour::{dialogs, driver, fault, files, founded, hand, operator, page};
use fault::{During, Fault, Outcome};
use files::Originals;
use operator::Programs;
use page::Page;
use std::path::{Path, PathBuf};
use std::time::Instant;
use steps::Steps;
use story::Story;

fn main() {
    let given: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [mode, programs, out, folder] = given.as_slice() else {
        eprintln!(
            "usage: chronicle-tour tour|look|locking FOLDER-OF-PROGRAMS PICTURES THROW-AWAY-FOLDER"
        );
        std::process::exit(2);
    };
    let began = Instant::now();
    let done = match mode.to_str() {
        Some("tour") => tour(programs, out, folder),
        Some("look") => look::look(&find(programs), &out.join("look"), folder),
        Some("locking") => locking::locking(&find(programs), &out.join("locking"), folder),
        _ => Err(Fault::new("the first argument is tour, look or locking")),
    };
    match done {
        Ok(()) => println!(
            "done in {} s; pictures are in {}",
            began.elapsed().as_secs(),
            out.display()
        ),
        Err(fault) => {
            eprintln!("{fault}");
            std::process::exit(1);
        }
    }
}

fn tour(programs: &Path, out: &Path, folder: &Path) -> Outcome {
    let mut steps = Steps::new(out).during("the folder of pictures")?;
    let programs = find(programs);
    let originals = Originals::make(&folder.join("originals"))?;
    let mut story = Story::begin(folder, programs, driver::free_port()?)?;
    let (desk, journal) = (story.desk(), story.journal());
    visit(&desk, &mut story, &mut steps, caseworker::first_visit)?;
    visit(&journal, &mut story, &mut steps, |page, story, steps| {
        reporter::first_visit(page, story, &originals, steps)
    })?;
    visit(&journal, &mut story, &mut steps, reporter::second_visit)?;
    visit(&journal, &mut story, &mut steps, keys::visit)?;
    visit(&desk, &mut story, &mut steps, |page, story, steps| {
        caseworker::second_visit(page, story, &originals, steps)
    })?;
    let compared = steps.step(None, "files compared", || compare(&story, &originals));
    compared.inspect_err(|fault| steps.failed(fault, None))
}

// Opens the window on a vault, walks one person's way, and closes it as they would.
fn visit(
    vault: &Path,
    story: &mut Story,
    steps: &mut Steps,
    way: impl FnOnce(&Page, &mut Story, &mut Steps) -> Outcome,
) -> Outcome {
    let log = steps.out().join("window.log");
    let opened = Page::open(&story.programs.window, vault, None, &log);
    let page = opened.inspect_err(|fault| steps.failed(fault, None))?;
    let walked = way(&page, story, steps);
    match walked.and_then(|()| page.no_troubles()) {
        Ok(()) => page.close().inspect_err(|fault| steps.failed(fault, None)),
        Err(fault) => {
            steps.failed(&fault, Some(&page));
            Err(Fault::new(format!("{}: FAILED\n{fault}", steps.now())))
        }
    }
}

// Everything by the command line, then each file against its original; and those that were saved by hand.
fn compare(story: &Story, originals: &Originals) -> Outcome {
    let (desk, passphrase) = (story.desk(), story.desk_passphrase_file());
    let list = story
        .programs
        .cli_json("desk", "list", &desk, &passphrase, &[])?;
    let reports = list
        .get("reports")
        .and_then(|r| r.as_array())
        .cloned()
        .unwrap_or_default();
    let [report] = reports.as_slice() else {
        return Err(Fault::new(format!("one report was expected: {list}")));
    };
    let id = report
        .get("id")
        .and_then(|id| id.as_str())
        .ok_or_else(|| Fault::new("the report has no id"))?;
    let out = story.folder.join("saved by command");
    story.programs.cli(
        "desk",
        "save",
        &desk,
        &passphrase,
        &[id, "--out", &out.to_string_lossy()],
    )?;
    // The command saves files under their numbers: a name from outside never becomes a path.
    for (index, original) in originals.sent().iter().enumerate() {
        let kind = original.extension().unwrap_or_default().to_string_lossy();
        files::same(original, &out.join(format!("{:04}.{kind}", index + 1)))?;
    }
    for original in [&originals.document, &originals.large] {
        files::same(
            original,
            &story.saved().join(original.file_name().unwrap_or_default()),
        )?;
    }
    Ok(())
}

fn find(folder: &Path) -> Programs {
    let at = |name: &str| folder.join(name);
    Programs {
        window: at("chronicle-driven"),
        cli: at("chronicle-cli"),
        endpoint: at("chronicle-endpoint"),
    }
}
