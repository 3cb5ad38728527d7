"""Grading one submission: find the work in it, run it behind the wall, compare here, say what came of it."""

from __future__ import annotations

import time

from autograder.sandbox.client import Sandbox
from autograder.sandbox.protocol import ExerciseRun

from .align import Aligned, align
from .environment import lacking
from .exam import Exam
from .feedback import result_of
from .result import ExerciseResult, SubmissionResult
from .running import judge_all
from .submission import Submission
from .unrun import not_judged, unreadable, unrun

JUDGE_SECONDS = 60.0  # of processor time for one submission: many times what the largest honest one takes
OVER_BUDGET = f"not judged: the grader itself needed more than {JUDGE_SECONDS:.0f} seconds for this submission"
DOUBTFUL = "not judged: the code could alter what the grader observes. Read it and decide about: {}"
USED_UP = "it used up the time for one submission: later exercises had only part of the usual time"


def grade(submission: Submission, exam: Exam, sandbox: Sandbox) -> SubmissionResult:
    """All exercises of one submission. What goes wrong in one of them costs only that one. Raises SandboxLost.

    Where the grader itself takes too long, the exercises that are left are not graded.
    """
    began = time.thread_time()
    if submission.problem:
        return unreadable(submission, exam)
    aligned = align(submission, exam)
    runs: list[ExerciseRun] = []
    results: dict[str, ExerciseResult] = {}
    for spec in exam.specs:
        if spec.kind != "written" and aligned.may_be_written(spec.name):
            runs.append(ExerciseRun(spec, aligned.own[spec.name], aligned.end(spec.name)))
        else:
            results[spec.name] = unrun(spec, aligned)
    sandbox = sandbox.requiring(exam.requires)
    sandbox.begin()
    cells = aligned.cells
    judgements = judge_all(runs, cells, exam.public, sandbox, lambda: time.thread_time() - began > JUDGE_SECONDS)
    elsewhere: dict[str, str] = {}
    for run in runs:
        name = run.spec.name
        judged = judgements.get(name)
        if judged is None:
            results[name] = not_judged(run.spec, OVER_BUDGET)
            continue
        target = cells[judged.target] if judged.target is not None and judged.target < run.end else None
        if target is None and judged.hidden.status == "not_attempted":
            results[name] = unrun(run.spec, aligned)
            continue
        unjudged = [other for other, result in results.items() if result.status == "not_graded"]
        if judged.doubtful:
            results[name] = not_judged(run.spec, DOUBTFUL.format(", ".join(run.spec.watched)))
        elif reason := lacking(judged.hidden, judged.public, unjudged):
            results[name] = not_judged(run.spec, reason)
        else:
            results[name] = result_of(judged.hidden, judged.public)
        if target and judged.target not in run.own:
            elsewhere[name] = f"{name} ({target.place})"
    ordered = tuple(results[spec.name] for spec in exam.specs)
    notes = [*submission.notes, *aligned.notes]
    unread = [
        f"{name} in {places}, {why}"
        for name, result in results.items()
        if name in aligned.own and name not in elsewhere
        for places, why in [_unread(result, aligned)]
        if places
    ]
    if unread:
        notes.append(f"code that was not graded: {'; '.join(unread)}")
    if elsewhere:
        notes.append(f"graded from another cell than the exercise's own: {', '.join(elsewhere.values())}")
    notes += [USED_UP] if sandbox.used_up else []
    return SubmissionResult(submission.student, submission.assignment, ordered, tuple(notes))


def _unread(result: ExerciseResult, aligned: Aligned) -> tuple[str, str]:
    """Where there seems to be code for an exercise that has lost points, and which was not graded, and why not."""
    if result.status in ("not_attempted", "missing"):
        return aligned.out_of_reach(result.exercise)
    lost = result.status not in ("correct", "manual", "not_graded")
    return aligned.below_the_check(result.exercise) if lost else ("", "")
