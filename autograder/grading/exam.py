"""What one assignment is graded by: the release's structure and the hidden specifications. Stays with the judge."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from autograder.course import Course
from helpers.checking.spec import Spec, to_json

from .submission import NotebookCell, parse


@dataclass(frozen=True)
class Exam:
    """An assignment's release cells, and the hidden specification of each exercise, in the notebook's order."""

    course: Course
    assignment: str
    release: tuple[NotebookCell, ...]
    specs: tuple[Spec, ...]

    @property
    def requires(self) -> tuple[str, ...]:
        """Packages that its exercises need and other notebooks don't."""
        return tuple(dict.fromkeys(name for spec in self.specs for name in spec.requires))

    def stub(self, exercise: str) -> NotebookCell:
        """The release's cell of an exercise, as handed out."""
        return next(cell for cell in self.release if cell.grade_id == exercise)

    def public(self, exercise: str) -> Spec:
        """The public specification of an exercise, which feedback to students is made from."""
        return _public(self.course, exercise)


_public = cache(Course.public)


@cache
def load_exam(course: Course, assignment: str, seed: int) -> Exam:
    """The exam of an assignment, its hidden cases drawn from `seed`; KeyError for an unknown assignment."""
    book = course.notebooks[assignment]
    release = parse(course.release(assignment).read_bytes(), "", assignment)
    return Exam(course, assignment, release.cells, tuple(exercise.hidden(seed) for exercise in book.exercises))


def fingerprint(exam: Exam) -> str:
    """A text that changes when anything that grades depend on changes: cells, cases, expectations, mistakes."""
    cells = json.dumps([[cell.kind, cell.source, cell.grade_id] for cell in exam.release])
    return cells + "".join(to_json(spec) for spec in exam.specs)
