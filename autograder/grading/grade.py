"""Grading one submission: find the work in it, run it behind the wall, compare here, say what came of it."""

from __future__ import annotations

from autograder.sandbox.client import Sandbox
from autograder.sandbox.protocol import ExerciseRun

from .align import align
from .exam import Exam
from .feedback import result_of
from .result import ExerciseResult, SubmissionResult
from .running import run_separately, settled_together
from .submission import Submission
from .unrun import unreadable, unrun

USED_UP = "it used up the time of a submission: what came after had a part of the usual time"


def grade(submission: Submission, exam: Exam, sandbox: Sandbox) -> SubmissionResult:
    """All exercises of one submission. What goes wrong in one of them costs only that one. Raises SandboxLost."""
    if submission.problem:
        return unreadable(submission, exam)
    aligned = align(submission, exam)
    runs: list[ExerciseRun] = []
    results: dict[str, ExerciseResult] = {}
    for spec in exam.specs:
        if spec.name in aligned.work:
            runs.append(ExerciseRun(spec, aligned.work[spec.name], aligned.end(spec.name)))
        else:
            results[spec.name] = unrun(spec, aligned, exam)
    sandbox = sandbox.requiring(exam.requires)
    sandbox.begin()
    settled = settled_together(runs, aligned.cells, sandbox)
    for run in runs:
        name, cells = run.spec.name, aligned.cells
        hidden, public = settled.get(name) or run_separately(run, cells[: run.end], exam.public(name), sandbox)
        results[name] = result_of(hidden, public, cells[run.target].source)
    ordered = tuple(results[spec.name] for spec in exam.specs)
    late = (USED_UP,) if sandbox.used_up else ()
    notes = (*submission.notes, *aligned.notes, *late)
    return SubmissionResult(submission.student, submission.assignment, ordered, notes)
