//! What stands between two steps of work on the keys: a code that was shown and not practised yet, a vault that the sheet
//! opened and that has no new passphrase yet. Each is dropped, and wiped, as soon as it is used or given up.

use crate::session::Shell;
use crate::view::{KeysDone, SheetView};
use chronicle_journal::Errands;
use chronicle_passphrase::RecoveryCode;
use chronicle_vault::{Error, Lend, Recovered, Vault};
use chronicle_words::Problem;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// See the module.
#[derive(Default)]
pub struct KeyWork(Mutex<State>);

#[derive(Default)]
struct State {
    drawn: Option<Drawn>,
    recovering: Option<Recovering>,
    done: Option<KeysDone>,
}

struct Drawn {
    code: RecoveryCode,
    asked: Vec<usize>,
}

/// A vault that the sheet opened, and what was being sent from it until then.
pub struct Recovering {
    /// Opens for good with a new passphrase.
    pub recovered: Recovered,
    /// The folder.
    pub place: PathBuf,
    /// What rests meanwhile.
    pub rests: Option<Errands>,
}

impl KeyWork {
    /// Draws a code. It is shown once, and counts for nothing until it was practised.
    pub fn draw(&self) -> Result<SheetView, Problem> {
        let drawn = |e: chronicle_passphrase::Error| Problem::new(e.code());
        let code = RecoveryCode::generate().map_err(drawn)?;
        let asked = RecoveryCode::practice().map_err(drawn)?.to_vec();
        let view = SheetView {
            words: code.words(),
            asked: asked.clone(),
        };
        self.state().drawn = Some(Drawn { code, asked });
        Ok(view)
    }

    /// Gives the code out of hand once each word that was asked for is the right one. A wrong one is named by its place, and
    /// the code stays for another try.
    pub fn practised(&self, typed: &[String]) -> Result<RecoveryCode, Problem> {
        let mut state = self.state();
        let drawn = state.drawn.take();
        let drawn = drawn.ok_or_else(|| Problem::new("no-sheet-drawn"))?;
        for (at, place) in drawn.asked.iter().enumerate() {
            let typed = typed.get(at).map_or("", String::as_str);
            if !drawn.code.has_at(*place, typed) {
                let place = *place;
                state.drawn = Some(drawn);
                return Err(Problem::new("sheet-word-wrong").with("index", place));
            }
        }
        Ok(drawn.code)
    }

    /// Puts back a code that could not be made valid, for another try.
    pub fn put_back(&self, code: RecoveryCode, asked: &[usize]) {
        let asked = asked.to_vec();
        self.state().drawn = Some(Drawn { code, asked });
    }

    /// Which places were asked for.
    pub fn asked(&self) -> Vec<usize> {
        let state = self.state();
        state.drawn.as_ref().map_or(Vec::new(), |d| d.asked.clone())
    }

    /// Forgets a code that was shown.
    pub fn drop_drawn(&self) {
        self.state().drawn = None;
    }

    /// Keeps a vault that the sheet opened until it has a new passphrase.
    pub fn begin_recovering(&self, recovering: Recovering) {
        self.state().recovering = Some(recovering);
    }

    /// Takes it out of hand.
    pub fn take_recovering(&self) -> Option<Recovering> {
        self.state().recovering.take()
    }

    /// Whether one is at hand: keys are in memory although the vault is locked for the page.
    pub fn is_recovering(&self) -> bool {
        self.state().recovering.is_some()
    }

    /// Something is done that the page begins anew after.
    pub fn set_done(&self, done: KeysDone) {
        self.state().done = Some(done);
    }

    /// Whether something was done that was not said yet.
    pub fn has_done(&self) -> bool {
        self.state().done.is_some()
    }

