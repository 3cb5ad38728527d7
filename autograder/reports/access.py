"""Who may read OUT: its owner alone, or with `shared` whom the umask admits."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from autograder.grading.run_record import FILE as RUN_RECORD
from autograder.intake.collected import FILE as CLASS

PRIVATE_UMASK = 0o077
# What a run writes, or nbgrader's programs in its place.
WRITTEN = (
    ".resume",
    "autograded",
    CLASS,
    "feedback",
    "grades.csv",
    "gradebook.db",
    "nbgrader_config.py",
    "report",
    "report.html",
    RUN_RECORD,
    "source",
)
SECRET = ("nbgrader_config.py", RUN_RECORD)  # the one may hold a password, the other holds the seed


@contextmanager
def for_new_files(shared: bool) -> Iterator[None]:
    """What this process makes in the meantime is its owner's alone, unless `shared`."""
    before = os.umask(PRIVATE_UMASK)
    if shared:
        os.umask(before)
    try:
        yield
    finally:
        os.umask(before)


def settle(out: Path, shared: bool, written: tuple[str, ...] = WRITTEN) -> None:
    """Gives what an earlier run has left in OUT the modes that new files get.

    OUT itself is closed or opened, too, unless it is somebody's folder of other things. Raises OSError.
    """
    there = {entry.name for entry in out.iterdir()}
    # A run's own folder, or an empty one. Never one such as /tmp.
    if (there <= set(written) or RUN_RECORD in there) and not out.stat().st_mode & stat.S_ISVTX:
        _set(out, shared)
    for name in there & set(written) - set(SECRET if shared else ()):
        _set(out / name, shared)
        for folder, folders, files in os.walk(out / name):
            for entry in (*folders, *files):
                _set(Path(folder, entry), shared)


def _set(path: Path, shared: bool) -> None:
    if path.is_symlink():
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    own = mode & stat.S_IRWXU
    wanted = mode | (own >> 3 | own >> 6) & ~_umask() if shared else mode & ~PRIVATE_UMASK
    if wanted != mode:
        with suppress(PermissionError):  # another person's file, which only that person can close
            path.chmod(wanted)


def _umask() -> int:
    current = os.umask(PRIVATE_UMASK)
    os.umask(current)
    return current
