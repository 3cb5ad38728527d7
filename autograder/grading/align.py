"""Finding a submission's work in the structure of the release.

Identity comes from grade ids; where these are lost, from the function or variable that a cell defines. What a student
did to locked cells (edited, deleted, doubled, moved) changes nothing, since these are never run.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from autograder.sandbox.slicing import MAX_CELL, CellCode

from .exam import Exam
from .submission import NotebookCell, Submission

MAX_EXTRA = 1_000_000  # characters of code beside the exercises
MIN_PER_CELL = 500  # characters that a cell counts for at least
MAX_COPIES = 10  # of one exercise's cell


@dataclass(frozen=True)
class Aligned:
    """A submission laid over its release: `cells` are what may be run.

    `solutions` has for each exercise the cells that claim to be its work, `work` the one to run where any is written:
    the last, which is what a notebook run from top to bottom ends up with. `ends` says where grade cells stood.
    `texts` are the answers in words.
    """

    cells: tuple[CellCode, ...]
    solutions: dict[str, tuple[int, ...]]
    work: dict[str, int]
    ends: dict[str, int]
    texts: dict[str, str]
    notes: tuple[str, ...]

    def end(self, exercise: str) -> int:
        """How many of the cells the exercise may use: those up to its grade cell, as nbgrader would have run them."""
        return max(self.ends.get(exercise, len(self.cells)), self.work[exercise] + 1)


def align(submission: Submission, exam: Exam) -> Aligned:
    """Lays a submission over the release."""
    layout = _Layout(submission, exam)
    for number, cell in enumerate(submission.cells, start=1):
        layout.place(cell, number)
    layout.find_lost_solutions()
    cells, solutions = layout.cells, {name: tuple(found) for name, found in layout.solutions.items()}
    work = {}
    for name, found in solutions.items():
        written = [index for index in found if is_written(cells[index].source, exam.stub(name))]
        if written:
            work[name] = written[-1]
    return Aligned(tuple(cells), solutions, work, layout.ends, layout.texts, tuple(layout.all_notes()))


def is_written(text: str, stub: NotebookCell) -> bool:
    """Whether a cell holds anything but what was handed out, spaces apart."""
    return bool(text.strip()) and text.split() != stub.source.split()


class _Layout:
    """The cells that are placed so far, the release's own first."""

    def __init__(self, submission: Submission, exam: Exam) -> None:
        self.names = {spec.name: spec.variables or (spec.name,) for spec in exam.specs if spec.kind != "written"}
        self.in_words = {spec.name for spec in exam.specs if spec.kind == "written"}
        self.ids = {cell.grade_id for cell in exam.release} - {""}
        self.handed_out = {cell.source for cell in exam.release if cell.kind == "code"}
        self.cells = [
            CellCode(f"release {number}", cell.source, "release")
            for number, cell in enumerate(exam.release)
            if cell.kind == "code" and cell.grade_id not in self.names and not cell.grade_id.endswith("_check")
        ]
        self.solutions: dict[str, list[int]] = {name: [] for name in self.names}
        self.ends: dict[str, int] = {}
        self.texts: dict[str, str] = {}
        self.claims = Counter(cell.grade_id for cell in submission.cells if cell.grade_id in self.ids)
        self.claims_left = Counter(self.claims)
        self.found_by_definition: list[str] = []
        self.room, self.left_out = MAX_EXTRA, 0

    def place(self, cell: NotebookCell, number: int) -> None:
        """Takes the next cell of the submission."""
        name = cell.grade_id
        if name in self.in_words:
            self.texts.setdefault(name, cell.source)
        elif name in self.names:
            self._place_solution(name, cell)
        elif name.endswith("_check") and name in self.ids:
            self.ends[name.removesuffix("_check")] = len(self.cells)
        elif cell.kind == "code" and cell.source.strip() and cell.source not in self.handed_out:
            self._place_extra(cell, number)

    def _place_solution(self, name: str, cell: NotebookCell) -> None:
        """Of too many copies, the last are taken."""
        self.claims_left[name] -= 1
        if self.claims_left[name] < MAX_COPIES:
            self.solutions[name].append(len(self.cells))
            # One character more than is read is enough to tell that it is too long.
            self.cells.append(CellCode(name, cell.source[: MAX_CELL + 1], "solution"))

    def _place_extra(self, cell: NotebookCell, number: int) -> None:
        self.room -= len(cell.source) + MIN_PER_CELL
        if self.room > 0:
            self.cells.append(CellCode(f"cell {number}", cell.source, "extra"))
        else:
            self.left_out += 1

    def find_lost_solutions(self) -> None:
        """Looks among the extra cells for the exercises that no cell claims."""
        for name, found in self.solutions.items():
            if not found:
                found += self._defining(self.names[name][0])
                if found:
                    self.found_by_definition.append(name)

    def _defining(self, name: str) -> list[int]:
        pattern = re.compile(rf"^(def|class)\s+{re.escape(name)}\b|^{re.escape(name)}\s*=", re.MULTILINE)
        return [
            index for index, cell in enumerate(self.cells) if cell.origin == "extra" and pattern.search(cell.source)
        ]

    def all_notes(self) -> list[str]:
        """What is odd about the submission."""
        notes = [f"{count} cells have the id {name}" for name, count in self.claims.items() if count > 1]
        if self.left_out:
            notes.append(f"{self.left_out} cells were left out: there is too much code beside the exercises")
        lost = self.found_by_definition
        return notes + [f"the cell of {name} was found by what it defines: its id is gone" for name in lost]
