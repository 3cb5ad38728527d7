"""One run at a time for each folder of results."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.files import remove_drafts


class AlreadyRunning(RuntimeError):
    """Another run has the folder."""


@contextmanager
def run_lock(folder: Path) -> Iterator[None]:
    """Makes `folder` and holds it for one run; clears away what a killed run left unfinished there.

    The lock is the kernel's, so that of a killed run is gone with it. Raises AlreadyRunning or OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            said = f"{folder.parent}: another run writes there: wait for it, or choose another folder"
            raise AlreadyRunning(said) from None
        except OSError:  # a file system without locks
            pass
        remove_drafts(folder)
        yield
