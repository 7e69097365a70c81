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
