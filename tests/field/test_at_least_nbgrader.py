"""Where plain `nbgrader autograde` gives points for an accident, ours gives at least as many."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from autograder.demo.notebooks import Notebook, grade_id, solved, stub, text, write
from conftest import COURSE, ROOT
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from . import test_answers_in_other_forms, test_neighbours, test_versions_and_conflicts, test_work_elsewhere
from .accidents import Trial, all_of
from .classroom import Graded, grade_class
from .kinds import KINDS, happened, works_of

pytestmark = pytest.mark.long
HERE = Path(__file__).parent
# nbgrader takes seconds for each notebook: here is one of each assignment, with EVERY_TRIAL all (`make endurance`).
EVERY_TRIAL = "EVERY_TRIAL" in os.environ


def one_of_many() -> Iterator[Trial]:
    """A notebook of each assignment, with another kind of accident in each exercise: of every kind one at least."""
    # From the last kind on, so that each happens elsewhere than in `test_kinds.py`.
    kinds = cycle(reversed(KINDS))
    for book in COURSE.notebooks:
        accidents = [happened(kind, book, name) for name, kind in zip(works_of(book), kinds)]
        yield Trial(f"many-{book}", book, all_of(*accidents))


def every_trial() -> Iterator[Trial]:
    for tests in (test_neighbours, test_work_elsewhere, test_answers_in_other_forms, test_versions_and_conflicts):
        yield from tests.FULL
    yield from (trial for trial, *_ in (*test_neighbours.ONE_ROW, *test_neighbours.USED, *test_neighbours.TOLD))


TRIALS = [*one_of_many(), *(every_trial() if EVERY_TRIAL else ())]


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


@dataclass(frozen=True)
class Course:
    """A course of nbgrader's with all assignments generated, and what our grader gave the same work."""

    nbgrader: NbGraderAPI
    gradebook: str
    ours: Graded


def students(assignment: str) -> dict[str, Notebook]:
    here = [trial for trial in TRIALS if trial.assignment == assignment]
    made = {trial.name: trial.accident(solved(COURSE, assignment)) for trial in here}
    return made | dict(as_they_came(assignment) if EVERY_TRIAL else ())


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    # One for all assignments: nbgrader takes seconds to make its database.
    base = tmp_path_factory.mktemp("nbgrader")
    config = Config()
    config.CourseDirectory.root = str(base)
    config.ExecutePreprocessor.timeout = 60
    nbgrader = NbGraderAPI(config=config)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        for assignment in COURSE.notebooks:
            for name, notebook in students(assignment).items():
                write(lean(notebook, assignment), base / "submitted", name, assignment)
            source = base / "source" / assignment / f"{assignment}.ipynb"
            source.parent.mkdir(parents=True)
            shutil.copy(ROOT / "solutions" / f"{assignment}.ipynb", source)
            assert nbgrader.generate_assignment(assignment)["success"]
    return Course(nbgrader, f"sqlite:///{base / 'gradebook.db'}", grade_class(base / "submitted", base / "resume"))


def test_each_kind_happens() -> None:
    assert sum(len(works_of(book)) for book in COURSE.notebooks) >= len(KINDS)


@pytest.mark.parametrize("assignment", COURSE.notebooks)
def test_at_least_as_many_points(assignment: str, course: Course) -> None:
    names = list(students(assignment))
    graded = [name for name in names if course.nbgrader.autograde(assignment, name)["success"]]
    assert len(graded) >= len(names) / 2
    fewer, earned = [], 0
    with Gradebook(course.gradebook) as gradebook:
        for student in graded:
            for theirs in gradebook.find_submission_notebook(assignment, assignment, student).grades:
                row = course.ours.row(student, theirs.name.removesuffix("_check"))
                earned += bool(theirs.auto_score)
                # A person decides about these, and about what is forbidden, which nbgrader doesn't see.
                left_out = row.status in ("manual", "not_graded", "forbidden")
                if not left_out and (row.score or 0) < (theirs.auto_score or 0):
                    fewer.append((student, row.exercise, row.status, row.score, theirs.auto_score))
    assert fewer == []
    assert earned >= len(works_of(assignment)) / 2, "most of these accidents cost nothing with nbgrader"
