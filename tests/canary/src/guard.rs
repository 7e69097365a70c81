//! Who may look into the window's processes, and what they leave when they are struck: the walls that the kernel gives, each
//! beside an ordinary process that has none.

use crate::Asked;
use crate::evidence;
use crate::needles::Needles;
use crate::places::{self, Moment};
use crate::processes::{self, PAGE, SHELL};
use crate::script::{Act, Script};
use crate::session::{Session, Surroundings, struck};
use chronicle_tour::fault::{During, Fault, Outcome, ensure};
use chronicle_tour::founded::Founded;
use chronicle_tour::hand::until;
use serde_json::json;
use std::os::unix::fs::chown;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// All of it.
pub fn guard(asked: &Asked) -> Outcome {
    let cores = cores(asked)?;
    let others = others(asked)?;
    let told = json!({ "struck": cores, "same user": others });
    println!("{told}");
    std::fs::write(asked.file("guard"), told.to_string()).during("the numbers")
}

// No process leaves a core where one may, whatever strikes it and although whoever began it allows any size.
fn cores(asked: &Asked) -> Outcome<serde_json::Value> {
    let pattern = std::fs::read_to_string("/proc/sys/kernel/core_pattern");
    let pattern = pattern.during("the pattern of cores")?.trim().to_owned();
    let folder = asked.disk.join("cores");
    std::fs::create_dir_all(&folder).during("a folder for cores")?;
    let count = || Ok::<_, Fault>(std::fs::read_dir(&folder).during("cores")?.count());
    let allowing = |then: &str| {
        let mut command = Command::new("bash");
        command
            .arg("-c")
            .arg(format!("ulimit -c unlimited && cd \"$0\" && {then}"))
            .arg(&folder);
        command
    };
    let planted = allowing("bash -c 'kill -ABRT $$'")
        .stderr(Stdio::null())
        .status();
    planted.during("a process that is struck")?;
    let left = count()?;
    ensure(left > 0, || {
        format!("blind: with core_pattern {pattern:?} this machine leaves no core in a folder")
    })?;

    let film = asked.memory.join("film.mp4");
    evidence::film(&film)?;
    let organisation = asked.memory.join("organisation");
    std::fs::create_dir_all(&organisation).during("a folder for the organisation")?;
    let founded = Founded::by_command(
        &asked.programs,
        &organisation,
        "copper kettle under the third stair 1987",
    )?;
    let around = Surroundings {
        programs: &asked.programs,
        founded: &founded,
        disk: &asked.disk,
        memory: &asked.memory,
        film: &film,
    };
    let mut strikes = Vec::new();
    for (number, (name, signal)) in [
        (PAGE, "ABRT"),
        (PAGE, "SEGV"),
        (SHELL, "ABRT"),
        (SHELL, "SEGV"),
    ]
    .iter()
    .enumerate()
    {
        let script = Script {
            in_window: false,
            ..Script::draw(asked.seed, 800 + number as u64)
        };
        let session = Session::prepare(&around, &script, Vec::new())?;
        let needles = Needles::new(&session.markers(), &[])?;
        let since = Moment::now(&asked.disk)?;
        let page = session.open_by(allowing("exec dbus-run-session \"$@\""))?;
        session.unlock(&page)?;
        session.act(Act::Write, &page)?;
        struck(page.process(), name, signal)?;
        sleep(Duration::from_secs(1));
        ensure(count()? == left, || {
            format!("{name} leaves a core when it gets {signal}")
        })?;
        processes::end(page.process());
        drop(page);
        let found = places::search(&places::changed(&asked.disk, since, &[])?, &needles)?;
        ensure(found.hits.is_empty(), || {
            format!("after {signal} to {name}: {:?}", found.hits)
        })?;
        strikes.push(format!("{name} {signal}"));
    }
    Ok(json!({ "core_pattern": pattern, "planted": left, "strikes": strikes, "cores": 0 }))
}

