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
    home.join(FOLDER)
}

/// Where the desktop keeps what programs remember; `None` where there is no home.
pub fn config_folder() -> Option<PathBuf> {
    let given = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
    let usual = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".config"));
    given
        .filter(|folder| folder.is_absolute())
        .or_else(usual)
        .filter(|folder| folder.is_absolute())
}

/// The name of a vault's folder where the person gave none.
pub const FOLDER: &str = "Chronicle";

/// Locale names that the desktop asks for, best first.
pub fn wanted_locales() -> Vec<String> {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .filter(|v| !v.is_empty())
        .collect()
}

#[cfg(target_os = "linux")]
pub use linux::{end_helpers, guarded, keyboard_layout, prepare, sandboxed};

#[cfg(target_os = "linux")]
mod linux {
    use super::Traces;
    use crate::settings;
    use rustix::process::{
        DumpableBehavior, Pid, Resource, Rlimit, Signal, WaitOptions, kill_process,
        set_dumpable_behavior, setrlimit, wait,
    };
    use std::ffi::OsString;
    use std::fs::File;
    use std::os::unix::fs::DirBuilderExt;
    use std::os::unix::process::CommandExt;
    use std::path::{Path, PathBuf};
    use std::process::Command;
    use std::time::{Duration, Instant};

