"""Confinement of a student's process: which files it may read, and its limits. How files are governed: see `ways`.

All of it is inherited and can't be taken back. Threads are allowed, new processes are not, so nothing outlives the one
process that is waited for.

What Landlock can't hide, and the other ways do: whether a path that is guessed exists, and its size and times. Nothing
can be listed, opened or followed outside the readable places.
"""

from __future__ import annotations

import os
import resource
import sys
import sysconfig
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from .scratch import FILE_BYTES

OUT_OF_MEMORY = 12  # exit status of a student's process that could not go on for want of memory
ANSWERS = ("autograder", "exercises", "solutions")  # folders that hold them


class CannotConfine(RuntimeError):
    """This machine lacks something that confinement needs; the message says what."""


def readable_paths(course: Path, hidden: Iterable[str] = ()) -> list[Path]:
    """What student code may read: the interpreter, its libraries and packages, and `helpers` in the folder `course`.

    `hidden` packages and modules of `helpers` are left out. So is always what holds the answers, wherever it is
    installed: a wheel puts it among the packages.
    """
    # A second `helpers` among the packages would show what is hidden of the course's own.
    without = {*ANSWERS, "helpers", "site-packages", "dist-packages", *hidden}
    granted: list[Path] = []
    for key in ("stdlib", "platstdlib"):
        granted += _children(Path(sysconfig.get_path(key)), without)
    for entry in sys.path:
        if Path(entry).name in ("site-packages", "dist-packages"):
            granted += _children(Path(entry), without)
    for root in (*system_libraries(), f"{sys.base_prefix}/lib", f"{sys.prefix}/lib"):
        granted += _children(Path(root), {*without, "python3"}, skip_prefix="python3.")
    granted += _helpers(
        course / "helpers", {name.removeprefix("helpers.") for name in hidden if name.startswith("helpers.")}
    )
    granted += [
        Path(name) for name in ("/dev/null", "/dev/zero", "/dev/urandom", "/etc/ld.so.cache", "/usr/share/zoneinfo")
    ]
    secret = [_real(folder) for folder in (Path(__file__).parents[1], *(course / name for name in ANSWERS))]
    return [path for path in dict.fromkeys(granted) if path.exists() and not _overlaps(_real(path), secret)]


def system_libraries() -> tuple[str, ...]:
    """The folders of the system's own libraries."""
    return ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")


_real = cache(os.path.realpath)


def _overlaps(path: str, folders: Iterable[str]) -> bool:
    """Whether a path is, holds or lies in one of the folders."""
    return any(f"{folder}/".startswith(f"{path}/") or path.startswith(f"{folder}/") for folder in folders)


def _helpers(folder: Path, without: set[str]) -> list[Path]:
    """The course's `helpers`, without some of its modules: neither their source nor what Python compiled of it.

    Nor what holds right functions in a packed form: the public cases, and what `lent` draws pictures with.
    """
    checking = folder / "checking"
    apart = {checking.name, "lent", "__pycache__"}
    modules = _children(folder, without | apart) + _children(folder / "__pycache__", without)
    return modules + _children(checking, {"cases"})


def _children(folder: Path, without: set[str], skip_prefix: str = "\0") -> list[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return []
    return [path for path in entries if not _names(path) & without and not path.name.startswith(skip_prefix)]


def _names(path: Path) -> set[str]:
    """A file's name, and the package it belongs to: scipy for scipy, scipy.libs and scipy-1.17.dist-info."""
    return {path.name, path.name.split("-")[0].split(".")[0]}


def set_limits(memory: int, cpu_seconds: int) -> None:
    """Memory in bytes over what is mapped already, processor time in seconds, few open files, small ones, no dumps."""
    statm = os.open("/proc/self/statm", os.O_RDONLY)
    mapped = int(os.read(statm, 100).split()[0]) * resource.getpagesize()
    os.close(statm)
    resource.setrlimit(resource.RLIMIT_AS, (mapped + memory, mapped + memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
