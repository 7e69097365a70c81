//! The folders of vaults that were opened on this computer, newest first: the one thing that is kept outside of a vault,
//! and only for those that lie elsewhere than usual and whose owner did not say no. One file, each path ended by a zero
//! byte; it goes when it has nothing to say.

use crate::platform;
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The list on this computer.
pub struct Recent {
    file: PathBuf,
}

impl Recent {
    /// Where the desktop keeps what programs remember; `None` where there is no such place.
    pub fn here() -> Option<Self> {
        let folder = platform::config_folder()?.join("chronicle");
        Some(Self {
            file: folder.join("folders"),
        })
    }

    /// The folders, newest first. What cannot be read counts as empty.
    pub fn folders(&self) -> Vec<PathBuf> {
        let bytes = std::fs::read(&self.file).unwrap_or_default();
        let paths = bytes.split(|byte| *byte == 0).filter(|p| !p.is_empty());
        paths
            .take(MOST)
            .map(|path| PathBuf::from(OsString::from_vec(path.to_vec())))
            .filter(|path| path.is_absolute())
            .collect()
    }

    /// Puts a folder first.
    ///
    /// # Errors
    /// Those of the disk; the list is as it was then.
    pub fn keep(&self, folder: &Path) -> std::io::Result<()> {
        let mut all = self.folders();
        if all.first().is_some_and(|first| first == folder) {
            return Ok(());
        }
        all.retain(|other| other != folder);
        all.insert(0, folder.to_owned());
        all.truncate(MOST);
        self.write(&all)
    }

    /// Takes a folder out.
    ///
    /// # Errors
    /// Those of the disk; the list is as it was then.
    pub fn forget(&self, folder: &Path) -> std::io::Result<()> {
        let before = self.folders();
        let after: Vec<PathBuf> = before.iter().filter(|f| *f != folder).cloned().collect();
        if after.len() == before.len() {
            return Ok(());
        }
        self.write(&after)
    }

    fn write(&self, folders: &[PathBuf]) -> std::io::Result<()> {
        let parent = self.file.parent().unwrap_or(Path::new("."));
        if folders.is_empty() {
            std::fs::remove_file(&self.file)?;
            // Somebody else's file in it keeps the folder.
            let _ = std::fs::remove_dir(parent);
            return Ok(());
        }
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(parent)?;
        let beside = self.file.with_extension("part");
        let _ = std::fs::remove_file(&beside);
        let mut file = std::fs::File::options()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&beside)?;
        for folder in folders {
            file.write_all(OsStr::as_bytes(folder.as_os_str()))?;
            file.write_all(&[0])?;
        }
        file.sync_all()?;
        std::fs::rename(&beside, &self.file)
    }
}

/// Which vault to begin with: the newest of the list whose medium is there, the usual place when a vault lies there, and
/// otherwise the newest of the list, whose medium is still to come. `None` for a computer that knows none.
pub fn first(known: &[PathBuf], usual: &Path, exists: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    let there = known.iter().find(|folder| exists(folder));
    there
        .cloned()
        .or_else(|| exists(usual).then(|| usual.to_owned()))
        .or_else(|| known.first().cloned())
}

/// Folders that the list holds at most.
const MOST: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_newest_comes_first_and_an_empty_list_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let recent = Recent {
            file: dir.path().join("config/chronicle/folders"),
        };
        assert!(recent.folders().is_empty());
        let odd = PathBuf::from(OsString::from_vec(b"/media/stick \xff\n/journal".to_vec()));
        recent.keep(Path::new("/media/one")).unwrap();
        recent.keep(&odd).unwrap();
        assert_eq!(recent.folders(), [odd.clone(), "/media/one".into()]);
        recent.keep(Path::new("/media/one")).unwrap();
        assert_eq!(recent.folders(), [PathBuf::from("/media/one"), odd.clone()]);
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&recent.file), 0o600);
        assert_eq!(mode(recent.file.parent().unwrap()), 0o700);
        for number in 0..9 {
            recent
                .keep(&PathBuf::from(format!("/media/{number}")))
                .unwrap();
        }
        assert_eq!(recent.folders().len(), MOST);
        for folder in recent.folders() {
            recent.forget(&folder).unwrap();
        }
        assert!(!dir.path().join("config/chronicle").exists());
        recent.forget(&odd).unwrap();
        assert!(!dir.path().join("config/chronicle").exists());
    }

    #[test]
    fn what_is_there_goes_before_what_is_to_come() {
        let (a, b, usual) = (PathBuf::from("/a"), PathBuf::from("/b"), Path::new("/u"));
        let known = [a.clone(), b.clone()];
        assert_eq!(first(&known, usual, |f| f == b), Some(b.clone()));
        assert_eq!(first(&known, usual, |f| f != a), Some(b));
        assert_eq!(first(&known, usual, |f| f == usual), Some(usual.into()));
        assert_eq!(first(&known, usual, |_| false), Some(a));
        assert_eq!(first(&[], usual, |_| true), Some(usual.into()));
        assert_eq!(first(&[], usual, |_| false), None);
    }
}
