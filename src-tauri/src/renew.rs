//! The process replaced by itself. Freed memory keeps what was in it, so locking ends every process that held a key or a
//! text: the helpers of the window are killed, and this one runs its own program anew under the same number. What the new
//! image may know is handed over in a sealed file in memory, as its standard input; it is never on a disk, among the
//! arguments or in the environment.

use crate::platform;
use rustix::fs::{MemfdFlags, SealFlags};
use std::fs::File;
use std::io::{Seek, Write};
use std::os::unix::process::CommandExt;
use std::process::Command;
use zeroize::Zeroizing;

/// Runs the program anew and hands `handed` over. Where that fails the process ends: better no window than one that still
/// holds the keys.
pub fn renew(handed: &[u8]) -> ! {
    platform::end_helpers();
    let error = match sealed(handed) {
        Ok(file) => again(file),
        Err(error) => error,
    };
    eprintln!("the window is locked by ending it: {error}");
    std::process::exit(1)
}

/// Closes what the image before had open, if there was one: libraries leave files open over this, among them memory that was
/// shared with the page's process. Nothing may have been opened yet.
pub fn close_what_stays_open() {
    let handed = rustix::fs::fcntl_get_seals(rustix::stdio::stdin());
    if !handed.is_ok_and(|seals| seals.contains(SEALS)) {
        return;
    }
    let listed = std::fs::read_dir("/proc/self/fd").into_iter().flatten();
    let open: Vec<i32> = listed
        .flatten()
        .filter_map(|item| item.file_name().to_str()?.parse().ok())
        .collect();
    for number in open.into_iter().filter(|number| *number > 2) {
        // The list itself was one of them, and is closed already.
        let _ = nix::unistd::close(number);
    }
}

/// What the image before handed over; `None` in a program that was started by somebody else. Standard input is empty
/// afterwards.
pub fn handed() -> Option<Zeroizing<Vec<u8>>> {
    let input = rustix::stdio::stdin();
    let seals = rustix::fs::fcntl_get_seals(input).ok()?;
    if !seals.contains(SEALS) {
        return None;
    }
    let size = usize::try_from(rustix::fs::fstat(input).ok()?.st_size).ok()?;
    let mut bytes = Zeroizing::new(vec![0; size.min(LARGEST)]);
    let mut at = 0;
    while let Some(room) = bytes.get_mut(at..).filter(|room| !room.is_empty()) {
        match rustix::io::pread(input, room, at as u64) {
            Ok(0) | Err(_) => return None,
            Ok(more) => at += more,
        }
    }
    let nothing = File::open("/dev/null").ok()?;
    rustix::stdio::dup2_stdin(&nothing).ok()?;
    Some(bytes)
}

fn again(input: File) -> std::io::Error {
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => return error,
    };
    Command::new(program)
        .args(std::env::args_os().skip(1))
        .stdin(input)
        .exec()
}

fn sealed(bytes: &[u8]) -> std::io::Result<File> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let mut file = File::from(rustix::fs::memfd_create("chronicle", flags)?);
    file.write_all(bytes)?;
    file.rewind()?;
    rustix::fs::fcntl_add_seals(&file, SEALS)?;
    Ok(file)
}

/// Nobody changes it any more, not even this process.
const SEALS: SealFlags = SealFlags::SEAL
    .union(SealFlags::SHRINK)
    .union(SealFlags::GROW)
    .union(SealFlags::WRITE);

/// Bytes that are ever taken over.
const LARGEST: usize = 64 << 20;

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn what_is_handed_over_cannot_be_changed_any_more() {
        let mut file = sealed(b"a place and a list").unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert_eq!(text, "a place and a list");
        assert!(file.write_all(b"x").is_err() && file.set_len(0).is_err());
        assert!(rustix::fs::fcntl_get_seals(&file).unwrap().contains(SEALS));
    }

    #[test]
    fn an_ordinary_input_hands_nothing_over() {
        assert!(handed().is_none());
    }
}