// The same ordinary user cannot look into the shell; into an ordinary process, yes.
fn others(asked: &Asked) -> Outcome<serde_json::Value> {
    let (home, run) = (asked.disk.join("theirs"), asked.runtime.join("theirs"));
    for folder in [&home, &run] {
        std::fs::create_dir_all(folder).during("a folder of somebody else's")?;
        chown(folder, Some(NOBODY), Some(NOBODY)).during("a folder of somebody else's")?;
        reachable(folder)?;
    }
    let mut command = as_other(&["dbus-run-session", "--"]);
    command
        .arg(&asked.shipped)
        .arg("--vault")
        .arg(home.join("vault"));
    command.env("HOME", &home).env("XDG_RUNTIME_DIR", &run);
    let mut window = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .during("the window")?;
    let within = Duration::from_secs(30);
    let root = window.id();
    let page = until("the page of somebody else", within, || {
        Ok(processes::named(root, PAGE))
    });
    let shell = processes::named(root, SHELL).ok_or_else(|| Fault::new("there is no shell"));
    let looked = page.and_then(|page| {
        let shell = shell?.pid;
        sleep(Duration::from_secs(1));
        let mut ordinary = as_other(&["sleep", "60"])
            .spawn()
            .during("an ordinary process")?;
        sleep(Duration::from_millis(200));
        let open = looks(ordinary.id());
        ordinary
            .kill()
            .and_then(|()| ordinary.wait())
            .during("an ordinary process")?;
        Ok((looks(shell), looks(page.pid), open?))
    });
    processes::end(root);
    let _ = window.wait();
    let (shell, page, ordinary) = looked?;
    let (shell, page) = (shell?, page?);
    ensure(ordinary.len() == WAYS.len(), || {
        format!("blind: into an ordinary process only {ordinary:?} looks")
    })?;
    ensure(shell.is_empty(), || {
        format!("into the shell looks: {shell:?}")
    })?;
    // Not in our hands: the kernel forgets it with each new program. Where Yama is on, it refuses.
    Ok(json!({ "shell": shell, "page": page, "an ordinary process": ordinary }))
}

// By which ways the same user looks into a process.
fn looks(pid: u32) -> Outcome<Vec<&'static str>> {
    let mut found = Vec::new();
    for (name, script) in WAYS {
        let done = as_other(&["bash", "-c", script, &pid.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .during(*name)?;
        if done.success() {
            found.push(*name);
        }
    }
    Ok(found)
}

fn as_other(arguments: &[&str]) -> Command {
    let mut command = Command::new("setpriv");
    let user = NOBODY.to_string();
    command
        .args(["--reuid", &user, "--regid", &user, "--clear-groups"])
        .args(arguments);
    command
}

// Others may pass through the folders above, and see nothing else there.
fn reachable(folder: &Path) -> Outcome {
    use std::os::unix::fs::PermissionsExt;
    for above in folder.ancestors().skip(1).take(3) {
        let mode = above
            .metadata()
            .during(above.display())?
            .permissions()
            .mode();
        let passing = std::fs::Permissions::from_mode(mode | 0o011);
        std::fs::set_permissions(above, passing).during(above.display())?;
    }
    Ok(())
}

const WAYS: &[(&str, &str)] = &[
    ("environment", "head -c 1 /proc/$0/environ | grep -q ."),
    (
        "memory",
        "at=$(head -n 1 /proc/$0/maps | cut -d- -f1) && [[ -n $at ]] && dd if=/proc/$0/mem bs=1 count=1 skip=$((16#$at)) | wc -c | grep -qx 1",
    ),
    ("open files", "ls /proc/$0/fd"),
    (
        "ptrace",
        "timeout -s INT 1 strace -o /dev/null -p $0; [[ $? == 124 || $? == 0 ]]",
    ),
];
/// An ordinary user that every Debian has.
const NOBODY: u32 = 65534;
