//! Names and contacts of a report, as text in the desk's language. `report.txt` leaves them out by design, so that they can
//! be withheld.

use crate::{Desk, Error};
use chronicle_words::{Args, Words};
use std::collections::BTreeMap;

impl Desk {
    /// Names and contacts of a report; empty when there are none or the sender left them out.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn people(&self, id: &str, words: &Words) -> Result<String, Error> {
        let report = self.received(id)?;
        if report.people.is_none() {
            return Ok(String::new());
        }
        let say = |key: &str, args: &BTreeMap<String, String>| words.say(key, &Args::from(args));
        let draft = report.draft().ok_or(Error::NotFound)?;
        Ok(draft.people_to_text(&say))
    }
}
