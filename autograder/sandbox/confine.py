"""Confinement of the running process: Landlock for files and signals, seccomp for system calls, limits for the rest.

Works without root and inside containers. All of it is inherited and can't be taken back. Threads are allowed, new
processes are not, so nothing outlives the one process that is waited for.

What it can't hide without a file system of its own, which takes root or user namespaces: whether a path that is guessed
exists, and its size and times. Nothing can be listed, opened or followed outside the readable places.
"""

from __future__ import annotations

import os
import resource
import sys
import sysconfig
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from .call_filter import CallFilter
from .scratch import FILE_BYTES

OUT_OF_MEMORY = 12  # exit status of a student's process that could not go on for want of memory
ANSWERS = ("autograder", "exercises", "solutions")  # folders that hold them
MIN_LANDLOCK_ABI = 6  # signals to other processes are blocked from this version on (Linux 6.12)


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
    granted += _helpers(
        course / "helpers", {name.removeprefix("helpers.") for name in hidden if name.startswith("helpers.")}
    )
    granted += [
        Path(name) for name in ("/dev/null", "/dev/zero", "/dev/urandom", "/etc/ld.so.cache", "/usr/share/zoneinfo")
    ]
    secret = [_real(folder) for folder in (Path(__file__).parents[1], *(course / name for name in ANSWERS))]
    return [path for path in dict.fromkeys(granted) if path.exists() and not _overlaps(_real(path), secret)]


_real = cache(os.path.realpath)


def _overlaps(path: str, folders: Iterable[str]) -> bool:
    """Whether a path is, holds or lies in one of the folders."""
    return any(f"{folder}/".startswith(f"{path}/") or path.startswith(f"{folder}/") for folder in folders)


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


def file_rules(course: Path, hidden: Iterable[str] = (), scratch: str = "") -> Any:
    """A Landlock ruleset: `readable_paths` can be read, nothing written but /dev/null and the folder `scratch`."""
    from landlockpy import AccessFS, Ruleset, Scope

    rules = Ruleset(scoped=Scope.SIGNAL | Scope.ABSTRACT_UNIX_SOCKET)
    if rules.abi_version < MIN_LANDLOCK_ABI:
        raise CannotConfine(
            f"Landlock here is version {rules.abi_version}; version {MIN_LANDLOCK_ABI} (Linux 6.12) is needed"
        )
    for path in readable_paths(course, hidden):
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
