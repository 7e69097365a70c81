//! One part: how it comes from a code, how it is written, and how two give the code back.

use crate::Error;
use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32m, Hrp};
use blahaj::Sharks;
use chronicle_passphrase::{CODE_WORDS, LIST, RecoveryCode};
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;
use zeroize::Zeroizing;

/// How many parts there are. Any two of them give the code back.
pub const SHARES: usize = 3;

/// One part of a code. Wiped when dropped; it is never printed or compared by accident.
pub struct Share {
    set: [u8; SET],
    number: u8,
    values: Zeroizing<[u8; SECRET]>,
}

/// Splits a code into new parts.
///
/// # Errors
/// [`Error::Internal`] when the operating system gives no random numbers.
pub fn split(code: &RecoveryCode) -> Result<[Share; SHARES], Error> {
    let secret = secret_of(code)?;
    let mut set = [0; SET];
    // A generator that refuses is told here, as an error; below it could only end the program.
    getrandom::fill(&mut set)?;
    let mut random = UnwrapErr(SysRng);
    let mut dealer = Sharks(NEEDED).dealer_rng(secret.as_ref(), &mut random);
    let mut next = || -> Result<Share, Error> {
        let dealt = dealer.next().ok_or(Error::Internal)?;
        let mut values = Zeroizing::new([0; SECRET]);
        values
            .iter_mut()
            .zip(&dealt.y)
            .for_each(|(to, from)| *to = from.0);
        let number = dealt.x.0;
        Ok(Share {
            set,
            number,
            values,
        })
    };
    Ok([next()?, next()?, next()?])
}

/// Gives the code back from two parts of one set.
///
/// # Errors
/// [`Error::Apart`], [`Error::Same`], [`Error::NoCode`].
pub fn join(one: &Share, other: &Share) -> Result<RecoveryCode, Error> {
    if one.set != other.set {
        return Err(Error::Apart);
    }
    if one.number == other.number {
        return Err(Error::Same);
    }
    let shares = [one.dealt()?, other.dealt()?];
    let recovered = Sharks(NEEDED).recover(&shares);
    let secret = Zeroizing::new(recovered.map_err(|_| Error::NoCode)?);
    code_of(&secret)
}

impl Share {
    /// Finds the part in a text: a line of its own, or the whole of what a holder's file opens to.
    ///
    /// # Errors
    /// [`Error::Unreadable`], [`Error::Newer`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut words = text.split_whitespace();
        let word = words.find(|word| {
            let start = word.get(..PREFIX.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
        });
        let word = word.ok_or(Error::Unreadable)?;
        let checked = CheckedHrpstring::new::<Bech32m>(word).map_err(|_| Error::Unreadable)?;
        let mut bytes = checked.byte_iter();
        if !checked.hrp().as_str().eq_ignore_ascii_case(PREFIX) {
            return Err(Error::Unreadable);
        }
        match bytes.next() {
            Some(VERSION) => {}
            Some(newer) if newer > VERSION => return Err(Error::Newer),
            _ => return Err(Error::Unreadable),
        }
        if bytes.len() != SET + 1 + SECRET {
            return Err(Error::Unreadable);
        }
        let mut share = Self {
            set: [0; SET],
            number: 0,
            values: Zeroizing::new([0; SECRET]),
        };
        let Self {
            set,
            number,
            values,
        } = &mut share;
        let room = set
            .iter_mut()
            .chain(std::iter::once(number))
            .chain(values.iter_mut());
        room.zip(bytes).for_each(|(to, from)| *to = from);
        if (1..=SHARES).contains(&usize::from(share.number)) {
            Ok(share)
        } else {
            Err(Error::Unreadable)
        }
    }

    /// The part as a line, for its holder's file.
    ///
    /// # Errors
    /// None that a part can cause.
    pub fn line(&self) -> Result<Zeroizing<String>, Error> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(1 + SET + 1 + SECRET));
        bytes.push(VERSION);
        bytes.extend_from_slice(&self.set);
        bytes.push(self.number);
        bytes.extend_from_slice(self.values.as_ref());
        let prefix = Hrp::parse(PREFIX).map_err(|_| Error::Internal)?;
        let mut line = Zeroizing::new(String::with_capacity(LINE));
        bech32::encode_to_fmt::<Bech32m, String>(&mut line, prefix, &bytes)
            .map_err(|_| Error::Internal)?;
        Ok(line)
    }

    /// Which of the three it is, from 1.
    #[must_use]
    pub fn number(&self) -> u8 {
        self.number
    }

    /// To which splitting it belongs, in hexadecimal.
    #[must_use]
    pub fn set(&self) -> String {
        hex::encode(self.set)
    }

    fn dealt(&self) -> Result<blahaj::Share, Error> {
        let mut bytes = Zeroizing::new([0; SECRET + 1]);
        let (number, values) = bytes.split_at_mut(1);
        number.fill(self.number);
        values.copy_from_slice(self.values.as_ref());
        blahaj::Share::try_from(bytes.as_slice()).map_err(|_| Error::Internal)
    }
}

fn secret_of(code: &RecoveryCode) -> Result<Zeroizing<[u8; SECRET]>, Error> {
    let mut secret = Zeroizing::new([0; SECRET]);
    for (room, word) in secret.chunks_mut(2).zip(code.words()) {
        let number = LIST.iter().position(|known| *known == word);
        let number = number.and_then(|n| u16::try_from(n).ok());
        room.copy_from_slice(&number.ok_or(Error::Internal)?.to_be_bytes());
    }
    Ok(secret)
}

fn code_of(secret: &[u8]) -> Result<RecoveryCode, Error> {
    let mut text = Zeroizing::new(String::with_capacity(CODE_WORDS * 16));
    for pair in secret.chunks(2) {
        let number = pair.try_into().map(u16::from_be_bytes);
        let word = number.ok().and_then(|n| LIST.get(usize::from(n)));
        text.push_str(word.ok_or(Error::NoCode)?);
        text.push(' ');
    }
    RecoveryCode::parse(&text).map_err(|_| Error::NoCode)
}

const PREFIX: &str = "chronicle-share";
const VERSION: u8 = 1;
const SET: usize = 4;
const SECRET: usize = 2 * CODE_WORDS;
const NEEDED: u8 = 2;
/// Letters of a line, and room.
const LINE: usize = 80;

#[cfg(test)]
mod tests;
