//! Where the shipped binaries are. They are built on demand, in the profile of the running test, so that no scenario ever
//! runs against an older one.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The path of a shipped binary, `chronicle-cli` or `chronicle-endpoint`.
#[must_use]
pub fn binary(name: &str) -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let path = BUILT.get_or_init(build).join(name);
    assert!(path.is_file(), "{} was not built", path.display());
    path
}

/// The root of the workspace.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
        .to_owned()
}

/// A program that `scripts/setup.sh` put into the target folder.
#[must_use]
pub fn set_up(name: &str) -> PathBuf {
    let own = std::env::current_exe().expect("the path of this test");
    let target = own.ancestors().nth(3).expect("the target folder");
    let program = target.join(name);
    let there = program.is_file();
    assert!(there, "{} is missing: scripts/setup.sh", program.display());
    program
}

/// Fails when a tool of the system is missing, saying which package has it.
pub fn tool(name: &str, package: &str) {
    let found = std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(name).is_file()));
    assert!(found, "{name} is missing: apt-get install {package}");
}

// The whole workspace, as `make test` builds it before: another choice of packages would compile every library once more.
// The test itself lies in <target>/<profile>/deps, whatever CARGO_TARGET_DIR says.
fn build() -> PathBuf {
    let own = std::env::current_exe().expect("the path of this test");
    let profile = own
        .ancestors()
        .nth(2)
        .expect("target/<profile>/deps")
        .to_owned();
    let target = profile.parent().expect("the target folder");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(root())
        .args(["build", "--quiet", "--locked", "--workspace", "--bins"]);
    cargo.arg("--target-dir").arg(target);
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    let built = cargo.status().expect("cargo runs");
    assert!(built.success(), "the shipped binaries do not build");
    profile
}
