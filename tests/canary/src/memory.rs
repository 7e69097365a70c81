//! The memory of living processes, page by page as the kernel holds it, searched for words and secrets.
//!
//! Pages that only show a program's own file are left out, and so are those that nobody has touched. What is packed in
//! memory is not unpacked.

use crate::needles::{Hit, Needles};
use crate::processes::{self, Process};
use chronicle_tour::fault::{During, Outcome};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::FileExt;

/// What was found in one process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Bytes that were read.
    pub bytes: u64,
    /// How often each thing stands there, and how often of that in pages that are locked into memory.
    pub places: BTreeMap<Hit, Places>,
}

/// How often something stands in a process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// In all.
    pub all: usize,
    /// In locked pages that are left out of dumps.
    pub locked: usize,
}

/// Searches a process. One that ends meanwhile is searched up to there.
///
/// # Errors
/// When its memory may not be read.
pub fn search(process: &Process, needles: &Needles) -> Outcome<Found> {
    let own = |what: &str| format!("/proc/{}/{what}", process.pid);
    let mut found = Found::default();
    let Ok(maps) = std::fs::read_to_string(own("smaps")) else {
        return Ok(found);
    };
    let memory = File::open(own("mem")).during(format!("the memory of {}", process.name))?;
    let pages = File::open(own("pagemap")).during(format!("the pages of {}", process.name))?;
    for region in regions(&maps) {
        for (from, to) in present(&pages, &region) {
            let mut at = from;
            while at < to {
                // Pieces lap over, so that nothing is missed at a border.
                let length = (to - at).min(PIECE);
                let mut piece = vec![0; usize::try_from(length).unwrap_or_default()];
                let read = memory.read_at(&mut piece, at).unwrap_or_default();
                piece.truncate(read);
                found.bytes += read as u64;
                for (hit, place) in needles.places(&piece) {
                    // What begins in the lap is counted by the next piece.
                    if to - at > PIECE && place as u64 >= PIECE - LAP {
                        continue;
                    }
                    let places = found.places.entry(hit).or_default();
                    places.all += 1;
                    places.locked += usize::from(region.locked);
                }
                if to - at <= PIECE {
                    break;
                }
                at += PIECE - LAP;
            }
        }
    }
    open_memory(process, needles, &mut found);
    Ok(found)
}

