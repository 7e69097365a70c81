//! Padding table number 1: the only sizes a bundle may have, so that a size tells little. 256 KiB for everything
//! without files, doubling to 16 MiB, then eight sizes for each doubling (at most 12.5 % more than needed), up to 8 GiB.

/// The number of this table, as the profile names it.
pub const TABLE: u32 = 1;
/// The smallest size, in bytes.
pub const SMALLEST: u64 = 256 * 1024;
/// The largest size, in bytes.
pub const LARGEST: u64 = 8 << 30;

/// The smallest size of the table that holds `bytes`; `None` above [`LARGEST`].
#[must_use]
pub fn fit(bytes: u64) -> Option<u64> {
    sizes().find(|size| *size >= bytes)
}

/// Whether `bytes` is a size of the table.
#[must_use]
pub fn contains(bytes: u64) -> bool {
    fit(bytes) == Some(bytes)
}

/// Every size, ascending.
pub fn sizes() -> impl Iterator<Item = u64> {
    let coarse = (18..24).map(|power| 1u64 << power);
    let fine = (24..33).flat_map(|power| {
        (0..8).map(move |eighth| (1u64 << power) + eighth * (1u64 << (power - 3)))
    });
    coarse.chain(fine).chain(std::iter::once(LARGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINE_FROM: u64 = 16 << 20;

    #[test]
    fn the_table_is_what_the_document_says() {
        let all: Vec<u64> = sizes().collect();
        assert_eq!(all.len(), 6 + 9 * 8 + 1);
        assert_eq!((all.first(), all.last()), (Some(&SMALLEST), Some(&LARGEST)));
        assert!(all.windows(2).all(|w| w[0] < w[1]));
        for pair in all.windows(2).filter(|w| w[0] >= FINE_FROM) {
            assert!((pair[1] - pair[0]) * 8 <= pair[0]);
        }
    }

    /// Bits that the step tells of a content whose size is spread evenly over the doublings from `least` to `most`.
    fn told(least: u64, most: u64, steps: &[u64]) -> f64 {
        let doublings = |from: f64, to: f64| (to / from).log2();
        let (least, most) = (least as f64, most as f64);
        let (mut bits, mut from) = (0.0, least);
        for step in steps.iter().map(|step| (*step as f64).min(most)) {
            if step > from {
                let share = doublings(from, step) / doublings(least, most);
                bits -= share * share.log2();
                from = step;
            }
        }
        bits
    }

    // As in the document of bundles.
    #[test]
    fn what_a_size_tells_is_what_is_published() {
        let ours: Vec<u64> = sizes().collect();
        let rounded = |bits: f64| (bits * 100.0).round() / 100.0;
        assert_eq!(rounded((ours.len() as f64).log2()), 6.30);
        assert_eq!(rounded(told(1024, LARGEST, &ours)), 4.64);
        assert_eq!(rounded(told(SMALLEST, LARGEST, &ours)), 5.69);
        assert_eq!(rounded(told(2 << 20, 100 << 20, &ours)), 3.88);
        assert_eq!(told(1024, SMALLEST, &ours), 0.0);
        // Padmé: as many leading bits of a size count as its number of doublings has bits.
        let padme = |size: u64| {
            let doublings = size.ilog2();
            let mask = (1u64 << (doublings - doublings.ilog2() - 1)) - 1;
            (size + mask) & !mask
        };
        let next = |size: &u64| Some(padme(size + 1)).filter(|size| *size <= LARGEST);
        let theirs: Vec<u64> = std::iter::successors(Some(SMALLEST), next).collect();
        assert_eq!(rounded(told(1024, LARGEST, &theirs)), 6.77);
        assert_eq!(rounded(told(SMALLEST, LARGEST, &theirs)), 8.94);
    }

    #[test]
    fn fit_is_the_next_size() {
        assert_eq!(fit(0), Some(SMALLEST));
        assert_eq!(fit(SMALLEST + 1), Some(SMALLEST * 2));
        assert_eq!(fit(FINE_FROM + 1), Some(FINE_FROM + FINE_FROM / 8));
        assert_eq!(fit(LARGEST), Some(LARGEST));
        assert_eq!(fit(LARGEST + 1), None);
        assert!(contains(FINE_FROM) && !contains(FINE_FROM + 1));
    }
}
