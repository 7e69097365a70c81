//! How and where the open vault is kept: what was found amiss, its copy, and the list of this computer.

use super::{Session, Shell, alarming};
use crate::keys::Lent;
use crate::platform;
use crate::recent::Recent;
use crate::view::{ShellEvent, WholeView};
use chronicle_vault::settle;
use chronicle_words::Problem;
use jiff::Timestamp;
use std::path::PathBuf;

impl Shell {
    /// Keeps the folder of the open vault in the list of this computer, or takes it out, as its owner chose. At the usual
    /// place it is found without.
    pub fn keep_known(&self) {
        let (Some(list), Ok(listed)) = (Recent::here(), self.with_vault(|v| v.listed())) else {
            return;
        };
        let place = self.place();
        // A list that cannot be written is one that helps nobody; nothing depends on it.
        let _ = match listed && place != platform::default_place() {
            true => list.keep(&place),
            false => list.forget(&place),
        };
    }

    /// The folders that this computer remembers, newest first.
    pub fn known_places(&self) -> Vec<PathBuf> {
        Recent::here().map_or_else(Vec::new, |recent| recent.folders())
    }

    /// Chooses where a copy is to be made.
    pub fn set_copy_place(&self, folder: PathBuf) {
        self.state().copy_place = Some(folder);
    }

    /// Where a copy is to be made, once.
    pub fn take_copy_place(&self) -> Option<PathBuf> {
        self.state().copy_place.take()
    }

    /// What the last check found.
    pub fn checked(&self) -> Option<WholeView> {
        self.state().checked.clone()
    }

    /// Keeps what a check found until the vault is locked.
    pub fn set_checked(&self, check: WholeView) {
        self.state().checked = Some(check);
    }

    /// What unlocking found that is not as it should be.
    pub fn findings(&self) -> Vec<Problem> {
        match &self.state().session {
            Session::Journal { findings, .. } | Session::Desk { findings, .. } => findings.clone(),
            Session::Locked(_) => Vec::new(),
        }
    }

    /// What an unlock left for later, beside everything else: rows that a snapshot spared are compared with the head, and a
    /// large vault gets a snapshot for the next time.
    pub(super) fn begin_settling(&self) {
        let lent = Lent(self.clone());
        std::thread::spawn(move || {
            let settled = settle(&lent, Timestamp::now(), &mut || lent.0.is_open());
            // What fails here is done after the next unlock.
            let found = alarming(&settled.unwrap_or_default());
            if found.is_empty() {
                return;
            }
            if let Session::Journal { findings, .. } | Session::Desk { findings, .. } =
                &mut lent.0.state().session
            {
                findings.extend(found);
            }
            lent.0.tell(ShellEvent::Found);
        });
    }

    /// Findings that are no more.
    pub fn forget_findings(&self, gone: impl Fn(&Problem) -> bool) {
        let mut state = self.state();
        if let Session::Journal { findings, .. } | Session::Desk { findings, .. } =
            &mut state.session
        {
            findings.retain(|f| !gone(f));
        }
        if let Some(checked) = &mut state.checked {
            checked.findings.retain(|f| !gone(f));
        }
    }
}
