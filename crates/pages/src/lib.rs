//! Secrets in pages of their own: locked into memory (`mlock`), left out of core dumps (`MADV_DONTDUMP`), empty in a
//! child after `fork` (`MADV_WIPEONFORK`), and wiped before they are given back. Where the system refuses (a limit of
//! zero, another system than Linux), the secret is kept all the same, and [`Page::is_locked`] says so.

use std::fmt::{Debug, Formatter, Result as Written};
use zeroize::Zeroize;

/// The bytes that one page holds at most.
pub const ROOM: usize = 4096;

/// A secret of `N` bytes (at most [`ROOM`]) in a page of its own. It shows nothing of itself and is not copied.
pub struct Page<const N: usize> {
    whole: Box<Whole>,
    locked: bool,
}

#[repr(align(4096))]
struct Whole([u8; ROOM]);

impl<const N: usize> Page<N> {
    const FITS: () = assert!(N <= ROOM, "a page holds 4096 bytes");

    /// A page that `write` fills: the bytes are made where they stay.
    ///
    /// # Errors
    /// Those of `write`; the page is wiped then.
    pub fn filled<E>(write: impl FnOnce(&mut [u8; N]) -> Result<(), E>) -> Result<Self, E> {
        let () = Self::FITS;
        let mut page = Self {
            whole: Box::new(Whole([0; ROOM])),
            locked: false,
        };
        page.locked = system::keep(&mut page.whole.0);
        if let Some(room) = page.whole.0.first_chunk_mut::<N>() {
            write(room)?;
        }
        Ok(page)
    }

    /// The secret.
    #[must_use]
    pub fn expose(&self) -> &[u8; N] {
        match self.whole.0.first_chunk::<N>() {
            Some(bytes) => bytes,
            None => unreachable!("N is at most ROOM"),
        }
    }

    /// Whether the system keeps this page out of swap and dumps.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.locked
    }
}

impl<const N: usize> Drop for Page<N> {
    fn drop(&mut self) {
        self.whole.0.zeroize();
        if self.locked {
            system::release(&mut self.whole.0);
        }
    }
}

impl<const N: usize> Debug for Page<N> {
    fn fmt(&self, out: &mut Formatter<'_>) -> Written {
        out.write_str("Page(..)")
    }
}

#[cfg(target_os = "linux")]
mod system {
    use super::ROOM;
    use rustix::mm::{Advice, madvise, mlock, munlock};

    // A page of the system may be larger than ours: then its neighbours are locked with it, which harms nobody, but must
    // not be left out of dumps or wiped on their behalf.
    fn is_whole_page() -> bool {
        rustix::param::page_size() == ROOM
    }

    #[allow(unsafe_code)]
    pub(crate) fn keep(page: &mut [u8; ROOM]) -> bool {
        let at = page.as_mut_ptr().cast();
        // SAFETY: `at` points to ROOM bytes that belong to `page` alone and are aligned to ROOM; locking and these two
        // advices change neither the bytes nor who may reach them in this process.
        unsafe {
            let advised = !is_whole_page()
                || (madvise(at, ROOM, Advice::LinuxDontDump).is_ok()
                    && madvise(at, ROOM, Advice::LinuxWipeOnFork).is_ok());
            mlock(at, ROOM).is_ok() && advised
        }
    }

    #[allow(unsafe_code)]
    pub(crate) fn release(page: &mut [u8; ROOM]) {
        let at = page.as_mut_ptr().cast();
        // SAFETY: as in `keep`; the allocator gets the page back as it gave it.
        unsafe {
            let _ = munlock(at, ROOM);
            if is_whole_page() {
                let _ = madvise(at, ROOM, Advice::LinuxDoDump);
                let _ = madvise(at, ROOM, Advice::LinuxKeepOnFork);
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use super::ROOM;

    pub(crate) fn keep(_: &mut [u8; ROOM]) -> bool {
        false
    }

    pub(crate) fn release(_: &mut [u8; ROOM]) {}
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;
    use std::convert::Infallible;

    // The flags of the mapping that holds `at`, from /proc/self/smaps.
    fn flags(at: usize) -> Vec<String> {
        let maps = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let mut inside = false;
        for line in maps.lines() {
            let range = line.split_whitespace().next().unwrap_or_default();
            if let Some((from, to)) = range.split_once('-') {
                let hex = |digits| usize::from_str_radix(digits, 16).unwrap();
                inside = (hex(from)..hex(to)).contains(&at);
            }
            if let Some(flags) = line.strip_prefix("VmFlags:")
                && inside
            {
                return flags.split_whitespace().map(str::to_owned).collect();
            }
        }
        panic!("no mapping holds this address");
    }

    #[test]
    fn a_secret_lies_in_a_page_that_is_locked_undumped_and_wiped() {
        let page = Page::<64>::filled(|bytes| {
            bytes.fill(7);
            Ok::<_, Infallible>(())
        })
        .unwrap();
        assert_eq!(page.expose(), &[7; 64]);
        assert!(page.is_locked());
        let at = page.expose().as_ptr() as usize;
        assert_eq!(at % ROOM, 0);
        let of_secret = flags(at);
        for wanted in ["lo", "dd", "wf"] {
            assert!(
                of_secret.iter().any(|f| f == wanted),
                "{wanted}: {of_secret:?}"
            );
        }
        // The planted failure: an ordinary page has none of these.
        let plain = vec![0u8; ROOM];
        let of_plain = flags(plain.as_ptr() as usize);
        assert!(!of_plain.iter().any(|f| f == "lo" || f == "dd" || f == "wf"));
        assert_eq!(format!("{page:?}"), "Page(..)");
    }

    #[test]
    fn what_cannot_be_filled_is_no_page() {
        assert_eq!(Page::<8>::filled(|_| Err("no")).err(), Some("no"));
    }
}
