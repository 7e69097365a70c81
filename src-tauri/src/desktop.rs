//! What the desktop tells by D-Bus: that the session is locked, that the device is about to sleep. Where there is no bus
//! or nobody on it, nothing is told, and the idle time remains.

use dbus::arg::OwnedFd;
use dbus::blocking::Connection;
use dbus::message::MatchRule;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// Calls `lock` on threads of its own whenever the vault should not stay open. `lock` may be called when it is not open.
pub fn watch(lock: impl Fn() + Clone + Send + 'static) {
    let on_system = lock.clone();
    // A bus that is not there ends its thread at once: there is nothing that could be told.
    std::thread::spawn(move || system(&on_system));
    std::thread::spawn(move || session(&lock));
}

/// logind: `PrepareForSleep` and the session's `Lock`, as its D-Bus interface describes them
/// (org.freedesktop.login1(5)). Sleep is delayed until the vault is locked: at most as long as logind allows.
fn system(lock: &dyn Fn()) -> Result<(), dbus::Error> {
    let bus = Connection::new_system()?;
    let (told, heard) = channel();
    let sleep = MatchRule::new_signal(MANAGER, "PrepareForSleep").with_sender(LOGIND);
    tell(&bus, sleep, &told, |(begins,): (bool,)| {
        Some(if begins { Told::Sleep } else { Told::Awake })
    })?;
    let own = own_session(&bus);
    let mut locked =
        MatchRule::new_signal("org.freedesktop.login1.Session", "Lock").with_sender(LOGIND);
    if let Some(path) = &own {
        locked = locked.with_path(path.clone());
    }
    tell(&bus, locked, &told, |(): ()| Some(Told::Lock))?;
    let mut delayed = delay(&bus);
    loop {
        bus.process(WAIT)?;
        for one in all(&heard) {
            match one {
                Told::Lock => lock(),
                Told::Sleep => {
                    lock();
                    // An open vault is locked by a new image of this process, which ends the delay as well.
                    delayed = None;
                }
                Told::Awake => delayed = delayed.or_else(|| delay(&bus)),
            }
        }
    }
}

/// Screen savers that lock: `ActiveChanged` under each of the names in use.
fn session(lock: &dyn Fn()) -> Result<(), dbus::Error> {
    let bus = Connection::new_session()?;
    let (told, heard) = channel();
    for interface in SCREEN_SAVERS {
        let rule = MatchRule::new_signal(interface, "ActiveChanged");
        tell(&bus, rule, &told, |(active,): (bool,)| {
            active.then_some(Told::Lock)
        })?;
    }
    loop {
        bus.process(WAIT)?;
        if !all(&heard).is_empty() {
            lock();
        }
    }
}

enum Told {
    Lock,
    Sleep,
    Awake,
}

fn tell<A: dbus::arg::ReadAll + 'static>(
    bus: &Connection,
    rule: MatchRule<'static>,
    told: &Sender<Told>,
    means: fn(A) -> Option<Told>,
) -> Result<(), dbus::Error> {
    let told = told.clone();
    bus.add_match(rule, move |arguments: A, _, _| {
        if let Some(one) = means(arguments) {
            // The other end is in the same loop.
            let _ = told.send(one);
        }
        true
    })?;
    Ok(())
}

fn all(heard: &Receiver<Told>) -> Vec<Told> {
    heard.try_iter().collect()
}

fn own_session(bus: &Connection) -> Option<dbus::Path<'static>> {
    let logind = bus.with_proxy(LOGIND, "/org/freedesktop/login1", ANSWER);
    let by_process = logind.method_call(MANAGER, "GetSessionByPID", (std::process::id(),));
    by_process.ok().map(|(path,): (dbus::Path<'static>,)| path)
}

// logind refuses one while it is already on its way to sleep.
fn delay(bus: &Connection) -> Option<OwnedFd> {
    let logind = bus.with_proxy(LOGIND, "/org/freedesktop/login1", ANSWER);
    let asked = ("sleep", "Chronicle", "Locks before sleep", "delay");
    let answered = logind.method_call(MANAGER, "Inhibit", asked);
    answered.ok().map(|(delay,): (OwnedFd,)| delay)
}

const LOGIND: &str = "org.freedesktop.login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SCREEN_SAVERS: [&str; 5] = [
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
    "org.xfce.ScreenSaver",
];
const WAIT: Duration = Duration::from_secs(3600);
const ANSWER: Duration = Duration::from_secs(2);
