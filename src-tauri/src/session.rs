//! What the shell holds between two commands: the place, and a session that is either locked or an open vault of one
//! kind. A locked session cannot hold an open vault. Locking an open one ends this image of the process.

mod going;
mod kept;
mod locking;

use crate::commands::keeping;
use crate::delivering::Delivering;
use crate::handover::{Frame, Handover};
use crate::idle::Idle;
use crate::jobs::Jobs;
use crate::keys::KeyWork;
use crate::platform;
use crate::recent::{self, Recent};
use crate::view::{SessionState, SessionView, ShellEvent, VaultRole, WholeView};
use chronicle_desk::Desk;
use chronicle_journal::view::HeldView;
use chronicle_journal::{Held, Journal};
use chronicle_report::Draft;
use chronicle_vault::{Finding, Sealer, Vault};
use chronicle_words::{Locale, Problem, Words};
use going::Going;
use jiff::Zoned;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tauri::ipc::Channel;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

/// The shell's state; one for the one window.
#[derive(Clone)]
pub struct Shell(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    jobs: Jobs,
    keys: KeyWork,
    idle: Idle,
}

struct State {
    place: PathBuf,
    locale: Locale,
    session: Session,
    channel: Option<Channel<ShellEvent>>,
    dropped: Vec<PathBuf>,
    /// Seals text for the journal that was opened last, also while it is locked.
    sealer: Option<Sealer>,
    held: Vec<Held>,
    /// Requests to close the window so far, and the last one that the page asked to be left alone.
    closings: u32,
    stayed: u32,
    /// Whether a vault was open at this place since the program began.
    opened: bool,
    offline_medium: Option<PathBuf>,
    copy_place: Option<PathBuf>,
    checked: Option<WholeView>,
    invitations: HashMap<String, Zeroizing<String>>,
    frame: Frame,
}

enum Session {
    Locked(Option<Delivering>),
    Journal {
        journal: chronicle_journal::Shared,
        wake: Arc<Notify>,
        stop: CancellationToken,
        going: Going,
        findings: Vec<Problem>,
        lock_after: u32,
    },
    Desk {
        desk: chronicle_desk::Shared,
        stop: CancellationToken,
        findings: Vec<Problem>,
        lock_after: u32,
    },
}

impl Shell {
    /// What the image before this one handed over: locked, and what waits goes on.
    pub fn again(handed: Handover) -> Self {
        let shell = Self::new(PathBuf::from(handed.place));
        {
            let mut state = shell.state();
            state.locale = Locale::parse(&handed.locale).unwrap_or(state.locale);
            state.opened = handed.opened;
            state.frame = handed.frame.unwrap_or_default();
            state.held = handed.held.into_iter().map(Held::from_sealed).collect();
        }
        if let Some(errands) = handed.errands {
            shell.deliver_locked(&shell.place(), errands);
        }
        shell
    }

    /// A shell for the vault that this computer remembers best, locked. One whose medium is not there is waited for.
    pub fn at_known_place() -> Self {
        let usual = platform::default_place();
        let known = Recent::here().map_or_else(Vec::new, |recent| recent.folders());
        let Some(first) = recent::first(&known, &usual, chronicle_vault::exists) else {
            return Self::new(usual);
        };
        let shell = Self::new(first.clone());
        shell.opened_at(first);
        shell
    }

    /// A shell for the vault at `place`, locked.
    pub fn new(place: PathBuf) -> Self {
        let wanted = platform::wanted_locales();
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        let state = State {
            place,
            locale: Locale::choose(&wanted),
            session: Session::Locked(None),
            channel: None,
            dropped: Vec::new(),
            sealer: None,
            held: Vec::new(),
            closings: 0,
            stayed: 0,
            opened: false,
            offline_medium: None,
            copy_place: None,
            checked: None,
            invitations: HashMap::new(),
            frame: Frame::default(),
        };
        Self(Arc::new(Inner {
            state: Mutex::new(state),
            jobs: Jobs::default(),
            keys: KeyWork::default(),
            idle: Idle::default(),
        }))
    }

    /// What the page may know.
    pub fn view(&self) -> SessionView {
        // Whatever takes long is asked outside: locking never waits for a look.
        let has_vault = chronicle_vault::exists(&self.place());
        let state = self.state();
        let (role, findings) = match &state.session {
            Session::Locked(_) => (None, 0),
            Session::Journal { findings, .. } => (Some(VaultRole::Journal), findings.len()),
            Session::Desk { findings, .. } => (Some(VaultRole::Desk), findings.len()),
        };
        SessionView {
            state: match (role, has_vault) {
                (Some(_), _) => SessionState::Open,
                (None, true) => SessionState::Locked,
                // The medium was pulled out, say: there is one, and it is not to be made anew.
                (None, false) if state.opened => SessionState::Locked,
                (None, false) => SessionState::None,
            },
            role,
            locale: state.locale.tag().to_owned(),
            folder: last_part(&state.place),
            has_vault,
            held: !state.held.is_empty(),
            sandboxed: platform::sandboxed().unwrap_or(false),
            guarded: platform::guarded(),
            findings: u32::try_from(findings).unwrap_or(u32::MAX),
            sending: match &state.session {
                Session::Locked(Some(delivering)) => count(delivering.left()),
                _ => 0,
            },
            keys_done: self.0.keys.has_done(),
        }
    }

