//! Both filters, run as the kernel runs them, over every number of a system call.

use super::*;

const ALLOW: u32 = 0x7fff_0000;
const KILL_PROCESS: u32 = 0x8000_0000;
const EPERM: u32 = 0x0005_0001;

#[cfg(target_arch = "x86_64")]
const ARCH: u32 = 0xC000_003E;
#[cfg(target_arch = "aarch64")]
const ARCH: u32 = 0xC000_00B7;

// The instructions of classic BPF that a filter of this crate is made of; anything else fails the test.
fn run(program: &BpfProgram, arch: u32, number: u32, arguments: [u64; 6]) -> u32 {
    let mut data = Vec::new();
    data.extend(number.to_le_bytes());
    data.extend(arch.to_le_bytes());
    data.extend(0u64.to_le_bytes());
    arguments.iter().for_each(|a| data.extend(a.to_le_bytes()));
    let (mut at, mut held) = (0, 0u32);
    loop {
        let step = &program[at];
        at += 1;
        let jump = |yes: bool| usize::from(if yes { step.jt } else { step.jf });
        match step.code {
            0x20 => {
                let from = step.k as usize;
                held = u32::from_le_bytes(data[from..from + 4].try_into().unwrap());
            }
            0x54 => held &= step.k,
            0x05 => at += step.k as usize,
            0x15 => at += jump(held == step.k),
            0x25 => at += jump(held > step.k),
            0x35 => at += jump(held >= step.k),
            0x06 => return step.k,
            other => panic!("an instruction that is not known here: {other:#x}"),
        }
    }
}

// Of two answers the kernel takes the harder one, which is the lower one as a signed number.
fn answer_of(arch: u32, number: u32, arguments: [u64; 6]) -> u32 {
    [denied().unwrap(), allowed().unwrap()]
        .iter()
        .map(|program| run(program, arch, number, arguments))
        .min_by_key(|answer| answer.cast_signed())
        .unwrap()
}

fn answer(call: i64, arguments: [u64; 6]) -> u32 {
    answer_of(ARCH, u32::try_from(call).unwrap(), arguments)
}

#[test]
fn every_call_but_the_listed_ones_ends_the_process() {
    let free = [
        libc::SYS_brk,
        libc::SYS_mremap,
        libc::SYS_munmap,
        libc::SYS_getrandom,
        libc::SYS_sched_getaffinity,
        libc::SYS_sigaltstack,
        libc::SYS_rt_sigreturn,
        libc::SYS_exit_group,
    ];
    // Descriptor 5 and executable shared memory: what no rule allows.
    let arguments = [5, 0, 7, 1, 5, 0];
    for number in 0..2048 {
        let expected = match i64::from(number) {
            call if free.contains(&call) => ALLOW,
            call if call == libc::SYS_openat => EPERM,
            _ => KILL_PROCESS,
        };
        assert_eq!(
            answer_of(ARCH, number, arguments),
            expected,
            "call {number}"
        );
    }
    let x32 = 0x4000_0000;
    for call in free {
        let number = u32::try_from(call).unwrap() | x32;
        assert_eq!(
            answer_of(ARCH, number, arguments),
            KILL_PROCESS,
            "x32 {call}"
        );
    }
}

#[test]
fn only_the_two_pipes_are_read_and_written() {
    for descriptor in 0..64u64 {
        let arguments = [descriptor, 0, 1, 0, 0, 0];
        let read = answer(libc::SYS_read, arguments) == ALLOW;
        let write = answer(libc::SYS_write, arguments) == ALLOW;
        assert_eq!((read, write), (descriptor == 0, descriptor == 1));
    }
}

#[test]
fn memory_is_private_anonymous_and_never_executable() {
    let (read_write, exec) = (3, 4);
    let (shared, private, fixed, anonymous) = (0x01, 0x02, 0x10, 0x20);
    let map = |prot, flags| answer(libc::SYS_mmap, [0, 4096, prot, flags, u64::MAX, 0]);
    assert_eq!(map(read_write, private | anonymous), ALLOW);
    assert_eq!(map(0, private | anonymous | fixed), ALLOW);
    for (prot, flags) in [
        (exec, private | anonymous),
        (read_write | exec, private | anonymous),
        (read_write, private),
        (read_write, shared | anonymous),
        (read_write, 0x03 | anonymous),
    ] {
        assert_eq!(map(prot, flags), KILL_PROCESS, "{prot} {flags:#x}");
    }
}

#[test]
fn calls_of_another_architecture_end_the_process() {
    let i386 = 0x4000_0003;
    for number in 0..512 {
        assert_eq!(
            answer_of(i386, number, [0; 6]),
            KILL_PROCESS,
            "call {number}"
        );
    }
}
