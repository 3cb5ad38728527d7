"""The questions of a course that a person grades, each with its text, the model answer and the rubric."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import nbformat
from markupsafe import Markup
from nbformat import NotebookNode

from autograder.building.reading import BADGE, PageReader
from autograder.course import Course, Exercise
from autograder.reports.releases import nbgrader_cells

_HEADING = re.compile(r"^#{1,6} ", re.MULTILINE)
_MARKS = re.compile(r"^### (?:BEGIN|END) SOLUTION *\n?", re.MULTILINE)


@dataclass(frozen=True)
class Question:
    """One question: `asked` and `model` are HTML of the course's own text, `handed_out` the cell as students got it."""

    assignment: str
    exercise: str
    points: float
    rubric: tuple[tuple[float, str], ...]
    asked: Markup
    model: Markup
    handed_out: str


def questions(course: Course) -> dict[str, Question]:
    """The questions by the exercise's name, in the course's order. Raises OSError where a notebook isn't built."""
    found = {}
    for name, book in course.notebooks.items():
        written = [exercise for exercise in book.exercises if exercise.kind == "written"]
        if written:
            release = nbformat.read(course.release(name), as_version=4)
            solution = nbgrader_cells(nbformat.read(course.solution(name), as_version=4))
            for exercise in written:
                found[exercise.name] = _question(exercise, release, solution[exercise.name].source)
    return found


def leading_to(before: Sequence[NotebookNode]) -> list[str]:
    """The texts that lead to an answer's cell, from the last heading on."""
    texts: list[str] = []
    for cell in reversed(before):
        if cell.cell_type == "markdown":
            headings = list(_HEADING.finditer(cell.source))
            texts.insert(0, BADGE.sub("", cell.source[headings[-1].start() if headings else 0 :]))
            if headings:
                break
    return texts


def _question(exercise: Exercise, release: NotebookNode, solved: str) -> Question:
    reader = PageReader()
    place = next(
        at
        for at, cell in enumerate(release.cells)
        if cell.metadata.get("nbgrader", {}).get("grade_id") == exercise.name
    )
    return Question(
        assignment=exercise.notebook,
        exercise=exercise.name,
        points=exercise.points,
        rubric=exercise.rubric,
        asked=Markup("\n").join(map(reader.prose, leading_to(release.cells[:place]))),
        model=reader.prose(_MARKS.sub("", solved)),
        handed_out=release.cells[place].source,
    )
