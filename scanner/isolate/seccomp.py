"""The seccomp filter of a worker: a list of the system calls that reading needs; every other one fails.

A call outside the list returns EPERM, a young one ENOSYS, so that libc falls back to its older twin.
"""

import struct

Instruction = tuple[int, int, int, int]
"""Operation, jump if true, jump if false, operand."""

# From the kernel's include/uapi/linux: bpf_common.h, seccomp.h, audit.h.
LOAD, JEQ, JGE, JSET, RET = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, KILL, FAIL = 0x7FFF0000, 0x80000000, 0x00050000
NUMBER, ARCHITECTURE, ARGUMENT = 0, 4, 16  # offsets into struct seccomp_data; arguments are 8 bytes, low word first
EPERM, EACCES, ENOTTY, ENOSYS = 1, 13, 25, 38

MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Column of the tables below, and AUDIT_ARCH of the machine; both little-endian."""

YOUNG = 424
"""Since 5.1 new calls have one number everywhere; libc tries them first and expects ENOSYS."""

CLONE_THREAD = 0x10000
WRITING = 0o1 | 0o2 | 0o100 | 0o1000 | 0o2000 | 0o20000000
"""O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND and the bit of O_TMPFILE: the same on both machines."""

# arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h; None: the machine has no such call.
ALLOWED: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63),
    "write": (1, 64),
    "lseek": (8, 62),
    "fstat": (5, 80),
    "newfstatat": (262, 79),
    "close": (3, 57),
    "mmap": (9, 222),
    "munmap": (11, 215),
    "brk": (12, 214),
    "mremap": (25, 216),
    "pread64": (17, 67),
    "readv": (19, 65),
    "writev": (20, 66),
    "preadv": (295, 69),
    "getdents64": (217, 61),
    "stat": (4, None),
    "lstat": (6, None),
    "statx": (332, 291),
    "access": (21, None),
    "faccessat": (269, 48),
    "faccessat2": (439, 439),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "getcwd": (79, 17),
    "fadvise64": (221, 223),
    "dup": (32, 23),
    "dup2": (33, None),
    "dup3": (292, 24),
    "poll": (7, None),
    "ppoll": (271, 73),
    "mprotect": (10, 226),
    "madvise": (28, 233),
    "membarrier": (324, 283),
    "futex": (202, 98),
    "set_robust_list": (273, 99),
    "rseq": (334, 293),
    "set_tid_address": (218, 96),
    "restart_syscall": (219, 128),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "nanosleep": (35, 101),
    "clock_nanosleep": (230, 115),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "gettimeofday": (96, 169),
    "times": (100, 153),
    "setitimer": (38, 103),
    "getrusage": (98, 165),
    "getrlimit": (97, 163),
    "setrlimit": (160, 164),
    "getrandom": (318, 278),
    "getpid": (39, 172),
    "getppid": (110, 173),
    "gettid": (186, 178),
    "getuid": (102, 174),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getegid": (108, 177),
    "uname": (63, 160),
    "sysinfo": (99, 179),
    "exit": (60, 93),
    "exit_group": (231, 94),
}


def program(machine: str, pid: int) -> bytes:
    """Assemble the filter for a machine, as `struct sock_filter` of 8 bytes each; empty for an unknown machine.

    `pid` is the worker's own: the only process it may send signals to.
    """
    if machine not in MACHINES:
        return b""
    column, architecture = MACHINES[machine]
    code: list[Instruction] = [
        (LOAD, 0, 0, ARCHITECTURE),
        (JEQ, 1, 0, architecture),
        (RET, 0, 0, KILL),  # another calling convention has other numbers
        (LOAD, 0, 0, NUMBER),
    ]
    for numbers in ALLOWED.values():
        number = numbers[column]
        if number is not None:
            code += [(JEQ, 0, 1, number), (RET, 0, 0, ALLOW)]
    for number, argument, error, tests in _conditions(column, pid):
        if number is not None:
            body = [(LOAD, 0, 0, ARGUMENT + 8 * argument), *tests, (RET, 0, 0, FAIL | error)]
            code += [(JEQ, 0, len(body), number), *body]
    code += [(JGE, 0, 1, YOUNG), (RET, 0, 0, FAIL | ENOSYS), (RET, 0, 0, FAIL | EPERM)]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)


def _conditions(column: int, pid: int) -> list[tuple[int | None, int, int, list[Instruction]]]:
    """List the calls allowed by one argument: number, argument, error otherwise, the tests that allow it."""
    read_only = [(JSET, 1, 0, WRITING), (RET, 0, 0, ALLOW)]
    rules: list[tuple[tuple[int | None, int | None], int, int, list[Instruction]]] = [
        ((257, 56), 2, EACCES, read_only),  # openat
        ((2, None), 1, EACCES, read_only),  # open
        # No F_SETOWN and F_SETSIG: they let the kernel send signals. The rest duplicates and reads or sets flags.
        ((72, 25), 1, EPERM, _equal(0, 1, 2, 3, 4, 1030)),  # fcntl
        # FIOCLEX and FIONCLEX only: TIOCSTI types into the terminal. ENOTTY is what isatty() expects.
        ((16, 29), 1, ENOTTY, _equal(0x5450, 0x5451)),  # ioctl
        ((302, 261), 0, EPERM, _equal(0, pid)),  # prlimit64
        ((62, 129), 0, EPERM, _equal(pid)),  # kill
        ((234, 131), 0, EPERM, _equal(pid)),  # tgkill: abort() and raise()
        ((56, 220), 0, EPERM, [(JSET, 0, 1, CLONE_THREAD), (RET, 0, 0, ALLOW)]),  # clone: threads, no process
        ((157, 167), 0, EPERM, _equal(15, 0x53564D41)),  # prctl: libc names threads and memory
    ]
    return [(numbers[column], argument, error, tests) for numbers, argument, error, tests in rules]


def _equal(*values: int) -> list[Instruction]:
    return [one for value in values for one in ((JEQ, 0, 1, value), (RET, 0, 0, ALLOW))]