    /// Opens a session with a journal; the courier begins.
    pub fn open_journal(&self, mut journal: Journal) -> Result<(), Problem> {
        self.state().sealer = Some(journal.sealer().map_err(|e| e.problem())?);
        // What fails here stays in the spool, and is looked at after the next unlock.
        let _ = journal.take_spooled(&Zoned::now());
        let lock_after = journal.vault().lock_after();
        let findings = alarming(journal.findings());
        let journal = Arc::new(Mutex::new(journal));
        let (wake, stop) = (Arc::new(Notify::new()), CancellationToken::new());
        let going = self.begin_couriers(&journal, &wake, &stop)?;
        self.state().session = Session::Journal {
            journal,
            wake,
            stop,
            going,
            findings,
            lock_after,
        };
        self.begin_watching();
        self.begin_settling();
        Ok(())
    }

    /// Opens a session with a desk.
    pub fn open_desk(&self, mut desk: Desk) {
        // What fails here stays kept apart, and is tried again at the next fetch.
        let _ = desk.open_kept(&Zoned::now());
        self.state().session = Session::Desk {
            findings: alarming(desk.findings()),
            lock_after: desk.vault().lock_after(),
            desk: Arc::new(Mutex::new(desk)),
            stop: CancellationToken::new(),
        };
        self.begin_watching();
        self.begin_settling();
    }

    /// The open journal.
    pub fn journal(&self) -> Result<chronicle_journal::Shared, Problem> {
        match &self.state().session {
            Session::Journal { journal, .. } => Ok(Arc::clone(journal)),
            _ => Err(Problem::new("locked")),
        }
    }

    /// The open desk.
    pub fn desk(&self) -> Result<chronicle_desk::Shared, Problem> {
        match &self.state().session {
            Session::Desk { desk, .. } => Ok(Arc::clone(desk)),
            _ => Err(Problem::new("locked")),
        }
    }

    /// Does something of the open vault that waits for the network; locking drops it, and the keys with it.
    pub async fn while_open<T>(
        &self,
        act: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        let stop = match &self.state().session {
            Session::Journal { stop, .. } | Session::Desk { stop, .. } => stop.clone(),
            Session::Locked(_) => return Err(Problem::new("locked")),
        };
        tokio::select! {
            done = act => done,
            () = stop.cancelled() => Err(Problem::new("cancelled")),
        }
    }

    /// Does something short with the open vault, a journal's or a desk's.
    pub fn with_vault<T>(&self, act: impl FnOnce(&mut Vault) -> T) -> Result<T, Problem> {
        match self.journal() {
            Ok(journal) => Ok(act(hold(&journal).vault())),
            Err(_) => Ok(act(hold(&self.desk()?).vault())),
        }
    }

    /// Does something short with the open journal.
    pub fn with_journal<T>(
        &self,
        act: impl FnOnce(&mut Journal) -> Result<T, chronicle_journal::Error>,
    ) -> Result<T, Problem> {
        let journal = self.journal()?;
        let mut journal = hold(&journal);
        act(&mut journal).map_err(|e| e.problem())
    }

    /// Does something short with the open desk.
    pub fn with_desk<T>(
        &self,
        act: impl FnOnce(&mut Desk) -> Result<T, chronicle_desk::Error>,
    ) -> Result<T, Problem> {
        let desk = self.desk()?;
        let mut desk = hold(&desk);
        act(&mut desk).map_err(|e| e.problem())
    }

    /// Words in the page's language.
    pub fn words(&self) -> Words {
        Words::new(self.state().locale)
    }

    /// Changes the page's language.
    pub fn set_locale(&self, tag: &str) {
        if let Some(locale) = Locale::parse(tag) {
            self.state().locale = locale;
        }
    }

    /// The vault's folder.
    pub fn place(&self) -> PathBuf {
        self.state().place.clone()
    }

    /// Chooses another folder; only while locked.
    pub fn set_place(&self, place: PathBuf) {
        let mut state = self.state();
        if matches!(state.session, Session::Locked(_)) {
            state.place = place;
            state.opened = false;
        }
    }

    /// A vault was opened at `place`: this is where it lies, whatever was chosen meanwhile.
    pub fn opened_at(&self, place: PathBuf) {
        let mut state = self.state();
        state.place = place;
        state.opened = true;
    }

    /// Where root and archive are to be written.
    pub fn offline_medium(&self) -> Option<PathBuf> {
        self.state().offline_medium.clone()
    }

    /// Chooses where root and archive are to be written.
    pub fn set_offline_medium(&self, folder: PathBuf) {
        self.state().offline_medium = Some(folder);
    }

    /// Files were dropped on the window: they wait for the page to say where they belong.
    pub fn drop_files(&self, files: Vec<PathBuf>) {
        if self.is_open() {
            self.state().dropped = files;
            self.tell(ShellEvent::Dropped);
        }
    }

