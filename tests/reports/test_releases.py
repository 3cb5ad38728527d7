"""Which cells of an assignment nbgrader knows, and from which version of it each is taken."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.grading.submission import NotebookCell
from autograder.reports.releases import ReleaseCells, read_release


def mark(name: str, *, grade: bool = False, solution: bool = False, locked: bool = False) -> dict[str, object]:
    fields = {"grade_id": name, "grade": grade, "solution": solution, "locked": locked, "schema_version": 3}
    return {"nbgrader": {**fields, "points": 1} if grade else fields}


def notebook(said: str) -> nbformat.NotebookNode:
    """One version of an assignment, which says in each cell whose it is."""
    return new_notebook(
        cells=[
            new_markdown_cell("# Title"),
            new_code_cell(f"import numpy  # {said}", metadata=mark("setup", locked=True)),
            new_code_cell(f"relu = '{said}'", metadata=mark("relu", solution=True)),
            new_code_cell(f"check(relu)  # {said}", metadata=mark("relu_check", grade=True, locked=True)),
            new_markdown_cell(f"Your answer. {said}", metadata=mark("why", grade=True, solution=True)),
            new_code_cell(f"assert True  # {said}", metadata=mark("extra", grade=True)),
            new_code_cell("1 + 1", metadata=mark("task")),
        ]
    )


@pytest.fixture
def cells(tmp_path: Path) -> ReleaseCells:
    for said in ("release", "source"):
        nbformat.write(notebook(said), tmp_path / said)
    return read_release(tmp_path / "release", tmp_path / "source")


def test_the_cells_that_nbgrader_knows_in_order(cells: ReleaseCells) -> None:
    assert list(cells.released) == ["setup", "relu", "relu_check", "why", "extra"]
    assert all("release" in cell.source for cell in cells.released.values())


def test_a_gradebook_has_locked_cells_with_hidden_tests_and_the_others_as_handed_out(cells: ReleaseCells) -> None:
    found = {name: cell.source.rstrip("'").split()[-1].strip("'") for name, cell in cells.gradebook_cells().items()}
    assert found == {"setup": "source", "relu": "release", "relu_check": "source", "why": "release", "extra": "source"}


def test_a_locked_cell_that_the_source_lacks_is_as_it_was_handed_out(cells: ReleaseCells) -> None:
    found = ReleaseCells(cells.notebook, new_notebook()).gradebook_cells()
    assert found["setup"].source == "import numpy  # release"


@pytest.mark.parametrize(
    ("exercise", "cell"),
    [("relu", "relu_check"), ("why", "why"), ("extra", "extra"), ("setup", None), ("task", None), ("pad1d", None)],
)
def test_the_cell_that_carries_the_points(exercise: str, cell: str | None, cells: ReleaseCells) -> None:
    assert cells.grade_id(exercise) == cell


def test_cells_as_those_of_a_submission_are_read(cells: ReleaseCells) -> None:
    title, setup, *_, task = cells.cells
    assert title == NotebookCell("markdown", "# Title")
    assert setup == NotebookCell("code", "import numpy  # release", "setup")
    assert task == NotebookCell("code", "1 + 1", "task")
