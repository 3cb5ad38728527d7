"""nbgrader's own `autograde` on our notebooks: the points that it gives."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import numpy as np
import pytest
import tiny_course
from conftest import ROOT
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from autograder import nbgrader_hook
from building.project import Project, cell


class TestScoreInKernel:
    """`autograder.nbgrader_hook.score`: what nbgrader's own autograde shows as the points."""

    @pytest.fixture(autouse=True)
    def tiny(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(nbgrader_hook, "_course", lambda: tiny_course.course(tmp_path))

    def test_right_partly_right_and_unwritten(self) -> None:
        def unwritten(x, w=1.0):
            raise NotImplementedError

        assert nbgrader_hook.score("total", lambda x, w=1.0: float(np.sum(x)) * w) == 3.0
        assert nbgrader_hook.score("total", lambda x, w=1.0: float(np.sum(x))) == 2.0  # two aspects of three
        assert nbgrader_hook.score("total", unwritten) == 0.0

    def test_answers_and_designs(self) -> None:
        assert nbgrader_hook.score("count", 4) == 1.0
        assert nbgrader_hook.score("count", None) == 0.0
        assert nbgrader_hook.score("blip_filter", [-1, 1, -1], 0) == 2.0
        assert nbgrader_hook.score("blip_filter", None, None) == 0.0

    def test_is_a_plain_float_that_nbgrader_can_read(self) -> None:
        assert type(nbgrader_hook.score("count", np.int64(4))) is float

    @pytest.mark.parametrize("thrown", [ValueError, SystemExit, RecursionError, GeneratorExit])
    def test_never_raises_what_the_student_raises(self, thrown: type[BaseException]) -> None:
        def broken(x, w=1.0):
            raise thrown

        assert nbgrader_hook.score("total", broken) == 0.0

    @pytest.mark.parametrize("odd", [None, "text", object(), type, float("nan"), [[1], [1, 2]], {"a": 1}])
    def test_never_raises_on_odd_values(self, odd: object) -> None:
        assert nbgrader_hook.score("total", odd) == 0.0
        assert nbgrader_hook.score("count", odd) == 0.0
        assert nbgrader_hook.score("blip_filter", odd, odd) == 0.0

    def test_seed_comes_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        seen: list[list[int]] = []

        def record(x, w=1.0):
            seen.append(list(x))
            return 0.0

        for seed in ("0", "0", "1"):
            monkeypatch.setenv("AUTOGRADER_SEED", seed)
            nbgrader_hook.score("total", record)
        assert seen[:2] == seen[2:4] != seen[4:]


Points = dict[str, dict[str, tuple[float | None, bool]]]


@pytest.fixture(scope="module")
def nbgrader_points(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Points]:
    """Student -> grade cell -> (auto score, waits for a person), by nbgrader's generate_assignment and autograde."""
    root = tmp_path_factory.mktemp("nbgrader")
    project = Project(root / "project")
    project.build()
    # In the kernel, the tiny course must stand in for the real one.
    stand_in = f"""import sys
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "tests")!r}]
from pathlib import Path
import tiny_course
from autograder import nbgrader_hook
from helpers.checking import spec
nbgrader_hook._course = lambda: tiny_course.course(Path({str(project.root)!r}))
spec.CASES = Path({str(project.root)!r}, "helpers/checking/cases")
"""
    loud = """import sys
def total(x, w=1.0):
    print("a warning", file=sys.stderr)
    return float(np.sum(x))"""
    notebooks = {
        "source/./01_tiny": project.solution,
        "submitted/solution/01_tiny": project.solution,
        "submitted/stub/01_tiny": project.release,
        "submitted/loud/01_tiny": project.release,
    }
    cell(notebooks["submitted/loud/01_tiny"], "total").source = loud
    for folder, notebook in notebooks.items():
        notebook.cells[1].source += "\n" + stand_in
        (root / folder).mkdir(parents=True)
        nbformat.write(notebook, root / folder / "01_tiny.ipynb")
    config = Config()
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.db_url = f"sqlite:///{root}/gradebook.db"
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader calls `alembic` by name, which isn't found when this environment is not activated.
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        api = NbGraderAPI(config=config)
        made = api.generate_assignment("01_tiny")
        assert made["success"], made["error"]
        students = ("solution", "stub", "loud")
        for student in students:
            graded = api.autograde("01_tiny", student)
            assert graded["success"], graded["error"]
        with Gradebook(config.CourseDirectory.db_url) as gradebook:
            found = {name: gradebook.find_submission_notebook("01_tiny", "01_tiny", name) for name in students}
            yield {
                name: {grade.name: (grade.auto_score, grade.needs_manual_grade) for grade in submission.grades}
                for name, submission in found.items()
            }


class TestNbgraderFlow:
    """nbgrader's own commands on our notebooks give the same points as our score."""

    def test_solution_gets_everything(self, nbgrader_points: Points) -> None:
        assert nbgrader_points["solution"] == {
            "total_check": (3.0, False),
            "count_check": (1.0, False),
            "blip_filter_check": (2.0, False),
            "why": (None, True),
        }

    def test_release_as_it_is_gets_nothing(self, nbgrader_points: Points) -> None:
        assert [score for score, _ in nbgrader_points["stub"].values()] == [0.0] * 4

    def test_partial_credit_whatever_is_on_stderr(self, nbgrader_points: Points) -> None:
        assert nbgrader_points["loud"]["total_check"] == (2.0, False)
