"""The files that go to each system, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from autograder.intake.collected import Collected
from autograder.reports.marks import Mark

from . import canvas, feedback_zip, gradescope, moodle, table
from .feedback_zip import FeedbackPage
from .ready import Exported, Left, NoColumn, of_assignment
from .target import System, Target


def of_marks(target: Target, marks: Sequence[Mark], collected: Collected) -> Iterator[tuple[str, Exported]]:
    """Each file's name and content. Raises ExportError."""
    if target.system is System.CSV:
        yield "marks.csv", table.make(marks, collected)
    elif target.system is System.CANVAS and target.sheet is not None:
        yield "canvas.csv", _filled(target, target.sheet, marks, collected)
    elif target.system is System.MOODLE:
        for name in _names(marks):
            assert target.sheet is not None
            own = of_assignment(marks, name)
            yield f"moodle-{name}.csv", moodle.fill(target.sheet, own, collected, target.column, target.scale)
    else:
        for name in _names(marks):
            own = of_assignment(marks, name)
            if target.system is System.CANVAS:
                yield f"canvas-{name}.csv", canvas.make(own, collected, target.column)
            else:
                yield f"gradescope-{name}.zip", gradescope.make(own, collected)


def of_pages(
    target: Target,
    marks: Sequence[Mark],
    collected: Collected,
    pages: Callable[[str, set[str]], Iterable[FeedbackPage]],
) -> Iterator[tuple[str, Exported]]:
    """Each feedback zip's name and content, for the students who have marks. Raises ExportError.

    `pages` gives the pages of some students in an assignment.
    """
    students = {name: {mark.student for mark in of_assignment(marks, name)} for name in _names(marks)}
    if target.system in (System.CSV, System.GRADESCOPE):
        yield (
            "feedback.zip",
            feedback_zip.for_everybody(page for name in students for page in pages(name, students[name])),
        )
        return
    for name, who in students.items():
        if target.system is System.CANVAS:
            yield f"canvas-{name}-feedback.zip", feedback_zip.for_canvas(pages(name, who), collected)
        else:
            own = of_assignment(marks, name)
            ids = moodle.unique_ids(own, collected, target.sheet)
            yield f"moodle-{name}-feedback.zip", feedback_zip.for_moodle(pages(name, who), collected, ids)


def _names(marks: Sequence[Mark]) -> list[str]:
    return sorted({mark.assignment for mark in marks})


def _filled(target: Target, sheet: bytes, marks: Sequence[Mark], collected: Collected) -> Exported:
    """Canvas's gradebook with every assignment filled in that has a column there."""
    done: dict[str, None] = {}
    left: list[Left] = []
    for name in _names(marks):
        own = of_assignment(marks, name)
        try:
            filled = canvas.fill(sheet, own, collected, target.column, target.scale)
        except NoColumn as error:
            if _names(marks) == [name]:
                raise
            left += [Left(mark.student, str(error)) for mark in own]
            continue
        sheet = filled.content
        done |= dict.fromkeys(filled.students)
        left += filled.left
    return Exported(sheet, tuple(done), tuple(left))
