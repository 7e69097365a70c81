//! What only this platform has: where its traces would land, how its sandbox is switched on, what its keyboard is set
//! to. Everything here is for Linux; elsewhere each function says honestly that it did nothing.
//!
//! Before anything of GTK starts, the program replaces itself once with a clean environment: caches and histories go to
//! a fresh folder in memory that is removed at the end, the web process is forced into its sandbox, and what could
//! drive or inspect the window from outside is taken away.

use std::path::{Path, PathBuf};

/// The folder in which this run's traces land; removed when dropped.
pub struct Traces {
    folder: PathBuf,
    _lock: Option<std::fs::File>,
}

impl Traces {
    /// Where the page's own data may go in builds that WebDriver drives.
    #[cfg_attr(
        not(feature = "automation"),
        allow(dead_code, reason = "the shipped window keeps nothing")
    )]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The neutral default place for a new vault.
pub fn default_place() -> PathBuf {
    let home = std::env::var_os("HOME")
        .map(PathBuf::from)
        .unwrap_or_default();
    home.join("Chronicle")
}

/// Locale names that the desktop asks for, best first.
pub fn wanted_locales() -> Vec<String> {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .filter(|v| !v.is_empty())
        .collect()
}

#[cfg(target_os = "linux")]
pub use linux::{keyboard_layout, prepare, sandboxed};

#[cfg(target_os = "linux")]
mod linux {
    use super::Traces;
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    use std::fs::File;
    use std::os::unix::fs::DirBuilderExt;
    use std::os::unix::process::CommandExt;
    use std::path::{Path, PathBuf};
    use std::process::Command;

    /// Replaces the program once by itself with a clean environment; returns in the second run. Core dumps are off and
    /// other processes of the same user cannot look into this one.
    pub fn prepare() -> std::io::Result<Traces> {
        setrlimit(
            Resource::Core,
            Rlimit {
                current: Some(0),
                maximum: Some(0),
            },
        )?;
        set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
        if let Some(folder) = std::env::var_os(MARK)
            .map(PathBuf::from)
            .filter(|f| is_ours(f))
        {
            let lock = File::options().write(true).open(folder.join("lock"))?;
            lock.try_lock().map_err(std::io::Error::from)?;
            return Ok(Traces {
                folder,
                _lock: Some(lock),
            });
        }
        let base = base();
        sweep(&base);
        let folder = fresh(&base)?;
        Err(Command::new(std::env::current_exe()?)
            .args(std::env::args_os().skip(1))
            .envs(environment(&folder))
            .env(MARK, &folder)
            .exec_without(REMOVED))
    }

    /// Whether the web process is under seccomp: `None` while there is none.
    pub fn sandboxed() -> Option<bool> {
        let me = std::process::id();
        let mut found = None;
        for pid in descendants(me) {
            let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
            if name.trim().starts_with("WebKitWebProces") {
                let status =
                    std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
                let filtered = status
                    .lines()
                    .any(|l| l.split_whitespace().eq(["Seccomp:", "2"]));
                found = Some(found.unwrap_or(true) && filtered);
            }
        }
        found
    }

    /// The keyboard layouts that are set, first the one in use where that can be told.
    pub fn keyboard_layout() -> Option<String> {
        let out = Command::new("setxkbmap").arg("-query").output().ok()?;
        let text = String::from_utf8(out.stdout).ok()?;
        let layouts = text
            .lines()
            .find_map(|l| l.strip_prefix("layout:"))?
            .trim()
            .to_owned();
        let group = active_group().unwrap_or(0);
        layouts
            .split(',')
            .nth(group)
            .or_else(|| layouts.split(',').next())
            .map(str::to_owned)
    }

    // xset prints the state of the group as one of its indicator bits ("LED mask: 00001000" is the second group).
    fn active_group() -> Option<usize> {
        let out = Command::new("xset").arg("-q").output().ok()?;
        let text = String::from_utf8(out.stdout).ok()?;
        let mask = text.split("LED mask:").nth(1)?.split_whitespace().next()?;
        Some(usize::from(
            u32::from_str_radix(mask, 16).ok()? & 0x1000 != 0,
        ))
    }

    trait ExecWithout {
        fn exec_without(&mut self, names: &[&str]) -> std::io::Error;
    }

    impl ExecWithout for Command {
        fn exec_without(&mut self, names: &[&str]) -> std::io::Error {
            for name in names {
                self.env_remove(name);
            }
            self.exec()
        }
    }

