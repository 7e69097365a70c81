//! Pictures of every main view in each language, on vaults that the command line made, and a check in the pseudo-locale:
//! no visible text outside its brackets but what people wrote, and nothing cut off.

use crate::fault::{During, Fault, Outcome, ensure};
use crate::files::Originals;
use crate::founded::{self, Founded, text, written};
use crate::hand;
use crate::operator::Programs;
use crate::page::Page;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Takes the pictures into `out`; fails when text escapes the brackets or is cut off.
pub fn look(programs: &Programs, out: &Path, folder: &Path) -> Outcome {
    if out.exists() {
        std::fs::remove_dir_all(out).during("the pictures of before")?;
    }
    std::fs::create_dir_all(out).during("the folder of pictures")?;
    let (founded, prepared) = prepare(programs, folder)?;
    let mut faults = Vec::new();
    for locale in ["en", "ru", "qps-ploc", "qps-plocm"] {
        let gallery = Gallery {
            programs,
            out,
            locale,
        };
        gallery.show(&folder.join("new"), FIRST, &mut faults)?;
        gallery.show(&prepared.journal, JOURNAL, &mut faults)?;
        gallery.show(&prepared.desk, DESK, &mut faults)?;
    }
    drop(founded);
    faults.dedup();
    ensure(faults.is_empty(), || faults.join("\n"))
}

struct Prepared {
    journal: PathBuf,
    desk: PathBuf,
}

// One report that was sent and fetched, one that is only kept.
fn prepare(programs: &Programs, folder: &Path) -> Outcome<(Founded, Prepared)> {
    let originals = Originals::make(&folder.join("originals"))?;
    let journal = folder.join("journal");
    let founded = Founded::by_command(programs, folder, PASSPHRASE)?;
    let (desk, secret) = (&founded.desk, &founded.secret);
    let on_journal =
        |verb: &str, args: &[&str]| programs.cli("journal", verb, &journal, secret, args);
    let invitation = text(&founded.invitation(programs, "invitation.txt")?);
    on_journal("create", &[])?;
    on_journal("join", &[&invitation, "--words", &founded.words])?;
    let report = written(folder, "report.json", &example(programs)?)?;
    let (photo, document) = (text(&originals.photo), text(&originals.document));
    let added = on_journal(
        "add",
        &[
            "--report",
            &text(&report),
            "--attach",
            &photo,
            "--attach",
            &document,
        ],
    )?;
    let id = added
        .split_whitespace()
        .next_back()
        .ok_or_else(|| Fault::new("no id was printed"))?
        .to_owned();
    on_journal("send", &[&id, "--to", founded::NAME])?;
    on_journal("sync", &["--once"])?;
    on_journal("add", &["--report", &text(&report)])?;
    programs.cli("desk", "fetch", desk, secret, &[])?;
    programs.cli("vault", "sheet", desk, secret, &["--unpractised"])?;
    // What a check has to tell.
    let stray = journal.join("blobs").join("0".repeat(32));
    std::fs::write(stray, "left over").during("a stray file")?;
    let desk = desk.clone();
    Ok((founded, Prepared { journal, desk }))
}

fn example(programs: &Programs) -> Outcome<String> {
    let out = std::process::Command::new(&programs.cli)
        .args(["journal", "example"])
        .output()
        .during("the example")?;
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}

struct Gallery<'a> {
    programs: &'a Programs,
    out: &'a Path,
    locale: &'a str,
}

impl Gallery<'_> {
    fn show(&self, vault: &Path, views: &[View], faults: &mut Vec<String>) -> Outcome {
        let page = Page::open(
            &self.programs.window,
            vault,
            Some(self.locale),
            &self.out.join("window.log"),
        )?;
        for view in views {
            let (name, keys, wanted) = view;
            for key in *keys {
                match key.strip_prefix("type ") {
                    Some(mark) => page.fill(mark, typed(mark))?,
                    None => {
                        page.click(key)?;
                        if *key == "unlock" {
                            page.follow()?;
                        }
                    }
                }
            }
            page.see(wanted).during(format!("{} {name}", self.locale))?;
            page.painted()?;
            let file = |size: &str| self.out.join(format!("{name}-{}{size}.png", self.locale));
            hand::picture(Some(&page.xid()), &file(""))?;
            if LARGE.contains(name) {
                hand::resize(&page.xid(), 1920, 1080)?;
                page.painted()?;
                hand::picture(Some(&page.xid()), &file("-1920"))?;
                hand::resize(&page.xid(), 1280, 800)?;
                page.painted()?;
            }
            let found = self.check(&page)?;
            println!(
                "{} {name}: {}",
                self.locale,
                if found.is_empty() {
                    "ok".to_owned()
                } else {
                    found.join("; ")
                }
            );
            faults.extend(
                found
                    .into_iter()
                    .map(|fault| format!("{} {name}: {fault}", self.locale)),
            );
        }
        page.no_troubles()?;
        page.close()
    }

    fn check(&self, page: &Page) -> Outcome<Vec<String>> {
        let pseudo = self.locale.starts_with("qps-");
        let found = page.ask(CHECK, &json!([pseudo]))?;
        Ok(found
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|f| f.as_str().map(str::to_owned))
            .collect())
    }
}

