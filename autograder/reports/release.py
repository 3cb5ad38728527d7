"""What an assignment is, as nbgrader sees it: the students' notebook and its source version."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader import utils


@dataclass(frozen=True)
class Release:
    """`student` is the released notebook, `source` the one with solutions and hidden tests, as nbgrader marks them."""

    student: NotebookNode
    source: NotebookNode

    def cells(self) -> dict[str, NotebookNode]:
        """The cells that nbgrader knows, by grade id, in order, as its database holds them.

        A locked cell comes from the source, with its hidden tests. A solution cell comes from the release: its
        checksum tells an untouched cell ("No response.") from an answer.
        """
        source = graded(self.source)
        held = self.graded.items()
        return {name: source.get(name, cell) if utils.is_locked(cell) else cell for name, cell in held}

    def grade_id(self, exercise: str) -> str | None:
        """The cell that carries the exercise's points: `<exercise>_check`, or a written cell `<exercise>`."""
        for name in (f"{exercise}_check", exercise):
            if name in self.graded and utils.is_grade(self.graded[name]):
                return name
        return None

    @cached_property
    def graded(self) -> dict[str, NotebookNode]:
        """The released cells that nbgrader knows, by grade id, in order."""
        return graded(self.student)


def read(student: Path, source: Path) -> Release:
    """Reads both notebooks. Raises OSError, or nbformat's error where one is no notebook."""
    return Release(nbformat.read(student, as_version=4), nbformat.read(source, as_version=4))


def graded(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """The cells of a notebook that nbgrader knows, by grade id, in order."""
    return {
        cell.metadata.nbgrader.grade_id: cell
        for cell in notebook.cells
        if utils.is_grade(cell) or utils.is_solution(cell) or utils.is_locked(cell)
    }
