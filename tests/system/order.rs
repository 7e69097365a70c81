//! The order of everything as a shell script, with nothing but the two binaries.

use chronicle_tests::{Ran, binary, folder, free_port, root};
use std::process::Command;

#[test]
fn the_order_of_everything_as_a_script() {
    let folder = folder();
    let ran = run(folder.path());
    let said = ran.ok();
    assert!(
        said.lines()
            .last()
            .is_some_and(|line| line.starts_with("saved ")),
        "{said}"
    );
    assert!(
        said.contains("Вчера вечером"),
        "preview and show print the notes"
    );
}

#[test]
fn the_script_fails_when_a_step_fails() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("endpoint")).unwrap();
    std::fs::write(folder.path().join("endpoint/occupied"), "not an endpoint's").unwrap();
    std::fs::write(folder.path().join("profile.json"), "in the way").unwrap();
    assert_ne!(
        run(folder.path()).code,
        Some(0),
        "a file that is in the way was passed over"
    );
}

fn run(folder: &std::path::Path) -> Ran {
    let binaries = binary("chronicle-cli").parent().unwrap().to_owned();
    let path = std::env::join_paths(
        [binaries]
            .into_iter()
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let _ = binary("chronicle-endpoint");
    let mut script = Command::new("sh");
    script.arg(root().join("tests/order.sh")).arg(folder);
    script
        .env("PATH", path.unwrap())
        .env("PORT", free_port().to_string())
        .env("LC_ALL", "C.UTF-8");
    Ran::of(&mut script)
}
