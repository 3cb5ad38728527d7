"""Confinement of the running process: Landlock for files and signals, seccomp for system calls, limits for the rest.

Works without root and inside containers. All of it is inherited and can't be taken back. Threads are allowed, new
processes are not, so nothing outlives the one process that is waited for.

What it can't hide without a file system of its own, which takes root or user namespaces: whether a path that is guessed
exists, and its size and times. Nothing can be listed, opened or followed outside the readable places.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import struct
import sys
import sysconfig
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .scratch import FILE_BYTES

CLONE_THREAD = 0x00010000
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
OUT_OF_MEMORY = 12  # exit status of a student's process that could not go on for want of memory
MIN_LANDLOCK_ABI = 6  # signals to other processes are blocked from this version on (Linux 6.12)

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
    "open",
    "openat",
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
    "truncate",
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
    "madvise",
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
    # Duplicates, flags and locks; not leases and owners, which reach other processes.
    "fcntl": (1, [0, 1, 2, 3, 4, 5, 6, 7, 1030]),
    # Is it a terminal, how much can be read, blocking and inheriting; not a file's attributes, which the owner of the
    # interpreter could set on its files.
    "ioctl": (1, [0x5401, 0x541B, 0x5421, 0x5450, 0x5451]),
}


class CannotConfine(RuntimeError):
    """This machine lacks something that confinement needs; the message says what."""


def readable_paths(helpers: Path, hidden: Iterable[str] = ()) -> list[Path]:
    """What student code may read: the interpreter, its libraries and packages, and the course's folder `helpers`.

    `hidden` packages and modules of `helpers` are left out, and `autograder` always is: it holds the references.
    """
    without = {"autograder", "exercises", "site-packages", "dist-packages", *hidden}
    granted: list[Path] = []
    for key in ("stdlib", "platstdlib"):
        granted += _children(Path(sysconfig.get_path(key)), without)
    for entry in sys.path:
        if Path(entry).name in ("site-packages", "dist-packages"):
            granted += _children(Path(entry), without)
    for root in (
        "/lib",
        "/lib64",
        "/usr/lib",
        "/usr/lib64",
        "/usr/local/lib",
        f"{sys.base_prefix}/lib",
        f"{sys.prefix}/lib",
    ):
        granted += _children(Path(root), {*without, "python3"}, skip_prefix="python3.")
    granted += _helpers(helpers, {name.removeprefix("helpers.") for name in hidden if name.startswith("helpers.")})
    granted += [
        Path(name) for name in ("/dev/null", "/dev/zero", "/dev/urandom", "/etc/ld.so.cache", "/usr/share/zoneinfo")
    ]
    return [path for path in dict.fromkeys(granted) if path.exists()]


def _helpers(folder: Path, without: set[str]) -> list[Path]:
    """The course's `helpers`, without some of its modules: neither their source nor what Python compiled of it."""
    if not without:
        return [folder]
    return _children(folder, {*without, "__pycache__"}) + _children(folder / "__pycache__", without)


def _children(folder: Path, without: set[str], skip_prefix: str = "\0") -> list[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return []
    return [path for path in entries if not _names(path) & without and not path.name.startswith(skip_prefix)]


def _names(path: Path) -> set[str]:
    """A file's name, and the package it belongs to: scipy for scipy, scipy.libs and scipy-1.17.dist-info."""
    return {path.name, path.name.split("-")[0].split(".")[0]}


def file_rules(helpers: Path, hidden: Iterable[str] = (), scratch: str = "") -> Any:
    """A Landlock ruleset: `readable_paths` can be read, nothing written but /dev/null and the folder `scratch`."""
    from landlockpy import AccessFS, Ruleset, Scope

    rules = Ruleset(scoped=Scope.SIGNAL | Scope.ABSTRACT_UNIX_SOCKET)
    if rules.abi_version < MIN_LANDLOCK_ABI:
        raise CannotConfine(
            f"Landlock here is version {rules.abi_version}; version {MIN_LANDLOCK_ABI} (Linux 6.12) is needed"
        )
    for path in readable_paths(helpers, hidden):
        read = (
            AccessFS.READ_FILE | AccessFS.READ_DIR | AccessFS.EXECUTE
            if path.is_dir()
            else AccessFS.READ_FILE | AccessFS.EXECUTE
        )
        rules.allow_path(path, read)
    rules.allow_path("/dev/null", AccessFS.READ_FILE | AccessFS.WRITE_FILE)
    if scratch:
        # Ordinary files and folders only: no links, pipes, sockets or devices.
        made = AccessFS.MAKE_REG | AccessFS.MAKE_DIR | AccessFS.REMOVE_FILE | AccessFS.REMOVE_DIR | AccessFS.REFER
        used = AccessFS.READ_FILE | AccessFS.READ_DIR | AccessFS.WRITE_FILE | AccessFS.TRUNCATE
        rules.allow_path(scratch, made | used)
    return rules


class CallFilter:
    """A seccomp filter that lets ALLOWED_CALLS and LIMITED_CALLS through, threads too; EPERM answers everything else.

    Made once, as the kernel's instructions, and loaded in each process with that process's own number in it.
    """

    def __init__(self) -> None:
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
        allow("clone", seccomp.Arg(0, seccomp.MASKED_EQ, CLONE_THREAD, CLONE_THREAD))
        # glibc falls back to clone, whose flags a filter can see, when clone3 does not exist.
        rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
        # Limits may be read, not changed: root could raise them.
        allow("prlimit64", seccomp.Arg(0, seccomp.EQ, 0), seccomp.Arg(2, seccomp.EQ, 0))
        with tempfile.TemporaryFile() as file:
            rules.export_bpf(file)
            file.seek(0)
            code = file.read()
        self._instructions = list(struct.iter_unpack("=HBBI", code))

    def load(self) -> None:
        """Puts the running process under the filter. Raises OSError."""
        own = os.getpid()
        code = b"".join(
            struct.pack("=HBBI", *instruction, own if operand == OWN_PROCESS else operand)
            for *instruction, operand in self._instructions
        )
        program = _Program(len(self._instructions), code)
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
            PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0
        ):
            raise OSError(ctypes.get_errno(), "the seccomp filter can't be loaded")


class _Program(ctypes.Structure):
    """struct sock_fprog of linux/filter.h."""

    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]


def set_limits(memory: int, cpu_seconds: int) -> None:
    """Memory in bytes over what is mapped already, processor time in seconds, few open files, small ones, no dumps."""
    with open("/proc/self/statm") as statm:
        mapped = int(statm.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (mapped + memory, mapped + memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def check_possible() -> None:
    """CannotConfine, with what is missing, where Landlock or seccomp can't be had."""
    if not sys.platform.startswith("linux"):
        raise CannotConfine("confinement needs Linux (Landlock and seccomp)")
    try:
        file_rules(Path(os.devnull)).close()
    except ImportError:
        raise CannotConfine("the package landlockpy is not installed") from None
    except OSError as error:
        raise CannotConfine(f"Landlock is not available: {os.strerror(error.errno or 0)}") from None
    try:
        CallFilter()
    except ImportError:
        raise CannotConfine("the package pyseccomp is not installed") from None
    except RuntimeError:
        raise CannotConfine(
            "the system library libseccomp is not installed (Debian: apt-get install libseccomp2)"
        ) from None
