"""Building: which files are made from a course, which are left alone, and that the committed ones are what is made."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from conftest import COURSE, ROOT

from autograder.building import build, expected_files
from autograder.building.cases import steady
from autograder.course import Course, Notebook, written
from building.project import CASES, FILES, SOURCE, Project
from helpers.checking import spec as specs


class TestBuild:
    def test_makes_notebooks_and_cases(self, project: Project) -> None:
        assert project.build() == FILES
        assert all((project.root / path).read_bytes().endswith(b"\n") for path in FILES)

    def test_second_build_touches_nothing(self, project: Project) -> None:
        project.build()
        before = {path: (project.root / path).stat().st_mtime_ns for path in FILES}
        assert project.build() == []
        assert {path: (project.root / path).stat().st_mtime_ns for path in FILES} == before

    def test_same_bytes_in_another_folder(self, project: Project, tmp_path: Path) -> None:
        first = expected_files(project.course)
        second = expected_files(Project(tmp_path / "other").course)
        assert list(first.values()) == list(second.values())

    def test_check_writes_nothing(self, project: Project) -> None:
        assert project.build(check=True) == FILES
        assert not (project.root / "notebooks").exists()

    def test_leaves_no_drafts_behind(self, project: Project) -> None:
        project.build()
        made = {path.relative_to(project.root).as_posix() for path in project.root.rglob("*") if path.is_file()}
        assert made == {*FILES, "solutions/01_tiny.py", "build/cases.json"}

    def test_repairs_an_edited_notebook_only(self, project: Project) -> None:
        project.build()
        (project.root / FILES[5]).write_text("edited by hand")
        assert project.build() == [FILES[5]]

    def test_removes_what_has_no_source_any_more(self, project: Project) -> None:
        project.build()
        (project.root / "solutions" / "01_tiny.py").unlink()
        own = project.root / "solutions" / "scratch.ipynb"
        own.write_text('{"cells": [], "metadata": {}}')
        assert build(Course(project.root, {}, repository=project.course.repository)) == [
            project.root / path for path in FILES
        ]
        assert own.exists() and not (project.root / "notebooks/01_tiny").exists()

    def test_removes_the_case_file_of_a_removed_exercise(self, project: Project) -> None:
        project.build()
        project.notebook.exercises.pop()
        project.write(SOURCE[: SOURCE.index("# %% [markdown] written")])
        assert f"{CASES}/why.json" in project.build()
        assert not (project.root / f"{CASES}/why.json").exists()

    def test_writes_nothing_when_a_source_is_wrong(self, project: Project) -> None:
        project.error(SOURCE.replace("### END SOLUTION", "", 1))
        assert not (project.root / "notebooks").exists()

    def test_case_files_are_the_public_specifications(self, project: Project) -> None:
        project.build()
        assert json.loads(project.text(f"{CASES}/order.json")) == ["total", "count", "blip_filter", "why"]
        assert project.text(f"{CASES}/total.json") == specs.to_json(project.notebook.exercises[0].public())

    def test_builds_the_notebooks_that_are_named(self, project: Project) -> None:
        more = Notebook("02_more", exercises=[written("more", points=1)])
        course = Course(
            project.root, {**project.course.notebooks, "02_more": more}, repository=project.course.repository
        )
        text = '# %% [markdown]\n# # More\n\n# %% [markdown] written="more" points=1\n'
        course.source("02_more").write_text(f"{text}# ### BEGIN SOLUTION\n# Yes.\n# ### END SOLUTION\n")
        stale = project.root / CASES / "old.json"
        stale.parent.mkdir(parents=True)
        stale.touch()
        made = [path.relative_to(project.root).as_posix() for path in build(course, ["02_more"])]
        assert made == [
            "helpers/checking/cases/02_more/more.json",
            "helpers/checking/cases/02_more/order.json",
            "notebooks/02_more/02_more.ipynb",
            "solutions/02_more.ipynb",
        ]
        assert stale.exists() and not course.release("01_tiny").exists()


@pytest.mark.parametrize(
    ("computed", "written"),
    [
        (2 / 3, 0.666666667),
        (3e-17, 0.0),
        (np.array([[1e10 / 3, 1.5]]), np.array([[3333333330.0, 1.5]])),
        (np.array([2 / 3], np.float32), np.array([2 / 3], np.float32)),
        ([(1, True)], [(1, True)]),
        ({"w": [0.1 + 0.2]}, {"w": [0.3]}),
        (-np.inf, -np.inf),
    ],
)
def test_rounding_of_what_was_computed(computed: object, written: object) -> None:
    spec = specs.Spec("f", "n", "function", 1, cases=(specs.Case("a", {}, computed),))
    assert repr(steady(spec).cases[0].expected) == repr(written)


def test_committed_files_are_what_the_sources_give() -> None:
    """If this fails: run `autograder build` and commit what it changed."""
    assert [path.relative_to(ROOT).as_posix() for path in build(COURSE, check=True, afresh=True)] == []