    /// Replaces the program once by itself with a clean environment; returns in the second run. Core dumps are off, also of
    /// the processes that come from this one, and other processes of the same user cannot look into this one.
    pub fn prepare() -> std::io::Result<Traces> {
        // Not 0: a collector of dumps is handed one all the same then. With 1, which is too small for a file, the kernel
        // begins none (core(5), and `coredump_pipe` in the kernel).
        setrlimit(
            Resource::Core,
            Rlimit {
                current: Some(1),
                maximum: Some(1),
            },
        )?;
        set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
        if let Some(traces) = prepared() {
            return Ok(traces);
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

    // The mark alone proves nothing, since anyone can set it: everything else must be as the first run leaves it.
    fn prepared() -> Option<Traces> {
        let folder = std::env::var_os(MARK).map(PathBuf::from)?;
        if !is_clean(&folder, |name| std::env::var_os(name)) || !is_ours(&folder) {
            return None;
        }
        let lock = File::options().write(true).open(folder.join("lock")).ok()?;
        lock.try_lock().ok()?;
        // After a lock: the dialogs of the image before left names of files there.
        emptied(&folder).ok()?;
        Some(Traces {
            folder,
            _lock: Some(lock),
        })
    }

    fn is_clean(folder: &Path, set: impl Fn(&str) -> Option<OsString>) -> bool {
        let as_made = |(name, value): (&str, OsString)| set(name) == Some(value);
        folder.parent() == Some(&base())
            && REMOVED.iter().all(|name| set(name).is_none())
            && fixed(folder).into_iter().all(as_made)
    }

    /// Whether Yama keeps processes of the same user from attaching to others than their own children: this process refuses
    /// by itself, the web process cannot.
    pub fn guarded() -> bool {
        let scope = std::fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope");
        scope.is_ok_and(|scope| keeps_out(&scope))
    }

    fn keeps_out(scope: &str) -> bool {
        scope.trim().parse::<u32>().is_ok_and(|scope| scope > 0)
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

    /// Kills every process that this one started, and waits until they are gone: a moment, never long.
    pub fn end_helpers() {
        let me = std::process::id();
        let helpers = descendants(me).into_iter().filter(|pid| *pid != me);
        for pid in helpers.filter_map(|pid| Pid::from_raw(i32::try_from(pid).ok()?)) {
            // One that ended by itself meanwhile is gone, too.
            let _ = kill_process(pid, Signal::KILL);
        }
        let until = Instant::now() + Duration::from_millis(300);
        while Instant::now() < until {
            match wait(WaitOptions::NOHANG) {
                Ok(Some(_)) => {}
                Ok(None) => std::thread::sleep(Duration::from_millis(2)),
                Err(_) => return,
            }
        }
    }

    /// The keyboard layout in use; `None` where that cannot be told for sure.
    pub fn keyboard_layout() -> Option<String> {
        // What these tools say under Wayland is true for the X server inside of it only.
        if std::env::var_os("WAYLAND_DISPLAY").is_some() {
            return None;
        }
        let layouts = said_by("setxkbmap", "-query")?;
        let indicators = || said_by("xset", "-q");
        layout_in_use(&layouts, indicators)
    }

    fn said_by(tool: &str, argument: &str) -> Option<String> {
        let out = Command::new(tool).arg(argument).output().ok()?;
        String::from_utf8(out.stdout).ok()
    }

    fn layout_in_use(layouts: &str, indicators: impl FnOnce() -> Option<String>) -> Option<String> {
        let line = layouts.lines().find_map(|l| l.strip_prefix("layout:"))?;
        let all: Vec<&str> = line.trim().split(',').collect();
        let layout = match all.as_slice() {
            [one] => one,
            [first, others @ ..] => match (another_group(&indicators()?)?, others) {
                (false, _) => first,
                (true, [second]) => second,
                (true, _) => return None,
            },
            [] => return None,
        };
        (!layout.is_empty()).then(|| (*layout).to_owned())
    }

    // xset prints as one of its indicator bits whether another group than the first is in use ("LED mask: 00001000").
    fn another_group(indicators: &str) -> Option<bool> {
        let mask = indicators.split("LED mask:").nth(1)?;
        let mask = u32::from_str_radix(mask.split_whitespace().next()?, 16).ok()?;
        Some(mask & 0x1000 != 0)
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

    fn environment(folder: &Path) -> Vec<(&'static str, OsString)> {
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
        let mut all = fixed(folder).to_vec();
        all.push(("XDG_DATA_DIRS", shared));
        all
    }

    fn fixed(folder: &Path) -> [(&'static str, OsString); 4] {
        [
            ("DCONF_PROFILE", folder.join("settings").into_os_string()),
            ("XDG_DATA_HOME", folder.join("data").into_os_string()),
            ("XDG_CACHE_HOME", folder.join("cache").into_os_string()),
            ("WEBKIT_FORCE_SANDBOX", "1".into()),
        ]
    }

    // A folder in memory where the desktop offers one. /dev/shm is the second best; never the disk's /tmp, which some
    // desktops give for want of a better one.
    fn base() -> PathBuf {
        std::env::var_os("XDG_RUNTIME_DIR")
            .map(PathBuf::from)
            .filter(|folder| is_in_memory(folder))
            .unwrap_or_else(|| "/dev/shm".into())
    }

    fn is_in_memory(folder: &Path) -> bool {
        rustix::fs::statfs(folder).is_ok_and(|system| matches!(system.f_type as u64, TMPFS | RAMFS))
    }

    fn fresh(base: &Path) -> std::io::Result<PathBuf> {
        let mut bytes = [0u8; 8];
        getrandom::fill(&mut bytes)?;
        let folder = base.join(format!("{PREFIX}{}", hex::encode(bytes)));
        make(&folder)?;
        emptied(&folder)?;
        std::fs::write(folder.join("settings"), settings::read_only())?;
        File::create(folder.join("lock"))?;
        Ok(folder)
    }

    fn make(folder: &Path) -> std::io::Result<()> {
        std::fs::DirBuilder::new().mode(0o700).create(folder)
    }

    fn emptied(folder: &Path) -> std::io::Result<()> {
        for own in [folder.join("data"), folder.join("cache")] {
            if own.exists() {
                std::fs::remove_dir_all(&own)?;
            }
            make(&own)?;
        }
        Ok(())
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

    /// File systems that lie in memory, as the kernel numbers them (`linux/magic.h`).
    const TMPFS: u64 = 0x0102_1994;
    const RAMFS: u64 = 0x8584_58f6;
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

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn only_a_system_that_says_so_keeps_others_out() {
            for (scope, kept) in [
                ("0\n", false),
                ("1\n", true),
                ("3", true),
                ("", false),
                ("yes", false),
            ] {
                assert_eq!(keeps_out(scope), kept, "{scope:?}");
            }
        }

        const TWO: &str = "rules:      evdev\nlayout:     us,ru\n";

        fn leds(mask: &str) -> Option<String> {
            Some(format!("auto repeat: on\n  LED mask:  {mask}\n"))
        }

        #[test]
        fn a_layout_is_named_only_when_it_is_known() {
            let us = Some("us".to_owned());
            assert_eq!(layout_in_use("layout:     us\n", || None), us);
            assert_eq!(layout_in_use(TWO, || leds("00000002")), us);
            assert_eq!(layout_in_use(TWO, || leds("00001002")).unwrap(), "ru");
            assert_eq!(layout_in_use(TWO, || None), None, "xset is missing");
            assert_eq!(
                layout_in_use("layout: us,ru,ge\n", || leds("00001000")),
                None
            );
            assert_eq!(layout_in_use("", || leds("00000000")), None);
        }

        #[test]
        fn what_dialogs_leave_is_gone_after_a_lock() {
            let dir = tempfile::tempdir().unwrap();
            emptied(dir.path()).unwrap();
            let names = dir.path().join("data/recently-used.xbel");
            std::fs::write(&names, "gate at dusk.jpg").unwrap();
            std::fs::write(dir.path().join("lock"), "").unwrap();
            emptied(dir.path()).unwrap();
            assert!(!names.exists() && dir.path().join("data").is_dir());
            assert!(dir.path().join("lock").exists());
        }

        #[test]
        fn a_folder_on_a_disk_is_not_in_memory() {
            assert!(is_in_memory(Path::new("/dev/shm")));
            // Where this program was compiled to.
            assert!(!is_in_memory(&std::env::current_exe().unwrap()));
            assert!(!is_in_memory(Path::new("/nowhere")));
        }

        #[test]
        fn a_mark_from_outside_is_not_believed() {
            let folder = base().join("chronicle-0011");
            let made = fixed(&folder);
            let set = |name: &str| {
                let own = made.iter().find(|(n, _)| *n == name);
                own.map(|(_, value)| value.clone())
            };
            assert!(is_clean(&folder, set));
            let planted =
                |more: &'static str| move |name: &str| (name == more).then(|| OsString::from("x"));
            for name in ["GTK_MODULES", "LD_PRELOAD", "XDG_CACHE_HOME"] {
                let with = |n: &str| planted(name)(n).or_else(|| set(n));
                assert!(!is_clean(&folder, with), "{name}");
            }
            let elsewhere = Path::new("/elsewhere/chronicle-0011");
            let theirs = fixed(elsewhere);
            let set = |name: &str| {
                let own = theirs.iter().find(|(n, _)| *n == name);
                own.map(|(_, value)| value.clone())
            };
            assert!(!is_clean(elsewhere, set), "a folder of somebody else's");
            assert!(!is_clean(&folder, |_| None));
        }
    }
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
pub fn guarded() -> bool {
    false
}

#[cfg(not(target_os = "linux"))]
pub fn keyboard_layout() -> Option<String> {
    None
}
