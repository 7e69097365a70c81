//! Locking, by a person or by itself, and what goes on while a vault is locked.

use super::{Session, Shell, count};
use crate::delivering::Delivering;
use crate::handover::{Frame, Handover};
use crate::keys::Recovering;
use crate::renew;
use crate::view::ShellEvent;
use chronicle_journal::Errands;
use chronicle_words::Problem;
use jiff::Zoned;
use std::path::{Path, PathBuf};
use std::sync::TryLockError;
use std::time::{Duration, Instant};

impl Shell {
    /// Locks an open vault: this image of the process ends and does not return. With `sending`, what is sealed and waits
    /// goes on in the next image. Locking never waits: a journal that is busy is locked without its list.
    pub fn lock(&self, sending: bool) {
        if !self.holds_keys() {
            if !sending {
                drop(self.pause_delivery());
            }
            return;
        }
        self.0.jobs.cancel_all();
        let rested = self.0.keys.take_recovering().and_then(|r| r.rests);
        let errands = rested.or_else(|| self.errands()).filter(|_| sending);
        self.0.jobs.wait_for_the_end(GRACE);
        let handed = {
            let state = self.state();
            Handover {
                place: state.place.clone().into_os_string(),
                locale: state.locale.tag().to_owned(),
                opened: state.opened,
                held: state.held.iter().map(|h| h.sealed().to_vec()).collect(),
                frame: Some(state.frame),
                errands,
            }
        };
        let bytes = handed.to_bytes().unwrap_or_default();
        renew::renew(&bytes)
    }

    /// The page is asked to keep what is unsaved and to lock; one that does not answer is not waited for.
    pub fn ask_to_lock(&self) {
        if !self.holds_keys() {
            return;
        }
        self.tell(ShellEvent::Locking);
        let shell = self.clone();
        std::thread::spawn(move || {
            std::thread::sleep(ANSWER);
            shell.lock(true);
        });
    }

    /// Ends the session because the program ends: keys are dropped, what runs is cancelled.
    pub fn end(&self) {
        self.0.jobs.cancel_all();
        drop(self.0.keys.take_recovering());
        self.0.keys.drop_drawn();
        let mut state = self.state();
        if let Session::Journal { stop, .. } | Session::Desk { stop, .. } = &state.session {
            stop.cancel();
        }
        let before = std::mem::replace(&mut state.session, Session::Locked(None));
        drop(state);
        drop(before);
    }

    /// Whether a vault is open.
    pub fn is_open(&self) -> bool {
        !matches!(self.state().session, Session::Locked(_))
    }

    /// Whether keys are in memory: of an open vault, or of one that its sheet opened and that has no new passphrase yet.
    pub fn holds_keys(&self) -> bool {
        self.is_open() || self.0.keys.is_recovering()
    }

    /// Keeps a vault that its sheet opened, for as long as an open one would be kept untouched.
    pub fn begin_recovering(&self, recovering: Recovering) {
        self.0.keys.begin_recovering(recovering);
        self.begin_watching();
    }

    /// Lets go of it again; what rested goes on.
    pub fn stop_recovering(&self) {
        if let Some(recovering) = self.0.keys.take_recovering() {
            let Recovering {
                recovered,
                place,
                rests,
            } = recovering;
            // It holds the folder that sending needs.
            drop(recovered);
            if let Some(errands) = rests {
                self.deliver_locked(&place, errands);
            }
        }
    }

    /// Whether sealed bundles are on their way while the vault is locked.
    pub fn is_sending_locked(&self) -> bool {
        matches!(&self.state().session, Session::Locked(Some(d)) if d.left() > 0)
    }

    /// Does something with the vault's folder that needs the vault for itself. What is being sent rests meanwhile, and goes
    /// on when `act` fails.
    pub fn with_place<T>(
        &self,
        act: impl FnOnce(&Path) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let place = self.place();
        self.stop_recovering();
        let rests = self.pause_delivery();
        let done = act(&place);
        if let (Err(_), Some((place, errands))) = (&done, rests) {
            self.deliver_locked(&place, errands);
        }
        done
    }

    /// Somebody is at the window.
    pub fn touch(&self) {
        self.0.idle.touch();
    }

    /// How the window stands now.
    pub fn keep_frame(&self, change: impl FnOnce(&mut Frame)) {
        change(&mut self.state().frame);
    }

    /// How the window stood last.
    pub fn frame(&self) -> Frame {
        self.state().frame
    }

    /// After how many idle minutes the open vault is locked.
    pub fn lock_after(&self) -> u32 {
        match &self.state().session {
            Session::Journal { lock_after, .. } | Session::Desk { lock_after, .. } => *lock_after,
            Session::Locked(_) => chronicle_vault::LOCK_AFTER_DEFAULT,
        }
    }

    /// Keeps other minutes.
    pub fn set_lock_after(&self, minutes: u32) -> Result<(), Problem> {
        let at = Zoned::now().timestamp();
        let kept = self.with_vault(|vault| vault.set_lock_after(minutes, at))?;
        kept.map_err(|e| Problem::new(e.code()))?;
        if let Session::Journal { lock_after, .. } | Session::Desk { lock_after, .. } =
            &mut self.state().session
        {
            *lock_after = minutes;
        }
        Ok(())
    }

    // Jobs are waited for by a person: their end counts as a touch.
    pub(super) fn begin_watching(&self) {
        self.touch();
        let shell = self.clone();
        std::thread::spawn(move || {
            while shell.holds_keys() {
                std::thread::sleep(Duration::from_secs(1));
                if shell.0.jobs.any() {
                    shell.touch();
                }
                if shell.0.idle.seconds() >= u64::from(shell.lock_after()) * 60 {
                    shell.ask_to_lock();
                    // Nothing follows: the image ends.
                    return;
                }
            }
        });
    }

    // What waits, unless somebody holds the journal for longer than a moment.
    fn errands(&self) -> Option<Errands> {
        let journal = self.journal().ok()?;
        let until = Instant::now() + GRACE;
        loop {
            match journal.try_lock() {
                Ok(journal) => return journal.errands().ok().flatten(),
                Err(TryLockError::Poisoned(journal)) => {
                    return journal.into_inner().errands().ok().flatten();
                }
                Err(TryLockError::WouldBlock) if Instant::now() < until => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(TryLockError::WouldBlock) => return None,
            }
        }
    }

    /// Sends for a locked vault. Where this fails, sending waits for the unlock.
    pub fn deliver_locked(&self, place: &Path, errands: Errands) {
        let shell = self.clone();
        let changed = move |left| shell.tell(ShellEvent::Sending { left: count(left) });
        let delivering = Delivering::begin(place, errands, changed);
        let mut state = self.state();
        if let (Ok(delivering), Session::Locked(none)) = (delivering, &mut state.session) {
            *none = Some(delivering);
        }
    }

    /// Lets what is being sent for a locked vault rest; gives what goes on later.
    pub fn pause_delivery(&self) -> Option<(PathBuf, Errands)> {
        let delivering = match &mut self.state().session {
            Session::Locked(delivering) => delivering.take(),
            _ => None,
        };
        delivering.map(|d| d.end())
    }
}

/// How long a lock waits for what it interrupted, at most.
const GRACE: Duration = Duration::from_millis(200);
/// How long the page may take to keep what is unsaved.
const ANSWER: Duration = Duration::from_millis(1500);
