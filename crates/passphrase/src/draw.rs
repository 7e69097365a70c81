//! Six words from the operating system's generator.
//!
//! Each word is drawn uniformly from the large list of the Electronic Frontier Foundation: 13 random bits, drawn again when
//! they point past the end, so no word is likelier than another. Six words are 77.5 bits. There is no other source of
//! randomness and no seed.

use std::sync::LazyLock;

use zeroize::Zeroizing;

use crate::passphrase::Error;

/// How many words are drawn.
pub const WORDS: usize = 6;

/// The 7,776 words that can be drawn, in the order of the dice.
pub static LIST: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| include_str!("../lists/eff-large.txt").lines().collect());

/// Draws six words. They are meant to be joined by [`crate::Passphrase::from_words`] and shown once.
///
/// # Errors
///
/// [`Error::NoRandomness`] when the operating system gives none.
pub fn generate() -> Result<[&'static str; WORDS], Error> {
    let mut words = [""; WORDS];
    for word in &mut words {
        *word = LIST.get(draw()?).copied().ok_or(Error::NoRandomness)?;
    }
    Ok(words)
}

/// The place of one word in the list, every one equally likely.
pub(crate) fn draw() -> Result<usize, Error> {
    index(LIST.len(), &mut system)
}

/// A number below `count`, every one equally likely. `count` is between 4,097 and 8,192.
fn index(count: usize, random: &mut dyn FnMut() -> Result<u16, Error>) -> Result<usize, Error> {
    loop {
        let drawn = usize::from(random()? & 0x1fff);
        if drawn < count {
            return Ok(drawn);
        }
    }
}

fn system() -> Result<u16, Error> {
    let mut bytes = Zeroizing::new([0; 2]);
    getrandom::fill(bytes.as_mut()).map_err(|_| Error::NoRandomness)?;
    Ok(u16::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use sha2::{Digest, Sha256};

    use super::{LIST, WORDS, generate, index, system};
    use crate::passphrase::Error;

    const DRAWS: usize = 100;

    /// How far a sampler is from uniform: the chi-square statistic in standard deviations from its mean.
    fn deviation(mut sampler: impl FnMut() -> usize) -> f64 {
        let count = LIST.len();
        let mut seen = vec![0_u32; count];
        (0..count * DRAWS).for_each(|_| seen[sampler()] += 1);
        let expected = DRAWS as f64;
        let sum: f64 = seen
            .iter()
            .map(|&n| (f64::from(n) - expected).powi(2) / expected)
            .sum();
        let freedom = (count - 1) as f64;
        (sum - freedom) / (2.0 * freedom).sqrt()
    }

    #[test]
    fn every_word_is_equally_likely() {
        let far = deviation(|| index(LIST.len(), &mut system).unwrap());
        assert!(far.abs() < 6.0, "{far}");
    }

    #[test]
    fn a_sampler_with_a_bias_is_caught() {
        let modulo = deviation(|| usize::from(system().unwrap()) % LIST.len());
        assert!(modulo > 6.0, "16 bits modulo: {modulo}");
        let folded = deviation(|| usize::from(system().unwrap() & 0x1fff) % LIST.len());
        assert!(folded > 6.0, "13 bits modulo: {folded}");
        let short = deviation(|| index(LIST.len() - 16, &mut system).unwrap());
        assert!(short > 6.0, "the last words never drawn: {short}");
        let mut next = 0;
        let turn = deviation(|| {
            next += 1;
            next % LIST.len()
        });
        assert!(turn < -6.0, "no randomness at all: {turn}");
    }

    #[test]
    fn what_points_past_the_end_is_drawn_again() {
        let mut given = [0x1fff_u16, 7776, 7775, 3].into_iter();
        let mut random = || given.next().ok_or(Error::NoRandomness);
        assert_eq!(index(7776, &mut random), Ok(7775));
        assert_eq!(index(7776, &mut random), Ok(3));
        assert_eq!(index(7776, &mut random), Err(Error::NoRandomness));
    }

    #[test]
    fn the_list_is_the_published_one() {
        let digest = hex::encode(Sha256::digest(include_str!("../lists/eff-large.txt")));
        assert_eq!(
            digest,
            "6d557f0693958fb5e650b68b5bee585eb82cf4da32965505c789e924743bc522"
        );
        assert_eq!(LIST.len(), 7776);
        assert_eq!(LIST.iter().collect::<HashSet<_>>().len(), 7776);
        let plain = |word: &&str| {
            word.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        };
        assert!(LIST.iter().all(plain));
    }

    #[test]
    fn two_draws_differ() {
        let (first, second) = (generate().unwrap(), generate().unwrap());
        assert_eq!(first.len(), WORDS);
        assert!(first.iter().chain(&second).all(|word| LIST.contains(word)));
        assert_ne!(first, second);
    }
}
