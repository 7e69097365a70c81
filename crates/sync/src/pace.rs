//! How large the next piece is: powers of two from 256 KiB to 8 MiB that adapt to the measured time, so that a quick
//! line is used and a cut costs little. Through a proxy always the smallest: there a size would tell about the circuit.

use chronicle_wire::route::{MAX_PIECE, MIN_PIECE};
use std::time::Duration;

/// What was learned about one line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    piece: u64,
    fixed: bool,
}

impl Pace {
    pub(crate) fn new(fixed: bool) -> Self {
        Self {
            piece: MIN_PIECE,
            fixed,
        }
    }

    /// Bytes of the next piece when `left` remain: a power of two, but for a last rest below the smallest piece.
    pub(crate) fn next(&self, left: u64) -> u64 {
        let mut piece = self.piece;
        while piece > left && piece > MIN_PIECE {
            piece /= 2;
        }
        piece.min(left)
    }

    /// A piece of `sent` bytes took this long.
    pub(crate) fn took(&mut self, sent: u64, time: Duration) {
        if time > SLOW {
            self.shrink();
        } else if time < QUICK && sent == self.piece && !self.fixed {
            self.piece = (self.piece * 2).min(MAX_PIECE);
        }
    }

    /// A piece was cut or is too large.
    pub(crate) fn shrink(&mut self) {
        self.piece = (self.piece / 2).max(MIN_PIECE);
    }
}

const QUICK: Duration = Duration::from_secs(1);
const SLOW: Duration = Duration::from_secs(8);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_shrinks_and_stays_within_powers_of_two() {
        let mut pace = Pace::new(false);
        let mut seen = vec![pace.next(u64::MAX)];
        for _ in 0..8 {
            pace.took(pace.piece, Duration::from_millis(900));
            seen.push(pace.next(u64::MAX));
        }
        assert_eq!(
            (seen[0], seen[1], *seen.last().unwrap()),
            (MIN_PIECE, MIN_PIECE * 2, MAX_PIECE)
        );
        assert!(seen.iter().all(|s| s.is_power_of_two()));
        pace.took(MAX_PIECE, Duration::from_secs(3));
        assert_eq!(pace.next(u64::MAX), MAX_PIECE, "neither quick nor slow");
        pace.took(MAX_PIECE, Duration::from_secs(9));
        assert_eq!(pace.next(u64::MAX), MAX_PIECE / 2);
        assert_eq!(
            pace.next(MIN_PIECE * 3),
            MIN_PIECE * 2,
            "a rest is split into powers of two"
        );
        assert_eq!(pace.next(5), 5, "but for its last bytes");
        (0..9).for_each(|_| pace.shrink());
        assert_eq!(pace.next(u64::MAX), MIN_PIECE);
    }

    #[test]
    fn a_small_rest_tells_nothing_about_the_line() {
        let mut pace = Pace::new(false);
        pace.took(5, Duration::ZERO);
        assert_eq!(pace.next(u64::MAX), MIN_PIECE);
    }

    #[test]
    fn circuits_get_one_size() {
        let mut pace = Pace::new(true);
        pace.took(MIN_PIECE, Duration::ZERO);
        assert_eq!(pace.next(u64::MAX), MIN_PIECE);
    }
}
