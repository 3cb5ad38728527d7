"""Plain `nbgrader autograde` on the same release gives honest work the same scores as our grader."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from conftest import COURSE, ROOT
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from autograder.demo import sample_class
from autograder.demo.notebooks import Notebook, grade_id, solved, stub, write
from autograder.grading.exam import load_exam
from autograder.grading.grade import grade
from autograder.grading.submission import read
from autograder.sandbox.client import Sandbox

WHOLE = "02_filters_1d"


def honest_class(assignment: str) -> dict[str, Notebook]:
    """Right, wrong in known ways, unfinished, untouched; one notebook whole, the others without their figures."""
    students = {
        "right": solved(COURSE, assignment),
        "wrong": sample_class.with_mistakes(COURSE, assignment, 1),
        "unfinished": sample_class.unfinished(COURSE, assignment, 2),
        "untouched": stub(COURSE, assignment),
    }
    return students if assignment == WHOLE else {name: lean(notebook) for name, notebook in students.items()}


def lean(notebook: Notebook) -> Notebook:
    """Only the cells that grades need: set-up, imports, exercises and checks. Figures take nbgrader minutes."""
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code" and not grade_id(cell)]
    kept = [cell for cell in notebook["cells"] if grade_id(cell) or cell in code[:2]]
    return {**notebook, "cells": kept}


@pytest.mark.parametrize("assignment", COURSE.notebooks)
def test_same_scores_as_nbgrader(assignment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    students = honest_class(assignment)
    for name, notebook in students.items():
        write(notebook, tmp_path / "submitted", name, assignment)
    source = tmp_path / "source" / assignment / f"{assignment}.ipynb"
    source.parent.mkdir(parents=True)
    shutil.copy(ROOT / "solutions" / f"{assignment}.ipynb", source)
    config = Config()
    config.CourseDirectory.root = str(tmp_path)
    config.ExecutePreprocessor.timeout = 120
    nbgrader = NbGraderAPI(config=config)
    assert nbgrader.generate_assignment(assignment)["success"]
    theirs, ours = {}, {}
    with Sandbox(COURSE) as sandbox:
        for name in students:
            assert nbgrader.autograde(assignment, name)["success"]
            path = tmp_path / "submitted" / name / assignment / f"{assignment}.ipynb"
            result = grade(read(path, name, assignment), load_exam(COURSE, assignment, 0), sandbox)
            ours[name] = {item.exercise: item.score for item in result.exercises}
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        for name in students:
            grades = gradebook.find_submission_notebook(assignment, assignment, name).grades
            theirs[name] = {item.name.removesuffix("_check"): item.auto_score for item in grades}
    assert theirs == ours
    assert sum(score or 0 for score in ours["untouched"].values()) == 0
    assert len({sum(score or 0 for score in scores.values()) for scores in ours.values()}) > 2
