//! The processes of this machine, as /proc tells them.

use std::path::PathBuf;

/// One process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// That of its parent.
    pub parent: u32,
    /// The beginning of its program's name.
    pub name: String,
    /// When it began, in ticks since the machine did.
    pub began: u64,
}

/// All that live now.
pub fn all() -> Vec<Process> {
    let items = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    items
        .filter_map(|item| of(item.file_name().to_str()?.parse().ok()?))
        .collect()
}

/// One of them.
pub fn of(pid: u32) -> Option<Process> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (name, rest) = stat.split_once('(')?.1.rsplit_once(") ")?;
    let mut fields = rest.split(' ');
    // A dead one that nobody has asked for yet holds nothing.
    let living = fields.next() != Some("Z");
    let parent = fields.next()?.parse().ok()?;
    let began = fields.nth(17)?.parse().ok()?;
    living.then(|| Process {
        pid,
        parent,
        name: name.to_owned(),
        began,
    })
}

/// `root` and all that came from it.
pub fn under(root: u32) -> Vec<Process> {
    let all = all();
    let mut found: Vec<Process> = all.iter().filter(|p| p.pid == root).cloned().collect();
    let mut at = 0;
    while let Some(parent) = found.get(at).map(|p| p.pid) {
        found.extend(
            all.iter()
                .filter(|p| p.parent == parent && p.pid != parent)
                .cloned(),
        );
        at += 1;
    }
    found
}

/// The first one under `root` whose name begins like this.
pub fn named(root: u32, name: &str) -> Option<Process> {
    under(root).into_iter().find(|p| p.name.starts_with(name))
}

/// Ends `root` and all that came from it, each by its own number.
pub fn end(root: u32) {
    for process in under(root) {
        let pid = process.pid.to_string();
        let _ = std::process::Command::new("kill")
            .args(["-s", "KILL", &pid])
            .status();
    }
}

/// A line of its status, without the name of the line.
pub fn status(pid: u32, line: &str) -> Option<String> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let found = status
        .lines()
        .find_map(|l| l.strip_prefix(line)?.strip_prefix(':'));
    found.map(|value| value.trim().to_owned())
}

/// Its open files: number and what it leads to.
pub fn open_files(pid: u32) -> Vec<(u32, PathBuf)> {
    let items = std::fs::read_dir(format!("/proc/{pid}/fd"))
        .into_iter()
        .flatten()
        .flatten();
    let mut found: Vec<(u32, PathBuf)> = items
        .filter_map(|item| {
            let number = item.file_name().to_str()?.parse().ok()?;
            Some((number, std::fs::read_link(item.path()).ok()?))
        })
        .collect();
    found.sort();
    found
}

/// The beginning of the names of the processes of a window: its shell, and that of its page.
pub const SHELL: &str = "chronicle-";
/// See [`SHELL`].
pub const PAGE: &str = "WebKitWebProces";
