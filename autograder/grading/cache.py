"""Finished results, kept by content: a stopped run is resumed, and equal work is done once."""

from __future__ import annotations

import errno
import hashlib
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from autograder.course import Course
from autograder.files import write_atomically

from . import result as results
from . import submission as submissions
from .backend import TRIES
from .result import SubmissionResult
from .settings import RunSettings
from .submission import Submission
from .version import key

PAUSE = 0.5  # seconds until a full disk is tried again


class ResultCache:
    """A folder of finished results, one file for each content of a submission."""

    def __init__(self, course: Course, folder: Path, settings: RunSettings) -> None:
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
            self._keep(path, results.to_json(result))
            self._fresh.add(path)
            return result

    def _keep(self, path: Path, text: str) -> None:
        """Writes a result; where the disk is full, again: what a student's process wrote goes when it ends."""
        for left in reversed(range(TRIES)):
            try:
                write_atomically(path, text, private=not self._settings.shared)
                return
            except OSError as error:
                if error.errno != errno.ENOSPC or not left:
                    raise
                time.sleep(PAUSE)
