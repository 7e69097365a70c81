//! Asking on the terminal. A secret is not shown while it is typed, and the terminal is put back as it was, also after
//! Ctrl-C. Asks on the controlling terminal itself, so that standard input and output stay free.

use crate::fail::{CliError, Failure};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use std::fs::File;
use std::io::{Read, Write};
use zeroize::Zeroizing;

/// Asks for a secret.
pub(crate) fn secret(question: &str) -> Result<Zeroizing<String>, Failure> {
    let mut tty = open()?;
    let typed = {
        // Quiet first: what is typed as soon as the question stands there must not be shown either.
        let quiet = Quiet::new(&tty).map_err(|_| CliError::NoTerminal)?;
        write!(&tty, "{question} ").map_err(|_| CliError::NoTerminal)?;
        let typed = read(&mut &tty);
        drop(quiet);
        typed
    };
    let _ = writeln!(tty);
    typed
}

/// Asks for something that may be seen.
pub(crate) fn plain(question: &str) -> Result<String, Failure> {
    let mut tty = open()?;
    write!(tty, "{question} ").map_err(|_| CliError::NoTerminal)?;
    Ok(read(&mut tty)?.to_string())
}

fn open() -> Result<File, Failure> {
    Ok(File::options()
        .read(true)
        .write(true)
        .open("/dev/tty")
        .map_err(|_| CliError::NoTerminal)?)
}

// Byte by byte, so that nothing typed ahead is taken away from who reads next; room is made at once, so that no copy of
// the text stays behind in freed memory.
fn read(from: &mut dyn Read) -> Result<Zeroizing<String>, Failure> {
    let mut line = Zeroizing::new(Vec::with_capacity(LIMIT));
    let mut byte = Zeroizing::new([0u8]);
    while from.read(byte.as_mut()).map_err(|_| CliError::NoTerminal)? == 1 {
        let [typed] = *byte;
        match typed {
            b'\n' | b'\r' => return text(&line),
            INTERRUPT => return Err(CliError::Cancelled.into()),
            END if line.is_empty() => return Err(CliError::Cancelled.into()),
            END => {}
            BACKSPACE | DELETE => {
                while line.pop().is_some_and(|b| b & 0b1100_0000 == 0b1000_0000) {}
            }
            KILL => line.clear(),
            other if line.len() < LIMIT => line.push(other),
            _ => {}
        }
    }
    if line.is_empty() {
        Err(CliError::Cancelled.into())
    } else {
        text(&line)
    }
}

fn text(line: &[u8]) -> Result<Zeroizing<String>, Failure> {
    let text = std::str::from_utf8(line)
        .map_err(|_| Failure::from(chronicle_passphrase::Error::NotText))?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// A terminal that shows nothing; as before when dropped.
struct Quiet<'a> {
    tty: &'a File,
    before: Termios,
}

impl<'a> Quiet<'a> {
    fn new(tty: &'a File) -> rustix::io::Result<Self> {
        let before = tcgetattr(tty)?;
        let mut quiet = before.clone();
        // Without ISIG, Ctrl-C arrives as a byte and the terminal is put back before the program ends.
        quiet
            .local_modes
            .remove(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG);
        tcsetattr(tty, OptionalActions::Now, &quiet)?;
        Ok(Self { tty, before })
    }
}

impl Drop for Quiet<'_> {
    fn drop(&mut self) {
        let _ = tcsetattr(self.tty, OptionalActions::Now, &self.before);
    }
}

const LIMIT: usize = 4096;
const INTERRUPT: u8 = 3;
const END: u8 = 4;
const BACKSPACE: u8 = 8;
const KILL: u8 = 21;
const DELETE: u8 = 127;

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(bytes: &[u8]) -> Option<String> {
        read(&mut &*bytes).ok().map(|t| t.to_string())
    }

    #[test]
    fn a_line_is_edited_as_on_any_terminal() {
        assert_eq!(typed("слово\n".as_bytes()).as_deref(), Some("слово"));
        assert_eq!(
            typed("слон\u{7f}во\rrest".as_bytes()).as_deref(),
            Some("слово"),
            "a whole letter is taken back"
        );
        assert_eq!(typed(b"wrong\x15right\n").as_deref(), Some("right"));
        assert_eq!(typed(b"\x7f\x7fa\n").as_deref(), Some("a"));
        assert_eq!(typed(b"abc\x03"), None);
        assert_eq!(typed(b"\x04"), None);
        assert_eq!(typed(b""), None);
        assert_eq!(typed(b"\xff\n"), None);
    }
}
