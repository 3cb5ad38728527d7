"""For root in a container that allows neither Landlock nor namespaces: another user, and a root folder of links.

The files that student code may read are linked, or copied where that can't be, into a folder that becomes its root. It
runs under a user's number that nobody else has, so it can change none of them.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from . import linux, scratch
from .confine import readable_paths, system_libraries
from .new_root import lay_out

FIRST_USER, USERS = 50_000, 10_000
NEEDED = (linux.CAP_SYS_CHROOT, linux.CAP_SETUID, linux.CAP_SETGID)
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")


class SecondUser:
    """A user for this process's students, and a folder for their roots: `folder_of_roots`. Raises OSError."""

    def __init__(self, course: Path, folder: str) -> None:
        self._course, self._folder = course, folder
        self._user = FIRST_USER + os.getpid() % USERS
        self._roots = folder_of_roots(folder)
        os.mkdir(self._roots)
        os.chmod(self._roots, 0o711)

    def walls(self, hidden: Sequence[str]) -> ChangedRoot:
        """What student code may read, without the `hidden` packages. Raises OSError."""
        scratch.empty(self._folder)  # students have another in its place
        root = tempfile.mkdtemp(prefix="root-", dir=self._roots)
        os.chmod(root, 0o755)
        home = lay_out(root, readable_paths(self._course, hidden), _link, self._folder)
        os.chown(home, self._user, self._user)
        return ChangedRoot(root, home, self._user)


class ChangedRoot:
    """Student code has `root` as its root folder, and in it the folder `scratch` to write into, as another user."""

    def __init__(self, root: str, scratch: str, user: int) -> None:
        self.scratch = scratch
        self._root, self._user = root, user

    def enter(self) -> None:
        """Puts the running process behind the walls. Raises OSError."""
        os.chroot(self._root)
        os.chdir("/")
        os.setgroups([])
        os.setresgid(self._user, self._user, self._user)
        os.setresuid(self._user, self._user, self._user)
        linux.drop_capabilities()


def folder_of_roots(folder: str) -> str:
    """Where the roots for the scratch folder `folder` lie: where the packages do, since links lead to no other disk."""
    parent, name = os.path.split(folder)
    same = os.stat(parent).st_dev == os.stat(sys.prefix).st_dev
    return f"{folder}-roots" if same else f"{sys.prefix}/.{name}-roots"


def _link(source: str, place: str) -> None:
    only_libraries = any(Path(source).is_relative_to(folder) for folder in system_libraries())
    if source in _DEVICES:
        _make_device(source, place)
    elif not os.path.isdir(source):
        _link_file(source, place)
    else:
        for folder, names, files in os.walk(source):
            names[:] = [name for name in names if name != "__pycache__" or not only_libraries]
            there = place + folder.removeprefix(source)
            wanted = [name for name in files if not only_libraries or ".so" in name]
            if wanted or not only_libraries:
                os.makedirs(there, mode=0o755, exist_ok=True)
            for name in wanted:
                _link_file(f"{folder}/{name}", f"{there}/{name}")
            for name in [name for name in names if os.path.islink(f"{folder}/{name}")]:
                os.makedirs(there, mode=0o755, exist_ok=True)
                os.symlink(os.readlink(f"{folder}/{name}"), f"{there}/{name}")


def _link_file(source: str, place: str) -> None:
    """Links a file, or copies it: where it lies elsewhere, or has rights that another user must not, or must, have."""
    status = os.lstat(source)
    if stat.S_ISLNK(status.st_mode):
        os.symlink(os.readlink(source), place)
    elif stat.S_ISREG(status.st_mode):
        if status.st_mode & 0o004 and not status.st_mode & 0o022:
            try:
                os.link(source, place)
                return
            except OSError:  # another file system
                pass
        shutil.copyfile(source, place)
        os.chmod(place, 0o755 if status.st_mode & 0o100 else 0o644)


def _make_device(source: str, place: str) -> None:
    try:
        os.mknod(place, 0o666 | stat.S_IFCHR, os.stat(source).st_rdev)
        os.chmod(place, 0o666)
    except OSError:
        pass  # some containers allow no devices, and hardly any code opens one
