"""Where plain `nbgrader autograde` gives points for an accident, ours gives at least as many."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from autograder.demo.notebooks import Notebook, grade_id, solved, write
from conftest import COURSE, ROOT
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from .classroom import grade_class
from .test_neighbours import B5, FULL

TRIALS = [trial for trial in FULL if trial.assignment == B5]


def lean(notebook: Notebook) -> Notebook:
    """Without the cells of figures, which take nbgrader minutes."""
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code" and not grade_id(cell)]
    return {**notebook, "cells": [cell for cell in notebook["cells"] if grade_id(cell) or cell in code[:2]]}


def test_at_least_as_many_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    for trial in TRIALS:
        write(trial.accident(lean(solved(COURSE, B5))), tmp_path / "submitted", trial.name, B5)
    source = tmp_path / "source" / B5 / f"{B5}.ipynb"
    source.parent.mkdir(parents=True)
    shutil.copy(ROOT / "solutions" / f"{B5}.ipynb", source)
    config = Config()
    config.CourseDirectory.root = str(tmp_path)
    config.ExecutePreprocessor.timeout = 60
    nbgrader = NbGraderAPI(config=config)
    assert nbgrader.generate_assignment(B5)["success"]
    ours = grade_class(tmp_path / "submitted", tmp_path / "resume", [B5])
    graded = [trial.name for trial in TRIALS if nbgrader.autograde(B5, trial.name)["success"]]
    assert len(graded) >= 3
    fewer = []
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        for student in graded:
            for theirs in gradebook.find_submission_notebook(B5, B5, student).grades:
                row = ours.row(student, theirs.name.removesuffix("_check"))
                if row.status not in ("manual", "not_graded") and (row.score or 0) < (theirs.auto_score or 0):
                    fewer.append((student, row.exercise, row.score, theirs.auto_score))
    assert fewer == [], graded
