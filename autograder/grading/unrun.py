"""The results of what is not run: missing, unreadable, not written yet, answered in words, not graded."""

from __future__ import annotations

from helpers.checking.messages import Message, explain
from helpers.checking.spec import Spec
from helpers.checking.verdict import Verdict

from .align import Aligned, is_written
from .exam import Exam
from .result import ExerciseResult, SubmissionResult
from .submission import Submission


def missing(student: str, exam: Exam, note: str) -> SubmissionResult:
    """The result of a student whose notebook of this assignment is not there."""
    rows = tuple(ExerciseResult(spec.name, 0.0, spec.points, "missing") for spec in exam.specs)
    return SubmissionResult(student, exam.assignment, rows, (note,))


def unreadable(submission: Submission, exam: Exam) -> SubmissionResult:
    """The result of a notebook that was not opened, or in which no cell was found."""
    if submission.refused:
        return not_graded(submission.student, exam, submission.problem)
    return _whole(submission.student, exam, "not_attempted", 0.0, submission.problem)


def not_graded(student: str, exam: Exam, note: str) -> SubmissionResult:
    """The result of a submission that we failed to grade: no score, and the reason."""
    return _whole(student, exam, "not_graded", None, note)


def unrun(spec: Spec, aligned: Aligned, exam: Exam) -> ExerciseResult:
    """The result of an exercise of which there is no code to run."""
    text = aligned.texts.get(spec.name)
    if not aligned.solutions.get(spec.name) and text is None:
        return _result(spec, "missing", f"{spec.name}: there is no cell for it in what you handed in")
    if spec.kind != "written":
        # As a notebook's own check says it.
        untouched = Verdict(spec, (), dict.fromkeys(spec.aspects, False), "not_attempted")
        return ExerciseResult(spec.name, 0.0, spec.points, "not_attempted", message=explain(untouched))
    if text is None or not is_written(text, exam.stub(spec.name)):
        return _result(spec, "not_attempted", f"{spec.name}: not written yet")
    return _result(spec, "manual", f"{spec.name}: will be read and graded by a person", score=None)


def _result(spec: Spec, status: str, title: str, score: float | None = 0.0) -> ExerciseResult:
    return ExerciseResult(spec.name, score, spec.points, status, message=Message("open", title))


def _whole(student: str, exam: Exam, status: str, score: float | None, why: str) -> SubmissionResult:
    rows = (ExerciseResult(spec.name, score, spec.points, status, message=Message("open", why)) for spec in exam.specs)
    return SubmissionResult(student, exam.assignment, tuple(rows), (why,))
