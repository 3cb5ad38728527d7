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
from autograder.demo.notebooks import Notebook, exercises, filled, grade_id, mistake, solved, stub, text, write
from autograder.grading.exam import load_exam
from autograder.grading.grade import grade
from autograder.grading.submission import read
from autograder.sandbox.client import Sandbox

pytestmark = pytest.mark.long
WHOLE = "02_filters_1d"
# Here Tensor is made of the student's own functions: right only where all of them are.
OF_ITS_OWN_FUNCTIONS = "07_backprop"


def honest_class(assignment: str) -> dict[str, Notebook]:
    """Of one notebook a small class; of the others two that have each exercise once right, without their figures.

    One whole notebook is enough to see that figures change no score.
    """
    if assignment != WHOLE:
        halves = {f"half-{number}": lean(half_right(assignment, number)) for number in range(2)}
        return halves | ({"right": lean(solved(COURSE, assignment))} if assignment == OF_ITS_OWN_FUNCTIONS else {})
    return {
        "right": solved(COURSE, assignment),
        "wrong": lean(sample_class.with_mistakes(COURSE, assignment, 1)),
        "unfinished": lean(sample_class.unfinished(COURSE, assignment, 2)),
        "untouched": lean(stub(COURSE, assignment)),
    }


def half_right(assignment: str, first: int) -> Notebook:
    """Every second exercise is right, from number `first` on; the others are wrong and untouched in turn."""
    others = exercises(COURSE, assignment)[1 - first :: 2]
    wrong = {item.name: mistake(item, min(item.mistakes)) for item in others[::2] if item.mistakes}
    untouched = {grade_id(cell): text(cell) for cell in stub(COURSE, assignment)["cells"]}
    open_ = {item.name: untouched[item.name] for item in others if item.name not in wrong}
    return filled(COURSE, assignment, wrong | open_, solved(COURSE, assignment))


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
    most = {item.name: item.points for item in exercises(COURSE, assignment) if item.points}
    for name, points in most.items():
        assert len({scores[name] == points for scores in ours.values()}) == 2, (
            f"{name} is not once right and once wrong"
        )
