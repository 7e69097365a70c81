//! The desktop's settings, to be read and never written: GTK's dialogs would keep there how they were used. dconf takes a
//! list of databases, of which only the first one is written, and only when it is a user's; here it is none.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A list of databases that reads what the person's own reads, and writes nowhere.
#[cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "only Linux has it")
)]
pub fn read_only() -> String {
    let config = std::env::var_os("XDG_CONFIG_HOME").filter(|folder| !folder.is_empty());
    let config = config.map_or_else(
        || {
            let home = std::env::var_os("HOME").map(PathBuf::from);
            home.unwrap_or_default().join(".config")
        },
        PathBuf::from,
    );
    let list = std::fs::read_to_string(list_in_use(std::env::var_os("DCONF_PROFILE")));
    without_writing(list.as_deref().unwrap_or(ORDINARY), &config)
}

fn list_in_use(asked: Option<OsString>) -> PathBuf {
    let name = asked
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "user".into());
    // A path stays one when it is joined.
    Path::new("/etc/dconf/profile").join(name)
}

fn without_writing(list: &str, config: &Path) -> String {
    let mut all = String::from("# read and not written\n");
    for line in list.lines().map(str::trim) {
        match line.split_once(':') {
            Some(("user-db", name)) => {
                let file = config.join("dconf").join(name.trim());
                if let Some(file) = file.to_str().filter(|_| file.is_file()) {
                    all.push_str(&format!("file-db:{file}\n"));
                }
            }
            Some(("system-db" | "file-db", _)) => all.push_str(&format!("{line}\n")),
            // Others could be written.
            _ => {}
        }
    }
    all
}

const ORDINARY: &str = "user-db:user\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_on_the_list_can_be_written() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("dconf")).unwrap();
        std::fs::write(dir.path().join("dconf/user"), "").unwrap();
        let list =
            "user-db:user\nservice-db:keyfile/user\n# site's\nsystem-db:local\nuser-db:none\n";
        let read = without_writing(list, dir.path());
        let own = dir.path().join("dconf/user");
        let wanted = format!(
            "# read and not written\nfile-db:{}\nsystem-db:local\n",
            own.display()
        );
        assert_eq!(read, wanted);
    }

    #[test]
    fn a_list_is_a_name_or_a_path() {
        let ordinary = Path::new("/etc/dconf/profile/user");
        assert_eq!(list_in_use(None), ordinary);
        assert_eq!(list_in_use(Some("".into())), ordinary);
        assert_eq!(
            list_in_use(Some("/tmp/list".into())),
            Path::new("/tmp/list")
        );
    }
}
