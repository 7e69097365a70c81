//! How and where the open vault is kept: what was found amiss, its copy, and the list of this computer.

use super::{Session, Shell};
use crate::platform;
use crate::recent::Recent;
use crate::view::WholeView;
use chronicle_words::Problem;
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