// What a process holds open without a name: memory, though it stands in no map.
fn open_memory(process: &Process, needles: &Needles, found: &mut Found) {
    for (number, to) in processes::open_files(process.pid) {
        if !to.to_string_lossy().ends_with(" (deleted)") {
            continue;
        }
        let path = format!("/proc/{}/fd/{number}", process.pid);
        let mut content = Vec::new();
        let opened = File::open(path).map(|file| file.take(LARGEST).read_to_end(&mut content));
        // What cannot be read holds no bytes: a device, say.
        if !matches!(opened, Ok(Ok(_))) {
            continue;
        }
        found.bytes += content.len() as u64;
        for (hit, _) in needles.places(&content) {
            let hit = Hit {
                how: format!("{} in an open file without a name", hit.how),
                ..hit
            };
            found.places.entry(hit).or_default().all += 1;
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Region {
    from: u64,
    to: u64,
    locked: bool,
}

// From smaps: what can be read and is not just a program's own file.
fn regions(maps: &str) -> Vec<Region> {
    let mut found: Vec<Region> = Vec::new();
    let mut taken = false;
    for line in maps.lines() {
        let mut fields = line.split_whitespace();
        let first = fields.next().unwrap_or_default();
        if let Some((from, to)) = range(first) {
            let mode = fields.next().unwrap_or_default();
            let path = fields.nth(3).unwrap_or_default();
            let program = path.starts_with("/usr/") && !mode.contains('w');
            taken = mode.starts_with('r') && !program && !path.starts_with("[v");
            if taken {
                found.push(Region {
                    from,
                    to,
                    locked: false,
                });
            }
        } else if first == "VmFlags:" && taken {
            let flags: Vec<&str> = fields.collect();
            if let Some(region) = found.last_mut() {
                region.locked = flags.contains(&"lo") && flags.contains(&"dd");
            }
        }
    }
    found
}

fn range(text: &str) -> Option<(u64, u64)> {
    let (from, to) = text.split_once('-')?;
    let hex = |digits| u64::from_str_radix(digits, 16).ok();
    Some((hex(from)?, hex(to)?))
}

// The parts of a region that are in memory or swapped out, from the kernel's table of pages.
fn present(pages: &File, region: &Region) -> Vec<(u64, u64)> {
    let mut found: Vec<(u64, u64)> = Vec::new();
    let mut entries = vec![0; ENTRIES * 8];
    let mut page = region.from / PAGE;
    let last = region.to / PAGE;
    while page < last {
        let wanted = usize::try_from(last - page).unwrap_or(ENTRIES).min(ENTRIES) * 8;
        let room = entries.get_mut(..wanted).unwrap_or_default();
        let read = pages.read_at(room, page * 8).unwrap_or_default();
        if read < 8 {
            break;
        }
        for entry in entries.get(..read).unwrap_or_default().chunks_exact(8) {
            // The two highest bits: present, swapped.
            if entry.last().is_some_and(|high| high & 0xc0 != 0) {
                match found.last_mut() {
                    Some(run) if run.1 == page * PAGE => run.1 += PAGE,
                    _ => found.push((page * PAGE, (page + 1) * PAGE)),
                }
            }
            page += 1;
        }
    }
    found
}

const PAGE: u64 = 4096;
const ENTRIES: usize = 1 << 16;
const PIECE: u64 = 8 << 20;
const LAP: u64 = 4096;
/// Bytes that are read of one open file at most.
const LARGEST: u64 = 256 << 20;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::needles::{Alphabet, Marker};
    use std::io::Write;

    #[test]
    fn a_word_in_memory_is_found_and_one_that_is_nowhere_is_not() {
        let me = processes::of(std::process::id()).unwrap();
        let marker = Marker::new("it", Alphabet::Latin).unwrap();
        let wide: Vec<u8> = marker
            .text
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let needles = Needles::new(std::slice::from_ref(&marker), &[]).unwrap();
        let found = search(&me, &needles).unwrap();
        let how: Vec<&str> = found.places.keys().map(|hit| hit.how.as_str()).collect();
        assert!(
            how.contains(&"utf-8") && how.contains(&"utf-16le"),
            "{how:?}"
        );
        assert!(found.bytes > 1 << 16);
        assert_eq!(wide.len(), 2 * marker.text.len(), "both live until here");
        // In a file without a name, which nobody has mapped.
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(marker.text.as_bytes()).unwrap();
        let found = search(&me, &needles).unwrap();
        assert!(
            found
                .places
                .keys()
                .any(|hit| hit.how.ends_with("without a name"))
        );
        // Nothing of it stands in a process of another program.
        let other = std::process::Command::new("sleep").arg("5").spawn();
        let mut other = other.unwrap();
        let sleeping = processes::of(other.id()).unwrap();
        assert!(search(&sleeping, &needles).unwrap().places.is_empty());
        other.kill().unwrap();
        other.wait().unwrap();
    }

    #[test]
    fn a_programs_own_file_and_what_cannot_be_read_are_left_out() {
        let maps = "\
00400000-00500000 r-xp 00000000 08:01 12 /usr/bin/x\nVmFlags: rd ex\n\
00500000-00600000 rw-p 00000000 08:01 12 /usr/bin/x\nVmFlags: rd wr\n\
00600000-00700000 ---p 00000000 00:00 0\nVmFlags: mr\n\
00700000-00701000 rw-p 00000000 00:00 0 [heap]\nRss: 4 kB\nVmFlags: rd wr lo dd wf\n";
        let found: Vec<(u64, bool)> = regions(maps).iter().map(|r| (r.from, r.locked)).collect();
        assert_eq!(found, [(0x50_0000, false), (0x70_0000, true)]);
    }
}
