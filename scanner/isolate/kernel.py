"""Landlock and seccomp by their system calls: three calls and a short program need no library.

The packages that wrap them are young or unmaintained, or need a libseccomp on the system.
"""

import ctypes
import errno
import os
import signal

from scanner.isolate import seccomp

# include/uapi/linux/prctl.h
PR_SET_PDEATHSIG = 1
PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_MODE_FILTER = 2

# The same numbers on every architecture: they are younger than 5.1, where numbering was unified.
LANDLOCK_CREATE_RULESET = 444
LANDLOCK_RESTRICT_SELF = 446
LANDLOCK_CREATE_RULESET_VERSION = 1

# include/uapi/linux/landlock.h: the ABI that brings each right, and its bits. Reading is not named, so it stays free.
FS_RIGHTS = (
    (1, 0x1FF3),  # execute, write, remove, make
    (2, 1 << 13),  # rename and link between folders
    (3, 1 << 14),  # truncate
    (5, 1 << 15),  # ioctl on devices
)
NET_RIGHTS = (4, 0b11)  # bind and connect TCP
SCOPES = (6, 0b11)  # abstract UNIX sockets, signals
TRUNCATE_ABI = 3

libc = ctypes.CDLL(None, use_errno=True)
libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
libc.syscall.argtypes = [ctypes.c_long] * 4
libc.syscall.restype = ctypes.c_long


def confine(parent: int) -> list[tuple[str, str]]:
    """Give up writing, connecting and starting processes; return what could not be given up, with the reason."""
    libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)  # it ended between fork and prctl
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        reason = f"no_new_privs: {_error()}"
        return [(name, reason) for name in ("network", "processes", "writes")]
    landlock = _landlock()
    filtered = _seccomp()
    if not filtered:
        return []
    missing = [("network", filtered), ("processes", filtered)]
    return [*missing, ("writes", f"{landlock}; {filtered}")] if landlock else missing


def _landlock() -> str:
    """Deny what Landlock can deny, everywhere; return why writing is still possible, or nothing."""
    abi = libc.syscall(LANDLOCK_CREATE_RULESET, 0, 0, LANDLOCK_CREATE_RULESET_VERSION)
    if abi < 1:
        return f"Landlock: {_error()}"
    rights = sum(bits for since, bits in FS_RIGHTS if abi >= since)
    network = NET_RIGHTS[1] if abi >= NET_RIGHTS[0] else 0
    scoped = SCOPES[1] if abi >= SCOPES[0] else 0
    handled = (ctypes.c_uint64 * 3)(rights, network, scoped)
    # Older kernels refuse a longer structure only if what they do not know is not zero.
    ruleset = libc.syscall(LANDLOCK_CREATE_RULESET, ctypes.addressof(handled), ctypes.sizeof(handled), 0)
    if ruleset < 0:
        return f"Landlock: {_error()}"
    refused = libc.syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0, 0)
    reason = f"Landlock: {_error()}" if refused else ""
    os.close(ruleset)
    return reason or ("" if abi >= TRUNCATE_ABI else f"Landlock ABI {abi} lets files be cut")


def _seccomp() -> str:
    """Allow what reading needs and nothing else; return why not, or nothing."""
    code = seccomp.program(os.uname().machine, os.getpid())
    if not code:
        return f"seccomp: no table for {os.uname().machine}"
    instructions = ctypes.create_string_buffer(code, len(code))
    # struct sock_fprog: a 16-bit count, padded, and a pointer.
    filter_program = (ctypes.c_uint64 * 2)(len(code) // 8, ctypes.addressof(instructions))
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(filter_program), 0, 0):
        return f"seccomp: {_error()}"
    return ""


def _error() -> str:
    number = ctypes.get_errno()
    return f"{errno.errorcode.get(number, number)} ({os.strerror(number)})"