/// Its name, what is done to come there, and what is then there.
type View = (&'static str, &'static [&'static str], &'static str);

const FIRST: &[View] = &[
    ("first-about", &[], "first-next"),
    ("first-role", &["first-next"], "role-journal"),
    ("first-place", &["first-next"], "place-folder"),
    ("first-passphrase", &["first-next"], "generated-words"),
    ("first-own", &["passphrase-swap"], "own-passphrase"),
];

const JOURNAL: &[View] = &[
    ("unlock", &[], "unlock-passphrase"),
    ("recover", &["recover-go"], "code-word-11"),
    ("recover-shares", &["recover-shares"], "recover-share-1"),
    (
        "incidents",
        &["recover-back", "type unlock-passphrase", "unlock"],
        "incident-line",
    ),
    ("incident", &["incident-line"], "kept"),
    ("incident-kinds", &["family-thr"], "kind-thr.harm"),
    (
        "incident-sent",
        &["li:nth-child(2) > [data-test=\"incident-line\"]"],
        "stages",
    ),
    ("where", &["where-toggle"], "where-kind"),
    ("who", &["who-toggle"], "actor-0-kind"),
    ("danger", &["danger-toggle"], "safety-safe"),
    ("consent", &["consent-toggle"], "consent-looked"),
    ("delete", &["incident-delete"], "delete-dialog"),
    ("sent", &["delete-dialog-no", "show-sent"], "sent-page"),
    ("review", &["sent-back", "review"], "send"),
    ("review-steps", &["review-steps-toggle"], "preview-steps"),
    ("organisations", &["nav-organisations"], "organisation"),
    ("join", &["organisation-add"], "pick-invitation"),
    (
        "join-short",
        &["type invitation-text", "read-invitation"],
        "fetch-invitation",
    ),
    ("kept", &["keep-invitation"], "kept-invitation"),
    ("outbox", &["nav-outbox"], "outbox-page"),
    ("safety", &["nav-safety"], "safety-page"),
    ("safety-found", &["check-everything"], "stray-remove"),
    ("stray", &["stray-remove"], "stray-dialog"),
    (
        "settings",
        &["stray-dialog-no", "nav-settings"],
        "copy-choose",
    ),
    ("keys", &["keys-go"], "sheet-make"),
    ("sheet", &["sheet-make"], "sheet-passphrase"),
    (
        "sheet-words",
        &["type sheet-passphrase", "sheet-next"],
        "sheet-hold",
    ),
    (
        "sheet-practice",
        &["sheet-written", "sheet-next"],
        "sheet-word",
    ),
    ("change", &["keys-back", "change-go"], "change-present"),
];

const DESK: &[View] = &[
    (
        "inbox",
        &["type unlock-passphrase", "unlock"],
        "report-line",
    ),
    ("report", &["report-line"], "report-text"),
    ("report-image", &["item-look"], "item-image"),
    ("report-answer", &["type answer-text"], "answers"),
    ("save-warning", &["item-save"], "save-dialog"),
    (
        "organisation",
        &["save-dialog-no", "nav-organisation"],
        "desk-words",
    ),
    (
        "organisation-code",
        &["type token-reporter", "invite-by-code", "invitation-code"],
        "close-code",
    ),
    ("desk-safety", &["nav-safety"], "safety-page"),
    ("desk-keys", &["keys-go"], "share-go"),
    ("sheet-dialog", &["sheet-forget"], "sheet-dialog"),
    ("shares", &["sheet-dialog-no", "share-go"], "code-word-11"),
];

const LARGE: [&str; 3] = ["incident-sent", "review", "report"];
fn typed(mark: &str) -> &'static str {
    match mark {
        "invitation-text" => {
            include_str!("../../../crates/wire/vectors/invitation-short-1.txt").trim_end()
        }
        "token-reporter" => TOKEN,
        "answer-text" => "Когда вам звонили в последний раз?",
        _ => PASSPHRASE,
    }
}

