"""Finished results, kept by content: a stopped run goes on where it was, and equal work is done once."""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from autograder.course import Course

from . import result as results
from . import submission as submissions
from .result import SubmissionResult
from .settings import Settings
from .submission import Submission
from .version import key

UNFINISHED = ".tmp"


class Busy(RuntimeError):
    """Another run has the folder."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Makes `folder` and holds it for one run; clears away what a killed run left unfinished there.

    The lock is the kernel's, so that of a killed run is gone with it. Raises Busy or OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"{folder.parent}: another run writes there: wait for it, or choose another folder") from None
        except OSError:  # a file system without locks
            pass
        for path in folder.glob(f"*{UNFINISHED}"):
            path.unlink()
        yield


class Kept:
    """A folder of finished results, one file for each content of a submission."""

    def __init__(self, course: Course, folder: Path, settings: Settings) -> None:
        self._course, self._folder, self._settings = course, folder, settings
        self._guard = threading.Lock()
        self._locks: defaultdict[Path, threading.Lock] = defaultdict(threading.Lock)
        self._fresh: set[Path] = set()

    def once(self, submission: Submission, grade: Callable[[], SubmissionResult]) -> SubmissionResult:
        """The kept result of this content; where there is none, what `grade` gives, which is then kept.

        Equal submissions wait for each other. Raises what `grade` raises, and OSError.
        """
        content = hashlib.sha256(submissions.to_json(submission).encode()).hexdigest()[:32]
        path = self._folder / f"{key(self._course, submission.assignment, self._settings)}-{content}.json"
        with self._guard:
            lock = self._locks[path]
        with lock:
            if path in self._fresh or not self._settings.force:
                with suppress(OSError, ValueError):  # none, or a damaged one
                    return results.from_json(path.read_text("utf-8"), submission.student, submission.assignment)
            result = grade()
            self._save(path, results.to_json(result))
            self._fresh.add(path)
            return result

    def _save(self, path: Path, text: str) -> None:
        """Writes a finished result whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(UNFINISHED)
        try:
            unfinished.write_text(text, "utf-8")
            os.replace(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)
