"""Confinement of the running process: Landlock for files and signals, seccomp for system calls, limits for the rest.

Works without root and inside containers. All of it is inherited and can't be taken back. Threads are allowed, new
processes are not, so nothing outlives the one process that is waited for.
"""

from __future__ import annotations

import os
import resource
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path
from typing import Any

CLONE_THREAD = 0x00010000
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
    "openat2",
    "readlink",
    "readlinkat",
    "getdents64",
    "getcwd",
    "chdir",
    "fchdir",
    "umask",
    "fcntl",
    "flock",
    "dup",
    "dup2",
    "dup3",
    "ioctl",
    "mmap",
    "munmap",
    "mprotect",
    "mremap",
    "madvise",
    "mincore",
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
    "kill",
    "tkill",
    "tgkill",
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
    "get_robust_list",
    "rseq",
    "set_tid_address",
    "sched_yield",
    "sched_getaffinity",
    "sched_getparam",
    "sched_getscheduler",
    "sched_get_priority_max",
    "sched_get_priority_min",
    "getcpu",
    "nanosleep",
    "clock_nanosleep",
    "clock_gettime",
    "clock_getres",
    "gettimeofday",
    "time",
    "times",
    "timer_create",
    "timer_settime",
    "timer_gettime",
    "timer_delete",
    "timer_getoverrun",
    "getpid",
    "getppid",
    "gettid",
    "getpgrp",
    "getpgid",
    "getsid",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "getresuid",
    "getresgid",
    "getgroups",
    "getpriority",
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


class CannotConfine(RuntimeError):
    """This machine lacks something that confinement needs; the message says what."""


def readable_paths(hidden: Iterable[str] = ()) -> list[Path]:
    """What student code may read: the interpreter, its libraries and packages, and this course's `helpers`.

    `hidden` packages are left out, and `autograder` always is: it holds the references.
    """
    without = {"autograder", "site-packages", "dist-packages", *hidden}
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
    granted += [Path(__file__).parents[2] / "helpers"]
    granted += [
        Path(name) for name in ("/dev/null", "/dev/zero", "/dev/urandom", "/etc/ld.so.cache", "/usr/share/zoneinfo")
    ]
    return [path for path in dict.fromkeys(granted) if path.exists()]


def _children(folder: Path, without: set[str], skip_prefix: str = "\0") -> list[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return []
    return [path for path in entries if not _names(path) & without and not path.name.startswith(skip_prefix)]


def _names(path: Path) -> set[str]:
    """A file's name, and the package it belongs to: scipy for scipy, scipy.libs and scipy-1.17.dist-info."""
    return {path.name, path.name.split("-")[0].split(".")[0]}


def file_rules(hidden: Iterable[str] = ()) -> Any:
    """A Landlock ruleset that makes `readable_paths` readable and nothing writable but /dev/null."""
    from landlockpy import AccessFS, Ruleset, Scope

    rules = Ruleset(scoped=Scope.SIGNAL | Scope.ABSTRACT_UNIX_SOCKET)
    if rules.abi_version < MIN_LANDLOCK_ABI:
        raise CannotConfine(
            f"Landlock here is version {rules.abi_version}; version {MIN_LANDLOCK_ABI} (Linux 6.12) is needed"
        )
    for path in readable_paths(hidden):
        read = (
            AccessFS.READ_FILE | AccessFS.READ_DIR | AccessFS.EXECUTE
            if path.is_dir()
            else AccessFS.READ_FILE | AccessFS.EXECUTE
        )
        rules.allow_path(path, read)
    rules.allow_path("/dev/null", AccessFS.READ_FILE | AccessFS.WRITE_FILE)
    return rules


def call_filter() -> Any:
    """A seccomp filter that lets ALLOWED_CALLS through, threads too, and answers everything else with EPERM."""
    import errno

    import pyseccomp as seccomp

    rules = seccomp.SyscallFilter(defaction=seccomp.ERRNO(errno.EPERM))
    for name in ALLOWED_CALLS:
        try:
            rules.add_rule(seccomp.ALLOW, name)
        except OSError:  # a call that this architecture does not have
            continue
    thread = seccomp.Arg(0, seccomp.MASKED_EQ, CLONE_THREAD, CLONE_THREAD)
    rules.add_rule(seccomp.ALLOW, "clone", thread)
    # glibc falls back to clone, whose flags a filter can see, when clone3 does not exist.
    rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
    # Limits may be read, not changed: root could raise them.
    rules.add_rule(seccomp.ALLOW, "prlimit64", seccomp.Arg(2, seccomp.EQ, 0))
    return rules


def set_limits(memory: int, cpu_seconds: int) -> None:
    """Memory in bytes over what the process has mapped already, processor time in seconds; no files, no core dumps."""
    with open("/proc/self/statm") as statm:
        mapped = int(statm.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (mapped + memory, mapped + memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def check_possible() -> None:
    """CannotConfine, with what is missing, where Landlock or seccomp can't be had."""
    if not sys.platform.startswith("linux"):
        raise CannotConfine("confinement needs Linux (Landlock and seccomp)")
    try:
        file_rules().close()
    except ImportError:
        raise CannotConfine("the package landlockpy is not installed") from None
    except OSError as error:
        raise CannotConfine(f"Landlock is not available: {os.strerror(error.errno or 0)}") from None
    try:
        call_filter()
    except ImportError:
        raise CannotConfine("the package pyseccomp is not installed") from None
    except RuntimeError:
        raise CannotConfine(
            "the system library libseccomp is not installed (Debian: apt-get install libseccomp2)"
        ) from None
