//! What the two people and the operator have at hand: folders, the endpoint, and what was said aloud.

use crate::fault::{During, Outcome};
use crate::operator::{Endpoint, Programs};
use std::path::{Path, PathBuf};

/// One tour.
pub struct Story {
    /// A folder that is thrown away.
    pub folder: PathBuf,
    /// The programs.
    pub programs: Programs,
    /// The organisation's endpoint.
    pub endpoint: Endpoint,
    /// The six words that the caseworker reads out.
    pub words: Vec<String>,
    /// The desk's passphrase.
    pub desk_words: String,
}

impl Story {
    /// Begins with an endpoint that serves.
    pub fn begin(folder: &Path, programs: Programs, port: u16) -> Outcome<Self> {
        let mut endpoint = Endpoint::init(&programs.endpoint, &folder.join("endpoint"), port)?;
        endpoint.serve()?;
        Ok(Self {
            folder: folder.to_owned(),
            programs,
            endpoint,
            words: Vec::new(),
            desk_words: String::new(),
        })
    }

    /// Where the desk's vault is.
    pub fn desk(&self) -> PathBuf {
        self.folder.join("desk")
    }

    /// Where the journal's vault is.
    pub fn journal(&self) -> PathBuf {
        self.folder.join("journal")
    }

    /// Where the caseworker saves files from the window.
    pub fn saved(&self) -> PathBuf {
        self.folder.join("saved by hand")
    }

    /// The invitation.
    pub fn invitation(&self) -> PathBuf {
        self.folder.join("invitation.txt")
    }

    /// A photograph of an invitation's code.
    pub fn photograph(&self) -> PathBuf {
        self.folder.join("photograph.jpg")
    }

    /// Remembers the desk's passphrase, also for the command line.
    pub fn desk_passphrase(&mut self, words: &str) -> Outcome {
        words.clone_into(&mut self.desk_words);
        std::fs::write(self.desk_passphrase_file(), words).during("the passphrase file")
    }

    /// A file with the desk's passphrase.
    pub fn desk_passphrase_file(&self) -> PathBuf {
        self.folder.join("desk.passphrase")
    }
}
