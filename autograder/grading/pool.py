"""Grading on this machine: sandboxes that are started when they are needed, used again, and replaced when lost."""

from __future__ import annotations

import threading

from autograder.course import Course
from autograder.sandbox import ways
from autograder.sandbox.client import Limits, Sandbox, SandboxLost
from autograder.sandbox.confine import CannotConfine
from autograder.sandbox.selftest import self_test

from .backend import TRIES, NotGraded
from .exam import Exam
from .grade import grade
from .result import SubmissionResult
from .students_words import quoted
from .submission import Submission

MAX_SAID = 200  # characters of an error of ours, which may hold a student's words


class SandboxPool:
    """As many sandboxes as calls of `grade` come at the same time. Use as a context manager, which starts the first.

    Raises CannotConfine where student code can't be confined here; the first sandbox is put to the self-test.
    """

    def __init__(self, course: Course, confined: bool, limits: Limits, width: int = 1) -> None:
        self.width = width
        self._course, self._confined, self._limits = course, confined, limits
        self._lock = threading.Lock()
        self._free: list[Sandbox] = []
        self._lent: set[Sandbox] = set()
        self._tested, self._closed = not confined, False
        self._way = ways.choose() if confined else ""

    def __enter__(self) -> SandboxPool:
        self._free.append(self._started())
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends all sandboxes; a call of `grade` in another thread raises NotGraded soon."""
        with self._lock:
            self._closed = True
            for sandbox in self._lent:
                sandbox.kill()
        self.close_idle()

    def close_idle(self) -> None:
        """Ends the sandboxes that nobody uses now."""
        with self._lock:
            free, self._free = self._free, []
        for sandbox in free:
            sandbox.close()

    def warm(self) -> None:
        """Starts a sandbox, and so has the confinement tested, before there is work for it."""
        self._give_back(self._take())

    def grade(self, submission: Submission, exam: Exam) -> SubmissionResult:
        """Grades one submission, again where a sandbox is lost. Raises NotGraded, CannotConfine or OSError."""
        for _ in range(TRIES):
            try:
                sandbox = self._take()
            except SandboxLost:
                continue
            try:
                result = grade(submission, exam, sandbox)
            except Exception as error:
                self._drop(sandbox)
                if isinstance(error, SandboxLost):
                    continue
                raise NotGraded(f"the grader failed: {type(error).__name__} {quoted(str(error)[:MAX_SAID])}") from error
            self._give_back(sandbox)
            return result
        raise NotGraded(f"the grading process was lost {TRIES} times: run the same command again")

    def _take(self) -> Sandbox:
        with self._lock:
            if self._closed:
                raise NotGraded("the run was stopped")
            sandbox = self._free.pop() if self._free else None
            if sandbox is not None:
                self._lent.add(sandbox)
        try:
            if sandbox is None:
                sandbox = self._started()
                with self._lock:
                    self._lent.add(sandbox)
                    if self._closed:
                        raise NotGraded("the run was stopped")
            sandbox.wait_until_ready()
            self._test_once(sandbox)
        except BaseException as error:
            if sandbox is not None:
                self._drop(sandbox)
            if self._tested and isinstance(error, (CannotConfine, OSError)):
                # It worked before, so the rest of the class need not stop.
                raise NotGraded(f"no sandbox could be started: {error}") from error
            raise
        return sandbox

    def _started(self) -> Sandbox:
        return Sandbox(self._course, self._confined, self._limits, way=self._way)

    def _test_once(self, sandbox: Sandbox) -> None:
        with self._lock:
            if not self._tested:
                self_test(sandbox)
                self._tested = True

    def _give_back(self, sandbox: Sandbox) -> None:
        with self._lock:
            self._lent.remove(sandbox)
            if not self._closed:
                self._free.append(sandbox)
                return
        sandbox.close()

    def _drop(self, sandbox: Sandbox) -> None:
        with self._lock:
            self._lent.remove(sandbox)
        sandbox.close()
