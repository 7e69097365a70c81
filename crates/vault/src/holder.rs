//! A short text sealed for one person outside of the vault: a part of the sheet's code, as an ordinary age file.

use crate::Error;
use crate::sealed::seal_to;
use age::x25519;
use std::str::FromStr;

/// Somebody to seal for, by an age recipient.
#[derive(Clone, PartialEq, Eq)]
pub struct Holder(x25519::Recipient);

impl Holder {
    /// Reads `age1...`, with white space around it at most.
    ///
    /// # Errors
    /// [`Error::Holder`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let recipient = x25519::Recipient::from_str(text.trim());
        Ok(Self(recipient.map_err(|_| Error::Holder)?))
    }

    /// Seals a text that this person alone opens, with any tool that reads age files.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub fn seal(&self, text: &[u8]) -> Result<Vec<u8>, Error> {
        seal_to(&[&self.0], text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealed::open_small;

    #[test]
    fn the_holder_opens_it_and_nobody_else() {
        let (holder, other) = (x25519::Identity::generate(), x25519::Identity::generate());
        let named = Holder::parse(&format!(" {}\n", holder.to_public())).unwrap();
        let sealed = named.seal(b"a part").unwrap();
        assert!(!sealed.windows(6).any(|w| w == b"a part"));
        assert_eq!(
            open_small(&sealed, &[&holder]).unwrap().as_slice(),
            b"a part"
        );
        assert!(open_small(&sealed, &[&other]).is_err());
    }

    #[test]
    fn what_is_no_recipient_is_refused() {
        let good = x25519::Identity::generate();
        let text = good.to_public().to_string();
        let typo = text.replacen(text.chars().last().unwrap(), "b", 1);
        let secret = {
            use age::secrecy::ExposeSecret;
            good.to_string().expose_secret().to_owned()
        };
        for bad in ["", "age1", "somebody", &text[1..], &typo, &secret] {
            assert!(matches!(Holder::parse(bad), Err(Error::Holder)), "{bad}");
        }
    }
}
