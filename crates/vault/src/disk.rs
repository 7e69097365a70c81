//! Durable files: written under another name, synced, renamed, and the folder synced. Private to their owner.

use crate::Error;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// Bytes that the disk under `folder` still has room for (for an ordinary user).
///
/// # Errors
/// When the system does not tell.
pub fn room(folder: &Path) -> Result<u64, Error> {
    let found = rustix::fs::statvfs(folder).map_err(std::io::Error::from)?;
    Ok(found.f_bavail.saturating_mul(found.f_frsize))
}

/// Makes a folder and those above it that are missing; their names are durable when this returns.
pub(crate) fn make_folder(path: &Path) -> Result<(), Error> {
    let missing: Vec<&Path> = path
        .ancestors()
        .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
        .collect();
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)?;
    for made in missing {
        match made.parent() {
            Some(above) if !above.as_os_str().is_empty() => sync_folder(above)?,
            _ => sync_folder(Path::new("."))?,
        }
    }
    Ok(())
}

pub(crate) fn create_new(path: &Path) -> Result<File, Error> {
    Ok(OpenOptions::new()
        .write(true)
        .read(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?)
}

pub(crate) fn sync_folder(path: &Path) -> Result<(), Error> {
    Ok(File::open(path)?.sync_all()?)
}

/// Removes a file, if it is there.
pub(crate) fn remove(path: &Path) -> Result<(), Error> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e.into()),
        _ => Ok(()),
    }
}

/// Replaces `folder/name` by `bytes`: all or nothing, synced.
pub(crate) fn replace(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Error> {
    let part = folder.join(format!("{name}.part"));
    let _ = std::fs::remove_file(&part);
    let written = (|| {
        let mut file = create_new(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        #[cfg(test)]
        steps::step(folder)?;
        std::fs::rename(&part, folder.join(name))?;
        #[cfg(test)]
        steps::step(folder)?;
        sync_folder(folder)
    })();
    if written.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    written
}

/// Asks the system to read `file` from the disk the next time, not from memory. It may not.
pub fn forget_cached(file: &File) {
    let _ = rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed);
}

/// Removes what was begun in `folder` and never finished, and nothing else.
pub(crate) fn sweep(folder: &Path) -> Result<(), Error> {
    for item in std::fs::read_dir(folder)? {
        let path = item?.path();
        if path.extension().is_some_and(|e| e == "part") && path.is_file() {
            std::fs::remove_file(path)?;
        }
    }
    sync_folder(folder)
}

/// Removes those of `names` that are in `folder`. What the disk does not let go harms nobody, and stays until the next time.
pub(crate) fn sweep_named(folder: &Path, names: &[&str]) {
    let left = names.iter().map(|name| folder.join(name));
    let gone = left.filter(|path| path.exists() && std::fs::remove_file(path).is_ok());
    if gone.count() > 0 {
        let _ = sync_folder(folder);
    }
}

/// 32 hexadecimal digits at random.
pub(crate) fn random_name() -> Result<String, Error> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes)?;
    Ok(hex::encode(bytes))
}

/// Tests look at the folder between two steps, and fail a step: what a crash or a full disk would leave.
#[cfg(test)]
pub(crate) mod steps {
    use crate::Error;
    use std::cell::RefCell;
    use std::path::Path;

    type Look = Box<dyn FnMut(&Path) -> Result<(), Error>>;

    thread_local! {
        static LOOK: RefCell<Option<Look>> = const { RefCell::new(None) };
    }

    /// Calls `look` at each step of `act`.
    pub(crate) fn watched<T>(
        look: impl FnMut(&Path) -> Result<(), Error> + 'static,
        act: impl FnOnce() -> T,
    ) -> T {
        LOOK.set(Some(Box::new(look)));
        let done = act();
        LOOK.set(None);
        done
    }

    pub(super) fn step(folder: &Path) -> Result<(), Error> {
        LOOK.with_borrow_mut(|look| look.as_mut().map_or(Ok(()), |look| look(folder)))
    }
}
