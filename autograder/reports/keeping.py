"""A run's results into OUT: which of them count, what they rest on, and what they change in earlier ones."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from autograder.course import Course
from autograder.grading import version
from autograder.grading.batch import Task
from autograder.grading.result import SubmissionResult
from autograder.grading.run_record import RunRecord
from autograder.grading.submission import Submission, read
from helpers.checking.spec import to_json

from . import autograded, history, kept, work
from .feedback import UNCONFINED
from .history import Run
from .kept import Basis, Kept
from .releases import ReleaseCells


@dataclass(frozen=True)
class RunInfo:
    """How a run graded: its record, settings to be kept with it, whether code was confined, whether OUT is shared."""

    record: RunRecord
    settings: Mapping[str, Any] = field(default_factory=dict)
    confined: bool = True
    shared: bool = False


@dataclass(frozen=True)
class Graded:
    """One task and its result."""

    task: Task
    result: SubmissionResult

    def submission(self) -> Submission:
        """The notebook, read anew: those of a large class would fill the memory."""
        return read(self.task.path, self.task.student, self.task.assignment)


def counted(graded: Sequence[Graded], out: Path) -> tuple[list[Graded], list[Graded]]:
    """The results that take the place of what OUT keeps, and the others: a missing notebook costs no earlier grade."""
    valid: list[Graded] = []
    others: list[Graded] = []
    for item in graded:
        (valid if kept.replaces(item.result, _before(item, out)) else others).append(item)
    return valid, others


def run_of(course: Course, graded: Sequence[Graded], notes: Sequence[str], out: Path, info: RunInfo) -> Run:
    """What is to be kept of a run with these results, once they count and before they are kept. Raises OSError."""
    seeds = {name: run.record.seed for run in history.runs(out) for name in run.assignments}
    moves = []
    for item in graded:
        before = _before(item, out)
        if before is not None and history.differ(before.result, item.result):
            basis = _basis(course, item.result, work.digest(item.submission()), info)
            seed_changed = seeds.get(item.result.assignment, info.record.seed) != info.record.seed
            moves += history.moves(before, Kept(item.result, basis), seed_changed)
    names = tuple(sorted({item.result.assignment for item in graded}))
    lines = (*([] if info.confined else [UNCONFINED]), *notes)
    return Run(info.record, info.settings, names, len(graded), lines, tuple(moves))


def keep(
    course: Course, graded: Sequence[Graded], releases: Mapping[str, ReleaseCells], out: Path, info: RunInfo
) -> set[tuple[str, str, str]]:
    """Keeps the results; each (student, assignment, exercise) whose written answer is another one than OUT's.

    Raises OSError.
    """
    rewritten: set[tuple[str, str, str]] = set()
    for item in graded:
        submission, release = item.submission(), releases[item.task.assignment]
        rewritten |= autograded.rewritten([submission], releases, out)
        done = work.of(submission, release, item.task.path)
        kept.write(Kept(item.result, _basis(course, item.result, done.content, info), done), out)
    return rewritten


def _before(item: Graded, out: Path) -> Kept | None:
    """What OUT keeps of the student in the assignment; a damaged file is as good as none."""
    with suppress(kept.KeptError):
        return kept.read(item.result.student, item.result.assignment, out, with_work=False)
    return None


def _basis(course: Course, result: SubmissionResult, content: str, info: RunInfo) -> Basis:
    exercises = {item.exercise: _exercise_digest(course, item.exercise) for item in result.exercises}
    return Basis(info.confined, content, exercises, version.code(course))


@cache
def _exercise_digest(course: Course, exercise: str) -> str:
    """Changes with what an exercise asks and how it is judged, as far as its public cases show; empty without these.

    The hidden ones come from the same generator, but from a secret seed.
    """
    with suppress(OSError):
        return hashlib.sha256(to_json(course.public(exercise)).encode()).hexdigest()[:12]
    return ""
