//! Where something may be left: every file of the disk that changed since a moment, told by its ctime, which nobody can set
//! back; what is in memory and only looks like files; and the exact list of what a session may touch.

use crate::needles::{Hit, Needles};
use crate::trace::is_file;
use chronicle_tour::fault::{During, Outcome};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A moment on the clock of the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(i64, i64);

impl Moment {
    /// Now, by a file that is made in `folder` for it and removed.
    pub fn now(folder: &Path) -> Outcome<Self> {
        // The clock of a disk goes by steps of some milliseconds: what was done just before is not to count.
        std::thread::sleep(STEP);
        let file = folder.join(".moment");
        File::create(&file).during("a moment")?;
        let moment = Self::of(&file.metadata().during("a moment")?);
        std::fs::remove_file(&file).during("a moment")?;
        std::thread::sleep(STEP);
        Ok(moment)
    }

    fn of(meta: &Metadata) -> Self {
        Self(meta.ctime(), meta.ctime_nsec())
    }
}

/// Every file and folder of the file system of `root` that was made or changed since, without what lies under `but`.
pub fn changed(root: &Path, since: Moment, but: &[&Path]) -> Outcome<Vec<PathBuf>> {
    let device = root.metadata().during(root.display())?.dev();
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = item.path();
            // What others remove meanwhile leaves nothing.
            let Ok(meta) = path.symlink_metadata() else {
                continue;
            };
            if meta.dev() != device || but.contains(&path.as_path()) {
                continue;
            }
            if Moment::of(&meta) >= since {
                found.push(path.clone());
            }
            if meta.is_dir() {
                folders.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Every file and folder under `root`.
pub fn all(root: &Path) -> Outcome<Vec<PathBuf>> {
    changed(root, Moment(0, 0), &[])
}

/// What of the needles stands in these files: in their names, and in their content, also packed.
pub fn search(files: &[PathBuf], needles: &Needles) -> Outcome<Searched> {
    let mut searched = Searched::default();
    for path in files {
        let mut hits = needles.find(path.as_os_str().as_bytes());
        let meta = path.symlink_metadata();
        if meta.as_ref().is_ok_and(Metadata::is_symlink) {
            let to = std::fs::read_link(path).unwrap_or_default();
            hits.extend(needles.find(to.as_os_str().as_bytes()));
        }
        if meta.is_ok_and(|m| m.is_file()) {
            match File::open(path) {
                Ok(file) => searched.bytes += pieces(file, needles, &mut hits),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error).during(path.display()),
            }
        }
        searched.files += 1;
        if !hits.is_empty() {
            searched.hits.insert(path.clone(), hits);
        }
    }
    Ok(searched)
}

/// What a search found.
#[derive(Default)]
pub struct Searched {
    /// Files and folders.
    pub files: u64,
    /// Bytes of their content.
    pub bytes: u64,
    /// What stood where.
    pub hits: BTreeMap<PathBuf, BTreeSet<Hit>>,
}

// In pieces that lap over, so that a file of any size takes little memory.
fn pieces(mut file: File, needles: &Needles, hits: &mut BTreeSet<Hit>) -> u64 {
    let mut piece = Vec::new();
    let mut bytes = 0;
    loop {
        let kept = piece.len();
        let read = file.by_ref().take(PIECE as u64).read_to_end(&mut piece);
        // A file that others cut or remove while it is read ends there.
        if read.is_err() || piece.len() == kept {
            return bytes;
        }
        bytes += (piece.len() - kept) as u64;
        hits.extend(needles.find_deep(&piece));
        piece.drain(..piece.len().saturating_sub(LAP));
    }
}

/// The exact list of what a session may touch; anything else is a fault.
pub struct Allowed {
    /// The vault's folder.
    pub vault: PathBuf,
    /// The home folder.
    pub home: PathBuf,
    /// The folder in memory that the desktop gives to a session.
    pub runtime: PathBuf,
    /// Files that were saved by hand.
    pub saved: Vec<PathBuf>,
    /// What the window says goes here.
    pub log: PathBuf,
}

impl Allowed {
    /// Which rule allows that a process of the session made or opened a path for writing; `None` is a fault.
    pub fn rule(&self, path: &str) -> Option<&'static str> {
        if !is_file(path) {
            return Some("no file");
        }
        let path = Path::new(path.strip_suffix(" (deleted)").unwrap_or(path));
        if let Some(rule) = self.on_disk(path) {
            return Some(rule);
        }
        if let Ok(inside) = path.strip_prefix(&self.runtime) {
            return in_runtime(&inside.to_string_lossy());
        }
        if path == self.log {
            return Some("the log");
        }
        // The engine's sandbox: its folders are made in a file system in memory of its own, in which the home folder and
        // those above it are made anew, and the settings of GLib are kept.
        let inside = path.strip_prefix("/newroot").map_or(path, |inside| inside);
        let settings = [".config", ".config/glib-2.0", ".config/glib-2.0/settings"];
        if self.home.starts_with(path) || settings.iter().any(|at| path == self.home.join(at)) {
            return Some("folders made in the sandbox");
        }
        elsewhere(path, inside)
    }

    /// Whether a file only looks like one: it lies in memory, and is gone with the session.
    pub fn in_memory(&self, path: &Path) -> bool {
        path.starts_with(&self.runtime) || path.starts_with("/dev/shm") && path != self.log
    }

    /// Which rule allows that a path on a disk is another than before; `None` is a fault.
    pub fn on_disk(&self, path: &Path) -> Option<&'static str> {
        if let Ok(inside) = path.strip_prefix(&self.vault) {
            return in_vault(&inside.to_string_lossy()).then_some("the vault");
        }
        if self
            .saved
            .iter()
            .any(|saved| path == saved || is_part_of(path, saved))
        {
            return Some("saved by hand");
        }
        let list = self.home.join(".config/chronicle");
        if path == list
            || ["folders", "folders.part"]
                .iter()
                .any(|n| path == list.join(n))
        {
            return Some("the list of opened folders");
        }
        // The dialog of GTK makes it for bookmarks, and has none.
        let empty = path
            .read_dir()
            .is_ok_and(|mut items| items.next().is_none());
        if path == self.home.join(".config/gtk-3.0") && empty {
            return Some("an empty folder for bookmarks");
        }
        (path == self.home || path == self.home.join(".config")).then_some("the home folder")
    }
}

