//! Faults that are planted in every session, and what the search must say of each: a search that misses one is blind.

use crate::needles::{ALPHABETS, Hit, Marker, encoding_names};
use chronicle_tour::fault::{During, Outcome};
use chronicle_tour::founded::{text, written};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The planted words, each in one encoding, and the folder in which they are planted.
pub struct Planted {
    /// The folder.
    pub folder: PathBuf,
    kept: Vec<(Marker, String)>,
    deleted: Vec<(Marker, String)>,
    name: Marker,
    mapped: Marker,
    command: Vec<String>,
}

impl Planted {
    /// New words, to be planted in `folder`; what has to be told to the planting process is written to `memory`.
    pub fn prepare(folder: &Path, memory: &Path) -> Outcome<Self> {
        let mut alphabets = ALPHABETS.iter().copied().cycle();
        let mut each = |where_: &str| -> Outcome<Vec<(Marker, String)>> {
            let names = encoding_names().into_iter().map(str::to_owned);
            let all = names.chain(PACKED.iter().map(|s| (*s).to_owned()));
            all.zip(alphabets.by_ref())
                .map(|(how, alphabet)| {
                    let what = format!("{MARK} {where_}, {how}");
                    Ok((Marker::new(&what, alphabet)?, how))
                })
                .collect()
        };
        let (kept, deleted) = (each("kept")?, each("deleted")?);
        let one = |what: &str| Marker::new(&format!("{MARK} {what}"), ALPHABETS[1]);
        let (name, mapped) = (one("name")?, one("mapped")?);
        let words = |list: &[(Marker, String)]| -> Map<String, Value> {
            list.iter()
                .map(|(m, how)| (how.clone(), json!(m.text)))
                .collect()
        };
        let told = json!({
            "kept": words(&kept), "deleted": words(&deleted), "name": name.text, "mapped": mapped.text,
        });
        let told = written(memory, "planted.json", &told.to_string())?;
        if let Some(parent) = folder.parent() {
            std::fs::create_dir_all(parent).during("a folder for faults")?;
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("plant.py");
        let command = [
            "/usr/bin/python3",
            &text(&script),
            &text(&told),
            &text(folder),
        ];
        Ok(Self {
            folder: folder.to_owned(),
            kept,
            deleted,
            name,
            mapped,
            command: command.map(str::to_owned).to_vec(),
        })
    }

    /// Plants all of it and becomes the command that is added to this one.
    pub fn command(&self) -> Vec<String> {
        self.command.clone()
    }

    /// All words.
    pub fn markers(&self) -> Vec<Marker> {
        let lists = self
            .kept
            .iter()
            .chain(&self.deleted)
            .map(|(marker, _)| marker);
        lists.chain([&self.name, &self.mapped]).cloned().collect()
    }

    /// What was not found of what must be on the disk at the end.
    pub fn missed_on_disk(&self, hits: &BTreeSet<Hit>) -> Vec<String> {
        missed(
            self.kept
                .iter()
                .chain([&plain(&self.name), &plain(&self.mapped)]),
            hits,
        )
    }

    /// What was not found of what must be seen while it is written, also when it was deleted again.
    pub fn missed_in_trace(&self, hits: &BTreeSet<Hit>) -> Vec<String> {
        let written = self.kept.iter().chain(&self.deleted);
        missed(written.chain([&plain(&self.name)]), hits)
    }

    /// How many must be found on the disk and in the trace.
    pub fn count(&self) -> (usize, usize) {
        (
            self.kept.len() + 2,
            self.kept.len() + self.deleted.len() + 1,
        )
    }
}

/// Whether something that was found was planted.
pub fn is_planted(hit: &Hit) -> bool {
    hit.what.starts_with(MARK)
}

fn plain(marker: &Marker) -> (Marker, String) {
    (marker.clone(), "utf-8".into())
}

fn missed<'a>(
    wanted: impl Iterator<Item = &'a (Marker, String)>,
    hits: &BTreeSet<Hit>,
) -> Vec<String> {
    let found = |marker: &Marker, how: &String| {
        hits.iter()
            .any(|hit| hit.what == marker.what && hit.how == *how)
    };
    wanted
        .filter(|(marker, how)| !found(marker, how))
        .map(|(marker, _)| marker.what.clone())
        .collect()
}

const MARK: &str = "planted";
const PACKED: &[&str] = &[
    "gzip utf-8",
    "zlib utf-8",
    "zstd utf-8",
    "brotli utf-8",
    "deflate utf-8",
    "gzip zlib utf-8",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::needles::Needles;
    use crate::places;
    use std::process::Command;

    #[test]
    fn every_planted_word_is_found_and_without_one_it_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let planted = Planted::prepare(&dir.path().join("odd"), dir.path()).unwrap();
        let command = planted.command();
        assert!(
            Command::new(&command[0])
                .args(&command[1..])
                .status()
                .unwrap()
                .success()
        );
        let since = places::Moment::now(Path::new("/nowhere"));
        assert!(since.is_err(), "a folder that is not there");
        let needles = Needles::new(&planted.markers(), &[]).unwrap();
        let files: Vec<PathBuf> = std::fs::read_dir(&planted.folder)
            .unwrap()
            .map(|item| item.unwrap().path())
            .collect();
        let found = places::search(&files, &needles).unwrap();
        let mut hits: BTreeSet<Hit> = found.hits.into_values().flatten().collect();
        assert!(
            planted.missed_on_disk(&hits).is_empty(),
            "{:?}",
            planted.missed_on_disk(&hits)
        );
        assert_eq!(planted.missed_in_trace(&hits).len(), planted.deleted.len());
        assert!(hits.iter().all(is_planted));
        let gone = hits.pop_first().unwrap();
        assert_eq!(planted.missed_on_disk(&hits), [gone.what]);
    }
}
