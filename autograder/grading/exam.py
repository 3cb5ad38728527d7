"""What one assignment is graded by: the release's structure and the hidden specifications. Stays with the judge."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache

from autograder.course import Course
from helpers.checking.spec import Case, Spec, to_json

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
    """A text that changes with the release's cells and with the cases that were drawn, the same on every processor.

    What the references and the mistakes give for the cases is left out: its last digits depend on the processor. It
    follows from the code and the cases.
    """
    cells = [[cell.kind, cell.source, cell.grade_id] for cell in exam.release]
    drawn = (replace(spec, cases=tuple(map(_question, spec.cases)), mistakes=()) for spec in exam.specs)
    return json.dumps(cells) + "".join(map(to_json, drawn))


def _question(case: Case) -> Case:
    return replace(case, expected=None)