    fn environment(folder: &Path) -> Vec<(&'static str, std::ffi::OsString)> {
        let home = std::env::var_os("HOME")
            .map(PathBuf::from)
            .unwrap_or_default();
        let data = std::env::var_os("XDG_DATA_HOME")
            .map_or_else(|| home.join(".local/share"), PathBuf::from);
        let dirs =
            std::env::var("XDG_DATA_DIRS").unwrap_or_else(|_| "/usr/local/share:/usr/share".into());
        let mut shared = data.into_os_string();
        shared.push(":");
        shared.push(dirs);
        vec![
            ("XDG_DATA_HOME", folder.join("data").into_os_string()),
            ("XDG_CACHE_HOME", folder.join("cache").into_os_string()),
            ("XDG_DATA_DIRS", shared),
            ("WEBKIT_FORCE_SANDBOX", "1".into()),
        ]
    }

    // A folder in memory where the desktop offers one. /dev/shm is the second best; never the disk's /tmp.
    fn base() -> PathBuf {
        std::env::var_os("XDG_RUNTIME_DIR")
            .map(PathBuf::from)
            .filter(|p| p.is_dir())
            .unwrap_or_else(|| "/dev/shm".into())
    }

    fn fresh(base: &Path) -> std::io::Result<PathBuf> {
        let mut bytes = [0u8; 8];
        getrandom::fill(&mut bytes)?;
        let folder = base.join(format!("{PREFIX}{}", hex::encode(bytes)));
        let make = |path: &Path| std::fs::DirBuilder::new().mode(0o700).create(path);
        make(&folder)?;
        make(&folder.join("data"))?;
        make(&folder.join("cache"))?;
        File::create(folder.join("lock"))?;
        Ok(folder)
    }

    // What an earlier run left when it was killed: nobody holds its lock.
    fn sweep(base: &Path) {
        for item in std::fs::read_dir(base).into_iter().flatten().flatten() {
            let folder = item.path();
            let free = || {
                File::options()
                    .write(true)
                    .open(folder.join("lock"))
                    .is_ok_and(|f| f.try_lock().is_ok())
            };
            if is_ours(&folder) && old(&folder) && free() {
                let _ = std::fs::remove_dir_all(&folder);
            }
        }
    }

    // Between the first and the second run of a starting program nobody holds the lock.
    fn old(folder: &Path) -> bool {
        let made = std::fs::metadata(folder).and_then(|m| m.modified()).ok();
        made.and_then(|m| m.elapsed().ok())
            .is_some_and(|age| age.as_secs() > 60)
    }

    fn is_ours(folder: &Path) -> bool {
        folder
            .file_name()
            .and_then(|n| n.to_str())
            .is_some_and(|n| n.starts_with(PREFIX))
            && folder.join("lock").is_file()
    }

    fn descendants(of: u32) -> Vec<u32> {
        let mut parents = Vec::new();
        for item in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
            let Some(pid) = item
                .file_name()
                .to_str()
                .and_then(|n| n.parse::<u32>().ok())
            else {
                continue;
            };
            let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
            let parent = status
                .lines()
                .find_map(|l| l.strip_prefix("PPid:"))
                .and_then(|p| p.trim().parse::<u32>().ok());
            parents.push((pid, parent.unwrap_or(0)));
        }
        let mut found = vec![of];
        let mut at = 0;
        while let Some(parent) = found.get(at).copied() {
            found.extend(
                parents
                    .iter()
                    .filter(|(pid, p)| *p == parent && *pid != parent)
                    .map(|(pid, _)| *pid),
            );
            at += 1;
        }
        found
    }

    const MARK: &str = "CHRONICLE_TRACES";
    const PREFIX: &str = "chronicle-";

    /// What could drive, inspect or alter the window from outside. In builds for tests WebDriver needs its own.
    const REMOVED: &[&str] = &[
        "GTK_MODULES",
        "GTK3_MODULES",
        "GTK_DEBUG",
        "GTK_PATH",
        "GST_PLUGIN_PATH",
        "GST_DEBUG",
        "G_MESSAGES_DEBUG",
        "LD_PRELOAD",
        "LD_LIBRARY_PATH",
        "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS",
        "WEBKIT_EXEC_PATH",
        "WEBKIT_INJECTED_BUNDLE_PATH",
        "WEBKIT_DEBUG",
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "ALL_PROXY",
        #[cfg(not(feature = "automation"))]
        "WEBKIT_INSPECTOR_SERVER",
        #[cfg(not(feature = "automation"))]
        "WEBKIT_INSPECTOR_HTTP_SERVER",
        #[cfg(not(feature = "automation"))]
        "TAURI_AUTOMATION",
        #[cfg(not(feature = "automation"))]
        "TAURI_WEBVIEW_AUTOMATION",
    ];
}

#[cfg(not(target_os = "linux"))]
pub fn prepare() -> std::io::Result<Traces> {
    Err(std::io::Error::new(
        std::io::ErrorKind::Unsupported,
        "this platform was not tried yet",
    ))
}

#[cfg(not(target_os = "linux"))]
pub fn sandboxed() -> Option<bool> {
    None
}

#[cfg(not(target_os = "linux"))]
pub fn keyboard_layout() -> Option<String> {
    None
}