// Its name before it is whole: random, in the same folder.
fn is_part_of(path: &Path, saved: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let random = name.strip_prefix('.').and_then(|n| n.strip_suffix(".part"));
    path.parent() == saved.parent() && random.is_some_and(|n| is_hex(n, 16))
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

// `crates/vault/FORMAT.md`, and the names that are there for a moment.
fn in_vault(inside: &str) -> bool {
    const WHOLE: &[&str] = &[
        "",
        "key.age",
        "ring.age",
        "vault.db",
        "vault.db-journal",
        "vault.db.part-journal",
        "lock",
        "blobs",
        "identities",
    ];
    if WHOLE.contains(&inside) {
        return true;
    }
    if let Some(blob) = inside.strip_prefix("blobs/") {
        return is_hex(blob.strip_suffix(".part").unwrap_or(blob), 32);
    }
    let part = inside.strip_suffix(".part").unwrap_or_default();
    WHOLE.contains(&part) && !part.is_empty()
}

fn in_runtime(inside: &str) -> Option<&'static str> {
    let first = inside.split('/').next().unwrap_or_default();
    match first {
        "" => Some("the run folder"),
        run if run
            .strip_prefix("chronicle-")
            .is_some_and(|n| is_hex(n, 16)) =>
        {
            Some("this run's folder in memory")
        }
        "at-spi" | "dconf" | "bus" | "dbus-1" | "pulse" => Some("the desktop's sockets in memory"),
        ".dbus-proxy" | "webkitgtk" | ".flatpak" => Some("the sandbox's sockets in memory"),
        machine if machine.starts_with("orcexec.") => Some("machine code in memory"),
        _ => None,
    }
}

