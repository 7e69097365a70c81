//! The page in the real window: finds elements by their `data-test` marks, reads them, and turns every action into a
//! movement of the mouse or a key. Scripts only look and scroll; they never click, type or change a value.

use crate::driver::{Driver, appended, free_port};
use crate::fault::{During, Fault, Outcome, ensure};
use crate::hand::{self, Xid, until};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// The window with its page. Its process is ended when this is dropped.
pub struct Page {
    program: RefCell<Child>,
    port: u16,
    log: PathBuf,
    driver: RefCell<Option<Driver>>,
    xid: RefCell<Xid>,
}

/// How long anything may take that is not said otherwise.
pub const SOON: Duration = Duration::from_secs(15);

impl Page {
    /// Opens the window on a vault's folder and waits until it shows something.
    pub fn open(program: &Path, vault: &Path, locale: Option<&str>, log: &Path) -> Outcome<Self> {
        let mut command = Command::new(program);
        command.arg("--vault").arg(vault);
        Self::begin(command, locale, log)
    }

    /// The same by a command that opens the window and ends when it is gone.
    pub fn begin(mut command: Command, locale: Option<&str>, log: &Path) -> Outcome<Self> {
        let (port, said) = (free_port()?, appended(log)?);
        command
            .env("WEBKIT_INSPECTOR_SERVER", format!("127.0.0.1:{port}"))
            .stdin(Stdio::null())
            .stderr(said.try_clone().during("the log")?)
            .stdout(said);
        if let Some(locale) = locale {
            command.env("LC_MESSAGES", locale);
        }
        let page = Self {
            program: RefCell::new(command.spawn().during("the window")?),
            port,
            log: log.to_owned(),
            driver: RefCell::new(None),
            xid: RefCell::new(until("the window", SOON, || hand::window("Chronicle"))?),
        };
        page.attach()?;
        Ok(page)
    }

    /// Follows into the process that takes the place of the present one: after locking the whole window is another
    /// process, after unlocking the page is.
    pub fn follow(&self) -> Outcome {
        until("another process", SOON, || {
            // Whatever goes wrong here: the page that was watched is gone.
            let same = self.ask("return window.__tour !== undefined", &json!([]));
            Ok((!same.is_ok_and(|same| same == json!(true))).then_some(()))
        })?;
        self.driver.take();
        self.attach()
    }

    fn attach(&self) -> Outcome {
        // A window that has just begun does not listen yet, or has no page.
        let begun = || {
            let Ok(driver) = Driver::attach(self.port, &self.log) else {
                return Ok(None);
            };
            let shows = driver.script(SHOWS, &json!([]));
            Ok(shows
                .is_ok_and(|shows| shows == json!(true))
                .then_some(driver))
        };
        let driver = until("the page", SOON, begun)?;
        driver.script(WATCH, &json!([]))?;
        self.driver.replace(Some(driver));
        let xid = until("the window", SOON, || hand::window("Chronicle"))?;
        hand::focus(&xid)?;
        self.xid.replace(xid);
        Ok(())
    }

    /// Closes the window as a person does, and waits until it is gone and its process with it.
    pub fn close(self) -> Outcome {
        hand::focus(&self.xid())?;
        hand::key("alt+F4", 1)?;
        until("the end of the window", SOON, || {
            Ok(hand::window("Chronicle")?.is_none().then_some(()))
        })?;
        self.ended()
    }

    /// Waits until the process is gone by itself.
    pub fn ended(&self) -> Outcome {
        until("the end of the process", SOON, || {
            let status = self.program.borrow_mut().try_wait();
            status.during("the end of the process")
        })
        .map(drop)
    }

    /// The window.
    pub fn xid(&self) -> Xid {
        self.xid.borrow().clone()
    }

    /// The number of the process that was begun, which stays the same over a lock.
    pub fn process(&self) -> u32 {
        self.program.borrow().id()
    }

    /// Asks the page something.
    pub fn ask(&self, body: &str, args: &Value) -> Outcome<Value> {
        let driver = self.driver.borrow();
        let driver = driver.as_ref().ok_or_else(|| Fault::new("no page"))?;
        driver.script(body, args)
    }

    /// All text of the page.
    pub fn all_text(&self) -> Outcome<String> {
        Ok(text_of(
            &self.ask("return document.body.innerText", &json!([]))?,
        ))
    }

    /// What the page tried and its policy refused, and errors nobody caught.
    pub fn troubles(&self) -> Outcome<Vec<String>> {
        let found = self.ask("return window.__tour.troubles", &json!([]))?;
        Ok(found
            .as_array()
            .into_iter()
            .flatten()
            .map(text_of)
            .collect())
    }