// Nobody's: it is only shown.
const TOKEN: &str = "chronicle-token-1-reporter-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const PASSPHRASE: &str = "copper kettle under the third stair 1987";

// What people wrote stands in `dir=auto`, in `dir=ltr` or in `bdi`; all other visible text is the application's own.
const CHECK: &str = r"
  const found = new Set();
  const data = 'body [dir=auto], body [dir=ltr], bdi, pre, script, style, option, [aria-hidden=true]';
  const shown = (e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && e.getClientRects().length > 0;
  const short = (text) => text.trim().replace(/\s+/g, ' ').slice(0, 60);
  const outside = (text) => {
    let left = text.replace(/[\u2068\u2069]/g, '');
    for (let before = ''; before !== left; ) [before, left] = [left, left.replace(/⟦[^⟦⟧]*⟧/g, '')];
    return /\p{L}/u.test(left);
  };
  if (!outside('x ⟦y⟧') || outside('⟦a ⟦b⟧ c⟧, 12')) found.add('the check itself is broken');
  // A label that nobody translated, in a box that is too small: each time it must be found.
  const planted = document.createElement('p');
  planted.textContent = 'Planted words';
  planted.style.cssText = 'position: fixed; inset: 0 auto auto 0; inline-size: 1rem; overflow: hidden; white-space: nowrap';
  (document.querySelector('dialog[open]') ?? document.querySelector('main') ?? document.body).append(planted);
  if (arguments[0]) {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { parentElement: e, data: text } = walker.currentNode;
      if (e.closest(data) === null && shown(e) && outside(text)) found.add(`outside the brackets: ${short(text)}`);
    }
    for (const e of document.querySelectorAll('[placeholder]')) {
      if (shown(e) && e.placeholder !== '' && outside(e.placeholder)) found.add(`outside the brackets: ${short(e.placeholder)}`);
    }
  }
  // A text is cut off where it leaves a box that hides what does not fit in.
  const hides = (value) => value === 'hidden' || value === 'clip';
  const cut = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const r = range.getBoundingClientRect();
    for (let e = node.parentElement; e !== null && !e.matches('dialog'); e = e.parentElement) {
      const style = getComputedStyle(e);
      const box = e.getBoundingClientRect();
      if (style.overflowX !== 'visible' && (r.right > box.right + 1 || r.left < box.left - 1)) return true;
      if (hides(style.overflowY) && (r.bottom > box.bottom + 1 || r.top < box.top - 1)) return true;
    }
    return r.right > innerWidth + 1 || r.left < -1;
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { parentElement: e, data: text } = texts.currentNode;
    if (text.trim() === '' || e.closest(`${data}, .hidden-words`) !== null || !shown(e)) continue;
    if (cut(texts.currentNode)) found.add(`cut off: ${short(text)}`);
  }
  const pen = document.createElement('canvas').getContext('2d');
  for (const e of document.querySelectorAll('select')) {
    const style = getComputedStyle(e);
    pen.font = style.font;
    const room = e.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const chosen = e.selectedOptions[0];
    if (!shown(e) || chosen === undefined || chosen.dir === 'auto') continue;
    if (arguments[0] && /\p{L}/u.test(chosen.label) && outside(chosen.label)) found.add(`outside the brackets: ${chosen.label}`);
    if (pen.measureText(chosen.label).width > room + 1) found.add(`cut off: ${chosen.label}`);
  }
  planted.remove();
  const expected = arguments[0] ? ['outside the brackets: Planted words', 'cut off: Planted words'] : ['cut off: Planted words'];
  for (const fault of expected) if (!found.delete(fault)) found.add(`not seen though planted: ${fault}`);
  if (document.documentElement.scrollWidth > innerWidth) found.add('the page is wider than the window');
  if (document.documentElement.scrollHeight > innerHeight && document.querySelector('nav') !== null) found.add('the whole window scrolls');
  return [...found];";
