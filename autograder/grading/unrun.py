"""The results of what is not run: missing, unreadable, not written yet, answered in words, not graded."""

from __future__ import annotations

from dataclasses import replace

from helpers.checking.messages import Message, explain
from helpers.checking.spec import Spec
from helpers.checking.unwritten import NOT_WRITTEN
from helpers.checking.verdict import Verdict

from .align import Aligned
from .exam import Exam
from .result import ExerciseResult, SubmissionResult
from .submission import Submission


def missing(student: str, exam: Exam, note: str, zero: bool = False) -> SubmissionResult:
    """The result of a student whose notebook of this assignment is not there: no score, unless that is to be 0."""
    score = 0.0 if zero else None
    rows = tuple(ExerciseResult(spec.name, score, spec.points, "missing") for spec in exam.specs)
    return SubmissionResult(student, exam.assignment, rows, (note,))


def unreadable(submission: Submission, exam: Exam) -> SubmissionResult:
    """The result of a notebook that was not opened, or in which no cell was found."""
    if submission.refused:
        return not_graded(submission.student, exam, submission.problem)
    return _whole(submission.student, exam, "not_attempted", 0.0, submission.problem)


def not_graded(student: str, exam: Exam, note: str) -> SubmissionResult:
    """The result of a submission that we failed to grade: no score, and the reason."""
    return _whole(student, exam, "not_graded", None, note)


def not_judged(spec: Spec, why: str) -> ExerciseResult:
    """The result of an exercise that this grader can't judge: no score, and the reason."""
    return _result(spec, "not_graded", f"{spec.name}: {why}", score=None)


def unrun(spec: Spec, aligned: Aligned) -> ExerciseResult:
    """The result of an exercise of which there is no code to run."""
    if spec.kind == "written":
        answer = aligned.answers[spec.name]
        if answer.written:
            return _result(spec, "manual", f"{spec.name}: will be graded by hand", score=None)
        lost = answer.cell is None
        return _missing(spec) if lost else _result(spec, "not_attempted", f"{spec.name}: {NOT_WRITTEN}")
    places, why = aligned.out_of_reach(spec.name)
    said = (f"There is code for it in {places}, {why}. Put it into the exercise's own cell.",) if places else ()
    if not aligned.own[spec.name]:
        return _missing(spec, said)
    # As a notebook's own check says it.
    untouched = explain(Verdict(spec, (), dict.fromkeys(spec.aspects, False), "not_attempted"))
    message = replace(untouched, notes=said or untouched.notes)
    return ExerciseResult(spec.name, 0.0, spec.points, "not_attempted", message=message)


def _missing(spec: Spec, notes: tuple[str, ...] = ()) -> ExerciseResult:
    return _result(spec, "missing", f"{spec.name}: there is no cell for it in what you handed in", notes=notes)


def _result(
    spec: Spec, status: str, title: str, score: float | None = 0.0, notes: tuple[str, ...] = ()
) -> ExerciseResult:
    return ExerciseResult(spec.name, score, spec.points, status, message=Message("open", title, notes=notes))


def _whole(student: str, exam: Exam, status: str, score: float | None, why: str) -> SubmissionResult:
    rows = (ExerciseResult(spec.name, score, spec.points, status, message=Message("open", why)) for spec in exam.specs)
    return SubmissionResult(student, exam.assignment, tuple(rows), (why,))
