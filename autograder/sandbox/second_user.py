"""For root in a container that allows neither Landlock nor namespaces: another user, and a root folder of links.

The files that student code may read are linked, or copied where that can't be, into a folder that becomes its root. It
runs under a user's number that nobody else has, so it can change none of them.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from . import linux, scratch
from .confine import readable_paths, system_libraries
from .new_root import keep_age, lay_out

FIRST_USER, USERS, FIRST_GROUP = 50_000, 10_000, 60_000
NEEDED = (linux.CAP_SYS_CHROOT, linux.CAP_SETUID, linux.CAP_SETGID)
# Half of all files, and nothing that a student imports.
_LEFT_OUT = {"test", "tests", "include", "idlelib", "ensurepip"}
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")


class SecondUser:
    """A user for this process's students, and a root folder in `folder_of_root`. Raises OSError."""

    def __init__(self, course: Path, folder: str) -> None:
        self._course, self._folder = course, folder
        self._user = FIRST_USER + os.getpid() % USERS
        self._root = folder_of_root(folder)
        self._home = ""
        # Who may read a package that some exercise hides, by its name.
        self._groups: dict[str, int] = {}

    def walls(self, hidden: Sequence[str]) -> ChangedRoot:
        """What student code may read, without the `hidden` packages. Raises OSError."""
        if not self._home:
            scratch.empty(self._folder)  # students have another in its place
            os.mkdir(self._root)
            self._home = lay_out(self._root, readable_paths(self._course), _link, self._folder)
            os.chown(self._home, self._user, self._user)
        for name in hidden:
            if name not in self._groups:
                self._groups[name] = FIRST_GROUP + len(self._groups)
                self._restrict(name)
        return ChangedRoot(self._root, self._home, self._user, self._groups, frozenset(hidden))

    def _restrict(self, name: str) -> None:
        """Lets only the group of a package read what is its."""
        for path in set(readable_paths(self._course)) - set(readable_paths(self._course, [name])):
            place = self._root + os.path.realpath(path)
            if os.path.isdir(place):
                os.chown(place, 0, self._groups[name])
                os.chmod(place, 0o750)
            else:
                parent = os.stat(os.path.dirname(place))
                shutil.copyfile(place, f"{place}.copy")  # the link is the real file, whose rights stay as they are
                os.chown(f"{place}.copy", 0, self._groups[name])
                os.chmod(f"{place}.copy", 0o640)
                os.replace(f"{place}.copy", place)
                keep_age(os.path.dirname(place), parent)


class ChangedRoot:
    """Student code has `root` as its root folder, and in it the folder `scratch` to write into, as another user.

    That user is in all `groups` but those of the hidden packages.
    """

    def __init__(self, root: str, scratch: str, user: int, groups: Mapping[str, int], hidden: frozenset[str]) -> None:
        self.scratch = scratch
        self._root, self._user, self._groups, self._hidden = root, user, groups, hidden

    def enter(self) -> None:
        """Puts the running process behind the walls. Raises OSError."""
        os.chroot(self._root)
        os.chdir("/")
        os.setgroups([group for name, group in self._groups.items() if name not in self._hidden])
        os.setresgid(self._user, self._user, self._user)
        os.setresuid(self._user, self._user, self._user)
        linux.drop_capabilities()


def folder_of_root(folder: str) -> str:
    """The root for the scratch folder `folder`: it lies where the packages do, since links lead to no other disk."""
    parent, name = os.path.split(folder)
    same = os.stat(parent).st_dev == os.stat(sys.prefix).st_dev
    return f"{folder}-root" if same else f"{sys.prefix}/.{name}-root"


def _link(source: str, place: str) -> None:
    if source in _DEVICES:
        _make_device(source, place)
    elif os.path.isdir(source):
        _link_folder(source, place, only_libraries=_is_of_the_system(source))
    else:
        _link_file(source, place)


def _is_of_the_system(path: str) -> bool:
    """Whether a path is among the system's libraries, and not among Python's modules, which may lie there, too."""

    def is_in(folders: Iterable[str]) -> bool:
        return any(Path(path).is_relative_to(os.path.realpath(folder)) for folder in folders)

    return is_in(system_libraries()) and not is_in(entry for entry in sys.path if entry)


def _link_folder(source: str, place: str, only_libraries: bool) -> None:
    for folder, names, files in os.walk(source):
        names[:] = [name for name in names if name not in _LEFT_OUT]
        wanted = [name for name in files if not only_libraries or ".so" in name]
        links = [name for name in names if os.path.islink(f"{folder}/{name}")]
        if wanted or links or not only_libraries:
            there = place + folder.removeprefix(source)
            os.makedirs(there, mode=0o755, exist_ok=True)
            for name in (*wanted, *links):
                _link_file(f"{folder}/{name}", f"{there}/{name}")


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
