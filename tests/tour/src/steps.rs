//! The numbered steps: one line each, one picture each, and on a fault the picture and the text of where it stopped.

use crate::fault::{Fault, Outcome};
use crate::hand;
use crate::page::Page;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Counts the steps and keeps what they looked like.
pub struct Steps {
    out: PathBuf,
    number: u32,
    now: String,
    began: Instant,
}

impl Steps {
    /// Pictures go to `out`; those of an earlier tour are removed.
    pub fn new(out: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(out)?;
        for item in std::fs::read_dir(out)?.flatten() {
            if item
                .path()
                .extension()
                .is_some_and(|e| e == "png" || e == "txt" || e == "log")
            {
                std::fs::remove_file(item.path())?;
            }
        }
        Ok(Self {
            out: out.to_owned(),
            number: 0,
            now: "start".into(),
            began: Instant::now(),
        })
    }

    /// Where pictures go.
    pub fn out(&self) -> &Path {
        &self.out
    }

    /// Does one step; says and shows it. In a page nothing may have been refused or gone wrong unseen.
    pub fn step(
        &mut self,
        page: Option<&Page>,
        what: &str,
        act: impl FnOnce() -> Outcome,
    ) -> Outcome {
        what.clone_into(&mut self.now);
        self.number += 1;
        self.began = Instant::now();
        act()?;
        page.map_or(Ok(()), Page::no_troubles)?;
        page.map_or(Ok(()), Page::painted)?;
        let seconds = self.began.elapsed().as_secs_f64();
        let slug: String = what
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_lowercase()
                } else {
                    '-'
                }
            })
            .collect();
        let slug = slug
            .split('-')
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("-");
        hand::picture(
            None,
            &self.out.join(format!("{:02}-{slug}.png", self.number)),
        )?;
        println!("{:02} {what}: ok ({seconds:.1} s)", self.number);
        Ok(())
    }

    /// Keeps what was there when a step failed.
    pub fn failed(&self, fault: &Fault, page: Option<&Page>) {
        let _ = hand::picture(None, &self.out.join("failed.png"));
        let text = page
            .and_then(|page| page.all_text().ok())
            .unwrap_or_default();
        let troubles = page
            .and_then(|page| page.troubles().ok())
            .unwrap_or_default();
        let said = format!(
            "{:02} {}: {fault}\n\ntroubles: {troubles:?}\n\n{text}\n",
            self.number, self.now
        );
        let _ = std::fs::write(self.out.join("failed.txt"), said);
    }

    /// The step that is being done, for the last line of a tour that stopped.
    pub fn now(&self) -> String {
        format!("{:02} {}", self.number, self.now)
    }
}
