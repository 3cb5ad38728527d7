"""Finding a submission's work in the structure of the release.

Identity comes from grade ids; where these are lost, from the function or variable that a cell defines. What a student
did to locked cells (edited, deleted, doubled, moved) changes nothing, since these are never run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from autograder.sandbox.slicing import CellCode

from .exam import Exam
from .submission import Cell, Submission


@dataclass(frozen=True)
class Aligned:
    """A submission laid over its release: what to run, and where each exercise's cells are in it."""

    cells: tuple[CellCode, ...]
    solutions: dict[str, tuple[int, ...]]
    ends: dict[str, int]
    written: dict[str, str]
    notes: tuple[str, ...]

    def cells_for(self, exercise: str, solution: int) -> Sequence[CellCode]:
        """The cells up to the exercise's grade cell, as nbgrader would have run them by then."""
        return self.cells[: max(self.ends.get(exercise, len(self.cells)), solution + 1)]


def align(submission: Submission, exam: Exam) -> Aligned:
    """Lays a submission over the release."""
    code = {spec.name: spec.variables or (spec.name,) for spec in exam.specs if spec.kind != "written"}
    written = {spec.name for spec in exam.specs if spec.kind == "written"}
    own = {cell.source for cell in exam.release if cell.kind == "code"}
    cells = [
        CellCode(f"release {number}", to_python(cell.source), "release")
        for number, cell in enumerate(exam.release)
        if cell.kind == "code" and cell.grade_id not in code and not cell.grade_id.endswith("_check")
    ]
    solutions: dict[str, list[int]] = {name: [] for name in code}
    ends: dict[str, int] = {}
    texts: dict[str, str] = {}
    ids = [cell.grade_id for cell in submission.cells if cell.grade_id]
    notes = [f"{count} cells have the id {name}" for name in dict.fromkeys(ids) if (count := ids.count(name)) > 1]
    known = {cell.grade_id for cell in exam.release}
    for number, cell in enumerate(submission.cells):
        name = cell.grade_id
        if name in written:
            texts.setdefault(name, cell.source)
        elif name in code:
            solutions[name].append(len(cells))
            cells.append(CellCode(name, to_python(cell.source), "solution"))
        elif name.endswith("_check") and name in known:
            ends[name.removesuffix("_check")] = len(cells)
        elif cell.kind == "code" and cell.source.strip() and cell.source not in own:
            cells.append(CellCode(f"cell {number + 1}", to_python(cell.source), "extra"))
    for name, found in solutions.items():
        if not found:
            found.extend(_by_definition(cells, code[name]))
            if found:
                notes.append(f"the cell of {name} was found by what it defines: its id is gone")
    return Aligned(tuple(cells), {name: tuple(found) for name, found in solutions.items()}, ends, texts, tuple(notes))


def is_stub(source: str, stub: Cell) -> bool:
    """Whether a cell is still what was handed out, spaces apart."""
    return _squeeze(source) == _squeeze(to_python(stub.source)) or not source.strip()


def _by_definition(cells: Sequence[CellCode], names: Sequence[str]) -> list[int]:
    pattern = re.compile(rf"^(def|class)\s+{re.escape(names[0])}\b|^{re.escape(names[0])}\s*=", re.MULTILINE)
    return [index for index, cell in enumerate(cells) if cell.origin == "extra" and pattern.search(cell.source)]


def _squeeze(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def to_python(source: str) -> str:
    """A notebook cell as plain Python: magics and shell lines become calls of `get_ipython()`."""
    if not re.search(r"^\s*[%!?]|\?\s*$|=\s*[%!]", source, re.MULTILINE):
        return source
    try:
        return str(_transformer().transform_cell(source))
    except (SyntaxError, RecursionError, ValueError):
        return source


@lru_cache(maxsize=1)
def _transformer() -> Any:
    from IPython.core.inputtransformer2 import TransformerManager

    return TransformerManager()
