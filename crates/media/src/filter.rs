//! The filter of the child's system calls (seccomp). A short list is allowed; `open` is answered with "not permitted",
//! because the standard library asks for the number of processors that way and goes on without; everything else ends the
//! process.

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};

type Calls = Vec<(i64, Vec<SeccompRule>)>;

/// Installs both filters in this thread; they hold until the process ends.
pub(crate) fn apply() -> Option<()> {
    // Of two filters the harder answer counts.
    seccompiler::apply_filter(&denied()?).ok()?;
    seccompiler::apply_filter(&allowed()?).ok()
}

fn denied() -> Option<BpfProgram> {
    let errno = SeccompAction::Errno(u32::try_from(libc::EPERM).ok()?);
    program(
        vec![(libc::SYS_openat, vec![])],
        SeccompAction::Allow,
        errno,
    )
}

fn allowed() -> Option<BpfProgram> {
    let calls = vec![
        (libc::SYS_read, vec![when(&[equal(0, 0)?])?]),
        (libc::SYS_write, vec![when(&[equal(0, 1)?])?]),
        (libc::SYS_brk, vec![]),
        (libc::SYS_mmap, vec![when(&plain_memory()?)?]),
        (libc::SYS_mremap, vec![]),
        (libc::SYS_munmap, vec![]),
        // The seeds of the standard library's maps.
        (libc::SYS_getrandom, vec![]),
        (libc::SYS_sched_getaffinity, vec![]),
        (libc::SYS_openat, vec![]),
        // The standard library takes its stack for signals down at the end.
        (libc::SYS_sigaltstack, vec![]),
        (libc::SYS_rt_sigreturn, vec![]),
        (libc::SYS_exit_group, vec![]),
    ];
    program(calls, SeccompAction::KillProcess, SeccompAction::Allow)
}

// Private, anonymous and never executable.
fn plain_memory() -> Option<[SeccompCondition; 2]> {
    let number = |flags: i32| u64::try_from(flags).ok();
    let anonymous = number(libc::MAP_PRIVATE | libc::MAP_ANONYMOUS)?;
    let kind = number(libc::MAP_TYPE | libc::MAP_ANONYMOUS)?;
    Some([
        masked(2, number(libc::PROT_EXEC)?, 0)?,
        masked(3, kind, anonymous)?,
    ])
}

fn program(calls: Calls, otherwise: SeccompAction, these: SeccompAction) -> Option<BpfProgram> {
    let arch = std::env::consts::ARCH.try_into().ok()?;
    let filter = SeccompFilter::new(calls.into_iter().collect(), otherwise, these, arch).ok()?;
    filter.try_into().ok()
}

fn when(conditions: &[SeccompCondition]) -> Option<SeccompRule> {
    SeccompRule::new(conditions.to_vec()).ok()
}

fn equal(argument: u8, value: u64) -> Option<SeccompCondition> {
    // Descriptors are 32 bits wide in the kernel, so that only these are compared.
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value).ok()
}

fn masked(argument: u8, mask: u64, value: u64) -> Option<SeccompCondition> {
    SeccompCondition::new(
        argument,
        SeccompCmpArgLen::Qword,
        SeccompCmpOp::MaskedEq(mask),
        value,
    )
    .ok()
}

#[cfg(test)]
mod tests;