    /// How many elements carry a mark.
    pub fn count(&self, mark: &str) -> Outcome<usize> {
        let found = self.ask(
            "return document.querySelectorAll(arguments[0]).length",
            &json!([selector(mark)]),
        )?;
        Ok(found
            .as_u64()
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or_default())
    }

    /// Waits for an element.
    pub fn see(&self, mark: &str) -> Outcome {
        self.see_within(mark, SOON)
    }

    /// Waits for an element, as long as is said.
    pub fn see_within(&self, mark: &str, limit: Duration) -> Outcome {
        until(&format!("[{mark}]"), limit, || {
            Ok((self.count(mark)? > 0).then_some(()))
        })
    }

    /// Waits until an element is gone.
    pub fn gone(&self, mark: &str, limit: Duration) -> Outcome {
        until(&format!("the end of [{mark}]"), limit, || {
            Ok((self.count(mark)? == 0).then_some(()))
        })
    }

    /// The text of the first element with a mark.
    pub fn text(&self, mark: &str) -> Outcome<String> {
        self.see(mark)?;
        self.property(mark, "innerText")
    }

    /// The texts of all elements with a mark.
    pub fn texts(&self, mark: &str) -> Outcome<Vec<String>> {
        let body = "return [...document.querySelectorAll(arguments[0])].map((e) => e.innerText)";
        let found = self.ask(body, &json!([selector(mark)]))?;
        Ok(found
            .as_array()
            .into_iter()
            .flatten()
            .map(text_of)
            .collect())
    }

    /// A property of the first element with a mark, as text.
    pub fn property(&self, mark: &str, name: &str) -> Outcome<String> {
        let body = "const e = document.querySelector(arguments[0]); return e === null ? null : String(e[arguments[1]])";
        Ok(text_of(&self.ask(body, &json!([selector(mark), name]))?))
    }

    /// Waits until the text of an element has `words` in it.
    pub fn reads(&self, mark: &str, words: &str) -> Outcome {
        self.reads_within(mark, words, SOON)
    }

    /// Waits until the text of any element with the mark has `words` in it, as long as is said.
    pub fn reads_within(&self, mark: &str, words: &str, limit: Duration) -> Outcome {
        let mut last = Vec::new();
        let found = until(&format!("{words:?} in [{mark}]"), limit, || {
            last = self.texts(mark)?;
            Ok(last.iter().any(|text| text.contains(words)).then_some(()))
        });
        found.map_err(|fault| Fault::new(format!("{fault}; it reads {last:?}")))
    }

    /// Points at an element once it stands still, can be used and is not covered; gives the point.
    pub fn point(&self, mark: &str) -> Outcome<(f64, f64)> {
        let mut last = Value::Null;
        let at = until(&format!("a way to [{mark}]"), SOON, || {
            let now = self.ask(TARGET, &json!([selector(mark)]))?;
            let still = now == last;
            last = now;
            let number = |name: &str| last.get(name).and_then(Value::as_f64);
            Ok(number("x").zip(number("y")).filter(|_| still))
        });
        let at = at.map_err(|fault| Fault::new(format!("{fault}; {last}")))?;
        hand::point(&self.xid(), at)?;
        Ok(at)
    }

    /// Clicks on an element.
    pub fn click(&self, mark: &str) -> Outcome {
        self.point(mark)?;
        hand::click()
    }

    /// Ticks a box or chooses an answer, and looks whether it is.
    pub fn tick(&self, mark: &str) -> Outcome {
        self.click(mark)?;
        until(&format!("[{mark}] ticked"), SOON, || {
            Ok((self.property(mark, "checked")? == "true").then_some(()))
        })
    }

    /// Writes into a field what a person would type, in place of what is there.
    pub fn fill(&self, mark: &str, text: &str) -> Outcome {
        // Letters of the second layout need a change of layout each.
        let delays = if text.is_ascii() {
            [8, 25, 60]
        } else {
            [50, 90, 150]
        };
        for delay in delays {
            self.click(mark)?;
            hand::key("ctrl+a", 1)?;
            hand::type_text(text, delay)?;
            let arrived = || Ok((self.property(mark, "value")? == text).then_some(()));
            if until("the typed text", Duration::from_secs(2), arrived).is_ok() {
                return Ok(());
            }
        }
        let there = self.property(mark, "value")?;
        Err(Fault::new(format!(
            "[{mark}] does not take {text:?}; it holds {there:?}"
        )))
    }

    /// Adds to the end of a field.
    pub fn append(&self, mark: &str, text: &str) -> Outcome {
        let wanted = format!("{}{text}", self.property(mark, "value")?);
        self.click(mark)?;
        hand::key("ctrl+End", 1)?;
        hand::type_text(text, 12)?;
        until("the added text", SOON, || {
            Ok((self.property(mark, "value")? == wanted).then_some(()))
        })
    }