fn elsewhere(path: &Path, inside: &Path) -> Option<&'static str> {
    const DEVICES: &[&str] = &["/dev/null", "/dev/tty", "/dev/full", "/dev/zero"];
    if DEVICES.iter().any(|device| path == Path::new(device)) {
        return Some("a device");
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let shared = path.strip_prefix("/dev/shm").ok();
    if path.parent() == Some(Path::new("/")) && name.starts_with("bindfile")
        || inside != path
        || path.starts_with("/oldroot")
        || path == Path::new("/newroot")
    {
        return Some("folders made in the sandbox");
    }
    // What the engine's players and its processes share.
    let players = |at: &Path| {
        let first = at
            .iter()
            .next()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        first.starts_with("WK2SharedMemory")
            || first.starts_with("jack_db-")
            || first.starts_with("pulse-shm")
    };
    shared
        .is_some_and(players)
        .then_some("shared memory of the engine")
}

const STEP: Duration = Duration::from_millis(30);
const PIECE: usize = 8 << 20;
const LAP: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::needles::{Alphabet, Marker};
    use std::io::Write;

    fn allowed() -> Allowed {
        Allowed {
            vault: "/home/v".into(),
            home: "/home".into(),
            runtime: "/run/user/1".into(),
            saved: vec!["/home/out/copy.jpg".into()],
            log: "/run/user/1/log".into(),
        }
    }

    #[test]
    fn only_what_is_on_the_list_may_be_touched() {
        let allowed = allowed();
        let blob = "0123456789abcdef0123456789abcdef";
        for fine in [
            format!("/home/v/blobs/{blob}"),
            format!("/home/v/blobs/{blob}.part"),
            "/home/v/vault.db-journal".into(),
            "/home/out/.0123456789abcdef.part".into(),
            "/run/user/1/chronicle-0123456789abcdef/cache/x".into(),
            "/home/.config/chronicle/folders".into(),
            "/memfd:x (deleted)".into(),
        ] {
            assert!(allowed.rule(&fine).is_some(), "{fine}");
        }
        for fault in [
            "/home/v/notes.txt",
            "/home/v/blobs/gate at dusk.jpg",
            "/home/out/other.jpg",
            "/home/.local/share/recently-used.xbel",
            "/home/.cache/thumbnails/normal/1.png",
            "/var/tmp/WebKitMedia-1",
            "/run/user/1/elsewhere",
            "/home/.config/chronicle/notes",
            "/home/.config/dconf/user",
            "/dev/shm/notes",
        ] {
            assert!(allowed.rule(fault).is_none(), "{fault}");
        }
    }

    #[test]
    fn a_change_since_is_found_and_one_before_is_not() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("before"), "x").unwrap();
        std::thread::sleep(Duration::from_millis(30));
        let since = Moment::now(dir.path()).unwrap();
        let marker = Marker::new("it", Alphabet::Cyrillic).unwrap();
        let folder = dir.path().join("new");
        std::fs::create_dir(&folder).unwrap();
        let mut file = File::create(folder.join("file")).unwrap();
        // Over the border of two pieces.
        file.write_all(&vec![b' '; PIECE - 9]).unwrap();
        file.write_all(marker.text.as_bytes()).unwrap();
        let files = changed(dir.path(), since, &[]).unwrap();
        assert!(
            files.contains(&folder.join("file")) && !files.contains(&dir.path().join("before"))
        );
        let found = search(&files, &Needles::new(&[marker], &[]).unwrap()).unwrap();
        assert_eq!(found.hits.len(), 1);
        assert!(
            changed(dir.path(), since, &[&folder])
                .unwrap()
                .iter()
                .all(|f| *f != folder.join("file"))
        );
    }
}
