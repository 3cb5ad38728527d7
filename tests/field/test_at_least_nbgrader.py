"""Where plain `nbgrader autograde` gives points for an accident, ours gives at least as many."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from autograder.demo.notebooks import Notebook, grade_id, solved, stub, text, write
from conftest import COURSE, ROOT
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from .classroom import grade_class
from .test_neighbours import FULL, ONE_ROW, TOLD, USED

pytestmark = pytest.mark.long
HERE = Path(__file__).parent
# nbgrader takes seconds for each: here some, with EVERY_TRIAL all (`make endurance`).
EVERY = 1 if os.environ.get("EVERY_TRIAL") else 8
TRIALS = [*FULL, *(trial for trial, *_ in (*ONE_ROW, *USED, *TOLD))][::EVERY]
ASSIGNMENTS = sorted({trial.assignment for trial in TRIALS})


def lean(notebook: Notebook, assignment: str) -> Notebook:
    """Without the release's cells of figures, which take nbgrader minutes; the first two are the set-up."""
    given = [
        text(cell) for cell in stub(COURSE, assignment)["cells"] if cell["cell_type"] == "code" and not grade_id(cell)
    ]
    figures = {source for source in given[2:] if "import" not in source}
    return {**notebook, "cells": [cell for cell in notebook["cells"] if text(cell) not in figures]}


def as_they_came(assignment: str) -> Iterator[tuple[str, Notebook]]:
    """A notebook of the assignment from each of the folders of submissions as they really came, where it is whole."""
    folders = set()
    for path in sorted(HERE.glob(f"submitted/*/submitted/*/{assignment}/{assignment}.ipynb")):
        try:
            notebook: dict[str, Any] = json.loads(path.read_bytes())
        except ValueError:
            continue
        folder = path.parts[-5]
        if "cells" in notebook and folder not in folders:
            folders.add(folder)
            yield folder, notebook


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_at_least_as_many_points(assignment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    made = {
        trial.name: trial.accident(solved(COURSE, assignment)) for trial in TRIALS if trial.assignment == assignment
    }
    students = made | dict([*as_they_came(assignment)][::EVERY])
    for name, notebook in students.items():
        write(lean(notebook, assignment), tmp_path / "submitted", name, assignment)
    source = tmp_path / "source" / assignment / f"{assignment}.ipynb"
    source.parent.mkdir(parents=True)
    shutil.copy(ROOT / "solutions" / f"{assignment}.ipynb", source)
    config = Config()
    config.CourseDirectory.root = str(tmp_path)
    config.ExecutePreprocessor.timeout = 60
    nbgrader = NbGraderAPI(config=config)
    assert nbgrader.generate_assignment(assignment)["success"]
    ours = grade_class(tmp_path / "submitted", tmp_path / "resume", [assignment])
    graded = [name for name in students if nbgrader.autograde(assignment, name)["success"]]
    assert len(graded) >= len(students) / 2
    fewer = []
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        for student in graded:
            for theirs in gradebook.find_submission_notebook(assignment, assignment, student).grades:
                row = ours.row(student, theirs.name.removesuffix("_check"))
                # A person decides about these, and about what is forbidden, which nbgrader doesn't see.
                left_out = row.status in ("manual", "not_graded", "forbidden")
                if not left_out and (row.score or 0) < (theirs.auto_score or 0):
                    fewer.append((student, row.exercise, row.status, row.score, theirs.auto_score))
    assert fewer == []