    /// Seals a text that could not be kept, in memory; it waits for the next unlock.
    pub fn hold_draft(&self, id: Option<String>, draft: Draft) -> Result<(), Problem> {
        let mut state = self.state();
        let sealer = state
            .sealer
            .as_ref()
            .ok_or_else(|| Problem::new("locked"))?;
        let held = chronicle_journal::hold(sealer, id, draft).map_err(|e| e.problem())?;
        state.held.push(held);
        Ok(())
    }

    /// What was held for the journal that is open now, once. Another journal's stays.
    pub fn held_drafts(&self) -> Result<Vec<HeldView>, Problem> {
        let journal = self.journal()?;
        let held = std::mem::take(&mut self.state().held);
        let (mut views, mut others) = (Vec::new(), Vec::new());
        for one in held {
            match hold(&journal).put_back(&one) {
                Ok(view) => views.push(view),
                Err(_) => others.push(one),
            }
        }
        self.state().held.extend(others);
        Ok(views)
    }

    /// Whether a text is held that no vault has yet.
    pub fn has_held(&self) -> bool {
        !self.state().held.is_empty()
    }

    /// The window is to be closed: the number of this request.
    pub fn begin_closing(&self) -> u32 {
        let mut state = self.state();
        state.closings += 1;
        state.closings
    }

    /// The page asks to stay open although the window was to be closed.
    pub fn stay(&self) {
        let mut state = self.state();
        state.stayed = state.closings;
    }

    /// Whether it asked since this request.
    pub fn stays(&self, request: u32) -> bool {
        self.state().stayed >= request
    }

    /// The files that were dropped last, once.
    pub fn take_dropped(&self) -> Vec<PathBuf> {
        std::mem::take(&mut self.state().dropped)
    }

    /// Keeps an invitation's text out of the page, under a handle.
    pub fn keep_invitation(&self, text: Zeroizing<String>) -> Result<String, Problem> {
        let mut bytes = [0u8; 16];
        getrandom::fill(&mut bytes).map_err(|_| Problem::new("internal"))?;
        let handle = hex::encode(bytes);
        self.state().invitations.insert(handle.clone(), text);
        Ok(handle)
    }

    /// The invitation under a handle.
    pub fn invitation(&self, handle: &str) -> Result<Zeroizing<String>, Problem> {
        self.state()
            .invitations
            .get(handle)
            .cloned()
            .ok_or_else(|| Problem::new("not-found"))
    }

    /// Seals texts that cannot be kept from now on, after a change of keys.
    pub fn set_sealer(&self, sealer: Sealer) {
        self.state().sealer = Some(sealer);
    }

    /// What stands between two steps of work on the keys.
    pub fn keys(&self) -> &KeyWork {
        &self.0.keys
    }

    /// Jobs under way.
    pub fn jobs(&self) -> &Jobs {
        &self.0.jobs
    }

    /// Takes the page's channel for events.
    pub fn set_channel(&self, channel: Channel<ShellEvent>) {
        self.state().channel = Some(channel);
    }

    /// Tells the page something.
    pub fn tell(&self, event: ShellEvent) {
        let channel = self.state().channel.clone();
        if let Some(channel) = channel {
            // A page that is gone has nothing to be told.
            let _ = channel.send(event);
        }
    }

    /// Tells the page where reports are.
    pub fn tell_deliveries(&self) {
        if let Ok(deliveries) = self.with_journal(|j| Ok(j.deliveries(&jiff::Zoned::now()))) {
            self.tell(ShellEvent::Deliveries { deliveries });
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Holds a shared journal or desk for something short. A panic elsewhere has not changed what is committed.
pub fn hold<T>(shared: &Arc<Mutex<T>>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn count(parcels: usize) -> u32 {
    u32::try_from(parcels).unwrap_or(u32::MAX)
}

fn alarming(findings: &[Finding]) -> Vec<Problem> {
    let alarming = findings.iter().filter(|f| f.alarms());
    alarming.map(keeping::problem).collect()
}

/// The last part of a path, for showing.
pub fn last_part(path: &std::path::Path) -> String {
    path.file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_request_to_close_is_answered_for_itself() {
        let shell = Shell::new(PathBuf::from("nowhere"));
        let first = shell.begin_closing();
        assert!(!shell.stays(first), "a page that does not answer");
        shell.stay();
        let second = shell.begin_closing();
        shell.stay();
        assert!(
            shell.stays(first) && shell.stays(second),
            "an impatient double click"
        );
        let third = shell.begin_closing();
        assert!(!shell.stays(third));
    }

    #[test]
    fn a_medium_that_was_pulled_out_is_not_made_anew() {
        let shell = Shell::new(PathBuf::from("nowhere"));
        assert!(matches!(shell.view().state, SessionState::None));
        shell.opened_at(PathBuf::from("stick/journal"));
        assert!(matches!(shell.view().state, SessionState::Locked));
        shell.set_place(PathBuf::from("elsewhere"));
        assert!(matches!(shell.view().state, SessionState::None));
    }
}
