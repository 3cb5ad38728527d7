"""The few system calls of Linux that Python has no function for, each an OSError where it fails."""

from __future__ import annotations

import ctypes
import os

PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 24, 38
CAP_DAC_READ_SEARCH, CAP_SETGID, CAP_SETUID, CAP_SYS_CHROOT, CAP_SYS_ADMIN = 2, 6, 7, 18, 21
CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWNET = 0x00020000, 0x08000000, 0x10000000, 0x40000000
LANDLOCK_RESTRICT_SELF = 446  # the system call's number, on every architecture
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT, MS_BIND = 1, 2, 4, 32, 4096
MS_REC, MS_PRIVATE, MNT_DETACH = 16384, 1 << 18, 2
# What statvfs says of a mount, and the same as a flag for `mount`: of these only the last differs.
MOUNT_FLAGS = {status: status for status in (os.ST_NOSUID, os.ST_NODEV, os.ST_NOEXEC, os.ST_NOATIME, os.ST_NODIRATIME)}
MOUNT_FLAGS[os.ST_RELATIME] = 1 << 21

# struct __user_cap_header_struct, version 3, and twice __user_cap_data_struct: effective, permitted, inheritable.
_CAPABILITY_HEADER = (ctypes.c_uint32 * 2)(0x20080522, 0)
_Capabilities = ctypes.c_uint32 * 6
_libc = ctypes.CDLL(None, use_errno=True)


def prctl(option: int, argument: int, second: int = 0) -> None:
    """Sets an attribute of the running process."""
    _check(_libc.prctl(option, ctypes.c_ulong(argument), ctypes.c_ulong(second), 0, 0), "prctl")


def no_new_privileges() -> None:
    """Has nothing that the running process starts get more rights than it has itself."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def restrict_by_landlock(rules: int) -> None:
    """Puts the running process under the rules of Landlock behind a file descriptor."""
    no_new_privileges()
    _check(_libc.syscall(LANDLOCK_RESTRICT_SELF, rules, 0), "landlock_restrict_self")


def unshare(flags: int) -> None:
    """Gives the running process namespaces of its own."""
    _check(_libc.unshare(flags), "unshare")


def mount(source: str, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    """Mounts a file system, or changes a mount."""
    _check(
        _libc.mount(source.encode(), os.fsencode(target), _text(kind), ctypes.c_ulong(flags), _text(options)), target
    )


def unmount(target: str) -> None:
    """Takes a mount and all below it away from the running process's files."""
    _check(_libc.umount2(os.fsencode(target), MNT_DETACH), target)


def has_capability(*capabilities: int) -> bool:
    """Whether the running process has all of these."""
    data = _Capabilities()
    _check(_libc.capget(_CAPABILITY_HEADER, data), "capget")
    held = data[0] | data[3] << 32
    return all(held >> number & 1 for number in capabilities)


def drop_capabilities(keep: int | None = None) -> None:
    """Takes all capabilities but one from the running process and whatever it becomes."""
    kept = 1 << keep if keep is not None and has_capability(keep) else 0
    for number in range(64):
        if number != keep and _libc.prctl(PR_CAPBSET_DROP, number, 0, 0, 0) < 0:
            break  # the first that this kernel doesn't know, or no right to drop any: then there is none to gain either
    low, high = kept & 0xFFFFFFFF, kept >> 32
    _check(_libc.capset(_CAPABILITY_HEADER, _Capabilities(low, low, 0, high, high, 0)), "capset")


def _text(value: str | None) -> bytes | None:
    return None if value is None else value.encode()


def _check(result: int, what: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)
