"""The system calls that a student's process may make, as a seccomp filter."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import struct
import tempfile
from typing import Any

from . import linux

# The flags with which glibc and musl start a thread. Any other would bring namespaces or processes.
THREAD_FLAGS = (0x003D0F00, 0x007D0F00)
O_ACCMODE, O_TRUNC, O_NAMELESS = os.O_ACCMODE, os.O_TRUNC, os.O_TMPFILE & ~os.O_DIRECTORY
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
INSTRUCTION, OPERAND = struct.Struct("=HBBI"), 4  # struct sock_filter, and where its last field is

# System calls of a process that computes, reads the files it may read, and talks on descriptors it holds.
# No pipes: root could make their buffers as large as the machine, and RLIMIT_AS doesn't count these.
ALLOWED_CALLS = [
    "read",
    "write",
    "close",
    "fstat",
    "stat",
    "lstat",
    "newfstatat",
    "statx",
    "lseek",
    "pread64",
    "pwrite64",
    "readv",
    "writev",
    "preadv",
    "pwritev",
    "access",
    "faccessat",
    "faccessat2",
    "getdents64",
    "getcwd",
    "chdir",
    "fchdir",
    "umask",
    "mkdir",
    "mkdirat",
    "rmdir",
    "unlink",
    "unlinkat",
    "rename",
    "renameat",
    "renameat2",
    "ftruncate",
    "fsync",
    "fdatasync",
    "dup",
    "dup2",
    "dup3",
    "mmap",
    "munmap",
    "mprotect",
    "mremap",
    "brk",
    "msync",
    "mlock",
    "munlock",
    "membarrier",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "rt_sigpending",
    "rt_sigsuspend",
    "rt_sigtimedwait",
    "sigaltstack",
    "pause",
    "alarm",
    "getitimer",
    "setitimer",
    "restart_syscall",
    "select",
    "pselect6",
    "poll",
    "ppoll",
    "epoll_create",
    "epoll_create1",
    "epoll_ctl",
    "epoll_wait",
    "epoll_pwait",
    "eventfd2",
    "sendto",
    "recvfrom",
    "sendmsg",
    "recvmsg",
    "shutdown",
    "futex",
    "futex_waitv",
    "set_robust_list",
    "rseq",
    "set_tid_address",
    "sched_yield",
    "sched_get_priority_max",
    "sched_get_priority_min",
    "getcpu",
    "nanosleep",
    "gettimeofday",
    "time",
    "times",
    "timer_settime",
    "timer_gettime",
    "timer_delete",
    "timer_getoverrun",
    "getpid",
    "getppid",
    "gettid",
    "getpgrp",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "getresuid",
    "getresgid",
    "getgroups",
    "uname",
    "sysinfo",
    "getrlimit",
    "getrusage",
    "getrandom",
    "get_mempolicy",
    "arch_prctl",
    "exit",
    "exit_group",
    "wait4",
    "waitid",
]

# Other processes would see these locks. They are said to be had, since a database wants one on its own file.
LOCKS = (fcntl.F_SETLK, fcntl.F_SETLKW)

# Calls that are let through only with one of these values: (position of the argument, values).
# Numbers of processes: the own one, or 0 for it, so that trying numbers doesn't show which processes exist.
OWN_PROCESS = 2**31 - 1  # stands for a number that is known only when the filter is loaded; no process has this one
LIMITED_CALLS = {
    "kill": (0, [OWN_PROCESS]),
    "tgkill": (0, [OWN_PROCESS]),
    "sched_getaffinity": (0, [0, OWN_PROCESS]),
    "sched_getparam": (0, [0]),
    "sched_getscheduler": (0, [0]),
    "getpgid": (0, [0]),
    "getsid": (0, [0]),
    "getpriority": (1, [0]),
    # The fixed clocks: others are those of processes.
    "clock_gettime": (0, range(12)),
    "clock_getres": (0, range(12)),
    "clock_nanosleep": (0, range(12)),
    "timer_create": (0, range(12)),
    # Duplicates and flags; not leases and owners, which reach other processes.
    "fcntl": (1, [0, 1, 2, 3, 4, 1030]),
    # What allocators and NumPy say of their memory.
    "madvise": (2, [0, 1, 2, 3, 4, 8, 14, 15, 16, 17]),
    # Is it a terminal, how much can be read, blocking and inheriting; not a file's attributes, which the owner of the
    # interpreter could set on its files.
    "ioctl": (1, [0x5401, 0x541B, 0x5421, 0x5450, 0x5451]),
}


class CallFilter:
    """A seccomp filter that lets ALLOWED_CALLS and LIMITED_CALLS through, threads too; EPERM answers everything else.

    Files without a name can't be made, since nobody could count them. Unless `truncation_governed` by other means, no
    call that empties a file without opening it for writing is let through. Made once, as the kernel's instructions, and
    loaded in each process with that process's own number in it.
    """

    def __init__(self, truncation_governed: bool = True) -> None:
        import pyseccomp as seccomp

        rules = seccomp.SyscallFilter(defaction=seccomp.ERRNO(errno.EPERM))

        def allow(name: str, *arguments: Any) -> None:
            try:
                rules.add_rule(seccomp.ALLOW, name, *arguments)
            except OSError:  # a call that this architecture does not have
                return

        for name in ALLOWED_CALLS:
            allow(name)
        for name, (position, values) in LIMITED_CALLS.items():
            for value in values:
                allow(name, seccomp.Arg(position, seccomp.EQ, value))
        for command in LOCKS:
            rules.add_rule(seccomp.ERRNO(0), "fcntl", seccomp.Arg(1, seccomp.EQ, command))
        for flags in THREAD_FLAGS:
            allow("clone", seccomp.Arg(0, seccomp.EQ, flags))
        if truncation_governed:
            allow("truncate")
            opened = [(O_NAMELESS, 0)]
        else:
            ways = ((O_TRUNC, 0), (O_ACCMODE, os.O_WRONLY), (O_ACCMODE, os.O_RDWR))
            opened = [(O_NAMELESS | mask, value) for mask, value in ways]
        for name, position in (("open", 1), ("openat", 2)):
            for mask, value in opened:
                allow(name, seccomp.Arg(position, seccomp.MASKED_EQ, mask, value))
        # glibc falls back to clone, whose flags a filter can see, when clone3 does not exist.
        rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
        # Limits may be read, not changed: root could raise them.
        allow("prlimit64", seccomp.Arg(0, seccomp.EQ, 0), seccomp.Arg(2, seccomp.EQ, 0))
        with tempfile.TemporaryFile() as file:
            rules.export_bpf(file)
            file.seek(0)
            code = file.read()
        self._code = ctypes.create_string_buffer(code, len(code))
        self._program = _Program(len(code) // INSTRUCTION.size, ctypes.addressof(self._code))
        operands = [operand for *_, operand in INSTRUCTION.iter_unpack(code)]
        self._own_process = [
            number * INSTRUCTION.size + OPERAND for number, operand in enumerate(operands) if operand == OWN_PROCESS
        ]

    def load(self) -> None:
        """Puts the running process under the filter, once. Raises OSError."""
        own = os.getpid()
        for place in self._own_process:
            struct.pack_into("=I", self._code, place, own)
        linux.no_new_privileges()
        linux.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(self._program))


class _Program(ctypes.Structure):
    """struct sock_fprog of linux/filter.h."""

    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]
