//! Evidence with markers in it: in names, in text, in a page, in what a picture and a film say about themselves.

use crate::needles::{ALPHABETS, Marker, in_each_alphabet};
use chronicle_tour::fault::{During, Outcome, ensure};
use chronicle_tour::files::pdf;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The files of one session, in a folder in memory.
pub struct Evidence {
    /// A picture and a page, alone in their folder: a dialog takes them together.
    pub together: PathBuf,
    /// A picture with a comment.
    pub photo: PathBuf,
    /// One page.
    pub document: PathBuf,
    /// Text of every alphabet.
    pub text: PathBuf,
    /// Some seconds of film with a title.
    pub film: PathBuf,
    /// All that was put into them and their names.
    pub markers: Vec<Marker>,
}

impl Evidence {
    /// Makes them in `folder`. `film` is one that was made before: making one takes long.
    pub fn make(folder: &Path, film: &Path) -> Outcome<Self> {
        let together = folder.join("together");
        std::fs::create_dir_all(&together).during("a folder for files")?;
        let mut markers = Vec::new();
        let mut names = Vec::new();
        for (ending, alphabet) in ["jpg", "pdf", "txt", "mp4"]
            .iter()
            .zip(ALPHABETS.iter().cycle())
        {
            let marker = Marker::new(&format!("name of the {ending} ({alphabet:?})"), *alphabet)?;
            names.push(format!("{}.{ending}", marker.text));
            markers.push(marker);
        }
        let name = |n: usize| names.get(n).cloned().unwrap_or_default();
        let files = Self {
            photo: together.join(name(0)),
            document: together.join(name(1)),
            text: folder.join(name(2)),
            film: folder.join(name(3)),
            together,
            markers: Vec::new(),
        };
        let said = in_each_alphabet("comment of the picture")?;
        picture(&files.photo, &joined(&said))?;
        let page = in_each_alphabet("text of the page")?;
        let line = page.first().map(|m| m.text.clone()).unwrap_or_default();
        std::fs::write(&files.document, pdf(&line)).during("the document")?;
        let content = in_each_alphabet("content of the text")?;
        std::fs::write(&files.text, format!("{}\n", joined(&content))).during("the text")?;
        let title = in_each_alphabet("title of the film")?;
        titled(film, &files.film, &joined(&title))?;
        // Only the first one stands on the page.
        markers.extend(page.into_iter().take(1));
        markers.extend(said.into_iter().chain(content).chain(title));
        Ok(Self { markers, ..files })
    }
}

/// A film without a title, for [`Evidence::make`].
pub fn film(to: &Path) -> Outcome {
    let mut command = encoder();
    for input in [
        "testsrc2=size=320x240:rate=15:duration=4",
        "sine=frequency=440:duration=4",
    ] {
        command.args(["-f", "lavfi", "-i", input]);
    }
    command.args([
        "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-c:a", "aac",
    ]);
    made(command.arg(to), "the film")
}

fn titled(film: &Path, to: &Path, title: &str) -> Outcome {
    let mut command = encoder();
    command.arg("-i").arg(film).args(["-c", "copy"]);
    command.arg("-metadata").arg(format!("title={title}"));
    made(command.arg(to), "the title of the film")
}

fn picture(to: &Path, comment: &str) -> Outcome {
    let mut command = Command::new("convert");
    command.args(["-size", "640x480", "gradient:#e8a15a-#26415e"]);
    command.args(["-set", "comment", comment, "-quality", "88"]);
    made(command.arg(to), "the picture")
}

fn encoder() -> Command {
    let mut command = Command::new("ffmpeg");
    command.args(["-hide_banner", "-nostdin", "-loglevel", "error", "-y"]);
    command
}

fn made(command: &mut Command, what: &str) -> Outcome {
    let made = command.status().during(what)?;
    ensure(made.success(), || format!("{what} could not be made"))
}

/// The words of markers with blanks between.
pub fn joined(markers: &[Marker]) -> String {
    let words: Vec<&str> = markers.iter().map(|m| m.text.as_str()).collect();
    words.join(" ")
}
