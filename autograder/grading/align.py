"""Finding a submission's work in the structure of the release.

Identity comes from grade ids; where these are lost, from the function or variable that a cell defines. What a student
did to locked cells (edited, deleted, doubled, moved) changes nothing, since these are never run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.sandbox.slicing import MAX_CELL, CellCode

from .exam import Exam
from .submission import Cell, Submission

MOST_EXTRA, PER_CELL = 1_000_000, 500  # characters of code beside the exercises; what a cell counts for at least
MOST_COPIES = 10  # of one exercise's cell


@dataclass(frozen=True)
class Aligned:
    """A submission laid over its release: what to run, and where each exercise's cells are in it."""

    cells: tuple[CellCode, ...]
    solutions: dict[str, tuple[int, ...]]
    ends: dict[str, int]
    written: dict[str, str]
    notes: tuple[str, ...]

    def end(self, exercise: str, solution: int) -> int:
        """How many of the cells the exercise may use: those up to its grade cell, as nbgrader would have run them."""
        return max(self.ends.get(exercise, len(self.cells)), solution + 1)


def align(submission: Submission, exam: Exam) -> Aligned:
    """Lays a submission over the release."""
    code = {spec.name: spec.variables or (spec.name,) for spec in exam.specs if spec.kind != "written"}
    written = {spec.name for spec in exam.specs if spec.kind == "written"}
    own = {cell.source for cell in exam.release if cell.kind == "code"}
    cells = [
        CellCode(f"release {number}", cell.source, "release")
        for number, cell in enumerate(exam.release)
        if cell.kind == "code" and cell.grade_id not in code and not cell.grade_id.endswith("_check")
    ]
    solutions: dict[str, list[int]] = {name: [] for name in code}
    ends: dict[str, int] = {}
    texts: dict[str, str] = {}
    known = {cell.grade_id for cell in exam.release} - {""}
    ids = Counter(cell.grade_id for cell in submission.cells if cell.grade_id in known)
    notes = [f"{count} cells have the id {name}" for name, count in ids.items() if count > 1]
    later = Counter(ids)
    room, left_out = MOST_EXTRA, 0
    for number, cell in enumerate(submission.cells):
        name = cell.grade_id
        if name in written:
            texts.setdefault(name, cell.source)
        elif name in code:
            later[name] -= 1
            if later[name] < MOST_COPIES:
                solutions[name].append(len(cells))
                # One character more than is read is enough to tell that it is too long.
                cells.append(CellCode(name, cell.source[: MAX_CELL + 1], "solution"))
        elif name.endswith("_check") and name in known:
            ends[name.removesuffix("_check")] = len(cells)
        elif cell.kind == "code" and cell.source.strip() and cell.source not in own:
            room -= len(cell.source) + PER_CELL
            if room > 0:
                cells.append(CellCode(f"cell {number + 1}", cell.source, "extra"))
            else:
                left_out += 1
    if left_out:
        notes.append(f"{left_out} cells were left out: there is too much code beside the exercises")
    for name, found in solutions.items():
        if not found:
            found.extend(_by_definition(cells, code[name]))
            if found:
                notes.append(f"the cell of {name} was found by what it defines: its id is gone")
    return Aligned(tuple(cells), {name: tuple(found) for name, found in solutions.items()}, ends, texts, tuple(notes))


def is_stub(source: str, stub: Cell) -> bool:
    """Whether a cell is still what was handed out, spaces apart."""
    return _squeeze(source) == _squeeze(stub.source) or not source.strip()


def _by_definition(cells: Sequence[CellCode], names: Sequence[str]) -> list[int]:
    pattern = re.compile(rf"^(def|class)\s+{re.escape(names[0])}\b|^{re.escape(names[0])}\s*=", re.MULTILINE)
    return [index for index, cell in enumerate(cells) if cell.origin == "extra" and pattern.search(cell.source)]


def _squeeze(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().splitlines())
