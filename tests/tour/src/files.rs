//! The evidence that travels: made anew for each tour, and compared byte by byte at the end with what the desk saved.

use crate::fault::{During, Outcome, ensure};
use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The originals.
pub struct Originals {
    /// A folder with the photograph and the document: what the dialog offers together.
    pub together: PathBuf,
    /// A photograph, JPEG.
    pub photo: PathBuf,
    /// A document, PDF.
    pub document: PathBuf,
    /// A text.
    pub text: PathBuf,
    /// A film of a few seconds as a telephone makes it, held upright: H.264 and AAC, turned by a quarter.
    pub film: PathBuf,
    /// 40 MiB that are like no known kind of file.
    pub large: PathBuf,
    /// 2 GiB less one byte, all holes: long enough to be stopped on the way.
    pub endless: PathBuf,
}

impl Originals {
    /// Makes them in `folder`.
    pub fn make(folder: &Path) -> Outcome<Self> {
        let together = folder.join("together");
        std::fs::create_dir_all(&together).during("a folder for files")?;
        let files = Self {
            photo: together.join("gate at dusk.jpg"),
            document: together.join("summons.pdf"),
            text: folder.join("заметки.txt"),
            film: folder.join("from the window.mp4"),
            large: folder.join("recording.bin"),
            endless: folder.join("endless.bin"),
            together,
        };
        photo(&files.photo)?;
        film(&files.film)?;
        write(&files.document, &pdf("Summons 14/2026"))?;
        write(&files.text, NOTE.as_bytes())?;
        write(&files.large, &noise(40 << 20))?;
        File::create(&files.endless)
            .and_then(|f| f.set_len((2 << 30) - 1))
            .during("endless.bin")?;
        Ok(files)
    }

    /// Those that were sent.
    pub fn sent(&self) -> [&Path; 5] {
        [
            &self.photo,
            &self.document,
            &self.text,
            &self.film,
            &self.large,
        ]
    }
}

/// Compares two files to their ends.
pub fn same(original: &Path, saved: &Path) -> Outcome {
    let open = |path: &Path| File::open(path).map(BufReader::new).during(path.display());
    let (mut a, mut b) = (open(original)?, open(saved)?);
    let (mut left, mut right) = (vec![0; PIECE], vec![0; PIECE]);
    loop {
        let n = fill(&mut a, &mut left).during(original.display())?;
        let m = fill(&mut b, &mut right).during(saved.display())?;
        ensure(left.get(..n) == right.get(..m), || {
            format!("{} is not {}", saved.display(), original.display())
        })?;
        if n == 0 {
            return Ok(());
        }
    }
}

/// How many bytes lie in a folder, and in how many files.
pub fn weight(folder: &Path) -> (u64, usize) {
    let files = all_files(folder);
    (
        files
            .iter()
            .filter_map(|f| f.metadata().ok())
            .map(|m| m.len())
            .sum(),
        files.len(),
    )
}

fn all_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for item in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = item.path();
        if path.is_dir() {
            found.extend(all_files(&path))
        } else {
            found.push(path)
        }
    }
    found
}

fn fill(from: &mut impl Read, piece: &mut [u8]) -> std::io::Result<usize> {
    let mut at = 0;
    while let Some(room) = piece.get_mut(at..).filter(|room| !room.is_empty()) {
        match from.read(room)? {
            0 => break,
            n => at += n,
        }
    }
    Ok(at)
}

fn write(path: &Path, bytes: &[u8]) -> Outcome {
    File::create(path)
        .and_then(|mut file| file.write_all(bytes))
        .during(path.display())
}

// A picture with something to recognise in it: sky, ground and a gate.
fn photo(path: &Path) -> Outcome {
    let mut command = Command::new("convert");
    command.args([
        "-size",
        "960x640",
        "gradient:#e8a15a-#26415e",
        "-fill",
        "#1d2a30",
        "-draw",
        "rectangle 0,470 960,640",
    ]);
    command.args([
        "-fill",
        "#4a3526",
        "-draw",
        "rectangle 400,250 420,520 rectangle 560,250 580,520 rectangle 380,230 600,255",
    ]);
    let made = command
        .args(["-quality", "88"])
        .arg(path)
        .status()
        .during("convert (imagemagick)")?;
    ensure(made.success(), || "the photograph could not be made".into())
}

fn film(path: &Path) -> Outcome {
    let plain = path.with_extension("plain.mp4");
    let mut encode = Command::new("ffmpeg");
    encode.args(["-hide_banner", "-nostdin", "-loglevel", "error", "-y"]);
    encode.args([
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=640x360:rate=30:duration=6",
    ]);
    encode.args(["-f", "lavfi", "-i", "sine=frequency=440:duration=6"]);
    encode.args(["-c:v", "libx264", "-preset", "veryfast"]);
    encode.args(["-pix_fmt", "yuv420p", "-g", "60", "-c:a", "aac"]);
    let mut turn = Command::new("ffmpeg");
    turn.args(["-hide_banner", "-nostdin", "-loglevel", "error", "-y"]);
    turn.arg("-i").arg(&plain);
    turn.args(["-c", "copy", "-metadata:s:v:0", "rotate=270"]);
    for (mut command, to) in [(encode, plain.as_path()), (turn, path)] {
        let made = command.arg(to).status().during("ffmpeg")?;
        ensure(made.success(), || "the film could not be made".into())?;
    }
    std::fs::remove_file(&plain).during("the film that was not turned")
}

/// One page with one line, by hand: the smallest document that every viewer opens.
pub fn pdf(line: &str) -> Vec<u8> {
    let stream = format!("BT /F1 24 Tf 72 720 Td ({line}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{stream}\nendstream", stream.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut text = "%PDF-1.4\n".to_owned();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", text.len()));
        text.push_str(&format!("{} 0 obj\n{object}\nendobj\n", number + 1));
    }
    let start = text.len();
    let end = format!(
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1
    );
    (text + &table + &end).into_bytes()
}

// The same bytes in each tour, and none that could be packed or skipped.
fn noise(size: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    std::iter::repeat_with(&mut next)
        .flatten()
        .take(size)
        .collect()
}

const NOTE: &str = "Звонок в 19:40, номер скрыт.\nSecond call at 20:05, a man's voice.\n";
const PIECE: usize = 1 << 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_byte_and_a_missing_one_are_found() -> Outcome {
        let folder = tempfile::tempdir().during("a folder")?;
        let folder = folder.path();
        let (one, other) = (folder.join("one"), folder.join("other"));
        let mut bytes = noise(3 * PIECE + 7);
        write(&one, &bytes)?;
        write(&other, &bytes)?;
        let equal = same(&one, &other);
        if let Some(last) = bytes.last_mut() {
            *last ^= 1;
        }
        write(&other, &bytes)?;
        let changed = same(&one, &other);
        bytes.pop();
        write(&one, &bytes)?;
        let shorter = same(&one, &other);
        equal?;
        assert!(
            changed.is_err() && shorter.is_err(),
            "a difference is not seen"
        );
        Ok(())
    }
}