    /// What was done, once.
    pub fn take_done(&self) -> Option<KeysDone> {
        self.state().done.take()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The open vault, a journal's or a desk's, lent for short steps; gone once it is locked.
pub struct Lent(pub Shell);

impl Lend for Lent {
    fn with<T>(&self, act: impl FnOnce(&mut Vault) -> Result<T, Error>) -> Result<T, Error> {
        self.0.with_vault(act).unwrap_or(Err(Error::Cancelled))
    }
}

impl Lent {
    /// As [`Lend::with`], for an answer to the page.
    pub fn ask<T>(&self, act: impl FnOnce(&mut Vault) -> Result<T, Error>) -> Result<T, Problem> {
        self.with(act).map_err(|e| match e {
            Error::Cancelled => Problem::new("locked"),
            other => Problem::new(other.code()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn right(view: &SheetView) -> Vec<String> {
        let word = |place: &usize| view.words[place - 1].to_uppercase();
        view.asked.iter().map(word).collect()
    }

    #[test]
    fn a_code_leaves_only_against_its_three_words_and_only_once() {
        let work = KeyWork::default();
        assert_eq!(work.practised(&[]).err().unwrap().code, "no-sheet-drawn");
        let view = work.draw().unwrap();
        for wrong in [vec![], vec![String::new(); 3], right(&view)[..2].to_vec()] {
            let refused = work.practised(&wrong).err().unwrap();
            assert_eq!(refused.code, "sheet-word-wrong");
            let place = refused.args["index"].parse().unwrap();
            assert!(view.asked.contains(&place));
        }
        assert_eq!(
            work.practised(&right(&view)).unwrap().words(),
            view.words,
            "a wrong word costs nothing"
        );
        let again = work.practised(&right(&view)).err().unwrap();
        assert_eq!(again.code, "no-sheet-drawn", "nothing stays of it");
    }

    #[test]
    fn another_code_takes_its_place_and_a_code_that_was_given_up_is_gone() {
        let work = KeyWork::default();
        let first = work.draw().unwrap();
        let second = work.draw().unwrap();
        assert!(work.practised(&right(&first)).is_err());
        assert!(work.practised(&right(&second)).is_ok());
        let third = work.draw().unwrap();
        work.drop_drawn();
        assert!(work.practised(&right(&third)).is_err());
    }

    // A journal with a sheet, as cheap to open as can be.
    fn with_sheet(folder: &std::path::Path) -> Vault {
        let secret = |text: &str| chronicle_vault::secrecy::SecretString::from(text.to_owned());
        let kind = chronicle_vault::VaultKind::Journal;
        let mut vault = Vault::create_with(folder, kind, secret("pass"), 10).unwrap();
        let at = jiff::Timestamp::UNIX_EPOCH;
        vault.keep_sheet_with(secret("code"), at, 10).unwrap();
        vault
    }

    fn recovering(folder: &std::path::Path) -> Recovering {
        let code = chronicle_vault::secrecy::SecretString::from("code".to_owned());
        Recovering {
            recovered: Vault::recover(folder, code).unwrap(),
            place: folder.to_owned(),
            rests: None,
        }
    }

    fn is_free(folder: &std::path::Path) -> bool {
        let pass = chronicle_vault::secrecy::SecretString::from("pass".to_owned());
        Vault::keys(folder, pass).is_ok()
    }

    #[test]
    fn what_a_sheet_opened_is_no_open_vault_and_is_let_go_by_whatever_comes_next() {
        let dir = tempfile::tempdir().unwrap();
        drop(with_sheet(dir.path()));
        let shell = Shell::new(dir.path().to_owned());
        shell.begin_recovering(recovering(dir.path()));
        assert!(shell.holds_keys() && !shell.is_open());
        let view = shell.view();
        assert!(view.role.is_none() && view.state == crate::view::SessionState::Locked);
        assert!(Lent(shell.clone()).with(|_| Ok(())).is_err());
        assert!(!is_free(dir.path()));
        shell.stop_recovering();
        assert!(!shell.holds_keys() && is_free(dir.path()));
        // An unlock by the passphrase instead finds the folder free.
        shell.begin_recovering(recovering(dir.path()));
        let free = shell.with_place(|place| Ok(is_free(place)));
        assert!(free.unwrap() && !shell.holds_keys());
    }
}
