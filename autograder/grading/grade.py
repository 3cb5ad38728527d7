"""Grading one submission: find the work in it, run it behind the wall, compare here, say what came of it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence

from autograder.sandbox.client import Sandbox
from autograder.sandbox.protocol import ExerciseRun
from helpers.checking.spec import Spec

from .align import Aligned, align
from .environment import lacking
from .exam import Exam
from .feedback import result_of
from .result import ExerciseResult, SubmissionResult
from .running import Judgement, judge_all
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
    runs = {spec.name: _run(spec, aligned) for spec in exam.specs if _is_run(spec, aligned)}
    sandbox = sandbox.requiring(exam.requires)
    sandbox.begin()
    judgements = judge_all(
        list(runs.values()), aligned.cells, exam.public, sandbox, lambda: time.thread_time() - began > JUDGE_SECONDS
    )
    results: dict[str, ExerciseResult] = {}
    for spec in exam.specs:
        run = runs.get(spec.name)
        unjudged = [name for name, result in results.items() if result.status == "not_graded"]
        results[spec.name] = _judged(run, judgements.get(spec.name), aligned, unjudged) if run else unrun(spec, aligned)
    elsewhere = _elsewhere(runs, judgements, aligned)
    notes = [*submission.notes, *aligned.notes, *_notes(results, elsewhere, aligned)]
    notes += [USED_UP] if sandbox.used_up else []
    return SubmissionResult(submission.student, submission.assignment, tuple(results.values()), tuple(notes))


def _is_run(spec: Spec, aligned: Aligned) -> bool:
    return spec.kind != "written" and aligned.may_be_written(spec.name)


def _run(spec: Spec, aligned: Aligned) -> ExerciseRun:
    return ExerciseRun(spec, aligned.own[spec.name], aligned.end(spec.name))


def _judged(run: ExerciseRun, judged: Judgement | None, aligned: Aligned, unjudged: Sequence[str]) -> ExerciseResult:
    """The result of an exercise that was run; `unjudged` are those before it that could not be judged."""
    if judged is None:
        return not_judged(run.spec, OVER_BUDGET)
    if _target(run, judged) is None and judged.hidden.status == "not_attempted":
        return unrun(run.spec, aligned)
    if judged.doubtful:
        return not_judged(run.spec, DOUBTFUL.format(", ".join(run.spec.watched)))
    if reason := lacking(judged.hidden, judged.public, unjudged, aligned.fetches):
        return not_judged(run.spec, reason)
    return result_of(judged.hidden, judged.public)


def _target(run: ExerciseRun, judged: Judgement) -> int | None:
    """The number of the cell that has the work; None where a process claims one that the exercise can't use."""
    return judged.target if judged.target is not None and judged.target < run.end else None


def _elsewhere(
    runs: Mapping[str, ExerciseRun], judgements: Mapping[str, Judgement], aligned: Aligned
) -> dict[str, str]:
    """Where the work on an exercise is that is in none of its own cells, by the exercise's name."""
    found = {}
    for name, run in runs.items():
        target = _target(run, judgements[name]) if name in judgements else None
        if target is not None and target not in run.own:
            found[name] = f"{name} ({aligned.cells[target].place})"
    return found


def _notes(results: Mapping[str, ExerciseResult], elsewhere: Mapping[str, str], aligned: Aligned) -> Iterator[str]:
    """What a person should know of code in cells that are not an exercise's own."""
    unread = [
        f"{name} in {places}, {why}"
        for name, result in results.items()
        if name in aligned.own and name not in elsewhere
        for places, why in [_unread(result, aligned)]
        if places
    ]
    if unread:
        yield f"code that was not graded: {'; '.join(unread)}"
    if elsewhere:
        yield f"graded from another cell than the exercise's own: {', '.join(elsewhere.values())}"


def _unread(result: ExerciseResult, aligned: Aligned) -> tuple[str, str]:
    """Where there seems to be code for an exercise that has lost points, and which was not graded, and why not."""
    if result.status in ("not_attempted", "missing"):
        return aligned.out_of_reach(result.exercise)
    lost = result.status not in ("correct", "manual", "not_graded")
    return aligned.below_the_check(result.exercise) if lost else ("", "")
