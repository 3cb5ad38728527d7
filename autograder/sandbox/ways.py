"""The ways to keep student code from the rest of the machine, and which of them this machine has.

Each way governs files. Signals, sockets, new processes and the rest are governed by `CallFilter` and by limits, the
same with every way. What they come to is tried out before anything is graded (`selftest`).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from . import landlock, linux, scratch
from .call_filter import CallFilter
from .confine import CannotConfine
from .mounts import Namespaces, take_down
from .second_user import NEEDED, SecondUser, folder_of_root

LANDLOCK, NAMESPACES, SECOND_USER = "landlock", "namespaces", "second-user"
NAMES = (LANDLOCK, NAMESPACES, SECOND_USER)
VARIABLE = "AUTOGRADER_CONFINEMENT"  # names a way, instead of the first that there is
_TRY_NAMESPACES = "from autograder.sandbox.mounts import enter_namespaces; enter_namespaces()"


class Walls(Protocol):
    """What a process is put behind; `scratch` is the folder that it may write into, as the fork server sees it."""

    scratch: str

    def enter(self) -> None:
        """Puts the running process behind the walls. Raises OSError."""


class Way(Protocol):
    """One of the ways, started in the fork server."""

    def walls(self, hidden: Sequence[str]) -> Walls:
        """Walls that hide some packages, too. Raises OSError."""


def choose(asked: str = "") -> str:
    """The way to use: the one that is asked for, else the first of NAMES that this machine has.

    Asked for are, by the argument or by AUTOGRADER_CONFINEMENT, a name of NAMES, or an older version of Landlock than
    this machine's, such as landlock-2. Raises CannotConfine, which says what each way lacks.
    """
    asked = asked or os.environ.get(VARIABLE, "")
    if reason := filter_lacks():
        raise CannotConfine(reason)
    lacking = {}
    for name in [asked] if asked else NAMES:
        lacking[name] = lacks(name)
        if not lacking[name]:
            return f"{LANDLOCK}-{landlock.version()}" if name == LANDLOCK else name
    raise CannotConfine("; ".join(f"{name}: {reason}" for name, reason in lacking.items()))


def filter_lacks() -> str:
    """What every way needs and this machine lacks; empty where it has all."""
    if not sys.platform.startswith("linux"):
        return "student code is confined by Linux: use a container, see the README"
    try:
        CallFilter()
    except ImportError:
        return "the package pyseccomp is not installed: pip install pyseccomp"
    except RuntimeError:
        return "the system library libseccomp is not installed (Debian: apt-get install libseccomp2)"
    return ""


def lacks(name: str) -> str:
    """What one way needs and this machine lacks; empty where it has all."""
    kind, _, number = name.partition("-") if name.startswith(LANDLOCK) else (name, "", "")
    if kind == LANDLOCK:
        return _landlock_lacks(number)
    if kind == NAMESPACES:
        # In a process of its own, since there is no way back out of them.
        tried = subprocess.run(
            [sys.executable, "-c", _TRY_NAMESPACES],
            cwd=Path(__file__).parents[2],
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        return "" if tried.returncode == 0 else f"not allowed here ({tried.stderr.strip().splitlines()[-1]})"
    if kind == SECOND_USER:
        if os.geteuid() != 0:
            return "takes root"
        return "" if linux.has_capability(*NEEDED) else "root here may not change its root folder and its user"
    return f"no such way: there are {', '.join(NAMES)}"


def _landlock_lacks(number: str) -> str:
    try:
        version = landlock.version()
    except ImportError:
        return "the package landlockpy is not installed: pip install landlockpy"
    if not version:
        return "this kernel has none (Linux 5.13 and later have it, unless it is switched off)"
    if number and not (number.isdigit() and 1 <= int(number) <= version):
        return f"this kernel has version {version}"
    return ""


class Unconfined:
    """No walls at all."""

    def __init__(self, scratch: str) -> None:
        self.scratch = scratch

    def walls(self, hidden: Sequence[str]) -> Unconfined:
        """None, whatever is hidden."""
        return self

    def enter(self) -> None:
        """Nothing to enter."""


def start(way: str, course: Path, folder: str) -> Way:
    """Starts a way that `choose` has given, or none, in a process that has no threads yet. Raises OSError."""
    if not way:
        return Unconfined(folder)
    if way == NAMESPACES:
        return Namespaces(course, folder)
    if way == SECOND_USER:
        return SecondUser(course, folder)
    return landlock.Landlock(course, folder, version_of(way))


def clean_up(way: str, folder: str) -> None:
    """Removes the folder, and what a way has put elsewhere."""
    if way == NAMESPACES:
        take_down(folder)
    scratch.remove(folder)
    if way == SECOND_USER:
        scratch.remove(folder_of_root(folder))


def filter_for(way: str) -> CallFilter | None:
    """The filter of system calls that goes with a way."""
    if not way:
        return None
    return CallFilter(truncation_governed=not way.startswith(LANDLOCK) or version_of(way) >= landlock.TRUNCATION_SINCE)


def version_of(way: str) -> int:
    """The version of Landlock in a way's name."""
    return int(way.removeprefix(f"{LANDLOCK}-"))


def confinement_name(confined: bool = True) -> str:
    """How student code is confined on this machine, as reports name it. Raises CannotConfine."""
    return describe(choose()) if confined else "unconfined"


def describe(way: str) -> str:
    """A way, or "" for none, in words for people."""
    if not way:
        return "none: student code could do whatever the grader may"
    said = {NAMESPACES: "namespaces", SECOND_USER: "a root folder and a user of its own"}
    return f"{said.get(way) or f'Landlock {version_of(way)}'} and seccomp"
