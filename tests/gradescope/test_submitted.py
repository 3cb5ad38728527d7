"""Which uploaded file is the assignment's notebook, told by its exercises."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import COURSE

from autograder.gradescope import submitted
from autograder.gradescope.submitted import NothingToGrade
from autograder.grading.exam import Exam
from helpers.checking.spec import Spec

BOOK = "01_first"
NAMES = ("one", "two", "three", "four", "five")
EXAM = Exam(COURSE, BOOK, (), tuple(Spec(name, BOOK, "function", 1.0) for name in NAMES))


def put(folder: Path, name: str, sources: Sequence[str] = (), ids: Sequence[str] = (), age: int = 0) -> None:
    """A notebook with these cells of code, and empty cells with these ids."""
    cells = [{"cell_type": "code", "metadata": {}, "source": source, "outputs": []} for source in sources]
    cells += [
        {"cell_type": "markdown", "metadata": {"nbgrader": {"grade_id": item}}, "source": "def one def two one two"}
        for item in ids
    ]
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    os.utime(path, (1e9 - age, 1e9 - age))


def graded(folder: Path) -> str:
    found, said = submitted.choose(folder, EXAM)
    assert found.assignment == BOOK and found.cells
    return said


@pytest.mark.parametrize(
    ("sources", "ids"),
    [
        ([], ["one", "two"]),
        (["def one(x):\n    pass\n  two = 2"], []),
        (["def one(x): ..."], ["two"]),
    ],
)
def test_a_notebook_with_enough_of_the_exercises_is_the_assignments(
    sources: list[str], ids: list[str], tmp_path: Path
) -> None:
    put(tmp_path, "Untitled.ipynb", sources, ids)
    assert graded(tmp_path) == "Graded: Untitled.ipynb."


@pytest.mark.parametrize("sources", [["def one(x): ..."], ["x = one + two"], ["ones = 1\ntwofold = 2\nx = three"], []])
def test_a_notebook_with_fewer_is_another(sources: list[str], tmp_path: Path) -> None:
    put(tmp_path, f"a/{BOOK}.ipynb", sources, ["other"])
    with pytest.raises(NothingToGrade, match=f"no notebook of {BOOK} was handed in; found a/{BOOK}.ipynb$"):
        graded(tmp_path)


def test_the_own_name_counts_and_then_the_time(tmp_path: Path) -> None:
    put(tmp_path, "b.ipynb", ids=NAMES, age=9)
    put(tmp_path, "c.ipynb", ids=NAMES, age=99)
    assert graded(tmp_path) == "Graded: b.ipynb. Not graded, as only one notebook counts: c.ipynb."
    put(tmp_path, f"deep/{BOOK}.ipynb", ids=NAMES, age=999)
    put(tmp_path, "d.ipynb", ids=["one"])
    assert graded(tmp_path).startswith(f"Graded: deep/{BOOK}.ipynb. ") and "d.ipynb" not in graded(tmp_path)


def test_what_systems_add_and_links_are_no_notebooks(tmp_path: Path) -> None:
    for name in (".x.ipynb", ".git/a.ipynb", "__MACOSX/a.ipynb", "a.txt"):
        put(tmp_path, name, ids=NAMES)
    put(tmp_path.parent / "elsewhere", "a.ipynb", ids=NAMES)
    (tmp_path / "link.ipynb").symlink_to(tmp_path.parent / "elsewhere" / "a.ipynb")
    with pytest.raises(NothingToGrade, match=r"found no notebook$"):
        graded(tmp_path)
    put(tmp_path, "z/A.IPYNB", ids=NAMES)
    assert graded(tmp_path) == "Graded: z/A.IPYNB."


def test_not_more_is_looked_at_than_has_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(8):
        put(tmp_path, f"{number}.ipynb", ids=["other"])
    put(tmp_path, "z.ipynb", ids=NAMES)
    with monkeypatch.context() as patch:
        patch.setattr(submitted, "MAX_FILES", 8)
        with pytest.raises(NothingToGrade, match=r"found 0.ipynb, 1.ipynb, 2.ipynb, 3.ipynb, 4.ipynb$"):
            graded(tmp_path)
        patch.setattr(submitted, "MAX_FILES", 9)
        assert graded(tmp_path) == "Graded: z.ipynb."
    monkeypatch.setattr(submitted, "MAX_NOTEBOOKS", 8)
    with pytest.raises(NothingToGrade):
        graded(tmp_path)
