"""Honest code in many styles: what `check` passes, the grade passes."""

from __future__ import annotations

import contextlib
import io

import pytest
from autograder.demo.notebooks import filled, solved, write
from conftest import COURSE
from helpers import check

from .classroom import Graded, grade_class, said
from .styles import STYLES, Style


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """One class; each student's notebook is right, and one exercise of it is in the student's style."""
    base = tmp_path_factory.mktemp("styles")
    for style in STYLES:
        notebook = filled(COURSE, style.assignment, {style.exercise: style.source}, solved(COURSE, style.assignment))
        write(notebook, base / "class", style.name, style.assignment)
    return grade_class(base / "class", base / "resume")


def test_there_are_enough_and_all_differ() -> None:
    assert len(STYLES) >= 70
    assert len({style.name for style in STYLES}) == len(STYLES) == len({style.source for style in STYLES})


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_the_grade_passes_it(graded: Graded, style: Style) -> None:
    row = graded.row(style.name, style.exercise)
    assert (row.status, row.score) == ("correct", row.max_score), said(row)


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_check_passes_it(style: Style) -> None:
    namespace: dict[str, object] = {"__name__": "__main__", "check": check}
    with contextlib.redirect_stdout(io.StringIO()):
        exec("import numpy as np", namespace)
        exec(compile(style.source, f"<{style.name}>", "exec"), namespace)
        exec(f"passed = check({style.exercise}).passed", namespace)
    assert namespace["passed"] is True
