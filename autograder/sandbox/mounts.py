"""Namespaces: a new root of read-only mounts, no network, no other process's shared memory. Needs no Landlock.

Where the user is not root it takes user namespaces, which some systems forbid. There is no namespace of process
numbers: the system calls that reach other processes are filtered, and none can be started.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

from . import linux, scratch
from .confine import readable_paths
from .new_root import lay_out


class Namespaces:
    """Namespaces of the running process, and those it forks; `folder` becomes a small file system of its own.

    Made before any thread is started. Raises OSError where namespaces can't be had.
    """

    def __init__(self, course: Path, folder: str) -> None:
        self._course, self._folder = course, folder
        enter_namespaces()
        linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
        _mount_memory(folder, 64 * 2**20)
        self._scratch = f"{folder}/scratch"
        os.mkdir(self._scratch)
        # More than the watch lets through: it says what happened, the kernel doesn't.
        _mount_memory(self._scratch, 4 * scratch.MAX_BYTES, 10 * scratch.MAX_FILES)

    def walls(self, hidden: Sequence[str]) -> MountedWalls:
        """What student code may read, without the `hidden` packages. Raises OSError."""
        root = f"{self._folder}/root-{len(os.listdir(self._folder))}"
        os.mkdir(root)
        _mount_memory(root, 2**20)
        home = lay_out(root, readable_paths(self._course, hidden), _bind, self._folder)
        linux.mount(self._scratch, home, None, linux.MS_BIND)
        _make_read_only(root)
        return MountedWalls(root, self._scratch)


class MountedWalls:
    """Student code has `root` as its root folder, and the folder `scratch`, in it under its own name, to write into."""

    def __init__(self, root: str, scratch: str) -> None:
        self.scratch = scratch
        self._root = root

    def enter(self) -> None:
        """Puts the running process behind the walls. Raises OSError."""
        os.chroot(self._root)
        os.chdir("/")
        linux.drop_capabilities()


def take_down(folder: str) -> None:
    """Uncovers the folder that `Namespaces` has covered, so that it can be removed, where this process sees that."""
    with contextlib.suppress(OSError):
        linux.unmount(folder)


def enter_namespaces() -> None:
    """Gives the running process mounts, a network and shared memory of its own. Raises OSError."""
    flags = linux.CLONE_NEWNS | linux.CLONE_NEWNET | linux.CLONE_NEWIPC
    if linux.has_capability(linux.CAP_SYS_ADMIN):
        linux.unshare(flags)
        return
    user, group = os.geteuid(), os.getegid()
    linux.unshare(flags | linux.CLONE_NEWUSER)
    for name, line in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        Path(f"/proc/self/{name}").write_text(line)


def _mount_memory(folder: str, size: int, files: int = 0) -> None:
    options = f"mode=700,size={size}" + (f",nr_inodes={files}" if files else "")
    linux.mount("tmpfs", folder, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, options)


def _bind(source: str, place: str) -> None:
    if os.path.isdir(source):
        os.mkdir(place)
    else:
        os.close(os.open(place, os.O_CREAT | os.O_WRONLY))
    # Not the mounts below it: they would stay writable.
    linux.mount(source, place, None, linux.MS_BIND)
    _make_read_only(place)


def _make_read_only(place: str) -> None:
    flags = linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY
    held = os.statvfs(place).f_flag  # what the mount has already, it must keep
    flags |= sum(flag for status, flag in linux.MOUNT_FLAGS.items() if held & status)
    linux.mount("none", place, None, flags)
