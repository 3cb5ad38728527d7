"""Landlock, from its first version on (Linux 5.13): what may be read and written is a rule of the kernel's.

Version 1 lets no file be moved from one folder into another; later ones do. Before version 3 what can't be written can
still be emptied, so `CallFilter` lets no such call through. It holds the signals and sockets of version 6, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import linux
from .confine import readable_paths

TRUNCATION_SINCE, SCOPES_SINCE = 3, 6


def version() -> int:
    """The version of Landlock on this machine, 0 where there is none. Raises ImportError without landlockpy."""
    from landlockpy import abi_version

    try:
        return int(abi_version())
    except OSError:
        return 0


class Landlock:
    """Landlock's rules for a course, as a version of it has them; `folder` is the one to write into."""

    def __init__(self, course: Path, folder: str, version: int) -> None:
        self._course, self._folder, self._version = course, folder, version

    def walls(self, hidden: Sequence[str]) -> LandlockWalls:
        """Rules without the `hidden` packages. Raises OSError."""
        return LandlockWalls(_rules(readable_paths(self._course, hidden), self._folder, self._version), self._folder)


class LandlockWalls:
    """Student code reads `readable_paths`, and writes /dev/null and the folder `scratch`."""

    def __init__(self, rules: Any, scratch: str) -> None:
        self.scratch = scratch
        self._rules = rules

    def enter(self) -> None:
        """Puts the running process behind the walls. Raises OSError."""
        linux.restrict_by_landlock(self._rules.fileno())
        # Root may go on reading what belongs to others, where the rules let it: packages of a user's, for example.
        linux.drop_capabilities(keep=linux.CAP_DAC_READ_SEARCH)


def _rules(readable: Sequence[Path], scratch: str, version: int) -> Any:
    from landlockpy import AccessFS, Ruleset, Scope, fs_for_abi

    scoped = Scope.SIGNAL | Scope.ABSTRACT_UNIX_SOCKET if version >= SCOPES_SINCE else Scope.NONE
    rules = Ruleset(handled_fs=fs_for_abi(version), scoped=scoped)
    for path in readable:
        read = AccessFS.READ_FILE | AccessFS.EXECUTE
        rules.allow_path(path, read | AccessFS.READ_DIR if path.is_dir() else read)
    rules.allow_path("/dev/null", AccessFS.READ_FILE | AccessFS.WRITE_FILE)
    # Ordinary files and folders only: no links, pipes, sockets or devices.
    made = AccessFS.MAKE_REG | AccessFS.MAKE_DIR | AccessFS.REMOVE_FILE | AccessFS.REMOVE_DIR | AccessFS.REFER
    used = AccessFS.READ_FILE | AccessFS.READ_DIR | AccessFS.WRITE_FILE | AccessFS.TRUNCATE
    rules.allow_path(scratch, made | used)
    return rules
