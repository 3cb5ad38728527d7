"""An assignment as nbgrader sees it: the notebook that students got, and its source version."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader import utils

from autograder.grading.submission import NotebookCell


@dataclass(frozen=True)
class ReleaseCells:
    """The cells of an assignment that nbgrader knows.

    `notebook` is the student release, `source` the version with solutions and hidden tests, as nbgrader marks them.
    """

    notebook: NotebookNode
    source: NotebookNode

    @cached_property
    def released(self) -> dict[str, NotebookNode]:
        """The cells of the student release, by grade id, in order."""
        return nbgrader_cells(self.notebook)

    @cached_property
    def cells(self) -> tuple[NotebookCell, ...]:
        """The cells of the student release as a submission's are read."""
        return tuple(
            NotebookCell(cell.cell_type, cell.source, cell.metadata.get("nbgrader", {}).get("grade_id", ""))
            for cell in self.notebook.cells
        )

    def gradebook_cells(self) -> dict[str, NotebookNode]:
        """The cells as the gradebook holds them, by grade id, in order.

        A locked cell comes from the source, with its hidden tests. A solution cell comes from the release: its
        checksum tells an untouched cell ("No response.") from an answer.
        """
        source = nbgrader_cells(self.source)
        released = self.released.items()
        return {name: source.get(name, cell) if utils.is_locked(cell) else cell for name, cell in released}

    @cached_property
    def solutions(self) -> tuple[str, ...]:
        """The grade ids of the cells that a student writes in, in order: the names of the exercises."""
        return tuple(name for name, cell in self.released.items() if utils.is_solution(cell))

    def grade_id(self, exercise: str) -> str | None:
        """The cell that carries the exercise's points: `<exercise>_check`, or a written cell `<exercise>`."""
        for name in (f"{exercise}_check", exercise):
            if name in self.released and utils.is_grade(self.released[name]):
                return name
        return None


def read_release(notebook: Path, source: Path) -> ReleaseCells:
    """Reads both notebooks. Raises OSError, or nbformat's error where a file is not a notebook."""
    return ReleaseCells(nbformat.read(notebook, as_version=4), nbformat.read(source, as_version=4))


def nbgrader_cells(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """The cells of a notebook that nbgrader knows, by grade id, in order."""
    return {
        cell.metadata.nbgrader.grade_id: cell
        for cell in notebook.cells
        if utils.is_grade(cell) or utils.is_solution(cell) or utils.is_locked(cell)
    }
