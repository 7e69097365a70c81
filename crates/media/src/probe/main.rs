//! Never shipped: shows what the confinement of the child is worth. The first argument says whether the process confines
//! itself; the second, what it then tries. Status 0: it could; 9: it was refused; 2: the question was not understood. What
//! ends the process by a signal shows as that signal.

use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (walls, what) = (arguments.next(), arguments.next());
    match walls.as_deref() {
        Some("confined") => {
            if chronicle_media::confine::confine().is_err() {
                return ExitCode::from(NOT_UNDERSTOOD);
            }
        }
        Some("free") => {}
        _ => return ExitCode::from(NOT_UNDERSTOOD),
    }
    match attempt(what.as_deref().unwrap_or_default()) {
        Some(true) => ExitCode::SUCCESS,
        Some(false) => ExitCode::from(REFUSED),
        None => ExitCode::from(NOT_UNDERSTOOD),
    }
}

// Whether it could; none for what is not known.
#[cfg(target_os = "linux")]
fn attempt(what: &str) -> Option<bool> {
    use std::io::Write;
    use std::os::unix::net::UnixDatagram;
    use std::os::unix::process::CommandExt;
    Some(match what {
        "nothing" => true,
        "open" => std::fs::File::open("/etc/passwd").is_ok(),
        "list" => std::fs::read_dir("/").is_ok(),
        "create" => std::fs::create_dir("/nonexistent/folder").is_ok(),
        "look" => std::fs::metadata("/etc/passwd").is_ok(),
        "remove" => std::fs::remove_file("/nonexistent").is_ok(),
        "socket" => UnixDatagram::unbound().is_ok(),
        "connect" => std::net::UdpSocket::bind("127.0.0.1:0").is_ok(),
        // Does not come back when it can.
        "exec" => Command::new("/bin/true").exec().raw_os_error().is_none(),
        "fork" => Command::new("/bin/true").status().is_ok(),
        "thread" => std::thread::Builder::new().spawn(|| {}).is_ok(),
        "map" => region::alloc(4096, region::Protection::READ_WRITE_EXECUTE).is_ok(),
        "trace" => nix::sys::ptrace::traceme().is_ok(),
        "write" => std::io::stderr().write(b"words").is_ok(),
        "signal" => {
            use rustix::process::{getppid, test_kill_process};
            getppid().is_some_and(|parent| test_kill_process(parent).is_ok())
        }
        "memory" => Vec::<u8>::with_capacity(1 << 30).capacity() > 0,
        "spin" => loop {
            std::hint::spin_loop();
        },
        _ => return None,
    })
}

#[cfg(not(target_os = "linux"))]
fn attempt(_: &str) -> Option<bool> {
    let _ = Command::new("");
    None
}

const NOT_UNDERSTOOD: u8 = 2;
const REFUSED: u8 = 9;
