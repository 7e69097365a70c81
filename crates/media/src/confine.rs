//! The child's walls, put up before it reads a byte: nothing open but two pipes, nothing to be opened, little memory and
//! time, and a filter that ends the process for every system call that decoding does not need.

use thiserror::Error;

/// Address space of the child: 768 MiB. A picture of 100 million pixels with its smaller copy fits.
pub const ADDRESS_SPACE: u64 = 768 << 20;
/// Seconds of the processor.
pub const CPU_SECONDS: u64 = 10;

/// This process is not confined and must not touch hostile input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not confined here")]
pub struct Unconfined;

/// Confines this process for good; only for a process of one thread. Standard input and output must be pipes and stay;
/// every other descriptor is closed. Afterwards the process can read the one, write the other, and use memory.
///
/// # Errors
/// [`Unconfined`] where the system refuses any part of it, and on every system but Linux. The process must end then.
pub fn confine() -> Result<(), Unconfined> {
    #[cfg(target_os = "linux")]
    return linux::confine().ok_or(Unconfined);
    #[cfg(not(target_os = "linux"))]
    Err(Unconfined)
}

#[cfg(target_os = "linux")]
mod linux {
    use super::{ADDRESS_SPACE, CPU_SECONDS};
    use crate::filter;
    use rustix::fs::FileType;
    use rustix::process::{
        DumpableBehavior, Resource, Rlimit, Signal, getrlimit, set_dumpable_behavior,
        set_parent_process_death_signal, setrlimit,
    };
    use rustix::thread::set_no_new_privs;

    pub(super) fn confine() -> Option<()> {
        only_pipes()?;
        // Before the process becomes undumpable: its list of descriptors is root's from then on.
        close_others()?;
        limit()?;
        set_parent_process_death_signal(Some(Signal::KILL)).ok()?;
        set_no_new_privs(true).ok()?;
        set_dumpable_behavior(DumpableBehavior::NotDumpable).ok()?;
        filter::apply()
    }

    fn only_pipes() -> Option<()> {
        let pipe = |stat: rustix::fs::Stat| FileType::from_raw_mode(stat.st_mode) == FileType::Fifo;
        let input = rustix::fs::fstat(rustix::stdio::stdin()).ok()?;
        let output = rustix::fs::fstat(rustix::stdio::stdout()).ok()?;
        (pipe(input) && pipe(output)).then_some(())
    }

    fn close_others() -> Option<()> {
        let mut open = Vec::new();
        for entry in std::fs::read_dir("/proc/self/fd").ok()? {
            let number: i32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
            open.push(number);
        }
        for number in open.into_iter().filter(|&number| number > 1) {
            match nix::unistd::close(number) {
                // The folder that was listed is closed already.
                Ok(()) | Err(nix::Error::EBADF) => {}
                Err(_) => return None,
            }
        }
        Some(())
    }

    fn limit() -> Option<()> {
        for (resource, most, end) in [
            (Resource::As, ADDRESS_SPACE, ADDRESS_SPACE),
            // A second apart: at the first a signal comes that says why, at the second one that says nothing.
            (Resource::Cpu, CPU_SECONDS, CPU_SECONDS + 1),
            (Resource::Fsize, 0, 0),
            (Resource::Nofile, 0, 0),
            (Resource::Core, 0, 0),
            (Resource::Nproc, 0, 0),
        ] {
            // What was inherited may be lower already, and is never raised.
            let inherited = getrlimit(resource).maximum.unwrap_or(end);
            let limit = Rlimit {
                current: Some(most.min(inherited)),
                maximum: Some(end.min(inherited)),
            };
            setrlimit(resource, limit).ok()?;
        }
        Some(())
    }
}