    /// Chooses one of the lines of a list that opens.
    pub fn pick(&self, mark: &str, value: &str) -> Outcome {
        self.see(mark)?;
        let found = self.ask(OPTION, &json!([selector(mark), value]))?;
        let index = found.as_u64().and_then(|n| usize::try_from(n).ok());
        let index = index.ok_or_else(|| Fault::new(format!("[{mark}] does not offer {value}")))?;
        let windows = hand::visible()?;
        self.click(mark)?;
        // Keys that come before the list is there would be the page's.
        until(&format!("the list of [{mark}]"), SOON, || {
            Ok((hand::visible()? > windows).then_some(()))
        })?;
        sleep(Duration::from_millis(150));
        hand::key("Home", 1)?;
        hand::key("Down", index)?;
        hand::key("Return", 1)?;
        until(&format!("the end of the list of [{mark}]"), SOON, || {
            Ok((hand::visible()? <= windows).then_some(()))
        })?;
        until(&format!("{value} in [{mark}]"), SOON, || {
            Ok((self.property(mark, "value")? == value).then_some(()))
        })
    }

    /// Types into a list that narrows down and takes the first line.
    pub fn narrow(&self, mark: &str, typed: &str, shown: &str) -> Outcome {
        self.click(mark)?;
        hand::key("ctrl+a", 1)?;
        hand::type_text(typed, 20)?;
        self.reads(&format!("{mark}-list"), shown)?;
        hand::key("Return", 1)?;
        until(shown, SOON, || {
            Ok((self.property(mark, "value")? == shown).then_some(()))
        })
    }

    /// Waits until the page's last change is on the display.
    pub fn painted(&self) -> Outcome {
        self.ask("return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))", &json!([]))?;
        sleep(Duration::from_millis(350));
        Ok(())
    }

    /// Fails when the page's policy had to refuse something.
    pub fn no_troubles(&self) -> Outcome {
        let troubles = self.troubles()?;
        ensure(troubles.is_empty(), || {
            format!("the page was refused something: {troubles:?}")
        })
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.driver.take();
        let program = self.program.get_mut();
        let _ = program.kill();
        let _ = program.wait();
    }
}

// A mark, or a selector of its own when it begins with a bracket.
fn selector(mark: &str) -> String {
    if mark.contains('[') {
        mark.to_owned()
    } else {
        format!("[data-test=\"{mark}\"]")
    }
}

fn text_of(value: &Value) -> String {
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    text.replace(ISOLATES, "")
}

const SHOWS: &str = "return document.querySelector('h1, nav') !== null";

// Listens for what the page's policy refuses and for errors that nobody caught, and remembers how far jobs were seen.
const WATCH: &str = "
  const seen = { troubles: [], jobs: [] };
  window.__tour = seen;
  document.addEventListener('securitypolicyviolation', (e) => seen.troubles.push(`${e.effectiveDirective} ${e.blockedURI}`));
  window.addEventListener('error', (e) => seen.troubles.push(`${e.message} ${e.error?.stack}`));
  window.addEventListener('unhandledrejection', (e) => seen.troubles.push(String(e.reason)));
  new MutationObserver(() => {
    for (const job of document.querySelectorAll('[data-test=job]')) {
      if (seen.jobs.at(-1) !== job.innerText) seen.jobs.push(job.innerText);
    }
  }).observe(document.body, { childList: true, subtree: true, characterData: true });";

// The middle of what a person would aim at: for a hidden radio button or box, its label.
const TARGET: &str = "
  const e = document.querySelector(arguments[0]);
  if (e === null) return 'not there';
  if (e.disabled) return 'switched off';
  const aim = ['radio', 'checkbox'].includes(e.type) && e.closest('label') !== null && e.role !== 'switch' ? e.closest('label') : e;
  const inside = (r) => r.top >= 0 && r.bottom <= innerHeight;
  if (!inside(aim.getBoundingClientRect())) aim.scrollIntoView({ block: 'center', behavior: 'instant' });
  const r = aim.getBoundingClientRect();
  const x = r.left + r.width / 2;
  const y = Math.min(Math.max(r.top, 0) + Math.min(r.height, innerHeight) / 2, innerHeight - 2);
  const hit = document.elementFromPoint(x, y);
  if (hit === null || !(aim.contains(hit) || hit.contains(aim))) return `covered by ${hit?.outerHTML.slice(0, 120)}`;
  return { x, y };";

const OPTION: &str = "
  const at = [...document.querySelector(arguments[0]).options].findIndex((o) => o.value === arguments[1]);
  return at < 0 ? null : at;";

// Around an argument in a sentence stand marks that nobody sees.
const ISOLATES: [char; 2] = ['\u{2068}', '\u{2069}'];
