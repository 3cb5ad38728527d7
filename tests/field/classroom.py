"""Grades a whole class once, and lets tests look at its rows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.demo.notebooks import solved, write
from autograder.grading.batch import find, grade_all
from autograder.grading.result import ExerciseResult, SubmissionResult
from autograder.grading.settings import RunSettings
from autograder.reports.report import page, part_of
from conftest import COURSE
from sample_results import entry

from .accidents import Trial

SEED = 4711


@dataclass(frozen=True)
class Graded:
    """The results of a class, the lines about its folder, and the report's list of what needs a person."""

    results: tuple[SubmissionResult, ...]
    found: tuple[str, ...]
    attention: str

    def of(self, student: str) -> SubmissionResult:
        return next(result for result in self.results if result.student == student)

    def row(self, student: str, exercise: str) -> ExerciseResult:
        return next(item for item in self.of(student).exercises if item.exercise == exercise)

    def told(self, student: str) -> str:
        """What the teaching assistant reads about one student: the notes, and the lines about the folder."""
        return "\n".join([*self.of(student).notes, *(line for line in self.found if line.startswith(student))])


def grade_class(folder: Path, resume: Path, assignments: Sequence[str] = (), newer: Collection[str] = ()) -> Graded:
    """Grades what lies in a class folder, one notebook after the other.

    `newer` exercises are left out: these notebooks were handed in before the course had them.
    """
    found = find(COURSE, folder, list(assignments or COURSE.notebooks), every=False)
    graded = grade_all(COURSE, found.tasks, RunSettings(seed=SEED), resume, lambda result: None)
    results = [
        replace(result, exercises=tuple(row for row in result.exercises if row.exercise not in newer))
        for result in graded
    ]
    return Graded(tuple(results), found.notes, " ".join(map(_attention, _by_assignment(results))))


def _by_assignment(results: Sequence[SubmissionResult]) -> list[list[SubmissionResult]]:
    names = dict.fromkeys(result.assignment for result in results)
    return [[result for result in results if result.assignment == name] for name in names]


def _attention(results: Sequence[SubmissionResult]) -> str:
    """The words of one assignment's page about what needs a person."""
    html = page(part_of(results[0].assignment, map(entry, results), {}))
    section = html[html.index('<h2 id="attention">') :] if '<h2 id="attention">' in html else ""
    section = section[: section.index("<h2", 4)] if "<h2" in section[4:] else section
    return " ".join(re.sub("<[^>]*>", " ", section).split())


def grade_trials(trials: Iterable[Trial], base: Path) -> Graded:
    """Grades one class in which each student had one accident."""
    for trial in trials:
        write(trial.accident(solved(COURSE, trial.assignment)), base / "class", trial.name, trial.assignment)
    return grade_class(base / "class", base / "resume")


def said(row: ExerciseResult) -> str:
    """What the student reads about one exercise."""
    return row.message.text() if row.message else ""


def lost(result: SubmissionResult) -> dict[str, str]:
    """The exercises that are neither right nor waiting for a person, with what the student reads."""
    return {
        row.exercise: f"{row.status}: {said(row)}"
        for row in result.exercises
        if row.status not in ("correct", "manual") or (row.status == "correct" and row.score != row.max_score)
    }
