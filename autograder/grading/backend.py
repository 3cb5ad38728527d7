"""What grades submissions, here or on other machines, and how it fails."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from .exam import Exam
from .result import SubmissionResult
from .submission import Submission

TRIES = 3  # for a submission whose grader is lost


class NotGraded(RuntimeError):
    """A submission could not be graded, through no fault of the student's; the text says why."""


class ClusterError(RuntimeError):
    """The cluster can't be used; the text is one line that says why."""


class Backend(AbstractContextManager["Backend"], Protocol):
    """What grades submissions: `width` of them at the same time."""

    width: int

    def grade(self, submission: Submission, exam: Exam) -> SubmissionResult:
        """Grades one submission. Raises NotGraded, with the reason."""

    def close(self) -> None:
        """Ends it; a call of `grade` in another thread raises NotGraded soon."""
