//! The profile that the endpoint gives out, against the one that is known here.

use super::found::profile_of;
use crate::view::DeskView;
use crate::{Desk, Error};
use chronicle_wire::{Profile, SignedDocument, TrustError, Verified};
use chronicle_words::Problem;
use jiff::Zoned;

impl Desk {
    /// Takes up a later profile that somebody else signed; gives what this desk signs about the one that is served, and what
    /// is not in order with it.
    ///
    /// # Errors
    /// Those of the vault; [`Error::Trust`] when the vault's own profile is damaged.
    pub(crate) fn judge_served(
        &mut self,
        served: &Profile<Verified>,
        now: &Zoned,
    ) -> Result<(Option<SignedDocument>, Option<Problem>), Error> {
        let founded = self.founded()?;
        let known = profile_of(founded)?;
        if served.credentials().profile.body == known.credentials().profile.body {
            return Ok((self.current(served, now), None));
        }
        match served.follows(&known) {
            Ok(()) => {
                let credentials = served.credentials().clone();
                self.change_founded(now, |f| f.take_up(credentials))?;
                Ok((None, None))
            }
            Err(TrustError::RootChanged) => {
                let later = Some(served.credentials().clone());
                if founded.later_root != later {
                    self.change_founded(now, |f| f.later_root = later)?;
                }
                Ok((None, Some(Problem::new("root-changed"))))
            }
            // The operator has not installed the newest one yet, or has put an old one back.
            Err(_) if served.organisation() == known.organisation() => {
                let version = served.body().version;
                Ok((
                    None,
                    Some(Problem::new("profile-not-installed").with("version", version)),
                ))
            }
            Err(error) => Ok((None, Some(Problem::new(error.code())))),
        }
    }

    /// Takes up the organisation's later master keys, which another desk drafted, once `words` are those of them.
    ///
    /// # Errors
    /// [`Error::NotFound`] when none are known, [`Error::Words`], [`Error::Trust`], and those of the vault.
    pub fn confirm_root<S: AsRef<str>>(
        &mut self,
        words: &[S],
        now: &Zoned,
    ) -> Result<DeskView, Error> {
        let founded = self.founded()?;
        let later = founded.later_root.clone().ok_or(Error::NotFound)?;
        let later = Profile::read(later)?.verify()?;
        match later.follows(&profile_of(founded)?) {
            Err(TrustError::RootChanged) => {}
            Ok(()) => return Err(TrustError::Rollback.into()),
            Err(error) => return Err(error.into()),
        }
        later.words().confirm(words)?;
        let credentials = later.credentials().clone();
        self.change_founded(now, |f| {
            f.later_root = None;
            f.take_up(credentials);
        })?;
        self.view(now)
    }
}
