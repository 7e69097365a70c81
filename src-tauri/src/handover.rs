//! What the new image of the process knows of the one before: where the vault lies, how the window stood, what waits to
//! be sent, and texts that no disk took, sealed. No key, no passphrase, nothing that was written.

use chronicle_journal::Errands;
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use zeroize::Zeroizing;

/// See the module.
#[derive(Serialize, Deserialize)]
pub struct Handover {
    /// The vault's folder.
    pub place: OsString,
    /// The page's language, as a tag of the words.
    pub locale: String,
    /// Whether a vault was open there.
    pub opened: bool,
    /// Texts that could not be kept, sealed to the vault.
    pub held: Vec<Vec<u8>>,
    /// How the window stood.
    pub frame: Option<Frame>,
    /// What goes on while the vault is locked.
    pub errands: Option<Errands>,
}

/// Where the window stood and how large it was, in physical pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// Of its upper left corner.
    pub position: Option<(i32, i32)>,
    /// Of its content.
    pub size: Option<(u32, u32)>,
    /// Whether it filled the screen.
    pub maximized: bool,
}

impl Handover {
    /// As bytes; `None` when it cannot be written, which no content of it can cause.
    pub fn to_bytes(&self) -> Option<Zeroizing<Vec<u8>>> {
        serde_json::to_vec(self).ok().map(Zeroizing::new)
    }

    /// What [`Self::to_bytes`] gave.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

/// What is promised about bytes that are no handover of ours: for tests, which give it the kept corpus, and the fuzzer.
#[cfg(any(test, fuzzing))]
pub mod fuzz {
    use super::Handover;

    /// What is read writes itself to the same, and is read again.
    pub fn handover(bytes: &[u8]) {
        let Some(read) = Handover::from_bytes(bytes) else {
            return;
        };
        let written = read.to_bytes();
        let again = written.as_ref().and_then(|w| Handover::from_bytes(w));
        let twice = again.and_then(|again| again.to_bytes());
        assert!(twice.is_some() && twice == written);
    }
}

#[cfg(test)]
#[path = "../../fuzz/replay.rs"]
mod replay;

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStringExt;

    #[test]
    fn a_folder_of_any_name_comes_over() {
        let handed = Handover {
            place: OsString::from_vec(b"/media/stick \xff/Chronicle".to_vec()),
            locale: "ru".into(),
            opened: true,
            held: vec![vec![0, 255, 7]],
            frame: Some(Frame {
                position: Some((-5, 12)),
                size: Some((1280, 800)),
                maximized: false,
            }),
            errands: None,
        };
        let back = Handover::from_bytes(&handed.to_bytes().unwrap()).unwrap();
        assert_eq!((&back.place, &back.held), (&handed.place, &handed.held));
        assert_eq!(back.frame, handed.frame);
        assert!(Handover::from_bytes(b"{}").is_none());
    }

    #[test]
    fn the_kept_corpus_is_read_as_promised() {
        replay::all(&[("handover", fuzz::handover)]);
    }
}
